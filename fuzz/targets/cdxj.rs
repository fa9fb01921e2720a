//! A line of an index: reads back as it was written; any text has a key.
#![no_main]

use fidem_webarchive::cdxj::{Entry, request_query, surt};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = request_query(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = surt(text);
    if let Ok(entry) = Entry::parse(text) {
        let line = entry.to_line();
        assert_eq!(Entry::parse(line.trim_end_matches('\n')), Ok(entry));
    }
});
