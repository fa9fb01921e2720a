//! A capture that a person drives, in a window: they go where they like, and fix a page when it shows what matters.
//!
//! Everything from the first address on is recorded as in any capture. Where a site asks for a sign-in, a
//! [`Visit::login`] comes before: a browser of its own, whose traffic is not kept and in whose film secrets are drawn
//! blank; it is closed, and the recording browser opens on the same profile and with the same cookies. What a page keeps
//! in `sessionStorage` ends with the first browser.
//!
//! A page may open another tab or window, or the person may: film and hand follow what is in front, and the operation log
//! says what was when. What cannot be followed is said, is a gap of the film, and cannot be fixed.
//!
//! Cookies go from the one browser to the other in memory. They stand in the requests that are recorded: the whole archive
//! is withheld, and the court's copy has them masked, as in any capture.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::Ending;
use crate::follow::{Follower, Front};
use crate::launch::{Extra, KEYS, NETLOG};
use crate::operations::wall;
use crate::page::Driver;
use crate::recording::{Driven, Plan, Process, Sinks, record_in};
use crate::screencast::{Film, Filmed};
use crate::seat::{Seat, Seating};
use crate::session::State;
use crate::workplace::Workplace;
use crate::{Audience, Browser, CaptureError, DevToolsError, Operations, Page, Recording, Seen};

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open an address.
    Goto(String),
    /// Take pictures and copies of what is shown, under this label.
    Fix(String),
    /// Put these words into the operation log.
    Note(String),
    /// The sign-in is done; recording begins.
    EndLogin,
    /// Leave the film out from now on. The network is recorded all the same: its log knows no pause.
    Pause,
    /// Film again.
    Resume,
    /// End the capture in order.
    Finish,
}

/// What a person is told meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// A request was made or changed its state; its number in the list.
    Request(usize, Seen),
    /// The sign-in has begun, or recording has.
    Recording(bool),
    /// A page was opened, with the browser's name of the error where it could not be.
    Opened(String, Option<String>),
    /// A page was fixed: its number, from 1.
    Fixed(usize),
    /// Another tab or window is in front now, or the one in front opened its first address.
    Front {
        /// Its number, in the order in which they were opened, from 1.
        window: usize,
        /// Its address; empty while nothing was opened in it.
        url: String,
        /// Film and hand follow it. Where they cannot, the film has a gap, and nothing is fixed.
        followed: bool,
    },
    /// A command does not fit here, or the browser refused it.
    Refused(String),
}

/// Who watches.
pub trait Live: Audience {
    /// Something happened.
    fn told(&mut self, told: Told) {
        let _ = told;
    }
}

/// A visit to a site.
#[derive(Debug, Clone)]
pub struct Visit {
    /// First address, bounds, film. `options.headed` gives the person a window.
    pub plan: Plan,
    /// Where somebody signs in first.
    pub login: Option<SignIn>,
    /// Film of the sign-in; secrets are drawn blank in it ([`Film::blank_secrets`]).
    pub login_film: Option<Film>,
}

/// A page as a person fixed it.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// What the person calls it.
    pub label: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Pictures and copies.
    pub page: Page,
}

/// A sign-in to come: what is printed of it is said beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Address that is opened for it.
    pub url: String,
    /// The account that will be signed in to.
    pub account: String,
    /// Who signs in: the applicant, their agent, the clerk.
    pub person: String,
}

/// A sign-in that took place, unrecorded.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// As it was asked for.
    pub asked: SignIn,
    /// Begin and end, RFC 3339 UTC.
    pub times: (String, String),
    /// Cookies taken over.
    pub cookies: usize,
    /// Its film.
    pub film: Option<Filmed>,
}

/// What a person did.
#[derive(Debug, Clone, Default)]
pub struct Visited {
    /// Pages fixed, in order.
    pub fixed: Vec<Fixed>,
    /// The sign-in before.
    pub login: Option<SignedIn>,
}

const STEP: Duration = Duration::from_millis(100);
const SOON: Duration = Duration::from_secs(20);
/// Why the film has a gap while a person does not want one.
const PAUSED: &str = "paused";

/// Does a visit; it ends with [`Command::Finish`], when `commands` is hung up, or when somebody closes the window.
///
/// # Errors
/// As [`crate::record`].
pub fn visit(
    browser: &Browser,
    visit: &Visit,
    sinks: Sinks,
    log: &Operations,
    commands: &Receiver<Command>,
    live: &mut dyn Live,
) -> Result<Recording, CaptureError> {
    let place = Workplace::make()?;
    let mut cookies = Value::Null;
    let mut given_up = false;
    let login = match &visit.login {
        Some(asked) => {
            live.told(Told::Recording(false));
            let heard = (commands, &mut *live);
            let (login, done) = sign_in(browser, visit, asked, (&place, log), heard, &mut cookies)?;
            given_up = !done;
            Some(login)
        }
        None => None,
    };
    live.told(Told::Recording(true));
    let live = RefCell::new(live);
    let mut fixed = Vec::new();
    let mut drive = |driver: &Driver<'_>| {
        let mut person = Person {
            driver,
            live: &live,
            film: visit.plan.film.as_ref(),
            follower: follow(driver),
            paused: false,
            fixed: &mut fixed,
            sent: Vec::new(),
        };
        Some(person.drive(&visit.plan.url, &cookies, commands))
    };
    let mut recording = record_in(
        &place,
        browser,
        &visit.plan,
        sinks,
        log,
        &mut Passing {
            live: &live,
            given_up,
        },
        &mut drive,
    )?;
    recording.visit = Some(Visited { fixed, login });
    Ok(recording)
}

