//! Data that cannot be printed truthfully is refused before a page is set.

use std::collections::BTreeSet;

use fidem_manifest::ProofScope;

use crate::data::{CertificateData, Finality, Presumption, SixTimes};
use crate::forbidden::{Found, chain_words, forbidden_phrases};
use crate::moment::parse_utc;
use crate::{Bilingual, CertificateError, Kind, Status};

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not 64 lower-case hexadecimal digits.
    #[error("is not a digest of 64 lower-case hexadecimal digits")]
    Digest,
    /// Not RFC 3339 in UTC with whole seconds.
    #[error("is not a time of the form 2026-11-22T12:00:00Z")]
    Time,
    /// Empty where something must stand.
    #[error("is empty")]
    Empty,
    /// Numbers that repeat or do not rise.
    #[error("numbers must rise")]
    Order,
    /// A number that names nothing.
    #[error("names nothing in this document")]
    Dangling,
    /// A scope wider than the class supports.
    #[error("claims a wider scope of proof than its source class supports")]
    Scope,
    /// A presumption without its facts.
    #[error("is a presumption whose facts do not exist")]
    Presumption,
    /// An issued document that needs a second person's approval and has none.
    #[error("has no approval of a second person")]
    Approval,
}

/// A forbidden phrase and the field it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForbiddenInField {
    /// Path of the field, such as `anomalies[0].zh`.
    pub field: String,
    /// The phrase.
    pub found: Found,
}

impl CertificateData {
    /// Checks everything that [`crate::Typesetter::render`] checks before setting.
    ///
    /// # Errors
    /// [`CertificateError::Data`] for the first field that cannot be printed, [`CertificateError::ForbiddenPhrases`]
    /// with all phrases found.
    pub fn check(&self) -> Result<(), CertificateError> {
        self.check_heads()?;
        self.check_items()?;
        self.check_seals()?;
        self.check_anchors()?;
        self.check_rest()?;
        self.check_annexes()?;
        self.check_kind()?;
        let found = self.forbidden();
        match found.is_empty() {
            true => Ok(()),
            false => Err(CertificateError::ForbiddenPhrases { found }),
        }
    }

    /// Forbidden phrases in the words that a person wrote. Names of files and parties are quoted, not claimed, and are
    /// not examined.
    #[must_use]
    pub fn forbidden(&self) -> Vec<ForbiddenInField> {
        let mut found = Vec::new();
        for (field, text) in self.free_texts() {
            for (suffix, words) in [("zh", &text.zh), ("en", &text.en)] {
                let mut hits = forbidden_phrases(words);
                if self.chain_anchors.is_empty() {
                    hits.extend(chain_words(words));
                }
                found.extend(hits.into_iter().map(|found| ForbiddenInField {
                    field: format!("{field}.{suffix}"),
                    found,
                }));
            }
        }
        for (field, words) in self.record_texts() {
            let mut hits = forbidden_phrases(words);
            if self.chain_anchors.is_empty() {
                hits.extend(chain_words(words));
            }
            found.extend(hits.into_iter().map(|found| ForbiddenInField {
                field: field.clone(),
                found,
            }));
        }
        found
    }

    /// What a person wrote in the records of work. Addresses, titles and names are quoted and not examined.
    fn record_texts(&self) -> Vec<(String, &str)> {
        let mut texts = Vec::new();
        for (i, r) in self.onsite.iter().enumerate() {
            let field = |name: &str| format!("onsite[{i}].{name}");
            texts.push((field("place"), r.place.as_str()));
            texts.push((field("device"), &r.device));
            texts.push((field("network"), &r.network));
            texts.push((field("remarks"), &r.remarks));
            texts.extend(
                r.persons
                    .iter()
                    .map(|p| (field("persons"), p.note.as_str())),
            );
            texts.extend(
                r.steps
                    .shown
                    .iter()
                    .map(|s| (field("steps"), s.what.as_str())),
            );
            texts.extend(
                r.under_seal
                    .iter()
                    .map(|s| (field("under_seal"), s.1.as_str())),
            );
        }
        for (i, r) in self.phones.iter().enumerate() {
            let field = |name: &str| format!("phones[{i}].{name}");
            texts.push((field("network"), r.network.as_str()));
            texts.push((field("remarks"), &r.remarks));
            texts.extend(
                r.steps
                    .shown
                    .iter()
                    .map(|s| (field("steps"), s.what.as_str())),
            );
            for row in &r.carriers.shown {
                texts.push((field("carriers"), row.place.as_str()));
                texts.push((field("carriers"), &row.until));
            }
        }
        if let Some(c) = &self.particulars.correction {
            texts.push(("particulars.correction.statement".to_owned(), &c.statement));
            texts.push(("particulars.correction.reason".to_owned(), &c.reason));
        }
        for (i, entry) in self.particulars.list.iter().enumerate() {
            let field = |name: &str| format!("particulars.list[{i}].{name}");
            texts.push((field("proves"), entry.proves.as_str()));
            texts.push((field("content"), &entry.content));
        }
        for (i, c) in self.captures.shown.iter().enumerate() {
            let reason = c.reason.iter().map(|r| r.reason.as_str());
            texts.extend(reason.map(|text| (format!("captures[{i}].reason"), text)));
        }
        texts
    }

