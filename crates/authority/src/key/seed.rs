//! Entropy drawn once and stretched, so that it decides everything and can fail in one place only.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256, Sha384};

use crate::authority::EntropyUnavailable;

pub(crate) const SEED_BYTES: usize = 48;

/// Bytes drawn from one seed: block *i* is SHA-256(seed ‖ *i*). The seed is drawn once, so that
/// entropy can fail in one place only and generating a key cannot.
pub(crate) struct SeedStream {
    seed: [u8; SEED_BYTES],
    block: u64,
    pending: Vec<u8>,
}

impl SeedStream {
    pub(crate) fn draw(
        entropy: &mut dyn FnMut(&mut [u8]) -> Result<(), EntropyUnavailable>,
    ) -> Result<Self, EntropyUnavailable> {
        let mut seed = [0; SEED_BYTES];
        entropy(&mut seed)?;
        Ok(Self {
            seed,
            block: 0,
            pending: Vec::new(),
        })
    }

    /// Another stream for every message, which only who knows `secret` can foretell.
    pub(crate) fn of_message(secret: &[u8; SEED_BYTES], message: &[u8]) -> Self {
        let seed = Sha384::new()
            .chain_update(secret)
            .chain_update(message)
            .finalize();
        Self {
            seed: seed.into(),
            block: 0,
            pending: Vec::new(),
        }
    }

    pub(crate) fn bytes<const BYTES: usize>(&mut self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        self.fill(&mut bytes);
        bytes
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next();
        }
    }

    fn next(&mut self) -> u8 {
        loop {
            if let Some(byte) = self.pending.pop() {
                return byte;
            }
            let block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(self.block.to_be_bytes())
                .finalize();
            self.block = self.block.wrapping_add(1);
            self.pending.extend(block);
        }
    }
}

impl TryRng for SeedStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for SeedStream {}
