//! An item record, which reads back as it was written.
#![no_main]

use fidem_manifest::ItemRecord;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(record) = ItemRecord::from_bytes(data) {
        let _ = record.class_is_supported();
        let written = record.to_bytes().expect("what was read can be written");
        assert_eq!(ItemRecord::from_bytes(&written), Ok(record));
    }
});
