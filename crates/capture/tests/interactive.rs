//! A visit with a sign-in, two fixed pages and a pause. Without a browser this is passed over, and says so.

use std::io::Cursor;
use std::net::Ipv4Addr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fidem_capture::interactive::{Command, Live, SignIn, SignedIn, Told, Visit, visit};
use fidem_capture::replay::serve;
use fidem_capture::screencast::{Film, Reel};
use fidem_capture::{
    Audience, Browser, Ending, Operations, Options, Plan, Recording, Sinks, Statement, archive,
    find_browser,
};
use fidem_loopback::{Answer, Body, Head, Listen, Request, Server};
use fidem_webarchive::Limits;
use fidem_webarchive::lookup::Wacz;

mod screen;

const PASSWORD: &str = "planted-password-51c2";
const SESSION: &str = "planted-session-77ab03";

/// Signs in by itself, as a person would by hand, and tells how the password is drawn.
const FORM: &str = "<!doctype html><meta charset=utf-8><title>login</title>
<form method=post action=/enter><input name=password type=password id=p></form>
<iframe src=\"{other}/frame\"></iframe>
<script>
const p = document.getElementById('p');
const tell = (name) => fetch('/drawn?' + name + '=' + encodeURIComponent(getComputedStyle(p).webkitTextFillColor));
setTimeout(async () => {
  p.focus(); document.execCommand('insertText', false, '{password}');
  await tell('hidden'); p.type = 'text'; await new Promise((done) => setTimeout(done, 50)); await tell('shown');
  document.forms[0].submit();
}, 1500);
</script>";
const FRAME: &str = "<!doctype html><input type=password id=p value=x><script>
setTimeout(() => fetch('/drawn?frame=' + encodeURIComponent(getComputedStyle(document.getElementById('p')).webkitTextFillColor)), 300);
</script>";

fn site(drawn: Arc<Mutex<Vec<String>>>) -> Server {
    let answer = move |request: &Request| -> Answer {
        let html = |text: String| Answer::ok("text/html; charset=utf-8", text);
        let other = request.endpoints[1].origin();
        match request.path() {
            "/login" => html(
                FORM.replace("{password}", PASSWORD)
                    .replace("{other}", &other),
            ),
            "/frame" => html(FRAME.to_owned()),
            "/drawn" => {
                drawn
                    .lock()
                    .unwrap()
                    .push(request.query().unwrap_or_default().to_owned());
                Answer::no_content()
            }
            "/enter" => {
                let cookie = format!("session={SESSION}; HttpOnly; Path=/");
                let head = Head::new(303, "See Other")
                    .field("Location", "/account")
                    .field("Set-Cookie", cookie);
                Answer::new(head.length(0).finish(), Body::empty())
            }
            "/account" if request.field("Cookie").is_some_and(|c| c.contains(SESSION)) => html(
                "<!doctype html><meta charset=utf-8><title>账户</title><h1>我的账户</h1>"
                    .to_owned(),
            ),
            "/order" => html(
                "<!doctype html><meta charset=utf-8><title>订单</title><h1>订单 42</h1>".to_owned(),
            ),
            _ => Answer::not_found(),
        }
    };
    let other = Listen::http().at(Ipv4Addr::new(127, 0, 0, 2));
    Server::start(
        answer,
        &[Listen::http(), other],
        fidem_loopback::Options::default(),
    )
    .unwrap()
}

struct Watching(Sender<Told>);

impl Audience for Watching {}

impl Live for Watching {
    fn told(&mut self, told: Told) {
        let _ = self.0.send(told);
    }
}

fn until(told: &Receiver<Told>, wanted: impl Fn(&Told) -> bool) -> Vec<Told> {
    let mut heard = Vec::new();
    loop {
        let next = told.recv_timeout(Duration::from_secs(60)).unwrap();
        heard.push(next.clone());
        if wanted(&next) {
            return heard;
        }
    }
}

fn nowhere() -> Sinks {
    Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    }
}

fn film() -> Film {
    let reels = |_| -> std::io::Result<Box<dyn Reel>> { Ok(Box::new(Cursor::new(Vec::new()))) };
    Film::begin(Box::new(reels), "")
}

