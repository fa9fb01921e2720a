//! The particulars of each kind, from the facts of the case and a person's words.

use fidem_casebook::Case;
use fidem_certificate::{Bilingual, Correction, ItemRow, Kind, ListEntry, Particulars};
use fidem_fingerprint::hex;

use super::{PaperRequest, PaperText};
use crate::{Office, Result};

impl Office {
    pub(super) fn particulars(
        &self,
        case: &Case,
        request: &PaperRequest,
        text: &PaperText,
        items: &[ItemRow],
    ) -> Result<Particulars> {
        let mut particulars = Particulars::default();
        match request.kind {
            Kind::List => particulars.list = list(items, text),
            Kind::Correction => particulars.correction = self.correction(case, text)?,
            Kind::Custodian => particulars.foreign = text.foreign.trim().to_owned(),
            _ => {}
        }
        Ok(particulars)
    }

    // None where the document named is not one of this case.
    fn correction(&self, case: &Case, text: &PaperText) -> Result<Option<Correction>> {
        let Some(written) = &text.correction else {
            return Ok(None);
        };
        let issued = self.book.certificates(&case.id)?;
        let original = issued
            .into_iter()
            .find(|d| d.document_id == written.document_id);
        Ok(original.map(|original| Correction {
            sort: written.sort,
            title: Kind::named(&original.kind).unwrap_or_default().title(),
            document_id: original.document_id,
            issued_at: original.issued_at,
            sha256: hex::encode(&original.sha256),
            place: written.place.clone(),
            before: written.before.clone(),
            statement: written.statement.clone(),
            reason: written.reason.clone(),
        }))
    }
}

fn list(items: &[ItemRow], text: &PaperText) -> Vec<ListEntry> {
    let entry = |item: &ItemRow| {
        let written = text.list.iter().find(|t| t.item == item.number);
        ListEntry {
            item: item.number,
            source: item.class.name().0.to_owned(),
            proves: written.map(|t| t.proves.clone()).unwrap_or_default(),
            content: written.map(|t| t.content.clone()).unwrap_or_default(),
            pages: written.and_then(|t| t.pages),
            form: Bilingual::new("电子数据", "electronic data"),
        }
    };
    items.iter().map(entry).collect()
}
