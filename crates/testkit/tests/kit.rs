//! The kit does what its words say, or the tests that use it prove nothing.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use fidem_courier::{Courier, CourierError, CourierOptions, Delivery};
use fidem_testkit::{
    FrozenClock, Imprint, Lie, LyingAuthority, NOON, SmallDisk, openssl_tsa, request,
    two_authorities,
};

const DIGEST: [u8; 32] = [0x5a; 32];

fn courier() -> Courier {
    let limit = Duration::from_secs(2);
    let options = CourierOptions {
        connect_timeout: limit,
        total_timeout: limit,
        ..CourierOptions::default()
    };
    Courier::new(&options).expect("a courier")
}

fn ask(url: &str) -> Delivery {
    courier().timestamp(url, &request(Imprint::Sha256, &DIGEST, 9))
}

/// `openssl ts -verify` of a reply at a time, or `None` without the program.
fn verify(reply: &[u8], root_pem: &str, at: Option<i64>) -> Option<Output> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    };
    write("query", &request(Imprint::Sha256, &DIGEST, 9));
    write("reply", reply);
    write("root.pem", root_pem.as_bytes());
    let mut command = Command::new("openssl");
    command.current_dir(folder.path());
    command.args([
        "ts",
        "-verify",
        "-queryfile",
        "query",
        "-in",
        "reply",
        "-CAfile",
        "root.pem",
    ]);
    if let Some(at) = at {
        command.args(["-attime", &at.to_string()]);
    }
    let output = command.output().ok();
    if output.is_none() {
        eprintln!("skipped: the program openssl is not installed");
    }
    output
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_frozen_clock_moves_when_told() {
    let clock = FrozenClock::noon();
    let same = clock.clone();
    assert_eq!((clock.seconds(), clock.millis()), (NOON, NOON * 1000));
    clock.advance(Duration::from_millis(1500));
    assert_eq!(
        (same.seconds(), (same.reader())()),
        (NOON + 1, NOON * 1000 + 1500)
    );
    same.set(NOON - 5);
    assert_eq!(clock.seconds(), NOON - 5);
}

#[test]
fn two_authorities_answer_under_their_roots() {
    let clock = FrozenClock::noon();
    let both = two_authorities(&clock).expect("authorities");
    let roots = std::fs::read_to_string(both.roots()).expect("a file");
    assert_eq!(roots.matches("BEGIN CERTIFICATE").count(), 2);
    for url in both.urls() {
        let reply = ask(&url).outcome.expect("a reply");
        let Some(output) = verify(&reply, &roots, Some(clock.seconds())) else {
            return;
        };
        assert!(output.status.success(), "{}", words(&output));
    }
}

#[test]
fn every_lie_is_seen_where_it_is_told() {
    let clock = FrozenClock::noon();
    for lie in Lie::ALL {
        let liar = LyingAuthority::start(lie, &clock).expect("a liar");
        let delivery = ask(&liar.url());
        assert_eq!(
            delivery.outcome.is_err(),
            lie.is_of_transport(),
            "{lie:?} {delivery:?}"
        );
        let Ok(reply) = delivery.outcome else {
            continue;
        };
        let Some(output) = verify(&reply, liar.root_pem(), Some(clock.seconds())) else {
            return;
        };
        // openssl takes any time, and any leaf that calls itself a CA, for good
        let passes = matches!(lie, Lie::WrongTime | Lie::LeafIsCa);
        assert_eq!(
            output.status.success(),
            passes,
            "{lie:?} {}",
            words(&output)
        );
    }
}

#[test]
fn lies_are_told_for_the_reason_they_name() {
    let clock = FrozenClock::noon();
    for (lie, reason) in [
        (Lie::WrongNonce, "nonce mismatch"),
        (Lie::MissingNonce, "nonce not returned"),
        (Lie::WrongImprint, "message imprint mismatch"),
        (Lie::Rejected, "no time stamp token"),
        (Lie::TwoSigners, "there must be one signer"),
        (Lie::NonCriticalUsage, "unsuitable certificate purpose"),
        (Lie::MissingUsage, "unsuitable certificate purpose"),
        (Lie::ExpiredLeaf, "certificate has expired"),
        (Lie::BrokenSignature, "signature failure"),
        (Lie::OtherRoot, "certificate verify error"),
    ] {
        let liar = LyingAuthority::start(lie, &clock).expect("a liar");
        let reply = ask(&liar.url()).outcome.expect("a reply");
        let Some(output) = verify(&reply, liar.root_pem(), Some(clock.seconds())) else {
            return;
        };
        let words = words(&output);
        assert!(words.contains(reason), "{lie:?}: no `{reason}` in {words}");
    }
}

#[test]
fn lies_of_transport_are_the_ones_they_name() {
    let clock = FrozenClock::noon();
    let told = |lie| {
        let liar = LyingAuthority::start(lie, &clock).expect("a liar");
        ask(&liar.url()).outcome.expect_err("an error")
    };
    assert!(matches!(
        told(Lie::WrongType),
        CourierError::ContentType { .. }
    ));
    assert_eq!(told(Lie::ServerError), CourierError::Status { code: 500 });
    let to = "http://elsewhere.invalid/".to_owned();
    assert_eq!(told(Lie::Redirect), CourierError::Redirected { to });
    assert!(matches!(
        told(Lie::BrokenBody),
        CourierError::Interrupted { .. }
    ));
    assert!(matches!(told(Lie::Silence), CourierError::Timeout { .. }));
    assert!(matches!(told(Lie::Endless), CourierError::TooLarge { .. }));
}

#[test]
fn openssl_is_an_independent_authority() {
    let Some(authority) = openssl_tsa().expect("a working openssl") else {
        eprintln!("skipped: the program openssl is not installed");
        return;
    };
    for imprint in [Imprint::Sha256, Imprint::Sm3] {
        let courier = Courier::new(&CourierOptions::default()).expect("a courier");
        let asked = courier.timestamp(&authority.url(), &request(imprint, &DIGEST, 9));
        let reply = asked.outcome.expect("a reply");
        if imprint == Imprint::Sha256 {
            let output = verify(&reply, authority.root_pem(), None).expect("openssl is there");
            assert!(output.status.success(), "{}", words(&output));
        }
        assert!(reply.len() > 1000, "{imprint:?}: {} bytes", reply.len());
    }
}

fn fill(folder: &Path) -> std::io::Result<()> {
    let mut file = std::fs::File::create(folder.join("large"))?;
    for _ in 0..64 {
        file.write_all(&[1; 4096])?;
    }
    file.sync_all()
}

#[test]
fn a_small_disk_is_soon_full_and_goes_away() {
    let Some(disk) = SmallDisk::new(64 * 1024) else {
        eprintln!("skipped: this process may not mount a file system");
        return;
    };
    std::fs::write(disk.path().join("small"), b"fits").expect("room for little");
    let error = fill(disk.path()).expect_err("no room for much");
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    let path = disk.path().to_owned();
    drop(disk);
    assert!(!path.exists(), "{} is still there", path.display());
}
