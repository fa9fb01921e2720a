//! Templates and data to PDF/A-3a and PDF/UA-1, the same bytes for the same inputs.
//!
//! [`Typesetter`] holds templates and fonts; [`Typesetter::render`] sets a document from [`CertificateData`] and the
//! files to attach. What a template may not leave out (本回执不是公证书, the limits on page 2, 演示 on a demonstration)
//! is checked on the finished pages, so that an office may edit its templates freely without issuing a page that says
//! more than it proves. [`forbidden_phrases`] blocks wording that promises what no receipt can.
//!
//! Nothing here reads a clock, a network or a package registry: the time printed is the time given.

#![forbid(unsafe_code)]

mod annex;
mod apart;
mod attachment;
mod check;
mod conformance;
mod data;
mod error;
mod fonts;
mod forbidden;
mod house_rules;
mod kind;
mod moment;
mod paper;
mod particulars;
mod report;
mod specimen;
mod template;
mod typesetter;
mod view;
mod world;

pub use annex::{
    Bounded, CaptureRow, CarrierRow, CheckRow, CompletenessLine, CompletenessRow, ConnectionRow,
    ItemMade, LookupRow, OnSiteRecord, PersonPresent, PhoneApp, PhoneRecord, ReasonRow,
    RedirectRow, ReportRow, ServerCertificate, StepTaken, TlsRow,
};
pub use apart::{WORKER, render_apart, serve};
pub use attachment::{Attachment, AttachmentProblem, MACHINE_RECORD, Relationship};
pub use check::{ForbiddenInField, Problem};
pub use conformance::{Conformance, check_conformance};
pub use data::{
    AnchorWorth, Bilingual, CertificateData, ChainAnchor, CustodyRow, EnvironmentCheck, Finality,
    Forwarded, ItemRow, JournalHead, LogEntry, NetworkAccess, Office, OfficePerson, Origin, Party,
    PlatformReceipt, Presumption, Program, SealRow, SixTimes, Status, TimeEntry, TokenRow,
    TokenState, TrustRoot,
};
pub use error::{CertificateError, Diagnostic};
pub use forbidden::{Found, Language, forbidden_phrases};
pub use kind::Kind;
pub use particulars::{Correction, ListEntry, Particulars, Print, Sort};
pub use report::{FileRow, FindingRow, LayerRow, Outcome, ReportData};
pub use specimen::specimen;
pub use template::{TemplateSource, built_in_files, digest_of};
pub use typesetter::{Picture, Rendered, SealPlace, Typesetter};
