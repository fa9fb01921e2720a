//! Anchoring as an office works: a real Bitcoin node, calendars and a witness of the kit, and packages that are judged with
//! nothing but what lies in them.

use std::process::{Child, Command, Stdio};

use fidem_testkit::anvil::{self, Anvil};
use fidem_testkit::bitcoin::Regtest;
use fidem_testkit::calendar::Calendar;
use fidem_testkit::fisco::{Flavour, Group};
use fidem_testkit::{BsnAlgorithm, BsnGateway, TwoAuthorities};
use fidem_tests::fidem::{self, Answer};
use fidem_tests::members::Members;
use fidem_tests::place::{Place, authorities};
use serde_json::{Value, json};

/// An office with a rail to calendars over a regtest node.
struct Bench {
    place: Place,
    case: String,
    regtest: Regtest,
    calendars: [Calendar; 2],
    _authorities: TwoAuthorities,
    roots: String,
}

impl Bench {
    fn start() -> Option<Self> {
        let regtest = Regtest::start().unwrap()?;
        let calendars = [Calendar::start().unwrap(), Calendar::start().unwrap()];
        let authorities = authorities();
        let place = Place::new();
        place.choose(&authorities);
        let case = place.case("锚定");
        let letter = place.file("合同.txt", "甲方与乙方".as_bytes());
        let other = place.file("附件.txt", b"annex");
        place.run(&["add", &case, &letter, &other]).exits(0);
        place.run(&["seal", &case]).exits(0);
        let roots = authorities.roots().display().to_string();
        Some(Self {
            place,
            case,
            regtest,
            calendars,
            _authorities: authorities,
            roots,
        })
    }

    fn rail(&self) -> String {
        let rail = json!({
            "name": "开放时间戳", "enabled": true,
            "disclosure": {"operator": "多家日历服务器", "as_of": "2026-11-27"},
            "adapter": {"kind": "opentimestamps", "settings": {
                "calendars": [self.calendars[0].url(), self.calendars[1].url()],
                "headers": {"node": {"url": self.regtest.url()}},
                "network": "bitcoin-regtest",
            }},
        });
        self.place.file("rail.json", rail.to_string().as_bytes())
    }

    fn set_up(&self) {
        let allow = ["anchor", "policy", "--public-chains", "true"];
        self.place.run(&allow).exits(0);
        self.place
            .run(&["anchor", "rail", "set", &self.rail()])
            .exits(0);
    }

    fn state(&self, answer: &Answer) -> String {
        let json = answer.json();
        let rows = json["anchors"].as_array().unwrap();
        let states = rows.iter().map(|row| row["state"].as_str().unwrap());
        states.collect::<Vec<_>>().join(",")
    }

    fn settle(&self) -> u64 {
        let first = self.calendars[0].publish(&self.regtest);
        let second = self.calendars[1].publish(&self.regtest);
        self.regtest.mine(6);
        first.or(second).unwrap()
    }

    /// Trust that pins the log's key and blocks of the node: what a court would hold.
    fn trust(&self, heights: &[u64]) -> String {
        let key = self.place.run(&["log", "key"]).exits(0).json()["key"].clone();
        let blocks: Vec<Value> = heights
            .iter()
            .map(|height| json!({"hash": self.regtest.hash_at(*height), "height": height}))
            .collect();
        let trust = json!({
            "chains": {"bitcoin": [{"blocks": blocks, "network": "bitcoin-regtest"}]},
            "date": "2026-11-27", "format": "fidem-trust/1", "logs": [{"key": key}],
            "offices": [], "roots": [], "serial": 1,
        });
        let folder = self.place.path("trust");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(&self.roots, format!("{folder}/roots.pem")).unwrap();
        std::fs::write(format!("{folder}/trust.json"), trust.to_string()).unwrap();
        folder
    }

    fn verified(&self, package: &str, trust: &str) -> Answer {
        fidem::verify(std::path::Path::new(package), &["--trust", trust])
    }
}

fn codes(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let findings = json["findings"].as_array().unwrap();
    let codes = findings.iter().map(|f| f["code"].as_str().unwrap());
    codes.map(str::to_owned).collect()
}

