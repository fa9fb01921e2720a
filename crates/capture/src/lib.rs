//! Web capture: an unmodified browser with a fresh profile, driven over a pipe and recorded by its own log.
//!
//! [`record`] does one capture: it launches the browser, opens the address, scrolls within a stated bound, takes
//! pictures, and closes the browser. Everything the browser sent and received comes from its NetLog, which passes
//! through a named pipe into an encrypted file and, in memory, into the reader that makes the archive of it: the log in
//! the clear never touches a disk. The profile lives in memory where the system offers it.
//!
//! Nothing here changes what the browser is or says: no proxy stands in the path, no certificate is added and no
//! certificate error is passed over, the user agent is the browser's own. What deviates from that is a [`Deviation`].
#![forbid(unsafe_code)]

pub mod archive;
pub mod avi;
mod browser;
mod completeness;
mod css;
mod decode;
mod devtools;
mod error;
mod follow;
pub mod interactive;
mod interrupted;
mod launch;
mod operations;
mod page;
mod picture;
mod recording;
pub mod replay;
mod roots;
mod sandbox;
pub mod screencast;
mod seat;
mod segments;
mod selftest;
mod session;
mod statement;
mod stillness;
mod tabs;
mod withheld;
mod workplace;

pub use archive::Archived;
pub use browser::find_browser;
pub use completeness::measure;
pub use devtools::DevToolsError;
pub use error::CaptureError;
pub use fidem_webarchive::capture::{
    Browser, Completeness, Deviation, Download, Ending, Hop, Interactive, Joined, Line, Looked,
    Network, Operation, Options, Scrolled, Secured, Statement,
};
pub use interrupted::{Beginning, interrupted};
pub use launch::command_line;
pub use operations::Operations;
pub use page::{Page, Reference};
pub use picture::Pictures;
pub use recording::{Audience, Plan, Process, Recording, Sinks, record};
pub use segments::{ROOM, Segments, free, read_segments};
pub use selftest::{SelfTested, self_test};
pub use session::{Load, Outcome, Seen};
pub use withheld::{Keys, Sink, Withheld, WithheldError, open_withheld};
