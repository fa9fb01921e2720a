//! One process at a time: `flock(2)` on a file of its own, so that the kernel releases it whatever becomes of us.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::error::{CasebookError, Result};

/// The lock's file name within the office folder.
pub const LOCK_FILE: &str = "casebook.lock";

/// Held while an office is open; released by the kernel when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Who holds the lock, for the person who is refused.
#[derive(Serialize, Deserialize)]
struct Holder {
    pid: u32,
    host: String,
}

impl Lock {
    /// Takes the lock at once or says who has it.
    pub(crate) fn take(dir: &Path) -> Result<Self> {
        let path = dir.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(CasebookError::io(&path))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(held_by(&mut file)),
            Err(errno) => {
                return Err(CasebookError::Io {
                    path,
                    kind: errno.kind(),
                });
            }
        }
        sign(&mut file).map_err(CasebookError::io(&path))?;
        Ok(Self { _file: file })
    }
}

fn sign(file: &mut File) -> std::io::Result<()> {
    let holder = Holder {
        pid: std::process::id(),
        host: rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
    };
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(serde_json::to_string(&holder)?.as_bytes())
}

fn held_by(file: &mut File) -> CasebookError {
    // Only a courtesy: the holder may be between taking the lock and writing its name.
    let mut text = String::new();
    let read = file.take(4096).read_to_string(&mut text);
    let holder = read
        .ok()
        .and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    match holder {
        Some(Holder { pid, host }) => CasebookError::AlreadyOpen {
            pid: Some(pid),
            host: Some(host),
        },
        None => CasebookError::AlreadyOpen {
            pid: None,
            host: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_was_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        match Lock::take(dir.path()) {
            Err(CasebookError::AlreadyOpen { pid, host }) => {
                assert_eq!(pid, Some(std::process::id()));
                assert!(host.is_some());
            }
            other => panic!("{other:?}"),
        }
        drop(first);
        assert!(Lock::take(dir.path()).is_ok());
    }
}
