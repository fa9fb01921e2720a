//! Interrupted captures, without a browser: what was recorded becomes one set of items whenever finishing them fails, and no
//! capture stands in the way of another.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use fidem_capture::interactive::SignIn;
use fidem_capture::{Beginning, Browser, Keys, Operations, Segments, Sink, Withheld};
use fidem_casebook::{CaptureState, Casebook, KdfParams, NewCase, Role};
use fidem_office::{CaptureSummary, Desk, NewOffice, Office, OfficeError, Recovered, Step};
use fidem_testkit::FrozenClock;

const AT: &str = "2026-11-22T12:00:00Z";
const CLERK: &str = "张三";
const REVIEWER: &str = "李四";
const PASSPHRASE: &str = "drill";
const ACCOUNT: &str = "planted-account@example.com";
/// A log of Chromium, of a small site.
const LOG: &[u8] = include_bytes!("../../netlog/tests/data/http.json");

/// Fails once, when it was asked for something that many times: the clock, which cannot refuse, ends everything in the
/// middle, as a crash does.
struct Failing {
    clock: FrozenClock,
    left: Cell<usize>,
}

impl Failing {
    fn after(calls: usize) -> Self {
        Self {
            clock: FrozenClock::noon(),
            left: Cell::new(calls),
        }
    }

    fn sound() -> Self {
        Self::after(usize::MAX)
    }

    fn is_due(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left == 1
    }
}

impl Desk for Failing {
    fn now(&self) -> i64 {
        assert!(!self.is_due(), "the program ends here");
        self.clock.seconds()
    }

    fn entropy(&self, out: &mut [u8]) -> Result<(), OfficeError> {
        match self.is_due() {
            true => Err(OfficeError::Stopped),
            false => fidem_office::SystemDesk::fill(out),
        }
    }

