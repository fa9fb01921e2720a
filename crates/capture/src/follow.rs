//! Which tab or window is in front, and that film and hand follow it.
//!
//! The browser does not tell which of its windows a person looks at. Each page is asked, in a world of ours that its
//! scripts cannot reach, whether it shows and whether it has the focus. In front is what was opened or activated last;
//! when it closes, what opened it. A person who turns to a window of another program leaves the last one in front.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::DevToolsError;
use crate::devtools::DevTools;
use crate::operations::Operations;
use crate::screencast::{Film, parameters};
use crate::session::Watched;
use crate::tabs::Tab;

/// Why the film has a gap while a window is in front that cannot be filmed.
pub(crate) const OTHER_WINDOW: &str = "other-window";

const SOON: Duration = Duration::from_secs(5);
/// A page that was opened and does not answer within this counts as opened in front.
const SILENT: Duration = Duration::from_secs(2);
/// When the one in front closes, the others have so long to say that they show.
const UNDECIDED: Duration = Duration::from_millis(500);
/// So long the pages are asked before one of them is fixed.
const SETTLED: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(20);
const ASKED: &str = "[document.visibilityState === 'visible', document.hasFocus()]";

/// What is in front now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Front {
    /// Its number.
    pub window: usize,
    /// Its address; empty while nothing was opened in it.
    pub url: String,
    /// Film and hand follow it.
    pub followed: bool,
}

/// Follows the window in front.
pub(crate) struct Follower {
    tools: DevTools,
    watched: Watched,
    log: Operations,
    film: Option<Film>,
    window: (u32, u32),
    sights: BTreeMap<usize, Sight>,
    /// What was in front, the last one last.
    past: Vec<usize>,
    /// What opened the one in front.
    opener: Option<usize>,
    followed: bool,
    tried: Instant,
    /// Since when the one in front is closed and none has taken its place.
    gone: Option<Instant>,
    said: Front,
}

/// What is known of one page.
struct Sight {
    tab: Tab,
    opener: Option<usize>,
    met: Instant,
    asked: Asked,
    look: Look,
}

/// What a page said of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    /// It shows; none while it did not say.
    shows: Option<bool>,
    focused: bool,
    /// It did not show before, by its last answer.
    appeared: bool,
    /// It did not have the focus before, by its last answer.
    gained: bool,
    /// Answers so far.
    answers: u32,
}

/// Where asking stands.
enum Asked {
    Nothing,
    World(Receiver<Answer>),
    Look(Receiver<Answer>),
}

type Answer = Result<Value, DevToolsError>;

impl Follower {
    /// Begins with the page of `session` in front, which is filmed already.
    pub fn begin(
        (tools, watched): (&DevTools, &Watched),
        log: &Operations,
        film: Option<&Film>,
        (session, window): (&str, (u32, u32)),
    ) -> Self {
        let first = watched.look(|s| s.tabs.of(session).map_or(0, |tab| tab.number));
        let data = json!({"opener": null, "url": "about:blank", "window": first});
        log.note("front", data);
        let mut follower = Self {
            tools: tools.clone(),
            watched: watched.clone(),
            log: log.clone(),
            film: film.cloned(),
            window,
            sights: BTreeMap::new(),
            past: vec![first],
            opener: None,
            followed: true,
            tried: Instant::now(),
            gone: None,
            said: Front {
                window: first,
                url: "about:blank".to_owned(),
                followed: true,
            },
        };
        follower.meet();
        follower
    }

    /// Session of the page in front; none where nothing is, or where it cannot be reached.
    pub fn session(&self) -> Option<&str> {
        let sight = self.past.last().and_then(|n| self.sights.get(n));
        sight
            .filter(|_| self.followed)
            .map(|sight| sight.tab.session.as_str())
    }

    /// Number of the one in front.
    pub fn window(&self) -> usize {
        self.past.last().copied().unwrap_or_default()
    }

    /// Looks once and waits for no page; what is in front now, where there is something new to say.
    pub fn step(&mut self) -> Option<Front> {
        self.meet();
        for sight in self.sights.values_mut() {
            sight.ask(&self.tools);
        }
        let before = self.past.last().copied();
        let now = in_front(&self.past, self.opener, &self.sights);
        for sight in self.sights.values_mut() {
            (sight.look.appeared, sight.look.gained) = (false, false);
        }
        let sight = now.and_then(|n| self.sights.get(&n));
        let Some(sight) = sight else {
            self.past.clear();
            self.leave();
            return None;
        };
        let (tab, shows) = (sight.tab.clone(), sight.look.shows == Some(true));
        if !shows && self.is_undecided() {
            return None;
        }
        if before != Some(tab.number) {
            self.turn(&tab);
        } else if self.is_due(&tab) {
            self.follow(&tab);
        }
        self.news(&tab)
    }

