//! A web page captured by a clerk's command, beside a plain screenshot of it by the same browser.
//!
//! Ours is the whole of `fidem capture`: the office opened, the machine examined, the browser started and closed, the page
//! scrolled and pictured, the archive written and read back, two seals stamped. The rival only takes a picture.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fidem_loopback::{
    Answer, Exchange, Listen, Options as Serving, Request, Server, generated, media,
};

use super::cases::{PASSPHRASE, PERSON, Place};
use super::measure::{Contender, Spent, medians};
use super::report::Row;
use super::{Group, Options};
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "capture",
    rows,
    workloads: &[],
};

const BROWSER: &str = "/usr/lib/chromium/chromium";
/// Wall seconds that a whole capture of such a page may take.
const LIMIT: Duration = Duration::from_secs(10);
/// How many times what was received a package may be.
const SIZE: f64 = 3.0;

const PICTURES: u32 = 30;
const SCRIPTS: u32 = 20;
const SHEETS: u32 = 10;
const DATA: u32 = 39;

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    if !Path::new(BROWSER).is_file() {
        return Err(format!("there is no {BROWSER}").into());
    }
    let place = Place::new(options)?;
    let fidem = std::env::current_exe()?.with_file_name("fidem");
    if !fidem.is_file() {
        let missing = fidem.display();
        return Err(format!("{missing} is missing: cargo build --release -p fidem-cli").into());
    }
    let site = Server::start(page, &[Listen::http()], Serving::default())?;
    let url = format!("{}/", site.endpoint(0).origin());
    // The first one makes the recorder's self-test, which then counts for half an hour; the size is measured on it.
    clerk(&place, &fidem, &["capture", &place.case, &url]).run()?;
    let received = site.log().exchanges().map(octets).sum::<u64>();
    let package = place.folder.path().join("capture.asice");
    let out = package.display().to_string();
    clerk(&place, &fidem, &["export", &place.case, "-o", &out]).run()?;
    let size = std::fs::metadata(&package)?.len();

    let ours = clerk(&place, &fidem, &["capture", &place.case, &url]);
    let rival = screenshot(&url)?;
    let spent = medians(options.rounds, &[&ours, &rival])?;
    let [ours, rival] = spent[..] else {
        return Err("two contenders, please".into());
    };
    Ok(row(ours, rival, received, size))
}

fn row(ours: Spent, rival: Spent, received: u64, size: u64) -> Vec<Row> {
    let page = "a page of 100 resources on loopback";
    vec![
        Row::of_spent(
            format!("{page}: whole capture, processor time of all processes, median"),
            ours,
            ("`chromium --headless --screenshot`", rival),
        ),
        Row::of_time_limit(
            format!("{page}: whole capture, by the wall clock, median"),
            ours.wall,
            LIMIT,
            Some(1.0),
        ),
        Row::of_size_limit(
            format!("{page}: package of the capture"),
            size,
            received,
            SIZE,
        ),
    ]
}

/// A hundred resources as pages have them: most octets are scripts and data.
fn page(request: &Request) -> Answer {
    let path = request.path().trim_start_matches('/');
    let number = || path[1..].split('.').next()?.parse::<u32>().ok();
    let (first, number) = match path {
        "" => return Answer::ok("text/html; charset=utf-8", index()),
        _ => (path.as_bytes()[0], number().unwrap_or_default()),
    };
    match first {
        b'p' => Answer::ok("image/png", media::png(120, 120, number)),
        b's' => Answer::ok(
            "text/javascript",
            format!("window.s{number}='{}';", text(number, 30_000)),
        ),
        b'c' => Answer::ok(
            "text/css",
            format!(":root{{--c{number}:'{}'}}", text(number, 15_000)),
        ),
        b'd' => Answer::ok("application/json", format!("\"{}\"", text(number, 25_000))),
        _ => Answer::not_found(),
    }
}

fn index() -> String {
    let list = |count: u32, one: &dyn Fn(u32) -> String| (0..count).map(one).collect::<String>();
    let sheets = list(SHEETS, &|n| format!("<link rel=stylesheet href=/c{n}.css>"));
    let pictures = list(PICTURES, &|n| {
        format!("<img src=/p{n}.png width=120 height=120>")
    });
    let scripts = list(SCRIPTS, &|n| format!("<script src=/s{n}.js></script>"));
    format!(
        "<!doctype html><meta charset=utf-8><title>测速</title>{sheets}<h1>网页</h1>{pictures}{scripts}\
         <script>for(let n=0;n<{DATA};n++)fetch('/d'+n+'.json')</script>"
    )
}

/// Letters that do not compress to much less than three quarters.
fn text(seed: u32, length: usize) -> String {
    let mut octets = vec![0; length / 4 * 3];
    generated(u64::from(seed), 0, &mut octets);
    BASE64_STANDARD.encode(octets)
}

fn octets(exchange: &Exchange) -> u64 {
    let head = u64::try_from(exchange.response_head.len()).unwrap_or_default();
    head + exchange.response_body.length
}

fn clerk(place: &Place, fidem: &Path, arguments: &[&str]) -> Contender {
    let office = place.folder.path().join("office");
    let fidem = fidem.display().to_string();
    let program = [&[fidem.as_str()], arguments].concat();
    Contender::rival(&program)
        .with("FIDEM_OFFICE", &office.display().to_string())
        .with("FIDEM_AS", PERSON)
        .with("FIDEM_PASSPHRASE", PASSPHRASE)
}

/// With a profile of its own, as ours has; as another user where we are the administrator, since the browser's sandbox
/// wants that.
fn screenshot(url: &str) -> Outcome<Contender> {
    let home: PathBuf = std::env::temp_dir().join(format!("fidem-bench-{}", std::process::id()));
    std::fs::create_dir_all(&home)?;
    let root = Command::new("id").arg("-u").output()?.stdout == b"0\n";
    let shown = home.display();
    let script = format!(
        "cd {shown} && HOME={shown} {BROWSER} --headless --disable-gpu --no-first-run \
         --user-data-dir={shown}/profile --window-size=1280,900 --screenshot={shown}/s.png {url} && \
         test -s s.png && rm -rf profile s.png"
    );
    if !root {
        return Ok(Contender::rival(&["sh", "-c", &script]));
    }
    let owned = Command::new("chown")
        .arg("65534:65534")
        .arg(&home)
        .status()?;
    if !owned.success() {
        return Err("chown failed".into());
    }
    let other = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    Ok(Contender::rival(
        &[&other[..], &["sh", "-c", &script]].concat(),
    ))
}
