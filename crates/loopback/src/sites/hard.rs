//! What recorders are known to lose: see the page itself, `hard/page.html`.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::{HTML, JSON, PNG, SCRIPT, html, typed};
use crate::{
    Answer, Body, Coding, Event, Listen, Options, Request, Server, Site, StartError, encode, media,
};

/// Listener 0 has the page at `/`, listener 1 is another site, framed by it.
#[derive(Clone, Copy, Debug)]
pub struct Hard {
    /// Octets of `/large.bin`: the sequence of [`crate::generated`] with seed [`Hard::SEED`].
    pub large: u64,
}

impl Hard {
    /// The seed of `/large.bin`.
    pub const SEED: u64 = 60;
    /// The title when all is done.
    pub const TITLE: &'static str = "hard done";

    /// Over plain HTTP: the page on 127.0.0.1, the other site on 127.0.0.2.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(large: u64) -> Result<Server, StartError> {
        let other = Listen::http().at(Ipv4Addr::new(127, 0, 0, 2));
        Server::start(Self { large }, &[Listen::http(), other], Options::default())
    }

    fn page(self, request: &Request) -> Answer {
        let other = request.endpoints.get(1).map(|endpoint| endpoint.origin());
        html(
            include_str!("hard/page.html")
                .replace("{other}", &other.unwrap_or_default())
                .replace("{large}", &self.large.to_string()),
        )
    }

    fn large(self) -> Answer {
        let head =
            typed("application/octet-stream").field("Content-Length", self.large.to_string());
        let body = Body::Generated {
            length: self.large,
            seed: Self::SEED,
        };
        Answer::new(head.finish(), body)
    }
}

impl Site for Hard {
    fn answer(&self, request: &Request) -> Answer {
        match request.path() {
            "/" => self.page(request),
            "/other-site.html" => Answer::ok(HTML, OTHER),
            "/other-site.js" => Answer::ok(SCRIPT, "parent.postMessage('framed', '*');\n"),
            "/other-site.png" => Answer::ok(PNG, media::png(50, 50, 5)),
            "/tone.wav" => Answer::ranged(request, "audio/wav", &media::wav(40_000)),
            "/socket" => Answer::echo(request),
            "/events" => events(),
            "/brotli.json" => {
                let octets = encode(Coding::Brotli, "{\"压缩\":true}".as_bytes());
                let head = typed(JSON).field("Content-Encoding", "br");
                Answer::new(head.length(octets.len()).finish(), Body::whole(octets))
            }
            "/hop/302" => Answer::redirect(302, "Found", "/hop/307"),
            "/hop/307" => Answer::redirect(307, "Temporary Redirect", "/hop/end"),
            "/hop/end" | "/post" => Answer::ok(JSON, "{\"ok\":true}"),
            "/beacon" => Answer::no_content(),
            "/service.js" => Answer::ok(SCRIPT, SERVICE),
            "/cached/1" | "/cached/2" | "/inside" => {
                Answer::ok("text/plain", request.target.clone())
            }
            "/shared.js" => Answer::ok(SCRIPT, SHARED),
            "/shared.json" => Answer::ok(JSON, "{\"shared\":true}"),
            "/large.bin" => self.large(),
            _ => Answer::not_found(),
        }
    }
}

/// Three events, and then open until the client closes.
fn events() -> Answer {
    let events = ["一", "二", "三"].iter().map(|data| Event {
        delay: Duration::from_millis(100),
        octets: format!("data: {data}\n\n").into_bytes(),
    });
    let body = Body::Events {
        events: events.collect(),
        hold: true,
    };
    Answer::new(typed("text/event-stream").finish(), body)
}

const OTHER: &str = "<!doctype html><title>other site</title><img src=\"/other-site.png\" alt=\"\">\
    <script src=\"/other-site.js\"></script>\n";
const SERVICE: &str = "addEventListener('install', (event) => {
  event.waitUntil(caches.open('c').then((cache) => cache.addAll(['/cached/1', '/cached/2'])));
});
addEventListener('message', (event) => {
  event.waitUntil(fetch('/inside').then(() => event.ports[0].postMessage('fetched')));
});\n";
const SHARED: &str = "onconnect = (event) => fetch('/shared.json').then((answer) => answer.json())
  .then((data) => event.ports[0].postMessage(data));\n";