    /// The one in front was closed a moment ago: what the others said was before that.
    fn is_undecided(&mut self) -> bool {
        let front = self.past.last();
        if front.is_some_and(|n| self.sights.contains_key(n)) {
            self.gone = None;
            return false;
        }
        let since = self.gone.get_or_insert_with(Instant::now);
        since.elapsed() < UNDECIDED
    }

    /// Looks until every page has said anew whether it is in front, or a second has passed.
    pub fn settle(&mut self, mut told: impl FnMut(Front)) {
        let until = Instant::now() + SETTLED;
        let count = |s: &Self| -> Vec<(usize, u32)> {
            let all = s.sights.iter();
            all.map(|(number, s)| (*number, s.look.answers)).collect()
        };
        let before = count(self);
        // The first answer may have been under way, and speak of what was.
        let anew = |now: &[(usize, u32)]| {
            now.iter().all(|(number, answers)| {
                let old = before.iter().find(|(n, _)| n == number);
                *answers >= old.map_or(1, |(_, old)| old + 2)
            })
        };
        loop {
            self.step().into_iter().for_each(&mut told);
            if anew(&count(self)) || Instant::now() >= until {
                return;
            }
            std::thread::sleep(STEP);
        }
    }

    /// Those that were opened and closed meanwhile.
    fn meet(&mut self) {
        let open: Vec<Tab> = self.watched.look(|s| s.tabs.open().cloned().collect());
        let gone = |number: &usize| !open.iter().any(|tab| tab.number == *number);
        let closed: Vec<usize> = self.sights.keys().copied().filter(gone).collect();
        for number in closed {
            self.sights.remove(&number);
            self.log.note("window-closed", json!({ "window": number }));
        }
        let front = self.past.last().copied();
        for tab in open {
            match self.sights.get_mut(&tab.number) {
                Some(sight) => sight.tab = tab,
                None => {
                    // A link may keep secret from the page it opens who did; it was the one in front all the same.
                    let opener = tab.opener.or(front);
                    self.sights.insert(tab.number, Sight::of(tab, opener));
                }
            }
        }
    }

    /// Another one is in front.
    fn turn(&mut self, to: &Tab) {
        let left = self.past.last().and_then(|n| self.sights.get(n));
        if let Some(left) = left {
            let session = &left.tab.session;
            let _ = self.tools.post(session, "Page.stopScreencast", json!({}));
        }
        self.opener = self.sights.get(&to.number).and_then(|s| s.opener);
        let data = json!({"opener": self.opener, "url": to.url, "window": to.number});
        self.log.note("front", data);
        self.watched.turn_to(&to.session);
        self.past
            .retain(|n| *n != to.number && self.sights.contains_key(n));
        self.past.push(to.number);
        self.gone = None;
        self.follow(to);
    }

    /// It can no longer be followed, or perhaps can by now.
    fn is_due(&self, tab: &Tab) -> bool {
        match self.followed {
            true => tab.crashed,
            false => !tab.crashed && self.tried.elapsed() > SILENT,
        }
    }

    /// Film and hand go to a page, where they can.
    fn follow(&mut self, tab: &Tab) {
        self.tried = Instant::now();
        self.film.iter().for_each(|film| film.of(&tab.session));
        let begun = match (&self.film, tab.crashed) {
            (_, true) => Err("crashed".to_owned()),
            (None, false) => Ok(()),
            (Some(_), false) => self.film_it(&tab.session).map_err(|e| e.to_string()),
        };
        self.followed = begun.is_ok();
        match begun {
            Ok(()) => self.film.iter().for_each(|f| f.resume_from(OTHER_WINDOW)),
            Err(reason) => {
                let said = self.said.window == tab.number && !self.said.followed;
                if !said {
                    let data = json!({"reason": reason, "window": tab.number});
                    self.log.note("front-not-followed", data);
                }
                self.leave();
            }
        }
    }

    fn film_it(&self, session: &str) -> Result<(), DevToolsError> {
        let (method, params) = ("Page.startScreencast", parameters(self.window));
        self.tools.call(session, method, params, SOON).map(|_| ())
    }

    /// What is in front is not filmed.
    pub fn leave(&self) {
        self.film.iter().for_each(|f| f.pause(OTHER_WINDOW));
    }

