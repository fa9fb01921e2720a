//! Mutants by somebody who has no key and recomputes everything else: CRCs, digests in records, manifests and lists,
//! leaves and roots, ASiC manifests, the log under a key of their own, a receipt's attachments.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fidem_authority::{Authority, KeyKind};
use fidem_fingerprint::{hex, sha256};
use fidem_manifest::{Content, ItemRecord, Manifest, Partial, Seal, SourceClass};
use fidem_package::asic::{AsicManifest, Reference};
use fidem_package::layout;
use fidem_testkit::{Imprint, options_around, request};

use super::subject::{AT, Subject};
use super::{Mutant, companions, parts};
use crate::forgery::{
    change_manifest, change_record, change_seal, follow_seal, ordinals, reattach, relist, reseal,
};
use crate::members::Members;
use crate::seeded::Seeded;

/// Nobody trusts it. Its keys are the same in every run.
static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let options = options_around("Demo TSA One", KeyKind::P256, AT.0);
    let mut entropy = |out: &mut [u8]| {
        out.fill(7);
        Ok(())
    };
    Authority::new(&options, &mut entropy).expect("an authority")
});

/// The root of the forger's authority, PEM.
///
/// # Panics
/// When it cannot be written.
#[must_use]
pub fn root() -> String {
    AUTHORITY.root_pem().expect("a root")
}

fn token(data: &[u8]) -> Vec<u8> {
    let asked = request(Imprint::Sha256, &sha256(data), 7);
    let reply = AUTHORITY.reply(&asked, (AT.0 - 60) * 1000);
    rfc3161_client::token_of(&reply)
        .expect("a granting reply")
        .to_vec()
}

/// Members of elsewhere, under lists that fit.
pub fn replay(subject: &Subject, seeded: &mut Seeded) -> Option<Mutant> {
    let mut members = subject.members.clone();
    let mut what = parts::replayed(subject, &mut members, seeded);
    what.push_str(finish(&mut members, seeded));
    Some(Mutant::new(what, members.write()))
}

/// Evidence, records, manifest or statement changed and all that follows from it made to fit.
pub fn consistent(subject: &Subject, seeded: &mut Seeded) -> Option<Mutant> {
    let mut members = subject.members.clone();
    let mut what = match subject.is_partial() {
        true => exhibit(&mut members, seeded)?,
        false => sealed(&mut members, seeded)?,
    };
    if seeded.below(4) == 0 {
        for ordinal in ordinals(&members) {
            let xml = members.bytes(&layout::asic_manifest(ordinal));
            members.set(&layout::token(ordinal), token(&xml));
        }
        what.push_str(", stamped by an own authority");
    }
    what.push_str(finish(&mut members, seeded));
    Some(Mutant::new(what, members.write()))
}

/// A forgery as complete as one can be: other evidence, everything recomputed, every token of the forger's own.
///
/// # Panics
/// When the package has no evidence.
#[must_use]
pub fn complete(whole: &Members) -> Members {
    let mut members = whole.clone();
    let name = members.under("evidence/")[0].clone();
    members.change(&name, |bytes| bytes.push(b'!'));
    reseal(&mut members);
    for ordinal in ordinals(&members) {
        let xml = members.bytes(&layout::asic_manifest(ordinal));
        members.set(&layout::token(ordinal), token(&xml));
    }
    relist(&mut members);
    let stamp = token(&members.bytes(layout::DELIVERY));
    members.set(layout::DELIVERY_TOKEN, stamp);
    members
}

/// What stands beside the seals: receipts, journal, proofs, copies, instructions, lists.
pub fn beside(subject: &Subject, seeded: &mut Seeded) -> Option<Mutant> {
    let mut members = subject.members.clone();
    let mut what = String::new();
    for _ in 0..=seeded.below(2) {
        what.push_str(companions::companion(&mut members, seeded)?);
        what.push_str("; ");
    }
    what.push_str(finish(&mut members, seeded));
    Some(Mutant::new(what, members.write()))
}

