//! The operation log: each step of the recorder, of the person and of the page, with wall and monotonic time, each line
//! bound to the one before by its digest.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use fidem_fingerprint::{hex, sha256};
use fidem_webarchive::capture::Operation;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::devtools::lock;
use crate::withheld::Sink;

/// A log that is being written. Cheap to clone.
#[derive(Clone)]
pub struct Operations(Arc<Mutex<Inner>>);

struct Inner {
    began: Instant,
    began_wall: OffsetDateTime,
    lines: Vec<u8>,
    previous: String,
    copy: Option<Box<dyn Sink>>,
    /// How far the wall clock is off now, and the furthest it ever was: one set there and back was set all the same.
    off_ms: i64,
    furthest_ms: i64,
}

/// A wall clock that ran this far from the monotonic one was set by somebody, milliseconds.
const STEP: i64 = 2_000;

impl Operations {
    /// Begins a log. Each line also goes to `copy` at once, so that a crash leaves what was logged until then.
    #[must_use]
    pub fn begin(copy: Option<Box<dyn Sink>>) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            began: Instant::now(),
            began_wall: OffsetDateTime::now_utc(),
            lines: Vec::new(),
            previous: hex::encode(&sha256(b"")),
            copy,
            off_ms: 0,
            furthest_ms: 0,
        })))
    }

    /// Adds a line.
    pub fn note(&self, act: &str, data: Value) {
        let mut log = lock(&self.0);
        log.watch_the_clock();
        log.push(act, data);
    }

    /// All lines until now, JSON Lines.
    #[must_use]
    pub fn lines(&self) -> Vec<u8> {
        lock(&self.0).lines.clone()
    }

    /// Milliseconds since the log began.
    #[must_use]
    pub fn monotonic_ms(&self) -> u64 {
        millis(lock(&self.0).began)
    }

    /// How far the wall clock was set while the log ran, at its furthest, milliseconds; zero when it was left alone.
    #[must_use]
    pub fn clock_step_ms(&self) -> i64 {
        lock(&self.0).furthest_ms
    }

    /// Ends the copy: its last piece is written.
    ///
    /// # Errors
    /// What the copy's file refused.
    pub fn end_copy(&self) -> std::io::Result<()> {
        match lock(&self.0).copy.take() {
            Some(copy) => copy.finish(),
            None => Ok(()),
        }
    }
}

impl Inner {
    fn push(&mut self, act: &str, data: Value) {
        let operation = Operation {
            act: act.to_owned(),
            at: wall(OffsetDateTime::now_utc()),
            data,
            monotonic_ms: millis(self.began),
            previous: self.previous.clone(),
        };
        let Ok(mut line) = serde_json::to_vec(&operation) else {
            return;
        };
        self.previous = hex::encode(&sha256(&line));
        line.push(b'\n');
        if let Some(copy) = &mut self.copy {
            let _ = copy.write_all(&line);
        }
        self.lines.extend_from_slice(&line);
    }

    fn watch_the_clock(&mut self) {
        let wall = (OffsetDateTime::now_utc() - self.began_wall).whole_milliseconds();
        let steady = i128::from(millis(self.began));
        self.clock_is_off(i64::try_from(wall - steady).unwrap_or(i64::MAX));
    }

    fn clock_is_off(&mut self, off: i64) {
        let by = off.saturating_sub(self.off_ms);
        if by.saturating_abs() > STEP {
            self.off_ms = off;
            if off.saturating_abs() > self.furthest_ms.saturating_abs() {
                self.furthest_ms = off;
            }
            self.push("clock-step", serde_json::json!({ "milliseconds": by }));
        }
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// RFC 3339 in UTC with milliseconds.
pub(crate) fn wall(at: OffsetDateTime) -> String {
    at.format(format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z"
    ))
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_there_and_back_was_set() {
        let log = Operations::begin(None);
        for off in [0, 300_000, 299_000, 0] {
            lock(&log.0).clock_is_off(off);
        }
        assert_eq!(log.clock_step_ms(), 300_000);
        let steps = String::from_utf8(log.lines()).unwrap();
        assert_eq!(steps.matches("clock-step").count(), 2);
    }

    #[test]
    fn each_line_names_the_one_before() {
        let log = Operations::begin(None);
        log.note("launch", serde_json::json!({}));
        log.note(
            "navigate",
            serde_json::json!({"url": "https://例.example/"}),
        );
        let lines = log.lines();
        let lines: Vec<&[u8]> = lines
            .split(|b| *b == b'\n')
            .filter(|l| !l.is_empty())
            .collect();
        let second: Operation = serde_json::from_slice(lines[1]).unwrap();
        assert_eq!(second.previous, hex::encode(&sha256(lines[0])));
        assert_eq!(second.act, "navigate");
    }
}
