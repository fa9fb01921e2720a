//! A witness (见证人) of office logs (`c2sp.org/tlog-witness`), small enough for another office to run.
//!
//! It keeps, for each log that it watches, the checkpoint that it signed last, and signs a later one only when the log shows
//! that nothing of the earlier was taken out. What it signs it keeps first: after a crash it never signs another view.
#![forbid(unsafe_code)]

mod server;
mod shelf;

pub use server::{Running, serve};
pub use shelf::Shelf;

use std::sync::{Mutex, PoisonError};

use ed25519_dalek::{Signer, SigningKey};
use fidem_anchor::{
    AddCheckpoint, Checkpoint, Known, LogKey, Note, NoteSignature, Refusal, WitnessKey, consider,
    cosigned_text,
};

/// Why a witness does not sign, or cannot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// The request is none.
    #[error(transparent)]
    Request(#[from] fidem_anchor::AddCheckpointError),
    /// By the rules.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was signed before cannot be read, or what is to be signed not kept.
    #[error("the witness cannot keep what it signs: {0}")]
    Shelf(#[from] std::io::Error),
}

/// A witness.
pub struct Witness {
    key: WitnessKey,
    secret: SigningKey,
    logs: Vec<LogKey>,
    shelf: Mutex<Shelf>,
}

impl Witness {
    /// A witness by name and secret key, of these logs, with its memory in a folder.
    #[must_use]
    pub fn new(name: String, secret: &[u8; 32], logs: Vec<LogKey>, shelf: Shelf) -> Self {
        let secret = SigningKey::from_bytes(secret);
        Self {
            key: WitnessKey {
                name,
                public: secret.verifying_key().to_bytes(),
            },
            secret,
            logs,
            shelf: Mutex::new(shelf),
        }
    }

    /// The key that others verify with.
    pub fn key(&self) -> &WitnessKey {
        &self.key
    }

    /// Signs a checkpoint at a time, in seconds since 1970; the signature line.
    ///
    /// # Errors
    /// [`WitnessError`]; nothing was signed then.
    pub fn sign(&self, request: &str, time: u64) -> Result<String, WitnessError> {
        let request = AddCheckpoint::parse(request)?;
        // One at a time: between what is known and what is kept nothing else may be signed.
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = origin_of(&request.note)?;
        let last = match shelf.last(&origin)? {
            Some(note) => Some(known(&note)?),
            None => None,
        };
        consider(&request, &self.logs, |_| last)?;
        let text = cosigned_text(time, &request.note.text);
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        let line = NoteSignature::cosignature(&self.key, time, signature);
        let mut kept = request.note;
        kept.signatures.push(line.clone());
        shelf.keep(&origin, &kept)?;
        Ok(line.to_line())
    }

    /// The checkpoint of a log that was signed last, with the signature: for comparing with other witnesses.
    ///
    /// # Errors
    /// [`WitnessError::Shelf`].
    pub fn last(&self, origin: &str) -> Result<Option<Note>, WitnessError> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(shelf.last(origin)?)
    }
}

fn origin_of(note: &Note) -> Result<String, Refusal> {
    Ok(Checkpoint::from_text(&note.text)?.origin)
}

fn known(note: &Note) -> Result<Known, Refusal> {
    let checkpoint = Checkpoint::from_text(&note.text)?;
    Ok(Known {
        size: checkpoint.size,
        root: checkpoint.root,
    })
}
