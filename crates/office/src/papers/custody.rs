//! What was done with a case, by whom, and by which roots its tokens were judged.

use fidem_casebook::Case;
use fidem_certificate::{Bilingual, CustodyRow, LogEntry, TrustRoot};
use fidem_fingerprint::hex;

use crate::stamp::summary;
use crate::{Office, OfficeError, Result};

impl Office {
    pub(super) fn log_entry(&self, case: &str, seal: u32) -> Result<Option<LogEntry>> {
        let Some(text) = self.log_proof(case, seal)? else {
            return Ok(None);
        };
        let damaged = |what: String| OfficeError::Damaged { what };
        let proof = fidem_anchor::LogProof::parse(&text).map_err(|e| damaged(e.to_string()))?;
        let checkpoint = fidem_anchor::Checkpoint::from_text(&proof.note.text)
            .map_err(|e| damaged(e.to_string()))?;
        Ok(Some(LogEntry {
            origin: checkpoint.origin,
            index: proof.index,
            checkpoint_size: checkpoint.size,
            checkpoint_root: hex::encode(&checkpoint.root),
            witnesses: Vec::new(),
        }))
    }

    /// What was done, by whom: the case's journal without its looks.
    pub(super) fn custody(&self, case: &Case) -> Result<Vec<CustodyRow>> {
        const SHOWN: usize = 60;
        let entries = self.book.journal(&fidem_casebook::JournalFilter {
            case: Some(case.id.clone()),
            ..fidem_casebook::JournalFilter::default()
        })?;
        let mut rows: Vec<CustodyRow> = Vec::new();
        let mut added = 0;
        for entry in &entries {
            let Some(act) = act_name(&entry.action) else {
                continue;
            };
            // Hundreds of like entries say no more than their first; all stand in the journal's extract.
            added += usize::from(entry.action == "item.added");
            if (entry.action == "item.added" && added > 20) || rows.len() >= SHOWN {
                continue;
            }
            let value: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap_or_default();
            rows.push(CustodyRow {
                entry: entry.seq,
                at: value["at"].as_str().unwrap_or_default().to_owned(),
                person: value["actor"]["name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                act,
            });
        }
        Ok(rows)
    }

    pub(super) fn trust_roots(&self, case: &Case) -> Result<Vec<TrustRoot>> {
        let mut roots: Vec<TrustRoot> = Vec::new();
        for seal in self.book.seals(&case.id)? {
            for token in self.book.tokens(&case.id, seal.number)? {
                let Some(digest) = summary(&token)?.anchor else {
                    continue;
                };
                if roots.iter().all(|r| r.sha256 != digest) {
                    roots.push(TrustRoot {
                        name: token.authority.clone(),
                        sha256: digest,
                        source: None,
                    });
                }
            }
        }
        Ok(roots)
    }
}

/// Acts that a receipt's custody table shows; looks stay in the journal.
fn act_name(action: &str) -> Option<Bilingual> {
    let (zh, en) = match action {
        "case.opened" => ("立卷", "case opened"),
        "batch.received" => ("登记交接", "hand-over recorded"),
        "item.added" => ("收入证据项", "item taken in"),
        "item.withdrawn" => ("撤回证据项", "item withdrawn"),
        "item.class-lowered" => ("调低来源类别", "source class lowered"),
        "seal.begun" => ("制作固化记录", "seal made"),
        "token.added" => ("取得时间戳", "time stamp obtained"),
        "seal.completed" => ("固化完成", "seal completed"),
        "record.completed" => ("完成办理记录", "record of work completed"),
        "capture.begun" => ("开始网页取证", "web capture begun"),
        "capture.ended" => ("网页取证结束", "web capture ended"),
        "review.approved" => ("复核", "reviewed"),
        "certificate.approved" => ("审批文书", "document approved"),
        "certificate.signed" => ("文书电子签名", "document signed electronically"),
        "certificate.signed-beside" => ("文书独立签名", "document signed beside the file"),
        "certificate.copied" => ("交付文书副本", "copies given"),
        "certificate.issued" => ("出具文书", "document issued"),
        "case.exported" => ("导出证据包", "package exported"),
        _ => return None,
    };
    Some(Bilingual::new(zh, en))
}
