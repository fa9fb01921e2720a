//! What is stated of a capture: `fidem/capture.json`, and beside it the network's circumstances, `fidem/network.json`.
//! Facts and codes only; sentences are made by whoever shows them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fidem_fingerprint::{hex, sha256};
use fidem_netlog::handshake::{self, Handshake};
use fidem_netlog::{Connection, Log};
use serde::{Deserialize, Serialize};

use crate::completeness::Completeness;
use crate::recording::Ending;
use crate::{Browser, Deviation, Download, Options, Page, Recording, Scrolled};

/// `fidem/capture.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Identifier of the capture, 32 hexadecimal digits.
    pub capture: String,
    /// The browser that was used.
    pub browser: Browser,
    /// Its arguments after the program's name.
    pub command_line: Vec<String>,
    /// SHA-256 of the cleanliness report before the capture, lowercase hex; none when none was made.
    pub cleanliness_before: Option<String>,
    /// How far the device's clock was set during the capture, milliseconds.
    pub clock_step_ms: i64,
    /// How whole it is.
    pub completeness: Completeness,
    /// In what the run deviated.
    pub deviations: Vec<Deviation>,
    /// Files offered instead of, or beside, a page.
    pub downloads: Vec<Download>,
    /// When it ended, RFC 3339 UTC by the device's clock.
    pub ended: String,
    /// How it ended.
    pub ending: Ending,
    /// The browser's whole environment.
    pub environment: Vec<(String, String)>,
    /// Address of the main frame at the end; empty where none was shown.
    pub final_url: String,
    /// [`Statement::FORMAT`].
    pub format: String,
    /// Media fetched whole by the recorder, beside what the page loaded of them.
    pub media: Vec<String>,
    /// Bounds.
    pub options: Options,
    /// Size of the page, CSS pixels.
    pub page_size: (u32, u32),
    /// Each address that the main frame was sent through, with the status it answered.
    pub redirects: Vec<Hop>,
    /// How far the page was scrolled.
    pub scrolled: Option<Scrolled>,
    /// When it began.
    pub started: String,
    /// Title of the page.
    pub title: String,
    /// The address as asked for.
    pub url: String,
    /// User id the browser ran as, where the recorder was started by the system's administrator.
    pub user: Option<u32>,
    /// What the browser says it is.
    pub user_agent: String,
    /// Inner size of the window, CSS pixels.
    pub viewport: (u32, u32),
    /// What is encrypted and withheld.
    pub withheld: Vec<String>,
}

/// One address of a chain of redirections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// The address.
    pub url: String,
    /// What it answered; none where nothing came.
    pub status: Option<u16>,
    /// Why the browser redirected by itself, such as `HSTS`; empty where a server did.
    pub internal: String,
}

impl Statement {
    /// Name and version of the format.
    pub const FORMAT: &'static str = "fidem-capture/1";

    pub(crate) fn of(
        recording: &Recording,
        capture: &str,
        completeness: Completeness,
        cleanliness_before: Option<String>,
        withheld: Vec<String>,
    ) -> Self {
        let none = Page::default();
        let page = recording.page.as_ref().unwrap_or(&none);
        Self {
            capture: capture.to_owned(),
            browser: recording.browser.clone(),
            command_line: recording.line.clone(),
            cleanliness_before,
            clock_step_ms: recording.clock_step_ms,
            completeness,
            deviations: recording.deviations.clone(),
            downloads: recording.downloads.clone(),
            ended: recording.times.1.clone(),
            ending: recording.ending.clone(),
            environment: recording.environment.clone(),
            final_url: page.url.clone(),
            format: Self::FORMAT.to_owned(),
            media: page.media.iter().map(|(url, _)| url.clone()).collect(),
            options: recording.options.clone(),
            page_size: page.size,
            redirects: redirects(&recording.log),
            scrolled: page.scrolled.clone(),
            started: recording.times.0.clone(),
            title: page.title.clone(),
            url: recording.url.clone(),
            user: recording.user,
            user_agent: recording.user_agent.clone(),
            viewport: page.viewport,
            withheld,
        }
    }
}

/// The hops of every request of the main frame, in order.
fn redirects(log: &Log) -> Vec<Hop> {
    let main = log.requests.iter().filter(|r| r.kind.as_deref() == Some("main frame"));
    main.flat_map(|r| &r.hops)
        .map(|hop| Hop {
            url: hop.url.clone(),
            status: hop.status,
            internal: hop.internal.clone().unwrap_or_default(),
        })
        .collect()
}

