//! A channel of Fabric with keys of its own: it takes calls of a chaincode, endorses them and cuts blocks that are signed as
//! real ones are.

mod certificate;
mod protobuf;

use fidem_anchor::fabric::{FabricError, Message, Transaction};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};

use certificate::Named;
pub(crate) use protobuf::{number, octets};

/// A member of a channel: its key and the certificate that an authority gave it.
struct Member {
    key: SigningKey,
    /// `SerializedIdentity`.
    identity: Vec<u8>,
    /// Its certificate.
    pem: String,
}

impl Member {
    fn of(msp: &str, authority: &Named, seed: u8) -> Self {
        let own = Named::new(&format!("node{seed}.{msp}"), seed);
        let certificate = authority.issues(&own);
        let pem = certificate::pem(&certificate);
        let identity = [octets(1, msp.as_bytes()), octets(2, pem.as_bytes())].concat();
        Self {
            key: own.key,
            identity,
            pem,
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(message);
        signature.normalize_s().to_der().as_bytes().to_vec()
    }
}

/// The channel.
pub struct FabricChannel {
    name: String,
    orderer: Member,
    peer: Member,
    client: Member,
    authorities: [Vec<u8>; 2],
    /// Blocks in order, from 0.
    blocks: Vec<Vec<u8>>,
    previous: Vec<u8>,
    pending: Vec<(String, Vec<u8>)>,
    /// Where each transaction stands.
    places: Vec<(String, usize)>,
    /// The orderer's signature is somebody else's.
    pub forged: bool,
    /// What the peer notes of each transaction: 0 for valid.
    pub verdict: u8,
}

/// `DUPLICATE_TXID` among the codes of validation.
const DUPLICATE: u8 = 9;

/// The envelope of a configuration, with nothing in it but the name.
fn configuration(channel: &str) -> Vec<u8> {
    let channel_header = [number(1, 1), octets(4, channel.as_bytes())].concat();
    octets(1, &octets(1, &octets(1, &channel_header)))
}

fn sha256(message: &[u8]) -> Vec<u8> {
    Sha256::digest(message).to_vec()
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

impl FabricChannel {
    /// A channel with a block 0 that says its name. Keys follow from `seed`.
    #[must_use]
    pub fn new(name: &str, seed: u8) -> Self {
        let orderers = Named::new("ca.orderer.test", seed);
        let peers = Named::new("ca.peer.test", seed.wrapping_add(1));
        let mut channel = Self {
            name: name.to_owned(),
            orderer: Member::of("OrdererMSP", &orderers, seed.wrapping_add(2)),
            peer: Member::of("PeerMSP", &peers, seed.wrapping_add(3)),
            client: Member::of("PeerMSP", &peers, seed.wrapping_add(4)),
            authorities: [orderers.issues(&orderers), peers.issues(&peers)],
            blocks: Vec::new(),
            previous: Vec::new(),
            pending: Vec::new(),
            places: Vec::new(),
            forged: false,
            verdict: 0,
        };
        channel.pending.push((String::new(), configuration(name)));
        channel.cut();
        channel
    }

    /// Certificates of the authorities of orderers and peers, in DER.
    #[must_use]
    pub fn authorities(&self) -> &[Vec<u8>; 2] {
        &self.authorities
    }

    /// How many blocks there are.
    #[must_use]
    pub fn height(&self) -> usize {
        self.blocks.len()
    }

    /// A block as it is.
    #[must_use]
    pub fn block(&self, number: usize) -> Option<&[u8]> {
        self.blocks.get(number).map(Vec::as_slice)
    }

    /// The number of the block in which a transaction stands.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.places
            .iter()
            .find(|(found, _)| found == id)
            .map(|(_, number)| *number)
    }

    /// Takes a call of a chaincode; it waits for the next block. Its identifier follows from the nonce.
    pub fn call(&mut self, chaincode: &str, arguments: &[&[u8]], nonce: &[u8]) -> String {
        let creator = &self.client.identity;
        let id = hexadecimal(&sha256(&[nonce, creator].concat()));
        let time = number(1, 1_796_126_400);
        let channel_header = [
            number(1, 3),
            octets(3, &time),
            octets(4, self.name.as_bytes()),
            octets(5, id.as_bytes()),
        ]
        .concat();
        let signature_header = [octets(1, creator), octets(2, nonce)].concat();
        let input: Vec<u8> = arguments
            .iter()
            .flat_map(|argument| octets(1, argument))
            .collect();
        let called = octets(2, chaincode.as_bytes());
        let spec = [number(1, 1), octets(2, &called), octets(3, &input)].concat();
        let proposal = octets(1, &octets(1, &spec));
        let payload = self.endorsed(&channel_header, &signature_header, &proposal);
        let signature = self.client.sign(&payload);
        let envelope = [octets(1, &payload), octets(2, &signature)].concat();
        self.pending.push((id.clone(), envelope));
        id
    }

    /// The payload of a transaction, endorsed by the peer and not yet signed by its creator.
    fn endorsed(&self, channel_header: &[u8], signature_header: &[u8], proposal: &[u8]) -> Vec<u8> {
        let hashed = sha256(&[channel_header, signature_header, proposal].concat());
        let response = [octets(1, &hashed), octets(2, b"results")].concat();
        let endorsed = [&*response, &*self.peer.identity].concat();
        let signature = self.peer.sign(&endorsed);
        let endorsement = [octets(1, &self.peer.identity), octets(2, &signature)].concat();
        let endorsed = [octets(1, &response), octets(2, &endorsement)].concat();
        let action = [octets(1, proposal), octets(2, &endorsed)].concat();
        let action = [octets(1, signature_header), octets(2, &action)].concat();
        let header = [octets(1, channel_header), octets(2, signature_header)].concat();
        [octets(1, &header), octets(2, &octets(1, &action))].concat()
    }

    /// Endorses what a client proposed (`protos.Proposal`): the payload of a transaction, to be signed by the client.
    ///
    /// # Errors
    /// Why a peer would refuse, in its words.
    pub fn endorse(&self, proposal: &[u8]) -> Result<Vec<u8>, String> {
        let read = || {
            let proposal = Message::parse(proposal)?;
            let header = proposal.message(1)?;
            let channel = header.octets(1)?;
            let fields = Message::parse(channel)?;
            let names = (fields.text(4)?.to_owned(), fields.text(5)?.to_owned());
            Ok((channel, header.octets(2)?, proposal.octets(2)?, names))
        };
        let (channel, signature, payload, (name, id)) =
            read().map_err(|e: FabricError| e.0.to_owned())?;
        if name != self.name {
            return Err(format!("channel '{name}' not found"));
        }
        if self.place(&id).is_some() {
            return Err(format!("duplicate transaction found [{id}]. Creator [..]"));
        }
        Ok(self.endorsed(channel, signature, payload))
    }

    /// Takes in a transaction that its client signed (`common.Envelope`). As orderers do, it takes the same twice; the
    /// second is found invalid.
    ///
    /// # Errors
    /// Why it is none.
    pub fn order(&mut self, envelope: &[u8]) -> Result<String, String> {
        let transaction = Transaction::parse(envelope).map_err(|e| e.0.to_owned())?;
        if transaction.channel != self.name {
            return Err("another channel".to_owned());
        }
        let id = transaction.id;
        self.pending.push((id.clone(), envelope.to_vec()));
        Ok(id)
    }

    /// The client's organisation, certificate as PEM, and secret key.
    #[must_use]
    pub fn client(&self) -> (&'static str, String, [u8; 32]) {
        let key = self.client.key.to_bytes();
        ("PeerMSP", self.client.pem.clone(), key.into())
    }

    /// Cuts a block of what waits.
    pub fn cut(&mut self) {
        let place = self.blocks.len();
        let waiting = std::mem::take(&mut self.pending);
        let data: Vec<u8> = waiting
            .iter()
            .flat_map(|(_, envelope)| envelope.clone())
            .collect();
        let data_hash = sha256(&data);
        let number_octets = u8::try_from(place).expect("a short channel");
        assert!(number_octets < 0x80, "a short channel");
        let ordered = certificate::element(
            0x30,
            &[
                certificate::element(2, &[number_octets]),
                certificate::element(4, &self.previous),
                certificate::element(4, &data_hash),
            ]
            .concat(),
        );
        let header = [
            number(1, number_octets.into()),
            octets(2, &self.previous),
            octets(3, &data_hash),
        ]
        .concat();
        let body: Vec<u8> = waiting
            .iter()
            .flat_map(|(_, envelope)| octets(1, envelope))
            .collect();
        let signed_header = [octets(1, &self.orderer.identity), octets(2, &[7; 24])].concat();
        let value = b"last config";
        let signed = [&value[..], &signed_header, &ordered].concat();
        let signer = if self.forged {
            &self.peer
        } else {
            &self.orderer
        };
        let signature = signer.sign(&signed);
        let signature = [octets(1, &signed_header), octets(2, &signature)].concat();
        let signatures = [octets(1, value), octets(2, &signature)].concat();
        let mut flags = Vec::new();
        for (at, (id, _)) in waiting.iter().enumerate() {
            let mut before = waiting.iter().take(at).map(|(id, _)| id);
            let twice = self.place(id).is_some() || before.any(|earlier| earlier == id);
            flags.push(if twice { DUPLICATE } else { self.verdict });
        }
        let metadata = [octets(1, &signatures), octets(1, &[]), octets(1, &flags)].concat();
        let block = [octets(1, &header), octets(2, &body), octets(3, &metadata)].concat();
        self.places
            .extend(waiting.into_iter().map(|(id, _)| (id, place)));
        self.blocks.push(block);
        self.previous = sha256(&ordered);
    }

    /// The hash of the last header in hexadecimal.
    #[must_use]
    pub fn last_hash(&self) -> String {
        hexadecimal(&self.previous)
    }
}
