//! A file as a source of bytes by position.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use fidem_package::{Source, SourceError};

use crate::{OfficeError, Result};

/// A file opened for reading; several readers may share it.
pub struct FileSource {
    file: File,
    len: u64,
}

impl FileSource {
    /// Opens a regular file.
    ///
    /// # Errors
    /// [`OfficeError::Io`], also for a folder.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| OfficeError::io(path, &e))?;
        Self::of_file(file, path)
    }

    /// An object of the vault that is open already; `name` is for errors.
    ///
    /// # Errors
    /// [`OfficeError::Io`].
    pub(crate) fn of(file: File, name: &str) -> Result<Self> {
        Self::of_file(file, Path::new(name))
    }

    fn of_file(file: File, path: &Path) -> Result<Self> {
        let about = file.metadata().map_err(|e| OfficeError::io(path, &e))?;
        match about.is_file() {
            true => Ok(Self {
                len: about.len(),
                file,
            }),
            false => Err(OfficeError::Io {
                path: path.display().to_string(),
                reason: "not a file".to_owned(),
            }),
        }
    }
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> std::result::Result<(), SourceError> {
        self.file
            .read_exact_at(out, offset)
            .map_err(|e| SourceError {
                offset,
                len: out.len(),
                reason: e.to_string(),
            })
    }
}
