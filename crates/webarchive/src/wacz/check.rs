//! Checking a WACZ: the zip, then what lists what, then every record, then who points at whom.

use std::collections::{BTreeMap, BTreeSet};

use fidem_fingerprint::sha256;
use fidem_package::Source;

use crate::cdxj::{Entry, append_body, surt};
use crate::digest::Labelled;
use crate::finding::{Code, Finding, Findings, Limits, Rules};
use crate::gzip::inflate_all;
use crate::rfc3339::{Precision, is_date, timestamp14};
use crate::wacz::package::{Datapackage, Digest, Page, PagesHeader};
use crate::wacz::{DATAPACKAGE, DIGEST, VERSION};
use crate::warc::{self, Kind, Summary};
use crate::zip::{Member, Zip};

/// One member as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its length.
    pub size: u64,
    /// Its SHA-256; `None` where it could not be read.
    pub sha256: Option<[u8; 32]>,
}

/// One archive as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The member, `archive/…`.
    pub member: String,
    /// Its records.
    pub records: Vec<Summary>,
    /// Whether it was read to its end.
    pub complete: bool,
}

/// What checking a WACZ found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// In the order met; the octets of members first.
    pub findings: Vec<Finding>,
    /// All members in the order of the directory.
    pub members: Vec<Listed>,
    /// What the WACZ says of itself, where it could be read.
    pub datapackage: Option<Datapackage>,
    /// All pages.
    pub pages: Vec<Page>,
    /// All archives with their records.
    pub archives: Vec<Archive>,
    /// How many lines the indexes have.
    pub entries: u64,
}

/// Checks a WACZ.
#[must_use]
pub fn check(source: &dyn Source, rules: Rules, limits: &Limits) -> Checked {
    let mut checker = Checker {
        limits,
        findings: Findings::new(rules, limits),
        members: Vec::new(),
        datapackage: None,
        pages: Vec::new(),
        archives: Vec::new(),
        urls: BTreeSet::new(),
        entries: 0,
    };
    if let Some(zip) = Zip::open(source, limits, &mut checker.findings) {
        checker.run(&zip);
    }
    Checked {
        findings: checker.findings.into_vec(),
        members: checker.members,
        datapackage: checker.datapackage,
        pages: checker.pages,
        archives: checker.archives,
        entries: checker.entries,
    }
}

struct Checker<'a> {
    limits: &'a Limits,
    findings: Findings,
    members: Vec<Listed>,
    datapackage: Option<Datapackage>,
    pages: Vec<Page>,
    archives: Vec<Archive>,
    urls: BTreeSet<String>,
    entries: u64,
}

