//! A log as static files (`c2sp.org/tlog-tiles`): tiles of 256 hashes, bundles of 256 entries, and the checkpoint.

use fidem_fingerprint::tree::{self, Hash};

/// Hashes of a full tile, entries of a full bundle.
const WIDTH: usize = 256;
/// Highest level of tiles.
const LEVELS: usize = 6;

/// Octets that are no bundle of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bundle of entries is cut off")]
pub struct BundleError;

/// The files of a log over its entries, paths and octets: tiles of every level and bundles, partial ones included.
#[must_use]
pub fn files(entries: &[[u8; 32]]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (index, bundle) in entries.chunks(WIDTH).enumerate() {
        let path = path("entries", index, bundle.len());
        files.push((path, write_bundle(bundle)));
    }
    let mut hashes = tree::leaf_hashes(entries);
    for level in 0..LEVELS {
        if hashes.is_empty() {
            break;
        }
        for (index, tile) in hashes.chunks(WIDTH).enumerate() {
            let path = path(&level.to_string(), index, tile.len());
            files.push((path, tile.concat()));
        }
        // Only full tiles have a hash in the level above.
        hashes = hashes
            .chunks_exact(WIDTH)
            .map(tree::root)
            .collect::<Vec<Hash>>();
    }
    files
}

/// The path of a tile or bundle that has so many hashes or entries.
fn path(level: &str, index: usize, width: usize) -> String {
    let partial = match width {
        WIDTH => String::new(),
        width => format!(".p/{width}"),
    };
    format!("tile/{level}/{}{partial}", number(index))
}

/// The path of a bundle of a log of that size.
#[must_use]
pub fn bundle_path(index: usize, size: usize) -> String {
    path(
        "entries",
        index,
        WIDTH.min(size.saturating_sub(index * WIDTH)),
    )
}

/// Groups of three digits, all but the last with an `x` before them.
fn number(index: usize) -> String {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    text
}

fn write_bundle(entries: &[[u8; 32]]) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        // 32, as 16 bits.
        out.extend([0, 32]);
        out.extend(entry);
    }
    out
}

/// The entries of a bundle; those of our logs have 32 octets each.
///
/// # Errors
/// [`BundleError`].
pub fn read_bundle(octets: &[u8]) -> Result<Vec<[u8; 32]>, BundleError> {
    let (chunks, rest) = octets.as_chunks::<34>();
    if !rest.is_empty() {
        return Err(BundleError);
    }
    let entry = |chunk: &[u8; 34]| match chunk.split_first_chunk::<2>() {
        Some(([0, 32], entry)) => entry.try_into().ok(),
        _ => None,
    };
    let entries: Option<Vec<[u8; 32]>> = chunks.iter().map(entry).collect();
    entries.ok_or(BundleError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_hold_the_tree_and_bundles_the_entries() {
        let entries: Vec<[u8; 32]> = (0..70_000_u32)
            .map(|n| fidem_fingerprint::sha256(&n.to_be_bytes()))
            .collect();
        let files = files(&entries);
        let file = |path: &str| files.iter().find(|(p, _)| p == path).map(|(_, o)| o);
        let hashes = |path: &str| -> Vec<Hash> {
            let (hashes, _) = file(path).unwrap().as_chunks::<32>();
            hashes.to_vec()
        };
        // 70,000 = 273 full tiles and 112 over; 273 = one full tile and 17 over.
        assert_eq!(hashes("tile/0/273.p/112").len(), 112);
        assert_eq!(hashes("tile/1/001.p/17").len(), 17);
        assert_eq!(hashes("tile/2/000.p/1").len(), 1);
        assert_eq!(
            tree::root(&hashes("tile/0/000")),
            hashes("tile/1/000")[0],
            "a full tile is one hash above"
        );
        let mut read = Vec::new();
        for index in 0..=273 {
            let path = bundle_path(index, entries.len());
            read.extend(read_bundle(file(&path).unwrap()).unwrap());
        }
        assert_eq!(read, entries);
        assert_eq!(number(1_234_067), "x001/x234/067");
        assert_eq!(read_bundle(&[0; 33]), Err(BundleError));
        assert_eq!(read_bundle(&[0; 34]), Err(BundleError));
    }
}
