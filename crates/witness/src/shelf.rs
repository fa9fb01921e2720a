//! What a witness signed last, one file for each log, replaced whole.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fidem_anchor::Note;
use fidem_fingerprint::{hex, sha256};

/// The folder.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    /// Held for as long as the witness runs: two of them with one memory could sign two views.
    _lock: File,
}

impl Shelf {
    /// Opens a folder, making it where it is not there.
    ///
    /// # Errors
    /// When it cannot be made, or another witness has it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.try_lock()
            .map_err(|_| io::Error::other("another witness has this folder"))?;
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
        })
    }

    fn place(&self, origin: &str) -> PathBuf {
        let name = hex::encode(&sha256(origin.as_bytes()));
        self.folder.join(format!("{name}.checkpoint"))
    }

    /// The note that was kept last; none where the log is new. A file that cannot be read is an error: to forget would be to
    /// sign anything.
    pub(crate) fn last(&self, origin: &str) -> io::Result<Option<Note>> {
        match std::fs::read_to_string(self.place(origin)) {
            Ok(text) => Note::parse(&text).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn keep(&self, origin: &str, note: &Note) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(note.to_text().as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(self.place(origin)).map_err(|e| e.error)?;
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }
}
