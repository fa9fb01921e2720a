//! Labelled digests (ISO 28500 §5.8): an algorithm, a colon, and base 16 or base 32.

use fidem_fingerprint::{Sha256Hasher, hex};
use sha1::Digest as _;

/// Algorithms that are recomputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RFC 3174: most archives of others.
    Sha1,
    /// FIPS 180-4: ours.
    Sha256,
}

/// A digest as stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Which.
    pub algorithm: Algorithm,
    /// Its octets, 20 or 32.
    pub octets: Vec<u8>,
}

impl Labelled {
    /// Reads `sha256:` in base 16, `sha1:` in base 32, and the four combinations and spellings of the labels met in
    /// practice; `None` for what cannot be recomputed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (label, value) = text.trim().split_once(':')?;
        let (algorithm, len) = match label.to_ascii_lowercase().as_str() {
            "sha1" | "sha-1" => (Algorithm::Sha1, 20),
            "sha256" | "sha-256" => (Algorithm::Sha256, 32),
            _ => return None,
        };
        let octets = match value.len() == len * 2 {
            true => hex::decode(&value.to_ascii_lowercase())?,
            false => base32(value)?,
        };
        (octets.len() == len).then_some(Self { algorithm, octets })
    }
}

/// `sha256:` and lower-case hexadecimal, the one spelling we write.
#[must_use]
pub(crate) fn sha256_text(digest: &[u8; 32]) -> String {
    format!("sha256:{}", hex::encode(digest))
}

/// RFC 4648 §6, padding optional, letters of either case.
fn base32(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte.to_ascii_uppercase() {
            b @ b'A'..=b'Z' => b - b'A',
            b @ b'2'..=b'7' => b - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(out)
}

/// SHA-256 always, SHA-1 where the archive states one.
#[derive(Clone)]
pub(crate) struct Digests {
    sha256: Sha256Hasher,
    sha1: Option<sha1::Sha1>,
}

/// What [`Digests`] found.
pub(crate) struct Digested {
    pub(crate) sha256: [u8; 32],
    sha1: Option<[u8; 20]>,
}

impl Digests {
    pub(crate) fn new(with_sha1: bool) -> Self {
        Self {
            sha256: Sha256Hasher::new(),
            sha1: with_sha1.then(sha1::Sha1::new),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(sha1) = &mut self.sha1 {
            sha1.update(bytes);
        }
    }

    pub(crate) fn finish(self) -> Digested {
        Digested {
            sha256: self.sha256.finish(),
            sha1: self.sha1.map(|h| h.finalize().into()),
        }
    }
}

impl Digested {
    pub(crate) fn fits(&self, stated: &Labelled) -> bool {
        match stated.algorithm {
            Algorithm::Sha256 => self.sha256[..] == stated.octets[..],
            Algorithm::Sha1 => self.sha1.is_some_and(|d| d[..] == stated.octets[..]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_others() {
        let sha1 = Labelled::parse("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ").expect("base 32");
        assert_eq!(sha1.algorithm, Algorithm::Sha1);
        assert_eq!(
            hex::encode(&sha1.octets),
            "da39a3ee5e6b4b0d3255bfef95601890afd80709"
        );
        assert!(Digests::new(true).finish().fits(&sha1));
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for label in ["sha256", "sha-256", "SHA-256"] {
            let found = Labelled::parse(&format!("{label}:{empty}")).expect("base 16");
            assert!(Digests::new(false).finish().fits(&found));
        }
        for bad in [
            "md5:abc",
            "sha1:",
            "sha1:3I42",
            "sha256",
            "sha1:0I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
        ] {
            assert_eq!(Labelled::parse(bad), None, "{bad}");
        }
    }
}
