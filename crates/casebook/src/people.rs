//! People: who they are, what they may be asked to do, and their passphrases.

use std::fmt;
use std::str::FromStr;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use crate::act::Act;
use crate::casebook::{Casebook, commit_with_keys};
use crate::cases::check_line;
use crate::error::{CasebookError, Result, is_duplicate};
use crate::keys::Entropy;

/// What a person does in the office. What each role may do is decided by the office's acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 经办: takes in, captures, seals.
    Clerk,
    /// 承办公证员: decides and signs.
    Notary,
    /// 复核: reviews what others handled.
    Reviewer,
    /// 档案: archive, retention, destruction.
    Archivist,
    /// 系统管理: people and backups, no evidence.
    Admin,
}

impl Role {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Clerk,
        Self::Notary,
        Self::Reviewer,
        Self::Archivist,
        Self::Admin,
    ];

    /// The word in files and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Notary => "notary",
            Self::Reviewer => "reviewer",
            Self::Archivist => "archivist",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = CasebookError;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| CasebookError::UnknownRole {
                found: text.to_owned(),
            })
    }
}

/// A person of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Number, from 1.
    pub id: u32,
    /// Name; no two persons of an office ever share one, the disabled included.
    pub name: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Whether the person may open the office.
    pub active: bool,
}

impl Person {
    /// Whether the person has the role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A person to be, with the first passphrase.
pub struct NewPerson<'a> {
    /// Name.
    pub name: &'a str,
    /// Roles, at least one.
    pub roles: Vec<Role>,
    /// Passphrase; not empty.
    pub passphrase: &'a str,
}

impl fmt::Debug for NewPerson<'_> {
    /// Without the passphrase.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPerson")
            .field("name", &self.name)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

impl Casebook {
    /// Adds a person with a passphrase of the same cost as the open person's.
    ///
    /// # Errors
    /// [`CasebookError::PersonExists`], [`CasebookError::BadText`], [`CasebookError::Entropy`].
    pub fn person_add(
        &mut self,
        at: &str,
        name: &str,
        roles: &[Role],
        passphrase: &str,
        entropy: Entropy<'_>,
    ) -> Result<Person> {
        let roles = roles.to_vec();
        check(&NewPerson {
            name,
            roles: roles.clone(),
            passphrase,
        })?;
        if by_name(&self.conn, name)?.is_some() {
            let name = name.to_owned();
            return Err(CasebookError::PersonExists { name });
        }
        let kdf = self.key_file.kdf_of(&self.person.name);
        let mut changed = self.key_file.clone();
        changed.set_slot(&self.key, name, passphrase, kdf, entropy)?;
        let person = Person {
            id: next_id(&self.conn)?,
            name: name.to_owned(),
            roles,
            active: true,
        };
        let mut act = Act::begin(&mut self.conn, &self.person, self.host.as_deref(), at)?;
        insert(&mut act, &person)?;
        commit_with_keys(act, &self.dir, &self.key_file, &changed)?;
        self.key_file = changed;
        Ok(person)
    }

    /// Everybody, in the order of joining, the disabled included.
    ///
    /// # Errors
    /// [`CasebookError::Database`].
    pub fn person_list(&self) -> Result<Vec<Person>> {
        list(&self.conn)
    }

    /// Sets another person's roles.
    ///
    /// # Errors
    /// [`CasebookError::UnknownPersonId`], [`CasebookError::BadText`] for no role, [`CasebookError::LastAdministrator`].
    pub fn person_roles(&mut self, at: &str, id: u32, roles: &[Role]) -> Result<Person> {
        let mut person = by_id(&self.conn, id)?;
        if roles.is_empty() {
            return Err(CasebookError::BadText { field: "roles" });
        }
        if !roles.contains(&Role::Admin) {
            check_not_last_admin(&self.conn, &person)?;
        }
        let before = words(&person.roles);
        person.roles = roles.to_vec();
        let mut act = self.act(at)?;
        act.conn().execute(
            "UPDATE person SET roles = ?2 WHERE id = ?1",
            params![id, join(roles)],
        )?;
        let details = json!({ "after": words(roles), "before": before, "person": person.name });
        act.record("person.roles", None, None, &details)?;
        act.commit()?;
        if self.person.id == id {
            self.person.roles.clone_from(&person.roles);
        }
        Ok(person)
    }

