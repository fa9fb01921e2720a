//! What the annexes of a receipt say: captures with network and cleanliness report, on-site records, phone records.
//!
//! Long lists are cut for print by [`Bounded`], which always says how many there are: the whole stands in the package.
//! Codes are worded by the template; sentences that came with a report are carried in both languages.

use serde::{Deserialize, Serialize};

use crate::Bilingual;

/// The head of a list, and how long it is in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounded<T> {
    /// Rows printed.
    pub shown: Vec<T>,
    /// Rows there are.
    pub total: u64,
}

impl<T> Default for Bounded<T> {
    fn default() -> Self {
        Self {
            shown: Vec::new(),
            total: 0,
        }
    }
}

impl<T> Bounded<T> {
    /// Cuts a list after `most` rows.
    #[must_use]
    pub fn of(mut rows: Vec<T>, most: usize) -> Self {
        let total = rows.len() as u64;
        rows.truncate(most);
        Self { shown: rows, total }
    }
}

/// An on-site record (现场记录, R-049), complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnSiteRecord {
    /// Number within the case.
    pub number: u32,
    /// Version.
    pub version: u32,
    /// The item it stands in.
    pub item: Option<u32>,
    /// Begin and end.
    pub began: String,
    /// End.
    pub ended: String,
    /// Where.
    pub place: String,
    /// Who was there.
    pub persons: Vec<PersonPresent>,
    /// With what.
    pub device: String,
    /// Registered by two persons of the office.
    pub device_of_office: bool,
    /// How the network was reached.
    pub network: String,
    /// What was done.
    pub steps: Bounded<StepTaken>,
    /// Prints and files made.
    pub made: Bounded<ItemMade>,
    /// Under seal: number and what lies under it. Empty prints that nothing was sealed.
    pub under_seal: Vec<(String, String)>,
    /// Who signs the printed record.
    pub signatories: Vec<String>,
    /// Whatever else.
    pub remarks: String,
    /// When it was completed.
    pub completed_at: String,
    /// By whom.
    pub completed_by: String,
}

/// Somebody who was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPresent {
    /// Name.
    pub name: String,
    /// In what capacity.
    pub capacity: Bilingual,
    /// More about it.
    pub note: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTaken {
    /// When, where it was noted.
    pub at: Option<String>,
    /// What.
    pub what: String,
}

/// An item as a record names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemMade {
    /// Number.
    pub number: u32,
    /// Name.
    pub name: String,
    /// SHA-256.
    pub sha256: String,
}

/// A phone record (手机取证记录, R-048, R-015), complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneRecord {
    /// Number within the case.
    pub number: u32,
    /// Version.
    pub version: u32,
    /// The item it stands in.
    pub item: Option<u32>,
    /// Make and model.
    pub device: String,
    /// Serial number; empty for none.
    pub serial: String,
    /// IMEI; empty for none.
    pub imei: String,
    /// Operating system and version.
    pub os: String,
    /// `yes`, `no`, `unknown`.
    pub rooted: String,
    /// Kind of network.
    pub network: String,
    /// Who operated it.
    pub operated_by: String,
    /// The application; none where the material came from none.
    pub app: Option<PhoneApp>,
    /// Profiles: nickname, identifier, `yes`, `no` or `unknown` for a verified real name.
    pub accounts: Bounded<(String, String, String)>,
    /// What was done.
    pub steps: Bounded<StepTaken>,
    /// Photographs taken on site.
    pub photos: Bounded<u32>,
    /// Each item with its original carrier.
    pub carriers: Bounded<CarrierRow>,
    /// Codes of what speaks against it.
    pub findings: Vec<String>,
    /// Whatever else.
    pub remarks: String,
    /// When it was completed.
    pub completed_at: String,
    /// By whom.
    pub completed_by: String,
}

/// The application on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneApp {
    /// Name.
    pub name: String,
    /// Package.
    pub package: String,
    /// Version.
    pub version: String,
    /// Where from.
    pub install_source: String,
    /// SHA-256 of the signing certificate; none where it was not read.
    pub signing_sha256: Option<String>,
    /// The one expected; none where none is known.
    pub expected_sha256: Option<String>,
}

/// Where the original carrier of an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarrierRow {
    /// Number of the item.
    pub item: u32,
    /// Its name.
    pub name: String,
    /// `yes`, `no`, or empty: can it be shown in court?
    pub in_court: String,
    /// Where it is kept.
    pub place: String,
    /// By whom.
    pub by_whom: String,
    /// Until when.
    pub until: String,
    /// `yes`, `no`, `unknown`: was it passed on through a chat?
    pub forwarded: String,
}

