//! The kernels by themselves, in memory, against the scalar crates: which of them this machine
//! gains from.

use std::hint::black_box;

use fidem_fingerprint::Hasher;
use fidem_fingerprint::Lanes;
use fidem_fingerprint::kernels;
use fidem_fingerprint::of_many_with;

use super::Group;
use super::Options;
use super::Workload;
use super::corpus::Seeded;
use super::measure::Contender;
use super::measure::alternately;
use super::measure::printing_own_time;
use super::report::Row;
use super::report::Work;
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "kernels",
    rows,
    workloads: &[
        Workload {
            name: "kernel-one",
            run: one,
        },
        Workload {
            name: "kernel-many",
            run: many,
        },
    ],
};

/// Messages of one call, and the bytes of each.
const MESSAGES: usize = 128;
const LENGTH: usize = 4_096;

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let repeats = options.scaled(512, 128);
    let mut rows = Vec::new();
    for (workload, what) in [
        ("kernel-one", "one message in memory"),
        ("kernel-many", "128 messages of 4 KiB in memory"),
    ] {
        let contenders = kernels()
            .into_iter()
            .map(|lanes| {
                let arguments = [&*format!("{lanes:?}"), &*repeats.to_string()];
                Contender::ours(workload, &arguments).map(Contender::timing_itself)
            })
            .collect::<Outcome<Vec<_>>>()?;
        let times = alternately(options.rounds, &contenders.iter().collect::<Vec<_>>())?;
        let work = Work::Bytes(repeats * (MESSAGES * LENGTH) as u64);
        for (lanes, time) in kernels().into_iter().zip(&times).skip(1) {
            let what = format!("both digests of {what}, {lanes:?}");
            let rival = ("the crates `sha2` and `sm3`", times[0]);
            rows.push(Row::of_times(what, work, *time, rival, None));
        }
    }
    Ok(rows)
}

fn parse(arguments: &[String]) -> Outcome<(Lanes, u64)> {
    let [name, repeats] = arguments else {
        return Err("a kernel and a number of repeats, please".into());
    };
    let lanes = kernels()
        .into_iter()
        .find(|lanes| format!("{lanes:?}") == *name);
    Ok((
        lanes.ok_or("this machine has no such kernel")?,
        repeats.parse()?,
    ))
}

fn bytes() -> Vec<u8> {
    let mut bytes = vec![0; MESSAGES * LENGTH];
    Seeded(4).fill(&mut bytes);
    bytes
}

fn one(arguments: &[String]) -> Outcome<()> {
    let (lanes, repeats) = parse(arguments)?;
    let bytes = bytes();
    let work = || {
        let mut hasher = Hasher::with(lanes);
        for _ in 0..repeats {
            hasher.update(&bytes);
        }
        hasher.finish()
    };
    black_box(printing_own_time(work)?);
    Ok(())
}

fn many(arguments: &[String]) -> Outcome<()> {
    let (lanes, repeats) = parse(arguments)?;
    let bytes = bytes();
    let messages: Vec<&[u8]> = bytes.chunks(LENGTH).collect();
    let work = || {
        for _ in 0..repeats {
            black_box(of_many_with(lanes, black_box(&messages)));
        }
    };
    printing_own_time(work)
}
