//! The recorder's self-test: a page whose every octet is known.
//!
//! Before a capture the recorder records this page with the browser, the flags and the code that
//! the capture will use, and compares what it has with what was really sent. The page holds what
//! recorders are known to miss: workers of three kinds, frames of other origins, a WebSocket, a
//! stream of events, redirects, ranges, beacons, codings, lazy pictures.
//!
//! A driver opens [`SelfTest::url`] in a fresh profile, waits until [`SelfTest::done_expression`]
//! is neither empty nor failed, closes the browser, and then calls [`SelfTest::finish`]. For
//! `https` the browser must accept the throw-away certificate by [`SelfTest::spki_sha256`]; no
//! capture may ever run with that flag. TLS offers `h2`, as sites do, and does not speak it: a
//! browser that was not told to leave it alone fails the test.

mod page;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::{
    Alpn, Answer, Body, Coding, Credential, CredentialError, Endpoint, Event, Exchange, Head,
    Listen, Options, Request, Scheme, Server, Site, StartError, Transcript, Validity, encode,
    media,
};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const PNG: &str = "image/png";
const GB18030_PAGE: &[u8] = include_bytes!("selftest/gb18030.html");
const PAGE_SCRIPT: &str = include_str!("selftest/page.js");
const SERVICE_SCRIPT: &str = include_str!("selftest/service.js");
const TONE_SAMPLES: u16 = 16_000;
/// Hosts under which the page is asked for.
const HOSTS: [&str; 2] = ["127.0.0.1", "localhost"];

/// Why there is no self-test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelfTestError {
    /// The nonce goes into addresses and scripts: 16 to 64 ASCII letters and digits.
    #[error("a nonce is 16 to 64 ASCII letters and digits")]
    Nonce,
    /// No certificate could be made.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// A self-test being served, over plain HTTP and over TLS, each on two ports.
#[derive(Debug)]
pub struct SelfTest {
    server: Server,
    nonce: String,
    spki_sha256: String,
}

impl SelfTest {
    /// Fewer exchanges than this for one visit, and the page was not loaded whole.
    pub const LEAST_EXCHANGES: usize = 130;

    /// Serves the page of a nonce, which should be random so that nothing can be prepared for it.
    ///
    /// # Errors
    /// [`SelfTestError`].
    pub fn start(nonce: &str) -> Result<Self, SelfTestError> {
        let fits = (16..=64).contains(&nonce.len());
        if !fits || !nonce.bytes().all(|octet| octet.is_ascii_alphanumeric()) {
            return Err(SelfTestError::Nonce);
        }
        let credential = Arc::new(Credential::throw_away(&HOSTS, Validity::LONG)?);
        let spki_sha256 = credential.spki_sha256();
        let listen = [
            Listen::http(),
            Listen::http(),
            Listen::https(Arc::clone(&credential)).alpn(Alpn::OffersHttp2),
            Listen::https(credential).alpn(Alpn::OffersHttp2),
        ];
        let options = Options {
            allowed_hosts: Some(
                HOSTS
                    .iter()
                    .map(|&host| host.to_owned())
                    .collect::<BTreeSet<_>>(),
            ),
            ..Options::default()
        };
        let site = Pages {
            nonce: nonce.to_owned(),
            beacons: AtomicU64::new(0),
        };
        Ok(Self {
            server: Server::start(site, &listen, options)?,
            nonce: nonce.to_owned(),
            spki_sha256,
        })
    }

    /// The address to open.
    pub fn url(&self, scheme: Scheme) -> String {
        let endpoint = self.server.endpoint(main_listener(scheme));
        format!("{}/{}/", endpoint.origin(), self.nonce)
    }

    /// The listeners: two of plain HTTP, then two of TLS.
    pub fn endpoints(&self) -> &[Endpoint] {
        self.server.endpoints()
    }

    /// For `--ignore-certificate-errors-spki-list`.
    pub fn spki_sha256(&self) -> &str {
        &self.spki_sha256
    }

