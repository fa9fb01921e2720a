//! Message digests by object identifier, and the imprint that a token is over.

use sha2::Digest as _;
use sha2::digest::DynDigest;

/// A message digest algorithm that is known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// RFC 1321. Recognised so that it can be named; never computed.
    Md5,
    /// FIPS 180-4. Computed, but too weak to prove anything by itself.
    Sha1,
    /// FIPS 180-4.
    Sha224,
    /// FIPS 180-4.
    Sha256,
    /// FIPS 180-4.
    Sha384,
    /// FIPS 180-4.
    Sha512,
    /// FIPS 180-4, SHA-512/256.
    Sha512_256,
    /// FIPS 202.
    Sha3_256,
    /// FIPS 202.
    Sha3_384,
    /// FIPS 202.
    Sha3_512,
    /// GB/T 32905.
    Sm3,
}

/// Every algorithm with its identifier and name.
const TABLE: &[(DigestAlgorithm, &str, &str)] = &[
    (DigestAlgorithm::Md5, "1.2.840.113549.2.5", "MD5"),
    (DigestAlgorithm::Sha1, "1.3.14.3.2.26", "SHA-1"),
    (DigestAlgorithm::Sha224, "2.16.840.1.101.3.4.2.4", "SHA-224"),
    (DigestAlgorithm::Sha256, "2.16.840.1.101.3.4.2.1", "SHA-256"),
    (DigestAlgorithm::Sha384, "2.16.840.1.101.3.4.2.2", "SHA-384"),
    (DigestAlgorithm::Sha512, "2.16.840.1.101.3.4.2.3", "SHA-512"),
    (
        DigestAlgorithm::Sha512_256,
        "2.16.840.1.101.3.4.2.6",
        "SHA-512/256",
    ),
    (
        DigestAlgorithm::Sha3_256,
        "2.16.840.1.101.3.4.2.8",
        "SHA3-256",
    ),
    (
        DigestAlgorithm::Sha3_384,
        "2.16.840.1.101.3.4.2.9",
        "SHA3-384",
    ),
    (
        DigestAlgorithm::Sha3_512,
        "2.16.840.1.101.3.4.2.10",
        "SHA3-512",
    ),
    (DigestAlgorithm::Sm3, "1.2.156.10197.1.401", "SM3"),
];

/// Identifiers in XML signatures and encryption (XML Encryption §5.7, RFC 6931 §2.1, RFC 9231 §2.1).
const URIS: &[(DigestAlgorithm, &str)] = &[
    (
        DigestAlgorithm::Md5,
        "http://www.w3.org/2001/04/xmldsig-more#md5",
    ),
    (
        DigestAlgorithm::Sha1,
        "http://www.w3.org/2000/09/xmldsig#sha1",
    ),
    (
        DigestAlgorithm::Sha224,
        "http://www.w3.org/2001/04/xmldsig-more#sha224",
    ),
    (
        DigestAlgorithm::Sha256,
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ),
    (
        DigestAlgorithm::Sha384,
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
    ),
    (
        DigestAlgorithm::Sha512,
        "http://www.w3.org/2001/04/xmlenc#sha512",
    ),
    (
        DigestAlgorithm::Sha3_256,
        "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
    ),
    (
        DigestAlgorithm::Sha3_384,
        "http://www.w3.org/2007/05/xmldsig-more#sha3-384",
    ),
    (
        DigestAlgorithm::Sha3_512,
        "http://www.w3.org/2007/05/xmldsig-more#sha3-512",
    ),
];

impl DigestAlgorithm {
    /// The algorithm with this identifier in XML.
    pub(crate) fn from_uri(uri: &str) -> Option<Self> {
        URIS.iter().find(|row| row.1 == uri).map(|row| row.0)
    }

