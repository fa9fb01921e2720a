//! The program `openssl` as an independent judge of certificates, tokens and revocation lists.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use fidem_authority::{
    Authority, AuthorityOptions, DEMONSTRATION_MARK, DEMONSTRATION_POLICY, EntropyUnavailable,
    KeyKind, parts,
};

/// 2026-11-22T12:00:00.250Z, in milliseconds.
const NOW: i64 = 1_795_348_800_250;
const DAY: i64 = 86_400;

fn entropy(bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
    getrandom::fill(bytes).map_err(|_| EntropyUnavailable)
}

fn options(key: KeyKind) -> AuthorityOptions {
    let now = NOW / 1000;
    AuthorityOptions::demonstration("钱塘 Example", key, now - DAY, now + 365 * DAY)
}

fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("openssl starts")
}

fn openssl_is_absent() -> bool {
    let absent = Command::new("openssl").arg("version").output().is_err();
    if absent {
        eprintln!("skipped: the program openssl is not installed");
    }
    absent
}

fn assert_success(output: &Output) {
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(authority: &Authority) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bench = Self { folder };
        bench.write("root.pem", authority.root_pem().expect("PEM").as_bytes());
        bench.write("leaf.pem", authority.leaf_pem().expect("PEM").as_bytes());
        bench.write("data", b"the quick brown fox");
        bench
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    fn query(&self, digest: &str, with_certificate: bool) -> Vec<u8> {
        let digest = format!("-{digest}");
        let mut arguments = vec!["ts", "-query", "-data", "data", &digest, "-out", "query"];
        if with_certificate {
            arguments.push("-cert");
        }
        assert_success(&openssl(self.path(), &arguments));
        std::fs::read(self.path().join("query")).expect("a query")
    }

    fn verify(&self, more: &[&str]) -> Output {
        let mut arguments = vec!["ts", "-verify", "-CAfile", "root.pem", "-attime"];
        let now = (NOW / 1000).to_string();
        arguments.push(&now);
        arguments.extend(more);
        openssl(self.path(), &arguments)
    }
}

#[test]
fn replies_and_tokens_verify_for_every_key_and_digest() {
    if openssl_is_absent() {
        return;
    }
    // The other kinds are beyond `openssl ts`.
    let kinds = [
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::P521,
        KeyKind::Rsa2048,
    ];
    for key in kinds {
        let authority = Authority::new(&options(key), &mut entropy).expect("an authority");
        let bench = Bench::new(&authority);
        for digest in ["sha256", "sha384", "sha512", "sm3"] {
            let query = bench.query(digest, true);
            bench.write("reply", &authority.reply(&query, NOW));

            assert_success(&bench.verify(&["-queryfile", "query", "-in", "reply"]));
            assert_success(&bench.verify(&["-data", "data", "-in", "reply"]));
            let extracting = [
                "ts",
                "-reply",
                "-in",
                "reply",
                "-token_out",
                "-out",
                "token",
            ];
            assert_success(&openssl(bench.path(), &extracting));
            assert_success(&bench.verify(&["-data", "data", "-in", "token", "-token_in"]));

            bench.write("other", b"the quick brown fax");
            let other = bench.verify(&["-data", "other", "-in", "token", "-token_in"]);
            assert!(
                !other.status.success(),
                "{key:?} {digest}: another file was accepted"
            );
        }
    }
}

#[test]
fn certificates_and_lists_of_every_kind_verify() {
    if openssl_is_absent() {
        return;
    }
    for key in KeyKind::ALL {
        let authority = Authority::new(&options(key), &mut entropy).expect("an authority");
        let bench = Bench::new(&authority);
        let now = NOW / 1000;
        let list = authority.crl_der(now, now + DAY).expect("a list");
        bench.write("list.der", &list);
        let reading = ["crl", "-inform", "DER", "-in", "list.der", "-out", "list"];
        assert_success(&openssl(bench.path(), &reading));
        let time = now.to_string();
        let mut arguments = vec!["verify", "-x509_strict", "-attime", &time];
        if key == KeyKind::Sm2 {
            // OpenSSL presumes the empty identity otherwise, and always in roots and lists.
            arguments.extend(["-vfyopt", "distid:1234567812345678"]);
        } else {
            arguments.extend(["-check_ss_sig", "-crl_check", "-CRLfile", "list"]);
        }
        arguments.extend(["-CAfile", "root.pem", "leaf.pem"]);
        assert_success(&openssl(bench.path(), &arguments));
    }
}

