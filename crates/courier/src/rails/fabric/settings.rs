//! How one channel is reached through a peer.

use fidem_anchor::fabric::Pin;
use serde::Deserialize;

use crate::courier::Tls;
use crate::secret::Secret;

/// What the office keeps of a channel, in its encrypted casebook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address of the peer, without a path: `https://peer.example:7051`.
    pub url: String,
    /// The channel.
    pub channel: String,
    /// The chaincode.
    pub chaincode: String,
    /// The function that takes 64 hexadecimal digits as its one argument.
    pub function: String,
    /// The organisation (membership service provider) of the office's identity.
    pub msp_id: String,
    /// The certificate of that identity as PEM.
    pub certificate: String,
    /// Its key, of P-256: PKCS #8 as PEM, or 64 hexadecimal digits.
    pub key: Secret,
    /// The only roots of TLS that are trusted, as PEM; with none those of the system.
    #[serde(default)]
    pub tls_roots: Option<String>,
    /// With what the office shows itself in TLS, where the peer asks for it.
    #[serde(default)]
    pub tls_identity: Option<TlsIdentity>,
    /// Pins that evidence has to meet before it is called final.
    #[serde(default)]
    pub pins: Vec<Pin>,
}

/// The office in TLS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsIdentity {
    /// Certificates as PEM, its own first.
    pub certificate: String,
    /// The key as PEM.
    pub key: Secret,
}

impl Settings {
    pub(super) fn tls(&self) -> Tls {
        let both = |own: &TlsIdentity| {
            let text = format!("{}\n{}\n", own.certificate.trim(), own.key.reveal().trim());
            Secret::from(text)
        };
        Tls {
            roots: self.tls_roots.clone(),
            identity: self.tls_identity.as_ref().map(both),
        }
    }
}
