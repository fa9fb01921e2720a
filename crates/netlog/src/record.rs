//! Events into facts.

mod lookups;
mod requests;
mod sockets;

use crate::budget::{Budget, Limit};
use crate::constants::{Constants, Kind};
use crate::error::NetLogError;
use crate::event::{Event, Phase, Proxy};
use crate::log::{Log, ProxyChange};
use lookups::Lookups;
use requests::Requests;
use sockets::{Datagram, Sockets};

/// Everything known after some events.
#[derive(Debug)]
pub(crate) struct Record {
    constants: Constants,
    allowance: Allowance,
    span: Option<(i64, i64)>,
    sockets: Sockets,
    requests: Requests,
    lookups: Lookups,
    proxy_changes: Vec<ProxyChange>,
}

/// What is left of a budget.
#[derive(Debug)]
struct Allowance {
    budget: Budget,
    payload: usize,
    events: u64,
    facts: usize,
}

/// Why an event was not taken.
#[derive(Debug)]
enum Fault {
    Parameters,
    Spent(Limit),
}

type Taken = Result<(), Fault>;

/// An event of known kind, with its time.
struct Known<'e, 'a> {
    event: &'e Event<'a>,
    kind: Kind,
    phase: Phase,
    at: i64,
}

impl<'a> Known<'_, 'a> {
    fn id(&self) -> i64 {
        self.event.source.id
    }

    fn params<P: serde::Deserialize<'a>>(&self) -> Result<P, Fault> {
        self.event.params().ok_or(Fault::Parameters)
    }

    fn begins(&self) -> bool {
        self.phase == Phase::Begin
    }

    fn ends(&self) -> bool {
        self.phase == Phase::End
    }
}

impl Allowance {
    fn event(&mut self) -> Taken {
        self.events = self.events.saturating_add(1);
        self.check(self.events <= self.budget.events, Limit::Events)
    }

    fn payload(&mut self, octets: usize) -> Taken {
        self.payload = self.payload.saturating_add(octets);
        self.check(self.payload <= self.budget.payload, Limit::Payload)
    }

    fn fact(&mut self) -> Taken {
        self.facts = self.facts.saturating_add(1);
        self.check(self.facts <= self.budget.facts, Limit::Facts)
    }

    fn check(&self, within: bool, limit: Limit) -> Taken {
        if within {
            Ok(())
        } else {
            Err(Fault::Spent(limit))
        }
    }
}

impl Record {
    pub(crate) fn new(constants: Constants, budget: Budget) -> Self {
        Self {
            constants,
            allowance: Allowance {
                budget,
                payload: 0,
                events: 0,
                facts: 0,
            },
            span: None,
            sockets: Sockets::default(),
            requests: Requests::default(),
            lookups: Lookups::default(),
            proxy_changes: Vec::new(),
        }
    }

    /// Takes one event.
    pub(crate) fn event(&mut self, line: u64, event: &Event<'_>) -> Result<(), NetLogError> {
        let ticks = event.ticks().ok_or(NetLogError::Malformed { line })?;
        let at = ticks.saturating_add(self.constants.time_offset);
        let begin = self.span.map_or(at, |(begin, _)| begin);
        self.span = Some((begin, at));
        let spent = |limit| NetLogError::Budget { line, limit };
        if let Err(Fault::Spent(limit)) = self.allowance.event() {
            return Err(spent(limit));
        }
        let Some(kind) = self.constants.kind(event.kind) else {
            return Ok(());
        };
        // Octets are counted where they are decoded.
        let told = if kind.carries_octets() {
            0
        } else {
            event.told()
        };
        if let Err(Fault::Spent(limit)) = self.allowance.payload(told) {
            return Err(spent(limit));
        }
        let phase = event.phase();
        let known = Known {
            event,
            kind,
            phase,
            at,
        };
        self.known(&known).map_err(|fault| match fault {
            Fault::Spent(limit) => spent(limit),
            Fault::Parameters => NetLogError::Parameters {
                line,
                event: kind.name(),
            },
        })
    }

    fn known(&mut self, known: &Known<'_, '_>) -> Taken {
        use Kind as K;
        let (constants, allowance) = (&self.constants, &mut self.allowance);
        match known.kind {
            K::SocketAlive
            | K::TcpConnect
            | K::TcpConnectAttempt
            | K::BytesSent
            | K::BytesReceived
            | K::SocketReadError
            | K::SocketWriteError
            | K::ClosingSocket
            | K::TlsConnect
            | K::TlsBytesSent
            | K::TlsBytesReceived
            | K::TlsMessageSent
            | K::TlsMessageReceived
            | K::TlsInnerHello
            | K::TlsCertificates
            | K::TlsHandshakeError
            | K::TlsReadError
            | K::TlsWriteError
            | K::VerifierBound
            | K::VerifierJob
            | K::UdpConnect
            | K::UdpSent
            | K::UdpReceived => self.sockets.take(known, constants, allowance),
            K::RequestAlive
            | K::StartJob
            | K::Redirected
            | K::RedirectJob
            | K::Cancelled
            | K::Failed
            | K::ControllerBound
            | K::ProxyList
            | K::RequestBoundToJob
            | K::JobBoundToSocket
            | K::SendHeaders
            | K::ReadHeaders
            | K::CacheReadInfo
            | K::CacheReadData => self
                .requests
                .take(known, constants, allowance, &self.sockets),
            K::ConnectJobCreated
            | K::LookupJob
            | K::LookupRequest
            | K::LookupCacheHit
            | K::LookupHostsHit
            | K::LookupPresetHit
            | K::LookupSystem
            | K::LookupDns => self.lookups.take(known, constants, allowance),
            K::ProxyConfig => self.proxy_config(known),
        }
    }

    fn proxy_config(&mut self, known: &Known<'_, '_>) -> Taken {
        let proxy: Proxy<'_> = known.params()?;
        let json =
            |config: Option<&serde_json::value::RawValue>| config.map(|c| c.get().to_owned());
        self.allowance.fact()?;
        self.proxy_changes.push(ProxyChange {
            at: known.at,
            before: json(proxy.old_config),
            after: json(proxy.new_config).unwrap_or_default(),
        });
        Ok(())
    }

    /// The facts.
    pub(crate) fn into_log(self, cut: bool) -> Log {
        let (connections, failed, datagrams) =
            self.sockets.into_facts(self.allowance.budget.exchanges);
        Log {
            cut,
            events: self.allowance.events,
            span: self.span,
            requests: self.requests.into_facts(&connections),
            connections,
            lookups: self.lookups.into_facts(),
            failed,
            proxy_changes: self.proxy_changes,
            datagrams: datagrams.into_iter().map(Datagram::into_fact).collect(),
            client: self.constants.client,
        }
    }
}
