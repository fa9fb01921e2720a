//! Roots, proofs and headers: what anchoring costs, and how fast the office log takes seals in.

use std::hint::black_box;
use std::time::Duration;

use fidem_anchor::bitcoin::{HEADER, Header, Pin, Runs, judge};
use fidem_anchor::ots::{Attestation, Branch, DigestKind, Proof, Timestamp};
use fidem_anchor::receipt::Worth;
use fidem_anchor::{Checkpoint, LogKey, LogProof, Note, NoteSignature};
use fidem_casebook::{Casebook, KdfParams, NewPerson, Profile, Role};
use fidem_fingerprint::{sha256, tree};

use super::corpus::Seeded;
use super::measure::{Contender, alternately, printing_own_time, printing_passed_time};
use super::report::{Row, Work};
use super::{Group, Options, Workload};
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "anchoring",
    rows,
    workloads: &[
        Workload {
            name: "anchoring-batch",
            run: batch,
        },
        Workload {
            name: "anchoring-paths",
            run: paths,
        },
        Workload {
            name: "anchoring-rs-merkle",
            run: rs_merkle,
        },
        Workload {
            name: "anchoring-headers",
            run: headers,
        },
        Workload {
            name: "anchoring-log",
            run: log,
        },
    ],
};

/// Seals entered with one write to the disk.
const BATCH: usize = 1000;
/// A period of difficulty, after which the next checkpoint stands.
const HEADERS: u32 = 2016;
const AT: &str = "2026-11-27T00:00:00Z";

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let leaves = options.scaled(100_000, 10_000);
    let count = leaves.to_string();
    std::fs::create_dir_all(&options.corpus)?;
    let folder = options.corpus.to_str().ok_or("the corpus has no path")?;
    let ours =
        |name, arguments: &[&str]| Contender::ours(name, arguments).map(Contender::timing_itself);
    let contenders = [
        ours("anchoring-batch", &[&count])?,
        ours("anchoring-paths", &[&count])?,
        ours("anchoring-rs-merkle", &[&count])?,
        ours("anchoring-headers", &[])?,
        ours("anchoring-log", &[&count, folder])?,
    ];
    let all: Vec<&Contender> = contenders.iter().collect();
    let times = alternately(options.rounds, &all)?;
    #[expect(clippy::cast_precision_loss, reason = "a count of entries")]
    let log_limit = Duration::from_secs_f64(leaves as f64 / 10_000.0);
    let entered = format!(
        "{leaves} seals entered in the office log, {BATCH} with each write to the disk (time passed)"
    );
    Ok(vec![
        Row::of_time_limit(
            format!("{leaves} seals under one root, with {leaves} tlog-proofs as text"),
            times[0],
            Duration::from_secs(1),
            Some(1.0),
        ),
        Row::of_times(
            format!("root and {leaves} paths"),
            Work::Leaves(leaves),
            times[1],
            ("`rs_merkle`", times[2]),
            None,
        ),
        Row::of_time_limit(
            format!("an OpenTimestamps proof and {HEADERS} headers to the checkpoint judged"),
            times[3],
            Duration::from_millis(50),
            Some(1.0),
        ),
        Row::of_time_limit(entered, times[4], log_limit, Some(1.0)),
    ])
}

fn entries(arguments: &[String]) -> Outcome<Vec<[u8; 32]>> {
    let count = arguments.first().ok_or("one number of entries, please")?;
    let mut entries = vec![[0; 32]; count.parse()?];
    Seeded(5).fill(entries.as_flattened_mut());
    Ok(entries)
}

