//! Tokens made here, right ones and one wrong one for each rule.

mod made;

use made::key::Key;
use made::{
    Recipe, TIME_STAMPING, attribute, basic, der, expect, judge, judge_on, key_usage, now,
    ocsp_response, purposes, replace, response, revocation_list,
};
use rfc3161_client::{
    Anchor, DigestAlgorithm, Expected, Imprint, Indication, Inputs, Severity, SubIndication,
    TimeStampRequest, UnixTime, verify, verify_response,
};

/// Turns one knob and says what must come of it: the weight of the outcome, and a finding.
#[track_caller]
fn check(code: &str, severity: Severity, turn: impl FnOnce(&mut Recipe)) {
    let mut recipe = Recipe::new(Key::P256(3));
    turn(&mut recipe);
    expect(&judge(&recipe), code, severity);
}

use Severity::{Failure, Indeterminate, Note};

#[test]
fn every_key_kind_passes() {
    for key in [
        Key::P256(3),
        Key::P384(4),
        Key::P521(5),
        Key::BrainpoolP256(10),
        Key::BrainpoolP384(11),
        Key::Ed25519(6),
        Key::Sm2(7),
        Key::RsaPss,
    ] {
        let recipe = Recipe::new(key);
        let verification = judge(&recipe);
        assert_eq!(
            verification.indication,
            Indication::PassedWithNotes,
            "{key:?} {:#?}",
            verification.findings
        );
        assert_eq!(verification.chain.len(), 3);
        assert_eq!(
            verification.signer.unwrap().subject,
            "O=Made, CN=Time-Stamping Unit"
        );
        assert_eq!(
            verification.gen_time.unwrap().to_string(),
            "2026-06-01T12:00:00.25Z"
        );
        assert_eq!(verification.accuracy.unwrap().total_micros(), 1_500_000);
        assert_eq!(verification.serial.as_deref(), Some("1234"));
        assert_eq!(
            verification.earliest_expiry,
            UnixTime::from_rfc3339("2028-01-01T00:00:00Z")
        );
        hand_out(&recipe, &format!("{key:?}"));
    }
}

/// For other software to judge (interop/), where its folder is named.
fn hand_out(recipe: &Recipe, name: &str) {
    let Some(folder) = std::env::var_os("FIDEM_INTEROP") else {
        return;
    };
    let folder = std::path::Path::new(&folder).join("tokens");
    std::fs::create_dir_all(&folder).unwrap();
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let write = |ending: &str, octets: &[u8]| {
        std::fs::write(folder.join(format!("{name}.{ending}")), octets).unwrap();
    };
    write("tst", &recipe.token());
    write("data", b"evidence");
    write("cert.der", &recipe.signer_der());
}

#[test]
fn an_sm2_path_with_an_sm3_imprint_passes() {
    let mut recipe = Recipe::new(Key::Sm2(7));
    recipe.root.key = Key::Sm2(8);
    recipe.intermediate.key = Key::Sm2(9);
    recipe.imprint = Imprint::of(DigestAlgorithm::Sm3, b"evidence").unwrap();
    let verification = judge(&recipe);
    assert_eq!(
        verification.indication,
        Indication::PassedWithNotes,
        "{:#?}",
        verification.findings
    );
    assert!(verification.finding("imprint-matches").is_some());
}

#[test]
fn indefinite_lengths_and_other_orders_pass() {
    let mut recipe = Recipe::new(Key::P256(3));
    recipe.indefinite = true;
    assert!(judge(&recipe).indication.is_passed());
    recipe.indefinite = false;
    recipe.unsorted_attributes = true;
    expect(&judge(&recipe), "signed-attributes-not-der", Note);
}

#[test]
fn the_envelope() {
    check("signer-count", Failure, |recipe| recipe.signers = 2);
    check("signer-count", Failure, |recipe| recipe.signers = 0);
    check("signer-version", Failure, |recipe| {
        recipe.signer_version = 3;
    });
    check("signer-certificate-not-included", Failure, |recipe| {
        recipe.sid_serial = 10;
    });
    check("signer-certificate-absent", Indeterminate, |recipe| {
        recipe.include_certificates = false;
    });
    let recipe = Recipe::new(Key::P256(3));
    let mut token = recipe.token();
    token.push(0);
    let anchors = recipe.anchors();
    expect(
        &verify(&Inputs::new(&token, &anchors, now())),
        "trailing-bytes",
        Failure,
    );
}