fn visited(browser: &Browser, headed: bool) -> (Recording, Vec<String>, Operations, Vec<Told>) {
    let drawn: Arc<Mutex<Vec<String>>> = Arc::default();
    let site = site(Arc::clone(&drawn));
    let origin = site.endpoint(0).origin();
    let options = Options {
        headed,
        ..Options::default()
    };
    let mut plan = Plan::of(&format!("{origin}/account"), options).unwrap();
    plan.film = Some(film());
    let plan = Visit {
        plan,
        login: Some(SignIn {
            url: format!("{origin}/login"),
            account: "planted@example.com".to_owned(),
            person: "申请人".to_owned(),
        }),
        login_film: Some(film().blank_secrets()),
    };
    let (orders, commands) = channel();
    let (sender, told) = channel();
    let waiting = Arc::clone(&drawn);
    let person = std::thread::spawn(move || {
        let signed_in = || waiting.lock().unwrap().len() >= 3;
        for _ in 0..300 {
            if signed_in() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        std::thread::sleep(Duration::from_secs(1));
        orders.send(Command::EndLogin).unwrap();
        let mut heard = until(&told, |t| matches!(t, Told::Opened(..)));
        std::thread::sleep(Duration::from_millis(500));
        orders.send(Command::Fix("账户页".to_owned())).unwrap();
        heard.extend(until(&told, |t| matches!(t, Told::Fixed(1))));
        orders
            .send(Command::Note("当事人确认账户名".to_owned()))
            .unwrap();
        orders
            .send(Command::Goto("file:///etc/passwd".to_owned()))
            .unwrap();
        orders.send(Command::Pause).unwrap();
        orders.send(Command::Resume).unwrap();
        orders
            .send(Command::Goto(format!("{origin}/order")))
            .unwrap();
        heard.extend(until(&told, |t| matches!(t, Told::Opened(..))));
        std::thread::sleep(Duration::from_millis(500));
        orders.send(Command::Fix("订单".to_owned())).unwrap();
        heard.extend(until(&told, |t| matches!(t, Told::Fixed(2))));
        orders.send(Command::Finish).unwrap();
        heard
    });
    let log = Operations::begin(None);
    let recording = visit(
        browser,
        &plan,
        nowhere(),
        &log,
        &commands,
        &mut Watching(sender),
    )
    .unwrap();
    let heard = person.join().unwrap();
    let film = recording.film.as_ref().unwrap();
    assert_eq!(film.problem, None);
    let reasons: Vec<&str> = film
        .gaps
        .iter()
        .map(|g| g.reason.as_str())
        .filter(|r| *r != "no-frame")
        .collect();
    assert_eq!(reasons, ["pictures", "paused", "pictures"]);
    assert!(
        login_of(&recording)
            .film
            .as_ref()
            .unwrap()
            .files
            .iter()
            .any(|f| f.frames > 0)
    );
    let drawn = drawn.lock().unwrap().clone();
    (recording, drawn, log, heard)
}

fn login_of(recording: &Recording) -> &SignedIn {
    recording.visit.as_ref().unwrap().login.as_ref().unwrap()
}

fn check(browser: &Browser, headed: bool) {
    let (recording, mut drawn, log, heard) = visited(browser, headed);
    assert_eq!(recording.ending, Ending::Closed {});
    assert_eq!(login_of(&recording).cookies, 1);
    // No secret was drawn: behind its dots, in clear, in a frame of another site.
    drawn.sort();
    let blank = "rgba(0%2C%200%2C%200%2C%200)";
    assert_eq!(
        drawn,
        ["frame", "hidden", "shown"].map(|name| format!("{name}={blank}"))
    );
    let fixed: Vec<(&str, &str)> = recording
        .fixed()
        .iter()
        .map(|f| (f.label.as_str(), f.page.title.as_str()))
        .collect();
    assert_eq!(fixed, [("账户页", "账户"), ("订单", "订单")]);
    // The sign-in is not in the recording.
    assert!(
        recording
            .log
            .exchanges()
            .all(|(_, e)| !e.url.contains("/login") && !e.url.contains("/enter"))
    );
    let operations = String::from_utf8(log.lines()).unwrap();
    for act in [
        "login-begin",
        "login-end",
        "fix",
        "note",
        "pause",
        "resume",
        "finish",
    ] {
        assert!(
            operations.contains(&format!("\"act\":\"{act}\"")),
            "{act} in {operations}"
        );
    }
    assert!(!operations.contains(PASSWORD) && !operations.contains(SESSION));
    assert!(
        heard
            .iter()
            .any(|t| matches!(t, Told::Request(_, seen) if seen.url.ends_with("/order")))
    );
    assert!(
        heard
            .iter()
            .any(|t| matches!(t, Told::Refused(what) if what.starts_with("file:")))
    );
    let naming = archive::Naming {
        capture: "00112233445566778899aabbccddeeff",
        mask_key: [7; 32],
        software: "Fidem test",
        cleanliness_before: None,
        secret_fields: Vec::new(),
    };
    let mut court = Cursor::new(Vec::new());
    archive::write(&recording, &naming, &mut court, &mut Vec::new()).unwrap();
    let court = court.into_inner();
    assert!(
        !court
            .windows(SESSION.len())
            .any(|w| w == SESSION.as_bytes())
    );
    let limits = Limits::default();
    let wacz = Wacz::open(&court, &limits).unwrap();
    let member = |name: &str| wacz.member(name, 1 << 24);
    for name in [
        "fidem/fix-001-full.png",
        "fidem/fix-001-dom.html",
        "fidem/fix-002-full.png",
    ] {
        assert!(member(name).is_ok(), "{name}");
    }
    let statement: Statement =
        serde_json::from_slice(&member("fidem/capture.json").unwrap()).unwrap();
    let interactive = statement.interactive.unwrap();
    let stated = &interactive.fixed[1];
    assert_eq!(
        (stated.label.as_str(), stated.prefix.as_str()),
        ("订单", "fix-002-")
    );
    assert_eq!(interactive.login.unwrap().account, "planted@example.com");
    assert!(interactive.film.unwrap().frames > 0);
    let dom = String::from_utf8(member("fidem/fix-002-dom.html").unwrap()).unwrap();
    assert!(dom.contains("订单 42"));
    assert_eq!(wacz.pages().unwrap().len(), 2);
    drop(wacz);
    // The page fixed last is shown again, though the cookie that opened the site is masked.
    let again = serve(Arc::new(court)).unwrap().check(browser).unwrap();
    assert_eq!(
        (again.title.as_str(), again.title_match),
        ("订单", Some(true))
    );
    assert!(again.contacts.all_on_this_machine());
    if !headed {
        assert_eq!(again.view_match, Some(1.0));
    }
}

#[test]
fn a_person_signs_in_unrecorded_and_fixes_pages() {
    match find_browser(None) {
        Ok(browser) => check(&browser, false),
        Err(error) => eprintln!("skipped: {error}"),
    }
}

/// The same in a window, on a screen that nobody sees.
#[test]
fn the_same_in_a_window() {
    let Ok(browser) = find_browser(None) else {
        return eprintln!("skipped: no browser");
    };
    match std::env::var_os("FIDEM_TEST_WINDOW") {
        Some(_) => check(&browser, true),
        None => screen::run_on_a_screen("the_same_in_a_window"),
    }
}
