//! A capture that a person drives: a sign-in that is filmed and not recorded, pages fixed by hand, notes and a pause.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use fidem_loopback::{Answer, Body, Head, Listen, Options, Request, Server};
use fidem_tests::captures::office;
use fidem_tests::fidem;
use fidem_tests::members::Members;
use fidem_tests::place::{CLERK, Place};
use fidem_tests::planted::{files_with, holds};
use serde_json::Value;

const SESSION: &str = "planted-session-90e1c7";
const PASSWORD: &str = "planted-password-4f02";

/// A shop: its form signs in by itself, as a person would by hand.
fn shop() -> Server {
    let form = format!(
        "<!doctype html><meta charset=utf-8><title>登录</title>
        <form method=post action=/enter><input name=password type=password id=p></form>
        <script>setTimeout(() => {{ p.focus(); document.execCommand('insertText', false, '{PASSWORD}');
        document.forms[0].submit(); }}, 800)</script>"
    );
    let answer = move |request: &Request| -> Answer {
        let html = |text: &str| Answer::ok("text/html; charset=utf-8", text.to_owned());
        let known = request.field("Cookie").is_some_and(|c| c.contains(SESSION));
        match request.path() {
            "/login" => html(&form),
            "/enter" => {
                let cookie = format!("session={SESSION}; HttpOnly; Path=/");
                let head = Head::new(303, "See Other")
                    .field("Location", "/entered")
                    .field("Set-Cookie", cookie);
                Answer::new(head.length(0).finish(), Body::empty())
            }
            "/entered" => html("<!doctype html><meta charset=utf-8><title>已登录</title>已登录"),
            "/orders" if known => {
                html("<!doctype html><meta charset=utf-8><title>订单</title><h1>订单 42</h1>")
            }
            "/chat" if known => {
                html("<!doctype html><meta charset=utf-8><title>聊天</title><h1>已付款</h1>")
            }
            _ => Answer::not_found(),
        }
    };
    Server::start(answer, &[Listen::http()], Options::default()).unwrap()
}

/// The program with a person before it.
struct Sitting {
    program: Child,
    said: Receiver<String>,
    all: Vec<String>,
}

impl Sitting {
    fn begin(place: &Place, arguments: &[&str]) -> Self {
        Self::of(&mut place.command(CLERK, arguments))
    }

    fn of(command: &mut Command) -> Self {
        let mut program = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let (sender, said) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self {
            program,
            said,
            all: Vec::new(),
        }
    }

    fn hears(&mut self, wanted: &str) {
        loop {
            match self.said.recv_timeout(Duration::from_secs(90)) {
                Ok(line) => {
                    self.all.push(line);
                    if self.all.last().is_some_and(|l| l.contains(wanted)) {
                        return;
                    }
                }
                Err(_) => panic!("no {wanted:?} in {:#?}", self.all),
            }
        }
    }

