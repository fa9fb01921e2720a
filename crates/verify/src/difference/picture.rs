//! Where the pixels of two pictures differ. PNG alone: what other formats decode to depends on the decoder.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Cursor;

use fidem_package::Source;
use png::{BitDepth, ColorType, Decoder, Limits, Reader, Transformations};

use super::{Facts, PLACES, whole};
use crate::codes::{self, Code};

const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Pixels of a picture that is compared: a page of 1,440 by 60,000 and more.
const PIXELS: u64 = 100_000_000;
/// Pixels along a side. A decoder holds a few rows, so this bounds what it takes.
const SIDE: u32 = 65_535;
/// Octets that a decoder may take for one row.
const MEMORY: usize = 8 * SIDE as usize;
/// Pixels along the side of a tile. Differing pixels in tiles that touch are one rectangle.
const TILE: u32 = 32;

/// Width and height in pixels.
type Size = [u32; 2];

/// What is told of two pictures.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pixels {
    /// Each pixel has the same values.
    Same { size: Size },
    /// They are not of one size.
    Size { kept: Size, given: Size },
    /// How many pixels differ, and rectangles that hold them all, from the top.
    Differ {
        size: Size,
        count: u64,
        rectangles: Vec<Rectangle>,
    },
}

impl Pixels {
    /// The code and its facts.
    pub(super) fn told(&self) -> (Code, Facts) {
        let sides = |[width, height]: &Size| {
            let sides = [("width", width), ("height", height)];
            sides.map(|(name, n)| (name, n.to_string())).to_vec()
        };
        match self {
            Self::Same { size } => (codes::DATA_PIXELS_SAME, sides(size)),
            Self::Size { kept, given } => {
                let both = [("kept", kept), ("given", given)];
                let facts = both.map(|(name, [width, height])| (name, format!("{width}×{height}")));
                (codes::DATA_PICTURE_SIZE, facts.to_vec())
            }
            Self::Differ {
                size,
                count,
                rectangles,
            } => {
                let shown = rectangles.iter().take(PLACES).map(ToString::to_string);
                let mut places = shown.collect::<Vec<_>>().join(", ");
                if rectangles.len() > PLACES {
                    places.push('…');
                }
                let more = [
                    ("count", count.to_string()),
                    ("rectangles", rectangles.len().to_string()),
                    ("places", places),
                ];
                let facts = sides(size).into_iter().chain(more).collect();
                (codes::DATA_PIXELS, facts)
            }
        }
    }
}

/// Corners, both inside, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rectangle {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Rectangle {
    fn of(x: u32, y: u32) -> Self {
        Self {
            left: x,
            top: y,
            right: x,
            bottom: y,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

impl fmt::Display for Rectangle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            left,
            top,
            right,
            bottom,
        } = self;
        write!(formatter, "({left}, {top})–({right}, {bottom})")
    }
}

/// How many pixels of two pictures differ; none where [`compare`] says nothing or that they are not of one size.
pub fn differing_pixels(kept: &dyn Source, given: &dyn Source) -> Option<u64> {
    match compare(kept, given)? {
        Pixels::Same { .. } => Some(0),
        Pixels::Size { .. } => None,
        Pixels::Differ { count, .. } => Some(count),
    }
}

/// Compares two pictures; none where one is no PNG that can be read, is animated or interlaced, or is too large.
pub(super) fn compare(kept: &dyn Source, given: &dyn Source) -> Option<Pixels> {
    let (kept, given) = (whole(kept, MAGIC)?, whole(given, MAGIC)?);
    let (mut kept, mut given) = (Picture::open(&kept)?, Picture::open(&given)?);
    let (size, other) = (kept.size(), given.size());
    if size != other {
        return Some(Pixels::Size {
            kept: size,
            given: other,
        });
    }
    let mut tiles = Tiles::across(size[0]);
    for y in 0..size[1] {
        let (a, b) = (kept.row()?, given.row()?);
        // The same octets are other pixels in another form.
        if a.form == b.form && a.octets == b.octets {
            continue;
        }
        for (x, (a, b)) in (0..).zip(a.pixels().zip(b.pixels())) {
            if a != b {
                tiles.add(x, y);
            }
        }
    }
    kept.finish()?;
    given.finish()?;
    let (count, rectangles) = tiles.rectangles();
    Some(match count {
        0 => Pixels::Same { size },
        count => Pixels::Differ {
            size,
            count,
            rectangles,
        },
    })
}