impl Checker<'_> {
    fn run(&mut self, zip: &Zip<'_>) {
        let mut inflated = 0_u64;
        for member in &zip.members {
            if member.deflated {
                inflated = inflated.saturating_add(member.size);
            }
            let sha256 = match inflated > self.limits.inflated {
                true => {
                    let limit = self.limits.inflated.to_string();
                    let params = [("what", "inflated"), ("limit", limit.as_str())];
                    self.add(Some(&member.name), Code::WaczBudget, &params);
                    None
                }
                false => zip.digest(member, &mut self.findings),
            };
            self.members.push(Listed {
                name: member.name.clone(),
                size: member.size,
                sha256,
            });
        }
        self.check_datapackage(zip);
        self.check_listing();
        self.check_places();
        self.check_archives(zip);
        self.check_indexes(zip);
        self.check_pages(zip);
    }

    fn add(&mut self, member: Option<&str>, code: Code, params: &[(&'static str, &str)]) {
        self.findings.in_member(member);
        self.findings.add(code, params);
    }

    /// A member as text of lines or JSON; absent ones are the caller's matter, unreadable ones were reported.
    fn statement(&mut self, zip: &Zip<'_>, member: &Member) -> Option<Vec<u8>> {
        match zip.bytes(member, self.limits.statement) {
            Ok(bytes) => Some(bytes),
            Err(crate::zip::MemberError::TooLarge { limit }) => {
                let limit = limit.to_string();
                let params = [("what", "statement"), ("limit", limit.as_str())];
                self.add(Some(&member.name), Code::WaczBudget, &params);
                None
            }
            Err(_) => None,
        }
    }

    fn check_datapackage(&mut self, zip: &Zip<'_>) {
        let Some(member) = zip.find(DATAPACKAGE) else {
            self.add(Some(DATAPACKAGE), Code::WaczDatapackage, &[]);
            return;
        };
        let Some(bytes) = self.statement(zip, member) else {
            return;
        };
        self.check_digest(zip, &bytes);
        match serde_json::from_slice::<Datapackage>(&bytes) {
            Ok(package) => {
                if package.wacz_version != VERSION {
                    let found = [("version", package.wacz_version.as_str())];
                    self.add(Some(DATAPACKAGE), Code::WaczVersion, &found);
                }
                self.datapackage = Some(package);
            }
            Err(e) => {
                let reason = e.to_string();
                let reason = [("reason", reason.as_str())];
                self.add(Some(DATAPACKAGE), Code::WaczDatapackage, &reason);
            }
        }
    }

    fn check_digest(&mut self, zip: &Zip<'_>, datapackage: &[u8]) {
        let Some(member) = zip.find(DIGEST) else {
            self.add(Some(DIGEST), Code::WaczDigestAbsent, &[]);
            return;
        };
        let Some(bytes) = self.statement(zip, member) else {
            return;
        };
        let fits = serde_json::from_slice::<Digest>(&bytes).is_ok_and(|digest| {
            digest.path == DATAPACKAGE
                && Labelled::parse(&digest.hash)
                    .is_some_and(|d| d.octets[..] == sha256(datapackage)[..])
        });
        if !fits {
            self.add(Some(DIGEST), Code::WaczDigest, &[]);
        }
    }

    /// Every member is listed with its length and digest, and every listed one is there.
    fn check_listing(&mut self) {
        let Some(package) = self.datapackage.take() else {
            return;
        };
        let mut found: BTreeMap<&str, &Listed> = BTreeMap::new();
        for member in &self.members {
            found.insert(&member.name, member);
        }
        let mut listed = BTreeSet::new();
        for resource in &package.resources {
            self.findings.in_member(Some(&resource.path));
            if !listed.insert(resource.path.as_str()) {
                self.findings.add(Code::WaczMemberRepeated, &[]);
            }
            let Some(member) = found.get(resource.path.as_str()) else {
                self.findings.add(Code::WaczMemberAbsent, &[]);
                continue;
            };
            if member.size != resource.bytes {
                let listed = resource.bytes.to_string();
                self.findings
                    .add(Code::WaczMemberSize, &[("listed", &listed)]);
            }
            let code = match (Labelled::parse(&resource.hash), member.sha256) {
                (_, None) => continue,
                (Some(stated), Some(digest)) if stated.octets[..] == digest[..] => continue,
                (Some(stated), Some(_)) if stated.octets.len() == 32 => Code::WaczMemberHash,
                _ => Code::WaczMemberHashUnknown,
            };
            self.findings.add(code, &[("listed", &resource.hash)]);
        }
        for member in &self.members {
            let name = member.name.as_str();
            if !listed.contains(name) && name != DATAPACKAGE && name != DIGEST {
                self.findings.in_member(Some(name));
                self.findings.add(Code::WaczMemberUnlisted, &[]);
            }
        }
        self.datapackage = Some(package);
    }

    fn check_places(&mut self) {
        for member in &self.members {
            let fits = match member.name.split_once('/') {
                Some(("archive", rest)) => is_warc(rest),
                Some(("indexes", rest)) => is_index(rest) || rest.ends_with(".idx"),
                Some(("pages", rest)) => rest.ends_with(".jsonl"),
                _ => true,
            };
            if !fits {
                self.findings.in_member(Some(&member.name));
                self.findings.add(Code::WaczPlace, &[]);
            }
        }
    }

    fn check_archives(&mut self, zip: &Zip<'_>) {
        for member in &zip.members {
            if !member.name.strip_prefix("archive/").is_some_and(is_warc) {
                continue;
            }
            self.findings.in_member(Some(&member.name));
            let mut records = Vec::new();
            let complete = match zip.window(member) {
                Some(window) => {
                    warc::check_into(&window, self.limits, &mut self.findings, &mut records)
                }
                None if member.deflated => {
                    self.findings.add(Code::WaczArchiveDeflated, &[]);
                    false
                }
                None => false,
            };
            self.archives.push(Archive {
                member: member.name.clone(),
                records,
                complete,
            });
        }
        if self.archives.is_empty() {
            self.add(None, Code::WaczArchiveAbsent, &[]);
        }
        let all: Vec<(Option<&str>, &[Summary])> = self
            .archives
            .iter()
            .map(|a| (Some(a.member.as_str()), a.records.as_slice()))
            .collect();
        warc::check_ids(&all, &mut self.findings);
    }

    fn check_indexes(&mut self, zip: &Zip<'_>) {
        let mut any = false;
        let mut pointed: BTreeSet<(usize, u64)> = BTreeSet::new();
        for member in &zip.members {
            if member.name.strip_prefix("indexes/").is_some_and(is_index) {
                any = true;
                self.check_index(zip, member, &mut pointed);
            }
        }
        if !any {
            self.add(None, Code::WaczIndexAbsent, &[]);
            return;
        }
        for (i, archive) in self.archives.iter().enumerate() {
            self.findings.in_member(Some(&archive.member));
            for record in &archive.records {
                if needs_line(record) && !pointed.contains(&(i, record.number)) {
                    self.findings.at(Some(record.number), Some(record.offset));
                    let uri = record.target_uri.as_deref().unwrap_or("");
                    self.findings.add(Code::WaczIndexGap, &[("url", uri)]);
                }
            }
        }
    }

    fn check_index(
        &mut self,
        zip: &Zip<'_>,
        member: &Member,
        pointed: &mut BTreeSet<(usize, u64)>,
    ) {
        let Some(bytes) = lines_of(zip, member, self.limits) else {
            self.add(Some(&member.name), Code::WaczIndexLine, &[]);
            return;
        };
        self.findings.in_member(Some(&member.name));
        let mut before: &[u8] = &[];
        let mut at = 0;
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            self.findings.at(None, Some(at));
            at += line.len() as u64;
            if line < before {
                self.findings.add(Code::WaczIndexOrder, &[]);
            }
            before = line;
            self.check_line(line, pointed);
        }
    }

    fn check_line(&mut self, line: &[u8], pointed: &mut BTreeSet<(usize, u64)>) {
        let text = line.strip_suffix(b"\n").map(std::str::from_utf8);
        let entry = match text {
            Some(Ok(text)) => Entry::parse(text).map_err(|e| e.to_string()),
            _ => Err("not a line of UTF-8".to_owned()),
        };
        let entry = match entry {
            Ok(entry) => entry,
            Err(reason) => {
                self.findings
                    .add(Code::WaczIndexLine, &[("reason", &reason)]);
                return;
            }
        };
        self.entries += 1;
        if entry.key != key_of(&entry) {
            self.findings
                .add(Code::WaczIndexKey, &[("url", &entry.url)]);
        }
        match target(&self.archives, &entry) {
            Target::Record(i, record) => {
                pointed.insert((i, record.number));
                for what in differences(&entry, record) {
                    let params = [("what", what), ("url", entry.url.as_str())];
                    self.findings.add(Code::WaczIndexContent, &params);
                }
            }
            Target::Unread => {}
            Target::None => self
                .findings
                .add(Code::WaczIndexTarget, &[("url", &entry.url)]),
        }
        self.urls.insert(without_fragment(&entry.url).to_owned());
    }

    fn check_pages(&mut self, zip: &Zip<'_>) {
        if zip.find(super::PAGES).is_none() {
            self.add(None, Code::WaczPagesAbsent, &[]);
        }
        for member in &zip.members {
            let is_pages = |rest: &str| rest.ends_with(".jsonl");
            if !member.name.strip_prefix("pages/").is_some_and(is_pages) {
                continue;
            }
            if let Some(bytes) = self.statement(zip, member) {
                self.findings.in_member(Some(&member.name));
                self.check_page_lines(&bytes);
            }
        }
    }

    fn check_page_lines(&mut self, bytes: &[u8]) {
        let mut at = 0;
        for (i, line) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
            self.findings.at(None, Some(at));
            at += line.len() as u64;
            if i == 0 {
                let header = serde_json::from_slice::<PagesHeader>(line);
                if !header.is_ok_and(|h| h.format == "json-pages-1.0") {
                    self.findings
                        .add(Code::WaczPagesLine, &[("what", "header")]);
                }
                continue;
            }
            match serde_json::from_slice::<Page>(line) {
                Ok(page) if is_date(&page.ts, Precision::Fraction) => {
                    if !self.urls.contains(without_fragment(&page.url)) {
                        self.findings
                            .add(Code::WaczPageUnindexed, &[("url", &page.url)]);
                    }
                    self.pages.push(page);
                }
                _ => self.findings.add(Code::WaczPagesLine, &[("what", "page")]),
            }
        }
    }
}

