//! What no digest covers: the table of `docs/format/package.md`, and which of its rows explain a mutant that matches.

use std::collections::{BTreeMap, BTreeSet};

use fidem_package::{Container, checksums, layout};
use fidem_verify::{Report, codes};

use super::subject::Subject;
use crate::members::Members;

const PAGE: &str = include_str!("../../../docs/format/package.md");
const BEGIN: &str = "<!-- regions: begin -->";
const END: &str = "<!-- regions: end -->";

/// The rows of the page: names of regions, each with the codes of which a report must have one. None: the report is the
/// same as before.
///
/// # Panics
/// When the page has no such table.
#[must_use]
pub fn table() -> BTreeMap<&'static str, Vec<&'static str>> {
    let (_, rest) = PAGE.split_once(BEGIN).expect("a beginning");
    let (table, _) = rest.split_once(END).expect("an end");
    let rows = table.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [region, .., said] = cells.as_slice() else {
            return None;
        };
        Some((*quoted(region).first()?, quoted(said)))
    });
    rows.collect()
}

fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The regions in which a mutant differs from its package.
///
/// # Errors
/// What differs and lies in none of them, or what its report does not say although it must.
pub fn explain(
    subject: &Subject,
    octets: &[u8],
    report: &Report,
) -> Result<BTreeSet<&'static str>, String> {
    let overstated = subject.overstated(report);
    if !overstated.is_empty() {
        return Err(format!("affirms what was not: {overstated:?}"));
    }
    let source = octets.to_vec();
    Container::open(&source).map_err(|error| format!("matches although {error}"))?;
    let mutant = Members::of(octets);
    let mut regions = headers(subject, octets, &mutant);
    regions.extend(members(subject, &mutant, report)?);
    if regions.is_empty() {
        return Err("differs nowhere".to_owned());
    }
    let table = table();
    let again = subject.is_said_again(report);
    for region in &regions {
        let codes = table
            .get(region)
            .ok_or_else(|| format!("`{region}` stands in no table"))?;
        let said = codes
            .iter()
            .any(|code| report.findings.iter().any(|f| f.code.0 == *code));
        // A region without a code adds nothing to what the others demand. A token may be another in octets that mean
        // nothing, and then says what it said.
        let silent = codes.is_empty() && (again || regions.len() > 1);
        let same = *region == "delivery-token" && again;
        if !(said || silent || same) {
            return Err(format!("`{region}` and none of {codes:?} is said"));
        }
    }
    Ok(regions)
}

/// Fields of headers that are not as our writer leaves them, and an order that is another.
fn headers(subject: &Subject, octets: &[u8], mutant: &Members) -> BTreeSet<&'static str> {
    let mut regions = BTreeSet::new();
    let written = mutant.write();
    if written.len() == octets.len() {
        let spans = super::fields::map(mutant);
        for span in spans
            .iter()
            .filter(|s| written[s.at.clone()] != octets[s.at.clone()])
        {
            regions.insert(match span.name {
                "central version made by" => "written-by",
                "local version needed" | "central version needed" => "version-needed",
                "local time" | "central time" => "time",
                "central internal attributes" | "central external attributes" => "attributes",
                other => other,
            });
        }
    }
    let kept = |of: &Members, other: &Members| -> Vec<String> {
        let names = of.names().into_iter();
        names.filter(|name| other.find(name).is_some()).collect()
    };
    if kept(&subject.members, mutant) != kept(mutant, &subject.members) {
        regions.insert("order");
    }
    regions
}

fn members(
    subject: &Subject,
    mutant: &Members,
    report: &Report,
) -> Result<BTreeSet<&'static str>, String> {
    let change = Change {
        subject,
        mutant,
        undated: report.has(codes::DELIVERY_NONE),
    };
    let names: BTreeSet<String> = [subject.members.names(), mutant.names()]
        .concat()
        .into_iter()
        .collect();
    let differing = names
        .iter()
        .filter(|name| subject.members.find(name) != mutant.find(name));
    differing
        .map(|name| {
            let region = change.region(name);
            region.ok_or_else(|| format!("{name} is another and the verdict the same"))
        })
        .collect()
}

struct Change<'a> {
    subject: &'a Subject,
    mutant: &'a Members,
    /// No time stamp holds the delivery, and the report says so.
    undated: bool,
}

