//! The picture of a seal 电子公章: a PNG (ISO/IEC 15948) turned into image XObjects without fonts.

use std::io::Cursor;

use fidem_pdf::{Dictionary, Object, Reference};
use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};

use crate::update::{Update, dictionary, name, size};

/// Largest file: a picture of this many pixels, badly compressed.
const MAX_FILE: usize = 4 << 20;
/// Most pixels; a seal of 42 mm at 600 dots to the inch.
const MAX_PIXELS: u64 = 1 << 20;
/// Octets that the decoder may take beside the picture.
const DECODER_ROOM: usize = 16 << 20;

/// Why a picture is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The file is too large.
    #[error("the picture has {octets} octets, more than {MAX_FILE}")]
    File {
        /// How large.
        octets: usize,
    },
    /// The picture is too large.
    #[error("the picture has {width} by {height} pixels, more than {MAX_PIXELS}")]
    Pixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// No PNG, or a broken one.
    #[error("the picture is no PNG that can be read: {reason}")]
    Png {
        /// What the decoder says.
        reason: String,
    },
    /// Several frames or something else that is no single picture of eight bits.
    #[error("the picture is of a kind that is not taken")]
    Kind,
}

/// A picture, decoded and found fit.
#[derive(Clone)]
pub struct Seal {
    width: u32,
    height: u32,
    colours: Vec<u8>,
    /// Nothing when every pixel is opaque.
    opacity: Option<Vec<u8>>,
}

impl Seal {
    /// Reads a PNG of any colour type; 16 bits become 8.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn from_png(file: &[u8]) -> Result<Self, SealError> {
        if file.len() > MAX_FILE {
            return Err(SealError::File { octets: file.len() });
        }
        let unreadable = |error: DecodingError| SealError::Png {
            reason: error.to_string(),
        };
        let limits = Limits {
            bytes: DECODER_ROOM,
        };
        let mut decoder = Decoder::new_with_limits(Cursor::new(file), limits);
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(unreadable)?;
        let (width, height) = (reader.info().width, reader.info().height);
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(SealError::Pixels { width, height });
        }
        if reader.info().animation_control.is_some() {
            return Err(SealError::Kind);
        }
        let mut samples = vec![0; reader.output_buffer_size().ok_or(SealError::Kind)?];
        let frame = reader.next_frame(&mut samples).map_err(unreadable)?;
        if frame.bit_depth != BitDepth::Eight {
            return Err(SealError::Kind);
        }
        samples.truncate(frame.buffer_size());
        let (colours, opacity) = split(frame.color_type, &samples)?;
        Ok(Self {
            width,
            height,
            colours,
            opacity: opacity.filter(|mask| mask.iter().any(|pixel| *pixel != 0xff)),
        })
    }

    /// Adds the image, and the form that shows it in a box of this extent, as large as fits and in the middle.
    pub(crate) fn appearance(&self, update: &mut Update<'_>, width: f64, height: f64) -> Reference {
        let mut image = self.image("DeviceRGB");
        if let Some(opacity) = &self.opacity {
            let mask = update.add_stream(self.image("DeviceGray"), opacity);
            image.set("SMask", Object::Reference(mask));
        }
        let image = update.add_stream(image, &self.colours);
        let scale = (width / f64::from(self.width)).min(height / f64::from(self.height));
        let (across, up) = (
            f64::from(self.width) * scale,
            f64::from(self.height) * scale,
        );
        let (left, bottom) = ((width - across) / 2.0, (height - up) / 2.0);
        let content = format!(
            "q {} 0 0 {} {} {} cm /Seal Do Q",
            rounded(across),
            rounded(up),
            rounded(left),
            rounded(bottom)
        );
        let resources = dictionary([(
            "XObject",
            Object::Dictionary(dictionary([("Seal", Object::Reference(image))])),
        )]);
        let mut form = form(width, height);
        form.set("Resources", Object::Dictionary(resources));
        update.add_stream(form, content.as_bytes())
    }

    fn image(&self, colours: &str) -> Dictionary {
        dictionary([
            ("Type", name("XObject")),
            ("Subtype", name("Image")),
            ("Width", Object::Integer(i64::from(self.width))),
            ("Height", Object::Integer(i64::from(self.height))),
            ("ColorSpace", name(colours)),
            ("BitsPerComponent", size(8)),
        ])
    }
}

/// A form XObject (ISO 32000-2 §8.10) of this extent.
pub(crate) fn form(width: f64, height: f64) -> Dictionary {
    let extent = [0.0, 0.0, width, height].map(|side| Object::Real(rounded(side)));
    dictionary([
        ("Type", name("XObject")),
        ("Subtype", name("Form")),
        ("BBox", Object::Array(extent.to_vec())),
    ])
}

/// To a thousandth of a point.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

type Planes = (Vec<u8>, Option<Vec<u8>>);

fn split(kind: ColorType, samples: &[u8]) -> Result<Planes, SealError> {
    let channels = match kind {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        ColorType::Indexed => return Err(SealError::Kind),
    };
    let pixels = samples.chunks_exact(channels);
    let colours = pixels.clone().flat_map(|pixel| match pixel {
        [red, green, blue, ..] => [*red, *green, *blue],
        [grey, ..] => [*grey; 3],
        [] => [0; 3],
    });
    let opacity = (channels % 2 == 0).then(|| {
        pixels
            .clone()
            .filter_map(|pixel| pixel.last().copied())
            .collect()
    });
    Ok((colours.collect(), opacity))
}