#[test]
fn certificates_of_the_caller_complete_a_bare_token() {
    let mut recipe = Recipe::new(Key::P256(3));
    recipe.include_certificates = false;
    let (token, anchors) = (recipe.token(), recipe.anchors());
    let intermediates = [
        recipe.intermediate.signed_by(&recipe.root),
        recipe.signer_der(),
    ];
    let mut inputs = Inputs::new(&token, &anchors, now());
    inputs.intermediates = &intermediates;
    assert!(verify(&inputs).indication.is_passed());
    inputs.intermediates = &[];
    let pinned = [Anchor::of(recipe.signer_der())];
    inputs.anchors = &pinned;
    assert_eq!(verify(&inputs).indication, Indication::Passed);
}

#[test]
fn the_statement() {
    check("tst-version", Failure, |recipe| recipe.tst_version = 2);
    check("token-malformed", Failure, |recipe| {
        recipe.gen_time = "20260601126000Z";
    });
    check("token-malformed", Failure, |recipe| {
        recipe.gen_time = "202606011200Z";
    });
    check("gen-time-in-future", Indeterminate, |recipe| {
        recipe.gen_time = "20270601120000Z";
    });
    check("gen-time-trailing-zero", Note, |recipe| {
        recipe.gen_time = "20260601120000.50Z";
    });
    check("tsa-name-mismatch", Failure, |recipe| {
        recipe.tsa = Some("Somebody Else");
    });
    check("statement-extension-unknown", Failure, |recipe| {
        recipe.tst_extensions = vec![("1.2.3.4", true, vec![5, 0])];
    });
    check("claims-qualified", Note, |recipe| {
        let statement = der::sequence(&[der::sequence(&[der::oid("0.4.0.19422.1.1")])]);
        recipe.tst_extensions = vec![("1.3.6.1.5.5.7.1.3", false, statement)];
    });
}

#[test]
fn the_imprint() {
    check("imprint-mismatch", Failure, |recipe| {
        recipe.imprint = Imprint::sha256_of(b"other");
    });
    check("imprint-length", Failure, |recipe| {
        recipe.imprint.value.truncate(31);
    });
    check("imprint-algorithm-weak", Indeterminate, |recipe| {
        recipe.imprint = Imprint::of(DigestAlgorithm::Sha1, b"evidence").unwrap();
    });
    let recipe = Recipe::new(Key::P256(3));
    let (token, anchors) = (recipe.token(), recipe.anchors());
    let mut inputs = Inputs::new(&token, &anchors, now());
    inputs.expected = Expected::Digest(Imprint::sm3_of(b"evidence"));
    expect(&verify(&inputs), "imprint-not-comparable", Indeterminate);
}

#[test]
fn the_signed_attributes() {
    check("signed-attributes-missing", Failure, |recipe| {
        recipe.no_signed_attributes = true;
    });
    check("content-type-missing", Failure, |recipe| {
        recipe.content_type = None;
    });
    check("content-type-mismatch", Failure, |recipe| {
        recipe.content_type = Some("1.2.840.113549.1.7.1");
    });
    check("message-digest-missing", Failure, |recipe| {
        recipe.message_digest = Some(Vec::new());
    });
    check("message-digest-mismatch", Failure, |recipe| {
        recipe.message_digest = Some(vec![7; 32]);
    });
    check("attribute-repeated", Failure, |recipe| {
        let digest = der::octets(&[7; 32]);
        recipe.extra_attributes = vec![attribute("1.2.840.113549.1.9.4", &digest)];
    });
    // CVE-2025-69420, CVE-2026-22796: a value of another type than the attribute's.
    check("attribute-malformed", Failure, |recipe| {
        recipe.content_type = None;
        recipe.extra_attributes = vec![attribute("1.2.840.113549.1.9.3", &der::octets(b"x"))];
    });
    check("attribute-malformed", Failure, |recipe| {
        recipe.content_type = None;
        recipe.extra_attributes = vec![attribute("1.2.840.113549.1.9.3", &[])];
    });
    check("algorithm-protection-mismatch", Failure, |recipe| {
        let wrong = der::sequence(&[
            der::algorithm("2.16.840.1.101.3.4.2.3"),
            der::tlv(0xa1, &der::oid("1.2.840.10045.4.3.2")),
        ]);
        recipe.extra_attributes = vec![attribute("1.2.840.113549.1.9.52", &wrong)];
    });
}

#[test]
fn algorithm_protection_that_holds_is_no_finding() {
    let mut recipe = Recipe::new(Key::P256(3));
    let right = der::sequence(&[
        der::algorithm("2.16.840.1.101.3.4.2.1"),
        der::tlv(0xa1, &der::oid("1.2.840.10045.4.3.2")),
    ]);
    recipe.extra_attributes = vec![attribute("1.2.840.113549.1.9.52", &right)];
    assert!(judge(&recipe).indication.is_passed());
}

