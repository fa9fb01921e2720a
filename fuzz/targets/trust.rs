//! Trust handed in by whoever verifies: the trust file, PEM or DER.
#![no_main]

use fidem_verify::Trust;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Trust::supplied([("trust", data)]);
});
