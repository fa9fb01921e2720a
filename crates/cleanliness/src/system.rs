//! Everything the checks ask of a machine, behind one trait.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Whose methods are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Linux.
    Linux,
    /// Windows 10 and later.
    Windows,
    /// macOS.
    Macos,
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Failure {
    /// There is no such file or program.
    #[error("not present")]
    Missing,
    /// Not allowed.
    #[error("not permitted")]
    Denied,
    /// No end within the time limit.
    #[error("no answer in time")]
    TimedOut,
    /// Anything else, in the system's words.
    #[error("{reason}")]
    Other {
        /// The system's words.
        reason: String,
    },
}

/// What a program answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ran {
    /// Exit code; absent when it was ended by a signal.
    pub exit: Option<i32>,
    /// Standard output, bounded.
    pub stdout: Vec<u8>,
    /// Standard error, bounded.
    pub stderr: Vec<u8>,
}

/// Size and digest of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// SHA-256, lowercase hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// What the file system says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// A folder.
    pub folder: bool,
    /// Last written, milliseconds since 1970.
    pub modified_unix_ms: i64,
    /// Bytes.
    pub size: u64,
}

/// An answer over UDP with the times around it, in microseconds since 1970 by the machine's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Datagram {
    /// The answer.
    pub bytes: Vec<u8>,
    /// When it came.
    pub received_us: i64,
    /// When the question left.
    pub sent_us: i64,
}

/// The clocks around a freshly written file, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileTime {
    /// The time the file system gave the file.
    pub file_us: i64,
    /// The kernel's clock, asked without any library, where that is possible.
    pub kernel_us: Option<i64>,
    /// The clock as programs see it.
    pub wall_us: i64,
}

/// A machine that can be asked.
///
/// Every answer is bounded in size and time. Paths are absolute and in the machine's own spelling; programs are run
/// without a shell and with an environment of fixed language.
pub trait System {
    /// Whose methods apply.
    fn platform(&self) -> Platform;

    /// Where a path is read from, for the report: `file:PATH`.
    fn source(&self, path: &str) -> String {
        format!("file:{path}")
    }

    /// The bytes of a file, at most 16 MiB.
    ///
    /// # Errors
    /// [`Failure`].
    fn read(&mut self, path: &str) -> Result<Vec<u8>, Failure>;

    /// Names in a folder, sorted, at most 65,536.
    ///
    /// # Errors
    /// [`Failure`].
    fn list(&mut self, folder: &str) -> Result<Vec<String>, Failure>;

    /// Where a symbolic link points.
    ///
    /// # Errors
    /// [`Failure`].
    fn link(&mut self, path: &str) -> Result<String, Failure>;

    /// Size and SHA-256 of a file of any size.
    ///
    /// # Errors
    /// [`Failure`].
    fn digest(&mut self, path: &str) -> Result<FileDigest, Failure>;

    /// What the file system says of a file, links followed.
    ///
    /// # Errors
    /// [`Failure`].
    fn metadata(&mut self, path: &str) -> Result<Metadata, Failure>;

    /// Runs a program.
    ///
    /// # Errors
    /// [`Failure`].
    fn run(&mut self, program: &str, arguments: &[&str]) -> Result<Ran, Failure>;

    /// The environment of this process.
    fn environment(&mut self) -> BTreeMap<String, String>;

    /// This process.
    fn process(&self) -> u32;

    /// Addresses by the system's own resolver.
    ///
    /// # Errors
    /// [`Failure`].
    fn resolve(&mut self, host: &str) -> Result<Vec<IpAddr>, Failure>;

    /// The local address used towards another.
    ///
    /// # Errors
    /// [`Failure`].
    fn outgoing(&mut self, towards: IpAddr) -> Result<IpAddr, Failure>;

    /// One question over UDP and its answer. `what` names the question for the report.
    ///
    /// # Errors
    /// [`Failure`].
    fn ask_udp(&mut self, server: &str, what: &str, question: &[u8]) -> Result<Datagram, Failure>;

    /// One request over TCP and the beginning of its answer, at most 64 KiB; an empty request only connects.
    ///
    /// # Errors
    /// [`Failure`].
    fn ask_tcp(&mut self, server: &str, request: &[u8]) -> Result<Vec<u8>, Failure>;

    /// Microseconds since 1970 by the machine's clock.
    fn wall_us(&mut self) -> i64;

    /// Microseconds of the monotonic clock.
    fn monotonic_us(&mut self) -> u64;

    /// Writes an empty file into the system's temporary folder, and compares the clocks.
    ///
    /// # Errors
    /// [`Failure`].
    fn file_time(&mut self) -> Result<FileTime, Failure>;

    /// A number that cannot be guessed, for questions over UDP.
    fn nonce(&mut self) -> u64;
}
