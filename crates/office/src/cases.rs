//! Cases as a person sees them: what is in one, what it proves, what is next, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use fidem_casebook::{Case, CaseChange, CaseFilter, CaseRow, Certificate, Hit, Item, NewCase};
use fidem_casebook::{Review, Role, SealState};
use fidem_fingerprint::Fingerprint;
use fidem_manifest::{Facts, ProofScope, SourceClass};
use fidem_vault::Key;
use serde::Serialize;
use serde_json::json;

use crate::folder::{at, random_id};
use crate::forms::forwarded;
use crate::{Desk, Forwarded, ItemNotes, Office, OfficeError, Result, Wanting};

/// What should be done next in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NextStep {
    /// Nothing has been taken in.
    TakeIn,
    /// Items are not sealed.
    Seal,
    /// A seal waits for its tokens.
    Stamp,
    /// A second person has not reviewed; the receipt may issue without.
    Review,
    /// No receipt was issued over the latest seal.
    Certify,
    /// The case can be handed over.
    Export,
}

/// Something a receipt will print as 未知 or 无, each worth a question before issue; or a record without which none issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// Who asked for it; left out when a capture opened the case.
    Applicant,
    /// Art 14 kind of data.
    Art14Kind,
    /// Who handed it over.
    HandedOverBy,
    /// The carrier.
    Carrier,
    /// Whether the original can be shown in court.
    Original,
    /// One of the six Art 18 headings.
    Art18,
    /// A complete on-site record; nothing is issued without it.
    #[serde(rename = "onsite-record")]
    OnSiteRecord,
    /// A phone record that was begun.
    PhoneRecord,
    /// The reason of two persons for going on after an abnormal finding; nothing is issued without it.
    ContinuationReason,
}

impl Missing {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Art14Kind => "art14-kind",
            Self::HandedOverBy => "handed-over-by",
            Self::Carrier => "carrier",
            Self::Original => "original",
            Self::Art18 => "art18",
            Self::OnSiteRecord => "onsite-record",
            Self::PhoneRecord => "phone-record",
            Self::ContinuationReason => "continuation-reason",
        }
    }

    /// Whether nothing is issued without it.
    #[must_use]
    pub fn blocks(self) -> bool {
        matches!(
            self,
            Self::Applicant | Self::OnSiteRecord | Self::ContinuationReason
        )
    }
}

/// A case with all that its page shows but the items themselves.
#[derive(Debug, Clone)]
pub struct CaseDetail {
    /// The case.
    pub case: Case,
    /// Items in all, withdrawn ones included.
    pub items: u64,
    /// Items not in a seal and not withdrawn, and completed records that are no items yet.
    pub unsealed: u64,
    /// Classes met with how often, unsealed and sealed, not withdrawn.
    pub classes: Vec<(SourceClass, u64)>,
    /// Widest scope common to all items.
    pub scope: ProofScope,
    /// Seals.
    pub seals: Vec<fidem_casebook::Seal>,
    /// Reviews.
    pub reviews: Vec<Review>,
    /// Receipts issued.
    pub certificates: Vec<Certificate>,
    /// Deliveries made.
    pub revisions: u32,
    /// What is next.
    pub next: NextStep,
    /// What receipts will show as missing, and what keeps them from being issued.
    pub missing: Vec<Missing>,
    /// The records that are wanted, each with what it is wanted for.
    pub wanting: Vec<Wanting>,
}

/// An item with its facts.
#[derive(Debug, Clone)]
pub struct ItemDetail {
    /// As kept.
    pub item: Item,
    /// Class in force.
    pub class: SourceClass,
    /// Facts in force: the item's own, or its batch's.
    pub facts: Facts,
    /// Intake's remarks.
    pub notes: ItemNotes,
    /// Whether it was passed on through a chat, and may have been compressed anew (可能被压缩).
    pub forwarded: Option<Forwarded>,
}

