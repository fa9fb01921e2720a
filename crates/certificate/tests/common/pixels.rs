//! Pages as grey pictures, compared point by point with what lies around.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::ops::Range;
use std::path::Path;

/// Pages beside each other.
const COLUMNS: usize = 4;
/// Largest difference of a shade from the nearest of its neighbours, of 255.
const SHADE: u8 = 64;
/// Points that may differ by more: digests of templates and fonts are printed too, and change with every edit.
const STRAY: usize = 40;

/// A grey picture, 0 for black.
#[derive(Clone)]
pub struct Sheet {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Sheet {
    pub fn blank(width: usize, height: usize) -> Self {
        let grey = vec![255; width * height];
        Self {
            width,
            height,
            grey,
        }
    }

    pub fn fill(&mut self, columns: Range<usize>, rows: Range<usize>, shade: u8) {
        for y in rows {
            self.grey[y * self.width..][columns.clone()].fill(shade);
        }
    }

    /// Netpbm P5 of 8 bits, as poppler writes it.
    pub fn of_pgm(bytes: &[u8]) -> Self {
        let mut fields = bytes.splitn(4, |b| b.is_ascii_whitespace());
        assert_eq!(fields.next(), Some(&b"P5"[..]));
        let mut number = || -> usize {
            let field = std::str::from_utf8(fields.next().unwrap()).unwrap();
            field.parse().unwrap()
        };
        let (width, height) = (number(), number());
        let rest = fields.next().unwrap();
        let grey = rest.strip_prefix(b"255\n").unwrap().to_vec();
        assert_eq!(grey.len(), width * height);
        Self {
            width,
            height,
            grey,
        }
    }

    pub fn of_pages(pages: &[Self]) -> Self {
        let (w, h) = (pages[0].width, pages[0].height);
        let rows = pages.len().div_ceil(COLUMNS);
        let mut sheet = Self::blank(w * COLUMNS.min(pages.len()), h * rows);
        for (i, page) in pages.iter().enumerate() {
            let (left, top) = (i % COLUMNS * w, i / COLUMNS * h);
            for (y, line) in page.grey.chunks(page.width).take(h).enumerate() {
                let line = &line[..w.min(line.len())];
                sheet.grey[(top + y) * sheet.width + left..][..line.len()].copy_from_slice(line);
            }
        }
        sheet
    }

    /// Sixteen shades are enough to compare, and halve the file.
    pub fn write(&self, path: &Path) {
        let file = BufWriter::new(File::create(path).unwrap());
        let (width, height) = (
            self.width.try_into().unwrap(),
            self.height.try_into().unwrap(),
        );
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_compression(png::Compression::High);
        let packed: Vec<u8> = self
            .grey
            .chunks(self.width)
            .flat_map(|line| line.chunks(2))
            .map(|two| (two[0] & 0xF0) | (two.get(1).unwrap_or(&255) >> 4))
            .collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&packed).unwrap();
    }

    pub fn read(path: &Path) -> Option<Self> {
        let mut decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut grey = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut grey).unwrap();
        let (width, height) = (
            info.width.try_into().unwrap(),
            info.height.try_into().unwrap(),
        );
        Some(Self {
            width,
            height,
            grey,
        })
    }

    /// Where the other looks otherwise, in words; none where it does not.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if (self.width, self.height) != (other.width, other.height) {
            let sizes = [self, other].map(|s| format!("{}×{}", s.width, s.height));
            return Some(format!("{} now, {} kept", sizes[0], sizes[1]));
        }
        let all: Vec<usize> = (0..self.grey.len())
            .filter(|&at| self.unlike(other, at) || other.unlike(self, at))
            .collect();
        let first = all.first().map(|at| (at % self.width, at / self.width))?;
        (all.len() > STRAY).then(|| format!("{} points differ, first at {first:?}", all.len()))
    }

    /// Whether nothing near this point of the other has its shade.
    fn unlike(&self, other: &Self, at: usize) -> bool {
        let shade = self.grey[at] & 0xF0;
        let (x, y) = (at % self.width, at / self.width);
        let rows = y.saturating_sub(1)..(y + 2).min(self.height);
        let mut near = rows.flat_map(|y| {
            let line = &other.grey[y * self.width..][..self.width];
            &line[x.saturating_sub(1)..(x + 2).min(self.width)]
        });
        near.all(|v| (v & 0xF0).abs_diff(shade) > SHADE)
    }
}
