//! What the checks need to know of the capture. All of it may be empty: the check concerned then says so.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::report::{Check, Report, Tool};

/// What is to be captured, with what, by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// The report before the capture; needed by the report after it (check 30).
    pub before: Option<Box<Report>>,
    /// The browser.
    pub browser: Option<Browser>,
    /// Sites whose keys are known, with the keys that were met.
    pub control_sites: Vec<ControlSite>,
    /// Hosts asked for their HTTP Date over plain HTTP: a weak extra source of time.
    pub date_hosts: Vec<String>,
    /// Plain-HTTP addresses that answer with the caller's public address.
    pub egress_services: Vec<String>,
    /// What the browser's own log said; known after the capture.
    pub launch: Option<Launch>,
    /// The office's networks (公协字〔2012〕049号 art. 7).
    pub office_networks: Vec<OfficeNetwork>,
    /// Who works on it.
    pub people: Option<People>,
    /// The continuous recording around the capture.
    pub recording: Option<Recording>,
    /// Pages that show whether the network is live, as just fetched (check 38).
    pub references: Vec<Reference>,
    /// Independent resolvers: `address` or `address:port`.
    pub resolvers: Vec<String>,
    /// Checks made by [`crate::check_running`] while the browser ran; they stand in the report after the capture.
    pub running: Vec<Check>,
    /// The recorder's self-test (check 27).
    pub self_test: Option<SelfTest>,
    /// The capture session, lowercase hexadecimal.
    pub session: String,
    /// Hosts or URLs to be captured, and after the capture every host that was.
    pub targets: Vec<String>,
    /// SNTP servers: `host` or `host:port`.
    pub time_servers: Vec<String>,
    /// The program that checks.
    pub tool: Tool,
}

/// The browser, as the recorder starts it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Browser {
    /// Its arguments, without the program.
    pub command_line: Vec<String>,
    /// Its whole environment.
    pub environment: BTreeMap<String, String>,
    /// Path of the program.
    pub executable: String,
    /// Its process, once it runs.
    pub pid: Option<u32>,
    /// Folder of its profile.
    pub profile: String,
    /// When the recorder made that folder, empty: Unix milliseconds. A browser that runs has filled it since.
    pub profile_made_unix_ms: Option<i64>,
}

/// A network of the office. Each part that is given must be met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfficeNetwork {
    /// Public addresses of the office.
    pub egress: Vec<IpAddr>,
    /// Hardware addresses of its gateways, `02:fc:00:00:00:05`.
    pub gateways: Vec<String>,
    /// Its name.
    pub name: String,
    /// Local addresses it gives out, `192.0.2.0/24`.
    pub prefixes: Vec<String>,
}

/// A site whose public key is known beforehand (check 26).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ControlSite {
    /// Why it could not be reached.
    pub error: Option<String>,
    /// Its host name.
    pub host: String,
    /// SHA-256 of the keys met (SubjectPublicKeyInfo, lowercase hexadecimal); leaf first.
    pub met: Vec<String>,
    /// SHA-256 of the keys expected; one of them must be met.
    pub pinned: Vec<String>,
}

/// A page known beforehand, fetched on each side of a capture to show that the network is live.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reference {
    /// Its address.
    pub address: String,
    /// When it was asked for: RFC 3339 in UTC with milliseconds, device clock.
    pub asked: String,
    /// Why it, or a part of it, did not come.
    pub error: Option<String>,
    /// Address and port that answered.
    pub peer: Option<String>,
    /// SHA-256 of the body.
    pub sha256: Option<String>,
    /// Octets of the body.
    pub size: Option<u64>,
    /// The status of the answer.
    pub status: Option<u16>,
}

impl Reference {
    /// Whether the page came: whole, and with a status of success (RFC 9110 §15.3).
    #[must_use]
    pub fn came(&self) -> bool {
        let success = self.status.is_some_and(|code| (200..300).contains(&code));
        success && self.error.is_none()
    }
}

/// What the browser's own log said of its connections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Launch {
    /// Addresses it connected to, by host.
    pub addresses: BTreeMap<String, BTreeSet<IpAddr>>,
    /// The command line in its log.
    pub command_line: Option<String>,
    /// Its proxy decisions, each kind once.
    pub proxy_decisions: Vec<ProxyDecision>,
}

/// One proxy decision of the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProxyDecision {
    /// For which host.
    pub host: String,
    /// As logged: `DIRECT`, or a proxy list.
    pub list: String,
}

/// Who works on the capture (check 28).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Number of the case.
    pub case: String,
    /// The handling notary 承办公证员.
    pub notary: String,
    /// Who operates the machine.
    pub operator: String,
    /// The second person.
    pub second: String,
}

/// The continuous recording (check 29), milliseconds since 1970 by the machine's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recording {
    /// When it ended; absent while it runs.
    pub ended_unix_ms: Option<i64>,
    /// The longest gap, in milliseconds.
    pub longest_gap_ms: u64,
    /// When it began.
    pub started_unix_ms: i64,
}

/// Outcome of the recorder's self-test on its own pages (check 27).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelfTest {
    /// What differed or was missed, by path.
    pub differing: Vec<String>,
    /// The random part of its page.
    pub nonce: String,
    /// Resources recorded octet by octet.
    pub matching: u32,
    /// Resources served.
    pub served: u32,
}
