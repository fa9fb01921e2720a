//! A withheld stream that survives a crash: every second what was written becomes an age file of its own, whole and
//! durable. age writes pieces of 64 KiB, which a short capture never fills.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::devtools::lock;
use crate::withheld::{Sink, Withheld, open_withheld};

/// How long written octets may wait to be durable.
const AGE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(250);

/// Octets that must be free where a capture is to begin: its pictures and lists take some of it, the casebook the rest.
pub const ROOM: u64 = 64 << 20;
/// How many times what a recording took is needed once more after it: the log joined, two archives, each in the vault too.
const AFTER: u64 = 7;
/// Octets written between two looks at the disk.
const LOOK: usize = 1 << 20;

/// Octets that may still be written in a folder; none where the system does not tell.
#[must_use]
pub fn free(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let state = rustix::fs::statvfs(folder).ok()?;
        Some(state.f_bavail.saturating_mul(state.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// A stream in files `NAME.1`, `NAME.2`, … of a folder, each gzip (RFC 1952) under age.
pub struct Segments(Arc<Mutex<Inner>>);

struct Inner {
    stem: PathBuf,
    public: String,
    number: u32,
    current: Option<(GzEncoder<Withheld<File>>, Instant)>,
    failed: Option<io::Error>,
    ended: bool,
    /// What was free when the stream began.
    free: Option<u64>,
    /// Octets since the disk was last looked at.
    unlooked: usize,
}

impl Segments {
    /// Begins a stream under `stem`, a path without number.
    #[must_use]
    pub fn begin(stem: &Path, public: &str) -> Self {
        let inner = Arc::new(Mutex::new(Inner {
            stem: stem.to_owned(),
            public: public.to_owned(),
            number: 0,
            current: None,
            failed: None,
            ended: false,
            free: stem.parent().and_then(free),
            unlooked: 0,
        }));
        let ticking = Arc::clone(&inner);
        std::thread::spawn(move || {
            while !lock(&ticking).tick() {
                std::thread::sleep(TICK);
            }
        });
        Self(inner)
    }
}

impl Inner {
    /// Closes a segment that has waited long enough; true when the stream has ended.
    fn tick(&mut self) -> bool {
        if self
            .current
            .as_ref()
            .is_some_and(|(_, since)| since.elapsed() >= AGE)
        {
            self.failed = self.close().err().or(self.failed.take());
        }
        self.ended
    }

    fn close(&mut self) -> io::Result<()> {
        match self.current.take() {
            Some((segment, _)) => segment.finish()?.finish()?.sync_all(),
            None => Ok(()),
        }
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.unlooked += octets.len();
        if self.unlooked >= LOOK {
            self.unlooked = 0;
            self.leaves_room()?;
        }
        if self.current.is_none() {
            self.number += 1;
            let file = File::create(segment(&self.stem, self.number))?;
            let withheld = Withheld::begin(&self.public, file).map_err(io::Error::other)?;
            let gzip = GzEncoder::new(withheld, Compression::fast());
            self.current = Some((gzip, Instant::now()));
        }
        match &mut self.current {
            Some((open, _)) => open.write(octets),
            None => Ok(0),
        }
    }
}

impl Inner {
    /// A recording ends while there is still room for what is made of it; on a full disk nothing could be kept.
    fn leaves_room(&self) -> io::Result<()> {
        let now = self.stem.parent().and_then(free);
        let (Some(before), Some(now)) = (self.free, now) else {
            return Ok(());
        };
        let taken = before.saturating_sub(now);
        match now < ROOM / 2 + taken.saturating_mul(AFTER) {
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }
}

impl Write for Segments {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        lock(&self.0).write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Segments {
    fn finish(self: Box<Self>) -> io::Result<()> {
        let mut inner = lock(&self.0);
        inner.ended = true;
        inner.failed.take().map_or(Ok(()), Err)?;
        inner.close()
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        lock(&self.0).ended = true;
    }
}

fn segment(stem: &Path, number: u32) -> PathBuf {
    let mut path = stem.as_os_str().to_owned();
    path.push(format!(".{number}"));
    PathBuf::from(path)
}

/// All segments decrypted, one gzip member after the other. The last one may be cut; what stands before the cut is given.
///
/// # Errors
/// Where the first segment is missing.
pub fn read_segments(stem: &Path, secret: &str) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    let mut number = 1;
    let mut next = File::open(segment(stem, number));
    next.as_ref().map_err(|e| io::Error::from(e.kind()))?;
    while let Ok(file) = next {
        if let Ok(mut stream) = open_withheld(secret, io::BufReader::new(file)) {
            let mut piece = vec![0; 1 << 16];
            while let Ok(read @ 1..) = stream.read(&mut piece) {
                octets.extend_from_slice(piece.get(..read).unwrap_or_default());
            }
        }
        number += 1;
        next = File::open(segment(stem, number));
    }
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keys;

    fn text(stem: &Path, keys: &Keys) -> Vec<u8> {
        let mut text = Vec::new();
        let gzip = read_segments(stem, &keys.secret).unwrap();
        let _ = flate2::read::MultiGzDecoder::new(gzip.as_slice()).read_to_end(&mut text);
        text
    }

    #[test]
    fn what_is_a_second_old_survives_without_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let stem = folder.path().join("log");
        let keys = Keys::generate();
        let mut stream = Segments::begin(&stem, &keys.public);
        stream.write_all(b"first line\n").unwrap();
        std::thread::sleep(AGE + TICK * 4);
        stream.write_all(b"second line\n").unwrap();
        // As a kill leaves it: nothing is finished.
        assert_eq!(text(&stem, &keys), b"first line\n");
        Box::new(stream).finish().unwrap();
        assert_eq!(text(&stem, &keys), b"first line\nsecond line\n");
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let octets = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!octets.windows(4).any(|w| w == b"line"));
        }
    }
}
