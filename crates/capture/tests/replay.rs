//! Pages captured by the recorder and shown again from the archive alone. Without a browser these tests are passed over,
//! and say so.

use std::io::{Cursor, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fidem_capture::replay::{ReplayCheck, Replaying, serve};
use fidem_capture::{
    Audience, Browser, Operations, Options, Plan, Recording, Sinks, archive, find_browser, record,
};
use fidem_loopback::selftest::SelfTest;
use fidem_loopback::sites::{Hard, Plain};
use fidem_loopback::{Listen, Scheme};

struct Nobody;

impl Audience for Nobody {}

fn browser() -> Option<Browser> {
    let found = find_browser(None);
    if let Err(error) = &found {
        eprintln!("skipped: {error}");
    }
    found.ok()
}

fn capture(browser: &Browser, plan: &Plan) -> (Recording, Vec<u8>) {
    let sinks = Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    };
    let recording = record(browser, plan, sinks, &Operations::begin(None), &mut Nobody).unwrap();
    let naming = archive::Naming {
        capture: "00112233445566778899aabbccddeeff",
        mask_key: [7; 32],
        software: "Fidem test",
        cleanliness_before: None,
        secret_fields: Vec::new(),
    };
    let mut court = Cursor::new(Vec::new());
    archive::write(&recording, &naming, &mut court, &mut Vec::new()).unwrap();
    (recording, court.into_inner())
}

fn shown(wacz: Vec<u8>) -> Replaying {
    serve(Arc::new(wacz)).unwrap()
}

fn assert_faithful(check: &ReplayCheck, least: f64) {
    eprintln!("{check:#?}");
    assert_eq!(check.not_opened, None);
    assert!(check.contacts.all_on_this_machine(), "{:?}", check.contacts);
    assert!(check.contacts.loopback > 0);
    assert!(
        check.view_match.is_some_and(|share| share >= least),
        "{:?}",
        check.view_match
    );
    assert_eq!(check.title_match, Some(true), "{}", check.title);
    assert!(check.text_match.is_some_and(|share| share >= 0.99));
}

#[test]
fn an_ordinary_page_looks_the_same() {
    let Some(browser) = browser() else { return };
    let site = Plain::start(Listen::http()).unwrap();
    // Under a name, as sites are; a browser tries such an address over TLS first.
    let mut plan = Plan::of("http://plain.example/index.html", Options::default()).unwrap();
    plan.names = Some(format!("MAP plain.example {}", site.endpoint(0).address));
    let (_, wacz) = capture(&browser, &plan);
    // The site is gone.
    drop(site);
    let check = shown(wacz).check(&browser).unwrap();
    assert_faithful(&check, 0.99);
    assert_eq!(check.requests_not_found, [""; 0]);
    assert_eq!(check.requests_with_other_body, [""; 0]);
}

#[test]
fn a_hard_page_does_all_again() {
    let Some(browser) = browser() else { return };
    let site = Hard::start(300_000).unwrap();
    let url = format!("{}/", site.endpoint(0).origin());
    let (recording, wacz) = capture(&browser, &Plan::of(&url, Options::default()).unwrap());
    assert_eq!(recording.page.unwrap().title, Hard::TITLE);
    drop(site);
    let check = shown(wacz).check(&browser).unwrap();
    assert_faithful(&check, 0.99);
}

#[test]
fn the_self_test_page_is_shown_again_over_tls() {
    let Some(browser) = browser() else { return };
    let test = SelfTest::start("0123456789abcdefREPLAY").unwrap();
    let mut plan = Plan::of(&test.url(Scheme::Https), Options::default()).unwrap();
    plan.accepted_key = Some(test.spki_sha256().to_owned());
    let (recording, wacz) = capture(&browser, &plan);
    assert_eq!(recording.page.unwrap().title, test.title_when_done());
    drop(test);
    let check = shown(wacz).check(&browser).unwrap();
    assert_faithful(&check, 0.99);
}

