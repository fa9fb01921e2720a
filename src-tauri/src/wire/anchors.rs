//! Anchorings, rails and witnesses.

use fidem_anchor::receipt::Worth;
use fidem_courier::Probe;
use fidem_manifest::{Access, AnchorState, Disclosure};
use fidem_office as office;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ShellError;

/// How far an anchoring has come.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum AnchorStage {
    /// To be sent.
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

impl From<AnchorState> for AnchorStage {
    fn from(state: AnchorState) -> Self {
        match state {
            AnchorState::Prepared => Self::Prepared,
            AnchorState::Submitted => Self::Submitted,
            AnchorState::Included => Self::Included,
            AnchorState::Final => Self::Final,
            AnchorState::Forked => Self::Forked,
        }
    }
}

/// An anchoring.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AnchorRow {
    /// Number in the office.
    pub number: u32,
    /// Name of the rail.
    pub rail: String,
    /// The network.
    pub network: String,
    /// Kind and version of the adapter.
    pub adapter: String,
    /// Entries of the office log under the root.
    pub size: u64,
    /// How far it has come.
    pub stage: AnchorStage,
    /// Height of the block.
    pub height: Option<u64>,
    /// Hash of the block.
    pub block: Option<String>,
    /// Hash of the transaction.
    pub transaction: Option<String>,
    /// Time of the block, RFC 3339.
    pub block_time: Option<String>,
    /// What the receipt is worth offline: `canonical`, `quorum-unpinned`, `pow-only`, `inclusion-only`, `pending`, `failed`.
    pub worth: Option<String>,
    /// Why the last act failed.
    pub problem: Option<String>,
    /// When it was prepared.
    pub prepared: String,
    /// When its state changed last.
    pub changed: String,
    /// Seals of the case that it covers; empty in a list of the whole office.
    pub seals: Vec<u32>,
}

impl From<office::Anchoring> for AnchorRow {
    fn from(one: office::Anchoring) -> Self {
        Self {
            number: one.number,
            rail: one.rail,
            network: one.network,
            adapter: format!("{}/{}", one.adapter.0, one.adapter.1),
            size: one.size,
            stage: one.state.into(),
            height: one.place.height,
            block: one.place.block,
            transaction: one.place.transaction,
            block_time: one.place.time,
            worth: one.worth.map(|worth: Worth| worth.as_str().to_owned()),
            problem: one.problem,
            prepared: one.prepared,
            changed: one.changed,
            seals: Vec::new(),
        }
    }
}

impl From<office::CaseAnchor> for AnchorRow {
    fn from(one: office::CaseAnchor) -> Self {
        Self {
            seals: one.seals,
            ..one.anchoring.into()
        }
    }
}

/// Whether a party has to do with who runs a network.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// 无.
    None,
    /// 有.
    Some,
    /// 未查.
    Unchecked,
}

/// What was declared of a rail that covers a case.
#[derive(Debug, Clone, Serialize, Type)]
pub struct InterestRow {
    /// Name of the rail.
    pub rail: String,
    /// What was declared; none where nothing was, and then no receipt issues.
    pub relation: Option<Relation>,
    /// Which, where there is one.
    pub explanation: String,
}

impl From<(String, Option<office::Interest>)> for InterestRow {
    fn from((rail, interest): (String, Option<office::Interest>)) -> Self {
        let (relation, explanation) = match interest {
            None => (None, String::new()),
            Some(office::Interest::None) => (Some(Relation::None), String::new()),
            Some(office::Interest::Some { explanation }) => (Some(Relation::Some), explanation),
            Some(office::Interest::Unchecked) => (Some(Relation::Unchecked), String::new()),
        };
        Self {
            rail,
            relation,
            explanation,
        }
    }
}

/// Who may take part in a network.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkAccess {
    /// Anybody.
    Public,
    /// Admitted organisations.
    Consortium,
    /// One organisation.
    Private,
}

/// What the office knows of a network; empty is unknown.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NetworkFacts {
    /// Who may take part.
    pub access: NetworkAccess,
    /// Date of this knowledge.
    pub as_of: String,
    /// Standards the platform is said or tested to meet.
    pub conformity: String,
    /// Contract, chaincode or topic.
    pub contract: String,
    /// Filing with the CAC.
    pub filing: String,
    /// Rule by which a block is final.
    pub finality: String,
    /// Framework.
    pub framework: String,
    /// Hash of the first block.
    pub genesis: String,
    /// Who submits.
    pub identity: String,
    /// Nodes and who runs them.
    pub nodes: String,
    /// Operator's legal name.
    pub operator: String,
    /// A public network abroad without a filing.
    pub overseas_public: bool,
    /// Where it is run.
    pub region: String,
}

