//! Making and opening an office folder.

use std::path::{Path, PathBuf};
use std::time::Instant;

use fidem_casebook::{
    Casebook, EntropyError, KdfParams, NewPerson, Person, Profile, RecoverySheet, Role,
};
use fidem_fingerprint::hex;
use fidem_vault::Vault;
use rfc3161_client::UnixTime;

use crate::{Desk, OfficeError, Result};

/// Folder of the originals within an office.
const VAULT: &str = "vault";

/// What a first start asks for.
pub struct NewOffice<'a> {
    /// Name of the office.
    pub name: &'a str,
    /// Its English name, where it has one.
    pub name_en: Option<&'a str>,
    /// Whether everything made here is a demonstration.
    pub demonstration: bool,
    /// The first person.
    pub person: &'a str,
    /// That person's passphrase.
    pub passphrase: &'a str,
    /// Cost of key derivation.
    pub kdf: KdfParams,
}

/// An office opened by one person.
pub struct Office {
    pub(crate) book: Casebook,
    pub(crate) vault: Vault,
    dir: PathBuf,
    /// Beyond this nobody outside is waited for; none where each has its usual time.
    pub(crate) until: Option<Instant>,
}

impl Office {
    /// Makes an office in an empty or new folder; the recovery sheet is shown once and is nowhere kept.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Vault`].
    pub fn create(
        dir: &Path,
        new: &NewOffice<'_>,
        desk: &mut dyn Desk,
    ) -> Result<(Self, RecoverySheet)> {
        std::fs::create_dir_all(dir).map_err(|e| OfficeError::io(dir, &e))?;
        let at = at(desk);
        let profile = Profile {
            office_id: random_id(desk)?,
            name: new.name.trim().to_owned(),
            name_en: new.name_en.map(str::to_owned),
            demonstration: new.demonstration,
            created: at.clone(),
        };
        let first = NewPerson {
            name: new.person.trim(),
            roles: vec![Role::Clerk, Role::Admin],
            passphrase: new.passphrase,
        };
        let vault = Vault::open(&dir.join(VAULT))?;
        let mut entropy = entropy(desk);
        let (book, sheet) = Casebook::create(dir, &profile, &first, new.kdf, &mut entropy, &at)?;
        let mut office = Self {
            book,
            vault,
            dir: dir.to_owned(),
            until: None,
        };
        office.book.set_host(host());
        office.log_key_make(desk)?;
        Ok((office, sheet))
    }

    /// Opens an office as one of its persons.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`] with the reason: wrong passphrase, open elsewhere, on a network share, newer format.
    pub fn open(dir: &Path, person: &str, passphrase: &str, desk: &dyn Desk) -> Result<Self> {
        let host = host();
        let book = Casebook::open_from(dir, person, passphrase, host.as_deref(), &at(desk))?;
        let vault = Vault::open(&dir.join(VAULT))?;
        Ok(Self {
            book,
            vault,
            dir: dir.to_owned(),
            until: None,
        })
    }

    /// Gives a person a new passphrase by the printed recovery sheet.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`] when the sheet is mistyped or of another office.
    pub fn recover(
        dir: &Path,
        sheet: &str,
        person: &str,
        passphrase: &str,
        desk: &mut dyn Desk,
    ) -> Result<Self> {
        let at = at(desk);
        let mut entropy = entropy(desk);
        let book = Casebook::recover(dir, sheet, person, passphrase, &mut entropy, &at)?;
        let vault = Vault::open(&dir.join(VAULT))?;
        Ok(Self {
            book,
            vault,
            dir: dir.to_owned(),
            until: None,
        })
    }

    /// Names for the log-in list.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn people_of(dir: &Path) -> Result<Vec<String>> {
        Ok(Casebook::people_of(dir)?)
    }

    /// Who the office is.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        self.book.profile()
    }

    /// Who has opened it.
    #[must_use]
    pub fn person(&self) -> &Person {
        self.book.person()
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether a second copy exists whose restore was tested; otherwise screens say 仅有一份副本.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn has_tested_copy(&self) -> Result<bool> {
        let copies = self.book.copies_status()?;
        Ok(copies.iter().any(|c| c.last_tested.is_some()))
    }

    /// Refuses a person who has none of the roles.
    pub(crate) fn require(&self, roles: &[Role]) -> Result<()> {
        match roles.iter().any(|r| self.book.person().has(*r)) {
            true => Ok(()),
            false => Err(OfficeError::Role {
                needed: roles
                    .iter()
                    .map(|r| r.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }
}

/// The desk's time as the formats write it.
pub(crate) fn at(desk: &dyn Desk) -> String {
    UnixTime(desk.now()).to_rfc3339()
}

/// Name of this machine, for the journal.
fn host() -> Option<String> {
    rustix::system::uname()
        .nodename()
        .to_str()
        .ok()
        .map(str::to_owned)
}

/// A random id: 128 bits in hex.
pub(crate) fn random_id(desk: &dyn Desk) -> Result<String> {
    let mut id = [0; 16];
    desk.entropy(&mut id)?;
    Ok(hex::encode(&id))
}

/// The desk's randomness in the shape the casebook takes.
pub(crate) fn entropy(
    desk: &dyn Desk,
) -> impl FnMut(&mut [u8]) -> std::result::Result<(), EntropyError> {
    |out| {
        desk.entropy(out).map_err(|e| EntropyError {
            reason: e.to_string(),
        })
    }
}
