//! The real browser against a server that keeps every octet: what the log gives is compared with what passed.

mod made;
mod site;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fidem_netlog::handshake::{Handshake, check};
use fidem_netlog::websocket::conversation;
use fidem_netlog::{Connection, Log, Problem};
use site::{BIG, Site, Traffic};

const BROWSER: &str = "/usr/lib/chromium/chromium";
/// `nobody`: as root the browser refuses to start with its sandbox.
const NOBODY: u32 = 65_534;

/// Starts the browser on that page until it has drawn it, and gives its log.
fn record(url: &str, switches: &[String]) -> Option<Vec<u8>> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    if !Path::new(BROWSER).exists() {
        eprintln!("skipped: there is no {BROWSER}");
        return None;
    }
    let home = tempfile::tempdir().expect("a folder");
    let file = |name: &str| home.path().join(name).display().to_string();
    let mut browser = Command::new(BROWSER);
    if std::fs::metadata("/proc/self").expect("proc").uid() == 0 {
        chown(home.path(), Some(NOBODY), Some(NOBODY)).expect("chown");
        browser.uid(NOBODY).gid(NOBODY);
    }
    browser
        .env("HOME", home.path())
        .current_dir("/")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    for switch in [
        "headless",
        "disable-gpu",
        "disable-quic",
        "disable-http2",
        "no-first-run",
    ] {
        browser.arg(format!("--{switch}"));
    }
    browser.args([
        "--disable-background-networking",
        "--net-log-capture-mode=Everything",
    ]);
    browser.arg(format!("--user-data-dir={}", file("profile")));
    browser.arg(format!("--log-net-log={}", file("log.json")));
    browser
        .arg(format!("--screenshot={}", file("page.png")))
        .args(switches)
        .arg(url);
    let mut child = browser.spawn().expect("the browser starts");
    let limit = Instant::now() + Duration::from_secs(120);
    while child.try_wait().expect("the browser").is_none() {
        if Instant::now() > limit {
            child.kill().expect("the browser ends");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(std::fs::read(file("log.json")).expect("a log"))
}

fn port(address: Option<&str>) -> u16 {
    let port = address
        .and_then(|address| address.rsplit_once(':'))
        .expect("an address")
        .1;
    port.parse().expect("a port")
}

/// Both streams of a connection are what the server saw; the browser may have left before it read everything.
fn same(connection: &Connection, seen: &Traffic) {
    assert!(
        connection.sent.bytes == seen.received,
        "sent on {}",
        connection.id
    );
    assert!(
        seen.sent.starts_with(&connection.received.bytes),
        "received on {}",
        connection.id
    );
    made::covered(connection);
}

fn site_connections(log: &Log, port_of_site: u16) -> impl Iterator<Item = &Connection> {
    let of_site = move |c: &&Connection| port(c.peer.as_deref()) == port_of_site;
    log.connections.iter().filter(of_site)
}

#[test]
fn every_octet_is_as_the_server_saw_it() {
    let site = Site::start();
    let url = format!("http://127.0.0.1:{}/", site.port);
    let Some(text) = record(&url, &[]) else {
        return;
    };
    let log = made::read(&text).expect("a log");
    let seen: BTreeMap<u16, Traffic> = site.traffic();
    let mut complete = BTreeMap::new();
    for connection in site_connections(&log, site.port) {
        same(connection, &seen[&port(connection.local.as_deref())]);
        for exchange in &connection.exchanges {
            let path = exchange.request.target.clone();
            let body = exchange.response_body(connection).into_owned();
            if exchange.complete() {
                complete.insert(path, body);
            } else {
                assert!(
                    path == "/events" && exchange.problem == Some(Problem::NotEnded),
                    "{path}"
                );
            }
            if exchange.upgrade.is_some() {
                let talk = conversation(connection, exchange, 1000).expect("a WebSocket");
                assert!(
                    talk.messages
                        .iter()
                        .any(|m| talk.content(connection, m) == b"hello")
                );
            }
        }
    }
    for path in [
        "/",
        "/socket",
        "/moved",
        "/post",
        "/missing",
        "/none",
        "/until-close",
    ] {
        assert!(
            complete.contains_key(path),
            "{path} of {:?}",
            complete.keys()
        );
    }
    assert_eq!(complete["/chunks"], site::chunk_content());
    assert_eq!(complete["/zipped"], site::GZIP);
    assert!(complete["/big"].len() == BIG && complete["/big"] == site::big());
    let sent = log
        .requests
        .iter()
        .flat_map(|r| &r.hops)
        .flat_map(|hop| &hop.sent);
    assert!(sent.clone().count() >= complete.len() && sent.clone().all(|s| s.exchange.is_some()));
    for cut in (1..12).map(|twelfth| text.len() / 12 * twelfth) {
        let part = made::read(&text[..cut]).expect("a cut log");
        for connection in part.connections.iter().filter(|c| c.peer.is_some()) {
            let whole = log.connection(connection.id).expect("the same connection");
            let exchanges = connection.exchanges.iter().zip(&whole.exchanges);
            for (part, whole) in
                exchanges.filter(|(part, _)| part.complete() && part.upgrade.is_none())
            {
                assert_eq!(part, whole, "at {cut}");
            }
        }
    }
}

fn openssl(arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("openssl")
        .args(arguments)
        .stderr(Stdio::null())
        .output();
    output
        .ok()
        .filter(|output| output.status.success())
        .map(|output| output.stdout)
}

/// Key and self-signed certificate in PEM, and the browser's switch to accept that key.
fn certificate(folder: &Path) -> Option<(PathBuf, PathBuf, String)> {
    use base64::Engine as _;
    use sha2::Digest as _;
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let name = |path: &Path| path.display().to_string();
    let curve = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let files = ["-keyout", &name(&key), "-out", &name(&certificate)];
    let subject = [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ];
    openssl(
        &[
            &["req", "-x509", "-days", "2"][..],
            &curve,
            &files,
            &subject,
        ]
        .concat(),
    )?;
    let spki = openssl(&["pkey", "-in", &name(&key), "-pubout", "-outform", "DER"])?;
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(spki));
    Some((
        key,
        certificate,
        format!("--ignore-certificate-errors-spki-list={digest}"),
    ))
}

#[test]
fn a_handshake_with_openssl_is_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((key, certificate, accept)) = certificate(folder.path()) else {
        eprintln!("skipped: there is no openssl");
        return;
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port();
    let mut server = Command::new("openssl")
        .args([
            "s_server",
            "-quiet",
            "-www",
            "-accept",
            &port.to_string(),
            "-key",
        ])
        .arg(key)
        .arg("-cert")
        .arg(certificate)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("openssl");
    let text = record(&format!("https://127.0.0.1:{port}/"), &[accept]);
    server.kill().expect("openssl ends");
    let mut said = String::new();
    let _ = server
        .stderr
        .take()
        .map(|mut stderr| stderr.read_to_string(&mut said));
    server.wait().expect("openssl ends");
    let Some(text) = text else { return };
    let log = made::read(&text).expect("a log");
    let tls: Vec<_> = site_connections(&log, port)
        .filter_map(|c| c.tls.as_ref())
        .collect();
    assert!(!tls.is_empty(), "{said}");
    let verified = tls
        .iter()
        .map(|tls| check(tls))
        .filter(|h| matches!(h, Handshake::Verified { .. }));
    assert!(verified.count() > 0, "{said}");
    let mut exchanges = site_connections(&log, port).flat_map(|c| &c.exchanges);
    assert!(
        exchanges.any(|exchange| exchange.status() == Some(200)),
        "{said}"
    );
}
