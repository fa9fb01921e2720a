//! Motion JPEG in AVI 1.0 (Microsoft RIFF, `avih`/`strh`/`idx1`), written and read: the frames stand in the file octet by
//! octet as the browser made them, so that the digest of each can be checked with nothing but this description.
//!
//! Frames lie on a grid of constant rate, since AVI 1.0 knows no other. A slot in which nothing changed is a chunk of no
//! octets, which players show as the frame before. There is no sound, and the file says so (`ICMT`: 无声音). A file ends
//! at 1 GiB, below the limit of one RIFF chunk, and the next begins; the index of OpenDML is not needed then.

use std::io::{Seek, SeekFrom, Write};

use fidem_package::Source;

/// Where a file ends, octets.
pub const LARGEST: u64 = 1 << 30;

/// Why a film is not written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AviError {
    /// The file system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file would pass [`LARGEST`]; finish it and begin the next.
    #[error("the film's file is full")]
    Full,
    /// Slots go forward.
    #[error("slot {slot} lies before {next}")]
    Slot {
        /// As asked for.
        slot: u32,
        /// The first that is free.
        next: u32,
    },
    /// What is read is no AVI as this module writes it.
    #[error("no film at octet {offset}")]
    Form {
        /// Where.
        offset: u64,
    },
}

/// A film that is being written.
pub struct Writer<W: Write + Seek> {
    out: W,
    start: u64,
    position: u64,
    /// Offset of each chunk from `movi`, and its length; zero for a repeat.
    index: Vec<(u32, u32)>,
    largest: u32,
}

/// Octets of the header: everything before the first frame.
const MOVI: u64 = 12 + 8 + HDRL + 8 + INFO + 12;
const HDRL: u64 = 4 + 64 + 8 + 4 + 64 + 48;
const INFO: u64 = 4 + 8 + 32;
/// Places that are known only at the end, from the beginning of the file.
const RIFF_SIZE: u64 = 4;
const TOTAL_FRAMES: u64 = 12 + 8 + 4 + 8 + 16;
const LARGEST_FRAME: u64 = TOTAL_FRAMES + 12;
const LENGTH: u64 = 12 + 8 + 4 + 64 + 8 + 4 + 8 + 32;
const STREAM_LARGEST: u64 = LENGTH + 4;
const MOVI_SIZE: u64 = MOVI - 8;
/// `AVIF_HASINDEX`, `AVIIF_KEYFRAME`: both sixteen.
const FLAG: u32 = 0x10;

impl<W: Write + Seek> Writer<W> {
    /// Begins a film of pictures of `size` pixels, `rate` slots a second, at the place where `out` stands.
    ///
    /// # Errors
    /// [`AviError::Io`].
    pub fn begin(mut out: W, size: (u16, u16), rate: u32) -> Result<Self, AviError> {
        let start = out.stream_position()?;
        out.write_all(&header(size, rate.max(1)))?;
        Ok(Self {
            out,
            start,
            position: MOVI,
            index: Vec::new(),
            largest: 0,
        })
    }

    /// The first slot without a frame.
    #[must_use]
    pub fn next_slot(&self) -> u32 {
        u32::try_from(self.index.len()).unwrap_or(u32::MAX)
    }

    /// Puts a JPEG at a slot; those before it repeat the frame before.
    ///
    /// # Errors
    /// [`AviError`]; after [`AviError::Full`] nothing was written.
    pub fn frame(&mut self, slot: u32, jpeg: &[u8]) -> Result<(), AviError> {
        let next = self.next_slot();
        let repeats = slot
            .checked_sub(next)
            .ok_or(AviError::Slot { slot, next })?;
        let length = jpeg.len() as u64;
        // Each chunk has a head of eight octets and a line of sixteen in the index.
        let after = self.position + (u64::from(slot) + 1) * 24 + length + 2;
        if after > LARGEST {
            return Err(AviError::Full);
        }
        for _ in 0..repeats {
            self.chunk(&[])?;
        }
        self.chunk(jpeg)
    }

    fn chunk(&mut self, octets: &[u8]) -> Result<(), AviError> {
        let full = |_| AviError::Full;
        let length = u32::try_from(octets.len()).map_err(full)?;
        let at = u32::try_from(self.position - MOVI + 4).map_err(full)?;
        self.out.write_all(b"00dc")?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(octets)?;
        if length % 2 == 1 {
            self.out.write_all(&[0])?;
        }
        self.position += 8 + u64::from(length) + u64::from(length % 2);
        self.index.push((at, length));
        self.largest = self.largest.max(length);
        Ok(())
    }