/// As the office does it: leaf hashes, tree, checkpoint, and the proof of each seal as it travels.
fn batch(arguments: &[String]) -> Outcome<()> {
    let entries = entries(arguments)?;
    let key = LogKey {
        name: "fidem/ffeeddccbbaa99887766554433221100".to_owned(),
        public: [7; 32],
    };
    let octets = printing_own_time(|| {
        let log = tree::Tree::new(tree::leaf_hashes(&entries));
        let text = Checkpoint {
            origin: key.name.clone(),
            size: log.size(),
            root: log.root(),
        }
        .to_text();
        let note = Note {
            text,
            signatures: vec![NoteSignature::ed25519(&key, [9; 64])],
        };
        let proof = |index| {
            LogProof {
                index,
                path: log.inclusion(index).unwrap_or_default(),
                note: note.clone(),
            }
            .to_text()
        };
        (0..log.size())
            .map(|index| proof(index).len())
            .sum::<usize>()
    })?;
    black_box(octets);
    Ok(())
}

fn paths(arguments: &[String]) -> Outcome<()> {
    let entries = entries(arguments)?;
    black_box(printing_own_time(|| {
        let log = tree::Tree::new(tree::leaf_hashes(&entries));
        let paths = (0..log.size()).filter_map(|index| log.inclusion(index));
        let nodes: usize = paths.map(|path| path.len()).sum();
        (log.root(), nodes)
    })?);
    Ok(())
}

fn rs_merkle(arguments: &[String]) -> Outcome<()> {
    use rs_merkle::MerkleTree;
    use rs_merkle::algorithms::Sha256;

    let entries = entries(arguments)?;
    black_box(printing_own_time(|| {
        let leaves: Vec<[u8; 32]> = entries.iter().map(|entry| sha256(entry)).collect();
        let tree = MerkleTree::<Sha256>::from_leaves(&leaves);
        let paths = (0..leaves.len()).map(|index| tree.proof(&[index]));
        let nodes: usize = paths.map(|path| path.proof_hashes().len()).sum();
        (tree.root(), nodes)
    })?);
    Ok(())
}

/// A run of linked headers whose last one is pinned, and a proof that ends in the first.
fn headers(_: &[String]) -> Outcome<()> {
    let root = [0x5a; 32];
    let mut run: Vec<u8> = Vec::new();
    let mut previous = [0; 32];
    for _ in 0..HEADERS {
        let mut header = [0; HEADER];
        header[4..36].copy_from_slice(&previous);
        header[36..68].copy_from_slice(if run.is_empty() { &root } else { &previous });
        previous = Header::of(&header).hash();
        run.extend(header);
    }
    let pin = Pin::new("bitcoin".to_owned(), [(2 * HEADERS - 1, previous)]);
    let proof = Proof {
        kind: DigestKind::Sha256,
        timestamp: Timestamp {
            message: root.to_vec(),
            branches: vec![Branch::Attested(Attestation::Bitcoin {
                height: u64::from(HEADERS),
            })],
        },
    }
    .to_bytes();
    let judged = printing_own_time(|| {
        let runs = Runs::parse([run.as_slice()]).unwrap_or_default();
        judge(&proof, &root, &runs, &[pin])
    })?;
    match judged.worth {
        Worth::Canonical => Ok(()),
        other => Err(format!("not canonical but {other:?}").into()),
    }
}

fn log(arguments: &[String]) -> Outcome<()> {
    let entries = entries(arguments)?;
    let folder = tempfile::tempdir_in(arguments.get(1).ok_or("a folder, please")?)?;
    let profile = Profile {
        office_id: "00112233445566778899aabbccddeeff".to_owned(),
        name: "测速公证处".to_owned(),
        name_en: None,
        demonstration: true,
        created: AT.to_owned(),
    };
    let person = NewPerson {
        name: "测速",
        roles: vec![Role::Clerk],
        passphrase: "correct horse battery",
    };
    let mut entropy = |octets: &mut [u8]| {
        Seeded(6).fill(octets);
        Ok(())
    };
    let place = folder.path().join("office");
    let kdf = KdfParams::standard();
    let (mut book, _) = Casebook::create(&place, &profile, &person, kdf, &mut entropy, AT)?;
    printing_passed_time(|| {
        let mut batches = entries.chunks(BATCH);
        batches.try_for_each(|batch| book.log_append_all(AT, batch).map(drop))
    })??;
    Ok(())
}
