//! Anchorings of the office log that travel in a package: each seal's path to the root, and the receipt for the root.

use std::collections::{BTreeMap, BTreeSet};

use fidem_anchor::bitcoin::{self, Runs};
use fidem_anchor::receipt::{self, Judgement, Payload, Pins, Place, Remark, Worth};
use fidem_anchor::{Checkpoint, LogProof};
use fidem_fingerprint::sha256;
use fidem_manifest::Anchor;
use fidem_package::layout;

use crate::package::Opened;
use crate::report::{Findings, Layer, Status};
use crate::seals::{self, SealParts};
use crate::subject::Request;
use crate::{chain, codes};

const RECEIPT: &str = "receipt.json";
const PLATFORM: &str = "platform.json";
const PROOF: &str = "proof.ots";
const HEADERS: &str = "headers.bin";
/// Files in which evidence comes.
const EVIDENCE: [&str; 4] = [RECEIPT, PLATFORM, PROOF, HEADERS];
/// How the names of Bitcoin networks begin.
const BITCOIN: &str = "bitcoin";
/// Octets of a file of evidence.
const LARGEST: u64 = 64 << 20;

/// Where the files of anchorings are found: by an anchoring's number and a name.
struct Files<'a> {
    numbers: BTreeSet<u32>,
    read: &'a dyn Fn(u32, &str) -> Option<Vec<u8>>,
}

/// Judges every anchoring of a package.
pub(crate) fn of_package(
    opened: &Opened<'_>,
    sealed: &[SealParts],
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let names = opened.container.members().iter();
    let read = |number: u32, name: &str| {
        let member = opened.container.find(&layout::anchor(number, name))?;
        opened.container.bytes(member, LARGEST).ok()
    };
    let files = Files {
        numbers: names.filter_map(|m| layout::anchor_of(&m.name)).collect(),
        read: &read,
    };
    for number in &files.numbers {
        strangers(opened, *number, sealed, findings);
        one(&files, *number, sealed, request, findings);
    }
}

/// Judges the anchorings attached to a receipt; `anchor-0001-NAME` is the copy of `proofs/anchors/0001/NAME`.
pub(crate) fn of_receipt(
    attached: &BTreeMap<String, Vec<u8>>,
    sealed: &[SealParts],
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let number = |name: &str| {
        let rest = name.strip_prefix("anchor-")?.strip_suffix("-anchor.json")?;
        rest.parse().ok()
    };
    let read = |number: u32, name: &str| {
        attached
            .get(&layout::attached_anchor(number, name))
            .cloned()
    };
    let files = Files {
        numbers: attached.keys().filter_map(|name| number(name)).collect(),
        read: &read,
    };
    for number in &files.numbers {
        one(&files, *number, sealed, request, findings);
    }
}

fn one(
    from: &Files<'_>,
    number: u32,
    sealed: &[SealParts],
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let member = layout::anchor_statement(number);
    let Some(octets) = (from.read)(number, layout::ANCHOR) else {
        findings.add(
            codes::STATEMENT_MISSING,
            Layer::Manifest,
            Status::Mismatch,
            &[("member", &member)],
        );
        return;
    };
    let statement = match Anchor::from_bytes(&octets) {
        Ok(statement) if statement.anchor == number => statement,
        Ok(_) => return seals::malformed(&member, "number", findings),
        Err(error) => return seals::malformed(&member, &error.to_string(), findings),
    };
    let Ok(payload) = statement.payload_octets() else {
        return;
    };
    let subject = number.to_string();
    let covered = paths(from, &statement, &payload, sealed, findings);
    let files: BTreeMap<&str, Vec<u8>> = EVIDENCE
        .into_iter()
        .filter_map(|name| Some((name, (from.read)(number, name)?)))
        .collect();
    if covered.is_empty() {
        findings.add(
            codes::ANCHOR_COVERS_NOTHING,
            Layer::Chain,
            Status::Mismatch,
            &[("anchor", &subject)],
        );
        return;
    }
    told(&statement, &covered, findings);
    if files.contains_key(PLATFORM) {
        let params = [("anchor", subject.as_str()), ("rail", &statement.rail)];
        findings.add(
            codes::PLATFORM_RECEIPT,
            Layer::Chain,
            Status::CannotCheck,
            &params,
        );
        return;
    }
    let judged = judge(&statement, &payload, &files, &request.trust.pins);
    chain::report(&judged, &subject, request.trust, findings);
}

/// The seals whose paths lead to the root that was anchored; one that does not is a mismatch.
fn paths(
    from: &Files<'_>,
    statement: &Anchor,
    payload: &Payload,
    sealed: &[SealParts],
    findings: &mut Findings,
) -> Vec<u32> {
    let mut covered = Vec::new();
    for part in sealed {
        let name = layout::anchor_path_name(part.number);
        let Some(octets) = (from.read)(statement.anchor, &name) else {
            continue;
        };
        match leads(&octets, &sha256(&part.seal), statement, payload) {
            Ok(()) => covered.push(part.number),
            Err(why) => findings.add(
                codes::ANCHOR_PATH,
                Layer::Chain,
                Status::Mismatch,
                &[
                    ("member", &layout::anchor(statement.anchor, &name)),
                    ("why", &why),
                ],
            ),
        }
    }
    covered
}

