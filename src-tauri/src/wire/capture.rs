//! A capture as it ended.

use fidem_capture as recorder;
use fidem_cleanliness::Reference;
use fidem_office as office;
use serde::Serialize;
use specta::Type;

use super::{CheckCounts, InteractiveView, Sealed, SourceClass};
use crate::error::ShellError;

/// What came of captures that were interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RecoveredView {
    /// Numbers of the items made of them.
    pub made: Vec<u32>,
    /// Those that could not be finished, and are tried again.
    pub failed: Vec<UnrecoveredView>,
}

/// An interrupted capture that could not be finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct UnrecoveredView {
    /// Number of its case.
    pub case: String,
    /// The address as asked for.
    pub url: String,
    /// What stood in the way.
    pub refusal: ShellError,
}

impl From<office::Recovered> for RecoveredView {
    fn from(recovered: office::Recovered) -> Self {
        let failed = recovered.failed.into_iter();
        Self {
            made: recovered.made.into_iter().map(|(_, item)| item).collect(),
            failed: failed
                .map(|one| UnrecoveredView {
                    case: one.case,
                    url: one.url,
                    refusal: one.error.into(),
                })
                .collect(),
        }
    }
}

/// How a capture ended, or in what it deviated: a code, and what is to be known beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Coded {
    /// Stable code.
    pub code: String,
    /// The browser's or the recorder's words, or a number; empty where there is none.
    pub detail: String,
}

impl Coded {
    /// Reads a tagged enumeration of the recorder.
    pub(super) fn of(value: &impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or_default();
        let text = |field: &serde_json::Value| match field {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let detail = ["error", "limit", "reason", "sha256", "spki", "rule"]
            .iter()
            .find_map(|name| value.get(name))
            .map(text);
        Self {
            code: value.get("code").map(text).unwrap_or_default(),
            detail: detail.unwrap_or_default(),
        }
    }
}

/// One thing that is less than whole, or was left out on purpose.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CompletenessLine {
    /// Stable code.
    pub code: String,
    /// The address it concerns; empty for the page as a whole.
    pub url: String,
    /// The reason as the browser or the recorder gave it.
    pub reason: String,
    /// It makes the capture partial.
    pub partial: bool,
}

/// How whole a capture is.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Completeness {
    /// PARTIAL 不完整.
    pub partial: bool,
    /// Exchanges in the browser's log.
    pub exchanged: u32,
    /// Of these, in the archive.
    pub archived: u32,
    /// Requests of the page.
    pub requested: u32,
    /// Of these, answered.
    pub answered: u32,
    /// Addresses the documents refer to.
    pub referred: u32,
    /// Of these, in the archive.
    pub captured: u32,
    /// Of these, accounted for otherwise.
    pub explained: u32,
    /// Requests of the browser on its own account.
    pub background: u32,
    /// Line by line.
    pub lines: Vec<CompletenessLine>,
}

impl From<recorder::Completeness> for Completeness {
    fn from(kept: recorder::Completeness) -> Self {
        let line = |line: recorder::Line| CompletenessLine {
            code: line.code,
            url: line.url,
            reason: line.reason,
            partial: line.partial,
        };
        Self {
            partial: kept.partial,
            exchanged: kept.exchanged,
            archived: kept.archived,
            requested: kept.requested,
            answered: kept.answered,
            referred: kept.referred,
            captured: kept.captured,
            explained: kept.explained,
            background: kept.background,
            lines: kept.lines.into_iter().map(line).collect(),
        }
    }
}

/// A reference page as it was fetched on one side of a capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ReferenceView {
    /// Its address.
    pub address: String,
    /// When it was asked for.
    pub asked: String,
    /// Whether it came whole, with a status of success.
    pub came: bool,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Address and port that answered.
    pub peer: Option<String>,
    /// SHA-256 of its body.
    pub sha256: Option<String>,
    /// Why it, or a part of it, did not come.
    pub error: Option<String>,
}

impl From<Reference> for ReferenceView {
    fn from(page: Reference) -> Self {
        Self {
            came: page.came(),
            address: page.address,
            asked: page.asked,
            status: page.status,
            peer: page.peer,
            sha256: page.sha256,
            error: page.error,
        }
    }
}

/// What came of a capture.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptureResult {
    /// Its identifier.
    pub capture: String,
    /// Item of the archive.
    pub item: u32,
    /// All items it made.
    pub items: Vec<u32>,
    /// The address as asked for.
    pub url: String,
    /// Name of the archive.
    pub wacz: String,
    /// Class of the archive.
    pub class: SourceClass,
    /// How it ended.
    pub ending: Coded,
    /// How whole it is.
    pub completeness: Completeness,
    /// Verdicts before.
    pub before: CheckCounts,
    /// Verdicts after.
    pub after: Option<CheckCounts>,
    /// The office's reference pages before it.
    pub references_before: Vec<ReferenceView>,
    /// The same after it.
    pub references_after: Vec<ReferenceView>,
    /// The seal before the first request.
    pub seal_before: Sealed,
    /// The seal at its end.
    pub seal: Sealed,
    /// Places masked in the court's copy.
    pub masked: u32,
    /// What a person did, where one drove the browser.
    pub interactive: Option<InteractiveView>,
    /// No authority has answered yet.
    pub waiting: bool,
    /// Seconds until the first token, where that took more than ten minutes.
    pub gap_seconds: Option<u32>,
}

impl CaptureResult {
    /// A capture with the class of its archive.
    #[must_use]
    pub fn new(made: office::Captured, class: SourceClass) -> Self {
        let late = made.gap.flatten();
        let pages = |pages: Vec<Reference>| pages.into_iter().map(ReferenceView::from).collect();
        Self {
            capture: made.capture,
            item: made.item,
            items: made.items,
            url: made.url,
            wacz: made.wacz,
            class,
            ending: Coded::of(&made.ending),
            completeness: made.completeness.into(),
            before: made.before.into(),
            after: made.after.map(CheckCounts::from),
            references_before: pages(made.references_before),
            references_after: pages(made.references_after),
            seal_before: made.seal_before.into(),
            seal: made.seal.into(),
            masked: u32::try_from(made.masked).unwrap_or(u32::MAX),
            interactive: made.interactive.map(InteractiveView::from),
            waiting: made.gap == Some(None),
            gap_seconds: late.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_travels_as_its_code_and_its_detail() {
        let refused = recorder::Ending::NotOpened {
            error: "ERR_NAME_NOT_RESOLVED".to_owned(),
        };
        let coded = Coded::of(&refused);
        assert_eq!(
            (coded.code.as_str(), coded.detail.as_str()),
            ("not-opened", "ERR_NAME_NOT_RESOLVED")
        );
        let limited = Coded::of(&recorder::Ending::PayloadLimit { limit: 7 });
        assert_eq!(
            (limited.code.as_str(), limited.detail.as_str()),
            ("payload-limit", "7")
        );
        let closed = Coded::of(&recorder::Ending::Closed {});
        assert_eq!(
            (closed.code.as_str(), closed.detail.as_str()),
            ("closed", "")
        );
    }
}
