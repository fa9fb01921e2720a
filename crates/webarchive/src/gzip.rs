//! RFC 1952, one member at a time: written the same way always, read to its exact end.

use std::io::Write;

use crc32fast::Hasher;
use fidem_package::{Source, SourceError};
use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::inflate::stream::InflateState;
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

/// Fixed header: deflate, no flags, no time, no hint, system unknown. A member tells nothing of the machine it was
/// made on.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// Level of the engine, fixed: the octets follow from the input alone.
const LEVEL: i32 = 6;
const PIECE: usize = 32 << 10;
/// Longest name, comment and extra field together that a header of others may carry.
const MAX_OPTIONAL: u64 = 64 << 10;

/// Why octets are not a gzip member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GzipError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("{0}")]
    Form(&'static str),
    #[error("ends early")]
    Truncated,
}

/// Compresses what is written into one member.
pub(crate) struct Encoder<'a, W: Write> {
    out: &'a mut W,
    engine: Box<CompressorOxide>,
    crc: Hasher,
    len_in: u64,
    len_out: u64,
    piece: Vec<u8>,
}

impl<'a, W: Write> Encoder<'a, W> {
    pub(crate) fn new(out: &'a mut W) -> std::io::Result<Self> {
        out.write_all(&HEADER)?;
        let flags = create_comp_flags_from_zip_params(LEVEL, -15, 0);
        Ok(Self {
            out,
            engine: Box::new(CompressorOxide::new(flags)),
            crc: Hasher::new(),
            len_in: 0,
            len_out: HEADER.len() as u64,
            piece: vec![0; PIECE],
        })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.crc.update(bytes);
        self.len_in = self.len_in.wrapping_add(bytes.len() as u64);
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = self.step(rest, MZFlush::None)?.0;
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// Ends the member; its length in octets.
    pub(crate) fn finish(mut self) -> std::io::Result<u64> {
        while !self.step(&[], MZFlush::Finish)?.1 {}
        let mut trailer = [0; 8];
        trailer[..4].copy_from_slice(&self.crc.finalize().to_le_bytes());
        trailer[4..].copy_from_slice(&self.len_in.to_le_bytes()[..4]);
        self.out.write_all(&trailer)?;
        Ok(self.len_out + 8)
    }

    fn step(&mut self, input: &[u8], flush: MZFlush) -> std::io::Result<(usize, bool)> {
        let done =
            miniz_oxide::deflate::stream::deflate(&mut self.engine, input, &mut self.piece, flush);
        let status = done
            .status
            .map_err(|e| std::io::Error::other(format!("deflate: {e:?}")))?;
        self.out.write_all(&self.piece[..done.bytes_written])?;
        self.len_out += done.bytes_written as u64;
        Ok((done.bytes_consumed, status == MZStatus::StreamEnd))
    }
}

/// Octets of a source, window by window, up to an end.
pub(crate) struct Input<'a> {
    source: &'a dyn Source,
    /// Where the next octet not yet in the window stands.
    at: u64,
    end: u64,
    window: Vec<u8>,
    pos: usize,
}

impl<'a> Input<'a> {
    pub(crate) fn new(source: &'a dyn Source, at: u64, end: u64) -> Self {
        Self {
            source,
            at,
            end: end.min(source.len()),
            window: Vec::new(),
            pos: 0,
        }
    }

    /// Offset of the next octet.
    pub(crate) fn position(&self) -> u64 {
        self.at - (self.window.len() - self.pos) as u64
    }

    /// What can be had without reading further; empty only at the end.
    pub(crate) fn peek(&mut self) -> Result<&[u8], SourceError> {
        if self.pos == self.window.len() && self.at < self.end {
            let len = usize::try_from((self.end - self.at).min(PIECE as u64)).unwrap_or(PIECE);
            self.window.resize(len, 0);
            self.source.read_at(self.at, &mut self.window)?;
            self.at += len as u64;
            self.pos = 0;
        }
        Ok(&self.window[self.pos..])
    }

    pub(crate) fn skip(&mut self, n: usize) {
        self.pos = (self.pos + n).min(self.window.len());
    }

    fn octet(&mut self) -> Result<u8, GzipError> {
        let octet = *self.peek()?.first().ok_or(GzipError::Truncated)?;
        self.skip(1);
        Ok(octet)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], GzipError> {
        let mut out = [0; N];
        for slot in &mut out {
            *slot = self.octet()?;
        }
        Ok(out)
    }
}

/// Inflates raw deflate (RFC 1951) out of an input.
pub(crate) struct Inflater(Box<InflateState>);

impl Inflater {
    pub(crate) fn new() -> Self {
        Self(InflateState::new_boxed(DataFormat::Raw))
    }

    /// Fills some of `out`; `(octets, ended)`.
    pub(crate) fn read(
        &mut self,
        input: &mut Input<'_>,
        out: &mut [u8],
    ) -> Result<(usize, bool), GzipError> {
        loop {
            let window = input.peek()?;
            let starved = window.is_empty();
            let done =
                miniz_oxide::inflate::stream::inflate(&mut self.0, window, out, MZFlush::None);
            input.skip(done.bytes_consumed);
            match done.status {
                Ok(MZStatus::StreamEnd) => return Ok((done.bytes_written, true)),
                Ok(_) | Err(MZError::Buf) if done.bytes_written > 0 => {
                    return Ok((done.bytes_written, false));
                }
                Ok(_) | Err(MZError::Buf) if starved => return Err(GzipError::Truncated),
                Ok(_) | Err(MZError::Buf) if done.bytes_consumed > 0 => {}
                _ => return Err(GzipError::Form("damaged deflate stream")),
            }
        }
    }
}

