//! OpenTimestamps: calendars of several operators, and headers that make the proof independent of all of them.
//!
//! A calendar gets SHA-256(root ‖ nonce) and nothing else. Once its promise stands in a block that is deep enough, the proof
//! needs no calendar, and the headers beside it need no node.

mod headers;

pub use headers::HeaderSource;

use fidem_anchor::bitcoin::{self, Header, Runs};
use fidem_anchor::ots::{Attestation, Branch, DigestKind, Operation, Proof, Timestamp};
use fidem_anchor::receipt::{Payload, Place, Worth};
use fidem_fingerprint::{hex, sha256};
use serde::{Deserialize, Serialize};

use crate::{
    Adapter, CourierError, Errand, Evidence, Probe, Rail, RailError, State, Supplies, Ticket, Wire,
};

/// What calendars answer with.
const TYPE: &str = "application/vnd.opentimestamps.v1";
/// Most calendars of one rail.
const MAX_CALENDARS: usize = 8;
/// First blocks, by which networks are told apart.
const GENESIS: [(&str, &str); 4] = [
    (
        "bitcoin",
        "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
    ),
    (
        "bitcoin-testnet",
        "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
    ),
    (
        "bitcoin-signet",
        "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
    ),
    (
        "bitcoin-regtest",
        "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
    ),
];

/// How a rail of this kind is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Addresses of calendars, without a slash at the end; several, of several operators.
    pub calendars: Vec<String>,
    /// Blocks, its own included, that make a block final.
    #[serde(default = "six")]
    pub confirmations: u64,
    /// Where headers come from.
    pub headers: HeaderSource,
    /// `bitcoin`, or one of its networks for trials.
    #[serde(default = "main_network")]
    pub network: String,
}

fn six() -> u64 {
    6
}

fn main_network() -> String {
    "bitcoin".to_owned()
}

/// The adapter.
#[derive(Clone, Debug)]
pub struct OpenTimestamps {
    settings: Settings,
}

/// What must be known again: the nonce, and what the calendars promised.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    calendars: Vec<Promise>,
    nonce: String,
    payload: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Promise {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    url: String,
}

impl Kept {
    fn of(ticket: &Ticket) -> Result<Self, RailError> {
        serde_json::from_slice(&ticket.0).map_err(|e| setting(&e.to_string()))
    }

    fn ticket(&self) -> Result<Ticket, RailError> {
        let octets = serde_json::to_vec(self).map_err(|e| setting(&e.to_string()))?;
        Ok(Ticket(octets))
    }

    fn octets(&self) -> Option<([u8; 32], Vec<u8>)> {
        Some((hex::decode32(&self.payload)?, hex::decode(&self.nonce)?))
    }
}

/// A block that holds the root of an attestation, or does not.
enum Met {
    /// It does, so many blocks deep.
    In(Place, u64),
    /// The block of that height is another one, so many blocks deep.
    Other(u64, u64),
    /// There is no block of that height.
    None,
}

impl OpenTimestamps {
    /// An adapter with these settings.
    ///
    /// # Errors
    /// [`RailError::Setting`] for a network that is not known, and for no or too many calendars.
    pub fn new(settings: Settings) -> Result<Self, RailError> {
        if settings.calendars.is_empty() || settings.calendars.len() > MAX_CALENDARS {
            return Err(setting("calendars"));
        }
        if settings.confirmations == 0 || genesis(&settings.network).is_none() {
            return Err(setting("network"));
        }
        Ok(Self { settings })
    }

    fn check_network(&self, wire: &mut Wire<'_>) -> Result<(), RailError> {
        let first = self.settings.headers.hash_at(wire, 0)?;
        if Some(first.as_str()) == genesis(&self.settings.network) {
            return Ok(());
        }
        let known = GENESIS.iter().find(|(_, hash)| *hash == first);
        Err(RailError::WrongNetwork {
            expected: self.settings.network.clone(),
            found: known.map_or(first.clone(), |(name, _)| (*name).to_owned()),
        })
    }

    /// Whatever the calendars know now, on what they promised.
    fn upgraded(&self, wire: &mut Wire<'_>, kept: &Kept) -> Result<Timestamp, RailError> {
        let (payload, nonce) = kept.octets().ok_or_else(|| setting("ticket"))?;
        let mut tree = salted(&payload, &nonce);
        let mut last = None;
        for promise in &kept.calendars {
            let Some(answer) = promise.answer.as_deref().and_then(hex::decode) else {
                continue;
            };
            let promised = read(&answer, commitment(&payload, &nonce).to_vec())?;
            tree.attach(&promised);
            for message in pending(&promised) {
                match self.ask(wire, &promise.url, &message) {
                    Ok(Some(more)) => {
                        tree.attach(&more);
                    }
                    Ok(None) => {}
                    Err(error) => last = Some(error),
                }
            }
        }
        let fresh = tree.attestations().iter().any(|(_, a)| in_block(a));
        match last {
            // A calendar that does not answer hinders nothing where another one has kept its promise.
            Some(error) if !fresh => Err(error),
            _ => Ok(tree),
        }
    }

