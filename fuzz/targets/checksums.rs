//! A checksum list, which reads back as it was written.
#![no_main]

use fidem_package::checksums;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(entries) = checksums::read(text) {
        let written = checksums::write(entries.iter().copied());
        assert_eq!(checksums::read(&written), Ok(entries));
    }
});
