//! A partial package: one exhibit, provable without the others.

use std::path::Path;

use fidem_casebook::Case;
use fidem_manifest::{Manifest, Partial};
use fidem_package::layout;
use serde_json::json;

use crate::folder::at;
use crate::package::PackageFile;
use crate::{Desk, Exported, Office, OfficeError, Result, instructions};

impl Office {
    /// Writes one sealed item with its record, paths, seal, tokens and log proof; no manifest, no receipt, no list.
    ///
    /// # Errors
    /// [`OfficeError::ItemNotSealed`], [`OfficeError::Waiting`], [`OfficeError::VaultDiffers`].
    pub fn export_only(
        &mut self,
        desk: &mut dyn Desk,
        case: &str,
        item: u32,
        out: &Path,
    ) -> Result<Exported> {
        let case = self.case(case)?;
        let number = self
            .book
            .item(&case.id, item)?
            .seal
            .ok_or(OfficeError::ItemNotSealed { item })?;
        let seal = self.book.seal(&case.id, number)?;
        if seal.state == fidem_casebook::SealState::Waiting {
            return Err(OfficeError::Waiting { seal: number });
        }
        let mut file = PackageFile::create(out)?;
        file.add(&layout::seal(number), &seal.seal_json)?;
        self.write_exhibit(&case, number, item, &mut file)?;
        self.write_seal_proofs(&case.id, number, &mut file)?;
        self.write_anchors(&case.id, Some(number), &mut file)?;
        let guide = instructions::Guide::of_exhibit(self, &case, &seal)?;
        file.add(layout::VERIFY, guide.english().as_bytes())?;
        file.add(layout::VERIFY_ZH, guide.chinese().as_bytes())?;
        self.write_seal_stamps(&case.id, number, &mut file)?;
        file.write_checksums()?;
        file.publish()?;
        self.book.journal_append(
            &at(desk),
            "package.exported-partial",
            Some(&case.id),
            Some(item),
            json!({"seal": number}),
        )?;
        Ok(Exported {
            path: out.to_owned(),
            revision: None,
            delivery_time: None,
        })
    }

    fn write_exhibit(
        &self,
        case: &Case,
        seal: u32,
        item: u32,
        file: &mut PackageFile,
    ) -> Result<()> {
        let manifest = Manifest::from_bytes(&self.book.seal_manifest(&case.id, seal)?)?;
        let partial = Partial::of(&manifest, item)?.ok_or(OfficeError::ItemNotSealed { item })?;
        let mut records = self.records_of(&case.id, seal)?;
        for entry in &manifest.items {
            let record = records.next(entry)?;
            if entry.number == item {
                file.add(&entry.record_member, &record)?;
                file.add_evidence(&self.vault, entry)?;
            }
        }
        file.add(layout::PARTIAL, &partial.to_bytes()?)
    }
}
