//! A machine that answers from a recording: the same outputs give the same verdicts anywhere.

use std::collections::BTreeMap;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::system::{Datagram, Failure, FileDigest, FileTime, Metadata, Platform, Ran, System};
use crate::wire::{dns, sntp};

/// Time an exchange takes in a recording, in microseconds.
const DELAY_US: i64 = 20_000;

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("not a recording: {0}")]
pub struct RecordedError(#[from] serde_json::Error);

/// A recorded machine, as JSON. What it does not hold answers [`Failure::Missing`].
///
/// `answers` are keyed by what is asked: `read PATH`, `list FOLDER`, `link PATH`, `digest PATH`, `metadata PATH`,
/// `run PROGRAM ARGUMENT…`, `resolve HOST`, `outgoing ADDRESS`, `udp SERVER WHAT`, `tcp SERVER`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// By question.
    #[serde(default)]
    answers: BTreeMap<String, Answer>,
    /// The environment.
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// The clocks around a fresh file; the wall clock when absent.
    #[serde(default)]
    file_time: Option<FileTime>,
    /// The monotonic clock; one millisecond passes per question for it.
    #[serde(default)]
    monotonic_us: u64,
    /// The machine's kind.
    platform: Platform,
    /// The machine's clock; one millisecond passes per question for it.
    wall_us: i64,
}

/// A recorded answer; which field counts depends on the question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Answer {
    /// Bytes that are no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    /// A time server's clock less ours, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_us: Option<i64>,
    /// Exit code; 0 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<i32>,
    /// No answer, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
    /// Names, or addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<String>>,
    /// Of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    /// Standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    stderr: Option<String>,
    /// Text.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Recorded {
    /// Reads a recording.
    ///
    /// # Errors
    /// Bytes that are none.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RecordedError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// An empty machine.
    #[must_use]
    pub fn new(platform: Platform, wall_us: i64) -> Self {
        Self {
            answers: BTreeMap::new(),
            environment: BTreeMap::new(),
            file_time: None,
            monotonic_us: 1_000_000,
            platform,
            wall_us,
        }
    }

    /// Records text for a question.
    pub fn text(&mut self, question: &str, text: &str) -> &mut Self {
        self.bytes(question, text.as_bytes())
    }

    /// Records bytes for a question.
    pub fn bytes(&mut self, question: &str, bytes: &[u8]) -> &mut Self {
        let answer = match std::str::from_utf8(bytes) {
            Ok(text) => Answer {
                text: Some(text.to_owned()),
                ..Answer::default()
            },
            Err(_) => Answer {
                base64: Some(STANDARD.encode(bytes)),
                ..Answer::default()
            },
        };
        self.put(question, answer)
    }

    /// Records names or addresses for a question.
    pub fn lines(&mut self, question: &str, lines: &[&str]) -> &mut Self {
        let lines = lines.iter().map(|&line| line.to_owned()).collect();
        self.put(
            question,
            Answer {
                lines: Some(lines),
                ..Answer::default()
            },
        )
    }

    /// Records that a question had no answer.
    pub fn failure(&mut self, question: &str, failure: Failure) -> &mut Self {
        self.put(
            question,
            Answer {
                failure: Some(failure),
                ..Answer::default()
            },
        )
    }

    /// Records a program that ended with a code other than 0.
    pub fn exit(&mut self, question: &str, code: i32, text: &str) -> &mut Self {
        self.put(
            question,
            Answer {
                exit: Some(code),
                text: Some(text.to_owned()),
                ..Answer::default()
            },
        )
    }

    /// Records a time server whose clock is ahead of the machine's by so many microseconds.
    pub fn time_server(&mut self, server: &str, ahead_us: i64) -> &mut Self {
        self.put(
            &format!("udp {server} sntp"),
            Answer {
                clock_us: Some(ahead_us),
                ..Answer::default()
            },
        )
    }

    /// Records what the file system says of a path.
    pub fn file(&mut self, path: &str, metadata: Metadata) -> &mut Self {
        self.put(
            &format!("metadata {path}"),
            Answer {
                metadata: Some(metadata),
                ..Answer::default()
            },
        )
    }

    /// Records a variable of the environment.
    pub fn variable(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Records the clocks around a fresh file.
    pub fn clocks(&mut self, times: FileTime) -> &mut Self {
        self.file_time = Some(times);
        self
    }

    fn put(&mut self, question: &str, answer: Answer) -> &mut Self {
        self.answers.insert(question.to_owned(), answer);
        self
    }

    fn answer(&self, question: &str) -> Result<&Answer, Failure> {
        let answer = self.answers.get(question).ok_or(Failure::Missing)?;
        match &answer.failure {
            Some(failure) => Err(failure.clone()),
            None => Ok(answer),
        }
    }
}

