//! Checking an archive: every record, one at a time.

use std::collections::BTreeMap;

use fidem_package::Source;

use crate::digest::{Algorithm, Digested, Digests, Labelled};
use crate::finding::{Code, Finding, Findings, Limits, Rules};
use crate::http::{Dechunker, Head as HttpHead, Splitter};
use crate::warc::head::{Head, unbracketed};
use crate::warc::read::{ReadError, Reader};
use crate::warc::{Kind, is_http};

/// What is known of a record after it was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// From 0.
    pub number: u64,
    /// Of its member in the archive.
    pub offset: u64,
    /// Of its member in octets.
    pub length: u64,
    /// Not compressed: an index may leave the two line ends behind it out of its length.
    pub plain: bool,
    /// `WARC-Type`; `None` for one that is unknown.
    pub kind: Option<Kind>,
    /// `WARC-Record-ID` without brackets.
    pub id: String,
    /// `WARC-Date`.
    pub date: String,
    /// `WARC-Target-URI`.
    pub target_uri: Option<String>,
    /// `Content-Type` of the block.
    pub content_type: Option<String>,
    /// Status of an HTTP response.
    pub status: Option<u16>,
    /// Method of an HTTP request.
    pub method: Option<String>,
    /// Type of the HTTP body, without parameters.
    pub mime: Option<String>,
    /// Length of the block.
    pub block_len: u64,
    /// SHA-256 of the block.
    pub block: [u8; 32],
    /// SHA-256 of the payload.
    pub payload: Option<[u8; 32]>,
    /// `WARC-Payload-Digest` as stated.
    pub payload_stated: Option<String>,
    /// `WARC-Concurrent-To` without brackets.
    pub concurrent: Vec<String>,
}

/// What checking an archive found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// In the order met.
    pub findings: Vec<Finding>,
    /// All records that could be read.
    pub records: Vec<Summary>,
}

/// Checks a WARC file, compressed by records or plain.
#[must_use]
pub fn check(source: &dyn Source, rules: Rules, limits: &Limits) -> Checked {
    let mut findings = Findings::new(rules, limits);
    let mut records = Vec::new();
    check_into(source, limits, &mut findings, &mut records);
    check_ids(&[(None, &records)], &mut findings);
    Checked {
        findings: findings.into_vec(),
        records,
    }
}

/// As [`check`], appending; whether the archive was read to its end.
pub(crate) fn check_into(
    source: &dyn Source,
    limits: &Limits,
    findings: &mut Findings,
    records: &mut Vec<Summary>,
) -> bool {
    let (mut at, mut number, mut inflated) = (0, 0, 0_u64);
    if source.is_empty() {
        findings.add(Code::WarcEmpty, &[]);
    }
    while at < source.len() {
        findings.at(Some(number), Some(at));
        if let Err(over) = budget(number, inflated, limits) {
            over.report(findings);
            return false;
        }
        let mut step = Step {
            source,
            limits,
            number,
            at,
            inflated: 0,
        };
        let (next, summary) = step.record(findings);
        inflated = inflated.saturating_add(step.inflated);
        records.extend(summary);
        match next {
            Some(next) if next > at => at = next,
            _ => return false,
        }
        number += 1;
    }
    true
}

fn budget(number: u64, inflated: u64, limits: &Limits) -> Result<(), ReadError> {
    if number >= limits.records {
        return Err(ReadError::Budget {
            what: "records",
            limit: limits.records,
        });
    }
    match inflated > limits.inflated {
        true => Err(ReadError::Budget {
            what: "inflated",
            limit: limits.inflated,
        }),
        false => Ok(()),
    }
}

