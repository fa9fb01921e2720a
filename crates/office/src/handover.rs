//! The hand-over folder (交付件): what a party takes home and a judge can open without any program of ours.

use std::path::{Path, PathBuf};

use fidem_fingerprint::hex;
use fidem_manifest::Manifest;
use fidem_vault::Key;

use crate::verifier::{self, NAME, verifier_page};
use crate::{Desk, Exported, Office, OfficeError, Result, SealOptions, instructions};

/// What was handed over.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// The folder.
    pub folder: PathBuf,
    /// The package in it.
    pub package: Exported,
    /// Receipts copied.
    pub receipts: Vec<PathBuf>,
    /// Originals copied, each read back and compared.
    pub originals: u64,
    /// The verification page; none where this program came without one.
    pub verifier: Option<PathBuf>,
}

impl Office {
    /// Makes a new folder with the receipt, the readable originals, the package, and the manual route in two languages.
    ///
    /// # Errors
    /// As [`Office::export`]; [`OfficeError::Io`] when the folder exists and is not empty.
    pub fn hand_over(
        &mut self,
        desk: &mut dyn Desk,
        case: &str,
        folder: &Path,
        options: &SealOptions,
    ) -> Result<HandOver> {
        let case = self.case(case)?;
        self.deliverable(&case.id)?;
        self.all_signed(&case.id)?;
        empty_folder(folder)?;
        let package = self.export(desk, &case.id, &folder.join("case.asice"), options)?;
        let mut receipts = Vec::new();
        for certificate in self.book.certificates(&case.id)? {
            let pdf = self.book.certificate_pdf(&certificate.document_id)?;
            let name = fidem_manifest::safe_name(&certificate.document_id);
            let file = format!("{name}.pdf");
            let path = folder.join(&file);
            std::fs::write(&path, pdf).map_err(|e| OfficeError::io(&path, &e))?;
            receipts.push(path);
            for (name, cms) in self.signatures_beside(&certificate.document_id, &file)? {
                let path = folder.join(name);
                std::fs::write(&path, cms).map_err(|e| OfficeError::io(&path, &e))?;
            }
        }
        let originals = self.copy_originals(&case.id, &folder.join("originals"))?;
        let seals = self.book.seals(&case.id)?;
        let verifier = hand_verifier(folder)?;
        self.hand_named_verifiers(&case.id, folder)?;
        let list = self.list_as_it_stands(desk, &case.id)?;
        crate::papers::write_new(folder, &list)?;
        let guide = instructions::Guide::of_case(self, &case, &seals)?;
        for (name, text) in [
            (fidem_package::layout::VERIFY, guide.english_hand_over()),
            (fidem_package::layout::VERIFY_ZH, guide.chinese_hand_over()),
        ] {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(|e| OfficeError::io(&path, &e))?;
        }
        Ok(HandOver {
            folder: folder.to_owned(),
            package,
            receipts,
            originals,
            verifier,
        })
    }

    /// Documents of an earlier day name the page of that day: it goes along beside the newest.
    fn hand_named_verifiers(&self, case: &str, folder: &Path) -> Result<()> {
        let newest = verifier_page().map(|page| hex::encode(&page.print.sha256));
        for certificate in self.book.certificates(case)? {
            let data: serde_json::Value =
                serde_json::from_str(&certificate.data_json).unwrap_or_default();
            let named = data["program"]["verifier_sha256"]
                .as_str()
                .map(str::to_owned);
            let Some(named) = named.filter(|named| Some(named) != newest.as_ref()) else {
                continue;
            };
            if let Some(bytes) = verifier::of_digest(self.book.dir(), &named) {
                let short = named.get(..8).unwrap_or(&named);
                let path = folder.join(format!("verifier-{short}.html"));
                std::fs::write(&path, bytes).map_err(|e| OfficeError::io(&path, &e))?;
            }
        }
        Ok(())
    }

    /// what is handed over is read again from where it was written and compared.
    fn copy_originals(&self, case: &str, folder: &Path) -> Result<u64> {
        std::fs::create_dir_all(folder).map_err(|e| OfficeError::io(folder, &e))?;
        let mut count = 0;
        for seal in self.book.seals(case)? {
            let manifest = Manifest::from_bytes(&self.book.seal_manifest(case, seal.number)?)?;
            for entry in &manifest.items {
                let print = entry.content.fingerprint()?;
                let name = entry.member.rsplit('/').next().unwrap_or(&entry.member);
                let path = folder.join(name);
                let mut from = self.vault.open_object(&Key(print.sha256))?;
                let mut to =
                    std::fs::File::create(&path).map_err(|e| OfficeError::io(&path, &e))?;
                std::io::copy(&mut from, &mut to).map_err(|e| OfficeError::io(&path, &e))?;
                to.sync_all().map_err(|e| OfficeError::io(&path, &e))?;
                if digest_of(&path)? != print {
                    return Err(OfficeError::VaultDiffers { item: entry.number });
                }
                count += 1;
            }
        }
        Ok(count)
    }
}

/// The judge needs nothing of ours but this page, and no network.
fn hand_verifier(folder: &Path) -> Result<Option<PathBuf>> {
    let Some(page) = verifier_page() else {
        return Ok(None);
    };
    let path = folder.join(NAME);
    std::fs::write(&path, &page.bytes).map_err(|e| OfficeError::io(&path, &e))?;
    Ok(Some(path))
}

fn empty_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| OfficeError::io(folder, &e))?;
    let mut inside = std::fs::read_dir(folder).map_err(|e| OfficeError::io(folder, &e))?;
    match inside.next() {
        None => Ok(()),
        Some(_) => Err(OfficeError::Io {
            path: folder.display().to_string(),
            reason: "the folder is not empty".to_owned(),
        }),
    }
}

/// Both digests of a file, streamed.
///
/// # Errors
/// [`OfficeError::Io`].
pub fn digest_of(path: &Path) -> Result<fidem_fingerprint::Fingerprint> {
    use fidem_package::Source as _;
    let source = crate::FileSource::open(path)?;
    let mut hasher = fidem_fingerprint::Hasher::new();
    source
        .blocks(0, source.len(), &mut |block| hasher.update(block))
        .map_err(|e| OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })?;
    Ok(hasher.finish())
}
