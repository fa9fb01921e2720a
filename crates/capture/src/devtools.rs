//! The browser's command channel: Chrome DevTools Protocol as NUL-ended JSON over two pipes. There is no port, so no other
//! program of this machine can reach the browser.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

/// A message longer than this ends the channel; Chromium's own limit lies below.
const MESSAGE: usize = 768 << 20;

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DevToolsError {
    /// The browser refused it.
    #[error("{method}: {message}")]
    Refused {
        /// The command.
        method: String,
        /// What the browser said.
        message: String,
    },
    /// No answer came in time.
    #[error("{method}: no answer within {seconds} s")]
    Silent {
        /// The command.
        method: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The browser is gone.
    #[error("{method}: the browser has ended")]
    Ended {
        /// The command.
        method: String,
    },
}

/// Something the browser told without being asked.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Session it belongs to; empty for the browser itself.
    pub session: String,
    /// Its name.
    pub method: String,
    /// Its content.
    pub params: Value,
}

type Answer = Result<Value, DevToolsError>;
type Waiting = Arc<Mutex<Option<BTreeMap<u64, (String, Sender<Answer>)>>>>;

/// The channel. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DevTools {
    out: Arc<Mutex<(u64, Box<dyn Write + Send>)>>,
    /// Commands without an answer yet; none when the browser has ended.
    waiting: Waiting,
}

impl DevTools {
    /// Over what the browser reads and what it writes.
    pub fn new(
        out: impl Write + Send + 'static,
        from: impl Read + Send + 'static,
    ) -> (Self, Receiver<Event>) {
        let waiting: Waiting = Arc::new(Mutex::new(Some(BTreeMap::new())));
        let (events, receiver) = channel();
        let inbox = Arc::clone(&waiting);
        std::thread::spawn(move || {
            read_messages(from, &inbox, &events);
            end(&inbox);
        });
        let out: Box<dyn Write + Send> = Box::new(out);
        (
            Self {
                out: Arc::new(Mutex::new((0, out))),
                waiting,
            },
            receiver,
        )
    }

    /// Sends a command and waits for its answer.
    pub fn call(&self, session: &str, method: &str, params: Value, limit: Duration) -> Answer {
        let answer = self.post(session, method, params)?;
        match answer.recv_timeout(limit) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(DevToolsError::Silent {
                method: method.to_owned(),
                seconds: limit.as_secs(),
            }),
            Err(RecvTimeoutError::Disconnected) => Err(ended(method)),
        }
    }

    /// Sends a command; its answer may be waited for, or left.
    pub fn post(
        &self,
        session: &str,
        method: &str,
        params: Value,
    ) -> Result<Receiver<Answer>, DevToolsError> {
        let (sender, receiver) = channel();
        let mut out = lock(&self.out);
        out.0 += 1;
        let id = out.0;
        match lock(&self.waiting).as_mut() {
            Some(waiting) => waiting.insert(id, (method.to_owned(), sender)),
            None => return Err(ended(method)),
        };
        let mut message = json!({"id": id, "method": method, "params": params});
        if !session.is_empty() {
            message["sessionId"] = json!(session);
        }
        let mut octets = message.to_string().into_bytes();
        octets.push(0);
        match out.1.write_all(&octets).and_then(|()| out.1.flush()) {
            Ok(()) => Ok(receiver),
            Err(_) => Err(ended(method)),
        }
    }
}

fn ended(method: &str) -> DevToolsError {
    DevToolsError::Ended {
        method: method.to_owned(),
    }
}

fn end(waiting: &Waiting) {
    for (_, (method, sender)) in lock(waiting).take().into_iter().flatten() {
        let _ = sender.send(Err(ended(&method)));
    }
}

fn read_messages(mut from: impl Read, waiting: &Waiting, events: &Sender<Event>) {
    let mut message = Vec::new();
    let mut piece = vec![0; 1 << 18];
    while let Ok(read) = from.read(&mut piece) {
        if read == 0 || message.len() > MESSAGE {
            return;
        }
        let mut rest = piece.get(..read).unwrap_or_default();
        while let Some(end) = rest.iter().position(|b| *b == 0) {
            message.extend_from_slice(rest.get(..end).unwrap_or_default());
            if let Ok(value) = serde_json::from_slice(&message) {
                deliver(value, waiting, events);
            }
            message.clear();
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        message.extend_from_slice(rest);
    }
}

fn deliver(mut value: Value, waiting: &Waiting, events: &Sender<Event>) {
    let Some(id) = value["id"].as_u64() else {
        let _ = events.send(Event {
            session: text(&value["sessionId"]),
            method: text(&value["method"]),
            params: value["params"].take(),
        });
        return;
    };
    let entry = lock(waiting).as_mut().and_then(|w| w.remove(&id));
    let Some((method, sender)) = entry else {
        return;
    };
    let answer = match value.get("error") {
        Some(error) => Err(DevToolsError::Refused {
            method,
            message: text(&error["message"]),
        }),
        None => Ok(value["result"].take()),
    };
    let _ = sender.send(answer);
}

/// A string of a message; empty where it is none.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A thread that ended in the middle of an update leaves counters, not half-written evidence: go on with what is there.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::pipe;

    const SOON: Duration = Duration::from_secs(5);

    #[test]
    fn answers_events_and_the_end_reach_whom_they_concern() {
        let (browser_in, to_browser) = pipe().unwrap();
        let (from_browser, mut browser_out) = pipe().unwrap();
        let (tools, events) = DevTools::new(to_browser, from_browser);
        let browser = std::thread::spawn(move || {
            let mut request = Vec::new();
            for octet in std::io::BufReader::new(browser_in).bytes() {
                match octet.unwrap() {
                    0 => break,
                    octet => request.push(octet),
                }
            }
            let request: Value = serde_json::from_slice(&request).unwrap();
            assert_eq!(request["sessionId"], "s");
            let event = json!({"method": "Page.loadEventFired", "sessionId": "s", "params": {}});
            let answer = json!({"id": request["id"], "result": {"ok": 1}});
            write!(browser_out, "{event}\0{answer}\0").unwrap();
        });
        let answer = tools.call("s", "Page.enable", json!({}), SOON).unwrap();
        assert_eq!(answer["ok"], 1);
        assert_eq!(events.recv().unwrap().method, "Page.loadEventFired");
        browser.join().unwrap();
        assert!(events.recv().is_err());
        let late = tools.call("s", "Page.enable", json!({}), SOON);
        assert_eq!(late, Err(ended("Page.enable")));
    }
}
