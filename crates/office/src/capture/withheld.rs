//! Opening what a capture withheld, for a court that asks for it: one file, decrypted, and a journal entry.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use fidem_capture::{CaptureError, open_withheld};
use fidem_fingerprint::hex;
use fidem_vault::Key;
use serde_json::json;

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

impl Office {
    /// Decrypts the withheld item of a capture into `out`; the log is unzipped too. The journal names who did it.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`] where the item is none of a capture's; [`OfficeError::Capture`] where it was altered.
    pub fn open_withheld(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        item: u32,
        out: &Path,
    ) -> Result<u64> {
        let case = self.case(case)?;
        let row = self.book.item(&case.id, item)?;
        let secret = self.secret_of(&case.id, item)?;
        let sealed = self.vault.open_object(&Key(row.sha256))?;
        let stream = open_withheld(&secret, BufReader::new(sealed)).map_err(CaptureError::from)?;
        let written = match row.name.ends_with(".gz.age") {
            true => copy(flate2::read::MultiGzDecoder::new(stream), out)?,
            false => copy(stream, out)?,
        };
        self.book.journal_append(
            &at(desk),
            "withheld.opened",
            Some(&case.id),
            Some(item),
            json!({"octets": written, "sha256": hex::encode(&row.sha256)}),
        )?;
        Ok(written)
    }

    fn secret_of(&self, case: &str, item: u32) -> Result<String> {
        let captures = self.captures(case)?;
        captures
            .into_iter()
            .find(|(_, summary)| summary.items.contains(&item))
            .map(|(capture, _)| capture.secret)
            .ok_or_else(|| OfficeError::Damaged {
                what: format!("item {item} is of no capture"),
            })
    }
}

fn copy(mut from: impl Read, out: &Path) -> Result<u64> {
    let fail = |e: std::io::Error| OfficeError::io(out, &e);
    let mut file = File::create_new(out).map_err(fail)?;
    let written = std::io::copy(&mut from, &mut file).map_err(fail)?;
    file.flush().map_err(fail)?;
    Ok(written)
}
