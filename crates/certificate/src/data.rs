//! What a document of a case says: every field a template can print.
//!
//! The caller states facts; nothing here is computed from a clock, a folder or a network. A field that is absent is
//! printed as 无, 未检 or 未知, never left out. All times are RFC 3339 in UTC with seconds; all digests are
//! lower-case hexadecimal.

use fidem_manifest::{ProofScope, SourceClass};
use serde::{Deserialize, Serialize};

use crate::Kind;
use crate::annex::{Bounded, CaptureRow, OnSiteRecord, PhoneRecord};
use crate::particulars::Particulars;

/// A text in both languages. Chinese is the controlling text and never empty; English may be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English, or empty.
    #[serde(default)]
    pub en: String,
}

impl Bilingual {
    /// Both languages at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// A text whose words belong to a person and are not translated.
    pub fn zh_only(zh: impl Into<String>) -> Self {
        Self::new(zh, "")
    }
}

/// How far the document has come; printed on every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// 草稿.
    Draft,
    /// 已复核.
    Reviewed,
    /// 已出具.
    Issued,
    /// 作废.
    Void,
}

/// The issuing office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Name as entered by the office itself.
    pub name: Bilingual,
    /// Address, when entered.
    #[serde(default)]
    pub address: Option<Bilingual>,
    /// Number of the practice licence (执业许可证), when entered.
    #[serde(default)]
    pub licence: Option<String>,
    /// Whether a key of this office stands in the trust file. While false every page says 身份未核验.
    pub identity_verified: bool,
}

/// An applicant or an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Name as on the identity document.
    pub name: String,
    /// Kind of document shown, such as 居民身份证.
    #[serde(default)]
    pub identity_kind: Option<Bilingual>,
    /// Its number, already masked.
    #[serde(default)]
    pub identity_number_masked: Option<String>,
}

/// A person of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficePerson {
    /// Name.
    pub name: String,
    /// Role: 承办公证员, 公证员助理, 复核人.
    pub role: Bilingual,
}

/// One item of evidence as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// Number within the case, from 1.
    pub number: u32,
    /// Name as handed over.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Source class, fixed at intake.
    pub class: SourceClass,
    /// Scope of proof of this item; never wider than its class supports.
    pub scope: ProofScope,
    /// Hand-over batch, matching an [`Origin`].
    pub batch: u32,
    /// Number of the seal that holds the item, matching a [`SealRow`].
    pub seal: u32,
    /// When the office received it.
    pub received_at: String,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// SM3 of the bytes.
    pub sm3: String,
    /// Passed on through a chat before it came here, and perhaps compressed anew: stated, or by its name.
    #[serde(default)]
    pub forwarded: Option<Forwarded>,
}

/// Why an item is taken to have been passed on through a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forwarded {
    /// The phone record says so.
    Stated,
    /// Its name is of the kind that chat applications give.
    Named,
}

/// 固化前的来源与过程 of one hand-over: the six points of Article 18 of 人民法院在线诉讼规则. `None` prints 无.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Hand-over batch, from 1.
    pub batch: u32,
    /// 具体来源.
    #[serde(default)]
    pub source: Option<Bilingual>,
    /// 生成机制.
    #[serde(default)]
    pub generation: Option<Bilingual>,
    /// 存储过程.
    #[serde(default)]
    pub storage: Option<Bilingual>,
    /// 公证机构公证.
    #[serde(default)]
    pub notarisation: Option<Bilingual>,
    /// 第三方见证.
    #[serde(default)]
    pub witness: Option<Bilingual>,
    /// 关联印证数据.
    #[serde(default)]
    pub corroboration: Option<Bilingual>,
}

/// Counts of a cleanliness report (清洁性检查报告). They must equal the counts in the report file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentCheck {
    /// 通过.
    pub passed: u32,
    /// 异常.
    pub abnormal: u32,
    /// 未检.
    pub unchecked: u32,
    /// What the unchecked and abnormal points mean for the result.
    #[serde(default)]
    pub effect: Option<Bilingual>,
    /// Name of the report file.
    pub report: String,
    /// Its SHA-256.
    pub report_sha256: String,
}

