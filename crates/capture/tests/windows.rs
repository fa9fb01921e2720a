//! What a page opens in another tab, and in a window of its own, is filmed and fixed while it is in front. A click by hand is
//! needed, since a browser lets no script open one; without browser, Xvfb or xdotool this is passed over, and says so.

use std::io::Cursor;
use std::process::Command as Program;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fidem_capture::interactive::{Command, Live, SignIn, Told, Visit, visit};
use fidem_capture::screencast::{Film, FrameLine, Reel};
use fidem_capture::{
    Audience, Browser, Operation, Operations, Options, Plan, Recording, Sinks, Statement, archive,
    find_browser,
};
use fidem_loopback::{Answer, Listen, Request, Server};
use fidem_webarchive::Limits;
use fidem_webarchive::lookup::Wacz;
use serde_json::Value;

mod screen;

/// A link over the whole page; at the second click a window opens in its place.
const FIRST: &str = "<!doctype html><meta charset=utf-8><title>一</title>
<a href=/second target=_blank style='position:fixed;inset:0'>第一页</a><script>
let clicks = 0;
document.querySelector('a').onclick = (e) => {
  if (++clicks === 2) { e.preventDefault(); window.open('/third', 'third', 'width=500,height=400'); }
};
</script>";
/// Changes all the time, and closes at a click.
const SECOND: &str = "<!doctype html><meta charset=utf-8><title>二</title><h1>第二页</h1><p id=n></p>
<script>setInterval(() => { n.textContent = Date.now(); }, 200); onclick = () => window.close();</script>";
const THIRD: &str = "<!doctype html><meta charset=utf-8><title>三</title><h1>第三页</h1>";

/// At the first click a sign-in opens in a window of its own, at the second in one that the page itself writes.
const LOGIN: &str = "<!doctype html><meta charset=utf-8><title>登录</title><h1>登录</h1><script>
let clicks = 0;
onclick = () => {
  if (++clicks === 1) return void window.open('/sign-in', 'in', 'width=400,height=300');
  const w = window.open('', 'written', 'width=400,height=300');
  w.document.write('<!doctype html><title>written</title><input type=password id=p value=x>');
  setTimeout(() => fetch('/drawn?written=' + encodeURIComponent(w.getComputedStyle(w.p).webkitTextFillColor)), 1000);
};
</script>";
const SIGN_IN: &str = "<!doctype html><title>in</title><input type=password id=p value=x><script>
const tell = (name) => fetch('/drawn?' + name + '=' + encodeURIComponent(getComputedStyle(p).webkitTextFillColor));
setTimeout(async () => {
  await tell('opened'); p.type = 'text'; await new Promise((done) => setTimeout(done, 50)); await tell('shown');
}, 500);
onclick = () => window.close();
</script>";

