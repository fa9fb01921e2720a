//! What the template reads beside the data: sums, ranges and dates derived from it, never a new fact.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::data::{CertificateData, ItemRow, SealRow, TokenRow, TokenState};
use crate::fonts::FontSet;
use crate::moment::{chinese_date, english_date, in_beijing, parse_utc};
use crate::template::hex;
use crate::{Attachment, Bilingual, CertificateError, Kind, Problem, Relationship, ReportData};

/// Most items whose rows are printed.
const MOST_LISTED: usize = 1000;
/// Rows printed when there are more.
const LISTED_OF_MANY: usize = 50;

/// Items of one class and scope.
#[derive(Debug, Serialize)]
struct ClassGroup {
    letter: &'static str,
    name: Bilingual,
    sentence: Bilingual,
    scope: &'static str,
    count: usize,
    items: String,
}

/// By when the items of one seal existed.
#[derive(Debug, Serialize)]
struct Stamp<'a> {
    seal: u32,
    items: String,
    at: &'a str,
    authority: &'a str,
}

/// An attachment as listed on paper.
#[derive(Debug, Serialize)]
struct AttachmentRow<'a> {
    name: &'a str,
    media_type: &'a str,
    relationship: Relationship,
    description: &'a str,
    size: usize,
    sha256: String,
}

/// What the engine says of itself.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Engine {
    pub(crate) engine: String,
    pub(crate) template_sha256: String,
    pub(crate) fonts_sha256: String,
    pub(crate) fallback_faces: Vec<String>,
}

#[derive(Debug, Serialize)]
struct View<'a> {
    issued_zh: String,
    issued_en: String,
    class_letters: String,
    classes: Vec<ClassGroup>,
    item_count: usize,
    listed: usize,
    escaped_names: bool,
    total_bytes: u64,
    principal: &'a SealRow,
    manifest_short: String,
    qr_text: String,
    stamps: Vec<Stamp<'a>>,
    attachments: Vec<AttachmentRow<'a>>,
    chain: bool,
    denial: &'static str,
    title: Bilingual,
    #[serde(flatten)]
    engine: Engine,
}

/// The seal whose manifest heads the document: the last, for it was made with all others known.
pub(crate) fn principal(data: &CertificateData) -> Result<&SealRow, CertificateError> {
    data.seals.last().ok_or_else(|| CertificateError::Data {
        field: "seals".to_owned(),
        problem: Problem::Empty,
    })
}

/// `FIDEM1:<case number>:<sha256 of the manifest>`.
pub(crate) fn qr_text(data: &CertificateData, seal: &SealRow) -> String {
    format!("FIDEM1:{}:{}", data.case_number, seal.manifest_sha256)
}

/// `3f2a91c4…e07b1d22`.
pub(crate) fn short(digest: &str) -> String {
    let head = digest.get(..8).unwrap_or(digest);
    let tail = digest.get(digest.len().saturating_sub(8)..).unwrap_or("");
    format!("{head}…{tail}")
}

/// The text of `/data.json`: the data's own fields and `view`.
pub(crate) fn data_json(
    data: &CertificateData,
    attachments: &[Attachment],
    fonts: &FontSet,
    engine: Engine,
) -> Result<String, CertificateError> {
    let principal = principal(data)?;
    let issued = issue_time(&data.issued_at)?;
    let classes = class_groups(&data.items);
    let mut printed = data.clone();
    let escaped_names = escape_names(&mut printed, fonts);
    let view = View {
        issued_zh: chinese_date(issued),
        issued_en: english_date(issued),
        class_letters: letters(&classes),
        classes,
        item_count: data.items.len(),
        listed: listed(data.items.len()),
        escaped_names,
        total_bytes: data.items.iter().map(|i| i.size).sum(),
        principal,
        manifest_short: short(&principal.manifest_sha256),
        qr_text: qr_text(data, principal),
        stamps: stamps(data),
        attachments: attachments.iter().map(row).collect(),
        chain: !data.chain_anchors.is_empty(),
        denial: data.kind.denial(),
        title: data.kind.title(),
        engine,
    };
    merged(&printed, &view, fonts)
}