#[test]
fn the_signing_certificate() {
    check("signing-certificate-missing", Failure, |recipe| {
        recipe.ess_v2 = false;
    });
    check("signing-certificate-mismatch", Failure, |recipe| {
        recipe.ess_wrong = vec![2];
    });
    check("signing-certificate-issuer-mismatch", Failure, |recipe| {
        recipe.ess_serial = 8;
    });
    for wrong in [1, 2] {
        check("signing-certificate-mismatch", Failure, |recipe| {
            recipe.ess_v1 = true;
            recipe.ess_wrong = vec![wrong];
        });
    }
    let mut recipe = Recipe::new(Key::P256(3));
    recipe.ess_v1 = true;
    assert!(judge(&recipe).indication.is_passed());
    recipe.ess_v2 = false;
    assert!(judge(&recipe).indication.is_passed());
}

#[test]
fn the_purpose() {
    let turned = |extension: made::Ext| {
        move |recipe: &mut Recipe| replace(&mut recipe.signer.extensions, extension)
    };
    check(
        "extended-key-usage-not-critical",
        Failure,
        turned(purposes(false, &[TIME_STAMPING])),
    );
    check(
        "extended-key-usage-missing",
        Failure,
        turned(purposes(true, &["2.5.29.37.0"])),
    );
    check("extended-key-usage-missing", Failure, |recipe| {
        recipe
            .signer
            .extensions
            .retain(|other| other.0 != "2.5.29.37");
    });
    check(
        "extended-key-usage-other",
        Failure,
        turned(purposes(true, &[TIME_STAMPING, "1.2.3.4.5"])),
    );
    check("key-usage-unsuited", Failure, turned(key_usage(0x20)));
    check("key-usage-excessive", Note, turned(key_usage(0xe0)));
    check("signer-is-ca", Failure, turned(basic(true, None)));
    check(
        "certificate-extension-unknown",
        Failure,
        turned(("1.2.3.4", true, vec![5, 0])),
    );
}

#[test]
fn the_exception_of_an_anchor_is_a_note() {
    let mut recipe = Recipe::new(Key::P256(3));
    replace(
        &mut recipe.signer.extensions,
        purposes(false, &[TIME_STAMPING]),
    );
    let mut anchors = recipe.anchors();
    anchors[0].allow_non_critical_eku = true;
    expect(
        &judge_on(&recipe, &anchors, &[]),
        "extended-key-usage-exception",
        Note,
    );
    recipe
        .signer
        .extensions
        .retain(|other| other.0 != "2.5.29.37");
    expect(
        &judge_on(&recipe, &anchors, &[]),
        "extended-key-usage-missing",
        Failure,
    );
}

#[test]
fn the_path() {
    check("certificate-expired", Failure, |recipe| {
        recipe.signer.to = "20260501000000Z";
    });
    check("certificate-not-yet-valid", Failure, |recipe| {
        recipe.intermediate.from = "20260701000000Z";
    });
    check("certificate-expired-since", Note, |recipe| {
        recipe.signer.to = "20260901000000Z";
    });
    check("accuracy-beyond-validity", Note, |recipe| {
        recipe.signer.to = "20260601120001Z";
    });
    check("anchor-outside-window", Indeterminate, |recipe| {
        recipe.root.to = "20260501000000Z";
    });
    let authority = |extension: made::Ext| {
        move |recipe: &mut Recipe| replace(&mut recipe.intermediate.extensions, extension)
    };
    check("issuer-not-ca", Failure, authority(basic(false, None)));
    check("issuer-key-usage", Failure, authority(key_usage(0x80)));
    check(
        "issuer-purpose",
        Failure,
        authority(purposes(false, &["1.3.6.1.5.5.7.3.1"])),
    );
    let vendor = authority(purposes(false, &["1.2.840.113583.1.1.5"]));
    check("issuer-purpose-unknown", Indeterminate, vendor);
    for harmless in [["1.3.6.1.5.5.7.3.9"], ["2.5.29.37.0"], [TIME_STAMPING]] {
        check(
            "revocation-not-checked",
            Note,
            authority(purposes(true, &harmless)),
        );
    }
    check(
        "certificate-extension-unknown",
        Failure,
        authority(("1.2.3.4", true, vec![5, 0])),
    );
    check("path-length-exceeded", Failure, |recipe| {
        replace(&mut recipe.root.extensions, basic(true, Some(0)));
    });
    check("certificate-extension-repeated", Failure, |recipe| {
        recipe
            .signer
            .extensions
            .push(("2.5.29.14", false, der::octets(&[1])));
        recipe
            .signer
            .extensions
            .push(("2.5.29.14", false, der::octets(&[2])));
    });
}

