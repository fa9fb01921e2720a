//! A film of what a page showed, from the browser's own screencast (`Page.startScreencast`). 无声音: there is no sound.
//!
//! The JPEGs stand in the film octet by octet as the browser made them; a chain of JSON Lines beside it names the digest
//! of each, bound to the line before. The browser pictures the page and not its address bar. What the bar would show
//! (address, peer, issuer of the certificate, time, number of the case) stands in a subtitle file (SubRip) that players
//! show under the film by themselves, one cue for each second. It is not burned into the pictures: that would mean to
//! decode and encode them anew, and then no digest would be that of what the browser made. A copy with a burned strip can
//! be derived from the two files at any time.
//!
//! The browser sends a frame when the page changed. Where something happened and no frame came within two seconds, the
//! film has a [`Gap`]. Frames wait for our acknowledgement, so none is lost between browser and film.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fidem_fingerprint::{hex, sha256};
use fidem_webarchive::capture::Filming;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::avi::{AviError, Writer};
use crate::devtools::{DevTools, Event, lock, text};
use crate::operations::wall;

mod chain;
mod strip;

pub use chain::{FilmFault, chain_of};
pub use fidem_webarchive::capture::Gap;
pub use strip::Strip;

const SOON: std::time::Duration = std::time::Duration::from_secs(20);
/// Slots a second.
pub const RATE: u32 = 25;
/// From here on a stretch without a frame is a gap, where something happened in it; milliseconds.
const GAP: u64 = 2_000;

/// Draws the text of secret fields blank, also of those that a page shows in clear at a press of its button.
const BLANK: &str = include_str!("screencast/blank.js");

/// What films are written to.
pub trait Reel: Write + Seek + Send {}

impl<T: Write + Seek + Send> Reel for T {}

/// Makes the file of a number, from 1.
pub type Reels = Box<dyn FnMut(u32) -> std::io::Result<Box<dyn Reel>> + Send>;

/// One frame, a line of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameLine {
    /// Wall clock of the device when it arrived, RFC 3339 UTC.
    pub at: String,
    /// Number of the film's file, from 1.
    pub file: u32,
    /// Number of the frame, from 1, through all files.
    pub frame: u64,
    /// Milliseconds since the film began, by a clock that cannot be set.
    pub monotonic_ms: u64,
    /// SHA-256 of the line before, lowercase hex; of nothing for the first.
    pub previous: String,
    /// SHA-256 of the JPEG, lowercase hex.
    pub sha256: String,
    /// Slot in its file.
    pub slot: u32,
}

/// A film's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilmFile {
    /// Width and height, pixels.
    pub size: (u16, u16),
    /// Frames in it.
    pub frames: u32,
    /// Its length, octets.
    pub octets: u64,
    /// Its subtitles, SubRip.
    #[serde(skip)]
    pub subtitles: String,
}

/// A film that is finished.
#[derive(Debug, Clone, Default)]
pub struct Filmed {
    /// Its files in order.
    pub files: Vec<FilmFile>,
    /// The chain, JSON Lines of [`FrameLine`].
    pub chain: Vec<u8>,
    /// SHA-256 of the chain's last line, lowercase hex: whoever keeps it elsewhere sees when the end is cut off.
    pub head: String,
    /// Where nothing was filmed though something happened.
    pub gaps: Vec<Gap>,
    /// Why filming ended early; none when it did not.
    pub problem: Option<String>,
}

impl Filmed {
    /// As it is stated.
    #[must_use]
    pub fn stated(&self) -> Filming {
        Filming {
            files: u32::try_from(self.files.len()).unwrap_or(u32::MAX),
            frames: self.files.iter().map(|f| f.frames).sum(),
            gaps: self.gaps.clone(),
            head: self.head.clone(),
            problem: self.problem.clone(),
        }
    }
}

/// A film that is being made. Cheap to clone.
#[derive(Clone)]
pub struct Film(Arc<Mutex<Inner>>);

struct Inner {
    reels: Reels,
    began: Instant,
    began_wall: OffsetDateTime,
    open: Option<Open>,
    /// Last frame, milliseconds; the film's beginning before the first.
    last_ms: u64,
    /// First happening since the last frame, milliseconds.
    stirred: Option<u64>,
    paused: Option<(u64, String)>,
    strips: Vec<(u64, Strip)>,
    case: String,
    blank: bool,
    ended: bool,
    /// The session of the page in front; what happens in others does not change the strip.
    session: String,
    /// What each page shows, by session, so that the strip is right when another comes to the front.
    pages: BTreeMap<String, Shown>,
    frames: u64,
    done: Filmed,
}

