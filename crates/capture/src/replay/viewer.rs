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
use crate::page::Driver;
use crate::session::{Watched, auto_attach, enabling};
use crate::workplace::Workplace;
use crate::{Browser, CaptureError, DevToolsError, Operations, Options};

const SOON: Duration = Duration::from_secs(20);

/// A viewing browser that is open. It is ended when the value is dropped.
pub struct Viewer {
    child: Child,
    tools: DevTools,
    session: String,
    watched: Watched,
    operations: Operations,
    options: Options,
    not_opened: Option<String>,
    log: Option<JoinHandle<Log>>,
    guards: Vec<std::fs::File>,
    _place: Workplace,
}

impl Viewer {
    pub(super) fn open(replaying: &Replaying, browser: &Browser, headed: bool) -> Result<Self, CaptureError> {
        let options = Options {
            window: replaying.stated.window,
            scroll_pixels: replaying.stated.scroll_pixels,
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
        // A log of the steps that nobody keeps.
        let operations = Operations::begin(None);
        let watched = Watched::start(&tools, events, operations.clone());
        let (netlog, mut keys) = (running.netlog, running.keys);
        std::thread::spawn(move || std::io::copy(&mut keys.reader, &mut std::io::sink()));
        let mut viewer = Self {
            child: running.child,
            tools,
            session: String::new(),
            watched,
            operations,
            options,
            not_opened: None,
            log: Some(std::thread::spawn(move || read(netlog.reader))),
            guards: vec![netlog.guard, keys.guard],
            _place: place,
        };
        viewer.go(replaying, headed)?;
        Ok(viewer)
    }

    /// In a window the page that says what is shown stands in the first tab. The archived page has one made as the recorder
    /// makes it: it then has the same size.
    fn go(&mut self, replaying: &Replaying, headed: bool) -> Result<(), DevToolsError> {
        let call = |session: &str, method: &str, params| self.tools.call(session, method, params, SOON);
        if headed {
            let targets = call("", "Target.getTargets", json!({}))?;
            let blank = |t: &&Value| t["type"] == "page" && t["url"] == "about:blank";
            let first = targets["targetInfos"].as_array().and_then(|all| all.iter().find(blank));
            if let Some(first) = first {
                let attach = json!({"targetId": first["targetId"], "flatten": true});
                let attached = call("", "Target.attachToTarget", attach)?;
                let front = json!({"url": replaying.url()});
                call(&text(&attached["sessionId"]), "Page.navigate", front)?;
            }
        }
        let id = call("", "Target.createTarget", json!({"url": "about:blank"}))?["targetId"].clone();
        let attached = call("", "Target.attachToTarget", json!({"targetId": id, "flatten": true}))?;
        let session = text(&attached["sessionId"]);
        self.watched.set_main(&text(&id), &session);
        for (method, params) in enabling() {
            call(&session, method, params)?;
        }
        call("", "Target.setAutoAttach", auto_attach())?;
        self.session = session;
        self.not_opened = self.driver().navigate(replaying.archived_url())?;
        Ok(())
    }

    /// The browser's name of the error, where the page could not be opened.
    #[must_use]
    pub fn not_opened(&self) -> Option<&str> {
        self.not_opened.as_deref()
    }

    pub(super) fn driver(&self) -> Driver<'_> {
        Driver {
            tools: &self.tools,
            session: &self.session,
            watched: &self.watched,
            log: &self.operations,
            options: &self.options,
            film: None,
        }
    }

    /// Addresses that the page, its frames and its workers asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        self.watched.look(|s| s.requests.iter().map(|r| r.url.clone()).collect())
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
