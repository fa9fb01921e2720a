//! What an authority issues, judged by our own verifier, for every kind of key.

use fidem_authority::{Authority, AuthorityOptions, EntropyUnavailable, KeyKind, parts};
use rfc3161_client::{
    Anchor, Indication, Inputs, SubIndication, TimeStampRequest, UnixTime, Verification,
    verify_response,
};

/// 2026-11-22T12:00:00Z.
const NOW: i64 = 1_795_348_800;
const DATA: &[u8] = b"evidence";

fn entropy(bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
    getrandom::fill(bytes).map_err(|_| EntropyUnavailable)
}

fn options(key: KeyKind) -> AuthorityOptions {
    AuthorityOptions::demonstration("Example", key, NOW - 60, NOW + 3600)
}

fn request() -> TimeStampRequest {
    TimeStampRequest {
        imprint: rfc3161_client::Imprint::sha256_of(DATA),
        policy: None,
        nonce: Some(vec![7]),
        cert_req: true,
    }
}

fn reply(authority: &Authority) -> Vec<u8> {
    authority.reply(&request().to_der().expect("a request"), NOW * 1000)
}

/// Judged on the authority's root, with its revocation list.
fn judge(authority: &Authority, reply: &[u8]) -> Verification {
    let anchors = [Anchor::of(authority.root_der().to_vec())];
    let lists = [authority.crl_der(NOW, NOW + 60).expect("a list")];
    let mut inputs = Inputs::new(&[], &anchors, UnixTime(NOW + 1));
    inputs.crls = &lists;
    verify_response(reply, &request(), &inputs)
}

#[test]
fn tokens_of_every_kind_of_key_pass_until_their_signature_changes() {
    for key in KeyKind::ALL {
        let authority = Authority::new(&options(key), &mut entropy).expect("an authority");
        let mut reply = reply(&authority);
        let verification = judge(&authority, &reply);
        assert_eq!(
            verification.indication,
            Indication::Passed,
            "{key:?} {:#?}",
            verification.findings
        );
        assert_eq!(verification.chain.len(), 2, "{key:?}");
        hand_out(&authority, &reply, key);

        // The signature ends the reply.
        *reply.last_mut().expect("a reply") ^= 1;
        let verification = judge(&authority, &reply);
        assert_eq!(
            verification.indication,
            Indication::Failed(SubIndication::SigCryptoFailure),
            "{key:?}"
        );
    }
}

#[test]
fn the_entropy_decides_the_tokens_of_every_kind() {
    for key in KeyKind::ALL {
        let told = |seed: u8| {
            let mut fixed = |bytes: &mut [u8]| {
                bytes.fill(seed);
                Ok(())
            };
            reply(&Authority::new(&options(key), &mut fixed).expect("an authority"))
        };
        assert_eq!(told(1), told(1), "{key:?}");
        assert_ne!(told(1), told(2), "{key:?}");
    }
}

#[test]
fn an_empty_identity_is_named_and_never_accepted() {
    let sm2 = options(KeyKind::Sm2);
    let authority = parts::authority_with_empty_identity(&sm2, &mut entropy).expect("an authority");
    let verification = judge(&authority, &reply(&authority));
    assert!(verification.finding("sm2-empty-identity").is_some());
    assert_eq!(
        verification.indication,
        Indication::Failed(SubIndication::SigCryptoFailure)
    );
    let other = options(KeyKind::P256);
    assert!(parts::authority_with_empty_identity(&other, &mut entropy).is_err());
}

/// For other software to judge (interop/), where its folder is named.
fn hand_out(authority: &Authority, reply: &[u8], key: KeyKind) {
    let Some(folder) = std::env::var_os("FIDEM_INTEROP") else {
        return;
    };
    let folder = std::path::Path::new(&folder).join("tokens");
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |ending: &str, octets: &[u8]| {
        let file = folder.join(format!("authority-{key:?}.{ending}"));
        std::fs::write(file, octets).expect("written");
    };
    write("tsr", reply);
    write("data", DATA);
    write("cert.der", authority.leaf_der());
}
