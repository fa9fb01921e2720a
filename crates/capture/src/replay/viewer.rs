//! A browser that sees nothing but an archive.

use std::io::Read;
use std::process::Child;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use fidem_netlog::{Budget, Log, Reader};
use serde_json::{Value, json};

use super::{Contacts, Replaying};
use crate::devtools::{DevTools, text};
use crate::launch::{Extra, launch};
use crate::workplace::Workplace;
use crate::{Browser, CaptureError, DevToolsError, Options};

const SOON: Duration = Duration::from_secs(20);

/// A viewing browser that is open. It is ended when the value is dropped.
pub struct Viewer {
    child: Child,
    tools: DevTools,
    session: String,
    log: Option<JoinHandle<Log>>,
    guards: Vec<std::fs::File>,
    _place: Workplace,
}

impl Viewer {
    pub(super) fn open(replaying: &Replaying, browser: &Browser, headed: bool) -> Result<Self, CaptureError> {
        let options = Options {
            window: replaying.stated.window,
            headed,
            ..Options::default()
        };
        let extra = Extra {
            accepted_key: Some(replaying.accepted_key()),
            names: Some(replaying.rules()),
            ..Extra::default()
        };
        let place = Workplace::make()?;
        let running = launch(browser, &options, &extra, &place)?;
        let (tools, events) = DevTools::new(running.to_browser, running.from_browser);
        std::thread::spawn(move || events.into_iter().for_each(drop));
        let (netlog, mut keys) = (running.netlog, running.keys);
        std::thread::spawn(move || std::io::copy(&mut keys.reader, &mut std::io::sink()));
        let mut viewer = Self {
            child: running.child,
            tools,
            session: String::new(),
            log: Some(std::thread::spawn(move || read(netlog.reader))),
            guards: vec![netlog.guard, keys.guard],
            _place: place,
        };
        viewer.go(replaying, headed)?;
        Ok(viewer)
    }

    /// In a window the page that says what is shown stands in a tab of its own.
    fn go(&mut self, replaying: &Replaying, headed: bool) -> Result<(), DevToolsError> {
        let call = |session: &str, method: &str, params| self.tools.call(session, method, params, SOON);
        if headed {
            call("", "Target.createTarget", json!({"url": replaying.url(), "background": true}))?;
        }
        let targets = call("", "Target.getTargets", json!({}))?;
        let blank = |t: &&Value| t["type"] == "page" && t["url"] == "about:blank";
        let open = targets["targetInfos"].as_array().and_then(|all| all.iter().find(blank));
        let id = match open {
            Some(target) => target["targetId"].clone(),
            None => call("", "Target.createTarget", json!({"url": "about:blank"}))?["targetId"].clone(),
        };
        let attached = call("", "Target.attachToTarget", json!({"targetId": id, "flatten": true}))?;
        let session = text(&attached["sessionId"]);
        call(&session, "Page.navigate", json!({"url": replaying.archived_url()}))?;
        self.session = session;
        Ok(())
    }

    /// Runs an expression in the archived page: for tests and checks.
    ///
    /// # Errors
    /// [`DevToolsError`].
    pub fn evaluate(&self, expression: &str) -> Result<Value, DevToolsError> {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.tools.call(&self.session, "Runtime.evaluate", params, SOON)?;
        Ok(answer["result"]["value"].clone())
    }

    /// Whether somebody closed it.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until somebody closes the window, and reads its log.
    #[must_use]
    pub fn wait(mut self) -> Contacts {
        let _ = self.child.wait();
        self.contacts()
    }

    /// Closes it, and reads its log.
    #[must_use]
    pub fn close(mut self) -> Contacts {
        let _ = self.tools.post("", "Browser.close", json!({}));
        let until = Instant::now() + SOON;
        while !self.has_ended() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.end();
        self.contacts()
    }

    fn end(&mut self) {
        if !self.has_ended() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    fn contacts(&mut self) -> Contacts {
        self.guards.clear();
        let log = self.log.take().and_then(|log| log.join().ok());
        log.map(|log| Contacts::of(&log)).unwrap_or_default()
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads the log while it is written; from the first line that cannot be read on it counts as cut.
fn read(mut from: impl Read) -> Log {
    let mut reader = Reader::new(Budget::default());
    let mut failed = false;
    let mut piece = vec![0; 1 << 18];
    while let Ok(length) = from.read(&mut piece) {
        let octets = piece.get(..length).unwrap_or_default();
        if octets.is_empty() {
            break;
        }
        failed = failed || reader.feed(octets).is_err();
    }
    let mut log = reader.finish().unwrap_or_default();
    log.cut |= failed;
    log
}
