//! A seal statement, which reads back as it was written.
#![no_main]

use fidem_manifest::Seal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(seal) = Seal::from_bytes(data) {
        let written = seal.to_bytes().expect("what was read can be written");
        assert_eq!(Seal::from_bytes(&written), Ok(seal));
    }
});
