//! Mutants of a file as a row of octets, whatever they mean.

use super::Mutant;
use super::subject::Subject;
use crate::seeded::Seeded;

/// One bit at any octet.
pub fn flip(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    flipped(subject, seeded.below(subject.octets.len()), seeded)
}

/// One bit in the field of that number.
pub fn flip_in_field(subject: &Subject, field: usize, seeded: &mut Seeded) -> Mutant {
    let span = &subject.fields[field % subject.fields.len()];
    let at = span.at.start + seeded.below(span.at.len());
    let mut mutant = flipped(subject, at, seeded);
    mutant.what = format!("{} of member {:?}: {}", span.name, span.member, mutant.what);
    mutant
}

/// One bit in the octets of one member, each member as likely as any other.
pub fn flip_in_member(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let data: Vec<_> = subject.fields.iter().filter(|s| s.name == "data").collect();
    let span = data[seeded.below(data.len())];
    flipped(subject, span.at.start + seeded.below(span.at.len()), seeded)
}

fn flipped(subject: &Subject, at: usize, seeded: &mut Seeded) -> Mutant {
    let mut octets = subject.octets.clone();
    octets[at] ^= seeded.flip();
    Mutant::new(format!("a bit at {at}"), octets)
}

/// The file up to some octet; every fourth one ends where a record ends.
pub fn cut(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let at = match seeded.below(4) {
        0 => subject.fields[seeded.below(subject.fields.len())].at.start,
        _ => seeded.below(subject.octets.len()),
    };
    Mutant::new(format!("cut at {at}"), subject.octets[..at].to_vec())
}

/// Octets put in: noise, zeros, or a piece of the file again.
pub fn insert(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let at = seeded.below(subject.octets.len());
    let piece = piece(subject, seeded);
    let mut octets = subject.octets.clone();
    octets.splice(at..at, piece.iter().copied());
    Mutant::new(format!("{} octets put in at {at}", piece.len()), octets)
}

/// Octets taken out.
pub fn delete(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let at = seeded.below(subject.octets.len());
    let len = length(seeded).min(subject.octets.len() - at);
    let mut octets = subject.octets.clone();
    octets.drain(at..at + len);
    Mutant::new(format!("{len} octets taken out at {at}"), octets)
}

/// Octets before or behind.
pub fn append(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let piece = piece(subject, seeded);
    let (what, parts) = match seeded.below(4) {
        0 => ("before", [piece.as_slice(), &subject.octets]),
        _ => ("behind", [&subject.octets, piece.as_slice()]),
    };
    Mutant::new(format!("{} octets {what}", piece.len()), parts.concat())
}

/// Two ranges of one length in each other's place.
pub fn swap_ranges(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let half = subject.octets.len() / 2;
    let len = length(seeded).min(half);
    let first = seeded.below(subject.octets.len() - 2 * len + 1);
    let second = first + len + seeded.below(subject.octets.len() - first - 2 * len + 1);
    let mut octets = subject.octets.clone();
    let (head, tail) = octets.split_at_mut(second);
    head[first..first + len].swap_with_slice(&mut tail[..len]);
    Mutant::new(
        format!("{len} octets at {first} and {second} swapped"),
        octets,
    )
}

/// A range overwritten by noise, zeros, or octets of elsewhere in the file.
pub fn overwrite(subject: &Subject, seeded: &mut Seeded) -> Mutant {
    let piece = piece(subject, seeded);
    let len = piece.len().min(subject.octets.len());
    let at = seeded.below(subject.octets.len() - len + 1);
    let mut octets = subject.octets.clone();
    octets[at..at + len].copy_from_slice(&piece[..len]);
    Mutant::new(format!("{len} octets overwritten at {at}"), octets)
}

fn piece(subject: &Subject, seeded: &mut Seeded) -> Vec<u8> {
    let len = length(seeded);
    match seeded.below(3) {
        0 => seeded.bytes(len),
        1 => vec![0; len],
        _ => {
            let len = len.min(subject.octets.len());
            let at = seeded.below(subject.octets.len() - len + 1);
            subject.octets[at..at + len].to_vec()
        }
    }
}

/// Most are short, some longer than any header.
fn length(seeded: &mut Seeded) -> usize {
    let most = [1, 4, 32, 512, 4096][seeded.below(5)];
    1 + seeded.below(most)
}
