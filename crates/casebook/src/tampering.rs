//! Somebody who has the key writes past the program: the triggers stop a careless hand, verification finds a careful
//! one.

use fidem_fingerprint::sha256;
use fidem_manifest::chain;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    Casebook, CasebookError, EntropyError, FaultKind, JournalFault, KdfParams, NewCase, NewPerson,
    Profile, Role,
};

const AT: &str = "2026-11-22T12:00:00Z";

fn office() -> (TempDir, Casebook) {
    let dir = tempfile::tempdir().unwrap();
    let profile = Profile {
        office_id: "office".into(),
        name: "某公证处".into(),
        name_en: None,
        demonstration: true,
        created: AT.into(),
    };
    let first = NewPerson {
        name: "张三",
        roles: vec![Role::Admin],
        passphrase: "p",
    };
    let mut entropy = |buffer: &mut [u8]| -> Result<(), EntropyError> {
        buffer.fill(0x5A);
        Ok(())
    };
    let weak = KdfParams::weak_for_tests();
    let (mut casebook, _) =
        Casebook::create(dir.path(), &profile, &first, weak, &mut entropy, AT).unwrap();
    for id in ["a", "b"] {
        let new = NewCase {
            matter: "m".into(),
            applicant: "n".into(),
            facts_json: "{}".into(),
            ..NewCase::default()
        };
        casebook.case_new(AT, &new, id.into()).unwrap();
    }
    for n in 0..4 {
        casebook
            .journal_append(AT, "item.viewed", Some("a"), None, json!({ "n": n }))
            .unwrap();
    }
    assert_eq!(casebook.journal_verify().map(|head| head.seq), Ok(8));
    (dir, casebook)
}

/// Drops the guards and does it anyway; the fault that verification then finds.
fn fault_after(sql: &str) -> Option<JournalFault> {
    let (_dir, casebook) = office();
    drop_guards(&casebook);
    casebook.conn.execute_batch(sql).unwrap();
    casebook.journal_verify().err()
}

fn drop_guards(casebook: &Casebook) {
    let drops: Vec<String> = casebook
        .conn
        .prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    assert!(drops.len() > 20);
    for sql in drops {
        casebook.conn.execute_batch(&sql).unwrap();
    }
}

fn at(seq: u64, kind: FaultKind) -> Option<JournalFault> {
    Some(JournalFault { seq, kind })
}

#[test]
fn the_triggers_refuse_every_edit_of_what_is_kept() {
    let (_dir, casebook) = office();
    for sql in [
        "UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE seq = 3",
        "DELETE FROM journal WHERE seq = 8",
        "DELETE FROM journal",
        "UPDATE journal_head SET seq = 7",
        "DELETE FROM journal_head",
        "DELETE FROM casefile",
        "UPDATE casefile SET number = 'x'",
        "DELETE FROM person",
        "UPDATE person SET name = 'x'",
        "UPDATE office SET demonstration = 0",
    ] {
        let refused = casebook.conn.execute_batch(sql);
        assert!(refused.is_err(), "{sql}");
    }
    assert!(casebook.journal_verify().is_ok());
}

#[test]
fn an_edit_is_found_where_it_was_made() {
    let edit = "UPDATE journal SET bytes = CAST(replace(CAST(bytes AS TEXT), '张三', '李四') AS BLOB) WHERE seq = 4";
    assert_eq!(fault_after(edit), at(4, FaultKind::Altered));
    let digest = "UPDATE journal SET hash = zeroblob(32) WHERE seq = 4";
    assert_eq!(fault_after(digest), at(4, FaultKind::Altered));
    let last = "UPDATE journal SET bytes = CAST(replace(CAST(bytes AS TEXT), '张三', '李四') AS BLOB) WHERE seq = 8";
    assert_eq!(fault_after(last), at(8, FaultKind::Altered));
}

#[test]
fn an_edit_with_its_hash_made_new_breaks_the_next_link() {
    for (seq, expected) in [
        (4, at(5, FaultKind::Unlinked)),
        (8, at(8, FaultKind::HeadDiffers)),
    ] {
        let (_dir, casebook) = office();
        drop_guards(&casebook);
        let filter = crate::JournalFilter::default();
        let entries = casebook.journal(&filter).unwrap();
        let position = usize::try_from(seq).unwrap();
        let text = String::from_utf8(entries[position - 1].bytes.clone()).unwrap();
        let forged = text.replace("张三", "李四").into_bytes();
        let hash = chain(&entries[position - 2].hash, &sha256(&forged));
        casebook
            .conn
            .execute(
                "UPDATE journal SET bytes = ?1, hash = ?2 WHERE seq = ?3",
                rusqlite::params![forged, hash, seq],
            )
            .unwrap();
        assert_eq!(casebook.journal_verify().err(), expected);
    }
}