#[test]
fn a_token_of_rsassa_pss_verifies_as_signed_data() {
    if openssl_is_absent() {
        return;
    }
    let options = options(KeyKind::RsaPss2048);
    let authority = Authority::new(&options, &mut entropy).expect("an authority");
    let bench = Bench::new(&authority);
    let query = bench.query("sha256", true);
    bench.write("reply", &authority.reply(&query, NOW));
    let extracting = "ts -reply -in reply -token_out -out token";
    let extracting: Vec<_> = extracting.split(' ').collect();
    assert_success(&openssl(bench.path(), &extracting));
    let now = (NOW / 1000).to_string();
    let verifying = "cms -verify -cades -inform DER -in token -CAfile root.pem -out content \
                     -purpose timestampsign -attime";
    let verifying: Vec<_> = verifying.split(' ').chain([now.as_str()]).collect();
    assert_success(&openssl(bench.path(), &verifying));
}

#[test]
fn a_token_without_certificates_verifies_when_they_are_given() {
    if openssl_is_absent() {
        return;
    }
    let authority = Authority::new(&options(KeyKind::P256), &mut entropy).expect("an authority");
    let bench = Bench::new(&authority);
    let query = bench.query("sha256", false);
    bench.write("reply", &authority.reply(&query, NOW));
    let alone = bench.verify(&["-queryfile", "query", "-in", "reply"]);
    assert!(
        !alone.status.success(),
        "certificates were sent that were not asked for"
    );
    let untrusted = [
        "-queryfile",
        "query",
        "-in",
        "reply",
        "-untrusted",
        "leaf.pem",
    ];
    assert_success(&bench.verify(&untrusted));
}

