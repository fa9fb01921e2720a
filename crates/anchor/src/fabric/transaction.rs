//! A transaction of an endorser: what was asked of which chaincode, by whom, and who endorsed it.

use fidem_fingerprint::{hex, sha256};

use super::FabricError;
use super::identity::Identity;
use super::protobuf::Message;

/// `ENDORSER_TRANSACTION` among the types of `common.HeaderType`.
const ENDORSER_TRANSACTION: u64 = 3;
/// Endorsements of one transaction.
const MOST_ENDORSEMENTS: usize = 256;

/// A transaction whose creator signed it and whose identifier is its own.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// The channel that it names.
    pub channel: String,
    /// Its identifier: SHA-256 of nonce and creator in hexadecimal.
    pub id: String,
    /// The chaincode.
    pub chaincode: String,
    /// What the chaincode was given: the name of a function, then its arguments.
    pub arguments: Vec<Vec<u8>>,
    /// Who signed it.
    pub creator: Identity,
    /// Who endorsed it, of those whose signatures hold over this very proposal.
    pub endorsers: Vec<Identity>,
    /// Seconds since 1970 as the creator claims; nobody has to agree.
    pub claimed_time: Option<u64>,
}

impl Transaction {
    /// Reads an envelope of a block.
    ///
    /// # Errors
    /// [`FabricError`]; also where the creator did not sign it, its identifier is another's, or what was endorsed is
    /// another proposal.
    pub fn parse(envelope: &[u8]) -> Result<Self, FabricError> {
        let envelope = Message::parse(envelope)?;
        let payload = envelope.octets(1)?;
        let message = Message::parse(payload)?;
        let header = message.message(1)?;
        let (channel_header, signature_header) = (header.octets(1)?, header.octets(2)?);
        let channel = Message::parse(channel_header)?;
        if channel.number(1)? != ENDORSER_TRANSACTION {
            return Err(FabricError("no transaction of an endorser"));
        }
        let signature = Message::parse(signature_header)?;
        let creator = Identity::parse(signature.octets(1)?)?;
        let id = hex::encode(&sha256(
            &[signature.octets(2)?, signature.octets(1)?].concat(),
        ));
        if channel.text(5)? != id {
            return Err(FabricError("its identifier is another's"));
        }
        let action = Action::parse(message.octets(2)?)?;
        let proposal = [channel_header, signature_header, action.proposal].concat();
        if Message::parse(action.response)?.octets(1)? != sha256(&proposal) {
            return Err(FabricError("what was endorsed is another proposal"));
        }
        let (chaincode, arguments) = invoked(action.proposal)?;
        if !creator.signed(payload, envelope.octets(2)?) {
            return Err(FabricError("its creator did not sign it"));
        }
        Ok(Self {
            channel: channel.text(4)?.to_owned(),
            id,
            chaincode,
            arguments,
            creator,
            endorsers: action.endorsers()?,
            claimed_time: channel.message(3)?.number(1).ok().filter(|time| *time > 0),
        })
    }
}

/// The identifier that an envelope claims, of which nothing is checked: to find one among many.
#[must_use]
pub fn claimed_id(envelope: &[u8]) -> Option<&str> {
    let payload = Message::parse(envelope).ok()?.message(1).ok()?;
    let channel = payload.message(1).ok()?.message(1).ok()?;
    channel.text(5).ok()
}

/// The one action of a transaction.
struct Action<'a> {
    /// `ChaincodeProposalPayload`.
    proposal: &'a [u8],
    /// `ProposalResponsePayload`.
    response: &'a [u8],
    endorsements: Vec<&'a [u8]>,
}

impl<'a> Action<'a> {
    fn parse(transaction: &'a [u8]) -> Result<Self, FabricError> {
        let action = Message::parse(transaction)?.message(1)?.message(2)?;
        let endorsed = action.message(2)?;
        Ok(Self {
            proposal: action.octets(1)?,
            response: endorsed.octets(1)?,
            endorsements: endorsed.all(2)?,
        })
    }

    fn endorsers(&self) -> Result<Vec<Identity>, FabricError> {
        if self.endorsements.len() > MOST_ENDORSEMENTS {
            return Err(FabricError("too many endorsements"));
        }
        let mut endorsers = Vec::new();
        for endorsement in &self.endorsements {
            let endorsement = Message::parse(endorsement)?;
            let octets = endorsement.octets(1)?;
            let endorser = Identity::parse(octets)?;
            if endorser.signed(&[self.response, octets].concat(), endorsement.octets(2)?) {
                endorsers.push(endorser);
            }
        }
        Ok(endorsers)
    }
}

/// Name of the chaincode and what it was given.
fn invoked(proposal: &[u8]) -> Result<(String, Vec<Vec<u8>>), FabricError> {
    let invocation = Message::parse(proposal)?.message(1)?;
    let spec = invocation.message(1)?;
    let name = spec.message(2)?.text(2)?.to_owned();
    let arguments = spec.message(3)?.all(1)?;
    Ok((name, arguments.into_iter().map(<[u8]>::to_vec).collect()))
}
