//! Captures that were interrupted in the middle: what they had recorded becomes a marked item.

use std::io::Read;

use fidem_capture::{CaptureError, Keys, archive, interrupted};
use fidem_casebook::{Capture, CaptureState};
use flate2::read::MultiGzDecoder;

use crate::capture::files::{CaptureFiles, FOLDER};
use crate::capture::{CaptureSummary, SOFTWARE, ending_code, films, mask_key};
use crate::folder::at;
use crate::intake::to_json;
use crate::{Desk, Office, OfficeError, Result, SealOptions};

impl Office {
    /// Finishes every capture that a crash interrupted; the items made of them, each with the number of its case. Called
    /// when no capture runs: the office is open in one place only.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Vault`]. A capture whose files cannot be read ends with nothing.
    pub fn recover_captures(&mut self, desk: &mut dyn Desk) -> Result<Vec<(String, u32)>> {
        let mut made = Vec::new();
        for capture in self.book.captures_under_way()? {
            let folder = self.dir().join(FOLDER).join(&capture.id);
            let files = CaptureFiles::of(self.dir(), &capture.id, &public_of(&capture.secret)?);
            let lock = folder.is_dir().then(|| files.try_lock()).transpose()?;
            // It is not interrupted: it runs, in this program or another.
            if matches!(lock, Some(None)) {
                continue;
            }
            match self.recover_one(desk, &capture, &files)? {
                Some(item) => {
                    made.push((self.case(&capture.case)?.number, item));
                    let _ = std::fs::remove_dir_all(folder);
                }
                // What could not be read stays where it lies.
                None => {
                    self.book
                        .capture_end(&at(desk), &capture.id, CaptureState::Nothing, "{}")?;
                }
            }
        }
        Ok(made)
    }

    fn recover_one(
        &mut self,
        desk: &mut dyn Desk,
        capture: &Capture,
        files: &CaptureFiles,
    ) -> Result<Option<u32>> {
        let (Ok(beginning), Some((netlog, operations))) =
            (files.beginning(), files.recorded(&capture.secret))
        else {
            return Ok(None);
        };
        files.join(&capture.secret)?;
        let ended = at(desk);
        let log = MultiGzDecoder::new(netlog.as_slice());
        let operations = whole_lines(&operations);
        let (interactive, secret_fields) = (beginning.interactive, beginning.secret_fields.clone());
        let recording = interrupted(beginning, &capture.url, log, operations, ended);
        if recording.log.connections.is_empty() {
            return Ok(None);
        }
        let keys = Keys {
            secret: capture.secret.clone(),
            public: public_of(&capture.secret)?,
        };
        let naming = archive::Naming {
            capture: &capture.id,
            mask_key: mask_key(&keys),
            software: SOFTWARE,
            cleanliness_before: None,
            secret_fields,
        };
        let case = self.case(&capture.case)?;
        let archived = files.archive(&recording, &naming)?;
        // No report after it could be made: nothing but a class below A is possible.
        let facts = self.interrupted_facts(&recording)?;
        let films = films::left_in(files.folder());
        let kept = files.keep(self, desk, &case, &facts, None, archived.masked > 0, &films)?;
        self.seal_items(desk, &case, &kept.items, &SealOptions::default())?;
        let summary = CaptureSummary {
            item: kept.archive,
            items: kept.items,
            partial: true,
            archived: archived.completeness().archived,
            exchanged: archived.completeness().exchanged,
            ending: ending_code(&recording.ending),
            interactive,
            ..CaptureSummary::default()
        };
        self.book.capture_end(
            &at(desk),
            &capture.id,
            CaptureState::Kept,
            &to_json(&summary)?,
        )?;
        Ok(Some(kept.archive))
    }
}

fn public_of(secret: &str) -> Result<String> {
    Ok(Keys::public_of(secret).map_err(CaptureError::from)?)
}

/// What stands before the cut, up to its last whole line.
fn whole_lines(gzip: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    // The last member may be cut; what was read until then counts.
    let _ = MultiGzDecoder::new(gzip).read_to_end(&mut lines);
    let whole = lines
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    lines.truncate(whole);
    lines
}

impl From<fidem_cleanliness::ReportError> for OfficeError {
    fn from(error: fidem_cleanliness::ReportError) -> Self {
        Self::Damaged {
            what: error.to_string(),
        }
    }
}
