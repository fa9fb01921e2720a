//! Which networks the office anchors at, and what it knows of them.

use fidem_courier::rails::RailSettings;
use fidem_courier::{Probe, Rail};
use fidem_manifest::{Access, Disclosure};
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result, Role};

const RAILS: &str = "anchor-rails";
const POLICY: &str = "anchor-policy";

/// What the office allows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorPolicy {
    /// Public chains may be used.
    pub public_chains: bool,
}

/// A network as the office set it up. Keys are in it: it stands in the encrypted casebook and is shown to nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RailChoice {
    /// How it is reached.
    pub adapter: RailSettings,
    /// What is known of it.
    #[serde(default)]
    pub disclosure: Disclosure,
    /// Whether roots are given to it.
    pub enabled: bool,
    /// Name for people, one for each rail.
    pub name: String,
}

/// A network as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RailRow {
    /// Name.
    pub name: String,
    /// Whether roots are given to it.
    pub enabled: bool,
    /// Kind of the adapter, and its version.
    pub adapter: (String, u32),
    /// The network.
    pub network: String,
    /// What is known of it.
    pub disclosure: Disclosure,
    /// Its settings as JSON, keys left out.
    pub settings_json: String,
}

impl RailChoice {
    pub(super) fn rail(&self) -> Result<Box<dyn Rail>> {
        self.adapter.rail().map_err(|e| OfficeError::Rail {
            rail: self.name.clone(),
            reason: e.to_string(),
        })
    }

    fn is_public(&self) -> bool {
        self.adapter.is_public() || self.disclosure.access == Access::Public
    }
}

impl Office {
    /// What the office allows.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn anchor_policy(&self) -> Result<AnchorPolicy> {
        match self.book.setting(POLICY)? {
            None => Ok(AnchorPolicy::default()),
            Some(text) => serde_json::from_str(&text).map_err(damaged),
        }
    }

    /// Sets what the office allows. Forbidding public chains turns rails to them off.
    ///
    /// # Errors
    /// [`OfficeError::Role`] unless asked by an administrator.
    pub fn anchor_policy_set(&mut self, desk: &dyn Desk, policy: &AnchorPolicy) -> Result<()> {
        self.require(&[Role::Admin])?;
        let text = crate::intake::to_json(policy)?;
        self.book.set_setting(&at(desk), POLICY, &text)?;
        let mut rails = self.rails()?;
        let mut changed = false;
        for rail in &mut rails {
            if rail.enabled && rail.is_public() && !policy.public_chains {
                rail.enabled = false;
                changed = true;
            }
        }
        match changed {
            true => self.rails_keep(desk, &rails),
            false => Ok(()),
        }
    }

    /// The rails, keys left out.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn rail_rows(&self) -> Result<Vec<RailRow>> {
        let rails = self.rails()?;
        rails.iter().map(row).collect()
    }

    /// Sets a rail up, or changes the one of that name. A key that is left empty stays as it was.
    ///
    /// # Errors
    /// [`OfficeError::Role`] unless asked by an administrator; [`OfficeError::PublicChain`] where the policy forbids it;
    /// [`OfficeError::Rail`] where the settings cannot be used.
    pub fn rail_set(&mut self, desk: &dyn Desk, mut choice: RailChoice) -> Result<()> {
        self.require(&[Role::Admin])?;
        let mut rails = self.rails()?;
        let known = rails.iter().position(|rail| rail.name == choice.name);
        if let Some(known) = known.and_then(|at| rails.get(at)) {
            choice.adapter.keep_secrets_of(&known.adapter);
        }
        if choice.name.trim().is_empty() {
            return Err(OfficeError::Rail {
                rail: choice.name,
                reason: "no name".to_owned(),
            });
        }
        choice.rail()?;
        if choice.is_public() {
            choice.disclosure.access = Access::Public;
            choice.disclosure.overseas_public |= choice.adapter.is_public();
        }
        if choice.enabled && choice.is_public() && !self.anchor_policy()?.public_chains {
            return Err(OfficeError::PublicChain { rail: choice.name });
        }
        match known {
            Some(at) => rails[at] = choice,
            None => rails.push(choice),
        }
        self.rails_keep(desk, &rails)
    }

    /// Takes a rail out of the settings. What was anchored there stays.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::UnknownRail`].
    pub fn rail_remove(&mut self, desk: &dyn Desk, name: &str) -> Result<()> {
        self.require(&[Role::Admin])?;
        let mut rails = self.rails()?;
        let before = rails.len();
        rails.retain(|rail| rail.name != name);
        match rails.len() < before {
            true => self.rails_keep(desk, &rails),
            false => Err(OfficeError::UnknownRail {
                rail: name.to_owned(),
            }),
        }
    }

    /// Asks a rail who is there; submits nothing.
    ///
    /// # Errors
    /// [`OfficeError::UnknownRail`], [`OfficeError::Rail`].
    pub fn rail_test(&mut self, desk: &dyn Desk, name: &str) -> Result<Probe> {
        let choice = self
            .rail_named(name)?
            .ok_or_else(|| OfficeError::UnknownRail {
                rail: name.to_owned(),
            })?;
        let rail = choice.rail()?;
        let probed = self.at_rail(desk, "anchor-test", |wire| rail.probe(wire))?;
        probed.map_err(|e| OfficeError::Rail {
            rail: name.to_owned(),
            reason: e.to_string(),
        })
    }

    pub(super) fn rail_named(&self, name: &str) -> Result<Option<RailChoice>> {
        Ok(self.rails()?.into_iter().find(|rail| rail.name == name))
    }

    /// The rails that are on, or one of them.
    pub(super) fn rails_for(&self, only: Option<&str>) -> Result<Vec<RailChoice>> {
        let mut rails = self.rails()?;
        rails.retain(|rail| rail.enabled && only.is_none_or(|name| rail.name == name));
        match (rails.is_empty(), only) {
            (false, _) => Ok(rails),
            (true, Some(name)) => Err(OfficeError::UnknownRail {
                rail: name.to_owned(),
            }),
            (true, None) => Err(OfficeError::NoRail),
        }
    }

    fn rails(&self) -> Result<Vec<RailChoice>> {
        match self.book.setting(RAILS)? {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str(&text).map_err(damaged),
        }
    }

    fn rails_keep(&mut self, desk: &dyn Desk, rails: &[RailChoice]) -> Result<()> {
        let text = serde_json::to_string(rails).map_err(damaged)?;
        Ok(self.book.set_setting(&at(desk), RAILS, &text)?)
    }
}

fn row(choice: &RailChoice) -> Result<RailRow> {
    let rail = choice.rail()?;
    let adapter = rail.adapter();
    let shown = serde_json::to_string(&choice.adapter.without_secrets()).map_err(damaged)?;
    Ok(RailRow {
        name: choice.name.clone(),
        enabled: choice.enabled,
        adapter: (adapter.kind.to_owned(), adapter.version),
        network: rail.network(),
        disclosure: choice.disclosure.clone(),
        settings_json: shown,
    })
}

fn damaged(error: serde_json::Error) -> OfficeError {
    OfficeError::Damaged {
        what: format!("anchoring settings: {error}"),
    }
}
