//! Making, opening and recovering an office's casebook.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use crate::act::Act;
use crate::cases::check_line;
use crate::durable;
use crate::error::{CasebookError, Result};
use crate::instant;
use crate::keys::{Entropy, KEY_FILE, KdfParams, KeyFile, OfficeKey};
use crate::lock::Lock;
use crate::people::{self, NewPerson, Person};
use crate::place;
use crate::recovery::RecoverySheet;
use crate::schema;

/// The encrypted database's file name within the office folder.
pub const CASEBOOK_FILE: &str = "casebook.db";

/// Who the office is. Written once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Random identifier.
    pub office_id: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English, when there is one.
    pub name_en: Option<String>,
    /// Whether everything made here is 演示 / DEMONSTRATION.
    pub demonstration: bool,
    /// When it was made, RFC 3339 UTC.
    pub created: String,
}

/// An office's cases, items, people and journal, open as one person. One process at a time.
pub struct Casebook {
    // Declared before the lock, so that the file is closed before the lock is given back.
    pub(crate) conn: Connection,
    pub(crate) dir: PathBuf,
    pub(crate) profile: Profile,
    pub(crate) person: Person,
    pub(crate) host: Option<String>,
    pub(crate) key: OfficeKey,
    pub(crate) key_file: KeyFile,
    _lock: Lock,
}

impl fmt::Debug for Casebook {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Casebook")
            .field("dir", &self.dir)
            .field("profile", &self.profile)
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

impl Casebook {
    /// Makes an office in `dir` with its first person, who is then the open person. The sheet is to be printed now; it
    /// cannot be shown again.
    ///
    /// A crash in between leaves a folder that is refused by name of what it holds, never one that looks complete.
    ///
    /// # Errors
    /// [`CasebookError::AlreadyAnOffice`], [`CasebookError::NetworkShare`], [`CasebookError::AlreadyOpen`],
    /// [`CasebookError::BadText`], [`CasebookError::BadTime`], [`CasebookError::Entropy`], [`CasebookError::Io`].
    pub fn create(
        dir: &Path,
        profile: &Profile,
        first: &NewPerson<'_>,
        kdf: KdfParams,
        entropy: Entropy<'_>,
        at: &str,
    ) -> Result<(Self, RecoverySheet)> {
        instant::check(at)?;
        check_profile(profile)?;
        people::check(first)?;
        fs::create_dir_all(dir).map_err(CasebookError::io(dir))?;
        place::check_local(dir)?;
        let lock = Lock::take(dir)?;
        for found in [KEY_FILE, CASEBOOK_FILE] {
            if dir.join(found).exists() {
                return Err(CasebookError::AlreadyAnOffice { found });
            }
        }
        let (key_file, key, sheet) = KeyFile::fresh(
            &profile.office_id,
            first.name,
            first.passphrase,
            kdf,
            entropy,
        )?;
        key_file.write(dir)?;
        let path = dir.join(CASEBOOK_FILE);
        durable::create_private(&path)?;
        let mut conn = schema::open(&path, &key)?;
        let person = found_office(&mut conn, profile, first, at)?;
        durable::sync_folder(dir)?;
        let casebook = Self {
            conn,
            dir: dir.to_owned(),
            profile: profile.clone(),
            person,
            host: None,
            key,
            key_file,
            _lock: lock,
        };
        Ok((casebook, sheet))
    }

    /// Opens the office as a person. Every wrong attempt costs one Argon2id derivation.
    ///
    /// # Errors
    /// [`CasebookError::NoOffice`], [`CasebookError::NetworkShare`], [`CasebookError::AlreadyOpen`],
    /// [`CasebookError::UnknownPerson`], [`CasebookError::WrongPassphrase`], [`CasebookError::PersonDisabled`],
    /// [`CasebookError::NewerFile`], [`CasebookError::OtherOffice`], [`CasebookError::KeyDoesNotFit`].
    pub fn open(dir: &Path, person: &str, passphrase: &str, at: &str) -> Result<Self> {
        Self::open_from(dir, person, passphrase, None, at)
    }