    fn free_texts(&self) -> Vec<(String, &Bilingual)> {
        let mut texts = vec![("matter".to_owned(), &self.matter)];
        texts.extend(self.purpose.iter().map(|t| ("purpose".to_owned(), t)));
        for (i, o) in self.origins.iter().enumerate() {
            let points = [
                ("source", &o.source),
                ("generation", &o.generation),
                ("storage", &o.storage),
                ("notarisation", &o.notarisation),
                ("witness", &o.witness),
                ("corroboration", &o.corroboration),
            ];
            for (name, point) in points {
                texts.extend(point.iter().map(|t| (format!("origins[{i}].{name}"), t)));
            }
        }
        let environment = self.environment.as_ref().and_then(|e| e.effect.as_ref());
        texts.extend(environment.map(|t| ("environment.effect".to_owned(), t)));
        texts.extend(indexed("anomalies", &self.anomalies, |t| t));
        texts.extend(indexed("custody", &self.custody, |c| &c.act));
        for (name, entries) in self.times.named() {
            texts.extend(indexed(&format!("times.{name}"), entries, |e| &e.source));
        }
        texts
    }

    fn check_heads(&self) -> Result<(), CertificateError> {
        filled("document_id", &self.document_id)?;
        filled("case_number", &self.case_number)?;
        filled("office.name.zh", &self.office.name.zh)?;
        filled("applicant.name", &self.applicant.name)?;
        filled("matter.zh", &self.matter.zh)?;
        filled("handler.name", &self.handler.name)?;
        time("issued_at", &self.issued_at)
    }

    fn check_items(&self) -> Result<(), CertificateError> {
        if self.items.is_empty() {
            return Err(wrong("items".to_owned(), Problem::Empty));
        }
        rising("items", self.items.iter().map(|i| i.number))?;
        let batches: BTreeSet<_> = self.origins.iter().map(|o| o.batch).collect();
        let seals: BTreeSet<_> = self.seals.iter().map(|s| s.number).collect();
        for (i, item) in self.items.iter().enumerate() {
            let field = |name: &str| format!("items[{i}].{name}");
            filled(&field("name"), &item.name)?;
            digest(&field("sha256"), &item.sha256)?;
            digest(&field("sm3"), &item.sm3)?;
            time(&field("received_at"), &item.received_at)?;
            known(field("batch"), batches.contains(&item.batch))?;
            known(field("seal"), seals.contains(&item.seal))?;
            if item.scope > item.class.max_scope() || item.scope > ProofScope::P3 {
                return Err(wrong(field("scope"), Problem::Scope));
            }
        }
        rising("origins", self.origins.iter().map(|o| o.batch))
    }

    fn check_seals(&self) -> Result<(), CertificateError> {
        rising("seals", self.seals.iter().map(|s| s.number))?;
        for (i, seal) in self.seals.iter().enumerate() {
            let field = |name: &str| format!("seals[{i}].{name}");
            for (name, value) in [
                ("manifest_sha256", &seal.manifest_sha256),
                ("manifest_sm3", &seal.manifest_sm3),
                ("seal_sha256", &seal.seal_sha256),
                ("seal_sm3", &seal.seal_sm3),
                ("root", &seal.root),
            ] {
                digest(&field(name), value)?;
            }
            time(&field("device_time"), &seal.device_time)?;
            for (j, token) in seal.tokens.iter().enumerate() {
                filled(&field(&format!("tokens[{j}].authority")), &token.authority)?;
                time(&field(&format!("tokens[{j}].gen_time")), &token.gen_time)?;
            }
        }
        Ok(())
    }

