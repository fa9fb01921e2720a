//! The cleanliness report 清洁性检查报告: what could be observed of a machine and its network before and after a
//! capture, each check with its method, its raw output and its verdict (R-040 … R-045).
//!
//! [`check`] asks one [`System`] and a [`Plan`] and answers a [`Report`]. There are three verdicts, and
//! [`Verdict::NotChecked`] is never counted as passed: what could not be read is said so, with the reason.
//! Verdicts and reasons are codes with parameters; [`codes`] holds their sentences in Chinese and English.
//!
//! Every judge is a function of what was read, so that the same recorded outputs give the same verdicts anywhere:
//! [`Local`] reads this machine, [`Recorded`] replays what was read on another. Checks of Windows and macOS are judged
//! from recorded outputs only; a report made there says `proven: false`, and its class is at most A-.
#![forbid(unsafe_code)]

mod browser;
mod check;
mod clock;
pub mod codes;
mod compare;
mod examination;
mod judgement;
mod local;
mod machine;
mod macos;
mod names;
mod plan;
mod processes;
mod proxy;
mod recorded;
mod references;
mod report;
mod roots;
mod routes;
mod security;
mod session;
mod storage;
mod system;
mod target;
mod windows;
mod wire;

pub use check::{check, check_running};
pub use compare::{Change, compare};
pub use local::Local;
pub use plan::{
    Browser, ControlSite, Launch, OfficeNetwork, People, Plan, ProxyDecision, Recording, Reference,
    SelfTest,
};
pub use recorded::{Recorded, RecordedError};
pub use report::{
    Check, Counts, Effect, FORMAT, Moment, Phase, Raw, Reason, Report, ReportError, Tool,
    VALIDITY_MS, Value, Verdict,
};
pub use system::{Datagram, Failure, FileDigest, FileTime, Metadata, Platform, Ran, System};
