//! Witnesses of the office log: other offices that sign its checkpoints, so that this one cannot rewrite its history.

use std::path::Path;

use fidem_anchor::{AddCheckpoint, Checkpoint, LogKey, Note, NoteSignature, WitnessKey, tiles};
use fidem_casebook::Role;
use fidem_courier::{Errand, Wire};
use fidem_fingerprint::tree;
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

const WITNESSES: &str = "log-witnesses";
/// A witness that signed another size last says which (`c2sp.org/tlog-witness`).
const CONFLICT: u16 = 409;
const OK: u16 = 200;

/// A witness that the office asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessChoice {
    /// Its key line: `name+hash+base64`.
    pub key: String,
    /// Who runs it.
    pub operator: String,
    /// Its address, without a slash at the end.
    pub url: String,
}

/// What came of asking a witness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cosigned {
    /// Who runs it.
    pub operator: String,
    /// Entries under the checkpoint.
    pub size: u64,
    /// When it signed, seconds since 1970.
    pub time: Option<u64>,
    /// Why it did not.
    pub problem: Option<String>,
    /// It has signed a view of this log that is not this office's: somebody wrote another history.
    pub split: bool,
}

/// Two views of one log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Where it was fetched.
    pub url: String,
    /// Entries.
    pub size: Option<u64>,
    /// Root, hex.
    pub root: Option<String>,
    /// Whether the view fits the others and the log's own files.
    pub fits: Option<bool>,
    /// Why nothing could be said.
    pub problem: Option<String>,
}

impl Office {
    /// The witnesses that are asked.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn witnesses(&self) -> Result<Vec<WitnessChoice>> {
        match self.book.setting(WITNESSES)? {
            None => Ok(Vec::new()),
            Some(text) => serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            }),
        }
    }

    /// Chooses the witnesses.
    ///
    /// # Errors
    /// [`OfficeError::Role`] unless asked by an administrator; [`OfficeError::Rail`] for a key line that is none.
    pub fn witnesses_choose(&mut self, desk: &dyn Desk, choices: &[WitnessChoice]) -> Result<()> {
        self.require(&[Role::Admin])?;
        for choice in choices {
            witness_key(choice)?;
        }
        let text = crate::intake::to_json(&choices)?;
        Ok(self.book.set_setting(&at(desk), WITNESSES, &text)?)
    }

    /// Asks every witness to sign the log as it is now, and keeps what they sign.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::NotSealed`] with an empty log; a witness that does not answer is no error.
    pub fn log_cosign(&mut self, desk: &dyn Desk) -> Result<Vec<Cosigned>> {
        self.require(&[Role::Clerk, Role::Notary])?;
        self.log_catch_up(desk)?;
        let size = self.book.log_size()?;
        if size == 0 {
            return Err(OfficeError::NotSealed);
        }
        let log = tree::Tree::new(self.leaf_hashes(size)?);
        let mut note = self.newest_note(&log)?;
        let before = note.signatures.len();
        let mut told = Vec::new();
        for choice in self.witnesses()? {
            let key = witness_key(&choice)?;
            if let Some(Some(time)) = note.cosigned_by(&key) {
                told.push(cosigned(&choice, size, Ok(time)));
                continue;
            }
            let asked = self.at_rail(desk, "log-witness", |wire| {
                Ok(ask(wire, &choice, &key, &log, &note))
            })?;
            match asked {
                Ok(Ok((line, time))) => {
                    note.signatures.push(line);
                    told.push(cosigned(&choice, size, Ok(time)));
                }
                Ok(Err(refusal)) => told.push(cosigned(&choice, size, Err(refusal))),
                Err(error) => {
                    told.push(cosigned(
                        &choice,
                        size,
                        Err(Refused::plain(error.to_string())),
                    ));
                }
            }
        }
        if note.signatures.len() > before {
            self.book.log_checkpoint_set(&at(desk), &note.to_text())?;
        }
        Ok(told)
    }

    /// The note of this state of the log with every signature that was collected.
    fn newest_note(&self, log: &tree::Tree) -> Result<Note> {
        let own = self.checkpoint_of(log)?;
        let kept = self
            .book
            .log_checkpoint_of(&self.log_key()?.name, log.size())?;
        let kept = kept.and_then(|text| Note::parse(&text).ok());
        Ok(kept.filter(|note| note.text == own.text).unwrap_or(own))
    }

    /// The log as static files (`c2sp.org/tlog-tiles`) for whoever wants to check it whole: fingerprints only.
    ///
    /// # Errors
    /// [`OfficeError::NotSealed`], [`OfficeError::Io`].
    pub fn log_publish(&self, folder: &Path) -> Result<u64> {
        let leaves = self.book.log_leaves()?;
        if leaves.is_empty() {
            return Err(OfficeError::NotSealed);
        }
        for (path, octets) in tiles::files(&leaves) {
            write(&folder.join(path), &octets)?;
        }
        let log = tree::Tree::new(tree::leaf_hashes(&leaves));
        let note = self.newest_note(&log)?;
        write(&folder.join("checkpoint"), note.to_text().as_bytes())?;
        Ok(log.size())
    }

    /// The proof of a seal over the first checkpoint that a witness signed and that covers it; it travels beside the office's own
    /// of the moment of sealing.
    pub(crate) fn witnessed_proof(&self, case: &str, seal: u32) -> Result<Option<String>> {
        let entry = self.book.seal(case, seal)?.seal_sha256;
        let Some(index) = self.book.log_index(&entry)? else {
            return Ok(None);
        };
        let mut first: Option<u64> = None;
        for text in self.book.log_checkpoints()? {
            let Ok(note) = Note::parse(&text) else {
                continue;
            };
            let size = Checkpoint::from_text(&note.text).map_or(0, |c| c.size);
            if note.signatures.len() > 1 && size > index && first.is_none_or(|known| size < known) {
                first = Some(size);
            }
        }
        let Some(size) = first else {
            return Ok(None);
        };
        let log = tree::Tree::new(self.leaf_hashes(size)?);
        self.log_path(case, seal, &log).map(Some)
    }
}

