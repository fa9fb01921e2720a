//! The key file: one random key for the casebook, wrapped for each person and for the recovery sheet.
//!
//! Log-in, encryption at rest and the removal of a colleague are one mechanism. A slot is XChaCha20-Poly1305 over the
//! key under Argon2id (RFC 9106) of the passphrase; office, person and parameters are authenticated with it, so that a
//! slot copied under another name, or with weakened parameters, does not open.

use std::fs;
use std::path::Path;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use fidem_fingerprint::hex;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::durable;
use crate::error::{CasebookError, Result};
use crate::recovery::{self, RecoverySheet};

/// The key file's name within the office folder.
pub const KEY_FILE: &str = "office.key.json";

const FORMAT: &str = "fidem-keyslots/1";
const KDF: &str = "argon2id";
const KEY_LEN: usize = 32;
const SALT_LEN: usize = 16;
const NONCE_LEN: usize = 24;
/// A changed key file must not be able to exhaust the machine: 1 GiB, 64 passes, 16 lanes.
const MOST: KdfParams = KdfParams {
    memory_kib: 1 << 20,
    passes: 64,
    lanes: 16,
};

/// Fills the whole buffer from the system's secure source, or says why not.
pub type Entropy<'a> = &'a mut dyn FnMut(&mut [u8]) -> std::result::Result<(), EntropyError>;

/// The source of randomness failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness failed: {reason}")]
pub struct EntropyError {
    /// What the source said.
    pub reason: String,
}

/// The cost of guessing one passphrase (RFC 9106 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl KdfParams {
    /// 64 MiB, 3 passes, 1 lane: about a quarter of a second on an office machine.
    #[must_use]
    pub const fn standard() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }

    /// The least Argon2 accepts. It protects nothing; only tests and demonstrations without secrets may use it.
    #[must_use]
    pub const fn weak_for_tests() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }

    fn checked(self) -> Result<Params> {
        let Self {
            memory_kib,
            passes,
            lanes,
        } = self;
        let refused = CasebookError::KdfOutOfRange {
            memory_kib,
            passes,
            lanes,
        };
        match memory_kib <= MOST.memory_kib && passes <= MOST.passes && lanes <= MOST.lanes {
            true => Params::new(memory_kib, passes, lanes, Some(KEY_LEN)).map_err(|_| refused),
            false => Err(refused),
        }
    }
}

/// The casebook's key. Wiped when dropped.
pub(crate) struct OfficeKey(Zeroizing<[u8; KEY_LEN]>);

impl OfficeKey {
    fn fresh(entropy: Entropy<'_>) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        entropy(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// SQLCipher's raw key literal: no second derivation.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.0.as_slice()));
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", digits.as_str()))
    }
}

/// `office.key.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    format: String,
    office: String,
    recovery: Slot,
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slot {
    /// Absent in the recovery slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    nonce: String,
    wrapped: String,
}

impl KeyFile {
    /// A key, a key file with one person, and the sheet that opens its recovery slot.
    pub(crate) fn fresh(
        office: &str,
        person: &str,
        passphrase: &str,
        kdf: KdfParams,
        entropy: Entropy<'_>,
    ) -> Result<(Self, OfficeKey, RecoverySheet)> {
        let key = OfficeKey::fresh(entropy)?;
        let (sheet, recovery) = recovery_slot(&key, office, kdf, entropy)?;
        let lock = Wrapping {
            office,
            person: Some(person),
            kdf,
        };
        let slot = lock.wrap(&key, passphrase.as_bytes(), entropy)?;
        let file = Self {
            format: FORMAT.to_owned(),
            office: office.to_owned(),
            recovery,
            slots: vec![slot],
        };
        Ok((file, key, sheet))
    }

