//! An OpenTimestamps proof, which is written as it was read, and a calendar's answer likewise; then headers. A proof is
//! canonical under a pinned header with its root, and under nothing else.
#![no_main]

use fidem_anchor::bitcoin::{HEADER, Header, Pin, Run, Runs, judge, judge_file};
use fidem_anchor::ots::{Attestation, Proof, Timestamp};
use fidem_anchor::receipt::Worth;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(proof) = Proof::parse(data) {
        assert_eq!(proof.to_bytes(), data);
        assert_ne!(
            judge(data, &[7; 32], &Runs::default(), &[]).worth,
            Worth::Canonical
        );
        under_headers(&proof);
    }
    if let Ok(answer) = Timestamp::parse(data, vec![7; 32]) {
        let mut written = Vec::new();
        answer.write(&mut written);
        assert_eq!(written, data);
        let mut merged = answer.clone();
        assert!(merged.merge(answer));
    }
    if let Ok(run) = Run::parse(data) {
        let _ = run.standing(0, &Pin::new("bitcoin".to_owned(), []));
    }
});

fn under_headers(proof: &Proof) {
    for (root, attestation) in proof.timestamp.attestations() {
        let (Attestation::Bitcoin { height }, true) = (attestation, root.len() == 32) else {
            continue;
        };
        let mut header = [0; HEADER];
        header[36..68].copy_from_slice(root);
        let runs = Runs::parse([header.as_slice()]).expect("one header is a run");
        // The form of its target is zero, so that it claims no work and has none.
        let unpinned = judge_file(proof, &runs, &[]);
        assert_eq!(unpinned.worth, Worth::Failed);
        let height = u32::try_from(*height).unwrap_or(7);
        let pin = Pin::new("bitcoin".to_owned(), [(height, Header::of(&header).hash())]);
        // Another attestation may name another block of that height, or stand before.
        let judged = judge_file(proof, &runs, &[pin]);
        assert!(matches!(judged.worth, Worth::Canonical | Worth::Failed));
    }
}
