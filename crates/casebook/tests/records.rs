//! Records of work: versions are kept, a reason takes two persons.

mod common;

use common::*;
use fidem_casebook::{CasebookError, JournalFilter, RecordKind};
use fidem_fingerprint::{hex, sha256};

#[test]
fn r049_a_change_is_a_further_version_and_the_old_one_stays() {
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "i");
    let kind = RecordKind::OnSite;
    let first = casebook.record_write(AT, &id, kind, None, false, r#"{"place":""}"#);
    assert_eq!(first, Ok((1, 1)));
    let second = casebook.record_write(LATER, &id, kind, Some(1), true, r#"{"place":"上海"}"#);
    assert_eq!(second, Ok((1, 2)));
    let other = casebook.record_write(LATER, &id, kind, None, false, "{}");
    assert_eq!(other, Ok((2, 1)));
    let kept = casebook.records(&id).unwrap();
    assert_eq!(kept.len(), 3);
    assert_eq!(kept[0].body_json, r#"{"place":""}"#);
    assert!(!kept[0].complete && kept[1].complete);
    let latest = casebook.work_record(&id, kind, 1, None).unwrap();
    assert_eq!((latest.version, latest.person.as_str()), (2, FIRST));
    let item = casebook
        .items_add(AT, &id, batch, &[new_item("onsite-record-1.json")])
        .unwrap()[0];
    // Only what is complete becomes an item, and once.
    assert!(casebook.record_kept(AT, &id, &kept[0], item).is_err());
    casebook.record_kept(AT, &id, &latest, item).unwrap();
    assert!(casebook.record_kept(AT, &id, &latest, item).is_err());
    let latest = casebook.work_record(&id, kind, 1, None).unwrap();
    assert_eq!(latest.item, Some(item));
    casebook.journal_verify().unwrap();
    // The journal names a draft by its digest: what it says does not travel with the case.
    let entries = casebook.journal(&JournalFilter::default()).unwrap();
    let of_record = entries.iter().filter(|e| e.action == "record.drafted");
    let text: Vec<_> = of_record
        .map(|e| String::from_utf8_lossy(&e.bytes).into_owned())
        .collect();
    let digest = hex::encode(&sha256(br#"{"place":""}"#));
    assert!(text[0].contains(&digest) && !text[0].contains("place"));
    let unknown = casebook.record_write(AT, &id, kind, Some(9), false, "{}");
    assert_eq!(unknown, Err(CasebookError::UnknownRecord { number: 9 }));
}

#[test]
fn r044_one_person_alone_cannot_complete_a_reason() {
    let (dir, mut casebook, _) = office();
    let (id, _) = case(&mut casebook, "i");
    let kind = RecordKind::Reason;
    let written = casebook.record_write(AT, &id, kind, None, true, r#"{"reason":"网页将下线"}"#);
    assert_eq!(written, Ok((1, 1)));
    assert!(!casebook.records(&id).unwrap()[0].complete);
    let alone = casebook.reason_confirm(AT, &id, 1);
    assert!(
        matches!(alone, Err(CasebookError::SamePerson { .. })),
        "{alone:?}"
    );
    let mut casebook = as_other(&dir, casebook, "李四");
    assert_eq!(casebook.reason_confirm(LATER, &id, 1), Ok(2));
    let kept = casebook.work_record(&id, kind, 1, None).unwrap();
    assert!(kept.complete && kept.person == "李四");
    // Confirmed once; a changed reason is to be confirmed anew.
    assert!(casebook.reason_confirm(LATER, &id, 1).is_err());
    casebook
        .record_write(LATER, &id, kind, Some(1), false, r#"{"reason":"另一理由"}"#)
        .unwrap();
    assert!(!casebook.work_record(&id, kind, 1, None).unwrap().complete);
    let own = casebook.reason_confirm(LATER, &id, 1);
    assert!(
        matches!(own, Err(CasebookError::SamePerson { .. })),
        "{own:?}"
    );
}
