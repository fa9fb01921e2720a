//! The renewal drill: a case sealed in 2026, renewed in 2031 and 2036 with authorities that have ended since and a
//! digest that is broken, verifies at each date; unrenewed it does not; and no link may be cut.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fidem_authority::{AuthorityOptions, KeyKind};
use fidem_casebook::{KdfParams, NewCase, Role};
use fidem_manifest::Facts;
use fidem_office::{
    AuthorityChoice, Desk, DueState, NewOffice, Office, OfficeError, RenewalKind, SealOptions,
    Step, TakeIn, VerifyRequest, verify_file,
};
use fidem_testkit::{FrozenClock, RunningAuthority};
use fidem_verify::{Report, Status, Trust, Verdict, codes};
use rfc3161_client::{AlgorithmEnd, DigestAlgorithm, RatedAlgorithm, UnixTime};

/// A desk whose clock is moved through the decades.
struct Years(FrozenClock);

impl Desk for Years {
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

fn seconds(date: &str) -> i64 {
    UnixTime::from_rfc3339(&format!("{date}T00:00:00Z"))
        .unwrap()
        .0
}

struct Drill {
    folder: tempfile::TempDir,
    desk: Years,
    office: Option<Office>,
    case: String,
    authorities: Vec<RunningAuthority>,
    roots: String,
}

impl Drill {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Years(FrozenClock::at(seconds("2026-11-22")));
        let new = NewOffice {
            name: "某公证处",
            name_en: None,
            demonstration: true,
            person: "张三",
            passphrase: "drill",
            kdf: KdfParams::weak_for_tests(),
        };
        let (office, _) = Office::create(&folder.path().join("office"), &new, &mut desk).unwrap();
        let mut drill = Self {
            folder,
            desk,
            office: Some(office),
            case: String::new(),
            authorities: Vec::new(),
            roots: String::new(),
        };
        let office = drill.office.as_mut().unwrap();
        office
            .person_add(&mut drill.desk, "李四", &[Role::Archivist], "drill")
            .unwrap();
        drill.hire("甲", KeyKind::P256, "2026-01-01", "2032-01-01");
        drill.hire("乙", KeyKind::P256, "2026-01-01", "2033-01-01");
        drill.seal();
        drill
    }

    /// An authority that is valid from one day to another; it takes the place of those before.
    fn hire(&mut self, name: &str, key: KeyKind, from: &str, to: &str) {
        let options = AuthorityOptions::demonstration(name, key, seconds(from), seconds(to));
        let running = RunningAuthority::start(&options, &self.desk.0).unwrap();
        self.roots
            .push_str(&running.authority().root_pem().unwrap());
        self.authorities.push(running);
    }

    fn choose(&mut self, last: usize) {
        let chosen = &self.authorities[self.authorities.len() - last..];
        let choices: Vec<AuthorityChoice> = chosen
            .iter()
            .map(|authority| AuthorityChoice {
                policy: None,
                name: authority.url(),
                roots_pem: Some(self.roots.clone()),
                url: authority.url(),
            })
            .collect();
        self.office
            .as_mut()
            .unwrap()
            .authorities_choose(&self.desk, &choices)
            .unwrap();
    }

    fn seal(&mut self) {
        self.choose(2);
        let case = NewCase {
            matter: "续期演练".to_owned(),
            applicant: "王小明".to_owned(),
            facts_json: "{}".to_owned(),
            ..NewCase::default()
        };
        self.case = self
            .office
            .as_mut()
            .unwrap()
            .case_new(&self.desk, &case)
            .unwrap()
            .id;
        let papers = self.folder.path().join("材料");
        std::fs::create_dir(&papers).unwrap();
        std::fs::write(papers.join("合同.txt"), "甲方：某某").unwrap();
        // Two files of one content: each has its own digest in a record.
        std::fs::write(papers.join("副本.txt"), "甲方：某某").unwrap();
        let what = TakeIn {
            paths: vec![papers],
            facts: Facts::supplied_by_party(),
            lower: None,
        };
        self.office
            .as_mut()
            .unwrap()
            .take_in(&mut self.desk, &self.case, &what)
            .unwrap();
        let sealed = self
            .office
            .as_mut()
            .unwrap()
            .seal(&mut self.desk, &self.case, &SealOptions::default())
            .unwrap();
        assert!(sealed.tokens.iter().all(|token| token.counts), "{sealed:?}");
    }

