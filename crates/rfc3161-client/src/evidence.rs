//! Evidence records (RFC 4998): proof that data existed at a time, carried past the end of keys and algorithms.
//!
//! An [`EvidenceRecord`] holds chains of archive time-stamps. A chain is renewed by stamping its last time-stamp again
//! (§5.2, *time-stamp renewal*: no data are read); when its digest algorithm ends, a new chain is begun over the data and
//! all that came before (*hash-tree renewal*). One time-stamp serves many records: the [`HashTree`] is built over the
//! groups of all of them, and each record keeps the branch that leads from its own group to the root.
//!
//! Records in XML (RFC 6283) are read and judged by the same rules: [`verify_xml_evidence`].
//!
//! Nothing here asks an authority or reads data: digests and tokens come in, octets and findings go out.

mod hash_tree;
mod record;
mod renewal;
mod rules;
mod validation;
mod xml;

pub use hash_tree::{HashTree, ReducedHashTree};
pub use record::{ArchiveTimeStamp, EvidenceRecord};
pub use rules::EVIDENCE_RULES;
pub use validation::{
    ArchiveTimeStampVerification, EvidenceInputs, EvidenceVerification, verify_evidence,
};
pub use xml::{XmlData, is_xml_evidence, verify_xml_evidence};

/// Octets accepted in one record; a group of 100,000 digests takes 7 MB under SHA-512.
const MAX_RECORD: usize = 64 << 20;
/// Digests accepted in one list of a reduced hash tree.
const MAX_DIGESTS: usize = 1 << 20;
/// Lists in one reduced hash tree: a tree over 2^40 groups has as many.
const MAX_LISTS: usize = 64;
/// Chains in one record: each begins with the end of a digest algorithm, and is over all that came before.
const MAX_CHAINS: usize = 16;
/// Archive time-stamps accepted in one record: a renewal a year for two centuries.
const MAX_TIME_STAMPS: usize = 200;
