//! Completed records become items: `fidem-onsite/1`, `fidem-phone/1`, `fidem-reason/1`.

use fidem_casebook::{Case, RecordKind, WorkRecord};
use fidem_fingerprint::{hex, of};
use fidem_manifest::{Art14Kind, Art18, Facts, Origin, canonical};
use serde_json::{Map, Value, json};

use super::RecordBody;
use crate::cases::item_detail;
use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

impl Office {
    /// Completed records that are no items yet.
    pub(crate) fn pending_records(&self, case: &str) -> Result<Vec<WorkRecord>> {
        let mut latest = self.latest_records(case)?;
        latest.retain(|r| r.complete && r.item.is_none());
        Ok(latest)
    }

    /// Makes items of them, for the seal that follows.
    pub(crate) fn keep_records(&mut self, desk: &mut dyn Desk, case: &Case) -> Result<()> {
        for record in self.pending_records(&case.id)? {
            let bytes = self.record_bytes(case, &record)?;
            let name = self.file_name(&case.id, &record)?;
            // A crash may have left the item without the note that it is this record's.
            let item = match self.unsealed_item(&case.id, &name, &bytes)? {
                Some(item) => item,
                None => {
                    let facts = self.record_facts(&case.id, &record)?;
                    crate::capture::keep_bytes(self, desk, case, &facts, &name, &bytes)?
                }
            };
            self.book.record_kept(&at(desk), &case.id, &record, item)?;
        }
        Ok(())
    }

    /// `onsite-record-1.json`; a version that follows one already sealed says which it is.
    fn file_name(&self, case: &str, record: &WorkRecord) -> Result<String> {
        let stem = match record.kind {
            RecordKind::OnSite => "onsite-record",
            RecordKind::Phone => "phone-record",
            RecordKind::Reason => "continuation-reason",
        };
        let (number, version) = (record.number, record.version);
        let same = |r: &&WorkRecord| (r.kind, r.number) == (record.kind, number);
        let all = self.book.records(case)?;
        Ok(match all.iter().filter(same).any(|r| r.item.is_some()) {
            false => format!("{stem}-{number}.json"),
            true => format!("{stem}-{number}-v{version}.json"),
        })
    }