    /// Fills up to `slots` slots in all, writes the index, and gives back what was written to, and its length in octets.
    ///
    /// # Errors
    /// [`AviError`].
    pub fn finish(mut self, slots: u32) -> Result<(W, u64), AviError> {
        while self.next_slot() < slots && self.position + u64::from(slots) * 24 < LARGEST {
            self.chunk(&[])?;
        }
        let full = |_| AviError::Full;
        let movi = u32::try_from(self.position - MOVI + 4).map_err(full)?;
        let frames = self.next_slot();
        let mut index = Vec::with_capacity(self.index.len() * 16);
        for (at, length) in &self.index {
            let flag = if *length == 0 { 0 } else { FLAG };
            index.extend_from_slice(b"00dc");
            numbers(&mut index, &[flag, *at, *length]);
        }
        self.out.write_all(&chunk(*b"idx1", &index))?;
        let end = self.position + 8 + index.len() as u64;
        let riff = u32::try_from(end - 8).map_err(full)?;
        let known = [
            (RIFF_SIZE, riff),
            (MOVI_SIZE, movi),
            (TOTAL_FRAMES, frames),
            (LARGEST_FRAME, self.largest),
            (LENGTH, frames),
            (STREAM_LARGEST, self.largest),
        ];
        for (place, value) in known {
            self.out.seek(SeekFrom::Start(self.start + place))?;
            self.out.write_all(&value.to_le_bytes())?;
        }
        self.out.seek(SeekFrom::Start(self.start + end))?;
        self.out.flush()?;
        Ok((self.out, end))
    }
}

fn numbers(into: &mut Vec<u8>, values: &[u32]) {
    values
        .iter()
        .for_each(|value| into.extend_from_slice(&value.to_le_bytes()));
}

/// A chunk of RIFF; those made here are short.
fn chunk(name: [u8; 4], octets: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    numbers(
        &mut chunk,
        &[u32::try_from(octets.len()).unwrap_or(u32::MAX)],
    );
    chunk.extend_from_slice(octets);
    chunk
}

fn header((width, height): (u16, u16), rate: u32) -> Vec<u8> {
    let (wide, high) = (u32::from(width), u32::from(height));
    let picture = wide * high * 3;
    let mut avih = Vec::new();
    numbers(
        &mut avih,
        &[
            1_000_000 / rate,
            0,
            0,
            FLAG,
            0,
            0,
            1,
            0,
            wide,
            high,
            0,
            0,
            0,
            0,
        ],
    );
    let mut strh = b"vidsMJPG".to_vec();
    // Flags, priority and language, initial frames, scale, rate, start, length, buffer, quality, sample size.
    numbers(&mut strh, &[0, 0, 0, 1, rate, 0, 0, 0, u32::MAX, 0, 0]);
    strh.extend_from_slice(&width.to_le_bytes());
    strh.extend_from_slice(&height.to_le_bytes());
    let mut strf = Vec::new();
    // BITMAPINFOHEADER: one plane, 24 bits.
    numbers(&mut strf, &[40, wide, high, 1 | 24 << 16]);
    strf.extend_from_slice(b"MJPG");
    numbers(&mut strf, &[picture, 0, 0, 0, 0]);
    let streams = [
        b"strl".to_vec(),
        chunk(*b"strh", &strh),
        chunk(*b"strf", &strf),
    ]
    .concat();
    let hdrl = [
        b"hdrl".to_vec(),
        chunk(*b"avih", &avih),
        chunk(*b"LIST", &streams),
    ]
    .concat();
    let mut comment = "无声音 (no sound)\0".as_bytes().to_vec();
    comment.resize(32, 0);
    let info = [b"INFO".to_vec(), chunk(*b"ICMT", &comment)].concat();
    [
        b"RIFF\0\0\0\0AVI ".to_vec(),
        chunk(*b"LIST", &hdrl),
        chunk(*b"LIST", &info),
        b"LIST\0\0\0\0movi".to_vec(),
    ]
    .concat()
}

/// Where a frame stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Slot on the grid.
    pub slot: u32,
    /// Offset of its first octet.
    pub offset: u64,
    /// Its length, octets.
    pub length: u32,
}

