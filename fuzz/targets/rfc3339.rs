//! A time of our own statements, which reads back as it was written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rfc3161_client::UnixTime;

fuzz_target!(|text: &str| {
    if let Some(time) = UnixTime::from_rfc3339(text) {
        assert_eq!(UnixTime::from_rfc3339(&time.to_rfc3339()), Some(time));
    }
});