impl ItemDetail {
    fn marked(mut self, stated: &BTreeMap<u32, bool>) -> Self {
        self.forwarded = forwarded::of_item(&self.item.name, self.item.number, stated);
        self
    }
}

impl Office {
    /// Opens a case.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Role`].
    pub fn case_new(&mut self, desk: &dyn Desk, new: &NewCase) -> Result<Case> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let id = random_id(desk)?;
        Ok(self.book.case_new(&at(desk), new, id)?)
    }

    /// Cases, newest first.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn case_list(&self, filter: &CaseFilter) -> Result<Vec<CaseRow>> {
        Ok(self.book.case_list(filter)?)
    }

    /// How many cases there are.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn case_count(&self, filter: &CaseFilter) -> Result<u64> {
        Ok(self.book.case_count(filter)?)
    }

    /// The case of that id or number.
    ///
    /// # Errors
    /// [`fidem_casebook::CasebookError::UnknownCase`].
    pub fn case(&self, id_or_number: &str) -> Result<Case> {
        let found = self.book.case_find(id_or_number)?;
        found.ok_or_else(|| {
            fidem_casebook::CasebookError::UnknownCase {
                case: id_or_number.to_owned(),
            }
            .into()
        })
    }

    /// Corrects a case's fields; the journal keeps what stood there.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Role`].
    pub fn case_update(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        change: &CaseChange,
    ) -> Result<Case> {
        self.require(&[Role::Clerk, Role::Notary])?;
        Ok(self.book.case_update(&at(desk), case, change)?)
    }

    /// A case's page; that it was looked at enters the journal.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn case_show(&mut self, desk: &dyn Desk, case: &str) -> Result<CaseDetail> {
        let case = self.case(case)?;
        self.book
            .journal_append(&at(desk), "case.viewed", Some(&case.id), None, json!({}))?;
        self.case_detail(&case.id)
    }

    /// A case's page, without a look being recorded: for what follows an act that is recorded itself.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn case_detail(&self, case: &str) -> Result<CaseDetail> {
        let case = self.case(case)?;
        let tally = self.tally(&case.id)?;
        let seals = self.book.seals(&case.id)?;
        let reviews = self.book.reviews(&case.id)?;
        let certificates = self.book.certificates(&case.id)?;
        let revisions = self.book.revisions(&case.id)?;
        let wanting = self.wanting(&case.id)?;
        let mut missing = self.missing(&case.id)?;
        missing.extend(case.applicant.is_empty().then_some(Missing::Applicant));
        missing.extend(wanting.iter().map(|w| w.missing));
        let scope = tally
            .classes
            .iter()
            .map(|(c, _)| c.max_scope())
            .min()
            .unwrap_or(ProofScope::P0);
        let next = next_step(&tally, &seals, &reviews, &certificates);
        Ok(CaseDetail {
            items: tally.items,
            unsealed: tally.unsealed,
            classes: tally.classes,
            scope,
            revisions: revisions.last().map_or(0, |r| r.number),
            case,
            seals,
            reviews,
            certificates,
            next,
            missing,
            wanting,
        })
    }

    fn tally(&self, case: &str) -> Result<Tally> {
        let mut tally = Tally::default();
        let mut counts = [0_u64; SourceClass::ALL.len()];
        self.each_item(case, &mut |item| {
            tally.items += 1;
            if item.withdrawn.is_some() {
                return Ok(());
            }
            tally.unsealed += u64::from(item.seal.is_none());
            let class = class_of(&item)?;
            for (i, c) in SourceClass::ALL.iter().enumerate() {
                counts[i] += u64::from(*c == class);
            }
            Ok(())
        })?;
        tally.unsealed += self.pending_records(case)?.len() as u64;
        tally.classes = SourceClass::ALL
            .into_iter()
            .zip(counts)
            .filter(|(_, n)| *n > 0)
            .collect();
        Ok(tally)
    }

    /// Items of a case in pages of a bounded size, so that 100,000 of them are never held at once.
    pub(crate) fn each_item(
        &self,
        case: &str,
        each: &mut dyn FnMut(Item) -> Result<()>,
    ) -> Result<()> {
        const PAGE: u64 = 2000;
        let mut offset = 0;
        loop {
            let page = self.book.items(case, offset, PAGE)?;
            let len = page.len() as u64;
            for item in page {
                each(item)?;
            }
            if len < PAGE {
                return Ok(());
            }
            offset += len;
        }
    }

    /// A page of items.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn items(&self, case: &str, offset: u64, limit: u64) -> Result<Vec<ItemDetail>> {
        let batches = self.batch_facts(case)?;
        let stated = self.forwarding_stated(case)?;
        let items = self.book.items(case, offset, limit)?.into_iter();
        items
            .map(|item| Ok(detail(item, &batches)?.marked(&stated)))
            .collect()
    }

    /// One item.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn item(&self, case: &str, number: u32) -> Result<ItemDetail> {
        let batches = self.batch_facts(case)?;
        let stated = self.forwarding_stated(case)?;
        Ok(detail(self.book.item(case, number)?, &batches)?.marked(&stated))
    }

    /// The bytes of an item for a preview, at most `limit`; the look enters the journal.
    ///
    /// # Errors
    /// [`OfficeError::Vault`] when it is larger or cannot be read; [`OfficeError::VaultDiffers`].
    pub fn item_bytes(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        number: u32,
        limit: u64,
    ) -> Result<Vec<u8>> {
        let item = self.book.item(case, number)?;
        let bytes = self.vault.read_all(&Key(item.sha256), limit)?;
        if fidem_fingerprint::of(&bytes) != print_of(&item) {
            return Err(OfficeError::VaultDiffers { item: number });
        }
        self.book.journal_append(
            &at(desk),
            "item.viewed",
            Some(case),
            Some(number),
            json!({}),
        )?;
        Ok(bytes)
    }

    /// Withdraws an item before its seal; row, digests and reason stay.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`] when it is sealed already or the reason is empty.
    pub fn withdraw(&mut self, desk: &dyn Desk, case: &str, item: u32, reason: &str) -> Result<()> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?;
        let records = self.latest_records(&case.id)?;
        if records.iter().any(|record| record.item == Some(item)) {
            return Err(OfficeError::RecordItem { item });
        }
        Ok(self.book.item_withdraw(&at(desk), &case.id, item, reason)?)
    }

    /// A second person's review of a seal, bound to what was approved.
    ///
    /// # Errors
    /// [`OfficeError::Role`], or [`OfficeError::Casebook`] when the reviewer has handled the case.
    pub fn review(&mut self, desk: &dyn Desk, case: &str, seal: u32) -> Result<()> {
        self.require(&[Role::Reviewer, Role::Notary])?;
        let case = self.case(case)?;
        let sealed = self.book.seal(&case.id, seal)?;
        let checklist = json!({"materials": true, "procedure": true, "wording": true}).to_string();
        Ok(self
            .book
            .review_add(&at(desk), &case.id, seal, sealed.seal_sha256, &checklist)?)
    }

    /// Cases, items and documents by words.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn search(&self, words: &str) -> Result<Vec<Hit>> {
        Ok(self.book.search(words)?)
    }

    /// The case of a file, by its digest.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn find(&self, print: &Fingerprint) -> Result<Vec<Hit>> {
        Ok(self.book.find_digest(&print.sha256)?)
    }

    /// Facts of each batch, by its number.
    pub(crate) fn batch_facts(&self, case: &str) -> Result<Vec<(u32, Facts)>> {
        self.book
            .batches(case)?
            .into_iter()
            .map(|b| Ok((b.id.0, read_facts(&b.facts_json)?)))
            .collect()
    }

    fn missing(&self, case: &str) -> Result<Vec<Missing>> {
        let mut missing = Vec::new();
        let mut note = |is: bool, what: Missing| {
            if is && !missing.contains(&what) {
                missing.push(what);
            }
        };
        let records = self.record_batches(case)?;
        for (batch, facts) in self.batch_facts(case)? {
            // A record of work is no hand-over: nothing is to be asked of it.
            if records.contains(&batch) {
                continue;
            }
            let a = &facts.art18;
            note(facts.art14_kind.is_none(), Missing::Art14Kind);
            note(facts.handed_over_by.is_empty(), Missing::HandedOverBy);
            note(facts.carrier.kind.is_empty(), Missing::Carrier);
            note(
                facts.original.available_in_court.is_empty(),
                Missing::Original,
            );
            let empty = [
                &a.source,
                &a.generation,
                &a.storage,
                &a.notarisation,
                &a.witness,
                &a.corroboration,
            ]
            .iter()
            .any(|h| h.is_empty());
            note(empty, Missing::Art18);
        }
        Ok(missing)
    }
}

