//! Signatures of recorded handshakes: Chromium's with OpenSSL, recorded, and one made by hand.

mod made;

use ed25519_dalek::{Signer as _, SigningKey};
use fidem_netlog::handshake::{Handshake, check};
use fidem_netlog::{Direction, Message, Tls};
use sha2::{Digest as _, Sha256};

const RECORDED: [(&str, &[u8], u16); 6] = [
    ("P-256", include_bytes!("data/tls13-p256.json"), 0x0403),
    ("P-384", include_bytes!("data/tls13-p384.json"), 0x0503),
    ("RSA", include_bytes!("data/tls13-rsa.json"), 0x0804),
    (
        "HelloRetryRequest",
        include_bytes!("data/tls13-retry.json"),
        0x0403,
    ),
    ("1.2, P-256", include_bytes!("data/tls12-p256.json"), 0x0403),
    ("1.2, RSA", include_bytes!("data/tls12-rsa.json"), 0x0804),
];

fn recorded(log: &[u8]) -> Tls {
    let log = made::read(log).expect("a recorded log");
    log.connections[0].tls.clone().expect("TLS")
}

/// The message that is signed: `CertificateVerify`, or `ServerKeyExchange` of TLS 1.2.
fn signed(tls: &mut Tls) -> &mut Message {
    let signs =
        |m: &&mut Message| m.direction == Direction::Received && matches!(m.bytes[0], 12 | 15);
    tls.messages.iter_mut().find(signs).expect("a signature")
}

#[test]
fn recorded_handshakes_are_verified() {
    for (name, log, expected) in RECORDED {
        let tls = recorded(log);
        let Handshake::Verified {
            scheme,
            certificate_sha256,
        } = check(&tls)
        else {
            panic!("{name}: {:?}", check(&tls));
        };
        assert_eq!(scheme, expected, "{name}");
        assert_eq!(
            Some(scheme),
            tls.signature_scheme,
            "{name}: as the browser says"
        );
        assert_eq!(
            certificate_sha256[..],
            Sha256::digest(&tls.certificates[0])[..],
            "{name}"
        );
    }
}

#[test]
fn one_bit_of_the_signature_makes_it_invalid() {
    for (name, log, scheme) in RECORDED {
        let length = signed(&mut recorded(log)).bytes.len();
        for back in [1, 9, 31] {
            let mut tls = recorded(log);
            signed(&mut tls).bytes[length - back] ^= 0x10;
            assert_eq!(check(&tls), Handshake::Invalid { scheme }, "{name}, {back}");
        }
    }
}

/// Each message before the signature is part of what is signed: in TLS 1.3 to the last octet.
#[test]
fn one_bit_of_the_transcript_makes_it_invalid() {
    for (name, log, scheme) in RECORDED.into_iter().take(4) {
        let whole = recorded(log);
        let before = whole
            .messages
            .iter()
            .take_while(|message| message.bytes[0] != 15);
        for index in 0..before.count() {
            let mut tls = whole.clone();
            // The last octet: in hellos of an extension, in a certificate of its extensions.
            *tls.messages[index].bytes.last_mut().expect("octets") ^= 1;
            assert_eq!(
                check(&tls),
                Handshake::Invalid { scheme },
                "{name}, {index}"
            );
        }
    }
    for (name, log, scheme) in RECORDED.into_iter().skip(4) {
        for (index, octet) in [(0, 20), (1, 20)] {
            let mut tls = recorded(log);
            tls.messages[index].bytes[octet] ^= 1;
            assert_eq!(
                check(&tls),
                Handshake::Invalid { scheme },
                "{name}, {index}"
            );
        }
    }
}

#[test]
fn a_handshake_cut_anywhere_is_incomplete() {
    for (name, log, _) in RECORDED {
        let whole = recorded(log);
        let at = whole
            .messages
            .iter()
            .position(|message| matches!(message.bytes[0], 12 | 15));
        for end in 0..at.expect("a signature") {
            let messages = whole.messages[..end].to_vec();
            let tls = Tls {
                messages,
                ..whole.clone()
            };
            assert_eq!(check(&tls), Handshake::Incomplete, "{name}, {end}");
        }
    }
}

/// Nothing a message may hold makes the check panic.
#[test]
fn malformed_messages_are_no_panic() {
    for (_, log, _) in RECORDED {
        let whole = recorded(log);
        for index in 0..whole.messages.len() {
            let length = whole.messages[index].bytes.len();
            for keep in (0..length).step_by(1 + length / 23) {
                let mut tls = whole.clone();
                tls.messages[index].bytes.truncate(keep);
                let _ = check(&tls);
            }
        }
    }
}

#[test]
fn resumed_sessions_have_no_signature() {
    let logs: [&[u8]; 2] = [
        include_bytes!("data/tls13-resumed.json"),
        include_bytes!("data/tls12-resumed.json"),
    ];
    for log in logs {
        let tls = recorded(log);
        assert!(tls.resumed && !tls.certificates.is_empty());
        assert_eq!(check(&tls), Handshake::Resumed);
    }
}

