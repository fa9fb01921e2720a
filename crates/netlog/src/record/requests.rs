//! Requests, their hops, and where each was sent.

use std::collections::BTreeMap;

use super::sockets::{Sockets, failure};
use super::{Allowance, Fault, Known, Taken};
use crate::connection::Connection;
use crate::constants::{Constants, Kind};
use crate::event;
use crate::log::{CacheUse, Hop, Request, Sending, SourceId};

/// All requests by source, and what lies between a request and its socket.
#[derive(Debug, Default)]
pub(super) struct Requests {
    requests: BTreeMap<SourceId, Draft>,
    /// Order of beginning.
    order: Vec<SourceId>,
    /// The proxy decision of a stream job's controller.
    proxies: BTreeMap<SourceId, String>,
    /// The socket of a stream job.
    sockets: BTreeMap<SourceId, SourceId>,
}

#[derive(Debug, Default)]
struct Draft {
    request: Request,
    /// One for each hop.
    states: Vec<HopState>,
    job: Option<SourceId>,
}

#[derive(Debug, Default)]
struct HopState {
    controller: Option<SourceId>,
    on_wire: bool,
    cache_read: bool,
}

impl Requests {
    pub(super) fn take(
        &mut self,
        known: &Known<'_, '_>,
        constants: &Constants,
        allowance: &mut Allowance,
        sockets: &Sockets,
    ) -> Taken {
        match known.kind {
            Kind::ProxyList => self.proxy(known, allowance),
            Kind::JobBoundToSocket => self.bind_socket(known, allowance),
            Kind::RequestAlive | Kind::StartJob => self.live(known, constants, allowance),
            Kind::SendHeaders => self.send(known, allowance, sockets),
            _ => match self.requests.get_mut(&known.id()) {
                Some(draft) => draft.take(known, constants),
                // Other sources log some of these events as well.
                None => Ok(()),
            },
        }
    }

    fn proxy(&mut self, known: &Known<'_, '_>, allowance: &mut Allowance) -> Taken {
        let proxy: event::Proxy<'_> = known.params()?;
        allowance.fact()?;
        self.proxies
            .insert(known.id(), proxy.proxy_info.unwrap_or_default());
        Ok(())
    }

    fn bind_socket(&mut self, known: &Known<'_, '_>, allowance: &mut Allowance) -> Taken {
        allowance.fact()?;
        self.sockets.insert(known.id(), bound(known)?);
        Ok(())
    }

    fn live(
        &mut self,
        known: &Known<'_, '_>,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Taken {
        if known.begins() && !self.requests.contains_key(&known.id()) {
            allowance.fact()?;
            self.order.push(known.id());
            self.requests.insert(known.id(), Draft::new(known));
        }
        let Some(draft) = self.requests.get_mut(&known.id()) else {
            return Ok(());
        };
        if known.kind == Kind::StartJob && known.begins() {
            allowance.fact()?;
        }
        draft.live(known, constants)
    }

    /// Notes where the request goes on the wire: at the end of what was sent on its socket before.
    fn send(
        &mut self,
        known: &Known<'_, '_>,
        allowance: &mut Allowance,
        sockets: &Sockets,
    ) -> Taken {
        let Some(draft) = self.requests.get_mut(&known.id()) else {
            return Ok(());
        };
        let connection = draft.job.and_then(|job| self.sockets.get(&job)).copied();
        let offset = connection.and_then(|id| sockets.sent_so_far(id));
        let (Some(hop), Some(state)) = (draft.request.hops.last_mut(), draft.states.last_mut())
        else {
            return Ok(());
        };
        state.on_wire = true;
        if let (Some(connection), Some(offset)) = (connection, offset) {
            allowance.fact()?;
            hop.sent.push(Sending {
                connection,
                offset,
                exchange: None,
                at: known.at,
            });
        }
        Ok(())
    }

    /// The requests in order, each tied to its exchanges.
    pub(super) fn into_facts(mut self, connections: &[Connection]) -> Vec<Request> {
        let by_id: BTreeMap<_, _> = connections.iter().map(|c| (c.id, c)).collect();
        let mut requests = Vec::new();
        for id in &self.order {
            if let Some(draft) = self.requests.remove(id) {
                requests.push(draft.into_fact(&self.proxies, &by_id));
            }
        }
        requests
    }
}

impl Draft {
    fn new(known: &Known<'_, '_>) -> Self {
        Self {
            request: Request {
                id: known.id(),
                started: known.at,
                ..Request::default()
            },
            ..Self::default()
        }
    }

