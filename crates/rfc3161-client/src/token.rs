//! A token taken apart, before any rule is judged.

use crate::algorithm::SignatureAlgorithm;
use crate::certificate::{Certificate, CertificateSummary};
use crate::cms::{SignedData, SignerInfo};
use crate::error::ParseError;
use crate::oid;
use crate::tst_info::TstInfo;

/// A `TimeStampToken`: a `ContentInfo` with signed data over a `TSTInfo` (RFC 3161 §2.4.2).
///
/// A parsed token is not a verified one: [`crate::verify`] judges.
#[derive(Clone, Debug)]
pub struct Token {
    pub(crate) signed_data: SignedData,
    pub(crate) tst_info: TstInfo,
    pub(crate) content: Vec<u8>,
    pub(crate) trailing: usize,
}

impl Token {
    /// Reads a bare token.
    ///
    /// # Errors
    /// `ParseError` when the bytes are not signed data over a `TSTInfo`, or exceed a budget. Octets that follow the
    /// token are counted, not refused: [`crate::verify`] reports them.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let (signed_data, trailing) = SignedData::parse(bytes)?;
        if signed_data.content_type != oid::TST_INFO {
            return Err(ParseError::WrongType {
                what: "eContentType",
                found: signed_data.content_type,
            });
        }
        let content = signed_data
            .content
            .clone()
            .ok_or(ParseError::Malformed { what: "eContent" })?;
        let tst_info = TstInfo::parse(&content)?;
        Ok(Self {
            signed_data,
            tst_info,
            content,
            trailing,
        })
    }

    /// What the authority states.
    pub fn tst_info(&self) -> &TstInfo {
        &self.tst_info
    }

    /// The certificates that travel with the token, in DER, in the order in which they stand.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.signed_data.certificates
    }

    /// The certificate revocation lists that travel with the token, in DER.
    pub fn revocation_lists(&self) -> &[Vec<u8>] {
        &self.signed_data.lists
    }

    /// The OCSP responses that travel with the token (RFC 5940), in DER.
    pub fn ocsp_responses(&self) -> &[Vec<u8>] {
        &self.signed_data.ocsp_responses
    }

    /// The signer's certificate when it travels with the token: the one that the `SignerInfo` names, no other.
    pub fn signer(&self) -> Option<CertificateSummary> {
        let identifier = &self.signer_info()?.identifier;
        let certificates = self
            .signed_data
            .certificates
            .iter()
            .filter_map(|der| Certificate::parse(der).ok());
        certificates
            .into_iter()
            .find(|certificate| certificate.is_named_by(identifier))
            .map(|found| found.summary())
    }

    /// The algorithms of the digest over the statement and of the signature, by name, or dotted where they are not known
    /// here; none when there is not exactly one signature.
    pub fn algorithms(&self) -> Option<[String; 2]> {
        let signer = self.signer_info()?;
        let digest = &signer.digest_algorithm;
        let digest_name = match digest.digest() {
            Some(known) => known.name().to_owned(),
            None => digest.oid.clone(),
        };
        let signature = SignatureAlgorithm::of_signer(&signer.signature_algorithm, digest);
        let signature_name = signature.map_or_else(|unknown| unknown, |known| known.name());
        Some([digest_name, signature_name])
    }

    /// The only `SignerInfo`; none when there is not exactly one.
    pub(crate) fn signer_info(&self) -> Option<&SignerInfo> {
        match self.signed_data.signers.as_slice() {
            [signer] => Some(signer),
            _ => None,
        }
    }
}
