//! What a document of a case carries: with the original files it is a whole proof.

use fidem_casebook::Case;
use fidem_certificate::{Attachment, Relationship};

use crate::{Office, Result};

impl Office {
    /// Manifest, seal, ASiC manifests, tokens and log proofs under flat names: the PDF and the files prove alone.
    pub(super) fn attachments(&self, case: &Case) -> Result<Vec<Attachment>> {
        let mut all = Vec::new();
        let mut attach = |name: String, media_type: &str, data: bool, what: &str, bytes| {
            all.push(Attachment {
                name,
                media_type: media_type.to_owned(),
                relationship: match data {
                    true => Relationship::Data,
                    false => Relationship::Supplement,
                },
                description: what.to_owned(),
                bytes,
            });
        };
        for seal in self.book.seals(&case.id)? {
            let n = seal.number;
            let manifest = self.book.seal_manifest(&case.id, n)?;
            attach(
                format!("manifest-{n:03}.json"),
                "application/json",
                true,
                "清单 Manifest",
                manifest,
            );
            attach(
                format!("seal-{n:03}.json"),
                "application/json",
                true,
                "固化记录 Seal",
                seal.seal_json,
            );
            for token in self
                .book
                .tokens(&case.id, n)?
                .into_iter()
                .filter(|t| t.counts)
            {
                let o = token.ordinal;
                attach(
                    format!("ASiCManifest{o:03}.xml"),
                    "text/xml",
                    false,
                    "盖戳清单 ASiC manifest",
                    token.asic_xml,
                );
                attach(
                    format!("timestamp{o:03}.tst"),
                    "application/vnd.etsi.timestamp-token",
                    false,
                    "时间戳 Time-stamp token (RFC 3161)",
                    token.token,
                );
            }
            if let Some(proof) = self.log_proof(&case.id, n)? {
                attach(
                    format!("log-{n:03}.tlog-proof"),
                    "text/plain",
                    false,
                    "本处登记日志 Office log proof",
                    proof.into_bytes(),
                );
            }
        }
        all.extend(self.anchor_attachments(case)?);
        Ok(all)
    }
}
