//! The judgement, step by step: transaction, path, headers, pins, seals.

use std::collections::BTreeSet;

use fidem_fingerprint::hex;

use super::header::Header;
use super::seal::{Consensus, Sealed, majority, quorum};
use super::signature::Address;
use super::transaction::Transaction;
use super::{Pin, Receipt, Validators, network, trie};
use crate::receipt::{Judgement, Payload, Place, Remark, Worth, is_pinned};
use crate::rlp;

/// Headers after the one with the transaction: a majority of the largest set of signers, many times over.
const MOST_SUCCESSORS: usize = 4096;

pub(super) fn judge(receipt: &Receipt, payload: &Payload, pins: &[Pin]) -> Judgement {
    let mut place = Place {
        network: network(receipt.chain_id),
        ..Place::default()
    };
    let shown = shows(receipt, payload, &mut place);
    let chain = match shown {
        Ok(chain) => chain,
        Err(reason) => return Judgement::failed(place, reason),
    };
    match weighed(receipt, &chain, pins) {
        Ok((worth, pins, mut remarks)) => {
            remarks.push(Remark::new("evm-sender", &[("address", &chain.sender)]));
            Judgement {
                worth,
                place,
                remarks,
                pins,
            }
        }
        Err(reason) => Judgement::failed(place, reason),
    }
}

/// The block and those after it, with their hashes.
struct Chain<'a> {
    blocks: Vec<(Header<'a>, [u8; 32])>,
    sender: String,
}

/// That the payload is in the block, and the headers are linked.
fn shows<'a>(
    receipt: &'a Receipt,
    payload: &Payload,
    place: &mut Place,
) -> Result<Chain<'a>, Remark> {
    let transaction = Transaction::parse(&receipt.transaction.0)
        .map_err(|e| Remark::new("evm-transaction", &[("reason", &e.to_string())]))?;
    place.transaction = Some(hex::encode(&transaction.hash));
    if transaction.chain_id != receipt.chain_id {
        let found = transaction.chain_id.to_string();
        return Err(Remark::new("evm-other-chain", &[("found", &found)]));
    }
    if transaction.input != payload {
        return Err(Remark::new("evm-other-payload", &[]));
    }
    let blocks = linked(receipt)?;
    let Some((header, hash)) = blocks.first() else {
        return Err(Remark::new("evm-header", &[("reason", "none")]));
    };
    place.height = Some(header.number);
    place.block = Some(hex::encode(hash));
    place.time = i64::try_from(header.time).ok();
    let key = rlp::number(receipt.index);
    let value = trie::value_at(&header.transactions_root, &key, &receipt.proof)
        .map_err(|e| Remark::new("evm-path", &[("reason", e.0)]))?;
    match value == receipt.transaction.0 {
        true => Ok(Chain {
            sender: hex::encode(&transaction.sender),
            blocks,
        }),
        false => Err(Remark::new(
            "evm-path",
            &[("reason", "another transaction")],
        )),
    }
}

