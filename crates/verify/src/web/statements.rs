//! What a capture of ours states of itself, and whether its lists hold.

use std::collections::BTreeMap;

use fidem_webarchive::capture::{
    Chain, ChainError, Completeness, Ending, NETWORK, Network, OPERATIONS, STATEMENT, Statement,
};
use fidem_webarchive::lookup::{LookupError, MemberError, Wacz};
use fidem_webarchive::redact::{self, Redaction, Redactions, member_id};
use fidem_webarchive::wacz::Checked;
use fidem_webarchive::warc::Kind;
use serde::de::DeserializeOwned;

use crate::report::{Findings, Layer, Status};
use crate::web::Subject;
use crate::{codes, words};

/// Most octets of a statement.
const MOST: u64 = 256 << 20;
/// Most findings about one list of masks.
const FAULTS: usize = 20;

/// Judges the statements of one archive.
struct Judge<'a> {
    subject: &'a Subject<'a>,
    wacz: &'a Wacz<'a>,
    fault: Status,
    masks: BTreeMap<String, Vec<Redaction>>,
}

/// Reads every statement that the format demands.
pub(super) fn verify(
    subject: &Subject<'_>,
    wacz: &Wacz<'_>,
    checked: &Checked,
    fault: Status,
    findings: &mut Findings,
) {
    let mut judge = Judge {
        subject,
        wacz,
        fault,
        masks: BTreeMap::new(),
    };
    judge.redactions(checked, findings);
    let statement = judge.json::<Statement>(STATEMENT, findings);
    let network = judge.json::<Network>(NETWORK, findings);
    if let Some(network) = network.as_ref().filter(|n| n.format != Network::FORMAT) {
        judge.malformed(NETWORK, &network.format, findings);
    }
    if let Some(statement) = &statement {
        let stated = &statement.completeness;
        judge.counts(stated, network.as_ref(), checked, findings);
    }
    let interrupted = statement
        .as_ref()
        .is_some_and(|s| matches!(s.ending, Ending::Interrupted {}));
    if let Some(statement) = statement {
        judge.statement(&statement, findings);
    }
    judge.operations(interrupted, findings);
}

