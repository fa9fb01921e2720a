//! One capture from launch to the end of the browser.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use fidem_netlog::{Budget, Log, Reader};
use serde_json::json;

use crate::devtools::{DevTools, text};
use crate::interactive::{Fixed, Visited};
use crate::launch::{Extra, LogPipe, Running, launch};
use crate::operations::wall;
use crate::page::Driver;
use crate::screencast::{Film, Filmed, divert, parameters};
use crate::session::{Watched, auto_attach, enabling};
use crate::withheld::Sink;
use crate::workplace::Workplace;
use crate::{
    Browser, CaptureError, DevToolsError, Deviation, Download, Ending, Operations, Options, Page,
    Seen, sandbox,
};

/// Where what is withheld goes: encrypted files, or nowhere in a self-test.
pub struct Sinks {
    /// The browser's log.
    pub netlog: Box<dyn Sink>,
    /// TLS session keys, NSS key log format.
    pub keys: Box<dyn Sink>,
}

/// What is captured, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The address as asked for.
    pub url: String,
    /// Bounds.
    pub options: Options,
    /// A root certificate for this run alone.
    pub extra_root: Option<PathBuf>,
    /// Base64 of the SHA-256 of a server key that is accepted whatever its certificate; the self-test's own server.
    pub accepted_key: Option<String>,
    /// Rule that directs host names; replay and self-test.
    pub names: Option<String>,
    /// A film of the page is made meanwhile.
    pub film: Option<Film>,
    /// In place of the address: pages opened one after the other, each until its title is as given. The self-test.
    pub(crate) tour: Vec<(String, String)>,
}

impl Plan {
    /// The plain capture of an address.
    ///
    /// # Errors
    /// [`CaptureError::Address`] for anything but http and https.
    pub fn of(url: &str, options: Options) -> Result<Self, CaptureError> {
        let url = url.trim();
        let schemes = ["http://", "https://"];
        let lower = url.to_ascii_lowercase();
        let named = schemes
            .iter()
            .any(|s| lower.starts_with(s) && lower.len() > s.len());
        if !named || url.chars().any(char::is_control) {
            return Err(CaptureError::Address {
                address: url.to_owned(),
            });
        }
        Ok(Self {
            url: url.to_owned(),
            options,
            extra_root: None,
            accepted_key: None,
            names: None,
            film: None,
            tour: Vec::new(),
        })
    }

    /// The host of an address, without port, as the browser's log names it.
    #[must_use]
    pub fn host_of(url: &str) -> String {
        let parsed = url::Url::parse(url).ok();
        let host = parsed
            .as_ref()
            .and_then(|u| u.host_str())
            .unwrap_or_default();
        host.trim_matches(['[', ']']).to_owned()
    }
}

/// Who is told how a capture goes, and may stop it.
pub trait Audience {
    /// The browser runs and shows an empty page; nothing was asked for yet. What is to be examined of the machine and of
    /// this very process is examined now. `Break` ends the capture before it began.
    fn running(&mut self, browser: &Process) -> ControlFlow<()> {
        let _ = browser;
        ControlFlow::Continue(())
    }

    /// A step is begun: `launch`, `open`, `look`, `close`. `Break` ends the capture there.
    fn step(&mut self, step: &str) -> ControlFlow<()> {
        let _ = step;
        ControlFlow::Continue(())
    }
}

/// The browser as a process, while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its profile.
    pub profile: PathBuf,
    /// When that was made, empty: Unix milliseconds.
    pub profile_made: i64,
    /// Its arguments after the program's name.
    pub line: Vec<String>,
    /// Its whole environment.
    pub environment: BTreeMap<String, String>,
    /// In what this run deviates.
    pub deviations: Vec<Deviation>,
}

/// A capture as recorded.
#[derive(Debug)]
pub struct Recording {
    /// The address as asked for.
    pub url: String,
    /// The browser.
    pub browser: Browser,
    /// What it says its user agent is.
    pub user_agent: String,
    /// Its arguments after the program's name.
    pub line: Vec<String>,
    /// Its whole environment.
    pub environment: Vec<(String, String)>,
    /// The user it ran as, where another than ours.
    pub user: Option<u32>,
    /// In what it deviated.
    pub deviations: Vec<Deviation>,
    /// Begin and end, RFC 3339 UTC with milliseconds, by the device's clock.
    pub times: (String, String),
    /// How far the device's clock was set meanwhile, milliseconds.
    pub clock_step_ms: i64,
    /// How it ended.
    pub ending: Ending,
    /// What its log says of the network.
    pub log: Log,
    /// What its tools said of the page's requests.
    pub seen: Vec<Seen>,
    /// Files offered.
    pub downloads: Vec<Download>,
    /// The page; none where nothing was shown.
    pub page: Option<Page>,
    /// What a person did, where one drove the browser.
    pub visit: Option<Visited>,
    /// The film, where one was made; the digest of its chain stands in the operation log.
    pub film: Option<Filmed>,
    /// The operation log, JSON Lines.
    pub operations: Vec<u8>,
    /// Bounds it ran under.
    pub options: Options,
}