/// Compares what witnesses signed of one log, among each other and with the log's own files where they are at hand. Needs no
/// office. Two views that do not fit are a split view: proof that the log told two histories.
///
/// # Errors
/// [`OfficeError::Courier`] when no connection can be prepared; what a witness does not answer is a problem of its view.
pub fn compare_witnesses(log: &LogKey, urls: &[String], files: Option<&Path>) -> Result<Vec<View>> {
    let courier =
        fidem_courier::Courier::new(&fidem_courier::CourierOptions::default()).map_err(|e| {
            OfficeError::Courier {
                reason: e.to_string(),
            }
        })?;
    let mut wire = Wire::new(&courier);
    let mut seen: Vec<(View, Option<Checkpoint>)> = urls
        .iter()
        .map(|url| match fetched(&mut wire, log, url) {
            Ok(checkpoint) => (view(url, &checkpoint), Some(checkpoint)),
            Err(problem) => (lost(url, problem), None),
        })
        .collect();
    let leaves = match files {
        Some(folder) => Some(read_entries(folder)?),
        None => None,
    };
    let all: Vec<Checkpoint> = seen.iter().filter_map(|(_, c)| c.clone()).collect();
    for (view, own) in &mut seen {
        if let Some(own) = own {
            view.fits = fits(own, &all, leaves.as_deref());
        }
    }
    Ok(seen.into_iter().map(|(view, _)| view).collect())
}

/// Contradicted by one of equal size or by the files: no. Confirmed by one of them: yes. Else nothing is known.
fn fits(own: &Checkpoint, all: &[Checkpoint], leaves: Option<&[tree::Hash]>) -> Option<bool> {
    let same = all.iter().filter(|other| other.size == own.size);
    if same.clone().any(|other| other.root != own.root) {
        return Some(false);
    }
    if let Some(leaves) = leaves {
        let size = usize::try_from(own.size).ok();
        return match size.and_then(|n| leaves.get(..n)) {
            Some(first) => Some(tree::root(first) == own.root),
            None => Some(false),
        };
    }
    (same.count() > 1).then_some(true)
}

fn fetched(
    wire: &mut Wire<'_>,
    log: &LogKey,
    url: &str,
) -> std::result::Result<Checkpoint, String> {
    let errand = Errand::Fetch {
        accept: "text/plain",
        headers: &[],
    };
    let place = format!("{url}/checkpoint?{}", log.name);
    let octets = wire.carry(&place, &errand).map_err(|e| e.to_string())?;
    let text = String::from_utf8(octets).map_err(|e| e.to_string())?;
    let note = Note::parse(&text).map_err(|e| e.to_string())?;
    if note.signed_by(log) != Some(true) {
        return Err("not signed by the log".to_owned());
    }
    Checkpoint::from_text(&note.text).map_err(|e| e.to_string())
}

fn view(url: &str, checkpoint: &Checkpoint) -> View {
    View {
        url: url.to_owned(),
        size: Some(checkpoint.size),
        root: Some(fidem_fingerprint::hex::encode(&checkpoint.root)),
        fits: None,
        problem: None,
    }
}

fn lost(url: &str, problem: String) -> View {
    View {
        url: url.to_owned(),
        size: None,
        root: None,
        fits: None,
        problem: Some(problem),
    }
}