#[test]
fn constraints_of_the_path() {
    let permitted = |organisation: &str| {
        let tree = der::tlv(0xa4, &der::name(organisation));
        (
            "2.5.29.30",
            true,
            der::sequence(&[der::tlv(0xa0, &der::sequence(&[tree]))]),
        )
    };
    check("name-constraint-violated", Failure, |recipe| {
        replace(&mut recipe.intermediate.extensions, permitted("Other"));
    });
    check("revocation-not-checked", Note, |recipe| {
        replace(
            &mut recipe.intermediate.extensions,
            permitted("Time-Stamping Unit"),
        );
    });
    let explicit = ("2.5.29.36", true, der::sequence(&[der::tlv(0x80, &[0])]));
    check("explicit-policy-missing", Failure, |recipe| {
        replace(&mut recipe.intermediate.extensions, explicit.clone());
    });
    check("revocation-not-checked", Note, |recipe| {
        let policies = (
            "2.5.29.32",
            false,
            der::sequence(&[der::sequence(&[der::oid("1.2.3")])]),
        );
        replace(&mut recipe.intermediate.extensions, explicit.clone());
        replace(&mut recipe.intermediate.extensions, policies.clone());
        replace(&mut recipe.signer.extensions, policies);
    });
}

#[test]
fn trust_is_a_decision() {
    let recipe = Recipe::new(Key::P256(3));
    expect(
        &judge_on(&recipe, &[], &[]),
        "no-anchor-given",
        Indeterminate,
    );
    let stranger = Recipe {
        root: made::Cert {
            key: Key::P256(77),
            ..recipe.root.clone()
        },
        ..recipe.clone()
    };
    expect(
        &judge_on(&recipe, &stranger.anchors(), &[]),
        "path-not-found",
        Indeterminate,
    );
    // An intermediate and the signer itself can be anchors; a leaf is an anchor for itself only.
    let pinned = [Anchor::of(recipe.intermediate.signed_by(&recipe.root))];
    assert!(judge_on(&recipe, &pinned, &[]).indication.is_passed());
    assert_eq!(
        judge_on(&recipe, &[Anchor::of(recipe.signer_der())], &[]).indication,
        Indication::Passed
    );
    let mut anchors = recipe.anchors();
    anchors[0].policies = vec!["1.2.3".to_owned()];
    expect(
        &judge_on(&recipe, &anchors, &[]),
        "policy-not-trusted",
        Indeterminate,
    );
    anchors[0].policies.push(made::POLICY.to_owned());
    assert!(judge_on(&recipe, &anchors, &[]).indication.is_passed());
    anchors[0].valid_to = UnixTime::from_rfc3339("2026-01-01T00:00:00Z");
    expect(
        &judge_on(&recipe, &anchors, &[]),
        "anchor-outside-window",
        Indeterminate,
    );
}

#[test]
fn an_unknown_algorithm_decides_nothing() {
    let mut recipe = Recipe::new(Key::Unknown(3));
    expect(
        &judge(&recipe),
        "signature-algorithm-unknown",
        Indeterminate,
    );
    replace(
        &mut recipe.signer.extensions,
        purposes(false, &[TIME_STAMPING]),
    );
    expect(
        &judge(&recipe),
        "signature-algorithm-unknown",
        Indeterminate,
    );
    recipe.imprint = Imprint::sha256_of(b"other");
    expect(&judge(&recipe), "imprint-mismatch", Failure);
    let mut recipe = Recipe::new(Key::P256(3));
    recipe.root.key = Key::Unknown(1);
    expect(
        &judge(&recipe),
        "certificate-algorithm-unknown",
        Indeterminate,
    );
}

