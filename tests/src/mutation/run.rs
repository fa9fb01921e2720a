//! A plan of mutants, judged by two threads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use fidem_verify::{Status, Verdict};

use super::subject::Subject;
use super::{Mutant, forged, octets, parts, regions};
use crate::seeded::Seeded;

type Make = fn(&Subject, &mut Seeded) -> Option<Mutant>;

/// Families and their shares of what the flips in every field leave.
const FAMILIES: [(&str, usize, Make); 24] = [
    ("bit, any octet", 12, |s, r| Some(octets::flip(s, r))),
    ("bit, each member alike", 10, |s, r| {
        Some(octets::flip_in_member(s, r))
    }),
    ("file cut", 5, |s, r| Some(octets::cut(s, r))),
    ("octets put in", 5, |s, r| Some(octets::insert(s, r))),
    ("octets taken out", 5, |s, r| Some(octets::delete(s, r))),
    ("octets before or behind", 3, |s, r| {
        Some(octets::append(s, r))
    }),
    ("two ranges swapped", 5, |s, r| {
        Some(octets::swap_ranges(s, r))
    }),
    ("range overwritten", 5, |s, r| Some(octets::overwrite(s, r))),
    ("bit of a member, CRC fits", 7, |s, r| {
        Some(parts::flip(s, r))
    }),
    ("member of another length", 4, |s, r| {
        Some(parts::resize(s, r))
    }),
    ("two members swapped", 6, |s, r| Some(parts::swap(s, r))),
    ("members dropped", 4, |s, r| Some(parts::drop(s, r))),
    ("member duplicated", 4, |s, r| Some(parts::duplicate(s, r))),
    ("member renamed", 3, |s, r| Some(parts::rename(s, r))),
    ("members in another order", 3, |s, r| {
        Some(parts::reorder(s, r))
    }),
    ("headers as others write them", 4, |s, r| {
        Some(parts::repack(s, r))
    }),
    ("lines of the checksum list", 2, parts::relined),
    ("member added", 3, |s, r| Some(parts::add(s, r))),
    ("member of elsewhere", 6, |s, r| Some(parts::replay(s, r))),
    ("part of another revision", 2, parts::revise),
    ("forged: of elsewhere, lists recomputed", 6, forged::replay),
    (CONSISTENT, 9, forged::consistent),
    ("forged: what stands beside the seals", 9, forged::beside),
    (
        "forged: one octet beside the seals, no delivery",
        9,
        forged::loose,
    ),
];

/// Whoever has no key changes what a seal fixes: no region excuses a match.
const CONSISTENT: &str = "forged: evidence or statement, all recomputed";

/// One bit in each field of each record.
const FIELDS: &str = "bit, each field";

/// What became of the mutants of one family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// A contradiction was found.
    pub mismatch: usize,
    /// It could not be checked.
    pub cannot_check: usize,
    /// It matched, within a region of the table.
    pub benign: usize,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// By family.
    pub families: BTreeMap<&'static str, Count>,
    /// By subject: mutants judged.
    pub subjects: BTreeMap<&'static str, usize>,
    /// By region: mutants that it explains.
    pub regions: BTreeMap<&'static str, usize>,
    /// Panics, and mutants accepted without a reason, each with what makes it again.
    pub faults: Vec<String>,
}

/// Whose turn it is. The case, and even more the package with a signed document, take ten times longer than the others.
const CYCLE: [usize; 24] = [
    0, 1, 2, 3, 4, 5, 4, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5,
];

/// One mutant to be made.
#[derive(Clone, Copy)]
struct Job {
    subject: usize,
    /// None: the field of the number `index`.
    family: Option<usize>,
    index: usize,
}

/// Judges so many mutants and no fewer than fields that `count` leaves room for.
#[must_use]
pub fn run(subjects: &[Subject], seed: u64, count: usize) -> Outcome {
    let jobs = plan(subjects, seed, count);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut outcome = Outcome::default();
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            one(subjects, seed, *job, &mut outcome);
        }
        outcome
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut outcome = work();
        outcome.add(other.join().expect("panics are caught"));
        outcome
    })
}

/// Every field of every subject where half the count allows for it, and of the rest its share to each family.
fn plan(subjects: &[Subject], seed: u64, count: usize) -> Vec<Job> {
    let all = subjects.iter().enumerate().flat_map(|(subject, s)| {
        (0..s.fields.len()).map(move |index| Job {
            subject,
            family: None,
            index,
        })
    });
    let mut fields: Vec<Job> = all.collect();
    let mut seeded = Seeded::new(seed);
    for at in (1..fields.len()).rev() {
        fields.swap(at, seeded.below(at + 1));
    }
    fields.truncate(count / 2);
    let left = count - fields.len();
    let shares: usize = FAMILIES.iter().map(|(_, share, _)| share).sum();
    for (family, (_, share, _)) in FAMILIES.iter().enumerate() {
        for index in 0..(left * share).div_ceil(shares) {
            fields.push(Job {
                subject: CYCLE[index % CYCLE.len()] % subjects.len(),
                family: Some(family),
                index,
            });
        }
    }
    fields
}

