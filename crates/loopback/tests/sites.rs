//! The sites in a real browser, and their traps as a plain client meets them.
#![cfg(unix)]

mod common;

use std::time::Duration;

use common::{Browser, curl, talk};
use fidem_loopback::sites::{Chinese, Hard, PASSWORD, Plain, SESSION, Trap, Traps, USER};
use fidem_loopback::{End, Exchange, Listen, Server, Transcript, generated};

const LIMIT: Duration = Duration::from_secs(120);

/// Opens a page, waits for a title, closes the browser, and gives the transcript.
fn visit(server: Server, url: &str, test: impl Fn(&str) -> bool) -> Option<Transcript> {
    let browser = Browser::open(url, &[])?;
    browser.title(LIMIT, test).unwrap();
    drop(browser);
    Some(server.finish())
}

fn find<'a>(transcript: &'a Transcript, target: &str) -> &'a Exchange {
    let found = transcript
        .exchanges()
        .find(|exchange| exchange.target == target);
    found.unwrap_or_else(|| panic!("no {target}"))
}

#[test]
fn the_plain_page_loads() {
    let server = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", server.endpoint(0).origin());
    let Some(transcript) = visit(server, &url, |title| title == Plain::TITLE) else {
        return;
    };
    // all but the ten pictures far down, of which a browser may load some
    let count = transcript.exchanges().count();
    assert!(count >= Plain::FILES - 10, "{count}");
    assert_eq!(find(&transcript, "/missing.png").status, 404);
    assert_eq!(find(&transcript, "/wdata.json").status, 200);
}

#[test]
fn the_hard_page_loads() {
    let large = 3_000_000;
    let server = Hard::start(large).unwrap();
    let url = format!("{}/", server.endpoint(0).origin());
    let ended = |title: &str| title == Hard::TITLE || title.starts_with("hard failed");
    let browser = Browser::open(&url, &[]);
    let Some(browser) = browser else { return };
    assert_eq!(browser.title(LIMIT, ended), Ok(Hard::TITLE.to_owned()));
    drop(browser);
    let transcript = server.finish();
    let mut expected = vec![0; usize::try_from(large).unwrap()];
    generated(Hard::SEED, 0, &mut expected);
    assert!(find(&transcript, "/large.bin").response_body.kept == expected);
    for target in [
        "/shared.json",
        "/inside",
        "/cached/2",
        "/other-site.png",
        "/hop/end",
    ] {
        assert!(find(&transcript, target).finished, "{target}");
    }
    // open until the client closed
    assert!(!find(&transcript, "/events").finished);
    assert_eq!(find(&transcript, "/tone.wav").status, 206);
}

#[test]
fn chinese_pages_are_in_their_encodings() {
    let server = Chinese::start(Listen::http()).unwrap();
    let address = server.endpoint(0).address;
    let get = |path: &str| talk(address, format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes());
    let holds = |octets: &[u8], part: &[u8]| octets.windows(part.len()).any(|one| one == part);
    // 公证 in GBK; 𠮷 in GB 18030, as the tables have them
    assert!(holds(&get("/gbk-meta.html"), &[0xb9, 0xab, 0xd6, 0xa4]));
    assert!(
        holds(&get("/gb18030.html"), &[0x95, 0x34, 0xb2, 0x35]),
        "𠮷"
    );
    assert!(holds(
        &get("/目录/网页%20一.html"),
        Chinese::TEXT.as_bytes()
    ));
    let url = format!("{}/", server.endpoint(0).origin());
    let gbk_query = |server: &Server| {
        let log = server.log();
        log.exchanges()
            .any(|one| one.target == "/%E6%9F%A5%E8%AF%A2.png?%B1%EA%CC%E2=%B9%AB%D6%A4")
    };
    let Some(browser) = Browser::open(&url, &[]) else {
        return;
    };
    browser
        .title(LIMIT, |title| title == "中文索引" && gbk_query(&server))
        .unwrap();
    drop(browser);
    let transcript = server.finish();
    for path in Chinese::PAGES {
        assert_eq!(find(&transcript, path).status, 200);
    }
}

