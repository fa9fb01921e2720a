//! The transcript while it is being written.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fidem_fingerprint::Sha256Hasher;

use crate::{Bounds, Connection, End, Exchange, Frame, Octets, Transcript};

/// What may still be kept by the server, in octets.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    per_body: usize,
    left: Arc<AtomicU64>,
}

impl Allowance {
    fn take(&self, wanted: usize) -> usize {
        let mut granted = 0;
        // never fails: the closure always answers
        let _ = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                granted = usize::try_from(left).unwrap_or(usize::MAX).min(wanted);
                Some(left - granted as u64)
            });
        granted
    }
}

/// Octets being kept, counted and digested.
pub(crate) struct Tape {
    kept: Vec<u8>,
    length: u64,
    hasher: Sha256Hasher,
    allowance: Allowance,
    full: bool,
}

impl Tape {
    fn new(allowance: &Allowance) -> Self {
        Self {
            kept: Vec::new(),
            length: 0,
            hasher: Sha256Hasher::new(),
            allowance: allowance.clone(),
            full: false,
        }
    }

    pub(crate) fn push(&mut self, octets: &[u8]) {
        self.hasher.update(octets);
        self.length = self.length.saturating_add(octets.len() as u64);
        if self.full {
            return;
        }
        let room = self.allowance.per_body.saturating_sub(self.kept.len());
        let granted = self.allowance.take(octets.len().min(room));
        self.kept.extend(octets.iter().take(granted));
        // what is kept is a beginning without gaps
        self.full = granted < octets.len();
    }

    fn octets(&self) -> Octets {
        Octets {
            kept: self.kept.clone(),
            length: self.length,
            sha256: self.hasher.clone().finish(),
        }
    }
}

/// An exchange being written. Its plain facts stand in an [`Exchange`] whose bodies stay empty.
pub(crate) struct OpenExchange {
    facts: Exchange,
    pub(crate) request_body: Tape,
    pub(crate) response_body: Tape,
}

impl OpenExchange {
    pub(crate) fn facts(&mut self) -> &mut Exchange {
        &mut self.facts
    }

    pub(crate) fn frame(&mut self, frame: Frame) {
        self.facts.frames.push(frame);
    }

    fn exchange(&self) -> Exchange {
        Exchange {
            request_body: self.request_body.octets(),
            response_body: self.response_body.octets(),
            ..self.facts.clone()
        }
    }
}

struct OpenConnection {
    facts: Connection,
    exchanges: Vec<OpenExchange>,
    stray: Tape,
}

/// The record of one connection, shared between its thread and whoever reads the transcript.
#[derive(Clone)]
pub(crate) struct Record {
    inner: Arc<Mutex<OpenConnection>>,
    allowance: Allowance,
}

impl Record {
    fn lock(&self) -> MutexGuard<'_, OpenConnection> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn facts(&self) -> Connection {
        self.lock().facts.clone()
    }

    pub(crate) fn tls(&self, server_name: Option<&str>, alpn: Option<&[u8]>) {
        let mut record = self.lock();
        record.facts.server_name = server_name.map(str::to_owned);
        record.facts.alpn = alpn.map(|name| String::from_utf8_lossy(name).into_owned());
    }

    pub(crate) fn begin(&self, facts: Exchange) {
        let exchange = OpenExchange {
            facts,
            request_body: Tape::new(&self.allowance),
            response_body: Tape::new(&self.allowance),
        };
        self.lock().exchanges.push(exchange);
    }

    /// Writes to the exchange begun last.
    pub(crate) fn last(&self, write: impl FnOnce(&mut OpenExchange)) {
        if let Some(exchange) = self.lock().exchanges.last_mut() {
            write(exchange);
        }
    }

    pub(crate) fn end(&self, stray: &[u8], end: End) {
        let mut record = self.lock();
        record.stray.push(stray);
        record.facts.end = end;
    }

    fn connection(&self) -> Connection {
        let record = self.lock();
        Connection {
            exchanges: record
                .exchanges
                .iter()
                .map(OpenExchange::exchange)
                .collect(),
            stray: record.stray.octets(),
            ..record.facts.clone()
        }
    }
}

/// Every connection of a server.
pub(crate) struct Keeping {
    records: Mutex<Vec<Record>>,
    refused: AtomicU64,
    allowance: Allowance,
}

impl Keeping {
    pub(crate) fn new(bounds: &Bounds) -> Self {
        Self {
            records: Mutex::new(Vec::new()),
            refused: AtomicU64::new(0),
            allowance: Allowance {
                per_body: bounds.kept_of_body,
                left: Arc::new(AtomicU64::new(bounds.kept_in_all)),
            },
        }
    }

    pub(crate) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A record whose number is its place.
    pub(crate) fn open(&self, mut facts: Connection) -> Record {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        facts.number = records.len();
        let record = Record {
            inner: Arc::new(Mutex::new(OpenConnection {
                facts,
                exchanges: Vec::new(),
                stray: Tape::new(&self.allowance),
            })),
            allowance: self.allowance.clone(),
        };
        records.push(record.clone());
        record
    }

    pub(crate) fn transcript(&self) -> Transcript {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        Transcript {
            connections: records.iter().map(Record::connection).collect(),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }
}

pub(crate) fn nothing() -> Octets {
    Octets {
        kept: Vec::new(),
        length: 0,
        sha256: fidem_fingerprint::sha256(&[]),
    }
}
