//! Why a use case did not happen. Codes are stable; front ends find their sentences by them.

use fidem_casebook::CasebookError;
use fidem_certificate::CertificateError;
use fidem_manifest::{ClassRefused, StatementError};
use fidem_signing::{CheckError, SignError, SignFailure};
use fidem_vault::VaultError;
use rfc3161_client::UnixTime;

use crate::Missing;

/// Why something was refused or failed. Nothing is half done after one: what was recorded stays recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// The casebook refused.
    #[error(transparent)]
    Casebook(#[from] CasebookError),
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A statement could not be made or read.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The certificate was not set.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Trust could not be read.
    #[error(transparent)]
    Trust(#[from] fidem_verify::TrustError),
    /// A class above the facts.
    #[error(transparent)]
    Class(#[from] ClassRefused),
    /// The facts name an origin that only a recorder can witness.
    #[error("this origin cannot be stated by hand")]
    OriginNotByHand,
    /// The facts are not the JSON they should be.
    #[error("the facts cannot be read: {reason}")]
    Facts {
        /// In the words of the reader.
        reason: String,
    },
    /// A person without the role.
    #[error("this needs one of the roles {needed}")]
    Role {
        /// The roles that may.
        needed: String,
    },
    /// The files do not fit.
    #[error("{needed} bytes are needed, {free} are free")]
    NoSpace {
        /// Needed.
        needed: u64,
        /// Free.
        free: u64,
    },
    /// A seal still waits for its tokens.
    #[error("seal {seal} still waits for its time stamps")]
    Waiting {
        /// The seal.
        seal: u32,
    },
    /// Nothing was sealed yet.
    #[error("nothing has been sealed in this case")]
    NotSealed,
    /// Items stand outside every seal.
    #[error("{count} items are not sealed yet")]
    Unsealed {
        /// How many.
        count: u64,
    },
    /// No such item in a seal of the case.
    #[error("item {item} is in no seal of this case")]
    ItemNotSealed {
        /// The item.
        item: u32,
    },
    /// What is in the vault is no longer what was taken in.
    #[error("item {item} in the vault differs from its fingerprint")]
    VaultDiffers {
        /// The item.
        item: u32,
    },
    /// The clerk's own words claim what nobody can.
    #[error("{field} contains the phrase {phrase:?}, which must not stand on a receipt")]
    Forbidden {
        /// Where.
        field: String,
        /// What.
        phrase: String,
    },
    /// A kind of document that is not issued.
    #[error("no document of the kind {kind:?} is issued")]
    Kind {
        /// What was asked for.
        kind: String,
    },
    /// Something keeps the document from being issued or approved.
    #[error("the document cannot be issued: {}", each(hindrances))]
    PaperWanting {
        /// Each thing.
        hindrances: Vec<crate::Hindrance>,
    },
    /// A key, its certificate or the file does not let a document be signed.
    #[error("{reason}")]
    Signing {
        /// Why.
        reason: String,
    },
    /// The certificate that was to sign is revoked; nothing was signed.
    #[error("the certificate of {subject} was revoked at {revoked_at}")]
    CertificateRevoked {
        /// Whose.
        subject: String,
        /// Since when, RFC 3339.
        revoked_at: String,
    },
    /// The certificate that was to sign, or one above it, has ended; nothing was signed.
    #[error("the certificate of {subject} was valid until {not_after}")]
    CertificateExpired {
        /// Whose.
        subject: String,
        /// Until when, RFC 3339.
        not_after: String,
    },
    /// An SM2 key was to sign inside a PDF; it signs beside the file.
    #[error("this key signs beside the file, not inside")]
    KeyNotForPdf,
    /// There is a signature beside this file in that capacity already.
    #[error("document {document} has that signature beside it")]
    SignedBeside {
        /// The document.
        document: String,
    },
    /// A document that was not signed electronically has no archive time stamp to renew.
    #[error("document {document} bears no electronic signature")]
    NotSigned {
        /// The document.
        document: String,
    },
    /// An evidence record is over the file: appending to it would break that proof.
    #[error("document {document} is carried by {record}")]
    CarriedByRecord {
        /// The document.
        document: String,
        /// The record's member in a package.
        record: String,
    },
    /// Another person signs in that capacity, or another capacity is next.
    #[error("not to be signed as {capacity} by this person now; next is {next}")]
    NotYourSignature {
        /// Asked for.
        capacity: &'static str,
        /// Whose turn it is.
        next: &'static str,
    },
    /// The certificate bears another name than the person's.
    #[error("the certificate is that of {subject:?}, and {person:?} is logged in")]
    SignerName {
        /// Name in the certificate.
        subject: String,
        /// Who is logged in.
        person: String,
    },
    /// A document that is to be signed is not signed by all.
    #[error("{document} lacks the signature of: {open}")]
    Unsigned {
        /// Its number.
        document: String,
        /// Who has still to sign.
        open: String,
    },
    /// A point of the approval is open.
    #[error("a point of the approval checklist is open")]
    Checklist,
    /// No such number of copies is given.
    #[error("{copies} copies are not given")]
    Copies {
        /// How many.
        copies: u32,
    },
    /// The document does not conform.
    #[error("the document does not conform to PDF/A-3a and PDF/UA-1: {failures}")]
    Conformance {
        /// The rules it failed.
        failures: String,
    },
    /// A file or folder failed.
    #[error("{path}: {reason}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        reason: String,
    },
    /// The system gave no randomness.
    #[error("no randomness: {reason}")]
    Entropy {
        /// Why.
        reason: String,
    },
    /// No rail of that name is set up, or it is off.
    #[error("no rail {rail:?} is on")]
    UnknownRail {
        /// The name.
        rail: String,
    },
    /// No rail is on.
    #[error("no rail is on")]
    NoRail,
    /// The office does not allow public chains.
    #[error("{rail} is a public chain, which this office does not allow")]
    PublicChain {
        /// The rail.
        rail: String,
    },
    /// A rail failed; nothing was lost.
    #[error("{rail}: {reason}")]
    Rail {
        /// Which.
        rail: String,
        /// Why.
        reason: String,
    },
    /// Whether a party has to do with who runs a network was not declared; until then nothing issues.
    #[error("no declaration of interest for {rails}")]
    InterestUndeclared {
        /// The rails.
        rails: String,
    },
    /// No final OpenTimestamps anchoring covers the seal.
    #[error("no final OpenTimestamps anchoring covers seal {seal}")]
    NotAnchored {
        /// The seal.
        seal: u32,
    },
    /// The HTTP client could not be made.
    #[error("no connection can be prepared: {reason}")]
    Courier {
        /// Why.
        reason: String,
    },
    /// None of the chosen authorities gave a token that holds.
    #[error("no authority gave a time stamp that holds: {problems}")]
    NoAuthority {
        /// What each of them said.
        problems: String,
    },
    /// A time-stamping policy is no object identifier.
    #[error("`{policy}` is no policy identifier")]
    Policy {
        /// As it was given.
        policy: String,
    },
    /// A record is to be complete and is not.
    #[error("the record is not complete; missing: {}", lacking.join(", "))]
    RecordIncomplete {
        /// Codes of the fields.
        lacking: Vec<String>,
    },
    /// A record holds what cannot be printed.
    #[error("the record cannot be kept: {reason}")]
    Record {
        /// What.
        reason: String,
    },
    /// An item that is a record of work is not withdrawn: it is changed by a further version.
    #[error("item {item} is a record of work")]
    RecordItem {
        /// The item.
        item: u32,
    },
    /// The reason for going on after an abnormal finding takes two persons.
    #[error("the reason was written by `{written_by}`; another person confirms it")]
    ReasonAlone {
        /// Who wrote it.
        written_by: String,
    },
    /// A document rests on records that are not complete.
    #[error("missing: {}", codes(missing))]
    RecordsWanting {
        /// Which.
        missing: Vec<Missing>,
    },
    /// A renewal needs a second person.
    #[error(
        "a renewal is proposed by one person and carried out by another; proposed by: `{proposed_by}`"
    )]
    SecondPerson {
        /// Who proposed it; empty where nobody did.
        proposed_by: String,
    },
    /// The browser could not be driven.
    #[error(transparent)]
    Capture(#[from] fidem_capture::CaptureError),
    /// The program does not compute or judge as it should: nothing may be issued by it.
    #[error("the program failed its self-test at `{part}`")]
    ProgramSelfTest {
        /// What failed: `digests`, `match`, `mismatch`.
        part: &'static str,
    },
    /// The recorder does not record its own test page octet by octet: nothing may be captured with it.
    #[error("the recorder's self-test failed: {matching} of {served} exchanges match")]
    SelfTest {
        /// Exchanges recorded as served.
        matching: u32,
        /// Exchanges served.
        served: u32,
    },
    /// The examination found what lets no capture begin.
    #[error("nothing may be captured here: {checks}")]
    Unclean {
        /// Codes of the checks that found it.
        checks: String,
    },
    /// The bytes of this item are withheld; they leave the office only by being opened.
    #[error("item {item} is withheld")]
    Withheld {
        /// The item.
        item: u32,
    },
    /// The office was closed meanwhile, or another was opened; what was recorded is kept until it is opened again.
    #[error("the office was closed meanwhile")]
    Closed,
    /// The person stopped it; what was done until then stays.
    #[error("stopped")]
    Stopped,
    /// Data of the office that should be there is not, or is damaged.
    #[error("the office's data is damaged: {what}")]
    Damaged {
        /// Which.
        what: String,
    },
}

