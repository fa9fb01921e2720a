//! What ends when, and what was renewed.

use fidem_office as office;
use serde::Serialize;
use specta::Type;

/// How urgent a renewal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the states are those of fidem_office::DueState"
)]
pub enum DueState {
    Lapsed,
    Due,
    Later,
    Carried,
}

/// A token, an evidence record or a signed document with its end.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DueRow {
    /// The case's id.
    pub case_id: String,
    /// The case's number.
    pub number: String,
    /// Member of the package.
    pub member: String,
    /// The authority.
    pub authority: String,
    /// Its end.
    pub until: Option<String>,
    /// An algorithm ends before the certificates do.
    pub algorithm: bool,
    /// When to renew at the latest.
    pub renew_by: Option<String>,
    /// How urgent it is.
    pub state: DueState,
}

impl From<office::Due> for DueRow {
    fn from(due: office::Due) -> Self {
        Self {
            case_id: due.case,
            number: due.number,
            member: due.member,
            authority: due.authority,
            until: due.until,
            algorithm: due.because == Some("algorithm"),
            renew_by: due.renew_by,
            state: match due.state {
                office::DueState::Lapsed => DueState::Lapsed,
                office::DueState::Due => DueState::Due,
                office::DueState::Later => DueState::Later,
                office::DueState::Carried => DueState::Carried,
            },
        }
    }
}

/// A renewal that waits for a second person.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProposalView {
    /// Who proposed it.
    pub person: String,
    /// When, by the device.
    pub at: String,
    /// The person at the desk did.
    pub own: bool,
    /// The one case; absent where everything due is meant.
    pub case_id: Option<String>,
}

/// How a record was renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the kinds are those of fidem_office::RenewalKind"
)]
pub enum RenewalKind {
    First,
    TimeStamp,
    HashTree,
    Document,
}

/// A renewed record.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RenewedRow {
    /// The case's number.
    pub number: String,
    /// How.
    pub kind: RenewalKind,
    /// Under which digest algorithm.
    pub algorithm: String,
    /// The authority that stamped.
    pub authority: String,
    /// Its time.
    pub time: String,
    /// Why a document has no new stamp, where it has none.
    pub problem: Option<String>,
}

impl From<office::Renewed> for RenewedRow {
    fn from(renewed: office::Renewed) -> Self {
        Self {
            number: renewed.case,
            kind: match renewed.kind {
                office::RenewalKind::First => RenewalKind::First,
                office::RenewalKind::TimeStamp => RenewalKind::TimeStamp,
                office::RenewalKind::HashTree => RenewalKind::HashTree,
                office::RenewalKind::Document => RenewalKind::Document,
            },
            algorithm: renewed.algorithm.to_owned(),
            authority: renewed.authority,
            time: renewed.time,
            problem: renewed.problem,
        }
    }
}