    /// A JavaScript expression for the page: `""` while parts are running, `"done"` when all went
    /// well, else `"failed: "` and the names of those that did not.
    pub fn done_expression(&self) -> String {
        format!(
            "(() => {{ const test = window.fidemSelfTest; \
             if (!test || test.nonce !== '{}' || !test.done) return ''; \
             return test.failed.length ? 'failed: ' + test.failed.join(', ') : 'done'; }})()",
            self.nonce
        )
    }

    /// The title of the page when all went well.
    pub fn title_when_done(&self) -> String {
        format!("fidem-self-test {} done", self.nonce)
    }

    /// What was served so far; a write in progress may be missing.
    pub fn expected(&self) -> Vec<Exchange> {
        self.of_the_page(&self.server.log())
    }

    /// Everything that was done so far, visits of strangers included.
    pub fn log(&self) -> Transcript {
        self.server.log()
    }

    /// Stops the server, and gives the exchanges of the page: what the record must hold. To be
    /// called when the browser has ended.
    pub fn finish(self) -> Vec<Exchange> {
        let prefix = format!("/{}/", self.nonce);
        of_prefix(&self.server.finish(), &prefix)
    }

    fn of_the_page(&self, transcript: &Transcript) -> Vec<Exchange> {
        of_prefix(transcript, &format!("/{}/", self.nonce))
    }
}

fn of_prefix(transcript: &Transcript, prefix: &str) -> Vec<Exchange> {
    transcript
        .exchanges()
        .filter(|exchange| exchange.target.starts_with(prefix))
        .cloned()
        .collect()
}

fn main_listener(scheme: Scheme) -> usize {
    match scheme {
        Scheme::Http => 0,
        Scheme::Https => 2,
    }
}

struct Pages {
    nonce: String,
    beacons: AtomicU64,
}

impl Site for Pages {
    fn answer(&self, request: &Request) -> Answer {
        let name = request
            .path()
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(self.nonce.as_str()))
            .and_then(|path| path.strip_prefix('/'));
        name.and_then(|name| self.part(name, request))
            .unwrap_or_else(Answer::not_found)
    }
}

impl Pages {
    fn part(&self, name: &str, request: &Request) -> Option<Answer> {
        if let Some((folder, file)) = name.split_once('/') {
            return self.numbered(folder, file);
        }
        Some(match name {
            "" => Answer::ok(HTML, self.page(request)),
            "page.js" => Answer::ok(SCRIPT, PAGE_SCRIPT),
            "frame.html" => Answer::ok(HTML, page::frame(request)),
            "icon.png" | "frame.png" => Answer::ok(PNG, media::png(24, 24, 999)),
            "gb18030.html" => Answer::ok("text/html; charset=gb18030", GB18030_PAGE),
            "utf8.txt" => Answer::ok(TEXT, page::CHINESE),
            "worker.js" => Answer::ok(SCRIPT, page::worker("worker", false)),
            "shared.js" => Answer::ok(SCRIPT, page::worker("shared", true)),
            "service.js" => Answer::ok(SCRIPT, SERVICE_SCRIPT.replace("{nonce}", &self.nonce)),
            "worker.json" | "shared.json" | "service.json" => {
                let from = name.trim_end_matches(".json");
                Answer::ok(JSON, self.json(&format!(",\"from\":\"{from}\"")))
            }
            "socket" => Answer::echo(request),
            "events" => self.events(),
            "post" => Answer::ok(JSON, format!("{{\"octets\":{}}}", request.body.len())),
            "gzip.json" => self.coded(Coding::Gzip),
            "brotli.json" => self.coded(Coding::Brotli),
            "zstd.json" => self.coded(Coding::Zstandard),
            "chunked.json" => Answer::chunked(JSON, self.json(&self.padding()), &[1, 2, 700]),
            "tone.wav" => Answer::ranged(request, "audio/wav", &media::wav(TONE_SAMPLES)),
            "beacon" => {
                self.beacons.fetch_add(1, Ordering::SeqCst);
                Answer::no_content()
            }
            "beacons" => {
                let count = self.beacons.load(Ordering::SeqCst);
                Answer::ok(JSON, format!("{{\"count\":{count}}}"))
            }
            _ => return None,
        })
    }

