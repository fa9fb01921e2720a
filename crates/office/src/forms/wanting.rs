//! What keeps a document from being issued: records that are wanted and not complete. Nothing here keeps anything from
//! being fixed.

use std::collections::BTreeSet;

use fidem_casebook::{CaptureState, RecordKind, WorkRecord};
use fidem_manifest::Origin;
use serde::Serialize;

use super::{Capacity, OnSite, Present, RecordBody, UsedDevice};
use crate::cases::item_detail;
use crate::{Missing, Office, OfficeError, Result};

/// A record that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wanting {
    /// What is missing.
    pub missing: Missing,
    /// The captures it is wanted for.
    pub captures: Vec<String>,
    /// The items it is wanted for.
    pub items: Vec<u32>,
    /// A draft of it, where one was begun.
    pub record: Option<u32>,
    /// Whether nothing is issued without it.
    pub blocks: bool,
}

impl Office {
    /// The records that are wanted in a case and not complete.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn wanting(&self, case: &str) -> Result<Vec<Wanting>> {
        let case = self.case(case)?.id;
        let latest = self.latest_records(&case)?;
        let draft = |kind| {
            let of_kind = latest.iter().filter(|r| r.kind == kind && !r.complete);
            of_kind.map(|r| r.number).max()
        };
        let want = |missing: Missing, kind, captures: Vec<String>, items: Vec<u32>| Wanting {
            missing,
            captures,
            items,
            record: draft(kind),
            blocks: missing.blocks(),
        };
        let mut wanting = Vec::new();
        let (captures, items) = self.uncovered(&case, &latest)?;
        if !captures.is_empty() || !items.is_empty() {
            let kind = RecordKind::OnSite;
            wanting.push(want(Missing::OnSiteRecord, kind, captures, items));
        }
        let unreasoned = self.unreasoned(&case, &latest)?;
        if !unreasoned.is_empty() {
            let kind = RecordKind::Reason;
            wanting.push(want(
                Missing::ContinuationReason,
                kind,
                unreasoned,
                Vec::new(),
            ));
        }
        if draft(RecordKind::Phone).is_some() {
            let kind = RecordKind::Phone;
            wanting.push(want(Missing::PhoneRecord, kind, Vec::new(), Vec::new()));
        }
        Ok(wanting)
    }

    /// Refuses an issue while something wanted, or the applicant, is missing.
    pub(crate) fn issuable(&self, case: &str) -> Result<()> {
        let wanting = self.wanting(case)?;
        let nobody = self.case(case)?.applicant.is_empty();
        let wanted = wanting.iter().filter(|w| w.blocks).map(|w| w.missing);
        let missing: Vec<Missing> = nobody
            .then_some(Missing::Applicant)
            .into_iter()
            .chain(wanted)
            .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(OfficeError::RecordsWanting { missing }),
        }
    }

    /// A draft of an on-site record for what wants one, as far as the office knows it.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn onsite_proposal(&self, case: &str) -> Result<OnSite> {
        let case = self.case(case)?;
        let latest = self.latest_records(&case.id)?;
        let (captures, items) = self.uncovered(&case.id, &latest)?;
        let kept = self.book.captures(&case.id)?;
        let of_record = kept.iter().filter(|c| captures.contains(&c.id));
        let began = of_record.clone().map(|c| c.started_at.clone()).min();
        let ended = of_record.filter_map(|c| c.ended_at.clone()).max();
        let standing = self.device_standing()?;
        let person = self.person();
        let present = |name: &str, capacity| Present {
            capacity,
            name: name.to_owned(),
            note: String::new(),
        };
        let own = match person.has(fidem_casebook::Role::Notary) {
            true => Capacity::Notary,
            false => Capacity::Assistant,
        };
        let mut persons = vec![present(&person.name, own)];
        persons.push(present(&case.applicant, Capacity::Applicant));
        persons.extend(case.agent.as_deref().map(|a| present(a, Capacity::Agent)));
        Ok(OnSite {
            began: began.unwrap_or_default(),
            captures,
            device: UsedDevice {
                identity: standing
                    .device
                    .filter(|_| standing.of_office)
                    .map_or_else(String::new, |d| d.identity),
                ..UsedDevice::default()
            },
            ended: ended.unwrap_or_default(),
            items,
            network: match standing.in_network {
                true => "本处网络".to_owned(),
                false => String::new(),
            },
            signatories: vec![person.name.clone()],
            persons,
            ..OnSite::default()
        })
    }

    /// Interactive captures, and items obtained on site, that no complete on-site record covers.
    fn uncovered(&self, case: &str, latest: &[WorkRecord]) -> Result<(Vec<String>, Vec<u32>)> {
        let mut covered = (BTreeSet::new(), BTreeSet::new());
        for record in latest.iter().filter(|r| r.complete) {
            if let RecordBody::Onsite(body) = RecordBody::of(record)? {
                covered.0.extend(body.captures);
                covered.1.extend(body.items);
            }
        }
        let captures = self.captures(case)?;
        let wanted = captures
            .iter()
            .filter(|(c, s)| c.state == CaptureState::Kept && s.interactive)
            .map(|(c, _)| c.id.clone())
            .filter(|id| !covered.0.contains(id));
        let captures: Vec<String> = wanted.collect();
        let records: BTreeSet<u32> = self.record_items(case)?;
        let mut items = self.items_on_site(case)?;
        items.retain(|item| !covered.1.contains(item) && !records.contains(item));
        Ok((captures, items))
    }

    /// Items obtained on site.
    fn items_on_site(&self, case: &str) -> Result<Vec<u32>> {
        let batches = self.batch_facts(case)?;
        let on_site = |origin: &Origin| matches!(origin, Origin::OnSite { .. });
        let mut items = Vec::new();
        // An item's own facts are exceptions within its batch; none is on site in a case whose batches are not. So the
        // page of a large case costs no second reading of all its items.
        if !batches.iter().any(|(_, facts)| on_site(&facts.origin)) {
            return Ok(items);
        }
        self.each_item(case, &mut |item| {
            if item.withdrawn.is_none() {
                let detail = item_detail(item, &batches)?;
                if on_site(&detail.facts.origin) {
                    items.push(detail.item.number);
                }
            }
            Ok(())
        })?;
        Ok(items)
    }

    /// Items that are records themselves.
    pub(crate) fn record_items(&self, case: &str) -> Result<BTreeSet<u32>> {
        let records = self.book.records(case)?;
        Ok(records.into_iter().filter_map(|r| r.item).collect())
    }

    /// Whether any of these items was obtained on site: that takes two persons of the office.
    pub(super) fn away(&self, case: &str, items: &[u32]) -> Result<bool> {
        let batches = self.batch_facts(case)?;
        for number in items {
            let detail = item_detail(self.book.item(case, *number)?, &batches)?;
            if matches!(detail.facts.origin, Origin::OnSite { .. }) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Captures that went on after an abnormal finding, for a reason that two persons have not given yet.
    fn unreasoned(&self, case: &str, latest: &[WorkRecord]) -> Result<Vec<String>> {
        let mut given = BTreeSet::new();
        for record in latest.iter().filter(|r| r.complete) {
            if let RecordBody::Reason(body) = RecordBody::of(record)? {
                given.extend(body.captures);
            }
        }
        let reports = self.reports(case)?;
        let mut unreasoned = Vec::new();
        for (capture, summary) in self.captures(case)? {
            let kept = capture.state == CaptureState::Kept && !given.contains(&capture.id);
            if kept && self.abnormal_before(&capture, &summary, &reports)? > 0 {
                unreasoned.push(capture.id);
            }
        }
        Ok(unreasoned)
    }

    pub(super) fn captures_wanting_reason(&self, case: &str) -> Result<Vec<String>> {
        self.unreasoned(case, &self.latest_records(case)?)
    }
}
