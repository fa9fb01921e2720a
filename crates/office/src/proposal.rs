//! Renewal by two persons: one proposes it, another carries it out. Neither touches an original.

use fidem_casebook::Role;
use rfc3161_client::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::folder::at;
use crate::intake::to_json;
use crate::{Desk, Office, OfficeError, Result};

const SETTING: &str = "renewal-proposal";
/// A proposal older than this has to be made anew: what is due has changed meanwhile.
const LASTS: i64 = 30 * 86_400;
/// Who may propose a renewal, and who may carry it out.
pub(crate) const RENEWERS: [Role; 3] = [Role::Clerk, Role::Notary, Role::Archivist];

/// A renewal that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalProposal {
    /// Who proposed it.
    pub person: String,
    /// When, by the office's device.
    pub at: String,
    /// The one case; absent where everything due is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
}

impl Office {
    /// Proposes to renew everything that is due, or one case. It takes the place of an earlier proposal.
    ///
    /// # Errors
    /// [`OfficeError::Role`] unless clerk, notary or archivist.
    pub fn renewal_propose(&mut self, desk: &dyn Desk, case: Option<&str>) -> Result<()> {
        self.require(&RENEWERS)?;
        let case = case.map(|case| self.case(case)).transpose()?;
        let proposal = RenewalProposal {
            person: self.person().name.clone(),
            at: at(desk),
            case: case.map(|case| case.id),
        };
        let about = proposal.case.as_deref();
        self.book
            .journal_append(&at(desk), "renewal.proposed", about, None, json!({}))?;
        let text = to_json(&proposal)?;
        Ok(self.book.set_setting(&at(desk), SETTING, &text)?)
    }

    /// The proposal that waits, unless it is too old.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`].
    pub fn renewal_proposal(&self, desk: &dyn Desk) -> Result<Option<RenewalProposal>> {
        let Some(text) = self.book.setting(SETTING)? else {
            return Ok(None);
        };
        let read: Option<RenewalProposal> =
            serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })?;
        Ok(read.filter(|proposal| {
            let made = UnixTime::from_rfc3339(&proposal.at);
            made.is_some_and(|made| desk.now() - made.0 <= LASTS)
        }))
    }

    /// Refuses a renewal that no other person proposed.
    pub(crate) fn require_proposal(&self, desk: &dyn Desk, case: Option<&str>) -> Result<()> {
        let proposal = self.renewal_proposal(desk)?;
        // Of one case everything is renewed, due or not; of the office what is due. Neither stands for the other.
        let covers = |proposal: &RenewalProposal| proposal.case.as_deref() == case;
        let by = proposal.filter(covers).map(|proposal| proposal.person);
        match by {
            Some(person) if person != self.person().name => Ok(()),
            by => Err(OfficeError::SecondPerson {
                proposed_by: by.unwrap_or_default(),
            }),
        }
    }

    /// What was proposed is done.
    pub(crate) fn clear_proposal(&mut self, desk: &dyn Desk) -> Result<()> {
        Ok(self.book.set_setting(&at(desk), SETTING, "null")?)
    }
}
