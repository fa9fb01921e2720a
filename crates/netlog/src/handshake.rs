//! The server's signature over a recorded handshake, checked offline.
//!
//! What a valid one proves: the holder of the private key of that certificate took part in this very handshake, with
//! the random octets of this browser in it. What it does not prove: anything of the content exchanged afterwards. The
//! keys of a TLS session are known to both sides, so that whoever recorded it could have written any content; and the
//! certificate itself must be judged separately.

mod message;
mod signature;

use sha2::{Digest as _, Sha256, Sha384};

use crate::connection::{Direction, Message, Tls};
use message::{ServerHello, ServerKeyExchange, kind};
use signature::Outcome;

/// What the check of a handshake gave. It is about the key's holder having taken part in the handshake and says nothing
/// of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// The signature is valid: the holder of the certificate's key took part.
    Verified {
        /// Number of the signature scheme (RFC 8446 §4.2.3).
        scheme: u16,
        /// SHA-256 of the server's certificate.
        certificate_sha256: [u8; 32],
    },
    /// An earlier session was resumed: nothing is signed in this handshake. The connection on which that session began
    /// has the signature.
    Resumed,
    /// The key exchange needs no signature: RSA key transport of TLS 1.2 (RFC 5246 §7.4.7.1).
    Unsigned,
    /// The version, scheme or key is none of those that can be checked here.
    Unsupported {
        /// Number of the signature scheme; zero where it is not the scheme.
        scheme: u16,
    },
    /// The signature is not valid for what was recorded.
    Invalid {
        /// Number of the signature scheme.
        scheme: u16,
    },
    /// Messages are missing or malformed: the log begins or ends inside the handshake, or the ClientHello that counts
    /// was sent encrypted and is not in the log.
    Incomplete,
}

/// Checks the server's signature of a handshake: `CertificateVerify` of TLS 1.3 (RFC 8446 §4.4.3) or
/// `ServerKeyExchange` of TLS 1.2 (RFC 5246 §7.4.3, RFC 8422 §5.4).
#[must_use]
pub fn check(tls: &Tls) -> Handshake {
    judge(tls).unwrap_or(Handshake::Incomplete)
}

/// None where something is missing.
fn judge(tls: &Tls) -> Option<Handshake> {
    let hello = server_hello(&tls.messages)?;
    match hello.version {
        message::TLS_1_3 => judge_1_3(tls, &hello),
        message::TLS_1_2 => judge_1_2(tls, &hello),
        _ => Some(Handshake::Unsupported { scheme: 0 }),
    }
}

/// The hello that is no request to try again.
fn server_hello(messages: &[Message]) -> Option<ServerHello<'_>> {
    let received = messages
        .iter()
        .filter(|message| is(message, Direction::Received, kind::SERVER_HELLO));
    let mut hellos = received.map(|message| ServerHello::parse(&message.bytes));
    hellos
        .next_back()
        .flatten()
        .filter(|hello| !hello.is_retry())
}

fn is(message: &Message, direction: Direction, kind: u8) -> bool {
    message.direction == direction && message.bytes.first() == Some(&kind)
}

/// The first received message of that kind.
fn received(messages: &[Message], kind: u8) -> Option<&Message> {
    messages
        .iter()
        .find(|message| is(message, Direction::Received, kind))
}

fn judge_1_3(tls: &Tls, hello: &ServerHello<'_>) -> Option<Handshake> {
    if hello.resumes {
        return Some(Handshake::Resumed);
    }
    let signed = received(&tls.messages, kind::CERTIFICATE_VERIFY)?;
    let (scheme, signature) = message::certificate_verify(&signed.bytes)?;
    let certificate = leaf(tls)?;
    let inner = tls.messages.iter().any(|message| message.inner);
    let mut last = None;
    // With an encrypted hello both are recorded, and the server took one of them.
    for use_inner in [false, true].into_iter().take(if inner { 2 } else { 1 }) {
        let content = content_1_3(&transcript_hash(&tls.messages, hello, use_inner)?);
        let outcome = signature::verify_1_3(certificate, scheme, &content, signature);
        last = Some(verdict(outcome, scheme, certificate));
        if outcome == Outcome::Valid {
            return last;
        }
    }
    last.filter(|verdict| !inner || !matches!(verdict, Handshake::Invalid { .. }))
}

