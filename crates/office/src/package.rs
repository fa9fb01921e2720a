//! Writing packages. The file appears under its name only when it is whole.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use fidem_fingerprint::{Sha256Hasher, hex, sha256};
use fidem_manifest::{Entry, Manifest};
use fidem_package::asic::{AsicManifest, Reference};
use fidem_package::{Writer, WriterError, checksums, layout};
use fidem_vault::{Key, Vault};
use serde_json::json;

use crate::folder::at;
use crate::intake::go_on;
use crate::records::Records;
use crate::revision::Plan;
use crate::seal::records_setting;
use crate::stamp::summary;
use crate::{Desk, Office, OfficeError, Result, SealOptions, Step, Task, instructions};

/// A written package.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Where it is.
    pub path: PathBuf,
    /// Number of the revision; `None` for a partial package, which has none.
    pub revision: Option<u32>,
    /// Time of the delivery token; `None` when no authority answered, and the report says so.
    pub delivery_time: Option<String>,
}

impl Office {
    /// Writes the package of a case. The same content is the same revision and the same bytes.
    ///
    /// # Errors
    /// [`OfficeError::NotSealed`], [`OfficeError::Unsealed`], [`OfficeError::Waiting`]; [`OfficeError::VaultDiffers`]
    /// when an original no longer is what was sealed.
    pub fn export(
        &mut self,
        desk: &mut dyn Desk,
        case: &str,
        out: &Path,
        options: &SealOptions,
    ) -> Result<Exported> {
        let case = self.case(case)?;
        self.deliverable(&case.id)?;
        self.all_signed(&case.id)?;
        let plan = self.revision_plan(desk, &case)?;
        let mut file = PackageFile::create(out)?;
        self.write_seals(desk, &case.id, &mut file)?;
        self.write_certificates(&case.id, &mut file)?;
        self.write_proofs(&case.id, &mut file)?;
        let extract = self.journal_extract(&case.id, plan.journal_upto)?;
        file.add(layout::JOURNAL, &extract.to_bytes()?)?;
        let seals = self.book.seals(&case.id)?;
        let (english, chinese) = self.guide(desk, &case, &seals, plan.statement.number)?;
        file.add(layout::VERIFY, english.as_bytes())?;
        file.add(layout::VERIFY_ZH, chinese.as_bytes())?;
        file.add(layout::REVISION, &plan.statement.to_bytes()?)?;
        self.write_stamps(&case.id, &mut file)?;
        for record in self.evidence(&case.id)? {
            let manifest = layout::evidence_manifest(record.ordinal);
            file.add(&manifest, &record.manifest_xml)?;
            file.add(&layout::evidence_record(record.ordinal), &record.record)?;
        }
        file.write_checksums()?;
        let delivery = self.deliver(desk, &case, &plan, &mut file, options)?;
        file.publish()?;
        // A new revision is recorded with the revision itself.
        if plan.kept.is_some() {
            self.book.journal_append(
                &at(desk),
                "package.exported-again",
                Some(&case.id),
                None,
                json!({"revision": plan.statement.number}),
            )?;
        }
        Ok(Exported {
            path: out.to_owned(),
            revision: Some(plan.statement.number),
            delivery_time: delivery,
        })
    }

