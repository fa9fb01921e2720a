//! Checking a film against its chain, with nothing but the files.

use fidem_fingerprint::{hex, sha256};
use fidem_package::Source;

use super::FrameLine;
use crate::avi::{AviError, frames};

/// In what film and chain disagree.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilmFault {
    /// A line is none of a chain.
    #[error("line {line} of the chain cannot be read")]
    Line {
        /// From 1.
        line: usize,
    },
    /// A line does not name the one before.
    #[error("line {line} of the chain does not follow the line before")]
    Link {
        /// From 1.
        line: usize,
    },
    /// A frame is not the one that the chain names.
    #[error("frame {frame} is not the one that was taken")]
    Frame {
        /// From 1.
        frame: u64,
    },
    /// Film and chain have not as many frames.
    #[error("the film has {film} frames, its chain {chain}")]
    Count {
        /// Frames in the files.
        film: usize,
        /// Lines of the chain.
        chain: usize,
    },
    /// The last line is not the one that was noted elsewhere.
    #[error("the chain ends in {found}, not in {noted}")]
    Head {
        /// Digest of its last line.
        found: String,
        /// As noted.
        noted: String,
    },
    /// A file is no film.
    #[error(transparent)]
    Avi(#[from] AviError),
}

/// Checks the lines of a chain against one another, the files against the lines, and the end against `head`, where that
/// is known. Gives the lines.
///
/// # Errors
/// [`FilmFault`], the first that is found.
pub fn chain_of(
    chain: &[u8],
    files: &[&dyn Source],
    head: Option<&str>,
) -> Result<Vec<FrameLine>, FilmFault> {
    let lines = lines(chain, head)?;
    let mut found = Vec::new();
    for (file, film) in (1_u32..).zip(files) {
        for frame in frames(*film)? {
            let octets = film.read_vec(frame.offset, frame.length as usize);
            let octets = octets.map_err(|_| AviError::Form {
                offset: frame.offset,
            })?;
            found.push((file, frame.slot, hex::encode(&sha256(&octets))));
        }
    }
    if let Some((line, _)) = lines
        .iter()
        .zip(&found)
        .find(|(line, (file, slot, digest))| {
            (line.file, line.slot, &line.sha256) != (*file, *slot, digest)
        })
    {
        return Err(FilmFault::Frame { frame: line.frame });
    }
    match lines.len() == found.len() {
        true => Ok(lines),
        false => Err(FilmFault::Count {
            film: found.len(),
            chain: lines.len(),
        }),
    }
}

fn lines(chain: &[u8], head: Option<&str>) -> Result<Vec<FrameLine>, FilmFault> {
    let mut previous = hex::encode(&sha256(b""));
    let mut lines: Vec<FrameLine> = Vec::new();
    for (number, text) in (1..).zip(chain.split(|b| *b == b'\n').filter(|l| !l.is_empty())) {
        let line: FrameLine =
            serde_json::from_slice(text).map_err(|_| FilmFault::Line { line: number })?;
        if line.previous != previous || line.frame != lines.len() as u64 + 1 {
            return Err(FilmFault::Link { line: number });
        }
        previous = hex::encode(&sha256(text));
        lines.push(line);
    }
    match head {
        Some(noted) if noted != previous => Err(FilmFault::Head {
            found: previous,
            noted: noted.to_owned(),
        }),
        _ => Ok(lines),
    }
}