/// Hands the recorder's words on.
struct Passing<'a, 'b> {
    live: &'a RefCell<&'b mut dyn Live>,
    /// The person ended the visit while they signed in: nothing is opened.
    given_up: bool,
}

impl Audience for Passing<'_, '_> {
    fn running(&mut self, browser: &Process) -> ControlFlow<()> {
        self.live.borrow_mut().running(browser)
    }

    fn step(&mut self, step: &str) -> ControlFlow<()> {
        match self.given_up {
            true => ControlFlow::Break(()),
            false => self.live.borrow_mut().step(step),
        }
    }
}

/// The unrecorded browser, until the person is done with it; false where they ended the visit in it.
fn sign_in(
    browser: &Browser,
    visit: &Visit,
    asked: &SignIn,
    (place, log): (&Workplace, &Operations),
    (commands, live): (&Receiver<Command>, &mut (dyn Live + '_)),
    cookies: &mut Value,
) -> Result<(SignedIn, bool), CaptureError> {
    let began = wall(OffsetDateTime::now_utc());
    let url = asked.url.as_str();
    log.note(
        "login-begin",
        json!({"account": asked.account, "person": asked.person, "url": url}),
    );
    let seating = Seating {
        browser,
        options: visit.plan.options.clone(),
        extra: Extra {
            accepted_key: visit.plan.accepted_key.clone(),
            names: visit.plan.names.clone(),
            extra_root: visit.plan.extra_root.clone(),
        },
        // What a page tells while somebody signs in is not kept.
        operations: Operations::begin(None),
        film: visit.login_film.clone(),
        first: None,
        log: false,
    };
    let mut seat = Seat::open(seating, place)?;
    let _ = seat.driver().navigate(url)?;
    let mut follower = follow(&seat.driver());
    let mut done = true;
    while !seat.has_ended() {
        follower
            .step()
            .into_iter()
            .for_each(|f| live.told(f.into()));
        match commands.recv_timeout(STEP) {
            Ok(Command::Goto(url)) if Plan::of(&url, visit.plan.options.clone()).is_ok() => {
                log.note("login-goto", json!({ "url": url }));
                match (follower.session(), seat.driver()) {
                    (Some(session), driver) => {
                        refusable(Driver { session, ..driver }.navigate(&url)).map(|_| ())?;
                    }
                    (None, _) => live.told(Told::Refused(url)),
                }
            }
            Ok(Command::Note(text)) => log.note("note", json!({ "text": text })),
            Ok(Command::EndLogin) => break,
            Ok(Command::Finish) | Err(RecvTimeoutError::Disconnected) => {
                done = false;
                break;
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
    }
    let kept = seat.tools.call("", "Storage.getCookies", json!({}), SOON);
    *cookies = kept
        .map(|mut answer| answer["cookies"].take())
        .unwrap_or_default();
    let _ = seat.close();
    for pipe in [NETLOG, KEYS] {
        let path = place.path().join(pipe);
        std::fs::remove_file(&path).map_err(|e| CaptureError::io(&path, &e))?;
    }
    let count = cookies.as_array().map_or(0, Vec::len);
    let film = visit.login_film.as_ref().map(Film::finish);
    let head = film.as_ref().map(|f| f.head.as_str());
    log.note("login-end", json!({"cookies": count, "film": head}));
    let login = SignedIn {
        asked: asked.clone(),
        times: (began, wall(OffsetDateTime::now_utc())),
        cookies: count,
        film,
    };
    Ok((login, done))
}

/// From the page of a driver on.
fn follow(driver: &Driver<'_>) -> Follower {
    Follower::begin(
        (driver.tools, driver.watched),
        driver.log,
        driver.film,
        (driver.session, driver.options.window),
    )
}

/// A page that was closed a moment ago refuses; the browser is there all the same.
fn refusable(
    opened: Result<Option<String>, DevToolsError>,
) -> Result<Option<String>, DevToolsError> {
    match opened {
        Err(DevToolsError::Refused { message, .. }) => Ok(Some(message)),
        other => other,
    }
}

impl From<Front> for Told {
    fn from(front: Front) -> Self {
        Self::Front {
            window: front.window,
            url: front.url,
            followed: front.followed,
        }
    }
}

/// The person at the recording browser.
struct Person<'a, 'b> {
    driver: &'a Driver<'a>,
    live: &'a RefCell<&'b mut dyn Live>,
    film: Option<&'a Film>,
    follower: Follower,
    /// The person paused the film.
    paused: bool,
    fixed: &'a mut Vec<Fixed>,
    /// The list of requests as told.
    sent: Vec<Seen>,
}

impl Person<'_, '_> {
    fn drive(&mut self, url: &str, cookies: &Value, commands: &Receiver<Command>) -> Driven {
        if cookies.is_array() {
            let params = json!({ "cookies": cookies });
            self.driver
                .tools
                .call("", "Storage.setCookies", params, SOON)?;
        }
        self.open(url)?;
        loop {
            self.tell_requests();
            self.look_around();
            if let Some(ending) = ended(self.driver) {
                return Ok((self.last(), ending));
            }
            match commands.recv_timeout(STEP) {
                Ok(Command::Finish) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(command) => self.obey(command)?,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        self.driver.log.note("finish", json!({}));
        Ok((self.last(), Ending::Closed {}))
    }

    fn obey(&mut self, command: Command) -> Result<(), DevToolsError> {
        let log = self.driver.log;
        match command {
            Command::Goto(url) => return self.open(&url),
            Command::Fix(label) => self.fix(label),
            Command::Note(text) => log.note("note", json!({ "text": text })),
            Command::Pause => {
                log.note("pause", json!({}));
                self.paused = true;
                self.film.iter().for_each(|film| film.pause(PAUSED));
            }
            Command::Resume => {
                log.note("resume", json!({}));
                self.paused = false;
                self.film.iter().for_each(|film| film.resume_from(PAUSED));
                if self.follower.session().is_none() {
                    self.follower.leave();
                }
            }
            Command::EndLogin | Command::Finish => self.tell(Told::Refused("end-login".to_owned())),
        }
        Ok(())
    }

    fn open(&self, url: &str) -> Result<(), DevToolsError> {
        if Plan::of(url, self.driver.options.clone()).is_err() {
            self.tell(Told::Refused(url.to_owned()));
            return Ok(());
        }
        let Some(driver) = self.front() else {
            self.tell(Told::Refused(url.to_owned()));
            return Ok(());
        };
        let error = refusable(driver.navigate(url))?;
        self.tell(Told::Opened(url.to_owned(), error));
        Ok(())
    }

    /// The tools at hand for the page in front; none where it cannot be reached.
    fn front(&self) -> Option<Driver<'_>> {
        let session = self.follower.session()?;
        Some(Driver {
            session,
            ..*self.driver
        })
    }

    /// Follows the window in front.
    fn look_around(&mut self) {
        if let Some(front) = self.follower.step() {
            self.go_on_pausing();
            self.tell(front.into());
        }
    }

    /// Where the film left a window that it could not show, a pause that the person asked for before goes on.
    fn go_on_pausing(&self) {
        if self.paused {
            self.film.iter().for_each(|film| film.pause(PAUSED));
        }
    }

    /// What is shown now, as it is: nothing is scrolled.
    fn fix(&mut self, label: String) {
        let live = self.live;
        self.follower
            .settle(|front| live.borrow_mut().told(front.into()));
        self.go_on_pausing();
        let window = self.follower.window();
        let Some(driver) = self.front() else {
            let data = json!({"label": label, "window": window});
            self.driver.log.note("fix-refused", data);
            self.tell(Told::Refused("fix".to_owned()));
            return;
        };
        let number = self.fixed.len() + 1;
        let data = json!({"label": label, "number": number, "window": window});
        driver.log.note("fix", data);
        let mut page = driver.watched.look(|s| Page {
            loaded: s.tabs.of(driver.session).is_some_and(|tab| tab.loaded),
            still: s.under_way() == 0,
            ..Page::default()
        });
        driver.look(&mut page);
        self.fixed.push(Fixed {
            label,
            at: wall(OffsetDateTime::now_utc()),
            page,
        });
        self.tell(Told::Fixed(number));
    }

    /// The page that stands for the capture: the one fixed last.
    fn last(&self) -> Option<Page> {
        self.fixed.last().map(|fixed| fixed.page.clone())
    }

    fn tell(&self, told: Told) {
        self.live.borrow_mut().told(told);
    }

    fn tell_requests(&mut self) {
        let now = self.driver.watched.look(|s| {
            // The list only grows, and its older part no longer changes much: the last thousand are compared.
            let from = self.sent.len().saturating_sub(1_000).min(s.requests.len());
            (from, s.requests.get(from..).unwrap_or_default().to_vec())
        });
        for (number, seen) in (now.0..).zip(now.1) {
            match self.sent.get_mut(number) {
                Some(old) if *old == seen => continue,
                Some(old) => old.clone_from(&seen),
                None => self.sent.push(seen.clone()),
            }
            self.tell(Told::Request(number, seen));
        }
    }
}

fn ended(driver: &Driver<'_>) -> Option<Ending> {
    let gone = |s: &State| (s.load.crashed || s.load.ended).then_some(Ending::BrowserEnded {});
    driver.watched.look(|s| s.stop.clone().or_else(|| gone(s)))
}
