//! A revision statement, which reads back as it was written.
#![no_main]

use fidem_manifest::Revision;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(revision) = Revision::from_bytes(data) {
        let written = revision.to_bytes().expect("what was read can be written");
        assert_eq!(Revision::from_bytes(&written), Ok(revision));
    }
});