impl Recording {
    /// Pages that a person fixed, in order.
    #[must_use]
    pub fn fixed(&self) -> &[Fixed] {
        self.visit.as_ref().map_or(&[], |visit| &visit.fixed)
    }
}

const SOON: Duration = Duration::from_secs(20);
/// How long one page of a tour may take.
const TOUR: Duration = Duration::from_secs(90);

/// Captures one address. A page that cannot be opened, a crash, a limit are no errors: they are how the recording ended.
///
/// # Errors
/// [`CaptureError::Launch`], [`CaptureError::Io`]. A log that cannot be read to its end is cut, and said to be.
pub fn record(
    browser: &Browser,
    plan: &Plan,
    sinks: Sinks,
    log: &Operations,
    audience: &mut dyn Audience,
) -> Result<Recording, CaptureError> {
    record_in(
        &Workplace::make()?,
        browser,
        plan,
        sinks,
        log,
        audience,
        &mut |_| None,
    )
}

/// How somebody else than the plan drove the browser: the page that stands for the capture, and how it ended.
pub(crate) type Driven = Result<(Option<Page>, Ending), DevToolsError>;

/// As [`record`], in a folder that may have been lived in; `drive` does what is done with the page, or leaves it to the
/// plan.
pub(crate) fn record_in(
    place: &Workplace,
    browser: &Browser,
    plan: &Plan,
    sinks: Sinks,
    log: &Operations,
    audience: &mut dyn Audience,
    drive: &mut dyn FnMut(&Driver<'_>) -> Option<Driven>,
) -> Result<Recording, CaptureError> {
    let began = wall(time::OffsetDateTime::now_utc());
    let extra = Extra {
        accepted_key: plan.accepted_key.clone(),
        names: plan.names.clone(),
        extra_root: plan.extra_root.clone(),
    };
    log.note(
        "launch",
        json!({"browser": browser.version, "sha256": browser.sha256}),
    );
    let running = launch(browser, &plan.options, &extra, place)?;
    let mut run = Run::begin(running, plan, sinks, log);
    let (page, ending) = run.go(place, audience, drive);
    let told = run
        .watched
        .look(|s| (s.requests.clone(), s.downloads.clone()));
    log.note("end", json!({"ending": ending}));
    let fed = run.close();
    let film = plan.film.as_ref().map(Film::finish);
    if let Some(film) = &film {
        log.note("film", json!({"files": film.files, "gaps": film.gaps, "head": film.head, "problem": film.problem}));
    }
    let ending = fed.problem.unwrap_or(ending);
    Ok(Recording {
        url: plan.url.clone(),
        browser: browser.clone(),
        user_agent: std::mem::take(&mut run.user_agent),
        line: std::mem::take(&mut run.line),
        environment: std::mem::take(&mut run.environment),
        user: place.user.map(|u| u.uid),
        deviations: std::mem::take(&mut run.deviations),
        times: (began, wall(time::OffsetDateTime::now_utc())),
        clock_step_ms: log.clock_step_ms(),
        ending,
        log: fed.log,
        seen: told.0,
        downloads: told.1,
        page,
        visit: None,
        film,
        operations: log.lines(),
        options: plan.options.clone(),
    })
}

/// A run under way.
struct Run<'a> {
    child: Child,
    tools: DevTools,
    watched: Watched,
    log: &'a Operations,
    plan: &'a Plan,
    feeder: Option<JoinHandle<Fed>>,
    copier: Option<JoinHandle<()>>,
    guards: Vec<std::fs::File>,
    line: Vec<String>,
    environment: Vec<(String, String)>,
    deviations: Vec<Deviation>,
    user_agent: String,
}