    /// The algorithm with this dotted identifier.
    pub fn from_oid(oid: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == oid).map(|row| row.0)
    }

    /// The algorithm with this name, as [`DigestAlgorithm::name`] prints it; case and hyphens do not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        let fold = |text: &str| {
            text.chars()
                .filter(|sign| *sign != '-')
                .collect::<String>()
                .to_ascii_lowercase()
        };
        TABLE
            .iter()
            .find(|row| fold(row.2) == fold(name))
            .map(|row| row.0)
    }

    /// The dotted object identifier.
    pub fn oid(self) -> &'static str {
        TABLE
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// The usual name, such as `SHA-256`.
    pub fn name(self) -> &'static str {
        TABLE
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// Octets of a digest value.
    pub fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 | Self::Sm3 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// The digest of `data`; `None` for MD5, which is never computed.
    pub fn digest(self, data: &[u8]) -> Option<Vec<u8>> {
        let mut hasher = self.hasher()?;
        hasher.update(data);
        Some(hasher.finish())
    }

    /// The digest of the pieces one after another; `None` for MD5, which is never computed.
    pub(crate) fn digest_of(self, pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let mut hasher = self.hasher()?;
        for piece in pieces {
            hasher.update(piece);
        }
        Some(hasher.finish())
    }

    /// A digest over data that come in pieces; `None` for MD5, which is never computed.
    pub fn hasher(self) -> Option<DigestHasher> {
        let state: Box<dyn DynDigest + Send> = match self {
            Self::Md5 => return None,
            Self::Sha1 => Box::new(sha1::Sha1::new()),
            Self::Sha224 => Box::new(sha2::Sha224::new()),
            Self::Sha256 => Box::new(sha2::Sha256::new()),
            Self::Sha384 => Box::new(sha2::Sha384::new()),
            Self::Sha512 => Box::new(sha2::Sha512::new()),
            Self::Sha512_256 => Box::new(sha2::Sha512_256::new()),
            Self::Sha3_256 => Box::new(sha3::Sha3_256::new()),
            Self::Sha3_384 => Box::new(sha3::Sha3_384::new()),
            Self::Sha3_512 => Box::new(sha3::Sha3_512::new()),
            Self::Sm3 => Box::new(sm3::Sm3::new()),
        };
        Some(DigestHasher(state))
    }
}

/// A digest being computed.
pub struct DigestHasher(Box<dyn DynDigest + Send>);

impl DigestHasher {
    /// Takes the next octets.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The value.
    pub fn finish(self) -> Vec<u8> {
        self.0.finalize().into_vec()
    }
}

/// A digest value with its algorithm: the `messageImprint` of RFC 3161 §2.4.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imprint {
    /// The algorithm.
    pub algorithm: DigestAlgorithm,
    /// The value; as long as the algorithm's digest.
    pub value: Vec<u8>,
}

impl Imprint {
    /// The SHA-256 imprint of `data`.
    pub fn sha256_of(data: &[u8]) -> Self {
        Self {
            algorithm: DigestAlgorithm::Sha256,
            value: sha2::Sha256::digest(data).to_vec(),
        }
    }

    /// The SM3 imprint of `data`.
    pub fn sm3_of(data: &[u8]) -> Self {
        Self {
            algorithm: DigestAlgorithm::Sm3,
            value: sm3::Sm3::digest(data).to_vec(),
        }
    }

    /// The imprint of `data` under `algorithm`; `None` for MD5.
    pub fn of(algorithm: DigestAlgorithm, data: &[u8]) -> Option<Self> {
        algorithm
            .digest(data)
            .map(|value| Self { algorithm, value })
    }

    /// The value in lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        hex(&self.value)
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// SHA-256 in lower-case hexadecimal digits: how certificates are named in findings and reports.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_abc() {
        let known = [
            ("SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "SHA-256",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                "SHA3-256",
                "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
            ),
            (
                "sm3",
                "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
            ),
        ];
        for (name, value) in known {
            let algorithm = DigestAlgorithm::from_name(name).unwrap();
            assert_eq!(
                Imprint::of(algorithm, b"abc").unwrap().hex(),
                value,
                "{name}"
            );
        }
        assert_eq!(DigestAlgorithm::Md5.digest(b"abc"), None);
    }

    #[test]
    fn sizes_and_identifiers_agree() {
        for (algorithm, oid, _) in TABLE {
            assert_eq!(DigestAlgorithm::from_oid(oid), Some(*algorithm));
            if let Some(value) = algorithm.digest(b"") {
                assert_eq!(value.len(), algorithm.size());
            }
        }
    }
}
