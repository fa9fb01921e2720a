//! Content codings (RFC 9110 §8.4.1), as far as a server needs them.
//!
//! `gzip` really compresses. `br` and `zstd` carry the octets in stored blocks: a decoder goes through
//! its framing, and no compressor has to be shipped for a test page.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 7932, uncompressed meta-blocks.
    Brotli,
    /// RFC 8878, raw blocks.
    Zstandard,
}

impl Coding {
    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstandard => "zstd",
        }
    }
}

/// `octets` in a coding.
pub fn encode(coding: Coding, octets: &[u8]) -> Vec<u8> {
    match coding {
        Coding::Gzip => gzip(octets),
        Coding::Brotli => brotli(octets),
        Coding::Zstandard => zstandard(octets),
    }
}

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // writing to memory does not fail; if it did, the decoder of the client would say so
    let _ = encoder.write_all(octets);
    encoder.finish().unwrap_or_default()
}

/// RFC 7932 §9.1, §9.2: a window of 16 bits, then meta-blocks of up to 65,536 octets, each ISLAST 0,
/// four nibbles of length less one, ISUNCOMPRESSED 1; at the end one that is last and empty.
fn brotli(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + 16);
    // WBITS of the first octet is the single bit 0; later headers begin on an octet
    let mut header_bits = 1;
    for block in octets.chunks(0x1_0000) {
        let length = (block.len() - 1) as u64;
        // ISLAST 0, MNIBBLES 00, MLEN-1 in 16 bits, ISUNCOMPRESSED 1
        let header = (length << 3) | (1 << 19);
        let shifted = header << header_bits;
        let whole = (20 + header_bits as usize).div_ceil(8);
        out.extend_from_slice(&shifted.to_le_bytes()[..whole]);
        out.extend_from_slice(block);
        header_bits = 0;
    }
    // ISLAST 1, ISLASTEMPTY 1
    out.push(0b11 << header_bits);
    out
}

/// RFC 8878 §3.1.1: the magic number, a descriptor of a single segment with an eight-octet size,
/// then raw blocks of up to 128 KiB.
fn zstandard(octets: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 128 * 1024;
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000];
    out.extend_from_slice(&(octets.len() as u64).to_le_bytes());
    let count = octets.len().div_ceil(BLOCK);
    for (index, block) in octets.chunks(BLOCK).enumerate() {
        let last = u64::from(index + 1 == count);
        let header = last | ((block.len() as u64) << 3);
        out.extend_from_slice(&header.to_le_bytes()[..3]);
        out.extend_from_slice(block);
    }
    if count == 0 {
        out.extend_from_slice(&[1, 0, 0]);
    }
    out
}
