//! The interface: `POST /add-checkpoint` as C2SP has it, and `GET /checkpoint?ORIGIN` for whoever compares witnesses.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fidem_anchor::Refusal;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use crate::{Witness, WitnessError};

/// Octets of a request: a note, a proof, room.
const LARGEST: usize = 128 << 10;
/// For a whole connection, however slowly it drips.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections at once.
const MANY: usize = 32;
/// The type of a size in a conflict (`c2sp.org/tlog-witness`).
const SIZE_TYPE: &str = "text/x.tlog.size";

/// A clock: seconds since 1970.
pub type Clock = dyn Fn() -> u64 + Send + Sync;

/// A witness that is served; it ends when this is dropped.
pub struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for its end, which comes by a signal only.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // A server that broke down ends the waiting all the same.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves a witness at an address.
///
/// # Errors
/// When the address cannot be had.
pub fn serve(witness: Witness, at: SocketAddr, clock: Box<Clock>) -> io::Result<Running> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind(at))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let shared = Arc::new((witness, clock));
    let thread = std::thread::Builder::new()
        .name("witness".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = listen(&listener, &shared) => {}
                    _ = stopped => {}
                }
            });
        })?;
    Ok(Running {
        address,
        stop: Some(stop),
        thread: Some(thread),
    })
}

type Shared = Arc<(Witness, Box<Clock>)>;

async fn listen(listener: &TcpListener, shared: &Shared) {
    let room = Arc::new(Semaphore::new(MANY));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            // Such as too many open files: wait rather than spin.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            let _place = place;
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { Ok::<_, Infallible>(answer(request, &shared).await) }
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(stream), service);
            // The client that went away is the only one who could be told.
            let _ = tokio::time::timeout(PATIENCE, served).await;
        });
    }
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    match (&method, path.as_str()) {
        (&Method::POST, "/add-checkpoint") => {
            let body = Limited::new(request.into_body(), LARGEST).collect().await;
            let Ok(body) = body else {
                return plain(StatusCode::PAYLOAD_TOO_LARGE, "too large\n".to_owned());
            };
            match String::from_utf8(body.to_bytes().to_vec()) {
                Ok(text) => sign(&text, shared),
                Err(_) => plain(StatusCode::BAD_REQUEST, "not text\n".to_owned()),
            }
        }
        (&Method::GET, "/checkpoint") => last(request.uri().query().unwrap_or_default(), shared),
        _ => plain(StatusCode::NOT_FOUND, "POST /add-checkpoint\n".to_owned()),
    }
}

fn sign(text: &str, shared: &Shared) -> Response<Full<Bytes>> {
    let (witness, clock) = shared.as_ref();
    match witness.sign(text, clock()) {
        Ok(line) => plain(StatusCode::OK, line),
        Err(WitnessError::Refused(Refusal::Conflict(size))) => {
            let mut conflict = plain(StatusCode::CONFLICT, format!("{size}\n"));
            let kind = HeaderValue::from_static(SIZE_TYPE);
            conflict.headers_mut().insert(CONTENT_TYPE, kind);
            conflict
        }
        Err(error) => plain(status(&error), format!("{error}\n")),
    }
}

fn status(error: &WitnessError) -> StatusCode {
    match error {
        WitnessError::Request(_) | WitnessError::Refused(Refusal::Malformed(_)) => {
            StatusCode::BAD_REQUEST
        }
        WitnessError::Refused(Refusal::UnknownLog(_)) => StatusCode::NOT_FOUND,
        WitnessError::Refused(Refusal::Unsigned) => StatusCode::FORBIDDEN,
        WitnessError::Refused(Refusal::Inconsistent(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        WitnessError::Refused(_) | WitnessError::Shelf(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The origin is the whole query: it has no character that a query could not carry.
fn last(origin: &str, shared: &Shared) -> Response<Full<Bytes>> {
    match shared.0.last(origin) {
        Ok(Some(note)) => plain(StatusCode::OK, note.to_text()),
        Ok(None) => plain(StatusCode::NOT_FOUND, "nothing signed\n".to_owned()),
        Err(error) => plain(status(&error), format!("{error}\n")),
    }
}

fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
