//! Captures made through the program, and what their archives hold against what their servers sent.

use std::collections::BTreeMap;
use std::path::Path;

use fidem_loopback::Exchange;
use fidem_testkit::TwoAuthorities;
use fidem_webarchive::lookup::Wacz;
use fidem_webarchive::warc::{self, Kind, Record};
use fidem_webarchive::{Limits, Rules};
use serde_json::Value;

use crate::members::Members;
use crate::place::{Place, authorities};

/// An office with authorities and a case; none where no browser is.
#[must_use]
pub fn office() -> Option<(Place, String, TwoAuthorities)> {
    if !Path::new("/usr/lib/chromium/chromium").is_file() {
        eprintln!("skipped: no Chromium here");
        return None;
    }
    let authorities = authorities();
    let place = Place::new();
    place.choose(&authorities);
    let case = place.case("网页证据保全");
    Some((place, case, authorities))
}

/// Captures an address; what the program said of it.
#[track_caller]
#[must_use]
pub fn captured(place: &Place, case: &str, url: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["capture", case, url];
    arguments.extend(more);
    place.run(&arguments).exits(0).json()
}

/// The unmasked archive where one was withheld, else the court's copy.
///
/// # Panics
/// When there is none.
#[track_caller]
#[must_use]
pub fn archive(place: &Place, case: &str, captured: &Value) -> Vec<u8> {
    if captured["masked"] == 0 {
        return court_copy(place, case, captured);
    }
    let items = captured["items"].as_array().expect("items");
    let item = items.last().expect("the last is the archive").to_string();
    let out = place.path("whole.wacz");
    let _ = place.run(&["withheld", case, &item, "-o", &out]).exits(0);
    let bytes = std::fs::read(&out).expect("written");
    std::fs::remove_file(&out).expect("removed");
    bytes
}

/// The court's copy, out of an exported package.
///
/// # Panics
/// When there is none.
#[track_caller]
#[must_use]
pub fn court_copy(place: &Place, case: &str, captured: &Value) -> Vec<u8> {
    let package = place.path("case.asice");
    let _ = place.run(&["export", case, "-o", &package]).exits(0);
    let members = Members::of(&std::fs::read(&package).expect("written"));
    let name = captured["wacz"].as_str().expect("a name");
    let names = members.under("evidence/");
    let member = names.iter().find(|n| n.ends_with(name)).expect("in it");
    members.bytes(member)
}

/// One exchange as its archive has it.
#[derive(Debug, Clone, Default)]
pub struct Archived {
    /// Head and body of the request.
    pub request: Vec<u8>,
    /// Head and body of the response; empty where none came.
    pub response: Vec<u8>,
    /// Heads of interim responses.
    pub interim: Vec<u8>,
    /// What a connection carried after an upgrade, from the browser and to it.
    pub upgraded: (Vec<u8>, Vec<u8>),
}

/// Puts an archive down where `FIDEM_KEEP_ARCHIVES` says, for judges of others (`scripts/archives.sh`).
///
/// # Panics
/// When it cannot be written.
pub fn keep(name: &str, wacz: &[u8]) {
    if let Some(folder) = std::env::var_os("FIDEM_KEEP_ARCHIVES") {
        let path = Path::new(&folder).join(format!("{name}.wacz"));
        std::fs::write(path, wacz).expect("written");
    }
}

