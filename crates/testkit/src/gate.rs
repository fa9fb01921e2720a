//! A gate before a server, through which everything passes until a fault is set.

use std::time::Duration;

use fidem_courier::{Courier, CourierError, CourierOptions, Errand};

use crate::TestkitError;
use crate::faulty::Faulty;
use crate::http::{Asked, Behaviour, answer};
use crate::rails::Fault;

/// Alters an answer: the request's path and body, and the answer's body.
pub type Alter = dyn Fn(Fault, &str, &[u8], Vec<u8>) -> Vec<u8> + Send + Sync;

/// The gate.
pub struct Gate(Faulty);

impl Gate {
    /// A gate before the server at an address without a slash at its end. `alter` speaks for the faults that only the
    /// server's own language knows: [`Fault::Lie`] and [`Fault::WrongNetwork`].
    ///
    /// # Errors
    /// [`TestkitError`] when it cannot be served.
    pub fn start(target: &str, alter: Box<Alter>) -> Result<Self, TestkitError> {
        let target = target.to_owned();
        let server = Faulty::serve(move |asked, fault| pass(&target, asked, fault, alter.as_ref()));
        Ok(Self(server?))
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url().trim_end_matches('/').to_owned()
    }

    /// Sets or ends a fault.
    pub fn set(&self, fault: Option<Fault>) {
        self.0.set(fault);
    }
}

fn pass(target: &str, asked: &Asked, fault: Option<Fault>, alter: &Alter) -> Behaviour {
    const PLAIN: &str = "text/plain";
    match (forward(target, asked), fault) {
        (Ok(body), Some(fault)) => {
            let altered = alter(fault, &asked.path, &asked.body, body);
            answer("200 OK", "application/json", &altered)
        }
        (Ok(body), None) => answer("200 OK", "application/json", &body),
        (Err(CourierError::Status { code }), _) => answer(&format!("{code} Refused"), PLAIN, b""),
        (Err(_), _) => answer("502 Bad Gateway", PLAIN, b""),
    }
}

fn forward(target: &str, asked: &Asked) -> Result<Vec<u8>, CourierError> {
    let courier = Courier::new(&CourierOptions {
        total_timeout: Duration::from_secs(20),
        max_reply_bytes: 64 << 20,
        ..CourierOptions::default()
    })?;
    let url = format!("{target}{}", asked.path);
    let errand = match asked.method.as_str() {
        "POST" => Errand::Post {
            body: &asked.body,
            kind: "application/json",
            accept: "*/*",
            reply: None,
            headers: &[],
        },
        _ => Errand::Fetch {
            accept: "*/*",
            headers: &[],
        },
    };
    courier.deliver(&url, &errand).outcome
}
