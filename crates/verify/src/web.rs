//! Web archives: a WACZ handed in, or one among the items of a package.
//!
//! Its own layer is the content: whether it agrees with its own digests, indexes and statements. What it says of its time
//! and address is a remark of the source layer; only the seal it stands in gives it a time.

mod statements;

use std::collections::BTreeMap;

use fidem_fingerprint::Sha256Hasher;
use fidem_manifest::{Entry, ItemRecord, Origin};
use fidem_package::Source;
use fidem_webarchive::lookup::Wacz;
use fidem_webarchive::wacz::{self, Checked, EXTRA};
use fidem_webarchive::{Code, Finding, Limits, Rules, Severity};

use crate::package::Opened;
use crate::report::{Findings, Layer, Status};
use crate::subject::Request;
use crate::{cleanliness, codes, words};

/// Media type of a WACZ.
const MEDIA_TYPE: &str = "application/wacz";

/// One archive under verification.
pub(crate) struct Subject<'a> {
    pub(crate) source: &'a dyn Source,
    /// How sentences call it: its member in a package, else its kind.
    pub(crate) archive: &'a str,
    /// Its item, where it is one.
    pub(crate) item: Option<u32>,
    /// Other items of its seal; a report it rests on may be among them.
    pub(crate) beside: &'a [Entry],
}

