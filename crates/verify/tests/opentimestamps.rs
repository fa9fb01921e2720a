//! Real OpenTimestamps proofs against the trust of this build, as the command line would judge them.

use std::path::{Path, PathBuf};

use fidem_verify::{Data, Kind, Report, Request, Status, Trust, Verdict, codes, verify};
use rfc3161_client::UnixTime;

fn vectors() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("FIDEM_VECTORS")?);
    let found = folder.join("ots").is_dir();
    assert!(found || std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none());
    if !found {
        eprintln!("skipped: no vectors");
    }
    found.then_some(folder)
}

fn judged(folder: &Path, name: &str, data: Option<&str>, headers: &[Vec<u8>]) -> Report {
    let read = |name: &str| std::fs::read(folder.join("ots").join(name)).unwrap();
    let subject = read(name);
    let data: Vec<(String, Vec<u8>)> = data.iter().map(|n| (n.to_string(), read(n))).collect();
    let data: Vec<Data<'_>> = data
        .iter()
        .map(|(name, octets)| Data {
            name: name.clone(),
            source: octets,
        })
        .collect();
    let trust = Trust::compiled_in().unwrap();
    let request = Request {
        subject: &subject,
        data: &data,
        digest: None,
        revocation: &[],
        headers,
        signatures: &[],
        trust: &trust,
        at: UnixTime(1_795_800_000),
    };
    verify(&request, &mut |_, _| {})
}

fn headers(folder: &Path) -> Vec<Vec<u8>> {
    let btc = folder.join("btc");
    let mut runs: Vec<Vec<u8>> = ["headers_685440_687516.bin", "headers_822528_830592.bin"]
        .iter()
        .map(|name| std::fs::read(btc.join(name)).unwrap())
        .collect();
    let extra: serde_json::Value =
        serde_json::from_slice(&std::fs::read(btc.join("extra_headers.json")).unwrap()).unwrap();
    let header = extra["canonical"]["358391"].as_str().unwrap();
    runs.push(fidem_fingerprint::hex::decode(header).unwrap());
    runs
}

#[test]
fn real_proofs_lead_to_the_checkpoints_of_this_build_and_altered_ones_do_not() {
    let Some(folder) = vectors() else { return };
    let headers = headers(&folder);
    for name in [
        "manubot-95bf5b2-index.html",
        "manubot-95bf5b2-manuscript.pdf",
        "manubot-defe787-index.html",
        "manubot-defe787-manuscript.pdf",
        "manubot-e786e68-index.html",
        "manubot-e786e68-manuscript.pdf",
    ] {
        let proof = format!("{name}.ots");
        let report = judged(&folder, &proof, Some(name), &headers);
        assert_eq!(report.kind, Kind::OpenTimestamps);
        assert_eq!(report.verdict, Verdict::Match, "{name}: {report:?}");
        assert!(report.has(codes::ANCHOR_CANONICAL));
        assert!(report.trust.iter().any(|used| used.name == "bitcoin"));
        let report = judged(&folder, &proof, None, &headers);
        assert_eq!(report.layers.content, Status::NotSupplied);
        assert_eq!(report.verdict, Verdict::Match);
        let report = judged(&folder, &proof, Some("hello-world.txt"), &headers);
        assert_eq!(report.verdict, Verdict::Mismatch);
        // Without headers nothing is shown, and nothing is contradicted.
        let report = judged(&folder, &proof, Some(name), &[]);
        assert_eq!(report.verdict, Verdict::CannotCheck, "{report:?}");
        assert!(report.has(codes::BITCOIN_HEADER));
    }
}

#[test]
fn a_lone_header_shows_work_and_an_unfinished_proof_shows_a_promise() {
    let Some(folder) = vectors() else { return };
    let headers = headers(&folder);
    let name = "hello-world.txt";
    let report = judged(&folder, "hello-world.txt.ots", Some(name), &headers);
    assert_eq!(report.verdict, Verdict::CannotCheck);
    assert!(report.has(codes::ANCHOR_POW_ONLY), "{report:?}");
    let report = judged(
        &folder,
        "incomplete.txt.ots",
        Some("incomplete.txt"),
        &headers,
    );
    assert_eq!(report.verdict, Verdict::CannotCheck);
    assert!(report.has(codes::ANCHOR_PENDING) && report.has(codes::OTS_PENDING));
    let report = judged(&folder, "unknown-notary.txt.ots", None, &headers);
    assert!(report.has(codes::OTS_UNKNOWN), "{report:?}");
    for name in [
        "bad-major-version.ots",
        "exceeds-max-msg-length.ots",
        "invalid-file-digest-type.ots",
    ] {
        let report = judged(&folder, name, None, &headers);
        assert_eq!(report.verdict, Verdict::Mismatch, "{name}");
        assert!(report.has(codes::OTS_MALFORMED));
    }
}

#[test]
fn a_root_that_is_not_in_the_pinned_block_of_its_height_is_a_mismatch() {
    let Some(folder) = vectors() else { return };
    let headers = headers(&folder);
    let proof = std::fs::read(folder.join("ots/manubot-e786e68-manuscript.pdf.ots")).unwrap();
    let parsed = fidem_anchor::ots::Proof::parse(&proof).unwrap();
    let trust = Trust::compiled_in().unwrap();
    let mut failed = 0;
    // One flipped octet of the digest alters every root that follows.
    for at in [33, 40, 64] {
        let mut altered = proof.clone();
        altered[at] ^= 1;
        let request = Request {
            subject: &altered,
            data: &[],
            digest: None,
            revocation: &[],
            headers: &headers,
            signatures: &[],
            trust: &trust,
            at: UnixTime(1_795_800_000),
        };
        let report = verify(&request, &mut |_, _| {});
        failed += usize::from(report.verdict == Verdict::Mismatch);
        assert!(report.has(codes::BITCOIN_ROOT), "{report:?}");
    }
    assert_eq!(failed, 3);
    assert_eq!(parsed.digest().len(), 32);
}