#[test]
fn traps_answer_as_they_say() {
    let server = Traps { huge: 70_000 }.start().unwrap();
    let url = |trap: Trap| trap.url(&server);
    let Some(looped) = curl(&["--location", "--max-redirs", "30", &url(Trap::RedirectLoop)]) else {
        return;
    };
    assert_eq!(
        String::from_utf8_lossy(&looped)
            .matches("302 Found")
            .count(),
        31
    );
    let text = |arguments: &[&str]| String::from_utf8_lossy(&curl(arguments).unwrap()).into_owned();
    let answered = |trap: Trap| text(&["--max-time", "2", "--insecure", &url(trap)]);
    assert!(answered(Trap::Download).contains("attachment"));
    assert!(answered(Trap::Cut).ends_with("不会到达。</p>"));
    assert!(answered(Trap::Http10).starts_with("HTTP/1.0 200"));
    assert!(answered(Trap::OddFields).contains("X-Twice: 1\r\nx-twice: 2\r\n"));
    assert!(answered(Trap::Endless).contains("没有尽头"));
    assert_eq!(answered(Trap::NeverAnswers), "");
    assert!(answered(Trap::BasicAuth).starts_with("HTTP/1.1 401"));
    let credentials = format!("{USER}:{PASSWORD}");
    assert!(text(&["--user", &credentials, &url(Trap::BasicAuth)]).contains("进来了"));
    assert!(answered(Trap::Account).starts_with("HTTP/1.1 403"));
    let form = format!("user={USER}&password={PASSWORD}");
    let entered = text(&[
        "--location",
        "--cookie",
        "none",
        "--data",
        &form,
        &url(Trap::Login),
    ]);
    assert!(
        entered.contains(SESSION) && entered.contains("我的账户"),
        "{entered}"
    );
    for trap in [Trap::WrongName, Trap::Expired, Trap::SelfSigned] {
        assert!(answered(trap).contains("ordinary done"), "{trap:?}");
        assert_eq!(text(&[&url(trap)]), "", "{trap:?}");
    }
    let huge = curl(&[&url(Trap::Huge)]).unwrap();
    assert!(huge.len() > 70_000);
    curl(&[&url(Trap::Reset)]).unwrap();
    let transcript = server.finish();
    assert_eq!(
        transcript.connections.last().map(|last| &last.end),
        Some(&End::Reset)
    );
}

#[test]
fn every_trap_is_there() {
    let server = Traps { huge: 10 }.start().unwrap();
    for trap in Trap::ALL {
        let url = trap.url(&server);
        if curl(&["--insecure", "--max-time", "1", &url]).is_none() {
            return;
        }
    }
    let transcript = server.finish();
    assert_eq!(transcript.exchanges().count(), Trap::ALL.len());
    for exchange in transcript.exchanges() {
        assert_ne!(exchange.status, 404, "{}", exchange.target);
    }
}

#[test]
fn traps_do_in_a_browser_what_they_say() {
    let server = Traps { huge: 1000 }.start().unwrap();
    for (trap, title) in [
        (Trap::MetaRefresh, "ordinary done"),
        (Trap::PushState, "push-state done"),
        (Trap::ShadowDom, "shadow-dom done"),
        (Trap::InlineUrls, "inline-urls done"),
        (Trap::Codings, "codings done"),
        (Trap::Preflight, "preflight done"),
        (Trap::OddFields, "odd-fields done"),
        (Trap::NestedImports, "nested-imports done"),
        (Trap::NeverLoads, "never-loads"),
    ] {
        let Some(browser) = Browser::open(&trap.url(&server), &[]) else {
            return;
        };
        let seen = browser.title(LIMIT, |seen| seen == title);
        assert_eq!(seen, Ok(title.to_owned()), "{trap:?}");
        if trap == Trap::NestedImports {
            let end = std::time::Instant::now() + LIMIT;
            let last = "/css/deep/three.png";
            while !server.log().exchanges().any(|one| one.target == last) {
                assert!(std::time::Instant::now() < end, "{last}");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }
    let transcript = server.finish();
    let methods: Vec<&str> = transcript
        .exchanges()
        .filter(|one| one.target == "/asked-first")
        .map(|one| one.method.as_str())
        .collect();
    assert_eq!(methods, ["OPTIONS", "PUT"]);
    for target in [
        "/css/deep/deeper/two.png",
        "/shadow-closed.png",
        "/coded/zstd",
    ] {
        assert_eq!(find(&transcript, target).status, 200);
    }
}