    /// What a calendar knows of a commitment; nothing where it says that there is nothing yet.
    fn ask(
        &self,
        wire: &mut Wire<'_>,
        url: &str,
        message: &[u8],
    ) -> Result<Option<Timestamp>, RailError> {
        const UNKNOWN: u16 = 404;
        let errand = Errand::Fetch {
            accept: TYPE,
            headers: &[],
        };
        let place = format!("{url}/timestamp/{}", hex::encode(message));
        match wire.carry(&place, &errand) {
            Ok(octets) => read(&octets, message.to_vec()).map(Some),
            Err(RailError::Courier(CourierError::Status { code: UNKNOWN })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn meet(
        &self,
        wire: &mut Wire<'_>,
        root: &[u8],
        height: u64,
        tip: u64,
    ) -> Result<Met, RailError> {
        if height > tip {
            return Ok(Met::None);
        }
        let depth = tip - height + 1;
        let octets = self.settings.headers.header_at(wire, height)?;
        let header = Header::of(&octets);
        if header.merkle_root() != root {
            return Ok(Met::Other(height, depth));
        }
        let mut hash = header.hash();
        hash.reverse();
        let place = Place {
            network: self.settings.network.clone(),
            height: Some(height),
            block: Some(hex::encode(&hash)),
            transaction: None,
            time: Some(i64::from(header.time())),
        };
        Ok(Met::In(place, depth))
    }

    fn finish(
        &self,
        wire: &mut Wire<'_>,
        payload: &Payload,
        tree: &Timestamp,
        (place, root): (Place, &[u8]),
        tip: u64,
    ) -> Result<State, RailError> {
        let height = place.height.unwrap_or(tip);
        let confirmations = self.settings.confirmations;
        let headers = self
            .settings
            .headers
            .run_from(wire, height, tip, confirmations)?;
        let lie = |what: &str| RailError::Lie {
            what: what.to_owned(),
        };
        // One way to one block: of the others the headers do not travel.
        let wanted = |message: &[u8], a: &Attestation| message == root && in_block(a);
        let timestamp = tree.only(&wanted).ok_or_else(|| lie("root"))?;
        let proof = Proof {
            kind: DigestKind::Sha256,
            timestamp,
        }
        .to_bytes();
        let runs = Runs::parse([headers.as_slice()]).map_err(|e| lie(&e.to_string()))?;
        let judged = bitcoin::judge(&proof, payload, &runs, &[]);
        if judged.worth != Worth::WorkOnly {
            return Err(lie(judged.worth.as_str()));
        }
        let file = |name: &str, octets| Evidence {
            name: name.to_owned(),
            octets,
        };
        let evidence = vec![file("headers.bin", headers), file("proof.ots", proof)];
        Ok(State::Final(place, evidence))
    }
}

impl Rail for OpenTimestamps {
    fn adapter(&self) -> Adapter {
        Adapter {
            kind: "opentimestamps",
            version: 1,
        }
    }

    fn network(&self) -> String {
        self.settings.network.clone()
    }

    fn probe(&self, wire: &mut Wire<'_>) -> Result<Probe, RailError> {
        self.check_network(wire)?;
        let height = self.settings.headers.tip(wire)?;
        let errand = Errand::Fetch {
            accept: "*/*",
            headers: &[],
        };
        let mut remarks = Vec::new();
        for url in &self.settings.calendars {
            let found = match wire.carry(&format!("{url}/"), &errand) {
                Ok(_) => "ok".to_owned(),
                Err(error) => error.to_string(),
            };
            remarks.push((url.clone(), found));
        }
        Ok(Probe {
            network: self.settings.network.clone(),
            height: Some(height),
            remarks,
        })
    }

    fn prepare(
        &self,
        _wire: &mut Wire<'_>,
        payload: &Payload,
        supplies: &mut Supplies<'_>,
    ) -> Result<Ticket, RailError> {
        let mut nonce = [0; 16];
        (supplies.random)(&mut nonce);
        Kept {
            calendars: Vec::new(),
            nonce: hex::encode(&nonce),
            payload: hex::encode(payload),
        }
        .ticket()
    }

    fn submit(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<Ticket, RailError> {
        let mut kept = Kept::of(ticket)?;
        let (payload, nonce) = kept.octets().ok_or_else(|| setting("ticket"))?;
        let message = commitment(&payload, &nonce);
        let errand = Errand::Post {
            body: &message,
            kind: "application/x-www-form-urlencoded",
            accept: TYPE,
            reply: None,
            headers: &[],
        };
        // The calendars of today: those of the day of preparing may be gone.
        for url in &self.settings.calendars {
            if kept.calendars.iter().all(|promise| promise.url != *url) {
                kept.calendars.push(Promise {
                    answer: None,
                    url: url.clone(),
                });
            }
        }
        let mut failure = None;
        let open = kept.calendars.iter_mut().filter(|p| p.answer.is_none());
        for promise in open {
            let answer = wire.carry(&format!("{}/digest", promise.url), &errand);
            // What is no timestamp of our digest is no promise.
            match answer.and_then(|octets| read(&octets, message.to_vec()).map(|_| octets)) {
                Ok(octets) => promise.answer = Some(hex::encode(&octets)),
                Err(error) => failure = Some(error),
            }
        }
        match (kept.calendars.iter().any(|p| p.answer.is_some()), failure) {
            (true, _) => kept.ticket(),
            (false, Some(error)) => Err(error),
            (false, None) => Err(setting("calendars")),
        }
    }

    fn look(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<State, RailError> {
        let kept = Kept::of(ticket)?;
        let (payload, _) = kept.octets().ok_or_else(|| setting("ticket"))?;
        let tree = self.upgraded(wire, &kept)?;
        let mut blocks: Vec<(u64, Vec<u8>)> = Vec::new();
        for (message, attestation) in tree.attestations() {
            if let Attestation::Bitcoin { height } = attestation {
                blocks.push((*height, message.to_vec()));
            }
        }
        if blocks.is_empty() {
            return Ok(State::Submitted);
        }
        blocks.sort();
        self.check_network(wire)?;
        let tip = self.settings.headers.tip(wire)?;
        let mut included = None;
        let mut other = None;
        for (height, root) in &blocks {
            match self.meet(wire, root, *height, tip)? {
                Met::In(place, depth) if depth >= self.settings.confirmations => {
                    return self.finish(wire, &payload, &tree, (place, root), tip);
                }
                Met::In(place, _) => included = included.or(Some(place)),
                Met::Other(height, depth) => other = other.or(Some((height, depth))),
                Met::None => {}
            }
        }
        Ok(match (included, other) {
            (Some(place), _) => State::Included(place),
            (None, Some((height, depth))) if depth >= self.settings.confirmations => {
                State::Forked {
                    reason: format!("block {height} is another one now"),
                }
            }
            _ => State::Submitted,
        })
    }
}

fn genesis(network: &str) -> Option<&'static str> {
    let known = GENESIS.iter().find(|(name, _)| *name == network);
    known.map(|(_, hash)| *hash)
}

/// What leaves: the root stays hidden behind the nonce, also from calendars.
fn commitment(payload: &Payload, nonce: &[u8]) -> [u8; 32] {
    sha256(&[payload.as_slice(), nonce].concat())
}

/// The root, the nonce, the digest; on the digest nothing yet.
fn salted(payload: &Payload, nonce: &[u8]) -> Timestamp {
    let digest = Timestamp {
        message: commitment(payload, nonce).to_vec(),
        branches: Vec::new(),
    };
    let salted = Timestamp {
        message: [payload.as_slice(), nonce].concat(),
        branches: vec![Branch::Step(
            Operation::Digest(DigestKind::Sha256),
            Box::new(digest),
        )],
    };
    Timestamp {
        message: payload.to_vec(),
        branches: vec![Branch::Step(
            Operation::Append(nonce.to_vec()),
            Box::new(salted),
        )],
    }
}

/// The messages that calendars promised to attest.
fn pending(tree: &Timestamp) -> Vec<Vec<u8>> {
    let all = tree.attestations();
    all.iter()
        .filter(|(_, a)| matches!(a, Attestation::Pending { .. }))
        .map(|(message, _)| message.to_vec())
        .collect()
}

fn in_block(attestation: &Attestation) -> bool {
    matches!(attestation, Attestation::Bitcoin { .. })
}

fn read(octets: &[u8], message: Vec<u8>) -> Result<Timestamp, RailError> {
    Timestamp::parse(octets, message).map_err(|e| RailError::Answer {
        what: e.to_string(),
    })
}

fn setting(what: &str) -> RailError {
    RailError::Setting {
        what: what.to_owned(),
    }
}
