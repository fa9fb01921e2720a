//! Authorities that behave, running and ready to be asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fidem_authority::{Authority, AuthorityOptions, EntropyUnavailable, KeyKind, Server};
use tempfile::TempDir;

use crate::TestkitError;
use crate::clock::FrozenClock;

const DAY: i64 = 86_400;

/// Entropy of the system, as authorities want it.
///
/// # Errors
/// When the system has none.
pub fn entropy(bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
    getrandom::fill(bytes).map_err(|_| EntropyUnavailable)
}

/// A demonstration's options, valid from a day before a moment in Unix seconds to a year after.
pub fn options_around(organisation: &str, key: KeyKind, unix_seconds: i64) -> AuthorityOptions {
    let (from, to) = (unix_seconds - DAY, unix_seconds + 365 * DAY);
    AuthorityOptions::demonstration(organisation, key, from, to)
}

/// An authority and the server in front of it.
pub struct RunningAuthority {
    authority: Arc<Authority>,
    server: Server,
}

impl RunningAuthority {
    /// Starts one that goes by `clock`.
    ///
    /// # Errors
    /// When it cannot be made or served.
    pub fn start(options: &AuthorityOptions, clock: &FrozenClock) -> Result<Self, TestkitError> {
        let (authority, server) = Authority::start(options, &mut entropy, clock.reader())?;
        Ok(Self { authority, server })
    }

    /// Where to post.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The authority itself, for its certificates or for direct questions.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }
}

/// Two independent authorities of different operators and kinds of key.
pub struct TwoAuthorities {
    /// 甲, on P-256.
    pub first: RunningAuthority,
    /// 乙, on P-384.
    pub second: RunningAuthority,
    folder: TempDir,
}

impl TwoAuthorities {
    /// Both addresses.
    pub fn urls(&self) -> [String; 2] {
        [self.first.url(), self.second.url()]
    }

    /// A PEM file with both roots; it goes away with this value.
    pub fn roots(&self) -> PathBuf {
        roots_file(self.folder.path())
    }
}

/// Starts two authorities that go by `clock`, and writes their roots to a file.
///
/// # Errors
/// When they cannot be made or served, or the file not written.
pub fn two_authorities(clock: &FrozenClock) -> Result<TwoAuthorities, TestkitError> {
    let start = |organisation, key| {
        RunningAuthority::start(&options_around(organisation, key, clock.seconds()), clock)
    };
    let first = start("甲 First", KeyKind::P256)?;
    let second = start("乙 Second", KeyKind::P384)?;
    let folder = tempfile::tempdir()?;
    let roots = first.authority.root_pem()? + &second.authority.root_pem()?;
    std::fs::write(roots_file(folder.path()), roots)?;
    Ok(TwoAuthorities {
        first,
        second,
        folder,
    })
}

fn roots_file(folder: &Path) -> PathBuf {
    folder.join("roots.pem")
}
