//! The strict verifier against our authorities and against every lie. The two share no code: one
//! writes DER with a library, the other reads it with its own reader.

use std::time::Duration;

use fidem_courier::{Courier, CourierOptions};
use fidem_testkit::{
    FrozenClock, Imprint, Lie, LyingAuthority, openssl_tsa, request, two_authorities,
};
use rfc3161_client::{
    Anchor, Inputs, TimeStampRequest, UnixTime, Verification, certificates_from_pem,
    verify_response,
};

const DIGEST: [u8; 32] = [0x5a; 32];

fn judged(url: &str, imprint: Imprint, roots_pem: &str, now: i64) -> Option<Verification> {
    let options = CourierOptions {
        total_timeout: Duration::from_secs(2),
        ..CourierOptions::default()
    };
    let query = request(imprint, &DIGEST, 9);
    let reply = Courier::new(&options)
        .expect("a courier")
        .timestamp(url, &query)
        .outcome
        .ok()?;
    let roots = certificates_from_pem(roots_pem.as_bytes()).expect("PEM");
    let anchors: Vec<Anchor> = roots.into_iter().map(Anchor::of).collect();
    let query = TimeStampRequest::parse(&query).expect("a request");
    Some(verify_response(
        &reply,
        &query,
        &Inputs::new(&[], &anchors, UnixTime(now)),
    ))
}

#[test]
fn honest_authorities_pass() {
    let clock = FrozenClock::noon();
    let both = two_authorities(&clock).expect("authorities");
    let roots = std::fs::read_to_string(both.roots()).expect("a file");
    for url in both.urls() {
        for imprint in [Imprint::Sha256, Imprint::Sm3] {
            clock.advance(Duration::from_millis(250));
            let verdict = judged(&url, imprint, &roots, clock.seconds()).expect("a reply");
            assert!(verdict.indication.is_passed(), "{imprint:?} {verdict:#?}");
        }
    }
}

#[test]
fn openssl_passes() {
    let Some(authority) = openssl_tsa().expect("a working openssl") else {
        eprintln!("skipped: the program openssl is not installed");
        return;
    };
    let now = std::time::UNIX_EPOCH
        .elapsed()
        .expect("after 1970")
        .as_secs();
    let now = i64::try_from(now).expect("small") + 60;
    let verdict = judged(&authority.url(), Imprint::Sha256, authority.root_pem(), now);
    let verdict = verdict.expect("a reply");
    assert!(verdict.indication.is_passed(), "{verdict:#?}");
}

#[test]
fn every_lie_has_its_finding() {
    let clock = FrozenClock::noon();
    for lie in Lie::ALL.into_iter().filter(|lie| !lie.is_of_transport()) {
        let code = match lie {
            Lie::WrongNonce => "nonce-mismatch",
            Lie::MissingNonce => "nonce-missing",
            Lie::WrongImprint => "request-imprint-mismatch",
            Lie::Rejected => "response-refused",
            Lie::TwoSigners => "signer-count",
            Lie::NonCriticalUsage => "extended-key-usage-not-critical",
            Lie::MissingUsage => "extended-key-usage-missing",
            Lie::LeafIsCa => "signer-is-ca",
            Lie::ExpiredLeaf => "certificate-expired",
            Lie::BrokenSignature => "signature-invalid",
            Lie::OtherRoot => "path-not-found",
            Lie::Truncated | Lie::Garbage | Lie::Empty => "response-malformed",
            // a time in the past, within the certificate's validity, is what any old token has:
            // only whoever asked can tell that it is not now
            Lie::WrongTime => "revocation-not-checked",
            other => panic!("{other:?} is not of tokens"),
        };
        let liar = LyingAuthority::start(lie, &clock).expect("a liar");
        let verdict = judged(
            &liar.url(),
            Imprint::Sha256,
            liar.root_pem(),
            clock.seconds(),
        )
        .expect("a reply");
        assert!(
            verdict.finding(code).is_some(),
            "{lie:?}: no {code} in {verdict:#?}"
        );
        let passes = lie == Lie::WrongTime;
        assert_eq!(
            verdict.indication.is_passed(),
            passes,
            "{lie:?} {verdict:#?}"
        );
    }
}