#[test]
fn a_deletion_is_found_where_the_entry_was() {
    assert_eq!(
        fault_after("DELETE FROM journal WHERE seq = 5"),
        at(5, FaultKind::Missing)
    );
    assert_eq!(
        fault_after("DELETE FROM journal WHERE seq = 1"),
        at(1, FaultKind::Missing)
    );
    let moved_up =
        "DELETE FROM journal WHERE seq = 5; UPDATE journal SET seq = seq - 1 WHERE seq > 5;";
    assert_eq!(
        fault_after(moved_up),
        at(5, FaultKind::Misplaced { found: 6 })
    );
}

#[test]
fn a_swap_is_found_at_the_first_of_the_two() {
    let swap =
        "UPDATE journal SET seq = 99 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = 6;
                UPDATE journal SET seq = 6 WHERE seq = 99;";
    assert_eq!(fault_after(swap), at(5, FaultKind::Misplaced { found: 6 }));
}

#[test]
fn a_cut_tail_is_found_by_the_kept_head_and_stays_found() {
    let cut = "DELETE FROM journal WHERE seq > 6";
    assert_eq!(fault_after(cut), at(7, FaultKind::Truncated { head: 8 }));
    // Work goes on after it: the gap does not close.
    let (_dir, mut casebook) = office();
    drop_guards(&casebook);
    casebook.conn.execute_batch(cut).unwrap();
    casebook
        .journal_append(AT, "item.viewed", None, None, json!({}))
        .unwrap();
    assert_eq!(casebook.journal_verify().err(), at(7, FaultKind::Missing));
}

#[test]
fn a_cut_tail_with_the_head_moved_back_is_found_by_a_printed_head() {
    let (_dir, casebook) = office();
    let printed = casebook.journal_head().unwrap();
    drop_guards(&casebook);
    casebook
        .conn
        .execute_batch(
            "DELETE FROM journal WHERE seq > 6;
             UPDATE journal_head SET seq = 6, hash = (SELECT hash FROM journal WHERE seq = 6);",
        )
        .unwrap();
    assert_eq!(casebook.journal_verify().map(|head| head.seq), Ok(6));
    assert!(
        !casebook
            .journal_contains(printed.seq, &printed.hash)
            .unwrap()
    );
}

#[test]
fn columns_that_contradict_their_entry_are_found() {
    for sql in [
        "UPDATE journal SET casefile = 2 WHERE seq = 5",
        "UPDATE journal SET casefile = NULL WHERE seq = 5",
        "UPDATE journal SET action = 'x' WHERE seq = 5",
        "UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE seq = 5",
        "UPDATE journal SET item = 1 WHERE seq = 5",
        "UPDATE casefile SET number = '(2026)保全字第0009号' WHERE no = 1",
    ] {
        let seq = if sql.contains("casefile SET") { 3 } else { 5 };
        assert_eq!(fault_after(sql), at(seq, FaultKind::Relabelled), "{sql}");
    }
}

#[test]
fn other_damage_is_a_fault_too_and_no_panic() {
    let head = "UPDATE journal_head SET hash = zeroblob(32)";
    assert_eq!(fault_after(head), at(8, FaultKind::HeadDiffers));
    let back = "UPDATE journal_head SET seq = 6";
    assert_eq!(fault_after(back), at(7, FaultKind::BeyondHead { head: 6 }));
    let kind = |sql| {
        fault_after(sql).map(|fault| {
            (
                fault.seq,
                matches!(fault.kind, FaultKind::Unreadable { .. }),
            )
        })
    };
    assert_eq!(
        kind("UPDATE journal SET bytes = x'00FF' WHERE seq = 2"),
        Some((2, true))
    );
    assert_eq!(
        kind("UPDATE journal SET bytes = CAST('{}' AS BLOB) WHERE seq = 2"),
        Some((2, true))
    );
    assert_eq!(kind("DELETE FROM journal_head"), Some((0, true)));
}

#[test]
fn a_file_of_a_newer_program_is_refused_with_both_versions() {
    let (dir, casebook) = office();
    casebook
        .conn
        .execute_batch("UPDATE format SET version = 9, needs = 8")
        .unwrap();
    drop(casebook);
    let refused = Casebook::open(dir.path(), "张三", "p", AT).unwrap_err();
    let (file, program) = (8, crate::PROGRAM_VERSION);
    assert_eq!(refused, CasebookError::NewerFile { file, program });
}

#[test]
fn the_database_is_kept_as_durable_as_it_claims() {
    let (_dir, casebook) = office();
    let pragma = |name: &str| -> String {
        casebook
            .conn
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| match value {
                rusqlite::types::Value::Integer(n) => n.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => format!("{other:?}"),
            })
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "wal");
    assert_eq!(pragma("synchronous"), "2");
    assert_eq!(pragma("foreign_keys"), "1");
    assert!(pragma("cipher_version").starts_with("4."));
}
