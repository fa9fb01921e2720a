//! Faults that other verifiers had, each by its advisory: none of them is ours.

mod made;

use made::key::Key;
use made::{
    Recipe, TIME_STAMPING, attribute, basic, der, expect, judge, judge_on, now, purposes, replace,
    revocation_list,
};
use rfc3161_client::Severity::{Failure, Indeterminate, Note};
use rfc3161_client::{
    Anchor, Imprint, Indication, Inputs, ParseError, TimeStampRequest, Token, UnixTime, verify,
};

fn recipe() -> Recipe {
    Recipe::new(Key::P256(3))
}

/// CVE-2025-52556 (rfc3161-client on PyPI before 1.0.3): the chain was checked and the statement under it was not.
#[test]
fn cve_2025_52556_every_octet_of_the_statement_is_signed() {
    let recipe = recipe();
    let (token, anchors, content) = (recipe.token(), recipe.anchors(), recipe.tst_info());
    let start = token
        .windows(content.len())
        .position(|window| window == content)
        .unwrap();
    for position in start..start + content.len() {
        let mut changed = token.clone();
        changed[position] ^= 1;
        let indication = verify(&Inputs::new(&changed, &anchors, now())).indication;
        assert!(
            matches!(indication, Indication::Failed(_)),
            "octet {position}: {indication:?}"
        );
    }
}

/// A token of one authority with the certificate of another slipped into the bag, before and after its own.
fn with_stranger(turn: impl Fn(&mut made::Cert)) -> [Recipe; 2] {
    let honest = recipe();
    let mut stranger = made::Cert {
        subject: "Another Unit",
        serial: 99,
        key: Key::P256(50),
        ..honest.signer.clone()
    };
    turn(&mut stranger);
    let other = Recipe {
        signer: stranger,
        ..honest.clone()
    };
    let injected = other.signer_der();
    [vec![injected.clone()], vec![injected.clone(), injected]].map(|injected| Recipe {
        injected,
        ..honest.clone()
    })
}

/// GHSA-3xxc-pwj6-jgrj (rfc3161-client on PyPI before 1.0.6): the leaf was the certificate that issued nothing.
#[test]
fn ghsa_3xxc_pwj6_jgrj_the_signer_is_the_one_that_sid_names() {
    let honest = judge(&recipe());
    for recipe in with_stranger(|_| {}) {
        assert_eq!(judge(&recipe).signer, honest.signer);
    }
}

/// CVE-2026-39984, GHSA-xm5m-wgh2-rrg3 (sigstore timestamp-authority before 2.0.6): purpose and name were judged on the
/// first certificate that is no authority.
#[test]
fn cve_2026_39984_purpose_is_judged_on_the_signer() {
    for mut recipe in with_stranger(|stranger| {
        replace(&mut stranger.extensions, purposes(true, &[TIME_STAMPING]));
    }) {
        replace(
            &mut recipe.signer.extensions,
            purposes(true, &["1.3.6.1.5.5.7.3.3"]),
        );
        expect(&judge(&recipe), "extended-key-usage-missing", Failure);
    }
}

/// sigstore timestamp-authority #1389, #1416, #1384, #1375: other purposes ignored, an authority as leaf, the chain
/// judged today, weak digests and unlimited issuers accepted.
#[test]
fn sigstore_timestamp_authority_issues() {
    let turned = |turn: fn(&mut Recipe)| {
        let mut recipe = recipe();
        turn(&mut recipe);
        judge(&recipe)
    };
    let other = turned(|recipe| {
        replace(
            &mut recipe.signer.extensions,
            purposes(true, &[TIME_STAMPING, "1.2.3.4.5"]),
        );
    });
    expect(&other, "extended-key-usage-other", Failure);
    let authority = turned(|recipe| replace(&mut recipe.signer.extensions, basic(true, None)));
    expect(&authority, "signer-is-ca", Failure);
    // Expired today and valid at genTime is a note; the other way round is a failure.
    expect(
        &turned(|recipe| recipe.signer.to = "20260701000000Z"),
        "certificate-expired-since",
        Note,
    );
    expect(
        &turned(|recipe| recipe.signer.from = "20260701000000Z"),
        "certificate-not-yet-valid",
        Failure,
    );
    let limited = turned(|recipe| {
        let purpose = purposes(false, &["1.3.6.1.5.5.7.3.1"]);
        recipe.intermediate.extensions.push(purpose);
    });
    expect(&limited, "issuer-purpose", Failure);
}