impl OfficeError {
    /// Why a file was not signed.
    pub(crate) fn not_signed(error: &SignError) -> Self {
        match error {
            SignError::AlgorithmNotForPdf => Self::KeyNotForPdf,
            SignError::Check(CheckError::Revoked {
                subject,
                revoked_at,
            }) => Self::CertificateRevoked {
                subject: subject.clone(),
                revoked_at: UnixTime(*revoked_at).to_rfc3339(),
            },
            SignError::Check(CheckError::Expired {
                subject, not_after, ..
            }) => Self::CertificateExpired {
                subject: subject.clone(),
                not_after: UnixTime(*not_after).to_rfc3339(),
            },
            other => Self::Signing {
                reason: other.to_string(),
            },
        }
    }

    /// Why a file was not signed or not stamped.
    pub(crate) fn unsigned(failure: SignFailure<Self>) -> Self {
        match failure {
            SignFailure::Stamp(error) => error,
            SignFailure::Sign(error) => Self::not_signed(&error),
        }
    }

    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Casebook(e) => casebook_code(e),
            Self::Vault(e) => e.code(),
            Self::Statement(_) => "statement",
            Self::Certificate(_) => "certificate",
            Self::Trust(_) => "trust",
            Self::Class(_) => "class-refused",
            Self::OriginNotByHand => "origin-not-by-hand",
            Self::Facts { .. } => "facts",
            Self::Role { .. } => "role",
            Self::NoSpace { .. } => "no-space",
            Self::Waiting { .. } => "seal-waiting",
            Self::NotSealed => "not-sealed",
            Self::Unsealed { .. } => "unsealed",
            Self::ItemNotSealed { .. } => "item-not-sealed",
            Self::VaultDiffers { .. } => "vault-differs",
            Self::Forbidden { .. } => "forbidden-phrase",
            Self::Kind { .. } => "kind",
            Self::PaperWanting { .. } => "paper-wanting",
            Self::Checklist => "checklist",
            Self::Signing { .. } => "signing",
            Self::NotYourSignature { .. } => "not-your-signature",
            Self::CertificateRevoked { .. } => "certificate-revoked",
            Self::CertificateExpired { .. } => "certificate-expired",
            Self::KeyNotForPdf => "key-not-for-pdf",
            Self::SignedBeside { .. } => "signed-beside",
            Self::NotSigned { .. } => "not-signed",
            Self::CarriedByRecord { .. } => "carried-by-record",
            Self::SignerName { .. } => "signer-name",
            Self::Unsigned { .. } => "unsigned",
            Self::Copies { .. } => "copies",
            Self::Conformance { .. } => "conformance",
            Self::UnknownRail { .. } => "unknown-rail",
            Self::NoRail => "no-rail",
            Self::PublicChain { .. } => "public-chain",
            Self::Rail { .. } => "rail",
            Self::InterestUndeclared { .. } => "interest-undeclared",
            Self::NotAnchored { .. } => "not-anchored",
            Self::Io { .. } => "io",
            Self::Entropy { .. } => "entropy",
            Self::Courier { .. } => "courier",
            Self::NoAuthority { .. } => "no-authority",
            Self::Policy { .. } => "policy",
            Self::SecondPerson { .. } => "second-person",
            Self::RecordIncomplete { .. } => "record-incomplete",
            Self::Record { .. } => "record",
            Self::RecordItem { .. } => "record-item",
            Self::ReasonAlone { .. } => "reason-alone",
            Self::RecordsWanting { .. } => "records-wanting",
            Self::Capture(e) => capture_code(e),
            Self::SelfTest { .. } => "self-test-failed",
            Self::ProgramSelfTest { .. } => "program-self-test",
            Self::Unclean { .. } => "cleanliness-blocks",
            Self::Withheld { .. } => "withheld",
            Self::Closed => "closed-meanwhile",
            Self::Stopped => "stopped",
            Self::Damaged { .. } => "damaged",
        }
    }

    /// A file or folder that failed.
    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Io {
            path: path.display().to_string(),
            reason: error.to_string(),
        }
    }
}

