//! What an office says of an anchoring: `fidem-anchor/1`. The proof stands beside it and is judged by itself.

use serde::{Deserialize, Serialize};

use fidem_fingerprint::hex;

use crate::{StatementError, Versioned, canonical};

const FORMAT: &str = "fidem-anchor/1";

/// How far an anchoring has come. Only [`AnchorState::Final`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnchorState {
    /// Made and not yet known to have arrived.
    Prepared,
    /// 已提交.
    Submitted,
    /// 已入块.
    Included,
    /// 已终局.
    Final,
    /// 分叉失效.
    Forked,
}

impl AnchorState {
    /// The word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Submitted => "submitted",
            Self::Included => "included",
            Self::Final => "final",
            Self::Forked => "forked",
        }
    }
}

/// Who may take part in a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Anybody.
    Public,
    /// Admitted organisations.
    #[default]
    Consortium,
    /// One organisation.
    Private,
}

/// What the office knows of a network and who runs it, with the date of that knowledge. What is absent is 未知.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Who may take part.
    #[serde(default)]
    pub access: Access,
    /// Date of this knowledge, such as `2026-11-27`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Standards the platform is said or tested to meet (Art 17 (3), (4)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformity: Option<String>,
    /// Contract, chaincode or topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Filing with the CAC (备案号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<String>,
    /// Rule by which a block is final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finality: Option<String>,
    /// Framework, such as FISCO BCOS 3.6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<String>,
    /// Hash of the first block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesis: Option<String>,
    /// Who submits: address or certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Number of nodes and who runs them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<String>,
    /// Operator's legal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// A public network abroad without a filing: prints the note of R-073.
    #[serde(default)]
    pub overseas_public: bool,
    /// Where it is run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// Where in the network, as the office was told; the proof shows it or does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorPlace {
    /// Block hash, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// Block height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// Block time, RFC 3339; absent where the network has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Transaction hash, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
}

/// Which adapter made the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdapterRef {
    /// Its kind.
    pub kind: String,
    /// Its version.
    pub version: u32,
}

/// One root of the office log, given to one network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Adapter.
    pub adapter: AdapterRef,
    /// Number in the office, from 1.
    pub anchor: u32,
    /// When the state was last found, RFC 3339.
    pub changed: String,
    /// What is known of the network.
    pub disclosure: Disclosure,
    /// `fidem-anchor/1`.
    pub format: String,
    /// The network, as its kind names one.
    pub network: String,
    /// The root that was given away, hex: the only thing that left.
    pub payload: String,
    /// Where it stands.
    pub place: AnchorPlace,
    /// Name of the rail in the office.
    pub rail: String,
    /// Entries of the office log under the root.
    pub size: u64,
    /// How far it has come.
    pub state: AnchorState,
    /// When it was prepared, RFC 3339.
    pub submitted: String,
}

impl Anchor {
    /// The format name.
    pub const FORMAT: &'static str = FORMAT;

    /// Canonical bytes.
    ///
    /// # Errors
    /// [`StatementError::Canonical`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, StatementError> {
        Ok(canonical::encode(self)?)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// See [`StatementError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatementError> {
        let anchor: Self = crate::read(bytes, FORMAT)?;
        anchor.payload_octets()?;
        match anchor.size {
            0 => Err(StatementError::Inconsistent("an empty log is not anchored")),
            _ => Ok(anchor),
        }
    }

    /// The root as octets.
    ///
    /// # Errors
    /// [`StatementError::Hex`].
    pub fn payload_octets(&self) -> Result<[u8; 32], StatementError> {
        hex::decode32(&self.payload).ok_or(StatementError::Hex {
            field: "payload",
            octets: 32,
        })
    }
}

impl Versioned for Anchor {
    fn format(&self) -> &str {
        &self.format
    }
}