    pub(crate) fn read(dir: &Path) -> Result<Self> {
        #[derive(Deserialize)]
        struct Named {
            format: String,
        }
        let damaged = |e: serde_json::Error| CasebookError::KeyFileDamaged {
            reason: e.to_string(),
        };
        let path = dir.join(KEY_FILE);
        let bytes = match fs::read(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(CasebookError::NoOffice {
                    dir: dir.to_owned(),
                    missing: KEY_FILE,
                });
            }
            read => read.map_err(CasebookError::io(&path))?,
        };
        // The format first: a newer file may have other fields.
        let Named { format: found } = serde_json::from_slice(&bytes).map_err(damaged)?;
        if found != FORMAT {
            return Err(CasebookError::KeyFileFormat {
                found,
                expected: FORMAT,
            });
        }
        serde_json::from_slice(&bytes).map_err(damaged)
    }

    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        let mut text =
            serde_json::to_string_pretty(self).map_err(|e| CasebookError::KeyFileDamaged {
                reason: e.to_string(),
            })?;
        text.push('\n');
        durable::replace(dir, KEY_FILE, text.as_bytes())
    }

    pub(crate) fn office(&self) -> &str {
        &self.office
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.slots.iter().filter_map(|s| s.person.clone()).collect()
    }

    /// The key, as a person.
    pub(crate) fn unlock(&self, person: &str, passphrase: &str) -> Result<OfficeKey> {
        let name = person.to_owned();
        let slot = self
            .slot(person)
            .ok_or(CasebookError::UnknownPerson { name: name.clone() })?;
        slot.unwrap_key(&self.office, passphrase.as_bytes())?
            .ok_or(CasebookError::WrongPassphrase { name })
    }

    /// The key, with the recovery sheet.
    pub(crate) fn unlock_with_sheet(&self, sheet: &str) -> Result<OfficeKey> {
        let secret = recovery::read(sheet)?;
        self.recovery
            .unwrap_key(&self.office, secret.as_slice())?
            .ok_or(CasebookError::WrongRecoverySheet)
    }

    /// What a slot of this office costs today: that of `person`'s slot, else of the recovery slot.
    pub(crate) fn kdf_of(&self, person: &str) -> KdfParams {
        self.slot(person).unwrap_or(&self.recovery).kdf()
    }

    /// Gives `person` a slot, in the place of an older one.
    pub(crate) fn set_slot(
        &mut self,
        key: &OfficeKey,
        person: &str,
        passphrase: &str,
        kdf: KdfParams,
        entropy: Entropy<'_>,
    ) -> Result<()> {
        let lock = Wrapping {
            office: &self.office,
            person: Some(person),
            kdf,
        };
        let slot = lock.wrap(key, passphrase.as_bytes(), entropy)?;
        self.remove_slot(person);
        self.slots.push(slot);
        Ok(())
    }

    /// Whether there was one.
    pub(crate) fn remove_slot(&mut self, person: &str) -> bool {
        let before = self.slots.len();
        self.slots.retain(|s| s.person.as_deref() != Some(person));
        self.slots.len() < before
    }

    /// Replaces the recovery slot; the sheet printed before opens nothing any more.
    pub(crate) fn renew_recovery(
        &mut self,
        key: &OfficeKey,
        entropy: Entropy<'_>,
    ) -> Result<RecoverySheet> {
        let (sheet, slot) = recovery_slot(key, &self.office, self.recovery.kdf(), entropy)?;
        self.recovery = slot;
        Ok(sheet)
    }

    fn slot(&self, person: &str) -> Option<&Slot> {
        self.slots
            .iter()
            .find(|s| s.person.as_deref() == Some(person))
    }
}

fn recovery_slot(
    key: &OfficeKey,
    office: &str,
    kdf: KdfParams,
    entropy: Entropy<'_>,
) -> Result<(RecoverySheet, Slot)> {
    let mut secret = Zeroizing::new([0; recovery::SECRET_LEN]);
    entropy(secret.as_mut_slice())?;
    let lock = Wrapping {
        office,
        person: None,
        kdf,
    };
    let slot = lock.wrap(key, secret.as_slice(), entropy)?;
    Ok((RecoverySheet::of(&secret), slot))
}

