//! A proof of one item: reads back as it was written, and its paths are followed.
#![no_main]

use fidem_fingerprint::of;
use fidem_manifest::Partial;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(partial) = Partial::from_bytes(data) {
        let _ = partial.content.root(&of(b"abc"), partial.size);
        let _ = partial.record.root(&of(b"abc"), partial.size);
        let written = partial.to_bytes().expect("what was read can be written");
        assert_eq!(Partial::from_bytes(&written), Ok(partial));
    }
});