impl From<Disclosure> for NetworkFacts {
    fn from(known: Disclosure) -> Self {
        let text = |value: Option<String>| value.unwrap_or_default();
        Self {
            access: match known.access {
                Access::Public => NetworkAccess::Public,
                Access::Consortium => NetworkAccess::Consortium,
                Access::Private => NetworkAccess::Private,
            },
            as_of: text(known.as_of),
            conformity: text(known.conformity),
            contract: text(known.contract),
            filing: text(known.filing),
            finality: text(known.finality),
            framework: text(known.framework),
            genesis: text(known.genesis),
            identity: text(known.identity),
            nodes: text(known.nodes),
            operator: text(known.operator),
            overseas_public: known.overseas_public,
            region: text(known.region),
        }
    }
}

impl From<NetworkFacts> for Disclosure {
    fn from(facts: NetworkFacts) -> Self {
        let text = |value: String| Some(value.trim().to_owned()).filter(|v| !v.is_empty());
        Self {
            access: match facts.access {
                NetworkAccess::Public => Access::Public,
                NetworkAccess::Consortium => Access::Consortium,
                NetworkAccess::Private => Access::Private,
            },
            as_of: text(facts.as_of),
            conformity: text(facts.conformity),
            contract: text(facts.contract),
            filing: text(facts.filing),
            finality: text(facts.finality),
            framework: text(facts.framework),
            genesis: text(facts.genesis),
            identity: text(facts.identity),
            nodes: text(facts.nodes),
            operator: text(facts.operator),
            overseas_public: facts.overseas_public,
            region: text(facts.region),
        }
    }
}

/// A rail as it is set up, keys left out; the same shape sets one up, and a key left empty stays as it was.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RailForm {
    /// Name.
    pub name: String,
    /// Whether roots are given to it.
    pub enabled: bool,
    /// Kind of the adapter and its settings as JSON (`docs/format/anchoring.md`).
    pub adapter_json: String,
    /// What is known of the network.
    pub facts: NetworkFacts,
}

/// A rail in the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RailView {
    /// Its form.
    pub form: RailForm,
    /// The network.
    pub network: String,
    /// Kind and version of the adapter.
    pub adapter: String,
}

impl From<office::RailRow> for RailView {
    fn from(row: office::RailRow) -> Self {
        Self {
            form: RailForm {
                name: row.name,
                enabled: row.enabled,
                adapter_json: row.settings_json,
                facts: row.disclosure.into(),
            },
            network: row.network,
            adapter: format!("{}/{}", row.adapter.0, row.adapter.1),
        }
    }
}

impl RailForm {
    /// What the office keeps.
    ///
    /// # Errors
    /// A refusal `rail` where the settings are not those of an adapter.
    pub fn choice(self) -> Result<office::RailChoice, ShellError> {
        let adapter = serde_json::from_str(&self.adapter_json)
            .map_err(|e| ShellError::new("rail").with("detail", e))?;
        Ok(office::RailChoice {
            adapter,
            disclosure: self.facts.into(),
            enabled: self.enabled,
            name: self.name.trim().to_owned(),
        })
    }
}

/// The rails, and what the office allows.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RailsView {
    /// The rails.
    pub rails: Vec<RailView>,
    /// Whether public chains may be used.
    pub public_chains: bool,
}

/// Who answered at a rail.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProbeView {
    /// The network.
    pub network: String,
    /// Its height.
    pub height: Option<u64>,
    /// What else it said: names and values.
    pub remarks: Vec<(String, String)>,
}

impl From<Probe> for ProbeView {
    fn from(probe: Probe) -> Self {
        Self {
            network: probe.network,
            height: probe.height,
            remarks: probe.remarks,
        }
    }
}

/// A witness of the office log.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct WitnessForm {
    /// Its key line.
    pub key: String,
    /// Who runs it.
    pub operator: String,
    /// Its address.
    pub url: String,
}

impl From<office::WitnessChoice> for WitnessForm {
    fn from(choice: office::WitnessChoice) -> Self {
        Self {
            key: choice.key,
            operator: choice.operator,
            url: choice.url,
        }
    }
}

impl From<WitnessForm> for office::WitnessChoice {
    fn from(form: WitnessForm) -> Self {
        Self {
            key: form.key.trim().to_owned(),
            operator: form.operator.trim().to_owned(),
            url: form.url.trim().trim_end_matches('/').to_owned(),
        }
    }
}

/// The office log.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LogView {
    /// Its key line.
    pub key: String,
    /// Entries.
    pub size: u64,
    /// The witnesses that are asked.
    pub witnesses: Vec<WitnessForm>,
}

/// What came of asking a witness.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CosignedRow {
    /// Who runs it.
    pub operator: String,
    /// Entries under the checkpoint.
    pub size: u64,
    /// When it signed, RFC 3339.
    pub time: Option<String>,
    /// Why it did not.
    pub problem: Option<String>,
    /// It has seen another history.
    pub split: bool,
}

impl From<office::Cosigned> for CosignedRow {
    fn from(one: office::Cosigned) -> Self {
        let time = one.time.and_then(|seconds| i64::try_from(seconds).ok());
        Self {
            operator: one.operator,
            size: one.size,
            time: time.map(|seconds| rfc3161_client::UnixTime(seconds).to_string()),
            problem: one.problem,
            split: one.split,
        }
    }
}
