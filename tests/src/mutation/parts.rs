//! Mutants of a package as a list of members: every CRC and header fits, no digest is made to.

use super::Mutant;
use super::subject::Subject;
use crate::hostile::{self, RawMember};
use crate::members::Members;
use crate::seeded::Seeded;

/// A member of the package, by number; never the first, without which no file is a package.
pub fn any(members: &Members, seeded: &mut Seeded) -> usize {
    1 + seeded.below(members.0.len() - 1)
}

fn named(members: &Members, index: usize) -> String {
    members.0[index].0.clone()
}

/// One bit in a member, under a CRC that fits.
pub fn flip(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let mut members = subject.members.clone();
    let index = any(&members, seeded);
    let (name, bytes) = &mut members.0[index];
    match bytes.is_empty() {
        true => bytes.push(seeded.flip()),
        false => {
            let at = seeded.below(bytes.len());
            bytes[at] ^= seeded.flip();
        }
    }
    Mutant::new(format!("a bit of {name}"), members.write())
}

/// A member with another length: cut, grown, or a piece of it twice.
pub fn resize(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let mut members = subject.members.clone();
    let index = any(&members, seeded);
    let (name, bytes) = &mut members.0[index];
    let at = seeded.below(bytes.len() + 1);
    match seeded.below(3) {
        0 => bytes.truncate(at),
        1 => bytes.extend(seeded.bytes(1 + at % 64)),
        _ => bytes.extend_from_within(at..),
    }
    Mutant::new(format!("{name} of {} octets", bytes.len()), members.write())
}

/// The octets of two members under each other's names.
pub fn swap(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let mut members = subject.members.clone();
    let first = any(&members, seeded);
    let second = like(&members, first, seeded);
    let taken = std::mem::take(&mut members.0[first].1);
    members.0[first].1 = std::mem::replace(&mut members.0[second].1, taken);
    let what = format!(
        "{} and {} swapped",
        named(&members, first),
        named(&members, second)
    );
    Mutant::new(what, members.write())
}

/// Another member, of the same kind wherever there is one: two items, two tokens.
fn like(members: &Members, index: usize, seeded: &mut Seeded) -> usize {
    let kind = |name: &str| name.rsplit_once('.').map(|(_, end)| end.to_owned());
    let own = kind(&members.0[index].0);
    let others = members.0.iter().enumerate().skip(1);
    let same: Vec<usize> = others
        .filter(|(at, (name, _))| *at != index && kind(name) == own)
        .map(|(at, _)| at)
        .collect();
    match same.is_empty() || seeded.below(3) == 0 {
        true => any(members, seeded),
        false => same[seeded.below(same.len())],
    }
}

/// One to three members less.
pub fn drop(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let mut members = subject.members.clone();
    let mut gone = Vec::new();
    for _ in 0..=seeded.below(3) {
        let index = any(&members, seeded);
        gone.push(members.0.remove(index).0);
    }
    Mutant::new(format!("without {gone:?}"), members.write())
}

/// A member twice: under its name, with the same octets or others; or once more under another name.
pub fn duplicate(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let members = &subject.members;
    let index = seeded.below(members.0.len());
    let (name, bytes) = &members.0[index];
    let mut raw = hostile::raw(members);
    let (again, octets) = match seeded.below(3) {
        0 => (name.clone(), bytes.clone()),
        1 => (name.clone(), members.0[any(members, seeded)].1.clone()),
        _ => (renamed(name, seeded), bytes.clone()),
    };
    let at = seeded.below(raw.len() + 1);
    raw.insert(at, RawMember::stored(again.as_bytes(), &octets));
    Mutant::new(
        format!("{name} again as {again} at {at}"),
        hostile::write(&raw, b""),
    )
}

/// A member under another name.
pub fn rename(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let index = any(&subject.members, seeded);
    let name = named(&subject.members, index);
    let other = renamed(&name, seeded);
    let mut raw = hostile::raw(&subject.members);
    raw[index] = RawMember::stored(other.as_bytes(), &subject.members.0[index].1);
    Mutant::new(format!("{name} as {other}"), hostile::write(&raw, b""))
}

