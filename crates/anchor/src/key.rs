//! Verifier keys of signed notes: `name+hash+base64`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidem_fingerprint::{hex, sha256};

use crate::NoteError;

/// Signature type of a log's own Ed25519 signature (`c2sp.org/signed-note`).
const LOG: u8 = 0x01;
/// Signature type of a witness's time-stamped Ed25519 signature (`c2sp.org/tlog-cosignature`).
const WITNESS: u8 = 0x04;

/// The public half of a log's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey {
    /// Key name, by convention the log's origin.
    pub name: String,
    /// Ed25519 public key (RFC 8032).
    pub public: [u8; 32],
}

/// The public half of a witness's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    /// Key name.
    pub name: String,
    /// Ed25519 public key (RFC 8032).
    pub public: [u8; 32],
}

macro_rules! key {
    ($name:ident, $kind:expr) => {
        impl $name {
            /// The four octets that name the key in a signature line.
            #[must_use]
            pub fn hash(&self) -> [u8; 4] {
                hash(&self.name, $kind, &self.public)
            }

            /// The line that names the key to others.
            #[must_use]
            pub fn to_line(&self) -> String {
                line(&self.name, $kind, &self.public)
            }

            /// Reads a key line.
            ///
            /// # Errors
            /// [`NoteError::Key`].
            pub fn from_line(text: &str) -> Result<Self, NoteError> {
                let (name, public) = read(text, $kind).ok_or_else(|| NoteError::Key {
                    key: text.to_owned(),
                })?;
                Ok(Self { name, public })
            }
        }
    };
}

key!(LogKey, LOG);
key!(WitnessKey, WITNESS);

fn hash(name: &str, kind: u8, public: &[u8; 32]) -> [u8; 4] {
    let mut text = name.as_bytes().to_vec();
    text.extend([b'\n', kind]);
    text.extend(public);
    let [a, b, c, d, ..] = sha256(&text);
    [a, b, c, d]
}

fn line(name: &str, kind: u8, public: &[u8; 32]) -> String {
    let id = hex::encode(&hash(name, kind, public));
    let typed = [&[kind], public.as_slice()].concat();
    format!("{name}+{id}+{}", STANDARD.encode(typed))
}

fn read(text: &str, kind: u8) -> Option<(String, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let typed = STANDARD.decode(key).ok()?;
    let (found, public) = typed.split_first()?;
    let public: [u8; 32] = public.try_into().ok()?;
    let fits = *found == kind && hex::encode(&hash(name, kind, &public)) == id;
    let named = !name.is_empty() && !name.contains(char::is_whitespace);
    (fits && named).then(|| (name.to_owned(), public))
}
