//! Every effect on the disk fails in turn: before it took place, and after. And the power goes at every one of them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use fidem_fingerprint::Hasher;
use fidem_vault::{Hook, Key, Moment, OsFailure, Step, Stored, Vault, VaultError};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

fn key_of(bytes: &[u8]) -> Key {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    Key(hasher.finish().sha256)
}

/// Fails at the n-th question; with `power` gone, at every one after it too.
#[derive(Default)]
struct Fault {
    armed: AtomicBool,
    asked: AtomicUsize,
    at: usize,
    power: bool,
    number: i32,
    seen: Mutex<BTreeSet<(Moment, Step)>>,
}

impl Hook for Fault {
    fn at(&self, moment: Moment, step: Step, _: &Path) -> io::Result<()> {
        if !self.armed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        self.seen.lock().unwrap().insert((moment, step));
        if asked == self.at || (self.power && asked > self.at) {
            return Err(io::Error::from_raw_os_error(self.number));
        }
        Ok(())
    }
}

/// A batch of `count` contents, the second of which finds a torn object in its place.
fn contents(count: u8) -> Vec<Vec<u8>> {
    (0..count).map(|n| vec![n; 100 + usize::from(n)]).collect()
}

fn tear(folder: &Path, bytes: &[u8]) {
    let hex = key_of(bytes).to_string();
    let place = folder.join("sha256").join(&hex[..2]).join(&hex[2..4]);
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join(hex), &bytes[..50]).unwrap();
}

fn offer(vault: &Vault, contents: &[Vec<u8>]) -> Result<Vec<Stored>, VaultError> {
    let mut items = Vec::new();
    for bytes in contents {
        items.push((vault.write_whole(bytes)?, key_of(bytes)));
    }
    vault.commit_all(items)
}

/// In memory where there is such a place: thousands of syncs wait for no disk.
fn fast_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// One commit with the fault; then what the rules of the house say about what it left behind.
fn check(count: u8, at: usize, power: bool) -> Option<Arc<Fault>> {
    let folder = fast_folder();
    let contents = contents(count);
    let torn = key_of(&contents[1]);
    let fault = Arc::new(Fault {
        at,
        power,
        number: EIO,
        ..Fault::default()
    });
    {
        let vault = Vault::open_with(folder.path(), fault.clone()).unwrap();
        tear(folder.path(), &contents[1]);
        fault.armed.store(true, Ordering::Relaxed);
        let answer = offer(&vault, &contents);
        fault.armed.store(power, Ordering::Relaxed);
        let reached = fault.asked.load(Ordering::Relaxed) > at;
        if reached {
            let error = answer.expect_err("a fault was swallowed");
            assert!(
                matches!(
                    error,
                    VaultError::Disk {
                        failure: OsFailure {
                            number: Some(EIO),
                            ..
                        },
                        ..
                    }
                ),
                "{error:?}"
            );
        } else {
            assert_eq!(answer.unwrap().len(), contents.len());
            return None;
        }
    }
    // The office starts again. No object has bytes that are not its own, but for the torn one that was there.
    let vault = Vault::open(folder.path()).unwrap();
    assert_eq!(
        fs::read_dir(folder.path().join("incoming"))
            .unwrap()
            .count(),
        1,
        "stale files are cleared"
    );
    for key in vault.keys() {
        let key = key.unwrap();
        let verdict = vault.verify(&key, &mut |_| ControlFlow::Continue(()));
        assert!(
            verdict.is_ok() || key == torn,
            "half-published: {verdict:?}"
        );
    }
    // And offering the batch again succeeds.
    offer(&vault, &contents).unwrap();
    for bytes in &contents {
        assert_eq!(&vault.read_all(&key_of(bytes), 1000).unwrap(), bytes);
    }
    Some(fault)
}