    /// The guides as they were first delivered with that revision: a later version may word them otherwise, and the
    /// revision must stay the same bytes.
    fn guide(
        &mut self,
        desk: &dyn Desk,
        case: &fidem_casebook::Case,
        seals: &[fidem_casebook::Seal],
        revision: u32,
    ) -> Result<(String, String)> {
        let key = format!("guide/{}/{revision}", case.id);
        let read = |text: String| {
            serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })
        };
        if let Some(kept) = self.book.setting(&key)? {
            return read(kept);
        }
        let guide = instructions::Guide::of_case(self, case, seals)?;
        let texts = (guide.english(), guide.chinese());
        self.book
            .set_setting(&at(desk), &key, &crate::intake::to_json(&texts)?)?;
        Ok(texts)
    }

    /// Every item and every completed record sealed, every seal complete.
    pub(crate) fn deliverable(&self, case: &str) -> Result<()> {
        let seals = self.book.seals(case)?;
        if let Some(waiting) = seals
            .iter()
            .find(|s| s.state == fidem_casebook::SealState::Waiting)
        {
            return Err(OfficeError::Waiting {
                seal: waiting.number,
            });
        }
        if seals.is_empty() {
            return Err(OfficeError::NotSealed);
        }
        let mut count = self.pending_records(case)?.len() as u64;
        self.each_item(case, &mut |item| {
            count += u64::from(item.seal.is_none() && item.withdrawn.is_none());
            Ok(())
        })?;
        match count {
            0 => Ok(()),
            count => Err(OfficeError::Unsealed { count }),
        }
    }

    fn write_seals(&self, desk: &mut dyn Desk, case: &str, file: &mut PackageFile) -> Result<()> {
        let mut manifests = Vec::new();
        for seal in self.book.seals(case)? {
            file.add(&layout::seal(seal.number), &seal.seal_json)?;
            let bytes = self.book.seal_manifest(case, seal.number)?;
            file.add(&layout::manifest(seal.number), &bytes)?;
            let manifest = Manifest::from_bytes(&bytes)?;
            drop(bytes);
            let mut records = self.records_of(case, seal.number)?;
            for entry in &manifest.items {
                file.add(&entry.record_member, &records.next(entry)?)?;
            }
            manifests.push(manifest);
        }
        // What is withheld stays in the manifest and in the vault.
        let entries = || {
            let all = manifests.iter().flat_map(|m| &m.items);
            all.filter(|e| e.withheld.is_none())
        };
        let total = entries().map(|e| e.content.size).sum();
        let mut done = 0;
        for entry in entries() {
            go_on(desk.progress(Step {
                task: Task::Export,
                done,
                total,
                current: &entry.member,
            }))?;
            file.add_evidence(&self.vault, entry)?;
            done += entry.content.size;
        }
        Ok(())
    }

    pub(crate) fn records_of(&self, case: &str, seal: u32) -> Result<Records> {
        let key = self
            .book
            .setting(&records_setting(case, seal))?
            .as_deref()
            .and_then(hex::decode32)
            .ok_or_else(|| OfficeError::Damaged {
                what: format!("records of seal {seal}"),
            })?;
        Records::open(&self.vault, &Key(key))
    }

    fn write_certificates(&self, case: &str, file: &mut PackageFile) -> Result<()> {
        for certificate in self.book.certificates(case)? {
            let pdf = self.book.certificate_pdf(&certificate.document_id)?;
            let member = crate::papers::member(&certificate.document_id);
            file.add(&member, &pdf)?;
            for (name, cms) in self.signatures_beside(&certificate.document_id, &member)? {
                file.add(&name, &cms)?;
            }
        }
        Ok(())
    }

    fn write_proofs(&self, case: &str, file: &mut PackageFile) -> Result<()> {
        for seal in self.book.seals(case)? {
            self.write_seal_proofs(case, seal.number, file)?;
        }
        self.write_anchors(case, None, file)
    }

    /// Log proof and convenience copies of the roots of one seal.
    pub(crate) fn write_seal_proofs(
        &self,
        case: &str,
        seal: u32,
        file: &mut PackageFile,
    ) -> Result<()> {
        if let Some(proof) = self.log_proof(case, seal)? {
            file.add(&layout::log_proof(seal), proof.as_bytes())?;
        }
        if let Some(proof) = self.witnessed_proof(case, seal)? {
            file.add(&layout::witnessed_proof(seal), proof.as_bytes())?;
        }
        for token in self.book.tokens(case, seal)?.iter().filter(|t| t.counts) {
            let summary = summary(token)?;
            for (index, response) in summary.responses().iter().enumerate() {
                file.add(&layout::ocsp_response(token.ordinal, index + 1), response)?;
            }
            if let Some(pem) = summary.anchor_pem {
                file.add(&instructions::root_member(token.ordinal), pem.as_bytes())?;
            }
        }
        Ok(())
    }

    fn write_stamps(&self, case: &str, file: &mut PackageFile) -> Result<()> {
        for seal in self.book.seals(case)? {
            self.write_seal_stamps(case, seal.number, file)?;
        }
        Ok(())
    }

    /// ASiC manifests and tokens of one seal, unchanged since they were obtained.
    pub(crate) fn write_seal_stamps(
        &self,
        case: &str,
        seal: u32,
        file: &mut PackageFile,
    ) -> Result<()> {
        for token in self.book.tokens(case, seal)?.iter().filter(|t| t.counts) {
            file.add(&layout::asic_manifest(token.ordinal), &token.asic_xml)?;
            file.add(&layout::token(token.ordinal), &token.token)?;
        }
        Ok(())
    }

    /// The delivery manifest over all members, and its token: kept with the revision before the file appears.
    fn deliver(
        &mut self,
        desk: &dyn Desk,
        case: &fidem_casebook::Case,
        plan: &Plan,
        file: &mut PackageFile,
        options: &SealOptions,
    ) -> Result<Option<String>> {
        let xml = file.delivery_manifest();
        let token = match &plan.kept {
            Some(kept) if kept.sha256 == sha256(&xml) => kept.delivery_token.clone(),
            Some(_) => {
                return Err(OfficeError::Damaged {
                    what: format!("revision {}", plan.statement.number),
                });
            }
            None => {
                let token = self.delivery_token(desk, case, &xml, options)?;
                self.revision_keep(desk, &case.id, plan, &xml, token.clone())?;
                token
            }
        };
        file.add(layout::DELIVERY, &xml)?;
        let Some(token) = token else {
            return Ok(None);
        };
        file.add(layout::DELIVERY_TOKEN, &token)?;
        Ok(rfc3161_client::Token::parse(&token)
            .ok()
            .map(|t| t.tst_info().gen_time.to_string()))
    }

    /// A token of the first authority that answers well.
    fn delivery_token(
        &mut self,
        desk: &dyn Desk,
        case: &fidem_casebook::Case,
        xml: &[u8],
        options: &SealOptions,
    ) -> Result<Option<Vec<u8>>> {
        let choices = match &options.authorities {
            Some(choices) => choices.clone(),
            None => self.authorities()?,
        };
        let trust = crate::trust::for_stamping(&choices, options.trust.as_ref())?;
        for choice in &choices {
            let imprint = rfc3161_client::Imprint::sha256_of(xml);
            let reply = self.ask(desk, Some(&case.id), choice, &imprint, &trust)?;
            if let Some(good) = reply.ok().filter(|r| r.counts) {
                // Nothing covers this token, so a verifier takes a list in it that says nothing for damage.
                return Ok(Some(match good.lists_speak {
                    true => good.token,
                    false => {
                        rfc3161_client::without_revocation_data(&good.token).unwrap_or(good.token)
                    }
                }));
            }
        }
        Ok(None)
    }
}