/// Every exchange of an archive.
///
/// # Panics
/// When the archive is not sound.
#[track_caller]
#[must_use]
pub fn exchanges(wacz: &[u8]) -> Vec<Archived> {
    let records = records(wacz);
    let mut found: BTreeMap<&str, Archived> = BTreeMap::new();
    let by_id: BTreeMap<&str, &Record> = records.iter().map(|r| (r.id.as_str(), r)).collect();
    for record in records.iter().filter(|r| r.kind == Kind::Request) {
        let answer = reference(record, "WARC-Concurrent-To").and_then(|id| by_id.get(id));
        let exchange = Archived {
            request: record.block.clone(),
            response: answer.map_or_else(Vec::new, |r| r.block.clone()),
            ..Archived::default()
        };
        found.insert(&record.id, exchange);
    }
    for record in records.iter().filter(|r| r.kind == Kind::Metadata) {
        let about = reference(record, "WARC-Refers-To").and_then(|id| found.get_mut(id));
        let exchange = about.expect("of an exchange");
        let kind = record.content_type.as_deref().unwrap_or_default();
        match () {
            () if kind.ends_with("direction=sent") => exchange.upgraded.0.clone_from(&record.block),
            () if kind.ends_with("direction=received") => {
                exchange.upgraded.1.clone_from(&record.block);
            }
            () => exchange.interim.extend(&record.block),
        }
    }
    found.into_values().collect()
}

fn reference<'r>(record: &'r Record, name: &str) -> Option<&'r str> {
    let value = record.field(name)?;
    Some(value.trim_matches(['<', '>']))
}

/// Every record of an archive that has no fault.
#[track_caller]
fn records(wacz: &[u8]) -> Vec<Record> {
    let limits = Limits::default();
    let source = wacz.to_vec();
    let opened = Wacz::open(&source, &limits).expect("a WACZ");
    let octets = opened
        .member("archive/data.warc.gz", 1 << 30)
        .expect("an archive");
    let checked = warc::check(&octets, Rules::Own, &limits);
    assert_eq!(checked.findings, []);
    let read = |at: &warc::Summary| warc::read_record(&octets, at.offset, at.length, &limits);
    let records = checked.records.iter().map(read);
    records.map(|r| r.expect("a record")).collect()
}

/// Every exchange that the server logged is in the archive, octet by octet and in both directions; and the archive has
/// none that the server knows nothing of. How many exchanges that are.
///
/// # Panics
/// When it is otherwise.
#[track_caller]
pub fn holds_everything(name: &str, wacz: &[u8], served: &[Exchange]) -> usize {
    let mut archived = exchanges(wacz);
    let mut differing = Vec::new();
    for exchange in served {
        match archived.iter().position(|a| is(a, exchange)) {
            Some(at) => drop(archived.swap_remove(at)),
            None => differing.push(format!(
                "{} {} {} (finished: {})",
                exchange.method, exchange.target, exchange.status, exchange.finished
            )),
        }
    }
    let left: Vec<String> = archived.iter().map(|a| first_line(&a.request)).collect();
    eprintln!(
        "{name}: {} exchanges logged by the server, {} of them octet by octet in the archive; {} more there",
        served.len(),
        served.len() - differing.len(),
        left.len(),
    );
    assert!(
        differing.is_empty() && left.is_empty(),
        "differing or missing: {differing:#?}\nunknown to the server: {left:#?}"
    );
    served.len()
}

fn first_line(octets: &[u8]) -> String {
    let line = octets.split(|b| *b == b'\r').next().unwrap_or_default();
    String::from_utf8_lossy(line).into_owned()
}

/// Whether both are the same exchange. Where the server did not come to the end of its answer, what one side has of it is
/// the beginning of what the other has.
fn is(archived: &Archived, served: &Exchange) -> bool {
    let request = [served.request_head.as_slice(), &served.request_body.kept].concat();
    let response = [served.response_head.as_slice(), &served.response_body.kept].concat();
    if served.status == 101 {
        let Archived { upgraded, .. } = archived;
        return archived.request == served.request_head
            && archived.response == served.response_head
            && upgraded.0 == served.request_body.kept
            && upgraded.1 == served.response_body.kept;
    }
    let same = match served.finished {
        true => archived.response == response,
        false => {
            archived.response.starts_with(&response) || response.starts_with(&archived.response)
        }
    };
    same && archived.request == request && archived.interim == served.interim
}
