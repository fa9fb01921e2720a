//! What can go wrong, with the facts of it.

use std::io;
use std::path::{Path, PathBuf};

use crate::journal::JournalFault;
use crate::keys::EntropyError;

/// The result of every verb here.
pub type Result<T> = std::result::Result<T, CasebookError>;

/// Why a verb did not happen. Nothing was changed when one of these is returned.
#[derive(Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the fields are named by the sentences above them"
)]
pub enum CasebookError {
    /// The system refused a file.
    #[error("{}: {kind}", path.display())]
    Io { path: PathBuf, kind: io::ErrorKind },
    /// SQLite refused a statement.
    #[error("the casebook's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The folder lies on a file system other machines can write to at the same time.
    #[error("the folder lies on a network share ({kind}); an office needs a local disk")]
    NetworkShare { kind: String },
    /// Another process has the office open.
    #[error("the office is already open elsewhere (process {pid:?} on {host:?})")]
    AlreadyOpen {
        pid: Option<u32>,
        host: Option<String>,
    },
    /// The folder already holds an office, or a part of one.
    #[error("the folder already holds {found}")]
    AlreadyAnOffice { found: &'static str },
    /// The folder is no office.
    #[error("{} holds no {missing}", dir.display())]
    NoOffice { dir: PathBuf, missing: &'static str },
    /// The key file is of another format or version.
    #[error("the key file has format {found:?}; this program reads {expected:?}")]
    KeyFileFormat {
        found: String,
        expected: &'static str,
    },
    /// The key file cannot be read.
    #[error("the key file is damaged: {reason}")]
    KeyFileDamaged { reason: String },
    /// The key file belongs to another office than the casebook beside it.
    #[error("the key file is of office {key_file}, the casebook of office {casebook}")]
    OtherOffice { key_file: String, casebook: String },
    /// The unwrapped key does not open the casebook.
    #[error("the key does not open the casebook: it is another office's, or damaged")]
    KeyDoesNotFit,
    /// Nobody of that name has a slot in the key file.
    #[error("no person named {name:?} in this office")]
    UnknownPerson { name: String },
    /// No person has that number.
    #[error("no person number {id} in this office")]
    UnknownPersonId { id: u32 },
    /// The person is no longer active.
    #[error("{name:?} is no longer active in this office")]
    PersonDisabled { name: String },
    /// The passphrase does not unwrap the person's slot.
    #[error("wrong passphrase for {name:?}")]
    WrongPassphrase { name: String },
    /// The recovery sheet is well formed but of another office, or replaced by a newer one.
    #[error("the recovery sheet is not the valid one of this office")]
    WrongRecoverySheet,
    /// A group of the recovery sheet fails its check character.
    #[error("group {group} of the recovery sheet is mistyped")]
    MistypedSheet { group: usize },
    /// The recovery sheet has the wrong number of groups.
    #[error("the recovery sheet has {expected} groups of five characters; {found} were given")]
    SheetLength { expected: usize, found: usize },
    /// Key derivation parameters out of the accepted range.
    #[error("key derivation with {memory_kib} KiB, {passes} passes, {lanes} lanes is out of range")]
    KdfOutOfRange {
        memory_kib: u32,
        passes: u32,
        lanes: u32,
    },
    /// The key derivation or the cipher failed.
    #[error("key derivation failed: {reason}")]
    Kdf { reason: String },
    /// The source of randomness failed.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The casebook was written by a newer program.
    #[error("the casebook needs version {file} of its format; this program knows up to {program}")]
    NewerFile { file: u32, program: u32 },
    /// The casebook lacks what every casebook has.
    #[error("the casebook is damaged: {what}")]
    Damaged { what: &'static str },
    /// A time is not `YYYY-MM-DDTHH:MM:SSZ`.
    #[error("{at:?} is not RFC 3339 UTC with whole seconds")]
    BadTime { at: String },
    /// A field that must be filled is empty, too long or holds control characters.
    #[error("{field} is empty, too long or holds control characters")]
    BadText { field: &'static str },
    /// A field that must be JSON is not.
    #[error("{field} is not JSON: {reason}")]
    NotJson { field: &'static str, reason: String },
    /// A journal entry cannot be written canonically.
    #[error("the journal entry cannot be written: {reason}")]
    Unwritable { reason: String },
    /// A role's name is none of the five.
    #[error("{found:?} is no role")]
    UnknownRole { found: String },
    /// The person is or was already there.
    #[error("the name {name:?} is taken")]
    PersonExists { name: String },
    /// Nobody disables the own account.
    #[error("nobody disables the own account")]
    OwnAccount,
    /// Somebody must remain who can add persons.
    #[error("{name:?} is the last active administrator")]
    LastAdministrator { name: String },
    /// No such case, by id or by number.
    #[error("no case {case:?}")]
    UnknownCase { case: String },
    /// A case of that id is there already.
    #[error("a case with id {id:?} is there already")]
    CaseExists { id: String },
    /// The case is void (作废).
    #[error("case {number} is void")]
    CaseVoid { number: String },
    /// No such batch in the case.
    #[error("case {number} has no batch {batch}")]
    UnknownBatch { number: String, batch: u32 },
    /// No such item in the case.
    #[error("case {number} has no item {item}")]
    UnknownItem { number: String, item: u32 },
    /// The item is sealed (固化): a further seal may correct it, nothing may edit it.
    #[error("item {item} is sealed in seal {seal}")]
    ItemSealed { item: u32, seal: u32 },
    /// The item is withdrawn.
    #[error("item {item} is withdrawn")]
    ItemWithdrawn { item: u32 },
    /// The same item was named twice.
    #[error("item {item} is named twice")]
    ItemTwice { item: u32 },
    /// The item already has that class.
    #[error("item {item} already has class {class}")]
    SameClass { item: u32, class: String },
    /// No item was named.
    #[error("there is nothing to seal")]
    NothingToSeal,
    /// No such seal in the case.
    #[error("case {number} has no seal {seal}")]
    UnknownSeal { number: String, seal: u32 },
    /// The seal is complete already.
    #[error("seal {seal} is complete already")]
    SealComplete { seal: u32 },
    /// The seal still waits for its tokens (待固化).
    #[error("seal {seal} still waits for its tokens")]
    SealWaiting { seal: u32 },
    /// No token of the seal counts, so that the seal cannot be complete.
    #[error("seal {seal} has no token that counts")]
    NoToken { seal: u32 },
    /// The seal has a token of that ordinal.
    #[error("seal {seal} already has token {ordinal}")]
    TokenExists { seal: u32, ordinal: u32 },
    /// Who handled does not review (办理与复核不得为同一人).
    #[error("{name:?} has handled this case and cannot review it ({handled})")]
    SamePerson { name: String, handled: &'static str },
    /// No such document.
    #[error("no certificate {document_id:?}")]
    UnknownCertificate { document_id: String },
    /// A document of that id is there already.
    #[error("certificate {document_id:?} is there already")]
    CertificateExists { document_id: String },
    /// The digest handed in is not the digest of the bytes handed in.
    #[error("{what}: the SHA-256 handed in is not that of the bytes")]
    DigestMismatch { what: &'static str },
    /// Revisions are numbered without gaps.
    #[error("the next revision is {expected}, not {found}")]
    RevisionOrder { expected: u32, found: u32 },
    /// No capture of that id is under way or kept.
    #[error("no capture {id:?}")]
    UnknownCapture { id: String },
    /// No anchoring of that number.
    #[error("no anchoring {anchor}")]
    UnknownAnchor { anchor: u32 },
    /// A forked anchoring is made anew, not continued.
    #[error("anchoring {anchor} is forked")]
    AnchorForked { anchor: u32 },
    /// No record of that number, or none that this can be done to.
    #[error("no such record {number}")]
    UnknownRecord { number: u32 },
    /// No device of that identity is in service.
    #[error("no device {identity:?}")]
    UnknownDevice { identity: String },
    /// The device is registered already.
    #[error("device {identity:?} is registered already")]
    DeviceKnown { identity: String },
    /// The journal does not hold together.
    #[error(transparent)]
    Journal(#[from] JournalFault),
}

impl CasebookError {
    /// Keeps the path and the kind of a system error.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            kind: source.kind(),
        }
    }
}

/// Whether SQLite refused a row because of a UNIQUE or PRIMARY KEY rule.
pub(crate) fn is_duplicate(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|e| {
        matches!(
            e.extended_code,
            rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        )
    })
}
