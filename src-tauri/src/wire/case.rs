//! Cases and their items.

use fidem_casebook::{CaseState, HitKind};
use fidem_fingerprint::hex;
use fidem_office::{self as office, OfficeError};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CertificateKind, Facts, SealView};

/// Where an item came from, by its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[allow(
    missing_docs,
    reason = "the letters are those of fidem_manifest::SourceClass"
)]
pub enum SourceClass {
    A,
    #[serde(rename = "A-")]
    AMinus,
    B,
    C,
    D,
    E,
    F,
    G,
}

impl From<fidem_manifest::SourceClass> for SourceClass {
    fn from(class: fidem_manifest::SourceClass) -> Self {
        use fidem_manifest::SourceClass as Kept;
        match class {
            Kept::A => Self::A,
            Kept::AMinus => Self::AMinus,
            Kept::B => Self::B,
            Kept::C => Self::C,
            Kept::D => Self::D,
            Kept::E => Self::E,
            Kept::F => Self::F,
            Kept::G => Self::G,
        }
    }
}

/// What is proved at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[allow(
    missing_docs,
    reason = "the scopes are those of fidem_manifest::ProofScope"
)]
pub enum Scope {
    P0,
    P1,
    P2,
    P3,
}

impl From<fidem_manifest::ProofScope> for Scope {
    fn from(scope: fidem_manifest::ProofScope) -> Self {
        use fidem_manifest::ProofScope as Kept;
        match scope {
            Kept::P0 => Self::P0,
            Kept::P1 => Self::P1,
            Kept::P2 => Self::P2,
            Kept::P3 => Self::P3,
        }
    }
}

/// A row of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaseRow {
    /// Id.
    pub id: String,
    /// 保全编号.
    pub number: String,
    /// 事项.
    pub matter: String,
    /// 申请人.
    pub applicant: String,
    /// When it was opened.
    pub opened_at: String,
    /// Items not withdrawn.
    pub items: u64,
    /// Those of them in a seal.
    pub sealed_items: u64,
    /// Seals that wait for an authority.
    pub waiting_seals: u64,
    /// Code of the last act.
    pub last_act: String,
    /// When it was.
    pub last_act_at: String,
    /// 作废.
    pub void: bool,
}

impl From<office::CaseRow> for CaseRow {
    fn from(row: office::CaseRow) -> Self {
        Self {
            id: row.case.id,
            number: row.case.number,
            matter: row.case.matter,
            applicant: row.case.applicant,
            opened_at: row.case.created,
            items: row.items,
            sealed_items: row.sealed_items,
            waiting_seals: row.waiting_seals,
            last_act: row.last_action,
            last_act_at: row.last_act,
            void: row.case.state == CaseState::Void,
        }
    }
}

/// A part of the list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CasePage {
    /// Cases in all.
    pub total: u64,
    /// Those asked for.
    pub rows: Vec<CaseRow>,
}

/// A case to be.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct NewCase {
    /// 事项.
    pub matter: String,
    /// 申请人.
    pub applicant: String,
}

/// What to correct; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct CaseChange {
    /// 事项.
    pub matter: Option<String>,
    /// 申请人.
    pub applicant: Option<String>,
    /// 受理号.
    pub acceptance_number: Option<String>,
    /// 公证书编号.
    pub notarial_number: Option<String>,
}

/// A review.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ReviewView {
    /// When.
    pub at: String,
    /// By whom.
    pub person: String,
    /// Of which seal.
    pub seal: u32,
    /// It speaks of the case as it stands.
    pub current: bool,
}

/// An issued document.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CertificateView {
    /// Its number.
    pub document_id: String,
    /// Its kind.
    pub kind: CertificateKind,
    /// When it was issued.
    pub at: String,
    /// By whom.
    pub person: String,
    /// The second person, or empty.
    pub reviewed_by: String,
    /// It covers the seals 1 to this one.
    pub seals_upto: u32,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// What should be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the steps are those of fidem_office::NextStep")]
pub enum NextStep {
    TakeIn,
    Seal,
    Stamp,
    Review,
    Certify,
    Export,
}

impl From<office::NextStep> for NextStep {
    fn from(next: office::NextStep) -> Self {
        match next {
            office::NextStep::TakeIn => Self::TakeIn,
            office::NextStep::Seal => Self::Seal,
            office::NextStep::Stamp => Self::Stamp,
            office::NextStep::Review => Self::Review,
            office::NextStep::Certify => Self::Certify,
            office::NextStep::Export => Self::Export,
        }
    }
}

/// Facts that a receipt will print as 未知 or 无.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the facts are those of fidem_office::Missing")]
pub enum MissingFact {
    Applicant,
    Art14Kind,
    HandedOverBy,
    Carrier,
    Original,
    Art18,
    OnsiteRecord,
    PhoneRecord,
    ContinuationReason,
}