    fn progress(&mut self, _: Step<'_>) -> ControlFlow<()> {
        match self.is_due() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

struct Place {
    folder: tempfile::TempDir,
    case: String,
}

impl Place {
    fn new() -> (Self, Office) {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Failing::sound();
        let new = NewOffice {
            name: "某公证处",
            name_en: None,
            demonstration: true,
            person: CLERK,
            passphrase: PASSPHRASE,
            kdf: KdfParams::weak_for_tests(),
        };
        let (mut office, _) = Office::create(folder.path(), &new, &mut desk).unwrap();
        let roles = [Role::Reviewer];
        office
            .person_add(&mut desk, REVIEWER, &roles, PASSPHRASE)
            .unwrap();
        let case = NewCase {
            matter: "网页".to_owned(),
            applicant: "王小明".to_owned(),
            facts_json: "{}".to_owned(),
            ..NewCase::default()
        };
        let case = office.case_new(&desk, &case).unwrap().id;
        (Self { folder, case }, office)
    }

    fn open(&self, person: &str) -> Office {
        Office::open(self.folder.path(), person, PASSPHRASE, &Failing::sound()).unwrap()
    }

    fn of(&self, id: &str) -> PathBuf {
        self.folder.path().join("captures").join(id)
    }

    /// A visit with a sign-in that was killed: as it lies in the folder then.
    fn interrupted(&self, office: Office, id: &str) -> Office {
        drop(office);
        let mut book = Casebook::open(self.folder.path(), CLERK, PASSPHRASE, AT).unwrap();
        let keys = Keys::generate();
        let url = "http://127.0.0.1/";
        book.capture_begin(AT, &self.case, id, url, &keys.secret)
            .unwrap();
        drop(book);
        let folder = self.of(id);
        fs::create_dir_all(&folder).unwrap();
        let beginning = Beginning {
            browser: Browser {
                path: PathBuf::from("/usr/bin/chromium"),
                version: "Chromium 156".to_owned(),
                sha256: "00".repeat(32),
                size: 1,
            },
            interactive: true,
            login: Some(SignIn {
                url: "http://127.0.0.1/login".to_owned(),
                account: ACCOUNT.to_owned(),
                person: "申请人".to_owned(),
            }),
            options: fidem_capture::Options::default(),
            secret_fields: Vec::new(),
            started: AT.to_owned(),
        };
        let file = fs::File::create(folder.join("beginning.json.age")).unwrap();
        let mut sealed = Withheld::begin(&keys.public, file).unwrap();
        sealed
            .write_all(&serde_json::to_vec(&beginning).unwrap())
            .unwrap();
        sealed.finish().unwrap();
        let stream = |name: &str| Segments::begin(&folder.join(name), &keys.public);
        let log = Operations::begin(Some(Box::new(stream("operations.jsonl.age"))));
        log.note("login-begin", serde_json::json!({}));
        log.note("login-end", serde_json::json!({"cookies": 2}));
        log.end_copy().unwrap();
        for (name, octets) in [("netlog.json.gz.age", LOG), ("tls-keys.log.gz.age", b"k\n")] {
            let mut stream = stream(name);
            stream.write_all(octets).unwrap();
            Box::new(stream).finish().unwrap();
        }
        self.open(CLERK)
    }
}

/// How many archives there are, and whether each item is in a seal.
fn archives(office: &Office, case: &str) -> usize {
    assert_eq!(office.case_detail(case).unwrap().unsealed, 0);
    let items = office.items(case, 0, 100_000).unwrap();
    items
        .iter()
        .filter(|i| i.item.name.ends_with(".wacz"))
        .count()
}

fn sound(recovered: Recovered) -> Vec<u32> {
    let failed: Vec<String> = recovered
        .failed
        .iter()
        .map(|f| f.error.to_string())
        .collect();
    assert_eq!(failed, [""; 0]);
    recovered.made.into_iter().map(|(_, item)| item).collect()
}

#[test]
fn whenever_finishing_fails_one_set_of_items_is_made() {
    let (place, mut office) = Place::new();
    let (mut before, mut after) = (0, 0);
    for calls in 1.. {
        let id = format!("{calls:032x}");
        office = place.interrupted(office, &id);
        let made = office.case_detail(&place.case).unwrap().items;
        let mut desk = Failing::after(calls);
        let first = catch_unwind(AssertUnwindSafe(|| office.recover_captures(&mut desk)));
        let whole = first.is_ok_and(|r| r.unwrap().failed.is_empty());
        drop(office);
        office = place.open(CLERK);
        let has_items = office.case_detail(&place.case).unwrap().items > made;
        if !whole {
            before += usize::from(!has_items);
            after += usize::from(has_items);
            let again = office.recover_captures(&mut Failing::sound()).unwrap();
            assert!(sound(again).len() <= 1, "after {calls}");
        }
        assert_eq!(archives(&office, &place.case), calls, "after {calls}");
        let captures = office.captures(&place.case).unwrap();
        let kept = |c: &CaptureSummary| !c.items.is_empty() && c.items.contains(&c.item);
        assert!(
            captures
                .iter()
                .all(|(c, s)| c.state == CaptureState::Kept && kept(s))
        );
        let idle = office.recover_captures(&mut Failing::sound()).unwrap();
        assert!(sound(idle).is_empty());
        if whole {
            break;
        }
    }
    eprintln!("it failed at {before} places before its items were made, at {after} after");
    assert!(before > 5 && after > 3, "{before} {after}");
}

#[test]
fn one_that_fails_stands_in_nobodys_way_and_is_tried_again() {
    let (place, office) = Place::new();
    let (bent, sound_one) = ("b".repeat(32), "c".repeat(32));
    let office = place.interrupted(office, &bent);
    let mut office = place.interrupted(office, &sound_one);
    let beginning = place.of(&bent).join("beginning.json.age");
    let whole = fs::read(&beginning).unwrap();
    fs::write(&beginning, b"bent").unwrap();
    let recovered = office.recover_captures(&mut Failing::sound()).unwrap();
    assert_eq!((recovered.made.len(), recovered.failed.len()), (1, 1));
    let failed = &recovered.failed[0];
    let number = office.case(&place.case).unwrap().number;
    assert_eq!(
        (failed.case.as_str(), failed.url.as_str()),
        (number.as_str(), "http://127.0.0.1/")
    );
    assert_eq!(failed.error.code(), "capture");
    // It stays where it is, and is finished once what stood in the way is gone.
    fs::write(&beginning, whole).unwrap();
    assert_eq!(
        sound(office.recover_captures(&mut Failing::sound()).unwrap()).len(),
        1
    );
    assert_eq!(archives(&office, &place.case), 2);
}

#[test]
fn the_login_is_restored_and_stands_nowhere_in_the_clear() {
    let (place, office) = Place::new();
    let id = "d".repeat(32);
    let mut office = place.interrupted(office, &id);
    for entry in fs::read_dir(place.of(&id)).unwrap() {
        let octets = fs::read(entry.unwrap().path()).unwrap();
        assert!(!holds(&octets, ACCOUNT.as_bytes()));
    }
    let item = sound(office.recover_captures(&mut Failing::sound()).unwrap())[0];
    let facts = office
        .captured(&Failing::sound(), &place.case, item)
        .unwrap();
    let did = facts.statement.interactive.unwrap();
    let login = did.login.unwrap();
    assert_eq!(
        (login.account.as_str(), login.person.as_str()),
        (ACCOUNT, "申请人")
    );
    assert_eq!(login.cookies, 2);
    assert!(!login.times.0.is_empty() && login.times.0 <= login.times.1);
    assert_eq!(did.film.unwrap().problem.as_deref(), Some("interrupted"));
}

#[test]
fn a_person_who_captures_nothing_finishes_nothing() {
    let (place, office) = Place::new();
    let id = "e".repeat(32);
    drop(place.interrupted(office, &id));
    let mut office = place.open(REVIEWER);
    assert!(sound(office.recover_captures(&mut Failing::sound()).unwrap()).is_empty());
    assert!(place.of(&id).exists());
    drop(office);
    let mut office = place.open(CLERK);
    assert_eq!(
        sound(office.recover_captures(&mut Failing::sound()).unwrap()).len(),
        1
    );
}

fn holds(octets: &[u8], text: &[u8]) -> bool {
    octets.windows(text.len()).any(|w| w == text)
}

#[test]
fn a_capture_that_never_began_to_write_ends_with_nothing() {
    let (place, office) = Place::new();
    let id = "f".repeat(32);
    let office = place.interrupted(office, &id);
    drop(office);
    fs::remove_dir_all(place.of(&id)).unwrap();
    let mut office = place.open(CLERK);
    assert!(sound(office.recover_captures(&mut Failing::sound()).unwrap()).is_empty());
    let captures = office.captures(&place.case).unwrap();
    assert_eq!(captures[0].0.state, CaptureState::Nothing);
}
