//! The pictures of a 截图打印件: picture items as they are, and of each capture the page as a whole.

use fidem_casebook::{Case, Item};
use fidem_certificate::{Picture, Print};
use fidem_fingerprint::{hex, sha256};
use fidem_vault::Key;

use crate::{Office, OfficeError, Result};

/// Largest picture printed, octets.
const PICTURE: u64 = 64 << 20;
/// Pictures printed of one case, and their octets in all: a document holds them in memory.
const MOST: usize = 100;
const ALL: u64 = 256 << 20;
/// The pictures of a capture, the best first.
const OF_CAPTURE: [&str; 2] = ["full.png", "viewport.png"];

/// An item's number, its name, the picture's suffix and octets.
type Found = (u32, String, &'static str, Vec<u8>, Option<String>);

/// An item, and of a capture its address and when it was opened.
type Depicted = (Item, Option<(String, String)>);

impl Office {
    pub(super) fn pictures(&self, case: &Case) -> Result<Vec<(Print, Picture)>> {
        let mut printed = Vec::new();
        for (item, of, suffix, bytes, taken_at) in self.found(case)? {
            let Ok(size) = imagesize::blob_size(&bytes) else {
                continue;
            };
            let name = format!("print-{}.{suffix}", printed.len() + 1);
            let print = Print {
                item,
                of,
                file: name.clone(),
                width: u32::try_from(size.width).unwrap_or(u32::MAX),
                height: u32::try_from(size.height).unwrap_or(u32::MAX),
                sha256: hex::encode(&sha256(&bytes)),
                taken_at,
            };
            printed.push((print, Picture { name, bytes }));
        }
        Ok(printed)
    }

    /// Whether there is anything to print, by what is known of the items; none is read.
    pub(super) fn has_pictures(&self, case: &Case) -> Result<bool> {
        Ok(!self.depicted(case)?.is_empty())
    }

    /// Sealed items that are pictures, or archives of captures: then with the address and when it was opened.
    fn depicted(&self, case: &Case) -> Result<Vec<Depicted>> {
        let captures = self.captures(&case.id)?;
        let mut depicted = Vec::new();
        self.each_item(&case.id, &mut |item| {
            let of = captures.iter().find(|(_, s)| s.item == item.number);
            let of = of.map(|(c, _)| (c.url.clone(), c.started_at.clone()));
            let shown = of.is_some() || suffix(&item.media_type).is_some();
            let sealed = item.seal.is_some() && item.withdrawn.is_none();
            if shown && sealed && depicted.len() < MOST {
                depicted.push((item, of));
            }
            Ok(())
        })?;
        Ok(depicted)
    }

    fn found(&self, case: &Case) -> Result<Vec<Found>> {
        let (mut found, mut octets): (Vec<Found>, u64) = (Vec::new(), 0);
        for (item, capture) in self.depicted(case)? {
            let one = match (suffix(&item.media_type), capture) {
                (Some(suffix), _) if item.size <= PICTURE => {
                    let bytes = self.vault.read_all(&Key(item.sha256), PICTURE)?;
                    Some((item.number, item.name, suffix, bytes, None))
                }
                (None, Some((address, at))) => {
                    let picture = self.best_picture(&case.id, item.number)?;
                    picture.map(|bytes| (item.number, address, "png", bytes, Some(at)))
                }
                _ => None,
            };
            octets += one.as_ref().map_or(0, |o| o.3.len() as u64);
            if octets > ALL {
                break;
            }
            found.extend(one);
        }
        Ok(found)
    }

    fn best_picture(&self, case: &str, item: u32) -> Result<Option<Vec<u8>>> {
        for name in OF_CAPTURE {
            match self.captured_picture(case, item, name, PICTURE) {
                Ok(bytes) => return Ok(Some(bytes)),
                // This archive has none of that name.
                Err(OfficeError::Damaged { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(None)
    }
}

fn suffix(media_type: &str) -> Option<&'static str> {
    match media_type {
        "image/png" => Some("png"),
        "image/jpeg" => Some("jpg"),
        _ => None,
    }
}