impl Judge<'_> {
    fn note(&self, code: codes::Code, params: &[(&'static str, &str)], findings: &mut Findings) {
        self.subject
            .add(code, Layer::Source, Status::Note, params, findings);
    }

    fn fault(&self, code: codes::Code, params: &[(&'static str, &str)], findings: &mut Findings) {
        self.subject
            .add(code, Layer::Content, self.fault, params, findings);
    }

    fn malformed(&self, member: &str, reason: &str, findings: &mut Findings) {
        let params = [("member", member), ("reason", reason)];
        self.fault(codes::CAPTURE_MALFORMED, &params, findings);
    }

    fn undecided(&self, member: &str, reason: &str, findings: &mut Findings) {
        let status = self.fault.min(Status::CannotCheck);
        let params = [("member", member), ("reason", reason)];
        let code = codes::CAPTURE_UNDECIDED;
        self.subject
            .add(code, Layer::Content, status, &params, findings);
    }

    /// Damaged members were reported by the checker of the archive.
    fn bytes(&self, member: &str, findings: &mut Findings) -> Option<Vec<u8>> {
        match self.wacz.member(member, MOST) {
            Ok(bytes) => Some(bytes),
            Err(error @ LookupError::Absent { .. }) => {
                self.malformed(member, &error.to_string(), findings);
                None
            }
            Err(error @ LookupError::Member(MemberError::TooLarge { .. })) => {
                self.undecided(member, &error.to_string(), findings);
                None
            }
            Err(_) => None,
        }
    }

    fn json<T: DeserializeOwned>(&self, member: &str, findings: &mut Findings) -> Option<T> {
        let bytes = self.bytes(member, findings)?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Some(value),
            // A mask may cut through what JSON needs.
            Err(error) if self.masks.contains_key(&member_id(member)) => {
                self.undecided(member, &error.to_string(), findings);
                None
            }
            Err(error) => {
                self.malformed(member, &error.to_string(), findings);
                None
            }
        }
    }

    /// The list of masks. The whole archive, which is withheld, has none.
    fn redactions(&mut self, checked: &Checked, findings: &mut Findings) {
        if self.wacz.members(redact::MEMBER).is_empty() {
            return;
        }
        let Some(bytes) = self.bytes(redact::MEMBER, findings) else {
            return;
        };
        let list = match Redactions::from_bytes(&bytes) {
            Ok(list) => list,
            Err(error) => return self.malformed(redact::MEMBER, &error.to_string(), findings),
        };
        match self.wacz.check_redactions(&checked.archives, &list) {
            Ok(faults) if faults.is_empty() => self.masked(&list, findings),
            Ok(faults) => {
                for fault in faults.iter().take(FAULTS) {
                    let reason = fault.to_string();
                    let params = [("reason", reason.as_str())];
                    self.fault(codes::REDACTIONS_DIFFER, &params, findings);
                }
            }
            Err(error) => self.undecided(redact::MEMBER, &error.to_string(), findings),
        }
        let records = list.records.into_iter();
        self.masks = records.map(|r| (r.record_id, r.redactions)).collect();
    }

    fn masked(&self, list: &Redactions, findings: &mut Findings) {
        if list.places() == 0 && list.unsearched.is_empty() {
            return;
        }
        let params = [
            ("places", &*list.places().to_string()),
            ("records", &*list.records.len().to_string()),
            ("unsearched", &*list.unsearched.len().to_string()),
        ];
        self.note(codes::CAPTURE_MASKED, &params, findings);
    }

    fn statement(&self, statement: &Statement, findings: &mut Findings) {
        if statement.format != Statement::FORMAT {
            return self.malformed(STATEMENT, &statement.format, findings);
        }
        let (zh, en) = words::ending(&statement.ending);
        let params = [
            ("browser", statement.browser.version.as_str()),
            ("url", &statement.url),
            ("started", &statement.started),
            ("ended", &statement.ended),
            ("how_zh", zh),
            ("how_en", en),
        ];
        self.note(codes::CAPTURE_MADE, &params, findings);
        for deviation in &statement.deviations {
            let (zh, en) = words::deviation(deviation);
            let params = [("what_zh", zh), ("what_en", en)];
            self.note(codes::CAPTURE_DEVIATION, &params, findings);
        }
        self.completeness(&statement.completeness, findings);
        if let Some(report) = &statement.cleanliness_before {
            self.cleanliness(report, findings);
        }
    }

    fn completeness(&self, measured: &Completeness, findings: &mut Findings) {
        let partial = measured.lines.iter().any(|line| line.partial);
        if measured.partial != partial {
            return self.malformed(STATEMENT, "completeness.partial", findings);
        }
        let counts = [
            ("archived", measured.archived),
            ("exchanged", measured.exchanged),
            ("answered", measured.answered),
            ("requested", measured.requested),
            ("captured", measured.captured),
            ("referred", measured.referred),
        ];
        let counts = counts.map(|(name, count)| (name, count.to_string()));
        let mut params: Vec<_> = counts.iter().map(|(n, c)| (*n, c.as_str())).collect();
        if !partial {
            return self.note(codes::CAPTURE_WHOLE, &params, findings);
        }
        let (zh, en) = reasons(measured);
        params.extend([("reasons_zh", zh.as_str()), ("reasons_en", en.as_str())]);
        self.note(codes::CAPTURE_PARTIAL, &params, findings);
    }

    /// What is stated of completeness, against the records and connections that are there.
    fn counts(
        &self,
        stated: &Completeness,
        network: Option<&Network>,
        checked: &Checked,
        findings: &mut Findings,
    ) {
        if checked.archives.iter().all(|archive| archive.complete) {
            let records = checked.archives.iter().flat_map(|a| &a.records);
            // Every exchange has one request record.
            let requests = records.filter(|r| r.kind == Some(Kind::Request)).count();
            let found = u64::try_from(requests).unwrap_or(u64::MAX);
            let what = ("存档网络往来", "exchanges in the archive");
            self.count(what, stated.archived, found, findings);
        }
        if let Some(network) = network {
            let found = network.connections.iter().map(|c| u64::from(c.exchanges));
            let what = ("网络往来", "exchanges on all connections");
            self.count(what, stated.exchanged, found.sum(), findings);
        }
    }

    fn count(&self, what: (&str, &str), stated: u32, found: u64, findings: &mut Findings) {
        if u64::from(stated) != found {
            let params = [
                ("what_zh", what.0),
                ("what_en", what.1),
                ("stated", &*stated.to_string()),
                ("found", &*found.to_string()),
            ];
            self.fault(codes::CAPTURE_COUNTS_DIFFER, &params, findings);
        }
    }

    /// The report that was made before the capture, among the items of its seal.
    fn cleanliness(&self, report: &str, findings: &mut Findings) {
        if self.subject.item.is_none() || self.subject.beside.is_empty() {
            return;
        }
        let mut beside = self.subject.beside.iter();
        match beside.find(|entry| entry.content.sha256 == report) {
            Some(entry) => {
                let params = [("report", &*entry.number.to_string())];
                self.note(codes::CAPTURE_CLEANLINESS, &params, findings);
            }
            None => self.note(codes::CAPTURE_CLEANLINESS_ELSEWHERE, &[], findings),
        }
    }

    fn operations(&self, interrupted: bool, findings: &mut Findings) {
        let Some(bytes) = self.bytes(OPERATIONS, findings) else {
            return;
        };
        let masks = self.masks.get(&member_id(OPERATIONS));
        let followed = Chain::follow(&bytes, masks.map_or(&[], Vec::as_slice));
        let broken = match followed {
            Ok(chain) if chain.cut && !interrupted => (chain.lines + 1, "cut off".to_owned()),
            Ok(chain) => return self.linked(&chain, findings),
            Err(error) => {
                let (ChainError::Line { line, .. } | ChainError::Previous { line }) = &error;
                (*line, error.to_string())
            }
        };
        let params = [("line", &*broken.0.to_string()), ("reason", &*broken.1)];
        self.fault(codes::OPERATIONS_BROKEN, &params, findings);
    }

    fn linked(&self, chain: &Chain, findings: &mut Findings) {
        let params = [
            ("count", &*chain.lines.to_string()),
            ("masked", &*chain.masked.to_string()),
        ];
        self.subject.add(
            codes::OPERATIONS_LINKED,
            Layer::Content,
            Status::Note,
            &params,
            findings,
        );
    }
}

/// What makes the capture PARTIAL, each kind once with its count.
fn reasons(measured: &Completeness) -> (String, String) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in measured.lines.iter().filter(|line| line.partial) {
        *counts.entry(&line.code).or_default() += 1;
    }
    let mut zh = Vec::new();
    let mut en = Vec::new();
    for (code, count) in counts {
        let words = words::line(code);
        zh.push(format!("{} {count} 处", words.0));
        en.push(format!("{} {count}", words.1));
    }
    (
        format!("{}。", zh.join("，")),
        format!("{}.", en.join(", ")),
    )
}
