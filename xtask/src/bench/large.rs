//! A large package verified, against hashing it alone.

use std::path::Path;

use fidem_office::fingerprint_file;

use super::cases::Place;
use super::measure::{Contender, Cost};
use super::report::{Row, Work};
use super::{Group, Options, Workload, corpus};
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "large",
    rows,
    workloads: &[Workload {
        name: "large-hash",
        run: hash,
    }],
};

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let mebibytes = options.scaled(1024, 64);
    let file = corpus::one_file(options, mebibytes * 1024 * 1024)?;
    let place = Place::new(options)?;
    let package = place.folder.path().join("case.asice");
    for (step, more) in [
        ("case-take-in", file.as_path()),
        ("case-seal", Path::new("")),
        ("case-export", &package),
    ] {
        let _: Cost = place.step(step, more)?;
    }
    let bytes = std::fs::metadata(&package)?.len();
    let [package, roots] = [package, place.roots()].map(|path| path.display().to_string());
    let verify = Contender::ours("case-verify", &[&package, &roots])?;
    let hash = Contender::ours("large-hash", &[&package])?;
    let times = super::measure::alternately(options.rounds, &[&verify, &hash])?;
    Ok(vec![Row::of_times(
        format!("a package of {mebibytes} MiB verified"),
        Work::Bytes(bytes),
        times[0],
        ("hashing the file alone with both digests", times[1]),
        Some(0.8),
    )])
}

fn hash(arguments: &[String]) -> Outcome<()> {
    let package = arguments.first().ok_or("a package, please")?;
    fingerprint_file(Path::new(package))?;
    Ok(())
}