/// What one page shows.
#[derive(Default)]
struct Shown {
    /// What is known of the documents under way, by the browser's id of their loading.
    loading: BTreeMap<String, Strip>,
    strip: Option<Strip>,
    /// Its main frame, once a document came.
    frame: String,
}

struct Open {
    writer: Writer<Box<dyn Reel>>,
    size: (u16, u16),
    /// Time of its first slot, milliseconds since the film began.
    from_ms: u64,
    frames: u32,
}

impl std::fmt::Debug for Film {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let film = lock(&self.0);
        formatter
            .debug_struct("Film")
            .field("frames", &film.frames)
            .finish_non_exhaustive()
    }
}

impl Film {
    /// Begins a film; files are asked of `reels` when they are needed. `case` stands in the strip.
    #[must_use]
    pub fn begin(reels: Reels, case: &str) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            reels,
            began: Instant::now(),
            began_wall: OffsetDateTime::now_utc(),
            open: None,
            last_ms: 0,
            stirred: None,
            paused: None,
            strips: Vec::new(),
            case: case.to_owned(),
            blank: false,
            ended: false,
            session: String::new(),
            pages: BTreeMap::new(),
            frames: 0,
            done: Filmed {
                head: hex::encode(&sha256(b"")),
                ..Filmed::default()
            },
        })))
    }

    /// Passwords and codes are drawn blank while they are filmed, in every frame of the page. What a page draws by itself
    /// in place of an input is not known for one.
    #[must_use]
    pub fn blank_secrets(self) -> Self {
        lock(&self.0).blank = true;
        self
    }

    /// The command that has them drawn so; it must come before a page's first script.
    pub(crate) fn blanking(&self) -> Option<(&'static str, Value)> {
        let params = json!({"source": BLANK, "worldName": "fidem", "runImmediately": true});
        lock(&self.0)
            .blank
            .then_some(("Page.addScriptToEvaluateOnNewDocument", params))
    }

    /// The session of the page that is filmed from now on; its strip is that page's. Where another was filmed before, a
    /// frame is due.
    pub(crate) fn of(&self, session: &str) {
        lock(&self.0).turn_to(session);
    }

    /// Whether this session's page is filmed.
    pub(crate) fn is_of(&self, session: &str) -> bool {
        lock(&self.0).session == session
    }

    /// What an event of the browser means for the strip, and whether a frame is due.
    pub(crate) fn hear(&self, event: &Event) {
        lock(&self.0).hear(event);
    }

    /// Something happened that should be seen: a frame is due.
    pub fn stir(&self) {
        let mut film = lock(&self.0);
        let now = film.now();
        film.stirred.get_or_insert(now);
    }

    /// Takes a frame that has just arrived.
    pub fn frame(&self, jpeg: &[u8]) {
        let mut film = lock(&self.0);
        let now = film.now();
        film.frame(now, jpeg);
    }

    /// Frames are left out from now on, and the stretch is listed as a gap.
    pub fn pause(&self, reason: &str) {
        let mut film = lock(&self.0);
        let now = film.now();
        film.paused.get_or_insert((now, reason.to_owned()));
    }

    /// Does something that is not to be filmed.
    pub(crate) fn without<T>(
        &self,
        (tools, session): (&DevTools, &str),
        window: (u32, u32),
        act: impl FnOnce() -> T,
    ) -> T {
        let _ = tools.call(session, "Page.stopScreencast", json!({}), SOON);
        self.pause("pictures");
        let done = act();
        // A pause that a person asked for before goes on.
        self.resume_from("pictures");
        let _ = tools.call(session, "Page.startScreencast", parameters(window), SOON);
        done
    }

    /// Ends a pause.
    pub fn resume(&self) {
        let mut film = lock(&self.0);
        let now = film.now();
        film.resume(now);
    }

    /// Ends a pause of this reason; one of another goes on.
    pub(crate) fn resume_from(&self, reason: &str) {
        let mut film = lock(&self.0);
        let now = film.now();
        if film.paused.as_ref().is_some_and(|(_, why)| why == reason) {
            film.resume(now);
        }
    }

    /// Ends it: what arrives later is left out. A second call gives an empty film.
    #[must_use]
    pub fn finish(&self) -> Filmed {
        let mut film = lock(&self.0);
        let now = film.now();
        film.resume(now);
        film.note_gap(now);
        film.close(now);
        film.ended = true;
        std::mem::take(&mut film.done)
    }
}

