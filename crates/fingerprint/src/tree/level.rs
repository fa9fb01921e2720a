//! SHA-256 of many messages of one length behind a one-byte prefix: a level of a tree.

use super::Hash;
use crate::block::Block;
use crate::block::SHA256_INITIAL;
use crate::block::digest;

/// Hashes `prefix || message` for messages of `N` bytes.
///
/// The padding of a fixed length is laid out once; of a message only its bytes are copied.
pub(super) struct Prefixed<const N: usize> {
    #[cfg(target_arch = "x86_64")]
    proofs: crate::lanes::Proofs,
    /// The padded blocks of the messages side by side, one message after another.
    blocks: Vec<Block>,
    /// Blocks of one message.
    per_message: usize,
}

/// As many messages as the widest kernel takes.
const WIDEST: usize = 16;

impl<const N: usize> Prefixed<N> {
    pub(super) fn new(prefix: u8) -> Self {
        Self::with(crate::Lanes::fastest(), prefix)
    }

    fn with(lanes: crate::Lanes, prefix: u8) -> Self {
        #[cfg(not(target_arch = "x86_64"))]
        let _ = lanes;
        let size = N + 1;
        // Behind the message follow one byte 0x80 and eight of length.
        let per_message = (size + 9).div_ceil(64);
        let mut message = vec![[0; 64]; per_message];
        let bytes = message.as_flattened_mut();
        bytes[0] = prefix;
        bytes[size] = 0x80;
        let end = bytes.len();
        bytes[end - 8..].copy_from_slice(&(size as u64 * 8).to_be_bytes());
        Prefixed {
            #[cfg(target_arch = "x86_64")]
            proofs: crate::lanes::Proofs::new(lanes),
            blocks: message.repeat(WIDEST),
            per_message,
        }
    }

    /// Appends the hash of every message to `hashes`.
    pub(super) fn append(&mut self, messages: &[[u8; N]], hashes: &mut Vec<Hash>) {
        #[cfg(target_arch = "x86_64")]
        let messages = self.append_side_by_side(messages, hashes);
        for message in messages {
            self.lay_out(std::slice::from_ref(message));
            let mut state = SHA256_INITIAL;
            sha2::block_api::compress256(&mut state, &self.blocks[..self.per_message]);
            hashes.push(digest(&state));
        }
    }

    fn lay_out(&mut self, messages: &[[u8; N]]) {
        let places = self.blocks.chunks_exact_mut(self.per_message);
        for (place, message) in places.zip(messages) {
            place.as_flattened_mut()[1..=N].copy_from_slice(message);
        }
    }

    /// Hashes as many messages as fill kernels, and returns the others.
    #[cfg(target_arch = "x86_64")]
    fn append_side_by_side<'a>(
        &mut self,
        messages: &'a [[u8; N]],
        hashes: &mut Vec<Hash>,
    ) -> &'a [[u8; N]] {
        use crate::lanes::Sha256x4;
        use crate::lanes::Sha256x16;

        let mut rest = messages;
        if let Some(avx512) = self.proofs.avx512 {
            rest = self.append_with(Sha256x16(avx512), rest, hashes);
        }
        if let Some(sha_ni) = self.proofs.sha_ni {
            rest = self.append_with(Sha256x4(sha_ni), rest, hashes);
        }
        rest
    }

    #[cfg(target_arch = "x86_64")]
    fn append_with<'a, const L: usize>(
        &mut self,
        kernel: impl crate::lanes::Kernel<L, 8>,
        messages: &'a [[u8; N]],
        hashes: &mut Vec<Hash>,
    ) -> &'a [[u8; N]] {
        let (groups, rest) = messages.as_chunks::<L>();
        for group in groups {
            self.lay_out(group);
            let lane = |lane| &self.blocks[lane * self.per_message..][..self.per_message];
            let mut state = SHA256_INITIAL.map(|word| [word; L]);
            kernel.compress(&mut state, &std::array::from_fn(lane));
            hashes.extend((0..L).map(|lane| digest(&state.each_ref().map(|row| row[lane]))));
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kernel, and with 39 messages every remainder that one kernel leaves to the next.
    #[test]
    fn every_kernel_hashes_the_same() {
        let messages: Vec<[u8; 80]> = (0..39_u8).map(|number| [number; 80]).collect();
        let one = |message: &[u8; 80]| crate::sha256(&[&[7], message.as_slice()].concat());
        let expected: Vec<Hash> = messages.iter().map(one).collect();
        for lanes in crate::kernels() {
            let mut hashes = Vec::new();
            Prefixed::with(lanes, 7).append(&messages, &mut hashes);
            assert_eq!(hashes, expected, "{lanes:?}");
        }
    }
}