    /// What was not said yet: another is in front, its first address came, film and hand lost it or have it again.
    fn news(&mut self, tab: &Tab) -> Option<Front> {
        let said = &self.said;
        let same = said.window == tab.number && said.followed == self.followed;
        let named = said.url.is_empty() && !tab.url.is_empty();
        if same && !named {
            return None;
        }
        self.said = Front {
            window: tab.number,
            url: tab.url.clone(),
            followed: self.followed,
        };
        Some(self.said.clone())
    }
}

impl Sight {
    fn of(tab: Tab, opener: Option<usize>) -> Self {
        Self {
            tab,
            opener,
            met: Instant::now(),
            asked: Asked::Nothing,
            look: Look::default(),
        }
    }

    /// Takes an answer that has come, and asks on.
    fn ask(&mut self, tools: &DevTools) {
        let answer = match &self.asked {
            Asked::Nothing => None,
            Asked::World(answer) | Asked::Look(answer) => match answer.try_recv() {
                Ok(answer) => answer.ok(),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => None,
            },
        };
        let session = self.tab.session.as_str();
        let next = match (std::mem::replace(&mut self.asked, Asked::Nothing), answer) {
            (Asked::World(_), Some(world)) => {
                let context = &world["executionContextId"];
                let params =
                    json!({"expression": ASKED, "contextId": context, "returnByValue": true});
                let posted = tools.post(session, "Runtime.evaluate", params);
                posted.map(Asked::Look)
            }
            (was, answer) => {
                if let (Asked::Look(_), Some(answer)) = (was, answer) {
                    self.look.hear(&answer["result"]["value"]);
                }
                // The main frame of a page has the name of the page.
                let params = json!({"frameId": self.tab.target, "worldName": "fidem"});
                let posted = tools.post(session, "Page.createIsolatedWorld", params);
                posted.map(Asked::World)
            }
        };
        self.asked = next.unwrap_or(Asked::Nothing);
    }

    /// It was opened, and has not said since whether it shows.
    fn is_silent(&self) -> bool {
        self.look.shows.is_none() && !self.tab.prepared && self.met.elapsed() > SILENT
    }
}

impl Look {
    /// It has just been opened, and shows. A window that shows again may merely have been uncovered.
    fn is_opened(self) -> bool {
        self.appeared && self.answers == 1
    }

    fn hear(&mut self, said: &Value) {
        let (Some(shows), Some(focused)) = (said[0].as_bool(), said[1].as_bool()) else {
            return;
        };
        *self = Self {
            shows: Some(shows),
            focused,
            appeared: shows && self.shows != Some(true),
            gained: shows && focused && !self.focused,
            answers: self.answers.saturating_add(1),
        };
    }
}

/// The one met last of those that are so.
fn newest(sights: &BTreeMap<usize, Sight>, is: impl Fn(&Sight) -> bool) -> Option<usize> {
    let mut all = sights.iter().rev();
    all.find(|(_, sight)| is(sight)).map(|(number, _)| *number)
}

/// Which one is in front, after `past`; none where none is open.
fn in_front(
    past: &[usize],
    opener: Option<usize>,
    sights: &BTreeMap<usize, Sight>,
) -> Option<usize> {
    let front = past.last().and_then(|n| sights.get(n));
    let hidden = front.is_none_or(|s| s.look.shows == Some(false));
    let focused = front.is_some_and(|s| s.look.focused && !hidden);
    let was_never = |s: &Sight| !past.contains(&s.tab.number);
    newest(sights, |s| s.look.gained)
        .or_else(|| newest(sights, |s| s.look.is_opened()).filter(|_| !focused))
        .or_else(|| newest(sights, |s| s.is_silent() && was_never(s)))
        .or_else(|| match (front, hidden) {
            (Some(front), false) => Some(front.tab.number),
            _ => back(past, opener, sights),
        })
}

/// Where the one in front no longer shows, or was closed: what shows instead; else what opened the closed one, and what was
/// in front before.
fn back(past: &[usize], opener: Option<usize>, sights: &BTreeMap<usize, Sight>) -> Option<usize> {
    let last = past.last().filter(|n| sights.contains_key(n)).copied();
    let open = |n: &usize| sights.contains_key(n);
    let shows = |s: &Sight| s.look.shows == Some(true);
    let shown = newest(sights, |s| shows(s) && s.look.focused)
        .or_else(|| newest(sights, |s| s.look.appeared))
        .or_else(|| newest(sights, shows));
    shown
        .or(last)
        .or(opener.filter(open))
        .or_else(|| past.iter().rev().copied().find(open))
        .or_else(|| newest(sights, |_| true))
}

#[cfg(test)]
mod tests;
