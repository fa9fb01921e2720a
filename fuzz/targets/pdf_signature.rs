//! Signatures of a PDF. First the octets as they are; then, with those of a signed file before them, as an update that
//! somebody appended: whatever stands in it, the pages are either those that were signed or reported.
#![no_main]

use fidem_fuzz::{NOW, ROOT, signed};
use fidem_pades::{Inputs, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = verify(&Inputs::new(data, &ROOT, NOW));
    let file = [signed::FILE.as_slice(), data].concat();
    let Ok(verification) = verify(&Inputs::new(&file, &ROOT, NOW)) else {
        return;
    };
    // An update that leads back to nothing is another file, without a signature.
    let accepted = !verification.signatures.is_empty() && verification.indication().is_passed();
    let changed = signed::page_content(&file) != Some(signed::CONTENT.to_vec());
    assert!(!(accepted && changed), "an update shows something else");
});