/// One octet of what nothing holds any more when the delivery is gone: records, tokens, receipts, anchorings.
pub fn loose(subject: &Subject, seeded: &mut Seeded) -> Option<Mutant> {
    let mut members = subject.members.clone();
    let what = companions::loose(&mut members, seeded)?;
    evidence_records(&mut members);
    members.strip_delivery();
    members.relist();
    Some(Mutant::new(what.to_owned(), members.write()))
}

/// The lists: recomputed with the delivery's, its token left or of the forger's own or gone; or no delivery at all.
fn finish(members: &mut Members, seeded: &mut Seeded) -> &'static str {
    evidence_records(members);
    if members.find(layout::DELIVERY).is_none() {
        members.relist();
        return ", lists made to fit";
    }
    match seeded.below(6) {
        0 | 1 => {
            relist(members);
            ", lists made to fit"
        }
        2 => {
            relist(members);
            members.remove(layout::DELIVERY_TOKEN);
            ", lists made to fit without a token"
        }
        3 => {
            relist(members);
            let xml = members.bytes(layout::DELIVERY);
            members.set(layout::DELIVERY_TOKEN, token(&xml));
            ", lists made to fit under an own token"
        }
        _ => {
            members.strip_delivery();
            members.relist();
            ", no delivery any more"
        }
    }
}

/// The manifests of evidence records state the digests of the members that are there.
fn evidence_records(members: &mut Members) {
    for name in members.under("META-INF/ASiCEvidenceRecordManifest") {
        let Ok(mut manifest) = AsicManifest::from_xml(&members.bytes(&name)) else {
            continue;
        };
        manifest
            .references
            .retain(|r| members.find(&r.member).is_some());
        for reference in &mut manifest.references {
            reference.sha256 = sha256(&members.bytes(&reference.member));
        }
        members.set(&name, manifest.to_xml());
    }
}

/// One forgery of what the first seal of a whole package fixes.
fn sealed(members: &mut Members, seeded: &mut Seeded) -> Option<String> {
    let manifest = Manifest::from_bytes(members.find(&layout::manifest(1))?).ok()?;
    let entry = manifest.items[seeded.below(manifest.items.len())].clone();
    let at = seeded.below(1 << 16);
    let what = match seeded.below(8) {
        0 => evidence(members, &entry.member, seeded),
        1 => record(members, &entry.record_member, seeded),
        2 => listed(members, &manifest, &entry.member, seeded),
        3 => {
            change_seal(members, |seal| statement(seal, at));
            follow_seal(members);
            members.remove_under("certificate/");
            members.remove_under("proofs/anchors/");
            return Some(format!("statement, {}", at % 6));
        }
        4 => return attachments(members, &entry.member, seeded),
        5 => return another_seal(members, seeded),
        6 => return Some(archive_chain(members, seeded)),
        _ => return Some(halfway(members, &entry.member, seeded)),
    };
    reseal(members);
    if seeded.below(2) == 0 {
        // Their paths lead to a statement that is no more.
        members.remove_under("proofs/anchors/");
        members.remove_under("META-INF/evidencerecord");
        members.remove_under("META-INF/ASiCEvidenceRecordManifest");
    }
    Some(what)
}

fn evidence(members: &mut Members, name: &str, seeded: &mut Seeded) -> String {
    members.change(name, |bytes| match seeded.below(bytes.len() + 1) {
        at if at < bytes.len() => bytes[at] ^= seeded.flip(),
        _ => bytes.push(b'x'),
    });
    format!("{name} is another")
}

fn record(members: &mut Members, name: &str, seeded: &mut Seeded) -> String {
    let which = seeded.below(5);
    change_record(members, name, |record| altered(record, which));
    format!("{name}, field {which}")
}

fn altered(record: &mut ItemRecord, which: usize) {
    match which {
        0 => record.class = SourceClass::A,
        1 => record.name.push_str(".pdf"),
        2 => record.media_type = "text/html".to_owned(),
        3 => record.notes.push("checked".to_owned()),
        _ => record.batch += 1,
    }
}

