//! A look over the whole office: journal, originals, waiting seals, second copy.

use fidem_casebook::CaseFilter;
use fidem_vault::Key;

use crate::cases::print_of;
use crate::{Desk, Office, Result};

/// What the doctor found.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// Entries of the journal, all linked.
    pub journal_entries: u64,
    /// Originals read again.
    pub originals: u64,
    /// Case number and item of originals that are missing or differ.
    pub damaged: Vec<(String, u32)>,
    /// Seals that wait for tokens.
    pub waiting_seals: usize,
    /// Whether a second copy was restored in a test.
    pub second_copy_tested: bool,
}

impl Office {
    /// Checks the journal's links and reads every original again.
    ///
    /// # Errors
    /// [`crate::OfficeError::Damaged`] when the journal does not link.
    pub fn doctor(&self, _: &mut dyn Desk) -> Result<Health> {
        let mut health = Health {
            journal_entries: self.journal_verify()?.seq,
            waiting_seals: self.book.seals_waiting()?.len(),
            second_copy_tested: self.has_tested_copy()?,
            ..Health::default()
        };
        let mut offset = 0;
        loop {
            let cases = self.case_list(&CaseFilter {
                offset,
                limit: 500,
                ..CaseFilter::default()
            })?;
            for row in &cases {
                self.each_item(&row.case.id, &mut |item| {
                    health.originals += 1;
                    let print = print_of(&item);
                    let found = self.vault.verify(&Key(item.sha256), &mut |_| {
                        std::ops::ControlFlow::Continue(())
                    });
                    if found.ok() != Some(print) {
                        health.damaged.push((row.case.number.clone(), item.number));
                    }
                    Ok(())
                })?;
            }
            if cases.len() < 500 {
                return Ok(health);
            }
            offset += 500;
        }
    }
}
