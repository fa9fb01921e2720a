//! Making, opening, refusing and recovering an office.

mod common;

use std::fs;

use common::*;
use fidem_casebook::{CASEBOOK_FILE, Casebook, CasebookError, KEY_FILE, KdfParams};

fn name() -> String {
    FIRST.to_owned()
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let (dir, mut casebook, _) = office();
    let (id, _) = case(&mut casebook, "case-1");
    drop(casebook);
    assert_eq!(Casebook::people_of(dir.path()).unwrap(), [FIRST]);
    let casebook = Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap();
    assert_eq!(casebook.profile(), &profile());
    assert_eq!(casebook.person().name, FIRST);
    assert_eq!(
        casebook.case_find(&id).unwrap().unwrap().matter,
        "网页内容保全"
    );
}

#[test]
fn a_wrong_passphrase_and_an_unknown_name_are_told_apart() {
    let (dir, casebook, _) = office();
    drop(casebook);
    let wrong = Casebook::open(dir.path(), FIRST, "wrong", LATER).unwrap_err();
    assert_eq!(wrong, CasebookError::WrongPassphrase { name: name() });
    let unknown = Casebook::open(dir.path(), "王五", PASSPHRASE, LATER).unwrap_err();
    assert_eq!(
        unknown,
        CasebookError::UnknownPerson {
            name: "王五".into()
        }
    );
}

#[test]
fn an_open_office_is_not_opened_twice() {
    let (dir, casebook, _) = office();
    match Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER) {
        Err(CasebookError::AlreadyOpen { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
        other => panic!("{other:?}"),
    }
    drop(casebook);
    assert!(Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).is_ok());
}

#[test]
fn nothing_in_the_folder_can_be_read_without_the_key() {
    let (dir, mut casebook, sheet) = office();
    sealed_case(&mut casebook, "case-1");
    let secrets = [
        "李小明",
        "网页内容保全",
        "a.txt",
        "carrier",
        "Some TSA",
        PASSPHRASE,
        sheet.text(),
    ];
    for entry in fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret} in {}", path.display());
        }
    }
    let database = fs::read(dir.path().join(CASEBOOK_FILE)).unwrap();
    assert!(database.len() >= 4096);
    assert!(!database.starts_with(b"SQLite format 3"));
    // The test can find what is there: staff names stand in the key file by design.
    let key_file = fs::read_to_string(dir.path().join(KEY_FILE)).unwrap();
    assert!(key_file.contains(FIRST));
}

#[test]
fn the_recovery_sheet_gives_a_new_passphrase_and_can_be_renewed() {
    let (dir, casebook, sheet) = office();
    drop(casebook);
    let mut random = entropy(3);
    let recovered = Casebook::recover(
        dir.path(),
        sheet.text(),
        FIRST,
        "new one",
        &mut random,
        LATER,
    );
    let mut casebook = recovered.unwrap();
    let renewed = casebook.recovery_renew(LATER, &mut random).unwrap();
    drop(casebook);
    let old = Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap_err();
    assert_eq!(old, CasebookError::WrongPassphrase { name: name() });
    drop(Casebook::open(dir.path(), FIRST, "new one", LATER).unwrap());
    let again = |sheet: &str| {
        Casebook::recover(dir.path(), sheet, FIRST, "third", &mut entropy(4), LATER).map(drop)
    };
    assert_eq!(again(sheet.text()), Err(CasebookError::WrongRecoverySheet));
    let wrong = if renewed.text().starts_with('A') {
        "B"
    } else {
        "A"
    };
    let mistyped = renewed
        .text()
        .replacen(renewed.text().get(..1).unwrap(), wrong, 1);
    assert_eq!(
        again(&mistyped),
        Err(CasebookError::MistypedSheet { group: 1 })
    );
    assert_eq!(again(renewed.text()), Ok(()));
}

#[test]
fn an_open_office_may_move_to_another_thread() {
    fn movable<T: Send>(_: &T) {}
    let (_dir, casebook, _) = office();
    movable(&casebook);
}

#[test]
fn an_office_is_never_made_over_another() {
    let (dir, casebook, _) = office();
    drop(casebook);
    let weak = KdfParams::weak_for_tests();
    let again =
        || Casebook::create(dir.path(), &profile(), &first(), weak, &mut entropy(5), AT).map(drop);
    assert_eq!(
        again(),
        Err(CasebookError::AlreadyAnOffice { found: KEY_FILE })
    );
    // A casebook whose key file is lost may still be opened with a copy of it: it is not written over either.
    fs::remove_file(dir.path().join(KEY_FILE)).unwrap();
    assert_eq!(
        again(),
        Err(CasebookError::AlreadyAnOffice {
            found: CASEBOOK_FILE
        })
    );
}

#[test]
fn a_folder_that_is_no_office_stays_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let missing = KEY_FILE;
    assert_eq!(
        Casebook::open(dir.path(), FIRST, PASSPHRASE, AT).unwrap_err(),
        CasebookError::NoOffice {
            dir: dir.path().into(),
            missing
        }
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_key_file_of_another_office_does_not_fit() {
    let (one, casebook, _) = office();
    drop(casebook);
    let two = tempfile::tempdir().unwrap();
    let weak = KdfParams::weak_for_tests();
    let made = Casebook::create(two.path(), &profile(), &first(), weak, &mut entropy(6), AT);
    drop(made.unwrap());
    fs::copy(two.path().join(KEY_FILE), one.path().join(KEY_FILE)).unwrap();
    let refused = Casebook::open(one.path(), FIRST, PASSPHRASE, LATER).unwrap_err();
    assert_eq!(refused, CasebookError::KeyDoesNotFit);
}

#[test]
fn a_damaged_page_is_not_read_as_if_nothing_happened() {
    let (dir, mut casebook, _) = office();
    sealed_case(&mut casebook, "case-1");
    drop(casebook);
    let path = dir.path().join(CASEBOOK_FILE);
    let mut bytes = fs::read(&path).unwrap();
    // One bit in the first page after the salt: SQLCipher's HMAC covers every page.
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).is_err());
}

#[test]
fn failing_randomness_leaves_no_office() {
    let dir = tempfile::tempdir().unwrap();
    let mut dead = |_: &mut [u8]| {
        Err(fidem_casebook::EntropyError {
            reason: "none".into(),
        })
    };
    let weak = KdfParams::weak_for_tests();
    let made = Casebook::create(dir.path(), &profile(), &first(), weak, &mut dead, AT);
    assert!(matches!(made, Err(CasebookError::Entropy(_))));
    assert!(!dir.path().join(KEY_FILE).exists() && !dir.path().join(CASEBOOK_FILE).exists());
}

#[test]
fn the_machine_is_named_in_entries_when_it_was_told() {
    let (dir, casebook, _) = office();
    drop(casebook);
    let casebook =
        Casebook::open_from(dir.path(), FIRST, PASSPHRASE, Some("desk-7"), LATER).unwrap();
    let last = casebook
        .journal(&Default::default())
        .unwrap()
        .pop()
        .unwrap();
    let text = String::from_utf8(last.bytes).unwrap();
    assert!(text.contains(r#""action":"person.opened""#) && text.contains(r#""host":"desk-7""#));
}
