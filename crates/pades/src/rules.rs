//! The rules that speak of a PDF; those of signatures and tokens stand in `rfc3161-client`.

use rfc3161_client::{Finding, Rule, Severity, SubIndication};

const fn rule(
    code: &'static str,
    clause: &'static str,
    severity: Severity,
    sub_indication: Option<SubIndication>,
) -> Rule {
    Rule {
        code,
        clause,
        severity,
        sub_indication,
    }
}

macro_rules! rules {
    ($($name:ident = $code:literal, $clause:literal, $severity:ident $(($sub:ident))?;)*) => {
        $(pub(crate) const $name: Rule = rule($code, $clause, Severity::$severity, rules!(@sub $($sub)?));)*

        /// Every rule of this crate, in the order in which they are judged.
        pub const RULES: &[Rule] = &[$($name),*];
    };
    (@sub) => { None };
    (@sub $sub:ident) => { Some(SubIndication::$sub) };
}

rules! {
    SUB_FILTER = "pdf-sub-filter", "EN 319 142-1 §6.3", Indeterminate(FormatFailure);
    DICTIONARY = "pdf-signature-dictionary", "ISO 32000-2 §12.8.1", Failure(FormatFailure);
    BYTE_RANGE = "pdf-byte-range", "EN 319 142-1 §5.1", Failure(FormatFailure);
    PADDING = "pdf-contents-padding", "ISO 32000-2 §12.8.1", Failure(FormatFailure);
    MALFORMED = "pdf-signature-malformed", "RFC 5652 §3", Failure(FormatFailure);
    COVERS_FILE = "pdf-covers-file", "EN 319 142-1 §5.1", Info;
    COVERS_REVISION = "pdf-covers-revision", "EN 319 142-1 §5.1", Info;
    TIME_STAMP_HOLDS = "pdf-time-stamp-holds", "EN 319 102-1 §5.4", Info;
    TIME_STAMP_FAILED = "pdf-time-stamp-failed", "EN 319 102-1 §5.4", Failure(SigConstraintsFailure);
    TIME_STAMP_UNDECIDED = "pdf-time-stamp-undecided", "EN 319 102-1 §5.4", Note;
    TIME_STAMP_EXPIRED = "pdf-time-stamp-expired", "EN 319 102-1 §5.6", Indeterminate(OutOfBoundsNoPoe);
    NOT_PERMITTED = "pdf-not-permitted", "ISO 32000-2 §12.8.2.2", Failure(SigConstraintsFailure);
    CHANGED_AFTER = "pdf-changed-after", "ISO 32000-2 §12.8.2.2", Failure(SigConstraintsFailure);
    OCTETS_AFTER = "pdf-octets-after", "ISO 32000-2 §12.8.1", Failure(FormatFailure);
}

/// A finding of `rule` with its facts.
pub(crate) fn finding(rule: &Rule, params: &[(&'static str, &str)]) -> Finding {
    Finding {
        code: rule.code,
        clause: rule.clause,
        severity: rule.severity,
        sub_indication: rule.sub_indication,
        params: params
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
    }
}