fn every_fault(count: u8, power: bool) -> BTreeSet<(Moment, Step)> {
    let mut seen = BTreeSet::new();
    for at in 0.. {
        match check(count, at, power) {
            Some(fault) => seen.extend(fault.seen.lock().unwrap().iter()),
            None => break,
        }
    }
    seen
}

/// The steps of a commit; a removal comes only after a failure.
const STEPS: [Step; 7] = [
    Step::CreateIncoming,
    Step::WriteIncoming,
    Step::SyncContents,
    Step::MakeFolder,
    Step::Publish,
    Step::Quarantine,
    Step::SyncNames,
];

fn assert_all_seen(seen: &BTreeSet<(Moment, Step)>) {
    for step in STEPS {
        for moment in [Moment::Before, Moment::After] {
            assert!(
                seen.contains(&(moment, step)),
                "{moment:?} {step:?} never failed"
            );
        }
    }
}

#[test]
fn each_effect_fails_before_and_after_in_a_small_batch() {
    assert_all_seen(&every_fault(3, false));
}

#[test]
fn each_effect_fails_before_and_after_in_a_large_batch() {
    assert_all_seen(&every_fault(7, false));
}

#[test]
fn the_power_goes_at_each_effect() {
    let mut seen = every_fault(3, true);
    seen.extend(every_fault(7, true));
    assert_all_seen(&seen);
}

#[test]
fn a_full_disk_is_said_so_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Question 2 is the first write.
    let fault = Arc::new(Fault {
        at: 2,
        number: ENOSPC,
        ..Fault::default()
    });
    let vault = Vault::open_with(folder.path(), fault.clone()).unwrap();
    fault.armed.store(true, Ordering::Relaxed);
    match offer(&vault, &contents(1)) {
        Err(VaultError::NoSpace {
            needed: Some(100),
            free: Some(free),
        }) => assert!(free > 0),
        other => panic!("{other:?}"),
    }
    assert_eq!(vault.keys().count(), 0);
    assert_eq!(
        fs::read_dir(folder.path().join("incoming"))
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn a_disk_full_while_publishing_is_no_space_too() {
    let folder = tempfile::tempdir().unwrap();
    struct FullFolder;
    impl Hook for FullFolder {
        fn at(&self, _: Moment, step: Step, path: &Path) -> io::Result<()> {
            let of_an_object = step == Step::MakeFolder
                && path
                    .parent()
                    .is_some_and(|above| above.parent().is_some_and(|top| top.ends_with("sha256")));
            if of_an_object {
                Err(io::Error::from_raw_os_error(ENOSPC))
            } else {
                Ok(())
            }
        }
    }
    let vault = Vault::open_with(folder.path(), Arc::new(FullFolder)).unwrap();
    assert!(matches!(
        offer(&vault, &contents(5)),
        Err(VaultError::NoSpace { needed: None, .. })
    ));
    assert_eq!(vault.keys().count(), 0);
}

/// A medium that answers every call and keeps something else.
struct Decay;

impl Hook for Decay {
    fn at(&self, moment: Moment, step: Step, path: &Path) -> io::Result<()> {
        if (moment, step) == (Moment::After, Step::SyncContents) && path.is_file() {
            let mut bytes = fs::read(path)?;
            bytes[10] ^= 1;
            let beside = path.with_extension("decayed");
            fs::write(&beside, bytes)?;
            fs::rename(beside, path)?;
        }
        Ok(())
    }
}

#[test]
fn a_copy_that_decayed_on_the_medium_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open_with(folder.path(), Arc::new(Decay)).unwrap();
    let bytes = vec![3; 100];
    let answer = vault.commit(vault.write_whole(&bytes).unwrap(), key_of(&bytes));
    let mut decayed = bytes.clone();
    decayed[10] ^= 1;
    assert_eq!(
        answer,
        Err(VaultError::ReadBackDiffers {
            key: key_of(&bytes),
            found: key_of(&decayed)
        })
    );
    assert_eq!(vault.keys().count(), 0);
}
