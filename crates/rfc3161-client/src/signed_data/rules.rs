//! Rules that speak of signatures of persons and offices alone; those for tokens hold beside them.

use crate::finding::Severity::{Failure, Indeterminate, Info, Note};
use crate::finding::SubIndication::{
    ChainConstraintsFailure, FormatFailure, NoSigningCertificateFound, OutOfBoundsNoPoe,
    SigConstraintsFailure,
};
use crate::finding::{Rule, Severity, SubIndication};

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
        $(pub(super) const $name: Rule = rule($code, $clause, $severity, rules!(@sub $($sub)?));)*

        /// Every rule that speaks of signatures alone.
        pub const SIGNATURE_RULES: &[Rule] = &[$($name),*];
    };
    (@sub) => { None };
    (@sub $sub:ident) => { Some($sub) };
}

rules! {
    SIGNER_COUNT = "signature-signer-count", "EN 319 122-1 §4.4", Failure(FormatFailure);
    SIGNER_VERSION = "signature-signer-version", "RFC 5652 §5.3", Note;
    CONTENT_ENCLOSED = "signature-content-enclosed", "EN 319 142-1 §5", Failure(FormatFailure);
    CONTENT_TYPE_OTHER = "signature-content-type", "EN 319 122-1 §5.1.1", Failure(SigConstraintsFailure);
    SIGNING_TIME_PRESENT = "signature-signing-time", "EN 319 142-1 §6.3", Note;
    NOT_BOUND = "signature-certificate-not-bound", "EN 319 122-1 §5.2.2", Note;
    CERTIFICATE_NOT_FOUND = "signature-certificate-not-found", "EN 319 102-1 §5.2.3", Indeterminate(NoSigningCertificateFound);
    KEY_USAGE = "signature-key-usage", "RFC 5280 §4.2.1.3", Failure(ChainConstraintsFailure);
    SIGNER_IS_CA = "signature-by-authority", "RFC 5280 §4.2.1.9", Failure(ChainConstraintsFailure);
    PURPOSE_UNKNOWN = "signature-purpose-unknown", "RFC 5280 §4.2.1.12", Indeterminate(ChainConstraintsFailure);
    EXTENSION_MALFORMED = "signature-extension-malformed", "RFC 5280 §4.2", Failure(ChainConstraintsFailure);
    EXPIRED_NO_POE = "signature-expired-no-poe", "EN 319 102-1 §5.3.4", Indeterminate(OutOfBoundsNoPoe);
    MATCHES = "signature-matches", "RFC 5652 §5.6", Info;
}
