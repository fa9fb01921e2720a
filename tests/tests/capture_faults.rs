//! What goes wrong around a capture: authorities that hang, a disk that fills up, a clock that is set, a root of one's own.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fidem_loopback::sites::{Plain, Trap, Traps};
use fidem_loopback::{Issuer, Listen, Server};
use fidem_testkit::{FrozenClock, Lie, LyingAuthority, SmallDisk};
use fidem_tests::captures::{archive, captured, court_copy, holds_everything, office};
use fidem_tests::fidem;
use fidem_tests::forgery::now;
use fidem_tests::place::{CLERK, Place, authorities};
use serde_json::Value;

fn asked(site: &Server) -> bool {
    site.log().exchanges().next().is_some()
}

fn wait(limit: Duration, mut until: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while !until() {
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// the page is asked for within ten seconds, whatever the authorities do; the tokens come later.
#[test]
fn authorities_that_hang_do_not_keep_a_capture_from_beginning() {
    let Some((place, case, good)) = office() else {
        return;
    };
    let silent = || LyingAuthority::start(Lie::Silence, &FrozenClock::at(now())).unwrap();
    let silent = [silent(), silent()];
    let roots = place.file(
        "roots.pem",
        silent.each_ref().map(|s| s.root_pem()).concat().as_bytes(),
    );
    let [first, second] = silent.each_ref().map(LyingAuthority::url);
    let _ = place
        .run(&["authority", "choose", &first, &second, "--roots", &roots])
        .exits(0);
    // The recorder's self-test is made once in half an hour; this makes it.
    let _ = place.run(&["check-environment"]);
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let began = Instant::now();
    let child = place
        .command(CLERK, &["capture", &case, &url, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert!(
        wait(Duration::from_secs(60), || asked(&site)),
        "never asked"
    );
    let took = began.elapsed();
    println!(
        "two authorities hang: the page is asked for after {:.1} s",
        took.as_secs_f64()
    );
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(done["state"], "待固化", "{done}");
    assert_eq!(done["ending"]["code"], "closed");
    let served: Vec<_> = site.finish().exchanges().cloned().collect();
    let _ = holds_everything("hung-authority", &archive(&place, &case, &done), &served);
    // Authorities that answer are asked for both seals.
    place.choose(&good);
    assert_eq!(place.run(&["seal", &case]).exits(0).json()["state"], "固化");
    let shown = place.run(&["case", "show", &case]).exits(0).json();
    let seals = shown["seals"].as_array().unwrap();
    assert!(
        seals.len() == 2 && seals.iter().all(|s| s["state"] == "固化"),
        "{shown}"
    );
}

/// The disk fills up while octets come in: the capture ends there, and what came until then is not lost.
#[test]
fn a_disk_that_fills_up_ends_a_capture_and_loses_nothing() {
    if office().is_none() {
        return;
    }
    let Some(disk) = SmallDisk::new(48 << 20) else {
        eprintln!("skipped: this process may not mount a small disk");
        return;
    };
    let place = Place::at(&disk.path().join("office"));
    let running = authorities();
    place.choose(&running);
    let case = place.case("磁盘将满");
    let site = Traps { huge: 200_000_000 }.start().unwrap();
    let answer = place.run(&["capture", &case, &Trap::Huge.url(&site)]);
    println!("{}", answer.told());
    assert!(
        matches!(answer.code, Some(0 | 1)) && !answer.panicked(),
        "{}",
        answer.told()
    );
    // Whatever was said: the office opens, its journal links, and the next capture begins with what was left of this one.
    let _ = place.run(&["journal", "verify"]).exits(0);
    let plain = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", plain.endpoint(0).origin());
    let next = place.run(&["capture", &case, &url]);
    println!("{}", next.told());
}

/// The statement's own detection: the wall clock against the monotonic one.
#[test]
fn a_clock_that_is_set_during_a_capture_is_said() {
    let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    if !Path::new(library).is_file() {
        eprintln!("skipped: no libfaketime here");
        return;
    }
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let clock = place.file("clock", b"+0");
    let child = place
        .command(CLERK, &["capture", &case, &url, "--json"])
        .env("LD_PRELOAD", library)
        .env("FAKETIME_TIMESTAMP_FILE", &clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = wait(Duration::from_secs(90), || asked(&site));
    std::fs::write(&clock, "+90").unwrap();
    let done = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(begun && done.status.success(), "{told}");
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    let lines = done["completeness"]["lines"].as_array().unwrap();
    let step = lines.iter().find(|l| l["code"] == "clock-step");
    let by: i64 = step.expect("said")["reason"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((88_000..92_000).contains(&by), "{by}");
    assert_eq!(done["completeness"]["partial"], true);
    assert_eq!(done["class"], "A-");
}

/// A root of one's own stands in the report before the capture, in the statement, and in what a verifier says.
#[test]
fn a_root_of_ones_own_is_said_everywhere() {
    if !Path::new("/usr/bin/certutil").is_file() {
        eprintln!("skipped: no certutil here");
        return;
    }
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let issuer = Issuer::throw_away().unwrap();
    let credential = issuer.issue(&["page.localhost"]).unwrap();
    let site = Plain::start(Listen::https(credential.into())).unwrap();
    let url = format!(
        "{}/index.html",
        site.endpoint(0).origin_as("page.localhost")
    );
    let root = place.file("root.der", issuer.certificate());
    // Without it the page is not opened, and that is said.
    let refused = captured(&place, &case, &url, &[]);
    assert_eq!(refused["ending"]["code"], "not-opened", "{refused}");
    let done = captured(&place, &case, &url, &["--extra-root", &root]);
    assert_eq!(
        (&done["ending"]["code"], &done["class"]),
        (&"closed".into(), &"A-".into())
    );
    let wacz = court_copy(&place, &case, &done);
    let file = place.file("rooted.wacz", &wacz);
    let report = fidem::verify::<&str>(Path::new(&file), &[]);
    assert!(report.finds("capture-deviation"), "{}", report.told());
    let package = std::fs::read(place.path("case.asice")).unwrap();
    let members = fidem_tests::members::Members::of(&package);
    let digest = fidem_fingerprint::hex::encode(&fidem_fingerprint::sha256(issuer.certificate()));
    let statement = members
        .0
        .iter()
        .filter(|(name, _)| name.contains("cleanliness-"));
    let said = statement.filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(&digest));
    println!("reports that name the root: {}", said.count());
}