/// CVE-2025-66564, GHSA-4qg8-fj49-pxjh and #1402: object identifiers and numbers without end cost the verifier, not the
/// sender.
#[test]
fn cve_2025_66564_identifiers_and_numbers_have_budgets() {
    let mut recipe = recipe();
    recipe.policy = Box::leak(format!("1.2{}", ".1".repeat(20_000)).into_boxed_str());
    let refused = Token::parse(&recipe.token()).map(|_| ());
    assert!(
        matches!(refused, Err(ParseError::LimitExceeded { .. })),
        "{refused:?}"
    );
    let request = TimeStampRequest {
        imprint: Imprint::sha256_of(b"evidence"),
        policy: None,
        nonce: Some(vec![0x7f; 20_000]),
        cert_req: true,
    };
    let refused = TimeStampRequest::parse(&request.to_der().unwrap());
    assert!(
        matches!(refused, Err(ParseError::LimitExceeded { .. })),
        "{refused:?}"
    );
}

/// CVE-2024-56138, GHSA-45v3-38pc-874v (notation-go): revocation of the authority was not looked at when stamping.
#[test]
fn cve_2024_56138_revocation_at_hand_counts_and_its_absence_is_said() {
    let honest = recipe();
    expect(&judge(&honest), "revocation-not-checked", Note);
    let root_list = revocation_list(&honest.root, "20260701000000Z", None);
    let revoked = revocation_list(
        &honest.intermediate,
        "20260701000000Z",
        Some((9, "20260515000000Z", Some(1))),
    );
    let embedded = Recipe {
        lists: vec![root_list, revoked],
        ..honest
    };
    assert!(!judge(&embedded).indication.is_passed());
}

/// GHSA-9vcr-p3rj-q5q6, GHSA-wqqc-jjcq-vfxm (sigstore-go): an anchor was used outside its own window.
#[test]
fn ghsa_wqqc_jjcq_vfxm_the_window_of_an_anchor_counts() {
    let recipe = recipe();
    let mut anchors: Vec<Anchor> = recipe.anchors();
    anchors[0].valid_to = UnixTime::from_rfc3339("2026-01-01T00:00:00Z");
    expect(
        &judge_on(&recipe, &anchors, &[]),
        "anchor-outside-window",
        Indeterminate,
    );
}

/// CVE-2025-69420, CVE-2026-22796 (OpenSSL): an attribute's value of another type was taken for the right one.
#[test]
fn cve_2025_69420_an_attribute_has_the_type_it_should_have() {
    for identifier in [
        "1.2.840.113549.1.9.3",
        "1.2.840.113549.1.9.4",
        "1.2.840.113549.1.9.16.2.47",
    ] {
        for value in [
            der::tlv(5, &[]),
            der::tlv(2, &[1]),
            der::tlv(0x30, &[]),
            der::tlv(0x13, b"x"),
        ] {
            let mut recipe = recipe();
            match identifier {
                "1.2.840.113549.1.9.3" => recipe.content_type = None,
                "1.2.840.113549.1.9.4" => recipe.message_digest = Some(Vec::new()),
                _ => recipe.ess_v2 = false,
            }
            recipe.extra_attributes = vec![attribute(identifier, &value)];
            let verification = judge(&recipe);
            let failed = matches!(verification.indication, Indication::Failed(_));
            assert!(
                failed,
                "{identifier} {value:02x?}: {:#?}",
                verification.findings
            );
        }
    }
}

/// CVE-2020-1971 (OpenSSL): comparing the name of the authority with one of another kind.
#[test]
fn cve_2020_1971_names_of_other_kinds_are_compared_safely() {
    let honest = recipe().tst_info();
    let own = der::tlv(0xa0, &der::tlv(0xa4, &der::name("Time-Stamping Unit")));
    assert!(honest.windows(own.len()).any(|window| window == own));
    expect(
        &{
            let mut recipe = recipe();
            recipe.tsa = Some("Another Unit");
            judge(&recipe)
        },
        "tsa-name-mismatch",
        Failure,
    );
}

/// `openssl ts` accepts a SignerInfo of the wrong version; a statement without signed attributes can be one that was
/// signed as attributes.
#[test]
fn openssl_ts_leniences_are_not_ours() {
    let mut wrong = recipe();
    wrong.signer_version = 2;
    expect(&judge(&wrong), "signer-version", Failure);
    let mut bare = recipe();
    bare.no_signed_attributes = true;
    expect(&judge(&bare), "signed-attributes-missing", Failure);
    let mut other = recipe();
    other.imprint = Imprint::sha256_of(b"other");
    expect(&judge(&other), "imprint-mismatch", Failure);
}
