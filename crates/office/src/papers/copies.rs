//! Issued documents as a person sees them: where each stands, what was added to it, to whom copies went.

use fidem_casebook::{CopyGiven, Role};
use fidem_certificate::Kind;
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

/// How an issued document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// An issued document.
#[derive(Debug, Clone)]
pub struct PaperRow {
    /// What it is.
    pub kind: Kind,
    /// Its number.
    pub document_id: String,
    /// When it was issued.
    pub at: String,
    /// By whom.
    pub person: String,
    /// Who approved or reviewed.
    pub reviewed_by: Option<String>,
    /// SHA-256 of the file with its signatures.
    pub sha256: [u8; 32],
    /// How it stands.
    pub state: DocumentState,
    /// Documents added to it, in order.
    pub amended_by: Vec<String>,
    /// The document it is added to.
    pub amends: Option<String>,
    /// Signatures and time stamps put on the file.
    pub editions: Vec<fidem_casebook::Edition>,
    /// Signatures beside the file.
    pub beside: Vec<fidem_casebook::DetachedSignature>,
    /// Who has still to sign, in order.
    pub open: Vec<super::SigningCapacity>,
    /// Copies in all that the register knows.
    pub copies: u32,
}

/// Paper or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyForm {
    /// 纸质.
    Paper,
    /// 电子文件.
    File,
}

impl CopyForm {
    /// The word for it in commands and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::File => "file",
        }
    }
}

/// A line of the copy register.
pub type CopyRow = CopyGiven;

impl Office {
    /// The issued documents of a case, the oldest first.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn papers(&self, case: &str) -> Result<Vec<PaperRow>> {
        let case = self.case(case)?.id;
        let amendments = self.book.amendments(&case)?;
        let copies = self.book.copies_given(&case)?;
        let mut rows = Vec::new();
        for kept in self.book.certificates(&case)? {
            let on_it: Vec<_> = amendments
                .iter()
                .filter(|a| a.amends == kept.document_id)
                .collect();
            let state = on_it.iter().map(|a| state(&a.sort)).max();
            let own = amendments
                .iter()
                .find(|a| a.document_id == kept.document_id);
            let given = copies.iter().filter(|c| c.document_id == kept.document_id);
            rows.push(PaperRow {
                kind: Kind::named(&kept.kind).unwrap_or_default(),
                state: state.unwrap_or(0).into(),
                amended_by: on_it.iter().map(|a| a.document_id.clone()).collect(),
                amends: own.map(|a| a.amends.clone()),
                editions: self.book.editions(&kept.document_id)?,
                beside: self.book.detached_signatures(&kept.document_id)?,
                open: self.signatures_open(&kept.document_id)?,
                copies: given.map(|c| c.copies).sum(),
                document_id: kept.document_id,
                at: kept.issued_at,
                person: kept.issued_by,
                reviewed_by: kept.reviewed_by,
                sha256: kept.sha256,
            });
        }
        Ok(rows)
    }

    /// An issued document's file, with the signatures put on it so far.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn certificate_pdf(&self, document_id: &str) -> Result<Vec<u8>> {
        Ok(self.book.certificate_pdf(document_id)?)
    }

    /// Enters into the copy register that copies were given, first or again.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::Casebook`] without recipient or ground, or for an unknown document.
    pub fn copy_given(&mut self, desk: &dyn Desk, case: &str, copy: &NewCopy) -> Result<()> {
        self.require(&[Role::Clerk, Role::Notary, Role::Archivist])?;
        let case = self.case(case)?;
        if !(1..=1000).contains(&copy.copies) {
            return Err(OfficeError::Copies {
                copies: copy.copies,
            });
        }
        let row = CopyGiven {
            document_id: copy.document_id.clone(),
            form: copy.form.as_str().to_owned(),
            copies: copy.copies,
            recipient: copy.recipient.clone(),
            basis: copy.basis.clone(),
            at: String::new(),
            person: String::new(),
        };
        Ok(self.book.copy_given_add(&at(desk), &case.id, &row)?)
    }

    /// The copy register of a case.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn copies(&self, case: &str) -> Result<Vec<CopyRow>> {
        Ok(self.book.copies_given(&self.case(case)?.id)?)
    }
}

/// Copies about to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCopy {
    /// Of which document.
    pub document_id: String,
    /// On paper or as a file.
    pub form: CopyForm,
    /// How many.
    pub copies: u32,
    /// To whom.
    pub recipient: String,
    /// On what ground.
    pub basis: String,
}

/// The gravest amendment decides.
fn state(sort: &str) -> u8 {
    match sort {
        "withdrawal" => 3,
        "correction" => 2,
        _ => 1,
    }
}

impl From<u8> for DocumentState {
    fn from(rank: u8) -> Self {
        match rank {
            0 => Self::Issued,
            1 => Self::Explained,
            2 => Self::Corrected,
            _ => Self::Withdrawn,
        }
    }
}