fn linked(receipt: &Receipt) -> Result<Vec<(Header<'_>, [u8; 32])>, Remark> {
    if receipt.successors.len() > MOST_SUCCESSORS {
        return Err(Remark::new("evm-header", &[("reason", "too many")]));
    }
    let mut blocks: Vec<(Header<'_>, [u8; 32])> = Vec::new();
    for octets in std::iter::once(&receipt.header).chain(&receipt.successors) {
        let malformed = |e: rlp::RlpError| Remark::new("evm-header", &[("reason", e.0)]);
        let header = Header::parse(&octets.0).map_err(malformed)?;
        let hash = header.hash(receipt.consensus).map_err(malformed)?;
        if let Some((before, hash)) = blocks.last()
            && (header.parent != *hash || before.number.checked_add(1) != Some(header.number))
        {
            let height = header.number.to_string();
            return Err(Remark::new("evm-link", &[("height", &height)]));
        }
        blocks.push((header, hash));
    }
    Ok(blocks)
}

/// Worth, names of the pins that decided, remarks.
type Weighed = (Worth, Vec<String>, Vec<Remark>);

fn weighed(receipt: &Receipt, chain: &Chain<'_>, pins: &[Pin]) -> Result<Weighed, Remark> {
    let mut deciding = Vec::new();
    let mut remarks = Vec::new();
    for pin in pins.iter().filter(|pin| pin.chain_id == receipt.chain_id) {
        let block = pinned_block(chain, pin)?;
        let sealed = pinned_seals(receipt, chain, pin, &mut remarks)?;
        if block || sealed {
            deciding.push(pin.name.clone());
        }
    }
    if !deciding.is_empty() {
        return Ok((Worth::Canonical, deciding, remarks));
    }
    Ok((unpinned(receipt, chain, &mut remarks), deciding, remarks))
}

/// Whether a block of the receipt is pinned; one that stands in the place of a pinned one contradicts the pin.
fn pinned_block(chain: &Chain<'_>, pin: &Pin) -> Result<bool, Remark> {
    let mut found = false;
    for (header, hash) in &chain.blocks {
        found |= is_pinned(&pin.blocks, header.number, hash).map_err(|expected| {
            let params = [("pin", &*pin.name), ("expected", &*expected.hex())];
            Remark::new("evm-other-block", &params)
        })?;
    }
    Ok(found)
}

fn pinned_seals(
    receipt: &Receipt,
    chain: &Chain<'_>,
    pin: &Pin,
    remarks: &mut Vec<Remark>,
) -> Result<bool, Remark> {
    let Some((header, _)) = chain.blocks.first() else {
        return Ok(false);
    };
    let mut sets = pin.validators.iter().filter(|set| set.seal(header.number));
    let Some(set) = sets.next() else {
        return Ok(false);
    };
    if set.consensus != receipt.consensus {
        return Err(Remark::new("evm-other-consensus", &[("pin", &pin.name)]));
    }
    let addresses: BTreeSet<Address> = set.addresses.iter().map(|address| address.0).collect();
    match set.consensus {
        Consensus::None => Ok(false),
        Consensus::Clique => majority_of(chain, pin, set, &addresses, remarks),
        Consensus::Ibft2 | Consensus::Qbft => quorum_of(receipt, header, pin, &addresses),
    }
}

/// IBFT 2.0, QBFT: two thirds of the pinned validators sealed this very block.
fn quorum_of(
    receipt: &Receipt,
    header: &Header<'_>,
    pin: &Pin,
    pinned: &BTreeSet<Address>,
) -> Result<bool, Remark> {
    let sealers = header.seals(receipt.consensus).map(|sealed| sealed.sealers);
    let theirs = sealers.map_or(0, |sealers| sealers.intersection(pinned).count());
    match !pinned.is_empty() && theirs >= quorum(pinned.len()) {
        true => Ok(true),
        false => Err(unsealed(pin, theirs, quorum(pinned.len()))),
    }
}

/// Clique: this block and those after it carry seals of more than half of the pinned signers. A block by somebody else
/// contradicts the pin; too few blocks are only too few.
fn majority_of(
    chain: &Chain<'_>,
    pin: &Pin,
    set: &Validators,
    pinned: &BTreeSet<Address>,
    remarks: &mut Vec<Remark>,
) -> Result<bool, Remark> {
    let needed = majority(pinned.len());
    let mut seen = BTreeSet::new();
    for (header, _) in chain.blocks.iter().filter(|(h, _)| set.seal(h.number)) {
        let sealers = header.seals(Consensus::Clique).map(|sealed| sealed.sealers);
        let sealer = sealers.and_then(|sealers| sealers.first().copied());
        match sealer.filter(|sealer| pinned.contains(sealer)) {
            Some(sealer) => drop(seen.insert(sealer)),
            None => return Err(unsealed(pin, seen.len(), needed)),
        }
        if seen.len() >= needed {
            return Ok(true);
        }
    }
    let (seals, needed) = (seen.len().to_string(), needed.to_string());
    let params = [
        ("pin", &*pin.name),
        ("seals", &*seals),
        ("needed", &*needed),
    ];
    remarks.push(Remark::new("evm-too-few-blocks", &params));
    Ok(false)
}

fn unsealed(pin: &Pin, seals: usize, needed: usize) -> Remark {
    let (seals, needed) = (seals.to_string(), needed.to_string());
    let params = [
        ("pin", &*pin.name),
        ("seals", &*seals),
        ("needed", &*needed),
    ];
    Remark::new("evm-not-sealed", &params)
}

/// What the seals are worth by themselves: IBFT 2.0 and QBFT name in each header who may seal it.
fn unpinned(receipt: &Receipt, chain: &Chain<'_>, remarks: &mut Vec<Remark>) -> Worth {
    let sealed = chain
        .blocks
        .first()
        .and_then(|(header, _)| header.seals(receipt.consensus));
    let Some(Sealed { sealers, named }) = sealed else {
        remarks.push(Remark::new("evm-no-seals", &[]));
        return Worth::InclusionOnly;
    };
    let list = |set: &BTreeSet<Address>| -> String {
        let all: Vec<String> = set.iter().map(|address| hex::encode(address)).collect();
        all.join(" ")
    };
    remarks.push(Remark::new(
        "evm-sealers",
        &[("addresses", &list(&sealers))],
    ));
    let theirs = sealers.intersection(&named).count();
    match !named.is_empty() && theirs >= quorum(named.len()) {
        true => Worth::QuorumUnpinned,
        false => Worth::InclusionOnly,
    }
}
