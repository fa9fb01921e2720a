//! Looking at objects. Nothing here changes the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use fidem_fingerprint::{Fingerprint, Hasher, Sha256Hasher};
use rustix::fs::{Advice, OFlags};

use crate::disk::Step;
use crate::error::VaultError;
use crate::key::Key;
use crate::vault::Vault;

const BLOCK: usize = 1 << 20;
const SMALL_BLOCK: u64 = 1 << 16;

impl Vault {
    /// The object for reading.
    ///
    /// # Errors
    /// [`VaultError::Missing`]; else what the disk refused.
    pub fn open_object(&self, key: &Key) -> Result<File, VaultError> {
        let path = self.objects.join(key.place());
        match open_plain(&path) {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(VaultError::Missing { key: *key })
            }
            Err(error) => Err(VaultError::disk(Step::Read, &path, &error)),
        }
    }

    /// The object's size in bytes.
    ///
    /// # Errors
    /// [`VaultError::Missing`]; else what the disk refused.
    pub fn size(&self, key: &Key) -> Result<u64, VaultError> {
        let path = self.objects.join(key.place());
        match fs::symlink_metadata(&path) {
            Ok(state) => Ok(state.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(VaultError::Missing { key: *key })
            }
            Err(error) => Err(VaultError::disk(Step::Read, &path, &error)),
        }
    }

    /// Whether something stands under the key. Whether it is intact only [`Vault::verify`] tells.
    ///
    /// # Errors
    /// What the disk refused.
    pub fn contains(&self, key: &Key) -> Result<bool, VaultError> {
        match self.size(key) {
            Ok(_) => Ok(true),
            Err(VaultError::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The whole object in memory, if it has no more than `limit` bytes.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::Missing`]; else what the disk refused.
    pub fn read_all(&self, key: &Key, limit: u64) -> Result<Vec<u8>, VaultError> {
        let size = self.size(key)?;
        if size > limit {
            return Err(VaultError::TooLarge {
                key: *key,
                size,
                limit,
            });
        }
        let file = self.open_object(key)?;
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes).map_err(|error| {
            VaultError::disk(Step::Read, &self.objects.join(key.place()), &error)
        })?;
        Ok(bytes)
    }

    /// Reads the object again and makes both digests. `progress` is told the bytes read so far and may stop it.
    ///
    /// # Errors
    /// [`VaultError::Altered`] when the digest is no longer the key; [`VaultError::Missing`]; [`VaultError::Cancelled`]; else
    /// what the disk refused.
    pub fn verify(
        &self,
        key: &Key,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Fingerprint, VaultError> {
        let file = self.open_object(key)?;
        let mut hasher = Hasher::new();
        let path = self.objects.join(key.place());
        let mut done = 0_u64;
        for_each_block(&file, &path, |block| {
            hasher.update(block);
            done = done.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
            progress(done)
        })?;
        let fingerprint = hasher.finish();
        let found = Key(fingerprint.sha256);
        if found == *key {
            Ok(fingerprint)
        } else {
            Err(VaultError::Altered { key: *key, found })
        }
    }

    /// Every object's key in ascending order, for whoever goes round checking. What is not an object comes as
    /// [`VaultError::Stranger`] in its place.
    pub fn keys(&self) -> Keys {
        Keys {
            waiting: vec![(0, self.objects.clone())],
            prefix: String::new(),
        }
    }
}

/// The keys of a vault, read folder by folder. Made by [`Vault::keys`].
pub struct Keys {
    /// Depth below `sha256/` and path; the next one last.
    waiting: Vec<(u8, PathBuf)>,
    /// The two folders' names, which an object's name has to begin with.
    prefix: String,
}

impl Iterator for Keys {
    type Item = Result<Key, VaultError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((depth, path)) = self.waiting.pop() {
            if depth == 3 {
                return Some(self.object(path));
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if depth > 0 {
                self.prefix.truncate(usize::from(depth - 1) * 2);
                self.prefix.push_str(&name);
                if !is_folder_name(&name) {
                    return Some(Err(VaultError::Stranger { path }));
                }
            }
            if let Err(error) = self.descend(depth, &path) {
                return Some(Err(error));
            }
        }
        None
    }
}

impl Keys {
    fn object(&self, path: PathBuf) -> Result<Key, VaultError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match name.parse::<Key>() {
            Ok(key) if name.starts_with(&self.prefix) && path.is_file() && !path.is_symlink() => {
                Ok(key)
            }
            _ => Err(VaultError::Stranger { path }),
        }
    }

    fn descend(&mut self, depth: u8, folder: &Path) -> Result<(), VaultError> {
        let fail = |error: io::Error| match error.kind() {
            io::ErrorKind::NotADirectory => VaultError::Stranger {
                path: folder.to_owned(),
            },
            _ => VaultError::disk(Step::Read, folder, &error),
        };
        let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(fail)?.collect();
        let mut paths: Vec<PathBuf> = entries
            .map_err(fail)?
            .iter()
            .map(fs::DirEntry::path)
            .collect();
        paths.sort_unstable_by(|a, b| b.cmp(a));
        self.waiting
            .extend(paths.into_iter().map(|path| (depth + 1, path)));
        Ok(())
    }
}

fn is_folder_name(name: &str) -> bool {
    name.len() == 2
        && name
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// Size and SHA-256 as the medium has them: the system's copy in memory is dropped first. Only for synced files.
pub(crate) fn digest_from_medium(path: &Path) -> Result<(u64, Key), VaultError> {
    let file = open_plain(path).map_err(|error| VaultError::disk(Step::Read, path, &error))?;
    // Advice only: a file system that keeps its copy all the same is read from there.
    let _ = rustix::fs::fadvise(&file, 0, None, Advice::DontNeed);
    let mut digest = Sha256Hasher::new();
    let mut size = 0_u64;
    for_each_block(&file, path, |block| {
        digest.update(block);
        size = size.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
        ControlFlow::Continue(())
    })?;
    Ok((size, Key(digest.finish())))
}

/// Whether the object has this size and, read again, this digest.
pub(crate) fn is_intact(path: &Path, key: Key, size: u64) -> Result<bool, VaultError> {
    let state =
        fs::symlink_metadata(path).map_err(|error| VaultError::disk(Step::Read, path, &error))?;
    if !state.is_file() {
        return Err(VaultError::Stranger {
            path: path.to_owned(),
        });
    }
    Ok(state.len() == size && digest_from_medium(path)?.1 == key)
}

fn for_each_block(
    mut file: &File,
    path: &Path,
    mut take: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), VaultError> {
    let fail = |error: io::Error| VaultError::disk(Step::Read, path, &error);
    let size = file.metadata().map_err(fail)?.len();
    let mut block = vec![
        0;
        if size <= SMALL_BLOCK {
            block_for(size)
        } else {
            BLOCK
        }
    ];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(read) => {
                if take(&block[..read]).is_break() {
                    return Err(VaultError::Cancelled);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(fail(error)),
        }
    }
}

/// A small file's own size, so that many small files do not each clear a large block.
fn block_for(size: u64) -> usize {
    usize::try_from(size).unwrap_or(BLOCK).max(1)
}

/// A name that leads elsewhere is not an object.
fn open_plain(path: &Path) -> io::Result<File> {
    let no_follow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
    OpenOptions::new()
        .read(true)
        .custom_flags(no_follow)
        .open(path)
}