/// A name near to another: a digit more, another ending, another case, another folder.
fn renamed(name: &str, seeded: &mut Seeded) -> String {
    let digit = char::from(b'0' + u8::try_from(seeded.below(10)).unwrap_or(0));
    match seeded.below(6) {
        0 => name.replacen(|c: char| c.is_ascii_digit(), &digit.to_string(), 1),
        1 => name.replace("001", "002"),
        2 => format!("{name}{digit}"),
        3 => name.to_ascii_uppercase(),
        4 => format!("evidence/{}", name.rsplit('/').next().unwrap_or(name)),
        _ => name.replacen('/', "/./", 1),
    }
}

/// Members in another order; the first stays, or every fourth time does not.
pub fn reorder(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let mut raw = hostile::raw(&subject.members);
    let first = usize::from(seeded.below(4) > 0);
    let moved = 1 + seeded.below(8);
    for _ in 0..moved {
        let pair = [
            first + seeded.below(raw.len() - first),
            first + seeded.below(raw.len() - first),
        ];
        raw.swap(pair[0], pair[1]);
    }
    Mutant::new(
        format!("{moved} pairs in another order"),
        hostile::write(&raw, b""),
    )
}

/// Headers as another program might write them, of one member or of all: its number, versions, time, attributes. Every
/// third time one goes too far, or says it in one header alone.
pub fn repack(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    const HEADERS: [(&str, &[u32], &[u32]); 5] = [
        ("version made by", &[0, 20, 0x0314, 0x0a3f], &[0xffff]),
        ("version needed", &[10, 20, 45], &[0, 21, 51, 63]),
        ("time", &[0x5b7b_6c20, 0, 0x21_0001], &[]),
        ("internal attributes", &[0, 1], &[2, 3]),
        (
            "external attributes",
            &[
                0,
                0x20,
                0o644 << 16,
                0o100_755 << 16,
                0o100_600 << 16 | 0x21,
            ],
            &[0x10, 8, 0o120_777 << 16, 0o040_755 << 16, 0o104_755 << 16],
        ),
    ];
    let (field, good, bad) = HEADERS[seeded.below(HEADERS.len())];
    let strays = seeded.below(3) == 0;
    let values = if strays && !bad.is_empty() { bad } else { good };
    let value = values[seeded.below(values.len())];
    let only = (seeded.below(2) == 0).then(|| seeded.below(subject.members.0.len()));
    let record = if strays && bad.is_empty() {
        "local "
    } else {
        ""
    };
    let mut octets = subject.octets.clone();
    let chosen = subject
        .fields
        .iter()
        .filter(|span| only.is_none_or(|only| span.member == Some(only)));
    for span in chosen.filter(|span| span.name.ends_with(field) && span.name.starts_with(record)) {
        let len = span.at.len();
        octets[span.at.clone()].copy_from_slice(&value.to_le_bytes()[..len]);
    }
    Mutant::new(format!("{record}{field} {value:#o} of {only:?}"), octets)
}

/// The lines of the checksum list in another order, one of them twice, or without its end.
pub fn relined(subject: &Subject, seeded: &mut Seeded) -> Option<Mutant> {
    let mut members = subject.members.clone();
    let list = String::from_utf8(members.bytes("manifest-sha256.txt")).ok()?;
    let mut lines: Vec<&str> = list.split_inclusive('\n').collect();
    let (first, second) = (seeded.below(lines.len()), seeded.below(lines.len()));
    match seeded.below(4) {
        0 => lines.push(lines[first]),
        1 => {
            let last = lines.pop()?;
            lines.push(last.trim_end());
        }
        _ => lines.swap(first, second),
    }
    members.set("manifest-sha256.txt", lines.concat().into_bytes());
    Some(Mutant::new(
        format!("lines {first} and {second} of the checksum list"),
        members.write(),
    ))
}

