//! An office in a temporary folder, and small makers of what the tests put into it.
#![allow(dead_code, reason = "each test file uses its part")]

use fidem_casebook::{
    BatchId, Casebook, EntropyError, KdfParams, NewCase, NewItem, NewPerson, NewToken, Profile,
    RecoverySheet, Role,
};
use fidem_fingerprint::{sha256, sm3};
use tempfile::TempDir;

pub const AT: &str = "2026-11-22T12:00:00Z";
pub const LATER: &str = "2026-11-22T13:00:00Z";
pub const FIRST: &str = "张三";
pub const PASSPHRASE: &str = "correct horse battery";

/// Bytes that differ from call to call and from seed to seed; no secret.
pub fn entropy(seed: u64) -> impl FnMut(&mut [u8]) -> Result<(), EntropyError> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |buffer| {
        for byte in buffer {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = state.to_le_bytes()[3];
        }
        Ok(())
    }
}

pub fn profile() -> Profile {
    Profile {
        office_id: "0b9f6c1e-office".into(),
        name: "浙江省杭州市某某公证处".into(),
        name_en: None,
        demonstration: false,
        created: AT.into(),
    }
}

pub fn first() -> NewPerson<'static> {
    NewPerson {
        name: FIRST,
        roles: vec![Role::Notary, Role::Admin],
        passphrase: PASSPHRASE,
    }
}

pub fn office() -> (TempDir, Casebook, RecoverySheet) {
    let dir = tempfile::tempdir().unwrap();
    let weak = KdfParams::weak_for_tests();
    let made = Casebook::create(dir.path(), &profile(), &first(), weak, &mut entropy(1), AT);
    let (casebook, sheet) = made.unwrap();
    (dir, casebook, sheet)
}

/// Closes the office and opens it again as somebody else, who is added first when new.
pub fn as_other(dir: &TempDir, mut casebook: Casebook, name: &str) -> Casebook {
    if casebook
        .person_list()
        .unwrap()
        .iter()
        .all(|p| p.name != name)
    {
        let roles = [Role::Reviewer];
        casebook
            .person_add(AT, name, &roles, PASSPHRASE, &mut entropy(2))
            .unwrap();
    }
    drop(casebook);
    Casebook::open(dir.path(), name, PASSPHRASE, LATER).unwrap()
}

pub fn new_case(matter: &str, applicant: &str) -> NewCase {
    NewCase {
        matter: matter.into(),
        applicant: applicant.into(),
        facts_json: "{}".into(),
        ..NewCase::default()
    }
}

/// A case with one batch; its id.
pub fn case(casebook: &mut Casebook, id: &str) -> (String, BatchId) {
    casebook
        .case_new(AT, &new_case("网页内容保全", "李小明"), id.into())
        .unwrap();
    let batch = casebook.batch_add(AT, id, "{}").unwrap();
    (id.to_owned(), batch)
}

pub fn new_item(name: &str) -> NewItem {
    NewItem {
        name: name.into(),
        original_path: None,
        media_type: "application/octet-stream".into(),
        class: "C".into(),
        facts_json: r#"{"carrier":"U盘"}"#.into(),
        size: 3,
        sha256: sha256(name.as_bytes()),
        sm3: sm3(name.as_bytes()),
        nonces: [[7; 16], [8; 16]],
        received_at: AT.into(),
        hashed_at: AT.into(),
        member: None,
    }
}

pub fn token(ordinal: u32, counts: bool) -> NewToken {
    NewToken {
        ordinal,
        authority: "Some TSA".into(),
        url: "http://tsa.example/".into(),
        asic_xml: b"<xml/>".to_vec(),
        token: vec![0x30, 0x00],
        summary_json: "{}".into(),
        counts,
    }
}

/// A case with one sealed item; the seal's number is 1.
pub fn sealed_case(casebook: &mut Casebook, id: &str) -> String {
    let (case, batch) = case(casebook, id);
    let items = casebook
        .items_add(AT, &case, batch, &[new_item("a.txt")])
        .unwrap();
    let seal = casebook
        .seal_begin(AT, &case, &items, b"manifest", b"seal")
        .unwrap();
    casebook
        .token_add(AT, &case, seal, &token(1, true))
        .unwrap();
    casebook.seal_complete(AT, &case, seal).unwrap();
    case
}