#[test]
fn revocation_is_weighed_by_reason_and_date() {
    let recipe = Recipe::new(Key::P256(3));
    let anchors = recipe.anchors();
    let root_list = revocation_list(&recipe.root, "20260701000000Z", None);
    let with = |list: Vec<u8>| judge_on(&recipe, &anchors, &[root_list.clone(), list]);
    let list = |revoked| revocation_list(&recipe.intermediate, "20260701000000Z", revoked);
    assert_eq!(with(list(None)).indication, Indication::Passed);
    expect(
        &with(list(Some((9, "20260615000000Z", Some(4))))),
        "revoked-later",
        Note,
    );
    expect(
        &with(list(Some((9, "20260515000000Z", Some(4))))),
        "revoked",
        Failure,
    );
    expect(
        &with(list(Some((9, "20260615000000Z", Some(1))))),
        "revoked-no-poe",
        Indeterminate,
    );
    expect(
        &with(list(Some((9, "20260615000000Z", None)))),
        "revoked-no-poe",
        Indeterminate,
    );
    assert_eq!(
        with(list(Some((8, "20260515000000Z", None)))).indication,
        Indication::Passed
    );
    let early = revocation_list(&recipe.intermediate, "20260501000000Z", None);
    expect(&with(early), "revocation-older-than-token", Note);
    let forged = made::Cert {
        key: Key::P256(70),
        ..recipe.intermediate.clone()
    };
    expect(
        &with(revocation_list(&forged, "20260701000000Z", None)),
        "revocation-not-checked",
        Note,
    );
    expect(&with(b"junk".to_vec()), "revocation-unreadable", Note);
    let embedded = Recipe {
        lists: vec![root_list.clone(), list(None)],
        ..recipe.clone()
    };
    assert_eq!(judge(&embedded).indication, Indication::Passed);
}

#[test]
fn an_ocsp_response_serves_as_well() {
    let recipe = Recipe::new(Key::P256(3));
    let root_list = revocation_list(&recipe.root, "20260701000000Z", None);
    let with = |status: Vec<u8>| {
        let response = ocsp_response(&recipe.intermediate, 9, status, "20260701000000Z");
        judge_on(&recipe, &recipe.anchors(), &[root_list.clone(), response])
    };
    assert_eq!(with(der::tlv(0x80, &[])).indication, Indication::Passed);
    let revoked = der::tlv(
        0xa1,
        &[
            der::generalized("20260515000000Z"),
            der::tlv(0xa0, &der::tlv(0x0a, &[4])),
        ]
        .concat(),
    );
    expect(&with(revoked), "revoked", Failure);
    expect(&with(der::tlv(0x82, &[])), "revocation-not-checked", Note);
}

fn request() -> TimeStampRequest {
    TimeStampRequest {
        imprint: Imprint::sha256_of(b"evidence"),
        policy: Some(made::POLICY.to_owned()),
        nonce: Some(vec![0x80, 0x01]),
        cert_req: true,
    }
}

#[test]
fn the_response_answers_the_request() {
    let recipe = Recipe::new(Key::P256(3));
    let (token, anchors) = (recipe.token(), recipe.anchors());
    let inputs = Inputs::new(&[], &anchors, now());
    let answer = |status: u64, request: &TimeStampRequest| {
        verify_response(&response(status, Some(&token)), request, &inputs)
    };
    assert!(answer(0, &request()).indication.is_passed());
    assert!(answer(1, &request()).indication.is_passed());
    expect(&answer(2, &request()), "response-refused", Failure);
    let turned = |turn: fn(&mut TimeStampRequest)| {
        let mut request = request();
        turn(&mut request);
        answer(0, &request)
    };
    expect(
        &turned(|request| request.nonce = Some(vec![1])),
        "nonce-mismatch",
        Failure,
    );
    expect(
        &turned(|request| request.policy = Some("1.2.3".to_owned())),
        "policy-not-requested",
        Failure,
    );
    expect(
        &turned(|request| request.imprint = Imprint::sha256_of(b"")),
        "request-imprint-mismatch",
        Failure,
    );
    expect(
        &turned(|request| request.cert_req = false),
        "certificates-not-requested",
        Note,
    );
    let empty = verify_response(&response(0, None), &request(), &inputs);
    expect(&empty, "response-without-token", Failure);
    expect(
        &verify_response(&response(2, None), &request(), &inputs),
        "response-refused",
        Failure,
    );
    expect(
        &verify_response(&token, &request(), &inputs),
        "response-malformed",
        Failure,
    );
    let bare = Recipe {
        nonce: None,
        include_certificates: false,
        ..recipe.clone()
    };
    let verification = verify_response(&response(0, Some(&bare.token())), &request(), &inputs);
    expect(&verification, "nonce-missing", Failure);
    expect(&verification, "requested-certificates-missing", Failure);
}

#[test]
fn a_cut_token_never_passes_and_never_panics() {
    let recipe = Recipe::new(Key::P256(3));
    let (token, anchors) = (recipe.token(), recipe.anchors());
    for length in 0..token.len() {
        let indication = verify(&Inputs::new(&token[..length], &anchors, now())).indication;
        assert_eq!(
            indication,
            Indication::Failed(SubIndication::FormatFailure),
            "{length}"
        );
    }
}
