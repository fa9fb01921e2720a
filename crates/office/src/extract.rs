//! The journal's extract for a case: its own entries in full, every other as a digest.

use fidem_casebook::JournalFilter;
use fidem_fingerprint::hex;
use fidem_manifest::{JournalExtract, Link};

use crate::{Office, OfficeError, Result};

impl Office {
    /// From the case's first act to entry `upto`.
    pub(crate) fn journal_extract(&self, case: &str, upto: u64) -> Result<JournalExtract> {
        let number = self.case(case)?.number;
        let mut own = self
            .book
            .journal(&JournalFilter {
                case: Some(case.to_owned()),
                upto: Some(upto),
                ..JournalFilter::default()
            })?
            .into_iter()
            .map(|e| e.seq)
            .peekable();
        let damaged = || OfficeError::Damaged {
            what: "journal".to_owned(),
        };
        let first = *own.peek().ok_or_else(damaged)?;
        let before = first - 1;
        let before_hash = self.hash_at(before)?;
        let mut links = Vec::new();
        let mut from = first;
        while from <= upto {
            let page = self.book.journal(&JournalFilter {
                from_seq: from,
                upto: Some(upto),
                limit: Some(2000),
                ..JournalFilter::default()
            })?;
            from = page.last().ok_or_else(damaged)?.seq + 1;
            for entry in page {
                let is_own = own.next_if_eq(&entry.seq).is_some();
                links.push(match is_own {
                    true => Link {
                        entry: Some(String::from_utf8(entry.bytes).map_err(|_| damaged())?),
                        sha256: None,
                    },
                    false => Link {
                        entry: None,
                        sha256: Some(hex::encode(&entry.sha256())),
                    },
                });
            }
        }
        Ok(JournalExtract {
            before,
            before_hash: hex::encode(&before_hash),
            case: number,
            format: JournalExtract::FORMAT.to_owned(),
            links,
        })
    }

    fn hash_at(&self, seq: u64) -> Result<[u8; 32]> {
        if seq == 0 {
            return Ok([0; 32]);
        }
        let found = self.book.journal(&JournalFilter {
            from_seq: seq,
            upto: Some(seq),
            ..JournalFilter::default()
        })?;
        found
            .first()
            .map(|e| e.hash)
            .ok_or_else(|| OfficeError::Damaged {
                what: "journal".to_owned(),
            })
    }

    /// Checks that the whole journal links from its first entry to its head.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`] naming the entry at fault.
    pub fn journal_verify(&self) -> Result<fidem_casebook::Head> {
        self.book
            .journal_verify()
            .map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })
    }

    /// Journal entries of a case, or of the office, as their canonical JSON.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn journal(&self, case: Option<&str>, from: u64, limit: u64) -> Result<Vec<String>> {
        let entries = self.book.journal(&JournalFilter {
            case: case.map(str::to_owned),
            from_seq: from,
            limit: Some(limit),
            ..JournalFilter::default()
        })?;
        Ok(entries
            .into_iter()
            .map(|e| String::from_utf8_lossy(&e.bytes).into_owned())
            .collect())
    }
}
