//! Which time-stamping authorities the office chose. None is contacted before that choice.

use fidem_casebook::Role;
use fidem_courier::{AuthorityList, public_authorities};
use rfc3161_client::{Imprint, TimeStampRequest};
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::intake::to_json;
use crate::{Desk, Office, OfficeError, Result};

const SETTING: &str = "authorities";
const BEFORE: &str = "authorities-before";

/// One chosen authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityChoice {
    /// Name for people.
    pub name: String,
    /// The policy that is asked for, dotted (RFC 3161 §2.4.1); the authority's own choice where absent. A token of another
    /// does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Root certificates in PEM, where the office pins its own; otherwise the trust file decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roots_pem: Option<String>,
    /// Where requests go.
    pub url: String,
}

/// The dated list of public authorities, as data to choose from.
///
/// # Errors
/// [`OfficeError::Damaged`].
pub fn offered() -> Result<AuthorityList> {
    public_authorities().map_err(|e| OfficeError::Damaged {
        what: e.to_string(),
    })
}

impl Office {
    /// The authorities the office chose.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`].
    pub fn authorities(&self) -> Result<Vec<AuthorityChoice>> {
        match self.book.setting(SETTING)? {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            }),
        }
    }

    /// Chooses the authorities, in the order in which they are asked.
    ///
    /// # Errors
    /// [`OfficeError::Role`] unless asked by an administrator; [`OfficeError::Trust`] when a root cannot be read,
    /// [`OfficeError::Policy`] when a policy is no object identifier.
    pub fn authorities_choose(
        &mut self,
        desk: &dyn Desk,
        choices: &[AuthorityChoice],
    ) -> Result<()> {
        self.require(&[Role::Admin])?;
        for choice in choices {
            if let Some(policy) = &choice.policy {
                asked_for(policy)?;
            }
            if let Some(pem) = &choice.roots_pem {
                fidem_verify::Trust::supplied([(choice.name.as_str(), pem.as_bytes())])?;
            }
        }
        // What they stamped is judged by their roots when it is renewed, whoever is asked then.
        let mut before = self.authorities_before()?;
        for former in self.authorities()? {
            if former.roots_pem.is_some() && !before.contains(&former) {
                before.push(former);
            }
        }
        let before = to_json(&before)?;
        self.book.set_setting(&at(desk), BEFORE, &before)?;
        let text = to_json(&choices)?;
        Ok(self.book.set_setting(&at(desk), SETTING, &text)?)
    }

    /// Every authority with roots of its own that the office chose before.
    pub(crate) fn authorities_before(&self) -> Result<Vec<AuthorityChoice>> {
        match self.book.setting(BEFORE)? {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            }),
        }
    }
}

/// A policy that cannot be written into a request is refused when it is chosen, not when a seal waits for it.
fn asked_for(policy: &str) -> Result<()> {
    let request = TimeStampRequest {
        imprint: Imprint::sha256_of(b""),
        policy: Some(policy.to_owned()),
        nonce: None,
        cert_req: true,
    };
    match request.to_der() {
        Ok(_) => Ok(()),
        Err(_) => Err(OfficeError::Policy {
            policy: policy.to_owned(),
        }),
    }
}
