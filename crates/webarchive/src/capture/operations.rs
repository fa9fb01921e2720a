//! The operation log, `fidem/operations.jsonl`.

use fidem_fingerprint::{hex, sha256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::redact::{Part, Redaction};

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// What happened: a stable code such as `navigate` or `screenshot`.
    pub act: String,
    /// Wall clock of the device, RFC 3339 UTC with milliseconds.
    pub at: String,
    /// Its particulars.
    pub data: Value,
    /// Milliseconds since the log began, by a clock that cannot be set.
    pub monotonic_ms: u64,
    /// SHA-256 of the line before, lowercase hex; of nothing for the first.
    pub previous: String,
}

/// A log whose lines are bound to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Lines.
    pub lines: u64,
    /// Links that cannot be followed in this copy, since the line before is masked.
    pub masked: u64,
    /// The last line is cut off, as in a log whose recorder was interrupted; it counts as no line.
    pub cut: bool,
}

/// A line that breaks the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Not the JSON of an [`Operation`].
    #[error("line {line} is no operation: {reason}")]
    Line {
        /// From 1.
        line: u64,
        /// What the reader of JSON said.
        reason: String,
    },
    /// It names another line before it.
    #[error("line {line} does not name the line before it")]
    Previous {
        /// From 1.
        line: u64,
    },
}

impl Chain {
    /// Follows a log from its first line. `masked` are the places masked in this copy of it: the digest of a line is
    /// that of the line as it was, so the line after a masked one cannot be compared.
    ///
    /// # Errors
    /// [`ChainError`] for the first line at fault.
    pub fn follow(log: &[u8], masked: &[Redaction]) -> Result<Self, ChainError> {
        let mut chain = Self {
            lines: 0,
            masked: 0,
            cut: false,
        };
        let mut previous = Some(sha256(b""));
        let mut at = 0_u64;
        let mut places: Vec<(u64, u64)> = masked.iter().filter_map(of_block).collect();
        places.sort_unstable();
        let mut places = places.into_iter().peekable();
        for whole in log.split_inclusive(|b| *b == b'\n') {
            let Some(line) = whole.strip_suffix(b"\n") else {
                chain.cut = true;
                break;
            };
            let end = at + whole.len() as u64;
            while places.next_if(|(_, place_end)| *place_end <= at).is_some() {}
            let is_masked = places.peek().is_some_and(|(start, _)| *start < end);
            chain.line(line, previous, is_masked)?;
            previous = (!is_masked).then(|| sha256(line));
            at = end;
        }
        Ok(chain)
    }

    fn line(
        &mut self,
        line: &[u8],
        previous: Option<[u8; 32]>,
        is_masked: bool,
    ) -> Result<(), ChainError> {
        self.lines += 1;
        self.masked += u64::from(previous.is_none());
        let number = self.lines;
        match (serde_json::from_slice::<Operation>(line), previous) {
            // A mask may cut through what JSON needs.
            (Err(_), _) if is_masked => Ok(()),
            (Err(error), _) => Err(ChainError::Line {
                line: number,
                reason: error.to_string(),
            }),
            (Ok(operation), Some(digest)) if operation.previous != hex::encode(&digest) => {
                Err(ChainError::Previous { line: number })
            }
            (Ok(_), _) => Ok(()),
        }
    }
}

/// Where a masked place starts and ends.
fn of_block(place: &Redaction) -> Option<(u64, u64)> {
    let end = place.offset.saturating_add(place.length);
    (place.part == Part::Block).then_some((place.offset, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Kind;

    fn log(acts: &[&str]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut previous = sha256(b"");
        for act in acts {
            let line = serde_json::to_vec(&Operation {
                act: (*act).to_owned(),
                at: "2026-11-26T21:41:11.123Z".to_owned(),
                data: Value::Null,
                monotonic_ms: 1,
                previous: hex::encode(&previous),
            })
            .expect("JSON");
            previous = sha256(&line);
            out.extend(line);
            out.push(b'\n');
        }
        out
    }

    #[test]
    fn a_chain_holds_until_a_line_is_changed_dropped_or_moved() {
        let sound = log(&["launch", "navigate", "close"]);
        let chain = Chain::follow(&sound, &[]).expect("sound");
        assert_eq!((chain.lines, chain.masked, chain.cut), (3, 0, false));
        let text = String::from_utf8(sound).expect("UTF-8");
        let changed = text.replace("navigate", "navigatE");
        let found = Chain::follow(changed.as_bytes(), &[]);
        assert_eq!(found, Err(ChainError::Previous { line: 3 }));
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let dropped = [lines[0], lines[2]].concat();
        let found = Chain::follow(dropped.as_bytes(), &[]);
        assert_eq!(found, Err(ChainError::Previous { line: 2 }));
        let found = Chain::follow(lines[1].as_bytes(), &[]);
        assert_eq!(found, Err(ChainError::Previous { line: 1 }));
        let found = Chain::follow(b"{}\n", &[]);
        assert!(matches!(found, Err(ChainError::Line { line: 1, .. })));
    }

    #[test]
    fn a_masked_line_frees_the_next_one_only() {
        let sound = log(&["launch", "navigate", "close", "end"]);
        let text = String::from_utf8(sound).expect("UTF-8");
        let place = Redaction {
            part: Part::Block,
            offset: text.find("navigate").expect("there") as u64,
            length: 8,
            kind: Kind::Echo,
            name: "sid".to_owned(),
            commitment: String::new(),
        };
        let masked = text.replace("navigate", "********");
        let chain = Chain::follow(masked.as_bytes(), std::slice::from_ref(&place)).expect("sound");
        assert_eq!((chain.lines, chain.masked), (4, 1));
        let bent = masked.replace("close", "clOse");
        let found = Chain::follow(bent.as_bytes(), &[place]);
        assert_eq!(found, Err(ChainError::Previous { line: 4 }));
    }
}
