//! Revocation is asked for when a token is made, judged with it and kept, so that it can be judged offline years later
//! . The responders are `openssl ocsp`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use fidem_authority::parts::long_crl_revoking_leaf;
use fidem_authority::{Authority, AuthorityOptions, KeyKind};
use fidem_casebook::{KdfParams, NewCase, SealState};
use fidem_manifest::Facts;
use fidem_office::{
    AuthorityChoice, NewOffice, Office, SealOptions, Sealed, SystemDesk, TakeIn, VerifyRequest,
    verify_file,
};
use fidem_testkit::{
    FrozenClock, OpensslAuthority, RunningAuthority, Standing, openssl_tsa_with_responders,
    options_around,
};
use fidem_verify::{Report, Trust, Verdict};

struct Bench {
    folder: tempfile::TempDir,
    office: Office,
    case: String,
    roots: String,
}

impl Bench {
    /// An office with one file in one case and these authorities as its choice.
    fn with(urls: &[String], roots: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let new = NewOffice {
            name: "某公证处",
            name_en: None,
            demonstration: true,
            person: "张三",
            passphrase: "revocation",
            kdf: KdfParams::weak_for_tests(),
        };
        let mut desk = SystemDesk;
        let home = folder.path().join("office");
        let (mut office, _) = Office::create(&home, &new, &mut desk).unwrap();
        let choice = |url: &String| AuthorityChoice {
            policy: None,
            name: url.clone(),
            roots_pem: Some(roots.clone()),
            url: url.clone(),
        };
        let choices: Vec<AuthorityChoice> = urls.iter().map(choice).collect();
        office.authorities_choose(&desk, &choices).unwrap();
        let case = NewCase {
            matter: "吊销状态".to_owned(),
            applicant: "王小明".to_owned(),
            facts_json: "{}".to_owned(),
            ..NewCase::default()
        };
        let case = office.case_new(&desk, &case).unwrap().id;
        let paper = folder.path().join("合同.txt");
        std::fs::write(&paper, "甲方：某某").unwrap();
        let what = TakeIn {
            paths: vec![paper],
            facts: Facts::supplied_by_party(),
            lower: None,
        };
        office.take_in(&mut desk, &case, &what).unwrap();
        Self {
            folder,
            office,
            case,
            roots,
        }
    }

    fn seal(&mut self) -> Result<Sealed, fidem_office::OfficeError> {
        self.office
            .seal(&mut SystemDesk, &self.case, &SealOptions::default())
    }

    fn export(&mut self) -> PathBuf {
        let package = self.folder.path().join("case.asice");
        self.office
            .export(
                &mut SystemDesk,
                &self.case,
                &package,
                &SealOptions::default(),
            )
            .unwrap();
        package
    }

    fn report(&self, package: &std::path::Path) -> Report {
        let trust = Trust::supplied([("roots.pem", self.roots.as_bytes())]).unwrap();
        let what = VerifyRequest {
            data: &[],
            digest: None,
            trust: &trust,
            headers: &[],
            signatures: &[],
            at: None,
        };
        verify_file(package, &what, &mut SystemDesk).unwrap()
    }

    /// The journal's entries of what left the office for `purpose`.
    fn egress(&self, purpose: &str) -> Vec<String> {
        let entries = self.office.journal(Some(&self.case), 0, 1000).unwrap();
        let purpose = format!("\"purpose\":\"{purpose}\"");
        let wanted = entries.into_iter().filter(|entry| entry.contains(&purpose));
        wanted.collect()
    }
}

fn members(package: &std::path::Path) -> Vec<String> {
    let bytes = std::fs::read(package).unwrap();
    let container = fidem_package::Container::open(&bytes).unwrap();
    container.members().iter().map(|m| m.name.clone()).collect()
}

fn says(report: &Report, code: &str) -> bool {
    report.not_checked.iter().any(|said| said.0 == code)
}

