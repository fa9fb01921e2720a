//! Anchoring (锚定): the root of the office log, and nothing else, given to networks that others run.
//!
//! Nothing is anchored unless the office set a rail up, and a case with no anchoring is complete. What is sent is kept
//! before it is sent; what comes back is judged before it is kept; what was final is looked at again.

mod item_proof;
mod package;
mod paper;
mod rails;

pub use item_proof::ItemProof;
pub use paper::Interest;
pub use rails::{AnchorPolicy, RailChoice, RailRow};

use fidem_anchor::receipt::{Place, Worth};
use fidem_casebook::{Anchor, AnchorStep, NewAnchor, Role};
use fidem_courier::{Courier, CourierOptions, Evidence, RailError, State, Supplies, Ticket, Wire};
use fidem_fingerprint::tree;
use fidem_manifest::{AnchorPlace, AnchorState};
use rfc3161_client::UnixTime;

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

/// Blocks are fetched whole where a network proves nothing smaller.
const LARGEST_ANSWER: usize = 64 << 20;

/// An anchoring as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchoring {
    /// Number in the office.
    pub number: u32,
    /// Name of the rail.
    pub rail: String,
    /// The network.
    pub network: String,
    /// Kind and version of the adapter.
    pub adapter: (String, u32),
    /// Entries of the office log under the root.
    pub size: u64,
    /// How far it has come.
    pub state: AnchorState,
    /// Where it stands.
    pub place: AnchorPlace,
    /// What the receipt at hand is worth offline under the trust of this build; none where there is no receipt.
    pub worth: Option<Worth>,
    /// Why the last act failed.
    pub problem: Option<String>,
    /// When it was prepared.
    pub prepared: String,
    /// When its state changed last.
    pub changed: String,
}

/// An anchoring and the seals of a case that it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseAnchor {
    /// The anchoring.
    pub anchoring: Anchoring,
    /// Seals under its root, in order.
    pub seals: Vec<u32>,
}

