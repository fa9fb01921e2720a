//! What is rare and allowed: odd framing, odd fields, every way by which one page has another fetched. See the page
//! itself, `thorny/page.html`.

use std::sync::Arc;
use std::time::Duration;

use super::{HTML, JSON, PNG, SCRIPT, STYLE, numbered, typed};
use crate::{
    After, Alpn, Answer, Body, Coding, CredentialError, Event, Head, Issuer, Listen, Options,
    Request, Server, Site, StartError, encode, media,
};

/// Listener 0 has the page at `/`; listeners 1 and 2 are other sites that it has to do with.
#[derive(Clone, Copy, Debug)]
pub struct Thorny;

impl Thorny {
    /// The title when all is done.
    pub const TITLE: &'static str = "thorny done";
    /// Names of the three sites; browsers take them to be this machine (RFC 6761 §6.3).
    pub const HOSTS: [&'static str; 3] = ["page.localhost", "other.localhost", "third.localhost"];

    /// Over plain HTTP, or over TLS of an issuer's certificates that offers `h2` first.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(issuer: Option<&Issuer>) -> Result<Server, StartError> {
        let listen = |host: &&str| -> Result<Listen, CredentialError> {
            Ok(match issuer {
                None => Listen::http(),
                Some(issuer) => {
                    Listen::https(Arc::new(issuer.issue(&[host])?)).alpn(Alpn::OffersHttp2)
                }
            })
        };
        let listen: Vec<Listen> = Self::HOSTS.iter().map(listen).collect::<Result<_, _>>()?;
        Server::start(Self, &listen, Options::default())
    }

    /// Address of the page.
    #[must_use]
    pub fn url(server: &Server) -> String {
        format!("{}/", server.endpoint(0).origin_as(Self::HOSTS[0]))
    }
}

impl Site for Thorny {
    fn answer(&self, request: &Request) -> Answer {
        let path = request.path();
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        document(request, path)
            .or_else(|| framed_oddly(path))
            .or_else(|| element(request, folder, name))
            .or_else(|| script(request, path))
            .or_else(|| asked_for(request, folder, name))
            .unwrap_or_else(Answer::not_found)
    }
}

fn origin(request: &Request, listener: usize) -> String {
    let endpoint = request.endpoints.get(listener);
    endpoint.map_or_else(String::new, |e| e.origin_as(Thorny::HOSTS[listener]))
}

fn document(request: &Request, path: &str) -> Option<Answer> {
    let fill = |text: &str| {
        text.replace("{here}", &origin(request, 0))
            .replace("{other}", &origin(request, 1))
            .replace("{third}", &origin(request, 2))
    };
    Some(match path {
        "/" => {
            let hints =
                Head::new(103, "Early Hints").field("Link", "</icon.png>; rel=preload; as=image");
            Answer::ok(HTML, fill(include_str!("thorny/page.html"))).after_interim(hints.finish())
        }
        "/frame.html" => Answer::ok(HTML, fill(FRAME)),
        "/deep.html" => Answer::ok(
            HTML,
            "<!doctype html><img src=/deep.png><script>parent.postMessage('deep','*')</script>",
        ),
        "/lazy-frame.html" => Answer::ok(HTML, "<!doctype html><img src=/lazy-frame.png>"),
        "/sandboxed.html" => Answer::ok(
            HTML,
            "<!doctype html><img src=/sandboxed.png><script>fetch('/from-sandbox').catch(()=>0)</script>",
        ),
        "/embedded.html" => Answer::ok(HTML, "<!doctype html><p>嵌入"),
        "/refreshing.html" => Answer::ok(
            HTML,
            "<!doctype html><meta http-equiv=refresh content='0;url=/refreshed.html'>",
        ),
        "/refreshed.html" => Answer::ok(
            HTML,
            "<!doctype html><p>到了<script>location.replace('/replaced.html#片段')</script>",
        ),
        "/replaced.html" | "/prefetched.html" | "/speculated.html" => {
            Answer::ok(HTML, "<!doctype html><p>末页")
        }
        "/moved.html" => {
            Answer::redirect(302, "Found", &format!("{}/deep.html", origin(request, 2)))
        }
        "/attachment.bin" => {
            let head = typed("application/octet-stream")
                .field("Content-Disposition", "attachment; filename=\"a.bin\"");
            Answer::new(head.length(2000).finish(), Body::whole([7; 2000]))
        }
        // 公证, and an address whose query goes out in the coding of the page
        "/gbk.html" => Answer::ok(
            "text/html; charset=gbk",
            b"<!doctype html><p>\xb9\xab\xd6\xa4<img src='/gbk.png?q=\xb9\xab\xd6\xa4'>".to_vec(),
        ),
        _ => return None,
    })
}

