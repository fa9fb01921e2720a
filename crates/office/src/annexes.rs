//! The annexes of a receipt: captures with their reports and network evidence, on-site records, phone records.

use std::collections::BTreeMap;

use fidem_capture::{Network, Secured, Statement};
use fidem_casebook::{Capture, CaptureState, Case, Item, RecordKind, WorkRecord};
use fidem_certificate::{
    Bilingual, Bounded, CaptureRow, CarrierRow, CheckRow, CompletenessLine, CompletenessRow,
    ConnectionRow, ItemMade, LookupRow, OnSiteRecord, PersonPresent, PhoneApp, PhoneRecord,
    ReasonRow, RedirectRow, ReportRow, ServerCertificate, StepTaken, TlsRow,
};
use fidem_cleanliness::{Check, Verdict, codes};
use fidem_fingerprint::hex;
use fidem_vault::Key;
use rfc3161_client::UnixTime;
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::captured::{open, statement};
use crate::forms::{Reports, StepDone};
use crate::stamp::summary;
use crate::{Answer, CaptureSummary, FileSource, Office, OnSite, Phone, RecordBody, Result};

/// Captures printed one by one, beside those that are out of order.
const CAPTURES: usize = 20;
/// Rows of a list in print; the package holds the whole.
const LINES: usize = 20;
/// Redirections printed.
const HOPS: usize = 10;
/// Connections printed.
const CONNECTIONS: usize = 16;
/// Items of a record printed.
const MADE: usize = 60;
/// Longer than this between a capture and its token is an anomaly, seconds.
const GAP: i64 = 600;
/// Largest operation log read, octets.
const OPERATIONS: u64 = 64 << 20;

/// The account and who signed in, where somebody did; the traffic of that is not recorded.
fn login(told: &Statement) -> Option<(String, String)> {
    let login = told.interactive.as_ref()?.login.as_ref()?;
    Some((login.account.clone(), login.person.clone()))
}

