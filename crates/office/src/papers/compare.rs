//! Setting an issued document anew from what was kept of it, and comparing octet by octet.

use fidem_certificate::CertificateData;
use serde::Serialize;

use crate::{Office, OfficeError, Result};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// The same octets: the pages say what the kept data say.
    Same,
    /// Other octets. Another program, template or font set does that too, so it is a question and no verdict.
    Differs,
}

impl Office {
    /// Sets an issued document once more from its kept data and the proofs it carries, by the templates in force, and
    /// compares it with the file as it was issued.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`], [`OfficeError::Certificate`].
    pub fn paper_compare(&self, document_id: &str) -> Result<Comparison> {
        let damaged = |what: String| OfficeError::Damaged { what };
        let document = self.book.certificate(document_id)?;
        let data: CertificateData =
            serde_json::from_str(&document.data_json).map_err(|e| damaged(e.to_string()))?;
        let file = self.book.certificate_pdf(document_id)?;
        let carried = fidem_pdf::attachments(&file).map_err(|e| damaged(e.to_string()))?;
        let case = self.case(&data.case_number)?;
        let (mut attachments, _, pictures) = self.paper_files(&case, data.kind)?;
        // Later seals and anchorings are not in it.
        attachments.retain(|attachment| carried.contains_key(&attachment.name));
        for attachment in &mut attachments {
            if let Some(octets) = carried.get(&attachment.name) {
                attachment.bytes.clone_from(octets);
            }
        }
        let set = self.set(&data, &attachments, &pictures)?;
        // Signatures only append.
        Ok(match file.starts_with(&set.pdf) {
            true => Comparison::Same,
            false => Comparison::Differs,
        })
    }
}
