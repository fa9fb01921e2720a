//! What can stand in the way of a capture. A page that fails is no error: it is a recorded failed capture.

use std::path::PathBuf;

use crate::{DevToolsError, WithheldError};

/// Why no capture was made, or why it ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// No Chromium, Chrome or Edge stands where one is looked for.
    #[error("no browser at {}", looked.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    NoBrowser {
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// The browser does not say which version it is, so nothing can be stated of it.
    #[error("{} does not tell its version: {reason}", path.display())]
    BrowserVersion {
        /// The program.
        path: PathBuf,
        /// What it said instead.
        reason: String,
    },
    /// Not an address a browser opens over the network.
    #[error("{address} is no http or https address")]
    Address {
        /// As given.
        address: String,
    },
    /// The file system refused.
    #[error("{}: {reason}", path.display())]
    Io {
        /// What was written or read.
        path: PathBuf,
        /// What the system said.
        reason: String,
        /// There was no space left.
        full: bool,
    },
    /// The browser did not start.
    #[error("the browser did not start: {reason}")]
    Launch {
        /// What the system or the browser said.
        reason: String,
    },
    /// The browser's command channel failed.
    #[error(transparent)]
    DevTools(#[from] DevToolsError),
    /// The browser's log could not be read.
    #[error(transparent)]
    NetLog(#[from] fidem_netlog::NetLogError),
    /// What is withheld could not be encrypted or opened.
    #[error(transparent)]
    Withheld(#[from] WithheldError),
    /// The self-test's own server did not start.
    #[error("the self-test's server: {reason}")]
    SelfTest {
        /// What was refused.
        reason: String,
    },
    /// The archive could not be written.
    #[error("the archive: {reason}")]
    Archive {
        /// What was refused.
        reason: String,
    },
    /// This system's browsers cannot be driven yet.
    #[error("capture is not built for this system")]
    System,
}

impl CaptureError {
    /// A refusal of the file system at `path`.
    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            reason: error.to_string(),
            full: error.kind() == std::io::ErrorKind::StorageFull,
        }
    }
}
