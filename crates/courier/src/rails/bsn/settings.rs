//! How one application of BSN is reached.

use fidem_anchor::fabric::Pin;
use serde::Deserialize;

use crate::secret::Secret;

/// What the office keeps of an application, in its encrypted casebook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address of the gateway, without a path.
    pub url: String,
    /// The user at BSN.
    pub user_code: String,
    /// The application.
    pub app_code: String,
    /// The channel of the application.
    pub channel: String,
    /// The chaincode.
    pub chaincode: String,
    /// The function that takes 64 hexadecimal digits as its one argument.
    pub function: String,
    /// The user of the channel, empty for the one that every application has.
    #[serde(default)]
    pub user_name: String,
    /// With what both sides sign.
    pub algorithm: Algorithm,
    /// The office's key: PKCS #8 as PEM, or 64 hexadecimal digits.
    pub key: Secret,
    /// The gateway's public key as PEM.
    pub gateway_key: String,
    /// Pins that evidence has to meet before it is called final.
    #[serde(default)]
    pub pins: Vec<Pin>,
}

/// With what messages are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    R1,
    /// ECDSA on secp256k1 with SHA-256.
    K1,
    /// SM2 over the SM3 digest of the message, which is hashed once more.
    Sm2,
}
