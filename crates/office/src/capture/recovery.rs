//! Captures that were interrupted in the middle: what they had recorded becomes a marked item.

use std::io::Read;
use std::path::Path;

use fidem_capture::{CaptureError, Keys, Recording, archive, interrupted};
use fidem_casebook::{Capture, CaptureState, Role};
use flate2::read::MultiGzDecoder;

use crate::capture::files::CaptureFiles;
use crate::capture::{CaptureSummary, SOFTWARE, ending_code, films, mask_key};
use crate::folder::at;
use crate::intake::to_json;
use crate::{Desk, Office, OfficeError, Result, SealOptions};

/// What came of the captures that a crash had interrupted.
#[derive(Debug, Default)]
pub struct Recovered {
    /// The items of archives made of them, each with the number of its case.
    pub made: Vec<(String, u32)>,
    /// Those that could not be finished now. What they recorded lies where it was; they are tried again.
    pub failed: Vec<Unrecovered>,
}

/// An interrupted capture that could not be finished.
#[derive(Debug)]
pub struct Unrecovered {
    /// Number of its case.
    pub case: String,
    /// The address as asked for.
    pub url: String,
    /// What stood in the way.
    pub error: OfficeError,
}

impl Office {
    /// Finishes every capture that a crash interrupted, each by itself: one that fails keeps no other. Nothing is done for
    /// a person who captures nothing. Called when no capture runs: the office is open in one place only.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`] where they cannot be listed.
    pub fn recover_captures(&mut self, desk: &mut dyn Desk) -> Result<Recovered> {
        let mut recovered = Recovered::default();
        if self.require(&[Role::Clerk, Role::Notary]).is_err() {
            return Ok(recovered);
        }
        for capture in self.book.captures_under_way()? {
            match self.recover_one(desk, &capture) {
                Ok(None) => {}
                Ok(Some(item)) => recovered.made.push((capture.case, item)),
                Err(error) => recovered.failed.push(Unrecovered {
                    case: capture.case,
                    url: capture.url,
                    error,
                }),
            }
        }
        Ok(recovered)
    }

    /// The item of its archive; none where it runs, or left nothing.
    fn recover_one(&mut self, desk: &mut dyn Desk, capture: &Capture) -> Result<Option<u32>> {
        let files = CaptureFiles::of(self.dir(), &capture.id, &public_of(&capture.secret)?);
        let there = files.folder().is_dir();
        let lock = there.then(|| files.try_lock()).transpose()?;
        // It is not interrupted: it runs, in this program or another.
        if matches!(lock, Some(None)) {
            return Ok(None);
        }
        let known: CaptureSummary = serde_json::from_str(&capture.summary_json).unwrap_or_default();
        let summary = match known.items.is_empty() {
            // Its items are in the case; it came no further.
            false => Some(known),
            true => self.make_items(desk, capture, &files)?,
        };
        let Some(summary) = summary else {
            // What could not be read stays where it lies.
            let nothing = CaptureState::Nothing;
            let at = at(desk);
            self.book.capture_end(&at, &capture.id, nothing, "{}")?;
            return Ok(None);
        };
        self.seal_what_is_not(desk, &capture.case, &summary.items)?;
        let (at, kept) = (at(desk), CaptureState::Kept);
        self.book
            .capture_end(&at, &capture.id, kept, &to_json(&summary)?)?;
        let _ = files.remove();
        Ok(Some(summary.item))
    }

    fn seal_what_is_not(&mut self, desk: &mut dyn Desk, case: &str, items: &[u32]) -> Result<()> {
        let case = self.case(case)?;
        let mut open = Vec::new();
        for item in items {
            let row = self.book.item(&case.id, *item)?;
            open.extend((row.seal.is_none() && row.withdrawn.is_none()).then_some(*item));
        }
        if !open.is_empty() {
            self.seal_items(desk, &case, &open, &SealOptions::default())?;
        }
        Ok(())
    }

    /// Items of what was recorded; none where that is nothing.
    fn make_items(
        &mut self,
        desk: &mut dyn Desk,
        capture: &Capture,
        files: &CaptureFiles,
    ) -> Result<Option<CaptureSummary>> {
        let secret = &capture.secret;
        let (Some(beginning), Some((netlog, operations))) =
            (files.beginning(secret)?, files.recorded(secret)?)
        else {
            return Ok(None);
        };
        let log = MultiGzDecoder::new(netlog.as_slice());
        let secret_fields = beginning.secret_fields.clone();
        let operations = whole_lines(&operations);
        let mut recording = interrupted(beginning, &capture.url, log, operations, at(desk));
        if recording.log.connections.is_empty() {
            return Ok(None);
        }
        with_films(&mut recording, files.folder());
        files.join(secret)?;
        let keys = Keys {
            secret: secret.clone(),
            public: public_of(secret)?,
        };
        let naming = archive::Naming {
            capture: &capture.id,
            mask_key: mask_key(&keys),
            software: SOFTWARE,
            cleanliness_before: None,
            secret_fields,
        };
        let archived = files.archive(&recording, &naming)?;
        // No report after it could be made: nothing but a class below A is possible.
        let facts = self.interrupted_facts(&recording)?;
        let films = films::left_in(files.folder());
        let masked = archived.masked > 0;
        let summary = |made: &[u32]| CaptureSummary {
            item: made.first().copied().unwrap_or_default(),
            items: made.to_vec(),
            partial: true,
            archived: archived.completeness().archived,
            exchanged: archived.completeness().exchanged,
            ending: ending_code(&recording.ending),
            interactive: recording.visit.is_some(),
            ..CaptureSummary::default()
        };
        let kept = files.keep(self, desk, &facts, None, masked, &films, &summary)?;
        Ok(Some(kept.summary))
    }
}

/// What the films show is stated as far as it goes: that they broke off, and that no chain binds them.
fn with_films(recording: &mut Recording, folder: &Path) {
    let Some(visit) = &mut recording.visit else {
        return;
    };
    if let Some(login) = &mut visit.login {
        login.film = Some(films::interrupted(folder, films::LOGIN));
    }
    recording.film = Some(films::interrupted(folder, films::RECORDED));
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