impl Inner {
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn turn_to(&mut self, session: &str) {
        let now = self.now();
        let turned = !self.session.is_empty() && self.session != session;
        session.clone_into(&mut self.session);
        if turned {
            let shown = self.pages.get(session).and_then(|p| p.strip.clone());
            self.strip(now, shown.unwrap_or_default());
            self.stirred.get_or_insert(now);
        }
    }

    fn hear(&mut self, event: &Event) {
        let now = self.now();
        let p = &event.params;
        if event.method == "Target.detachedFromTarget" {
            self.pages.remove(&text(&p["sessionId"]));
            return;
        }
        let moved = match event.method.as_str() {
            "Network.responseReceived" | "Page.frameNavigated" | "Page.navigatedWithinDocument" => {
                let page = self.pages.entry(event.session.clone()).or_default();
                match page.hear(&event.method, p) {
                    Some(moved) => moved,
                    None => return,
                }
            }
            "Page.loadEventFired" => false,
            _ => return,
        };
        if event.session != self.session {
            return;
        }
        if moved {
            let shown = self.pages.get(&event.session).and_then(|p| p.strip.clone());
            self.strip(now, shown.unwrap_or_default());
        }
        self.stirred.get_or_insert(now);
    }

    fn strip(&mut self, now: u64, mut strip: Strip) {
        strip.case.clone_from(&self.case);
        self.strips.push((now, strip));
    }

    fn resume(&mut self, now: u64) {
        if let Some((from_ms, reason)) = self.paused.take() {
            self.gap(from_ms, now, &reason);
            self.last_ms = now;
            self.stirred = None;
        }
    }

    fn gap(&mut self, from_ms: u64, to_ms: u64, reason: &str) {
        self.done.gaps.push(Gap {
            from_ms,
            to_ms,
            reason: reason.to_owned(),
        });
    }

    fn note_gap(&mut self, now: u64) {
        let due = self
            .stirred
            .take()
            .is_some_and(|since| now.saturating_sub(since) > GAP);
        if due {
            self.gap(self.last_ms, now, "no-frame");
        }
    }

    fn frame(&mut self, now: u64, jpeg: &[u8]) {
        if self.ended || self.paused.is_some() || self.done.problem.is_some() {
            return;
        }
        self.note_gap(now);
        match self.write(now, jpeg) {
            Ok((file, slot)) => self.link(now, jpeg, file, slot),
            Err(error) => self.done.problem = Some(error.to_string()),
        }
        self.last_ms = now;
    }

    fn write(&mut self, now: u64, jpeg: &[u8]) -> Result<(u32, u32), AviError> {
        let size = jpeg_size(jpeg).ok_or(AviError::Form { offset: 0 })?;
        if self.open.as_ref().is_some_and(|open| open.size != size) {
            self.close(now);
        }
        match self.put(now, size, jpeg) {
            Err(AviError::Full) => {
                self.close(now);
                self.put(now, size, jpeg)
            }
            other => other,
        }
    }

