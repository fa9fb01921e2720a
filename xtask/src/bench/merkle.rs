//! The root of a tree of many leaves.

use std::hint::black_box;

use fidem_fingerprint::tree;

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
    name: "merkle",
    rows,
    workloads: &[
        Workload {
            name: "merkle-ours",
            run: ours,
        },
        Workload {
            name: "merkle-ours-hashed",
            run: ours_hashed,
        },
        Workload {
            name: "merkle-rs-merkle",
            run: rs_merkle,
        },
    ],
};

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let count = options.scaled(10_000_000, 200_000);
    let leaves = count.to_string();
    let contender = |name| Contender::ours(name, &[&leaves]).map(Contender::timing_itself);
    let [ours, hashed, rival] = [
        contender("merkle-ours")?,
        contender("merkle-ours-hashed")?,
        contender("merkle-rs-merkle")?,
    ];
    let times = alternately(options.rounds, &[&ours, &rival, &hashed])?;
    let rival = ("`rs_merkle` from leaves already hashed", times[1]);
    let row = |what, ours, target| {
        let what = format!("root of {count} leaves {what}");
        Row::of_times(what, Work::Leaves(count), ours, rival, target)
    };
    Ok(vec![
        row(
            "of 32 bytes, hashing the leaves included",
            times[0],
            Some(4.0),
        ),
        row("already hashed", times[2], None),
    ])
}

fn leaves(arguments: &[String]) -> Outcome<Vec<[u8; 32]>> {
    let [count] = arguments else {
        return Err("one number of leaves, please".into());
    };
    let mut leaves = vec![[0; 32]; count.parse()?];
    Seeded(3).fill(leaves.as_flattened_mut());
    Ok(leaves)
}

fn ours(arguments: &[String]) -> Outcome<()> {
    let leaves = leaves(arguments)?;
    black_box(printing_own_time(|| {
        tree::root(&tree::leaf_hashes(&leaves))
    })?);
    Ok(())
}

fn ours_hashed(arguments: &[String]) -> Outcome<()> {
    let leaves = leaves(arguments)?;
    black_box(printing_own_time(|| tree::root(&leaves))?);
    Ok(())
}

fn rs_merkle(arguments: &[String]) -> Outcome<()> {
    use rs_merkle::MerkleTree;
    use rs_merkle::algorithms::Sha256;

    let leaves = leaves(arguments)?;
    black_box(printing_own_time(|| {
        MerkleTree::<Sha256>::from_leaves(&leaves).root()
    })?);
    Ok(())
}
