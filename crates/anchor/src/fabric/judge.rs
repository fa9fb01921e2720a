//! The judgement, step by step: block, transaction, payload, orderers, endorsers.

use std::collections::BTreeSet;

use fidem_fingerprint::hex;

use super::block::Block;
use super::identity::Identity;
use super::transaction::Transaction;
use super::{FabricError, Organisation, Pin, Receipt, network};
use crate::receipt::{Judgement, Payload, Place, Remark, Worth, is_pinned};

pub(super) fn judge(receipt: &Receipt, payload: &Payload, pins: &[Pin]) -> Judgement {
    let mut place = Place {
        network: network(&receipt.channel),
        ..Place::default()
    };
    match weighed(receipt, payload, pins, &mut place) {
        Ok((worth, pins, remarks)) => Judgement {
            worth,
            place,
            remarks,
            pins,
        },
        Err(reason) => Judgement::failed(place, reason),
    }
}

/// Worth, names of the pins that decided, remarks.
type Weighed = (Worth, Vec<String>, Vec<Remark>);

fn broken(code: &'static str) -> impl Fn(FabricError) -> Remark {
    move |e| Remark::new(code, &[("reason", e.0)])
}

fn weighed(
    receipt: &Receipt,
    payload: &Payload,
    pins: &[Pin],
    place: &mut Place,
) -> Result<Weighed, Remark> {
    let block = Block::parse(&receipt.block.0).map_err(broken("fabric-block"))?;
    place.height = Some(block.number);
    place.block = Some(hex::encode(&block.hash()));
    let index = usize::try_from(receipt.index).ok();
    let envelope = index.and_then(|index| block.data.get(index));
    let envelope = envelope.ok_or(Remark::new("fabric-no-transaction", &[]))?;
    let transaction = Transaction::parse(envelope).map_err(broken("fabric-transaction"))?;
    place.transaction = Some(transaction.id.clone());
    if transaction.channel != receipt.channel {
        let found = [("found", &*transaction.channel)];
        return Err(Remark::new("fabric-other-channel", &found));
    }
    if !carries(&transaction, payload) {
        return Err(Remark::new("fabric-other-payload", &[]));
    }
    let orderers = block.orderers().map_err(broken("fabric-signatures"))?;
    let mut remarks = remarks(&transaction, &orderers);
    if let Some(flag @ 1..) = index.and_then(|index| block.flag(index)) {
        remarks.push(Remark::new(
            "fabric-flagged",
            &[("code", &flag.to_string())],
        ));
    }
    let mut deciding = Vec::new();
    for pin in pins.iter().filter(|pin| pin.channel == receipt.channel) {
        let block_pinned = pinned_block(&block, pin)?;
        let signed = !pin.orderers.is_empty() && pinned_signers(&orderers, &transaction, pin)?;
        if block_pinned || signed {
            deciding.push(pin.name.clone());
        }
    }
    let worth = match (deciding.is_empty(), orderers.is_empty()) {
        (false, _) => Worth::Canonical,
        (true, true) => return Err(Remark::new("fabric-unsigned", &[])),
        // How many orderers have to sign is said by the channel's configuration and not by the block.
        (true, false) => Worth::InclusionOnly,
    };
    Ok((worth, deciding, remarks))
}

/// One argument after the name of the function: the 32 octets or their lowercase hexadecimal.
fn carries(transaction: &Transaction, payload: &Payload) -> bool {
    match transaction.arguments.as_slice() {
        [_, argument] => *argument == payload || *argument == hex::encode(payload).as_bytes(),
        _ => false,
    }
}

fn remarks(transaction: &Transaction, orderers: &[Identity]) -> Vec<Remark> {
    let mut remarks = vec![Remark::new("fabric-no-time", &[])];
    if let Some(claimed) = transaction.claimed_time {
        let claimed = claimed.to_string();
        remarks.push(Remark::new("fabric-claimed-time", &[("time", &claimed)]));
    }
    remarks.push(Remark::new(
        "fabric-chaincode",
        &[("name", &transaction.chaincode)],
    ));
    let creator = std::slice::from_ref(&transaction.creator);
    let signers = [
        ("fabric-creator", creator),
        ("fabric-orderer", orderers),
        ("fabric-endorser", &transaction.endorsers),
    ];
    for (code, identities) in signers {
        remarks.extend(identities.iter().map(|identity| signer(code, identity)));
    }
    remarks
}

fn signer(code: &'static str, identity: &Identity) -> Remark {
    let (from, until) = (
        identity.not_before.to_string(),
        identity.not_after.to_string(),
    );
    let params = [
        ("msp", &*identity.msp),
        ("subject", &*identity.subject),
        ("not-before", &*from),
        ("not-after", &*until),
    ];
    Remark::new(code, &params)
}

/// Whether the block is pinned; one that stands in the place of a pinned one contradicts the pin.
fn pinned_block(block: &Block<'_>, pin: &Pin) -> Result<bool, Remark> {
    is_pinned(&pin.blocks, block.number, &block.hash()).map_err(|expected| {
        let params = [("pin", &*pin.name), ("expected", &*expected.hex())];
        Remark::new("fabric-other-block", &params)
    })
}

fn pinned_signers(
    orderers: &[Identity],
    transaction: &Transaction,
    pin: &Pin,
) -> Result<bool, Remark> {
    let certificates: BTreeSet<&[u8]> = orderers
        .iter()
        .filter(|orderer| member(orderer, &pin.orderers).is_some())
        .map(|orderer| &*orderer.certificate)
        .collect();
    enough(
        "fabric-other-orderer",
        certificates.len(),
        pin.signatures,
        pin,
    )?;
    let endorsing: BTreeSet<&str> = transaction
        .endorsers
        .iter()
        .filter_map(|endorser| member(endorser, &pin.peers))
        .collect();
    let needed = pin.endorsements.unwrap_or(pin.peers.len() / 2 + 1);
    enough("fabric-other-endorser", endorsing.len(), needed, pin)?;
    Ok(true)
}

fn enough(code: &'static str, found: usize, needed: usize, pin: &Pin) -> Result<(), Remark> {
    if found >= needed.max(1) {
        return Ok(());
    }
    let (found, needed) = (found.to_string(), needed.to_string());
    let params = [
        ("pin", &*pin.name),
        ("found", &*found),
        ("needed", &*needed),
    ];
    Err(Remark::new(code, &params))
}

/// The pinned organisation that an identity belongs to, by name and certificate.
fn member<'a>(identity: &Identity, organisations: &'a [Organisation]) -> Option<&'a str> {
    let named = organisations.iter().filter(|o| o.msp == identity.msp);
    let mut under = named.filter(|o| {
        o.certificates
            .iter()
            .any(|pinned| identity.is_under(&pinned.0))
    });
    under.next().map(|organisation| &*organisation.msp)
}