fn independent(standing: Standing) -> Option<OpensslAuthority> {
    let authority = openssl_tsa_with_responders(standing).unwrap();
    if authority.is_none() {
        eprintln!("SKIPPED: no program `openssl`");
    }
    authority
}

#[test]
fn lists_travel_in_the_token() {
    let now = SystemDesk::seconds();
    let authorities = fidem_testkit::two_authorities(&FrozenClock::at(now)).unwrap();
    let roots = std::fs::read_to_string(authorities.roots()).unwrap();
    let mut bench = Bench::with(&authorities.urls(), roots);
    let sealed = bench.seal().unwrap();
    assert!(sealed.tokens.iter().all(|token| token.counts), "{sealed:?}");
    let asked = |purpose: &str| bench.egress(purpose).len();
    assert_eq!((asked("time-stamp"), asked("revocation-list")), (2, 2));
    drop(authorities);
    let package = bench.export();
    let report = bench.report(&package);
    assert_eq!(report.verdict, Verdict::Match);
    assert!(!says(&report, "not-checked-revocation"));
    assert!(!says(&report, "not-checked-revocation-since"));
}

/// A server that answers every request with the bytes it holds at the time.
fn answering(bytes: Arc<Mutex<Vec<u8>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/list.crl", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let body = bytes.lock().unwrap().clone();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    url
}

/// What an authority's address gives.
type MadeList = Box<dyn Fn(&Authority) -> Vec<u8>>;

/// An authority whose list is whatever `list` makes of it.
fn sealed_with(list: impl Fn(&Authority) -> Vec<u8>) -> (Bench, Sealed) {
    let now = SystemDesk::seconds();
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let options = AuthorityOptions {
        list_url: Some(answering(Arc::clone(&bytes))),
        ..options_around("甲", KeyKind::P256, now)
    };
    let authority = Authority::new(&options, &mut fidem_testkit::entropy).unwrap();
    *bytes.lock().unwrap() = list(&authority);
    let roots = authority.root_pem().unwrap();
    let server = Arc::new(authority).serve(move || now * 1000).unwrap();
    let mut bench = Bench::with(&[server.url()], roots);
    let sealed = bench.seal().unwrap();
    (bench, sealed)
}

/// What an address gives instead of a list gets nowhere near the token: others would refuse a token that holds it.
#[test]
fn only_a_list_about_its_certificates_gets_into_a_token() {
    let now = SystemDesk::seconds();
    let stranger = options_around("乙", KeyKind::P256, now);
    let stranger = Authority::new(&stranger, &mut fidem_testkit::entropy).unwrap();
    let of_stranger = stranger.crl_der(now, now + 86_400).unwrap();
    let others: [MadeList; 4] = [
        Box::new(|_| b"<html>not found</html>".to_vec()),
        Box::new(|authority| authority.leaf_der().to_vec()),
        Box::new(move |_| of_stranger.clone()),
        Box::new(move |authority| {
            let mut list = authority.crl_der(now, now + 86_400).unwrap();
            list.push(b'\n');
            list
        }),
    ];
    for other in others {
        let (mut bench, sealed) = sealed_with(other);
        assert_eq!(sealed.state, SealState::Sealed);
        let package = bench.export();
        let bytes = std::fs::read(&package).unwrap();
        let container = fidem_package::Container::open(&bytes).unwrap();
        let member = container.find("META-INF/timestamp001.tst").unwrap();
        let token = container.bytes(member, 1 << 20).unwrap();
        let token = rfc3161_client::Token::parse(&token).unwrap();
        assert!(token.revocation_lists().is_empty());
        assert!(says(&bench.report(&package), "not-checked-revocation"));
    }
}

