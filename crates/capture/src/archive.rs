//! The archive of a recording: one WACZ with everything, which is withheld, and the court's copy of it with secrets
//! masked. Where nothing was masked there is one archive only.

use std::collections::BTreeSet;
use std::io::{Cursor, Seek, Write};

use fidem_webarchive::cdxj::Entry;
pub use fidem_webarchive::redact::member_id;
use fidem_webarchive::redact::{MEMBER, Masker, Redactions, Scan};
use fidem_webarchive::wacz::{self, Description};
use fidem_webarchive::warc::{Kind, Record};
use fidem_webarchive::{Limits, Rules, Severity, exchange, warc};

use crate::completeness::{bare, field, measure};
use crate::{CaptureError, Completeness, Page, Recording, Statement, decode, statement};

/// What an archive is made with beside the recording.
#[derive(Debug, Clone)]
pub struct Naming<'a> {
    /// Identifier of the capture, 32 hexadecimal digits.
    pub capture: &'a str,
    /// Key of the masks; withheld.
    pub mask_key: [u8; 32],
    /// Name and version of the program.
    pub software: &'a str,
    /// SHA-256 of the cleanliness report before the capture, lowercase hex.
    pub cleanliness_before: Option<String>,
    /// Names of fields that are secret on this site beside the known ones.
    pub secret_fields: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Archived {
    /// What is stated in the court's copy.
    pub statement: Statement,
    /// Places masked; zero means that the court's copy is the whole archive.
    pub masked: usize,
}

impl Archived {
    /// How whole it is.
    #[must_use]
    pub fn completeness(&self) -> &Completeness {
        &self.statement.completeness
    }
}

/// Writes the court's copy into `court`, and the whole archive into `whole` when anything was masked.
///
/// # Errors
/// [`CaptureError::Archive`].
pub fn write(
    recording: &Recording,
    naming: &Naming<'_>,
    court: impl Write + Seek,
    whole: &mut dyn Write,
) -> Result<Archived, CaptureError> {
    let records = exchange::records(&recording.log, naming.capture, naming.software);
    let mut scan = Scan::new(&naming.secret_fields);
    records.iter().for_each(|r| scan.record(r));
    let mut masker = scan.masker(&naming.mask_key);
    let masked: Vec<Record> = records.iter().map(|r| masker.record(r)).collect();
    let warc = Warc::of(&masked)?;
    drop(masked);
    let mut statement = state(recording, naming, &warc)?;
    let page = page_members(recording)?;
    let page = within_bounds(page, warc.octets.len(), &recording.log, &mut statement);
    let mut members = members(recording, &statement)?;
    members.extend(page);
    let masked_members = mask_members(&members, &mut masker);
    let list = masker.finish();
    let places = list.places();
    if places > 0 {
        // In memory: in the clear it must not reach a disk.
        let mut spool = Cursor::new(Vec::new());
        package(
            recording,
            naming,
            &Warc::of(&records)?,
            &members,
            None,
            &mut spool,
        )?;
        whole.write_all(spool.get_ref()).map_err(archive)?;
    }
    drop(records);
    package(
        recording,
        naming,
        &warc,
        &masked_members,
        Some(&list),
        court,
    )?;
    Ok(Archived {
        statement,
        masked: places,
    })
}

/// Reads the archive back: only what a reader finds in it counts as archived.
fn state(
    recording: &Recording,
    naming: &Naming<'_>,
    warc: &Warc,
) -> Result<Statement, CaptureError> {
    let source = &warc.octets;
    let checked = warc::check(source, Rules::Own, &Limits::default());
    if let Some(fault) = checked
        .findings
        .iter()
        .find(|f| f.severity == Severity::Fault)
    {
        return Err(archive(format!("{fault:?}")));
    }
    let found: BTreeSet<&str> = checked.records.iter().map(|r| r.id.as_str()).collect();
    let completeness = measure(recording, &|connection, index| {
        found.contains(exchange::request_id(naming.capture, connection, index).as_str())
    });
    let withheld = vec!["netlog".to_owned(), "tls-keys".to_owned()];
    let before = naming.cleanliness_before.clone();
    Ok(statement::of(
        recording,
        naming.capture,
        completeness,
        before,
        withheld,
    ))
}

