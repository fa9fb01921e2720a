//! Adding, disabling, passphrases.

mod common;

use common::*;
use fidem_casebook::{Casebook, CasebookError, Role};

#[test]
fn a_person_added_can_open_and_a_disabled_one_cannot() {
    let (dir, mut casebook, _) = office();
    let roles = [Role::Clerk, Role::Archivist];
    let added = casebook
        .person_add(AT, "李四", &roles, "hers", &mut entropy(2))
        .unwrap();
    assert_eq!((added.id, added.roles.as_slice()), (2, roles.as_slice()));
    drop(casebook);
    let hers = Casebook::open(dir.path(), "李四", "hers", LATER).unwrap();
    assert_eq!(hers.person(), &added);
    drop(hers);
    let mut casebook = Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap();
    casebook.person_disable(LATER, 2).unwrap();
    assert!(!casebook.person_list().unwrap()[1].active);
    let name = "李四".to_owned();
    assert_eq!(
        casebook.person_disable(LATER, 2),
        Err(CasebookError::PersonDisabled { name })
    );
    drop(casebook);
    assert_eq!(Casebook::people_of(dir.path()).unwrap(), [FIRST]);
    assert!(Casebook::open(dir.path(), "李四", "hers", LATER).is_err());
}

#[test]
fn a_slot_left_by_a_crash_opens_nothing_and_goes() {
    let (dir, mut casebook, _) = office();
    casebook
        .person_add(AT, "李四", &[Role::Clerk], "hers", &mut entropy(2))
        .unwrap();
    let path = dir.path().join(fidem_casebook::KEY_FILE);
    let before = std::fs::read(&path).unwrap();
    casebook.person_disable(LATER, 2).unwrap();
    drop(casebook);
    // The key file as if the machine had stopped between the commit and its replacement.
    std::fs::write(&path, before).unwrap();
    let refused = Casebook::open(dir.path(), "李四", "hers", LATER).unwrap_err();
    let name = "李四".to_owned();
    assert_eq!(refused, CasebookError::PersonDisabled { name });
    drop(Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).unwrap());
    assert_eq!(Casebook::people_of(dir.path()).unwrap(), [FIRST]);
}

#[test]
fn a_name_is_given_once() {
    let (_dir, mut casebook, _) = office();
    casebook
        .person_add(AT, "李四", &[Role::Clerk], "x", &mut entropy(2))
        .unwrap();
    casebook.person_disable(AT, 2).unwrap();
    for name in [FIRST, "李四"] {
        let again = casebook.person_add(AT, name, &[Role::Clerk], "y", &mut entropy(3));
        let name = name.to_owned();
        assert_eq!(again, Err(CasebookError::PersonExists { name }));
    }
    for name in ["", " ", " 李四", "李\n四", &"长".repeat(65)] {
        let refused = casebook.person_add(AT, name, &[Role::Clerk], "y", &mut entropy(3));
        assert_eq!(
            refused,
            Err(CasebookError::BadText { field: "name" }),
            "{name:?}"
        );
    }
    let nobody = casebook.person_add(AT, "赵六", &[], "y", &mut entropy(3));
    assert_eq!(nobody, Err(CasebookError::BadText { field: "roles" }));
}

#[test]
fn somebody_can_always_add_people() {
    let (_dir, mut casebook, _) = office();
    assert_eq!(
        casebook.person_disable(AT, 1),
        Err(CasebookError::OwnAccount)
    );
    let name = FIRST.to_owned();
    assert_eq!(
        casebook.person_roles(AT, 1, &[Role::Clerk]),
        Err(CasebookError::LastAdministrator { name })
    );
    casebook
        .person_add(AT, "李四", &[Role::Admin], "x", &mut entropy(2))
        .unwrap();
    casebook.person_roles(AT, 1, &[Role::Clerk]).unwrap();
    assert_eq!(casebook.person().roles, [Role::Clerk]);
    let name = "李四".to_owned();
    assert_eq!(
        casebook.person_disable(AT, 2),
        Err(CasebookError::LastAdministrator { name })
    );
    assert_eq!(
        casebook.person_disable(AT, 9),
        Err(CasebookError::UnknownPersonId { id: 9 })
    );
}

#[test]
fn a_changed_passphrase_replaces_the_old_one() {
    let (dir, mut casebook, _) = office();
    let name = FIRST.to_owned();
    assert_eq!(
        casebook.passphrase_change(AT, "wrong", "new", &mut entropy(2)),
        Err(CasebookError::WrongPassphrase { name })
    );
    casebook
        .passphrase_change(AT, PASSPHRASE, "new", &mut entropy(2))
        .unwrap();
    drop(casebook);
    assert!(Casebook::open(dir.path(), FIRST, PASSPHRASE, LATER).is_err());
    assert!(Casebook::open(dir.path(), FIRST, "new", LATER).is_ok());
}

#[test]
fn role_words_read_back() {
    for role in Role::ALL {
        assert_eq!(role.as_str().parse(), Ok(role));
    }
    let found = "boss".to_owned();
    assert_eq!(
        "boss".parse::<Role>(),
        Err(CasebookError::UnknownRole { found })
    );
}
