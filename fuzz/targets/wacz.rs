//! A WACZ: whatever it is, it is checked under both rules, and what its index points at is read.
#![no_main]

use fidem_webarchive::lookup::Wacz;
use fidem_webarchive::wacz::check;
use fidem_webarchive::{Limits, Rules, Severity};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        block: 1 << 20,
        inflated: 4 << 20,
        statement: 1 << 20,
        ..Limits::default()
    };
    let source = data.to_vec();
    let own = check(&source, Rules::Own, &limits);
    let standard = check(&source, Rules::Standard, &limits);
    assert!(own.findings.iter().all(|f| f.severity == Severity::Fault));
    assert_eq!(own.findings.len(), standard.findings.len());
    let Ok(opened) = Wacz::open(&source, &limits) else {
        return;
    };
    for entry in opened.entries() {
        // an archive without findings holds what its index says
        if opened.record(entry).is_err() {
            assert!(!own.findings.is_empty());
        }
    }
});