/// An item taken out, withheld, or with the octets of another.
fn listed(members: &mut Members, manifest: &Manifest, name: &str, seeded: &mut Seeded) -> String {
    let other = &manifest.items[seeded.below(manifest.items.len())].member;
    match seeded.below(3) {
        0 if manifest.items.len() > 1 => {
            members.remove(name);
            let entry = manifest.items.iter().find(|e| e.member == name);
            let record = entry.map(|e| e.record_member.clone()).unwrap_or_default();
            change_manifest(members, |m| m.items.retain(|e| e.member != name));
            members.remove(&record);
            format!("{name} taken out")
        }
        1 => {
            members.remove(name);
            change_manifest(members, |m| {
                let entries = m.items.iter_mut().filter(|e| e.member == name);
                entries.for_each(|e| e.withheld = Some("隐私".to_owned()));
            });
            format!("{name} withheld")
        }
        _ => {
            let bytes = members.bytes(other);
            members.change(name, |own| *own = [&bytes, own.as_slice(), b"\n"].concat());
            format!("{name} with {other} before it")
        }
    }
}

fn statement(seal: &mut Seal, at: usize) {
    match at % 6 {
        0 => seal.demonstration = !seal.demonstration,
        1 => seal.office.name.push('处'),
        2 => seal.office.id = "0".repeat(32),
        3 => seal.time = format!("20{:02}-01-01T00:00:00Z", at % 26),
        4 => seal.journal.head = hex::encode(&sha256(&at.to_le_bytes())),
        _ => seal.journal.entries += 1,
    }
}

/// A seal more than the office made, with evidence of the forger's; without a token, or under their own or an old one.
fn another_seal(members: &mut Members, seeded: &mut Seeded) -> Option<String> {
    let number = (2..100).find(|n| members.find(&layout::seal(*n)).is_none())?;
    let mut manifest = Manifest::from_bytes(members.find(&layout::manifest(1))?).ok()?;
    manifest.items.truncate(1);
    manifest.seal = number;
    for entry in &mut manifest.items {
        let mut record = ItemRecord::from_bytes(&members.bytes(&entry.record_member)).ok()?;
        entry.number += 900;
        entry.member = format!("evidence/{:04}-forged.txt", entry.number);
        entry.record_member = layout::record(number, entry.number);
        let file = seeded.bytes(8);
        entry.content = Content::of(&fidem_fingerprint::of(&file));
        (record.number, record.member) = (entry.number, entry.member.clone());
        record.content = entry.content.clone();
        let record = record.to_bytes().ok()?;
        entry.record = Content::of(&fidem_fingerprint::of(&record));
        members.set(&entry.member, file);
        members.set(&entry.record_member, record);
    }
    let mut seal = Seal::from_bytes(&members.bytes(&layout::seal(1))).ok()?;
    let (tree, bytes) = (manifest.tree().ok()?, manifest.to_bytes().ok()?);
    let print = fidem_fingerprint::of(&bytes);
    (seal.seal, seal.size) = (number, tree.size());
    seal.root = hex::encode(&tree.root());
    seal.manifest.sha256 = hex::encode(&print.sha256);
    seal.manifest.sm3 = hex::encode(&print.sm3);
    let seal = seal.to_bytes().ok()?;
    let xml = AsicManifest {
        token: layout::token(99),
        references: vec![Reference {
            member: layout::seal(number),
            sha256: sha256(&seal),
        }],
    };
    members.set(&layout::manifest(number), bytes);
    members.set(&layout::seal(number), seal);
    stamped(
        members,
        &layout::asic_manifest(99),
        &layout::token(99),
        xml.to_xml(),
        seeded,
    );
    Some(format!("seal {number} more"))
}

/// An archive manifest over all there is, whose members are excused from the lists, beside altered evidence.
fn archive_chain(members: &mut Members, seeded: &mut Seeded) -> String {
    let name = members.under("evidence/")[0].clone();
    let what = evidence(members, &name, seeded);
    reseal(members);
    let token = "META-INF/timestamp-archive.tst";
    let references = members.0.iter().map(|(name, bytes)| Reference {
        member: name.clone(),
        sha256: sha256(bytes),
    });
    let xml = AsicManifest {
        token: token.to_owned(),
        references: references.collect(),
    };
    stamped(
        members,
        "META-INF/ASiCArchiveManifest001.xml",
        token,
        xml.to_xml(),
        seeded,
    );
    format!("{what}, under an archive manifest")
}

