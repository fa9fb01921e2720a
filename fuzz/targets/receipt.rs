//! A receipt: the PDF reader, and verification of what is attached.
#![no_main]

use fidem_fuzz::NOW;
use fidem_fuzz::package::EXAMPLE_TRUST;
use fidem_verify::{Request, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // Without it the bytes are of another kind; a mutation should not be spent on it.
    let subject = [b"%PDF-", data].concat();
    let request = Request {
        subject: &subject,
        data: &[],
        digest: None,
        revocation: &[],
        trust: &EXAMPLE_TRUST,
        at: NOW,
    };
    let _ = verify(&request, &mut |_, _| ());
});
