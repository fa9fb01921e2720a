//! The one entry of verification, on a file of any kind.
#![no_main]

use fidem_fuzz::NOW;
use fidem_fuzz::package::{EXAMPLE_TRUST, member};
use fidem_verify::{Data, Language, Request, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (subject, seal) = (data.to_vec(), member(false, "seals/001/seal.json"));
    let source = Data {
        name: "seal.json".to_owned(),
        source: &seal,
    };
    let request = Request {
        subject: &subject,
        data: &[source],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &EXAMPLE_TRUST,
        at: NOW,
    };
    let _ = verify(&request, &mut |_, _| ()).to_json(Language::Chinese);
});
