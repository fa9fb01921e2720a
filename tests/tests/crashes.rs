//! A program killed at any moment, or a full disk, leaves an office that opens, verifies and goes on.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use fidem_testkit::{SmallDisk, TwoAuthorities};
use fidem_tests::fidem;
use fidem_tests::place::{CLERK, Place, authorities};
use fidem_tests::seeded::Seeded;
use serde_json::json;

const FILES: usize = 2500;

/// Many small files and a few larger ones, in a folder beside the office.
fn material(place: &Place) -> String {
    let mut seeded = Seeded::new(11);
    for i in 0..FILES {
        let len = if i % 500 == 0 {
            1 << 20
        } else {
            seeded.below(4000)
        };
        let bytes = seeded.bytes(len);
        let _ = place.file(&format!("in/{:02}/{i:05}.bin", i % 40), &bytes);
    }
    place.path("in")
}

fn start(place: &Place, arguments: &[&str]) -> Child {
    place
        .command(CLERK, arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

/// Kills a command after a while; whether it was still running.
fn killed(place: &Place, arguments: &[&str], after: Duration) -> bool {
    let mut child = start(place, arguments);
    std::thread::sleep(after);
    let running = matches!(child.try_wait(), Ok(None));
    child.kill().expect("killed");
    child.wait().expect("ended");
    running
}

/// How long a command takes from its start to its end when nobody stops it.
fn duration(place: &Place, arguments: &[&str]) -> Duration {
    let begun = Instant::now();
    let _ = place.run(arguments).exits(0);
    begun.elapsed()
}

/// Ascending parts of a duration; its start, which is key derivation, is left out.
fn parts(seed: u64, count: u32) -> Vec<f64> {
    let mut seeded = Seeded::new(seed);
    (0..count)
        .map(|i| {
            let part =
                f64::from(i) + f64::from(u32::try_from(seeded.below(1000)).unwrap_or(0)) / 1000.0;
            0.25 + 0.75 * part / f64::from(count)
        })
        .collect()
}

/// The office opens, its journal links, and every original that it names is there and whole.
#[track_caller]
fn is_sound(place: &Place, what: &str) {
    let doctor = place.run(&["doctor"]);
    assert_eq!(doctor.code, Some(0), "{what}\n{}", doctor.told());
    assert_eq!(doctor.json()["damaged"], json!([]), "{what}");
}

#[track_caller]
fn is_whole(place: &Place, package: &str, running: &TwoAuthorities) {
    let roots = running.roots();
    let file = place.folder().join(package);
    let report = fidem::verify(&file, &["--trust".as_ref(), roots.as_os_str()]).exits(0);
    assert_eq!(report.codes("mismatch"), [""; 0], "{}", report.told());
}

#[test]
fn killed_at_any_moment_of_taking_in_sealing_and_exporting() {
    let place = Place::new();
    let authorities = authorities();
    place.choose(&authorities);
    let folder = material(&place);
    let rehearsal = place.case("预演");
    let adding = duration(&place, &["add", &rehearsal, &folder]);
    let sealing = duration(&place, &["seal", &rehearsal]);
    let exporting = duration(&place, &["export", &rehearsal, "-o", "rehearsal.asice"]);
    is_whole(&place, "rehearsal.asice", &authorities);
    std::fs::remove_file(place.path("rehearsal.asice")).expect("removed");

    let case = place.case("断电");
    let mut hit = 0;
    let mut span = adding;
    for part in parts(12, 8) {
        let after = span.mul_f64(part);
        let running = killed(&place, &["add", &case, &folder], after);
        eprintln!("add, {after:?} of {span:?}: still running {running}");
        hit += usize::from(running);
        // The rehearsal may have met a busier machine, and what is in the vault already is quickly taken in again.
        if !running {
            span = after;
        }
        is_sound(&place, &format!("add killed after {after:?} of {adding:?}"));
    }
    assert!(hit >= 4, "only {hit} of 8 were still at work");
    let _ = place.run(&["journal", "verify"]).exits(0);
    let kept = place.run(&["case", "show", &case]).exits(0);
    assert_eq!(kept.json()["seals"], json!([]));

    let one = place.file("in-last.txt", b"the last one");
    let _ = place.run(&["add", &case, &folder, &one]).exits(0);
    let mut hit = 0;
    for part in parts(13, 6) {
        let after = sealing.mul_f64(part);
        let running = killed(&place, &["seal", &case], after);
        eprintln!("seal, {after:?} of {sealing:?}: still running {running}");
        is_sound(
            &place,
            &format!("seal killed after {after:?} of {sealing:?}"),
        );
        hit += u32::from(running);
        if !running {
            break;
        }
    }
    assert!(hit >= 1, "no seal was killed at work");
    sealed_once(&place, &case);

    for part in parts(14, 6) {
        let after = exporting.mul_f64(part);
        let running = killed(&place, &["export", &case, "-o", "case.asice"], after);
        eprintln!("export, {after:?} of {exporting:?}: still running {running}");
        // Under its name the package is whole or not there.
        if Path::new(&place.path("case.asice")).exists() {
            is_whole(&place, "case.asice", &authorities);
        }
        is_sound(
            &place,
            &format!("export killed after {after:?} of {exporting:?}"),
        );
        if !running {
            break;
        }
    }
    let exported = place.run(&["export", &case, "-o", "case.asice"]).exits(0);
    assert_eq!(
        exported.json()["revision"],
        1,
        "a killed export is no revision of its own"
    );
    is_whole(&place, "case.asice", &authorities);
    let _ = place.run(&["journal", "verify"]).exits(0);
}

/// However often sealing was killed, the case has one seal over all its items, and no item stands in two.
fn sealed_once(place: &Place, case: &str) {
    let answer = place.run(&["seal", case]);
    let complete = match answer.code {
        Some(0) => answer.json()["state"] == "固化",
        _ => answer.error() == "nothing-to-seal",
    };
    assert!(complete, "{}", answer.told());
    let shown = place.run(&["case", "show", case]).exits(0).json();
    let seals = shown["seals"].as_array().cloned().unwrap_or_default();
    assert_eq!(seals.len(), 1, "{seals:?}");
    assert_eq!(seals[0]["state"], "固化");
}

#[test]
fn a_disk_that_is_full_loses_nothing() {
    let Some(disk) = SmallDisk::new(24 << 20) else {
        eprintln!("skipped: this process may not mount a small disk");
        return;
    };
    let place = Place::at(&disk.path().join("office"));
    let running = authorities();
    place.choose(&running);
    let case = place.case("磁盘已满");
    let mut seeded = Seeded::new(15);
    let first = place.file("first.bin", &seeded.bytes(100_000));
    let _ = place.run(&["add", &case, &first]).exits(0);

    // Known beforehand: refused before anything is read.
    let large = place.file("large.bin", &seeded.bytes(30 << 20));
    let answer = place.run(&["add", &case, &large]).exits(1);
    assert_eq!(answer.error(), "no-space", "{}", answer.told());
    is_sound(&place, "a file larger than the disk");

    // Filled by somebody else, down to less and less: whichever write fails, nothing is lost.
    for left in [400_000, 150_000, 60_000, 12_000, 0] {
        let ballast = disk.path().join("ballast");
        fill(&ballast, &disk, left);
        let next = place.file("next.bin", &seeded.bytes(50_000));
        let add = place.run(&["add", &case, &next]);
        let seal = place.run(&["seal", &case]);
        eprintln!("{left} left: add {:?}, seal {:?}", add.code, seal.code);
        for answer in [&add, &seal] {
            assert!(
                matches!(answer.code, Some(0 | 1)),
                "{left} left\n{}",
                answer.told()
            );
            assert!(!answer.panicked(), "{left} left\n{}", answer.told());
            if answer.code == Some(1) {
                assert!(!answer.error().is_empty() && !answer.stderr.is_empty());
            }
        }
        if left == 0 {
            assert_eq!(
                add.code,
                Some(1),
                "a full disk takes nothing in\n{}",
                add.told()
            );
        }
        std::fs::remove_file(&ballast).expect("removed");
        is_sound(&place, &format!("{left} octets left"));
    }

    let last = place.file("last.bin", &seeded.bytes(50_000));
    let _ = place.run(&["add", &case, &last]).exits(0);
    assert_eq!(place.run(&["seal", &case]).exits(0).json()["state"], "固化");
    let _ = place.run(&["export", &case, "-o", "case.asice"]).exits(0);
    is_whole(&place, "case.asice", &running);
    let _ = place.run(&["journal", "verify"]).exits(0);

    // An export onto the full disk leaves no half package.
    let ballast = disk.path().join("ballast");
    fill(&ballast, &disk, 100_000);
    let there = disk.path().join("case.asice");
    let out = there.display().to_string();
    let answer = place.run(&["export", &case, "-o", &out]);
    assert_eq!(answer.code, Some(1), "{}", answer.told());
    assert!(!there.exists() && !disk.path().join(".case.asice.part").exists());
    std::fs::remove_file(&ballast).expect("removed");
    let _ = place.run(&["export", &case, "-o", &out]).exits(0);
    is_sound(&place, "after a failed export");
}

/// Fills the disk until about `left` octets are free.
fn fill(ballast: &Path, disk: &SmallDisk, left: u64) {
    let free = disk.free().expect("a number");
    let take = usize::try_from(free.saturating_sub(left)).unwrap_or(0);
    let _ = std::fs::write(ballast, vec![7; take]);
    if left == 0 {
        // Whatever pages are still to be had.
        let mut more = vec![7; take];
        more.resize(take + (1 << 20), 7);
        let _ = std::fs::write(ballast, more);
    }
}