impl Office {
    /// Gives the root of the office log to every rail that is on, or to one by name; rails that have it already are passed over.
    /// One that cannot be reached keeps its submission for later.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::NotSealed`] with an empty log, [`OfficeError::UnknownRail`],
    /// [`OfficeError::NoRail`] where none is on; [`OfficeError::Rail`] for the first rail at which nothing could be prepared,
    /// after all others were served.
    pub fn anchor_submit(&mut self, desk: &dyn Desk, only: Option<&str>) -> Result<Vec<Anchoring>> {
        self.require(&[Role::Clerk, Role::Notary])?;
        self.log_catch_up(desk)?;
        let size = self.book.log_size()?;
        if size == 0 {
            return Err(OfficeError::NotSealed);
        }
        let rails = self.rails_for(only)?;
        let mut made = Vec::new();
        let mut failed = None;
        for rail in rails {
            if self.has_root(&rail.name, size)? {
                continue;
            }
            match self.anchor_at(desk, &rail, size) {
                Ok(number) => made.push(number),
                // One network that is down keeps no other from its root.
                Err(error @ OfficeError::Rail { .. }) => failed = failed.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        made.iter().map(|number| self.anchoring(*number)).collect()
    }

    /// Sends what has not arrived, looks how far the rest has come, and makes anew what forked. With `all`, what was final is
    /// looked at again too.
    ///
    /// # Errors
    /// [`OfficeError::Role`]; a rail that does not answer is no error but a problem of its anchoring.
    pub fn anchor_upgrade(&mut self, desk: &dyn Desk, all: bool) -> Result<Vec<Anchoring>> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let mut seen = Vec::new();
        for anchor in self.book.anchors()? {
            let wanted = match anchor.state {
                AnchorState::Prepared | AnchorState::Submitted | AnchorState::Included => true,
                AnchorState::Final => all,
                // It may be that it could not be made anew at the time.
                AnchorState::Forked => {
                    if let Some(rail) = self.rail_named(&anchor.what.rail)? {
                        seen.extend(self.made_anew(desk, &rail, anchor.number)?);
                    }
                    false
                }
            };
            if !wanted {
                continue;
            }
            seen.push(anchor.number);
            let Some(rail) = self.rail_named(&anchor.what.rail)? else {
                let problem = "the rail is no longer in the settings";
                self.book.anchor_problem(anchor.number, problem)?;
                continue;
            };
            match anchor.state {
                AnchorState::Prepared => self.send(desk, &rail, anchor.number)?,
                _ => self.look(desk, &rail, &anchor)?,
            }
            if let Some(again) = self.made_anew(desk, &rail, anchor.number)? {
                seen.push(again);
            }
        }
        seen.iter().map(|number| self.anchoring(*number)).collect()
    }

    /// Every anchoring of the office.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`].
    pub fn anchorings(&self) -> Result<Vec<Anchoring>> {
        let all = self.book.anchors()?;
        all.iter().map(|anchor| self.described(anchor)).collect()
    }

    /// The anchorings that cover a case: for each seal and rail the first that is final, else the first that is under way; and
    /// those that forked, which count for nothing.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`].
    pub fn case_anchors(&self, case: &str) -> Result<Vec<CaseAnchor>> {
        let case = self.case(case)?;
        let mut chosen = self.anchors_of(&case.id)?;
        chosen.extend(self.forked_over(&case.id)?);
        chosen.sort_by_key(|(anchor, _)| anchor.number);
        let described = chosen.into_iter().map(|(anchor, seals)| {
            Ok(CaseAnchor {
                anchoring: self.described(&anchor)?,
                seals,
            })
        });
        described.collect()
    }

    fn forked_over(&self, case: &str) -> Result<Vec<(Anchor, Vec<u32>)>> {
        let mut forked = Vec::new();
        for anchor in self.book.anchors()? {
            if anchor.state != AnchorState::Forked {
                continue;
            }
            let mut seals = Vec::new();
            for seal in self.book.seals(case)? {
                let index = self.book.log_index(&seal.seal_sha256)?;
                if index.is_some_and(|index| index < anchor.what.size) {
                    seals.push(seal.number);
                }
            }
            if !seals.is_empty() {
                forked.push((anchor, seals));
            }
        }
        Ok(forked)
    }

    /// The chosen anchorings with the seals that each covers.
    pub(crate) fn anchors_of(&self, case: &str) -> Result<Vec<(Anchor, Vec<u32>)>> {
        let mut chosen: Vec<(Anchor, Vec<u32>)> = Vec::new();
        let all = self.book.anchors()?;
        for seal in self.book.seals(case)? {
            let Some(index) = self.book.log_index(&seal.seal_sha256)? else {
                continue;
            };
            for anchor in best_of_each_rail(&all, index) {
                match chosen.iter_mut().find(|(c, _)| c.number == anchor.number) {
                    Some((_, seals)) => seals.push(seal.number),
                    None => chosen.push((anchor.clone(), vec![seal.number])),
                }
            }
        }
        chosen.sort_by_key(|(anchor, _)| anchor.number);
        Ok(chosen)
    }

    fn has_root(&self, rail: &str, size: u64) -> Result<bool> {
        let all = self.book.anchors()?;
        Ok(all.iter().any(|anchor| {
            anchor.what.rail == rail
                && anchor.what.size == size
                && anchor.state != AnchorState::Forked
        }))
    }

    /// Prepares, keeps, sends.
    fn anchor_at(&mut self, desk: &dyn Desk, choice: &RailChoice, size: u64) -> Result<u32> {
        let root = self.root_at(size)?;
        let rail = choice.rail()?;
        let mut entropy = Ok(());
        let mut random = |octets: &mut [u8]| {
            if let Err(error) = desk.entropy(octets) {
                entropy = Err(error);
            }
        };
        let mut supplies = Supplies {
            now: desk.now(),
            random: &mut random,
        };
        let ticket = self.at_rail(desk, "anchor-prepare", |wire| {
            rail.prepare(wire, &root, &mut supplies)
        })?;
        entropy?;
        let ticket = ticket.map_err(|e| OfficeError::Rail {
            rail: choice.name.clone(),
            reason: e.to_string(),
        })?;
        let adapter = rail.adapter();
        let mut disclosure = choice.disclosure.clone();
        // What the office did not say and the settings tell by themselves.
        disclosure.finality = disclosure.finality.or(choice.adapter.finality_rule());
        let framework = choice.adapter.framework().map(str::to_owned);
        disclosure.framework = disclosure.framework.or(framework);
        let number = self.book.anchor_begin(
            &at(desk),
            &NewAnchor {
                rail: choice.name.clone(),
                kind: adapter.kind.to_owned(),
                adapter_version: adapter.version,
                network: rail.network(),
                size,
                root,
                disclosure_json: crate::intake::to_json(&disclosure)?,
                ticket: ticket.0,
            },
        )?;
        self.send(desk, choice, number)?;
        Ok(number)
    }

    fn send(&mut self, desk: &dyn Desk, choice: &RailChoice, number: u32) -> Result<()> {
        let anchor = self.book.anchor(number)?;
        let rail = choice.rail()?;
        let ticket = Ticket(anchor.what.ticket);
        let sent = self.at_rail(desk, "anchor-submit", |wire| rail.submit(wire, &ticket))?;
        match sent {
            Ok(ticket) => {
                let step = AnchorStep {
                    state: AnchorState::Submitted,
                    place_json: "{}".to_owned(),
                    ticket: Some(ticket.0),
                    reason: None,
                    files: Vec::new(),
                };
                Ok(self.book.anchor_step(&at(desk), number, &step)?)
            }
            Err(error) => Ok(self.book.anchor_problem(number, &error.to_string())?),
        }
    }

    fn look(&mut self, desk: &dyn Desk, choice: &RailChoice, anchor: &Anchor) -> Result<()> {
        let rail = choice.rail()?;
        let ticket = Ticket(anchor.what.ticket.clone());
        let found = self.at_rail(desk, "anchor-look", |wire| rail.look(wire, &ticket))?;
        let state = match found {
            Ok(state) => state,
            Err(error) => {
                return Ok(self
                    .book
                    .anchor_problem(anchor.number, &error.to_string())?);
            }
        };
        let step = step_of(state)?;
        // What was shown to be final stays so when a node or calendar forgets; only a fork undoes it.
        if anchor.state == AnchorState::Final
            && !matches!(step.state, AnchorState::Final | AnchorState::Forked)
        {
            let problem = format!("the network says {} now", step.state.as_str());
            return Ok(self.book.anchor_problem(anchor.number, &problem)?);
        }
        let same = step.state == anchor.state
            && step.place_json == anchor.place_json
            && anchor.problem == step.reason
            && step.files == self.book.anchor_files(anchor.number)?;
        match same {
            true => Ok(()),
            false => Ok(self.book.anchor_step(&at(desk), anchor.number, &step)?),
        }
    }

    /// What forked is given to its rail again, unless a later root that covers it is there.
    fn made_anew(
        &mut self,
        desk: &dyn Desk,
        choice: &RailChoice,
        number: u32,
    ) -> Result<Option<u32>> {
        let anchor = self.book.anchor(number)?;
        let all = self.book.anchors()?;
        let covered = all.iter().any(|other| {
            other.what.rail == anchor.what.rail
                && other.what.size >= anchor.what.size
                && other.state != AnchorState::Forked
        });
        if anchor.state != AnchorState::Forked || covered || !choice.enabled {
            return Ok(None);
        }
        match self.anchor_at(desk, choice, anchor.what.size) {
            Ok(again) => Ok(Some(again)),
            Err(OfficeError::Rail { reason, .. }) => {
                self.book.anchor_problem(number, &reason)?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// One act at a rail, with everything that left on record.
    pub(crate) fn at_rail<T>(
        &mut self,
        desk: &dyn Desk,
        purpose: &str,
        act: impl FnOnce(&mut Wire<'_>) -> std::result::Result<T, RailError>,
    ) -> Result<std::result::Result<T, RailError>> {
        let courier: Courier = self.courier(CourierOptions {
            max_reply_bytes: LARGEST_ANSWER,
            ..CourierOptions::default()
        })?;
        let mut wire = Wire::new(&courier);
        let outcome = act(&mut wire);
        for delivery in wire.deliveries() {
            self.log_egress(desk, None, purpose, delivery)?;
        }
        Ok(outcome)
    }

    /// The root over the first entries of the office log.
    fn root_at(&self, size: u64) -> Result<[u8; 32]> {
        let leaves = self.leaf_hashes(size)?;
        Ok(tree::root(&leaves))
    }

    /// The leaf hashes of the first entries of the office log.
    pub(crate) fn leaf_hashes(&self, size: u64) -> Result<Vec<tree::Hash>> {
        let leaves = self.book.log_leaves()?;
        let wanted = usize::try_from(size).ok().and_then(|n| leaves.get(..n));
        let wanted = wanted.ok_or_else(|| OfficeError::Damaged {
            what: "office log".to_owned(),
        })?;
        Ok(tree::leaf_hashes(wanted))
    }

    fn anchoring(&self, number: u32) -> Result<Anchoring> {
        self.described(&self.book.anchor(number)?)
    }

    fn described(&self, anchor: &Anchor) -> Result<Anchoring> {
        let what = &anchor.what;
        Ok(Anchoring {
            number: anchor.number,
            rail: what.rail.clone(),
            network: what.network.clone(),
            adapter: (what.kind.clone(), what.adapter_version),
            size: what.size,
            state: anchor.state,
            place: place_of(anchor)?,
            worth: self.worth_of(anchor)?,
            problem: anchor.problem.clone(),
            prepared: anchor.prepared_at.clone(),
            changed: anchor.changed_at.clone(),
        })
    }
}

/// For each rail the first final anchoring over that entry, else the first that may still become so.
fn best_of_each_rail(all: &[Anchor], index: u64) -> Vec<&Anchor> {
    let mut best: Vec<&Anchor> = Vec::new();
    let covering = all
        .iter()
        .filter(|anchor| anchor.what.size > index && anchor.state != AnchorState::Forked);
    for anchor in covering {
        match best.iter_mut().find(|b| b.what.rail == anchor.what.rail) {
            None => best.push(anchor),
            Some(known)
                if known.state != AnchorState::Final && anchor.state == AnchorState::Final =>
            {
                *known = anchor;
            }
            Some(_) => {}
        }
    }
    best
}

pub(crate) fn place_of(anchor: &Anchor) -> Result<AnchorPlace> {
    serde_json::from_str(&anchor.place_json).map_err(|e| OfficeError::Damaged {
        what: format!("anchoring {}: {e}", anchor.number),
    })
}

fn place_json(place: &Place) -> Result<String> {
    crate::intake::to_json(&AnchorPlace {
        block: place.block.clone(),
        height: place.height,
        time: place.time.map(|seconds| UnixTime(seconds).to_string()),
        transaction: place.transaction.clone(),
    })
}

fn step_of(state: State) -> Result<AnchorStep> {
    let bare = |state| AnchorStep {
        state,
        place_json: "{}".to_owned(),
        ticket: None,
        reason: None,
        files: Vec::new(),
    };
    Ok(match state {
        State::Submitted => bare(AnchorState::Submitted),
        State::Included(place) => AnchorStep {
            place_json: place_json(&place)?,
            ..bare(AnchorState::Included)
        },
        State::Final(place, evidence) => AnchorStep {
            place_json: place_json(&place)?,
            files: files_of(evidence),
            ..bare(AnchorState::Final)
        },
        State::Forked { reason } => AnchorStep {
            reason: Some(reason),
            ..bare(AnchorState::Forked)
        },
    })
}

/// By name, as they are read back.
fn files_of(evidence: Vec<Evidence>) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = evidence
        .into_iter()
        .map(|file| (file.name, file.octets))
        .collect();
    files.sort();
    files
}
