//! A log's proof: reads back as it was written, and its path is followed.
#![no_main]

use fidem_anchor::LogProof;
use fidem_fingerprint::sha256;
use fidem_fuzz::package::member;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(proof) = LogProof::parse(text) {
        let seal = member(false, "seals/001/seal.json");
        let _ = proof.checkpoint_over(&sha256(&seal));
        assert_eq!(LogProof::parse(&proof.to_text()), Ok(proof));
    }
});