    fn go_to(&self, date: &str) {
        self.desk.0.set(seconds(date));
    }

    fn trust(&self) -> Trust {
        let mut trust = Trust::supplied([("roots.pem", self.roots.as_bytes())]).unwrap();
        trust.algorithms.ends.push(AlgorithmEnd {
            algorithm: RatedAlgorithm::Digest(DigestAlgorithm::Sha256),
            until: UnixTime(seconds("2036-09-01")),
        });
        trust
    }

    fn renew(&mut self) -> Vec<RenewalKind> {
        let options = SealOptions {
            authorities: None,
            trust: Some(self.trust()),
        };
        let renewed = self.renew_as_two(None, &options).unwrap();
        renewed.iter().map(|one| one.kind).collect()
    }

    /// 张三 proposes, 李四 carries out, and 张三 is at the desk again.
    fn renew_as_two(
        &mut self,
        case: Option<&str>,
        options: &SealOptions,
    ) -> Result<Vec<fidem_office::Renewed>, OfficeError> {
        let office = self.office.as_mut().unwrap();
        office.renewal_propose(&self.desk, case).unwrap();
        self.sit_down("李四");
        let renewed = self
            .office
            .as_mut()
            .unwrap()
            .renew(&mut self.desk, case, options);
        self.sit_down("张三");
        renewed
    }

    /// Every file of the vault with its bytes and its time.
    fn originals(&self) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("office/vault")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        let modified = path.metadata().unwrap().modified().unwrap();
                        found.push((path.clone(), std::fs::read(&path).unwrap(), modified));
                    }
                }
            }
        }
        found.sort();
        assert!(!found.is_empty());
        found
    }

    fn sit_down(&mut self, person: &str) {
        // An office is open for one person at a time.
        self.office = None;
        let folder = self.folder.path().join("office");
        self.office = Some(Office::open(&folder, person, "drill", &self.desk).unwrap());
    }

    fn due(&self) -> Vec<DueState> {
        let due = self
            .office
            .as_ref()
            .unwrap()
            .due(&self.desk, Some(&self.trust()))
            .unwrap();
        due.iter().map(|one| one.state).collect()
    }

    fn export(&mut self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        self.office
            .as_mut()
            .unwrap()
            .export(&mut self.desk, &self.case, &path, &SealOptions::default())
            .unwrap();
        path
    }

    fn verify(&mut self, package: &Path, date: &str) -> Report {
        let trust = self.trust();
        let what = VerifyRequest {
            data: &[],
            digest: None,
            trust: &trust,
            headers: &[],
            signatures: &[],
            at: Some(UnixTime(seconds(date))),
        };
        verify_file(package, &what, &mut self.desk).unwrap()
    }

    #[track_caller]
    fn expect(&mut self, package: &Path, date: &str, verdict: Verdict) -> Report {
        let report = self.verify(package, date);
        assert_eq!(report.verdict, verdict, "{date}: {:#?}", report.findings);
        report
    }
}