fn archive(error: impl std::fmt::Display) -> CaptureError {
    CaptureError::Archive {
        reason: error.to_string(),
    }
}

/// A further member: its name, media type and octets, and whether it is text that masks apply to.
struct Member {
    name: String,
    media_type: &'static str,
    octets: Vec<u8>,
}

fn members(recording: &Recording, statement: &Statement) -> Result<Vec<Member>, CaptureError> {
    let members = vec![
        member("capture.json", "application/json", json(statement)?),
        member(
            "network.json",
            "application/json",
            json(&statement::network(&recording.log))?,
        ),
        member("requests.json", "application/json", json(&recording.seen)?),
        member(
            "operations.jsonl",
            "application/jsonl",
            recording.operations.clone(),
        ),
    ];
    Ok(members)
}

/// Copies of the page; the two that are only for viewing stand last.
fn page_members(recording: &Recording) -> Result<Vec<Member>, CaptureError> {
    let Some(page) = &recording.page else {
        return Ok(Vec::new());
    };
    if recording.fixed().is_empty() {
        return copies(recording, page, "");
    }
    let mut members = Vec::new();
    for (index, fixed) in recording.fixed().iter().enumerate() {
        let prefix = fix_prefix(index);
        members.extend(copies(recording, &fixed.page, &prefix)?);
    }
    Ok(members)
}

/// How the names of a fixed page's members begin; its index is from 0.
pub(crate) fn fix_prefix(index: usize) -> String {
    format!("fix-{:03}-", index + 1)
}

/// The copies of one page, their names beginning with `prefix`.
fn copies(recording: &Recording, page: &Page, prefix: &str) -> Result<Vec<Member>, CaptureError> {
    let member =
        |name: &str, media_type, octets| member(&format!("{prefix}{name}"), media_type, octets);
    let mut members = vec![member(
        "references.json",
        "application/json",
        json(&page.references)?,
    )];
    members.extend(source(recording, page).map(|s| member("source.html", "text/html", s)));
    for (index, tile) in page.pictures.tiles.iter().enumerate() {
        members.push(member(
            &format!("tile-{:03}.png", index + 1),
            "image/png",
            tile.clone(),
        ));
    }
    let copies = [
        ("dom.html", "text/html", &page.dom),
        ("viewport.png", "image/png", &page.pictures.viewport),
        ("full.png", "image/png", &page.pictures.full),
        (PDF, "application/pdf", &page.pdf),
        (MHTML, "multipart/related", &page.mhtml),
    ];
    for (name, media_type, octets) in copies {
        members.extend(octets.clone().map(|o| member(name, media_type, o)));
    }
    Ok(members)
}

const PDF: &str = "page.pdf";
const MHTML: &str = "page.mhtml";

/// Viewing copies hold nothing that the archive lacks. They are taken while the package stays within three times what
/// was received, and always where that is little; one left out is said.
fn within_bounds(
    members: Vec<Member>,
    archive: usize,
    log: &fidem_netlog::Log,
    statement: &mut Statement,
) -> Vec<Member> {
    const ALWAYS: usize = 8 << 20;
    let received: usize = log.connections.iter().map(|c| c.received.bytes.len()).sum();
    let bound = received.saturating_mul(3).max(ALWAYS);
    let mut total = archive;
    let mut kept = Vec::new();
    for member in members {
        let viewing = [PDF, MHTML].iter().any(|name| member.name.ends_with(name));
        if viewing && total + member.octets.len() > bound {
            let reason = member.octets.len().to_string();
            statement.completeness.leave_out(&member.name, reason);
            continue;
        }
        total += member.octets.len();
        kept.push(member);
    }
    kept
}

fn member(name: &str, media_type: &'static str, octets: Vec<u8>) -> Member {
    Member {
        name: format!("{}{name}", wacz::EXTRA),
        media_type,
        octets,
    }
}

/// The main document as received, its content codings undone; the archive has it as it came.
fn source(recording: &Recording, page: &Page) -> Option<Vec<u8>> {
    let url = bare(&page.url);
    let mut exchanges = recording.log.exchanges();
    let (connection, exchange) =
        exchanges.find(|(_, e)| bare(&e.url) == url && e.response.is_some())?;
    let codings = field(exchange.response_head(connection), "content-encoding");
    decode::content(&exchange.response_body(connection), &codings)
}

