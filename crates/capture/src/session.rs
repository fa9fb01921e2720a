//! What the browser tells while a page lives: which requests it made for whom, how they ended, what the page tried.
//!
//! A thread of its own answers at once, since frames and workers are held until the recorder watches them: enabling
//! comes before their first request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::devtools::{DevTools, Event, lock, text};
use crate::operations::Operations;
use crate::tabs::Tabs;
use crate::{Download, Ending};

/// How a request ended, as the browser told the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// It had not ended when the capture did.
    Open {},
    /// All of it arrived.
    Finished {},
    /// It failed, was blocked, or was given up.
    Failed {
        /// The browser's name of the error, such as `net::ERR_NAME_NOT_RESOLVED`.
        error: String,
        /// Why it was blocked, where it was.
        blocked: String,
        /// Given up by the page or by navigation.
        cancelled: bool,
    },
}

/// A request that the page, a frame or a worker made, seen by the browser's own tools. One request that is redirected
/// counts once for each hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Address.
    pub url: String,
    /// Method.
    pub method: String,
    /// What for: `Document`, `Image`, `Script`, …
    pub kind: String,
    /// Who asked: `page`, `iframe`, `worker`, `service_worker`, `shared_worker`.
    pub asked_by: String,
    /// Status; 0 when no response came.
    pub status: u16,
    /// Media type the browser took it for.
    pub media_type: String,
    /// The bytes did not come over the network: cache, service worker, or a `data:` address.
    pub not_from_network: bool,
    /// How it ended.
    pub outcome: Outcome,
}

impl Seen {
    /// It has not ended yet.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        matches!(self.outcome, Outcome::Open {})
    }
}

/// Where the main frame stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// The load event came.
    pub loaded: bool,
    /// Address of the main frame now.
    pub url: String,
    /// The browser's process of the page died.
    pub crashed: bool,
    /// The command channel is closed.
    pub ended: bool,
}

#[derive(Default)]
pub(crate) struct State {
    pub requests: Vec<Seen>,
    /// Requests under way, by the browser's id: place in `requests`.
    open: BTreeMap<String, usize>,
    pub load: Load,
    pub downloads: Vec<Download>,
    download_ids: Vec<String>,
    pub last: Option<Instant>,
    /// Tabs and windows.
    pub tabs: Tabs,
    /// Session of the page that is looked at: the one in front, where a person drives.
    main: String,
    /// The session of the page that was opened first.
    first: String,
    kinds: BTreeMap<String, String>,
    /// Targets watched through one session; a second session for the same target would count everything twice.
    targets: BTreeSet<String>,
    unheard: BTreeSet<String>,
    /// Streams that never end by themselves are not waited for.
    endless: usize,
    /// Why the capture is to end now.
    pub stop: Option<Ending>,
}

/// The watcher's state, shared with the recorder.
#[derive(Clone)]
pub(crate) struct Watched(Arc<(Mutex<State>, Condvar)>);

const BUFFERS: u64 = 64 << 20;

impl Watched {
    /// Starts watching; `main` is the session of the page itself.
    pub fn start(tools: &DevTools, events: Receiver<Event>, log: Operations) -> Self {
        let watched = Self(Arc::new((Mutex::new(State::default()), Condvar::new())));
        let (shared, tools) = (watched.clone(), tools.clone());
        std::thread::spawn(move || {
            for event in events {
                let twice = lock(&shared.0.0).take(&event, &log);
                answer(&tools, &event, twice, &log);
                shared.0.1.notify_all();
            }
            lock(&shared.0.0).load.ended = true;
            shared.0.1.notify_all();
        });
        watched
    }

    pub fn set_main(&self, target: &str, session: &str) {
        let mut state = lock(&self.0.0);
        state.main = session.to_owned();
        state.first = session.to_owned();
        state.targets.insert(target.to_owned());
        state.tabs.meet(target, session, "", false);
        state.kinds.insert(session.to_owned(), "page".to_owned());
    }

    /// Another page is looked at from now on.
    pub fn turn_to(&self, session: &str) {
        let mut state = lock(&self.0.0);
        session.clone_into(&mut state.main);
        if let Some((url, loaded)) = state.tabs.of(session).map(|t| (t.url.clone(), t.loaded)) {
            state.load.url = url;
            state.load.loaded = loaded;
        }
    }

    pub fn look<T>(&self, at: impl FnOnce(&State) -> T) -> T {
        at(&lock(&self.0.0))
    }

    pub fn change(&self, with: impl FnOnce(&mut State)) {
        with(&mut lock(&self.0.0));
    }