/// A package being written beside its final name.
pub(crate) struct PackageFile {
    writer: Writer<BufWriter<File>>,
    sums: Vec<(String, [u8; 32])>,
    part: PathBuf,
    out: PathBuf,
}

impl PackageFile {
    pub(crate) fn create(out: &Path) -> Result<Self> {
        let name = out.file_name().ok_or_else(|| OfficeError::Io {
            path: out.display().to_string(),
            reason: "not a file name".to_owned(),
        })?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".part");
        let part = out.with_file_name(hidden);
        let file = File::create(&part).map_err(|e| OfficeError::io(&part, &e))?;
        let mut package = Self {
            writer: Writer::new(BufWriter::with_capacity(1 << 18, file))
                .map_err(|e| failed(&part, e))?,
            sums: Vec::new(),
            part,
            out: out.to_owned(),
        };
        let mimetype = sha256(fidem_package::MIMETYPE);
        package.sums.push(("mimetype".to_owned(), mimetype));
        Ok(package)
    }

    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.writer
            .member(name, bytes)
            .map_err(|e| failed(&self.part, e))?;
        self.sums.push((name.to_owned(), sha256(bytes)));
        Ok(())
    }

    /// Streams an original out of the vault and compares it with what was sealed as it passes.
    pub(crate) fn add_evidence(&mut self, vault: &Vault, entry: &Entry) -> Result<()> {
        let print = entry.content.fingerprint()?;
        let mut input = vault.open_object(&Key(print.sha256))?;
        let mut digest = Sha256Hasher::new();
        let written = self
            .writer
            .stream(&entry.member, print.size, &mut input, &mut |block| {
                digest.update(block);
            });
        let differs = OfficeError::VaultDiffers { item: entry.number };
        match written {
            Ok(()) => {}
            Err(WriterError::Length { .. }) => return Err(differs),
            Err(error) => return Err(failed(&self.part, error)),
        }
        match digest.finish() == print.sha256 {
            true => {
                self.sums.push((entry.member.clone(), print.sha256));
                Ok(())
            }
            false => Err(differs),
        }
    }

    pub(crate) fn write_checksums(&mut self) -> Result<()> {
        let list = checksums::write(self.sums.iter().map(|(n, d)| (n.as_str(), *d)));
        self.add(layout::CHECKSUMS, list.as_bytes())
    }

    /// References every member written so far.
    fn delivery_manifest(&self) -> Vec<u8> {
        let references = self
            .sums
            .iter()
            .map(|(member, sha256)| Reference {
                member: member.clone(),
                sha256: *sha256,
            })
            .collect();
        AsicManifest {
            token: layout::DELIVERY_TOKEN.to_owned(),
            references,
        }
        .to_xml()
    }

    /// Directory, sync, rename: the package is there whole or not at all.
    pub(crate) fn publish(self) -> Result<()> {
        let Self {
            writer, part, out, ..
        } = self;
        let finish = || -> std::result::Result<(), WriterError> {
            let buffered = writer.finish()?;
            let file = buffered.into_inner().map_err(|e| e.into_error())?;
            file.sync_all()?;
            std::fs::rename(&part, &out)?;
            if let Some(folder) = out.parent().filter(|p| !p.as_os_str().is_empty()) {
                File::open(folder)?.sync_all()?;
            }
            Ok(())
        };
        finish().map_err(|e| failed(&part, e))
    }
}

/// An output that failed is no package: the part is removed, and the reason given.
fn failed(part: &Path, error: WriterError) -> OfficeError {
    // The part may be gone already; the reason below matters more.
    let _ = std::fs::remove_file(part);
    OfficeError::Io {
        path: part.display().to_string(),
        reason: error.to_string(),
    }
}
