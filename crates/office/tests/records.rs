//! What records of work want and give, without a browser: interactive captures, interrupted ones, what chats passed on.

use std::ops::ControlFlow;
use std::path::Path;

use fidem_casebook::{CaptureState, CaseChange, Casebook, KdfParams, NewCase, Role};
use fidem_manifest::{Facts, OriginalCarrier};
use fidem_office::{
    Answer, Capacity, CaptureSummary, Desk, Forwarded, Missing, NewOffice, NextStep, Office,
    OfficeError, OnSite, Phone, PhoneItem, Present, Reason, SealOptions, Step, StepDone, TakeIn,
    UsedDevice,
};
use fidem_testkit::FrozenClock;

const AT: &str = "2026-11-22T12:00:00Z";
const ONE: &str = "张三";
const TWO: &str = "李四";
const PASSPHRASE: &str = "drill";

struct Frozen(FrozenClock);

impl Desk for Frozen {
    fn now(&self) -> i64 {
        self.0.seconds()
    }

    fn entropy(&self, out: &mut [u8]) -> Result<(), OfficeError> {
        fidem_office::SystemDesk::fill(out)
    }

    fn progress(&mut self, _: Step<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

struct Desks {
    folder: tempfile::TempDir,
    desk: Frozen,
}

impl Desks {
    fn new() -> (Self, Office, String) {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Frozen(FrozenClock::noon());
        let new = NewOffice {
            name: "某公证处",
            name_en: None,
            demonstration: true,
            person: ONE,
            passphrase: PASSPHRASE,
            kdf: KdfParams::weak_for_tests(),
        };
        let (mut office, _) = Office::create(folder.path(), &new, &mut desk).unwrap();
        let roles = [Role::Reviewer];
        office
            .person_add(&mut desk, TWO, &roles, PASSPHRASE)
            .unwrap();
        let case = NewCase {
            matter: "网页".to_owned(),
            applicant: "王小明".to_owned(),
            facts_json: "{}".to_owned(),
            ..NewCase::default()
        };
        let case = office.case_new(&desk, &case).unwrap().id;
        (Self { folder, desk }, office, case)
    }

    fn as_person(&self, office: Office, person: &str) -> Office {
        drop(office);
        Office::open(self.folder.path(), person, PASSPHRASE, &self.desk).unwrap()
    }

    /// A capture as the casebook keeps it.
    fn captured(&self, office: Office, case: &str, id: &str, summary: &CaptureSummary) -> Office {
        drop(office);
        let mut book = Casebook::open(self.folder.path(), ONE, PASSPHRASE, AT).unwrap();
        let url = "https://example.org/";
        book.capture_begin(AT, case, id, url, "AGE-SECRET-KEY-1")
            .unwrap();
        let summary = serde_json::to_string(summary).unwrap();
        book.capture_end(AT, id, CaptureState::Kept, &summary)
            .unwrap();
        drop(book);
        Office::open(self.folder.path(), ONE, PASSPHRASE, &self.desk).unwrap()
    }

    fn take(&mut self, office: &mut Office, case: &str, name: &str) -> u32 {
        let path = self.folder.path().join(name);
        std::fs::write(&path, name).unwrap();
        let what = TakeIn {
            paths: vec![path],
            facts: Facts::supplied_by_party(),
            lower: None,
        };
        office.take_in(&mut self.desk, case, &what).unwrap().items[0]
    }
}

fn whole(captures: &[&str], items: &[u32]) -> OnSite {
    OnSite {
        began: AT.to_owned(),
        ended: AT.to_owned(),
        place: "本处".to_owned(),
        persons: vec![Present {
            capacity: Capacity::Notary,
            name: ONE.to_owned(),
            note: String::new(),
        }],
        device: UsedDevice {
            description: "本处取证机".to_owned(),
            identity: String::new(),
        },
        network: "本处网络".to_owned(),
        steps: vec![StepDone {
            at: String::new(),
            what: "登录并浏览".to_owned(),
        }],
        captures: captures.iter().map(|c| (*c).to_owned()).collect(),
        items: items.to_vec(),
        nothing_sealed: true,
        signatories: vec![ONE.to_owned()],
        ..OnSite::default()
    }
}

fn codes(office: &Office, case: &str) -> Vec<Missing> {
    let wanting = office.wanting(case).unwrap();
    wanting.iter().map(|w| w.missing).collect()
}

#[test]
fn r049_an_interactive_capture_wants_an_on_site_record_and_an_unattended_one_does_not() {
    let (desks, office, case) = Desks::new();
    let mut office = desks.captured(office, &case, "aa01", &CaptureSummary::default());
    assert_eq!(codes(&office, &case), []);
    let interactive = CaptureSummary {
        interactive: true,
        ..CaptureSummary::default()
    };
    office = desks.captured(office, &case, "aa02", &interactive);
    let wanting = office.wanting(&case).unwrap();
    assert_eq!(wanting[0].missing, Missing::OnSiteRecord);
    assert_eq!(wanting[0].captures, ["aa02"]);
    assert!(wanting[0].blocks);
    let detail = office.case_detail(&case).unwrap();
    assert!(detail.missing.contains(&Missing::OnSiteRecord));
    // The proposal names what wants it.
    let proposal = office.onsite_proposal(&case).unwrap();
    assert_eq!(proposal.captures, ["aa02"]);
    let draft = office
        .onsite_write(&desks.desk, &case, None, &proposal, false)
        .unwrap();
    assert_eq!(codes(&office, &case), [Missing::OnSiteRecord]);
    let number = Some(draft.number);
    let wrong = whole(&["aa01"], &[]);
    office
        .onsite_write(&desks.desk, &case, number, &wrong, true)
        .unwrap();
    assert_eq!(codes(&office, &case), [Missing::OnSiteRecord]);
    let right = whole(&["aa02"], &[]);
    office
        .onsite_write(&desks.desk, &case, number, &right, true)
        .unwrap();
    assert_eq!(codes(&office, &case), []);
}

/// A summary of an earlier program knows of no interaction.
/// A capture opens a case before anybody knows who asked for it; nothing is issued to nobody.
#[test]
fn nothing_issues_before_the_applicant_is_known() {
    let (desks, mut office, _) = Desks::new();
    let new = NewCase {
        matter: "网页".to_owned(),
        facts_json: "{}".to_owned(),
        ..NewCase::default()
    };
    let case = office.case_new(&desks.desk, &new).unwrap().id;
    let detail = office.case_detail(&case).unwrap();
    assert_eq!(detail.missing, [Missing::Applicant]);
    let mut desk = Frozen(FrozenClock::noon());
    let mut issue = |office: &mut Office| office.certify(&mut desk, &case, "receipt").unwrap_err();
    assert!(matches!(
        issue(&mut office),
        OfficeError::RecordsWanting { missing } if missing == [Missing::Applicant]
    ));
    let change = CaseChange {
        applicant: Some("王小明".to_owned()),
        ..CaseChange::default()
    };
    office.case_update(&desks.desk, &case, &change).unwrap();
    assert!(!matches!(
        issue(&mut office),
        OfficeError::RecordsWanting { .. }
    ));
}

#[test]
fn a_summary_without_the_field_is_of_an_unattended_capture() {
    let read: CaptureSummary = serde_json::from_str(r#"{"item":3}"#).unwrap();
    assert!(!read.interactive && read.item == 3);
}

#[test]
fn r044_a_reason_is_for_captures_that_want_one_and_counts_when_another_confirmed_it() {
    let (desks, office, case) = Desks::new();
    let abnormal = CaptureSummary {
        before: (20, 2, 5),
        ..CaptureSummary::default()
    };
    let clean = CaptureSummary {
        before: (27, 0, 5),
        ..CaptureSummary::default()
    };
    let office = desks.captured(office, &case, "bb01", &abnormal);
    let mut office = desks.captured(office, &case, "bb02", &clean);
    assert_eq!(
        office.wanting(&case).unwrap()[0].captures,
        ["bb01"],
        "what could not be checked is not abnormal"
    );
    let reason = Reason {
        captures: Vec::new(),
        reason: "网页即将下线".to_owned(),
    };
    let row = office
        .reason_write(&desks.desk, &case, None, &reason)
        .unwrap();
    assert!(!row.complete);
    let alone = office.reason_confirm(&desks.desk, &case, row.number);
    assert!(
        matches!(alone, Err(OfficeError::ReasonAlone { .. })),
        "{alone:?}"
    );
    assert_eq!(codes(&office, &case), [Missing::ContinuationReason]);
    let mut office = desks.as_person(office, TWO);
    let confirmed = office
        .reason_confirm(&desks.desk, &case, row.number)
        .unwrap();
    assert!(confirmed.complete && confirmed.person == TWO);
    assert_eq!(codes(&office, &case), []);
    // A reviewer writes none.
    let own = office.reason_write(&desks.desk, &case, None, &reason);
    assert!(matches!(own, Err(OfficeError::Role { .. })), "{own:?}");
    // Changed, it is to be confirmed anew.
    let mut office = desks.as_person(office, ONE);
    let changed = Reason {
        captures: vec!["bb01".to_owned()],
        reason: "另一理由".to_owned(),
    };
    office
        .reason_write(&desks.desk, &case, Some(row.number), &changed)
        .unwrap();
    assert_eq!(codes(&office, &case), [Missing::ContinuationReason]);
}

#[test]
fn a_completed_record_is_the_next_thing_to_seal_and_is_sealed_once() {
    let (mut desks, mut office, case) = Desks::new();
    let item = desks.take(&mut office, &case, "合同.pdf");
    let options = SealOptions::default();
    office.seal(&mut desks.desk, &case, &options).unwrap();
    office
        .onsite_write(&desks.desk, &case, None, &whole(&[], &[item]), true)
        .unwrap();
    let detail = office.case_detail(&case).unwrap();
    assert_eq!((detail.unsealed, detail.next), (1, NextStep::Seal));
    office.seal(&mut desks.desk, &case, &options).unwrap();
    let row = &office.work_records(&case).unwrap()[0];
    assert_eq!(row.item, Some(2));
    let kept = office.item(&case, 2).unwrap();
    assert_eq!(kept.item.name, "onsite-record-1.json");
    assert!(matches!(
        office.withdraw(&desks.desk, &case, 2, "误填"),
        Err(OfficeError::RecordItem { item: 2 })
    ));
    // A record is of the weakest class of what it tells of, and never above it.
    assert_eq!(kept.item.class, "C");
    assert_eq!(office.case_detail(&case).unwrap().unsealed, 0);
}

#[test]
fn r048_what_a_chat_passed_on_is_marked_and_the_phone_record_decides() {
    let (mut desks, mut office, case) = Desks::new();
    let chat = desks.take(&mut office, &case, "微信图片_20261122.jpg");
    let plain = desks.take(&mut office, &case, "录音.m4a");
    let marked = |office: &Office, item| office.item(&case, item).unwrap().forwarded;
    assert_eq!(marked(&office, chat), Some(Forwarded::Named));
    assert_eq!(marked(&office, plain), None);
    assert_eq!(
        office.item(&case, chat).unwrap().notes.notes,
        ["forwarded-by-chat"]
    );
    let says = |item, forwarded| PhoneItem {
        forwarded,
        item,
        original: OriginalCarrier {
            available_in_court: "no".to_owned(),
            ..OriginalCarrier::default()
        },
    };
    let text = str::to_owned;
    let phone = Phone {
        items: vec![says(chat, Answer::No), says(plain, Answer::Yes)],
        make: text("某厂"),
        model: text("X1"),
        network: text("飞行模式"),
        operated_by: text(ONE),
        os: text("Android"),
        os_version: text("16"),
        serial: text("SN1"),
        steps: vec![StepDone {
            what: text("以数据线导出"),
            ..StepDone::default()
        }],
        ..Phone::default()
    };
    let draft = office
        .phone_write(&desks.desk, &case, None, &phone, false)
        .unwrap();
    // Begun and not complete: it decides nothing, and blocks nothing.
    assert_eq!(marked(&office, chat), Some(Forwarded::Named));
    assert_eq!(marked(&office, plain), None);
    let wanting = office.wanting(&case).unwrap();
    assert_eq!(wanting[0].missing, Missing::PhoneRecord);
    assert!(!wanting[0].blocks);
    office
        .phone_write(&desks.desk, &case, Some(draft.number), &phone, true)
        .unwrap();
    assert_eq!(marked(&office, chat), None);
    assert_eq!(marked(&office, plain), Some(Forwarded::Stated));
    assert_eq!(codes(&office, &case), []);
}

/// A file that a party names like a report is none of the recorder's.
#[test]
fn a_planted_report_counts_for_nothing() {
    let (mut desks, office, case) = Desks::new();
    let mut office = desks.captured(office, &case, "cc0100000000", &CaptureSummary::default());
    let _ = desks.take(&mut office, &case, "cleanliness-before-cc010000.json");
    assert_eq!(codes(&office, &case), []);
    assert!(Path::new(desks.folder.path()).is_dir());
}
