//! A checkpoint's text, which reads back as it was written.
#![no_main]

use fidem_anchor::Checkpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(checkpoint) = Checkpoint::from_text(text) {
        assert_eq!(Checkpoint::from_text(&checkpoint.to_text()), Ok(checkpoint));
    }
});
