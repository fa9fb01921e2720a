//! 状态清单: the office's signed word on how the documents of a case stand.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use fidem_casebook::Role;
use fidem_fingerprint::hex;
use fidem_manifest::{DocumentStanding, ListedDocument, StatusList};
use serde_json::json;

use super::{DocumentState, PaperRow};
use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

/// Name of the file in a hand-over, without its ending.
const NAME: &str = "status-list";

impl Office {
    /// The list of every document of a case as it stands now, signed with the key of the office log, as text; the journal
    /// says that it was given.
    ///
    /// # Errors
    /// [`OfficeError::Role`] for who has nothing to do with evidence; [`OfficeError::Casebook`].
    pub fn status_list(&mut self, desk: &dyn Desk, case: &str) -> Result<String> {
        self.require(&[Role::Clerk, Role::Notary, Role::Reviewer, Role::Archivist])?;
        let list = self.list_as_it_stands(desk, case)?;
        let case = self.case(case)?;
        let details = json!({"sha256": hex::encode(&fidem_fingerprint::sha256(list.as_bytes()))});
        self.book
            .journal_append(&at(desk), "status-list.made", Some(&case.id), None, details)?;
        Ok(list)
    }

    /// The same for whoever hands a case over: that is an act with an entry of its own.
    pub(crate) fn list_as_it_stands(&self, desk: &dyn Desk, case: &str) -> Result<String> {
        let case = self.case(case)?;
        let mut documents = Vec::new();
        for row in self.papers(&case.id)? {
            documents.push(self.listed(row)?);
        }
        let list = StatusList {
            case: case.number,
            created: at(desk),
            documents,
            format: StatusList::FORMAT.to_owned(),
            office: self.book.profile().office_id.clone(),
        };
        Ok(self.signed(list.to_text()?)?.to_text())
    }

    /// Writes the list into a folder, under another name where one is there already; its path.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::Casebook`], [`OfficeError::Io`].
    pub fn status_list_save(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        folder: &Path,
    ) -> Result<PathBuf> {
        write_new(folder, &self.status_list(desk, case)?)
    }

    fn listed(&self, row: PaperRow) -> Result<ListedDocument> {
        let issued = self.book.certificate_issued(&row.document_id)?;
        let editions = row.editions.iter().map(|edition| edition.sha256);
        Ok(ListedDocument {
            amended_by: row.amended_by,
            id: row.document_id,
            issued: row.at,
            sha256: std::iter::once(issued)
                .chain(editions)
                .map(|digest| hex::encode(&digest))
                .collect(),
            standing: match row.state {
                DocumentState::Issued => DocumentStanding::Issued,
                DocumentState::Explained => DocumentStanding::Explained,
                DocumentState::Corrected => DocumentStanding::Corrected,
                DocumentState::Withdrawn => DocumentStanding::Withdrawn,
            },
        })
    }
}

/// Writes a list under the first name that is free.
pub(crate) fn write_new(folder: &Path, list: &str) -> Result<PathBuf> {
    for number in 1.. {
        let name = match number {
            1 => format!("{NAME}.txt"),
            n => format!("{NAME}-{n}.txt"),
        };
        let path = folder.join(name);
        let made = File::options().write(true).create_new(true).open(&path);
        match made.and_then(|mut file| file.write_all(list.as_bytes())) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(OfficeError::io(&path, &error)),
            Ok(()) => return Ok(path),
        }
    }
    Err(OfficeError::Damaged {
        what: folder.display().to_string(),
    })
}
