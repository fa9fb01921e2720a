//! The office log (本处登记日志): a signed tree of seals. The office's own record until a witness outside signs it.

use ed25519_dalek::{Signer, SigningKey};
use fidem_anchor::{Checkpoint, LogKey, LogProof, Note, NoteSignature};
use fidem_fingerprint::{hex, tree};

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

const KEY: &str = "office-log-key";

impl Office {
    /// Makes the log's signing key when the office is made.
    pub(crate) fn log_key_make(&mut self, desk: &dyn Desk) -> Result<()> {
        let mut seed = [0; 32];
        desk.entropy(&mut seed)?;
        Ok(self.book.set_setting(&at(desk), KEY, &hex::encode(&seed))?)
    }

    fn log_signing_key(&self) -> Result<SigningKey> {
        let seed = self
            .book
            .setting(KEY)?
            .as_deref()
            .and_then(hex::decode32)
            .ok_or_else(|| OfficeError::Damaged {
                what: "key of the office log".to_owned(),
            })?;
        Ok(SigningKey::from_bytes(&seed))
    }

    /// The log's public key, for a court's trust file.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`] when the office has no log key.
    pub fn log_key(&self) -> Result<LogKey> {
        Ok(LogKey {
            name: format!("fidem/{}", self.book.profile().office_id),
            public: self.log_signing_key()?.verifying_key().to_bytes(),
        })
    }

    /// Entries of the log.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn log_size(&self) -> Result<u64> {
        Ok(self.book.log_size()?)
    }

    /// Enters every seal that a crash or an outage left out, in one write.
    pub(crate) fn log_catch_up(&mut self, desk: &dyn Desk) -> Result<()> {
        let left = self.book.seals_unlogged()?;
        match left.is_empty() {
            true => Ok(()),
            false => Ok(self.book.log_append_all(&at(desk), &left).map(drop)?),
        }
    }

    /// Enters a seal into the log and keeps its proof; a second call finds the proof kept.
    pub(crate) fn log_proof_make(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        seal: u32,
    ) -> Result<String> {
        if let Some(kept) = self.log_proof(case, seal)? {
            return Ok(kept);
        }
        let entry = self.book.seal(case, seal)?.seal_sha256;
        let mut leaves = self.book.log_leaves()?;
        // A crash between entry and proof leaves the entry; the same seal is not entered twice.
        let index = match leaves.iter().position(|leaf| *leaf == entry) {
            Some(index) => index as u64,
            None => {
                leaves.push(entry);
                self.book.log_append(&at(desk), entry)?
            }
        };
        let proof = self.prove(&leaves, index)?;
        self.book
            .log_checkpoint_set(&at(desk), &proof.note.to_text())?;
        let text = proof.to_text();
        self.book
            .set_setting(&at(desk), &proof_setting(case, seal), &text)?;
        Ok(text)
    }

    /// The kept proof of a seal.
    pub(crate) fn log_proof(&self, case: &str, seal: u32) -> Result<Option<String>> {
        Ok(self.book.setting(&proof_setting(case, seal))?)
    }

    fn prove(&self, leaves: &[[u8; 32]], index: u64) -> Result<LogProof> {
        let log = tree::Tree::new(tree::leaf_hashes(leaves));
        self.proof_in(&log, index)
    }

    /// The path of a seal in the log as it was at some size, with the checkpoint of that size: as witnesses signed it, where they
    /// did.
    pub(crate) fn log_path(&self, case: &str, seal: u32, log: &tree::Tree) -> Result<String> {
        let entry = self.book.seal(case, seal)?.seal_sha256;
        let index = self.book.log_index(&entry)?.ok_or_else(damaged)?;
        let mut proof = self.proof_in(log, index)?;
        let kept = self
            .book
            .log_checkpoint_of(&self.log_key()?.name, log.size())?;
        if let Some(kept) = kept.and_then(|note| Note::parse(&note).ok())
            && kept.text == proof.note.text
        {
            proof.note = kept;
        }
        Ok(proof.to_text())
    }

    fn proof_in(&self, log: &tree::Tree, index: u64) -> Result<LogProof> {
        Ok(LogProof {
            index,
            path: log.inclusion(index).ok_or_else(damaged)?,
            note: self.checkpoint_of(log)?,
        })
    }

    /// The checkpoint over a state of the log, signed by the office.
    pub(crate) fn checkpoint_of(&self, log: &tree::Tree) -> Result<Note> {
        let checkpoint = Checkpoint {
            origin: self.log_key()?.name,
            size: log.size(),
            root: log.root(),
        };
        self.signed(checkpoint.to_text())
    }

    /// A text signed with the office's key. Its first line must say what it is, so that none passes for another.
    pub(crate) fn signed(&self, text: String) -> Result<Note> {
        let key = self.log_key()?;
        let signature = self.log_signing_key()?.sign(text.as_bytes()).to_bytes();
        Ok(Note {
            text,
            signatures: vec![NoteSignature::ed25519(&key, signature)],
        })
    }
}

fn damaged() -> OfficeError {
    OfficeError::Damaged {
        what: "office log".to_owned(),
    }
}

fn proof_setting(case: &str, seal: u32) -> String {
    format!("log-proof/{case}/{seal}")
}
