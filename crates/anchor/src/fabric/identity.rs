//! Who signs in a channel: a certificate under the name of an organisation.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::FabricError;
use super::protobuf::Message;

/// ecdsa-with-SHA256 (RFC 5758 §3.2).
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";

/// An identity as messages carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name of the organisation (membership service provider).
    pub msp: String,
    /// Its certificate in DER.
    pub certificate: Vec<u8>,
    /// Whom the certificate names.
    pub subject: String,
    /// Seconds since 1970 from which on the certificate is valid.
    pub not_before: i64,
    /// Likewise until when.
    pub not_after: i64,
    key: VerifyingKey,
}

impl Identity {
    /// Reads a `SerializedIdentity`.
    ///
    /// # Errors
    /// [`FabricError`].
    pub fn parse(octets: &[u8]) -> Result<Self, FabricError> {
        let message = Message::parse(octets)?;
        let der = from_pem(message.octets(2)?)?;
        let (key, subject, [not_before, not_after]) = {
            let certificate = read(&der)?;
            let validity = certificate.validity();
            (
                key_of(&certificate)?,
                certificate.subject().to_string(),
                [
                    validity.not_before.timestamp(),
                    validity.not_after.timestamp(),
                ],
            )
        };
        Ok(Self {
            msp: message.text(1)?.to_owned(),
            certificate: der,
            subject,
            not_before,
            not_after,
            key,
        })
    }

    /// Its signature stands over these octets: P-256, SHA-256, DER, and the smaller of the two values of `s`, as Fabric
    /// itself asks.
    #[must_use]
    pub fn signed(&self, octets: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_der(signature) else {
            return false;
        };
        signature.normalize_s() == signature && self.key.verify(octets, &signature).is_ok()
    }

    /// Its certificate is the pinned one, or was issued by it: its name, its signature. Whether it was valid at some time
    /// is not judged, because a block has no time.
    #[must_use]
    pub fn is_under(&self, pinned: &[u8]) -> bool {
        self.certificate == pinned || self.issued_by(pinned).unwrap_or(false)
    }

    fn issued_by(&self, authority: &[u8]) -> Result<bool, FabricError> {
        let (own, authority) = (read(&self.certificate)?, read(authority)?);
        let named = own.issuer().as_raw() == authority.subject().as_raw();
        let algorithm = own.signature_algorithm.algorithm.to_id_string();
        if !named || algorithm != ECDSA_SHA256 {
            return Ok(false);
        }
        let malformed = FabricError("a signature of a certificate");
        let signature = Signature::from_der(&own.signature_value.data).map_err(|_| malformed)?;
        let signed = own.tbs_certificate.as_ref();
        Ok(key_of(&authority)?.verify(signed, &signature).is_ok())
    }
}

fn read(der: &[u8]) -> Result<X509Certificate<'_>, FabricError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(FabricError("a certificate that cannot be read")),
    }
}

fn key_of(certificate: &X509Certificate<'_>) -> Result<VerifyingKey, FabricError> {
    let point = &certificate.public_key().subject_public_key.data;
    VerifyingKey::from_sec1_bytes(point).map_err(|_| FabricError("a key that is none of P-256"))
}

/// The one certificate of a PEM text (RFC 7468).
pub(super) fn from_pem(text: &[u8]) -> Result<Vec<u8>, FabricError> {
    let malformed = FabricError("a certificate that is not PEM");
    let text = std::str::from_utf8(text).map_err(|_| malformed)?.trim();
    let inner = text
        .strip_prefix("-----BEGIN CERTIFICATE-----")
        .and_then(|rest| rest.strip_suffix("-----END CERTIFICATE-----"));
    let inner: String = inner.ok_or(malformed)?.split_ascii_whitespace().collect();
    STANDARD.decode(inner).map_err(|_| malformed)
}
