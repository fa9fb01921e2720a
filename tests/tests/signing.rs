//! An issued document signed by handler, approver and office, each with a key of their own, through the program.

use std::path::Path;
use std::process::{Command, Stdio};

use fidem_tests::fidem;
use fidem_tests::place::{CLERK, Place, REVIEWER};
use fidem_tests::signing::{OFFICE, SECRET, issued, refused, sign, tool};
use serde_json::json;

/// The office's key in a token of software; none where there is no such token here.
fn token(place: &Place) -> Option<Vec<String>> {
    let driver = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    ];
    let driver = driver.into_iter().find(|path| Path::new(path).is_file());
    let present = Command::new("softhsm2-util")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok();
    let (Some(driver), true) = (driver, present) else {
        eprintln!("skipped: no SoftHSM here; the office signs with a file");
        return None;
    };
    let store = place.path("tokens");
    std::fs::create_dir_all(&store).unwrap();
    let conf = format!("directories.tokendir = {store}\nobjectstore.backend = file\n");
    let conf = place.file("softhsm2.conf", conf.as_bytes());
    let util = |arguments: &[&str]| {
        let done = Command::new("softhsm2-util")
            .args(arguments)
            .env("SOFTHSM2_CONF", &conf)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    };
    util(&[
        "--init-token",
        "--free",
        "--label",
        "office",
        "--so-pin",
        "12345678",
        "--pin",
        "2468",
    ]);
    let key = place.path("office.p8");
    tool(
        place,
        "openssl",
        &[
            "pkcs8",
            "-topk8",
            "-nocrypt",
            "-in",
            &format!("{OFFICE}.key"),
            "-out",
            &key,
        ],
    );
    util(&[
        "--import", &key, "--token", "office", "--label", "seal", "--id", "01", "--pin", "2468",
    ]);
    let der = place.path("office.der");
    tool(
        place,
        "openssl",
        &[
            "x509",
            "-in",
            &format!("{OFFICE}.pem"),
            "-outform",
            "DER",
            "-out",
            &der,
        ],
    );
    let written = Command::new("pkcs11-tool")
        .args([
            "--module",
            driver,
            "--token-label",
            "office",
            "--login",
            "--pin",
            "2468",
        ])
        .args([
            "--write-object",
            &der,
            "--type",
            "cert",
            "--id",
            "01",
            "--label",
            "seal",
        ])
        .env("SOFTHSM2_CONF", &conf)
        .output();
    match written {
        Ok(done) if done.status.success() => Some(
            ["--driver", driver, "--token", "office"]
                .map(str::to_owned)
                .to_vec(),
        ),
        _ => {
            eprintln!("skipped: no pkcs11-tool here; the office signs with a file");
            None
        }
    }
}

