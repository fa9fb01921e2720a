//! Content codings undone (RFC 9110 §8.4), for reading what a page refers to and for viewing copies. The archive keeps the
//! octets as they came.

use std::io::Read;

/// A body decodes to no more than this, octets: a small answer may unfold to anything.
const LARGEST: u64 = 64 << 20;

/// Undoes the codings of a `Content-Encoding` field, last applied first. None where one is unknown, malformed, or unfolds
/// beyond bounds.
pub(crate) fn content(body: &[u8], codings: &str) -> Option<Vec<u8>> {
    let mut octets = body.to_vec();
    for coding in codings.rsplit(',').map(str::trim).filter(|c| !c.is_empty()) {
        octets = one(&octets, &coding.to_ascii_lowercase())?;
    }
    Some(octets)
}

fn one(octets: &[u8], coding: &str) -> Option<Vec<u8>> {
    match coding {
        "identity" => Some(octets.to_vec()),
        "gzip" | "x-gzip" => read(flate2::read::MultiGzDecoder::new(octets)),
        // Servers send both what the standard calls deflate and the bare stream (RFC 9110 §8.4.1.2).
        "deflate" => read(flate2::read::ZlibDecoder::new(octets))
            .or_else(|| read(flate2::read::DeflateDecoder::new(octets))),
        "br" => read(brotli_decompressor::Decompressor::new(octets, 4096)),
        "zstd" => read(ruzstd::decoding::StreamingDecoder::new(octets).ok()?),
        _ => None,
    }
}

fn read(stream: impl Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let read = stream.take(LARGEST + 1).read_to_end(&mut out).ok()?;
    (u64::try_from(read).ok()? <= LARGEST).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn codings_are_undone_in_reverse_and_unknown_ones_refused() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all("证据".as_bytes()).unwrap();
        let once = gzip.finish().unwrap();
        let mut twice = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        twice.write_all(&once).unwrap();
        let twice = twice.finish().unwrap();
        assert_eq!(content(&once, "gzip").as_deref(), Some("证据".as_bytes()));
        assert_eq!(
            content(&twice, "gzip, deflate").as_deref(),
            Some("证据".as_bytes())
        );
        assert_eq!(content(&once, "zz"), None);
        assert_eq!(content(b"junk", "br"), None);
        assert_eq!(content(b"plain", "").as_deref(), Some(&b"plain"[..]));
    }

    #[test]
    fn a_body_that_unfolds_without_bound_is_refused() {
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..65 {
            bomb.write_all(&vec![0; 1 << 20]).unwrap();
        }
        assert_eq!(content(&bomb.finish().unwrap(), "gzip"), None);
    }
}
