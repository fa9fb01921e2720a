//! Package, certificate, token or log proof — with trust and a time — to a report of layers and findings.
//!
//! One public entry, [`verify`]. It reads through [`fidem_package::Source`], knows no clock, no files, no network and
//! no language: times and trust come in, codes and parameters go out, and [`Report::to_json`] words them in Chinese or
//! English. The same bytes, trust and time give the same report on every machine.
//!
//! Nothing inside a package or a PDF is ever trust. No verdict is ever shown without its layers.
#![forbid(unsafe_code)]

mod anchors;
mod archive;
mod chain;
mod cleanliness;
pub mod codes;
mod container;
mod detached;
mod difference;
mod evidence;
mod journal;
mod kind;
mod log;
mod opentimestamps;
mod package;
mod partial;
mod pdf;
mod reading;
mod renewal;
mod report;
mod seals;
mod signature;
mod standing;
mod subject;
mod token;
mod trust;
mod web;
mod words;
mod xml;

pub use anchors::judge_anchor;
pub use difference::differing_pixels;
pub use kind::Kind;
pub use reading::{TokenField, read_token};
pub use report::{Finding, Language, Layer, Layers, Report, Status, Verdict};
pub use subject::{Data, Request, verify};
pub use trust::{Trust, TrustError, TrustOrigin, TrustRoot};