impl Change<'_> {
    fn region(&self, name: &str) -> Option<&'static str> {
        match name {
            layout::DELIVERY_TOKEN if !self.is_added(name) => return Some("delivery-token"),
            layout::CHECKSUMS if self.lists_the_same() => return Some("lines"),
            _ if !self.undated => return None,
            layout::CHECKSUMS | layout::DELIVERY | layout::REVISION if !self.is_added(name) => {
                return Some("lists");
            }
            layout::VERIFY | layout::VERIFY_ZH => return Some("instructions"),
            _ => {}
        }
        if name.starts_with("trust/tsa/") {
            return Some("trust-copies");
        }
        if self.left_out(name) {
            return Some("left-out");
        }
        if self.is_gone(name) || self.is_sealed(name) {
            return None;
        }
        self.companion(name)
    }

    /// What stands beside the seals and may be another, as nothing but the delivery's time stamp holds it.
    fn companion(&self, name: &str) -> Option<&'static str> {
        if name.starts_with("certificate/") {
            return Some("receipts");
        }
        match name {
            layout::JOURNAL => Some("journal"),
            layout::PARTIAL => None,
            _ if name.starts_with("proofs/log/") => Some("log-proofs"),
            _ if name.starts_with("proofs/anchors/") => Some("anchorings"),
            _ if name.starts_with("META-INF/evidencerecord") => Some("records"),
            _ if name.starts_with("META-INF/timestamp") && !self.is_added(name) => Some("tokens"),
            _ => None,
        }
    }

    fn is_gone(&self, name: &str) -> bool {
        self.mutant.find(name).is_none()
    }

    fn is_added(&self, name: &str) -> bool {
        self.subject.members.find(name).is_none()
    }

    /// Of what a seal fixes by digests, and its lists of members.
    fn is_sealed(&self, name: &str) -> bool {
        let folder = |start: &&str| name.starts_with(start);
        ["seals/", "evidence/", "captures/", "META-INF/ASiC"]
            .iter()
            .any(folder)
    }

    /// A package may lack receipts, journal, proofs, records, a pair of one authority, and seals after some seal.
    fn left_out(&self, name: &str) -> bool {
        let pair = |xml: String, other: String| self.is_gone(&xml) && self.is_gone(&other);
        let alone = [
            "certificate/",
            "proofs/log/",
            "proofs/anchors/",
            "journal.json",
        ];
        let gone = alone.iter().any(|start| name.starts_with(start));
        self.is_gone(name)
            && (gone
                || self.of_a_later_seal(name)
                || (1..100).any(|n| {
                    let stamp = [layout::asic_manifest(n), layout::token(n)];
                    let record = [layout::evidence_manifest(n), layout::evidence_record(n)];
                    [stamp, record].into_iter().any(|[xml, other]| {
                        [&xml, &other].iter().any(|own| *own == name) && pair(xml, other)
                    })
                }))
    }

    /// Of a seal that is gone as a whole, with all that came after it.
    fn of_a_later_seal(&self, name: &str) -> bool {
        let there = |seal: u32| self.mutant.find(&layout::seal(seal)).is_some();
        let Some(last) = (1..100).take_while(|seal| there(*seal)).last() else {
            return false;
        };
        (last + 1..100).any(|seal| {
            let Some(bytes) = self.subject.members.find(&layout::manifest(seal)) else {
                return false;
            };
            let own = fidem_manifest::Manifest::from_bytes(bytes)
                .is_ok_and(|m| m.items.iter().any(|item| item.member == name));
            own || name.starts_with(&format!("{}/", layout::seal_folder(seal)))
        })
    }

    /// The checksum list says the same in another order.
    fn lists_the_same(&self) -> bool {
        let sorted = |members: &Members| {
            let text = String::from_utf8(members.bytes(layout::CHECKSUMS)).ok()?;
            let list = checksums::read(&text).ok()?.into_iter();
            let mut list: Vec<(String, [u8; 32])> = list.map(|(n, d)| (n.to_owned(), d)).collect();
            list.sort();
            Some(list)
        };
        let both = [&self.subject.members, self.mutant];
        let there = both.iter().all(|m| m.find(layout::CHECKSUMS).is_some());
        there && sorted(both[0]).is_some() && sorted(both[0]) == sorted(both[1])
    }
}
