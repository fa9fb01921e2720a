//! What an office says of an anchoring, which is written as it was read.
#![no_main]

use fidem_anchor::receipt::{Pins, Worth};
use fidem_manifest::Anchor;
use fidem_verify::judge_anchor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(anchor) = Anchor::from_bytes(data) {
        let written = anchor.to_bytes().expect("what was read can be written");
        assert_eq!(written, data);
        // Nothing is beside it.
        let judged = judge_anchor(&anchor, &[], &Pins::default());
        assert_eq!(judged.worth, Worth::Pending);
    }
});
