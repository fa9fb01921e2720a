//! A server of JSON on the loopback interface that does wrong when it is told to.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::{Behaviour, Loopback};
use crate::rails::Fault;

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Path and query.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
    /// The fault of the moment that is the answerer's to commit: [`Fault::WrongNetwork`], [`Fault::Lie`].
    pub fault: Option<Fault>,
    /// The whole head, for tests of header fields.
    pub head: String,
}

/// The server.
pub struct Faulty {
    loopback: Loopback,
    fault: Arc<Mutex<Option<Fault>>>,
}

impl Faulty {
    /// Serves on a free port what `answer` says, as JSON.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start(answer: impl Fn(&Ask) -> Vec<u8> + Send + Sync + 'static) -> io::Result<Self> {
        let fault = Arc::new(Mutex::new(None));
        let current = Arc::clone(&fault);
        let loopback = Loopback::serve(move |head, body| {
            let fault: Option<Fault> = *current.lock().unwrap_or_else(PoisonError::into_inner);
            match fault {
                Some(Fault::Reset) => Behaviour::Break,
                Some(Fault::Endless) => Behaviour::SendForEver(endless()),
                Some(Fault::Slow) => Behaviour::Drip(reply("200 OK", "", b"        ")),
                Some(Fault::Redirect) => Behaviour::Send(reply(
                    "307 Temporary Redirect",
                    "Location: http://127.0.0.1:9/\r\n",
                    b"",
                )),
                Some(Fault::Garbage) => Behaviour::Send(reply("200 OK", "", b"\xff{\"result\"")),
                Some(Fault::WrongNetwork | Fault::Lie) | None => {
                    let path = head.split(' ').nth(1).unwrap_or_default();
                    let ask = Ask {
                        path: path.to_owned(),
                        body: body.to_vec(),
                        fault,
                        head: head.to_owned(),
                    };
                    Behaviour::Send(reply("200 OK", "", &answer(&ask)))
                }
            }
        })?;
        Ok(Self { loopback, fault })
    }

    /// Where it is reached, with a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.loopback.url()
    }

    /// Starts a fault, or ends the one there is.
    pub fn set(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
}

fn reply(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n{fields}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// The beginning of an answer of no stated length; sent again and again.
fn endless() -> Vec<u8> {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[";
    [&head[..], &[b' '; 4096]].concat()
}