    fn check_anchors(&self) -> Result<(), CertificateError> {
        let seals: BTreeSet<_> = self.seals.iter().map(|s| s.number).collect();
        for (i, anchor) in self.chain_anchors.iter().enumerate() {
            let field = |name: &str| format!("chain_anchors[{i}].{name}");
            let covered = !anchor.seals.is_empty();
            let all = anchor.seals.iter().all(|seal| seals.contains(seal));
            known(field("seals"), covered && all)?;
            time(&field("submitted_at"), &anchor.submitted_at)?;
            if let Some(at) = &anchor.block_time {
                time(&field("block_time"), at)?;
            }
        }
        for (i, receipt) in self.platform_receipts.iter().enumerate() {
            let field = |name: &str| format!("platform_receipts[{i}].{name}");
            known(field("seal"), seals.contains(&receipt.seal))?;
            time(&field("at"), &receipt.at)?;
        }
        let anchored = self.chain_anchors.iter();
        let final_anchor = anchored.clone().any(|a| a.finality == Finality::Final);
        let presumed = self
            .presumptions
            .contains(&Presumption::UnchangedAfterAnchoring);
        let notarised = self.presumptions.contains(&Presumption::NotarisedContent);
        match (presumed && !final_anchor) || (notarised && !self.notarised_content()) {
            true => Err(wrong("presumptions".to_owned(), Problem::Presumption)),
            false => Ok(()),
        }
    }

    /// Whether Art 94(2) may be named: on ① once the notarial certificate has its number, and only when nothing listed was
    /// supplied by a party, a device, an algorithm or an archive of others.
    #[must_use]
    pub fn notarised_content(&self) -> bool {
        use fidem_manifest::SourceClass::{C, D, E, F};
        let supplied = |item: &crate::ItemRow| matches!(item.class, C | D | E | F);
        self.kind == Kind::Record
            && self.notarial_number.is_some()
            && !self.items.iter().any(supplied)
    }

    fn check_kind(&self) -> Result<(), CertificateError> {
        let given = !matches!(self.status, Status::Draft | Status::Void);
        if given && self.kind.needs_approval() && self.second_person.is_none() {
            return Err(wrong("second_person".to_owned(), Problem::Approval));
        }
        match (&self.particulars.correction, self.kind == Kind::Correction) {
            (None, true) => return Err(wrong("particulars.correction".to_owned(), Problem::Empty)),
            (Some(c), true) => {
                digest("particulars.correction.sha256", &c.sha256)?;
                time("particulars.correction.issued_at", &c.issued_at)?;
                filled("particulars.correction.statement", &c.statement)?;
                filled("particulars.correction.reason", &c.reason)?;
            }
            (_, false) => {}
        }
        let numbers: BTreeSet<_> = self.items.iter().map(|i| i.number).collect();
        for (i, entry) in self.particulars.list.iter().enumerate() {
            let field = format!("particulars.list[{i}].item");
            known(field, numbers.contains(&entry.item))?;
        }
        for (i, print) in self.particulars.prints.iter().enumerate() {
            let field = |name: &str| format!("particulars.prints[{i}].{name}");
            known(field("item"), numbers.contains(&print.item))?;
            digest(&field("sha256"), &print.sha256)?;
            if print.width == 0 || print.height == 0 {
                return Err(wrong(field("width"), Problem::Empty));
            }
        }
        match self.kind == Kind::Prints && self.particulars.prints.is_empty() {
            true => Err(wrong("particulars.prints".to_owned(), Problem::Empty)),
            false => Ok(()),
        }
    }

    fn check_rest(&self) -> Result<(), CertificateError> {
        for (name, entries) in self.times.named() {
            for (i, entry) in entries.iter().enumerate() {
                time(&format!("times.{name}[{i}].at"), &entry.at)?;
                let until = entry.until.iter();
                until
                    .clone()
                    .try_for_each(|u| time(&format!("times.{name}[{i}].until"), u))?;
            }
        }
        for (i, row) in self.custody.iter().enumerate() {
            time(&format!("custody[{i}].at"), &row.at)?;
        }
        for (i, root) in self.trust_roots.iter().enumerate() {
            digest(&format!("trust_roots[{i}].sha256"), &root.sha256)?;
        }
        let digests = [
            (
                "environment.report_sha256",
                self.environment.as_ref().map(|e| &e.report_sha256),
            ),
            ("journal.head", self.journal.as_ref().map(|j| &j.head)),
            ("program.sha256", self.program.sha256.as_ref()),
            (
                "program.verifier_sha256",
                self.program.verifier_sha256.as_ref(),
            ),
        ];
        for (field, value) in digests {
            value.map_or(Ok(()), |value| digest(field, value))?;
        }
        Ok(())
    }
}

