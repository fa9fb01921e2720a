//! How the chosen authorities stand: what is listed of each, what its last token said, what its last answer was.

use fidem_casebook::JournalFilter;
use serde::Serialize;

use crate::stamp::summary;
use crate::{AuthorityChoice, Office, Result, offered};

/// Journal entries looked at for the last answer.
const LOOKED_AT: u64 = 20_000;

/// One chosen authority as it stands. What is unknown is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct AuthorityStanding {
    /// Name for people.
    pub name: String,
    /// Where requests go.
    pub url: String,
    /// The office pinned its root; otherwise the trust file decides.
    pub own_root: bool,
    /// Who runs it, as the dated list says.
    pub operator: Option<String>,
    /// `claimed-qualified` or `unknown`, as the dated list says; absent when it is not on the list.
    pub standing: Option<&'static str>,
    /// Date of that list.
    pub listed: Option<String>,
    /// The policy of its last token.
    pub policy: Option<String>,
    /// Accuracy stated in its last token, in microseconds.
    pub accuracy_micros: Option<u64>,
    /// Signer of its last token.
    pub signer: Option<String>,
    /// When the first certificate of that token's chain ends.
    pub expires: Option<String>,
    /// genTime of its last token.
    pub last_token: Option<String>,
    /// When it was last asked, by the office's device.
    pub last_asked: Option<String>,
    /// What came of it: `answered`, or why not.
    pub last_outcome: Option<String>,
    /// How far genTime of its last token was from the office's device, in seconds; positive when the token was ahead.
    pub clock_offset: Option<i64>,
}

impl Office {
    /// The chosen authorities, in the order in which they are asked.
    ///
    /// # Errors
    /// [`crate::OfficeError::Casebook`], [`crate::OfficeError::Damaged`].
    pub fn authorities_standing(&self) -> Result<Vec<AuthorityStanding>> {
        let list = offered()?;
        let choices = self.authorities()?;
        choices
            .iter()
            .map(|choice| {
                let mut row = AuthorityStanding {
                    name: choice.name.clone(),
                    url: choice.url.clone(),
                    own_root: choice.roots_pem.is_some(),
                    ..AuthorityStanding::default()
                };
                let listed = list
                    .authorities
                    .iter()
                    .find(|one| one.url.as_deref() == Some(choice.url.as_str()));
                if let Some(listed) = listed {
                    row.operator = Some(listed.operator.clone());
                    row.listed = Some(list.date.clone());
                    row.standing = Some(match listed.standing {
                        fidem_courier::Standing::ClaimedQualified => "claimed-qualified",
                        _ => "unknown",
                    });
                }
                self.last_token(choice, &mut row)?;
                self.last_answer(choice, &mut row)?;
                Ok(row)
            })
            .collect()
    }

    fn last_token(&self, choice: &AuthorityChoice, row: &mut AuthorityStanding) -> Result<()> {
        let Some(token) = self.book.latest_token(&choice.url)? else {
            return Ok(());
        };
        let summary = summary(&token)?;
        row.clock_offset = summary.ahead;
        row.policy = summary.policy;
        row.accuracy_micros = summary.accuracy_micros;
        row.signer = summary.signer;
        row.expires = summary.expires;
        row.last_token = summary.time;
        Ok(())
    }

    fn last_answer(&self, choice: &AuthorityChoice, row: &mut AuthorityStanding) -> Result<()> {
        let url = fidem_courier::without_credentials(&choice.url);
        let head = self.book.journal_head()?.seq;
        let entries = self.book.journal(&JournalFilter {
            action: Some("egress".to_owned()),
            from_seq: head.saturating_sub(LOOKED_AT),
            ..JournalFilter::default()
        })?;
        for entry in entries.iter().rev() {
            let Ok(read) = serde_json::from_slice::<serde_json::Value>(&entry.bytes) else {
                continue;
            };
            let details = &read["details"];
            let is_ours = details["purpose"] == "time-stamp" && details["url"] == url.as_str();
            if is_ours {
                row.last_asked = read["at"].as_str().map(str::to_owned);
                row.last_outcome = details["outcome"].as_str().map(str::to_owned);
                return Ok(());
            }
        }
        Ok(())
    }
}