fn site(drawn: Arc<Mutex<Vec<String>>>) -> Server {
    let answer = move |request: &Request| -> Answer {
        let html = |text: &str| Answer::ok("text/html; charset=utf-8", text.to_owned());
        match request.path() {
            "/" => html(FIRST),
            "/second" => html(SECOND),
            "/third" => html(THIRD),
            "/login" => {
                drawn.lock().unwrap().push("asked".to_owned());
                html(LOGIN)
            }
            "/sign-in" => html(SIGN_IN),
            "/drawn" => {
                let said = request.query().unwrap_or_default().to_owned();
                drawn.lock().unwrap().push(said);
                Answer::no_content()
            }
            _ => Answer::not_found(),
        }
    };
    Server::start(
        answer,
        &[Listen::http()],
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

fn until(told: &Receiver<Told>, wanted: impl Fn(&Told) -> bool) -> Told {
    let mut heard = Vec::new();
    loop {
        match told.recv_timeout(Duration::from_secs(30)) {
            Ok(next) if wanted(&next) => return next,
            Ok(next) => heard.push(next),
            Err(_) => panic!("not told; heard {heard:#?}"),
        }
    }
}

/// Something with that end is in front, and followed.
fn in_front(told: &Receiver<Told>, end: &str) -> usize {
    let front = until(
        told,
        |t| matches!(t, Told::Front { url, .. } if url.ends_with(end)),
    );
    match front {
        Told::Front {
            window,
            followed: true,
            ..
        } => window,
        other => panic!("{other:?}"),
    }
}

fn click() {
    let done = Program::new("xdotool")
        .args(["mousemove", "300", "300", "click", "1"])
        .status();
    assert!(done.unwrap().success());
}

fn moment() {
    std::thread::sleep(Duration::from_millis(1_500));
}

fn film() -> Film {
    let reels = |_| -> std::io::Result<Box<dyn Reel>> { Ok(Box::new(Cursor::new(Vec::new()))) };
    Film::begin(Box::new(reels), "")
}

fn by_hand(browser: &Browser, site: &Server) -> Recording {
    let origin = site.endpoint(0).origin();
    let options = Options {
        headed: true,
        ..Options::default()
    };
    let mut plan = Plan::of(&format!("{origin}/"), options).unwrap();
    plan.film = Some(film());
    let plan = Visit {
        plan,
        login: None,
        login_film: None,
    };
    let (orders, commands) = channel();
    let (sender, told) = channel();
    let person = std::thread::spawn(move || {
        let fix = |label: &str, number| {
            orders.send(Command::Fix(label.to_owned())).unwrap();
            until(&told, |t| matches!(t, Told::Fixed(n) if *n == number));
        };
        until(&told, |t| matches!(t, Told::Opened(..)));
        moment();
        click();
        let second = in_front(&told, "/second");
        moment();
        fix("乙", 1);
        // It closes; the page that opened it is in front again.
        click();
        let first = in_front(&told, "/");
        moment();
        fix("甲", 2);
        click();
        let third = in_front(&told, "/third");
        moment();
        fix("丙", 3);
        orders.send(Command::Finish).unwrap();
        (first, second, third)
    });
    let sinks = Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    };
    let log = Operations::begin(None);
    let recording = visit(
        browser,
        &plan,
        sinks,
        &log,
        &commands,
        &mut Watching(sender),
    )
    .unwrap();
    let (first, second, third) = person.join().unwrap();
    assert!(first < second && second < third);
    recording
}

fn operations(recording: &Recording) -> Vec<Operation> {
    let lines = recording.operations.split_inclusive(|b| *b == b'\n');
    lines.map(|l| serde_json::from_slice(l).unwrap()).collect()
}

fn check(browser: &Browser) {
    let site = site(Arc::default());
    let recording = by_hand(browser, &site);
    let fixed: Vec<(&str, &str)> = recording
        .fixed()
        .iter()
        .map(|f| (f.label.as_str(), f.page.title.as_str()))
        .collect();
    assert_eq!(fixed, [("乙", "二"), ("甲", "一"), ("丙", "三")]);
    assert!(recording.fixed().iter().all(|f| f.page.loaded));

    // Between the second page's coming to the front and its pictures it was filmed.
    let operations = operations(&recording);
    let fronts: Vec<&Operation> = operations.iter().filter(|o| o.act == "front").collect();
    let fix = operations.iter().find(|o| o.act == "fix").unwrap();
    assert_eq!(fronts.len(), 4, "{fronts:#?}");
    assert_eq!(fix.data["window"], fronts[1].data["window"]);
    assert_eq!(fronts[1].data["opener"], fronts[0].data["window"]);
    assert_eq!(fronts[2].data["window"], fronts[0].data["window"]);
    for front in fronts.iter().skip(1) {
        let known = |o: &&Operation| {
            let window = o.data["window"] == front.data["window"] && o.act == "attached";
            window || o.act == "window-closed"
        };
        let before = operations.iter().filter(known);
        let since = before
            .filter_map(|o| front.monotonic_ms.checked_sub(o.monotonic_ms))
            .min();
        eprintln!("in front {since:?} ms after it was opened, or the other closed");
    }
    let film = recording.film.as_ref().unwrap();
    let frames: Vec<FrameLine> = film
        .chain
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    let of_second = frames
        .iter()
        .filter(|f| fronts[1].at < f.at && f.at < fix.at);
    let count = of_second.count();
    eprintln!("{count} frames of the second page, {} in all", frames.len());
    assert!(count >= 3, "{count}");
    let strips: String = film.files.iter().map(|f| f.subtitles.as_str()).collect();
    for path in ["/second", "/third"] {
        assert!(strips.contains(path), "{strips}");
    }
    assert!(film.gaps.iter().all(|g| g.reason != "other-window"));

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
    let limits = Limits::default();
    let wacz = Wacz::open(&court, &limits).unwrap();
    let statement = wacz.member("fidem/capture.json", 1 << 24).unwrap();
    let statement: Statement = serde_json::from_slice(&statement).unwrap();
    let stated: Vec<String> = statement
        .interactive
        .unwrap()
        .fixed
        .into_iter()
        .map(|f| f.url)
        .collect();
    let at = |path: &str| format!("{}{path}", site.endpoint(0).origin());
    assert_eq!(stated, ["/second", "/", "/third"].map(at));
    let dom = wacz.member("fidem/fix-001-dom.html", 1 << 24).unwrap();
    assert!(String::from_utf8(dom).unwrap().contains("第二页"));
    assert!(
        !statement.completeness.partial || {
            let lines: Vec<Value> = statement
                .completeness
                .lines
                .iter()
                .map(|l| serde_json::to_value(l).unwrap())
                .collect();
            eprintln!("{lines:#?}");
            false
        }
    );
}

/// A sign-in through another site opens in a window of its own: it is filmed, and its passwords are drawn blank.
fn check_sign_in(browser: &Browser) {
    let drawn: Arc<Mutex<Vec<String>>> = Arc::default();
    let site = site(Arc::clone(&drawn));
    let origin = site.endpoint(0).origin();
    let options = Options {
        headed: true,
        ..Options::default()
    };
    let plan = Visit {
        plan: Plan::of(&format!("{origin}/second"), options).unwrap(),
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
        while waiting.lock().unwrap().is_empty() {
            std::thread::sleep(Duration::from_millis(100));
        }
        moment();
        click();
        let first = until(&told, |t| matches!(t, Told::Front { window: 3, .. }));
        moment();
        // It closes; the page behind it is clicked once more.
        click();
        until(&told, |t| matches!(t, Told::Front { window: 1, .. }));
        moment();
        click();
        let second = until(
            &told,
            |t| matches!(t, Told::Front { window, .. } if *window > 3),
        );
        moment();
        orders.send(Command::EndLogin).unwrap();
        until(&told, |t| matches!(t, Told::Opened(..)));
        orders.send(Command::Finish).unwrap();
        (first, second)
    });
    let sinks = Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    };
    let log = Operations::begin(None);
    let mut live = Watching(sender);
    let recording = visit(browser, &plan, sinks, &log, &commands, &mut live).unwrap();
    let fronts = person.join().unwrap();
    eprintln!("{fronts:?}");
    let mut drawn = drawn.lock().unwrap().clone();
    drawn.sort();
    assert_eq!(drawn.remove(0), "asked");
    let blank = "rgba(0%2C%200%2C%200%2C%200)";
    assert_eq!(
        drawn,
        ["opened", "shown", "written"].map(|name| format!("{name}={blank}"))
    );
    let film = recording.visit.unwrap().login.unwrap().film.unwrap();
    assert!(
        film.gaps.iter().all(|g| g.reason != "other-window"),
        "{:?}",
        film.gaps
    );
    let strips: String = film.files.iter().map(|f| f.subtitles.as_str()).collect();
    assert!(strips.contains("/sign-in"), "{strips}");
    // What was opened for it stands nowhere in the recording.
    let operations = String::from_utf8(log.lines()).unwrap();
    assert!(!operations.contains("/sign-in"), "{operations}");
}

/// Runs a test on a screen of its own, where all it needs is here.
fn on_a_screen(test: &str, check: impl FnOnce(&Browser)) {
    let Ok(browser) = find_browser(None) else {
        return eprintln!("skipped: no browser");
    };
    if Program::new("xdotool").arg("version").output().is_err() {
        return eprintln!("skipped: no xdotool");
    }
    match std::env::var_os("FIDEM_TEST_WINDOW") {
        Some(_) => check(&browser),
        None => screen::run_on_a_screen(test),
    }
}

#[test]
fn what_opens_in_front_is_filmed_and_fixed() {
    on_a_screen("what_opens_in_front_is_filmed_and_fixed", check);
}

#[test]
fn a_sign_in_in_a_window_of_its_own_is_blank() {
    on_a_screen("a_sign_in_in_a_window_of_its_own_is_blank", check_sign_in);
}
