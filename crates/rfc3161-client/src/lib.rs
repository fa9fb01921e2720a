//! RFC 3161 time-stamp requests and tokens, judged by every rule and without a clock of its own.
//!
//! # What it does
//!
//! * [`TimeStampRequest`] writes and reads requests; [`TimeStampResponse`] reads answers.
//! * [`Token`] takes a token apart, tolerantly: indefinite lengths, sets in any order, attribute certificates and
//!   fractions of a second are all met in tokens of public authorities.
//! * [`verify`] judges a token strictly: RFC 3161 with RFC 5816, the signed data of RFC 5652, the path of RFC 5280 §6.1
//!   at the time that the token states, revocation as far as it is at hand.
//!
//! # What it does not do
//!
//! It opens no socket, reads no file and no clock, and draws no random numbers. The nonce, the trusted certificates, the
//! lists and the time are arguments. So the same bytes and arguments give the same verdict, natively and in wasm.
//!
//! # Reading a verdict
//!
//! [`Verification`] is never a mere yes or no. Its [`Indication`] is that of EN 319 102-1: *passed*, *failed* or
//! *indeterminate*, the latter two with a reason. Each [`Finding`] has a stable code, the clause that was applied, a
//! weight and its facts; [`RULES`] lists every code in advance, so that a catalog of messages can be checked for
//! completeness.
//!
//! *Indeterminate* is what a missing anchor, an unknown algorithm or one too weak today leads to; *failed* is a broken
//! rule. A verdict without anchors is never *passed*: structure alone is not time.
//!
//! ```
//! use rfc3161_client::{Anchor, Expected, Imprint, Indication, Inputs, TimeStampRequest, UnixTime, verify};
//!
//! // Ask: the octets to be sent to an authority as `application/timestamp-query`.
//! let request = TimeStampRequest {
//!     imprint: Imprint::sha256_of(b"evidence"),
//!     policy: None,
//!     nonce: Some(vec![0x17, 0x2a, 0x00, 0x9c]),
//!     cert_req: true,
//! };
//! let query = request.to_der()?;
//! assert_eq!(TimeStampRequest::parse(&query)?, request);
//!
//! // Judge: here bytes that are no token at all.
//! let anchors: Vec<Anchor> = Vec::new();
//! let now = UnixTime::from_rfc3339("2026-11-22T12:00:00Z").unwrap_or(UnixTime(0));
//! let mut inputs = Inputs::new(b"not a token", &anchors, now);
//! inputs.expected = Expected::Data(b"evidence");
//! inputs.request = Some(&request);
//! let verification = verify(&inputs);
//! assert!(matches!(verification.indication, Indication::Failed(_)));
//! assert_eq!(verification.findings[0].code, "token-malformed");
//! # Ok::<(), rfc3161_client::ParseError>(())
//! ```
//!
//! # Budgets against hostile bytes
//!
//! A token has at most 1 MiB, 32 levels, 64 members in a set, 64 octets in a serial number or nonce; a path at most 10
//! certificates, and 200 signatures are verified in the search for it.

#![forbid(unsafe_code)]

mod algorithm;
mod algorithm_table;
mod ber;
mod canonical_xml;
mod certificate;
mod check;
mod cms;
mod digest;
mod embed;
mod error;
mod evidence;
mod finding;
mod name;
mod oid;
mod path;
mod pem;
mod request;
mod response;
mod revocation;
mod rules;
mod signed_data;
mod time;
mod token;
mod tst_info;
mod verify;

pub use algorithm_table::{AlgorithmEnd, AlgorithmTable, RatedAlgorithm};
pub use certificate::CertificateSummary;
pub use digest::{DigestAlgorithm, DigestHasher, Imprint};
pub use embed::{embed_validation_data, without_revocation_data};
pub use error::ParseError;
pub use evidence::{
    ArchiveTimeStamp, ArchiveTimeStampVerification, EVIDENCE_RULES, EvidenceInputs, EvidenceRecord,
    EvidenceVerification, HashTree, ReducedHashTree, XmlData, is_xml_evidence, verify_evidence,
    verify_xml_evidence,
};
pub use finding::{Finding, Indication, Rule, Severity, SubIndication, Verification};
pub use path::{Anchor, KnownLinks};
pub use pem::certificates_from_pem;
pub use request::TimeStampRequest;
pub use response::{TimeStampResponse, token_of};
pub use revocation::RevocationSources;
pub use rules::RULES;
pub use signed_data::{
    CmsSignature, SIGNATURE_RULES, SignatureInputs, SignatureProfile, SignatureVerification,
    verify_signed_data,
};
pub use time::{Accuracy, GenTime, UnixTime};
pub use token::Token;
pub use tst_info::{Extension, MessageImprint, TstInfo};
pub use verify::{Expected, Inputs, verify, verify_response};
