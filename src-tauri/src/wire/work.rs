//! Long work, seals and deliveries.

use fidem_fingerprint::hex;
use fidem_manifest::Seal as Statement;
use fidem_office::{self as office, Step};
use serde::Serialize;
use specta::Type;
use specta::datatype::DataType;
use tauri::ipc::{InvokeResponseBody, IpcResponse};

/// Octets for the page, without a detour through text.
pub struct Bytes(pub Vec<u8>);

impl IpcResponse for Bytes {
    fn body(self) -> tauri::Result<InvokeResponseBody> {
        Ok(InvokeResponseBody::Raw(self.0))
    }
}

impl Type for Bytes {
    fn definition(_: &mut specta::Types) -> DataType {
        DataType::Reference(specta_typescript::define("ArrayBuffer"))
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the tasks are those of fidem_office::Task")]
pub enum Task {
    TakeIn,
    Manifest,
    Stamp,
    Export,
    Verify,
    Renew,
    Capture,
}

/// How far a task has come.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Progress {
    /// Which.
    pub task: Task,
    /// Bytes, or items where a task has no bytes.
    pub done: u64,
    /// In all.
    pub total: u64,
    /// The file or authority at hand.
    pub current: String,
}

impl From<Step<'_>> for Progress {
    fn from(step: Step<'_>) -> Self {
        Self {
            task: match step.task {
                office::Task::TakeIn => Task::TakeIn,
                office::Task::Manifest => Task::Manifest,
                office::Task::Stamp => Task::Stamp,
                office::Task::Export => Task::Export,
                office::Task::Verify => Task::Verify,
                office::Task::Renew => Task::Renew,
                office::Task::Capture => Task::Capture,
            },
            done: step.done,
            total: step.total,
            current: step.current.to_owned(),
        }
    }
}

/// A path that was not taken in.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RefusedPath {
    /// Which.
    pub path: String,
    /// Code of the reason.
    pub code: String,
}

/// What came of taking in.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TakeInResult {
    /// Items made.
    pub items: u64,
    /// What was left out.
    pub refused: Vec<RefusedPath>,
    /// The person stopped it; the items made until then stay.
    pub stopped: bool,
}

impl From<office::TakenIn> for TakeInResult {
    fn from(taken: office::TakenIn) -> Self {
        Self {
            items: taken.items.len() as u64,
            refused: taken
                .refused
                .into_iter()
                .map(|one| RefusedPath {
                    path: one.path_display,
                    code: one.code.to_owned(),
                })
                .collect(),
            stopped: taken.stopped,
        }
    }
}

/// A token.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TokenView {
    /// Its ordinal in the case, by which it can be opened; none where no reply was kept.
    pub ordinal: Option<u32>,
    /// The authority.
    pub authority: String,
    /// Where it was asked.
    pub url: String,
    /// It passed every check.
    pub counts: bool,
    /// genTime.
    pub time: Option<String>,
    /// What is to be known of one that counts.
    pub remark: Option<String>,
    /// Why it does not count, or why none came.
    pub problem: Option<String>,
}

impl From<office::SealedToken> for TokenView {
    fn from(token: office::SealedToken) -> Self {
        Self {
            ordinal: token.ordinal,
            authority: token.authority,
            url: token.url,
            counts: token.counts,
            time: token.time,
            remark: token.remark,
            problem: token.problem,
        }
    }
}

/// How far a seal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SealState {
    /// 待固化.
    Waiting,
    /// 固化.
    Sealed,
}

impl From<office::SealState> for SealState {
    fn from(state: office::SealState) -> Self {
        match state {
            office::SealState::Waiting => Self::Waiting,
            office::SealState::Sealed => Self::Sealed,
        }
    }
}

/// A seal with its tokens.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SealView {
    /// Number within the case.
    pub number: u32,
    /// How far it is.
    pub state: SealState,
    /// Items in it.
    pub items: u32,
    /// Time of the office's device.
    pub device_time: String,
    /// Who made it.
    pub made_by: String,
    /// SHA-256 of the manifest.
    pub manifest_sha256: String,
    /// SM3 of the manifest.
    pub manifest_sm3: String,
    /// Its tokens.
    pub tokens: Vec<TokenView>,
}

impl SealView {
    /// A kept seal, without its tokens.
    ///
    /// # Errors
    /// When its statement cannot be read.
    pub fn new(seal: &fidem_casebook::Seal) -> office::Result<Self> {
        let statement = Statement::from_bytes(&seal.seal_json)?;
        Ok(Self {
            number: seal.number,
            state: seal.state.into(),
            items: seal.items,
            device_time: statement.time,
            made_by: seal.created_by.clone(),
            manifest_sha256: hex::encode(&seal.manifest_sha256),
            manifest_sm3: statement.manifest.sm3,
            tokens: Vec::new(),
        })
    }
}

/// What came of one act of sealing.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Sealed {
    /// The seal.
    pub number: u32,
    /// How far it is.
    pub state: SealState,
    /// Items in it.
    pub items: u32,
    /// Tokens obtained, and why others were not.
    pub tokens: Vec<TokenView>,
}

impl From<office::Sealed> for Sealed {
    fn from(sealed: office::Sealed) -> Self {
        Self {
            number: sealed.seal,
            state: sealed.state.into(),
            items: sealed.items,
            tokens: sealed.tokens.into_iter().map(TokenView::from).collect(),
        }
    }
}

/// A delivery.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The folder.
    pub folder: String,
    /// The package in it.
    pub package: String,
    /// Its revision.
    pub revision: u32,
    /// Time of the token over the whole delivery.
    pub delivered_at: Option<String>,
    /// Receipts in it.
    pub receipts: Vec<String>,
    /// Originals copied.
    pub originals: u64,
    /// Whether the verification page is in it.
    pub verifier: bool,
}

impl From<office::HandOver> for Delivery {
    fn from(made: office::HandOver) -> Self {
        let name = |path: &std::path::Path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        Self {
            folder: made.folder.display().to_string(),
            package: name(&made.package.path),
            revision: made.package.revision.unwrap_or(0),
            delivered_at: made.package.delivery_time,
            receipts: made.receipts.iter().map(|path| name(path)).collect(),
            originals: made.originals,
            verifier: made.verifier.is_some(),
        }
    }
}
