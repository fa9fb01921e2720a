//! What was passed on through a chat before it came here, and may have been compressed anew by that.

use std::collections::BTreeMap;

use fidem_casebook::RecordKind;
use serde::Serialize;

use super::{Answer, RecordBody, forwarded_by_name};
use crate::{Office, Result};

/// Why an item is taken to have been passed on through a chat (可能被压缩).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forwarded {
    /// A phone record says so.
    Stated,
    /// Its name is of the kind that chat applications give.
    Named,
}

impl Office {
    /// What phone records say of items: yes or no.
    pub(crate) fn forwarding_stated(&self, case: &str) -> Result<BTreeMap<u32, bool>> {
        let mut stated = BTreeMap::new();
        for record in self.latest_records(case)? {
            // A draft says nothing yet, and travels nowhere.
            if record.kind != RecordKind::Phone || !record.complete {
                continue;
            }
            let RecordBody::Phone(phone) = RecordBody::of(&record)? else {
                continue;
            };
            for item in phone.items {
                match item.forwarded {
                    Answer::Yes => drop(stated.insert(item.item, true)),
                    Answer::No => drop(stated.entry(item.item).or_insert(false)),
                    Answer::Unknown => {}
                }
            }
        }
        Ok(stated)
    }
}

/// What is to be said of one item.
pub(crate) fn of_item(name: &str, number: u32, stated: &BTreeMap<u32, bool>) -> Option<Forwarded> {
    match stated.get(&number) {
        Some(true) => Some(Forwarded::Stated),
        Some(false) => None,
        None => forwarded_by_name(name).map(|_| Forwarded::Named),
    }
}
