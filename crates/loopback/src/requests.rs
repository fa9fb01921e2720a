//! Reading requests from a wire: the head, then the body it announces (RFC 9112 §6).

use std::io;

use crate::request::Request;
use crate::wire::{Wire, is_timeout};
use crate::{Bounds, End};

const EMPTY_LINE: &[u8] = b"\r\n\r\n";
/// A chunk size with its extensions, or a trailer field.
const LINE_OCTETS: usize = 4096;

/// Why no request came.
pub(crate) fn ending(error: &io::Error) -> End {
    match error.kind() {
        _ if is_timeout(error) => End::Idle,
        // closed with octets unread, or while being written to
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => End::Client,
        _ => End::Failed(error.to_string()),
    }
}

fn more(wire: &mut Wire) -> Result<(), End> {
    match wire.fill() {
        Ok(0) => Err(End::Client),
        Ok(_) => Ok(()),
        Err(error) => Err(ending(&error)),
    }
}

/// The next head with its empty line.
pub(crate) fn head(wire: &mut Wire, bounds: &Bounds) -> Result<Vec<u8>, End> {
    loop {
        if let Some(at) = find(&wire.pending, EMPTY_LINE) {
            let end = at + EMPTY_LINE.len();
            if end > bounds.request_head {
                return Err(End::Malformed("request head too long"));
            }
            return Ok(wire.pending.drain(..end).collect());
        }
        if wire.pending.len() >= bounds.request_head {
            return Err(End::Malformed("request head too long"));
        }
        more(wire)?;
    }
}

fn find(octets: &[u8], what: &[u8]) -> Option<usize> {
    octets.windows(what.len()).position(|window| window == what)
}

/// How the end of a request body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Length(usize),
    Chunked,
}

impl Framing {
    /// Both at once, or two lengths, are how requests are smuggled (RFC 9112 §11.2): refused.
    pub(crate) fn of(request: &Request) -> Result<Self, &'static str> {
        let codings = request.count("Transfer-Encoding");
        let lengths = request.count("Content-Length");
        match (codings, lengths) {
            (0, 0) => Ok(Self::Length(0)),
            (0, 1) => request
                .field("Content-Length")
                .filter(|value| value.bytes().all(|octet| octet.is_ascii_digit()))
                .and_then(|value| value.parse().ok())
                .map(Self::Length)
                .ok_or("Content-Length is no number"),
            (1, 0) if request.lists("Transfer-Encoding", "chunked") => Ok(Self::Chunked),
            _ => Err("framing of the body is ambiguous"),
        }
    }
}

/// Reads a body: gives `kept` the octets on the wire, and returns those of the content.
pub(crate) fn body(
    wire: &mut Wire,
    framing: Framing,
    bounds: &Bounds,
    mut kept: impl FnMut(&[u8]),
) -> Result<Vec<u8>, End> {
    let mut body = Vec::new();
    let mut room = bounds.request_body;
    match framing {
        Framing::Length(length) => {
            spend(&mut room, length)?;
            exactly(wire, length, &mut |octets| {
                kept(octets);
                body.extend_from_slice(octets);
            })?;
        }
        Framing::Chunked => chunks(wire, &mut room, &mut kept, &mut body)?,
    }
    Ok(body)
}

fn spend(room: &mut usize, octets: usize) -> Result<(), End> {
    *room = room
        .checked_sub(octets)
        .ok_or(End::Malformed("request body too long"))?;
    Ok(())
}

/// Gives away exactly so many octets, as they come.
pub(crate) fn exactly(
    wire: &mut Wire,
    length: usize,
    take: &mut impl FnMut(&[u8]),
) -> Result<(), End> {
    let mut left = length;
    while left > 0 {
        if wire.pending.is_empty() {
            more(wire)?;
        }
        let count = left.min(wire.pending.len());
        let octets: Vec<u8> = wire.pending.drain(..count).collect();
        take(&octets);
        left -= count;
    }
    Ok(())
}

fn line(wire: &mut Wire, room: &mut usize) -> Result<Vec<u8>, End> {
    loop {
        if let Some(at) = find(&wire.pending, b"\r\n") {
            spend(room, at + 2)?;
            return Ok(wire.pending.drain(..at + 2).collect());
        }
        if wire.pending.len() > LINE_OCTETS {
            return Err(End::Malformed("line of a chunk too long"));
        }
        more(wire)?;
    }
}

fn chunks(
    wire: &mut Wire,
    room: &mut usize,
    kept: &mut impl FnMut(&[u8]),
    body: &mut Vec<u8>,
) -> Result<(), End> {
    loop {
        let size_line = line(wire, room)?;
        kept(&size_line);
        let size = chunk_size(&size_line).ok_or(End::Malformed("chunk without size"))?;
        if size == 0 {
            return trailer(wire, room, kept);
        }
        spend(room, size)?;
        exactly(wire, size, &mut |octets| {
            kept(octets);
            body.extend_from_slice(octets);
        })?;
        let end = line(wire, room)?;
        kept(&end);
        if end != b"\r\n" {
            return Err(End::Malformed("chunk longer than its size"));
        }
    }
}

fn trailer(wire: &mut Wire, room: &mut usize, kept: &mut impl FnMut(&[u8])) -> Result<(), End> {
    loop {
        let field = line(wire, room)?;
        kept(&field);
        if field == b"\r\n" {
            return Ok(());
        }
    }
}

fn chunk_size(line: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split([';', '\r']).next()?.trim_end();
    // `from_str_radix` takes a sign
    if !digits.bytes().all(|octet| octet.is_ascii_hexdigit()) {
        return None;
    }
    usize::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::chunk_size;

    #[test]
    fn sizes_are_hexadecimal_and_bare() {
        assert_eq!(chunk_size(b"1a\r\n"), Some(26));
        assert_eq!(chunk_size(b"0;name=value\r\n"), Some(0));
        for wrong in [&b"+1\r\n"[..], b"\r\n", b"g\r\n", b"ffffffffffffffffff\r\n"] {
            assert_eq!(chunk_size(wrong), None);
        }
    }
}