/// One seal (固化): manifest, tree and tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealRow {
    /// Number within the case, from 1.
    pub number: u32,
    /// SHA-256 of `manifest.json`.
    pub manifest_sha256: String,
    /// SM3 of `manifest.json`.
    pub manifest_sm3: String,
    /// SHA-256 of `seal.json`.
    pub seal_sha256: String,
    /// SM3 of `seal.json`.
    pub seal_sm3: String,
    /// Root of the hash tree.
    pub root: String,
    /// Leaves of the tree.
    pub tree_size: u64,
    /// Time of the office's device when it sealed.
    pub device_time: String,
    /// Whole seconds from the last receipt of an item to the earliest valid token, when both are known.
    #[serde(default)]
    pub interval_seconds: Option<u64>,
    /// Attachment holding the manifest.
    #[serde(default)]
    pub manifest_file: Option<String>,
    /// Attachment holding the seal statement.
    #[serde(default)]
    pub seal_file: Option<String>,
    /// Tokens received; a token that failed validation stands here as [`TokenState::Invalid`] and counts for nothing.
    pub tokens: Vec<TokenRow>,
    /// Entry in the office log, if any.
    #[serde(default)]
    pub log: Option<LogEntry>,
}

/// How a token was judged on receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenState {
    /// 一致.
    Match,
    /// 不一致: kept, not counted.
    Invalid,
    /// 无法核验: for want of trust roots or revocation data.
    CannotCheck,
}

/// One time-stamp token (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Name of the authority.
    pub authority: String,
    /// `genTime`.
    pub gen_time: String,
    /// `accuracy` as the token states it, such as `±1 s`; `None` prints 未声明.
    #[serde(default)]
    pub accuracy: Option<String>,
    /// Serial number as hexadecimal or decimal text.
    pub serial: String,
    /// Policy OID.
    pub policy: String,
    /// The judgement.
    pub state: TokenState,
    /// Attachment holding the token.
    #[serde(default)]
    pub token_file: Option<String>,
    /// Attachment whose bytes the token covers.
    #[serde(default)]
    pub covered_file: Option<String>,
}

/// A seal's place in the office's own log (本处登记日志).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Origin line of the log.
    pub origin: String,
    /// Index of the entry.
    pub index: u64,
    /// Size of the log at the checkpoint.
    pub checkpoint_size: u64,
    /// Root hash at the checkpoint, as printed on the checkpoint.
    pub checkpoint_root: String,
    /// Names of outside witnesses whose signatures were checked. Empty prints 系本处自行记录.
    #[serde(default)]
    pub witnesses: Vec<String>,
}

/// Finality of a block. Only [`Finality::Final`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finality {
    /// 已提交.
    Submitted,
    /// 已入块.
    Included,
    /// 已终局.
    Final,
    /// 分叉失效.
    Orphaned,
}

/// Who may take part in a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkAccess {
    /// Anybody.
    Public,
    /// Admitted organisations.
    Consortium,
    /// One organisation.
    Private,
}

/// What a receipt of a chain shows without a node, under the trust of the program that issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnchorWorth {
    /// Leads to checkpoints or validators of the trust file.
    Canonical,
    /// Signed by a quorum of validators that are not in it.
    QuorumUnpinned,
    /// Work alone.
    PowOnly,
    /// In a block of which nothing else is shown.
    InclusionOnly,
    /// Nothing yet.
    Pending,
}

