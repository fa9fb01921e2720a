//! Certificates in PEM or DER.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfc3161_client::certificates_from_pem;

fuzz_target!(|data: &[u8]| {
    if let Ok(certificates) = certificates_from_pem(data) {
        assert!(!certificates.is_empty());
    }
});