struct Picture<'a>(Reader<Cursor<&'a [u8]>>);

/// Channels of a pixel and octets of each.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Form {
    colors: ColorType,
    depth: BitDepth,
}

struct Row<'a> {
    octets: &'a [u8],
    form: Form,
}

impl<'a> Picture<'a> {
    fn open(octets: &'a [u8]) -> Option<Self> {
        let limits = Limits { bytes: MEMORY };
        let mut decoder = Decoder::new_with_limits(Cursor::new(octets), limits);
        decoder.ignore_checksums(false);
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        // Palettes and transparent colours become the pixels that they stand for.
        decoder.set_transformations(Transformations::EXPAND);
        let reader = decoder.read_info().ok()?;
        let info = reader.info();
        let pixels = u64::from(info.width) * u64::from(info.height);
        let small = info.width.max(info.height) <= SIDE && pixels <= PIXELS;
        let plain = !info.interlaced && info.animation_control.is_none() && small;
        plain.then_some(Self(reader))
    }

    fn size(&self) -> Size {
        let info = self.0.info();
        [info.width, info.height]
    }

    /// What stands behind the pixels; the checksums of the last of them are read only now.
    fn finish(&mut self) -> Option<()> {
        self.0.finish().ok()
    }

    fn row(&mut self) -> Option<Row<'_>> {
        let (colors, depth) = self.0.output_color_type();
        let row = self.0.next_row().ok()??;
        Some(Row {
            octets: row.data(),
            form: Form { colors, depth },
        })
    }
}

impl Row<'_> {
    fn pixels(&self) -> impl Iterator<Item = [u16; 4]> {
        let wide = self.form.depth == BitDepth::Sixteen;
        let channels = self.form.colors.samples() * if wide { 2 } else { 1 };
        let colors = self.form.colors;
        self.octets
            .chunks_exact(channels)
            .map(move |pixel| rgba(pixel, wide, colors))
    }
}

/// Red, green, blue and alpha of sixteen bits.
fn rgba(pixel: &[u8], wide: bool, colors: ColorType) -> [u16; 4] {
    let channel = |n: usize| {
        let octet = |at: usize| pixel.get(at).copied().unwrap_or_default();
        match wide {
            true => u16::from_be_bytes([octet(2 * n), octet(2 * n + 1)]),
            false => u16::from(octet(n)) * 257,
        }
    };
    let grey = |alpha| [channel(0), channel(0), channel(0), alpha];
    match colors {
        ColorType::Grayscale | ColorType::Indexed => grey(u16::MAX),
        ColorType::GrayscaleAlpha => grey(channel(1)),
        ColorType::Rgb => [channel(0), channel(1), channel(2), u16::MAX],
        ColorType::Rgba => [channel(0), channel(1), channel(2), channel(3)],
    }
}

/// Differing pixels, gathered by tile: the rectangle of those in it.
struct Tiles {
    count: u64,
    /// Tiles of the rows that are read now.
    current: Vec<Option<Rectangle>>,
    row: u32,
    /// Those of before, by row and column of tiles.
    before: BTreeMap<(u32, u32), Rectangle>,
}

impl Tiles {
    fn across(width: u32) -> Self {
        let columns = width.div_ceil(TILE) as usize;
        Self {
            count: 0,
            current: vec![None; columns],
            row: 0,
            before: BTreeMap::new(),
        }
    }

    /// Pixels come row by row from the top.
    fn add(&mut self, x: u32, y: u32) {
        if y / TILE != self.row {
            self.put_away();
            self.row = y / TILE;
        }
        self.count += 1;
        let pixel = Rectangle::of(x, y);
        if let Some(tile) = self.current.get_mut((x / TILE) as usize) {
            *tile = Some(tile.map_or(pixel, |before| before.and(pixel)));
        }
    }

    fn put_away(&mut self) {
        for (column, tile) in (0..).zip(&mut self.current) {
            if let Some(rectangle) = tile.take() {
                self.before.insert((self.row, column), rectangle);
            }
        }
    }

    /// How many differ, and one rectangle for all tiles that touch, at a corner also.
    fn rectangles(mut self) -> (u64, Vec<Rectangle>) {
        self.put_away();
        let mut found = Vec::new();
        while let Some((at, mut whole)) = self.before.pop_first() {
            let mut open = vec![at];
            while let Some((row, column)) = open.pop() {
                for near in around(row, column) {
                    if let Some(rectangle) = self.before.remove(&near) {
                        whole = whole.and(rectangle);
                        open.push(near);
                    }
                }
            }
            found.push(whole);
        }
        found.sort_by_key(|one| (one.top, one.left));
        (self.count, found)
    }
}