/// Ids are unique across the archives of one collection, and what is referred to is there.
pub(crate) fn check_ids(archives: &[(Option<&str>, &[Summary])], findings: &mut Findings) {
    let mut ids: BTreeMap<&str, u64> = BTreeMap::new();
    for (member, records) in archives {
        findings.in_member(*member);
        for record in records.iter().filter(|r| !r.id.is_empty()) {
            findings.at(Some(record.number), Some(record.offset));
            if ids.insert(&record.id, record.number).is_some() {
                findings.add(Code::WarcRecordIdRepeated, &[("id", &record.id)]);
            }
        }
    }
    for (member, records) in archives {
        findings.in_member(*member);
        for record in *records {
            findings.at(Some(record.number), Some(record.offset));
            for to in &record.concurrent {
                if !ids.contains_key(to.as_str()) {
                    findings.add(Code::WarcReference, &[("id", to)]);
                }
            }
        }
    }
}

struct Step<'a> {
    source: &'a dyn Source,
    limits: &'a Limits,
    number: u64,
    at: u64,
    inflated: u64,
}

impl Step<'_> {
    /// Where the next record starts, if that is known, and this one, if it could be read.
    fn record(&mut self, findings: &mut Findings) -> (Option<u64>, Option<Summary>) {
        let mut reader = match Reader::open(self.source, self.at, u64::MAX, self.limits) {
            Ok(reader) => reader,
            Err(error) => {
                error.report(findings);
                return (None, None);
            }
        };
        let found = self.read(&mut reader, findings);
        self.inflated = reader.inflated();
        match found {
            Ok((next, summary)) => (Some(next), Some(summary)),
            Err(error) => {
                error.report(findings);
                let next = match error {
                    // a member that is sound by itself, whatever its record says, has a next one
                    ReadError::Head | ReadError::End | ReadError::Truncated => {
                        reader.skip_member().ok()
                    }
                    _ => None,
                };
                (next, None)
            }
        }
    }

    fn read(
        &self,
        reader: &mut Reader<'_>,
        findings: &mut Findings,
    ) -> Result<(u64, Summary), ReadError> {
        let head = reader.head(self.limits, findings)?;
        if head.length > self.limits.block {
            return Err(ReadError::Budget {
                what: "block",
                limit: self.limits.block,
            });
        }
        let mut block = Block::new(&head);
        reader.block(head.length, &mut |piece| block.update(piece))?;
        let end = reader.end()?;
        if !end.alone {
            findings.add(Code::WarcMemberShared, &[]);
        }
        let length = end.next - self.at;
        let size = (length, reader.is_plain());
        Ok((end.next, block.finish(&head, self, size, findings)))
    }
}

/// Everything that is computed while a block passes.
struct Block {
    whole: Digests,
    payload: Option<Payload>,
    /// The head that a revisit repeats; its payload is that of the record it refers to.
    repeated: Option<Splitter>,
}

struct Payload {
    digests: Digests,
    splitter: Option<Splitter>,
    dechunked: Digests,
    dechunker: Dechunker,
}

impl Block {
    fn new(head: &Head) -> Self {
        let sha1 = |name| {
            head.field(name)
                .and_then(Labelled::parse)
                .is_some_and(|d| d.algorithm == Algorithm::Sha1)
        };
        let http = head.field("Content-Type").is_some_and(is_http);
        let has_payload = matches!(
            head.kind,
            Some(Kind::Request | Kind::Response | Kind::Resource | Kind::Conversion)
        ) || head.field("WARC-Payload-Digest").is_some();
        let digests = Digests::new(sha1("WARC-Payload-Digest"));
        let revisit = head.kind == Some(Kind::Revisit);
        let has_payload = has_payload && !revisit;
        Self {
            whole: Digests::new(sha1("WARC-Block-Digest")),
            payload: has_payload.then(|| Payload {
                digests: digests.clone(),
                splitter: http.then(Splitter::default),
                dechunked: digests,
                dechunker: Dechunker::default(),
            }),
            repeated: (revisit && http).then(Splitter::default),
        }
    }

    fn update(&mut self, piece: &[u8]) {
        self.whole.update(piece);
        if let Some(payload) = &mut self.payload {
            payload.update(piece);
        }
        if let Some(repeated) = &mut self.repeated {
            repeated.body(piece);
        }
    }

