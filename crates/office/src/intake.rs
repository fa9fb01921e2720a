//! Taking material in: one hand-over batch, its facts once, its files as items.

use std::ops::ControlFlow;
use std::path::PathBuf;

use fidem_casebook::{BatchId, NewItem, Role};
use fidem_intake::{IntakeError, Note, Refused, Taken, plan, take_in};
use fidem_manifest::{Facts, SourceClass};
use rfc3161_client::UnixTime;
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result, Step, SystemDesk, Task};

/// The name is of the kind that chat applications give to what they pass on.
const FORWARDED: &str = "forwarded-by-chat";

/// What is handed over.
pub struct TakeIn {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Facts of the hand-over, inherited by every item of the batch.
    pub facts: Facts,
    /// A lower class than the facts give, with the reason.
    pub lower: Option<(SourceClass, String)>,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct TakenIn {
    /// Numbers of the items made.
    pub items: Vec<u32>,
    /// What was not taken in, each with its reason.
    pub refused: Vec<Refused>,
    /// Remarks that belong to no single item.
    pub notes: Vec<Note>,
    /// The person stopped it; the items made until then stay.
    pub stopped: bool,
}

/// What an item has beside its batch's facts: intake's remarks, a name that is not Unicode, its own facts if different.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemNotes {
    /// Facts of this item alone; absent where the batch's hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// Octets of the name in hex, where they are no Unicode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<String>,
    /// Codes of what intake noticed.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Why the bytes do not travel, where they are withheld; what the vault holds of them is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
}

impl Office {
    /// Takes files and folders in as one batch. Every item is durable in the vault before it is recorded.
    ///
    /// # Errors
    /// [`OfficeError::NoSpace`] before anything is read; [`OfficeError::Class`] when a class above the facts was asked
    /// for. That every path was refused is no error: the result then has no items and says why for each path.
    pub fn take_in(&mut self, desk: &mut dyn Desk, case: &str, what: &TakeIn) -> Result<TakenIn> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let computed = checked_class(what)?;
        let case = self.case(case)?;
        let plan = plan(&what.paths);
        let mut taken = TakenIn {
            refused: plan.refused.clone(),
            notes: plan.notes.clone(),
            ..TakenIn::default()
        };
        if plan.files.is_empty() {
            return Ok(taken);
        }
        let facts = to_json(&what.facts)?;
        let mut sink = Sink {
            office: self,
            case: &case.id,
            facts: &facts,
            batch: None,
            computed,
            lower: what.lower.as_ref(),
            items: &mut taken.items,
        };
        let outcome = run(&plan, &mut sink, desk)?;
        taken.refused.extend(outcome.refused);
        taken.stopped = outcome.cancelled;
        Ok(taken)
    }
}

fn checked_class(what: &TakeIn) -> Result<SourceClass> {
    if !what.facts.can_be_stated_by_hand() {
        return Err(OfficeError::OriginNotByHand);
    }
    let computed = what.facts.class();
    if let Some((class, reason)) = &what.lower {
        // The same class is no lowering, and no fault either.
        if *class != computed {
            computed.lower_to(*class)?;
        }
        if reason.trim().is_empty() && *class != computed {
            return Err(OfficeError::Facts {
                reason: "a lower class needs a reason".to_owned(),
            });
        }
    }
    Ok(computed)
}

fn run(
    plan: &fidem_intake::Plan,
    sink: &mut Sink<'_>,
    desk: &mut dyn Desk,
) -> Result<fidem_intake::Outcome> {
    // One vault handle for reading in, one for the records: the same folder.
    let vault = fidem_vault::Vault::open(sink.office.vault.folder())?;
    let started = desk.now();
    let device = SystemDesk::seconds();
    let mut clock = move || UnixTime(started + SystemDesk::seconds() - device).to_rfc3339();
    let desk = std::cell::RefCell::new(desk);
    let mut progress = |p: fidem_intake::Progress<'_>| {
        desk.borrow_mut().progress(Step {
            task: Task::TakeIn,
            done: p.bytes_done,
            total: p.bytes_total,
            current: p.current,
        })
    };
    let mut accept = |batch: Vec<Taken>| sink.accept(&mut **desk.borrow_mut(), batch);
    take_in(plan, &vault, &mut clock, &mut progress, &mut accept).map_err(|e| match e {
        IntakeError::NoSpace { needed, free } => OfficeError::NoSpace { needed, free },
        IntakeError::Vault(e) => e.into(),
        IntakeError::Sink(e) => e,
        other => OfficeError::Damaged {
            what: other.to_string(),
        },
    })
}

/// Where durable files become items.
struct Sink<'a> {
    office: &'a mut Office,
    case: &'a str,
    facts: &'a str,
    batch: Option<BatchId>,
    computed: SourceClass,
    lower: Option<&'a (SourceClass, String)>,
    items: &'a mut Vec<u32>,
}

impl Sink<'_> {
    fn accept(&mut self, desk: &mut dyn Desk, taken: Vec<Taken>) -> Result<()> {
        let at = at(desk);
        let batch = match self.batch {
            Some(batch) => batch,
            None => self.office.book.batch_add(&at, self.case, self.facts)?,
        };
        self.batch = Some(batch);
        let mut new = Vec::with_capacity(taken.len());
        for file in taken {
            new.push(self.item(desk, file)?);
        }
        let numbers = self.office.book.items_add(&at, self.case, batch, &new)?;
        if let Some((class, reason)) = self.lower.filter(|(class, _)| *class != self.computed) {
            for number in &numbers {
                self.office.book.item_lower_class(
                    &at,
                    self.case,
                    *number,
                    class.as_str(),
                    reason,
                )?;
            }
        }
        self.items.extend(numbers);
        Ok(())
    }

    fn item(&self, desk: &dyn Desk, file: Taken) -> Result<NewItem> {
        let mut nonces = [[0; 16]; 2];
        for nonce in &mut nonces {
            desk.entropy(nonce)?;
        }
        // The path within what was handed over; where it lay on this machine is nobody else's affair.
        let path = file.name;
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let mut codes: Vec<String> = file.notes.iter().map(|n| n.code.to_owned()).collect();
        if crate::forms::forwarded_by_name(&name).is_some() {
            codes.push(FORWARDED.to_owned());
        }
        let notes = ItemNotes {
            facts: None,
            name_bytes: file.name_bytes_hex,
            notes: codes,
            withheld: None,
        };
        Ok(NewItem {
            name,
            original_path: Some(path),
            media_type: file.media_type,
            class: self.computed.as_str().to_owned(),
            facts_json: to_json(&notes)?,
            size: file.size,
            sha256: file.sha256,
            sm3: file.sm3,
            nonces,
            received_at: file.received_at,
            hashed_at: file.hashed_at,
            member: None,
        })
    }
}

/// JSON of our own types, which always can be written.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| OfficeError::Damaged {
        what: e.to_string(),
    })
}

/// Whether to go on; a stop between two safe places is an error of its own.
pub(crate) fn go_on(flow: ControlFlow<()>) -> Result<()> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(OfficeError::Stopped),
    }
}
