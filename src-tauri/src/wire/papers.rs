//! Documents: what each lacks, what is written for it, how the issued ones stand.

use std::collections::BTreeMap;

use fidem_fingerprint::hex;
use fidem_office as office;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateKind {
    /// ① 公证书附件·电子数据保全记录.
    Record,
    /// ② 电子数据保管回执（非公证书）.
    Receipt,
    /// ③ 核验报告.
    Report,
    /// ④ 证据清单.
    List,
    /// ⑤ 说明、补正、更正、撤销.
    Correction,
    /// Certification of a qualified person.
    Custodian,
    /// 当庭核验步骤.
    Steps,
    /// 截图打印件.
    Prints,
}

impl From<CertificateKind> for office::PaperKind {
    fn from(kind: CertificateKind) -> Self {
        match kind {
            CertificateKind::Record => Self::Record,
            CertificateKind::Receipt => Self::Receipt,
            CertificateKind::Report => Self::Report,
            CertificateKind::List => Self::List,
            CertificateKind::Correction => Self::Correction,
            CertificateKind::Custodian => Self::Custodian,
            CertificateKind::Steps => Self::Steps,
            CertificateKind::Prints => Self::Prints,
        }
    }
}

impl From<office::PaperKind> for CertificateKind {
    fn from(kind: office::PaperKind) -> Self {
        use office::PaperKind as K;
        match kind {
            K::Record => Self::Record,
            K::Report => Self::Report,
            K::List => Self::List,
            K::Correction => Self::Correction,
            K::Custodian => Self::Custodian,
            K::Steps => Self::Steps,
            K::Prints => Self::Prints,
            _ => Self::Receipt,
        }
    }
}

/// One thing that keeps a document from being issued.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HindranceView {
    /// Stable code.
    pub code: String,
    /// Facts for the sentence.
    pub facts: BTreeMap<String, String>,
}

impl From<&office::Hindrance> for HindranceView {
    fn from(hindrance: &office::Hindrance) -> Self {
        let value = serde_json::to_value(hindrance).unwrap_or_default();
        let fields = value.as_object().into_iter().flatten();
        let plain = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Self {
            code: hindrance.code().to_owned(),
            facts: fields
                .filter(|(name, _)| *name != "code")
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect(),
        }
    }
}

/// Points of Art 18 that intake left blank.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct OriginWords {
    /// Number of the hand-over.
    pub batch: u32,
    /// 具体来源.
    pub source: String,
    /// 生成机制.
    pub generation: String,
    /// 存储过程.
    pub storage: String,
    /// 公证机构公证.
    pub notarisation: String,
    /// 第三方见证.
    pub witness: String,
    /// 关联印证数据.
    pub corroboration: String,
}

/// What one item is to prove.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ListWords {
    /// Number of the item.
    pub item: u32,
    /// 证明对象.
    pub proves: String,
    /// 证据内容.
    pub content: String,
    /// Pages on paper.
    pub pages: Option<u32>,
}

/// How an added document bears on the one it is added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum AmendmentSort {
    /// 说明.
    Explanation,
    /// 补正.
    Supplement,
    /// 更正.
    Correction,
    /// 撤销.
    Withdrawal,
}

/// What is explained, supplemented, corrected or withdrawn.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CorrectionWords {
    /// Number of the document concerned.
    pub document_id: String,
    /// How it bears on it.
    pub sort: AmendmentSort,
    /// Where in it.
    pub place: String,
    /// What stood there.
    pub before: String,
    /// What is stated now.
    pub statement: String,
    /// Why.
    pub reason: String,
}

/// What a person writes for a document.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct PaperWords {
    /// 已知异常与缺失.
    pub anomalies: Vec<String>,
    /// Art 18.
    pub origins: Vec<OriginWords>,
    /// ④.
    pub list: Vec<ListWords>,
    /// ⑤.
    pub correction: Option<CorrectionWords>,
    /// The approval for giving data abroad, or why none is needed.
    pub foreign: String,
}

impl From<office::PaperText> for PaperWords {
    fn from(text: office::PaperText) -> Self {
        Self {
            anomalies: text.anomalies,
            origins: text.origins.into_iter().map(origin_words).collect(),
            list: text
                .list
                .into_iter()
                .map(|one| ListWords {
                    item: one.item,
                    proves: one.proves,
                    content: one.content,
                    pages: one.pages,
                })
                .collect(),
            correction: text.correction.map(|one| CorrectionWords {
                document_id: one.document_id,
                sort: match one.sort {
                    office::AmendmentSort::Explanation => AmendmentSort::Explanation,
                    office::AmendmentSort::Supplement => AmendmentSort::Supplement,
                    office::AmendmentSort::Correction => AmendmentSort::Correction,
                    office::AmendmentSort::Withdrawal => AmendmentSort::Withdrawal,
                },
                place: one.place,
                before: one.before,
                statement: one.statement,
                reason: one.reason,
            }),
            foreign: text.foreign,
        }
    }
}