/// Stretches that were not filmed, but for the recorder's own pictures.
fn film_gaps(told: &Statement) -> u32 {
    let did = told.interactive.as_ref();
    let login = did.and_then(|did| did.login.as_ref()?.film.as_ref());
    let films = [did.and_then(|did| did.film.as_ref()), login];
    let gaps = films.into_iter().flatten().flat_map(|film| &film.gaps);
    let count = gaps.filter(|gap| gap.reason != "pictures").count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn film_problem(told: &Statement) -> String {
    let film = told.interactive.as_ref().and_then(|did| did.film.as_ref());
    film.and_then(|film| film.problem.clone())
        .unwrap_or_default()
}

/// Something of it is a known anomaly.
fn out_of_order(row: &CaptureRow) -> bool {
    let abnormal = |report: &Option<ReportRow>| report.as_ref().is_some_and(|r| r.abnormal > 0);
    row.completeness.partial
        || row.before.is_none()
        || abnormal(&row.before)
        || abnormal(&row.after)
        || row.stamped_before.is_some_and(|s| s < 0)
        || row.until_token.is_none_or(|s| s > GAP)
        || row.film_gaps > 0
        || !row.film_problem.is_empty()
}

/// What stands in the annexes.
pub(crate) struct Annexes {
    pub(crate) captures: Bounded<CaptureRow>,
    pub(crate) onsite: Vec<OnSiteRecord>,
    pub(crate) phones: Vec<PhoneRecord>,
}

impl Office {
    /// Reads what they say: archives and reports as they are kept, records in their latest complete version.
    pub(crate) fn annexes(&self, case: &Case) -> Result<Annexes> {
        let mut complete = self.latest_records(&case.id)?;
        complete.retain(|r| r.complete);
        let mut onsite = Vec::new();
        let mut phones = Vec::new();
        let mut reasons = BTreeMap::new();
        for record in &complete {
            match RecordBody::of(record)? {
                RecordBody::Onsite(body) => onsite.push(self.onsite_row(&case.id, record, body)?),
                RecordBody::Phone(body) => phones.push(self.phone_row(&case.id, record, body)?),
                RecordBody::Reason(body) => {
                    let row = self.reason_row(&case.id, record, &body.reason)?;
                    reasons.extend(body.captures.into_iter().map(|id| (id, row.clone())));
                }
            }
        }
        Ok(Annexes {
            captures: self.capture_rows(case, &reasons)?,
            onsite,
            phones,
        })
    }

    fn capture_rows(
        &self,
        case: &Case,
        reasons: &BTreeMap<String, ReasonRow>,
    ) -> Result<Bounded<CaptureRow>> {
        let reports = self.reports(&case.id)?;
        let mut kept = self.captures(&case.id)?;
        kept.retain(|(c, _)| c.state == CaptureState::Kept);
        let total = kept.len() as u64;
        let mut shown = Vec::new();
        for (capture, summary) in &kept {
            let mut row = self.capture_row(&case.id, capture, summary, &reports)?;
            row.reason = reasons.get(&capture.id).cloned();
            // One that is out of order is always printed: the list of known anomalies is made of what is printed.
            if shown.len() < CAPTURES || out_of_order(&row) {
                shown.push(row);
            }
        }
        Ok(Bounded { shown, total })
    }

    fn capture_row(
        &self,
        case: &str,
        capture: &Capture,
        summary: &CaptureSummary,
        reports: &Reports,
    ) -> Result<CaptureRow> {
        let item = self.book.item(case, summary.item)?;
        let source = FileSource::of(self.vault.open_object(&Key(item.sha256))?, &item.name)?;
        let archive = open(&source)?;
        let told: Statement = statement(&archive, "capture.json")?;
        let network: Network = statement(&archive, "network.json")?;
        let operations = archive.member("fidem/operations.jsonl", OPERATIONS);
        let asked_at = asked_at(&operations.unwrap_or_default());
        let report = |item: Option<&Item>| item.map(|i| self.report_row(case, i)).transpose();
        let before = report(reports.before(&capture.id))?;
        let stamped = before.as_ref().and_then(|b| b.token.as_deref());
        let first_token = self.first_token(case, &item)?;
        let ended = seconds(&told.ended);
        Ok(CaptureRow {
            item: item.number,
            capture: capture.id.get(..8).unwrap_or(&capture.id).to_owned(),
            interactive: summary.interactive,
            login: login(&told),
            film_gaps: film_gaps(&told),
            film_problem: film_problem(&told),
            stamped_before: apart(stamped, asked_at.as_deref()),
            until_token: apart(Some(&ended), first_token.as_deref()),
            after: report(reports.after(&capture.id))?,
            before,
            asked_at,
            first_token,
            url: told.url.clone(),
            final_url: told.final_url.clone(),
            title: told.title.clone(),
            browser: (told.browser.version.clone(), told.browser.sha256.clone()),
            started: seconds(&told.started),
            ended,
            ending: crate::capture::ending_code(&told.ending),
            completeness: completeness(&told),
            deviations: told.deviations.iter().map(code_of).collect(),
            redirects: Bounded::of(redirects(&told), HOPS),
            lookups: Bounded::of(lookups(&network), LINES),
            certificates: Bounded::of(certificates(&network), LINES),
            connections: Bounded::of(connections(&network), CONNECTIONS),
            proxies: network.proxy,
            reason: None,
        })
    }

    fn report_row(&self, case: &str, item: &Item) -> Result<ReportRow> {
        let report = self.report_of(item)?;
        let counts = report.counts;
        let odd = report
            .checks
            .iter()
            .filter(|c| c.verdict != Verdict::Normal);
        Ok(ReportRow {
            item: item.number,
            name: item.name.clone(),
            sha256: hex::encode(&item.sha256),
            normal: counts.normal,
            abnormal: counts.abnormal,
            not_checked: counts.not_checked,
            ended: seconds(&report.ended.utc),
            findings: odd.map(check_row).collect(),
            token: self.first_token(case, item)?,
        })
    }

    /// Earliest token that counts of the seal that an item is in.
    fn first_token(&self, case: &str, item: &Item) -> Result<Option<String>> {
        let Some(seal) = item.seal else {
            return Ok(None);
        };
        let mut first: Option<UnixTime> = None;
        for token in self.book.tokens(case, seal)?.iter().filter(|t| t.counts) {
            let time = summary(token)?.time;
            let time = time.as_deref().and_then(UnixTime::from_rfc3339);
            first = match (first, time) {
                (Some(a), Some(b)) if a.0 <= b.0 => Some(a),
                (a, b) => b.or(a),
            };
        }
        Ok(first.map(UnixTime::to_rfc3339))
    }

    fn onsite_row(&self, case: &str, record: &WorkRecord, body: OnSite) -> Result<OnSiteRecord> {
        let device = self.book.device(&body.device.identity)?;
        let named = device.as_ref().map(|d| d.name.as_str());
        let words = [named.unwrap_or_default(), body.device.description.trim()];
        let words = words.iter().filter(|w| !w.is_empty()).copied();
        let made = self.items_made(case, &body.items, &body.captures)?;
        Ok(OnSiteRecord {
            number: record.number,
            version: record.version,
            item: record.item,
            device: words.collect::<Vec<_>>().join("；"),
            device_of_office: device.is_some_and(|d| d.in_service()),
            persons: body
                .persons
                .into_iter()
                .map(|p| {
                    let (zh, en) = p.capacity.words();
                    PersonPresent {
                        name: p.name,
                        capacity: Bilingual::new(zh, en),
                        note: p.note,
                    }
                })
                .collect(),
            steps: steps(body.steps),
            made: self.made_rows(case, &made)?,
            under_seal: body
                .under_seal
                .into_iter()
                .map(|s| (s.number, s.what))
                .collect(),
            began: body.began,
            ended: body.ended,
            place: body.place,
            network: body.network,
            signatories: body.signatories,
            remarks: body.remarks,
            completed_at: record.at.clone(),
            completed_by: record.person.clone(),
        })
    }

    fn made_rows(&self, case: &str, items: &[u32]) -> Result<Bounded<ItemMade>> {
        let row = |number: &u32| -> Result<ItemMade> {
            let item = self.book.item(case, *number)?;
            Ok(ItemMade {
                number: item.number,
                name: item.name,
                sha256: hex::encode(&item.sha256),
            })
        };
        let shown = items.iter().take(MADE).map(row).collect::<Result<_>>()?;
        Ok(Bounded {
            shown,
            total: items.len() as u64,
        })
    }

    fn phone_row(&self, case: &str, record: &WorkRecord, body: Phone) -> Result<PhoneRecord> {
        let findings = body.findings();
        let mut carriers = Vec::new();
        for one in &body.items {
            let item = self.book.item(case, one.item)?;
            carriers.push(CarrierRow {
                item: one.item,
                name: item.name,
                in_court: one.original.available_in_court.clone(),
                place: one.original.r#where.clone(),
                by_whom: one.original.by_whom.clone(),
                until: one.original.until.clone(),
                forwarded: answer(one.forwarded),
            });
        }
        let read = |text: &String| (!text.is_empty()).then(|| text.clone());
        let app = (!body.app.name.trim().is_empty()).then(|| PhoneApp {
            name: body.app.name.clone(),
            package: body.app.package.clone(),
            version: body.app.version.clone(),
            install_source: body.app.install_source.clone(),
            signing_sha256: read(&body.app.signing_sha256),
            expected_sha256: read(&body.app.expected_sha256),
        });
        let accounts = body
            .accounts
            .into_iter()
            .map(|a| (a.nickname, a.id, answer(a.real_name_shown)))
            .collect();
        Ok(PhoneRecord {
            number: record.number,
            version: record.version,
            item: record.item,
            device: format!("{} {}", body.make, body.model),
            serial: body.serial,
            imei: body.imei,
            os: format!("{} {}", body.os, body.os_version),
            rooted: answer(body.rooted),
            network: body.network,
            operated_by: body.operated_by,
            app,
            accounts: Bounded::of(accounts, LINES),
            steps: steps(body.steps),
            photos: Bounded::of(body.photos, MADE),
            carriers: Bounded::of(carriers, MADE),
            findings,
            remarks: body.remarks,
            completed_at: record.at.clone(),
            completed_by: record.person.clone(),
        })
    }

    fn reason_row(&self, case: &str, record: &WorkRecord, reason: &str) -> Result<ReasonRow> {
        let before = record.version.saturating_sub(1);
        let kind = RecordKind::Reason;
        let written = self
            .book
            .work_record(case, kind, record.number, Some(before))?;
        Ok(ReasonRow {
            reason: reason.to_owned(),
            written: (written.person, written.at),
            confirmed: (record.person.clone(), record.at.clone()),
        })
    }
}

fn steps(steps: Vec<StepDone>) -> Bounded<StepTaken> {
    let taken = |s: StepDone| StepTaken {
        at: UnixTime::from_rfc3339(&s.at).map(UnixTime::to_rfc3339),
        what: s.what,
    };
    Bounded::of(steps.into_iter().map(taken).collect(), MADE)
}

fn answer(answer: Answer) -> String {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "unknown",
    }
    .to_owned()
}

