//! Cases, items, people, journal and search, in one encrypted file.
//!
//! An office is a folder with three files of this crate:
//!
//! * `office.key.json`: the casebook's key, wrapped once for each person's passphrase and once for the recovery sheet
//!   ([`KEY_FILE`]). The names of the persons stand there in clear, for the log-in list; nothing else does.
//! * `casebook.db`: SQLite under SQLCipher, encrypted from its first page ([`CASEBOOK_FILE`]).
//! * `casebook.lock`: held while the office is open ([`LOCK_FILE`]).
//!
//! Every act that changes something takes the time as an argument, names the open person as its actor, and appends its
//! journal entry in the same transaction: there is no change without an entry and no entry without its change. Facts,
//! records and statements are opaque here; the crate keeps bytes and never reads them.
//!
//! Not here: clocks, randomness, the network, and the permission of a role to do something (that is the office's
//! affair). One rule of persons is here all the same, because it must hold whoever calls: a reviewer has not handled
//! what is reviewed ([`Casebook::review_add`]).
#![forbid(unsafe_code)]

mod act;
mod anchors;
mod captures;
mod casebook;
mod cases;
mod certificates;
mod copies;
mod detached;
mod devices;
mod durable;
mod error;
mod instant;
mod items;
mod journal;
mod keys;
mod lock;
mod log;
mod papers;
mod people;
mod place;
mod records;
mod recovery;
mod renewals;
mod reviews;
mod revisions;
mod schema;
mod seals;
mod search;
mod settings;
#[cfg(test)]
mod tampering;
mod words;

pub use anchors::{Anchor, AnchorStep, NewAnchor};
pub use captures::{Capture, CaptureState};
pub use casebook::{CASEBOOK_FILE, Casebook, Profile};
pub use cases::{Case, CaseChange, CaseCorrection, CaseFilter, CaseRow, CaseState, NewCase};
pub use certificates::{Certificate, NewCertificate};
pub use copies::SecondCopy;
pub use detached::{DetachedSignature, NewDetachedSignature};
pub use devices::Device;
pub use error::{CasebookError, Result};
pub use items::{Batch, BatchId, Item, NewItem, Withdrawal};
pub use journal::{Egress, Entry, FaultKind, Head, JournalFault, JournalFilter};
pub use keys::{Entropy, EntropyError, KEY_FILE, KdfParams};
pub use lock::LOCK_FILE;
pub use papers::{Amendment, Approval, CopyGiven, Edition, NewEdition, PaperDraft};
pub use people::{NewPerson, Person, Role};
pub use records::{RecordKind, WorkRecord};
pub use recovery::RecoverySheet;
pub use renewals::{EvidenceRecord, NewEvidenceRecord};
pub use reviews::Review;
pub use revisions::Revision;
pub use schema::PROGRAM_VERSION;
pub use seals::{NewToken, Seal, SealState, Token};
pub use search::{Hit, HitKind, SEARCH_LIMIT};