fn origin_words(one: office::OriginText) -> OriginWords {
    OriginWords {
        batch: one.batch,
        source: one.source,
        generation: one.generation,
        storage: one.storage,
        notarisation: one.notarisation,
        witness: one.witness,
        corroboration: one.corroboration,
    }
}

impl From<PaperWords> for office::PaperText {
    fn from(words: PaperWords) -> Self {
        let origin = |one: OriginWords| office::OriginText {
            batch: one.batch,
            source: one.source,
            generation: one.generation,
            storage: one.storage,
            notarisation: one.notarisation,
            witness: one.witness,
            corroboration: one.corroboration,
        };
        let listed = |one: ListWords| office::ListText {
            item: one.item,
            proves: one.proves,
            content: one.content,
            pages: one.pages,
        };
        Self {
            anomalies: words.anomalies,
            origins: words.origins.into_iter().map(origin).collect(),
            list: words.list.into_iter().map(listed).collect(),
            correction: words.correction.map(|one| office::CorrectionText {
                document_id: one.document_id,
                sort: match one.sort {
                    AmendmentSort::Explanation => office::AmendmentSort::Explanation,
                    AmendmentSort::Supplement => office::AmendmentSort::Supplement,
                    AmendmentSort::Correction => office::AmendmentSort::Correction,
                    AmendmentSort::Withdrawal => office::AmendmentSort::Withdrawal,
                },
                place: one.place,
                before: one.before,
                statement: one.statement,
                reason: one.reason,
            }),
            foreign: words.foreign,
        }
    }
}

/// The points an approver answers for.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[allow(clippy::struct_excessive_bools, reason = "six points, each answered")]
pub struct ApprovalPoints {
    /// The matter is true and lawful.
    pub matter: bool,
    /// The materials suffice.
    pub materials: bool,
    /// The procedure was kept.
    pub procedure: bool,
    /// Wording and form are right.
    pub wording: bool,
    /// Fees are as prescribed.
    pub fees: bool,
    /// Discussed where it is of weight.
    pub discussed: bool,
}

impl From<ApprovalPoints> for office::Checklist {
    fn from(points: ApprovalPoints) -> Self {
        Self {
            matter: points.matter,
            materials: points.materials,
            procedure: points.procedure,
            wording: points.wording,
            fees: points.fees,
            discussed: points.discussed,
        }
    }
}

/// How a document that is not issued stands.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PaperStandingView {
    /// Which.
    pub kind: CertificateKind,
    /// What keeps it from being issued.
    pub hindrances: Vec<HindranceView>,
    /// Who approved exactly this, or empty.
    pub approved_by: String,
    /// What was written for it.
    pub words: PaperWords,
    /// Whether it needs a second person's approval.
    pub needs_approval: bool,
}

impl From<office::PaperStanding> for PaperStandingView {
    fn from(standing: office::PaperStanding) -> Self {
        Self {
            kind: standing.request.kind.into(),
            hindrances: standing.hindrances.iter().map(Into::into).collect(),
            approved_by: standing.approval.map(|a| a.person).unwrap_or_default(),
            words: standing.text.into(),
            needs_approval: standing.request.kind.needs_approval(),
        }
    }
}

/// How an issued document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentState {
    /// 已出具.
    Issued,
    /// 已说明 or 已补正.
    Explained,
    /// 已更正.
    Corrected,
    /// 已撤销.
    Withdrawn,
}

impl From<office::DocumentState> for DocumentState {
    fn from(state: office::DocumentState) -> Self {
        match state {
            office::DocumentState::Issued => Self::Issued,
            office::DocumentState::Explained => Self::Explained,
            office::DocumentState::Corrected => Self::Corrected,
            office::DocumentState::Withdrawn => Self::Withdrawn,
        }
    }
}

/// A signature or time stamp put on a document's file.
#[derive(Debug, Clone, Serialize, Type)]
pub struct EditionView {
    /// In which capacity.
    pub capacity: String,
    /// Name in the certificate.
    pub signer: String,
    /// PAdES level.
    pub level: String,
    /// When.
    pub at: String,
}

/// A signature beside a document's file.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BesideView {
    /// In which capacity.
    pub capacity: String,
    /// Name in the certificate.
    pub signer: String,
    /// Algorithm, such as `SM2 SM3`.
    pub algorithm: String,
    /// Whether it is over the file as it stands; else over what that was before an archive time stamp was renewed.
    pub whole: bool,
    /// When.
    pub at: String,
}

/// An issued document with what came of it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuedPaper {
    /// Its number.
    pub document_id: String,
    /// Its kind.
    pub kind: CertificateKind,
    /// When it was issued.
    pub at: String,
    /// By whom.
    pub person: String,
    /// Who approved or reviewed, or empty.
    pub reviewed_by: String,
    /// SHA-256 of the file with its signatures.
    pub sha256: String,
    /// How it stands.
    pub state: DocumentState,
    /// Documents added to it.
    pub amended_by: Vec<String>,
    /// The document it is added to, or empty.
    pub amends: String,
    /// Signatures and time stamps on it.
    pub editions: Vec<EditionView>,
    /// Signatures beside its file.
    pub beside: Vec<BesideView>,
    /// Who has still to sign, in order; none where it is complete or not to be signed.
    pub open: Vec<SigningCapacity>,
    /// Copies given.
    pub copies: u32,
}