#[test]
fn nothing_leaves_a_replay_and_what_lacks_is_named() {
    let Some(browser) = browser() else { return };
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let (_, wacz) = capture(&browser, &Plan::of(&url, Options::default()).unwrap());
    drop(site);
    let replaying = shown(wacz);
    let viewer = replaying.view(&browser, false).unwrap();
    let title = Instant::now() + Duration::from_secs(20);
    while viewer.evaluate("document.title").unwrap() != Plain::TITLE && Instant::now() < title {
        std::thread::sleep(Duration::from_millis(50));
    }
    // A page that calls home by every way it has, to names and to addresses.
    let stun = UdpSocket::bind("127.0.0.1:0").unwrap();
    stun.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let port = stun.local_addr().unwrap().port();
    let script = format!(
        "(async () => {{
            const seen = [];
            const limit = () => new Promise((_, no) => setTimeout(no, 12000));
            const ask = (name, promise) => Promise.race([promise, limit()]).then((a) => seen.push(name + ' ' + a.status), () => seen.push(name + ' failed'));
            const link = document.createElement('link');
            link.rel = 'dns-prefetch'; link.href = '//prefetch.example'; document.head.append(link);
            const connection = new RTCPeerConnection({{ iceServers: [{{ urls: 'stun:127.0.0.1:{port}' }}, {{ urls: 'stun:stun.example:3478' }}] }});
            connection.createDataChannel('x');
            await connection.setLocalDescription(await connection.createOffer());
            navigator.sendBeacon('http://beacon.example/');
            new WebSocket('ws://socket.example/').onerror = () => seen.push('socket failed');
            await Promise.all([
                ask('name', fetch('http://elsewhere.example/a?b=1', {{ mode: 'no-cors' }})),
                ask('secure', fetch('https://elsewhere.example/', {{ mode: 'no-cors' }})),
                ask('address', fetch('http://192.0.2.1/', {{ mode: 'no-cors' }})),
                ask('six', fetch('http://[2001:db8::1]:8080/', {{ mode: 'no-cors' }})),
                ask('port', fetch('https://elsewhere.example:8443/', {{ mode: 'no-cors' }})),
                new Promise((resolve) => setTimeout(resolve, 2000)),
            ]);
            return seen.sort().join();
        }})()"
    );
    let seen = viewer.evaluate(&script).unwrap();
    assert_eq!(
        seen,
        "address 0,name 0,port failed,secure 0,six 0,socket failed"
    );
    let datagram = stun.recv(&mut [0; 100]);
    assert!(datagram.is_err(), "a datagram of WebRTC came out");
    let missing = replaying.not_found();
    for address in [
        "GET http://elsewhere.example/a?b=1",
        "GET https://elsewhere.example/",
        "GET http://192.0.2.1/",
        "GET http://[2001:db8::1]:8080/",
        "POST http://beacon.example/",
    ] {
        assert!(
            missing.iter().any(|m| m == address),
            "{address} in {missing:?}"
        );
    }
    // Main frames too: a name that is not found would make the browser ask a resolver of the Internet.
    viewer
        .evaluate("location.href = 'http://nowhere.example:81/'")
        .unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let contacts = viewer.close();
    eprintln!("{contacts:?}");
    assert!(contacts.all_on_this_machine(), "{contacts:?}");
}

/// An exchange with the front page.
fn ask(address: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_front_page_runs_nothing_archived() {
    let Some(browser) = browser() else { return };
    let site = Hard::start(1_000).unwrap();
    let url = format!("{}/", site.endpoint(0).origin());
    let (_, wacz) = capture(&browser, &Plan::of(&url, Options::default()).unwrap());
    let replaying = shown(wacz);
    let address = replaying.url().strip_prefix("http://").unwrap();
    let (authority, path) = address.split_at(address.find('/').unwrap());
    let page = ask(authority, path, authority);
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("Content-Security-Policy: default-src 'none'"));
    assert!(page.contains("网页存档的回放") && page.contains(&url) && page.contains("hard done"));
    assert!(!page.contains("<script"));
    let english = ask(authority, &format!("{path}en"), authority);
    assert!(english.contains("Replay of an archive"));
    let dom = ask(authority, &format!("{path}dom"), authority);
    assert!(
        dom.contains("Content-Type: text/plain")
            && dom.contains("nosniff")
            && dom.contains("<script>")
    );
    let line = page
        .lines()
        .find(|l| l.contains(">fidem/source.html<"))
        .unwrap();
    let member = line.split('"').nth(1).unwrap();
    let member = ask(authority, &format!("{path}{member}"), authority);
    assert!(member.contains("Content-Disposition: attachment; filename=\"source.html\""));
    assert!(member.contains("application/octet-stream"));
    let picture = page.lines().find(|l| l.contains("<img")).unwrap();
    let picture = picture
        .split("src=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(
        ask(authority, &format!("{path}{picture}"), authority).contains("Content-Type: image/png")
    );
    // Neither another path nor another name opens it.
    assert!(ask(authority, "/", authority).starts_with("HTTP/1.1 404"));
    assert!(ask(authority, path, "rebound.example").starts_with("HTTP/1.1 421"));
}
