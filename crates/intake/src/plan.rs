//! What is there: looked at, nothing opened.

use std::collections::BTreeSet;
use std::fs::{FileType, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::finding::{Note, Refusal, Refused};
use crate::name;

/// What taking in the given paths would mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files, in the order in which they become items.
    pub files: Vec<Planned>,
    /// What will not be taken in.
    pub refused: Vec<Refused>,
    /// Remarks that belong to no single file: empty folders, paths given twice.
    pub notes: Vec<Note>,
    /// The sizes of all files together, in bytes.
    pub total_bytes: u64,
}

impl Plan {
    /// Every remark: on folders first, then file by file.
    pub fn all_notes(&self) -> impl Iterator<Item = &Note> {
        self.notes
            .iter()
            .chain(self.files.iter().flat_map(|file| &file.notes))
    }
}

/// One file to be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Where it is.
    pub path: PathBuf,
    /// Its name as an item: the given folder's name and the path below it. Bytes that are no Unicode as `%XX`.
    pub name: String,
    /// The name's bytes in hexadecimal, when they are no Unicode.
    pub name_bytes_hex: Option<String>,
    /// Its size when looked at, in bytes.
    pub size: u64,
    /// Remarks on this file.
    pub notes: Vec<Note>,
    /// Modification time when looked at: seconds and nanoseconds.
    pub(crate) modified: (i64, i64),
}

/// Walks the given files and folders. Order and rules: see the crate's root.
///
/// Never fails as a whole: what cannot be looked at is among [`Plan::refused`].
pub fn plan(paths: &[PathBuf]) -> Plan {
    let mut walk = Walk {
        plan: Plan::default(),
        reached: (paths.len() > 1).then(BTreeSet::new),
    };
    for path in paths {
        walk.given(path);
    }
    let mut plan = walk.plan;
    note_lookalikes(&mut plan);
    plan
}

struct Walk {
    plan: Plan,
    /// Where we have been, once there is more than one way to get there.
    reached: Option<BTreeSet<PathBuf>>,
}

/// The folder or file that was given, under its three names.
struct Root {
    path: PathBuf,
    name: Vec<u8>,
    /// Its real place, by which two ways to one file are recognised.
    place: PathBuf,
}

impl Walk {
    fn given(&mut self, path: &Path) {
        // `link/` would follow the link: without the slash it is seen for what it is.
        let path: PathBuf = path.components().collect();
        let root = Root {
            name: name::of_given(&path),
            place: real_place(&path),
            path,
        };
        let mut waiting_for_content: Option<(usize, String)> = None;
        for entry in WalkDir::new(&root.path)
            .follow_root_links(false)
            .sort_by_file_name()
        {
            let depth = entry
                .as_ref()
                .map_or_else(walkdir::Error::depth, DirEntry::depth);
            if let Some((above, folder)) = waiting_for_content.take()
                && depth <= above
                && entry.is_ok()
            {
                self.plan.notes.push(Note::new("empty-folder", &folder));
            }
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    waiting_for_content = Some((depth, root.name_of(entry.path()).0));
                }
                Ok(entry) => self.entry(&root, &entry),
                Err(error) => {
                    self.refuse(error.path().unwrap_or(&root.path), explain(&error, depth));
                }
            }
        }
        if let Some((_, folder)) = waiting_for_content {
            self.plan.notes.push(Note::new("empty-folder", &folder));
        }
    }

    fn entry(&mut self, root: &Root, entry: &DirEntry) {
        let path = entry.path();
        let (name, name_bytes_hex) = root.name_of(path);
        if let Some(reached) = &mut self.reached
            && !reached.insert(root.place_of(path))
        {
            self.plan.notes.push(Note::new("given-twice", &name));
            return;
        }
        if !entry.file_type().is_file() {
            return self.refuse(path, not_a_file(path, entry.file_type()));
        }
        match entry.metadata() {
            Ok(state) => self.file(path, name, name_bytes_hex, &state),
            Err(error) => self.refuse(path, explain(&error, entry.depth())),
        }
    }

    fn file(
        &mut self,
        path: &Path,
        name: String,
        name_bytes_hex: Option<String>,
        state: &Metadata,
    ) {
        let notes = name::notes(&name, name_bytes_hex.as_deref());
        let modified = (state.mtime(), state.mtime_nsec());
        self.plan.total_bytes = self.plan.total_bytes.saturating_add(state.len());
        self.plan.files.push(Planned {
            path: path.to_owned(),
            name,
            name_bytes_hex,
            size: state.len(),
            notes,
            modified,
        });
    }

    fn refuse(&mut self, path: &Path, refusal: Refusal) {
        self.plan
            .refused
            .push(refusal.of(name::readable_path(path)));
    }
}

impl Root {
    fn name_of(&self, path: &Path) -> (String, Option<String>) {
        let mut bytes = self.name.clone();
        if let Ok(below) = path.strip_prefix(&self.path)
            && !below.as_os_str().is_empty()
        {
            if !bytes.is_empty() {
                bytes.push(b'/');
            }
            bytes.extend_from_slice(below.as_os_str().as_bytes());
        }
        name::readable(&bytes)
    }

    fn place_of(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(&self.path) {
            Ok(below) if !below.as_os_str().is_empty() => self.place.join(below),
            _ => self.place.clone(),
        }
    }
}

/// The folder's real path and the last name, so that a given link stays a link.
fn real_place(path: &Path) -> PathBuf {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => path,
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.canonicalize().unwrap_or_else(|_| path.to_owned()),
    }
}

fn explain(error: &walkdir::Error, depth: usize) -> Refusal {
    match error.io_error() {
        Some(cause) if cause.kind() == io::ErrorKind::NotFound && depth == 0 => Refusal::NotFound,
        Some(cause) if cause.kind() == io::ErrorKind::NotFound => Refusal::Vanished,
        Some(cause) => Refusal::unreadable(cause),
        None => Refusal::Unreadable {
            kind: io::ErrorKind::Other,
            number: None,
        },
    }
}

/// Why a thing that is neither file nor folder is not taken in.
pub(crate) fn not_a_file(path: &Path, kind: FileType) -> Refusal {
    let kind = if kind.is_symlink() {
        let target = std::fs::read_link(path).map(|target| name::readable_path(&target));
        return Refusal::Symlink {
            target: target.unwrap_or_default(),
        };
    } else if kind.is_fifo() {
        "fifo"
    } else if kind.is_socket() {
        "socket"
    } else if kind.is_block_device() {
        "block-device"
    } else if kind.is_char_device() {
        "character-device"
    } else if kind.is_dir() {
        "folder"
    } else {
        "other"
    };
    Refusal::NotAFile { kind }
}

fn note_lookalikes(plan: &mut Plan) {
    let names: Vec<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
    for (one, other) in name::differing_by_normalisation(&names) {
        let names = [plan.files[one].name.clone(), plan.files[other].name.clone()];
        for (own, theirs) in [(one, 1), (other, 0)] {
            let note = Note::new("names-differ-by-normalisation", &names[1 - theirs])
                .with("other", &names[theirs]);
            if !plan.files[own].notes.contains(&note) {
                plan.files[own].notes.push(note);
            }
        }
    }
}
