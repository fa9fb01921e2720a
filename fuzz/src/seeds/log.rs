//! Notes, requests and files of a log, a statement of an anchoring, a proof with every part.

use ed25519_dalek::{Signer as _, SigningKey};
use fidem_anchor::ots::{Attestation, Branch, DigestKind, Operation, Proof, Timestamp};
use fidem_anchor::{
    AddCheckpoint, Checkpoint, LogKey, Note, NoteSignature, WitnessKey, cosigned_text, tiles,
};
use fidem_fingerprint::{hex, sha256, tree};
use fidem_manifest::{AdapterRef, Anchor, AnchorPlace, AnchorState, Disclosure};

fn leaves(count: u8) -> Vec<[u8; 32]> {
    (0..count).map(|n| [n; 32]).collect()
}

fn log(count: u8) -> tree::Tree {
    tree::Tree::new(tree::leaf_hashes(&leaves(count)))
}

fn signed(count: u8) -> Note {
    let secret = SigningKey::from_bytes(&[3; 32]);
    let key = LogKey {
        name: "fidem/office".to_owned(),
        public: secret.verifying_key().to_bytes(),
    };
    let log = log(count);
    let text = Checkpoint {
        origin: key.name.clone(),
        size: log.size(),
        root: log.root(),
    }
    .to_text();
    let signature = secret.sign(text.as_bytes()).to_bytes();
    Note {
        text,
        signatures: vec![NoteSignature::ed25519(&key, signature)],
    }
}

/// From nothing, grown, and unchanged.
pub fn requests() -> Vec<Vec<u8>> {
    let request = |old: u8, new: u8| {
        let grown = (1..new).contains(&old);
        let proof = grown.then(|| log(new).consistency(old.into())).flatten();
        AddCheckpoint {
            old: old.into(),
            proof: proof.unwrap_or_default(),
            note: signed(new),
        }
        .to_text()
        .into_bytes()
    };
    vec![request(0, 3), request(3, 8), request(3, 3)]
}

/// A note with the line of a witness, the line alone, the line of its key.
pub fn cosigned() -> Vec<Vec<u8>> {
    let secret = SigningKey::from_bytes(&[6; 32]);
    let key = WitnessKey {
        name: "witness.example".to_owned(),
        public: secret.verifying_key().to_bytes(),
    };
    let mut note = signed(3);
    let signature = secret.sign(cosigned_text(77, &note.text).as_bytes());
    let line = NoteSignature::cosignature(&key, 77, signature.to_bytes());
    note.signatures.push(line.clone());
    let alone = line.to_line().trim_end().to_owned();
    vec![
        note.to_text().into_bytes(),
        alone.into_bytes(),
        key.to_line().into_bytes(),
    ]
}

/// Of one, of a few.
pub fn bundles() -> Vec<Vec<u8>> {
    let bundle = |count| {
        let mut files = tiles::files(&leaves(count)).into_iter();
        files.find(|(path, _)| path.starts_with("tile/entries"))
    };
    [1, 5].into_iter().filter_map(bundle).map(|f| f.1).collect()
}

/// What may be absent is, and is not.
pub fn statements() -> Result<Vec<Vec<u8>>, fidem_manifest::StatementError> {
    let bare = Anchor {
        adapter: AdapterRef {
            kind: "evm".to_owned(),
            version: 1,
        },
        anchor: 1,
        changed: "2026-12-01T12:00:00Z".to_owned(),
        disclosure: Disclosure::default(),
        format: Anchor::FORMAT.to_owned(),
        network: "eip155:5555".to_owned(),
        payload: hex::encode(&log(3).root()),
        place: AnchorPlace::default(),
        rail: "链".to_owned(),
        size: 3,
        state: AnchorState::Submitted,
        submitted: "2026-12-01T12:00:00Z".to_owned(),
    };
    let mut full = bare.clone();
    let some = || Some("x".to_owned());
    full.disclosure.operator = some();
    full.disclosure.filing = some();
    full.disclosure.overseas_public = true;
    full.place = AnchorPlace {
        block: some(),
        height: Some(7),
        time: some(),
        transaction: some(),
    };
    full.state = AnchorState::Final;
    Ok(vec![bare.to_bytes()?, full.to_bytes()?])
}

/// A proof with a fork, a block and a promise.
pub fn proofs() -> Vec<Vec<u8>> {
    let digest = [7; 32];
    let salted = sha256(&[digest.as_slice(), &[1; 16]].concat());
    let end = |message: &[u8], attestation| Timestamp {
        message: message.to_vec(),
        branches: vec![Branch::Attested(attestation)],
    };
    let promise = Attestation::Pending {
        uri: "https://calendar.example".to_owned(),
    };
    let block = Branch::Step(
        Operation::Digest(DigestKind::Sha256),
        Box::new(end(&salted, Attestation::Bitcoin { height: 7 })),
    );
    let mut fork = end(&[digest.as_slice(), &[1; 16]].concat(), promise);
    fork.branches.push(block);
    let timestamp = Timestamp {
        message: digest.to_vec(),
        branches: vec![Branch::Step(Operation::Append(vec![1; 16]), Box::new(fork))],
    };
    let mut answer = Vec::new();
    timestamp.write(&mut answer);
    let proof = Proof {
        kind: DigestKind::Sha256,
        timestamp,
    };
    vec![proof.to_bytes(), answer]
}