    /// As [`Casebook::open`], with the name of the machine, which every entry then carries.
    ///
    /// # Errors
    /// As [`Casebook::open`].
    pub fn open_from(
        dir: &Path,
        person: &str,
        passphrase: &str,
        host: Option<&str>,
        at: &str,
    ) -> Result<Self> {
        let (lock, key_file) = enter(dir, at)?;
        let key = key_file.unlock(person, passphrase)?;
        let mut casebook = Self::unlocked(dir, lock, key_file, key, person)?;
        casebook.host = host.map(str::to_owned);
        casebook.drop_stale_slots()?;
        let mut act = casebook.act(at)?;
        act.record("person.opened", None, None, &json!({}))?;
        act.commit()?;
        Ok(casebook)
    }

    /// Opens the office with the recovery sheet and gives `person`, who must be active, a new passphrase. The sheet
    /// stays valid until [`Casebook::recovery_renew`].
    ///
    /// # Errors
    /// [`CasebookError::MistypedSheet`] with the group, [`CasebookError::WrongRecoverySheet`], and as
    /// [`Casebook::open`].
    pub fn recover(
        dir: &Path,
        sheet: &str,
        person: &str,
        new_passphrase: &str,
        entropy: Entropy<'_>,
        at: &str,
    ) -> Result<Self> {
        people::check_passphrase(new_passphrase)?;
        let (lock, key_file) = enter(dir, at)?;
        let key = key_file.unlock_with_sheet(sheet)?;
        let mut casebook = Self::unlocked(dir, lock, key_file, key, person)?;
        let kdf = casebook.key_file.kdf_of(person);
        let details = json!({ "person": person });
        casebook.change_keys(at, "person.recovered", &details, |file, key| {
            file.set_slot(key, person, new_passphrase, kdf, entropy)
        })?;
        Ok(casebook)
    }

    /// Replaces the recovery sheet: after it was used, or lost. The old one opens nothing any more.
    ///
    /// # Errors
    /// [`CasebookError::Entropy`], [`CasebookError::Io`].
    pub fn recovery_renew(&mut self, at: &str, entropy: Entropy<'_>) -> Result<RecoverySheet> {
        self.change_keys(at, "recovery.renewed", &json!({}), |file, key| {
            file.renew_recovery(key, entropy)
        })
    }

    /// Who may try to open the office: the names in its key file, which are not secret.
    ///
    /// # Errors
    /// [`CasebookError::NoOffice`], [`CasebookError::KeyFileDamaged`], [`CasebookError::KeyFileFormat`].
    pub fn people_of(dir: &Path) -> Result<Vec<String>> {
        Ok(KeyFile::read(dir)?.names())
    }

    /// The office.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The open person: the actor of every act.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The office folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Names the machine for all further entries.
    pub fn set_host(&mut self, host: Option<String>) {
        self.host = host;
    }

    pub(crate) fn act<'a>(&'a mut self, at: &'a str) -> Result<Act<'a>> {
        Act::begin(&mut self.conn, &self.person, self.host.as_deref(), at)
    }

    /// Changes the key file with a journal entry. The file is replaced before the commit, so that the journal never
    /// tells of a change that was not made; only a crash between the two can make one that it does not tell of.
    pub(crate) fn change_keys<T>(
        &mut self,
        at: &str,
        action: &str,
        details: &serde_json::Value,
        change: impl FnOnce(&mut KeyFile, &OfficeKey) -> Result<T>,
    ) -> Result<T> {
        let mut changed = self.key_file.clone();
        let outcome = change(&mut changed, &self.key)?;
        let mut act = Act::begin(&mut self.conn, &self.person, self.host.as_deref(), at)?;
        act.record(action, None, None, details)?;
        commit_with_keys(act, &self.dir, &self.key_file, &changed)?;
        self.key_file = changed;
        Ok(outcome)
    }