#[test]
fn a_root_goes_out_a_block_comes_back_and_the_package_needs_neither() {
    let Some(bench) = Bench::start() else { return };
    let place = &bench.place;
    // Nothing is on, and a case without anchoring is complete (R-074).
    let refused = place.run(&["anchor", "submit"]).exits(1);
    assert_eq!(refused.error(), "no-rail");
    let bare = place.path("bare.asice");
    place.run(&["export", &bench.case, "-o", &bare]).exits(0);
    bench.verified(&bare, &bench.trust(&[])).exits(0);
    // Public chains need the policy first (R-073).
    let refused = place
        .run(&["anchor", "rail", "set", &bench.rail()])
        .exits(1);
    assert_eq!(refused.error(), "public-chain");
    bench.set_up();
    let tested = place
        .run(&["anchor", "rail", "test", "开放时间戳"])
        .exits(0);
    assert_eq!(tested.json()["network"], "bitcoin-regtest");
    let listed = place.run(&["anchor", "rail", "list"]).exits(0);
    assert!(!listed.told().contains("x:k"), "no password is shown");

    let submitted = place.run(&["anchor", "submit"]).exits(0);
    assert_eq!(bench.state(&submitted), "submitted");
    for calendar in &bench.calendars {
        assert!(
            calendar.received().iter().all(|sent| sent.len() == 32),
            "R-069"
        );
    }
    let again = place.run(&["anchor", "submit"]).exits(0);
    assert_eq!(bench.state(&again), "", "the root is there already");
    let pending = place.path("pending.asice");
    let first = place.run(&["export", &bench.case, "-o", &pending]).exits(0);
    let report = bench.verified(&pending, &bench.trust(&[])).exits(0);
    assert!(codes(&report).contains(&"anchor-pending".to_owned()));

    let height = bench.settle();
    let upgraded = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(bench.state(&upgraded), "final", "{}", upgraded.told());
    assert_eq!(upgraded.json()["anchors"][0]["worth"], "pow-only");

    // A receipt that arrived makes a new revision (R-071).
    let package = place.path("case.asice");
    let second = place.run(&["export", &bench.case, "-o", &package]).exits(0);
    assert_ne!(first.json()["revision"], second.json()["revision"]);
    // The node is gone; the headers in the package lead to the block that the court pins.
    let trust = bench.trust(&[height + 5]);
    let (place, case) = (bench.place, bench.case);
    drop(bench.regtest);
    drop(bench.calendars);
    let verify = |trust: &str| fidem::verify(std::path::Path::new(&package), &["--trust", trust]);
    let report = verify(&trust).exits(0);
    assert_eq!(
        report.json()["layers"]["chain"],
        "match",
        "{}",
        report.told()
    );
    let found = codes(&report);
    for code in [
        "anchor-canonical",
        "anchor-overseas",
        "anchor-covers",
        "log-entry",
    ] {
        assert!(found.contains(&code.to_owned()), "{code}: {found:?}");
    }
    // Without the pin the same package is no less a match, and its chain cannot be checked.
    let report = verify(&bench.roots).exits(0);
    assert_eq!(report.json()["layers"]["chain"], "cannot-check");
    assert!(codes(&report).contains(&"anchor-pow-only".to_owned()));

    forgeries(&place, &package, &trust);

    // One exhibit carries its anchoring too.
    let exhibit = place.path("exhibit.asice");
    place
        .run(&["export", &case, "-o", &exhibit, "--only", "1"])
        .exits(0);
    let report = fidem::verify(std::path::Path::new(&exhibit), &["--trust", &trust]).exits(0);
    assert_eq!(
        report.json()["layers"]["chain"],
        "match",
        "{}",
        report.told()
    );

    // A standard proof of one file.
    let proof = place.path("合同.txt.ots");
    place
        .run(&["anchor", "proof", &case, "1", "-o", &proof])
        .exits(0);
    let letter = place.path("合同.txt");
    let check = |data: &str| {
        let more = ["--data", data, "--trust", &trust];
        fidem::verify(std::path::Path::new(&proof), &more)
    };
    let report = check(&letter).exits(0);
    assert_eq!(
        report.json()["kind"],
        "open-timestamps",
        "{}",
        report.told()
    );
    check(&place.path("附件.txt")).exits(1);
}

