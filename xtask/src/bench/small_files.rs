//! Many small files, both digests of each.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::io::Write;
use std::mem::replace;
use std::os::fd::OwnedFd;

use fidem_fingerprint::Fingerprint;
use fidem_fingerprint::Hasher;
use fidem_fingerprint::hex;
use fidem_fingerprint::of_many;
use rustix::fs::CWD;
use rustix::fs::Dir;
use rustix::fs::FileType;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::fs::openat;
use rustix::io::read;

use super::Group;
use super::Options;
use super::Workload;
use super::corpus;
use super::measure::Contender;
use super::measure::alternately;
use super::report::Row;
use super::report::Work;
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "small-files",
    rows,
    workloads: &[Workload {
        name: "small-files",
        run: print_fingerprints,
    }],
};

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let count = options.scaled(100_000, 5_000);
    let files = corpus::small_files(options, count)?;
    let folder = files
        .folder
        .to_str()
        .ok_or("the corpus has a path that is not text")?;
    let list = files
        .list
        .to_str()
        .ok_or("the corpus has a path that is not text")?;
    let openssl = |digest| ["xargs", "-0", "-a", list, "openssl", "dgst", "-r", digest];

    let ours = Contender::ours("small-files", &[folder])?;
    let two_passes = Contender::rival(&openssl("-sha256")).and(&openssl("-sm3"));
    let rhash = Contender::rival(&["rhash", "--sha256", "-r", folder]);
    let sha256sum = Contender::rival(&["xargs", "-0", "-a", list, "sha256sum"]);
    compare(&ours.output()?, &two_passes.output()?, count)?;

    let times = alternately(options.rounds, &[&ours, &two_passes, &rhash, &sha256sum])?;
    let what = |rival| {
        let size = files.bytes / 1_000_000;
        format!("{count} files of 200 B to 8 KiB, {size} MB: both digests, against {rival}")
    };
    let row = |rival, name, time, target| {
        Row::of_times(
            what(rival),
            Work::Files(count),
            times[0],
            (name, time),
            target,
        )
    };
    Ok(vec![
        row(
            "both digests in two passes",
            "`openssl dgst`",
            times[1],
            Some(4.0),
        ),
        row("SHA-256 alone", "`rhash --sha256`", times[2], Some(1.5)),
        row("SHA-256 alone", "`sha256sum`", times[3], None),
    ])
}

/// Checks that ours and the rival found the same digests of the same files.
fn compare(ours: &str, rival: &str, count: u64) -> Outcome<()> {
    let mut found: BTreeMap<&str, [&str; 2]> = BTreeMap::new();
    for line in ours.lines() {
        let mut fields = line.splitn(3, ' ');
        if let (Some(sha256), Some(sm3), Some(path)) = (fields.next(), fields.next(), fields.next())
        {
            found.insert(path, [sha256, sm3]);
        }
    }
    let mut agreed = 0;
    for line in rival.lines() {
        let (digest, path) = line
            .split_once(" *")
            .ok_or("the rival's answer has another form")?;
        let digests = found.get(path).ok_or(format!("we missed {path}"))?;
        if !digests.contains(&digest) {
            return Err(format!("the rival has another digest of {path}").into());
        }
        agreed += 1;
    }
    // Each file in each of the two passes.
    if agreed != 2 * count || found.len() as u64 != count {
        return Err(format!("{agreed} digests and {} files, not {count}", found.len()).into());
    }
    Ok(())
}

/// The workload: the fingerprints of all files below a folder, one to a line.
fn print_fingerprints(arguments: &[String]) -> Outcome<()> {
    let [folder] = arguments else {
        return Err("one folder, please".into());
    };
    let mut batch = Batch::new(BufWriter::with_capacity(1 << 16, std::io::stdout().lock()));
    let root = openat(
        CWD,
        folder,
        OFlags::RDONLY | OFlags::DIRECTORY,
        Mode::empty(),
    )?;
    walk(&root, &mut folder.clone().into_bytes(), &mut batch)?;
    batch.hash()?;
    Ok(batch.out.flush()?)
}

/// Opening by name below an open folder saves looking up the whole path of every file.
fn walk(folder: &OwnedFd, path: &mut Vec<u8>, batch: &mut Batch<impl Write>) -> Outcome<()> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let parent = path.len();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let opened = openat(folder, name, flags, Mode::empty())?;
        path.push(b'/');
        path.extend_from_slice(name.to_bytes());
        if entry.file_type() == FileType::Directory {
            walk(&opened, path, batch)?;
        } else {
            batch.read(path, &opened)?;
        }
        path.truncate(parent);
    }
    Ok(())
}

/// Whole small files in one buffer that is used again and again.
struct Batch<W> {
    buffer: Vec<u8>,
    used: usize,
    /// The paths of the files in the buffer, one after another.
    paths: Vec<u8>,
    files: Vec<Place>,
    out: W,
}

/// Where the path and the contents of a file end; both begin where those of the file before end.
struct Place {
    path: usize,
    contents: usize,
}

impl<W: Write> Batch<W> {
    /// Less than a core's own cache, so that the digests find the bytes there.
    const BUFFER: usize = 512 * 1024;
    /// A file is only begun with this much room, so that a small one fits for certain.
    const ROOM: usize = 64 * 1024;

    fn new(out: W) -> Self {
        let (buffer, paths, files) = (vec![0; Self::BUFFER], Vec::new(), Vec::new());
        Batch {
            buffer,
            used: 0,
            paths,
            files,
            out,
        }
    }

    fn read(&mut self, path: &[u8], file: &OwnedFd) -> Outcome<()> {
        if self.buffer.len() - self.used < Self::ROOM {
            self.hash()?;
        }
        let start = self.used;
        loop {
            let room = &mut self.buffer[self.used..];
            if room.is_empty() {
                return self.hash_long(path, start, file);
            }
            match read(file, room)? {
                0 => break,
                count => self.used += count,
            }
        }
        self.paths.extend_from_slice(path);
        self.files.push(Place {
            path: self.paths.len(),
            contents: self.used,
        });
        Ok(())
    }

    /// Hashes the file by itself whose beginning fills the rest of the buffer.
    fn hash_long(&mut self, path: &[u8], start: usize, file: &OwnedFd) -> Outcome<()> {
        let mut hasher = Hasher::new();
        hasher.update(&self.buffer[start..]);
        self.hash()?;
        loop {
            match read(file, &mut self.buffer[..])? {
                0 => break,
                count => hasher.update(&self.buffer[..count]),
            }
        }
        print(&mut self.out, path, &hasher.finish())
    }

    /// Hashes and prints the files that the buffer holds, and empties it.
    fn hash(&mut self) -> Outcome<()> {
        let mut start = 0;
        let contents: Vec<&[u8]> = self
            .files
            .iter()
            .map(|file| &self.buffer[replace(&mut start, file.contents)..file.contents])
            .collect();
        let mut start = 0;
        for (file, fingerprint) in self.files.iter().zip(of_many(&contents)) {
            let path = &self.paths[replace(&mut start, file.path)..file.path];
            print(&mut self.out, path, &fingerprint)?;
        }
        self.files.clear();
        self.paths.clear();
        self.used = 0;
        Ok(())
    }
}

fn print(out: &mut impl Write, path: &[u8], found: &Fingerprint) -> Outcome<()> {
    let [sha256, sm3] = [found.sha256, found.sm3].map(|digest| hex::encode(&digest));
    for part in [sha256.as_bytes(), b" ", sm3.as_bytes(), b" ", path, b"\n"] {
        out.write_all(part)?;
    }
    Ok(())
}
