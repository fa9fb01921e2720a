//! Records of work: 现场记录, 手机取证记录, and the reason of two persons for going on after an abnormal finding.
//!
//! None of them is needed to fix anything. A record is drafted at any time, completed once its obligatory fields are
//! there, and changed by a further version. What is completed becomes an item with the next seal, so that it is sealed,
//! stamped and delivered like any other. What is wanted and not there keeps a document from being issued.

pub(crate) mod forwarded;
mod keep;
mod onsite;
mod phone;
mod reports;
mod wanting;

use fidem_casebook::{CaptureState, CasebookError, RecordKind, Role, WorkRecord};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::folder::at;
use crate::intake::to_json;
use crate::{Desk, Office, OfficeError, Result};

pub use forwarded::Forwarded;
pub use onsite::{Capacity, OnSite, Present, StepDone, UnderSeal, UsedDevice};
pub use phone::{Account, Answer, App, Phone, PhoneItem, forwarded_by_name};
pub(crate) use reports::Reports;
pub use wanting::Wanting;

/// Most octets of a record.
const MOST: usize = 512 << 10;

/// Why work went on after an abnormal finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reason {
    /// The captures it is given for.
    pub captures: Vec<String>,
    /// The reason.
    pub reason: String,
}

/// A record as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordRow {
    /// `onsite`, `phone`, `reason`.
    pub kind: &'static str,
    /// Number within case and kind.
    pub number: u32,
    /// Its latest version.
    pub version: u32,
    /// Whether that is complete.
    pub complete: bool,
    /// When it was written.
    pub at: String,
    /// By whom.
    pub person: String,
    /// The item it became.
    pub item: Option<u32>,
    /// Codes of obligatory fields that are missing.
    pub lacking: Vec<String>,
    /// Codes of what speaks against what it records.
    pub findings: Vec<String>,
}

/// A record with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordDetail {
    /// How it stands.
    pub row: RecordRow,
    /// What it says.
    pub body: RecordBody,
    /// Every version: number, time, person, whether complete.
    pub versions: Vec<(u32, String, String, bool)>,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "record", rename_all = "kebab-case")]
pub enum RecordBody {
    /// 现场记录.
    Onsite(OnSite),
    /// 手机取证记录.
    Phone(Phone),
    /// 继续办理理由.
    Reason(Reason),
}

impl RecordBody {
    /// What a version says.
    pub(crate) fn of(record: &WorkRecord) -> Result<Self> {
        Ok(match record.kind {
            RecordKind::OnSite => Self::Onsite(read(&record.body_json)?),
            RecordKind::Phone => Self::Phone(read(&record.body_json)?),
            RecordKind::Reason => Self::Reason(read(&record.body_json)?),
        })
    }
}

