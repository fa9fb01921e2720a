//! The table of rules: every code that a finding can carry, its clause and its weight.

use crate::finding::Severity::{Failure, Indeterminate, Info, Note};
use crate::finding::SubIndication::{
    ChainConstraintsFailure, CryptoConstraintsFailureNoPoe, FormatFailure, HashFailure,
    NoCertificateChainFound, NoSigningCertificateFound, OutOfBounds, PolicyNotTrusted,
    RequestMismatch, ResponseRefused, Revoked, RevokedNoPoe, SigConstraintsFailure,
    SigCryptoFailure, TimeInFuture,
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
        $(pub(crate) const $name: Rule = rule($code, $clause, $severity, rules!(@sub $($sub)?));)*

        /// Every rule, in the order in which they are judged.
        pub const RULES: &[Rule] = &[$($name),*];
    };
    (@sub) => { None };
    (@sub $sub:ident) => { Some($sub) };
}

rules! {
    // the response
    RESPONSE_MALFORMED = "response-malformed", "RFC 3161 §2.4.2", Failure(FormatFailure);
    RESPONSE_REFUSED = "response-refused", "RFC 3161 §2.4.2", Failure(ResponseRefused);
    RESPONSE_WITHOUT_TOKEN = "response-without-token", "RFC 3161 §2.4.2", Failure(ResponseRefused);
    REQUEST_IMPRINT_MISMATCH = "request-imprint-mismatch", "RFC 3161 §2.4.2", Failure(RequestMismatch);
    NONCE_MISSING = "nonce-missing", "RFC 3161 §2.4.2", Failure(RequestMismatch);
    NONCE_MISMATCH = "nonce-mismatch", "RFC 3161 §2.4.2", Failure(RequestMismatch);
    POLICY_NOT_REQUESTED = "policy-not-requested", "RFC 3161 §2.4.1", Failure(RequestMismatch);
    REQUESTED_CERTIFICATES_MISSING = "requested-certificates-missing", "RFC 3161 §2.4.1", Failure(RequestMismatch);
    CERTIFICATES_NOT_REQUESTED = "certificates-not-requested", "RFC 3161 §2.4.1", Note;

    // the envelope
    TOKEN_MALFORMED = "token-malformed", "RFC 3161 §2.4.2", Failure(FormatFailure);
    TRAILING_BYTES = "trailing-bytes", "RFC 5652 §3", Failure(FormatFailure);
    SIGNED_DATA_VERSION = "signed-data-version", "RFC 5652 §5.1", Note;
    SIGNER_COUNT = "signer-count", "RFC 3161 §2.4.2", Failure(FormatFailure);
    SIGNER_VERSION = "signer-version", "RFC 5652 §5.3", Failure(FormatFailure);
    DIGEST_NOT_ANNOUNCED = "digest-not-announced", "RFC 5652 §5.3", Note;
    ENTRIES_PASSED_OVER = "entries-passed-over", "RFC 5652 §10.2", Info;

    // the statement
    TST_VERSION = "tst-version", "RFC 3161 §2.4.2", Failure(FormatFailure);
    TST_NOT_DER = "tst-not-der", "RFC 3161 §2.4.2", Note;
    IMPRINT_ALGORITHM_UNKNOWN = "imprint-algorithm-unknown", "RFC 3161 §2.4.2", Indeterminate(CryptoConstraintsFailureNoPoe);
    IMPRINT_ALGORITHM_WEAK = "imprint-algorithm-weak", "TS 119 312 §5", Indeterminate(CryptoConstraintsFailureNoPoe);
    IMPRINT_ALGORITHM_PARAMETERS = "imprint-algorithm-parameters", "RFC 5754 §2", Failure(FormatFailure);
    IMPRINT_LENGTH = "imprint-length", "RFC 3161 §2.4.1", Failure(HashFailure);
    IMPRINT_MISMATCH = "imprint-mismatch", "RFC 3161 §2.4.2", Failure(HashFailure);
    IMPRINT_MATCHES = "imprint-matches", "RFC 3161 §2.4.2", Info;
    IMPRINT_NOT_COMPARED = "imprint-not-compared", "RFC 3161 §2.4.2", Info;
    IMPRINT_NOT_COMPARABLE = "imprint-not-comparable", "RFC 3161 §2.4.2", Indeterminate(HashFailure);
    SERIAL_OUT_OF_RANGE = "serial-out-of-range", "RFC 3161 §2.4.2", Note;
    GEN_TIME_TRAILING_ZERO = "gen-time-trailing-zero", "RFC 3161 §2.4.2", Note;
    GEN_TIME_IN_FUTURE = "gen-time-in-future", "RFC 3161 §2.4.2", Indeterminate(TimeInFuture);
    ACCURACY_UNKNOWN = "accuracy-unknown", "RFC 3161 §2.4.2", Info;
    ACCURACY_OUT_OF_RANGE = "accuracy-out-of-range", "RFC 3161 §2.4.2", Note;
    STATEMENT_EXTENSION_UNKNOWN = "statement-extension-unknown", "RFC 3161 §2.4.2", Failure(SigConstraintsFailure);
    CLAIMS_QUALIFIED = "claims-qualified", "EN 319 422 §9.1", Info;

    // the signer's certificate is found
    SIGNER_CERTIFICATE_ABSENT = "signer-certificate-absent", "RFC 3161 §2.4.1", Indeterminate(NoSigningCertificateFound);
    SIGNER_CERTIFICATE_NOT_INCLUDED = "signer-certificate-not-included", "RFC 3161 §2.4.1", Failure(SigConstraintsFailure);

    // the signed attributes
    SIGNED_ATTRIBUTES_MISSING = "signed-attributes-missing", "RFC 5652 §5.3", Failure(SigConstraintsFailure);
    SIGNED_ATTRIBUTES_NOT_DER = "signed-attributes-not-der", "RFC 5652 §5.4", Note;
    ATTRIBUTE_REPEATED = "attribute-repeated", "RFC 5652 §5.3", Failure(SigConstraintsFailure);
    ATTRIBUTE_MALFORMED = "attribute-malformed", "RFC 5652 §11", Failure(SigConstraintsFailure);
    CONTENT_TYPE_MISSING = "content-type-missing", "RFC 5652 §11.1", Failure(SigConstraintsFailure);
    CONTENT_TYPE_MISMATCH = "content-type-mismatch", "RFC 5652 §11.1", Failure(SigConstraintsFailure);
    MESSAGE_DIGEST_MISSING = "message-digest-missing", "RFC 5652 §11.2", Failure(SigConstraintsFailure);
    MESSAGE_DIGEST_MISMATCH = "message-digest-mismatch", "RFC 5652 §11.2", Failure(HashFailure);
    DIGEST_ALGORITHM_UNKNOWN = "digest-algorithm-unknown", "RFC 5652 §5.4", Indeterminate(CryptoConstraintsFailureNoPoe);
    DIGEST_ALGORITHM_WEAK = "digest-algorithm-weak", "TS 119 312 §5", Indeterminate(CryptoConstraintsFailureNoPoe);
    SIGNING_TIME_MALFORMED = "signing-time-malformed", "RFC 5652 §11.3", Note;
    ALGORITHM_PROTECTION_MISMATCH = "algorithm-protection-mismatch", "RFC 6211 §2", Failure(SigConstraintsFailure);
    DIGEST_ALGORITHMS_DIFFER = "digest-algorithms-differ", "RFC 8933 §3.1", Failure(SigConstraintsFailure);

    // the signature
    SIGNATURE_INVALID = "signature-invalid", "RFC 5652 §5.6", Failure(SigCryptoFailure);
    SIGNATURE_ALGORITHM_UNKNOWN = "signature-algorithm-unknown", "RFC 5652 §5.6", Indeterminate(CryptoConstraintsFailureNoPoe);
    SIGNATURE_ALGORITHM_MISNAMED = "signature-algorithm-misnamed", "RFC 5652 §5.3", Note;
    SIGNATURE_ALGORITHM_WEAK = "signature-algorithm-weak", "TS 119 312 §5", Indeterminate(CryptoConstraintsFailureNoPoe);
    SIGNER_KEY_WEAK = "signer-key-weak", "TS 119 312 §6", Indeterminate(CryptoConstraintsFailureNoPoe);
    SM2_EMPTY_IDENTITY = "sm2-empty-identity", "GM/T 0009 §10", Failure(SigCryptoFailure);

    // the certificate is bound into the signature
    SIGNING_CERTIFICATE_MISSING = "signing-certificate-missing", "RFC 3161 §2.4.2", Failure(SigConstraintsFailure);
    SIGNING_CERTIFICATE_MALFORMED = "signing-certificate-malformed", "RFC 5035 §3", Failure(SigConstraintsFailure);
    SIGNING_CERTIFICATE_MISMATCH = "signing-certificate-mismatch", "RFC 5035 §4", Failure(SigConstraintsFailure);
    SIGNING_CERTIFICATE_ISSUER_MISMATCH = "signing-certificate-issuer-mismatch", "RFC 5035 §4", Failure(SigConstraintsFailure);
    SIGNING_CERTIFICATE_HASH_UNKNOWN = "signing-certificate-hash-unknown", "RFC 5035 §4", Indeterminate(CryptoConstraintsFailureNoPoe);
    PATH_CERTIFICATE_NOT_LISTED = "path-certificate-not-listed", "RFC 5035 §3", Note;

    // the purpose of the certificate
    EXTENDED_KEY_USAGE_MISSING = "extended-key-usage-missing", "RFC 3161 §2.3", Failure(ChainConstraintsFailure);
    EXTENDED_KEY_USAGE_OTHER = "extended-key-usage-other", "RFC 3161 §2.3", Failure(ChainConstraintsFailure);
    EXTENDED_KEY_USAGE_NOT_CRITICAL = "extended-key-usage-not-critical", "RFC 3161 §2.3", Failure(ChainConstraintsFailure);
    EXTENDED_KEY_USAGE_EXCEPTION = "extended-key-usage-exception", "RFC 3161 §2.3", Note;
    KEY_USAGE_UNSUITED = "key-usage-unsuited", "RFC 5280 §4.2.1.12", Failure(ChainConstraintsFailure);
    KEY_USAGE_EXCESSIVE = "key-usage-excessive", "RFC 5280 §4.2.1.12", Note;
    SIGNER_IS_CA = "signer-is-ca", "RFC 5280 §4.2.1.9", Failure(ChainConstraintsFailure);
    TSA_NAME_MISMATCH = "tsa-name-mismatch", "RFC 3161 §2.4.2", Failure(SigConstraintsFailure);
    PRIVATE_KEY_PERIOD = "private-key-period", "EN 319 422 §6", Note;
    ACCURACY_BEYOND_VALIDITY = "accuracy-beyond-validity", "RFC 3161 §2.4.2", Note;

    // the path
    NO_ANCHOR_GIVEN = "no-anchor-given", "RFC 5280 §6.1.1", Indeterminate(NoCertificateChainFound);
    PATH_NOT_FOUND = "path-not-found", "RFC 5280 §6.1", Indeterminate(NoCertificateChainFound);
    PATH_BUDGET_EXHAUSTED = "path-budget-exhausted", "RFC 5280 §6.1", Indeterminate(NoCertificateChainFound);
    ANCHOR_OUTSIDE_WINDOW = "anchor-outside-window", "RFC 5280 §6.1.1", Indeterminate(NoCertificateChainFound);
    POLICY_NOT_TRUSTED = "policy-not-trusted", "RFC 3161 §2.4.2", Indeterminate(PolicyNotTrusted);
    CERTIFICATE_SIGNATURE_INVALID = "certificate-signature-invalid", "RFC 5280 §6.1.3", Failure(ChainConstraintsFailure);
    CERTIFICATE_ALGORITHM_UNKNOWN = "certificate-algorithm-unknown", "RFC 5280 §6.1.3", Indeterminate(CryptoConstraintsFailureNoPoe);
    CERTIFICATE_ALGORITHM_WEAK = "certificate-algorithm-weak", "TS 119 312 §5", Indeterminate(CryptoConstraintsFailureNoPoe);
    CERTIFICATE_ALGORITHMS_DISAGREE = "certificate-algorithms-disagree", "RFC 5280 §4.1.1.2", Failure(ChainConstraintsFailure);
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid", "RFC 5280 §6.1.3", Failure(OutOfBounds);
    CERTIFICATE_EXPIRED = "certificate-expired", "RFC 5280 §6.1.3", Failure(OutOfBounds);
    CERTIFICATE_EXPIRED_SINCE = "certificate-expired-since", "RFC 3161 App. B", Note;
    ISSUER_NOT_CA = "issuer-not-ca", "RFC 5280 §6.1.4", Failure(ChainConstraintsFailure);
    ISSUER_KEY_USAGE = "issuer-key-usage", "RFC 5280 §6.1.4", Failure(ChainConstraintsFailure);
    ISSUER_KEY_WEAK = "issuer-key-weak", "TS 119 312 §6", Indeterminate(CryptoConstraintsFailureNoPoe);
    ISSUER_PURPOSE = "issuer-purpose", "RFC 5280 §4.2.1.12", Failure(ChainConstraintsFailure);
    ISSUER_PURPOSE_UNKNOWN = "issuer-purpose-unknown", "RFC 5280 §4.2.1.12", Indeterminate(ChainConstraintsFailure);
    PATH_LENGTH_EXCEEDED = "path-length-exceeded", "RFC 5280 §6.1.4", Failure(ChainConstraintsFailure);
    CERTIFICATE_EXTENSION_UNKNOWN = "certificate-extension-unknown", "RFC 5280 §6.1.4", Failure(ChainConstraintsFailure);
    CERTIFICATE_EXTENSION_MALFORMED = "certificate-extension-malformed", "RFC 5280 §4.2", Failure(ChainConstraintsFailure);
    CERTIFICATE_EXTENSION_REPEATED = "certificate-extension-repeated", "RFC 5280 §4.2", Failure(ChainConstraintsFailure);
    NAME_CONSTRAINT_VIOLATED = "name-constraint-violated", "RFC 5280 §6.1.3", Failure(ChainConstraintsFailure);
    NAME_CONSTRAINT_UNKNOWN = "name-constraint-unknown", "RFC 5280 §4.2.1.10", Indeterminate(ChainConstraintsFailure);
    EXPLICIT_POLICY_MISSING = "explicit-policy-missing", "RFC 5280 §6.1.5", Failure(ChainConstraintsFailure);
    POLICY_MAPPING_UNKNOWN = "policy-mapping-unknown", "RFC 5280 §6.1.4", Indeterminate(ChainConstraintsFailure);

    // revocation
    REVOCATION_NOT_CHECKED = "revocation-not-checked", "RFC 5280 §6.3", Note;
    REVOCATION_CHECKED = "revocation-checked", "RFC 5280 §6.3", Info;
    REVOCATION_OLDER_THAN_TOKEN = "revocation-older-than-token", "EN 319 102-1 §5.2.5", Note;
    REVOCATION_UNREADABLE = "revocation-unreadable", "RFC 5280 §5", Note;
    REVOKED_LATER = "revoked-later", "RFC 3161 §4", Note;
    REVOKED_NO_POE = "revoked-no-poe", "RFC 3161 §4", Indeterminate(RevokedNoPoe);
    REVOKED = "revoked", "RFC 3161 §4", Failure(Revoked);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_reasons_stand_where_they_must() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(
                RULES[..index].iter().all(|other| other.code != rule.code),
                "{}",
                rule.code
            );
            assert_eq!(
                rule.sub_indication.is_some(),
                rule.severity >= Indeterminate,
                "{}",
                rule.code
            );
        }
    }
}