/// Consistent forgeries of what travels with an anchoring: every list fits, and each is named.
fn forgeries(place: &Place, package: &str, trust: &str) {
    let whole = Members::of(&std::fs::read(package).unwrap());
    let verified = |how: &dyn Fn(&mut Members)| {
        let mut members = whole.clone();
        how(&mut members);
        members.strip_delivery();
        members.relist();
        let file = place.file("forged.asice", &members.write());
        fidem::verify(
            std::path::Path::new(&file),
            &["--trust", trust, "--lang", "zh"],
        )
    };
    let name = |file: &str| format!("proofs/anchors/0001/{file}");
    let found = |answer: &Answer, code: &str| {
        assert!(
            codes(answer).contains(&code.to_owned()),
            "{code}: {}",
            answer.told()
        );
    };
    // Only a platform's word: no word of a chain is said of it (R-068).
    let told = verified(&|members| {
        members.remove(&name("proof.ots"));
        members.remove(&name("headers.bin"));
        members.set(&name("platform.json"), b"{}".to_vec());
    });
    found(&told.clone().exits(0), "platform-receipt");
    assert_eq!(told.json()["layers"]["chain"], "cannot-check");
    for word in ["区块链", "上链"] {
        assert!(!told.stdout.contains(word), "{word}: {}", told.told());
    }
    let statement = |members: &mut Members, from: &str, to: &str| {
        members.change(&name("anchor.json"), |octets| {
            let text = String::from_utf8(octets.clone()).unwrap();
            assert!(text.contains(from), "{text}");
            *octets = text.replacen(from, to, 1).into_bytes();
        });
    };
    let told = verified(&|members| statement(members, r#""size":1"#, r#""size":2"#));
    found(&told.exits(1), "anchor-path");
    let told = verified(&|members| {
        let octets = members.bytes(&name("anchor.json"));
        let json: Value = serde_json::from_slice(&octets).unwrap();
        statement(members, json["payload"].as_str().unwrap(), &"5a".repeat(32));
    });
    found(&told.exits(1), "anchor-covers-nothing");
    let told = verified(&|members| members.remove(&name("001.tlog-proof")));
    found(&told.exits(1), "anchor-covers-nothing");
    let told = verified(&|members| members.remove(&name("anchor.json")));
    found(&told.exits(1), "statement-missing");
    let told = verified(&|members| members.set(&name("more.bin"), vec![1]));
    found(&told.exits(1), "member-unknown");
    let told = verified(&|members| members.change(&name("headers.bin"), |octets| octets[40] ^= 1));
    found(&told.exits(1), "headers-unread");
    let told = verified(&|members| members.change(&name("proof.ots"), |octets| octets[40] ^= 1));
    found(&told.exits(1), "payload-differs");
    // The pin that decides is of another network than the statement claims; or that is none to which a proof leads.
    for claimed in ["bitcoin", "eip155:1"] {
        let to = format!(r#""network":"{claimed}""#);
        let told = verified(&|members| statement(members, r#""network":"bitcoin-regtest""#, &to));
        found(&told.exits(1), "network-differs");
    }
    // Headers that lead to no pinned block are worth their work and nothing more.
    let told =
        verified(&|members| members.change(&name("headers.bin"), |octets| octets.truncate(80)));
    let told = told.exits(0);
    found(&told, "anchor-pow-only");
    assert_eq!(told.json()["layers"]["chain"], "cannot-check");
}

#[test]
fn what_stood_in_a_block_that_is_gone_is_forked_and_submitted_anew() {
    let Some(bench) = Bench::start() else { return };
    bench.set_up();
    let place = &bench.place;
    place.run(&["anchor", "submit"]).exits(0);
    let height = bench.settle();
    let upgraded = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(bench.state(&upgraded), "final", "{}", upgraded.told());
    // Calendars that forget, or are gone, take nothing away: only a fork does.
    bench.calendars.iter().for_each(Calendar::forget);
    let forgotten = place.run(&["anchor", "upgrade", "--all"]).exits(0);
    assert_eq!(bench.state(&forgotten), "final", "{}", forgotten.told());
    assert!(forgotten.json()["anchors"][0]["problem"].is_string());
    bench.calendars.iter().for_each(Calendar::remember);
    bench.regtest.replace_from(height);
    // What is final is looked at again only when asked for.
    let quiet = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(bench.state(&quiet), "");
    let noticed = place.run(&["anchor", "upgrade", "--all"]).exits(0);
    assert_eq!(
        bench.state(&noticed),
        "forked,submitted",
        "{}",
        noticed.told()
    );
    bench.settle();
    let upgraded = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(bench.state(&upgraded), "final", "{}", upgraded.told());
    let status = place.run(&["anchor", "status", &bench.case]).exits(0);
    assert_eq!(bench.state(&status), "forked,final");
    let package = place.path("case.asice");
    place.run(&["export", &bench.case, "-o", &package]).exits(0);
    bench.verified(&package, &bench.trust(&[])).exits(0);
    place.run(&["journal", "verify"]).exits(0);
    let journal = place.run(&["journal", "export"]).exits(0).told();
    for action in [
        "anchor.prepared",
        "anchor.submitted",
        "anchor.final",
        "anchor.forked",
    ] {
        assert!(journal.contains(action), "{action}");
    }
}

/// A fork that is noticed while no calendar answers is prepared anew at once, and goes out and becomes final in later runs.
#[test]
fn a_fork_noticed_while_nobody_answers_is_made_good_later() {
    let Some(bench) = Bench::start() else { return };
    let place = &bench.place;
    bench.set_up();
    let mut rail: Value = serde_json::from_slice(&std::fs::read(bench.rail()).unwrap()).unwrap();
    let mended = place.file("mended.json", rail.to_string().as_bytes());
    rail["adapter"]["settings"]["calendars"] = json!(["http://127.0.0.1:9", "https://127.0.0.1:9"]);
    let dead = place.file("dead.json", rail.to_string().as_bytes());
    let upgraded = |arguments: &[&str], state: &str| {
        let told = place.run(&[&["anchor", "upgrade"], arguments].concat());
        let told = told.exits(0);
        assert_eq!(bench.state(&told), state, "{}", told.told());
        told
    };
    place.run(&["anchor", "submit"]).exits(0);
    let height = bench.settle();
    upgraded(&[], "final");
    bench.regtest.replace_from(height);
    place.run(&["anchor", "rail", "set", &dead]).exits(0);
    let noticed = upgraded(&["--all"], "forked,prepared");
    assert!(noticed.json()["anchors"][1]["problem"].is_string());
    upgraded(&[], "prepared");
    // Until then the package says what is there, and no more.
    let package = place.path("between.asice");
    place.run(&["export", &bench.case, "-o", &package]).exits(0);
    let told = bench.verified(&package, &bench.trust(&[height])).exits(0);
    assert!(!codes(&told).contains(&"anchor-canonical".to_owned()));
    place.run(&["anchor", "rail", "set", &mended]).exits(0);
    upgraded(&[], "submitted");
    let height = bench.settle();
    upgraded(&[], "final");
    let status = place.run(&["anchor", "status", &bench.case]).exits(0);
    assert_eq!(bench.state(&status), "forked,final");
    let package = place.path("after.asice");
    place.run(&["export", &bench.case, "-o", &package]).exits(0);
    let told = bench.verified(&package, &bench.trust(&[height])).exits(0);
    assert!(
        codes(&told).contains(&"anchor-canonical".to_owned()),
        "{}",
        told.told()
    );
    place.run(&["journal", "verify"]).exits(0);
}

/// Nobody answers, the program ends, and the next one goes on where it stood.
#[test]
fn a_submission_that_nobody_took_is_sent_later_and_once() {
    let Some(bench) = Bench::start() else { return };
    let place = &bench.place;
    bench.set_up();
    let mut rail: Value = serde_json::from_slice(&std::fs::read(bench.rail()).unwrap()).unwrap();
    let mended = rail.clone();
    rail["adapter"]["settings"]["calendars"] = json!(["http://127.0.0.1:9", "https://127.0.0.1:9"]);
    let dead = place.file("dead.json", rail.to_string().as_bytes());
    place.run(&["anchor", "rail", "set", &dead]).exits(0);
    let submitted = place.run(&["anchor", "submit"]).exits(0);
    assert_eq!(bench.state(&submitted), "prepared", "{}", submitted.told());
    assert!(submitted.json()["anchors"][0]["problem"].is_string());
    let still = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(bench.state(&still), "prepared");
    let file = place.file("mended.json", mended.to_string().as_bytes());
    place.run(&["anchor", "rail", "set", &file]).exits(0);
    let again = place.run(&["anchor", "submit"]).exits(0);
    assert_eq!(bench.state(&again), "", "the root is on its way already");
    let sent = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(bench.state(&sent), "submitted", "{}", sent.told());
    assert!(
        bench
            .calendars
            .iter()
            .all(|calendar| calendar.received().len() == 1)
    );
    // A network that is down keeps no other from its root, and is named.
    let file = place.file("more.txt", b"more");
    place.run(&["add", &bench.case, &file]).exits(0);
    place.run(&["seal", &bench.case]).exits(0);
    let down = json!({"name": "一号链", "enabled": true, "adapter": {"kind": "evm", "settings": {
        "url": "http://127.0.0.1:9/", "chain_id": 5555, "key": anvil::KEY}}});
    let file = place.file("down.json", down.to_string().as_bytes());
    let mended = place.file("mended.json", mended.to_string().as_bytes());
    // The one that is down comes first.
    for set in [["remove", "开放时间戳"], ["set", &file], ["set", &mended]] {
        place.run(&["anchor", "rail", set[0], set[1]]).exits(0);
    }
    let refused = place.run(&["anchor", "submit"]).exits(1);
    assert_eq!(refused.error(), "rail");
    assert!(refused.told().contains("一号链"), "{}", refused.told());
    let status = place.run(&["anchor", "status"]).exits(0);
    assert_eq!(bench.state(&status), "submitted,submitted");
    place
        .run(&["anchor", "rail", "remove", "开放时间戳"])
        .exits(0);
    let orphan = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(
        bench.state(&orphan),
        "submitted,submitted",
        "what was anchored stays without its rail"
    );
    assert!(orphan.json()["anchors"][0]["problem"].is_string());
}

/// The client that everybody uses, against the node itself: it knows nothing of this program (scripts/anchors.sh).
#[test]
fn the_client_of_others_accepts_the_proof_of_one_file() {
    let Some(client) = std::env::var_os("FIDEM_OTS") else {
        eprintln!("skipped: no client of OpenTimestamps (FIDEM_OTS)");
        return;
    };
    let Some(bench) = Bench::start() else { return };
    bench.set_up();
    let place = &bench.place;
    // A further case behind it, so that the path through the log is not empty.
    let other = place.case("另一案");
    let file = place.file("另一.txt", b"another");
    place.run(&["add", &other, &file]).exits(0);
    place.run(&["seal", &other]).exits(0);
    place.run(&["anchor", "submit"]).exits(0);
    let height = bench.settle();
    place.run(&["anchor", "upgrade"]).exits(0);
    let verify = |proof: &str, file: &str| {
        let output = Command::new(&client)
            .args([
                "--no-cache",
                "--no-default-whitelist",
                "--btc-regtest",
                "--bitcoin-node",
            ])
            .arg(bench.regtest.url())
            .args(["verify", "-f", file, proof])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), told)
    };
    for (case, item, name) in [
        (&bench.case, "1", "合同.txt"),
        (&bench.case, "2", "附件.txt"),
        (&other, "1", "另一.txt"),
    ] {
        let proof = place.path(&format!("{name}.ots"));
        place
            .run(&["anchor", "proof", case, item, "-o", &proof])
            .exits(0);
        let (good, told) = verify(&proof, &place.path(name));
        assert!(good && told.contains(&format!("block {height}")), "{told}");
        let (good, told) = verify(&proof, &place.path("rail.json"));
        assert!(!good, "{told}");
    }
    eprintln!("ok   ots verify: three files of two cases, Bitcoin block {height}");
}

/// Four networks of four kinds at once, one root, and then none of them any more (R-067, R-072).
#[test]
fn four_rails_at_once_are_checked_with_the_network_cut() {
    let Some(bench) = Bench::start() else { return };
    let Some(anvil) = Anvil::start(5555).unwrap() else {
        return;
    };
    let group = Group::start(Flavour::V2).unwrap();
    let gateway = BsnGateway::start(BsnAlgorithm::Sm2).unwrap();
    let place = &bench.place;
    bench.set_up();
    let (chain, name) = Flavour::V2.names();
    let evm = json!({"url": anvil.url(), "chain_id": 5555, "key": anvil::KEY, "confirmations": 4});
    let fisco = json!({
        "generation": "v2", "suite": group.pin().suite, "url": group.url(), "chain": chain, "group": name,
        "key": "21".repeat(32), "sealers": group.sealers(),
    });
    let facts = json!({"operator": "示范运营方", "access": "consortium", "framework": "示范", "as_of": "2026-11-27"});
    for (name, kind, settings) in [
        ("武汉链", "evm", evm),
        ("示范联盟链", "fisco", fisco),
        ("城市节点", "bsn-fabric", gateway.settings()),
    ] {
        let rail = json!({"name": name, "enabled": true, "disclosure": facts,
            "adapter": {"kind": kind, "settings": settings}});
        let file = place.file("other.json", rail.to_string().as_bytes());
        place.run(&["anchor", "rail", "set", &file]).exits(0);
        place.run(&["anchor", "rail", "test", name]).exits(0);
    }
    let shown = place.run(&["anchor", "rail", "list"]).exits(0).told();
    for secret in [anvil::KEY, &"21".repeat(32)] {
        assert!(!shown.contains(secret), "a key is shown");
    }
    let submitted = place.run(&["anchor", "submit"]).exits(0);
    assert_eq!(
        submitted.json()["anchors"].as_array().unwrap().len(),
        4,
        "{}",
        submitted.told()
    );
    let height = bench.settle();
    anvil.mine(6);
    group.chain().mine();
    gateway.cut();
    let upgraded = place.run(&["anchor", "upgrade"]).exits(0);
    assert_eq!(
        bench.state(&upgraded),
        "final,final,final,final",
        "{}",
        upgraded.told()
    );

    // Whether a party has to do with an operator is declared before anything issues (R-070).
    let receipt = place.path("receipt.pdf");
    let refused = place
        .run(&["certify", &bench.case, "-o", &receipt])
        .exits(1);
    assert_eq!(refused.error(), "interest-undeclared");
    for (rail, relation) in [
        ("开放时间戳", "none"),
        ("武汉链", "none"),
        ("示范联盟链", "unchecked"),
        ("城市节点", "none"),
    ] {
        let declare = [
            "anchor",
            "interest",
            &bench.case,
            rail,
            "--relation",
            relation,
        ];
        place.run(&declare).exits(0);
    }
    place
        .run(&["certify", &bench.case, "-o", &receipt])
        .exits(0);
    let package = place.path("case.asice");
    place.run(&["export", &bench.case, "-o", &package]).exits(0);

    let trust = bench.trust(&[height + 5]);
    let file = format!("{trust}/trust.json");
    let mut pins: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let blocks: Vec<Value> = anvil
        .blocks()
        .into_iter()
        .map(|(height, hash)| json!({"hash": hash, "height": height}))
        .collect();
    pins["chains"]["evm"] = json!([{"blocks": blocks, "chain_id": 5555, "name": "武汉链"}]);
    pins["chains"]["fisco"] = json!([group.pin()]);
    pins["chains"]["fabric"] = json!([gateway.pin()]);
    std::fs::write(&file, pins.to_string()).unwrap();
    // From here on there is no network.
    let Bench { place, roots, .. } = bench;
    drop((anvil, group, gateway));
    let letter = place.path("合同.txt");
    let other = place.path("附件.txt");
    let verified = |file: &str, trust: &str| {
        let more = ["--trust", trust, "--data", &letter, &other];
        fidem::verify(std::path::Path::new(file), &more)
    };
    for file in [&package, &receipt] {
        let report = verified(file, &trust).exits(0);
        let canonical = codes(&report)
            .iter()
            .filter(|c| *c == "anchor-canonical")
            .count();
        assert_eq!(canonical, 4, "{file}: {}", report.told());
        assert_eq!(
            report.json()["layers"]["chain"],
            "match",
            "{}",
            report.told()
        );
        // A court that pins nothing is told of each what it is worth, and the rest stands.
        let report = verified(file, &roots).exits(0);
        let found = codes(&report);
        for code in [
            "anchor-pow-only",
            "anchor-inclusion-only",
            "anchor-quorum-unpinned",
        ] {
            assert!(found.contains(&code.to_owned()), "{code}: {found:?}");
        }
        assert_eq!(report.json()["layers"]["chain"], "cannot-check");
    }
    if let Some(folder) = std::env::var_os("FIDEM_SHOW") {
        std::fs::copy(&receipt, std::path::Path::new(&folder).join("anchored.pdf")).unwrap();
    }
}

/// A witness as another office runs it.
struct Witness {
    child: Child,
    url: String,
    key: String,
}

impl Witness {
    fn start(place: &Place, name: &str, log: &str) -> Self {
        use std::io::BufRead as _;
        let folder = place.path(name);
        let mut command = fidem::command();
        command
            .args(["witness", "serve", "--folder", &folder, "--name", name])
            .args(["--listen", "127.0.0.1:0", "--log", log, "--json"])
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        while serde_json::from_str::<Value>(&text).is_err() {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "{text}");
            text.push_str(&line);
        }
        let told: Value = serde_json::from_str(&text).unwrap();
        Self {
            child,
            url: told["address"].as_str().unwrap().to_owned(),
            key: told["key"].as_str().unwrap().to_owned(),
        }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn witnesses_sign_what_grows_and_a_rewritten_history_is_found() {
    let authorities = authorities();
    let place = Place::new();
    place.choose(&authorities);
    let case = place.case("见证");
    let seal = |name: &str| {
        let file = place.file(name, name.as_bytes());
        place.run(&["add", &case, &file]).exits(0);
        place.run(&["seal", &case]).exits(0);
    };
    seal("一.txt");
    let log = place.run(&["log", "key"]).exits(0).json()["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let witnesses = [
        Witness::start(&place, "一处", &log),
        Witness::start(&place, "二处", &log),
    ];
    for (witness, operator) in witnesses.iter().zip(["第一公证处", "第二公证处"]) {
        let watch = [
            "log",
            "watch",
            &witness.url,
            &witness.key,
            "--operator",
            operator,
        ];
        place.run(&watch).exits(0);
    }
    let signed = place.run(&["log", "cosign"]).exits(0).json();
    assert!(
        signed["witnesses"]
            .as_array()
            .unwrap()
            .iter()
            .all(|w| w["time"].is_u64()),
        "{signed}"
    );
    // The office as it is now, for the history that will not be.
    let before = place.path("before");
    copy(place.office(), std::path::Path::new(&before));
    seal("二.txt");
    place.run(&["log", "cosign"]).exits(0);
    let published = place.path("published");
    place.run(&["log", "publish", &published]).exits(0);
    let compare = |more: &[&str]| {
        let mut command = fidem::command();
        command.args(["witness", "compare", "--json", "--log", &log]);
        command.args(more).args(witnesses.iter().map(|w| &w.url));
        fidem::run(&mut command)
    };
    compare(&[]).exits(0);
    compare(&["--files", &published]).exits(0);

    // The package carries the signatures; a court that knows the witnesses sees them.
    let package = place.path("case.asice");
    place.run(&["export", &case, "-o", &package]).exits(0);
    let trust = json!({
        "date": "2026-11-27", "format": "fidem-trust/1", "logs": [{"key": log}], "offices": [], "roots": [],
        "serial": 1, "witnesses": [{"key": witnesses[0].key, "operator": "第一公证处"}],
    });
    let folder = place.path("trust");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(authorities.roots(), format!("{folder}/roots.pem")).unwrap();
    std::fs::write(format!("{folder}/trust.json"), trust.to_string()).unwrap();
    let report = fidem::verify(std::path::Path::new(&package), &["--trust", &folder]).exits(0);
    let found = codes(&report);
    assert!(found.contains(&"log-witnessed".to_owned()), "{found:?}");
    assert!(!found.contains(&"log-own-record".to_owned()), "{found:?}");

    // The office is set back and goes on as if the second seal had never been: no witness signs that.
    std::fs::remove_dir_all(place.office()).unwrap();
    copy(std::path::Path::new(&before), place.office());
    seal("另一.txt");
    let refused = place.run(&["log", "cosign"]).exits(1).json();
    assert!(
        refused["witnesses"]
            .as_array()
            .unwrap()
            .iter()
            .all(|w| w["split"] == true),
        "{refused}"
    );
    let other = place.path("other");
    place.run(&["log", "publish", &other]).exits(0);
    compare(&["--files", &other]).exits(1);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}
