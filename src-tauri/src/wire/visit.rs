//! A capture that a person drives: what they say, what they are told, and what they did.

use fidem_capture as recorder;
use fidem_capture::interactive::{Command, SignIn, Told};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A sign-in to come.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct VisitLogin {
    /// Address opened for it.
    pub url: String,
    /// The account.
    pub account: String,
    /// Who signs in.
    pub person: String,
}

impl From<VisitLogin> for SignIn {
    fn from(login: VisitLogin) -> Self {
        Self {
            url: login.url,
            account: login.account,
            person: login.person,
        }
    }
}

/// What a person wants of the browser.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum VisitOrder {
    /// Open an address.
    Go {
        /// The address.
        url: String,
    },
    /// Take pictures and copies of what is shown.
    Fix {
        /// What the person calls it.
        label: String,
    },
    /// Words for the operation log.
    Note {
        /// The words.
        text: String,
    },
    /// Film no more.
    Pause,
    /// Film again.
    Resume,
    /// The sign-in is done.
    EndLogin,
    /// End in order.
    Finish,
}

impl From<VisitOrder> for Command {
    fn from(order: VisitOrder) -> Self {
        match order {
            VisitOrder::Go { url } => Self::Goto(url),
            VisitOrder::Fix { label } => Self::Fix(label),
            VisitOrder::Note { text } => Self::Note(text),
            VisitOrder::Pause => Self::Pause,
            VisitOrder::Resume => Self::Resume,
            VisitOrder::EndLogin => Self::EndLogin,
            VisitOrder::Finish => Self::Finish,
        }
    }
}

/// What a person is told meanwhile.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "told", rename_all = "kebab-case")]
pub enum VisitTold {
    /// A request was made, or changed its state.
    Request {
        /// Its number in the list, from 0.
        number: u32,
        /// Address.
        url: String,
        /// Method.
        method: String,
        /// What for.
        kind: String,
        /// Status; 0 while none has come.
        status: u16,
        /// It was answered, or ended otherwise.
        ended: bool,
    },
    /// Recording has begun; false while somebody signs in.
    Recording {
        /// Whether it records.
        on: bool,
    },
    /// A page was opened.
    Opened {
        /// Its address.
        url: String,
        /// The browser's name of the error where it could not be; else empty.
        error: String,
    },
    /// A page was fixed.
    Fixed {
        /// Its number, from 1.
        number: u32,
    },
    /// Another tab or window is in front.
    Front {
        /// Its number, from 1.
        window: u32,
        /// Its address; empty while nothing was opened in it.
        url: String,
        /// Film and hand follow it.
        followed: bool,
    },
    /// It does not fit here.
    Refused {
        /// What.
        what: String,
    },
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl VisitTold {
    /// As the page gets it; what it has no words for is left out.
    #[must_use]
    pub fn of(told: Told) -> Option<Self> {
        Some(match told {
            Told::Request(index, seen) => Self::Request {
                number: number(index),
                ended: !seen.is_under_way(),
                url: seen.url,
                method: seen.method,
                kind: seen.kind,
                status: seen.status,
            },
            Told::Recording(on) => Self::Recording { on },
            Told::Opened(url, error) => Self::Opened {
                url,
                error: error.unwrap_or_default(),
            },
            Told::Fixed(page) => Self::Fixed {
                number: number(page),
            },
            Told::Front {
                window,
                url,
                followed,
            } => Self::Front {
                window: number(window),
                url,
                followed,
            },
            Told::Refused(what) => Self::Refused { what },
            _ => return None,
        })
    }
}

/// A page as a person fixed it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FixedPage {
    /// When, RFC 3339 UTC.
    pub at: String,
    /// What the person calls it.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// How the names of its pictures begin.
    pub prefix: String,
}

/// A stretch that was not filmed.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilmGap {
    /// From, milliseconds since the film began.
    pub from_ms: u32,
    /// To.
    pub to_ms: u32,
    /// Stable code.
    pub reason: String,
}

/// A film. It has no sound.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FilmView {
    /// Frames.
    pub frames: u32,
    /// What was not filmed.
    pub gaps: Vec<FilmGap>,
    /// Why it ended early; else empty.
    pub problem: String,
}

/// A sign-in that took place, unrecorded.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LoginView {
    /// The account.
    pub account: String,
    /// Who signed in.
    pub person: String,
    /// Address.
    pub url: String,
    /// Begin, RFC 3339 UTC.
    pub began: String,
    /// End, RFC 3339 UTC.
    pub ended: String,
}

/// What a person did.
#[derive(Debug, Clone, Serialize, Type)]
pub struct InteractiveView {
    /// The sign-in before it.
    pub login: Option<LoginView>,
    /// Pages fixed.
    pub fixed: Vec<FixedPage>,
    /// The film.
    pub film: Option<FilmView>,
}

impl From<recorder::Interactive> for InteractiveView {
    fn from(did: recorder::Interactive) -> Self {
        let gap = |gap: recorder::screencast::Gap| FilmGap {
            from_ms: u32::try_from(gap.from_ms).unwrap_or(u32::MAX),
            to_ms: u32::try_from(gap.to_ms).unwrap_or(u32::MAX),
            reason: gap.reason,
        };
        Self {
            login: did.login.map(|login| LoginView {
                account: login.account,
                person: login.person,
                url: login.url,
                began: login.times.0,
                ended: login.times.1,
            }),
            fixed: did
                .fixed
                .into_iter()
                .map(|page| FixedPage {
                    at: page.at,
                    label: page.label,
                    title: page.title,
                    url: page.url,
                    prefix: page.prefix,
                })
                .collect(),
            film: did.film.map(|film| FilmView {
                frames: film.frames,
                gaps: film.gaps.into_iter().map(gap).collect(),
                problem: film.problem.unwrap_or_default(),
            }),
        }
    }
}