/// A pair with no token, the forger's, or one that was over something else.
fn stamped(members: &mut Members, name: &str, stamp: &str, xml: Vec<u8>, seeded: &mut Seeded) {
    match seeded.below(3) {
        0 => {}
        1 => members.set(stamp, token(&xml)),
        _ => {
            let old = members.bytes(&layout::token(1));
            members.set(stamp, old);
        }
    }
    members.set(name, xml);
}

/// What only some of the layers were made to follow.
fn halfway(members: &mut Members, name: &str, seeded: &mut Seeded) -> String {
    const LAYERS: [&str; 4] = [
        "seals/001/manifest.json",
        "seals/001/seal.json",
        "seals/001/items/",
        "META-INF/ASiCManifest",
    ];
    let before = members.clone();
    let what = evidence(members, name, seeded);
    reseal(members);
    let kept = LAYERS[seeded.below(LAYERS.len())];
    for (name, bytes) in before.0.iter().filter(|(name, _)| name.starts_with(kept)) {
        members.set(name, bytes.clone());
    }
    format!("{what}, {kept} left as it was")
}

/// A receipt whose attachments are made to agree with other evidence.
fn attachments(members: &mut Members, name: &str, seeded: &mut Seeded) -> Option<String> {
    let receipt = members.under("certificate/").first()?.clone();
    let pdf = members.bytes(&receipt);
    // Writing a PDF anew takes long.
    if seeded.below(4) > 0 {
        return None;
    }
    let what = evidence(members, name, seeded);
    reseal(members);
    let mut files = BTreeMap::new();
    files.insert("seal-001.json".to_owned(), members.bytes(&layout::seal(1)));
    files.insert(
        "manifest-001.json".to_owned(),
        members.bytes(&layout::manifest(1)),
    );
    for ordinal in ordinals(members) {
        for name in [layout::asic_manifest(ordinal), layout::token(ordinal)] {
            let flat = name.trim_start_matches("META-INF/").to_owned();
            files.insert(flat, members.bytes(&name));
        }
    }
    if let Some(proof) = members.find(&layout::log_proof(1)) {
        files.insert("log-001.tlog-proof".to_owned(), proof.to_vec());
    }
    members.set(&receipt, reattach(&pdf, &files));
    Some(format!("{what}, and the receipt's attachments"))
}

/// One forgery of an exhibit: file, record or place.
fn exhibit(members: &mut Members, seeded: &mut Seeded) -> Option<String> {
    let mut proof = Partial::from_bytes(members.find(layout::PARTIAL)?).ok()?;
    let (member, record_member) = (proof.member.clone(), proof.record_member.clone());
    let mut what = match seeded.below(4) {
        0 => evidence(members, &member, seeded),
        1 => record(members, &record_member, seeded),
        _ => {
            let which = seeded.below(9);
            misplaced(&mut proof, which, seeded);
            members.set(layout::PARTIAL, proof.to_bytes().ok()?);
            format!("the proof, {which}")
        }
    };
    if seeded.below(2) == 0 {
        // A root to which the paths do lead.
        let print = |name: &str| members.find(name).map(fidem_fingerprint::of);
        let found = print(&member)?;
        let root = proof.content.root(&found, proof.size).ok()?;
        change_seal(members, |seal| {
            seal.root = hex::encode(&root);
            seal.size = proof.size;
        });
        follow_seal(members);
        what.push_str(", and a root that fits");
    }
    Some(what)
}

fn misplaced(proof: &mut Partial, which: usize, seeded: &mut Seeded) {
    let flip = |text: &mut String| {
        let other = if text.starts_with('0') { "1" } else { "0" };
        text.replace_range(..1, other);
    };
    match which {
        0 => proof.item += 1,
        1 => proof.size += 2,
        2 => proof.case.push('1'),
        3 => proof.seal += 1,
        4 => std::mem::swap(&mut proof.content, &mut proof.record),
        5 => flip(&mut proof.content.nonce),
        6 => proof.record.path.iter_mut().take(1).for_each(flip),
        7 => {
            proof.content.index += 2;
            proof.record.index += 2;
        }
        _ => {
            let path = proof.content.path.clone();
            let again = path.get(seeded.below(path.len().max(1))).cloned();
            proof.content.path.extend(again);
        }
    }
}