pub(super) fn is_warc(name: &str) -> bool {
    name.ends_with(".warc.gz") || name.ends_with(".warc")
}

fn is_index(name: &str) -> bool {
    [".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn needs_line(record: &Summary) -> bool {
    record.kind == Some(Kind::Response)
}

fn key_of(entry: &Entry) -> String {
    match &entry.method {
        Some(method) => {
            let query = entry.request_body.as_deref().unwrap_or("");
            surt(&append_body(&entry.url, method, query))
        }
        None => surt(&entry.url),
    }
}

/// The lines of an index, gunzipped where its name says so.
pub(crate) fn lines_of(zip: &Zip<'_>, member: &Member, limits: &Limits) -> Option<Vec<u8>> {
    let bytes = zip.bytes(member, limits.statement).ok()?;
    match member.name.ends_with(".gz") {
        true => inflate_all(&bytes, limits.statement).ok().flatten(),
        false => Some(bytes),
    }
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or(url)
}

enum Target<'a> {
    Record(usize, &'a Summary),
    /// Behind the place where an archive could not be read any further, which has been said.
    Unread,
    None,
}

fn target<'a>(archives: &'a [Archive], entry: &Entry) -> Target<'a> {
    let member = match entry.filename.starts_with("archive/") {
        true => entry.filename.clone(),
        false => format!("archive/{}", entry.filename),
    };
    let found = archives
        .iter()
        .enumerate()
        .find(|(_, archive)| archive.member == member);
    let Some((i, archive)) = found else {
        return Target::None;
    };
    let place = archive
        .records
        .binary_search_by_key(&entry.offset, |r| r.offset);
    match place {
        Ok(at) => Target::Record(i, &archive.records[at]),
        Err(_) if !archive.complete => Target::Unread,
        Err(_) => Target::None,
    }
}