fn around(row: u32, column: u32) -> impl Iterator<Item = (u32, u32)> {
    let near = |n: u32| n.saturating_sub(1)..=n.saturating_add(1);
    near(row).flat_map(move |row| near(column).map(move |column| (row, column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of grey values, 100 by 70, as PNG of that form; `set` says which pixels are white.
    fn picture(form: Form, white: &[(u32, u32)]) -> Vec<u8> {
        let mut octets = Vec::new();
        let mut encoder = png::Encoder::new(&mut octets, 100, 70);
        encoder.set_color(form.colors);
        encoder.set_depth(form.depth);
        let wide = form.depth == BitDepth::Sixteen;
        let mut data = Vec::new();
        for (y, x) in (0..70).flat_map(|y| (0..100).map(move |x| (y, x))) {
            let grey = if white.contains(&(x, y)) { 255 } else { 40 };
            for n in 0..form.colors.samples() {
                let alpha = n > 0 && n == form.colors.samples() - 1 && n != 2;
                let value = if alpha { 255 } else { grey };
                data.extend(std::iter::repeat_n(value, if wide { 2 } else { 1 }));
            }
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&data).unwrap();
        writer.finish().unwrap();
        octets
    }

    const PLAIN: Form = Form {
        colors: ColorType::Rgb,
        depth: BitDepth::Eight,
    };

    fn told(kept: &[u8], given: &[u8]) -> Option<Pixels> {
        compare(&kept.to_vec(), &given.to_vec())
    }

    #[test]
    fn r117_pixels_that_differ_are_located_in_rectangles() {
        let changed = [(3, 4), (5, 9), (33, 9), (99, 69)];
        let Some(Pixels::Differ {
            size,
            count,
            rectangles,
        }) = told(&picture(PLAIN, &[]), &picture(PLAIN, &changed))
        else {
            panic!("they differ");
        };
        assert_eq!((size, count), ([100, 70], 4));
        let said: Vec<String> = rectangles.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["(3, 4)–(33, 9)", "(99, 69)–(99, 69)"]);
    }

    #[test]
    fn the_same_pixels_in_another_form_are_the_same() {
        use BitDepth::{Eight, Sixteen};
        let forms = [
            (ColorType::Rgba, Eight),
            (ColorType::Grayscale, Eight),
            (ColorType::GrayscaleAlpha, Sixteen),
            (ColorType::Rgb, Sixteen),
        ];
        let kept = picture(PLAIN, &[(7, 7)]);
        for (colors, depth) in forms {
            let other = Form { colors, depth };
            let same = told(&kept, &picture(other, &[(7, 7)]));
            assert_eq!(same, Some(Pixels::Same { size: [100, 70] }), "{colors:?}");
            let differ = told(&kept, &picture(other, &[(7, 8)]));
            assert!(matches!(differ, Some(Pixels::Differ { count: 2, .. })));
        }
    }

    #[test]
    fn many_rectangles_are_counted_and_the_first_are_told() {
        let mut many = Tiles::across(64 * 13);
        (0..13).for_each(|n| many.add(64 * n, 0));
        let (count, rectangles) = many.rectangles();
        let size = [64 * 13, 1];
        let differ = Pixels::Differ {
            size,
            count,
            rectangles,
        };
        let (_, facts) = differ.told();
        assert!(
            facts.contains(&("rectangles", "13".to_owned())),
            "{facts:?}"
        );
        let places = facts.iter().find(|(name, _)| *name == "places").unwrap();
        assert!(places.1.ends_with("(704, 0)–(704, 0)…"), "{places:?}");
    }

    #[test]
    fn of_what_cannot_be_read_nothing_is_said() {
        let kept = picture(PLAIN, &[]);
        assert_eq!(told(&kept, b"no picture"), None);
        assert_eq!(told(&kept, &kept[..kept.len() / 2]), None);
        // One octet of a checksum, of the pixels or of the end, and an end that is not there.
        let end = kept.len();
        for at in [end - 1, end - 13, end - 17] {
            let mut torn = kept.clone();
            torn[at] ^= 1;
            assert_eq!(told(&kept, &torn), None, "{at}");
        }
        assert_eq!(told(&kept, &kept[..end - 12]), None);
    }
}