fn check_row(check: &Check) -> CheckRow {
    use codes::Language::{Chinese, English};
    let both =
        |text: &dyn Fn(codes::Language) -> String| Bilingual::new(text(Chinese), text(English));
    CheckRow {
        number: check.number.clone(),
        title: both(&|l| codes::title(&check.code, l)),
        abnormal: check.verdict == Verdict::Abnormal,
        sentences: check
            .reasons
            .iter()
            .map(|r| both(&|l| codes::sentence(r, l)))
            .collect(),
    }
}

fn completeness(told: &Statement) -> CompletenessRow {
    let c = &told.completeness;
    let lines = c.lines.iter().filter(|l| l.partial);
    let reasons = lines.map(|l| CompletenessLine {
        code: l.code.clone(),
        url: l.url.clone(),
        reason: l.reason.clone(),
    });
    CompletenessRow {
        partial: c.partial,
        exchanged: c.exchanged,
        archived: c.archived,
        requested: c.requested,
        answered: c.answered,
        referred: c.referred,
        captured: c.captured,
        explained: c.explained,
        reasons: Bounded::of(reasons.collect(), LINES),
    }
}

fn redirects(told: &Statement) -> Vec<RedirectRow> {
    let row = |h: &fidem_capture::Hop| RedirectRow {
        url: h.url.clone(),
        status: h.status,
        internal: h.internal.clone(),
    };
    told.redirects.iter().map(row).collect()
}

