//! Until when the last time stamp of a signed document, and that of each signature beside one, lasts, and the renewal of
//! the former with everything else that is due.

use fidem_casebook::{Case, CaseState};
use fidem_package::layout;
use fidem_verify::Trust;

use super::{RenewedDocument, Stamps};
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

fn kept_under(member: &str) -> String {
    format!("last-stamp/{member}")
}

impl Office {
    /// Remembers what the newest time stamp of a document, or of a signature beside one, rests on.
    pub(super) fn keep_last_stamp(
        &mut self,
        desk: &dyn Desk,
        member: &str,
        last: Option<RecordSummary>,
    ) -> Result<()> {
        let Some(last) = last else { return Ok(()) };
        let json = to_json(&last)?;
        Ok(self
            .book
            .set_setting(&at(desk), &kept_under(member), &json)?)
    }

    /// What the newest time stamp of each signed document of a case, and of each signature beside one, rests on, by
    /// member: nothing is said of its end where nothing was kept.
    pub(crate) fn last_stamps(&self, case: &Case) -> Result<Vec<(String, RecordSummary)>> {
        let mut stamps = Vec::new();
        for document in self.book.certificates(&case.id)? {
            let id = document.document_id;
            let name = member(&id);
            for one in self.book.detached_signatures(&id)? {
                let beside = layout::detached_signature(&name, one.number);
                stamps.push((beside, one.signer, one.at));
            }
            // Nothing is added to the documents of a void case.
            if case.state == CaseState::Void {
                continue;
            }
            let newest = self.book.editions(&id)?.pop();
            stamps.extend(newest.map(|edition| (name, edition.signer, edition.at)));
        }
        let known = stamps.into_iter().map(|(member, signer, at)| {
            let last = match self.book.setting(&kept_under(&member))? {
                Some(text) => RecordSummary::read(&text)?,
                None => RecordSummary {
                    authority: signer,
                    endings: Endings::default(),
                    time: at,
                },
            };
            Ok((member, last))
        });
        known.collect()
    }

    /// Renews the archive time stamps of a case's documents that are due, or all. One whose proof has lapsed cannot be
    /// carried on, and nothing is added to a void case. What fails is said in its place, and keeps no other back.
    pub(crate) fn renew_documents(
        &mut self,
        desk: &dyn Desk,
        case: &Case,
        all: bool,
        by: Stamps<'_>,
        held: &Trust,
    ) -> Result<Vec<Renewed>> {
        if case.state == CaseState::Void {
            return Ok(Vec::new());
        }
        let due = self.due_of(case, desk.now(), by.trust)?;
        let mut renewed = Vec::new();
        for document in self.book.certificates(&case.id)? {
            let document = document.document_id;
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
            let (done, problem) =
                match done.and_then(|()| self.stamp_again(desk, &document, by, held)) {
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
