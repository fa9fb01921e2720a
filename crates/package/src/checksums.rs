//! `manifest-sha256.txt`: what `sha256sum -c` reads.

use std::collections::BTreeSet;

use fidem_fingerprint::hex;

/// A line that is not `<64 hex>  <name>` with its end, or names again what an earlier one names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the checksum list is not `<sha256>  <name>`, or its name stands twice")]
pub struct ChecksumLine {
    /// From 1.
    pub line: usize,
}

/// Writes the list; names hold no newline or backslash, so no line needs escaping.
#[must_use]
pub fn write<'a>(entries: impl Iterator<Item = (&'a str, [u8; 32])>) -> String {
    let mut out = String::new();
    for (name, digest) in entries {
        out.push_str(&hex::encode(&digest));
        out.push_str("  ");
        out.push_str(name);
        out.push('\n');
    }
    out
}

/// Reads the list.
///
/// # Errors
/// [`ChecksumLine`].
pub fn read(text: &str) -> Result<Vec<(&str, [u8; 32])>, ChecksumLine> {
    let mut names = BTreeSet::new();
    text.split_inclusive('\n')
        .enumerate()
        .map(|(i, line)| {
            let entry = entry(line).filter(|(name, _)| names.insert(*name));
            entry.ok_or(ChecksumLine { line: i + 1 })
        })
        .collect()
}

fn entry(line: &str) -> Option<(&str, [u8; 32])> {
    let (digest, name) = line.strip_suffix('\n')?.split_once("  ")?;
    Some((name, hex::decode32(digest)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_wrote() {
        let text = write([("a b.txt", [1; 32]), ("核验说明.txt", [2; 32])].into_iter());
        assert_eq!(
            read(&text),
            Ok(vec![("a b.txt", [1; 32]), ("核验说明.txt", [2; 32])])
        );
        assert_eq!(read("zz  a\n"), Err(ChecksumLine { line: 1 }));
    }

    #[test]
    fn a_line_without_its_end_or_a_name_again_is_refused() {
        let text = write([("a", [1; 32]), ("b", [2; 32])].into_iter());
        let cut = text.trim_end();
        assert_eq!(read(cut), Err(ChecksumLine { line: 2 }));
        let again = format!("{text}{text}");
        assert_eq!(read(&again), Err(ChecksumLine { line: 3 }));
        assert_eq!(read(""), Ok(Vec::new()));
    }
}