/// A member that no package has, or one of another package that this one lacks.
pub fn add(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    const NAMES: [&str; 12] = [
        "evidence/0099-more.txt",
        "captures/page.wacz",
        "certificate/more.pdf",
        "seals/099/seal.json",
        "seals/001/items/0099.json",
        "META-INF/ASiCManifest099.xml",
        "META-INF/timestamp099.tst",
        "META-INF/ASiCArchiveManifest001.xml",
        "META-INF/signatures.xml",
        "proofs/anchors/0099/anchor.json",
        "proofs/partial.json",
        "trust/tsa/099.pem",
    ];
    let mut members = subject.members.clone();
    let other = &subject.others[seeded.below(subject.others.len())];
    let (name, bytes) = match seeded.below(2) {
        0 => other.0[any(other, seeded)].clone(),
        _ => (
            NAMES[seeded.below(NAMES.len())].to_owned(),
            other.0[any(other, seeded)].1.clone(),
        ),
    };
    let at = any(&members, seeded);
    members.0.retain(|(own, _)| *own != name);
    members
        .0
        .insert(at.min(members.0.len()), (name.clone(), bytes));
    Mutant::new(format!("with {name}"), members.write())
}

/// A member of another case, item, seal or revision in the place of this one's.
pub fn replay(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let mut members = subject.members.clone();
    let what = replayed(subject, &mut members, seeded);
    Mutant::new(what, members.write())
}

/// Plays one to three members of another package into this one; of the same name, or else of the same kind.
pub fn replayed(subject: &Subject, members: &mut Members, seeded: &mut Seeded) -> String {
    let others = subject.others.len();
    // The package itself is one of them: another token of it, another item's record.
    let from = seeded.below(others + 1);
    let other = subject.others.get(from).unwrap_or(&subject.members);
    let mut what = Vec::new();
    for _ in 0..=seeded.below(3) {
        let index = any(members, seeded);
        let name = named(members, index);
        let kind = |name: &str| name.rsplit_once('.').map(|(_, end)| end.to_owned());
        let same = other
            .find(&name)
            .filter(|bytes| *bytes != members.0[index].1);
        let alike: Vec<&(String, Vec<u8>)> = other
            .0
            .iter()
            .filter(|(n, _)| kind(n) == kind(&name))
            .collect();
        let bytes = match same {
            Some(bytes) => Some(bytes.to_vec()),
            None if alike.is_empty() => None,
            None => Some(alike[seeded.below(alike.len())].1.clone()),
        };
        if let Some(bytes) = bytes {
            members.0[index].1 = bytes;
            what.push(name);
        }
    }
    format!("{what:?} of package {from}")
}

/// Everything of an older revision but one part, or one part of it alone.
pub fn revise(subject: &Subject, seeded: &mut Seeded) -> Option<Mutant> {
    const PARTS: [&str; 8] = [
        "revision.json",
        "journal.json",
        "manifest-sha256.txt",
        "META-INF/ASiCArchiveManifest.xml",
        "META-INF/timestamp-delivery.tst",
        "META-INF/",
        "proofs/",
        "certificate/",
    ];
    // An exhibit has none, and the whole case it is of is no mutant of it.
    subject.members.find("revision.json")?;
    let own = subject.members.find("seals/001/seal.json");
    let mut others = subject.others.iter();
    let older = others
        .find(|m| m.find("revision.json").is_some() && m.find("seals/001/seal.json") == own)?;
    let turned = seeded.below(2) == 0;
    let (mut members, from) = match turned {
        true => (older.clone(), &subject.members),
        false => (subject.members.clone(), older),
    };
    let mut parts = Vec::new();
    for _ in 0..=seeded.below(3) {
        let part = PARTS[seeded.below(PARTS.len())];
        for (name, bytes) in from.0.iter().filter(|(name, _)| name.starts_with(part)) {
            members.set(name, bytes.clone());
        }
        parts.push(part);
    }
    // Some parts are the same in both, and what is left is the other revision as it was delivered.
    let genuine = subject.others.contains(&members);
    let what = format!("{parts:?} of another revision, turned {turned}");
    (!genuine).then(|| Mutant::new(what, members.write()))
}