const FRAME: &str = "<!doctype html><img src=/frame.png><iframe src='{third}/deep.html'></iframe>
<script>addEventListener('message', () => parent.postMessage('framed', '*'));</script>";

/// Heads and bodies as only RFC 9112 has them.
fn framed_oddly(path: &str) -> Option<Answer> {
    let whole = |head: Head, body: &[u8]| Answer::new(head.finish(), Body::whole(body));
    let chunked = || typed("text/plain").field("transfer-encoding", "CHUNKED");
    Some(match path {
        "/until-close" => whole(typed("text/plain").field("Connection", "close"), &[b'c'; 40_000]).then(After::Close),
        "/http10" => whole(Head::with_line("HTTP/1.0 200 OK").field("content-type", "text/plain; charset=utf-8"), "一点零".as_bytes()).then(After::Close),
        "/chunks" => Answer::chunked("text/plain", vec![b'k'; 3000], &[1; 1500]),
        "/chunk-extensions" => whole(
            chunked().field("Trailer", "X-After"),
            b"3;name=value\r\nabc\r\n0007 ; q=\"a;b\"\r\ndefghij\r\n0;last\r\nX-After: 1\r\nX-Then:\t2\r\n\r\n",
        ),
        "/odd-head" => whole(
            Head::with_line("HTTP/1.1 200 \u{597d}")
                .raw(b"x-many: 1\r\nX-MANY:2\r\nx-folded: a\r\n\tb\r\nx-latin: \xe9\xff\r\nx-empty:\r\n")
                .field("X-Long", vec![b'l'; 20_000])
                .length(0),
            b"",
        ),
        "/no-reason" => whole(Head::with_line("HTTP/1.1 299").length(2), b"ok"),
        "/hinted" => Answer::ok("text/plain", "after hints")
            .after_interim(Head::new(102, "Processing").finish())
            .after_interim(Head::new(103, "Early Hints").field("Link", "</preloaded.png>; rel=preload; as=image").finish()),
        "/coded-chunks" => {
            let octets = encode(Coding::Gzip, long_text().as_bytes());
            let head = chunked().field("Content-Encoding", "gzip");
            let sizes = vec![1, 10, 100, 1000];
            Answer::new(head.finish(), Body::Chunked { octets: octets.into(), sizes, trailer: b"X-T: 1\r\n".to_vec() })
        }
        "/trickle" => {
            let event = |_| Event { delay: Duration::from_millis(20), octets: b"14\r\nabcdefghijklmnopqrst\r\n".to_vec() };
            let mut events: Vec<Event> = (0..20).map(event).collect();
            events.push(Event { delay: Duration::ZERO, octets: b"0\r\n\r\n".to_vec() });
            Answer::new(chunked().finish(), Body::Events { events, hold: false })
        }
        "/endless" => Answer::new(typed("text/plain").finish(), Body::Endless { piece: vec![b'e'; 5000].into(), pause: Duration::from_millis(20) }),
        _ => return None,
    })
}

