//! The use cases: one function for each thing a person does, the same for the command line and the window.
//!
//! An [`Office`] is a folder opened by one person: the encrypted casebook, the vault of originals, the keys of the
//! office log. Every function takes a [`Desk`] for time and randomness, records who did what in the journal, and
//! leaves nothing half done: after a crash or a full disk the folder opens, verifies and goes on.
#![forbid(unsafe_code)]

mod anchors;
mod annexes;
mod authorities;
mod capture;
mod captured;
mod cases;
mod desk;
mod doctor;
mod due;
mod error;
mod extract;
mod folder;
mod forms;
mod handover;
mod inspect;
mod instructions;
mod intake;
mod log;
mod package;
mod papers;
mod partial;
mod people;
mod proposal;
mod queue;
mod records;
mod renewal;
mod revision;
mod revocation;
mod seal;
mod selftest;
mod source;
mod stamp;
mod standing;
mod trust;
mod verifier;
mod witnesses;

pub use anchors::{AnchorPolicy, Anchoring, CaseAnchor, Interest, ItemProof, RailChoice, RailRow};
pub use authorities::{AuthorityChoice, offered};
pub use capture::{
    CaptureOptions, CaptureSummary, Captured, DeviceStanding, Driving, Environment, Lend, Place,
    Probes, Recovered, Unrecovered, capture_with,
};
pub use captured::CapturedFacts;
pub use cases::{CaseDetail, ItemDetail, Missing, NextStep};
pub use desk::{Desk, Step, SystemDesk, Task};
pub use doctor::Health;
pub use due::{Due, DueState, HORIZON_SECONDS};
pub use error::OfficeError;
pub use fidem_casebook::RecordKind;
pub use fidem_casebook::{Approval, DetachedSignature, Edition};
pub use fidem_casebook::{
    Case, CaseChange, CaseFilter, CaseRow, Hit, Item, NewCase, Person, Role, SealState,
};
pub use fidem_certificate::{
    Kind as PaperKind, Sort as AmendmentSort, WORKER as TYPESETTING_WORKER, serve as typeset,
};
pub use fidem_manifest::AnchorState;
pub use folder::{NewOffice, Office};
pub use forms::{
    Account, Answer, App, Capacity, Forwarded, OnSite, Phone, PhoneItem, Present, Reason,
    RecordBody, RecordDetail, RecordRow, StepDone, UnderSeal, UsedDevice, Wanting,
    forwarded_by_name,
};
pub use handover::HandOver;
pub use handover::digest_of as fingerprint_file;
pub use inspect::{VerifyRequest, verify_file};
pub use intake::{ItemNotes, TakeIn, TakenIn};
pub use package::Exported;
pub use papers::{
    Checklist, Comparison, CopyForm, CopyRow, CorrectionText, DocumentState, Draft, Hindrance,
    Issued, KeyPlace, ListText, NewCopy, OriginText, PaperRequest, PaperRow, PaperStanding,
    PaperText, RenewedDocument, ReportRequest, SignedBeside, SignedDocument, SigningCapacity,
    SigningPolicy, TemplateFault, TemplateJob, TemplateTrial, report_pdf, templates_copy,
};
pub use proposal::RenewalProposal;
pub use queue::WaitingSeal;
pub use renewal::{RenewalKind, Renewed};
pub use seal::{SealOptions, Sealed, SealedToken};
pub use source::FileSource;
pub use standing::AuthorityStanding;
pub use trust::load_trust;
pub use verifier::{VerifierPage, verifier_page};
pub use witnesses::{Cosigned, View, WitnessChoice, compare_witnesses};

/// Result of a use case.
pub type Result<T> = std::result::Result<T, OfficeError>;