    fn unlocked(
        dir: &Path,
        lock: Lock,
        key_file: KeyFile,
        key: OfficeKey,
        person: &str,
    ) -> Result<Self> {
        let conn = schema::open(&dir.join(CASEBOOK_FILE), &key)?;
        let profile = profile(&conn)?;
        if profile.office_id != key_file.office() {
            return Err(CasebookError::OtherOffice {
                key_file: key_file.office().to_owned(),
                casebook: profile.office_id,
            });
        }
        let name = person.to_owned();
        let person = people::by_name(&conn, person)?
            .ok_or(CasebookError::UnknownPerson { name: name.clone() })?;
        if !person.active {
            return Err(CasebookError::PersonDisabled { name });
        }
        Ok(Self {
            conn,
            dir: dir.to_owned(),
            profile,
            person,
            host: None,
            key,
            key_file,
            _lock: lock,
        })
    }

    /// A crash between an act and its key file can leave a slot for somebody who is not, or no longer, there.
    fn drop_stale_slots(&mut self) -> Result<()> {
        let mut kept = self.key_file.clone();
        let mut changed = false;
        for name in self.key_file.names() {
            if !people::by_name(&self.conn, &name)?.is_some_and(|p| p.active) {
                changed |= kept.remove_slot(&name);
            }
        }
        if changed {
            kept.write(&self.dir)?;
            self.key_file = kept;
        }
        Ok(())
    }
}

/// Replaces the key file, then commits; puts the old file back when the commit fails.
pub(crate) fn commit_with_keys(
    act: Act<'_>,
    dir: &Path,
    old: &KeyFile,
    new: &KeyFile,
) -> Result<()> {
    new.write(dir)?;
    act.commit().inspect_err(|_| {
        // The commit's error is the one to tell; a slot left over is dropped at the next opening.
        let _ = old.write(dir);
    })
}

fn enter(dir: &Path, at: &str) -> Result<(Lock, KeyFile)> {
    instant::check(at)?;
    // Before the lock: a folder that is no office does not get a lock file.
    KeyFile::read(dir)?;
    if !dir.join(CASEBOOK_FILE).exists() {
        return Err(CasebookError::NoOffice {
            dir: dir.to_owned(),
            missing: CASEBOOK_FILE,
        });
    }
    place::check_local(dir)?;
    let lock = Lock::take(dir)?;
    Ok((lock, KeyFile::read(dir)?))
}

fn check_profile(profile: &Profile) -> Result<()> {
    check_line("office id", &profile.office_id)?;
    check_line("office name", &profile.name)?;
    if let Some(name) = &profile.name_en {
        check_line("English office name", name)?;
    }
    instant::check(&profile.created)
}

fn found_office(
    conn: &mut Connection,
    profile: &Profile,
    first: &NewPerson<'_>,
    at: &str,
) -> Result<Person> {
    // The first person is the actor of the act that makes the first person.
    let person = Person {
        id: 1,
        name: first.name.to_owned(),
        roles: first.roles.clone(),
        active: true,
    };
    let mut act = Act::begin(conn, &person, None, at)?;
    act.conn().execute(
        "INSERT INTO office (id, office_id, name, name_en, demonstration, created) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
        params![profile.office_id, profile.name, profile.name_en, profile.demonstration, profile.created],
    )?;
    act.record(
        "office.created",
        None,
        None,
        &json!({ "demonstration": profile.demonstration, "name": profile.name, "office": profile.office_id }),
    )?;
    people::insert(&mut act, &person)?;
    act.commit()?;
    Ok(person)
}

fn profile(conn: &Connection) -> Result<Profile> {
    conn.query_row(
        "SELECT office_id, name, name_en, demonstration, created FROM office",
        [],
        |row| {
            Ok(Profile {
                office_id: row.get(0)?,
                name: row.get(1)?,
                name_en: row.get(2)?,
                demonstration: row.get(3)?,
                created: row.get(4)?,
            })
        },
    )
    .optional()?
    .ok_or(CasebookError::Damaged {
        what: "the office was never completed",
    })
}