    /// Waits until `done` holds; false when `limit` passed first or the browser ended.
    pub fn wait(&self, limit: Duration, mut done: impl FnMut(&State) -> bool) -> bool {
        let until = Instant::now() + limit;
        let mut state = lock(&self.0.0);
        loop {
            if done(&state) {
                return true;
            }
            let now = Instant::now();
            if now >= until || state.load.ended || state.load.crashed || state.stop.is_some() {
                return false;
            }
            let step = (until - now).min(Duration::from_millis(50));
            state = self
                .0
                .1
                .wait_timeout(state, step)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

/// The commands that make a session watched. Their answers matter for the page itself only.
pub(crate) fn enabling() -> [(&'static str, Value); 4] {
    [
        (
            "Network.enable",
            // The bytes come from the log; the browser need not keep them a second time.
            json!({"maxTotalBufferSize": BUFFERS, "maxResourceBufferSize": BUFFERS >> 2}),
        ),
        ("Network.setCacheDisabled", json!({"cacheDisabled": true})),
        ("Page.enable", json!({})),
        ("Target.setAutoAttach", auto_attach()),
    ]
}

pub(crate) fn auto_attach() -> Value {
    json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true})
}

/// What must be answered at once: new frames and workers are watched and released; dialogs are closed.
fn answer(tools: &DevTools, event: &Event, twice: bool, log: &Operations) {
    match event.method.as_str() {
        "Target.attachedToTarget" if twice => {
            let session = &event.params["sessionId"];
            let release = json!({});
            let _ = tools.post(&text(session), "Runtime.runIfWaitingForDebugger", release);
            let _ = tools.post(
                &event.session,
                "Target.detachFromTarget",
                json!({ "sessionId": session }),
            );
        }
        "Target.attachedToTarget" => {
            let session = text(&event.params["sessionId"]);
            for (method, params) in enabling() {
                let _ = tools.post(&session, method, params);
            }
            // Not waited for: a held target answers only after it was released.
            let _ = tools.post(&session, "Runtime.runIfWaitingForDebugger", json!({}));
        }
        "Page.javascriptDialogOpening" => {
            let kind = text(&event.params["type"]);
            let leave = kind == "beforeunload";
            log.note(
                "dialog",
                json!({"kind": kind, "message": event.params["message"], "accepted": leave}),
            );
            let params = json!({ "accept": leave });
            let _ = tools.post(&event.session, "Page.handleJavaScriptDialog", params);
        }
        _ => {}
    }
}

impl State {
    /// Requests that the page still waits for.
    pub fn under_way(&self) -> usize {
        self.open.len().saturating_sub(self.endless)
    }

    /// Takes an event in; true for a second session to a target that is watched already.
    fn take(&mut self, event: &Event, log: &Operations) -> bool {
        if event.method == "Target.attachedToTarget" {
            return self.attached(&event.params, log);
        }
        if !self.unheard.contains(&event.session) {
            self.hear(event, log);
        }
        false
    }

    fn hear(&mut self, event: &Event, log: &Operations) {
        let p = &event.params;
        match event.method.as_str() {
            "Target.targetCrashed" | "Inspector.targetCrashed" => self.crashed(&event.session, log),
            "Target.detachedFromTarget" => self.tabs.closed(&text(&p["sessionId"])),
            "Page.loadEventFired" => self.loaded(&event.session, log),
            "Page.frameNavigated" => self.navigated(event, log),
            "Page.navigatedWithinDocument" => {
                if let Some(tab) = self.tabs.of(&event.session) {
                    let data = json!({"url": p["url"], "window": tab.number});
                    log.note("navigated-within-document", data);
                }
            }
            "Browser.downloadWillBegin" => self.download(p, log),
            "Browser.downloadProgress" => self.download_progress(p),
            method if method.starts_with("Network.") => self.network(method, event),
            _ => {}
        }
    }

    fn attached(&mut self, p: &Value, log: &Operations) -> bool {
        let info = &p["targetInfo"];
        let kind = text(&info["type"]);
        if p["sessionId"] == self.main.as_str() {
            return false;
        }
        // Parts of the browser's own window load from the browser itself. A tab that is empty does too, and is opened to go
        // somewhere.
        let url = text(&info["url"]);
        let is_tab = kind == "page" && !url.contains(".top-chrome");
        let own = url.starts_with("chrome://") && !is_tab;
        if own || !self.targets.insert(text(&info["targetId"])) {
            self.unheard.insert(text(&p["sessionId"]));
            return true;
        }
        self.kinds.insert(text(&p["sessionId"]), kind.clone());
        let mut data = json!({"kind": kind, "url": info["url"]});
        if is_tab {
            let (target, session) = (text(&info["targetId"]), text(&p["sessionId"]));
            let prepared = !text(&info["subtype"]).is_empty();
            let opener = text(&info["openerId"]);
            data["window"] = json!(self.tabs.meet(&target, &session, &opener, prepared));
        }
        log.note("attached", data);
        false
    }

    fn crashed(&mut self, session: &str, log: &Operations) {
        log.note("crash", json!({ "session": session }));
        // Without the page that was opened first a capture has nothing left to show; what that page opened may go.
        self.load.crashed |= session.is_empty() || session == self.first && session == self.main;
        if let Some(tab) = self.tabs.of_mut(session) {
            tab.crashed = true;
        }
    }

    fn loaded(&mut self, session: &str, log: &Operations) {
        let Some(tab) = self.tabs.of_mut(session) else {
            return;
        };
        tab.loaded = true;
        log.note("load-event", json!({"window": tab.number}));
        self.load.loaded |= session == self.main;
    }

    fn navigated(&mut self, event: &Event, log: &Operations) {
        let frame = &event.params["frame"];
        let Some(tab) = self.tabs.of_mut(&event.session) else {
            return;
        };
        let url = text(&frame["url"]);
        let main = frame["parentId"].is_null();
        let data = json!({"url": url, "main": main, "window": tab.number});
        log.note("frame-navigated", data);
        if main {
            tab.url.clone_from(&url);
            tab.crashed = false;
            // A page that comes back as it was left does not load.
            tab.loaded = event.params["type"] == "BackForwardCacheRestore";
            if event.session == self.main {
                self.load.url = url;
            }
        }
    }

    fn download(&mut self, p: &Value, log: &Operations) {
        let download = Download {
            url: text(&p["url"]),
            name: text(&p["suggestedFilename"]),
            state: "inProgress".to_owned(),
        };
        log.note(
            "download",
            json!({"url": download.url, "name": download.name}),
        );
        self.download_ids.push(text(&p["guid"]));
        self.downloads.push(download);
    }

    fn download_progress(&mut self, p: &Value) {
        let id = text(&p["guid"]);
        let place = self.download_ids.iter().position(|i| *i == id);
        if let Some(download) = place.and_then(|at| self.downloads.get_mut(at)) {
            download.state = text(&p["state"]);
        }
    }

    fn network(&mut self, method: &str, event: &Event) {
        self.last = Some(Instant::now());
        let p = &event.params;
        let id = text(&p["requestId"]);
        match method {
            "Network.requestWillBeSent" => self.sent(&id, event),
            "Network.responseReceived" => {
                if let Some(seen) = self.at(&id) {
                    response(seen, &p["response"]);
                }
                if p["response"]["mimeType"] == "text/event-stream" {
                    self.endless += 1;
                }
            }
            "Network.requestServedFromCache" => {
                if let Some(seen) = self.at(&id) {
                    seen.not_from_network = true;
                }
            }
            "Network.loadingFinished" => self.end(&id, Outcome::Finished {}),
            "Network.loadingFailed" => self.end(
                &id,
                Outcome::Failed {
                    error: text(&p["errorText"]),
                    blocked: text(&p["blockedReason"]),
                    cancelled: p["canceled"] == true,
                },
            ),
            "Network.webSocketCreated" => self.push(&id, p["url"].clone(), "WebSocket", event),
            "Network.webSocketClosed" => self.end(&id, Outcome::Finished {}),
            _ => {}
        }
    }

    fn sent(&mut self, id: &str, event: &Event) {
        let p = &event.params;
        if p["redirectResponse"].is_object() {
            if let Some(seen) = self.at(id) {
                response(seen, &p["redirectResponse"]);
            }
            self.end(id, Outcome::Finished {});
        }
        let kind = text(&p["type"]);
        self.push(id, p["request"]["url"].clone(), &kind, event);
        if let Some(seen) = self.at(id) {
            seen.method = text(&p["request"]["method"]);
        }
    }

    fn push(&mut self, id: &str, url: Value, kind: &str, event: &Event) {
        let url = text(&url);
        // What an empty tab shows comes from the browser itself.
        if url.starts_with("chrome:") || url.starts_with("chrome-untrusted:") {
            return;
        }
        // Their bytes stand in the address itself, or in the page that made them.
        let local = url.starts_with("data:") || url.starts_with("blob:");
        let asked_by = self.kinds.get(&event.session).cloned();
        self.open.insert(id.to_owned(), self.requests.len());
        if kind == "WebSocket" {
            self.endless += 1;
        }
        self.requests.push(Seen {
            url,
            method: "GET".to_owned(),
            kind: kind.to_owned(),
            asked_by: asked_by.unwrap_or_default(),
            status: 0,
            media_type: String::new(),
            not_from_network: local,
            outcome: Outcome::Open {},
        });
    }

    fn at(&mut self, id: &str) -> Option<&mut Seen> {
        let place = *self.open.get(id)?;
        self.requests.get_mut(place)
    }

    fn end(&mut self, id: &str, outcome: Outcome) {
        if let Some(seen) = self.at(id) {
            let endless = seen.kind == "WebSocket" || seen.media_type == "text/event-stream";
            seen.outcome = outcome;
            self.endless = self.endless.saturating_sub(usize::from(endless));
            self.open.remove(id);
        }
    }
}

fn response(seen: &mut Seen, response: &Value) {
    seen.status =
        u16::try_from(response["status"].as_u64().unwrap_or_default()).unwrap_or_default();
    seen.media_type = text(&response["mimeType"]);
    seen.not_from_network |= ["fromDiskCache", "fromServiceWorker", "fromPrefetchCache"]
        .iter()
        .any(|key| response[*key] == true);
}