/// One web capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureRow {
    /// Item of the archive.
    pub item: u32,
    /// Identifier, its first eight digits.
    pub capture: String,
    /// Whether a person drove the browser.
    pub interactive: bool,
    /// The account that was signed in to before it, and by whom; none where nobody signed in.
    #[serde(default)]
    pub login: Option<(String, String)>,
    /// Stretches that the film leaves out.
    #[serde(default)]
    pub film_gaps: u32,
    /// Why the film ended early; else empty.
    #[serde(default)]
    pub film_problem: String,
    /// Address asked for.
    pub url: String,
    /// Address at the end; empty where nothing was shown.
    pub final_url: String,
    /// Title of the page.
    pub title: String,
    /// Name and version of the browser, with the SHA-256 of its program.
    pub browser: (String, String),
    /// When it began, by the device's clock.
    pub started: String,
    /// When it ended.
    pub ended: String,
    /// How it ended: a code.
    pub ending: String,
    /// How whole it is.
    pub completeness: CompletenessRow,
    /// Codes of what deviates from a plain browser.
    pub deviations: Vec<String>,
    /// What the main frame was sent through.
    pub redirects: Bounded<RedirectRow>,
    /// Names looked up.
    pub lookups: Bounded<LookupRow>,
    /// Connections.
    pub connections: Bounded<ConnectionRow>,
    /// Certificates of servers, each once.
    pub certificates: Bounded<ServerCertificate>,
    /// Proxy decisions.
    pub proxies: Vec<String>,
    /// The report before it.
    pub before: Option<ReportRow>,
    /// The report after it.
    pub after: Option<ReportRow>,
    /// When the page was first asked for, where the operation log says so.
    pub asked_at: Option<String>,
    /// Whole seconds from the report's token to that; negative where the token came later.
    pub stamped_before: Option<i64>,
    /// Earliest token of the capture's own seal.
    pub first_token: Option<String>,
    /// Whole seconds from its end to that token.
    pub until_token: Option<i64>,
    /// Why work went on after an abnormal finding.
    pub reason: Option<ReasonRow>,
}

/// How whole a capture is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletenessRow {
    /// 【不完整】.
    pub partial: bool,
    /// Exchanges in the browser's log.
    pub exchanged: u32,
    /// Of these in the archive.
    pub archived: u32,
    /// Requests of the page.
    pub requested: u32,
    /// Of these answered.
    pub answered: u32,
    /// Addresses referred to.
    pub referred: u32,
    /// Of these in the archive.
    pub captured: u32,
    /// Of these accounted for.
    pub explained: u32,
    /// What makes it less than whole.
    pub reasons: Bounded<CompletenessLine>,
}

/// One thing that makes a capture less than whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletenessLine {
    /// A code.
    pub code: String,
    /// The address; empty for the page as a whole.
    pub url: String,
    /// The recorder's reason.
    pub reason: String,
}

/// One address of a chain of redirections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectRow {
    /// The address.
    pub url: String,
    /// What it answered.
    pub status: Option<u16>,
    /// Why the browser redirected by itself; empty where a server did.
    pub internal: String,
}

/// One name looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupRow {
    /// The name.
    pub host: String,
    /// Addresses.
    pub answers: Vec<String>,
    /// Who answered.
    pub answered_by: Vec<String>,
    /// The error; empty when it went well.
    pub error: String,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRow {
    /// The peer's address and port.
    pub peer: String,
    /// Ours.
    pub local: String,
    /// Exchanges on it.
    pub exchanges: u32,
    /// TLS on it.
    pub tls: Option<TlsRow>,
}

/// TLS of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsRow {
    /// Version.
    pub version: String,
    /// Cipher suite.
    pub cipher_suite: String,
    /// SHA-256 of the server's certificate.
    pub certificate: String,
    /// What the browser found wrong with the chain; empty when it accepted it.
    pub error: String,
    /// A code: what the check of the handshake signature found.
    pub handshake: String,
}

/// A server's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerCertificate {
    /// SHA-256.
    pub sha256: String,
    /// Subject; empty where it could not be read.
    pub subject: String,
    /// Issuer.
    pub issuer: String,
    /// Not before.
    pub not_before: Option<String>,
    /// Not after.
    pub not_after: Option<String>,
}

/// A cleanliness report (清洁性检查报告). The counts are those of the report file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// Item of the report.
    pub item: u32,
    /// Its name.
    pub name: String,
    /// SHA-256.
    pub sha256: String,
    /// 正常.
    pub normal: u32,
    /// 异常.
    pub abnormal: u32,
    /// 未检.
    pub not_checked: u32,
    /// When the last check ended.
    pub ended: String,
    /// Every check that is not normal.
    pub findings: Vec<CheckRow>,
    /// Earliest valid token of its seal.
    pub token: Option<String>,
}

/// One check that is not normal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// `01` … `37`.
    pub number: String,
    /// Its name.
    pub title: Bilingual,
    /// Abnormal; otherwise it could not be checked.
    pub abnormal: bool,
    /// Why.
    pub sentences: Vec<Bilingual>,
}

/// Why work went on after an abnormal finding, by two persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonRow {
    /// The reason.
    pub reason: String,
    /// Who wrote it, and when.
    pub written: (String, String),
    /// Who confirmed it, and when.
    pub confirmed: (String, String),
}