impl From<office::Missing> for MissingFact {
    fn from(missing: office::Missing) -> Self {
        match missing {
            office::Missing::Applicant => Self::Applicant,
            office::Missing::Art14Kind => Self::Art14Kind,
            office::Missing::HandedOverBy => Self::HandedOverBy,
            office::Missing::Carrier => Self::Carrier,
            office::Missing::Original => Self::Original,
            office::Missing::Art18 => Self::Art18,
            office::Missing::OnSiteRecord => Self::OnsiteRecord,
            office::Missing::PhoneRecord => Self::PhoneRecord,
            office::Missing::ContinuationReason => Self::ContinuationReason,
        }
    }
}

/// A case's page.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "the fields are those of fidem_office::CaseDetail"
)]
pub struct CaseView {
    pub id: String,
    pub number: String,
    pub acceptance_number: String,
    pub notarial_number: String,
    pub matter: String,
    pub applicant: String,
    pub opened_at: String,
    pub opened_by: String,
    pub void: bool,
    pub scope: Scope,
    pub items: u64,
    pub withdrawn: u64,
    pub unsealed: u64,
    /// Classes met.
    pub classes: Vec<SourceClass>,
    pub seals: Vec<SealView>,
    pub reviews: Vec<ReviewView>,
    pub certificates: Vec<CertificateView>,
    pub revisions: u32,
    pub next: NextStep,
    pub missing: Vec<MissingFact>,
    /// Who made the seals; none of them can review.
    pub handlers: Vec<String>,
}

impl CaseView {
    /// The page of a case with its seals as the page shows them.
    #[must_use]
    pub fn new(detail: office::CaseDetail, seals: Vec<SealView>) -> Self {
        let last = detail.seals.last().map_or(0, |seal| seal.number);
        let standing: u64 = detail.classes.iter().map(|(_, count)| count).sum();
        let mut handlers: Vec<String> = Vec::new();
        for seal in &detail.seals {
            if !handlers.contains(&seal.created_by) {
                handlers.push(seal.created_by.clone());
            }
        }
        let current = |seal| seal == last && detail.unsealed == 0;
        Self {
            scope: detail.scope.into(),
            items: detail.items,
            withdrawn: detail.items.saturating_sub(standing),
            unsealed: detail.unsealed,
            classes: detail
                .classes
                .iter()
                .map(|(class, _)| SourceClass::from(*class))
                .collect(),
            reviews: detail
                .reviews
                .into_iter()
                .map(|review| ReviewView {
                    current: current(review.seal),
                    at: review.at,
                    person: review.person,
                    seal: review.seal,
                })
                .collect(),
            certificates: detail.certificates.into_iter().map(certificate).collect(),
            revisions: detail.revisions,
            next: detail.next.into(),
            missing: detail.missing.into_iter().map(MissingFact::from).collect(),
            void: detail.case.state == CaseState::Void,
            id: detail.case.id,
            number: detail.case.number,
            acceptance_number: detail.case.acceptance_number.unwrap_or_default(),
            notarial_number: detail.case.notarial_number.unwrap_or_default(),
            matter: detail.case.matter,
            applicant: detail.case.applicant,
            opened_at: detail.case.created,
            opened_by: detail.case.created_by,
            seals,
            handlers,
        }
    }
}

fn certificate(kept: fidem_casebook::Certificate) -> CertificateView {
    CertificateView {
        document_id: kept.document_id,
        kind: office::PaperKind::named(&kept.kind)
            .unwrap_or_default()
            .into(),
        at: kept.issued_at,
        person: kept.issued_by,
        reviewed_by: kept.reviewed_by.unwrap_or_default(),
        seals_upto: kept.seals_upto,
        sha256: hex::encode(&kept.sha256),
    }
}

/// A withdrawal.
#[derive(Debug, Clone, Serialize, Type)]
pub struct WithdrawalView {
    /// Why.
    pub reason: String,
    /// When.
    pub at: String,
    /// By whom.
    pub person: String,
}

/// An item.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ItemView {
    /// Number within the case.
    pub number: u32,
    /// Name.
    pub name: String,
    /// The class in force.
    pub class: SourceClass,
    /// Media type.
    pub media_type: String,
    /// Length.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: String,
    /// SM3.
    pub sm3: String,
    /// When it was received.
    pub received_at: String,
    /// Its hand-over.
    pub batch: u32,
    /// Facts in force.
    pub facts: Facts,
    /// The seal it is in.
    pub seal: Option<u32>,
    /// Set when it was withdrawn.
    pub withdrawn: Option<WithdrawalView>,
    /// Why its bytes do not travel, where they are withheld.
    pub withheld: Option<String>,
}

