//! Web capture as a clerk does it: real pages, the real browser, real tokens; and everything a page can do against it.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use fidem_loopback::sites::{Chinese, Hard, Plain, Trap, Traps};
use fidem_loopback::{Answer, Body, Exchange, Head, Listen, Options, Request, Server};
use fidem_tests::captures::{archive, captured, court_copy, exchanges, holds_everything, office};
use fidem_tests::fidem;
use fidem_tests::place::{CLERK, REVIEWER};
use fidem_tests::planted::{files_with, holds};
use fidem_webarchive::Limits;
use fidem_webarchive::lookup::Wacz;
use serde_json::json;

/// Responses of an archive, as octets.
fn responses(wacz: &[u8]) -> Vec<Vec<u8>> {
    exchanges(wacz).into_iter().map(|e| e.response).collect()
}

#[test]
fn a_page_of_a_hundred_resources_is_whole_and_verifies_in_its_package() {
    let Some((place, case, authorities)) = office() else {
        return;
    };
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let done = captured(&place, &case, &url, &[]);
    assert_eq!(done["completeness"]["partial"], false, "{done}");
    assert_eq!(
        done["completeness"]["archived"],
        done["completeness"]["exchanged"]
    );
    assert_eq!(done["completeness"]["referred"], {
        let c = &done["completeness"];
        c["captured"].as_u64().unwrap() + c["explained"].as_u64().unwrap()
    });
    // the report is in a seal of its own, stamped before the capture's.
    assert!(done["seal_before"].as_u64() < done["seal"].as_u64());
    assert_eq!(done["state"], "固化");
    // a loopback target and an unregistered device are no class A.
    assert_eq!(done["class"], "A-");
    let _ = holds_everything(
        "plain",
        &archive(&place, &case, &done),
        &site.finish().exchanges().cloned().collect::<Vec<_>>(),
    );

    let package = place.path("case.asice");
    let _ = place.run(&["export", &case, "-o", &package]).exits(0);
    let roots = authorities.roots().display().to_string();
    let report = fidem::verify(Path::new(&package), &["--trust", &roots]).exits(0);
    assert_eq!(report.layer("content"), "match", "{}", report.told());
    // What is withheld is said, and is not missing.
    assert!(report.finds("evidence-withheld"), "{}", report.told());
    let members = fidem_tests::members::Members::of(&std::fs::read(&package).unwrap());
    assert!(members.names().iter().all(|n| !n.ends_with(".age")));
    place.hire(REVIEWER, "reviewer");
    let _ = place.run_as(REVIEWER, &["review", &case]).exits(0);
}

#[test]
fn workers_sockets_streams_and_large_bodies_are_kept_octet_by_octet() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = Hard::start(3_000_000).unwrap();
    let url = format!("{}/", site.endpoint(0).origin());
    let done = captured(&place, &case, &url, &[]);
    assert_eq!(
        done["completeness"]["archived"], done["completeness"]["exchanged"],
        "{done}"
    );
    let wacz = archive(&place, &case, &done);
    let _ = holds_everything(
        "hard",
        &wacz,
        &site.finish().exchanges().cloned().collect::<Vec<_>>(),
    );
}

#[test]
fn pages_in_chinese_codings_keep_their_octets() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = Chinese::start(Listen::http()).unwrap();
    let url = format!("{}{}", site.endpoint(0).origin(), Chinese::PAGES[0]);
    let done = captured(&place, &case, &url, &[]);
    let wacz = archive(&place, &case, &done);
    let _ = holds_everything(
        "chinese",
        &wacz,
        &site.finish().exchanges().cloned().collect::<Vec<_>>(),
    );
}

