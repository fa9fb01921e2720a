//! Secrets that were planted, and where they can be read.

use std::path::{Path, PathBuf};

/// Whether the octets hold the text.
#[must_use]
pub fn holds(octets: &[u8], text: &str) -> bool {
    octets
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

/// The files under a folder that hold the text.
///
/// # Panics
/// When the folder cannot be read.
#[must_use]
pub fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if holds(&std::fs::read(&path).expect("a file"), text) {
            found.push(path);
        }
    }
    found
}
