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

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};

    use super::{Coding, encode};

    fn samples() -> Vec<Vec<u8>> {
        [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073, 400_000]
            .iter()
            .map(|&length| {
                let mut octets = vec![0; length];
                crate::generated(1, 0, &mut octets);
                octets
            })
            .collect()
    }

    #[test]
    fn others_decode_brotli_and_gzip() {
        for octets in samples() {
            let mut read = Vec::new();
            let coded = encode(Coding::Brotli, &octets);
            let mut decoder = brotli_decompressor::Decompressor::new(coded.as_slice(), 4096);
            decoder.read_to_end(&mut read).unwrap();
            assert!(read == octets, "br {}", octets.len());
            let coded = encode(Coding::Gzip, &octets);
            let mut read = Vec::new();
            flate2::read::GzDecoder::new(coded.as_slice())
                .read_to_end(&mut read)
                .unwrap();
            assert!(read == octets, "gzip {}", octets.len());
        }
    }

    #[test]
    fn zstd_decodes_zstandard() {
        for octets in samples() {
            let child = Command::new("zstd")
                .args(["-d", "-c", "-q"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn();
            let Ok(mut child) = child else {
                eprintln!("skipped: no zstd");
                return;
            };
            let mut input = child.stdin.take().unwrap();
            let coded = encode(Coding::Zstandard, &octets);
            let writing = std::thread::spawn(move || input.write_all(&coded));
            let output = child.wait_with_output().unwrap();
            writing.join().unwrap().unwrap();
            assert!(
                output.status.success() && output.stdout == octets,
                "{}",
                octets.len()
            );
        }
    }
}
