//! What the tests share: a public-key infrastructure of `openssl`, and programs that judge.
#![allow(dead_code)] // each test uses its part
#![allow(clippy::print_stdout)] // says what is skipped
#![allow(clippy::disallowed_methods)] // `openssl` goes by the system's clock, and so must what is tested with it

pub mod judges;
pub mod pki;

use std::path::PathBuf;
use std::time::SystemTime;

use fidem_signing::SigningTime;

/// A certificate as the program typesets it.
pub fn certificate() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../samples/packages/v1/receipt.pdf"
    );
    std::fs::read(path).expect("the sample")
}

/// The clock, because `openssl` goes by it as well.
pub fn now() -> SigningTime {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("after 1970");
    SigningTime {
        unix: i64::try_from(since.as_secs()).expect("a time"),
        offset_minutes: 480,
    }
}

/// A picture of a red ring on nothing.
pub fn seal_png(side: u32) -> Vec<u8> {
    let mut pixels = Vec::new();
    let half = f64::from(side) / 2.0;
    for y in 0..side {
        for x in 0..side {
            let (dx, dy) = (f64::from(x) - half, f64::from(y) - half);
            let ring = (0.8..0.98).contains(&(dx.hypot(dy) / half));
            pixels.extend_from_slice(if ring {
                &[220, 20, 30, 230]
            } else {
                &[220, 20, 30, 0]
            });
        }
    }
    png_of(side, side, png::ColorType::Rgba, &pixels)
}

pub fn png_of(width: u32, height: u32, colours: png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colours);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels).expect("pixels");
    writer.finish().expect("an end");
    file
}

/// Leaves a file for judges outside in the folder of the environment variable `FIDEM_SIGNED`, if there is one.
pub fn leave(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("FIDEM_SIGNED").map(PathBuf::from) {
        std::fs::create_dir_all(&folder).expect("the folder");
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
}
