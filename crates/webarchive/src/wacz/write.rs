//! Writing a WACZ: members as they come, then the lists over them.

use std::io::{Read, Seek, Write};

use fidem_fingerprint::{Sha256Hasher, hex, sha256};
use fidem_package::WriterError;

use crate::cdxj::{self, Entry};
use crate::rfc3339::{Precision, is_date};
use crate::wacz::package::{Datapackage, Digest, Page, PagesHeader, Resource};
use crate::wacz::{ARCHIVE, DATAPACKAGE, DIGEST, EXTRA, INDEX, PAGES, VERSION};

/// Why a WACZ was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The zip.
    #[error(transparent)]
    Zip(#[from] WriterError),
    /// The name has been used.
    #[error("member {name:?} stands twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A member that has no place: neither one of the standard's, nor `fidem/` and a name of `a-z 0-9 . _ -`. One level
    /// only, and no other letters: validators in use look at no more of a path, and demand names of this alphabet.
    #[error("member {name:?} has no place in a WACZ of ours")]
    Place {
        /// The name.
        name: String,
    },
    /// Archive, index or pages have not been given.
    #[error("{name} has not been given")]
    Missing {
        /// The member.
        name: &'static str,
    },
    /// Not RFC 3339 in UTC.
    #[error("{date:?} is no date")]
    Date {
        /// As given.
        date: String,
    },
    /// JSON could not be made.
    #[error("a list cannot be written")]
    Json,
}

/// What `datapackage.json` says beside its list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// RFC 3339 in UTC, whole seconds.
    pub created: String,
    /// What wrote it, with its version.
    pub software: String,
    /// What the collection is called.
    pub title: Option<String>,
    /// Which page to open first.
    pub main_page_url: Option<String>,
    /// When it was captured.
    pub main_page_date: Option<String>,
}

/// Writes a WACZ whose octets follow from its members, their order, and the description.
pub struct Writer<W: Write + Seek> {
    zip: fidem_package::Writer<W>,
    resources: Vec<Resource>,
}

impl<W: Write + Seek> Writer<W> {
    /// Starts a WACZ at the start of `out`.
    pub fn new(out: W) -> Self {
        Self {
            zip: fidem_package::Writer::plain(out),
            resources: Vec::new(),
        }
    }

    /// Adds a member held in memory.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn member(&mut self, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        self.stream(name, bytes.len() as u64, &mut &bytes[..])
    }

    /// Adds a member of an announced length, never more than a piece of it in memory.
    ///
    /// # Errors
    /// [`WriteError`]; after [`WriteError::Zip`] the output must be dropped.
    pub fn stream(
        &mut self,
        name: &str,
        size: u64,
        input: &mut dyn Read,
    ) -> Result<(), WriteError> {
        if !has_place(name) {
            return Err(WriteError::Place {
                name: name.to_owned(),
            });
        }
        if self.resources.iter().any(|r| r.path == name) {
            return Err(WriteError::Duplicate {
                name: name.to_owned(),
            });
        }
        let mut hasher = Sha256Hasher::new();
        self.zip
            .stream(name, size, input, &mut |block| hasher.update(block))?;
        self.resources.push(Resource {
            name: name.replace('/', "-"),
            path: name.to_owned(),
            hash: hash_text(&hasher.finish()),
            bytes: size,
        });
        Ok(())
    }

    /// Adds the archive, [`ARCHIVE`].
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn archive(&mut self, size: u64, input: &mut dyn Read) -> Result<(), WriteError> {
        self.stream(ARCHIVE, size, input)
    }

    /// Adds the index, [`INDEX`], sorted here.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn index(&mut self, entries: &[Entry]) -> Result<(), WriteError> {
        self.member(INDEX, &cdxj::index(entries))
    }

    /// Adds the list of pages, [`PAGES`], in the order given.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn pages(&mut self, title: &str, pages: &[Page]) -> Result<(), WriteError> {
        let header = PagesHeader {
            format: "json-pages-1.0".to_owned(),
            id: "pages".to_owned(),
            title: Some(title.to_owned()),
        };
        let mut out = serde_json::to_vec(&header).map_err(|_| WriteError::Json)?;
        out.push(b'\n');
        for page in pages {
            check_date(&page.ts)?;
            serde_json::to_writer(&mut out, page).map_err(|_| WriteError::Json)?;
            out.push(b'\n');
        }
        self.member(PAGES, &out)
    }

    /// Writes `datapackage.json` and its digest, and gives the output back.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn finish(mut self, about: &Description) -> Result<W, WriteError> {
        for name in [ARCHIVE, INDEX, PAGES] {
            if !self.resources.iter().any(|r| r.path == name) {
                return Err(WriteError::Missing { name });
            }
        }
        check_date(&about.created)?;
        let package = Datapackage {
            profile: "data-package".to_owned(),
            wacz_version: VERSION.to_owned(),
            title: about.title.clone(),
            created: Some(about.created.clone()),
            software: Some(about.software.clone()),
            main_page_url: about.main_page_url.clone(),
            main_page_date: about.main_page_date.clone(),
            resources: std::mem::take(&mut self.resources),
        };
        let bytes = json(&package)?;
        let digest = Digest {
            path: DATAPACKAGE.to_owned(),
            hash: hash_text(&sha256(&bytes)),
        };
        self.list(DATAPACKAGE, &bytes)?;
        self.list(DIGEST, &json(&digest)?)?;
        Ok(self.zip.finish()?)
    }

    fn list(&mut self, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let size = bytes.len() as u64;
        Ok(self.zip.stream(name, size, &mut &bytes[..], &mut |_| ())?)
    }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, WriteError> {
    let mut out = serde_json::to_vec_pretty(value).map_err(|_| WriteError::Json)?;
    out.push(b'\n');
    Ok(out)
}

fn hash_text(digest: &[u8; 32]) -> String {
    format!("sha256:{}", hex::encode(digest))
}

fn check_date(date: &str) -> Result<(), WriteError> {
    match is_date(date, Precision::Fraction) {
        true => Ok(()),
        false => Err(WriteError::Date {
            date: date.to_owned(),
        }),
    }
}

fn has_place(name: &str) -> bool {
    let plain = |rest: &str| {
        !rest.is_empty()
            && rest
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
    };
    [ARCHIVE, INDEX, PAGES].contains(&name) || name.strip_prefix(EXTRA).is_some_and(plain)
}