/// A chain anchor with chain-native proof. What only an interface answered is a [`PlatformReceipt`].
/// `None` prints 未知.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainAnchor {
    /// Number of the anchoring in the office.
    pub anchor: u32,
    /// Seals under the root that was anchored.
    pub seals: Vec<u32>,
    /// Name of the network in the office.
    pub rail: String,
    /// The network's own identifier.
    pub network: String,
    /// Adapter and its version.
    pub adapter: String,
    /// Framework.
    #[serde(default)]
    pub framework: Option<String>,
    /// Who may take part.
    pub access: NetworkAccess,
    /// Where it is run.
    #[serde(default)]
    pub region: Option<String>,
    /// Hash of its first block.
    #[serde(default)]
    pub genesis: Option<String>,
    /// Contract, chaincode or topic.
    #[serde(default)]
    pub contract: Option<String>,
    /// Who submitted.
    #[serde(default)]
    pub identity: Option<String>,
    /// Operator's legal name.
    #[serde(default)]
    pub operator: Option<String>,
    /// Filing number with the CAC (备案号).
    #[serde(default)]
    pub filing: Option<String>,
    /// Number of nodes and who runs them, with the date of that knowledge.
    #[serde(default)]
    pub nodes: Option<Bilingual>,
    /// Date of what is known of the network.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Overseas public chain: prints 境外公有链，无境内备案，仅作辅助印证.
    #[serde(default)]
    pub overseas_public: bool,
    /// When the root was prepared for sending.
    pub submitted_at: String,
    /// Block height; none while in no block.
    #[serde(default)]
    pub height: Option<u64>,
    /// Block hash.
    #[serde(default)]
    pub block_hash: Option<String>,
    /// Transaction hash; none where the proof leads to the block without naming one.
    #[serde(default)]
    pub transaction: Option<String>,
    /// Block time; none where the network's blocks have none.
    #[serde(default)]
    pub block_time: Option<String>,
    /// State.
    pub finality: Finality,
    /// Rule by which it is final.
    #[serde(default)]
    pub finality_rule: Option<Bilingual>,
    /// What the receipt shows offline.
    pub worth: AnchorWorth,
    /// Relation between the parties and the operator; `None` prints 未查.
    #[serde(default)]
    pub interest: Option<Bilingual>,
    /// Standards and conformity of the platform, Article 17 (1), (3), (4).
    #[serde(default)]
    pub conformity: Option<Bilingual>,
}

/// An answer of a platform's interface without chain-native proof (平台回执, R-068).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformReceipt {
    /// Seal concerned.
    pub seal: u32,
    /// Platform and its operator.
    pub platform: String,
    /// Receipt number.
    pub number: String,
    /// Time the platform states.
    pub at: String,
}

/// One entry of a row in the table of six times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeEntry {
    /// What the time is of: an item, a seal, an authority.
    pub of: Bilingual,
    /// The time, or the start.
    pub at: String,
    /// The end, for a period.
    #[serde(default)]
    pub until: Option<String>,
    /// Where the time comes from.
    pub source: Bilingual,
    /// Error bound; `None` prints 未声明.
    #[serde(default)]
    pub precision: Option<Bilingual>,
}

/// The six times, never merged. An empty one prints 无.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SixTimes {
    /// 内容自称时间: stated by the data itself or by the party.
    pub claimed: Vec<TimeEntry>,
    /// 取得起止: start and end of a capture, by the device's clock.
    pub capture: Vec<TimeEntry>,
    /// 时间戳时间: `genTime`.
    pub token: Vec<TimeEntry>,
    /// 区块时间.
    pub block: Vec<TimeEntry>,
    /// 收到时间.
    pub receipt: Vec<TimeEntry>,
    /// 出具时间.
    pub issue: Vec<TimeEntry>,
}

/// A presumption that a party may invoke, stated only when its facts exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presumption {
    /// 民事诉讼证据规定 94(1)(2).
    NeutralThirdParty,
    /// 94(1)(3).
    NormalBusiness,
    /// 94(1)(4).
    ArchiveManaged,
    /// 94(1)(5).
    AgreedMethod,
    /// 在线诉讼规则 16: only with a final, chain-native anchor.
    UnchangedAfterAnchoring,
    /// 94(2), content notarised by a notary: only on a record that names the notarial certificate it is attached to, and
    /// never for what a party, a device or a third party supplied (classes C to F).
    NotarisedContent,
}

/// One act of custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyRow {
    /// Entry number in the journal.
    pub entry: u64,
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
    /// What was done.
    pub act: Bilingual,
}