fn leads(
    octets: &[u8],
    entry: &[u8; 32],
    statement: &Anchor,
    payload: &Payload,
) -> Result<(), String> {
    let text = std::str::from_utf8(octets).map_err(|e| e.to_string())?;
    let proof = LogProof::parse(text).map_err(|e| e.to_string())?;
    let Checkpoint { size, root, .. } = proof.checkpoint_over(entry).map_err(|e| e.to_string())?;
    match size == statement.size && root == *payload {
        true => Ok(()),
        false => Err("another root than was anchored".to_owned()),
    }
}

/// What has no place in an anchoring.
fn strangers(opened: &Opened<'_>, number: u32, sealed: &[SealParts], findings: &mut Findings) {
    let paths = sealed
        .iter()
        .map(|part| layout::anchor_path(number, part.number));
    let files = EVIDENCE.iter().chain([&layout::ANCHOR]);
    let known: BTreeSet<String> = files
        .map(|name| layout::anchor(number, name))
        .chain(paths)
        .collect();
    for member in opened.container.members() {
        let own = layout::anchor_of(&member.name) == Some(number);
        if own && !known.contains(&member.name) {
            findings.add(
                codes::MEMBER_UNKNOWN,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", &member.name)],
            );
        }
    }
}

/// What the office says of the anchoring and its network, before what the proof shows.
fn told(statement: &Anchor, covered: &[u32], findings: &mut Findings) {
    let seals: Vec<String> = covered.iter().map(u32::to_string).collect();
    let number = statement.anchor.to_string();
    findings.note(
        codes::ANCHOR_COVERS,
        Layer::Chain,
        &[
            ("anchor", &number),
            ("network", &statement.network),
            ("rail", &statement.rail),
            ("seals", &seals.join(", ")),
        ],
    );
    if statement.disclosure.overseas_public {
        findings.note(codes::ANCHOR_OVERSEAS, Layer::Chain, &[("anchor", &number)]);
    }
}

/// Judges the evidence of an anchoring, files by their names.
#[must_use]
pub fn judge_anchor(statement: &Anchor, files: &[(String, Vec<u8>)], pins: &Pins) -> Judgement {
    let named: BTreeMap<&str, Vec<u8>> = files
        .iter()
        .map(|(name, octets)| (name.as_str(), octets.clone()))
        .collect();
    match statement.payload_octets() {
        Ok(payload) => judge(statement, &payload, &named, pins),
        Err(_) => Judgement::failed(Place::default(), Remark::new("payload-differs", &[])),
    }
}

fn judge(
    statement: &Anchor,
    payload: &Payload,
    files: &BTreeMap<&str, Vec<u8>>,
    pins: &Pins,
) -> Judgement {
    let place = || Place {
        network: statement.network.clone(),
        ..Place::default()
    };
    if let Some(octets) = files.get(RECEIPT) {
        return match receipt::judge(octets, payload, pins) {
            Ok(judged) if judged.place.network == statement.network => judged,
            Ok(judged) if judged.worth == Worth::Failed => judged,
            Ok(_) => Judgement::failed(place(), Remark::new("network-differs", &[])),
            Err(error) => {
                let why = error.to_string();
                Judgement::failed(place(), Remark::new("receipt-unread", &[("why", &why)]))
            }
        };
    }
    let Some(proof) = files.get(PROOF) else {
        return Judgement {
            worth: Worth::Pending,
            place: place(),
            remarks: Vec::new(),
            pins: Vec::new(),
        };
    };
    match Runs::parse(files.get(HEADERS).map(Vec::as_slice)) {
        Ok(runs) => {
            let judged = bitcoin::judge(proof, payload, &runs, &pins.bitcoin);
            of_network(statement, judged)
        }
        Err(error) => {
            let why = error.to_string();
            Judgement::failed(place(), Remark::new("headers-unread", &[("why", &why)]))
        }
    }
}

/// A proof does not say to which Bitcoin network it leads; a pin that decides does. Where none does, the network is the
/// one that the statement claims.
fn of_network(statement: &Anchor, mut judged: Judgement) -> Judgement {
    let claimed = &statement.network;
    let pinned = judged.pins.iter().any(|pin| pin != claimed);
    let bitcoin = claimed.starts_with(BITCOIN);
    match judged.worth {
        Worth::Failed => judged,
        _ if pinned || !bitcoin => {
            Judgement::failed(judged.place, Remark::new("network-differs", &[]))
        }
        _ => {
            judged.place.network.clone_from(claimed);
            judged
        }
    }
}
