//! Pictures and sounds made in code, so that pages need no files.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

const SAMPLES_PER_SECOND: u32 = 8000;

/// A PNG of that many pixels, in colours that belong to `seed` (ISO/IEC 15948, 8 bits RGB).
pub fn png(width: u16, height: u16, seed: u32) -> Vec<u8> {
    let [red, green, blue, _] = seed.wrapping_mul(0x9e37_79b1).to_le_bytes();
    let mut rows = Vec::new();
    for y in 0..height {
        // filter type 0: none
        rows.push(0);
        for x in 0..width {
            let [low, _] = x.wrapping_mul(y).to_le_bytes();
            let [column, _] = x.to_le_bytes();
            rows.extend([red.wrapping_add(low), green.wrapping_add(column), blue]);
        }
    }
    let mut header = u32::from(width).to_be_bytes().to_vec();
    header.extend(u32::from(height).to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", zlib(&rows)), (b"IEND", vec![])] {
        png_chunk(&mut out, kind, &data);
    }
    out
}

fn zlib(octets: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // writing to memory does not fail; if it did, no browser would show the picture
    let _ = encoder.write_all(octets);
    encoder.finish().unwrap_or_default()
}

fn png_chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    let checksum = crc32fast::hash(out.get(start..).unwrap_or_default());
    out.extend(checksum.to_be_bytes());
}

/// A square wave of 400 Hz as WAV: 8,000 samples a second, 8 bits, one channel.
pub fn wav(samples: u16) -> Vec<u8> {
    let data = u32::from(samples);
    let mut out = b"RIFF".to_vec();
    out.extend((36 + data).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend(16u32.to_le_bytes());
    // PCM, one channel
    out.extend([1, 0, 1, 0]);
    out.extend(SAMPLES_PER_SECOND.to_le_bytes());
    out.extend(SAMPLES_PER_SECOND.to_le_bytes());
    // octets of a sample, bits of a sample
    out.extend([1, 0, 8, 0]);
    out.extend_from_slice(b"data");
    out.extend(data.to_le_bytes());
    out.extend((0..samples).map(|index| if index / 10 % 2 == 0 { 0x70 } else { 0x90 }));
    out
}