fn one(subjects: &[Subject], seed: u64, job: Job, outcome: &mut Outcome) {
    let subject = &subjects[job.subject];
    let name = job.family.map_or(FIELDS, |family| FAMILIES[family].0);
    let Some(mutant) = make(subject, seed, job) else {
        return;
    };
    *outcome.subjects.entry(subject.name).or_default() += 1;
    let count = outcome.families.entry(name).or_default();
    let fault = match judge(subject, &mutant) {
        Ok(Judged::Mismatch) => {
            count.mismatch += 1;
            return;
        }
        Ok(Judged::CannotCheck) => {
            count.cannot_check += 1;
            return;
        }
        Ok(Judged::Benign(_)) if name == CONSISTENT => "a forgery that matches".to_owned(),
        Ok(Judged::Benign(found)) => {
            count.benign += 1;
            for region in found {
                *outcome.regions.entry(region).or_default() += 1;
            }
            return;
        }
        Err(fault) => fault,
    };
    let place = format!("seed {seed}, {}, {name} {}", subject.name, job.index);
    outcome
        .faults
        .push(format!("{place}: {}: {fault}", mutant.what));
}

/// The mutant of a job: its numbers come from the seed, the subject, the family and the index alone. Some draws change
/// nothing and are drawn again.
fn make(subject: &Subject, seed: u64, job: Job) -> Option<Mutant> {
    let own = [
        job.subject,
        job.family.map_or(0, |family| family + 1),
        job.index,
    ];
    let mut seeded = Seeded::new(own.iter().fold(seed, |seed, part| {
        Seeded::new(seed ^ (*part as u64)).number()
    }));
    (0..20).find_map(|_| {
        let mutant = match job.family {
            None => octets::flip_in_field(subject, job.index, &mut seeded),
            Some(family) => FAMILIES[family].2(subject, &mut seeded)?,
        };
        (mutant.octets != subject.octets).then_some(mutant)
    })
}

enum Judged {
    Mismatch,
    CannotCheck,
    Benign(BTreeSet<&'static str>),
}

fn judge(subject: &Subject, mutant: &Mutant) -> Result<Judged, String> {
    let report = catch_unwind(AssertUnwindSafe(|| subject.judge(&mutant.octets)));
    let report = report.map_err(|_| "panicked".to_owned())?;
    match report.verdict {
        Verdict::Mismatch if report.findings.iter().all(|f| f.status != Status::Mismatch) => {
            Err("a mismatch without a finding".to_owned())
        }
        Verdict::Mismatch => Ok(Judged::Mismatch),
        Verdict::CannotCheck => Ok(Judged::CannotCheck),
        Verdict::Match => regions::explain(subject, &mutant.octets, &report).map(Judged::Benign),
    }
}

impl Outcome {
    fn add(&mut self, other: Self) {
        for (family, count) in other.families {
            let own = self.families.entry(family).or_default();
            own.mismatch += count.mismatch;
            own.cannot_check += count.cannot_check;
            own.benign += count.benign;
        }
        for (into, from) in [
            (&mut self.subjects, other.subjects),
            (&mut self.regions, other.regions),
        ] {
            for (name, count) in from {
                *into.entry(name).or_default() += count;
            }
        }
        self.faults.extend(other.faults);
    }

    /// Mutants judged.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.subjects.values().sum()
    }

    /// The numbers as tables of Markdown.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::from(
            "| family | mutants | mismatch | cannot-check | match in a region |\n|---|---|---|---|---|\n",
        );
        let mut sum = Count::default();
        let order = std::iter::once(FIELDS).chain(FAMILIES.iter().map(|(name, ..)| *name));
        for (name, c) in order.filter_map(|name| Some((name, self.families.get(name)?))) {
            line(&mut out, name, c);
            sum.mismatch += c.mismatch;
            sum.cannot_check += c.cannot_check;
            sum.benign += c.benign;
        }
        line(&mut out, "all", &sum);
        out.push_str("\n| region | mutants that matched in it |\n|---|---|\n");
        for (region, count) in &self.regions {
            let _ = writeln!(out, "| `{region}` | {count} |");
        }
        out.push_str("\n| package | mutants |\n|---|---|\n");
        for (subject, count) in &self.subjects {
            let _ = writeln!(out, "| {subject} | {count} |");
        }
        out
    }
}

fn line(out: &mut String, name: &str, c: &Count) {
    let all = c.mismatch + c.cannot_check + c.benign;
    let _ = writeln!(
        out,
        "| {name} | {all} | {} | {} | {} |",
        c.mismatch, c.cannot_check, c.benign
    );
}
