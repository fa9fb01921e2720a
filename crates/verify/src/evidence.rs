//! Fingerprints of all members, each byte read once, small members many at a time.

use fidem_fingerprint::{Fingerprint, Hasher, of_many};
use fidem_package::{Container, Member};

use crate::container;
use crate::report::Findings;

/// Members up to this size are read in groups for the many-lane kernels.
const SMALL: u64 = 64 << 10;
/// Bytes of a group.
const GROUP: u64 = 8 << 20;

/// The fingerprint of every member, in the order of the container; `None` where the bytes do not fit their CRC.
pub(crate) fn fingerprints(
    container: &Container<'_>,
    findings: &mut Findings,
    progress: &mut dyn FnMut(u64, u64),
) -> Vec<Option<Fingerprint>> {
    let members = container.members();
    let total = members.iter().map(|m| m.size).sum();
    let mut prints = Vec::with_capacity(members.len());
    let mut done = 0;
    let mut rest = members;
    while let Some(first) = rest.first() {
        let take = match first.size <= SMALL {
            true => group(rest),
            false => 1,
        };
        let (now, later) = rest.split_at(take);
        match first.size <= SMALL {
            true => small(container, now, findings, &mut prints),
            false => prints.push(large(container, first, findings, done, total, progress)),
        }
        done += now.iter().map(|m| m.size).sum::<u64>();
        progress(done, total);
        rest = later;
    }
    prints
}

fn group(rest: &[Member]) -> usize {
    let mut bytes = 0;
    let fitting = rest.iter().take_while(|m| {
        bytes += m.size;
        m.size <= SMALL && bytes <= GROUP
    });
    fitting.count().max(1)
}

fn small(
    container: &Container<'_>,
    members: &[Member],
    findings: &mut Findings,
    prints: &mut Vec<Option<Fingerprint>>,
) {
    let mut read = Vec::with_capacity(members.len());
    for member in members {
        match container.bytes(member, SMALL) {
            Ok(bytes) => read.push(Some(bytes)),
            Err(error) => {
                container::report(&error, findings);
                read.push(None);
            }
        }
    }
    let whole: Vec<&[u8]> = read.iter().flatten().map(Vec::as_slice).collect();
    let mut found = of_many(&whole).into_iter();
    prints.extend(read.iter().map(|bytes| match bytes {
        Some(_) => found.next(),
        None => None,
    }));
}

fn large(
    container: &Container<'_>,
    member: &Member,
    findings: &mut Findings,
    before: u64,
    total: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Option<Fingerprint> {
    let mut hasher = Hasher::new();
    let mut done = before;
    let read = container.blocks(member, &mut |block| {
        hasher.update(block);
        done += block.len() as u64;
        progress(done, total);
    });
    match read {
        Ok(()) => Some(hasher.finish()),
        Err(error) => {
            container::report(&error, findings);
            None
        }
    }
}
