//! Records of work as forms. Their fields are named as in `docs/format/onsite.md`, so that what is filled in is what is
//! sealed.

use fidem_office as office;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ShellError;

/// Which record.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// 现场记录.
    Onsite,
    /// 手机取证记录.
    Phone,
    /// 继续办理理由.
    Reason,
}

impl From<RecordKind> for fidem_casebook::RecordKind {
    fn from(kind: RecordKind) -> Self {
        match kind {
            RecordKind::Onsite => Self::OnSite,
            RecordKind::Phone => Self::Phone,
            RecordKind::Reason => Self::Reason,
        }
    }
}

/// Somebody who was there.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PresentForm {
    /// `notary`, `assistant`, `applicant`, `agent`, `witness`, `technician`, `other`.
    pub capacity: String,
    /// Name.
    pub name: String,
    /// More about it.
    pub note: String,
}

/// One step.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct StepForm {
    /// When, RFC 3339 UTC; may be empty.
    pub at: String,
    /// What was done.
    pub what: String,
}

/// Something put under seal.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct UnderSealForm {
    /// 封存编号.
    pub number: String,
    /// What lies under it.
    pub what: String,
}

/// The device that was used.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct UsedDeviceForm {
    /// In words, where it is not a registered one.
    pub description: String,
    /// Identity of a registered device; else empty.
    pub identity: String,
}

/// 现场记录.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct OnSiteForm {
    /// Begin, RFC 3339 UTC.
    pub began: String,
    /// Captures it covers.
    pub captures: Vec<String>,
    /// With what.
    pub device: UsedDeviceForm,
    /// End, RFC 3339 UTC.
    pub ended: String,
    /// Items it covers.
    pub items: Vec<u32>,
    /// How the network was reached.
    pub network: String,
    /// Nothing was put under seal.
    pub nothing_sealed: bool,
    /// Who was there.
    pub persons: Vec<PresentForm>,
    /// Where.
    pub place: String,
    /// Whatever else.
    pub remarks: String,
    /// Who signs the printed record.
    pub signatories: Vec<String>,
    /// What was done.
    pub steps: Vec<StepForm>,
    /// What was put under seal.
    pub under_seal: Vec<UnderSealForm>,
}

/// The application on a phone.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct AppForm {
    /// SHA-256 of the certificate it should be signed with; may be empty.
    pub expected_sha256: String,
    /// Where it was installed from.
    pub install_source: String,
    /// Name; empty where no application is meant.
    pub name: String,
    /// Package.
    pub package: String,
    /// SHA-256 of the certificate it is signed with; may be empty.
    pub signing_sha256: String,
    /// Version.
    pub version: String,
}

/// A profile on a phone.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct AccountForm {
    /// Identifier.
    pub id: String,
    /// Nickname.
    pub nickname: String,
    /// `yes`, `no`, `unknown`: it shows a verified real name.
    pub real_name_shown: String,
}

/// Where an original is.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct OriginalForm {
    /// `yes`, `no`, or empty.
    pub available_in_court: String,
    /// With whom.
    pub by_whom: String,
    /// Until when.
    pub until: String,
    /// Where.
    #[serde(rename = "where")]
    pub place: String,
}

/// An item from a phone.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PhoneItemForm {
    /// `yes`, `no`, `unknown`: it was passed on through a chat.
    pub forwarded: String,
    /// Number of the item.
    pub item: u32,
    /// Its original carrier.
    pub original: OriginalForm,
}

/// 手机取证记录.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct PhoneForm {
    /// Profiles.
    pub accounts: Vec<AccountForm>,
    /// The application.
    pub app: AppForm,
    /// IMEI; may be empty.
    pub imei: String,
    /// Items from it.
    pub items: Vec<PhoneItemForm>,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Kind of network.
    pub network: String,
    /// Who operated it.
    pub operated_by: String,
    /// Operating system.
    pub os: String,
    /// Its version.
    pub os_version: String,
    /// Items that are photographs taken on site.
    pub photos: Vec<u32>,
    /// Whatever else.
    pub remarks: String,
    /// `yes`, `no`, `unknown`: signs of root or jailbreak.
    pub rooted: String,
    /// Serial number; may be empty.
    pub serial: String,
    /// What was done.
    pub steps: Vec<StepForm>,
}