/// Finds the frames of a film as [`Writer`] wrote it; repeats are passed over. A film whose end is missing gives the
/// frames that are whole.
///
/// # Errors
/// [`AviError::Form`].
pub fn frames(film: &dyn Source) -> Result<Vec<Frame>, AviError> {
    let head = |offset: u64| {
        let mut octets = [0; 12];
        match film.read_at(offset, &mut octets) {
            Ok(()) => Ok(octets),
            Err(_) => Err(AviError::Form { offset }),
        }
    };
    if !head(0)?.starts_with(b"RIFF") || !head(MOVI - 12)?.ends_with(b"movi") {
        return Err(AviError::Form { offset: 0 });
    }
    let mut found = Vec::new();
    let (mut at, mut slot) = (MOVI, 0_u32);
    let mut name_and_length = [0; 8];
    while slot < u32::MAX && film.read_at(at, &mut name_and_length).is_ok() {
        let ([name, length], _) = name_and_length.as_chunks::<4>() else {
            break;
        };
        let length = u32::from_le_bytes(*length);
        let end = at + 8 + u64::from(length);
        match name {
            b"idx1" => break,
            b"00dc" if end <= film.len() => {}
            b"00dc" => break,
            _ => return Err(AviError::Form { offset: at }),
        }
        if length > 0 {
            found.push(Frame {
                slot,
                offset: at + 8,
                length,
            });
        }
        at = end + u64::from(length % 2);
        slot += 1;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn film(slots: &[(u32, &[u8])], end: u32) -> Vec<u8> {
        let mut writer = Writer::begin(Cursor::new(Vec::new()), (640, 480), 25).unwrap();
        for (slot, jpeg) in slots {
            writer.frame(*slot, jpeg).unwrap();
        }
        let (out, length) = writer.finish(end).unwrap();
        let octets = out.into_inner();
        assert_eq!(octets.len() as u64, length);
        octets
    }

    fn number(octets: &[u8], at: u64) -> u32 {
        let at = usize::try_from(at).unwrap();
        u32::from_le_bytes(octets[at..at + 4].try_into().unwrap())
    }

    #[test]
    fn frames_come_back_octet_by_octet() {
        let octets = film(&[(0, b"first"), (4, b"second"), (5, b"x")], 9);
        let found = frames(&octets).unwrap();
        let taken: Vec<(u32, &[u8])> = found
            .iter()
            .map(|f| {
                let at = usize::try_from(f.offset).unwrap();
                (f.slot, &octets[at..at + f.length as usize])
            })
            .collect();
        assert_eq!(taken, [(0, &b"first"[..]), (4, b"second"), (5, b"x")]);
    }

    /// Every size and count of the format, read without this module's constants.
    #[test]
    fn sizes_and_index_agree() {
        let octets = film(&[(0, b"first"), (2, b"third!")], 4);
        assert_eq!(number(&octets, 4) as usize, octets.len() - 8);
        let find = |name: &[u8]| octets.windows(4).position(|w| w == name).unwrap() as u64;
        let (avih, strh, movi, idx1) = (find(b"avih"), find(b"strh"), find(b"movi"), find(b"idx1"));
        assert_eq!(
            (number(&octets, avih + 4), number(&octets, strh + 4)),
            (56, 56)
        );
        assert_eq!(number(&octets, find(b"strf") + 4), 40);
        assert_eq!(number(&octets, avih + 8), 40_000);
        assert_eq!(
            (number(&octets, avih + 24), number(&octets, avih + 36)),
            (4, 6)
        );
        assert_eq!(
            (number(&octets, strh + 28), number(&octets, strh + 32)),
            (1, 25)
        );
        assert_eq!(
            (number(&octets, strh + 40), number(&octets, strh + 44)),
            (4, 6)
        );
        assert_eq!(number(&octets, movi - 4) as u64, idx1 - movi);
        assert_eq!(number(&octets, idx1 + 4), 4 * 16);
        for entry in 0..4 {
            let line = idx1 + 8 + entry * 16;
            let at = movi + u64::from(number(&octets, line + 8));
            let at = usize::try_from(at).unwrap();
            assert_eq!(&octets[at..at + 4], b"00dc");
            assert_eq!(number(&octets, at as u64 + 4), number(&octets, line + 12));
        }
    }

    #[test]
    fn a_film_without_its_end_gives_what_is_whole() {
        let octets = film(&[(0, b"first"), (1, b"second")], 2);
        let second = octets.windows(6).position(|w| w == b"second").unwrap();
        let cut = octets[..second + 3].to_vec();
        assert_eq!(frames(&cut).unwrap().len(), 1);
        assert!(frames(&octets[..40].to_vec()).is_err());
    }

    #[test]
    fn slots_go_forward_and_a_file_ends() {
        let mut writer = Writer::begin(Cursor::new(Vec::new()), (1, 1), 25).unwrap();
        writer.frame(3, b"a").unwrap();
        assert!(matches!(
            writer.frame(3, b"b"),
            Err(AviError::Slot { slot: 3, next: 4 })
        ));
        assert!(matches!(
            writer.frame(50_000_000, b"b"),
            Err(AviError::Full)
        ));
        assert_eq!(writer.next_slot(), 4);
    }
}