impl Answer {
    fn content(&self) -> Result<Vec<u8>, Failure> {
        match (&self.text, &self.base64) {
            (Some(text), _) => Ok(text.clone().into_bytes()),
            (None, Some(base64)) => STANDARD.decode(base64).map_err(|e| Failure::Other {
                reason: e.to_string(),
            }),
            (None, None) => Ok(Vec::new()),
        }
    }

    fn addresses(&self) -> Vec<IpAddr> {
        let lines = self.lines.iter().flatten();
        lines.filter_map(|line| line.parse().ok()).collect()
    }
}

impl System for Recorded {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn read(&mut self, path: &str) -> Result<Vec<u8>, Failure> {
        self.answer(&format!("read {path}"))?.content()
    }

    fn list(&mut self, folder: &str) -> Result<Vec<String>, Failure> {
        let answer = self.answer(&format!("list {folder}"))?;
        Ok(answer.lines.clone().unwrap_or_default())
    }

    fn link(&mut self, path: &str) -> Result<String, Failure> {
        let answer = self.answer(&format!("link {path}"))?;
        Ok(answer.text.clone().unwrap_or_default())
    }

    fn digest(&mut self, path: &str) -> Result<FileDigest, Failure> {
        let bytes = self.answer(&format!("digest {path}"))?.content()?;
        Ok(FileDigest {
            sha256: fidem_fingerprint::hex::encode(&fidem_fingerprint::sha256(&bytes)),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        })
    }

    fn metadata(&mut self, path: &str) -> Result<Metadata, Failure> {
        self.answer(&format!("metadata {path}"))?
            .metadata
            .ok_or(Failure::Missing)
    }

    fn run(&mut self, program: &str, arguments: &[&str]) -> Result<Ran, Failure> {
        let words: Vec<&str> = std::iter::once(program)
            .chain(arguments.iter().copied())
            .collect();
        let answer = self.answer(&format!("run {}", words.join(" ")))?;
        Ok(Ran {
            exit: Some(answer.exit.unwrap_or(0)),
            stdout: answer.content()?,
            stderr: answer.stderr.clone().unwrap_or_default().into_bytes(),
        })
    }

    fn environment(&mut self) -> BTreeMap<String, String> {
        self.environment.clone()
    }

    fn process(&self) -> u32 {
        4242
    }

    fn resolve(&mut self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        Ok(self.answer(&format!("resolve {host}"))?.addresses())
    }

    fn outgoing(&mut self, towards: IpAddr) -> Result<IpAddr, Failure> {
        let answer = self.answer(&format!("outgoing {towards}"))?;
        answer.addresses().first().copied().ok_or(Failure::Missing)
    }

    fn ask_udp(&mut self, server: &str, what: &str, question: &[u8]) -> Result<Datagram, Failure> {
        let sent_us = self.wall_us();
        let answer = self.answer(&format!("udp {server} {what}"))?;
        let bytes = match answer.clock_us {
            Some(ahead) => sntp::reply(question, sent_us + DELAY_US / 2 + ahead),
            None => dns::reply(question, &answer.addresses()),
        };
        Ok(Datagram {
            bytes,
            received_us: sent_us + DELAY_US,
            sent_us,
        })
    }

    fn ask_tcp(&mut self, server: &str, _request: &[u8]) -> Result<Vec<u8>, Failure> {
        self.answer(&format!("tcp {server}"))?.content()
    }

    fn wall_us(&mut self) -> i64 {
        self.wall_us += 1000;
        self.wall_us
    }

    fn monotonic_us(&mut self) -> u64 {
        self.monotonic_us += 1000;
        self.monotonic_us
    }

    fn file_time(&mut self) -> Result<FileTime, Failure> {
        let now = FileTime {
            file_us: self.wall_us,
            kernel_us: Some(self.wall_us),
            wall_us: self.wall_us,
        };
        Ok(self.file_time.unwrap_or(now))
    }

    fn nonce(&mut self) -> u64 {
        0x0123_4567_89ab_cdef
    }
}
