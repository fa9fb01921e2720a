//! The adapters, one file for each kind of network.

pub mod opentimestamps;

use serde::{Deserialize, Serialize};

use crate::{Rail, RailError};

/// Settings of any adapter, by its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "settings", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RailSettings {
    /// Calendars and Bitcoin headers.
    #[serde(rename = "opentimestamps")]
    OpenTimestamps(opentimestamps::Settings),
}

impl RailSettings {
    /// The adapter.
    ///
    /// # Errors
    /// [`RailError::Setting`] where the settings cannot be used.
    pub fn rail(&self) -> Result<Box<dyn Rail>, RailError> {
        Ok(match self {
            Self::OpenTimestamps(settings) => {
                Box::new(opentimestamps::OpenTimestamps::new(settings.clone())?)
            }
        })
    }

    /// The network that they are for, as [`fidem_anchor::receipt::Place::network`] names it.
    #[must_use]
    pub fn network(&self) -> String {
        match self {
            Self::OpenTimestamps(settings) => settings.network.clone(),
        }
    }

    /// A network that anybody may join, wherever this is certain from its kind.
    #[must_use]
    pub fn is_public(&self) -> bool {
        match self {
            Self::OpenTimestamps(_) => true,
        }
    }

    /// The same without keys, tokens and passwords.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        match self {
            Self::OpenTimestamps(settings) => Self::OpenTimestamps(settings.without_secrets()),
        }
    }

    /// Takes over the secrets of earlier settings of the same kind wherever it has none.
    pub fn keep_secrets_of(&mut self, known: &Self) {
        match (self, known) {
            (Self::OpenTimestamps(own), Self::OpenTimestamps(known)) => own.keep_secrets_of(known),
        }
    }
}
