//! A bundle of a log's entries, which is written as it was read.
#![no_main]

use fidem_anchor::tiles::{bundle_path, files, read_bundle};
use libfuzzer_sys::fuzz_target;

/// Octets of a full bundle.
const FULL: usize = 256 * 34;

fuzz_target!(|data: &[u8]| {
    let Ok(entries) = read_bundle(data) else {
        return;
    };
    let files = files(&entries);
    let Some(first) = data.chunks(FULL).next() else {
        assert!(files.is_empty());
        return;
    };
    let path = bundle_path(0, entries.len());
    let found = files.iter().find(|(name, _)| *name == path);
    assert_eq!(found.map(|(_, octets)| octets.as_slice()), Some(first));
});
