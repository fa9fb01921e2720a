//! Web archives on bytes: WARC 1.1 (ISO 28500:2017), CDXJ 0.1 and WACZ 1.1.1, written strictly, checked strictly, and
//! made readable for others by masking secrets without hiding that something was masked.
//!
//! Everything here is a function of its arguments: no clock, no disk, no randomness; record ids and dates come from the
//! caller, so that the same capture gives the same octets. Reading goes through [`fidem_package::Source`].
//!
//! * [`warc`]: records, their writer, and a checker that reads one at a time;
//! * [`exchange`]: the records of a browser's log;
//! * [`cdxj`]: the sorted index and its keys;
//! * [`wacz`]: the zip that carries both, written and checked;
//! * [`lookup`]: one response by its address, for replay and previews;
//! * [`capture`]: what a capture states of itself;
//! * [`redact`]: the copy for the court, and what proves how it came about.
#![forbid(unsafe_code)]

pub mod capture;
pub mod cdxj;
mod digest;
pub mod exchange;
mod finding;
mod form;
mod gzip;
pub mod http;
pub mod lookup;
pub mod redact;
mod rfc3339;
pub mod wacz;
pub mod warc;
mod zip;

pub use digest::{Algorithm, Labelled};
pub use finding::{Code, Finding, Findings, Limits, Rules, Severity};
