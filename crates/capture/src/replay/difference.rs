//! How far two pictures agree, pixel by pixel, as an eye would take it.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};

/// Why pictures are not compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a picture cannot be read: {reason}")]
pub struct PictureError {
    /// What is wrong with it.
    pub reason: String,
}

/// Octets of one picture in memory.
const MOST: usize = 512 << 20;
/// Share of the greatest distance of colours from which on two pixels differ, as the replay checks of others have it.
const THRESHOLD: f64 = 0.1;
/// The greatest squared distance in YIQ.
const GREATEST: f64 = 35_215.0;

struct Picture {
    width: usize,
    height: usize,
    /// Red, green, blue of each pixel, on white.
    pixels: Vec<[f64; 3]>,
}

/// The share of pixels that agree, 0 to 1. What one picture has and the other has not counts as different. Colours are
/// compared in YIQ (Kotsarenko and Ramos 2010) with threshold 0.1; unlike pixelmatch, the rims of letters count too.
///
/// # Errors
/// [`PictureError`] for what is no PNG (ISO 15948), or too large.
pub fn matching(one: &[u8], other: &[u8]) -> Result<f64, PictureError> {
    let (one, other) = (decode(one)?, decode(other)?);
    let all = one.width.max(other.width) * one.height.max(other.height);
    let (width, height) = (one.width.min(other.width), one.height.min(other.height));
    let mut same = 0_usize;
    for row in 0..height {
        let left = one.pixels.get(row * one.width..).unwrap_or_default();
        let right = other.pixels.get(row * other.width..).unwrap_or_default();
        same += left
            .iter()
            .zip(right)
            .take(width)
            .filter(|(a, b)| alike(a, b))
            .count();
    }
    Ok(ratio(same, all))
}

/// A share; 1 where there is nothing to differ in.
pub(super) fn ratio(part: usize, all: usize) -> f64 {
    match all {
        0 => 1.0,
        // Both are far below 2⁵².
        #[expect(clippy::cast_precision_loss)]
        all => part as f64 / all as f64,
    }
}

fn alike(a: &[f64; 3], b: &[f64; 3]) -> bool {
    if a == b {
        return true;
    }
    let [r, g, b] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    let y = r * 0.298_895_31 + g * 0.586_622_47 + b * 0.114_482_23;
    let i = r * 0.595_977_99 - g * 0.274_176_10 - b * 0.321_801_89;
    let q = r * 0.211_470_17 - g * 0.522_617_11 + b * 0.311_146_94;
    0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q <= GREATEST * THRESHOLD * THRESHOLD
}

fn decode(octets: &[u8]) -> Result<Picture, PictureError> {
    let fail = |reason: String| PictureError { reason };
    let mut decoder = Decoder::new_with_limits(Cursor::new(octets), Limits { bytes: MOST });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|e| fail(e.to_string()))?;
    let size = reader.output_buffer_size().filter(|size| *size <= MOST);
    let mut buffer = vec![0; size.ok_or_else(|| fail("too large".to_owned()))?];
    let frame = reader
        .next_frame(&mut buffer)
        .map_err(|e| fail(e.to_string()))?;
    let octets = buffer.get(..frame.buffer_size()).unwrap_or_default();
    let pixels = match frame.color_type {
        ColorType::Rgb => octets
            .as_chunks::<3>()
            .0
            .iter()
            .map(|p| p.map(f64::from))
            .collect(),
        ColorType::Rgba => octets
            .as_chunks::<4>()
            .0
            .iter()
            .map(|p| on_white([p[0], p[1], p[2]], p[3]))
            .collect(),
        ColorType::Grayscale => octets.iter().map(|g| [f64::from(*g); 3]).collect(),
        ColorType::GrayscaleAlpha => octets
            .as_chunks::<2>()
            .0
            .iter()
            .map(|p| on_white([p[0]; 3], p[1]))
            .collect(),
        ColorType::Indexed => return Err(fail("indexed colours".to_owned())),
    };
    Ok(Picture {
        width: frame.width as usize,
        height: frame.height as usize,
        pixels,
    })
}

fn on_white(colour: [u8; 3], alpha: u8) -> [f64; 3] {
    let alpha = f64::from(alpha) / 255.0;
    colour.map(|c| 255.0 + (f64::from(c) - 255.0) * alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        let mut octets = Vec::new();
        for y in 0..height {
            for x in 0..width {
                octets.extend(colour(x, y));
            }
        }
        writer.write_image_data(&octets).unwrap();
        writer.finish().unwrap();
        out
    }

    #[test]
    fn differing_pixels_are_counted() {
        let white = picture(10, 10, |_, _| [255; 3]);
        let line = picture(10, 10, |x, _| if x == 0 { [0; 3] } else { [255; 3] });
        let tint = picture(10, 10, |_, _| [250, 252, 255]);
        assert_eq!(matching(&white, &white), Ok(1.0));
        assert_eq!(matching(&white, &line), Ok(0.9));
        assert_eq!(matching(&white, &tint), Ok(1.0));
        // Red and green of the same brightness are two colours.
        let red = picture(4, 4, |_, _| [200, 0, 0]);
        let green = picture(4, 4, |_, _| [0, 102, 0]);
        assert_eq!(matching(&red, &green), Ok(0.0));
    }

    #[test]
    fn what_one_lacks_differs() {
        let tall = picture(10, 20, |_, _| [9; 3]);
        let short = picture(10, 10, |_, _| [9; 3]);
        assert_eq!(matching(&tall, &short), Ok(0.5));
        assert_eq!(matching(&short, &tall), Ok(0.5));
        assert!(matching(&tall, b"\x89PNG\r\n\x1a\n").is_err());
    }
}