    fn finish(
        self,
        head: &Head,
        step: &Step<'_>,
        (length, plain): (u64, bool),
        findings: &mut Findings,
    ) -> Summary {
        let whole = self.whole.finish();
        check_block(head, &whole, findings);
        let (http, payload) = match self.payload {
            Some(payload) => payload.finish(head, findings),
            None => (None, None),
        };
        let repeated = self.repeated.and_then(|splitter| splitter.head());
        Summary {
            number: step.number,
            offset: step.at,
            length,
            plain,
            kind: head.kind,
            id: head.id.clone(),
            date: head.field("WARC-Date").unwrap_or("").to_owned(),
            target_uri: head.target().map(str::to_owned),
            content_type: head.field("Content-Type").map(str::to_owned),
            status: http
                .as_ref()
                .or(repeated.as_ref())
                .and_then(HttpHead::status),
            method: http.as_ref().and_then(HttpHead::method).map(str::to_owned),
            mime: http.as_ref().and_then(HttpHead::mime).map(str::to_owned),
            block_len: head.length,
            block: whole.sha256,
            payload,
            payload_stated: head.field("WARC-Payload-Digest").map(str::to_owned),
            concurrent: head
                .all("WARC-Concurrent-To")
                .map(|t| unbracketed(t).unwrap_or(t).to_owned())
                .collect(),
        }
    }
}

fn check_block(head: &Head, whole: &Digested, findings: &mut Findings) {
    let Some(stated) = head.field("WARC-Block-Digest") else {
        findings.add(Code::WarcDigestAbsent, &[]);
        return;
    };
    match Labelled::parse(stated) {
        None => findings.add(Code::WarcDigestUnknown, &[("value", stated)]),
        Some(digest) if !whole.fits(&digest) => {
            findings.add(Code::WarcBlockDigest, &[("stated", stated)]);
        }
        Some(digest) if digest.algorithm != Algorithm::Sha256 => {
            findings.add(Code::WarcDigestAbsent, &[]);
        }
        Some(_) => {}
    }
}

impl Payload {
    fn update(&mut self, piece: &[u8]) {
        let body = match &mut self.splitter {
            Some(splitter) => splitter.body(piece),
            None => piece,
        };
        self.digests.update(body);
        if self.splitter.is_some() {
            let dechunked = &mut self.dechunked;
            self.dechunker.update(body, &mut |b| dechunked.update(b));
        }
    }

    fn finish(self, head: &Head, findings: &mut Findings) -> (Option<HttpHead>, Option<[u8; 32]>) {
        let expects_http = self.splitter.is_some();
        let http = self.splitter.and_then(|s| s.head());
        let whole = match (&http, head.kind) {
            (Some(h), Some(Kind::Response)) => h.status().is_some(),
            (Some(h), Some(Kind::Request)) => h.method().is_some(),
            (found, _) => found.is_some() || !expects_http,
        };
        if !whole {
            findings.add(Code::WarcHttp, &[]);
        }
        let digests = self.digests.finish();
        if let Some(stated) = head.field("WARC-Payload-Digest") {
            let dechunked = self.dechunker.ended().then(|| self.dechunked.finish());
            check_payload(stated, &digests, dechunked.as_ref(), findings);
        }
        (http, Some(digests.sha256))
    }
}

fn check_payload(
    stated: &str,
    raw: &Digested,
    dechunked: Option<&Digested>,
    findings: &mut Findings,
) {
    match Labelled::parse(stated) {
        None => findings.add(Code::WarcDigestUnknown, &[("value", stated)]),
        Some(digest) if raw.fits(&digest) => {}
        Some(digest) if dechunked.is_some_and(|d| d.fits(&digest)) => {
            findings.add(Code::WarcPayloadDechunked, &[]);
        }
        Some(_) => findings.add(Code::WarcPayloadDigest, &[("stated", stated)]),
    }
}
