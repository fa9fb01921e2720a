//! Certificates of servers and their keys, made fresh.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, PublicKeyData as _,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use time::OffsetDateTime;

use crate::Alpn;

/// When a certificate is valid (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Unix seconds, included.
    pub not_before: i64,
    /// Unix seconds, included.
    pub not_after: i64,
}

impl Validity {
    /// From 2020 to the end of 2049, so that no clock is needed.
    pub const LONG: Self = Self {
        not_before: 1_577_836_800,
        not_after: 2_524_607_999,
    };
    /// The year 2020: over.
    pub const EXPIRED: Self = Self {
        not_before: 1_577_836_800,
        not_after: 1_609_459_199,
    };
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// It could not be made, such as for a name that is none.
    #[error("a certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A time outside of the years that a certificate can say.
    #[error("a certificate cannot say the time {0}")]
    Time(i64),
    /// TLS does not take it.
    #[error("TLS refuses the certificate: {0}")]
    Tls(#[from] rustls::Error),
}

/// A certificate authority of its own (P-256), for servers whose clients are told to trust it. Its key exists in memory
/// alone.
pub struct Issuer(CertifiedIssuer<'static, KeyPair>);

impl std::fmt::Debug for Issuer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // not the key
        formatter.debug_struct("Issuer").finish_non_exhaustive()
    }
}

impl Issuer {
    /// A root that nobody had before.
    ///
    /// # Errors
    /// [`CredentialError`] when none can be made.
    pub fn throw_away() -> Result<Self, CredentialError> {
        let mut parameters = parameters(&[], Validity::LONG, "Fidem throw-away authority")?;
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)?;
        Ok(Self(issuer))
    }

    /// The root's certificate in DER.
    pub fn certificate(&self) -> &[u8] {
        self.0.der()
    }

    /// A certificate of this authority for these DNS names and addresses.
    ///
    /// # Errors
    /// [`CredentialError`] for names that no certificate holds.
    pub fn issue(&self, names: &[&str]) -> Result<Credential, CredentialError> {
        let mut parameters = parameters(names, Validity::LONG, SUBJECT)?;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = parameters.signed_by(&key, &self.0)?;
        Ok(Credential::of(&certificate, &key))
    }
}

const SUBJECT: &str = "Fidem throw-away certificate";

fn parameters(
    names: &[&str],
    validity: Validity,
    subject: &str,
) -> Result<CertificateParams, CredentialError> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut parameters = CertificateParams::new(names)?;
    parameters.not_before = moment(validity.not_before)?;
    parameters.not_after = moment(validity.not_after)?;
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters
        .distinguished_name
        .push(DnType::CommonName, subject);
    Ok(parameters)
}

/// A server's certificate with its private key (P-256), which exists in memory alone.
pub struct Credential {
    certificate: Vec<u8>,
    key: Vec<u8>,
    public_key_info: Vec<u8>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // not the key
        formatter
            .debug_struct("Credential")
            .field("spki_sha256", &self.spki_sha256())
            .finish_non_exhaustive()
    }
}

impl Credential {
    /// A self-signed certificate for these DNS names and addresses, with a key that nobody had before.
    ///
    /// # Errors
    /// [`CredentialError`] for names and times that no certificate holds.
    pub fn throw_away(names: &[&str], validity: Validity) -> Result<Self, CredentialError> {
        let mut parameters = parameters(names, validity, SUBJECT)?;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let certificate = parameters.self_signed(&key)?;
        Ok(Self::of(&certificate, &key))
    }

    fn of(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            certificate: certificate.der().to_vec(),
            public_key_info: key.subject_public_key_info(),
            key: key.serialize_der(),
        }
    }

    /// The certificate in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// SHA-256 of the SubjectPublicKeyInfo in base64: what `--ignore-certificate-errors-spki-list`
    /// of Chromium takes.
    pub fn spki_sha256(&self) -> String {
        STANDARD.encode(fidem_fingerprint::sha256(&self.public_key_info))
    }

    pub(crate) fn server_config(&self, alpn: Alpn) -> Result<Arc<ServerConfig>, CredentialError> {
        let chain = vec![CertificateDer::from(self.certificate.clone())];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = match alpn {
            Alpn::Http1 => vec![b"http/1.1".to_vec()],
            Alpn::OffersHttp2 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        Ok(Arc::new(config))
    }
}

fn moment(seconds: i64) -> Result<OffsetDateTime, CredentialError> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| CredentialError::Time(seconds))
}