/// the network is cut while the page is open. The reference page came before and does not come after.
#[test]
fn a_reference_page_that_dies_during_the_capture_is_recorded_and_said() {
    let Some((place, case, authorities)) = office() else {
        return;
    };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let reference = format!("http://{}/known", listener.local_addr().unwrap());
    let once = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 2048]).unwrap();
        let reply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nknown";
        stream.write_all(reply.as_bytes()).unwrap();
    });
    let chosen = place
        .run(&["device", "probes", "--reference", &reference])
        .exits(0)
        .json();
    assert_eq!(chosen["reference_pages"][0], reference);
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let done = captured(&place, &case, &url, &[]);
    once.join().unwrap();
    let (before, after) = (
        &done["references"]["before"][0],
        &done["references"]["after"][0],
    );
    assert_eq!(
        (&before["status"], &before["error"]),
        (&json!(200), &json!(null))
    );
    let digest = "7117fff2d0fd294462b3c802b7cb8753"; // sha256sum of "known", its first half
    assert!(
        before["sha256"].as_str().unwrap().starts_with(digest),
        "{before}"
    );
    assert_eq!(after["status"], json!(null), "{after}");
    assert!(
        after["error"].as_str().unwrap().contains("reached"),
        "{after}"
    );

    let package = place.path("case.asice");
    let _ = place.run(&["export", &case, "-o", &package]).exits(0);
    let members = fidem_tests::members::Members::of(&std::fs::read(&package).unwrap());
    let verdicts = ["before", "after"].map(|side| {
        let names = members.under("evidence/");
        let name = names
            .iter()
            .find(|n| n.contains(&format!("cleanliness-{side}")))
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&members.bytes(name)).unwrap();
        let checks = report["checks"].as_array().unwrap().clone();
        let check = checks
            .into_iter()
            .find(|c| c["code"] == "network-baseline")
            .unwrap();
        (check["verdict"].clone(), check["effect"].clone())
    });
    let expected = [
        (json!("normal"), json!("none")),
        (json!("abnormal"), json!("class-a-minus")),
    ];
    assert_eq!(verdicts, expected);
    // A verifier takes the reports as before.
    let roots = authorities.roots().display().to_string();
    let report = fidem::verify(Path::new(&package), &["--trust", &roots]).exits(0);
    assert!(report.finds("cleanliness") && !report.finds("cleanliness-malformed"));
}

const COOKIE: &str = "planted-cookie-5b1e77aa01";
const PASSWORD: &str = "planted-password-93c4d2";

/// Sets a cookie, gets it back, and is sent a password.
fn secrets(request: &Request) -> Answer {
    match request.path() {
        "/" => {
            let page = "<!doctype html><title>登录</title><p>欢迎<script>\
                 fetch('/next').then(()=>fetch('/login',{method:'POST',headers:{'Content-Type':'application/x-www-form-urlencoded'},\
                 body:'user=a&password='+['planted','password','93c4d2'].join('-')}))</script>";
            let head = Head::new(200, "OK")
                .field("Content-Type", "text/html; charset=utf-8")
                .field("Set-Cookie", format!("session={COOKIE}; Path=/"))
                .length(page.len());
            Answer::new(head.finish(), Body::whole(page))
        }
        _ => Answer::ok("text/plain", b"ok".to_vec()),
    }
}

#[test]
fn no_cookie_password_or_session_key_can_be_read_in_the_office_or_in_an_export() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = Server::start(secrets, &[Listen::http()], Options::default()).unwrap();
    let url = format!("{}/", site.endpoint(0).origin());
    let done = captured(&place, &case, &url, &[]);
    assert!(done["masked"].as_u64() > Some(2), "{done}");
    let sent: Vec<Exchange> = site.finish().exchanges().cloned().collect();
    let asked: Vec<u8> = sent
        .iter()
        .flat_map(|e| [e.request_head.clone(), e.request_body.kept.clone()].concat())
        .collect();
    for secret in [COOKIE, PASSWORD] {
        assert!(
            holds(&asked, secret),
            "{secret} was never sent: the test would show nothing"
        );
    }
    let court = court_copy(&place, &case, &done);
    let whole = archive(&place, &case, &done);
    let opened = |wacz: &[u8]| responses(wacz).concat();
    assert!(holds(&opened(&whole), COOKIE));
    assert!(!holds(&opened(&court), COOKIE) && !holds(&court, COOKIE) && !holds(&court, PASSWORD));
    let _ = holds_everything("secrets", &whole, &sent);
    for secret in [COOKIE, PASSWORD, "CLIENT_TRAFFIC_SECRET", "CLIENT_RANDOM"] {
        let readable = files_with(place.office(), secret);
        assert!(readable.is_empty(), "{secret} in {readable:?}");
    }
}

/// Each is a recorded capture that says what is wrong; none is an error that loses what came.
#[test]
fn what_pages_do_against_a_recorder_is_recorded_and_said() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = Traps { huge: 60_000_000 }.start().unwrap();
    let says = |url: &str, more: &[&str], code: &str, ending: &str| {
        let done = captured(&place, &case, url, more);
        let lines = done["completeness"]["lines"].as_array().unwrap();
        assert!(
            lines.iter().any(|l| l["code"] == code),
            "{url}: no {code} in {done}"
        );
        assert_eq!(done["ending"]["code"], ending, "{url}: {done}");
        assert_eq!(done["state"], "固化");
        done
    };
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let nobody = format!("http://{free}/");
    says(&nobody, &[], "not-opened", "not-opened");
    says(
        &Trap::SelfSigned.url(&site),
        &[],
        "not-opened",
        "not-opened",
    );
    says(
        &Trap::RedirectLoop.url(&site),
        &[],
        "not-opened",
        "not-opened",
    );
    says(&Trap::Download.url(&site), &[], "download", "downloaded");
    says(
        &Trap::InfiniteScroll.url(&site),
        &["--scroll", "3000"],
        "scroll-bound",
        "closed",
    );
    says(&Trap::Cut.url(&site), &[], "cut", "closed");
    let huge = says(
        &Trap::Huge.url(&site),
        &["--limit", "8"],
        "payload-limit",
        "payload-limit",
    );
    assert_eq!(huge["completeness"]["partial"], true);
}