#[test]
fn a_list_that_revokes_keeps_a_token_from_counting() {
    let now = SystemDesk::seconds();
    // Also one that is too long to be kept in a token.
    for others in [0, 25_000] {
        let (_, sealed) = sealed_with(|authority| {
            let revoked_at = now - 3600;
            long_crl_revoking_leaf(authority, now, now + 86_400, revoked_at, others).unwrap()
        });
        assert_eq!(sealed.state, SealState::Waiting, "{others}");
        let problem = sealed.tokens[0].problem.clone().unwrap();
        assert!(problem.contains("revoked"), "{problem}");
    }
}

/// two authorities five seconds apart.
#[test]
fn authorities_that_disagree_are_reported() {
    let now = SystemDesk::seconds();
    let start = |name, ahead| {
        let clock = FrozenClock::at(now + ahead);
        let options = options_around(name, KeyKind::P256, now);
        RunningAuthority::start(&options, &clock).unwrap()
    };
    for (ahead, disagrees) in [(0, false), (5, true)] {
        let pair = [start("甲", 0), start("乙", ahead)];
        let roots = pair.iter().map(|one| one.authority().root_pem().unwrap());
        let urls: Vec<String> = pair.iter().map(RunningAuthority::url).collect();
        let mut bench = Bench::with(&urls, roots.collect());
        let sealed = bench.seal().unwrap();
        assert_eq!(sealed.state, SealState::Sealed);
        let remarks = sealed.tokens.iter().filter_map(|one| one.remark.as_deref());
        let remarks: Vec<&str> = remarks.collect();
        assert_eq!(remarks.len(), usize::from(disagrees), "{remarks:?}");
        let named = remarks
            .iter()
            .all(|one| one.starts_with("authorities-disagree"));
        assert!(named, "{remarks:?}");
    }
}

#[test]
fn responses_travel_beside_the_token() {
    let Some(mut authority) = independent(Standing::Good) else {
        return;
    };
    let mut bench = Bench::with(&[authority.url()], authority.root_pem().to_owned());
    bench.seal().unwrap();
    authority.close_responders();
    let package = bench.export();
    let names = members(&package);
    for member in ["trust/tsa/001-1.ocsp", "trust/tsa/001-2.ocsp"] {
        assert!(names.iter().any(|name| name == member), "{names:?}");
    }
    // The responders are gone; what they said is enough. A package of one exhibit has the tokens of the seal alone.
    let exhibit = bench.folder.path().join("exhibit.asice");
    bench
        .office
        .export_only(&mut SystemDesk, &bench.case, 1, &exhibit)
        .unwrap();
    let report = bench.report(&exhibit);
    assert_eq!(report.verdict, Verdict::Match);
    assert!(!says(&report, "not-checked-revocation"));
    // The token of a delivery keeps lists only, and its authority gives none.
    let report = bench.report(&package);
    assert_eq!(report.verdict, Verdict::Match);
    assert!(says(&report, "not-checked-revocation"));
}

#[test]
fn a_token_of_a_stolen_key_does_not_count() {
    let Some(authority) = independent(Standing::KeyCompromised) else {
        return;
    };
    let mut bench = Bench::with(&[authority.url()], authority.root_pem().to_owned());
    let sealed = bench.seal().unwrap();
    assert_eq!(sealed.state, SealState::Waiting);
    let problem = sealed.tokens[0].problem.clone().unwrap();
    assert!(
        !sealed.tokens[0].counts && problem.contains("revoked-no-poe"),
        "{problem}"
    );
}

#[test]
fn a_responder_that_is_gone_is_said_and_does_not_hold_up() {
    let Some(mut authority) = independent(Standing::Good) else {
        return;
    };
    authority.close_responders();
    let mut bench = Bench::with(&[authority.url()], authority.root_pem().to_owned());
    bench.seal().unwrap();
    let egress = bench.egress("ocsp");
    assert_eq!(egress.len(), 2, "{egress:?}");
    assert!(egress.iter().all(|entry| !entry.contains("answered")));
    let package = bench.export();
    assert!(says(&bench.report(&package), "not-checked-revocation"));
}
