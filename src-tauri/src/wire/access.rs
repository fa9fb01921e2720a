//! Offices, people, authorities.

use fidem_casebook::{Person as KeptPerson, Role as KeptRole};
use fidem_office::Office;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The program.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// Version.
    pub version: String,
    /// A folder that does not exist yet and that a new office may take.
    pub suggested_folder: String,
}

/// An open office.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OfficeInfo {
    /// Name.
    pub name: String,
    /// Where it is kept.
    pub folder: String,
    /// Whether everything made in it is a demonstration.
    pub demonstration: bool,
    /// Whether a second copy exists whose restore was tried with success.
    pub tested_copy: bool,
}

/// What a person may be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 经办.
    Clerk,
    /// 公证员.
    Notary,
    /// 复核.
    Reviewer,
    /// 档案.
    Archivist,
    /// 系统管理.
    Admin,
}

impl From<KeptRole> for Role {
    fn from(role: KeptRole) -> Self {
        match role {
            KeptRole::Clerk => Self::Clerk,
            KeptRole::Notary => Self::Notary,
            KeptRole::Reviewer => Self::Reviewer,
            KeptRole::Archivist => Self::Archivist,
            KeptRole::Admin => Self::Admin,
        }
    }
}

impl From<Role> for KeptRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Clerk => Self::Clerk,
            Role::Notary => Self::Notary,
            Role::Reviewer => Self::Reviewer,
            Role::Archivist => Self::Archivist,
            Role::Admin => Self::Admin,
        }
    }
}

/// A person of the office.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Number.
    pub id: u32,
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: Vec<Role>,
}

impl From<&KeptPerson> for Person {
    fn from(person: &KeptPerson) -> Self {
        Self {
            id: person.id,
            name: person.name.clone(),
            roles: person.roles.iter().map(|role| Role::from(*role)).collect(),
        }
    }
}

/// Whether there is an office, and who has opened it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum OfficeStatus {
    /// None was made or opened on this machine.
    None,
    /// One is known and closed.
    Closed {
        /// Where.
        folder: String,
        /// Its name when it was last open.
        name: String,
        /// Whether it is a demonstration.
        demonstration: bool,
        /// Who may log in.
        people: Vec<String>,
    },
    /// One is open.
    Open {
        /// The office.
        office: OfficeInfo,
        /// Who opened it.
        person: Person,
    },
}

impl OfficeStatus {
    /// The status of an open office.
    ///
    /// # Errors
    /// Those of the casebook.
    pub fn open(office: &Office) -> fidem_office::Result<Self> {
        let profile = office.profile();
        Ok(Self::Open {
            office: OfficeInfo {
                name: profile.name.clone(),
                folder: office.dir().display().to_string(),
                demonstration: profile.demonstration,
                tested_copy: office.has_tested_copy()?,
            },
            person: Person::from(office.person()),
        })
    }
}

/// A first start.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewOffice {
    /// Name of the office.
    pub name: String,
    /// A new or empty folder.
    pub folder: String,
    /// The first person.
    pub person: String,
    /// That person's passphrase.
    pub passphrase: String,
}

/// Shown once, for paper.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoverySheet {
    /// The office.
    pub office: String,
    /// Where it is kept.
    pub folder: String,
    /// Who set it up.
    pub person: String,
    /// The secret in groups.
    pub code: String,
    /// When it was made.
    pub made_at: String,
}

/// A log-in.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// The office's folder.
    pub folder: String,
    /// Who.
    pub person: String,
    /// Passphrase.
    pub passphrase: String,
}

/// A new passphrase by the printed sheet.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Recovery {
    /// The office's folder.
    pub folder: String,
    /// Whose passphrase.
    pub person: String,
    /// The sheet as typed.
    pub sheet: String,
    /// The new passphrase.
    pub passphrase: String,
}

/// A person to be.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewPerson {
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// First passphrase.
    pub passphrase: String,
}

/// A text of the program's own; Chinese is the controlling one.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Bilingual {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Who may ask an authority.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Anyone.
    Open,
    /// Parties to a contract.
    Contract,
    /// Not known.
    Unknown,
}

/// What is known of an authority's licence.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing for sure.
    Unknown,
    /// The operator calls it qualified.
    ClaimedQualified,
}

/// An authority of the dated public list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PublicAuthority {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: Bilingual,
    /// Who runs it.
    pub operator: String,
    /// Where requests go; empty when the operator gives it out by contract.
    pub url: String,
    /// ISO 3166 code; empty when unknown.
    pub country: String,
    /// Who may ask.
    pub access: Access,
    /// Its licence.
    pub standing: Standing,
    /// What is known about its use.
    pub note: Bilingual,
}

/// The dated public list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityList {
    /// To which everything in it refers.
    pub date: String,
    /// What it is, and is not.
    pub about: Bilingual,
    /// The authorities.
    pub authorities: Vec<PublicAuthority>,
}

/// An authority the office asks.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChosenAuthority {
    /// Name.
    pub name: String,
    /// Where requests go.
    pub url: String,
    /// Whether the office pinned a root of its own for it.
    pub own_root: bool,
}

/// An authority to be asked from now on.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityChoice {
    /// Name.
    pub name: String,
    /// Where requests go.
    pub url: String,
    /// A root certificate to pin; without one a root pinned before stays.
    pub root_path: Option<String>,
    /// The policy to be asked for, dotted; without one that of before stays.
    pub policy: Option<String>,
}
