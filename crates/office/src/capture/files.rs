//! A capture's folder while it runs, and how what lies there becomes items of the case.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fidem_capture::{
    Archived, Beginning, CaptureError, Keys, Operations, Recording, Segments, Sink, Sinks,
    Withheld, archive, open_withheld, read_segments,
};
use fidem_casebook::{Case, NewItem};
use fidem_fingerprint::Hasher;
use fidem_manifest::Facts;
use fidem_vault::Key;

use crate::capture::films::FilmItem;
use crate::capture::{CaptureSummary, Opened};
use crate::folder::at;
use crate::intake::{ItemNotes, to_json};
use crate::{Desk, Office, OfficeError, Result};

/// Folder of running captures within an office.
const FOLDER: &str = "captures";
const BEGINNING: &str = "beginning.json.age";
/// The same in folders of earlier versions, which had nothing to keep secret in it.
const OPEN_BEGINNING: &str = "beginning.json";
const NETLOG: &str = "netlog.json.gz.age";
const TLS_KEYS: &str = "tls-keys.log.gz.age";
const OPERATIONS: &str = "operations.jsonl.age";
const WHOLE: &str = "whole.wacz.age";
const COURT: &str = "capture.wacz";
const LOCK: &str = "lock";
const JSON: &str = "application/json";

/// Why the bytes of these items do not travel.
const REASON: &str = "含 Cookie、口令、会话密钥等，已加密留存本处 / holds cookies, passwords or session keys; kept encrypted at the office";

/// The folder of one capture.
pub(super) struct CaptureFiles {
    dir: PathBuf,
    public: String,
    /// Held while the capture runs: one that is under way is nobody's to recover.
    lock: Option<File>,
}

/// What a folder gave the case.
pub(super) struct KeptItems {
    /// Name of the archive.
    pub name: String,
    /// The items made.
    pub items: Vec<u32>,
    /// The capture as the casebook now knows it.
    pub summary: CaptureSummary,
}

impl CaptureFiles {
    /// Makes the folder, durably, with what is known before.
    pub fn begin(office: &Path, id: &str, keys: &Keys, beginning: &Beginning) -> Result<Self> {
        let mut files = Self::of(office, id, &keys.public);
        std::fs::create_dir_all(&files.dir).map_err(|e| OfficeError::io(&files.dir, &e))?;
        files.lock = files.try_lock()?;
        // Whole or not there at all.
        let (half, path) = (format!("{BEGINNING}.new"), files.dir.join(BEGINNING));
        let mut out = files.sink(&half)?;
        let text = to_json(beginning)?;
        out.write_all(text.as_bytes())
            .and_then(|()| out.finish())
            .and_then(|()| std::fs::rename(files.dir.join(&half), &path))
            .map_err(|e| OfficeError::io(&path, &e))?;
        Ok(files)
    }

    pub fn of(office: &Path, id: &str, public: &str) -> Self {
        Self {
            dir: office.join(FOLDER).join(id),
            public: public.to_owned(),
            lock: None,
        }
    }

    /// The capture's lock, where no other holds it.
    pub fn try_lock(&self) -> Result<Option<File>> {
        let path = self.dir.join(LOCK);
        let fail = |e: std::io::Error| OfficeError::io(&path, &e);
        let file = File::create(&path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(fail(error)),
        }
    }

    /// Where its files are made.
    pub fn folder(&self) -> &Path {
        &self.dir
    }

    /// The encrypted streams.
    pub fn open(&self) -> Result<Opened> {
        let stream = |name| -> Box<dyn Sink> {
            Box::new(Segments::begin(&self.dir.join(name), &self.public))
        };
        let log = Operations::begin(Some(stream(OPERATIONS)));
        let sinks = Sinks {
            netlog: stream(NETLOG),
            keys: stream(TLS_KEYS),
        };
        Ok((log, sinks))
    }