impl Office {
    fn record_batches(&self, case: &str) -> Result<BTreeSet<u32>> {
        let items = self.record_items(case)?.into_iter();
        items
            .map(|number| Ok(self.book.item(case, number)?.batch.0))
            .collect()
    }
}

#[derive(Default)]
struct Tally {
    items: u64,
    unsealed: u64,
    classes: Vec<(SourceClass, u64)>,
}

fn next_step(
    tally: &Tally,
    seals: &[fidem_casebook::Seal],
    reviews: &[Review],
    certificates: &[Certificate],
) -> NextStep {
    if tally.unsealed > 0 {
        return NextStep::Seal;
    }
    let Some(last) = seals.last() else {
        return NextStep::TakeIn;
    };
    if seals.iter().any(|s| s.state == SealState::Waiting) {
        return NextStep::Stamp;
    }
    let certified = certificates.iter().any(|c| c.seals_upto == last.number);
    let reviewed = reviews.iter().any(|r| r.seal == last.number);
    match (certified, reviewed) {
        (true, _) => NextStep::Export,
        (false, true) => NextStep::Certify,
        (false, false) => NextStep::Review,
    }
}

fn detail(item: Item, batches: &[(u32, Facts)]) -> Result<ItemDetail> {
    let notes: ItemNotes =
        serde_json::from_str(&item.facts_json).map_err(|e| OfficeError::Damaged {
            what: e.to_string(),
        })?;
    let inherited = batches
        .iter()
        .find(|(n, _)| *n == item.batch.0)
        .map(|(_, f)| f);
    let facts =
        notes
            .facts
            .as_ref()
            .or(inherited)
            .cloned()
            .ok_or_else(|| OfficeError::Damaged {
                what: format!("batch {} of item {}", item.batch.0, item.number),
            })?;
    Ok(ItemDetail {
        class: class_of(&item)?,
        facts,
        notes,
        forwarded: None,
        item,
    })
}

pub(crate) fn class_of(item: &Item) -> Result<SourceClass> {
    letter(&item.class)
}

pub(crate) fn letter(class: &str) -> Result<SourceClass> {
    SourceClass::from_letter(class).ok_or_else(|| OfficeError::Damaged {
        what: format!("class {class}"),
    })
}

pub(crate) fn print_of(item: &Item) -> Fingerprint {
    Fingerprint {
        size: item.size,
        sha256: item.sha256,
        sm3: item.sm3,
    }
}

fn read_facts(json: &str) -> Result<Facts> {
    serde_json::from_str(json).map_err(|e| OfficeError::Facts {
        reason: e.to_string(),
    })
}

/// Makes [`detail`] available to the records of a seal.
pub(crate) fn item_detail(item: Item, batches: &[(u32, Facts)]) -> Result<ItemDetail> {
    detail(item, batches)
}
