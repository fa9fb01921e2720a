//! Canonical JSON: what the check accepts is JSON to another reader, and the only spelling of its value.
#![no_main]

use fidem_manifest::canonical;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let value = serde_json::from_slice::<serde_json::Value>(data);
    if canonical::check(data).is_ok() {
        let value = value.expect("canonical JSON is JSON");
        assert_eq!(canonical::encode(&value).as_deref(), Ok(data));
    } else if let Ok(written) = value
        .map_err(drop)
        .and_then(|v| canonical::encode(&v).map_err(drop))
    {
        assert_eq!(canonical::check(&written), Ok(()));
    }
});
