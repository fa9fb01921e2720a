//! How long algorithms are relied on: dated data, replaceable by whoever verifies (TS 119 312; EN 319 102-1 §5.2.8).

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
    (RatedAlgorithm::Digest(DigestAlgorithm::Sha224), (2029, 1, 1)),
    (RatedAlgorithm::RsaBelow(1024), (2010, 8, 1)),
    (RatedAlgorithm::RsaBelow(1900), (2019, 10, 1)),
    (RatedAlgorithm::RsaBelow(3000), (2029, 1, 1)),
    (RatedAlgorithm::CurveBelow(224), (2012, 8, 1)),
    (RatedAlgorithm::CurveBelow(256), (2021, 10, 1)),
];

impl AlgorithmTable {
    /// The table of this program.
    pub fn built_in() -> Self {
        let end = |(algorithm, (year, month, day)): &(RatedAlgorithm, (i64, i64, i64))| {
            Some(AlgorithmEnd {
                algorithm: *algorithm,
                until: UnixTime::from_civil(*year, *month, *day, 0, 0, 0)?,
            })
        };
        Self {
            source: "ETSI TS 119 312 V1.5.1".to_owned(),
            ends: BUILT_IN.iter().filter_map(end).collect(),
        }
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

    fn earliest(&self, matches: impl Fn(RatedAlgorithm) -> bool) -> Option<UnixTime> {
        let rows = self.ends.iter().filter(|row| matches(row.algorithm));
        rows.map(|row| row.until).min()
    }
}