    /// Ends a person's access: the slot goes, the name and every past act stay. The key itself does not change, so an
    /// old copy of the key file and an old passphrase still open an old copy of the casebook.
    ///
    /// # Errors
    /// [`CasebookError::UnknownPersonId`], [`CasebookError::PersonDisabled`] when it was done before,
    /// [`CasebookError::OwnAccount`], [`CasebookError::LastAdministrator`].
    pub fn person_disable(&mut self, at: &str, id: u32) -> Result<()> {
        let person = by_id(&self.conn, id)?;
        let name = person.name.clone();
        if !person.active {
            return Err(CasebookError::PersonDisabled { name });
        }
        if person.id == self.person.id {
            return Err(CasebookError::OwnAccount);
        }
        check_not_last_admin(&self.conn, &person)?;
        let mut act = self.act(at)?;
        act.conn().execute(
            "UPDATE person SET active = 0, disabled = ?2 WHERE id = ?1",
            params![id, at],
        )?;
        act.record("person.disabled", None, None, &json!({ "person": name }))?;
        act.commit()?;
        // After the commit: a slot left over by a crash is refused by the row above and dropped at the next opening.
        if self.key_file.remove_slot(&name) {
            self.key_file.write(&self.dir)?;
        }
        Ok(())
    }

    /// Wraps the key anew for the open person.
    ///
    /// # Errors
    /// [`CasebookError::WrongPassphrase`] for the old one, [`CasebookError::BadText`] for an empty new one.
    pub fn passphrase_change(
        &mut self,
        at: &str,
        old: &str,
        new: &str,
        entropy: Entropy<'_>,
    ) -> Result<()> {
        check_passphrase(new)?;
        let name = self.person.name.clone();
        self.key_file.unlock(&name, old)?;
        let kdf = self.key_file.kdf_of(&name);
        let details = json!({ "person": name });
        self.change_keys(at, "person.passphrase-changed", &details, |file, key| {
            file.set_slot(key, &name, new, kdf, entropy)
        })
    }
}

pub(crate) fn check(new: &NewPerson<'_>) -> Result<()> {
    check_line("name", new.name)?;
    // Names are compared as written; a blank at an end would make a second person that looks like the first.
    if new.name.trim() != new.name || new.name.chars().count() > 64 {
        return Err(CasebookError::BadText { field: "name" });
    }
    if new.roles.is_empty() {
        return Err(CasebookError::BadText { field: "roles" });
    }
    check_passphrase(new.passphrase)
}

pub(crate) fn check_passphrase(passphrase: &str) -> Result<()> {
    match passphrase.is_empty() {
        true => Err(CasebookError::BadText {
            field: "passphrase",
        }),
        false => Ok(()),
    }
}

pub(crate) fn insert(act: &mut Act<'_>, person: &Person) -> Result<()> {
    let Person {
        id, name, roles, ..
    } = person;
    act.conn()
        .execute(
            "INSERT INTO person (id, name, roles, active, added) VALUES (?1, ?2, ?3, 1, ?4)",
            params![id, name, join(roles), act.at()],
        )
        .map_err(|e| match is_duplicate(&e) {
            true => CasebookError::PersonExists { name: name.clone() },
            false => e.into(),
        })?;
    let details = json!({ "person": name, "roles": words(roles) });
    act.record("person.added", None, None, &details)?;
    Ok(())
}

pub(crate) fn by_name(conn: &Connection, name: &str) -> Result<Option<Person>> {
    let found: Option<Result<Person>> = conn
        .query_row(
            "SELECT id, name, roles, active FROM person WHERE name = ?1",
            [name],
            |row| Ok(person(row)),
        )
        .optional()?;
    found.transpose()
}

fn by_id(conn: &Connection, id: u32) -> Result<Person> {
    list(conn)?
        .into_iter()
        .find(|person| person.id == id)
        .ok_or(CasebookError::UnknownPersonId { id })
}

fn list(conn: &Connection) -> Result<Vec<Person>> {
    let mut statement =
        conn.prepare_cached("SELECT id, name, roles, active FROM person ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.push(person(row)?);
    }
    Ok(people)
}

fn person(row: &Row<'_>) -> Result<Person> {
    let roles: String = row.get(2)?;
    Ok(Person {
        id: row.get(0)?,
        name: row.get(1)?,
        roles: roles.split(' ').map(str::parse).collect::<Result<_>>()?,
        active: row.get(3)?,
    })
}

fn next_id(conn: &Connection) -> Result<u32> {
    Ok(conn.query_row("SELECT max(id) + 1 FROM person", [], |row| row.get(0))?)
}

fn check_not_last_admin(conn: &Connection, person: &Person) -> Result<()> {
    let other = |p: &Person| p.id != person.id && p.active && p.has(Role::Admin);
    match person.has(Role::Admin) && !list(conn)?.iter().any(other) {
        true => Err(CasebookError::LastAdministrator {
            name: person.name.clone(),
        }),
        false => Ok(()),
    }
}

fn words(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.as_str()).collect()
}

fn join(roles: &[Role]) -> String {
    words(roles).join(" ")
}
