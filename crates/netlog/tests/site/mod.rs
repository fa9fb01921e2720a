//! A small site on 127.0.0.1 that keeps every octet of every connection, by the browser's port.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

/// Octets of the big file.
pub const BIG: usize = 20 << 20;

/// `abc` (RFC 1952).
pub const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x4a\x06\0\xc2\x41\x24\x35\x03\0\0\0";

const PAGE: &str = "<html><link rel=stylesheet href=/big><img src=/moved><img src=/missing><script>\
    for (const path of ['/chunks', '/zipped', '/none', '/until-close']) fetch(path);\
    fetch('/post', {method: 'POST', body: 'name=value'});\
    new EventSource('/events');\
    const socket = new WebSocket('ws://' + location.host + '/socket');\
    socket.onopen = () => socket.send('hello');</script></html>";

/// What passed on one connection, seen from the server.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    pub received: Vec<u8>,
    pub sent: Vec<u8>,
}

type Kept = Arc<Mutex<BTreeMap<u16, Traffic>>>;

pub struct Site {
    pub port: u16,
    kept: Kept,
}

impl Site {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Kept::default();
        let keep = Arc::clone(&kept);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&keep);
                std::thread::spawn(move || serve(Wire::new(stream, kept)));
            }
        });
        Self { port, kept }
    }

    pub fn traffic(&self) -> BTreeMap<u16, Traffic> {
        self.kept.lock().expect("no panic").clone()
    }
}

struct Wire {
    stream: TcpStream,
    port: u16,
    kept: Kept,
    ahead: Vec<u8>,
}

impl Wire {
    fn new(stream: TcpStream, kept: Kept) -> Self {
        let port = stream.peer_addr().map_or(0, |address| address.port());
        kept.lock()
            .expect("no panic")
            .insert(port, Traffic::default());
        Self {
            stream,
            port,
            kept,
            ahead: Vec::new(),
        }
    }

    fn keep(&self, with: impl FnOnce(&mut Traffic)) {
        with(
            self.kept
                .lock()
                .expect("no panic")
                .entry(self.port)
                .or_default(),
        );
    }

    /// Kept before it is sent: the browser may be done before this thread runs again.
    fn send(&mut self, octets: &[u8]) -> Option<()> {
        self.keep(|traffic| traffic.sent.extend_from_slice(octets));
        self.stream.write_all(octets).ok()
    }

    fn more(&mut self) -> Option<()> {
        let mut buffer = [0; 65_536];
        let length = self
            .stream
            .read(&mut buffer)
            .ok()
            .filter(|length| *length > 0)?;
        self.keep(|traffic| traffic.received.extend_from_slice(&buffer[..length]));
        self.ahead.extend_from_slice(&buffer[..length]);
        Some(())
    }

    /// The next request's head.
    fn head(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.ahead.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.ahead.drain(..end + 4).collect();
                return String::from_utf8(head).ok();
            }
            self.more()?;
        }
    }

    fn body(&mut self, length: usize) -> Option<()> {
        while self.ahead.len() < length {
            self.more()?;
        }
        self.ahead.drain(..length);
        Some(())
    }
}

/// Printable, so that a style sheet of it is no work.
pub fn big() -> Vec<u8> {
    let mut seed = 1_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + u8::try_from(seed >> 24).unwrap_or(0) % 26
    };
    let mut octets = b"/*".to_vec();
    octets.extend((0..BIG - 4).map(|_| next()));
    octets.extend(b"*/");
    octets
}

pub fn chunk_content() -> Vec<u8> {
    (0..50_u32)
        .flat_map(|n| vec![b'x'; usize::try_from(n * 37 + 1).unwrap_or(1)])
        .collect()
}

fn chunks() -> Vec<u8> {
    let mut raw =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n".to_vec();
    for n in 0..50_usize {
        let size = n * 37 + 1;
        raw.extend(format!("{size:x};n={n}\r\n").bytes());
        raw.extend(vec![b'x'; size]);
        raw.extend(b"\r\n");
    }
    raw.extend(b"0\r\nX-Sum: none\r\n\r\n");
    raw
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    fields
        .into_iter()
        .find(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn plain(status: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn serve(mut wire: Wire) -> Option<()> {
    loop {
        let head = wire.head()?;
        let length = field(&head, "content-length").and_then(|length| length.parse().ok());
        wire.body(length.unwrap_or(0))?;
        match head.split(' ').nth(1)? {
            "/" => wire.send(&plain("200 OK", "text/html", PAGE.as_bytes()))?,
            "/big" => wire.send(&plain("200 OK", "text/css", &big()))?,
            "/moved" => {
                wire.send(
                    b"HTTP/1.1 302 Found\r\nLocation: /picture\r\nContent-Length: 0\r\n\r\n",
                )?;
            }
            "/chunks" => wire.send(&chunks())?,
            "/zipped" => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
                    GZIP.len()
                );
                wire.send(&[head.as_bytes(), GZIP].concat())?;
            }
            "/none" => wire.send(b"HTTP/1.1 204 No Content\r\n\r\n")?,
            "/until-close" => {
                return wire.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
            }
            "/post" => wire.send(&plain("200 OK", "text/plain", b"taken"))?,
            "/events" => return events(&mut wire),
            "/socket" => return socket(&mut wire, &head),
            _ => wire.send(&plain("404 Not Found", "text/plain", b"no"))?,
        }
    }
}

fn events(wire: &mut Wire) -> Option<()> {
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")?;
    loop {
        wire.send(b"data: again\n\n")?;
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn socket(wire: &mut Wire, head: &str) -> Option<()> {
    let key = format!(
        "{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
        field(head, "sec-websocket-key")?
    );
    let accept = STANDARD.encode(Sha1::digest(key.as_bytes()));
    let head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    wire.send(head.as_bytes())?;
    wire.send(b"\x81\x05first")?;
    while wire.more().is_some() {}
    Some(())
}