    fn put(&mut self, now: u64, size: (u16, u16), jpeg: &[u8]) -> Result<(u32, u32), AviError> {
        let number = u32::try_from(self.done.files.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        if self.open.is_none() {
            self.open = Some(Open {
                writer: Writer::begin((self.reels)(number)?, size, RATE)?,
                size,
                from_ms: now,
                frames: 0,
            });
        }
        let Some(open) = &mut self.open else {
            return Err(AviError::Full);
        };
        // Frames that arrive within one slot stand one after the other: none is left out.
        let slot = slots(now.saturating_sub(open.from_ms)).max(open.writer.next_slot());
        open.writer.frame(slot, jpeg)?;
        open.frames += 1;
        Ok((number, slot))
    }

    fn link(&mut self, now: u64, jpeg: &[u8], file: u32, slot: u32) {
        self.frames += 1;
        let line = FrameLine {
            at: wall(OffsetDateTime::now_utc()),
            file,
            frame: self.frames,
            monotonic_ms: now,
            previous: self.done.head.clone(),
            sha256: hex::encode(&sha256(jpeg)),
            slot,
        };
        if let Ok(line) = serde_json::to_vec(&line) {
            self.done.head = hex::encode(&sha256(&line));
            self.done.chain.extend_from_slice(&line);
            self.done.chain.push(b'\n');
        }
    }

    fn close(&mut self, now: u64) {
        let Some(open) = self.open.take() else {
            return;
        };
        let end = slots(now.saturating_sub(open.from_ms)).max(open.writer.next_slot());
        match open.writer.finish(end) {
            Ok((_, octets)) => self.done.files.push(FilmFile {
                size: open.size,
                frames: open.frames,
                octets,
                subtitles: strip::subtitles(&self.strips, self.began_wall, open.from_ms, now),
            }),
            Err(error) => self.done.problem = Some(error.to_string()),
        }
    }
}

impl Shown {
    /// Whether the strip changed; none where nothing happened that should be seen.
    fn hear(&mut self, method: &str, p: &Value) -> Option<bool> {
        match method {
            "Network.responseReceived" if p["type"] == "Document" => {
                let strip = strip_of(&p["response"]);
                self.loading.insert(text(&p["loaderId"]), strip);
                Some(false)
            }
            "Page.frameNavigated" if p["frame"]["parentId"].is_null() => {
                let mut strip = self
                    .loading
                    .remove(&text(&p["frame"]["loaderId"]))
                    .unwrap_or_default();
                self.loading.clear();
                self.frame = text(&p["frame"]["id"]);
                strip.url = text(&p["frame"]["url"]);
                self.strip = Some(strip);
                Some(true)
            }
            "Page.navigatedWithinDocument"
                if self.frame.is_empty() || p["frameId"] == self.frame.as_str() =>
            {
                self.strip.get_or_insert_default().url = text(&p["url"]);
                Some(true)
            }
            _ => None,
        }
    }
}

fn slots(milliseconds: u64) -> u32 {
    u32::try_from(milliseconds.saturating_mul(u64::from(RATE)) / 1_000).unwrap_or(u32::MAX)
}

/// Width and height of a JPEG (ITU-T T.81 §B.2.2), from its frame header.
fn jpeg_size(jpeg: &[u8]) -> Option<(u16, u16)> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (&[mark, kind, high, low], _) = rest.split_first_chunk::<4>()?;
        if mark != 0xff {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        // SOF0 to SOF15 without DHT, JPG and DAC.
        if (0xc0..=0xcf).contains(&kind) && !matches!(kind, 0xc4 | 0xc8 | 0xcc) {
            let size: &[u8; 4] = rest.get(5..9)?.try_into().ok()?;
            let [a, b, c, d] = *size;
            return Some((u16::from_be_bytes([c, d]), u16::from_be_bytes([a, b])));
        }
        rest = rest.get(2 + length..)?;
    }
}

/// The browser's parameters for a film: JPEG of quality 70, each frame, at most of that size.
pub(crate) fn parameters(window: (u32, u32)) -> Value {
    json!({"format": "jpeg", "quality": 70, "maxWidth": window.0, "maxHeight": window.1, "everyNthFrame": 1})
}

/// Takes the screencast's frames out of the browser's events, acknowledges each, and passes the rest on.
pub(crate) fn divert(tools: &DevTools, events: Receiver<Event>, film: Film) -> Receiver<Event> {
    let (sender, receiver) = channel();
    let tools = tools.clone();
    std::thread::spawn(move || {
        for event in events {
            if event.method == "Page.screencastFrame" {
                // What is still under way of a page that is no longer in front is left.
                if film.is_of(&event.session)
                    && let Ok(jpeg) =
                        BASE64_STANDARD.decode(event.params["data"].as_str().unwrap_or_default())
                {
                    film.frame(&jpeg);
                }
                let number = json!({"sessionId": event.params["sessionId"]});
                let _ = tools.post(&event.session, "Page.screencastFrameAck", number);
                continue;
            }
            film.hear(&event);
            // A frame of another process, or a page in another window, is held until the watcher releases it, which comes
            // after this.
            let kind = &event.params["targetInfo"]["type"];
            if event.method == "Target.attachedToTarget" && (kind == "iframe" || kind == "page") {
                let session = text(&event.params["sessionId"]);
                if let Some((method, params)) = film.blanking() {
                    let _ = tools.post(&session, method, params);
                }
            }
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    receiver
}

/// What the browser says of a document's response.
fn strip_of(response: &Value) -> Strip {
    let peer = text(&response["remoteIPAddress"]);
    Strip {
        peer: match response["remotePort"].as_u64() {
            Some(port) if !peer.is_empty() => format!("{peer}:{port}"),
            _ => peer,
        },
        issuer: text(&response["securityDetails"]["issuer"]),
        ..Strip::default()
    }
}

/// Beijing time, in which the strip speaks.
fn beijing(began: OffsetDateTime, milliseconds: u64) -> OffsetDateTime {
    let offset = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
    let later = Duration::milliseconds(i64::try_from(milliseconds).unwrap_or(i64::MAX));
    began.checked_add(later).unwrap_or(began).to_offset(offset)
}

#[cfg(test)]
mod tests;