    fn live(&mut self, known: &Known<'_, '_>, constants: &Constants) -> Taken {
        let raw: event::Request = known.params()?;
        match (known.kind, known.begins()) {
            (Kind::RequestAlive, true) => {
                self.request.traffic_annotation = raw.traffic_annotation;
                self.request.url = raw.url.unwrap_or_default();
            }
            (Kind::RequestAlive, false) => {
                self.request.ended = Some(known.at);
                self.request.error = failure(raw.net_error, constants);
            }
            (_, true) => self.start(raw, known.at, constants),
            (_, false) => self.end_hop(raw.net_error, known.at, constants),
        }
        Ok(())
    }

    fn start(&mut self, raw: event::Request, at: i64, constants: &Constants) {
        let request = &mut self.request;
        let url = raw.url.unwrap_or_default();
        if request.hops.is_empty() {
            if request.url.is_empty() {
                request.url.clone_from(&url);
            }
            request.initiator = raw.initiator;
            request.kind = raw.request_type;
            request.isolation = raw.network_isolation_key;
            request.load_flags = constants.load_flags(raw.load_flags.unwrap_or(0));
        }
        request.hops.push(Hop {
            url,
            method: raw.method.unwrap_or_default(),
            started: at,
            ..Hop::default()
        });
        self.states.push(HopState::default());
        self.job = None;
    }

    fn end_hop(&mut self, net_error: Option<i64>, at: i64, constants: &Constants) {
        if let Some(hop) = self.request.hops.last_mut() {
            hop.ended = Some(at);
            hop.error = failure(net_error, constants);
        }
    }

    fn take(&mut self, known: &Known<'_, '_>, constants: &Constants) -> Taken {
        if known.kind == Kind::RequestBoundToJob {
            self.job = Some(bound(known)?);
            return Ok(());
        }
        let (Some(hop), Some(state)) = (self.request.hops.last_mut(), self.states.last_mut())
        else {
            return Ok(());
        };
        match known.kind {
            Kind::ControllerBound => state.controller = Some(bound(known)?),
            Kind::CacheReadInfo | Kind::CacheReadData => state.cache_read = true,
            Kind::ReadHeaders => {
                let head: event::Headers = known.params()?;
                hop.status = head.headers.first().and_then(|line| status(line));
            }
            Kind::Redirected | Kind::RedirectJob => {
                let raw: event::Request = known.params()?;
                hop.location = raw.location.or(hop.location.take());
                hop.internal = raw.reason.or(hop.internal.take());
            }
            _ => {
                let ended: event::Ended = known.params()?;
                if let Some(error) = failure(ended.net_error, constants) {
                    hop.error.get_or_insert(error);
                }
            }
        }
        Ok(())
    }

    fn into_fact(
        self,
        proxies: &BTreeMap<SourceId, String>,
        connections: &BTreeMap<SourceId, &Connection>,
    ) -> Request {
        let mut request = self.request;
        for (hop, state) in request.hops.iter_mut().zip(&self.states) {
            hop.proxy = state.controller.and_then(|id| proxies.get(&id)).cloned();
            hop.cache = state.cache_use(hop);
            for sending in &mut hop.sent {
                sending.exchange = connections
                    .get(&sending.connection)
                    .and_then(|connection| exchange_at(connection, sending.offset));
            }
        }
        request
    }
}

impl HopState {
    fn cache_use(&self, hop: &Hop) -> CacheUse {
        match (self.cache_read, self.on_wire) {
            (true, false) if hop.internal.is_none() => CacheUse::Whole,
            (true, true) if hop.status == Some(304) || hop.status == Some(206) => CacheUse::Part,
            _ => CacheUse::None,
        }
    }
}

/// The exchange whose request begins there.
fn exchange_at(connection: &Connection, offset: usize) -> Option<usize> {
    let exchanges = &connection.exchanges;
    let found = exchanges.binary_search_by_key(&offset, |exchange| exchange.request.head.start);
    found.ok()
}

fn bound(known: &Known<'_, '_>) -> Result<SourceId, Fault> {
    let bound: event::Bound = known.params()?;
    bound
        .source_dependency
        .map(|source| source.id)
        .ok_or(Fault::Parameters)
}

/// The status code of a status line.
fn status(line: &str) -> Option<u16> {
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}
