//! A certificate: as the anchor above a sound chain, and beside it in the search for a path.
#![no_main]

use fidem_fuzz::{NOW, REPLY};
use libfuzzer_sys::fuzz_target;
use rfc3161_client::{Anchor, CertificateSummary, Inputs, verify};

fuzz_target!(|data: &[u8]| {
    if CertificateSummary::of_der(data).is_err() {
        return;
    }
    let fuzzed = [data.to_vec()];
    let anchors = [Anchor::of(data.to_vec())];
    let mut inputs = Inputs::new(&REPLY, &anchors, NOW);
    inputs.intermediates = &fuzzed;
    let _ = verify(&inputs);
});