    /// The second address of the same scheme, and `localhost` on the port of the first.
    fn page(&self, request: &Request) -> String {
        let main = main_listener(request.scheme);
        let origin = |index: usize, host| {
            let endpoint = request.endpoints.get(index);
            endpoint
                .map(|endpoint| endpoint.origin_as(host))
                .unwrap_or_default()
        };
        page::page(
            &self.nonce,
            self.beacons.load(Ordering::SeqCst),
            &origin(main + 1, "127.0.0.1"),
            &origin(main, "localhost"),
        )
    }

    fn numbered(&self, folder: &str, file: &str) -> Option<Answer> {
        let (stem, _) = file.split_once('.')?;
        let number = stem.trim_start_matches("import").parse::<u32>();
        let picture = |first: u32, count: u32| {
            let number = number.clone().ok().filter(|&number| number < count)?;
            Some(Answer::ok(PNG, media::png(24, 24, first + number)))
        };
        match (folder, stem) {
            ("image", _) => picture(0, page::IMAGES),
            ("lazy", _) => picture(100, page::LAZY),
            ("background", _) => picture(200, page::BACKGROUNDS),
            ("style", _) if stem.starts_with("import") => {
                let number = number.ok().filter(|&number| number < page::IMPORTS)?;
                Some(Answer::ok(STYLE, format!(":root{{--import{number}:1}}\n")))
            }
            ("style", _) => {
                let number = number.ok().filter(|&number| number < page::SHEETS)?;
                Some(Answer::ok(STYLE, page::sheet(number)))
            }
            ("script", _) => {
                let number = number.ok().filter(|&number| number < page::SCRIPTS)?;
                let script = format!("window.script{number} = '{}';\n", self.nonce);
                Some(Answer::ok(SCRIPT, script))
            }
            ("cached", "1" | "2") => Some(Answer::ok(TEXT, format!("{stem} {}\n", self.nonce))),
            ("hop", "302") => Some(Answer::redirect(302, "Found", "307.json")),
            ("hop", "307") => Some(Answer::redirect(307, "Temporary Redirect", "end.json")),
            ("hop", "end") => Some(Answer::ok(JSON, self.json(""))),
            _ => None,
        }
    }

    fn json(&self, more: &str) -> String {
        format!("{{\"nonce\":\"{}\"{more}}}", self.nonce)
    }

    /// A member long enough to be worth compressing.
    fn padding(&self) -> String {
        format!(",\"text\":\"{}\"", page::CHINESE.repeat(40))
    }

    fn coded(&self, coding: Coding) -> Answer {
        let octets = encode(coding, self.json(&self.padding()).as_bytes());
        let head = Head::new(200, "OK")
            .field("Content-Type", JSON)
            .field("Content-Encoding", coding.name())
            .length(octets.len());
        Answer::new(head.finish(), Body::whole(octets))
    }

    /// Three events in chunks with time between them, then the end.
    fn events(&self) -> Answer {
        let head = Head::new(200, "OK")
            .field("Content-Type", "text/event-stream")
            .field("Cache-Control", "no-store")
            .field("Transfer-Encoding", "chunked");
        let mut events: Vec<Event> = [self.nonce.as_str(), "二", "3"]
            .iter()
            .map(|data| {
                let event = format!("data: {data}\n\n");
                chunk(&event)
            })
            .collect();
        events.push(chunk(""));
        Answer::new(
            head.finish(),
            Body::Events {
                events,
                hold: false,
            },
        )
    }
}

fn chunk(text: &str) -> Event {
    Event {
        delay: Duration::from_millis(50),
        octets: format!("{:x}\r\n{text}\r\n", text.len()).into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::{SelfTest, SelfTestError};

    #[test]
    fn a_nonce_cannot_leave_its_quotes() {
        for nonce in [
            "short",
            "0123456789abcde'",
            "../../../../../..",
            &"a".repeat(65),
        ] {
            assert!(matches!(SelfTest::start(nonce), Err(SelfTestError::Nonce)));
        }
    }
}