#[test]
fn r097_handler_approver_and_office_sign_in_order_each_with_a_key_of_their_own() {
    let (place, case, document, authorities) = issued();
    let unsigned = std::fs::read(place.path("record.pdf")).unwrap();
    let package = place.path("case.asice");
    refused(place.run(&["export", &case, "-o", &package]), "unsigned");

    let p12 = |name: &str| format!("{name}.p12");
    let (handler, approver, office) = (p12(CLERK), p12(REVIEWER), p12(OFFICE));
    // Out of turn, with a wrong passphrase, with the key of another.
    let early = sign(
        &place,
        REVIEWER,
        &document,
        "approver",
        SECRET,
        &["--key", &approver],
    );
    refused(early, "not-your-signature");
    refused(
        sign(
            &place,
            CLERK,
            &document,
            "handler",
            "wrong",
            &["--key", &handler],
        ),
        "signing",
    );
    refused(
        sign(
            &place,
            CLERK,
            &document,
            "handler",
            SECRET,
            &["--key", &approver],
        ),
        "signer-name",
    );
    refused(
        sign(
            &place,
            REVIEWER,
            &document,
            "handler",
            SECRET,
            &["--key", &approver],
        ),
        "not-your-signature",
    );

    let first = sign(
        &place,
        CLERK,
        &document,
        "handler",
        SECRET,
        &["--key", &handler],
    )
    .exits(0)
    .json();
    assert_eq!(
        (&first["level"], &first["remaining"]),
        (&json!("B-T"), &json!(["approver", "office"]))
    );
    let again = sign(
        &place,
        CLERK,
        &document,
        "handler",
        SECRET,
        &["--key", &handler],
    );
    refused(again, "not-your-signature");
    let _ = sign(
        &place,
        REVIEWER,
        &document,
        "approver",
        SECRET,
        &["--key", &approver],
    )
    .exits(0);
    refused(place.run(&["export", &case, "-o", &package]), "unsigned");
    let last = match token(&place) {
        Some(token) => {
            let token: Vec<&str> = token.iter().map(String::as_str).collect();
            refused(
                sign(&place, CLERK, &document, "office", "0000", &token),
                "signing",
            );
            sign(&place, CLERK, &document, "office", "2468", &token)
        }
        None => sign(
            &place,
            CLERK,
            &document,
            "office",
            SECRET,
            &["--key", &office],
        ),
    };
    let last = last.exits(0).json();
    assert_eq!(
        (&last["level"], &last["remaining"]),
        (&json!("B-LTA"), &json!([]))
    );

    let pdf = place.path("signed.pdf");
    let _ = place.run(&["paper", "get", &document, "-o", &pdf]).exits(0);
    let signed = std::fs::read(&pdf).unwrap();
    assert!(signed.starts_with(&unsigned), "signing only appends");
    if let Some(folder) = std::env::var_os("FIDEM_SHOW") {
        let _ = std::fs::copy(&pdf, Path::new(&folder).join("signed.pdf"));
        let roots = [
            place.path("ca.pem"),
            authorities.roots().display().to_string(),
        ];
        let roots = roots.map(|path| std::fs::read_to_string(path).unwrap_or_default());
        let _ = std::fs::write(Path::new(&folder).join("roots.pem"), roots.concat());
    }
    if let Ok(said) = Command::new("pdfsig").args(["-nocert", &pdf]).output() {
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert_eq!(said.matches("Signature is Valid").count(), 3, "{said}");
    }
    // The proofs inside are what they were, and the case can go out.
    let _ = place.run(&["export", &case, "-o", &package]).exits(0);
    let both = [
        place.path("ca.pem"),
        authorities.roots().display().to_string(),
    ];
    let both = both.map(|path| std::fs::read_to_string(path).unwrap());
    let roots = place.file("roots.pem", both.concat().as_bytes());
    let contract = place.path("合同.txt");
    let verified = fidem::verify(Path::new(&pdf), &["--data", &contract, "--trust", &roots]);
    for layer in ["content", "time", "signature"] {
        assert_eq!(
            verified.layer(layer),
            "match",
            "{layer}: {}",
            verified.told()
        );
    }
    let inside = fidem::verify(Path::new(&package), &["--trust", &roots]).exits(0);
    assert_eq!(inside.layer("signature"), "match", "{}", inside.told());
    // Who does not trust the signers' root cannot check them; nothing else changes.
    let stamps = authorities.roots().display().to_string();
    let without = fidem::verify(Path::new(&pdf), &["--data", &contract, "--trust", &stamps]);
    assert_eq!(
        without.layer("signature"),
        "cannot-check",
        "{}",
        without.told()
    );
    assert_eq!(without.layer("content"), "match");
    // A page replaced by an appended revision, as no reader of today shows by itself.
    let mut altered = signed.clone();
    altered.extend(b"\n% one more line\n");
    let altered = place.file("altered.pdf", &altered);
    let refused = fidem::verify(
        Path::new(&altered),
        &["--data", &contract, "--trust", &roots],
    )
    .exits(1);
    assert_eq!(refused.layer("signature"), "mismatch", "{}", refused.told());
}
