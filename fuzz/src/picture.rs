//! PNG (ISO/IEC 15948) whose checksums hold, whatever stands in the chunks.

use std::sync::LazyLock;

const MAGIC: usize = 8;
/// Length and type before the data of a chunk, checksum behind.
const HEAD: usize = 8;

const SIDES: [u32; 2] = [40, 33];
/// Pixels of [`PLAIN`].
pub const PIXELS: u64 = SIDES[0] as u64 * SIDES[1] as u64;

/// A picture of one colour.
pub static PLAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut octets = Vec::new();
    let mut encoder = png::Encoder::new(&mut octets, SIDES[0], SIDES[1]);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("in order");
    let data = vec![9; 3 * usize::try_from(PIXELS).expect("small")];
    writer.write_image_data(&data).expect("of that size");
    writer.finish().expect("to the end");
    octets
});

/// The octets with every chunk's checksum made right, as far as they are chunks.
pub fn with_checksums(octets: &[u8]) -> Vec<u8> {
    let mut octets = octets.to_vec();
    let mut at = MAGIC;
    while let Some(length) = octets.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().expect("four octets")) as usize;
        let end = at.saturating_add(HEAD).saturating_add(length);
        if end.saturating_add(4) > octets.len() {
            break;
        }
        let sum = crc32fast::hash(&octets[at + 4..end]);
        octets[end..end + 4].copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
    octets
}