/// Reads one member.
pub(crate) struct Decoder<'a> {
    pub(crate) input: Input<'a>,
    inflater: Inflater,
    crc: Hasher,
    len: u64,
    ended: bool,
}

impl<'a> Decoder<'a> {
    /// Reads the header at the input's place.
    pub(crate) fn open(mut input: Input<'a>) -> Result<Self, GzipError> {
        header(&mut input)?;
        Ok(Self {
            input,
            inflater: Inflater::new(),
            crc: Hasher::new(),
            len: 0,
            ended: false,
        })
    }

    /// Fills some of `out`; 0 at the end, once the trailer has been found to fit.
    pub(crate) fn read(&mut self, out: &mut [u8]) -> Result<usize, GzipError> {
        while !self.ended {
            let (n, ended) = self.inflater.read(&mut self.input, out)?;
            self.crc.update(&out[..n]);
            self.len = self.len.wrapping_add(n as u64);
            if ended {
                self.ended = true;
                self.trailer()?;
            }
            if n > 0 {
                return Ok(n);
            }
        }
        Ok(0)
    }

    fn trailer(&mut self) -> Result<(), GzipError> {
        let crc: [u8; 4] = self.input.array()?;
        let len: [u8; 4] = self.input.array()?;
        if crc != self.crc.clone().finalize().to_le_bytes() {
            return Err(GzipError::Form("the CRC does not fit"));
        }
        match len == self.len.to_le_bytes()[..4] {
            true => Ok(()),
            false => Err(GzipError::Form("the length does not fit")),
        }
    }

    /// Whether the stream and its trailer have been read, so that [`Input::position`] is the member's end.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }
}

fn header(input: &mut Input<'_>) -> Result<(), GzipError> {
    let [a, b, method, flags, _, _, _, _, _, _] = input.array::<10>()?;
    if (a, b, method) != (0x1f, 0x8b, 8) {
        return Err(GzipError::Form("not a gzip member"));
    }
    if flags & 0xe0 != 0 {
        return Err(GzipError::Form("reserved flags"));
    }
    let limit = input.position().saturating_add(MAX_OPTIONAL);
    if flags & 4 != 0 {
        let len = u16::from_le_bytes(input.array()?);
        for _ in 0..len {
            input.octet()?;
        }
    }
    // name, comment: to the zero octet
    for _ in 0..u32::from(flags >> 3 & 1) + u32::from(flags >> 4 & 1) {
        while input.octet()? != 0 {
            if input.position() > limit {
                return Err(GzipError::Form("overlong header"));
            }
        }
    }
    if flags & 2 != 0 {
        input.array::<2>()?;
    }
    Ok(())
}

/// A whole gzip file of one or more members, inflated within `limit`; `None` beyond it.
pub(crate) fn inflate_all(source: &dyn Source, limit: u64) -> Result<Option<Vec<u8>>, GzipError> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut piece = vec![0; PIECE];
    while at < source.len() {
        let mut decoder = Decoder::open(Input::new(source, at, u64::MAX))?;
        loop {
            let n = decoder.read(&mut piece)?;
            if n == 0 {
                break;
            }
            if (out.len() + n) as u64 > limit {
                return Ok(None);
            }
            out.extend_from_slice(&piece[..n]);
        }
        at = decoder.input.position();
    }
    Ok(Some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out).expect("memory");
        encoder.write(bytes).expect("memory");
        let len = encoder.finish().expect("memory");
        assert_eq!(len, out.len() as u64);
        out
    }

    #[test]
    fn golden() {
        let out = member(b"WARC");
        assert_eq!(
            fidem_fingerprint::hex::encode(&out),
            "1f8b08000000000000ff0b770c7206000c209e6104000000"
        );
    }

    #[test]
    fn members_read_back_and_end_where_they_end() {
        let long: Vec<u8> = (0..300_000_u32)
            .flat_map(|i| i.wrapping_mul(i).to_le_bytes())
            .collect();
        let mut both = member(&long);
        let first = both.len() as u64;
        both.extend(member(b""));
        let mut decoder = Decoder::open(Input::new(&both, 0, u64::MAX)).expect("header");
        let mut found = Vec::new();
        let mut piece = [0; 1000];
        loop {
            match decoder.read(&mut piece).expect("sound") {
                0 => break,
                n => found.extend_from_slice(&piece[..n]),
            }
        }
        assert!(decoder.ended() && found == long);
        assert_eq!(decoder.input.position(), first);
        assert_eq!(inflate_all(&both, 2_000_000), Ok(Some(long)));
        assert_eq!(inflate_all(&both, 1_000), Ok(None));
    }

    #[test]
    fn damage_is_found() {
        let sound = member(b"some text, some text, some text");
        for cut in 0..sound.len() {
            let cut = sound[..cut].to_vec();
            assert!(cut.is_empty() || inflate_all(&cut, 1 << 20).is_err());
        }
        let mut other = sound.clone();
        let last = other.len() - 1;
        other[last] ^= 1;
        assert_eq!(
            inflate_all(&other, 1 << 20),
            Err(GzipError::Form("the length does not fit"))
        );
        other[3] = 0x80;
        assert_eq!(
            inflate_all(&other, 1 << 20),
            Err(GzipError::Form("reserved flags"))
        );
    }
}
