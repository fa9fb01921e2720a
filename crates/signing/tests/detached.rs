//! Signatures beside a file, judged by `openssl`.

mod common;

use std::process::Command;

use common::pki::{Pki, pki};
use common::{certificate, leave, now};
use fidem_signing::{Detached, Revocation};

fn made(pki: &Pki, content: &[u8], name: &str) -> Detached {
    let key = pki.signer(name);
    Detached::sign(content, &key, now().unix, &Revocation::default()).expect("a signature")
}

fn signed(pki: &Pki, content: &[u8], name: &str) -> Vec<u8> {
    let made = made(pki, content, name);
    made.finish(None, &Revocation::default())
        .expect("a signature")
}

fn openssl(pki: &Pki, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl")
        .current_dir(pki.path())
        .args(arguments)
        .output()
        .expect("openssl is installed");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

#[test]
fn rsa_and_ecdsa_beside_a_file() {
    let pki = pki();
    let content = certificate();
    std::fs::write(pki.path().join("content"), &content).expect("a file");
    std::fs::write(pki.path().join("altered"), &content[1..]).expect("a file");
    for name in ["handler", "approver", "office"] {
        let signature = signed(pki, &content, name);
        leave(&format!("{name}.p7s"), &signature);
        std::fs::write(pki.path().join("p7s"), &signature).expect("a file");
        let verify = |content: &str| {
            let arguments = "cms -verify -binary -inform DER -in p7s -CAfile root.pem -purpose any -out /dev/null -content";
            let arguments: Vec<&str> = arguments.split(' ').chain([content]).collect();
            openssl(pki, &arguments)
        };
        let (valid, said) = verify("content");
        assert!(valid, "{name}: {said}");
        assert!(!verify("altered").0, "{name}");
    }
}

#[test]
fn a_stamped_signature_beside_a_file() {
    let pki = pki();
    let made = made(pki, b"words", "handler");
    let token = pki.stamp(&made.imprint()).expect("a token");
    let stamped = made.finish(Some(&token), &Revocation::default());
    let stamped = stamped.expect("a signature");
    std::fs::write(pki.path().join("stamped.p7s"), &stamped).expect("a file");
    std::fs::write(pki.path().join("words"), b"words").expect("a file");
    let arguments = "cms -verify -binary -inform DER -in stamped.p7s -CAfile root.pem -purpose any -out /dev/null -content words";
    let (valid, said) = openssl(pki, &arguments.split(' ').collect::<Vec<_>>());
    assert!(valid, "{said}");
    // id-aa-timeStampToken
    let attribute = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 14];
    assert!(
        stamped
            .windows(attribute.len())
            .any(|window| window == attribute)
    );
}

/// Tag, whole and content of each element.
fn elements(mut octets: &[u8]) -> Vec<(u8, &[u8], &[u8])> {
    let mut found = Vec::new();
    while let [tag, first, ..] = octets {
        let (header, length) = match first {
            0..=0x7f => (2, usize::from(*first)),
            _ => {
                let count = usize::from(first & 0x7f);
                let digits = &octets[2..2 + count];
                let length = digits
                    .iter()
                    .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
                (2 + count, length)
            }
        };
        found.push((
            *tag,
            &octets[..header + length],
            &octets[header..header + length],
        ));
        octets = &octets[header + length..];
    }
    found
}

#[test]
fn sm2_beside_a_file() {
    let pki = pki();
    let content = certificate();
    std::fs::write(pki.path().join("sm2.content"), &content).expect("a file");
    let signature = signed(pki, &content, "sm2");
    leave("sm2.p7s", &signature);
    leave("sm2.content", &content);
    let content_info = elements(elements(&signature)[0].2);
    // GB/T 35275: 1.2.156.10197.6.1.4.2.2
    assert_eq!(
        content_info[0].2,
        [0x2a, 0x81, 0x1c, 0xcf, 0x55, 6, 1, 4, 2, 2]
    );
    let signed_data = elements(elements(content_info[1].2)[0].2);
    let signer_infos = elements(signed_data[4].2);
    let signer = elements(signer_infos[0].2);
    assert_eq!(signer[3].0, 0xa0);
    let mut attributes = signer[3].1.to_vec();
    attributes[0] = 0x31;
    std::fs::write(pki.path().join("sm2.attributes"), &attributes).expect("a file");
    std::fs::write(pki.path().join("sm2.value"), signer[5].2).expect("a file");
    let (valid, said) = openssl(
        pki,
        &"dgst -sm3 -verify sm2.pub -sigopt distid:1234567812345678 -signature sm2.value sm2.attributes"
            .split(' ')
            .collect::<Vec<_>>(),
    );
    assert!(valid, "{said}");
    let (valid, _) = openssl(
        pki,
        &"dgst -sm3 -verify sm2.pub -sigopt distid:another -signature sm2.value sm2.attributes"
            .split(' ')
            .collect::<Vec<_>>(),
    );
    assert!(!valid, "the identity is part of what is signed");
    pki.openssl("dgst -sm3 -binary -out sm2.digest sm2.content", &[]);
    let digest = pki.read("sm2.digest");
    assert!(attributes.windows(32).any(|window| window == digest));
}
