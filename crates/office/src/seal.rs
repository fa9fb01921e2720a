//! Sealing (固化): manifest, tree and statement first, durable; then the office log; then tokens, one by one, resumable.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use fidem_casebook::{Case, Role, SealState};
use fidem_fingerprint::{hex, of};
use fidem_manifest::{CaseRef, JournalHead, Manifest, ManifestDigest, OfficeRef, Seal};
use fidem_verify::Trust;

use crate::cases::item_detail;
use crate::folder::at;
use crate::intake::go_on;
use crate::records::Collected;
use crate::{AuthorityChoice, Desk, Office, Result, Step, Task};

/// How many independent authorities a seal wants, where so many were chosen.
const WANTED: usize = 2;

/// How to seal.
#[derive(Default)]
pub struct SealOptions {
    /// Authorities for this act in place of the office's choice.
    pub authorities: Option<Vec<AuthorityChoice>>,
    /// Roots for this act beside the build's and the office's.
    pub trust: Option<Trust>,
}

/// A token as obtained.
#[derive(Debug, Clone)]
pub struct SealedToken {
    /// Its ordinal in the case; none where no reply was kept.
    pub ordinal: Option<u32>,
    /// The authority.
    pub authority: String,
    /// Where it was asked.
    pub url: String,
    /// Whether it counts.
    pub counts: bool,
    /// genTime, RFC 3339.
    pub time: Option<String>,
    /// What is to be known of one that counts: that two authorities disagree.
    pub remark: Option<String>,
    /// Why it does not count, or why none came.
    pub problem: Option<String>,
}

/// What came of sealing.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Seal number.
    pub seal: u32,
    /// 固化 or 待固化.
    pub state: SealState,
    /// Items in it.
    pub items: u32,
    /// Tokens obtained in this act and before.
    pub tokens: Vec<SealedToken>,
}

/// Which of the chosen authorities are asked for a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Each that has no counting token in yet: a person asks.
    Everyone,
    /// Only those that never answered for it. A reply that does not count is kept, and asking again and again by itself
    /// would collect such replies without end.
    TheSilent,
}