/// What a report's template reads beside its data.
#[derive(Debug, Serialize)]
struct ReportView<'a> {
    issued_zh: String,
    issued_en: String,
    denial: &'static str,
    title: Bilingual,
    attachments: Vec<AttachmentRow<'a>>,
    #[serde(flatten)]
    engine: Engine,
}

/// The text of `/data.json` for a report.
pub(crate) fn report_json(
    data: &ReportData,
    attachments: &[Attachment],
    fonts: &FontSet,
    engine: Engine,
) -> Result<String, CertificateError> {
    let issued = issue_time(&data.issued_at)?;
    let view = ReportView {
        issued_zh: chinese_date(issued),
        issued_en: english_date(issued),
        denial: Kind::Report.denial(),
        title: Kind::Report.title(),
        attachments: attachments.iter().map(row).collect(),
        engine,
    };
    let lost = |_| CertificateError::Worker;
    let mut whole = serde_json::to_value(data).map_err(lost)?;
    // Names of files and sentences that quote them are whatever a stranger chose.
    escape_quoted(&mut whole, fonts);
    if let Value::Object(fields) = &mut whole {
        fields.insert("view".to_owned(), serde_json::to_value(view).map_err(lost)?);
    }
    serde_json::to_string(&whole).map_err(lost)
}

fn issue_time(stamp: &str) -> Result<time::OffsetDateTime, CertificateError> {
    let issued = parse_utc(stamp).and_then(in_beijing);
    issued.ok_or_else(|| CertificateError::Data {
        field: "issued_at".to_owned(),
        problem: Problem::Time,
    })
}

fn merged(
    data: &CertificateData,
    view: &View<'_>,
    fonts: &FontSet,
) -> Result<String, CertificateError> {
    let lost = |_| CertificateError::Worker;
    let mut whole = serde_json::to_value(data).map_err(lost)?;
    for quoted in ["captures", "onsite", "phones"] {
        if let Some(value) = whole.get_mut(quoted) {
            escape_quoted(value, fonts);
        }
    }
    if let Value::Object(fields) = &mut whole {
        fields.insert("view".to_owned(), serde_json::to_value(view).map_err(lost)?);
    }
    serde_json::to_string(&whole).map_err(lost)
}

fn row(attachment: &Attachment) -> AttachmentRow<'_> {
    AttachmentRow {
        name: &attachment.name,
        media_type: &attachment.media_type,
        relationship: attachment.relationship,
        description: &attachment.description,
        size: attachment.bytes.len(),
        sha256: hex(&Sha256::digest(&attachment.bytes)),
    }
}

fn listed(items: usize) -> usize {
    match items > MOST_LISTED {
        true => LISTED_OF_MANY,
        false => items,
    }
}

// A stamp says nothing of what was sealed after it, so each seal has its own.
fn stamps(data: &CertificateData) -> Vec<Stamp<'_>> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for item in &data.items {
        members.entry(item.seal).or_default().push(item.number);
    }
    let stamped = data.seals.iter().filter_map(|seal| {
        let token = earliest(&seal.tokens)?;
        Some(Stamp {
            seal: seal.number,
            items: ranges(members.get(&seal.number)?),
            at: &token.gen_time,
            authority: &token.authority,
        })
    });
    stamped.collect()
}

// RFC 3339 in UTC sorts as text. Only a token that was found valid can be the earliest.
fn earliest(tokens: &[TokenRow]) -> Option<&TokenRow> {
    let valid = tokens.iter().filter(|t| t.state == TokenState::Match);
    valid.min_by(|a, b| a.gen_time.cmp(&b.gen_time))
}