#[test]
fn schemes_that_are_not_known_are_said() {
    let mut tls = recorded(RECORDED[0].1);
    signed(&mut tls).bytes[4..6].copy_from_slice(&[0x09, 0x05]);
    assert_eq!(check(&tls), Handshake::Unsupported { scheme: 0x0905 });
    // PKCS #1 v1.5 is none of TLS 1.3, and the digest is bound to the curve.
    for (log, scheme) in [(RECORDED[2].1, 0x0401_u16), (RECORDED[0].1, 0x0503)] {
        let mut tls = recorded(log);
        signed(&mut tls).bytes[4..6].copy_from_slice(&scheme.to_be_bytes());
        assert_eq!(check(&tls), Handshake::Invalid { scheme });
    }
}

/// RSA key transport: the certificate and nothing signed.
#[test]
fn key_transport_is_unsigned() {
    let mut tls = recorded(RECORDED[5].1);
    tls.messages.retain(|message| message.bytes[0] != 12);
    assert_eq!(check(&tls), Handshake::Unsigned);
}

fn vector(octets: usize, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("short").to_be_bytes();
    [&length[4 - octets..], content].concat()
}

fn message(direction: Direction, kind: u8, content: &[u8]) -> Message {
    let bytes = [&[kind][..], &vector(3, content)].concat();
    Message {
        direction,
        inner: false,
        at: 0,
        bytes,
    }
}

/// A certificate with that key (RFC 8410); its own signature is of no matter here.
fn certificate(key: &SigningKey) -> Vec<u8> {
    let tlv = |tag: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        let long = vector(2, &content);
        [&[tag, 0x82][..], &long].concat()
    };
    let ed25519 = tlv(0x30, &[&[6, 3, 0x2b, 0x65, 0x70]]);
    let bits = |octets: &[u8]| tlv(3, &[&[0], octets]);
    let info = tlv(0x30, &[&ed25519, &bits(key.verifying_key().as_bytes())]);
    let year = |text: &[u8]| tlv(0x17, &[text]);
    let validity = tlv(0x30, &[&year(b"250101000000Z"), &year(b"350101000000Z")]);
    let name = tlv(0x30, &[]);
    let version = tlv(0xa0, &[&[2, 1, 2]]);
    let tbs = tlv(
        0x30,
        &[
            &version,
            &[2, 1, 1],
            &ed25519,
            &name,
            &validity,
            &name,
            &info,
        ],
    );
    tlv(0x30, &[&tbs, &ed25519, &bits(&[0; 64])])
}

/// Ed25519, which Chromium does not offer, and a certificate sent compressed (RFC 8879).
#[test]
fn ed25519_and_compressed_certificates() {
    let key = SigningKey::from_bytes(&[5; 32]);
    let der = certificate(&key);
    let server = [
        &[3, 3][..],
        &[9; 32],
        &[0, 0x13, 0x01, 0],
        &vector(2, &[0, 43, 0, 2, 3, 4]),
    ]
    .concat();
    let chain = [
        &[0][..],
        &vector(3, &[&vector(3, &der)[..], &[0, 0]].concat()),
    ]
    .concat();
    for certificate in [
        message(Direction::Received, 11, &chain),
        message(Direction::Received, 25, b"packed"),
    ] {
        let mut messages = vec![
            message(Direction::Sent, 1, &[7; 60]),
            message(Direction::Received, 2, &server),
            certificate,
        ];
        let transcript: Vec<u8> = messages.iter().flat_map(|m| m.bytes.clone()).collect();
        let context = b"TLS 1.3, server CertificateVerify\0";
        let content = [&[0x20; 64][..], context, &Sha256::digest(transcript)].concat();
        let signature = key.sign(&content).to_bytes();
        messages.push(message(
            Direction::Received,
            15,
            &[&[8, 7][..], &vector(2, &signature)].concat(),
        ));
        let mut tls = Tls {
            messages,
            certificates: vec![der.clone()],
            ..Tls::default()
        };
        let certificate_sha256 = Sha256::digest(&der).into();
        assert_eq!(
            check(&tls),
            Handshake::Verified {
                scheme: 0x0807,
                certificate_sha256
            }
        );
        // The hello that counts was sent encrypted (RFC 9849): the outer one is another.
        let mut outer = tls.messages[0].clone();
        tls.messages[0].inner = true;
        outer.bytes[10] ^= 1;
        tls.messages.insert(0, outer);
        assert_eq!(
            check(&tls),
            Handshake::Verified {
                scheme: 0x0807,
                certificate_sha256
            }
        );
        tls.messages[1].bytes[20] ^= 1;
        assert_eq!(check(&tls), Handshake::Incomplete);
    }
}