impl From<office::ItemDetail> for ItemView {
    fn from(detail: office::ItemDetail) -> Self {
        let item = detail.item;
        Self {
            number: item.number,
            name: item.name,
            class: detail.class.into(),
            media_type: item.media_type,
            bytes: item.size,
            sha256: hex::encode(&item.sha256),
            sm3: hex::encode(&item.sm3),
            received_at: item.received_at,
            batch: item.batch.0,
            facts: detail.facts.into(),
            seal: item.seal,
            withdrawn: item.withdrawn.map(|one| WithdrawalView {
                reason: one.reason,
                at: one.at,
                person: one.person,
            }),
            withheld: detail.notes.withheld,
        }
    }
}

/// A part of the items.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ItemPage {
    /// Items in all.
    pub total: u64,
    /// Those asked for.
    pub items: Vec<ItemView>,
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the kinds are those of fidem_casebook::HitKind"
)]
pub enum FoundKind {
    Case,
    Item,
    Seal,
    Certificate,
}

/// One thing found.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// What it is.
    pub kind: FoundKind,
    /// The case.
    pub case_id: String,
    /// Its number.
    pub case_number: String,
    /// The item's number; 0 for anything else.
    pub item: u32,
    /// Its name.
    pub text: String,
    /// Withdrawn or void.
    pub withdrawn: bool,
}

impl From<office::Hit> for Hit {
    fn from(hit: office::Hit) -> Self {
        Self {
            kind: match hit.kind {
                HitKind::Case => FoundKind::Case,
                HitKind::Item => FoundKind::Item,
                HitKind::Seal => FoundKind::Seal,
                HitKind::Certificate => FoundKind::Certificate,
            },
            case_id: hit.case,
            case_number: hit.number,
            item: hit.item.unwrap_or(0),
            text: hit.text,
            withdrawn: hit.withdrawn,
        }
    }
}

/// Where a file belongs.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FileHits {
    /// Its SHA-256.
    pub sha256: String,
    /// Its SM3.
    pub sm3: String,
    /// What has the same.
    pub hits: Vec<Hit>,
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct JournalEntry {
    /// Number.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
    /// Code of the act.
    pub act: String,
    /// The item it was done to; 0 for none.
    pub item: u32,
    /// What it was done to, as written down.
    pub subject: String,
    /// Chain hash after it.
    pub digest: String,
}

impl JournalEntry {
    /// Reads an entry of format `fidem-journal/1`.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn read(text: &str) -> office::Result<Self> {
        let body: serde_json::Value = serde_json::from_str(text).map_err(damaged)?;
        let field = |name: &str| {
            body.get(name)
                .and_then(serde_json::Value::as_str)
                .unwrap_or_default()
        };
        let before = hex::decode32(field("prev")).ok_or_else(|| damaged("prev"))?;
        let after = fidem_manifest::chain(&before, &fidem_fingerprint::sha256(text.as_bytes()));
        let item = body.get("item").and_then(serde_json::Value::as_u64);
        Ok(Self {
            sequence: body
                .get("seq")
                .and_then(serde_json::Value::as_u64)
                .unwrap_or(0),
            at: field("at").to_owned(),
            person: body["actor"]["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            act: field("action").to_owned(),
            item: item
                .and_then(|number| u32::try_from(number).ok())
                .unwrap_or(0),
            subject: subject(&body["details"]),
            digest: hex::encode(&after),
        })
    }
}

/// The one detail of an entry that names its object best.
fn subject(details: &serde_json::Value) -> String {
    const NAMES: [&str; 9] = [
        "name",
        "document_id",
        "matter",
        "reason",
        "authority",
        "field",
        "person",
        "key",
        "seal",
    ];
    NAMES
        .iter()
        .find_map(|name| match details.get(name)? {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .unwrap_or_default()
}

fn damaged(what: impl ToString) -> OfficeError {
    OfficeError::Damaged {
        what: format!("journal: {}", what.to_string()),
    }
}

/// A part of the journal.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalPage {
    /// Entries in order.
    pub entries: Vec<JournalEntry>,
    /// The number to go on from.
    pub next_from: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_with_its_chain_value() {
        let text = format!(
            r#"{{"action":"item.added","actor":{{"name":"苏晚","roles":["clerk"]}},"at":"2026-11-22T12:00:00Z","case":"(2026)保全字第0001号","details":{{"name":"a.png"}},"format":"fidem-journal/1","item":1,"prev":"{}","seq":7}}"#,
            "0".repeat(64)
        );
        let entry = JournalEntry::read(&text).expect("an entry");
        assert_eq!(
            (entry.sequence, entry.item, entry.subject.as_str()),
            (7, 1, "a.png")
        );
        let expected = fidem_manifest::chain(&[0; 32], &fidem_fingerprint::sha256(text.as_bytes()));
        assert_eq!(entry.digest, hex::encode(&expected));
        assert!(JournalEntry::read("{}").is_err());
    }
}
