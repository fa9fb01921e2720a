//! A request, which reads back as it was written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfc3161_client::TimeStampRequest;

fuzz_target!(|data: &[u8]| {
    let Ok(request) = TimeStampRequest::parse(data) else {
        return;
    };
    // A policy with an arc beyond 128 bits can be read and not written.
    if let Ok(written) = request.to_der() {
        assert_eq!(TimeStampRequest::parse(&written), Ok(request));
    }
});