    fn unsealed_item(&self, case: &str, name: &str, bytes: &[u8]) -> Result<Option<u32>> {
        let sha256 = of(bytes).sha256;
        let mut found = None;
        self.each_item(case, &mut |item| {
            let open = item.seal.is_none() && item.withdrawn.is_none();
            if open && item.name == name && item.sha256 == sha256 {
                found = Some(item.number);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The record as it is sealed, canonical (RFC 8785).
    fn record_bytes(&self, case: &Case, record: &WorkRecord) -> Result<Vec<u8>> {
        let body = RecordBody::of(record)?;
        let mut statement = match serde_json::from_str(&record.body_json) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        let common = json!({
            "case": case.number,
            "completed": {"at": record.at, "by": record.person},
            "number": record.number,
            "version": record.version,
        });
        let own = match &body {
            RecordBody::Onsite(body) => json!({
                "format": "fidem-onsite/1",
                "made": self.made(&case.id, &self.items_made(&case.id, &body.items, &body.captures)?)?,
                "device_name": match self.book.device(&body.device.identity)? {
                    Some(device) => device.name,
                    None => String::new(),
                },
            }),
            RecordBody::Phone(body) => {
                let items: Vec<u32> = body.items.iter().map(|i| i.item).collect();
                json!({
                    "findings": body.findings(),
                    "format": "fidem-phone/1",
                    "made": self.made(&case.id, &items)?,
                    "photographs": self.made(&case.id, &body.photos)?,
                })
            }
            RecordBody::Reason(body) => json!({
                "abnormal": self.abnormal(&case.id, &body.captures)?,
                "format": "fidem-reason/1",
                "written": self.written(&case.id, record)?,
            }),
        };
        for part in [common, own] {
            if let Value::Object(part) = part {
                statement.extend(part);
            }
        }
        canonical::encode(&Value::Object(statement)).map_err(|e| OfficeError::Damaged {
            what: e.to_string(),
        })
    }

    /// Items named by number and by capture, each once.
    pub(crate) fn items_made(
        &self,
        case: &str,
        items: &[u32],
        captures: &[String],
    ) -> Result<Vec<u32>> {
        let mut all = items.to_vec();
        for (capture, summary) in self.captures(case)? {
            if captures.contains(&capture.id) {
                all.extend(summary.items);
            }
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn made(&self, case: &str, items: &[u32]) -> Result<Vec<Value>> {
        let row = |number: &u32| -> Result<Value> {
            let item = self.book.item(case, *number)?;
            Ok(json!({
                "name": item.name, "number": item.number, "sha256": hex::encode(&item.sha256),
                "size": item.size, "sm3": hex::encode(&item.sm3),
            }))
        };
        items.iter().map(row).collect()
    }

    /// The abnormal checks of each capture, by their codes.
    fn abnormal(&self, case: &str, captures: &[String]) -> Result<Vec<Value>> {
        let reports = self.reports(case)?;
        let mut all = Vec::new();
        for (capture, _) in self.captures(case)? {
            if !captures.contains(&capture.id) {
                continue;
            }
            let Some(item) = reports.before(&capture.id) else {
                continue;
            };
            let report = self.report_of(item)?;
            let checks: Vec<&str> = report.abnormal().map(|c| c.code.as_str()).collect();
            all.push(json!({"capture": capture.id, "checks": checks, "report": item.number, "url": capture.url}));
        }
        Ok(all)
    }

    /// When and by whom the reason was written that the record confirms.
    pub(crate) fn written(&self, case: &str, record: &WorkRecord) -> Result<Value> {
        let (at, by) = self.written_by(case, record)?;
        Ok(json!({"at": at, "by": by}))
    }

    fn written_by(&self, case: &str, record: &WorkRecord) -> Result<(String, String)> {
        let (number, version) = (record.number, record.version.saturating_sub(1));
        let before = self
            .book
            .work_record(case, RecordKind::Reason, number, Some(version))?;
        Ok((before.at, before.person))
    }

    /// A record is of the act it tells of: its origin, and so its class, is that of the weakest item it tells of.
    fn record_facts(&self, case: &str, record: &WorkRecord) -> Result<Facts> {
        let items = match RecordBody::of(record)? {
            RecordBody::Onsite(body) => self.items_made(case, &body.items, &body.captures)?,
            RecordBody::Phone(body) => body.items.iter().map(|i| i.item).collect(),
            RecordBody::Reason(body) => self.items_made(case, &[], &body.captures)?,
        };
        let batches = self.batch_facts(case)?;
        let mut weakest: Option<Facts> = None;
        for number in items {
            let facts = item_detail(self.book.item(case, number)?, &batches)?.facts;
            let weaker = |w: &Facts| facts.class().max_scope() < w.class().max_scope();
            if weakest.as_ref().is_none_or(weaker) {
                weakest = Some(facts);
            }
        }
        let origin = weakest.map_or(Origin::SuppliedByParty {}, |f| f.origin);
        let (title, _) = title(record.kind);
        // A reason is completed by whoever confirms it.
        let (author, generation) = match record.kind {
            RecordKind::Reason => {
                let (_, author) = self.written_by(case, record)?;
                let both = format!("由{author}填写，由{}确认", record.person);
                (author, format!("{both}，本程序按所填内容生成"))
            }
            _ => (
                record.person.clone(),
                format!("由{}填写，本程序按所填内容生成", record.person),
            ),
        };
        let none = || "无".to_owned();
        Ok(Facts {
            art14_kind: Some(Art14Kind::File),
            art18: Art18 {
                corroboration: none(),
                generation,
                notarisation: none(),
                source: format!("本处{title}"),
                storage: "存于本处加密卷宗库".to_owned(),
                witness: none(),
            },
            handed_over_by: none(),
            obtained: format!("{title}第{}份第{}版", record.number, record.version),
            origin,
            received_by: author,
            received_place: self.profile().name.clone(),
            ..Facts::supplied_by_party()
        })
    }
}

/// Chinese and English name of a kind.
pub(crate) fn title(kind: RecordKind) -> (&'static str, &'static str) {
    match kind {
        RecordKind::OnSite => ("现场记录", "on-site record"),
        RecordKind::Phone => ("手机取证记录", "phone record"),
        RecordKind::Reason => ("继续办理理由", "reason for going on"),
    }
}
