//! Keys in a token, by SoftHSM2. Its configuration is an environment variable, so that the test runs itself once more.

#![allow(clippy::print_stdout)] // says what is skipped

mod common;

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::judges::{Ask, conforms, pyhanko_accepts, readers_agree};
use common::pki::pki;
use common::{certificate, leave, now};
use fidem_signing::{
    Algorithm, Driver, KeyError, KeyName, Pkcs11Key, Revocation, SignError, SignFailure, SignKey,
    SignatureField, SignatureRequest, StampSource, TokenName, sign,
};

const PIN: &str = "4711-锁";
const PLACES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

fn driver() -> Option<PathBuf> {
    let found = PLACES.iter().map(PathBuf::from).find(|path| path.exists());
    let tools = ["softhsm2-util", "pkcs11-tool"]
        .iter()
        .all(|tool| Command::new(tool).arg("--help").output().is_ok());
    if found.is_none() || !tools {
        println!("skipped: softhsm2 and opensc are not installed");
        return None;
    }
    found
}

fn run(configuration: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .env("SOFTHSM2_CONF", configuration)
        .args(arguments)
        .output()
        .expect("installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
}

/// Key and certificate of each identifier; the last has another's.
const OBJECTS: [(&str, &str, &str); 3] = [
    ("01", "handler", "handler"),
    ("02", "office", "office"),
    ("03", "revoked", "approver"),
];

#[test]
fn a_token_signs() {
    let Some(driver) = driver() else { return };
    let pki = pki();
    let folder = tempfile::tempdir().expect("a folder");
    let configuration = folder.path().join("softhsm2.conf");
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).expect("a folder");
    std::fs::write(
        &configuration,
        format!("directories.tokendir = {}\n", tokens.display()),
    )
    .expect("a file");
    let init = [
        "--init-token",
        "--free",
        "--label",
        "公证处",
        "--so-pin",
        "12345678",
        "--pin",
        PIN,
    ];
    run(&configuration, "softhsm2-util", &init);
    for (id, key, certificate) in OBJECTS {
        pki.openssl(
            &format!("pkcs8 -topk8 -nocrypt -in {key}.key -out {key}.p8"),
            &[],
        );
        pki.der(certificate);
        let file = |name: String| pki.path().join(name).to_str().expect("a path").to_owned();
        let (secret, public) = (
            file(format!("{key}.p8")),
            file(format!("{certificate}.der")),
        );
        run(
            &configuration,
            "softhsm2-util",
            &[
                "--import",
                &secret,
                "--token",
                "公证处",
                "--label",
                key,
                "--id",
                id,
                "--pin",
                PIN,
            ],
        );
        let module = driver.to_str().expect("a path");
        run(
            &configuration,
            "pkcs11-tool",
            &[
                "--module",
                module,
                "--token-label",
                "公证处",
                "--login",
                "--pin",
                PIN,
                "--write-object",
                &public,
                "--type",
                "cert",
                "--id",
                id,
                "--label",
                certificate,
            ],
        );
    }
    let chain = folder.path().join("chain");
    std::fs::create_dir(&chain).expect("a folder");
    for name in ["root", "issuing"] {
        std::fs::write(chain.join(name), pki.der(name)).expect("a file");
    }
    let inner = std::env::current_exe().expect("this test");
    let output = Command::new(inner)
        .args(["--exact", "inside", "--ignored", "--nocapture"])
        .env("SOFTHSM2_CONF", &configuration)
        .env("FIDEM_TEST_CHAIN", &chain)
        .output()
        .expect("this test again");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    for name in ["handler", "office"] {
        let signed = std::fs::read(chain.join(format!("{name}.pdf"))).expect("a signed file");
        leave(&format!("token-{name}.pdf"), &signed);
        conforms(&signed, name);
        readers_agree(&signed, 1, name);
        pyhanko_accepts(&signed, pki, &Ask::Signatures, name);
    }
}

#[test]
#[ignore = "run by the test above, in its environment"]
fn inside() {
    let chain = PathBuf::from(std::env::var_os("FIDEM_TEST_CHAIN").expect("run by the test above"));
    let path = driver().expect("a driver");
    let driver = Driver::load(&path).expect("loaded");
    let again = Driver::load(&path).expect("loaded once");
    let token = TokenName::Label("公证处");
    let tokens = again.tokens().expect("tokens");
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].label, "公证处");
    let certificates = driver.certificates(token).expect("certificates");
    let mut labels: Vec<&str> = certificates.iter().map(|one| one.label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["approver", "handler", "office"]);

    let open = |token: TokenName<'_>, key: KeyName<'_>, pin: &str| {
        Pkcs11Key::open(&driver, token, key, pin)
    };
    assert!(matches!(
        open(TokenName::Label("elsewhere"), KeyName::Only, PIN),
        Err(KeyError::TokenMissing { wanted, present }) if wanted == "elsewhere" && present == ["公证处"]
    ));
    assert!(matches!(
        open(token, KeyName::Label("nobody"), PIN),
        Err(KeyError::KeyMissing { wanted }) if wanted == "nobody"
    ));
    assert!(matches!(
        open(token, KeyName::Only, PIN),
        Err(KeyError::SeveralKeys { count: 3 })
    ));
    for wrong in ["0000", ""] {
        assert!(matches!(
            open(token, KeyName::Id(&[1]), wrong),
            Err(KeyError::WrongPin { .. })
        ));
    }
    // A token that another key has unlocked asks for the PIN all the same.
    let held = open(TokenName::Serial(&tokens[0].serial), KeyName::Id(&[1]), PIN).expect("a key");
    assert!(matches!(
        open(token, KeyName::Label("office"), "0000"),
        Err(KeyError::WrongPin { .. })
    ));
    drop(held);
    assert!(matches!(
        Driver::load(Path::new("/nowhere/driver.so")),
        Err(KeyError::Driver { path, .. }) if path == "/nowhere/driver.so"
    ));

    let others = ["issuing", "root"].map(|name| std::fs::read(chain.join(name)).expect("a file"));
    let signed = |key: &dyn SignKey| {
        let declare = [SignatureField {
            name: "office".to_owned(),
            label: "Seal of the office".to_owned(),
            place: None,
        }];
        let request = SignatureRequest {
            field: "office",
            declare: &declare,
            ..SignatureRequest::default()
        };
        let none: Option<StampSource<'_, Infallible>> = None;
        sign(
            &certificate(),
            &request,
            key,
            now(),
            &Revocation::default(),
            none,
        )
    };
    for (label, algorithm) in [
        ("handler", Algorithm::RsaSha256),
        ("office", Algorithm::EcdsaP384Sha384),
    ] {
        let key = open(token, KeyName::Label(label), PIN).expect("a key");
        let key = key.with_certificates(&others);
        assert_eq!((key.algorithm(), key.chain().len()), (algorithm, 3));
        std::fs::write(
            chain.join(format!("{label}.pdf")),
            signed(&key).expect("signed"),
        )
        .expect("a file");
    }
    // An RSA key under the certificate of an elliptic-curve key: the token refuses, and nothing is signed.
    let other = open(token, KeyName::Id(&[3]), PIN).expect("a key");
    assert!(matches!(
        signed(&other),
        Err(SignFailure::Sign(
            SignError::Key(_) | SignError::KeyMismatch
        ))
    ));
}