/// Each name once, with every answer.
fn lookups(network: &Network) -> Vec<LookupRow> {
    let mut rows: Vec<LookupRow> = Vec::new();
    for looked in &network.lookups {
        let same = |r: &LookupRow| r.host == looked.host && r.error == looked.error;
        let at = match rows.iter().position(same) {
            Some(at) => at,
            None => {
                rows.push(LookupRow {
                    host: looked.host.clone(),
                    answers: Vec::new(),
                    answered_by: Vec::new(),
                    error: looked.error.clone(),
                });
                rows.len() - 1
            }
        };
        if let Some(row) = rows.get_mut(at) {
            merge(&mut row.answers, &looked.answers);
            merge(&mut row.answered_by, &looked.answered_by);
        }
    }
    rows
}

fn merge(into: &mut Vec<String>, more: &[String]) {
    for one in more {
        if !into.contains(one) {
            into.push(one.clone());
        }
    }
}

/// Those that carried something first.
fn connections(network: &Network) -> Vec<ConnectionRow> {
    let mut rows: Vec<ConnectionRow> = network
        .connections
        .iter()
        .map(|c| ConnectionRow {
            peer: c.peer.clone(),
            local: c.local.clone(),
            exchanges: c.exchanges,
            tls: c.tls.as_ref().map(tls_row),
        })
        .collect();
    rows.sort_by_key(|row| row.exchanges == 0);
    rows
}

fn tls_row(tls: &Secured) -> TlsRow {
    TlsRow {
        version: tls.version.clone(),
        cipher_suite: tls.cipher_suite.clone(),
        certificate: tls.certificates_sha256.first().cloned().unwrap_or_default(),
        error: tls.error.clone(),
        handshake: tls.handshake.clone(),
    }
}

fn certificates(network: &Network) -> Vec<ServerCertificate> {
    let mut rows: Vec<ServerCertificate> = Vec::new();
    for tls in network.connections.iter().filter_map(|c| c.tls.as_ref()) {
        let (Some(der), Some(digest)) = (tls.certificates.first(), tls.certificates_sha256.first())
        else {
            continue;
        };
        if rows.iter().all(|r| r.sha256 != *digest) {
            rows.push(certificate(der, digest));
        }
    }
    rows
}

/// What a certificate says of itself; nothing where it cannot be read.
fn certificate(base64: &str, digest: &str) -> ServerCertificate {
    use base64::Engine as _;
    let der = base64::engine::general_purpose::STANDARD.decode(base64);
    let der = der.unwrap_or_default();
    let read = X509Certificate::from_der(&der).ok();
    let read = read.as_ref().map(|(_, certificate)| certificate);
    let time = |t: x509_parser::time::ASN1Time| UnixTime(t.timestamp()).to_rfc3339();
    ServerCertificate {
        sha256: digest.to_owned(),
        subject: read.map_or_else(String::new, |c| c.subject().to_string()),
        issuer: read.map_or_else(String::new, |c| c.issuer().to_string()),
        not_before: read.map(|c| time(c.validity().not_before)),
        not_after: read.map(|c| time(c.validity().not_after)),
    }
}

fn code_of<T: serde::Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value["code"].as_str().unwrap_or_default().to_owned()
}

/// When the recorder, or the person, first asked for a page.
fn asked_at(operations: &[u8]) -> Option<String> {
    let lines = operations.split(|b| *b == b'\n');
    let mut read = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let asked = read.find(|line| {
        let act = line["act"].as_str().unwrap_or_default();
        let url = line["data"]["url"].as_str().unwrap_or_default();
        match act {
            "navigate" | "login-begin" => true,
            "frame-navigated" => url.starts_with("http"),
            _ => false,
        }
    })?;
    Some(seconds(asked["at"].as_str()?)).filter(|at| !at.is_empty())
}

/// Without its fraction, as pages print it.
fn seconds(time: &str) -> String {
    UnixTime::from_rfc3339(time).map_or_else(String::new, UnixTime::to_rfc3339)
}

/// Seconds from one to the other.
fn apart(from: Option<&str>, to: Option<&str>) -> Option<i64> {
    let from = UnixTime::from_rfc3339(from?)?;
    let to = UnixTime::from_rfc3339(to?)?;
    Some(to.0 - from.0)
}

impl From<crate::Forwarded> for fidem_certificate::Forwarded {
    fn from(forwarded: crate::Forwarded) -> Self {
        match forwarded {
            crate::Forwarded::Stated => Self::Stated,
            crate::Forwarded::Named => Self::Named,
        }
    }
}