#[test]
fn what_a_token_says() {
    if openssl_is_absent() {
        return;
    }
    let authority = Authority::new(&options(KeyKind::P256), &mut entropy).expect("an authority");
    let bench = Bench::new(&authority);
    let query = bench.query("sha256", true);
    bench.write("reply", &authority.reply(&query, NOW));
    let output = openssl(bench.path(), &["ts", "-reply", "-in", "reply", "-text"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "Status: Granted.",
        DEMONSTRATION_POLICY,
        "Time stamp: Nov 22 12:00:00.25 2026 GMT",
        "Accuracy: 0x01 seconds",
        "Ordering: no",
        "TSA: DirName:",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    let asked = openssl(bench.path(), &["ts", "-query", "-in", "query", "-text"]);
    let asked = String::from_utf8_lossy(&asked.stdout).into_owned();
    let nonce = asked
        .lines()
        .find(|line| line.starts_with("Nonce: "))
        .expect("a nonce");
    assert!(text.contains(nonce), "{nonce} is not in\n{text}");
}

#[test]
fn certificates_follow_their_profiles() {
    if openssl_is_absent() {
        return;
    }
    let authority = Authority::new(&options(KeyKind::P256), &mut entropy).expect("an authority");
    let bench = Bench::new(&authority);
    let show = |file: &str| {
        let arguments = [
            "x509",
            "-in",
            file,
            "-noout",
            "-text",
            "-nameopt",
            "utf8,sep_comma_plus",
        ];
        let output = openssl(bench.path(), &arguments);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let leaf = show("leaf.pem");
    assert!(leaf.contains("X509v3 Extended Key Usage: critical\n                Time Stamping\n"));
    assert!(leaf.contains("X509v3 Key Usage: critical\n                Digital Signature\n"));
    assert!(leaf.contains("X509v3 Basic Constraints: critical\n                CA:FALSE\n"));
    let root = show("root.pem");
    assert!(root.contains("Certificate Sign, CRL Sign"));
    assert!(root.contains("CA:TRUE, pathlen:0"));
    for text in [&leaf, &root] {
        let subject = text
            .lines()
            .find(|line| line.contains("Subject:"))
            .expect("a subject");
        assert!(subject.contains(DEMONSTRATION_MARK), "{subject}");
    }

    let now = (NOW / 1000).to_string();
    let strict = [
        "verify",
        "-x509_strict",
        "-purpose",
        "timestampsign",
        "-attime",
        &now,
        "-CAfile",
        "root.pem",
        "leaf.pem",
    ];
    assert_success(&openssl(bench.path(), &strict));
}

#[test]
fn revocation_lists_are_honoured() {
    if openssl_is_absent() {
        return;
    }
    let authority = Authority::new(&options(KeyKind::P384), &mut entropy).expect("an authority");
    let bench = Bench::new(&authority);
    let now = NOW / 1000;
    let check = |list: &[u8]| {
        bench.write("list.der", list);
        let converted = openssl(
            bench.path(),
            &["crl", "-inform", "DER", "-in", "list.der", "-out", "list"],
        );
        assert_success(&converted);
        let moment = (now + 60).to_string();
        let arguments = [
            "verify",
            "-crl_check",
            "-CRLfile",
            "list",
            "-attime",
            &moment,
            "-CAfile",
            "root.pem",
            "leaf.pem",
        ];
        openssl(bench.path(), &arguments)
    };
    assert_success(&check(&authority.crl_der(now, now + DAY).expect("a list")));
    let revoking = parts::crl_revoking_leaf(&authority, now, now + DAY, now).expect("a list");
    let revoked = check(&revoking);
    let words = String::from_utf8_lossy(&revoked.stderr).into_owned();
    assert!(
        !revoked.status.success() && words.contains("certificate revoked"),
        "{words}"
    );
}

#[test]
fn a_refusal_is_a_response_with_its_reason() {
    if openssl_is_absent() {
        return;
    }
    let authority = Authority::new(&options(KeyKind::P256), &mut entropy).expect("an authority");
    let bench = Bench::new(&authority);
    let refused = |reply: Vec<u8>| {
        bench.write("reply", &reply);
        let output = openssl(bench.path(), &["ts", "-reply", "-in", "reply", "-text"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let query = bench.query("sha1", true);
    let text = refused(authority.reply(&query, NOW));
    assert!(text.contains("Status: Rejected."), "{text}");
    assert!(
        text.contains("unrecognized or unsupported algorithm identifier"),
        "{text}"
    );

    let text = refused(authority.reply(b"\x30\x00", NOW));
    assert!(
        text.contains("the data submitted has the wrong format"),
        "{text}"
    );

    let query = bench.query("sha256", true);
    let text = refused(authority.reply(&query, NOW + 400 * DAY * 1000));
    assert!(
        text.contains("the TSA's time source is not available"),
        "{text}"
    );

    let asking = [
        "ts",
        "-query",
        "-data",
        "data",
        "-sha256",
        "-tspolicy",
        "1.2.3.4",
        "-out",
        "query",
    ];
    assert_success(&openssl(bench.path(), &asking));
    let query = std::fs::read(bench.path().join("query")).expect("a query");
    let text = refused(authority.reply(&query, NOW));
    assert!(
        text.contains("the requested TSA policy is not supported"),
        "{text}"
    );
}

#[test]
fn one_rule_broken_is_noticed() {
    if openssl_is_absent() {
        return;
    }
    let options = options(KeyKind::P256);
    let proper = Authority::new(&options, &mut entropy).expect("an authority");
    let mut profile = parts::LeafProfile::proper(&options);
    profile.time_stamping_critical = Some(false);
    let lax = parts::authority_with_leaf(&options, &profile, &mut entropy).expect("an authority");
    let bench = Bench::new(&lax);
    let query = bench.query("sha256", true);
    bench.write("reply", &lax.reply(&query, NOW));
    let verdict = bench.verify(&["-queryfile", "query", "-in", "reply"]);
    assert!(
        !verdict.status.success(),
        "a usage that is not critical was accepted"
    );

    let bench = Bench::new(&proper);
    let query = bench.query("sha256", true);
    bench.write(
        "reply",
        &parts::reply_with_two_signers(&proper, &lax, &query, NOW),
    );
    let verdict = bench.verify(&["-queryfile", "query", "-in", "reply"]);
    let words = String::from_utf8_lossy(&verdict.stderr).into_owned();
    assert!(
        !verdict.status.success() && words.contains("must be one signer"),
        "{words}"
    );
}

#[test]
fn it_answers_over_http() {
    if openssl_is_absent() {
        return;
    }
    let authority = Authority::new(&options(KeyKind::P256), &mut entropy).expect("an authority");
    let bench = Bench::new(&authority);
    let server = Arc::new(authority).serve(|| NOW).expect("a server");
    let query = bench.query("sha256", true);
    let (status, body) = http::post(&server, "application/timestamp-query", &query);
    assert_eq!(status, "HTTP/1.1 200 OK");
    bench.write("reply", &body);
    assert_success(&bench.verify(&["-queryfile", "query", "-in", "reply"]));
}

mod http {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use fidem_authority::Server;

    pub fn post(server: &Server, kind: &str, body: &[u8]) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(server.address()).expect("connected");
        let head = format!(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body).expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("answered");
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("a head")
            + 4;
        let body = bytes.split_off(end);
        let head = String::from_utf8(bytes).expect("text");
        (head.lines().next().unwrap_or_default().to_owned(), body)
    }
}
