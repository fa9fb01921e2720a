//! The office's identity in a channel, and the proposals that it signs.

use std::fmt;

use fidem_anchor::fabric::Identity;
use fidem_fingerprint::{hex, sha256};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

use super::protobuf::{number, octets};
use super::{Settings, setting};
use crate::RailError;
use crate::rails::pem;

/// `ENDORSER_TRANSACTION` among the types of `common.HeaderType`.
const ENDORSER_TRANSACTION: u64 = 3;
/// A language of chaincodes; peers do not look at it.
const LANGUAGE: u64 = 1;

/// A call of a chaincode.
pub(super) struct Call<'a> {
    pub channel: &'a str,
    pub chaincode: &'a str,
    /// The name of a function, then its arguments.
    pub arguments: &'a [&'a [u8]],
    pub nonce: &'a [u8],
    /// Seconds since 1970.
    pub time: Option<u64>,
}

/// Who signs.
pub(super) struct Signer {
    key: SigningKey,
    /// `SerializedIdentity`.
    identity: Vec<u8>,
    /// SHA-256 of the certificate with which the office shows itself in TLS.
    tls: Option<[u8; 32]>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Signer {
    /// # Errors
    /// [`RailError::Setting`] where a key or a certificate cannot be read, or one is not the other's.
    pub fn new(settings: &Settings) -> Result<Self, RailError> {
        let scalar = pem::scalar(settings.key.reveal()).ok_or_else(|| setting("key"))?;
        let key = SigningKey::from_slice(&*scalar).map_err(|_| setting("key"))?;
        let certificate = format!("{}\n", settings.certificate.trim());
        let identity = [
            octets(1, settings.msp_id.as_bytes()),
            octets(2, certificate.as_bytes()),
        ]
        .concat();
        let read = Identity::parse(&identity).map_err(|_| setting("certificate"))?;
        let tls = settings.tls_identity.as_ref().map(|own| {
            let first = own.certificate.split_inclusive("-----END CERTIFICATE-----");
            let der = first.take(1).find_map(pem::decoded);
            der.filter(|der| !der.is_empty())
                .map(|der| sha256(&der))
                .ok_or_else(|| setting("tls_identity"))
        });
        let own = Self {
            key,
            identity,
            tls: tls.transpose()?,
        };
        match read.signed(b"", &own.sign(b"")?) {
            true => Ok(own),
            false => Err(setting("key")),
        }
    }

    /// ECDSA with SHA-256 in DER, `s` the smaller of its two values.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, RailError> {
        let signature: Result<Signature, _> = self.key.try_sign(message);
        let signature = signature.map_err(|_| setting("key"))?;
        Ok(signature.normalize_s().to_der().as_bytes().to_vec())
    }

    /// The transaction's identifier, and the proposal (`protos.Proposal`).
    pub fn proposal(&self, call: &Call<'_>) -> (String, Vec<u8>) {
        let id = hex::encode(&sha256(&[call.nonce, &self.identity].concat()));
        let chaincode = octets(2, call.chaincode.as_bytes());
        let channel_header = [
            number(1, ENDORSER_TRANSACTION),
            call.time
                .map_or(Vec::new(), |time| octets(3, &number(1, time))),
            octets(4, call.channel.as_bytes()),
            octets(5, id.as_bytes()),
            octets(7, &octets(2, &chaincode)),
            self.tls.map_or(Vec::new(), |hash| octets(8, &hash)),
        ]
        .concat();
        let signature_header = [octets(1, &self.identity), octets(2, call.nonce)].concat();
        let header = [octets(1, &channel_header), octets(2, &signature_header)].concat();
        let arguments = call.arguments.iter();
        let input: Vec<u8> = arguments.flat_map(|argument| octets(1, argument)).collect();
        let spec = [
            number(1, LANGUAGE),
            octets(2, &chaincode),
            octets(3, &input),
        ]
        .concat();
        let payload = octets(1, &octets(1, &spec));
        (id, [octets(1, &header), octets(2, &payload)].concat())
    }
}
