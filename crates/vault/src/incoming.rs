//! Bytes on their way in.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::disk::Disk;
use crate::error::VaultError;

/// Names within this process; the process number keeps two processes apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Bytes being written into a vault. They count only after [`Vault::commit_all`](crate::Vault::commit_all);
/// dropped before that, they are gone.
pub struct Incoming {
    disk: Arc<Disk>,
    path: PathBuf,
    file: Option<File>,
    written: u64,
}

impl Incoming {
    pub(crate) fn create(disk: Arc<Disk>, folder: &Path) -> Result<Self, VaultError> {
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{:x}-{number:x}", std::process::id()));
            // From here on the file is removed when `incoming` is dropped, also if its creation reported a failure.
            let mut incoming = Incoming {
                disk: Arc::clone(&disk),
                path,
                file: None,
                written: 0,
            };
            match disk.create_incoming(&incoming.path) {
                Ok(Some(file)) => {
                    incoming.file = Some(file);
                    return Ok(incoming);
                }
                // Left by another process that had our number: not ours to remove.
                Ok(None) => incoming.path = PathBuf::new(),
                Err(error) => return Err(error),
            }
        }
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// [`VaultError::NoSpace`], or [`VaultError::Disk`] for any other refusal of the disk. The incoming bytes are then
    /// of no use any more: drop them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        if let Some(file) = self.file.as_mut() {
            self.disk.write(file, &self.path, bytes)?;
            self.written = self
                .written
                .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
        Ok(())
    }

    /// Bytes written so far.
    pub fn position(&self) -> u64 {
        self.written
    }

    /// Gives the descriptor back, so that a batch of many files holds none open.
    pub(crate) fn close(&mut self) {
        self.file = None;
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file has its final name: there is nothing left to remove.
    pub(crate) fn published(mut self) {
        self.path = PathBuf::new();
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // A failure leaves a stale file, which the next start clears.
            let _ = self.disk.remove_incoming(&self.path);
        }
    }
}
