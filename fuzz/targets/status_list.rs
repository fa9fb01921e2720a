//! The text of a status list, which reads back as it was written.
#![no_main]

use fidem_manifest::StatusList;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(list) = StatusList::from_text(text) {
        assert_eq!(list.to_text().as_deref(), Ok(text));
    }
});
