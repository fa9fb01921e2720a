//! What is withheld (the browser's log, the session keys) is encrypted from its first octet: C2SP age, one key pair for
//! each capture. Encrypting needs the public half only, so a stolen folder of an interrupted capture opens nothing.

use std::io::{self, Read, Write};
use std::str::FromStr;

use age::secrecy::ExposeSecret;

/// The key pair of one capture.
#[derive(Clone)]
pub struct Keys {
    /// `AGE-SECRET-KEY-1…`: opens what was encrypted. Lives in the encrypted casebook only.
    pub secret: String,
    /// `age1…`: encrypts.
    pub public: String,
}

/// Why something could not be encrypted or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WithheldError {
    /// Not a key of this format.
    #[error("no age key: {reason}")]
    Key {
        /// What the reader of keys said.
        reason: String,
    },
    /// The head of the stream could not be written.
    #[error("cannot be written: {reason}")]
    Write {
        /// What the file refused.
        reason: String,
    },
    /// Not readable with this key, or altered.
    #[error("cannot be opened: {reason}")]
    Open {
        /// What decryption said.
        reason: String,
    },
}

impl Keys {
    /// A fresh pair, from the system's secure source.
    #[must_use]
    pub fn generate() -> Self {
        let identity = age::x25519::Identity::generate();
        Self {
            public: identity.to_public().to_string(),
            secret: identity.to_string().expose_secret().to_owned(),
        }
    }
}

impl Keys {
    /// The public half of a secret one.
    ///
    /// # Errors
    /// [`WithheldError::Key`].
    pub fn public_of(secret: &str) -> Result<String, WithheldError> {
        let identity = age::x25519::Identity::from_str(secret);
        identity
            .map(|i| i.to_public().to_string())
            .map_err(|reason| WithheldError::Key {
                reason: reason.to_owned(),
            })
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// A stream that encrypts. What was written reaches `out` in pieces of 64 KiB; a crash loses at most the last piece.
pub struct Withheld<W: Write> {
    stream: age::stream::StreamWriter<W>,
}

impl<W: Write> Withheld<W> {
    /// Begins a stream to the holder of `public`'s other half.
    ///
    /// # Errors
    /// [`WithheldError::Key`], [`WithheldError::Write`].
    pub fn begin(public: &str, out: W) -> Result<Self, WithheldError> {
        let key = |reason: &str| WithheldError::Key {
            reason: reason.to_owned(),
        };
        let recipient = age::x25519::Recipient::from_str(public).map_err(key)?;
        let recipients = std::iter::once(&recipient as &dyn age::Recipient);
        let encryptor =
            age::Encryptor::with_recipients(recipients).map_err(|e| key(&e.to_string()))?;
        let stream = encryptor.wrap_output(out);
        let stream = stream.map_err(|e| WithheldError::Write {
            reason: e.to_string(),
        })?;
        Ok(Self { stream })
    }

    /// Writes the last piece; without it the stream reads as cut off.
    ///
    /// # Errors
    /// What the file refused.
    pub fn finish(self) -> io::Result<W> {
        self.stream.finish()
    }
}

impl<W: Write> Write for Withheld<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Where a log goes that must end in order: without its end a reader takes it for cut off.
pub trait Sink: Write + Send {
    /// Writes what is left, durably.
    ///
    /// # Errors
    /// What the file refused.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl Sink for Withheld<std::fs::File> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        Withheld::finish(*self)?.sync_all()
    }
}

/// Nothing is kept.
impl Sink for io::Sink {
    fn finish(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

/// Opens a stream; reading fails where it was altered or cut, after handing out what stands before.
///
/// # Errors
/// [`WithheldError::Key`], [`WithheldError::Open`].
pub fn open_withheld<R: Read>(secret: &str, sealed: R) -> Result<impl Read, WithheldError> {
    let open = |reason: String| WithheldError::Open { reason };
    let identity =
        age::x25519::Identity::from_str(secret).map_err(|reason| WithheldError::Key {
            reason: reason.to_owned(),
        })?;
    let decryptor = age::Decryptor::new(sealed).map_err(|e| open(e.to_string()))?;
    decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(|e| open(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(keys: &Keys, text: &[u8]) -> Vec<u8> {
        let mut stream = Withheld::begin(&keys.public, Vec::new()).unwrap();
        stream.write_all(text).unwrap();
        stream.finish().unwrap()
    }

    #[test]
    fn opens_with_its_key_and_no_other() {
        let (keys, other) = (Keys::generate(), Keys::generate());
        let bytes = sealed(&keys, b"session=planted");
        assert!(!bytes.windows(7).any(|w| w == b"planted"));
        let mut text = Vec::new();
        let mut stream = open_withheld(&keys.secret, bytes.as_slice()).unwrap();
        stream.read_to_end(&mut text).unwrap();
        assert_eq!(text, b"session=planted");
        assert!(open_withheld(&other.secret, bytes.as_slice()).is_err());
    }

    #[test]
    fn a_cut_stream_opens_up_to_its_last_whole_piece() {
        let keys = Keys::generate();
        let text: Vec<u8> = (0..200_000u32).map(|i| (i % 251) as u8).collect();
        let mut bytes = sealed(&keys, &text);
        bytes.truncate(bytes.len() - 100);
        let mut got = Vec::new();
        let mut stream = open_withheld(&keys.secret, bytes.as_slice()).unwrap();
        assert!(stream.read_to_end(&mut got).is_err());
        assert!(got.len() >= 131_072 && text.starts_with(&got));
    }

    #[test]
    fn every_flipped_octet_is_found() {
        let keys = Keys::generate();
        let bytes = sealed(&keys, &[7; 3000]);
        for place in (0..bytes.len()).step_by(7) {
            let mut bent = bytes.clone();
            bent[place] ^= 1;
            let mut text = Vec::new();
            let opened = open_withheld(&keys.secret, bent.as_slice())
                .map_err(|e| io::Error::other(e.to_string()))
                .and_then(|mut s| s.read_to_end(&mut text));
            assert!(opened.is_err(), "octet {place}");
        }
    }
}