#[test]
fn a_case_of_2026_verifies_in_2045_if_and_only_if_it_was_renewed() {
    let mut drill = Drill::new();
    let sealed = drill.export("2026.asice");
    drill.expect(&sealed, "2031-06-01", Verdict::Match);
    let lapsed = drill.expect(&sealed, "2034-01-01", Verdict::CannotCheck);
    assert!(lapsed.has(codes::TOKENS_ALL_EXPIRED));
    assert_eq!(lapsed.layers.content, Status::Match);
    assert_eq!(drill.due(), [DueState::Later, DueState::Later]);
    assert!(drill.renew().is_empty(), "nothing is due in 2026");

    drill.go_to("2031-06-01");
    assert_eq!(drill.due(), [DueState::Due, DueState::Later]);
    drill.hire("丙", KeyKind::P384, "2031-01-01", "2037-01-01");
    drill.choose(1);
    assert_eq!(drill.renew(), [RenewalKind::First]);
    assert_eq!(
        drill.due(),
        [DueState::Later, DueState::Carried, DueState::Carried]
    );
    let first = drill.export("2031.asice");
    let report = drill.expect(&first, "2035-06-01", Verdict::Match);
    assert!(report.has(codes::RENEWAL_HOLDS) && report.has(codes::TOKEN_CARRIED));
    drill.expect(&first, "2038-01-01", Verdict::CannotCheck);

    drill.go_to("2036-03-01");
    assert_eq!(drill.due()[0], DueState::Due);
    drill.hire("丁", KeyKind::P384, "2036-01-01", "2050-01-01");
    drill.choose(1);
    assert_eq!(drill.renew(), [RenewalKind::HashTree]);
    let second = drill.export("2036.asice");
    for date in ["2036-06-01", "2037-06-01", "2045-01-01"] {
        drill.expect(&second, date, Verdict::Match);
    }
    drill.expect(&second, "2051-01-01", Verdict::CannotCheck);
    for unrenewed in [&sealed, &first] {
        drill.expect(unrenewed, "2045-01-01", Verdict::CannotCheck);
    }
    cut_links(&mut drill, &second);
}

/// Every octet of the record, its manifest and what it covers counts.
fn cut_links(drill: &mut Drill, package: &Path) {
    let whole = std::fs::read(package).unwrap();
    let find = |text: &[u8]| {
        whole
            .windows(text.len())
            .position(|window| window == text)
            .unwrap()
    };
    let record = find(b"META-INF/evidencerecord001.ers") + 30;
    let manifest = find(b"META-INF/ASiCEvidenceRecordManifest001.xml") + 60;
    let evidence = find("甲方：某某".as_bytes());
    let cut = drill.folder.path().join("cut.asice");
    for position in (record..record + 4000)
        .step_by(251)
        .chain([manifest, evidence])
    {
        let mut octets = whole.clone();
        octets[position] ^= 1;
        std::fs::write(&cut, &octets).unwrap();
        let report = drill.verify(&cut, "2045-01-01");
        assert_ne!(report.verdict, Verdict::Match, "{position}");
    }
}

#[test]
fn one_case_is_renewed_before_it_is_due_and_again_in_one_chain() {
    let mut drill = Drill::new();
    let case = drill.case.clone();
    let options = || SealOptions::default();
    let once = drill.renew_as_two(Some(&case), &options()).unwrap();
    assert_eq!(once[0].kind, RenewalKind::First);
    let again = drill.renew_as_two(Some(&case), &options()).unwrap();
    assert_eq!(
        again.iter().map(|one| one.kind).collect::<Vec<_>>(),
        [RenewalKind::TimeStamp]
    );
    let third = drill.renew_as_two(Some(&case), &options()).unwrap();
    assert_eq!(third[0].kind, RenewalKind::TimeStamp);
    let package = drill.export("thrice.asice");
    drill.expect(&package, "2027-01-01", Verdict::Match);
    // For other software to judge (interop/).
    if let Some(folder) = std::env::var_os("FIDEM_INTEROP").map(PathBuf::from) {
        std::fs::copy(&package, folder.join("thrice-renewed.asice")).unwrap();
        std::fs::write(folder.join("thrice-trust.pem"), &drill.roots).unwrap();
    }
}

