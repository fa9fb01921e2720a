//! A browser whose traffic is not kept: one that shows an archive, or one in which a person signs in before recording
//! begins. It is started as the recorder's is.

use std::io::Read;
use std::process::Child;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use fidem_netlog::{Budget, Log, Reader};
use serde_json::{Value, json};

use crate::devtools::{DevTools, text};
use crate::launch::{Extra, launch};
use crate::page::Driver;
use crate::screencast::{Film, divert, parameters};
use crate::session::{Watched, auto_attach, enabling};
use crate::workplace::Workplace;
use crate::{Browser, CaptureError, DevToolsError, Operations, Options};

const SOON: Duration = Duration::from_secs(20);

/// How such a browser is started.
pub(crate) struct Seating<'a> {
    pub browser: &'a Browser,
    pub options: Options,
    pub extra: Extra,
    pub operations: Operations,
    /// A film of it, in which secrets are drawn blank.
    pub film: Option<Film>,
    /// What its first tab shows, where the page has one made for itself.
    pub first: Option<String>,
    /// Whether its log is read, in memory, so that it can be said with whom it had to do.
    pub log: bool,
}

/// A browser that is open. It is ended when the value is dropped.
pub(crate) struct Seat {
    pub child: Child,
    pub tools: DevTools,
    pub watched: Watched,
    session: String,
    operations: Operations,
    options: Options,
    film: Option<Film>,
    log: Option<JoinHandle<Option<Log>>>,
    guards: Vec<std::fs::File>,
}

impl Seat {
    pub fn open(seating: Seating<'_>, place: &Workplace) -> Result<Self, CaptureError> {
        let running = launch(seating.browser, &seating.options, &seating.extra, place)?;
        let (tools, events) = DevTools::new(running.to_browser, running.from_browser);
        let events = match &seating.film {
            Some(film) => divert(&tools, events, film.clone()),
            None => events,
        };
        let watched = Watched::start(&tools, events, seating.operations.clone());
        let (netlog, mut keys) = (running.netlog, running.keys);
        std::thread::spawn(move || std::io::copy(&mut keys.reader, &mut std::io::sink()));
        let mut seat = Self {
            child: running.child,
            tools,
            watched,
            session: String::new(),
            operations: seating.operations,
            options: seating.options,
            film: seating.film,
            log: Some(std::thread::spawn(move || read(netlog.reader, seating.log))),
            guards: vec![netlog.guard, keys.guard],
        };
        if let Some(first) = &seating.first {
            seat.show_first(first)?;
        }
        seat.prepare(&place.downloads().display().to_string())?;
        Ok(seat)
    }

    fn call(&self, session: &str, method: &str, params: Value) -> Result<Value, DevToolsError> {
        self.tools.call(session, method, params, SOON)
    }

    fn show_first(&self, url: &str) -> Result<(), DevToolsError> {
        let targets = self.call("", "Target.getTargets", json!({}))?;
        let blank = |t: &&Value| t["type"] == "page" && t["url"] == "about:blank";
        let Some(first) = targets["targetInfos"]
            .as_array()
            .and_then(|all| all.iter().find(blank))
        else {
            return Ok(());
        };
        let attach = json!({"targetId": first["targetId"], "flatten": true});
        let attached = self.call("", "Target.attachToTarget", attach)?;
        self.call(
            &text(&attached["sessionId"]),
            "Page.navigate",
            json!({ "url": url }),
        )?;
        Ok(())
    }

    /// The page has a target made as the recorder makes it: it then has the same size.
    fn prepare(&mut self, downloads: &str) -> Result<(), DevToolsError> {
        let behaviour = json!({"behavior": "allowAndName", "downloadPath": downloads});
        self.call("", "Browser.setDownloadBehavior", behaviour)?;
        let id = self.call("", "Target.createTarget", json!({"url": "about:blank"}))?["targetId"]
            .clone();
        let attached = self.call(
            "",
            "Target.attachToTarget",
            json!({"targetId": id, "flatten": true}),
        )?;
        self.session = text(&attached["sessionId"]);
        self.watched.set_main(&text(&id), &self.session);
        for (method, params) in enabling() {
            self.call(&self.session, method, params)?;
        }
        self.call("", "Target.setAutoAttach", auto_attach())?;
        if let Some(film) = &self.film {
            film.of(&self.session);
            if let Some((method, params)) = film.blanking() {
                self.call(&self.session, method, params)?;
            }
            self.call(
                &self.session,
                "Page.startScreencast",
                parameters(self.options.window),
            )?;
        }
        Ok(())
    }

    pub fn driver(&self) -> Driver<'_> {
        Driver {
            tools: &self.tools,
            session: &self.session,
            watched: &self.watched,
            log: &self.operations,
            options: &self.options,
            film: self.film.as_ref(),
        }
    }

    /// Runs an expression among the page's own scripts.
    pub fn evaluate(&self, expression: &str) -> Result<Value, DevToolsError> {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call(&self.session, "Runtime.evaluate", params)?;
        Ok(answer["result"]["value"].clone())
    }

    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Closes it in order, or ends it; then its log, where it was read.
    pub fn close(&mut self) -> Option<Log> {
        let _ = self.tools.post("", "Browser.close", json!({}));
        let until = Instant::now() + SOON;
        while !self.has_ended() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.end();
        self.log()
    }

    /// The log of a browser that has ended.
    pub fn log(&mut self) -> Option<Log> {
        self.guards.clear();
        self.log.take().and_then(|log| log.join().ok().flatten())
    }

    fn end(&mut self) {
        if !self.has_ended() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads the log while it is written; from the first line that cannot be read on it counts as cut.
fn read(mut from: impl Read, wanted: bool) -> Option<Log> {
    if !wanted {
        let _ = std::io::copy(&mut from, &mut std::io::sink());
        return None;
    }
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
    Some(log)
}