    /// The streams' segments become one file each, encrypted anew for the same key.
    pub fn join(&self, secret: &str) -> Result<()> {
        for name in [NETLOG, TLS_KEYS] {
            let path = self.dir.join(name);
            let octets = read_segments(&path, secret).unwrap_or_default();
            let mut whole = self.sink(name)?;
            let written = whole.write_all(&octets).and_then(|()| whole.finish());
            written.map_err(|e| OfficeError::io(&path, &e))?;
        }
        Ok(())
    }

    fn sink(&self, name: &str) -> Result<Box<dyn Sink>> {
        let path = self.dir.join(name);
        let file = File::create(&path).map_err(|e| OfficeError::io(&path, &e))?;
        let sink = Withheld::begin(&self.public, file).map_err(CaptureError::from)?;
        Ok(Box::new(sink))
    }

    /// What was known before; none where the capture did not come to writing it.
    pub fn beginning(&self, secret: &str) -> Result<Option<Beginning>> {
        let sealed = self.dir.join(BEGINNING);
        let text = match there(File::open(&sealed), &sealed)? {
            Some(file) => {
                let mut text = Vec::new();
                let mut open = open_withheld(secret, file).map_err(CaptureError::from)?;
                open.read_to_end(&mut text)
                    .map_err(|e| OfficeError::io(&sealed, &e))?;
                Some(text)
            }
            None => {
                let open = self.dir.join(OPEN_BEGINNING);
                there(std::fs::read(&open), &open)?
            }
        };
        let read = |text: Vec<u8>| {
            serde_json::from_slice(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })
        };
        text.map(read).transpose()
    }

    /// The log and the operation log as far as they go, decrypted, still under gzip. None where no log was begun.
    pub fn recorded(&self, secret: &str) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
        let read = |name: &str| {
            let path = self.dir.join(name);
            there(read_segments(&path, secret), &path)
        };
        let Some(netlog) = read(NETLOG)? else {
            return Ok(None);
        };
        Ok(Some((netlog, read(OPERATIONS)?.unwrap_or_default())))
    }

    /// Writes the archives: the court's copy in the clear, the whole one encrypted.
    pub fn archive(&self, recording: &Recording, naming: &archive::Naming<'_>) -> Result<Archived> {
        let path = self.dir.join(COURT);
        let court = File::create(&path).map_err(|e| OfficeError::io(&path, &e))?;
        let mut whole = self.sink(WHOLE)?;
        let archived = archive::write(recording, naming, &court, &mut whole)?;
        whole.finish().map_err(|e| OfficeError::io(&path, &e))?;
        court.sync_all().map_err(|e| OfficeError::io(&path, &e))?;
        Ok(archived)
    }

    /// Makes items of what lies here: the archive, the report after the capture, what is withheld.
    #[expect(clippy::too_many_arguments, reason = "all that a capture leaves")]
    pub fn keep(
        &self,
        office: &mut Office,
        desk: &mut dyn Desk,
        facts: &Facts,
        after: Option<&[u8]>,
        masked: bool,
        films: &[FilmItem],
        summary: &dyn Fn(&[u32]) -> CaptureSummary,
    ) -> Result<KeptItems> {
        let id = self.dir.file_name().and_then(|n| n.to_str());
        let id = id.unwrap_or_default();
        let short = id.get(..8).unwrap_or(id);
        let name = format!("capture-{short}.wacz");
        let mut new =
            vec![self.item(office, desk, COURT, &name, "application/wacz", None, facts)?];
        if let Some(bytes) = after {
            let name = format!("cleanliness-after-{short}.json");
            new.push(from_bytes(office, desk, facts, &name, JSON, bytes)?);
        }
        for film in films {
            let name = format!("capture-{short}-{}", film.name);
            let kind = film.media_type;
            new.push(match &film.octets {
                Some(octets) => from_bytes(office, desk, facts, &name, kind, octets)?,
                None => self.item(office, desk, &film.name, &name, kind, None, facts)?,
            });
        }
        let mut hidden = vec![NETLOG, TLS_KEYS];
        hidden.extend(masked.then_some(WHOLE));
        for file in hidden {
            let name = format!("{short}-{file}");
            let kind = "application/octet-stream";
            new.push(self.item(office, desk, file, &name, kind, Some(REASON), facts)?);
        }
        let known = |made: &[u32]| to_json(&summary(made)).unwrap_or_default();
        let items = office
            .book
            .capture_keep(&at(desk), id, &to_json(facts)?, &new, known)?;
        Ok(KeptItems {
            name,
            summary: summary(&items),
            items,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one item")]
    fn item(
        &self,
        office: &Office,
        desk: &dyn Desk,
        file: &str,
        name: &str,
        kind: &str,
        withheld: Option<&str>,
        facts: &Facts,
    ) -> Result<NewItem> {
        let path = self.dir.join(file);
        let fail = |e: std::io::Error| OfficeError::io(&path, &e);
        let mut input = File::open(&path).map_err(fail)?;
        let mut incoming = office.vault.writer()?;
        let mut hasher = Hasher::new();
        input.seek(SeekFrom::Start(0)).map_err(fail)?;
        let mut piece = vec![0; 1 << 20];
        loop {
            let read = input.read(&mut piece).map_err(fail)?;
            if read == 0 {
                break;
            }
            let octets = piece.get(..read).unwrap_or_default();
            hasher.update(octets);
            incoming.write(octets)?;
        }
        let print = hasher.finish();
        office.vault.commit(incoming, Key(print.sha256))?;
        new_item(desk, facts, name, kind, withheld, &print)
    }

    /// The folder is gone; what it held is in the vault, or was nothing.
    pub fn remove(&self) -> Result<()> {
        match std::fs::remove_dir_all(&self.dir) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(OfficeError::io(&self.dir, &e))
            }
            _ => Ok(()),
        }
    }
}