/// one person alone cannot renew, and no original is touched.
#[test]
fn a_renewal_takes_two_persons() {
    let mut drill = Drill::new();
    let case = drill.case.clone();
    let alone = |drill: &mut Drill, proposer: &str| {
        let office = drill.office.as_mut().unwrap();
        match office.renew(&mut drill.desk, Some(&case), &SealOptions::default()) {
            Err(OfficeError::SecondPerson { proposed_by }) => assert_eq!(proposed_by, proposer),
            other => panic!("{other:?}"),
        }
    };
    alone(&mut drill, "");
    let office = drill.office.as_mut().unwrap();
    office.renewal_propose(&drill.desk, Some(&case)).unwrap();
    alone(&mut drill, "张三");
    // A proposal for another case, or one that has been forgotten, is none.
    drill.sit_down("李四");
    drill.go_to("2027-02-01");
    alone(&mut drill, "");
    drill.sit_down("张三");
    let before = drill.originals();
    drill
        .renew_as_two(Some(&case), &SealOptions::default())
        .unwrap();
    assert_eq!(drill.originals(), before);
    // What was proposed once is done once.
    drill.sit_down("李四");
    alone(&mut drill, "");
}

#[test]
fn without_an_answer_nothing_is_changed() {
    let mut drill = Drill::new();
    let case = drill.case.clone();
    drill.go_to("2040-01-01");
    let refused = drill.renew_as_two(Some(&case), &SealOptions::default());
    assert!(
        matches!(refused, Err(OfficeError::NoAuthority { .. })),
        "{refused:?}"
    );
    assert_eq!(drill.due(), [DueState::Lapsed, DueState::Lapsed]);
    drill.office.as_mut().unwrap().journal_verify().unwrap();
}

/// GHSA-9vcr-p3rj-q5q6, GHSA-wqqc-jjcq-vfxm: a threshold counts authorities, not tokens.
#[test]
fn two_addresses_of_one_authority_are_one_authority() {
    let mut drill = Drill::new();
    let url = drill.authorities[0].url();
    let choices = [url.clone(), format!("{url}again")].map(|url| AuthorityChoice {
        policy: None,
        name: url.clone(),
        roots_pem: Some(drill.roots.clone()),
        url,
    });
    drill
        .office
        .as_mut()
        .unwrap()
        .authorities_choose(&drill.desk, &choices)
        .unwrap();
    let more = drill.folder.path().join("补充.txt");
    std::fs::write(&more, "补充").unwrap();
    let what = TakeIn {
        paths: vec![more],
        facts: Facts::supplied_by_party(),
        lower: None,
    };
    let case = drill.case.clone();
    drill
        .office
        .as_mut()
        .unwrap()
        .take_in(&mut drill.desk, &case, &what)
        .unwrap();
    let sealed = drill
        .office
        .as_mut()
        .unwrap()
        .seal(&mut drill.desk, &case, &SealOptions::default())
        .unwrap();
    assert_eq!(sealed.state, fidem_office::SealState::Waiting);
    let problems: Vec<_> = sealed
        .tokens
        .iter()
        .filter_map(|token| token.problem.as_deref())
        .collect();
    assert_eq!(problems, ["same-authority"]);
    drill.choose(2);
    let sealed = drill
        .office
        .as_mut()
        .unwrap()
        .seal(&mut drill.desk, &case, &SealOptions::default())
        .unwrap();
    assert_eq!(sealed.state, fidem_office::SealState::Sealed);
}

/// What had ended before its record was made is not carried by it, and is never called so.
#[test]
fn a_renewal_after_the_end_carries_nothing() {
    let mut drill = Drill::new();
    drill.go_to("2034-01-01");
    assert_eq!(drill.due(), [DueState::Lapsed, DueState::Lapsed]);
    drill.hire("丙", KeyKind::P384, "2033-06-01", "2050-01-01");
    drill.choose(1);
    assert_eq!(drill.renew(), [RenewalKind::First]);
    let states = drill.due();
    assert_eq!(
        states
            .iter()
            .filter(|state| **state == DueState::Lapsed)
            .count(),
        2
    );
    let package = drill.export("late.asice");
    drill.expect(&package, "2034-06-01", Verdict::CannotCheck);
}