/// Every time and digest of the annexes.
impl CertificateData {
    fn check_annexes(&self) -> Result<(), CertificateError> {
        let times =
            |field: String, all: Vec<&String>| all.into_iter().try_for_each(|t| time(&field, t));
        for (i, r) in self.onsite.iter().enumerate() {
            let steps = r.steps.shown.iter().filter_map(|s| s.at.as_ref());
            let mut all = vec![&r.began, &r.ended, &r.completed_at];
            all.extend(steps);
            times(format!("onsite[{i}]"), all)?;
            for made in &r.made.shown {
                digest(&format!("onsite[{i}].made"), &made.sha256)?;
            }
        }
        for (i, r) in self.phones.iter().enumerate() {
            let mut all = vec![&r.completed_at];
            all.extend(r.steps.shown.iter().filter_map(|s| s.at.as_ref()));
            times(format!("phones[{i}]"), all)?;
        }
        for (i, c) in self.captures.shown.iter().enumerate() {
            let mut all = vec![&c.started, &c.ended];
            all.extend([&c.asked_at, &c.first_token].into_iter().flatten());
            let reports = [&c.before, &c.after].into_iter().flatten();
            for report in reports {
                all.push(&report.ended);
                all.extend(&report.token);
                digest(&format!("captures[{i}].report"), &report.sha256)?;
            }
            for kept in &c.certificates.shown {
                all.extend([&kept.not_before, &kept.not_after].into_iter().flatten());
                digest(&format!("captures[{i}].certificates"), &kept.sha256)?;
            }
            all.extend(c.reason.iter().flat_map(|r| [&r.written.1, &r.confirmed.1]));
            times(format!("captures[{i}]"), all)?;
        }
        Ok(())
    }
}

impl SixTimes {
    fn named(&self) -> [(&'static str, &[crate::TimeEntry]); 6] {
        [
            ("claimed", &self.claimed),
            ("capture", &self.capture),
            ("token", &self.token),
            ("block", &self.block),
            ("receipt", &self.receipt),
            ("issue", &self.issue),
        ]
    }
}

fn indexed<'a, T>(
    name: &str,
    rows: &'a [T],
    text: impl Fn(&'a T) -> &'a Bilingual,
) -> Vec<(String, &'a Bilingual)> {
    let rows = rows.iter().enumerate();
    rows.map(|(i, row)| (format!("{name}[{i}]"), text(row)))
        .collect()
}

fn wrong(field: String, problem: Problem) -> CertificateError {
    CertificateError::Data { field, problem }
}

fn filled(field: &str, text: &str) -> Result<(), CertificateError> {
    match text.trim().is_empty() {
        true => Err(wrong(field.to_owned(), Problem::Empty)),
        false => Ok(()),
    }
}

pub(crate) fn digest(field: &str, hex: &str) -> Result<(), CertificateError> {
    let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    match hex.len() == 64 && hex.bytes().all(lower_hex) {
        true => Ok(()),
        false => Err(wrong(field.to_owned(), Problem::Digest)),
    }
}

pub(crate) fn time(field: &str, stamp: &str) -> Result<(), CertificateError> {
    match parse_utc(stamp) {
        Some(_) => Ok(()),
        None => Err(wrong(field.to_owned(), Problem::Time)),
    }
}

fn known(field: String, exists: bool) -> Result<(), CertificateError> {
    match exists {
        true => Ok(()),
        false => Err(wrong(field, Problem::Dangling)),
    }
}

fn rising(field: &str, numbers: impl Iterator<Item = u32>) -> Result<(), CertificateError> {
    let numbers: Vec<_> = numbers.collect();
    match numbers.is_sorted_by(|a, b| a < b) {
        true => Ok(()),
        false => Err(wrong(field.to_owned(), Problem::Order)),
    }
}
