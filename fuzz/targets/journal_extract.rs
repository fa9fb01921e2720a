//! A journal extract: reads back as it was written, and its chain is followed.
#![no_main]

use fidem_manifest::JournalExtract;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(extract) = JournalExtract::from_bytes(data) {
        let _ = extract.heads();
        let written = extract.to_bytes().expect("what was read can be written");
        assert_eq!(JournalExtract::from_bytes(&written), Ok(extract));
    }
});
