//! A note that a witness signed: the line reads back, holds for this text and time, and for no others. And the line of its
//! key, and lines of signatures by themselves.
#![no_main]

use ed25519_dalek::{Signer as _, SigningKey};
use fidem_anchor::{LogKey, Note, NoteSignature, WitnessKey, cosigned_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key) = WitnessKey::from_line(text) {
        assert!(LogKey::from_line(text).is_err());
        assert_eq!(WitnessKey::from_line(&key.to_line()), Ok(key));
    }
    if let Some(line) = NoteSignature::from_line(text) {
        assert_eq!(
            NoteSignature::from_line(line.to_line().trim_end_matches('\n')),
            Some(line)
        );
    }
    let Ok(mut note) = Note::parse(text) else {
        return;
    };
    let secret = SigningKey::from_bytes(&[5; 32]);
    let key = WitnessKey {
        name: "witness.example".to_owned(),
        public: secret.verifying_key().to_bytes(),
    };
    // No mutation signs.
    assert_eq!(note.cosigned_by(&key).flatten(), None);
    let time = note.text.len() as u64;
    let signature = secret.sign(cosigned_text(time, &note.text).as_bytes());
    let line = NoteSignature::cosignature(&key, time, signature.to_bytes());
    note.signatures.insert(0, line);
    assert_eq!(note.cosigned_by(&key), Some(Some(time)));
    note.text.push('\n');
    assert_eq!(note.cosigned_by(&key), Some(None));
});