/// `fidem/network.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Every TCP connection.
    pub connections: Vec<Joined>,
    /// Attempts to connect that failed: address and the browser's name of the error.
    pub failed: Vec<(String, String)>,
    /// [`Network::FORMAT`].
    pub format: String,
    /// Every lookup of a name.
    pub lookups: Vec<Looked>,
    /// Proxy decisions, each once.
    pub proxy: Vec<String>,
}

/// One TCP connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// The browser's number of it.
    pub id: i64,
    /// Our address and port.
    pub local: String,
    /// The peer's address and port.
    pub peer: String,
    /// Octets sent and received.
    pub octets: (u64, u64),
    /// Exchanges on it.
    pub exchanges: u32,
    /// TLS on it.
    pub tls: Option<Secured>,
}

/// TLS of one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secured {
    /// Such as `TLS 1.3`.
    pub version: String,
    /// Name of the cipher suite (RFC 8446 §B.4).
    pub cipher_suite: String,
    /// An earlier session was resumed; its certificates are repeated.
    pub resumed: bool,
    /// The chain as received on this connection: base64 of DER, leaf first.
    pub certificates: Vec<String>,
    /// SHA-256 of each, lowercase hex.
    pub certificates_sha256: Vec<String>,
    /// The browser's name of what is wrong with the chain; empty when it accepted it.
    pub error: String,
    /// Whether the root is one that comes with the browser; none where the browser did not say.
    pub known_root: Option<bool>,
    /// What an offline check of the server's handshake signature found: `verified`, `resumed`, `unsigned`, `unsupported`, `invalid` or
    /// `incomplete`. Verified says that a holder of the certificate's key took part in this handshake, and nothing of
    /// what was sent afterwards.
    pub handshake: String,
}

/// One lookup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// The name.
    pub host: String,
    /// Addresses found.
    pub answers: Vec<String>,
    /// Who answered: `System`, `Dns`, `Hosts`, `Cache`, …
    pub answered_by: Vec<String>,
    /// The browser's name of the error; empty when it went well.
    pub error: String,
}

impl Network {
    /// Name and version of the format.
    pub const FORMAT: &'static str = "fidem-network/1";

    pub(crate) fn of(log: &Log) -> Self {
        let mut proxy: Vec<String> = log
            .requests
            .iter()
            .flat_map(|r| &r.hops)
            .filter_map(|h| h.proxy.clone())
            .collect();
        proxy.sort();
        proxy.dedup();
        Self {
            connections: log.connections.iter().map(joined).collect(),
            failed: log
                .failed
                .iter()
                .map(|f| (f.address.clone(), f.error.clone().unwrap_or_default()))
                .collect(),
            format: Self::FORMAT.to_owned(),
            lookups: log.lookups.iter().map(looked).collect(),
            proxy,
        }
    }
}

fn joined(connection: &Connection) -> Joined {
    let octets = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    Joined {
        id: connection.id,
        local: connection.local.clone().unwrap_or_default(),
        peer: connection.peer.clone().unwrap_or_default(),
        octets: (octets(connection.sent.bytes.len()), octets(connection.received.bytes.len())),
        exchanges: u32::try_from(connection.exchanges.len()).unwrap_or(u32::MAX),
        tls: connection.tls.as_ref().map(secured),
    }
}

fn secured(tls: &fidem_netlog::Tls) -> Secured {
    let verdict = tls.verdict.as_ref();
    Secured {
        version: tls.version.clone().unwrap_or_default(),
        cipher_suite: tls.cipher_suite_name().unwrap_or_default(),
        resumed: tls.resumed,
        certificates: tls.certificates.iter().map(|c| BASE64_STANDARD.encode(c)).collect(),
        certificates_sha256: tls.certificates.iter().map(|c| hex::encode(&sha256(c))).collect(),
        error: verdict
            .and_then(|v| v.error.clone())
            .or_else(|| tls.error.clone())
            .unwrap_or_default(),
        known_root: verdict.map(|v| v.known_root),
        handshake: match handshake::check(tls) {
            Handshake::Verified { .. } => "verified",
            Handshake::Resumed => "resumed",
            Handshake::Unsigned => "unsigned",
            Handshake::Unsupported { .. } => "unsupported",
            Handshake::Invalid { .. } => "invalid",
            Handshake::Incomplete => "incomplete",
        }
        .to_owned(),
    }
}

fn looked(lookup: &fidem_netlog::Lookup) -> Looked {
    Looked {
        host: lookup.host.clone(),
        answers: lookup.answers.clone(),
        answered_by: lookup.answered_by.iter().map(|r| format!("{r:?}")).collect(),
        error: lookup.error.clone().unwrap_or_default(),
    }
}
