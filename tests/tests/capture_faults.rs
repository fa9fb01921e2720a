//! What goes wrong around a capture: authorities that hang, a disk that fills up, a clock that is set, a root of one's own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fidem_loopback::sites::{Plain, Trap, Traps};
use fidem_loopback::{Issuer, Listen, Server};
use fidem_testkit::{FrozenClock, Lie, LyingAuthority, SmallDisk};
use fidem_tests::captures::{archive, captured, court_copy, exchanges, office};
use fidem_tests::fidem;
use fidem_tests::forgery::now;
use fidem_tests::place::{CLERK, Place, REVIEWER, authorities};
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

/// Begins a capture and waits until the page is asked for: how long that took, and what the program said in the end.
fn begun(place: &Place, case: &str, url: &str, site: &Server) -> (Duration, Value) {
    let began = Instant::now();
    let before = site.log().exchanges().count();
    let child = place
        .command(CLERK, &["capture", case, url, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let asked = || site.log().exchanges().count() > before;
    assert!(wait(Duration::from_secs(90), asked), "never asked");
    let took = began.elapsed();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    (took, serde_json::from_slice(&done.stdout).unwrap())
}

/// the page is asked for within ten seconds, whatever the authorities do; the tokens come later.
#[test]
fn authorities_that_hang_do_not_keep_a_capture_from_beginning() {
    let Some((place, case, good)) = office() else {
        return;
    };
    let silent = || LyingAuthority::start(Lie::Silence, &FrozenClock::at(now())).unwrap();
    let silent = [silent(), silent()];
    let pem = silent.each_ref().map(|s| s.root_pem()).concat();
    let roots = place.file("roots.pem", pem.as_bytes());
    let [first, second] = silent.each_ref().map(LyingAuthority::url);
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    // The recorder's self-test is made once in half an hour: by this one.
    let _ = captured(&place, &case, &url, &[]);
    let (usual, done) = begun(&place, &case, &url, &site);
    assert_eq!(done["state"], "固化");
    let _ = place
        .run(&["authority", "choose", &first, &second, "--roots", &roots])
        .exits(0);
    // A machine that is busy with other things gets three attempts.
    let mut tries = Vec::new();
    while tries.len() < 3
        && !tries
            .iter()
            .any(|(took, _)| *took < Duration::from_secs(10))
    {
        tries.push(begun(&place, &case, &url, &site));
    }
    let seals_made = 4 + 2 * tries.len();
    let (took, done) = tries.into_iter().min_by_key(|(took, _)| *took).unwrap();
    let (took, usual) = (took.as_secs_f64(), usual.as_secs_f64());
    eprintln!(
        "the page is asked for after {usual:.1} s; after {took:.1} s where both authorities hang"
    );
    // What the machine itself takes is not the authorities' doing.
    assert!(took < (usual + 4.0).max(10.0), "{took} against {usual}");
    assert_eq!(done["state"], "待固化", "{done}");
    assert_eq!(done["ending"]["code"], "closed");
    // Authorities that answer are asked for all that wait.
    place.choose(&good);
    assert_eq!(place.run(&["seal", &case]).exits(0).json()["state"], "固化");
    let shown = place.run(&["case", "show", &case]).exits(0).json();
    let seals = shown["seals"].as_array().unwrap();
    assert!(
        seals.len() == seals_made && seals.iter().all(|s| s["state"] == "固化"),
        "{shown}"
    );
    assert!(!exchanges(&archive(&place, &case, &done)).is_empty());
}

/// The disk fills up while octets come in: the capture ends while there is still room to keep what came.
#[test]
fn a_disk_that_fills_up_ends_a_capture_and_loses_nothing() {
    if office().is_none() {
        return;
    }
    let Some(disk) = SmallDisk::new(200 << 20) else {
        eprintln!("skipped: this process may not mount a small disk");
        return;
    };
    let place = Place::at(&disk.path().join("office"));
    let running = authorities();
    place.choose(&running);
    let case = place.case("磁盘将满");
    let site = Traps { huge: 400_000_000 }.start().unwrap();
    let done = captured(&place, &case, &Trap::Huge.url(&site), &[]);
    assert_eq!(done["ending"]["code"], "not-written", "{done}");
    assert_eq!(done["completeness"]["partial"], true);
    assert_eq!(done["state"], "固化");
    let kept = exchanges(&archive(&place, &case, &done));
    let length = kept.iter().map(|e| e.response.len()).max();
    eprintln!("kept of 400 MB on a disk of 200 MiB: {length:?} octets");
    assert!(length > Some(1_000_000), "{length:?}");
    let huge = site
        .finish()
        .exchanges()
        .find(|e| e.target == "/huge")
        .cloned();
    let huge = huge.unwrap();
    let sent = [huge.response_head, huge.response_body.kept].concat();
    assert!(
        kept.iter()
            .any(|e| e.response.len() > 1_000_000 && sent.starts_with(&e.response))
    );
    // On a disk that is as good as full no capture begins, and nothing of the office is harmed.
    let ballast = disk.path().join("ballast");
    let free = usize::try_from(disk.free().unwrap()).unwrap();
    std::fs::write(&ballast, vec![7; free - (20 << 20)]).unwrap();
    let refused = place
        .run(&["capture", &case, "http://127.0.0.1:9/"])
        .exits(1);
    assert_eq!(refused.error(), "no-space", "{}", refused.told());
    std::fs::remove_file(&ballast).unwrap();
    let _ = place.run(&["journal", "verify"]).exits(0);
    let next = captured(&place, &case, "http://127.0.0.1:9/", &[]);
    assert_eq!(next["ending"]["code"], "not-opened");
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
    assert!(said.count() > 0, "no report names the root");
}

/// A program that stands before the browser takes its sandbox away: the recorder did not ask for that, and says it.
#[test]
fn a_browser_without_its_sandbox_is_said_everywhere() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    // The browser runs as another user where the tests run as administrator: it must find its way there.
    let folder = tempfile::Builder::new()
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir()
        .unwrap();
    let before = folder.path().join("browser");
    let script = "#!/bin/sh\nexec /usr/lib/chromium/chromium --no-sandbox \"$@\"\n";
    std::fs::write(&before, script).unwrap();
    std::fs::set_permissions(&before, std::fs::Permissions::from_mode(0o755)).unwrap();
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let said = |done: &Value| -> Value {
        let wacz = court_copy(&place, &case, done);
        let limits = fidem_webarchive::Limits::default();
        let opened = fidem_webarchive::lookup::Wacz::open(&wacz, &limits).unwrap();
        let told = opened.member("fidem/capture.json", 1 << 24).unwrap();
        serde_json::from_slice(&told).unwrap()
    };
    let usual = captured(&place, &case, &url, &[]);
    assert_eq!(said(&usual)["deviations"], serde_json::json!([]));
    let path = before.display().to_string();
    let done = captured(&place, &case, &url, &["--browser", &path]);
    assert_eq!(done["ending"]["code"], "closed", "{done}");
    let expected = serde_json::json!([{"code": "no-sandbox"}]);
    assert_eq!(said(&done)["deviations"], expected);
    assert_eq!(done["class"], "A-");
    let file = place.file("bare.wacz", &court_copy(&place, &case, &done));
    let report = fidem::verify::<&str>(Path::new(&file), &["--lang", "en"]);
    assert!(report.finds("capture-deviation"), "{}", report.told());
}

/// a device of the office, registered by one person and confirmed by another, in the network it was registered
/// in; and two reports without a blemish. Whether this machine is clean is for the reports to say, and the class follows
/// from them: A where they are, A- where they are not.
#[test]
fn the_class_follows_from_device_network_and_reports() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let registered = place.run(&["device", "register", "取证机"]).exits(0).json();
    assert_eq!(registered["here"]["of_office"], false);
    let Some(identity) = registered["here"]["device"].as_str() else {
        eprintln!("skipped: this machine has no id");
        return;
    };
    // Not by the person who registered it.
    assert_eq!(place.run(&["device", "confirm", identity]).code, Some(1));
    place.hire(REVIEWER, "notary");
    let confirmed = place.run_as(REVIEWER, &["device", "confirm", identity]);
    let here = &confirmed.exits(0).json()["here"];
    assert_eq!(here["of_office"], true);
    let done = captured(&place, &case, &url, &[]);
    let _ = court_copy(&place, &case, &done);
    let package = std::fs::read(place.path("case.asice")).unwrap();
    let members = fidem_tests::members::Members::of(&package);
    let mut against: Vec<String> = Vec::new();
    for (name, bytes) in &members.0 {
        if name.contains("cleanliness-") && name.ends_with(".json") && name.starts_with("evidence/")
        {
            let report: Value = serde_json::from_slice(bytes).unwrap();
            against.extend(blemishes(&report));
        }
    }
    if here["in_network"] != true {
        against.push("no known gateway".to_owned());
    }
    against.sort();
    against.dedup();
    eprintln!(
        "class {}; against class A on this machine: {}",
        done["class"],
        against.join(", ")
    );
    let class = if against.is_empty() { "A" } else { "A-" };
    assert_eq!(done["class"], class);
}

/// What a report has that lowers a class.
fn blemishes(report: &Value) -> Vec<String> {
    const RUNNING: [&str; 3] = [
        "browser-profile",
        "browser-command-line",
        "recorder-self-test",
    ];
    const ESSENTIAL: [&str; 8] = [
        "clock-offset",
        "clock-integrity",
        "hosts-file",
        "proxy",
        "trust-store",
        "browser-binary",
        "browser-policies",
        "target-address",
    ];
    let before = report["phase"] == "before";
    let checks = report["checks"].as_array().unwrap();
    let lowers = |check: &&Value| {
        let code = check["code"].as_str().unwrap();
        let asked = ESSENTIAL.contains(&code) || before && RUNNING.contains(&code);
        check["effect"] != "none" || asked && check["verdict"] != "normal"
    };
    let said = checks.iter().filter(lowers);
    said.map(|c| {
        format!(
            "{} {}",
            c["code"].as_str().unwrap(),
            c["verdict"].as_str().unwrap()
        )
    })
    .collect()
}