    fn says(&mut self, line: &str) {
        writeln!(self.program.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    fn ends(self) -> (Option<i32>, String) {
        let output = self.program.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }
}

#[test]
fn a_person_signs_in_and_fixes_two_pages() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = shop();
    let at = |path: &str| format!("{}{path}", site.endpoint(0).origin());
    let (orders, login, chat) = (at("/orders"), at("/login"), at("/chat"));
    let mut sitting = Sitting::begin(
        &place,
        &[
            "capture",
            &case,
            &orders,
            "--interactive",
            "--no-window",
            "--login",
            &login,
            "--account",
            "wang@example.com",
            "--signed-in-by",
            "申请人王小明",
            "--lang",
            "en",
        ],
    );
    sitting.hears("Sign-in:");
    // The form signs in by itself.
    std::thread::sleep(Duration::from_secs(4));
    sitting.says("end-login");
    sitting.hears("opened:");
    sitting.says("note 申请人指认订单");
    sitting.says("fix 订单");
    sitting.hears("Page 1 is fixed");
    sitting.says("pause");
    sitting.says("resume");
    sitting.says(&format!("go {chat}"));
    sitting.hears("opened:");
    sitting.says("fix 聊天");
    sitting.hears("Page 2 is fixed");
    sitting.says("finish");
    let (code, said) = sitting.ends();
    assert_eq!(code, Some(0), "{said}");
    // Account and who signed in stand in the result, and the pause.
    assert!(said.contains("wang@example.com by 申请人王小明"), "{said}");
    assert!(said.contains("1 of them pauses"), "{said}");

    let package = place.path("case.asice");
    let _ = place.run(&["export", &case, "-o", &package]).exits(0);
    let octets = std::fs::read(&package).unwrap();
    let members = Members::of(&octets);
    let names = members.under("evidence/");
    for end in [
        "-film-1.avi",
        "-film-1.srt",
        "-film.jsonl",
        "-login-1.avi",
        "-login.jsonl",
    ] {
        assert!(names.iter().any(|n| n.ends_with(end)), "{end} in {names:?}");
    }
    let archive = names.iter().find(|n| n.ends_with(".wacz")).unwrap();
    let wacz = members.bytes(archive);
    let told = fidem_webarchive::lookup::Wacz::open(&wacz, &fidem_webarchive::Limits::default())
        .unwrap()
        .member("fidem/capture.json", 1 << 24)
        .unwrap();
    let statement: Value = serde_json::from_slice(&told).unwrap();
    let did = &statement["interactive"];
    assert_eq!(did["login"]["account"], "wang@example.com");
    assert_eq!(did["fixed"][1]["label"], "聊天");
    assert_eq!(did["fixed"][0]["title"], "订单");
    // The chain's last line is named in the archive: a film that was cut shows.
    let chain = names.iter().find(|n| n.ends_with("-film.jsonl")).unwrap();
    let chain = members.bytes(chain);
    let last = chain
        .trim_ascii_end()
        .rsplit(|b| *b == b'\n')
        .next()
        .unwrap();
    let digest = fidem_fingerprint::hex::encode(&fidem_fingerprint::sha256(last));
    assert_eq!(did["film"]["head"], digest);

    // Neither cookie nor password is readable, in the office or in what leaves it.
    let _ = fidem::verify::<&str>(Path::new(&package), &[]).exits(2);
    for secret in [SESSION, PASSWORD] {
        assert!(!holds(&octets, secret));
        let found = files_with(place.office(), secret);
        assert!(found.is_empty(), "{secret} in {found:?}");
    }
    drop(site);
}

/// The archive that ended so, as it leaves the office, and what it states.
fn archived(place: &Place, case: &str, ending: &str) -> (Vec<u8>, Value) {
    let package = place.path("case.asice");
    let _ = place.run(&["export", case, "-o", &package]).exits(0);
    let members = Members::of(&std::fs::read(package).unwrap());
    let archives = members.under("evidence/").into_iter();
    let statement = |wacz: &Vec<u8>| {
        let limits = fidem_webarchive::Limits::default();
        let wacz = fidem_webarchive::lookup::Wacz::open(wacz, &limits).unwrap();
        let told = wacz.member("fidem/capture.json", 1 << 24).unwrap();
        serde_json::from_slice::<Value>(&told).unwrap()
    };
    archives
        .filter(|name| name.ends_with(".wacz"))
        .map(|name| members.bytes(&name))
        .map(|wacz| (statement(&wacz), wacz))
        .find(|(told, _)| told["ending"]["code"] == ending)
        .map(|(told, wacz)| (wacz, told))
        .expect("one ended so")
}

/// Of a visit that a crash ended: who signed in to what is stated all the same, and no secret with it.
#[test]
fn killed_in_a_visit_account_and_person_are_stated() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = shop();
    let at = |path: &str| format!("{}{path}", site.endpoint(0).origin());
    let (orders, login) = (at("/orders"), at("/login"));
    let arguments = [
        "capture",
        &case,
        &orders,
        "--interactive",
        "--no-window",
        "--login",
        &login,
        "--account",
        "wang@example.com",
        "--signed-in-by",
        "申请人王小明",
        "--lang",
        "en",
    ];
    let mut sitting = Sitting::begin(&place, &arguments);
    sitting.hears("Sign-in:");
    std::thread::sleep(Duration::from_secs(4));
    sitting.says("end-login");
    sitting.hears("opened:");
    sitting.says("fix 订单");
    sitting.hears("Page 1 is fixed");
    // The browser writes its log in its own time; what it wrote is what can be kept.
    std::thread::sleep(Duration::from_secs(6));
    sitting.program.kill().unwrap();
    sitting.program.wait().unwrap();
    // Nothing in the office's folder names the account in the clear, nor holds a secret.
    for planted in ["wang@example.com", SESSION, PASSWORD] {
        let found = files_with(place.office(), planted);
        assert!(found.is_empty(), "{planted} in {found:?}");
    }
    let _ = place
        .run(&["capture", &case, "http://127.0.0.1:9/"])
        .exits(0);
    let (wacz, told) = archived(&place, &case, "interrupted");
    let did = &told["interactive"];
    assert_eq!(did["login"]["account"], "wang@example.com", "{told}");
    assert_eq!(did["login"]["person"], "申请人王小明");
    assert_eq!(did["login"]["cookies"], 1);
    let times = &did["login"]["times"];
    assert!(
        times[0].as_str() < times[1].as_str() && times[0] != "",
        "{times}"
    );
    assert_eq!(did["film"]["problem"], "interrupted");
    assert!(did["film"]["frames"].as_u64() > Some(0), "{did}");
    for secret in [SESSION, PASSWORD] {
        assert!(!holds(&wacz, secret));
        let found = files_with(place.office(), secret);
        assert!(found.is_empty(), "{secret} in {found:?}");
    }
    drop(site);
}