impl Office {
    /// Seals every unsealed item of a case and every completed record, and completes every seal that still waits. With no authority in reach the
    /// seal is made and waits as 待固化; nothing is lost.
    ///
    /// # Errors
    /// [`fidem_casebook::CasebookError::NothingToSeal`] when there is neither an unsealed item nor a waiting seal.
    pub fn seal(
        &mut self,
        desk: &mut dyn Desk,
        case: &str,
        options: &SealOptions,
    ) -> Result<Sealed> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?;
        self.keep_records(desk, &case)?;
        let waiting = self.waiting_of(&case.id)?;
        if waiting.is_empty() || self.has_unsealed(&case.id)? {
            self.fix(desk, &case, None)?;
        }
        let mut last = None;
        for number in self.waiting_of(&case.id)? {
            last = Some(self.complete(desk, &case, number, options, Whom::Everyone)?);
        }
        last.ok_or_else(|| fidem_casebook::CasebookError::NothingToSeal.into())
    }

    fn waiting_of(&self, case: &str) -> Result<Vec<u32>> {
        let seals = self.book.seals(case)?;
        Ok(seals
            .iter()
            .filter(|s| s.state == SealState::Waiting)
            .map(|s| s.number)
            .collect())
    }

    fn has_unsealed(&self, case: &str) -> Result<bool> {
        let mut any = false;
        self.each_item(case, &mut |item| {
            any |= item.seal.is_none() && item.withdrawn.is_none();
            Ok(())
        })?;
        Ok(any)
    }

    /// Seals these items alone, each capture by itself, and asks the authorities for it.
    pub(crate) fn seal_items(
        &mut self,
        desk: &mut dyn Desk,
        case: &Case,
        items: &[u32],
        options: &SealOptions,
    ) -> Result<Sealed> {
        let number = self.fix(desk, case, Some(items))?;
        self.complete(desk, case, number, options, Whom::Everyone)
    }

    /// As [`Office::seal_items`], where something else must begin soon: an authority that does not answer within its share
    /// of `patience` is asked again later, and the seal waits.
    pub(crate) fn seal_items_soon(
        &mut self,
        desk: &mut dyn Desk,
        case: &Case,
        items: &[u32],
        options: &SealOptions,
        patience: Duration,
    ) -> Result<Sealed> {
        self.until = Some(Instant::now() + patience);
        let sealed = self.seal_items(desk, case, items, options);
        self.until = None;
        sealed
    }

    /// Manifest, tree and statement of all unsealed items, or of `only` these, in one transaction.
    fn fix(&mut self, desk: &mut dyn Desk, case: &Case, only: Option<&[u32]>) -> Result<u32> {
        let number = self.book.next_seal_number(&case.id)?;
        let collected = self.collect(desk, case, number, only)?;
        if collected.numbers.is_empty() {
            return Err(fidem_casebook::CasebookError::NothingToSeal.into());
        }
        let (manifest, numbers, records) = collected.keep(&self.vault)?;
        let bytes = manifest.to_bytes()?;
        let at = at(desk);
        self.book.set_setting(
            &at,
            &records_setting(&case.id, number),
            &hex::encode(&records.0),
        )?;
        let statement = self.statement(case, &manifest, &bytes, &at)?;
        Ok(self
            .book
            .seal_begin(&at, &case.id, &numbers, &bytes, &statement.to_bytes()?)?)
    }

    fn collect(
        &self,
        desk: &mut dyn Desk,
        case: &Case,
        number: u32,
        only: Option<&[u32]>,
    ) -> Result<Collected> {
        let reference = CaseRef {
            id: case.id.clone(),
            number: case.number.clone(),
        };
        let batches = self.batch_facts(&case.id)?;
        let mut collected = Collected::new(&self.vault, reference, number)?;
        let mut seen = 0;
        self.each_item(&case.id, &mut |item| {
            seen += 1;
            let wanted = only.is_none_or(|items| items.contains(&item.number));
            if item.seal.is_some() || item.withdrawn.is_some() || !wanted {
                return Ok(());
            }
            if seen % 500 == 0 {
                go_on(desk.progress(Step {
                    task: Task::Manifest,
                    done: seen,
                    total: seen,
                    current: &item.name,
                }))?;
            }
            collected.add(&item_detail(item, &batches)?)
        })?;
        Ok(collected)
    }

    fn statement(&self, case: &Case, manifest: &Manifest, bytes: &[u8], at: &str) -> Result<Seal> {
        let tree = manifest.tree()?;
        let print = of(bytes);
        let head = self.book.journal_head()?;
        let profile = self.book.profile();
        Ok(Seal {
            case: case.number.clone(),
            demonstration: profile.demonstration,
            format: Seal::FORMAT.to_owned(),
            journal: JournalHead {
                entries: head.seq,
                head: hex::encode(&head.hash),
            },
            manifest: ManifestDigest {
                sha256: hex::encode(&print.sha256),
                sm3: hex::encode(&print.sm3),
            },
            office: OfficeRef {
                id: profile.office_id.clone(),
                name: profile.name.clone(),
            },
            root: hex::encode(&tree.root()),
            seal: manifest.seal,
            size: tree.size(),
            time: at.to_owned(),
        })
    }

    /// Log proof and tokens of a waiting seal; asks only authorities that have not answered yet.
    pub(crate) fn complete(
        &mut self,
        desk: &mut dyn Desk,
        case: &Case,
        number: u32,
        options: &SealOptions,
        whom: Whom,
    ) -> Result<Sealed> {
        self.log_proof_make(desk, &case.id, number)?;
        let choices = match &options.authorities {
            Some(choices) => choices.clone(),
            None => self.authorities()?,
        };
        let trust = crate::trust::for_stamping(&choices, options.trust.as_ref())?;
        let wanted = WANTED.min(choices.len()).max(1);
        let mut problems = Vec::new();
        let until = self.until;
        for (index, choice) in choices.iter().enumerate() {
            let kept = self.book.tokens(&case.id, number)?;
            let counting = kept.iter().filter(|t| t.counts);
            let answered = |token: &&fidem_casebook::Token| token.url == choice.url;
            if counting.clone().any(|token| answered(&token))
                || (whom == Whom::TheSilent && kept.iter().any(|token| answered(&token)))
            {
                continue;
            }
            if counting.count() >= wanted {
                break;
            }
            let flow = desk.progress(Step {
                task: Task::Stamp,
                done: 0,
                total: 0,
                current: &choice.name,
            });
            if flow == ControlFlow::Break(()) {
                break;
            }
            self.until = until.map(|until| share(until, choices.len() - index));
            let stamped = self.stamp(desk, &case.id, number, choice, &trust);
            self.until = until;
            problems.extend(stamped?);
        }
        let kept = self.book.tokens(&case.id, number)?;
        if kept.iter().filter(|t| t.counts).count() >= wanted {
            self.book.seal_complete(&at(desk), &case.id, number)?;
        }
        self.sealed(&case.id, number, problems)
    }

    fn sealed(&self, case: &str, number: u32, problems: Vec<SealedToken>) -> Result<Sealed> {
        let seal = self.book.seal(case, number)?;
        let mut tokens: Vec<SealedToken> = self
            .book
            .tokens(case, number)?
            .iter()
            .filter(|t| t.counts)
            .map(crate::stamp::obtained)
            .collect();
        tokens.extend(problems);
        Ok(Sealed {
            seal: number,
            state: seal.state,
            items: seal.items,
            tokens,
        })
    }
}

/// One part of what is left until then: who does not answer takes nothing from those after it.
fn share(until: Instant, parts: usize) -> Instant {
    let now = Instant::now();
    let parts = u32::try_from(parts).unwrap_or(u32::MAX).max(1);
    now + until.saturating_duration_since(now) / parts
}

/// Where the key of a seal's records stands.
pub(crate) fn records_setting(case: &str, seal: u32) -> String {
    format!("seal-records/{case}/{seal}")
}
