//! An archive: what can be read can be written, and reads back as it was.
#![no_main]

use fidem_webarchive::warc::{Writer, check, read_record};
use fidem_webarchive::{Limits, Rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        block: 1 << 20,
        inflated: 4 << 20,
        ..Limits::default()
    };
    let source = data.to_vec();
    let checked = check(&source, Rules::Standard, &limits);
    for summary in &checked.records {
        let Ok(record) = read_record(&source, summary.offset, summary.length, &limits) else {
            continue;
        };
        let mut writer = Writer::new(Vec::new());
        let Ok(placed) = writer.write(&record) else {
            continue;
        };
        assert_eq!(placed.block, summary.block);
        let written = writer.finish().expect("in memory");
        let again = read_record(&written, placed.offset, placed.length, &limits);
        assert_eq!(again, Ok(record));
    }
});
