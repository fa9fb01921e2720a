//! A response, judged against the request that one of the seeds answers.
#![no_main]

use fidem_fuzz::{NOW, REQUEST, ROOT};
use libfuzzer_sys::fuzz_target;
use rfc3161_client::{Inputs, TimeStampResponse, token_of, verify_response};

fuzz_target!(|data: &[u8]| {
    if let Ok(response) = TimeStampResponse::parse(data) {
        let _ = (response.status_name(), response.failure_names());
    }
    let _ = token_of(data);
    let _ = verify_response(data, &REQUEST, &Inputs::new(&[], &ROOT, NOW));
});
