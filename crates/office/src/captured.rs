//! Looking into the archive of a capture: what it states, and its members by name.

use std::fs::File;
use std::ops::ControlFlow;

use fidem_capture::{Network, Statement};
use fidem_cleanliness::Report;
use fidem_vault::Key;
use fidem_webarchive::Limits;
use fidem_webarchive::lookup::{LookupError, Wacz};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::folder::at;
use crate::{Desk, FileSource, Office, OfficeError, Result};

/// Folder of the recorder's own members in an archive.
const OWN: &str = "fidem/";
/// Largest statement read into memory, octets.
const STATEMENT: u64 = 64 << 20;

/// What the archive of a capture states.
#[derive(Debug, Clone)]
pub struct CapturedFacts {
    /// The capture.
    pub statement: Statement,
    /// The network's circumstances.
    pub network: Network,
    /// Names of its pictures: `viewport.png`, `full.png`, `tile-001.png` …
    pub pictures: Vec<String>,
}

impl Office {
    /// What the archive of a capture states. The whole item is read again and compared with its fingerprint; that it was
    /// looked at enters the journal.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`] where the item is no archive of a capture; [`OfficeError::Vault`] where it was altered.
    pub fn captured(&mut self, desk: &dyn Desk, case: &str, item: u32) -> Result<CapturedFacts> {
        let row = self.book.item(case, item)?;
        self.vault
            .verify(&Key(row.sha256), &mut |_| ControlFlow::Continue(()))?;
        let source = FileSource::of(self.vault.open_object(&Key(row.sha256))?, &row.name)?;
        let wacz = open(&source)?;
        let members = wacz.members(OWN).into_iter();
        let pictures = members
            .filter_map(|(name, _)| name.strip_prefix(OWN))
            .filter(|name| name.ends_with(".png"))
            .map(str::to_owned)
            .collect();
        let facts = CapturedFacts {
            statement: statement(&wacz, "capture.json")?,
            network: statement(&wacz, "network.json")?,
            pictures,
        };
        let at = at(desk);
        self.book
            .journal_append(&at, "item.viewed", Some(case), Some(item), json!({}))?;
        Ok(facts)
    }

    /// One picture of a capture's archive, as PNG.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`] where there is none of that name, or it is larger than `limit` octets.
    pub fn captured_picture(
        &self,
        case: &str,
        item: u32,
        name: &str,
        limit: u64,
    ) -> Result<Vec<u8>> {
        let row = self.book.item(case, item)?;
        let file: File = self.vault.open_object(&Key(row.sha256))?;
        let source = FileSource::of(file, &row.name)?;
        let plain = !name.contains('/') && name.ends_with(".png");
        match plain {
            true => open(&source)?
                .member(&format!("{OWN}{name}"), limit)
                .map_err(damaged),
            false => Err(damaged(LookupError::Absent {
                name: name.to_owned(),
            })),
        }
    }

    /// A cleanliness report that was kept as an item; that it was looked at enters the journal.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`] where the item is no report.
    pub fn kept_report(&mut self, desk: &dyn Desk, case: &str, item: u32) -> Result<Report> {
        let bytes = self.item_bytes(desk, case, item, STATEMENT)?;
        Ok(Report::from_bytes(&bytes)?)
    }
}

pub(crate) fn open(source: &FileSource) -> Result<Wacz<'_>> {
    Wacz::open(source, &Limits::default()).map_err(damaged)
}

pub(crate) fn statement<T: DeserializeOwned>(wacz: &Wacz<'_>, name: &str) -> Result<T> {
    let bytes = wacz
        .member(&format!("{OWN}{name}"), STATEMENT)
        .map_err(damaged)?;
    serde_json::from_slice(&bytes).map_err(|e| OfficeError::Damaged {
        what: format!("{name}: {e}"),
    })
}

fn damaged(error: LookupError) -> OfficeError {
    OfficeError::Damaged {
        what: error.to_string(),
    }
}
