//! An OCSP response: as it comes, and as the signed part of one whose signature holds.
#![no_main]

use fidem_fuzz::made;
use libfuzzer_sys::fuzz_target;
use rfc3161_client::verify;

fuzz_target!(|data: &[u8]| {
    let responses = [data.to_vec(), made::ocsp_response(data)];
    let _ = verify(&made::inputs(&*made::PLAIN, &responses));
});
