//! A package with one member replaced, which must never match unless nothing was replaced.
#![no_main]

use fidem_fuzz::NOW;
use fidem_fuzz::package::{EXAMPLE_TRUST, with_member};
use fidem_verify::{Request, Verdict, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let replaced = data
        .split_first()
        .and_then(|(number, bytes)| with_member(*number, bytes));
    let Some((package, altered)) = replaced else {
        return;
    };
    let request = Request {
        subject: &package,
        data: &[],
        digest: None,
        trust: &EXAMPLE_TRUST,
        at: NOW,
    };
    let report = verify(&request, &mut |_, _| ());
    assert!(!altered || report.verdict != Verdict::Match);
});
