//! Just enough HTTP/1.1 to carry RFC 3161 §3.4 on the loopback interface.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::authority::LIST_PATH;

/// The longest request body that is read. Real requests have fewer than 200 bytes.
pub const MAX_REQUEST_BYTES: usize = 64 * 1024;

const MAX_HEAD_BYTES: usize = 8 * 1024;
const MAX_CONNECTIONS: usize = 32;
/// For a whole exchange, however slowly it drips.
const EXCHANGE_TIME: Duration = Duration::from_secs(10);
const QUERY_TYPE: &str = "application/timestamp-query";
const REPLY_TYPE: &str = "application/timestamp-reply";
const PLAIN_TYPE: &str = "text/plain";

/// The type of a revocation list (RFC 5280 §4.2.1.13, RFC 2585 §4.2).
const LIST_TYPE: &str = "application/pkix-crl";

/// What a client wants.
pub(crate) enum Asked<'a> {
    /// A token: the time-stamp query in DER.
    Query(&'a [u8]),
    /// The revocation list.
    List,
}

/// `None` where there is nothing of the kind.
type Answer = dyn Fn(Asked<'_>) -> Option<Vec<u8>> + Send + Sync;

/// A port of the loopback interface that is taken and not served yet, so that its address can be written into a
/// certificate first.
pub(crate) struct Place {
    listener: TcpListener,
    address: SocketAddr,
}

impl Place {
    pub(crate) fn bind() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    pub(crate) fn answering(
        self,
        answer: impl Fn(Asked<'_>) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let Self { listener, address } = self;
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let listening = std::thread::Builder::new()
            .name("time-stamping authority".to_owned())
            .spawn(move || listen(&listener, &stop, &(Arc::new(answer) as Arc<Answer>)))?;
        Ok(Server {
            address,
            stopped,
            listening: Some(listening),
        })
    }
}

/// A listener on 127.0.0.1 and its thread; both end when the value is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves any function from a time-stamp query to a reply, on a free port.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn answering(
        answer: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Place::bind()?.answering(move |asked| match asked {
            Asked::Query(query) => Some(answer(query)),
            Asked::List => None,
        })
    }

    /// Where time-stamp queries are to be posted.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The bound address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // a connection wakes the listener; if none can be made it is already gone
        let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok();
        if let (true, Some(listening)) = (woken, self.listening.take()) {
            // a panic in the listener has nothing left to harm here
            let _ = listening.join();
        }
    }
}

fn listen(listener: &TcpListener, stop: &AtomicBool, answer: &Arc<Answer>) {
    let open = Arc::new(AtomicUsize::new(0));
    for connection in listener.incoming() {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let Ok(mut stream) = connection else {
            // such as too many open files: wait rather than spin
            std::thread::sleep(Duration::from_millis(10));
            continue;
        };
        if open.load(Ordering::SeqCst) >= MAX_CONNECTIONS {
            let _ = respond(&mut stream, "503 Service Unavailable", PLAIN_TYPE, b"");
            continue;
        }
        open.fetch_add(1, Ordering::SeqCst);
        let (answer, held) = (Arc::clone(answer), Held(Arc::clone(&open)));
        // when no thread starts the closure is dropped, and with it the connection and its place
        let _ = std::thread::Builder::new().spawn(move || {
            let _held = held;
            // the client that went away is the only one who could be told
            let _ = exchange(&mut stream, answer.as_ref());
        });
    }
}

/// A place among the open connections, given back also by a thread that panics.
struct Held(Arc<AtomicUsize>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn exchange(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    let refuse = |stream: &mut TcpStream| {
        let usage = b"POST application/timestamp-query (RFC 3161)\n";
        respond(stream, "405 Method Not Allowed", PLAIN_TYPE, usage)
    };
    match read_request(stream) {
        Ok(Request::Query(query)) => match answer(Asked::Query(&query)) {
            Some(reply) => respond(stream, "200 OK", REPLY_TYPE, &reply),
            None => refuse(stream),
        },
        Ok(Request::List) => match answer(Asked::List) {
            Some(list) => respond(stream, "200 OK", LIST_TYPE, &list),
            None => refuse(stream),
        },
        Err(Fault::Refused(status)) => respond(
            stream,
            status,
            PLAIN_TYPE,
            b"POST application/timestamp-query (RFC 3161)\n",
        ),
        Err(Fault::Broken(error)) => Err(error),
    }
}

enum Fault {
    Refused(&'static str),
    Broken(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

enum Request {
    Query(Vec<u8>),
    List,
}

fn read_request(stream: &mut TcpStream) -> Result<Request, Fault> {
    let deadline = Instant::now() + EXCHANGE_TIME;
    let (head, mut body) = read_head(stream, deadline)?;
    if head.starts_with(format!("GET /{LIST_PATH} ").as_bytes()) {
        return Ok(Request::List);
    }
    let head = Head::parse(&head)?;
    if head.expects_continue && body.len() < head.length {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    while body.len() < head.length {
        read_some(stream, deadline, &mut body)?;
    }
    body.truncate(head.length);
    Ok(Request::Query(body))
}

/// The bytes up to the empty line, and those already read behind it.
fn read_head(stream: &mut TcpStream, deadline: Instant) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((bytes, rest));
        }
        if bytes.len() > MAX_HEAD_BYTES {
            return Err(Fault::Refused("431 Request Header Fields Too Large"));
        }
        read_some(stream, deadline, &mut bytes)?;
    }
}

fn read_some(stream: &mut TcpStream, deadline: Instant, bytes: &mut Vec<u8>) -> io::Result<()> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    stream.set_read_timeout(Some(left))?;
    let mut chunk = [0; 4096];
    match stream.read(&mut chunk)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        count => {
            bytes.extend(chunk.iter().take(count));
            Ok(())
        }
    }
}

struct Head {
    length: usize,
    expects_continue: bool,
}

impl Head {
    fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes).map_err(|_| Fault::Refused("400 Bad Request"))?;
        let mut lines = text.split("\r\n");
        let method = lines.next().and_then(|line| line.split(' ').next());
        if method != Some("POST") {
            return Err(Fault::Refused("405 Method Not Allowed"));
        }
        let mut length = None;
        let mut is_query = false;
        let mut expects_continue = false;
        for (field, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match field.trim().to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse::<usize>().ok(),
                "content-type" => is_query = is_query_type(value),
                "expect" => expects_continue = value.eq_ignore_ascii_case("100-continue"),
                _ => {}
            }
        }
        if !is_query {
            return Err(Fault::Refused("415 Unsupported Media Type"));
        }
        let length = length.ok_or(Fault::Refused("411 Length Required"))?;
        if length > MAX_REQUEST_BYTES {
            return Err(Fault::Refused("413 Content Too Large"));
        }
        Ok(Self {
            length,
            expects_continue,
        })
    }
}

fn is_query_type(value: &str) -> bool {
    let media_type = value.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case(QUERY_TYPE)
}

fn respond(stream: &mut TcpStream, status: &str, kind: &str, body: &[u8]) -> io::Result<()> {
    stream.set_write_timeout(Some(EXCHANGE_TIME))?;
    let length = body.len();
    let mut message = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    )
    .into_bytes();
    message.extend(body);
    stream.write_all(&message)?;
    stream.flush()
}