/// RFC 8446 §4.4.3.
fn content_1_3(hash: &[u8]) -> Vec<u8> {
    const CONTEXT: &[u8] = b"TLS 1.3, server CertificateVerify\0";
    [&[0x20; 64], CONTEXT, hash].concat()
}

/// RFC 8446 §4.4.1: everything before `CertificateVerify` in the order of the handshake, with a synthetic message in
/// place of a first ClientHello that the server sent back.
fn transcript_hash(messages: &[Message], hello: &ServerHello<'_>, inner: bool) -> Option<Vec<u8>> {
    let hash = Hash::of_suite(hello.cipher_suite)?;
    let mut transcript = Vec::new();
    for message in messages {
        if is(message, Direction::Received, kind::CERTIFICATE_VERIFY) {
            return Some(hash.digest(&transcript));
        }
        let hellos = is(message, Direction::Sent, kind::CLIENT_HELLO);
        let counts = if hellos { message.inner == inner } else { true };
        if !counts || message.bytes.first() == Some(&kind::NEW_SESSION_TICKET) {
            continue;
        }
        if ServerHello::parse(&message.bytes).is_some_and(|hello| hello.is_retry()) {
            let digest = hash.digest(&transcript);
            let length = u8::try_from(digest.len()).ok()?;
            transcript = [&[kind::MESSAGE_HASH, 0, 0, length], digest.as_slice()].concat();
        }
        transcript.extend_from_slice(&message.bytes);
    }
    None
}

/// Hash of a cipher suite of TLS 1.3 (RFC 8446 §B.4).
#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
}

impl Hash {
    fn of_suite(suite: u16) -> Option<Self> {
        match suite {
            0x1301 | 0x1303 => Some(Self::Sha256),
            0x1302 => Some(Self::Sha384),
            _ => None,
        }
    }

    fn digest(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(octets).to_vec(),
            Self::Sha384 => Sha384::digest(octets).to_vec(),
        }
    }
}

fn judge_1_2(tls: &Tls, hello: &ServerHello<'_>) -> Option<Handshake> {
    let messages = &tls.messages;
    let Some(exchange) = received(messages, kind::SERVER_KEY_EXCHANGE) else {
        let certificate = received(messages, kind::CERTIFICATE).is_some();
        return match certificate {
            false if received(messages, kind::FINISHED).is_some() => Some(Handshake::Resumed),
            true if received(messages, kind::SERVER_HELLO_DONE).is_some() => {
                Some(Handshake::Unsigned)
            }
            _ => None,
        };
    };
    let certificate = leaf(tls)?;
    let client_hello = messages
        .iter()
        .find(|m| is(m, Direction::Sent, kind::CLIENT_HELLO) && !m.inner)?;
    let client_random = message::client_random(&client_hello.bytes)?;
    let Some(exchange) = ServerKeyExchange::parse(&exchange.bytes) else {
        return Some(Handshake::Unsupported { scheme: 0 });
    };
    let content = [client_random, hello.random, exchange.parameters].concat();
    let scheme = exchange.scheme;
    let outcome = signature::verify_1_2(certificate, scheme, &content, exchange.signature);
    Some(verdict(outcome, scheme, certificate))
}

/// The server's certificate: of the message itself, or, where that is compressed (RFC 8879), of the chain the browser
/// unpacked it into.
fn leaf(tls: &Tls) -> Option<&[u8]> {
    match received(&tls.messages, kind::CERTIFICATE) {
        Some(certificate) => {
            let hello = server_hello(&tls.messages)?;
            message::leaf(&certificate.bytes, hello.version == message::TLS_1_3)
        }
        None => tls.certificates.first().map(Vec::as_slice),
    }
}

fn verdict(outcome: Outcome, scheme: u16, certificate: &[u8]) -> Handshake {
    match outcome {
        Outcome::Valid => Handshake::Verified {
            scheme,
            certificate_sha256: Sha256::digest(certificate).into(),
        },
        Outcome::Invalid => Handshake::Invalid { scheme },
        Outcome::Unsupported => Handshake::Unsupported { scheme },
    }
}