/// What was read; none where it is not there.
fn there<T>(read: std::io::Result<T>, path: &Path) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(OfficeError::io(path, &e)),
    }
}

/// Makes one item of bytes at hand.
pub(crate) fn keep_bytes(
    office: &mut Office,
    desk: &mut dyn Desk,
    case: &Case,
    facts: &Facts,
    name: &str,
    bytes: &[u8],
) -> Result<u32> {
    let new = from_bytes(office, desk, facts, name, JSON, bytes)?;
    let items = add(office, desk, case, facts, &[new])?;
    Ok(items.first().copied().unwrap_or_default())
}

fn from_bytes(
    office: &Office,
    desk: &dyn Desk,
    facts: &Facts,
    name: &str,
    kind: &str,
    bytes: &[u8],
) -> Result<NewItem> {
    let print = fidem_fingerprint::of(bytes);
    let incoming = office.vault.write_whole(bytes)?;
    office.vault.commit(incoming, Key(print.sha256))?;
    new_item(desk, facts, name, kind, None, &print)
}

fn add(
    office: &mut Office,
    desk: &dyn Desk,
    case: &Case,
    facts: &Facts,
    new: &[NewItem],
) -> Result<Vec<u32>> {
    let at = at(desk);
    let batch = office.book.batch_add(&at, &case.id, &to_json(facts)?)?;
    Ok(office.book.items_add(&at, &case.id, batch, new)?)
}

fn new_item(
    desk: &dyn Desk,
    facts: &Facts,
    name: &str,
    kind: &str,
    withheld: Option<&str>,
    print: &fidem_fingerprint::Fingerprint,
) -> Result<NewItem> {
    let mut nonces = [[0; 16]; 2];
    for nonce in &mut nonces {
        desk.entropy(nonce)?;
    }
    let now = at(desk);
    let notes = ItemNotes {
        withheld: withheld.map(str::to_owned),
        ..ItemNotes::default()
    };
    Ok(NewItem {
        name: name.to_owned(),
        original_path: Some(name.to_owned()),
        media_type: kind.to_owned(),
        class: facts.class().as_str().to_owned(),
        facts_json: to_json(&notes)?,
        size: print.size,
        sha256: print.sha256,
        sm3: print.sm3,
        nonces,
        received_at: now.clone(),
        hashed_at: now,
        member: None,
    })
}