impl Subject<'_> {
    /// Adds a finding about this archive.
    pub(crate) fn add(
        &self,
        code: codes::Code,
        layer: Layer,
        status: Status,
        params: &[(&'static str, &str)],
        findings: &mut Findings,
    ) {
        let item = self.item.map(|item| item.to_string());
        let mut all = vec![("archive", self.archive)];
        all.extend(item.as_deref().map(|item| ("item", item)));
        all.extend(params);
        findings.add(code, layer, status, &all);
    }
}

/// Budgets for an archive of that length: deflate gains a thousandfold at most, pages tenfold.
fn limits(len: u64) -> Limits {
    let default = Limits::default();
    Limits {
        inflated: len.saturating_mul(64).clamp(16 << 30, default.inflated),
        block: 512 << 20,
        statement: 256 << 20,
        ..default
    }
}

/// For checking, which streams: records may be as large as they come.
fn streaming(limits: &Limits) -> Limits {
    Limits {
        block: Limits::default().block,
        ..*limits
    }
}

/// A WACZ by itself.
pub(crate) fn verify_bare(
    request: &Request<'_>,
    findings: &mut Findings,
    progress: &mut dyn FnMut(u64, u64),
) {
    let len = request.subject.len();
    progress(0, len);
    let subject = Subject {
        source: request.subject,
        archive: "WACZ",
        item: None,
        beside: &[],
    };
    let checked = judge(
        &subject,
        is_own(request.subject),
        Status::Mismatch,
        findings,
    );
    data(request, &checked, findings);
    findings.add(codes::WACZ_ALONE, Layer::Source, Status::CannotCheck, &[]);
    findings.not_checked(codes::NOT_CHECKED_TRUTH);
    progress(len, len);
}

/// What an item of a package says beyond its octets: a web archive, or a cleanliness report.
///
/// An archive of others was sealed as it was handed in: what is wrong with it is said, and changes nothing of the seal.
pub(crate) fn item(
    opened: &Opened<'_>,
    entry: &Entry,
    record: &[u8],
    beside: &[Entry],
    findings: &mut Findings,
) {
    let Some(member) = opened.container.find(&entry.member) else {
        return;
    };
    let Ok(record) = ItemRecord::from_bytes(record) else {
        return;
    };
    let window = opened.window(member);
    let named = entry.member.to_ascii_lowercase().ends_with(".wacz");
    if !named && record.media_type != MEDIA_TYPE {
        cleanliness::item(&window, entry.number, findings);
        return;
    }
    let subject = Subject {
        source: &window,
        archive: &entry.member,
        item: Some(entry.number),
        beside,
    };
    let captured = matches!(record.facts.origin, Origin::OfficeCapture { .. });
    let own = is_own(&window);
    let fault = match own || captured {
        true => Status::Mismatch,
        false => Status::Note,
    };
    judge(&subject, own || captured, fault, findings);
}

/// Ours carry statements of the capture.
fn is_own(source: &dyn Source) -> bool {
    let names = wacz::names(source, &limits(source.len()));
    names.iter().any(|name| name.starts_with(EXTRA))
}

/// Checks the archive, then what it states.
fn judge(subject: &Subject<'_>, own: bool, fault: Status, findings: &mut Findings) -> Checked {
    let rules = match own {
        true => Rules::Own,
        false => Rules::Standard,
    };
    let limits = limits(subject.source.len());
    let checked = wacz::check(subject.source, rules, &streaming(&limits));
    for finding in &checked.findings {
        report(subject, finding, fault, findings);
    }
    let sound = checked
        .findings
        .iter()
        .all(|f| f.severity == Severity::Note);
    if sound {
        let records: usize = checked.archives.iter().map(|a| a.records.len()).sum();
        let params = [
            ("members", &*checked.members.len().to_string()),
            ("records", &*records.to_string()),
        ];
        subject.add(
            codes::WACZ_MATCHES,
            Layer::Content,
            Status::Match,
            &params,
            findings,
        );
    }
    if !own {
        subject.add(
            codes::WACZ_FOREIGN,
            Layer::Source,
            Status::Note,
            &[],
            findings,
        );
    } else if let Ok(wacz) = Wacz::open(subject.source, &limits) {
        statements::verify(subject, &wacz, &checked, fault, findings);
    }
    checked
}

/// One finding of the checker; what is beyond a budget is undecided, not at fault.
fn report(subject: &Subject<'_>, finding: &Finding, fault: Status, findings: &mut Findings) {
    let budget = matches!(
        finding.code,
        Code::WaczBudget | Code::WarcBudget | Code::Unreadable
    );
    let (code, status) = match finding.severity {
        Severity::Note => (codes::WACZ_NOTE, Status::Note),
        Severity::Fault if budget => (codes::WACZ_UNDECIDED, fault.min(Status::CannotCheck)),
        Severity::Fault => (codes::WACZ_FAULT, fault),
    };
    let (zh, en) = words::part(finding.code);
    let number = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let params = [
        ("code", finding.code.as_str()),
        ("what_zh", zh),
        ("what_en", en),
        ("member", finding.member.as_deref().unwrap_or("–")),
        ("record", &number(finding.record)),
        ("offset", &number(finding.offset)),
        ("detail", &detail(&finding.params)),
    ];
    subject.add(code, Layer::Content, status, &params, findings);
}

fn detail(params: &BTreeMap<&'static str, String>) -> String {
    let pairs: Vec<String> = params.iter().map(|(k, v)| format!("{k}: {v}")).collect();
    pairs.join("; ")
}

/// Files handed in beside an archive: each must be a member of it, or what a record of it holds.
fn data(request: &Request<'_>, checked: &Checked, findings: &mut Findings) {
    if request.data.is_empty() {
        return;
    }
    let mut places: BTreeMap<[u8; 32], String> = BTreeMap::new();
    for archive in &checked.archives {
        for record in &archive.records {
            let place = format!("{}#{}", archive.member, record.number);
            let digests = [Some(record.block), record.payload];
            for digest in digests.into_iter().flatten() {
                places.entry(digest).or_insert_with(|| place.clone());
            }
        }
    }
    for member in &checked.members {
        if let Some(digest) = member.sha256 {
            places.insert(digest, member.name.clone());
        }
    }
    for file in request.data {
        let mut hasher = Sha256Hasher::new();
        let len = file.source.len();
        let read = file
            .source
            .blocks(0, len, &mut |block| hasher.update(block));
        let place = read.ok().and_then(|()| places.get(&hasher.finish()));
        let name = file.name.as_str();
        match place {
            Some(place) => findings.add(
                codes::WACZ_DATA_MATCHES,
                Layer::Content,
                Status::Match,
                &[("name", name), ("place", place)],
            ),
            None => findings.add(
                codes::WACZ_DATA_UNKNOWN,
                Layer::Content,
                Status::Mismatch,
                &[("name", name)],
            ),
        }
    }
}
