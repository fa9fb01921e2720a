//! Until when the last time stamp of a signed document lasts, and its renewal with everything else that is due.

use fidem_casebook::{Case, CaseState};
use fidem_verify::Trust;

use super::RenewedDocument;
use crate::due::{Due, DueState};
use crate::folder::at;
use crate::intake::to_json;
use crate::renewal::{RecordSummary, RenewalKind, Renewed};
use crate::stamp::Endings;
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

    /// The signed documents of a case, each with its number and what its newest time stamp rests on: nothing is said of its
    /// end where nothing was kept.
    pub(crate) fn last_stamps(&self, case: &str) -> Result<Vec<(String, RecordSummary)>> {
        let mut stamps = Vec::new();
        for document in self.book.certificates(case)? {
            let id = document.document_id;
            let last = match self.book.setting(&kept_under(&id))? {
                Some(text) => Some(RecordSummary::read(&text)?),
                None => self.book.editions(&id)?.pop().map(|edition| RecordSummary {
                    authority: edition.signer,
                    endings: Endings::default(),
                    time: edition.at,
                }),
            };
            stamps.extend(last.map(|last| (id, last)));
        }
        Ok(stamps)
    }

    /// Renews the archive time stamps of a case's documents that are due, or all. One whose proof has lapsed cannot be
    /// carried on, and nothing is added to a void case. What fails is said in its place, and keeps no other back.
    pub(crate) fn renew_documents(
        &mut self,
        desk: &dyn Desk,
        case: &Case,
        all: bool,
        trust: &Trust,
    ) -> Result<Vec<Renewed>> {
        if case.state == CaseState::Void {
            return Ok(Vec::new());
        }
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
            // A file that an earlier record is over must stay as it is.
            let done = self.renewable(&document);
            let (done, problem) = match done.and_then(|()| self.stamp_again(desk, &document)) {
                Ok(done) => (done, None),
                Err(error) => (RenewedDocument::default(), Some(error.to_string())),
            };
            renewed.push(Renewed {
                case: case.number.clone(),
                record: member,
                kind: RenewalKind::Document,
                algorithm: "sha256",
                authority: done.authority,
                time: done.time,
                problem,
            });
        }
        Ok(renewed)
    }
}
