//! Octets into lines, lines into events.

use crate::budget::{Budget, Limit};
use crate::constants::Constants;
use crate::error::NetLogError;
use crate::event::Event;
use crate::log::Log;
use crate::record::Record;

/// Reads a log piece by piece, as it is written or from a file.
#[derive(Debug)]
pub struct Reader {
    budget: Budget,
    /// The beginning of a line whose end is not yet there.
    partial: Vec<u8>,
    line: u64,
    stage: Stage,
    refused: Option<NetLogError>,
}

#[derive(Debug)]
enum Stage {
    Constants,
    Events(Box<Record>),
    /// The list of events was closed in order; what follows is the browser's state, which is not read.
    Closed(Box<Record>),
}

impl Reader {
    /// A reader of one log.
    #[must_use]
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            partial: Vec::new(),
            line: 0,
            stage: Stage::Constants,
            refused: None,
        }
    }

    /// Takes the next octets, cut anywhere.
    ///
    /// # Errors
    /// `NetLogError` when the log is refused. All later calls give the same error; [`Reader::finish`] still gives what
    /// was read before.
    pub fn feed(&mut self, octets: &[u8]) -> Result<(), NetLogError> {
        if let Some(refused) = &self.refused {
            return Err(refused.clone());
        }
        let result = self.lines(octets);
        if let Err(error) = &result {
            self.refused = Some(error.clone());
        }
        result
    }

    fn lines(&mut self, mut octets: &[u8]) -> Result<(), NetLogError> {
        while let Some(end) = memchr::memchr(b'\n', octets) {
            let (line, rest) = octets.split_at(end);
            octets = rest.get(1..).unwrap_or_default();
            self.within(line)?;
            if self.partial.is_empty() {
                self.whole_line(line)?;
            } else {
                self.partial.extend_from_slice(line);
                let whole = std::mem::take(&mut self.partial);
                self.whole_line(&whole)?;
                self.partial = whole;
                self.partial.clear();
            }
        }
        self.within(octets)?;
        if !matches!(self.stage, Stage::Closed(_)) {
            self.partial.extend_from_slice(octets);
        }
        Ok(())
    }

    /// Whether the line so far may still grow by these.
    fn within(&self, more: &[u8]) -> Result<(), NetLogError> {
        let closed = matches!(self.stage, Stage::Closed(_));
        if !closed && self.partial.len().saturating_add(more.len()) > self.budget.line {
            let (line, limit) = (self.line.saturating_add(1), Limit::Line);
            return Err(NetLogError::Budget { line, limit });
        }
        Ok(())
    }

    fn whole_line(&mut self, line: &[u8]) -> Result<(), NetLogError> {
        self.line = self.line.saturating_add(1);
        let record = match &mut self.stage {
            Stage::Constants => {
                let constants = Constants::parse(line)?;
                let record = Record::new(constants, self.budget);
                self.stage = Stage::Events(Box::new(record));
                return Ok(());
            }
            Stage::Events(record) => record,
            Stage::Closed(_) => return Ok(()),
        };
        let (text, closes) = event_text(line);
        if !text.is_empty() {
            let malformed = NetLogError::Malformed { line: self.line };
            let event = Event::parse(text).ok_or(malformed)?;
            record.event(self.line, &event)?;
        }
        if closes {
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Constants) {
            Stage::Events(record) => Stage::Closed(record),
            other => other,
        };
    }

    /// The facts, of as much of the log as there was. A last line without its end counts when it is a whole event.
    ///
    /// # Errors
    /// `NetLogError` when there were not even the constants.
    pub fn finish(mut self) -> Result<Log, NetLogError> {
        let partial = std::mem::take(&mut self.partial);
        if self.refused.is_none() && !partial.is_empty() {
            self.last_line(&partial);
        }
        match self.stage {
            Stage::Constants if self.line == 0 && self.refused.is_none() => Err(NetLogError::Empty),
            Stage::Constants => Err(self.refused.unwrap_or(NetLogError::NoConstants)),
            Stage::Events(record) => Ok(record.into_log(true)),
            Stage::Closed(record) => Ok(record.into_log(self.refused.is_some())),
        }
    }

    /// A torn line is what a cut is; nothing else can be wrong with the last one.
    fn last_line(&mut self, line: &[u8]) {
        let _torn = self.whole_line(line);
    }
}

/// The event of a line, and whether the list ends after it. The line that opens the list holds none.
fn event_text(line: &[u8]) -> (&[u8], bool) {
    let line = line.trim_ascii();
    let line = line.strip_prefix(b"\"events\"").map_or(line, |rest| {
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
        rest.strip_prefix(b"[").unwrap_or(rest)
    });
    let line = line.strip_suffix(b",").unwrap_or(line);
    match line.strip_suffix(b"]") {
        Some(event) => (event.trim_ascii(), true),
        None => (line, false),
    }
}