fn long_text() -> String {
    (0..400).map(|n| format!("第{n}行，公证存证。")).collect()
}

/// What elements and style sheets name.
fn element(request: &Request, folder: &str, name: &str) -> Option<Answer> {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><circle id='dot' r='5'/></svg>";
    let import = "@import '/style/two.css'; @font-face { font-family: Own; src: url(/own.woff2); }
body { background: image-set(url(/set/background.png) 1x, url(/set/dense.png) 2x); cursor: url('/cursor.png'), auto; }";
    Some(match (folder, name) {
        ("/style", "one.css") => Answer::ok(STYLE, import),
        ("/style", "two.css") => Answer::ok(
            STYLE,
            "@import url(three.css) screen; h1::before { content: url(../before.png); }",
        ),
        ("/style", "three.css") => Answer::ok(
            STYLE,
            "h1 { list-style: url(\"data:image/png;base64,AA==\"); }",
        ),
        ("", "shapes.svg") => Answer::ok("image/svg+xml", svg),
        ("", "manifest.json") => Answer::ok(
            "application/manifest+json",
            "{\"name\":\"刺\",\"icons\":[{\"src\":\"/icon.png\",\"sizes\":\"9x9\"}]}",
        ),
        ("", "own.woff2") => Answer::ok("font/woff2", b"wOF2 not a font".to_vec()),
        ("", "tone.wav") => Answer::ranged(request, "audio/wav", &media::wav(40_000)),
        (_, name) if name.ends_with(".png") => Answer::ok(PNG, media::png(9, 9, 3)),
        _ => return None,
    })
}

fn script(request: &Request, path: &str) -> Option<Answer> {
    let service = include_str!("thorny/service.js");
    Some(Answer::ok(
        SCRIPT,
        match path {
            "/classic.js" => "document.documentElement.dataset.classic = '1';\n",
            "/modules/a.js" => {
                "import { b } from './b.js'; document.documentElement.dataset.b = b;\n"
            }
            "/modules/b.js" => "import { c } from './c.js'; export const b = c;\n",
            "/modules/c.js" => "export const c = 'c';\n",
            "/modules/late.js" => {
                "import { c } from '/modules/c.js?again'; export const late = c;\n"
            }
            "/worker.js" => include_str!("thorny/worker.js"),
            "/nested.js" => {
                "importScripts('/imported.js'); fetch('/from-nested').then(() => postMessage(own));\n"
            }
            "/imported.js" | "/service-import.js" => "self.own = 'own';\n",
            "/service.js" => service,
            _ => {
                return request
                    .path()
                    .strip_prefix("/gone.js")
                    .map(|_| Answer::not_found());
            }
        },
    ))
}

