//! One file, opened without surprises and read stably.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::finding::Refusal;
use crate::plan::not_a_file;

/// Where files are opened: the file system, or a failing one in tests.
pub(crate) trait Shelf {
    /// The file, and its state as the descriptor has it now.
    fn open(&self, path: &Path) -> Result<(Box<dyn Source>, State), Refusal>;
}

/// An open file.
pub(crate) trait Source {
    fn state(&self) -> io::Result<State>;
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;
}

/// What must be the same before and after reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) size: u64,
    pub(crate) modified: (i64, i64),
    pub(crate) changed: (i64, i64),
    pub(crate) identity: (u64, u64),
}

impl State {
    fn of(state: &Metadata) -> Self {
        State {
            size: state.len(),
            modified: (state.mtime(), state.mtime_nsec()),
            changed: (state.ctime(), state.ctime_nsec()),
            identity: (state.dev(), state.ino()),
        }
    }

    fn differences(&self, other: &State) -> Vec<&'static str> {
        let compared = [
            ("size", self.size != other.size),
            ("modified", self.modified != other.modified),
            ("changed", self.changed != other.changed),
            ("identity", self.identity != other.identity),
        ];
        compared
            .iter()
            .filter(|(_, differs)| *differs)
            .map(|(what, _)| *what)
            .collect()
    }
}

/// The file system itself.
pub(crate) struct FileSystem;

impl Shelf for FileSystem {
    /// Looks before opening, because opening a device or a fifo is already an act; and looks again at what was opened,
    /// because between the two another thing may have come to stand there.
    fn open(&self, path: &Path) -> Result<(Box<dyn Source>, State), Refusal> {
        let seen = fs::symlink_metadata(path).map_err(|error| cannot_open(path, &error))?;
        if !seen.is_file() {
            return Err(not_a_file(path, seen.file_type()));
        }
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let flags = i32::try_from(flags.bits()).unwrap_or(0);
        let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
        let file = opened.map_err(|error| cannot_open(path, &error))?;
        let state = settled(&file).map_err(|error| cannot_open(path, &error))?;
        if !state.is_file() {
            return Err(not_a_file(path, state.file_type()));
        }
        Ok((Box::new(file), State::of(&state)))
    }
}

/// The steps in which kernels before 6.13 count the times of files, with room to spare.
const GRAIN: Duration = Duration::from_millis(20);

/// The state of the file once its times lie one grain back: a later write cannot hide behind the same time.
#[expect(
    clippy::disallowed_methods,
    reason = "compared with the file's own times and never recorded"
)]
fn settled(file: &File) -> io::Result<Metadata> {
    let state = file.metadata()?;
    let (seconds, nanoseconds) =
        (state.mtime(), state.mtime_nsec()).max((state.ctime(), state.ctime_nsec()));
    let since_epoch = u64::try_from(seconds)
        .ok()
        .zip(u32::try_from(nanoseconds).ok());
    let touched = since_epoch
        .and_then(|(seconds, rest)| UNIX_EPOCH.checked_add(Duration::new(seconds, rest)));
    // A time in the future, as from another machine's clock, cannot be waited for.
    let age = touched.and_then(|touched| SystemTime::now().duration_since(touched).ok());
    match age.and_then(|age| GRAIN.checked_sub(age)) {
        Some(wait) => {
            thread::sleep(wait);
            file.metadata()
        }
        None => Ok(state),
    }
}

impl Source for File {
    fn state(&self) -> io::Result<State> {
        self.metadata().map(|state| State::of(&state))
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(self, buffer)
    }
}

fn cannot_open(path: &Path, error: &io::Error) -> Refusal {
    match errno(error) {
        Some(Errno::NOENT | Errno::NOTDIR) => Refusal::Vanished,
        // The link that came to stand there since.
        Some(Errno::LOOP) => match fs::symlink_metadata(path) {
            Ok(seen) if seen.is_symlink() => not_a_file(path, seen.file_type()),
            _ => Refusal::unreadable(error),
        },
        _ => failed(error, 0, 0),
    }
}

/// A medium that went away is not a file one may not read: the advice to the person differs.
fn failed(error: &io::Error, read: u64, size: u64) -> Refusal {
    match errno(error) {
        Some(
            Errno::IO
            | Errno::NODEV
            | Errno::NXIO
            | Errno::NOMEDIUM
            | Errno::STALE
            | Errno::NOTCONN
            | Errno::TIMEDOUT
            | Errno::HOSTDOWN
            | Errno::NOTRECOVERABLE,
        ) => Refusal::MediumLost {
            read,
            size,
            number: error.raw_os_error(),
        },
        _ => Refusal::unreadable(error),
    }
}

fn errno(error: &io::Error) -> Option<Errno> {
    error.raw_os_error().map(Errno::from_raw_os_error)
}

/// A source being read from beginning to end. [`Reading::finish`] says whether what was read can be relied on.
pub(crate) struct Reading {
    source: Box<dyn Source>,
    before: State,
    read: u64,
}

impl Reading {
    pub(crate) fn of((source, before): (Box<dyn Source>, State)) -> Self {
        Reading {
            source,
            before,
            read: 0,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.before
    }

    /// The next bytes; none at the end. A file that turns out longer than it said is refused at once, so that one that
    /// never ends does not keep us.
    pub(crate) fn next<'b>(&mut self, buffer: &'b mut [u8]) -> Result<&'b [u8], Refusal> {
        let count = loop {
            match self.source.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(&error, self.read, self.before.size)),
                Ok(count) => break count,
            }
        };
        self.read = self
            .read
            .saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if self.read > self.before.size {
            return Err(self.changed(self.source.state().unwrap_or(self.before)));
        }
        Ok(&buffer[..count])
    }

    pub(crate) fn finish(self) -> Result<(), Refusal> {
        let after = self
            .source
            .state()
            .map_err(|error| failed(&error, self.read, self.before.size))?;
        if after == self.before && self.read == self.before.size {
            Ok(())
        } else {
            Err(self.changed(after))
        }
    }

    fn changed(&self, after: State) -> Refusal {
        let mut what = self.before.differences(&after);
        if self.read != self.before.size {
            what.push("bytes-read");
        }
        Refusal::ChangedWhileRead {
            what,
            size_before: self.before.size,
            size_after: after.size,
            read: self.read,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_file_just_written_is_given_time_to_settle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        let begun = Instant::now();
        fs::write(&path, "x").unwrap();
        let (_, state) = FileSystem.open(&path).unwrap();
        // The file's time may be up to one step of the kernel's clock older than ours.
        assert!(begun.elapsed() >= GRAIN / 2);
        assert_eq!(state.size, 1);
    }
}