fn class_groups(items: &[ItemRow]) -> Vec<ClassGroup> {
    let kinds: BTreeSet<_> = items.iter().map(|i| (i.class, i.scope)).collect();
    let group = |(class, scope)| {
        let members = items
            .iter()
            .filter(|i| (i.class, i.scope) == (class, scope));
        let numbers: Vec<_> = members.map(|i| i.number).collect();
        let (name_zh, name_en) = class.name();
        let (zh, en) = class.certificate_sentence();
        ClassGroup {
            letter: class.as_str(),
            name: Bilingual::new(name_zh, name_en),
            sentence: Bilingual::new(zh, en),
            scope: scope.as_str(),
            count: numbers.len(),
            items: ranges(&numbers),
        }
    };
    kinds.into_iter().map(group).collect()
}

fn letters(groups: &[ClassGroup]) -> String {
    let letters: BTreeSet<_> = groups.iter().map(|g| g.letter).collect();
    letters.into_iter().collect::<Vec<_>>().join(" ")
}

/// `1–3, 5`; after ten ranges an ellipsis, for the list itself stands in the annex.
fn ranges(numbers: &[u32]) -> String {
    const MOST: usize = 10;
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for &n in numbers {
        match spans.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(n) => *end = n,
            _ => spans.push((n, n)),
        }
    }
    let cut = spans.len() > MOST;
    let shown = spans
        .into_iter()
        .take(MOST)
        .map(|(from, to)| match from == to {
            true => from.to_string(),
            false => format!("{from}–{to}"),
        });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if cut {
        text.push('…');
    }
    text
}

/// Names of files are whatever a party chose. What has no glyph, is invisible or turns the reading direction is printed
/// as its code point, so that a name neither blocks the receipt nor deceives; the manifest holds the true name.
fn escape_names(data: &mut CertificateData, fonts: &FontSet) -> bool {
    let all: String = data.items.iter().map(|i| i.name.as_str()).collect();
    let uncovered = fonts.uncovered(&all);
    let mut any = false;
    for item in &mut data.items {
        let hide = |c: char| uncovered.contains(&c) || deceives(c);
        if item.name.chars().any(hide) {
            item.name = item.name.chars().map(|c| printable(c, hide(c))).collect();
            any = true;
        }
    }
    any
}

/// Addresses, titles and names of certificates are whatever a server chose, and records name files; they are quoted as
/// names of files are.
fn escape_quoted(value: &mut Value, fonts: &FontSet) {
    match value {
        Value::String(text) => {
            let uncovered = fonts.uncovered(text);
            let hide = |c: char| uncovered.contains(&c) || deceives(c);
            if text.chars().any(hide) {
                *text = text.chars().map(|c| printable(c, hide(c))).collect();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|v| escape_quoted(v, fonts)),
        Value::Object(map) => map.values_mut().for_each(|v| escape_quoted(v, fonts)),
        _ => {}
    }
}

fn printable(c: char, hide: bool) -> String {
    match hide {
        true => format!("‹U+{:04X}›", u32::from(c)),
        false => c.to_string(),
    }
}

fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0x00AD | 0x061C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
            | 0xFFF9..=0xFFFB | 0xFE00..=0xFE0F | 0xE0000..=0xE01EF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_short() {
        assert_eq!(ranges(&[1, 2, 3, 5]), "1–3, 5");
        assert_eq!(ranges(&[7]), "7");
        let odd: Vec<u32> = (0..30).map(|n| 2 * n + 1).collect();
        assert!(ranges(&odd).ends_with("19…"));
    }

    #[test]
    fn r100_many_items_are_cut_to_fifty_rows() {
        assert_eq!(listed(1000), 1000);
        assert_eq!(listed(1001), 50);
    }

    #[test]
    fn short_digests_show_both_ends() {
        assert_eq!(short(&"0123456789abcdef".repeat(4)), "01234567…89abcdef");
    }
}