/// What a line says otherwise than its record.
fn differences(entry: &Entry, record: &Summary) -> Vec<&'static str> {
    let http = matches!(record.kind, Some(Kind::Response | Kind::Request));
    let mime = match (&record.mime, http) {
        (Some(mime), true) => Some(mime.as_str()),
        (None, true) => None,
        _ => record
            .content_type
            .as_deref()
            .and_then(|t| t.split(';').next())
            .map(str::trim),
    };
    let status = record.status.map(|s| s.to_string());
    let pairs = [
        ("url", record.target_uri.as_deref() == Some(&entry.url)),
        ("length", same_length(entry, record)),
        ("timestamp", same_time(&record.date, &entry.timestamp)),
        ("status", agrees(status.as_deref(), entry.status.as_deref())),
        (
            "mime",
            record.kind == Some(Kind::Revisit) || agrees(mime, entry.mime.as_deref()),
        ),
        ("digest", same_digest(entry, record)),
    ];
    pairs
        .into_iter()
        .filter(|(_, same)| !same)
        .map(|(what, _)| what)
        .collect()
}

/// Indexers of plain archives count to the end of the block, or of the record.
fn same_length(entry: &Entry, record: &Summary) -> bool {
    const LINE_ENDS: u64 = 4;
    let block = record.length.checked_sub(LINE_ENDS);
    record.length == entry.length || record.plain && block == Some(entry.length)
}

fn same_time(date: &str, timestamp: &str) -> bool {
    timestamp.starts_with(&timestamp14(date))
}

/// `-` and `unk` stand for nothing in indexes of others.
fn agrees(record: Option<&str>, entry: Option<&str>) -> bool {
    match (record, entry) {
        (_, None | Some("-" | "unk" | "")) => true,
        (Some(record), Some(entry)) => record.eq_ignore_ascii_case(entry),
        (None, Some(_)) => false,
    }
}

fn same_digest(entry: &Entry, record: &Summary) -> bool {
    let Some(digest) = &entry.digest else {
        return true;
    };
    if let Some(stated) = &record.payload_stated {
        let bare = stated.split(':').next_back();
        if stated == digest || bare == Some(digest) {
            return true;
        }
    }
    match (Labelled::parse(digest), record.payload) {
        (Some(digest), Some(payload)) if digest.octets.len() == 32 => {
            digest.octets[..] == payload[..]
        }
        // computed by the indexer with an algorithm the record does not state
        (Some(_), _) => record.payload_stated.is_none(),
        (None, _) => false,
    }
}
