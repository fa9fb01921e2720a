//! A package with one member replaced: it matches when nothing was changed by that, and never else.
#![no_main]

use fidem_fuzz::NOW;
use fidem_fuzz::package::{EXAMPLE_TRUST, with_member};
use fidem_verify::{Request, Verdict, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let replaced = data
        .split_first()
        .and_then(|(number, bytes)| with_member(*number, bytes));
    let Some((package, expected)) = replaced else {
        return;
    };
    let request = Request {
        subject: &package,
        data: &[],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &EXAMPLE_TRUST,
        at: NOW,
    };
    let report = verify(&request, &mut |_, _| ());
    let matches = report.verdict == Verdict::Match;
    assert_eq!(matches, expected.unwrap_or(matches));
});