/// Everything a slot is bound to, besides its secret.
struct Wrapping<'a> {
    office: &'a str,
    person: Option<&'a str>,
    kdf: KdfParams,
}

impl Wrapping<'_> {
    fn wrap(&self, key: &OfficeKey, secret: &[u8], entropy: Entropy<'_>) -> Result<Slot> {
        let mut salt = [0; SALT_LEN];
        let mut nonce = [0; NONCE_LEN];
        entropy(&mut salt)?;
        entropy(&mut nonce)?;
        let context = self.context();
        let payload = Payload {
            msg: key.0.as_slice(),
            aad: context.as_bytes(),
        };
        let wrapped = self
            .cipher(secret, &salt)?
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| CasebookError::Kdf {
                reason: "the cipher refused the key".to_owned(),
            })?;
        Ok(Slot {
            person: self.person.map(str::to_owned),
            kdf: KDF.to_owned(),
            memory_kib: self.kdf.memory_kib,
            passes: self.kdf.passes,
            lanes: self.kdf.lanes,
            salt: hex::encode(&salt),
            nonce: hex::encode(&nonce),
            wrapped: hex::encode(&wrapped),
        })
    }

    /// One line each; neither an office id nor a name holds line breaks.
    fn context(&self) -> String {
        let KdfParams {
            memory_kib,
            passes,
            lanes,
        } = self.kdf;
        let holder = self
            .person
            .map_or_else(|| "recovery".to_owned(), |name| format!("person {name}"));
        let office = self.office;
        format!("{FORMAT}\n{office}\n{holder}\n{KDF} {memory_kib} {passes} {lanes}\n")
    }

    fn cipher(&self, secret: &[u8], salt: &[u8]) -> Result<XChaCha20Poly1305> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        stretch(self.kdf.checked()?, secret, salt, key.as_mut_slice())?;
        Ok(XChaCha20Poly1305::new(Key::from_slice(key.as_slice())))
    }
}

impl Slot {
    fn kdf(&self) -> KdfParams {
        KdfParams {
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        }
    }

    /// `None` when the secret is not this slot's.
    fn unwrap_key(&self, office: &str, secret: &[u8]) -> Result<Option<OfficeKey>> {
        if self.kdf != KDF {
            return Err(damaged("an unknown key derivation"));
        }
        let lock = Wrapping {
            office,
            person: self.person.as_deref(),
            kdf: self.kdf(),
        };
        let salt = octets(&self.salt, SALT_LEN)?;
        let nonce = octets(&self.nonce, NONCE_LEN)?;
        let wrapped = hex::decode(&self.wrapped).ok_or_else(|| damaged("a slot is not hex"))?;
        let context = lock.context();
        let payload = Payload {
            msg: &wrapped,
            aad: context.as_bytes(),
        };
        let opened = lock
            .cipher(secret, &salt)?
            .decrypt(XNonce::from_slice(&nonce), payload);
        let Ok(opened) = opened.map(Zeroizing::new) else {
            return Ok(None);
        };
        let bytes: [u8; KEY_LEN] = opened
            .as_slice()
            .try_into()
            .map_err(|_| damaged("a wrapped key has another length"))?;
        Ok(Some(OfficeKey(Zeroizing::new(bytes))))
    }
}

/// Argon2id with working memory of our own, wiped before it is given back.
fn stretch(params: Params, secret: &[u8], salt: &[u8], out: &mut [u8]) -> Result<()> {
    let mut memory = vec![Block::default(); params.block_count()];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let done = argon.hash_password_into_with_memory(secret, salt, out, &mut memory);
    memory.iter_mut().for_each(Zeroize::zeroize);
    done.map_err(|e| CasebookError::Kdf {
        reason: e.to_string(),
    })
}

fn octets(text: &str, len: usize) -> Result<Vec<u8>> {
    hex::decode(text)
        .filter(|bytes| bytes.len() == len)
        .ok_or_else(|| damaged("a salt or nonce is not hex of the right length"))
}

