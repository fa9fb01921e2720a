//! Links between certificates whose signatures have been verified already.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::certificate::Certificate;

/// Links remembered; an office has a handful, a large set of hostile tokens is not remembered whole.
const MAX_KNOWN: usize = 4_096;

/// Certificates whose signature was found to be that of a key, so that the tokens of one authority do not have it
/// computed each time.
///
/// Such a finding depends on the bytes of both alone, never on the time, on anchors or on the algorithm table, and those
/// are judged anew for every token. So a verdict is the same with and without it. Only valid signatures are remembered.
#[derive(Clone, Debug, Default)]
pub struct KnownLinks(Arc<Mutex<BTreeSet<[u8; 64]>>>);

impl KnownLinks {
    pub(crate) fn contains(&self, link: &[u8; 64]) -> bool {
        self.set().contains(link)
    }

    pub(crate) fn remember(&self, link: [u8; 64]) {
        let mut set = self.set();
        if set.len() < MAX_KNOWN {
            set.insert(link);
        }
    }

    fn set(&self) -> std::sync::MutexGuard<'_, BTreeSet<[u8; 64]>> {
        // What stands in the set is true whichever thread ended before its time.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a link is known by: the certificate, its signature included, and the key of its issuer with the parameters.
pub(crate) fn link_of(child: &Certificate, issuer: &Certificate) -> [u8; 64] {
    let mut key = Sha256::new();
    key.update(&issuer.public_key.spki);
    let mut link = [0; 64];
    let (left, right) = link.split_at_mut(32);
    left.copy_from_slice(&Sha256::digest(&child.der));
    right.copy_from_slice(&key.finalize());
    link
}