#[test]
fn what_was_recorded_before_a_kill_is_kept_marked_and_usable() {
    let Some((place, case, authorities)) = office() else {
        return;
    };
    let site = Traps { huge: 1 }.start().unwrap();
    let url = Trap::NeverLoads.url(&site);
    let mut command = place.command(CLERK, &["capture", &case, &url, "--json"]);
    let mut child: Child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(90);
    let asked = || site.log().exchanges().any(|e| !e.response_head.is_empty());
    while !asked() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(asked(), "the page was never asked for");
    // The browser writes its log in its own time; what it wrote is what can be kept.
    std::thread::sleep(Duration::from_secs(6));
    child.kill().unwrap();
    child.wait().unwrap();
    // The next capture finishes the interrupted one first, and says so.
    let answer = place
        .run(&["capture", &case, "http://127.0.0.1:9/"])
        .exits(0);
    // what an interrupted capture's report found is known from the report itself.
    let listed = place.run(&["record", "list", &case]).exits(1).json();
    assert_eq!(listed["wanting"][0]["missing"], "continuation-reason");
    let wanting = listed["wanting"][0]["captures"].as_array().unwrap();
    assert_eq!(wanting.len(), 2, "{listed}");
    let package = place.path("case.asice");
    let _ = place.run(&["export", &case, "-o", &package]).exits(0);
    let members = fidem_tests::members::Members::of(&std::fs::read(&package).unwrap());
    let names: Vec<String> = members
        .under("evidence/")
        .into_iter()
        .filter(|n| n.ends_with(".wacz"))
        .collect();
    assert_eq!(names.len(), 2, "{names:?} {}", answer.told());
    let interrupted = names.iter().map(|n| members.bytes(n)).find(|w| {
        let opened = Wacz::open(w, &Limits::default()).unwrap();
        let statement = opened.member("fidem/capture.json", 1 << 20).unwrap();
        holds(&statement, "\"interrupted\"")
    });
    let interrupted = interrupted.expect("one is marked");
    assert!(!responses(&interrupted).is_empty());
    let roots = authorities.roots().display().to_string();
    let report = fidem::verify(Path::new(&package), &["--trust", &roots]).exits(0);
    assert_eq!(report.layer("content"), "match", "{}", report.told());
}

#[test]
fn an_examination_by_itself_reports_every_check() {
    let Some((place, ..)) = office() else {
        return;
    };
    let out = place.path("report.json");
    let answer = place.run(&["check-environment", "-o", &out]);
    let report = answer.json();
    let counts = &report["counts"];
    let all = ["normal", "abnormal", "not_checked"]
        .iter()
        .map(|k| counts[k].as_u64().unwrap())
        .sum::<u64>();
    assert_eq!(all, report["checks"].as_array().unwrap().len() as u64);
    // what could not be checked is no success.
    assert_ne!(answer.code, Some(0));
    let tested = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["code"] == "recorder-self-test")
        .unwrap();
    assert_eq!(tested["verdict"], "normal", "{tested}");
    assert_eq!(
        std::fs::read(&out).unwrap(),
        serde_json::to_vec(&report).unwrap()
    );
}

#[test]
fn a_replay_shows_the_same_picture_and_asks_nobody() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let done = captured(&place, &case, &url, &[]);
    drop(site);
    let wacz = place.file("page.wacz", &court_copy(&place, &case, &done));
    let replayed = place.run(&["replay", &wacz, "--check"]).exits(0).json();
    assert!(replayed["view_match"].as_f64() >= Some(0.99), "{replayed}");
    assert_eq!(replayed["offline"], true, "{replayed}");
    let report = fidem::verify::<&str>(Path::new(&wacz), &[]);
    assert_eq!(report.layer("content"), "match", "{}", report.told());
    let mut octets = std::fs::read(&wacz).unwrap();
    let middle = octets.len() / 2;
    octets[middle] ^= 1;
    let bent = place.file("bent.wacz", &octets);
    let report = fidem::verify::<&str>(Path::new(&bent), &[]).exits(1);
    assert_eq!(report.layer("content"), "mismatch", "{}", report.told());
}