/// 继续办理理由.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ReasonForm {
    /// The captures it is given for; empty means all that want one.
    pub captures: Vec<String>,
    /// The reason.
    pub reason: String,
}

/// What a record says; one of the three.
#[derive(Debug, Clone, Default, Serialize, Type)]
pub struct RecordBody {
    /// 现场记录.
    pub onsite: Option<OnSiteForm>,
    /// 手机取证记录.
    pub phone: Option<PhoneForm>,
    /// 继续办理理由.
    pub reason: Option<ReasonForm>,
}

/// A record as it stands.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RecordRow {
    /// `onsite`, `phone`, `reason`.
    pub kind: String,
    /// Number within case and kind.
    pub number: u32,
    /// Latest version.
    pub version: u32,
    /// Whether that is complete.
    pub complete: bool,
    /// When it was written.
    pub at: String,
    /// By whom.
    pub person: String,
    /// The item it became.
    pub item: Option<u32>,
    /// Codes of obligatory fields that are missing.
    pub lacking: Vec<String>,
    /// Codes of what speaks against what it records.
    pub findings: Vec<String>,
}

impl From<office::RecordRow> for RecordRow {
    fn from(row: office::RecordRow) -> Self {
        Self {
            kind: row.kind.to_owned(),
            number: row.number,
            version: row.version,
            complete: row.complete,
            at: row.at,
            person: row.person,
            item: row.item,
            lacking: row.lacking,
            findings: row.findings,
        }
    }
}

/// A record that is wanted.
#[derive(Debug, Clone, Serialize, Type)]
pub struct WantedRecord {
    /// `onsite-record`, `phone-record`, `continuation-reason`.
    pub missing: String,
    /// For these captures.
    pub captures: Vec<String>,
    /// For these items.
    pub items: Vec<u32>,
    /// A draft of it.
    pub record: Option<u32>,
    /// It keeps a document from being issued.
    pub blocks: bool,
}

impl From<office::Wanting> for WantedRecord {
    fn from(wanted: office::Wanting) -> Self {
        Self {
            missing: wanted.missing.code().to_owned(),
            captures: wanted.captures,
            items: wanted.items,
            record: wanted.record,
            blocks: wanted.blocks,
        }
    }
}

/// The records of a case, and those that are wanted.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RecordsView {
    /// As they stand.
    pub rows: Vec<RecordRow>,
    /// What is wanted.
    pub wanted: Vec<WantedRecord>,
}

/// A record with what it says.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RecordView {
    /// How it stands.
    pub row: RecordRow,
    /// What it says.
    pub body: RecordBody,
}

/// One shape into the other, whose fields have the same names.
///
/// # Errors
/// `facts` where a value is none of those that its field knows.
pub fn into_form<T: DeserializeOwned>(value: impl Serialize) -> Result<T, ShellError> {
    let value = serde_json::to_value(value).map_err(ShellError::unexpected)?;
    serde_json::from_value(value).map_err(|e| ShellError::new("facts").with("detail", e))
}

impl RecordBody {
    /// As the page gets it.
    ///
    /// # Errors
    /// As [`into_form`].
    pub fn of(body: office::RecordBody) -> Result<Self, ShellError> {
        let mut made = Self::default();
        match body {
            office::RecordBody::Onsite(record) => made.onsite = Some(into_form(record)?),
            office::RecordBody::Phone(record) => made.phone = Some(into_form(record)?),
            office::RecordBody::Reason(record) => made.reason = Some(into_form(record)?),
        }
        Ok(made)
    }
}
