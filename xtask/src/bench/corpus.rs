//! The files that are hashed: the same bytes in every run and on every machine.

use std::fs;
use std::io::BufWriter;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use super::Options;
use crate::Outcome;

/// SplitMix64.
pub(super) struct Seeded(pub(super) u64);

impl Seeded {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// One file of `size` bytes, made if it is not there yet. No part of it is sparse.
pub(super) fn one_file(options: &Options, size: u64) -> Outcome<PathBuf> {
    let path = options.corpus.join(format!("one-file-{size}"));
    if fs::metadata(&path).is_ok_and(|found| found.len() == size) {
        return Ok(path);
    }
    fs::create_dir_all(&options.corpus)?;
    let mut seeded = Seeded(1);
    let mut chunk = vec![0; 1 << 20];
    let mut file = fs::File::create(&path)?;
    let mut left = size;
    while left > 0 {
        seeded.fill(&mut chunk);
        let now = chunk.len().min(usize::try_from(left)?);
        file.write_all(&chunk[..now])?;
        left -= now as u64;
    }
    file.sync_all()?;
    Ok(path)
}

/// A folder of small files.
pub(super) struct SmallFiles {
    pub(super) folder: PathBuf,
    /// All their paths, with a NUL after each.
    pub(super) list: PathBuf,
    /// Bytes in all of them.
    pub(super) bytes: u64,
}

/// `count` files of 200 to 8,192 bytes, a thousand to a folder, made if they are not there yet.
pub(super) fn small_files(options: &Options, count: u64) -> Outcome<SmallFiles> {
    let root = options.corpus.join(format!("small-files-{count}"));
    let [folder, list, done] = ["files", "list", "bytes"].map(|name| root.join(name));
    if let Ok(bytes) = fs::read_to_string(&done) {
        return Ok(SmallFiles {
            folder,
            list,
            bytes: bytes.trim().parse()?,
        });
    }
    let mut seeded = Seeded(2);
    let mut buffer = [0; 8_192];
    let mut bytes = 0;
    fs::create_dir_all(&folder)?;
    let mut names = BufWriter::new(fs::File::create(&list)?);
    for number in 0..count {
        let size = 200 + seeded.next() % (8_192 - 200 + 1);
        let contents = &mut buffer[..usize::try_from(size)?];
        seeded.fill(contents);
        let path = small_file(&folder, number)?;
        fs::write(&path, contents)?;
        names.write_all(path.as_os_str().as_encoded_bytes())?;
        names.write_all(&[0])?;
        bytes += size;
    }
    names.flush()?;
    // Written last: a corpus that was broken off is made again.
    fs::write(&done, bytes.to_string())?;
    Ok(SmallFiles {
        folder,
        list,
        bytes,
    })
}

fn small_file(folder: &Path, number: u64) -> Outcome<PathBuf> {
    let folder = folder.join(format!("{:03}", number / 1_000));
    if number.is_multiple_of(1_000) {
        fs::create_dir_all(&folder)?;
    }
    Ok(folder.join(format!("{number:06}.bin")))
}
