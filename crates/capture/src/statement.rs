//! What is stated of a capture: `fidem/capture.json`, and beside it the network's circumstances, `fidem/network.json`.
//! Facts and codes only; sentences are made by whoever shows them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fidem_fingerprint::{hex, sha256};
use fidem_netlog::handshake::{self, Handshake};
use fidem_netlog::{Connection, Log};
use fidem_webarchive::capture::{
    Completeness, FixedPage, Hop, Interactive, Joined, Login, Looked, Network, Secured, Statement,
};

use crate::archive::fix_prefix;
use crate::interactive::Visited;
use crate::screencast::Filmed;
use crate::{Page, Recording};

/// What is stated of a recording.
pub(crate) fn of(
    recording: &Recording,
    capture: &str,
    completeness: Completeness,
    cleanliness_before: Option<String>,
    withheld: Vec<String>,
) -> Statement {
    let none = Page::default();
    let page = recording.page.as_ref().unwrap_or(&none);
    Statement {
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
        format: Statement::FORMAT.to_owned(),
        interactive: recording
            .visit
            .as_ref()
            .map(|visit| interactive(recording, visit)),
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

fn interactive(recording: &Recording, visit: &Visited) -> Interactive {
    let fixed = visit.fixed.iter().enumerate();
    let login = visit.login.as_ref();
    Interactive {
        film: recording.film.as_ref().map(Filmed::stated),
        fixed: fixed
            .map(|(index, fixed)| FixedPage {
                at: fixed.at.clone(),
                label: fixed.label.clone(),
                prefix: fix_prefix(index),
                title: fixed.page.title.clone(),
                url: fixed.page.url.clone(),
            })
            .collect(),
        login: login.map(|login| Login {
            account: login.asked.account.clone(),
            cookies: u32::try_from(login.cookies).unwrap_or(u32::MAX),
            film: login.film.as_ref().map(Filmed::stated),
            person: login.asked.person.clone(),
            times: login.times.clone(),
            url: login.asked.url.clone(),
        }),
    }
}

/// The hops of every request of the main frame, in order.
fn redirects(log: &Log) -> Vec<Hop> {
    let main = log
        .requests
        .iter()
        .filter(|r| r.kind.as_deref() == Some("main frame"));
    main.flat_map(|r| &r.hops)
        .map(|hop| Hop {
            url: hop.url.clone(),
            status: hop.status,
            internal: hop.internal.clone().unwrap_or_default(),
        })
        .collect()
}

/// The network's circumstances.
pub(crate) fn network(log: &Log) -> Network {
    let mut proxy: Vec<String> = log
        .requests
        .iter()
        .flat_map(|r| &r.hops)
        .filter_map(|h| h.proxy.clone())
        .collect();
    proxy.sort();
    proxy.dedup();
    Network {
        connections: log.connections.iter().map(joined).collect(),
        failed: log
            .failed
            .iter()
            .map(|f| (f.address.clone(), f.error.clone().unwrap_or_default()))
            .collect(),
        format: Network::FORMAT.to_owned(),
        lookups: log.lookups.iter().map(looked).collect(),
        proxy,
    }
}

fn joined(connection: &Connection) -> Joined {
    let octets = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    Joined {
        id: connection.id,
        local: connection.local.clone().unwrap_or_default(),
        peer: connection.peer.clone().unwrap_or_default(),
        octets: (
            octets(connection.sent.bytes.len()),
            octets(connection.received.bytes.len()),
        ),
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
        certificates: tls
            .certificates
            .iter()
            .map(|c| BASE64_STANDARD.encode(c))
            .collect(),
        certificates_sha256: tls
            .certificates
            .iter()
            .map(|c| hex::encode(&sha256(c)))
            .collect(),
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
        answered_by: lookup
            .answered_by
            .iter()
            .map(|r| format!("{r:?}"))
            .collect(),
        error: lookup.error.clone().unwrap_or_default(),
    }
}
