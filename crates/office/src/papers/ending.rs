//! Until when the last time stamp of a signed document lasts, and its renewal with everything else that is due.

use crate::due::{Due, DueState};
use crate::folder::at;
use crate::intake::to_json;
use crate::renewal::{RecordSummary, RenewalKind, Renewed};
use crate::{Desk, Office, Result};

/// The member of a package that a document becomes.
pub(crate) fn member(document_id: &str) -> String {
    format!("certificate/{}.pdf", fidem_manifest::safe_name(document_id))
}

fn kept_under(document_id: &str) -> String {
    format!("last-stamp/{document_id}")
}

impl Office {
    /// Remembers what the newest time stamp of a document rests on.
    pub(super) fn keep_last_stamp(
        &mut self,
        desk: &dyn Desk,
        document_id: &str,
        last: Option<RecordSummary>,
    ) -> Result<()> {
        let Some(last) = last else { return Ok(()) };
        let json = to_json(&last)?;
        Ok(self
            .book
            .set_setting(&at(desk), &kept_under(document_id), &json)?)
    }

    /// The signed documents of a case, each with its number and what its newest time stamp rests on.
    pub(crate) fn last_stamps(&self, case: &str) -> Result<Vec<(String, RecordSummary)>> {
        let mut stamps = Vec::new();
        for document in self.book.certificates(case)? {
            if let Some(text) = self.book.setting(&kept_under(&document.document_id))? {
                stamps.push((document.document_id, RecordSummary::read(&text)?));
            }
        }
        Ok(stamps)
    }

    /// Renews the archive time stamps of a case's documents that are due, or all that nothing else carries. One whose proof
    /// has lapsed cannot be carried on.
    pub(crate) fn renew_documents(
        &mut self,
        desk: &dyn Desk,
        case: &fidem_casebook::Case,
        all: bool,
        trust: &fidem_verify::Trust,
    ) -> Result<Vec<Renewed>> {
        let due = self.due_of(&case.id, &case.number, desk.now(), trust)?;
        let mut renewed = Vec::new();
        for (document, _) in self.last_stamps(&case.id)? {
            let member = member(&document);
            let wanted = |one: &Due| {
                let now = one.state == DueState::Due || all && one.state == DueState::Later;
                one.member == member && now
            };
            if !due.iter().any(wanted) || !self.signatures_open(&document)?.is_empty() {
                continue;
            }
            let done = self.stamp_again(desk, &document)?;
            renewed.push(Renewed {
                case: case.number.clone(),
                record: member,
                kind: RenewalKind::Document,
                algorithm: "sha256",
                authority: done.authority,
                time: done.time,
            });
        }
        Ok(renewed)
    }
}
