//! Making and renewing records (RFC 4998 §4.2, §5.2). What is stamped comes out first; the token comes in after.

use super::record::Chain;
use super::{ArchiveTimeStamp, EvidenceRecord, ReducedHashTree};
use crate::digest::DigestAlgorithm;
use crate::error::ParseError;

impl EvidenceRecord {
    /// A first record: `token` is over the root to which `tree` leads, under `algorithm`.
    ///
    /// # Errors
    /// `ParseError` when the algorithm cannot be encoded.
    pub fn new(
        algorithm: DigestAlgorithm,
        tree: ReducedHashTree,
        token: &[u8],
    ) -> Result<Self, ParseError> {
        let time_stamp = ArchiveTimeStamp::new(algorithm, tree, token)?;
        Ok(Self {
            chains: vec![Chain::new(vec![time_stamp])],
        })
    }

    /// The group for a time-stamp renewal: the digests of the last chain's time-stamps, under its algorithm. §5.2 asks
    /// for the newest; Bouncy Castle wants the earlier ones beside it. `None` when the algorithm is not known or never
    /// computed.
    pub fn time_stamp_renewal(&self) -> Option<Vec<Vec<u8>>> {
        let algorithm = self.algorithm()?;
        let time_stamps = &self.chains.last()?.time_stamps;
        time_stamps
            .iter()
            .map(|one| algorithm.digest(&one.token))
            .collect()
    }

    /// The record with its last chain carried on by `token`, which is over the root to which `tree` leads.
    ///
    /// # Errors
    /// `ParseError` when the chain's algorithm is not known.
    pub fn with_time_stamp(&self, tree: ReducedHashTree, token: &[u8]) -> Result<Self, ParseError> {
        let algorithm = self.algorithm().ok_or(ParseError::Malformed {
            what: "digestAlgorithm",
        })?;
        let mut chains = self.chains.clone();
        if let Some(last) = chains.pop() {
            let mut time_stamps = last.time_stamps;
            time_stamps.push(ArchiveTimeStamp::new(algorithm, tree, token)?);
            chains.push(Chain::new(time_stamps));
        }
        Ok(Self { chains })
    }

    /// The group for a hash-tree renewal (§5.2): under the new `algorithm`, the digest of each data object's new digest
    /// followed by that of everything before. `None` for MD5.
    pub fn hash_tree_renewal(
        &self,
        algorithm: DigestAlgorithm,
        data: &[Vec<u8>],
    ) -> Option<Vec<Vec<u8>>> {
        let before = algorithm.digest(&self.sequence(self.chains.len()))?;
        data.iter()
            .map(|digest| algorithm.digest(&[digest.as_slice(), &before].concat()))
            .collect()
    }

    /// The record with a new chain begun under `algorithm`; `token` is over the root to which `tree` leads.
    ///
    /// # Errors
    /// `ParseError` when the algorithm cannot be encoded.
    pub fn with_chain(
        &self,
        algorithm: DigestAlgorithm,
        tree: ReducedHashTree,
        token: &[u8],
    ) -> Result<Self, ParseError> {
        let mut chains = self.chains.clone();
        chains.push(Chain::new(vec![ArchiveTimeStamp::new(
            algorithm, tree, token,
        )?]));
        Ok(Self { chains })
    }
}