impl From<office::PaperRow> for IssuedPaper {
    fn from(row: office::PaperRow) -> Self {
        let edition = |e: office::Edition| EditionView {
            capacity: e.capacity,
            signer: e.signer,
            level: e.level,
            at: e.at,
        };
        let whole = row.sha256;
        let beside = |one: office::DetachedSignature| BesideView {
            capacity: one.capacity,
            signer: one.signer,
            algorithm: one.algorithm,
            whole: one.over == whole,
            at: one.at,
        };
        Self {
            document_id: row.document_id,
            kind: row.kind.into(),
            at: row.at,
            person: row.person,
            reviewed_by: row.reviewed_by.unwrap_or_default(),
            sha256: hex::encode(&row.sha256),
            state: row.state.into(),
            amended_by: row.amended_by,
            amends: row.amends.unwrap_or_default(),
            editions: row.editions.into_iter().map(edition).collect(),
            beside: row.beside.into_iter().map(beside).collect(),
            open: row.open.into_iter().map(Into::into).collect(),
            copies: row.copies,
        }
    }
}

/// The documents of a case.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PapersView {
    /// Each kind that can be issued.
    pub standings: Vec<PaperStandingView>,
    /// The issued ones, the oldest first.
    pub issued: Vec<IssuedPaper>,
}

/// Copies given or about to be.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CopyView {
    /// Of which document.
    pub document_id: String,
    /// `paper` or `file`.
    pub form: String,
    /// How many.
    pub copies: u32,
    /// To whom.
    pub recipient: String,
    /// On what ground.
    pub basis: String,
    /// When; empty for one about to be entered.
    pub at: String,
    /// By whom; likewise.
    pub person: String,
}

impl From<office::CopyRow> for CopyView {
    fn from(row: office::CopyRow) -> Self {
        Self {
            document_id: row.document_id,
            form: row.form,
            copies: row.copies,
            recipient: row.recipient,
            basis: row.basis,
            at: row.at,
            person: row.person,
        }
    }
}

impl From<CopyView> for office::NewCopy {
    fn from(copy: CopyView) -> Self {
        Self {
            document_id: copy.document_id,
            form: match copy.form.as_str() {
                "file" => office::CopyForm::File,
                _ => office::CopyForm::Paper,
            },
            copies: copy.copies,
            recipient: copy.recipient,
            basis: copy.basis,
        }
    }
}

/// In which capacity is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SigningCapacity {
    /// 承办人.
    Handler,
    /// 审批人.
    Approver,
    /// 机构.
    Office,
}

impl From<office::SigningCapacity> for SigningCapacity {
    fn from(capacity: office::SigningCapacity) -> Self {
        match capacity {
            office::SigningCapacity::Handler => Self::Handler,
            office::SigningCapacity::Approver => Self::Approver,
            office::SigningCapacity::Office => Self::Office,
        }
    }
}

impl From<SigningCapacity> for office::SigningCapacity {
    fn from(capacity: SigningCapacity) -> Self {
        match capacity {
            SigningCapacity::Handler => Self::Handler,
            SigningCapacity::Approver => Self::Approver,
            SigningCapacity::Office => Self::Office,
        }
    }
}

/// Where a key is: a PKCS#12 file, or a PKCS#11 token. Its secret travels once and is not kept.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeyChoice {
    /// PKCS#12 file, or empty.
    pub file: String,
    /// Driver of a token, or empty.
    pub driver: String,
    /// Label of the token.
    pub token: String,
    /// Label of the key on it, or empty for the only one.
    pub label: String,
    /// Passphrase or PIN.
    pub secret: String,
}

/// A signature as it was put on a document.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SignedView {
    /// Name in the certificate.
    pub signer: String,
    /// PAdES level reached.
    pub level: String,
    /// Who has still to sign.
    pub remaining: Vec<SigningCapacity>,
}

/// A signature as it was put beside a document.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SignedBesideView {
    /// Name in the certificate.
    pub signer: String,
    /// Algorithm.
    pub algorithm: String,
}

/// A new archive time stamp on a document.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RenewedDocumentView {
    /// Name in the certificate of the authority.
    pub authority: String,
    /// Its time, RFC 3339.
    pub time: String,
}

/// Which documents are signed electronically.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SigningSettings {
    /// Kinds that are signed.
    pub kinds: Vec<CertificateKind>,
    /// Whether a seal is set.
    pub seal: bool,
    /// Where is signed.
    pub location: String,
}

/// A draft for a word processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DraftKind {
    /// 工作记录.
    WorkRecord,
    /// 证词草稿.
    Testimony,
    /// 证据清单.
    List,
}