fn each(hindrances: &[crate::Hindrance]) -> String {
    let all: Vec<String> = hindrances.iter().map(ToString::to_string).collect();
    all.join(", ")
}

fn codes(missing: &[Missing]) -> String {
    let codes: Vec<&str> = missing.iter().map(|m| m.code()).collect();
    codes.join(", ")
}

fn capture_code(error: &fidem_capture::CaptureError) -> &'static str {
    use fidem_capture::CaptureError as E;
    match error {
        E::NoBrowser { .. } => "no-browser",
        E::BrowserVersion { .. } | E::Launch { .. } => "browser-launch",
        E::Address { .. } => "capture-address",
        E::Io { full: true, .. } => "no-space",
        E::Io { .. } => "io",
        E::System => "capture-system",
        _ => "capture",
    }
}

fn casebook_code(error: &CasebookError) -> &'static str {
    use CasebookError as E;
    match error {
        E::WrongPassphrase { .. } => "wrong-passphrase",
        E::UnknownPerson { .. } => "unknown-person",
        E::PersonDisabled { .. } => "person-disabled",
        E::PersonExists { .. } => "person-exists",
        E::AlreadyOpen { .. } => "already-open",
        E::NetworkShare { .. } => "network-share",
        E::AlreadyAnOffice { .. } => "already-an-office",
        E::NoOffice { .. } => "no-office",
        E::NewerFile { .. } => "newer-file",
        E::UnknownCase { .. } => "unknown-case",
        E::CaseVoid { .. } => "case-void",
        E::UnknownItem { .. } => "unknown-item",
        E::ItemSealed { .. } => "item-sealed",
        E::ItemWithdrawn { .. } => "item-withdrawn",
        E::NothingToSeal => "nothing-to-seal",
        E::SamePerson { .. } => "same-person",
        E::WrongRecoverySheet | E::MistypedSheet { .. } | E::SheetLength { .. } => {
            "wrong-recovery-sheet"
        }
        E::BadText { .. } => "bad-text",
        E::SealWaiting { .. } => "seal-waiting",
        E::UnknownCapture { .. } => "unknown-capture",
        E::UnknownAnchor { .. } => "unknown-anchor",
        E::AnchorForked { .. } => "anchor-forked",
        E::UnknownRecord { .. } => "unknown-record",
        E::UnknownDevice { .. } => "unknown-device",
        E::DeviceKnown { .. } => "device-known",
        _ => "casebook",
    }
}
