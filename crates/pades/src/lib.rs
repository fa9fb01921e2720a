//! Signatures and document time stamps in a PDF (EN 319 142-1, ISO 32000-2 §12.8), judged in the manner of
//! EN 319 102-1, and what each update after a signature changed.
//!
//! A reader that only checks a signature's digest accepts a file to which a further update was appended that shows other
//! pages. So two things are asked here, and each has its findings: whether a signature holds over the octets that it
//! covers, and whether all that came after it is of the few kinds that may come after a signature: validation data,
//! document time stamps, further signers.
//!
//! Nothing is read but the arguments: no clock, no files, no network. Nothing inside the PDF is trusted; its
//! certificates, lists and responses are material.
#![forbid(unsafe_code)]

mod changes;
mod coverage;
mod field;
mod judge;
mod report;
mod rules;
mod store;

pub use changes::{Change, How, Part, Revision};
pub use fidem_pdf::Error;
pub use judge::{Inputs, verify};
pub use report::{BestTime, Kind, Level, Signature, Verification};
pub use rules::RULES;
