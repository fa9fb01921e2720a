//! An OpenTimestamps calendar for tests: it promises, gathers what it promised into one root, and puts that into a block.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use fidem_anchor::ots::{Attestation, Branch, DigestKind, Operation, Timestamp, up};
use fidem_fingerprint::{hex, sha256, tree};

use crate::TestkitError;
use crate::bitcoin::Regtest;
use crate::http::{Asked, Behaviour, Loopback, answer};

const TYPE: &str = "application/vnd.opentimestamps.v1";

/// A running calendar.
pub struct Calendar {
    server: Loopback,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    uri: String,
    forgetful: bool,
    received: Vec<Vec<u8>>,
    /// Commitments that wait.
    waiting: Vec<Vec<u8>>,
    /// Commitments with what is known of them.
    kept: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Calendar {
    /// Starts a calendar.
    ///
    /// # Errors
    /// [`TestkitError`].
    pub fn start() -> Result<Self, TestkitError> {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = Loopback::serve(move |asked| answered(&mut lock(&shared), asked))?;
        let calendar = Self { server, state };
        lock(&calendar.state).uri = calendar.url();
        Ok(calendar)
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url().trim_end_matches('/').to_owned()
    }

    /// The digests that came in, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Vec<u8>> {
        lock(&self.state).received.clone()
    }

    /// From now on it knows of nothing.
    pub fn forget(&self) {
        lock(&self.state).forgetful = true;
    }

    /// It knows again.
    pub fn remember(&self) {
        lock(&self.state).forgetful = false;
    }

    /// Puts everything that waits into one block; its height.
    ///
    /// # Panics
    /// When the node refuses.
    pub fn publish(&self, regtest: &Regtest) -> Option<u64> {
        let mut state = lock(&self.state);
        let waiting = std::mem::take(&mut state.waiting);
        if waiting.is_empty() {
            return None;
        }
        let leaves = waiting.iter().map(|message| tree::leaf_hash(message));
        let gathered = tree::Tree::new(leaves.collect());
        let root = gathered.root();
        let (height, raw, hashes) = regtest.publish(&root);
        let above = in_block(&root, height, &raw, &hashes);
        for (index, message) in (0..).zip(waiting) {
            let path = gathered.inclusion(index).expect("a path");
            let mut steps = vec![
                Operation::Prepend(vec![0]),
                Operation::Digest(DigestKind::Sha256),
            ];
            steps.extend(up(index, gathered.size(), &path));
            let whole = along(&message, steps, above.clone());
            let mut octets = Vec::new();
            whole.write(&mut octets);
            state.kept.insert(message, octets);
        }
        Some(height)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn answered(state: &mut State, asked: &Asked) -> Behaviour {
    let unknown = || answer("404 Not Found", "text/plain", b"Pending confirmation");
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/digest") if asked.body.len() <= 64 => {
            let mut octets = Vec::new();
            state.promise(&asked.body).write(&mut octets);
            answer("200 OK", TYPE, &octets)
        }
        ("GET", "/") => answer("200 OK", "text/plain", b"a calendar for tests"),
        ("GET", path) => {
            let message = path.strip_prefix("/timestamp/").and_then(hex::decode);
            match message
                .filter(|_| !state.forgetful)
                .and_then(|message| state.kept.get(&message))
            {
                Some(octets) => answer("200 OK", TYPE, octets),
                None => unknown(),
            }
        }
        _ => unknown(),
    }
}

impl State {
    /// As the reference does: a nonce, a digest, the time before it and a mark after it.
    fn promise(&mut self, digest: &[u8]) -> Timestamp {
        self.received.push(digest.to_vec());
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).expect("randomness");
        let count = u32::try_from(self.received.len()).expect("few");
        let mark = sha256(&[digest, &nonce].concat());
        let steps = vec![
            Operation::Append(nonce.to_vec()),
            Operation::Digest(DigestKind::Sha256),
            Operation::Prepend(count.to_be_bytes().to_vec()),
            Operation::Append(mark[..8].to_vec()),
        ];
        let mut message = digest.to_vec();
        for step in &steps {
            message = step.apply(&message).expect("short");
        }
        self.waiting.push(message.clone());
        let promised = Timestamp {
            message,
            branches: vec![Branch::Attested(Attestation::Pending {
                uri: self.uri.clone(),
            })],
        };
        along(digest, steps, promised)
    }
}

/// From the root in an `OP_RETURN` through the transaction to the root of the block.
fn in_block(root: &[u8; 32], height: u64, raw: &[u8], hashes: &[[u8; 32]]) -> Timestamp {
    let at = raw
        .windows(root.len())
        .position(|window| window == root)
        .expect("the root stands in the transaction");
    let twice = || {
        [
            Operation::Digest(DigestKind::Sha256),
            Operation::Digest(DigestKind::Sha256),
        ]
    };
    let mut steps = vec![
        Operation::Prepend(raw[..at].to_vec()),
        Operation::Append(raw[at + root.len()..].to_vec()),
    ];
    steps.extend(twice());
    let own = sha256(&sha256(raw));
    let mut index = hashes
        .iter()
        .position(|hash| *hash == own)
        .expect("the transaction");
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        if level.len() % 2 == 1 {
            level.push(*level.last().expect("one"));
        }
        let sibling = level[index ^ 1].to_vec();
        steps.push(match index % 2 {
            0 => Operation::Append(sibling),
            _ => Operation::Prepend(sibling),
        });
        steps.extend(twice());
        let pairs = level.chunks(2);
        level = pairs.map(|pair| sha256(&sha256(&pair.concat()))).collect();
        index /= 2;
    }
    let attested = Timestamp {
        message: level[0].to_vec(),
        branches: vec![Branch::Attested(Attestation::Bitcoin { height })],
    };
    along(root, steps, attested)
}

fn along(message: &[u8], steps: Vec<Operation>, end: Timestamp) -> Timestamp {
    let mut messages = vec![message.to_vec()];
    for step in &steps {
        let last = messages.last().expect("one");
        messages.push(step.apply(last).expect("short"));
    }
    assert_eq!(
        messages.pop().as_ref(),
        Some(&end.message),
        "the steps lead there"
    );
    let mut next = end;
    for (message, step) in messages.into_iter().zip(steps).rev() {
        next = Timestamp {
            message,
            branches: vec![Branch::Step(step, Box::new(next))],
        };
    }
    next
}
