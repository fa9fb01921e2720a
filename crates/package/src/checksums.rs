//! `manifest-sha256.txt`: what `sha256sum -c` reads.

use fidem_fingerprint::hex;

/// A line that is not `<64 hex>  <name>`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the checksum list is not `<sha256>  <name>`")]
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
    text.split_terminator('\n')
        .enumerate()
        .map(|(i, line)| {
            let wrong = ChecksumLine { line: i + 1 };
            let (digest, name) = line.split_once("  ").ok_or(wrong.clone())?;
            Ok((name, hex::decode32(digest).ok_or(wrong)?))
        })
        .collect()
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
}
