//! What stands beside the seals, changed by somebody without keys: receipts, journal, proofs, copies, instructions.

use fidem_fingerprint::{hex, sha256};
use fidem_manifest::{JournalExtract, Link, Manifest, Revision};
use fidem_package::layout;

use super::forged;
use crate::forgery::{ordinals, own_log_proof};
use crate::members::Members;
use crate::seeded::Seeded;

/// One change of what no seal fixes.
pub fn companion(members: &mut Members, seeded: &mut Seeded) -> Option<&'static str> {
    Some(match seeded.below(16) {
        0 => {
            members.change(layout::VERIFY, |text| text.extend(b"All is well.\n"));
            "instructions"
        }
        1 => {
            let copy = members.under("trust/tsa/").first()?.clone();
            members.set(&copy, forged::root().into_bytes());
            "a copy of a root"
        }
        2 => {
            members.remove_under("certificate/");
            "receipts gone"
        }
        3 => {
            let receipt = members.under("certificate/").first()?.clone();
            members.change(&receipt, |pdf| {
                let at = pdf.len() / 2 + seeded.below(pdf.len() / 2);
                pdf[at] ^= seeded.flip();
            });
            "a bit of a receipt"
        }
        4 => journal(members, seeded)?,
        5 => {
            members.remove(layout::JOURNAL);
            "no journal"
        }
        6 => {
            members.remove_under("proofs/log/");
            "no log proof"
        }
        7 => {
            let seal = members.bytes(&layout::seal(1));
            let own = own_log_proof("fidem/somewhere", &seal);
            members.set(&layout::log_proof(1), own.into_bytes());
            "an own log"
        }
        8 | 12 | 13 => proofs(members, seeded)?,
        9 => {
            let ordinal = *ordinals(members).first()?;
            members.remove(&layout::asic_manifest(ordinal));
            members.remove(&layout::token(ordinal));
            "a pair gone"
        }
        10 | 14 | 15 => bit_of_a_token(members, seeded)?,
        _ => revision_or_seal(members, seeded)?,
    })
}

fn journal(members: &mut Members, seeded: &mut Seeded) -> Option<&'static str> {
    let mut extract = JournalExtract::from_bytes(members.find(layout::JOURNAL)?).ok()?;
    let what = match seeded.below(4) {
        0 => {
            extract.links.pop();
            "the journal's last entry gone"
        }
        1 => {
            extract.links.push(Link {
                entry: Some(r#"{"act":"seal.reviewed"}"#.to_owned()),
                sha256: None,
            });
            "an entry behind the journal"
        }
        2 => {
            let at = seeded.below(extract.links.len());
            let entry = extract.links.get(at)?.entry.clone()?;
            extract.links[at] = Link {
                entry: None,
                sha256: Some(hex::encode(&sha256(entry.as_bytes()))),
            };
            "an entry of the journal hidden"
        }
        _ => {
            let at = seeded.below(extract.links.len());
            let entry = extract.links.get_mut(at)?.entry.as_mut()?;
            *entry = entry.replacen("\"at\":\"2026", "\"at\":\"2025", 1);
            "an entry of the journal earlier"
        }
    };
    members.set(layout::JOURNAL, extract.to_bytes().ok()?);
    Some(what)
}

/// Anchorings and evidence records: gone, or with a bit of theirs another; or another name of the network's.
fn proofs(members: &mut Members, seeded: &mut Seeded) -> Option<&'static str> {
    match seeded.below(8) {
        0 => {
            members.remove_under("proofs/anchors/");
            Some("no anchorings")
        }
        1 => {
            members.remove_under("META-INF/evidencerecord");
            members.remove_under("META-INF/ASiCEvidenceRecordManifest");
            Some("no evidence records")
        }
        2 => {
            let name = layout::anchor_statement(1);
            let text = String::from_utf8(members.find(&name)?.to_vec()).ok()?;
            members.set(&name, text.replacen("城市节点", "司法链", 1).into_bytes());
            Some("another name of a rail")
        }
        which => {
            let start = if which == 3 {
                "proofs/anchors/"
            } else {
                "META-INF/evidencerecord"
            };
            let names = members.under(start);
            let name = names.get(seeded.below(names.len().max(1)))?.clone();
            members.change(&name, |bytes| {
                let at = seeded.below(bytes.len());
                bytes[at] ^= seeded.flip();
            });
            Some("a bit of an anchoring or a record")
        }
    }
}

/// One octet of a companion.
pub fn loose(members: &mut Members, seeded: &mut Seeded) -> Option<&'static str> {
    let start = match seeded.below(4) {
        0 => return bit_of_a_token(members, seeded),
        1 => "certificate/",
        2 => "proofs/anchors/",
        _ => "META-INF/evidencerecord",
    };
    let names = members.under(start);
    let name = names.get(seeded.below(names.len().max(1)))?.clone();
    members.change(&name, |bytes| {
        // A record begins with a list of digests that only its own words must be among.
        let most = if seeded.below(2) == 0 {
            64
        } else {
            bytes.len()
        };
        let at = seeded.below(most.min(bytes.len()));
        bytes[at] ^= seeded.flip();
    });
    Some("an octet of what stands beside the seals")
}

fn bit_of_a_token(members: &mut Members, seeded: &mut Seeded) -> Option<&'static str> {
    let names = members.under("META-INF/timestamp");
    let name = names.get(seeded.below(names.len().max(1)))?.clone();
    members.change(&name, |token| {
        let at = seeded.below(token.len());
        token[at] ^= seeded.flip();
    });
    Some("a bit of a token")
}

fn revision_or_seal(members: &mut Members, seeded: &mut Seeded) -> Option<&'static str> {
    if seeded.below(2) == 0 {
        let mut revision = Revision::from_bytes(members.find(layout::REVISION)?).ok()?;
        revision.number = 7;
        revision.previous = Some("0".repeat(64));
        members.set(layout::REVISION, revision.to_bytes().ok()?);
        return Some("another revision");
    }
    let manifest = Manifest::from_bytes(members.find(&layout::manifest(2))?).ok()?;
    for entry in &manifest.items {
        members.remove(&entry.member);
    }
    members.remove_under("seals/002/");
    for ordinal in ordinals(members) {
        let xml = members.bytes(&layout::asic_manifest(ordinal));
        if String::from_utf8_lossy(&xml).contains("seals/002/") {
            members.remove(&layout::asic_manifest(ordinal));
            members.remove(&layout::token(ordinal));
        }
    }
    members.remove_under("proofs/log/002");
    members.remove_under("META-INF/evidencerecord002");
    members.remove_under("META-INF/ASiCEvidenceRecordManifest002");
    Some("without the second seal")
}
