//! A signed note, or the line of a key; both read back as they were written.
#![no_main]

use fidem_anchor::{LogKey, Note};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key) = LogKey::from_line(text) {
        assert_eq!(LogKey::from_line(&key.to_line()), Ok(key));
    }
    if let Ok(note) = Note::parse(text) {
        assert_eq!(Note::parse(&note.to_text()), Ok(note));
    }
});
