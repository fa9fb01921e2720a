//! How long algorithms are relied on: dated data, replaceable by whoever verifies (TS 119 312; EN 319 102-1 §5.2.8).

use std::sync::LazyLock;

use crate::algorithm::PublicKey;
use crate::digest::DigestAlgorithm;
use crate::time::UnixTime;

/// One row: an algorithm and the end of its reliability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmEnd {
    /// What ends.
    pub algorithm: RatedAlgorithm,
    /// From when on nothing rests on it alone.
    pub until: UnixTime,
}

/// What the table rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RatedAlgorithm {
    /// A message digest.
    Digest(DigestAlgorithm),
    /// RSA, either padding, with a modulus of fewer bits than this.
    RsaBelow(usize),
    /// Elliptic-curve keys of all kinds over a field of fewer bits than this.
    CurveBelow(usize),
}

/// A dated table of ends. What does not stand in it has no end that is known today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmTable {
    /// Where the dates are from.
    pub source: String,
    /// The rows.
    pub ends: Vec<AlgorithmEnd>,
}

/// Rows of this program, as year, month and day: TS 119 312 V1.5.1, for MD5 and RSA below 1024 bits its predecessor TS
/// 102 176-1. The end that it sets for the padding of PKCS#1 v1.5 is left out: it would end every public authority alike.
const BUILT_IN: &[(RatedAlgorithm, (i64, i64, i64))] = &[
    (RatedAlgorithm::Digest(DigestAlgorithm::Md5), (2004, 8, 1)),
    (RatedAlgorithm::Digest(DigestAlgorithm::Sha1), (2012, 8, 1)),
    (
        RatedAlgorithm::Digest(DigestAlgorithm::Sha224),
        (2029, 1, 1),
    ),
    (RatedAlgorithm::RsaBelow(1024), (2010, 8, 1)),
    (RatedAlgorithm::RsaBelow(1900), (2019, 10, 1)),
    (RatedAlgorithm::RsaBelow(3000), (2029, 1, 1)),
    (RatedAlgorithm::CurveBelow(224), (2012, 8, 1)),
    (RatedAlgorithm::CurveBelow(256), (2021, 10, 1)),
];

impl AlgorithmTable {
    /// The table of this program.
    pub fn built_in() -> &'static Self {
        static TABLE: LazyLock<AlgorithmTable> = LazyLock::new(|| {
            let end = |(algorithm, (year, month, day)): &(RatedAlgorithm, (i64, i64, i64))| {
                Some(AlgorithmEnd {
                    algorithm: *algorithm,
                    until: UnixTime::from_civil(*year, *month, *day, 0, 0, 0)?,
                })
            };
            AlgorithmTable {
                source: "ETSI TS 119 312 V1.5.1".to_owned(),
                ends: BUILT_IN.iter().filter_map(end).collect(),
            }
        });
        &TABLE
    }

    /// The end of a digest algorithm; `None` where none is known.
    pub fn digest_until(&self, digest: DigestAlgorithm) -> Option<UnixTime> {
        self.earliest(|row| row == RatedAlgorithm::Digest(digest))
    }

    /// The end of an RSA key by the bits of its modulus.
    pub fn rsa_until(&self, bits: usize) -> Option<UnixTime> {
        self.earliest(|row| matches!(row, RatedAlgorithm::RsaBelow(least) if bits < least))
    }

    /// The end of an elliptic-curve key by the bits of its field.
    pub fn curve_until(&self, bits: usize) -> Option<UnixTime> {
        self.earliest(|row| matches!(row, RatedAlgorithm::CurveBelow(least) if bits < least))
    }

    /// The end of what [`crate::Verification::rests_on`] names: a digest, or a key as `RSA 2048` or `EC 256`.
    pub fn until_of(&self, name: &str) -> Option<UnixTime> {
        let bits = |text: &str| text.parse().ok();
        match name.split_once(' ') {
            Some(("RSA", size)) => self.rsa_until(bits(size)?),
            Some(("EC", size)) => self.curve_until(bits(size)?),
            _ => self.digest_until(DigestAlgorithm::from_name(name)?),
        }
    }

    /// The end of a key by its kind and size.
    pub(crate) fn key_until(&self, key: &PublicKey) -> Option<UnixTime> {
        match (key.rsa_bits(), key.curve_bits()) {
            (Some(bits), _) => self.rsa_until(bits),
            (None, Some(bits)) => self.curve_until(bits),
            (None, None) => None,
        }
    }

    fn earliest(&self, matches: impl Fn(RatedAlgorithm) -> bool) -> Option<UnixTime> {
        let rows = self.ends.iter().filter(|row| matches(row.algorithm));
        rows.map(|row| row.until).min()
    }
}

/// The table at one time: what is still relied on then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strength<'a> {
    pub table: &'a AlgorithmTable,
    pub at: UnixTime,
}

impl Strength<'_> {
    /// Whether nothing rests on the digest any more.
    pub(crate) fn digest_is_over(self, digest: DigestAlgorithm) -> bool {
        self.is_over(self.table.digest_until(digest))
    }

    /// Whether nothing rests on the key any more.
    pub(crate) fn key_is_over(self, key: &PublicKey) -> bool {
        self.is_over(self.table.key_until(key))
    }

    fn is_over(self, until: Option<UnixTime>) -> bool {
        until.is_some_and(|until| until <= self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_found_by_kind_and_size() {
        let table = AlgorithmTable::built_in();
        let date = |text: &str| UnixTime::from_rfc3339(text);
        assert_eq!(
            table.digest_until(DigestAlgorithm::Sha1),
            date("2012-08-01T00:00:00Z")
        );
        assert_eq!(table.digest_until(DigestAlgorithm::Sha256), None);
        assert_eq!(table.rsa_until(1024), date("2019-10-01T00:00:00Z"));
        assert_eq!(table.rsa_until(2048), date("2029-01-01T00:00:00Z"));
        assert_eq!(table.rsa_until(3072), None);
        assert_eq!(table.curve_until(192), date("2012-08-01T00:00:00Z"));
        assert_eq!(table.curve_until(256), None);
        assert_eq!(table.until_of("RSA 2048"), table.rsa_until(2048));
        assert_eq!(
            table.until_of("SHA-1"),
            table.digest_until(DigestAlgorithm::Sha1)
        );
    }
}
