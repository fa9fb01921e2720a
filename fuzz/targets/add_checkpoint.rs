//! A request to a witness: it reads back as it was written, and signed by its log it is granted only where nothing is lost.
#![no_main]

use ed25519_dalek::{Signer as _, SigningKey};
use fidem_anchor::{AddCheckpoint, Checkpoint, Known, LogKey, NoteSignature, consider};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(mut request) = AddCheckpoint::parse(text) else {
        return;
    };
    assert_eq!(
        AddCheckpoint::parse(&request.to_text()),
        Ok(request.clone())
    );
    let Ok(checkpoint) = Checkpoint::from_text(&request.note.text) else {
        return;
    };
    let secret = SigningKey::from_bytes(&[4; 32]);
    let log = LogKey {
        name: checkpoint.origin.clone(),
        public: secret.verifying_key().to_bytes(),
    };
    let logs = [log.clone()];
    // No mutation signs, and no seed is signed with this key.
    assert!(consider(&request, &logs, |_| None).is_err());
    let signature = secret.sign(request.note.text.as_bytes()).to_bytes();
    request.note.signatures = vec![NoteSignature::ed25519(&log, signature)];
    let known = Known {
        size: request.old,
        root: [7; 32],
    };
    let granted = consider(&request, &logs, |_| Some(known)).is_ok();
    if granted && known.size > 0 {
        // Nobody finds a tree of that root; it is the very same state.
        assert_eq!((checkpoint.size, checkpoint.root), (known.size, known.root));
    }
});
