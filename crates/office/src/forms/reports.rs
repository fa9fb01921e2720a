//! Which items of a case the recorder made: archives and cleanliness reports, found by what the casebook knows of each
//! capture, and for an interrupted one by name and by an origin that nobody can state by hand.

use std::collections::BTreeMap;

use fidem_casebook::{Capture, CaptureState, Item};
use fidem_cleanliness::Report;
use fidem_manifest::{Facts, Origin};
use fidem_vault::Key;

use crate::{CaptureSummary, Office, Result};

/// Largest report read, octets.
const REPORT: u64 = 64 << 20;

/// What the recorder made in a case, by name.
pub(crate) struct Reports(BTreeMap<String, Item>);

impl Reports {
    /// The report before the capture.
    pub(crate) fn before(&self, capture: &str) -> Option<&Item> {
        self.0.get(&name("before", capture))
    }

    /// The report after it; none where it was interrupted.
    pub(crate) fn after(&self, capture: &str) -> Option<&Item> {
        self.0.get(&name("after", capture))
    }
}

fn name(phase: &str, capture: &str) -> String {
    let short = capture.get(..8).unwrap_or(capture);
    format!("cleanliness-{phase}-{short}.json")
}

impl Office {
    /// Finds them.
    pub(crate) fn reports(&self, case: &str) -> Result<Reports> {
        let batches = self.batch_facts(case)?;
        let recorded = |facts: &Facts| matches!(facts.origin, Origin::OfficeCapture { .. });
        let of_recorder = |item: &Item| {
            let facts = batches.iter().find(|(n, _)| *n == item.batch.0);
            facts.is_some_and(|(_, facts)| recorded(facts))
        };
        let mut found = BTreeMap::new();
        if !batches.iter().any(|(_, facts)| recorded(facts)) {
            return Ok(Reports(found));
        }
        self.each_item(case, &mut |item| {
            let named = item.name.starts_with("cleanliness-");
            if named && item.withdrawn.is_none() && of_recorder(&item) {
                found.entry(item.name.clone()).or_insert(item);
            }
            Ok(())
        })?;
        Ok(Reports(found))
    }

    /// A report as it was kept.
    pub(crate) fn report_of(&self, item: &Item) -> Result<Report> {
        let bytes = self.vault.read_all(&Key(item.sha256), REPORT)?;
        Ok(Report::from_bytes(&bytes)?)
    }

    /// How many checks before the capture were abnormal. The summary of an interrupted one does not know.
    pub(crate) fn abnormal_before(
        &self,
        capture: &Capture,
        summary: &CaptureSummary,
        reports: &Reports,
    ) -> Result<u32> {
        if summary.before != (0, 0, 0) || capture.state != CaptureState::Kept {
            return Ok(summary.before.1);
        }
        match reports.before(&capture.id) {
            Some(item) => Ok(self.report_of(item)?.counts.abnormal),
            None => Ok(0),
        }
    }
}
