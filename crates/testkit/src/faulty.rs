//! A server of JSON on the loopback interface that does wrong when it is told to.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::{Asked, Behaviour, Loopback, answer};
use crate::rails::Fault;

/// What is answered with.
const JSON: &str = "application/json";

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
    /// Serves on a free port what `said` says, as JSON.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start(said: impl Fn(&Ask) -> Vec<u8> + Send + Sync + 'static) -> io::Result<Self> {
        Self::serve(move |asked, fault| {
            let ask = Ask {
                path: asked.path.clone(),
                body: asked.body.clone(),
                fault,
                head: asked.head.clone(),
            };
            answer("200 OK", JSON, &said(&ask))
        })
    }

    /// Serves on a free port; `behave` is asked unless the fault of the moment is one of the transport.
    pub(crate) fn serve(
        behave: impl Fn(&Asked, Option<Fault>) -> Behaviour + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let fault = Arc::new(Mutex::new(None));
        let current = Arc::clone(&fault);
        let loopback = Loopback::serve(move |asked| {
            let fault = *current.lock().unwrap_or_else(PoisonError::into_inner);
            fault
                .and_then(of_transport)
                .unwrap_or_else(|| behave(asked, fault))
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

/// What a fault of the transport does, whatever was asked; none for those that need the other side's own language.
fn of_transport(fault: Fault) -> Option<Behaviour> {
    Some(match fault {
        Fault::Reset => Behaviour::Break,
        Fault::Endless => Behaviour::SendForEver(endless()),
        Fault::Slow => Behaviour::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n[ ".to_vec()),
        Fault::Redirect => Behaviour::Send(
            b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
                .to_vec(),
        ),
        Fault::Garbage => answer("200 OK", JSON, b"\xff{\"result\""),
        Fault::WrongNetwork | Fault::Lie => return None,
    })
}

/// The beginning of an answer of no stated length; sent again and again.
fn endless() -> Vec<u8> {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[";
    [&head[..], &[b' '; 4096]].concat()
}