/// What scripts ask for.
fn asked_for(request: &Request, folder: &str, name: &str) -> Option<Answer> {
    let text = |text: &str| Answer::ok("text/plain; charset=utf-8", text);
    let crossing = |head: Head| {
        head.field("Access-Control-Allow-Origin", "*")
            .field("Access-Control-Allow-Methods", "PUT")
            .field("Access-Control-Allow-Headers", "x-own")
    };
    Some(match (folder, name) {
        ("", "tagged") if request.field("If-None-Match").is_some() => Answer::new(
            Head::new(304, "Not Modified")
                .field("ETag", "\"t\"")
                .finish(),
            Body::empty(),
        ),
        ("", "tagged") => Answer::new(
            typed("text/plain")
                .field("ETag", "\"t\"")
                .length(6)
                .finish(),
            Body::whole("tagged"),
        ),
        ("", "method") => Answer::new(
            Head::new(205, "Reset Content").length(0).finish(),
            Body::empty(),
        ),
        ("", "cross") if request.method == "OPTIONS" => Answer::new(
            crossing(Head::new(204, "No Content")).finish(),
            Body::empty(),
        ),
        ("", "cross") => Answer::new(
            crossing(typed("text/plain"))
                .length(request.method.len())
                .finish(),
            Body::whole(request.method.as_bytes()),
        ),
        ("", "upload") => text(&request.body.len().to_string()),
        ("/coded", coding) => coded(coding)?,
        ("/hop", "301") => Answer::redirect(301, "Moved Permanently", "/hop/302"),
        ("/hop", "302") => {
            let body = encode(Coding::Gzip, b"see the other address");
            let head = Head::new(302, "Found")
                .field("Location", "./303")
                .field("Content-Encoding", "gzip")
                .field("Transfer-Encoding", "chunked");
            Answer::new(
                head.finish(),
                Body::Chunked {
                    octets: body.into(),
                    sizes: vec![5],
                    trailer: Vec::new(),
                },
            )
        }
        ("/hop", "303") => Answer::redirect(303, "See Other", "/arrived#片段"),
        ("/hop", "308") => Answer::redirect(308, "Permanent Redirect", "/arrived"),
        ("/hop", "away") => {
            let head = Head::new(307, "Temporary Redirect")
                .field("Access-Control-Allow-Origin", "*")
                .field("Location", format!("{}/elsewhere", origin(request, 1)));
            Answer::new(head.length(0).finish(), Body::empty())
        }
        ("", "elsewhere") => Answer::new(
            crossing(typed("text/plain")).length(14).finish(),
            Body::whole("from elsewhere"),
        ),
        ("", "arrived") => text("arrived"),
        ("", "secret") => Answer::new(
            Head::new(401, "Unauthorized")
                .field("WWW-Authenticate", "Basic realm=\"r\"")
                .length(0)
                .finish(),
            Body::empty(),
        ),
        ("/status", status) => {
            Answer::status(status.parse().ok()?, "As Asked", "text/html", "<p>页面")
        }
        ("/socket", _) => Answer::echo(request),
        ("", "events") => event(request),
        ("", "synchronous") => text("at once"),
        ("", "through-service") => text("through"),
        ("/closing", number) => {
            numbered(number, "", "")?;
            // closed without a word of it: the next request may meet a closed connection
            text(number).then(After::Close)
        }
        ("", "sets-cookies") => {
            let head = typed("text/plain")
                .field("Set-Cookie", "a=1; Path=/")
                .field("Set-Cookie", "token=thorny-cookie-77aa10; HttpOnly");
            Answer::new(head.length(0).finish(), Body::empty())
        }
        ("", "beacon" | "kept-alive" | "left") => Answer::no_content(),
        (
            "",
            "uncrossed" | "from-sandbox" | "gets-cookies" | "long" | "same" | "seen-at-the-end"
            | "from-worker" | "from-nested" | "by-service",
        ) => text(name),
        _ => return None,
    })
}

fn coded(coding: &str) -> Option<Answer> {
    let octets = match coding {
        "gzip" => encode(Coding::Gzip, long_text().as_bytes()),
        "deflate" => deflated(long_text().as_bytes()),
        "br" => encode(Coding::Brotli, long_text().as_bytes()),
        "zstd" => encode(Coding::Zstandard, long_text().as_bytes()),
        _ => return None,
    };
    let head = typed(JSON).field("Content-Encoding", coding);
    Some(Answer::new(
        head.length(octets.len()).finish(),
        Body::whole(octets),
    ))
}

/// RFC 1950.
fn deflated(octets: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    // into memory
    let _ = encoder.write_all(octets);
    encoder.finish().unwrap_or_default()
}

/// One event, and the end; the next time, the next one.
fn event(request: &Request) -> Answer {
    let last = request
        .field("Last-Event-ID")
        .and_then(|id| id.parse::<u32>().ok());
    let next = last.map_or(1, |id| id + 1);
    let body = format!("retry: 50\nid: {next}\ndata: {next}\n\n");
    Answer::new(
        typed("text/event-stream").length(body.len()).finish(),
        Body::whole(body),
    )
}