/// The leaf hashes of a published log.
fn read_entries(folder: &Path) -> Result<Vec<tree::Hash>> {
    let place = folder.join("checkpoint");
    let text = std::fs::read_to_string(&place).map_err(|e| OfficeError::io(&place, &e))?;
    let damaged = |what: &dyn std::fmt::Display| OfficeError::Damaged {
        what: what.to_string(),
    };
    let note = Note::parse(&text).map_err(|e| damaged(&e))?;
    let size = Checkpoint::from_text(&note.text)
        .map_err(|e| damaged(&e))?
        .size;
    let size = usize::try_from(size).map_err(|e| damaged(&e))?;
    let mut entries = Vec::new();
    while entries.len() < size {
        let path = folder.join(tiles::bundle_path(entries.len() / 256, size));
        let octets = std::fs::read(&path).map_err(|e| OfficeError::io(&path, &e))?;
        let read = tiles::read_bundle(&octets).map_err(|e| damaged(&e))?;
        if read.is_empty() {
            return Err(damaged(&"an empty bundle"));
        }
        entries.extend(read);
    }
    Ok(tree::leaf_hashes(&entries))
}

/// Why a witness did not sign.
struct Refused {
    problem: String,
    split: bool,
}

impl Refused {
    fn plain(problem: String) -> Self {
        Self {
            problem,
            split: false,
        }
    }
}

fn cosigned(
    choice: &WitnessChoice,
    size: u64,
    outcome: std::result::Result<u64, Refused>,
) -> Cosigned {
    let (time, problem, split) = match outcome {
        Ok(time) => (Some(time), None, false),
        Err(refused) => (None, Some(refused.problem), refused.split),
    };
    Cosigned {
        operator: choice.operator.clone(),
        size,
        time,
        problem,
        split,
    }
}

/// Asks from nothing; where the witness knows the log already it says from where.
fn ask(
    wire: &mut Wire<'_>,
    choice: &WitnessChoice,
    key: &WitnessKey,
    log: &tree::Tree,
    note: &Note,
) -> std::result::Result<(NoteSignature, u64), Refused> {
    let mut old = 0;
    for _ in 0..2 {
        let proof = match old {
            0 => Vec::new(),
            old if old == log.size() => Vec::new(),
            old => log.consistency(old).ok_or_else(|| Refused {
                problem: format!("it has signed {old} entries, more than there are"),
                split: true,
            })?,
        };
        let own = Note {
            text: note.text.clone(),
            signatures: note.signatures.iter().take(1).cloned().collect(),
        };
        let body = AddCheckpoint {
            old,
            proof,
            note: own,
        }
        .to_text();
        let (status, answer) = send(wire, choice, &body)?;
        match status {
            OK => return signed(&answer, key, note),
            CONFLICT => {
                let size = answer.trim().parse().ok();
                old = size.ok_or_else(|| Refused::plain("no size in its answer".to_owned()))?;
            }
            status => {
                return Err(Refused {
                    problem: format!("{status} {}", answer.trim()),
                    // What it signed is not in this log.
                    split: status == 422,
                });
            }
        }
    }
    Err(Refused::plain("its size does not stand still".to_owned()))
}

fn send(
    wire: &mut Wire<'_>,
    choice: &WitnessChoice,
    body: &str,
) -> std::result::Result<(u16, String), Refused> {
    let errand = Errand::Post {
        body: body.as_bytes(),
        kind: "text/plain",
        accept: "text/plain",
        reply: None,
        headers: &[],
    };
    let place = format!("{}/add-checkpoint", choice.url);
    let answered = wire.ask(&place, &errand);
    let (status, octets) = answered.map_err(|e| Refused::plain(e.to_string()))?;
    let text: String = String::from_utf8_lossy(&octets)
        .chars()
        .take(2000)
        .collect();
    Ok((status, text))
}

/// The line of that witness, once it holds.
fn signed(
    answer: &str,
    key: &WitnessKey,
    note: &Note,
) -> std::result::Result<(NoteSignature, u64), Refused> {
    let lines = answer.lines().filter_map(NoteSignature::from_line);
    for line in lines {
        let alone = Note {
            text: note.text.clone(),
            signatures: vec![line.clone()],
        };
        if let Some(Some(time)) = alone.cosigned_by(key) {
            return Ok((line, time));
        }
    }
    Err(Refused::plain("its signature does not hold".to_owned()))
}

fn witness_key(choice: &WitnessChoice) -> Result<WitnessKey> {
    WitnessKey::from_line(&choice.key).map_err(|e| OfficeError::Rail {
        rail: choice.operator.clone(),
        reason: e.to_string(),
    })
}

fn write(path: &Path, octets: &[u8]) -> Result<()> {
    let kept = |e: &std::io::Error| OfficeError::io(path, e);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| kept(&e))?;
    }
    std::fs::write(path, octets).map_err(|e| kept(&e))
}
