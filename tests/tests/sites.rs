//! Hard sites, over plain HTTP and over TLS that offers HTTP/2: every exchange that their servers logged is in the archive,
//! octet by octet and in both directions, and the archive shows the same picture again.

use std::path::Path;

use fidem_loopback::sites::{Hard, Thorny};
use fidem_loopback::{Exchange, Issuer, Server, Transcript};
use fidem_tests::captures::{
    archive, captured, court_copy, exchanges, holds_everything, keep, office,
};
use fidem_tests::fidem;
use fidem_tests::node::{Carried, Node};
use fidem_tests::place::Place;
use fidem_tests::shelf::Shelf;
use serde_json::Value;

/// The root's certificate as a file; none, with a printed reason, where the browser cannot be told to trust one.
fn root(place: &Place, issuer: &Issuer) -> Option<String> {
    let there = Path::new("/usr/bin/certutil").is_file();
    if !there {
        eprintln!("skipped: no certutil here");
    }
    there.then(|| place.file("root.der", issuer.certificate()))
}

fn served(transcript: &Transcript) -> Vec<Exchange> {
    assert_eq!(transcript.refused, 0);
    for connection in &transcript.connections {
        assert_eq!(connection.stray.length, 0, "{connection:?}");
        let alpn = connection.alpn.as_deref();
        assert!(matches!(alpn, None | Some("http/1.1")), "{alpn:?}");
    }
    transcript.exchanges().cloned().collect()
}

/// The lines that make a capture partial.
fn partial(done: &Value) -> Vec<&Value> {
    let lines = done["completeness"]["lines"].as_array().unwrap();
    lines
        .iter()
        .filter(|line| line["partial"] == true)
        .collect()
}

/// The archive by itself matches, and shows what was captured.
#[track_caller]
fn shows_the_same(place: &Place, name: &str, wacz: &[u8]) {
    let file = place.file(&format!("{name}.wacz"), wacz);
    let report = fidem::verify::<&str>(Path::new(&file), &[]);
    assert_eq!(report.layer("content"), "match", "{}", report.told());
    let replayed = place.run(&["replay", &file, "--check"]).exits(0).json();
    eprintln!(
        "{name}: view {}, text {}",
        replayed["view_match"], replayed["text_match"]
    );
    assert!(replayed["view_match"].as_f64() >= Some(0.99), "{replayed}");
    assert_eq!(replayed["offline"], true, "{replayed}");
    assert_eq!(replayed["title_match"], true, "{replayed}");
}

/// Captures the page, compares, and replays.
#[track_caller]
fn whole(
    name: &str,
    site: Server,
    url: &str,
    more: impl Fn(&Place) -> Option<Vec<String>>,
) -> Option<Value> {
    let (place, case, _authorities) = office()?;
    let more = more(&place)?;
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let done = captured(&place, &case, url, &more);
    let wacz = archive(&place, &case, &done);
    keep(name, &wacz);
    let served = served(&site.finish());
    eprintln!(
        "{name}: {}",
        serde_json::Value::from(partial(&done).into_iter().cloned().collect::<Vec<_>>())
    );
    let count = holds_everything(name, &wacz, &served);
    assert_eq!(done["completeness"]["archived"], count, "{done:#}");
    assert_eq!(done["completeness"]["exchanged"], count, "{done:#}");
    shows_the_same(&place, name, &court_copy(&place, &case, &done));
    Some(done)
}

fn trusting(issuer: &Issuer) -> impl Fn(&Place) -> Option<Vec<String>> + '_ {
    |place| Some(vec!["--extra-root".to_owned(), root(place, issuer)?])
}

#[test]
fn rare_and_allowed_behaviour_over_plain_http() {
    let site = Thorny::start(None).unwrap();
    let url = Thorny::url(&site);
    let _ = whole("thorny-http", site, &url, |_| Some(Vec::new()));
}

#[test]
fn rare_and_allowed_behaviour_over_tls_that_offers_http_two() {
    let issuer = Issuer::throw_away().unwrap();
    let site = Thorny::start(Some(&issuer)).unwrap();
    let url = Thorny::url(&site);
    let Some(done) = whole("thorny-https", site, &url, trusting(&issuer)) else {
        return;
    };
    // A root of one's own is a deviation, and no class A.
    assert_eq!(done["class"], "A-", "{done:#}");
}

#[test]
fn sixty_megabytes_in_one_body() {
    let site = Hard::start(60_000_000).unwrap();
    let url = format!("{}/", site.endpoint(0).origin());
    let _ = whole("hard", site, &url, |_| Some(Vec::new()));
}

/// Documentation as Debian ships it: Chinese DocBook, a large hand-made site with scripts, Sphinx.
#[test]
fn documentation_of_three_packages() {
    let issuer = Issuer::throw_away().unwrap();
    for (name, folder, page) in [
        (
            "maint-guide",
            "/usr/share/doc/maint-guide-zh-cn/html",
            "start.zh-cn.html",
        ),
        ("sqlite", "/usr/share/doc/sqlite3", "index.html"),
        ("sqlite-lang", "/usr/share/doc/sqlite3", "lang_select.html"),
        (
            "developers-reference",
            "/usr/share/developers-reference",
            "index.html",
        ),
    ] {
        let Some(site) = Shelf::start(folder, &issuer) else {
            continue;
        };
        let url = format!("{}/{page}", site.endpoint(0).origin_as("docs.localhost"));
        let done = whole(name, site, &url, trusting(&issuer));
        assert!(done.is_none_or(|d| d["completeness"]["exchanged"].as_u64() > Some(1)));
    }
}

#[test]
fn a_server_of_others_that_speaks_http_two() {
    let Some((place, case, _authorities)) = office() else {
        return;
    };
    let Some(node) = Node::start(place.folder()) else {
        return;
    };
    let (url, root) = (node.url(), node.root());
    let done = captured(&place, &case, &url, &["--extra-root", &root]);
    let wacz = archive(&place, &case, &done);
    keep("node-h2", &wacz);
    let (carried, two) = node.finish();
    assert_eq!(two, 0, "the browser spoke HTTP/2");
    accounts_for(&wacz, &carried);
    assert_eq!(partial(&done), [] as [&Value; 0], "{done:#}");
    shows_the_same(&place, "node-h2", &court_copy(&place, &case, &done));
}

/// Every octet of every connection is in the archive, each in one exchange.
fn accounts_for(wacz: &[u8], carried: &[Carried]) {
    let archived = exchanges(wacz);
    let length = |of: &dyn Fn(&Carried) -> usize| carried.iter().map(of).sum::<usize>();
    let asked: usize = archived.iter().map(|a| a.request.len()).sum();
    let answered: usize = archived
        .iter()
        .map(|a| a.response.len() + a.interim.len())
        .sum();
    assert_eq!(asked, length(&|c| c.received.len()));
    assert_eq!(answered, length(&|c| c.sent.len()));
    let within = |octets: &[u8], side: &dyn Fn(&Carried) -> Vec<u8>| {
        carried.iter().any(|c| {
            let stream = side(c);
            stream.windows(octets.len()).any(|window| window == octets)
        })
    };
    for exchange in &archived {
        assert!(within(&exchange.request, &|c| c.received.clone()));
        assert!(within(&exchange.response, &|c| c.sent.clone()));
    }
    eprintln!(
        "node-h2: {} exchanges, {asked} and {answered} octets, all of them in the archive",
        archived.len()
    );
}