impl Office {
    /// Writes an on-site record, or its next version.
    ///
    /// # Errors
    /// [`OfficeError::RecordIncomplete`] where it is to be complete and is not; then nothing is written.
    /// [`OfficeError::Role`], [`OfficeError::Record`]; [`OfficeError::Casebook`] for an item, capture or device that is
    /// not there.
    pub fn onsite_write(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        number: Option<u32>,
        body: &OnSite,
        complete: bool,
    ) -> Result<RecordRow> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?.id;
        let mut body = body.clone();
        body.normalise();
        self.references(&case, &body.items, &body.captures)?;
        let identity = body.device.identity.trim();
        if !identity.is_empty() && self.book.device(identity)?.is_none() {
            return Err(CasebookError::UnknownDevice {
                identity: identity.to_owned(),
            }
            .into());
        }
        let lacking = body.lacking(self.away(&case, &body.items)?);
        self.write(
            desk,
            &case,
            RecordKind::OnSite,
            number,
            &body,
            complete,
            lacking,
        )
    }

    /// Writes a phone record, or its next version.
    ///
    /// # Errors
    /// As [`Office::onsite_write`].
    pub fn phone_write(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        number: Option<u32>,
        body: &Phone,
        complete: bool,
    ) -> Result<RecordRow> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?.id;
        let mut body = body.clone();
        body.normalise();
        let items: Vec<u32> = body.items.iter().map(|i| i.item).collect();
        self.references(&case, &items, &[])?;
        self.references(&case, &body.photos, &[])?;
        let lacking = body.lacking();
        self.write(
            desk,
            &case,
            RecordKind::Phone,
            number,
            &body,
            complete,
            lacking,
        )
    }

    /// Writes the reason for having gone on after an abnormal finding, for the captures named, or for all that
    /// want one. It counts once another person has confirmed it.
    ///
    /// # Errors
    /// [`OfficeError::RecordIncomplete`] without a reason, or where no capture wants one.
    pub fn reason_write(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        number: Option<u32>,
        body: &Reason,
    ) -> Result<RecordRow> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?.id;
        let mut body = body.clone();
        if body.captures.is_empty() {
            body.captures = self.captures_wanting_reason(&case)?;
        }
        self.references(&case, &[], &body.captures)?;
        let rules = [
            ("captures", body.captures.is_empty()),
            ("reason", body.reason.trim().is_empty()),
        ];
        let lacking: Vec<String> = rules
            .iter()
            .filter(|(_, lacks)| *lacks)
            .map(|(code, _)| (*code).to_owned())
            .collect();
        if !lacking.is_empty() {
            return Err(OfficeError::RecordIncomplete { lacking });
        }
        self.write(
            desk,
            &case,
            RecordKind::Reason,
            number,
            &body,
            false,
            Vec::new(),
        )
    }

    /// Confirms a reason that another person wrote.
    ///
    /// # Errors
    /// [`OfficeError::ReasonAlone`] for who wrote it, [`OfficeError::Role`], [`CasebookError::UnknownRecord`].
    pub fn reason_confirm(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        number: u32,
    ) -> Result<RecordRow> {
        self.require(&[Role::Clerk, Role::Notary, Role::Reviewer])?;
        let case = self.case(case)?.id;
        match self.book.reason_confirm(&at(desk), &case, number) {
            Err(CasebookError::SamePerson { name, .. }) => {
                Err(OfficeError::ReasonAlone { written_by: name })
            }
            other => {
                let version = other?;
                self.row(&case, RecordKind::Reason, number, Some(version))
            }
        }
    }

    /// The records of a case, each as its latest version stands.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn work_records(&self, case: &str) -> Result<Vec<RecordRow>> {
        let case = self.case(case)?.id;
        let latest = self.latest_records(&case)?;
        latest.iter().map(|r| self.row_of(&case, r)).collect()
    }

    /// One record, in its latest or the version named.
    ///
    /// # Errors
    /// [`CasebookError::UnknownRecord`].
    pub fn work_record(
        &self,
        case: &str,
        kind: RecordKind,
        number: u32,
        version: Option<u32>,
    ) -> Result<RecordDetail> {
        let case = self.case(case)?.id;
        let record = self.book.work_record(&case, kind, number, version)?;
        let all = self.book.records(&case)?;
        let versions = all
            .into_iter()
            .filter(|r| (r.kind, r.number) == (kind, number))
            .map(|r| (r.version, r.at, r.person, r.complete))
            .collect();
        Ok(RecordDetail {
            body: RecordBody::of(&record)?,
            row: self.row_of(&case, &record)?,
            versions,
        })
    }

    /// The latest version of each record.
    pub(crate) fn latest_records(&self, case: &str) -> Result<Vec<WorkRecord>> {
        let mut latest: Vec<WorkRecord> = Vec::new();
        for record in self.book.records(case)? {
            let same = |l: &WorkRecord| (l.kind, l.number) == (record.kind, record.number);
            match latest.last_mut().filter(|l| same(l)) {
                Some(last) => *last = record,
                None => latest.push(record),
            }
        }
        Ok(latest)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one version")]
    fn write<T: Serialize>(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        kind: RecordKind,
        number: Option<u32>,
        body: &T,
        complete: bool,
        lacking: Vec<String>,
    ) -> Result<RecordRow> {
        if complete && !lacking.is_empty() {
            return Err(OfficeError::RecordIncomplete { lacking });
        }
        let json = to_json(body)?;
        printable(&json)?;
        let at = at(desk);
        let (number, version) = self
            .book
            .record_write(&at, case, kind, number, complete, &json)?;
        self.row(case, kind, number, Some(version))
    }

    fn row(
        &self,
        case: &str,
        kind: RecordKind,
        number: u32,
        version: Option<u32>,
    ) -> Result<RecordRow> {
        let record = self.book.work_record(case, kind, number, version)?;
        self.row_of(case, &record)
    }

    fn row_of(&self, case: &str, record: &WorkRecord) -> Result<RecordRow> {
        let (lacking, findings) = match RecordBody::of(record)? {
            RecordBody::Onsite(body) => (body.lacking(self.away(case, &body.items)?), Vec::new()),
            RecordBody::Phone(body) => (body.lacking(), body.findings()),
            RecordBody::Reason(_) => match record.complete {
                true => (Vec::new(), Vec::new()),
                false => (vec!["second-person".to_owned()], Vec::new()),
            },
        };
        Ok(RecordRow {
            kind: record.kind.as_str(),
            number: record.number,
            version: record.version,
            complete: record.complete,
            at: record.at.clone(),
            person: record.person.clone(),
            item: record.item,
            lacking,
            findings,
        })
    }

    /// Items and captures that a record names exist in its case.
    fn references(&self, case: &str, items: &[u32], captures: &[String]) -> Result<()> {
        for item in items {
            if self.book.item(case, *item)?.withdrawn.is_some() {
                return Err(CasebookError::ItemWithdrawn { item: *item }.into());
            }
        }
        if captures.is_empty() {
            return Ok(());
        }
        let known = self.book.captures(case)?;
        match captures.iter().find(|id| {
            !known
                .iter()
                .any(|c| c.id == **id && c.state == CaptureState::Kept)
        }) {
            Some(id) => Err(CasebookError::UnknownCapture { id: id.clone() }.into()),
            None => Ok(()),
        }
    }
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|e| OfficeError::Damaged {
        what: e.to_string(),
    })
}

/// A record is printed: nothing in it may be invisible, and it stays of a size that a person wrote.
fn printable(json: &str) -> Result<()> {
    let refused = |reason: &str| {
        Err(OfficeError::Record {
            reason: reason.to_owned(),
        })
    };
    let value: Value = read(json)?;
    match (json.len() > MOST, holds_control(&value)) {
        (true, _) => refused("it is longer than 512 KiB"),
        (_, true) => refused("it holds control characters"),
        _ => Ok(()),
    }
}

fn holds_control(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().any(|c| c.is_control() && c != '\n'),
        Value::Array(list) => list.iter().any(holds_control),
        Value::Object(map) => map.values().any(holds_control),
        _ => false,
    }
}