/// Head of the journal at issue; printed so that a rolled-back database shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// Entries.
    pub entries: u64,
    /// Chain hash.
    pub head: String,
}

/// The program that made the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Commit it was built from.
    #[serde(default)]
    pub commit: Option<String>,
    /// SHA-256 of the executable.
    #[serde(default)]
    pub sha256: Option<String>,
    /// SHA-256 of the offline verifier handed out with it.
    #[serde(default)]
    pub verifier_sha256: Option<String>,
    /// Result of the self-test before issue.
    #[serde(default)]
    pub self_test: Option<Bilingual>,
}

/// A trust root by which the tokens were judged, so that a court can obtain it independently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustRoot {
    /// Subject of the certificate, or name of the key.
    pub name: String,
    /// SHA-256 of the certificate.
    pub sha256: String,
    /// Where it came from and when.
    #[serde(default)]
    pub source: Option<Bilingual>,
}

/// Everything that a document of a case prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateData {
    /// What it is.
    #[serde(default)]
    pub kind: Kind,
    /// Chinese alone. Otherwise each Chinese text has its English beneath; the Chinese prevails in both.
    #[serde(default)]
    pub chinese_only: bool,
    /// Number of this document.
    pub document_id: String,
    /// Number of the case: (2026)保全字第0001号.
    pub case_number: String,
    /// Number of a notarial certificate drawn up separately; stands among the particulars, never at the head.
    #[serde(default)]
    pub notarial_number: Option<String>,
    /// Status.
    pub status: Status,
    /// When the document was issued.
    pub issued_at: String,
    /// Made by a demonstration office: every page says 演示 / DEMONSTRATION.
    #[serde(default)]
    pub demonstration: bool,
    /// Whether the finished file will carry an electronic signature.
    #[serde(default)]
    pub electronically_signed: bool,
    /// The office.
    pub office: Office,
    /// Applicant.
    pub applicant: Party,
    /// Agent.
    #[serde(default)]
    pub agent: Option<Party>,
    /// 保管事项.
    pub matter: Bilingual,
    /// 证明目的 as the applicant stated it.
    #[serde(default)]
    pub purpose: Option<Bilingual>,
    /// Handler.
    pub handler: OfficePerson,
    /// Who reviewed; `None` prints 未经第二人复核.
    #[serde(default)]
    pub second_person: Option<OfficePerson>,
    /// Items in the order of their numbers.
    pub items: Vec<ItemRow>,
    /// Source and process, one per hand-over batch.
    pub origins: Vec<Origin>,
    /// Cleanliness report; `None` prints that none was made.
    #[serde(default)]
    pub environment: Option<EnvironmentCheck>,
    /// Web captures, in the order of their beginning.
    #[serde(default)]
    pub captures: Bounded<CaptureRow>,
    /// On-site records.
    #[serde(default)]
    pub onsite: Vec<OnSiteRecord>,
    /// Phone records.
    #[serde(default)]
    pub phones: Vec<PhoneRecord>,
    /// Known anomalies and gaps, in the clerk's words.
    #[serde(default)]
    pub anomalies: Vec<Bilingual>,
    /// Presumptions whose facts exist.
    #[serde(default)]
    pub presumptions: Vec<Presumption>,
    /// Seals in the order of their numbers.
    pub seals: Vec<SealRow>,
    /// The six times.
    pub times: SixTimes,
    /// Chain anchors.
    #[serde(default)]
    pub chain_anchors: Vec<ChainAnchor>,
    /// Platform receipts.
    #[serde(default)]
    pub platform_receipts: Vec<PlatformReceipt>,
    /// Extract of the custody record.
    #[serde(default)]
    pub custody: Vec<CustodyRow>,
    /// Trust roots used; empty prints 无.
    #[serde(default)]
    pub trust_roots: Vec<TrustRoot>,
    /// Head of the journal.
    #[serde(default)]
    pub journal: Option<JournalHead>,
    /// The program.
    pub program: Program,
    /// What this kind of document needs beside.
    #[serde(default)]
    pub particulars: Particulars,
}
