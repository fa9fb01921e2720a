//! Real proofs and real headers of others: each gives the verdict that the research states. Without the vectors the
//! tests pass over, and say so.

use std::path::PathBuf;

use fidem_anchor::bitcoin::{BlockHash, Pin, Run, Standing};
use fidem_anchor::ots::{Attestation, DigestKind, OtsError, Proof};
use fidem_fingerprint::hex;

fn vectors() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("FIDEM_VECTORS")?);
    let found = folder.join("ots").is_dir();
    assert!(found || std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none());
    if !found {
        eprintln!("skipped: no vectors");
    }
    found.then_some(folder)
}

fn read(folder: &std::path::Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

/// A hash as it is shown, octets turned around.
fn shown(text: &str) -> BlockHash {
    let mut hash: BlockHash = hex::decode(text).unwrap().try_into().unwrap();
    hash.reverse();
    hash
}

fn checkpoints(folder: &std::path::Path) -> Pin {
    let list: Vec<(String, serde_json::Number)> =
        serde_json::from_slice(&read(folder, "btc/electrum_checkpoints.json")).unwrap();
    let pinned = (1_u32..).zip(list);
    Pin::new(
        "bitcoin".to_owned(),
        pinned.map(|(n, (hash, _))| (n * 2016 - 1, shown(&hash))),
    )
}

/// Each Bitcoin attestation of a proof with the standing of its header.
fn judged(proof: &Proof, runs: &[Run<'_>], pinned: &Pin) -> Vec<(u64, Option<Standing>)> {
    let mut found = Vec::new();
    for (message, attestation) in proof.timestamp.attestations() {
        if let Attestation::Bitcoin { height } = attestation {
            let standing = runs
                .iter()
                .find_map(|run| Some(run.standing(run.with_root(message)?, pinned)));
            found.push((*height, standing));
        }
    }
    found.sort_by_key(|(height, _)| *height);
    found
}

#[test]
fn real_proofs_are_canonical_through_their_headers() {
    let Some(folder) = vectors() else { return };
    let pinned = checkpoints(&folder);
    let early = read(&folder, "btc/headers_685440_687516.bin");
    let late = read(&folder, "btc/headers_822528_830592.bin");
    let runs = [Run::parse(&early).unwrap(), Run::parse(&late).unwrap()];
    let canonical = |height: u32, links| Some(Standing::Canonical { height, links });
    for (name, expected) in [
        (
            "95bf5b2",
            vec![(685_453, 2003), (685_474, 1982), (686_881, 575)],
        ),
        (
            "e786e68",
            vec![
                (826_360, 200),
                (826_444, 116),
                (826_503, 57),
                (827_356, 1220),
            ],
        ),
    ] {
        for file in ["index.html", "manuscript.pdf"] {
            let bytes = read(&folder, &format!("ots/manubot-{name}-{file}.ots"));
            let proof = Proof::parse(&bytes).unwrap();
            let data = read(&folder, &format!("ots/manubot-{name}-{file}"));
            assert_eq!(proof.digest(), DigestKind::Sha256.digest(&data));
            assert_eq!(proof.to_bytes(), bytes);
            let expected: Vec<_> = expected
                .iter()
                .map(|(height, links)| (u64::from(*height), canonical(*height, *links)))
                .collect();
            assert_eq!(judged(&proof, &runs, &pinned), expected, "{name} {file}");
        }
    }
    // These stand past the last header that a checkpoint of the run covers: worked for, and not pinned.
    let proof = Proof::parse(&read(&folder, "ots/manubot-defe787-index.html.ots")).unwrap();
    for (height, standing) in judged(&proof, &runs, &pinned) {
        let links = usize::try_from(687_456 - height).unwrap();
        assert_eq!(standing, canonical(u32::try_from(height).unwrap(), links));
    }
}

#[test]
fn a_header_alone_shows_work_and_a_wrong_root_nothing() {
    let Some(folder) = vectors() else { return };
    let pinned = checkpoints(&folder);
    let extra: serde_json::Value =
        serde_json::from_slice(&read(&folder, "btc/extra_headers.json")).unwrap();
    let header = hex::decode(extra["canonical"]["358391"].as_str().unwrap()).unwrap();
    let runs = [Run::parse(&header).unwrap()];
    let proof = Proof::parse(&read(&folder, "ots/hello-world.txt.ots")).unwrap();
    let [
        (
            358_391,
            Some(Standing::WorkOnly {
                above: 0,
                work_bits,
            }),
        ),
    ] = judged(&proof, &runs, &pinned)[..]
    else {
        panic!("{:?}", judged(&proof, &runs, &pinned));
    };
    assert!((60..80).contains(&work_bits), "{work_bits}");
    let bad = Proof::parse(&read(&folder, "ots/bad-stamp.txt.ots")).unwrap();
    assert_eq!(judged(&bad, &runs, &pinned), [(358_391, None)]);
}

/// Real blocks that were mined and left behind: never canonical, whatever stands before them.
#[test]
fn an_orphan_is_never_canonical() {
    let Some(folder) = vectors() else { return };
    let pinned = checkpoints(&folder);
    let late = read(&folder, "btc/headers_822528_830592.bin");
    let extra: serde_json::Value =
        serde_json::from_slice(&read(&folder, "btc/extra_headers.json")).unwrap();
    let stale = extra["stale_valid_pow_parent_canonical"]
        .as_object()
        .unwrap();
    assert_eq!(stale.len(), 3);
    for (height, header) in stale {
        let orphan = hex::decode(header.as_str().unwrap()).unwrap();
        let before = (height.parse::<usize>().unwrap() - 822_528) * 80;
        let octets = [&late[..before], &orphan].concat();
        let run = Run::parse(&octets).unwrap();
        let last = run.headers().len() - 1;
        let standing = run.standing(last, &pinned);
        assert!(
            matches!(standing, Standing::WorkOnly { above: 0, .. }),
            "{height}: {standing:?}"
        );
        // Its successor on the chain does not follow it.
        let with_next = [&octets[..], &late[before + 80..before + 160]].concat();
        assert!(Run::parse(&with_next).is_err());
    }
    let mut flipped = late[..800].to_vec();
    flipped[100] ^= 1;
    assert!(Run::parse(&flipped).is_err());
    let mut unworked = late[..80].to_vec();
    unworked[79] ^= 1;
    let run = Run::parse(&unworked).unwrap();
    assert_eq!(run.standing(0, &pinned), Standing::Failed);
}

#[test]
fn malformed_proofs_are_refused_and_unknown_notaries_kept() {
    let Some(folder) = vectors() else { return };
    let parse = |name: &str| Proof::parse(&read(&folder, &format!("ots/{name}.ots")));
    assert!(matches!(
        parse("bad-major-version"),
        Err(OtsError::Version(_))
    ));
    assert!(matches!(
        parse("exceeds-max-msg-length"),
        Err(OtsError::Message(_))
    ));
    assert!(matches!(
        parse("invalid-file-digest-type"),
        Err(OtsError::Operation { .. })
    ));
    let pending = parse("incomplete.txt").unwrap();
    let found = pending.timestamp.attestations();
    assert!(
        found
            .iter()
            .all(|(_, a)| matches!(a, Attestation::Pending { .. }))
    );
    let unknown = parse("unknown-notary.txt").unwrap();
    let found = unknown.timestamp.attestations();
    assert!(
        found
            .iter()
            .any(|(_, a)| matches!(a, Attestation::Unknown { .. }))
    );
    // A digest of Keccak on the way, as other chains have it.
    assert!(parse("different-blockchains.txt").is_ok());
}

/// What is read is written again; every cut is refused.
#[test]
fn every_proof_reads_back_and_no_cut_one_is_read() {
    let Some(folder) = vectors() else { return };
    let mut read_back = 0;
    for entry in std::fs::read_dir(folder.join("ots")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "ots") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let Ok(proof) = Proof::parse(&bytes) else {
            continue;
        };
        assert_eq!(proof.to_bytes(), bytes, "{}", path.display());
        for cut in 0..bytes.len() {
            assert!(Proof::parse(&bytes[..cut]).is_err());
        }
        assert_eq!(
            Proof::parse(&[&bytes[..], b"\0"].concat()),
            Err(OtsError::Trailing(bytes.len()))
        );
        read_back += 1;
    }
    assert!(read_back >= 10, "{read_back}");
}

#[test]
fn trees_of_one_message_merge() {
    let Some(folder) = vectors() else { return };
    let whole = Proof::parse(&read(&folder, "ots/manubot-e786e68-index.html.ots")).unwrap();
    let mut merged = whole.timestamp.clone();
    assert!(merged.merge(whole.timestamp.clone()));
    assert_eq!(merged, whole.timestamp);
    let mut part = whole.timestamp.clone();
    part.branches.truncate(1);
    assert!(part.merge(whole.timestamp.clone()));
    assert_eq!(
        part.attestations().len(),
        whole.timestamp.attestations().len()
    );
    let other = Proof::parse(&read(&folder, "ots/hello-world.txt.ots")).unwrap();
    assert!(!part.merge(other.timestamp));
}