fn damaged(reason: &str) -> CasebookError {
    CasebookError::KeyFileDamaged {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEAK: KdfParams = KdfParams::weak_for_tests();

    fn counting() -> impl FnMut(&mut [u8]) -> std::result::Result<(), EntropyError> {
        let mut next = 0_u8;
        move |buffer| {
            for byte in buffer {
                next = next.wrapping_add(1);
                *byte = next;
            }
            Ok(())
        }
    }

    fn file() -> (KeyFile, OfficeKey, RecoverySheet) {
        KeyFile::fresh("office-1", "张三", "correct horse", WEAK, &mut counting()).unwrap()
    }

    #[test]
    fn the_passphrase_opens_and_another_does_not() {
        let (file, key, _) = file();
        assert_eq!(file.unlock("张三", "correct horse").unwrap().0, key.0);
        let name = "张三".to_owned();
        assert_eq!(
            file.unlock("张三", "wrong").err(),
            Some(CasebookError::WrongPassphrase { name })
        );
        let name = "李四".to_owned();
        assert_eq!(
            file.unlock("李四", "correct horse").err(),
            Some(CasebookError::UnknownPerson { name })
        );
    }

    #[test]
    fn the_sheet_opens_until_it_is_renewed() {
        let (mut file, key, sheet) = file();
        assert_eq!(file.unlock_with_sheet(sheet.text()).unwrap().0, key.0);
        let mut entropy = counting();
        entropy(&mut [0; 77]).unwrap();
        let renewed = file.renew_recovery(&key, &mut entropy).unwrap();
        assert_eq!(
            file.unlock_with_sheet(sheet.text()).err(),
            Some(CasebookError::WrongRecoverySheet)
        );
        assert_eq!(file.unlock_with_sheet(renewed.text()).unwrap().0, key.0);
    }

    #[test]
    fn a_slot_is_bound_to_office_person_and_parameters() {
        let (file, _, _) = file();
        let refused = |change: fn(&mut KeyFile), name: &str| {
            let mut other = file.clone();
            change(&mut other);
            assert_eq!(
                other.unlock(name, "correct horse").err(),
                Some(CasebookError::WrongPassphrase { name: name.into() })
            );
        };
        refused(|f| f.office = "office-2".into(), "张三");
        refused(|f| f.slots[0].person = Some("李四".into()), "李四");
        refused(|f| f.slots[0].passes = 2, "张三");
        refused(|f| f.slots[0].wrapped.replace_range(0..2, "00"), "张三");
    }

    #[test]
    fn a_changed_file_cannot_exhaust_the_machine() {
        let (mut file, _, _) = file();
        file.slots[0].memory_kib = u32::MAX;
        assert_eq!(
            file.unlock("张三", "correct horse").err(),
            Some(CasebookError::KdfOutOfRange {
                memory_kib: u32::MAX,
                passes: 1,
                lanes: 1
            })
        );
    }

    #[test]
    fn a_newer_format_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let newer = br#"{"format":"fidem-keyslots/2","shares":[]}"#;
        fs::write(dir.path().join(KEY_FILE), newer).unwrap();
        assert_eq!(
            KeyFile::read(dir.path()).err(),
            Some(CasebookError::KeyFileFormat {
                found: "fidem-keyslots/2".into(),
                expected: FORMAT
            })
        );
    }

    #[test]
    fn failing_randomness_makes_no_key() {
        let reason = "no source".to_owned();
        let mut dead = |_: &mut [u8]| {
            Err(EntropyError {
                reason: "no source".into(),
            })
        };
        let made = KeyFile::fresh("o", "p", "x", WEAK, &mut dead);
        assert_eq!(
            made.err(),
            Some(CasebookError::Entropy(EntropyError { reason }))
        );
    }

    #[test]
    fn the_standard_parameters_are_those_of_the_design() {
        let KdfParams {
            memory_kib,
            passes,
            lanes,
        } = KdfParams::standard();
        assert_eq!((memory_kib, passes, lanes), (65_536, 3, 1));
        assert!(KdfParams::standard().checked().is_ok());
    }
}
