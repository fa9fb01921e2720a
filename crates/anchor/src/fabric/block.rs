//! A block of a channel: its header, what it holds, and whose signatures it carries.

use fidem_fingerprint::sha256;

use super::FabricError;
use super::identity::Identity;
use super::protobuf::Message;

/// Where the signatures of the orderers stand among the metadata.
const SIGNATURES: usize = 0;
/// Where the peer that handed the block out notes which transactions it found valid.
const FLAGS: usize = 2;
/// Signatures of orderers on one block.
const MOST_SIGNATURES: usize = 256;

/// A block whose contents have the hash that its header names.
#[derive(Debug, Clone)]
pub struct Block<'a> {
    /// Its number, from 0.
    pub number: u64,
    /// The hash of the header before.
    pub previous: &'a [u8],
    /// SHA-256 over its contents.
    pub data_hash: &'a [u8],
    /// Its contents: envelopes, in order.
    pub data: Vec<&'a [u8]>,
    metadata: Vec<&'a [u8]>,
}

impl<'a> Block<'a> {
    /// Reads a block (`common.Block`).
    ///
    /// # Errors
    /// [`FabricError`]; also where the contents have another hash than the header says.
    pub fn parse(octets: &'a [u8]) -> Result<Self, FabricError> {
        let block = Message::parse(octets)?;
        let header = block.message(1)?;
        let data = block.message(2)?.all(1)?;
        let data_hash = header.octets(3)?;
        if sha256(&data.concat()) != *data_hash {
            return Err(FabricError("the contents have another hash"));
        }
        Ok(Self {
            number: header.number(1)?,
            previous: header.octets(2)?,
            data_hash,
            data,
            metadata: block.message(3)?.all(1)?,
        })
    }

    /// The header as hashes and signatures are taken over it: ASN.1 in DER.
    fn header(&self) -> Vec<u8> {
        let number = self.number.to_be_bytes();
        let zeros = number
            .iter()
            .take_while(|octet| **octet == 0)
            .count()
            .min(7);
        let mut number = number.get(zeros..).unwrap_or_default().to_vec();
        // Positive numbers have a leading bit of zero.
        if number.first().is_some_and(|octet| *octet >= 0x80) {
            number.insert(0, 0);
        }
        let parts = [
            element(0x02, &number),
            element(0x04, self.previous),
            element(0x04, self.data_hash),
        ];
        element(0x30, &parts.concat())
    }

    /// Its hash, which the next header names.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.header())
    }

    /// The orderers whose signatures hold. Signatures in the form of SmartBFT, which names signers by numbers, are passed
    /// over.
    ///
    /// # Errors
    /// [`FabricError`] where the signatures cannot be read.
    pub fn orderers(&self) -> Result<Vec<Identity>, FabricError> {
        let Some(metadata) = self.metadata.get(SIGNATURES) else {
            return Ok(Vec::new());
        };
        let metadata = Message::parse(metadata)?;
        let (value, signatures) = (metadata.octets(1)?, metadata.all(2)?);
        if signatures.len() > MOST_SIGNATURES {
            return Err(FabricError("too many signatures"));
        }
        let header = self.header();
        let mut orderers = Vec::new();
        for signature in signatures {
            let signature = Message::parse(signature)?;
            let signed_header = signature.octets(1)?;
            if signed_header.is_empty() {
                continue;
            }
            let creator = Message::parse(signed_header)?.octets(1)?;
            let orderer = Identity::parse(creator)?;
            let signed = [value, signed_header, &header].concat();
            if orderer.signed(&signed, signature.octets(2)?) {
                orderers.push(orderer);
            }
        }
        Ok(orderers)
    }

    /// What a peer noted of a transaction: 0 for valid. No signature covers it.
    #[must_use]
    pub fn flag(&self, index: usize) -> Option<u8> {
        self.metadata.get(FLAGS)?.get(index).copied()
    }
}

/// An element of DER.
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut octets = vec![tag];
    let length = contents.len().to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    match length.get(zeros..).unwrap_or_default() {
        [] => octets.push(0),
        [short @ ..=0x7f] => octets.push(*short),
        long => {
            octets.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            octets.extend(long);
        }
    }
    octets.extend(contents);
    octets
}