fn json<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, CaptureError> {
    serde_json::to_vec(value).map_err(archive)
}

/// Texts that repeat a secret are masked as the records are; pictures show what the page showed.
fn mask_members(members: &[Member], masker: &mut Masker) -> Vec<Member> {
    let mask = |member: &Member| {
        let text = !matches!(member.media_type, "image/png" | "application/pdf");
        let octets = match text {
            true => masker.record(&as_record(member)).block,
            false => member.octets.clone(),
        };
        Member {
            name: member.name.clone(),
            media_type: member.media_type,
            octets,
        }
    };
    members.iter().map(mask).collect()
}

/// A member in the shape that masks apply to; its id in the list of masks names it.
fn as_record(member: &Member) -> Record {
    Record {
        kind: Kind::Resource,
        id: member_id(&member.name),
        date: String::new(),
        target_uri: None,
        content_type: Some(member.media_type.to_owned()),
        fields: Vec::new(),
        block: member.octets.clone(),
    }
}

fn package(
    recording: &Recording,
    naming: &Naming<'_>,
    warc: &Warc,
    members: &[Member],
    list: Option<&Redactions>,
    out: impl Write + Seek,
) -> Result<(), CaptureError> {
    let mut writer = wacz::Writer::new(out);
    let size = u64::try_from(warc.octets.len()).map_err(archive)?;
    writer
        .archive(size, &mut warc.octets.as_slice())
        .map_err(archive)?;
    writer.index(&warc.entries).map_err(archive)?;
    let page = recording.page.as_ref();
    let title = page.map_or("", |p| p.title.as_str());
    writer
        .pages(title, &pages(recording, &warc.entries))
        .map_err(archive)?;
    for member in members {
        writer
            .member(&member.name, &member.octets)
            .map_err(archive)?;
    }
    if let Some(list) = list {
        writer
            .member(MEMBER, &list.to_bytes().map_err(archive)?)
            .map_err(archive)?;
    }
    let about = Description {
        created: recording.times.1.clone(),
        software: naming.software.to_owned(),
        title: page.map(|p| p.title.clone()),
        main_page_url: page
            .map(|p| p.url.clone())
            .filter(|u| u.starts_with("http")),
        main_page_date: Some(recording.times.0.clone()),
    };
    writer.finish(&about).map_err(archive)?;
    Ok(())
}

/// Records as written, and the lines of their index.
struct Warc {
    octets: Vec<u8>,
    entries: Vec<Entry>,
}

impl Warc {
    fn of(records: &[Record]) -> Result<Self, CaptureError> {
        let mut writer = warc::Writer::new(Vec::new());
        let mut entries = Vec::new();
        let mut pending: Option<(&Record, warc::Placed)> = None;
        for record in records {
            let placed = writer.write(record).map_err(archive)?;
            // A response stands before its request; the index needs both.
            match record.kind {
                Kind::Request => {
                    if let Some((response, at)) = pending.take() {
                        entries.extend(Entry::of(response, Some(record), &at, "data.warc.gz"));
                    }
                }
                Kind::Response => pending = Some((record, placed)),
                _ => {}
            }
        }
        let octets = writer.finish().map_err(archive)?;
        Ok(Self { octets, entries })
    }
}

/// The pages, where their documents are in the archive; each fixed one once.
fn pages(recording: &Recording, entries: &[Entry]) -> Vec<wacz::Page> {
    let fixed = recording
        .fixed()
        .iter()
        .map(|fixed| (&fixed.page, fixed.at.clone()));
    let alone = recording
        .page
        .iter()
        .map(|page| (page, recording.times.0.clone()));
    let alone = alone.filter(|_| recording.fixed().is_empty());
    let mut listed: Vec<wacz::Page> = Vec::new();
    for (page, ts) in fixed.chain(alone) {
        let url = bare(&page.url);
        if listed.iter().any(|p| p.url == url) || !entries.iter().any(|e| bare(&e.url) == url) {
            continue;
        }
        listed.push(wacz::Page {
            id: match listed.len() {
                0 => "page".to_owned(),
                more => format!("page-{}", more + 1),
            },
            url,
            title: Some(page.title.clone()).filter(|t| !t.is_empty()),
            ts,
        });
    }
    listed
}
