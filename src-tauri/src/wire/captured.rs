//! What the archive of a capture states, for its item's page.

use std::collections::BTreeMap;

use fidem_capture as recorder;
use fidem_office as office;
use serde::Serialize;
use specta::Type;

use super::{Coded, Completeness, InteractiveView};

/// One address of a chain of redirections.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RedirectView {
    /// The address.
    pub url: String,
    /// What it answered; none where nothing came.
    pub status: Option<u16>,
    /// Why the browser redirected by itself; empty where a server did.
    pub internal: String,
}

/// One peer with all connections to it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PeerView {
    /// Address and port.
    pub address: String,
    /// How many connections.
    pub connections: u32,
    /// Version of TLS; empty where there was none.
    pub tls: String,
    /// What the browser found wrong with the chain; empty when it accepted it.
    pub error: String,
}

/// A file that was offered.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OfferedFile {
    /// Name the server proposed.
    pub name: String,
    /// `inProgress`, `completed` or `canceled`.
    pub state: String,
}

/// The archive of a capture, stated.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptureFacts {
    /// Identifier of the capture.
    pub capture: String,
    /// The address as asked for.
    pub url: String,
    /// Address at the end; empty where no page was shown.
    pub final_url: String,
    /// Title of the page.
    pub title: String,
    /// Addresses on the way, with their answers.
    pub redirects: Vec<RedirectView>,
    /// When it began, by the device's clock.
    pub started: String,
    /// When it ended, by the device's clock.
    pub ended: String,
    /// How far the device's clock was set meanwhile, milliseconds.
    pub clock_step_ms: i32,
    /// How it ended.
    pub ending: Coded,
    /// What the browser says of itself.
    pub browser: String,
    /// SHA-256 of its program.
    pub browser_sha256: String,
    /// Its user agent.
    pub user_agent: String,
    /// Width and height of the window, CSS pixels.
    pub viewport: (u32, u32),
    /// Width and height of the page, CSS pixels.
    pub page_size: (u32, u32),
    /// Whom it was connected to.
    pub peers: Vec<PeerView>,
    /// Proxy decisions, each once.
    pub proxy: Vec<String>,
    /// How whole it is.
    pub completeness: Completeness,
    /// In what the run deviated.
    pub deviations: Vec<Coded>,
    /// Files offered.
    pub downloads: Vec<OfferedFile>,
    /// What a person did, where one drove the browser.
    pub interactive: Option<InteractiveView>,
    /// Names of its pictures.
    pub pictures: Vec<String>,
}

impl From<office::CapturedFacts> for CaptureFacts {
    fn from(facts: office::CapturedFacts) -> Self {
        let kept = facts.statement;
        Self {
            capture: kept.capture,
            url: kept.url,
            final_url: kept.final_url,
            title: kept.title,
            redirects: kept.redirects.into_iter().map(RedirectView::from).collect(),
            started: kept.started,
            ended: kept.ended,
            clock_step_ms: i32::try_from(kept.clock_step_ms).unwrap_or(i32::MAX),
            ending: Coded::of(&kept.ending),
            browser: kept.browser.version,
            browser_sha256: kept.browser.sha256,
            user_agent: kept.user_agent,
            viewport: kept.viewport,
            page_size: kept.page_size,
            peers: peers(&facts.network),
            proxy: facts.network.proxy,
            completeness: kept.completeness.into(),
            deviations: kept.deviations.iter().map(Coded::of).collect(),
            downloads: kept.downloads.into_iter().map(OfferedFile::from).collect(),
            interactive: kept.interactive.map(InteractiveView::from),
            pictures: facts.pictures,
        }
    }
}

impl From<recorder::Hop> for RedirectView {
    fn from(hop: recorder::Hop) -> Self {
        Self {
            url: hop.url,
            status: hop.status,
            internal: hop.internal,
        }
    }
}

impl From<recorder::Download> for OfferedFile {
    fn from(offered: recorder::Download) -> Self {
        Self {
            name: offered.name,
            state: offered.state,
        }
    }
}

/// Connections to the same peer in the same way are one line.
fn peers(network: &recorder::Network) -> Vec<PeerView> {
    let mut known: BTreeMap<(&str, &str, &str), u32> = BTreeMap::new();
    for one in &network.connections {
        let (tls, error) = one
            .tls
            .as_ref()
            .map_or(("", ""), |tls| (tls.version.as_str(), tls.error.as_str()));
        *known.entry((one.peer.as_str(), tls, error)).or_default() += 1;
    }
    let view = |((address, tls, error), connections): ((&str, &str, &str), u32)| PeerView {
        address: address.to_owned(),
        connections,
        tls: tls.to_owned(),
        error: error.to_owned(),
    };
    known.into_iter().map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(id: i64, peer: &str) -> recorder::Joined {
        recorder::Joined {
            id,
            local: String::new(),
            peer: peer.to_owned(),
            octets: (1, 1),
            exchanges: 1,
            tls: None,
        }
    }

    #[test]
    fn connections_to_one_peer_are_one_line() {
        let network = recorder::Network {
            connections: vec![
                joined(1, "192.0.2.1:443"),
                joined(2, "192.0.2.2:80"),
                joined(3, "192.0.2.1:443"),
            ],
            failed: Vec::new(),
            format: recorder::Network::FORMAT.to_owned(),
            lookups: Vec::new(),
            proxy: Vec::new(),
        };
        let lines: Vec<(String, u32)> = peers(&network)
            .into_iter()
            .map(|p| (p.address, p.connections))
            .collect();
        assert_eq!(
            lines,
            [
                ("192.0.2.1:443".to_owned(), 2),
                ("192.0.2.2:80".to_owned(), 1)
            ]
        );
    }
}
