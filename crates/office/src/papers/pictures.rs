//! The pictures of a 截图打印件: picture items as they are, and of each capture the page as a whole.

use fidem_casebook::Case;
use fidem_certificate::{Picture, Print};
use fidem_fingerprint::{hex, sha256};
use fidem_vault::Key;

use crate::{Office, OfficeError, Result};

/// Largest picture printed, octets.
const PICTURE: u64 = 64 << 20;
/// Pictures printed of one case.
const MOST: usize = 100;
/// The pictures of a capture, the best first.
const OF_CAPTURE: [&str; 2] = ["full.png", "viewport.png"];

/// An item's number, its name, the picture's suffix and octets.
type Found = (u32, String, &'static str, Vec<u8>, Option<String>);

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

    fn found(&self, case: &Case) -> Result<Vec<Found>> {
        let mut wanted = Vec::new();
        self.each_item(&case.id, &mut |item| {
            if item.seal.is_some() && item.withdrawn.is_none() && wanted.len() < MOST {
                wanted.push(item);
            }
            Ok(())
        })?;
        let captures = self.captures(&case.id)?;
        let mut found = Vec::new();
        for item in wanted {
            let suffix = match item.media_type.as_str() {
                "image/png" => "png",
                "image/jpeg" => "jpg",
                _ => {
                    let of = captures.iter().find(|(_, s)| s.item == item.number);
                    if let Some((capture, _)) = of {
                        let picture = self.best_picture(&case.id, item.number)?;
                        let at = Some(capture.started_at.clone());
                        let address = capture.url.clone();
                        found.extend(picture.map(|p| (item.number, address, "png", p, at)));
                    }
                    continue;
                }
            };
            if item.size <= PICTURE {
                let bytes = self.vault.read_all(&Key(item.sha256), PICTURE)?;
                found.push((item.number, item.name, suffix, bytes, None));
            }
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