impl<'a> Run<'a> {
    fn begin(running: Running, plan: &'a Plan, sinks: Sinks, log: &'a Operations) -> Self {
        let (tools, events) = DevTools::new(running.to_browser, running.from_browser);
        let events = match &plan.film {
            Some(film) => divert(&tools, events, film.clone()),
            None => events,
        };
        let watched = Watched::start(&tools, events, log.clone());
        let LogPipe { reader, guard } = running.netlog;
        let keys = running.keys;
        let limit = plan.options.payload;
        let shared = watched.clone();
        let feeder = std::thread::spawn(move || feed(reader, sinks.netlog, limit, &shared));
        let copier = std::thread::spawn(move || copy(keys.reader, sinks.keys));
        Self {
            child: running.child,
            tools,
            watched,
            log,
            plan,
            feeder: Some(feeder),
            copier: Some(copier),
            guards: vec![guard, keys.guard],
            line: running.line,
            environment: running.environment.into_iter().collect(),
            deviations: running.deviations,
            user_agent: String::new(),
        }
    }

    fn go(
        &mut self,
        place: &Workplace,
        audience: &mut dyn Audience,
        drive: &mut dyn FnMut(&Driver<'_>) -> Option<Driven>,
    ) -> (Option<Page>, Ending) {
        match self.steps(place, audience, drive) {
            Ok(done) => done,
            Err(error) => {
                self.log
                    .note("command-failed", json!({"error": error.to_string()}));
                (None, self.stopped().unwrap_or(Ending::BrowserEnded {}))
            }
        }
    }

    fn steps(
        &mut self,
        place: &Workplace,
        audience: &mut dyn Audience,
        drive: &mut dyn FnMut(&Driver<'_>) -> Option<Driven>,
    ) -> Result<(Option<Page>, Ending), CaptureError> {
        if audience.step("launch").is_break() {
            return Ok((None, Ending::Stopped {}));
        }
        let session = self.prepare(&place.downloads())?;
        let driver = Driver {
            tools: &self.tools,
            session: &session,
            watched: &self.watched,
            log: self.log,
            options: &self.plan.options,
            film: self.plan.film.as_ref(),
        };
        if sandbox::is_missing(self.child.id()) {
            self.deviations.push(Deviation::NoSandbox {});
        }
        let process = Process {
            pid: self.child.id(),
            profile: place.profile(),
            profile_made: place.made,
            line: self.line.clone(),
            environment: self.environment.iter().cloned().collect(),
            deviations: self.deviations.clone(),
        };
        if audience.running(&process).is_break() || audience.step("open").is_break() {
            return Ok((None, Ending::Stopped {}));
        }
        if let Some(driven) = drive(&driver) {
            return Ok(driven?);
        }
        if !self.plan.tour.is_empty() {
            return Ok((None, self.tour(&driver)?));
        }
        let error = driver.navigate(&self.plan.url)?;
        if let Some(error) = error {
            // A navigation that turned into a download is told to have been aborted, and the download a moment later.
            let aborted = error == "net::ERR_ABORTED";
            let moment = Duration::from_millis(if aborted { 3000 } else { 0 });
            if self.watched.wait(moment, |s| !s.downloads.is_empty()) {
                self.await_downloads();
                return Ok((None, self.stopped().unwrap_or(Ending::Downloaded {})));
            }
            let mut page = Page::default();
            driver.look(&mut page);
            return Ok((
                Some(page),
                self.stopped().unwrap_or(Ending::NotOpened { error }),
            ));
        }
        if audience.step("look").is_break() {
            self.watched.change(|s| s.stop = Some(Ending::Stopped {}));
        }
        let page = driver.fix();
        let _ = audience.step("close");
        Ok((Some(page), self.stopped().unwrap_or(Ending::Closed {})))
    }

    /// A page of its own whose requests are all watched before the first is made.
    fn prepare(&mut self, downloads: &Path) -> Result<String, CaptureError> {
        let call =
            |session: &str, method: &str, params| self.tools.call(session, method, params, SOON);
        let version = call("", "Browser.getVersion", json!({}))?;
        call(
            "",
            "Browser.setDownloadBehavior",
            json!({
                "behavior": "allowAndName",
                "downloadPath": downloads.display().to_string(),
                "eventsEnabled": true,
            }),
        )?;
        let target = call("", "Target.createTarget", json!({"url": "about:blank"}))?;
        let id = &target["targetId"];
        let attach = json!({"targetId": id, "flatten": true});
        let attached = call("", "Target.attachToTarget", attach)?;
        let session = text(&attached["sessionId"]);
        self.watched.set_main(&text(id), &session);
        // Each answer is waited for: what was not yet enabled when the page changed process is lost without a word.
        for (method, params) in enabling() {
            call(&session, method, params)?;
        }
        call("", "Target.setAutoAttach", auto_attach())?;
        self.watched.change(|s| s.load.loaded = false);
        if let Some(film) = &self.plan.film {
            film.of(&session);
            call(
                &session,
                "Page.startScreencast",
                parameters(self.plan.options.window),
            )?;
        }
        self.user_agent = text(&version["userAgent"]);
        self.log.note(
            "browser",
            json!({"product": version["product"], "user_agent": self.user_agent}),
        );
        Ok(session)
    }

    /// Opens pages that tell by their title when they are done.
    fn tour(&self, driver: &Driver<'_>) -> Result<Ending, CaptureError> {
        for (url, title) in &self.plan.tour {
            if let Some(error) = driver.navigate(url)? {
                return Ok(Ending::NotOpened { error });
            }
            let until = Instant::now() + TOUR;
            while driver.title()? != *title {
                if let Some(ending) = self.stopped() {
                    return Ok(ending);
                }
                if Instant::now() >= until {
                    return Ok(Ending::Stopped {});
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Ok(Ending::Closed {})
    }

    fn await_downloads(&self) {
        let limit = self.plan.options.load();
        self.watched.wait(limit, |s| {
            s.downloads.iter().all(|d| d.state != "inProgress")
        });
    }

    fn stopped(&self) -> Option<Ending> {
        let crashed = |s: &crate::session::State| {
            (s.load.crashed || s.load.ended).then_some(Ending::BrowserEnded {})
        };
        self.watched.look(|s| s.stop.clone().or_else(|| crashed(s)))
    }

    /// Closes the browser in order, or ends it; then the logs' last octets are read.
    fn close(&mut self) -> Fed {
        let _ = self.tools.post("", "Browser.close", json!({}));
        let until = Instant::now() + SOON;
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() >= until {
                let _ = self.child.kill();
                let _ = self.child.wait();
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.guards.clear();
        if let Some(copier) = self.copier.take() {
            let _ = copier.join();
        }
        let fed = self.feeder.take().and_then(|feeder| feeder.join().ok());
        fed.unwrap_or_else(|| Fed {
            log: nothing(),
            problem: Some(Ending::Interrupted {}),
        })
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// What came of reading the log.
struct Fed {
    log: Log,
    problem: Option<Ending>,
}

/// Reads the log while it is written: into the encrypted file, and into the reader. Neither failing stops the other.
fn feed(mut from: impl Read, sink: Box<dyn Sink>, limit: u64, watched: &Watched) -> Fed {
    let mut reader = Reader::new(budget(limit));
    let mut sink = Some(sink);
    let (mut problem, mut failed) = (None, None);
    let stop = |ending: &Ending| watched.change(|s| s.stop = Some(ending.clone()));
    let mut piece = vec![0; 1 << 18];
    while let Ok(read) = from.read(&mut piece) {
        let octets = piece.get(..read).unwrap_or_default();
        if octets.is_empty() {
            break;
        }
        if let Some(Err(error)) = sink.as_mut().map(|s| s.write_all(octets)) {
            sink = None;
            problem = Some(not_written(&error));
            problem.iter().for_each(&stop);
        }
        if failed.is_none() {
            failed = reader.feed(octets).err();
            if let Some(fidem_netlog::NetLogError::Budget { .. }) = &failed {
                let ending = Ending::PayloadLimit { limit };
                stop(&ending);
                problem.get_or_insert(ending);
            }
        }
    }
    let finished = sink.map(Sink::finish);
    if let Some(Err(error)) = finished {
        problem.get_or_insert(not_written(&error));
    }
    // After a line that cannot be read, what stands before it is kept, and the log counts as cut. A browser that ended
    // before its first line leaves a log of nothing.
    let log = reader.finish().unwrap_or_else(|_| nothing());
    Fed { log, problem }
}

pub(crate) fn nothing() -> Log {
    Log {
        cut: true,
        ..Log::default()
    }
}

pub(crate) fn budget(payload: u64) -> Budget {
    Budget {
        payload: usize::try_from(payload).unwrap_or(usize::MAX),
        ..Budget::default()
    }
}

fn not_written(error: &std::io::Error) -> Ending {
    Ending::NotWritten {
        reason: error.to_string(),
        full: error.kind() == std::io::ErrorKind::StorageFull,
    }
}

fn copy(mut from: impl Read, mut into: Box<dyn Sink>) {
    let _ = std::io::copy(&mut from, &mut into);
    let _ = into.finish();
}
