//! What an office says of an anchoring, which reads back as it was written.
#![no_main]

use fidem_anchor::receipt::{Pins, Worth};
use fidem_manifest::Anchor;
use fidem_verify::judge_anchor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(anchor) = Anchor::from_bytes(data) {
        let written = anchor.to_bytes().expect("what was read can be written");
        // Not the octets: `access` and `overseas_public` may be absent and are always written.
        assert_eq!(Anchor::from_bytes(&written), Ok(anchor.clone()));
        // Nothing is beside it.
        let judged = judge_anchor(&anchor, &[], &Pins::default());
        assert_eq!(judged.worth, Worth::Pending);
    }
});
