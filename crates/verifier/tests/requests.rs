//! A request on bytes gives the report of the verification crate itself.

use fidem_authority::{Authority, AuthorityOptions, EntropyUnavailable, KeyKind};
use fidem_fingerprint::hex;
use fidem_verifier::verify_request;
use fidem_verify::{Data, Language, Request, Trust, Verdict, verify};
use rfc3161_client::{Imprint, TimeStampRequest, UnixTime};
use serde_json::{Value, json};

const NOW: i64 = 1_795_348_800;
const AT: &str = "2026-11-22T12:00:00Z";
const EVIDENCE: &[u8] = b"evidence";

/// A token over the evidence, and the root that it is to be trusted by.
fn stamped() -> (Vec<u8>, Vec<u8>) {
    let options = AuthorityOptions::demonstration("Example", KeyKind::P256, NOW - 60, NOW + 3600);
    let mut entropy = |out: &mut [u8]| getrandom::fill(out).map_err(|_| EntropyUnavailable);
    let authority = Authority::new(&options, &mut entropy).unwrap();
    let query = TimeStampRequest {
        imprint: Imprint::sha256_of(EVIDENCE),
        policy: None,
        nonce: None,
        cert_req: true,
    };
    let reply = authority.reply(&query.to_der().unwrap(), (NOW - 1) * 1000);
    (reply, authority.root_pem().unwrap().into_bytes())
}

/// Options and files as a request.
fn request(options: &Value, files: &[&[u8]]) -> Vec<u8> {
    let options = options.to_string().into_bytes();
    let parts = std::iter::once(options.as_slice()).chain(files.iter().copied());
    parts
        .flat_map(|part| {
            let length = u32::try_from(part.len()).unwrap().to_le_bytes();
            [&length, part].concat()
        })
        .collect()
}

fn refusal(octets: &[u8]) -> (String, String) {
    let answer: Value = serde_json::from_slice(&verify_request(octets)).unwrap();
    let field = |name: &str| answer["error"][name].as_str().unwrap().to_owned();
    (field("code"), field("message"))
}

#[test]
fn the_report_is_that_of_the_crate() {
    let (token, root) = stamped();
    let trust = Trust::supplied([("root.pem", root.as_slice())]).unwrap();
    let data = [Data {
        name: "e.txt".to_owned(),
        source: &EVIDENCE.to_vec(),
    }];
    let direct = verify(
        &Request {
            subject: &token,
            data: &data,
            digest: None,
            revocation: &[],
            headers: &[],
            signatures: &[],
            trust: &trust,
            at: UnixTime(NOW),
        },
        &mut |_, _| {},
    );
    assert_eq!(direct.verdict, Verdict::Match);
    for (lang, language) in [("zh", Language::Chinese), ("en", Language::English)] {
        let options = json!({"at": AT, "lang": lang, "trust": ["root.pem"], "data": ["e.txt"]});
        let answer = verify_request(&request(&options, &[&token, &root, EVIDENCE]));
        let expected = direct.to_json(language).to_string();
        assert_eq!(String::from_utf8(answer).unwrap(), expected);
    }
}

#[test]
fn trust_time_and_digest_of_the_request_decide() {
    let (token, root) = stamped();
    let verdict = |options: Value, files: &[&[u8]]| {
        let answer = verify_request(&request(&options, files));
        serde_json::from_slice::<Value>(&answer).unwrap()["verdict"].clone()
    };
    let digest = |data: &[u8]| format!("sha256:{}", hex::encode(&fidem_fingerprint::sha256(data)));
    let with = |digest: String, at: &str| json!({"at": at, "lang": "en", "trust": ["r"], "digest": digest});
    let files: [&[u8]; 2] = [&token, &root];
    assert_eq!(verdict(with(digest(EVIDENCE), AT), &files), "match");
    assert_eq!(
        verdict(
            with(digest(EVIDENCE).to_uppercase().replace("SHA", "sha"), AT),
            &files
        ),
        "match"
    );
    assert_eq!(verdict(with(digest(b"other"), AT), &files), "mismatch");
    let before_the_token = with(digest(EVIDENCE), "2026-11-22T11:00:00Z");
    assert_ne!(verdict(before_the_token, &files), "match");
    let built_in = json!({"at": AT, "lang": "en", "digest": digest(EVIDENCE)});
    assert_eq!(verdict(built_in, &[&token]), "cannot-check");
    let no_roots = json!({"at": AT, "lang": "en", "digest": digest(EVIDENCE), "trust": []});
    assert_eq!(verdict(no_roots, &[&token]), "cannot-check");
}

#[test]
fn requests_of_another_form_are_refused() {
    let base = |more: Value| {
        let mut options = json!({"at": AT, "lang": "en"});
        if let (Some(all), Some(more)) = (options.as_object_mut(), more.as_object()) {
            all.extend(more.clone());
        }
        options
    };
    let cases: [(Value, &[&[u8]], &str); 10] = [
        (json!({"lang": "en"}), &[b"x"], "at"),
        (json!({"at": AT}), &[b"x"], "lang"),
        (base(json!({"lang": "fr"})), &[b"x"], "fr"),
        (base(json!({"unknown": 1})), &[b"x"], "unknown"),
        (base(json!({"at": "yesterday"})), &[b"x"], "yesterday"),
        (base(json!({"digest": "sha256:00"})), &[b"x"], "sha256:00"),
        (base(json!({"digest": "none"})), &[b"x"], "none"),
        (base(json!({})), &[], "1 files are named and 0"),
        (base(json!({})), &[b"x", b"y"], "1 files are named and 2"),
        (
            base(json!({"data": ["a", "b"]})),
            &[b"x", b"y"],
            "3 files are named and 2",
        ),
    ];
    for (options, files, part) in cases {
        let (code, message) = refusal(&request(&options, files));
        assert_eq!(code, "usage", "{options}");
        assert!(message.contains(part), "{options}: {message}");
    }
    for octets in [&b""[..], b"\x05\0\0\0{}", b"\x02\0\0"] {
        assert_eq!(refusal(octets).0, "usage", "{octets:?}");
    }
}

#[test]
fn unreadable_trust_is_named_in_the_language_asked_for() {
    for (lang, part) in [("zh", "既不是信任文件"), ("en", "neither a trust file")] {
        let options = json!({"at": AT, "lang": lang, "trust": ["roots"]});
        let (code, message) = refusal(&request(&options, &[b"x", b"garbage"]));
        assert_eq!(code, "trust");
        assert!(
            message.contains("roots") && message.contains(part),
            "{message}"
        );
    }
}

#[test]
fn a_digest_and_data_exclude_each_other() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let options = json!({"at": AT, "lang": "zh", "digest": digest, "data": ["d"]});
    let (code, message) = refusal(&request(&options, &[b"x", b"y"]));
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("usage", "校验值与原始文件只能选用其一。")
    );
}

#[test]
fn no_altered_request_panics() {
    let (token, root) = stamped();
    let options = json!({"at": AT, "lang": "en", "trust": ["r"], "data": ["e"]});
    let whole = request(&options, &[&token, &root, EVIDENCE]);
    for at in (0..whole.len()).step_by(7) {
        let mut altered = whole.clone();
        altered[at] ^= 0x41;
        assert!(serde_json::from_slice::<Value>(&verify_request(&altered)).is_ok());
        assert!(serde_json::from_slice::<Value>(&verify_request(&whole[..at])).is_ok());
    }
}