/// A click by hand, on a screen that nobody sees, opens a second tab: the person is told, fixes it, and its address stands in
/// the statement.
#[test]
fn a_tab_that_a_link_opens_is_followed_and_fixed() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let Some((screen, display)) = screen() else {
        return eprintln!("skipped: no Xvfb or xdotool here");
    };
    let _screen = screen;
    let link = "<!doctype html><meta charset=utf-8><title>一</title>
        <a href=/second target=_blank style='position:fixed;inset:0'>第二页</a>";
    let second = "<!doctype html><meta charset=utf-8><title>二</title><h1>第二页</h1>";
    let answer = move |request: &Request| -> Answer {
        let html = |text: &str| Answer::ok("text/html; charset=utf-8", text.to_owned());
        match request.path() {
            "/" => html(link),
            "/second" => html(second),
            _ => Answer::not_found(),
        }
    };
    let site = Server::start(answer, &[Listen::http()], Options::default()).unwrap();
    let url = format!("{}/", site.endpoint(0).origin());
    let arguments = ["capture", &case, &url, "--interactive", "--lang", "en"];
    let mut command = place.command(CLERK, &arguments);
    command.env("DISPLAY", &display);
    let mut sitting = Sitting::of(&mut command);
    sitting.hears("opened:");
    std::thread::sleep(Duration::from_secs(2));
    let clicked = Command::new("xdotool")
        .env("DISPLAY", &display)
        .args(["mousemove", "300", "300", "click", "1"])
        .status();
    assert!(clicked.unwrap().success());
    sitting.hears("is in front, filmed and fixed from now on:");
    assert!(sitting.all.last().unwrap().ends_with("/second"));
    std::thread::sleep(Duration::from_secs(1));
    sitting.says("fix 乙");
    sitting.hears("Page 1 is fixed");
    sitting.says("finish");
    let (code, said) = sitting.ends();
    assert_eq!(code, Some(0), "{said}");
    let (_, told) = archived(&place, &case, "closed");
    let fixed = &told["interactive"]["fixed"][0];
    assert_eq!(fixed["url"], format!("{url}second"), "{told}");
    assert_eq!(fixed["title"], "二");
    assert!(
        said.contains("0 while a window was in front that could not be filmed"),
        "{said}"
    );
}

/// A screen that nobody sees, and its name; none where one cannot be had or nobody could click.
fn screen() -> Option<(Screen, String)> {
    Command::new("xdotool").arg("version").output().ok()?;
    let mut server = Command::new("Xvfb")
        .args(["-ac", "-screen", "0", "1400x1000x24", "-displayfd", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut number = String::new();
    let out = server.stdout.take()?;
    let screen = Screen(server);
    BufReader::new(out).read_line(&mut number).ok()?;
    Some((screen, format!(":{}", number.trim())))
}

struct Screen(Child);

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whoever ends it while they sign in wants no capture: the address is not opened, and nothing is kept.
#[test]
fn finished_in_the_sign_in_nothing_is_opened() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = shop();
    let at = |path: &str| format!("{}{path}", site.endpoint(0).origin());
    let (orders, login) = (at("/orders"), at("/login"));
    let arguments = [
        "capture",
        &case,
        &orders,
        "--interactive",
        "--no-window",
        "--login",
        &login,
        "--account",
        "a",
        "--signed-in-by",
        "b",
        "--lang",
        "en",
    ];
    let mut sitting = Sitting::begin(&place, &arguments);
    sitting.hears("Sign-in:");
    sitting.says("finish");
    let (code, said) = sitting.ends();
    assert_eq!(code, Some(1), "{said}");
    let log = site.finish();
    assert!(log.exchanges().all(|e| e.target != "/orders"));
}

#[test]
fn the_end_of_the_input_ends_it_in_order() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let site = shop();
    let url = format!("{}/entered", site.endpoint(0).origin());
    let mut sitting = Sitting::begin(
        &place,
        &[
            "capture",
            &case,
            &url,
            "--interactive",
            "--no-window",
            "--lang",
            "en",
        ],
    );
    sitting.hears("opened:");
    drop(sitting.program.stdin.take());
    let (code, said) = sitting.ends();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Film of"), "{said}");
}
