//! One response by its address, for replay and previews; one member by its name.
//!
//! What is read here is not thereby checked: [`crate::wacz::check`] does that.

use std::collections::BTreeSet;

use fidem_package::{Source, Window};

use crate::cdxj::{Entry, append_body, surt};
use crate::finding::{Findings, Limits, Rules};
use crate::http::{self, Head};
use crate::redact::{RedactionCheck, RedactionFault, Redactions, member_id};
use crate::wacz::{Archive, EXTRA, Page, lines_of};
use crate::warc::{Kind, ReadError, Record, read_record};
pub use crate::zip::MemberError;
use crate::zip::Zip;

/// Why something cannot be had from a WACZ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// Not a zip that can be read in one way.
    #[error("not a WACZ that can be read")]
    Zip,
    /// No index, or one that cannot be read.
    #[error("the index cannot be read")]
    Index,
    /// No such member.
    #[error("there is no member {name:?}")]
    Absent {
        /// The name.
        name: String,
    },
    /// The member.
    #[error(transparent)]
    Member(#[from] MemberError),
    /// The record.
    #[error(transparent)]
    Record(#[from] ReadError),
}

/// An opened WACZ.
pub struct Wacz<'a> {
    zip: Zip<'a>,
    entries: Vec<Entry>,
    limits: Limits,
}

/// A record as found by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The record as it stands.
    pub record: Record,
    /// The head of the HTTP message; `None` for a resource.
    pub head: Option<Head>,
    body: usize,
}

impl Found {
    /// The body as on the wire, or the whole block of a resource.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.record.block.get(self.body..).unwrap_or_default()
    }

    /// The body without its chunks; still compressed if it was.
    #[must_use]
    pub fn dechunked(&self) -> Option<Vec<u8>> {
        match self.head.as_ref().is_some_and(Head::is_chunked) {
            true => http::dechunk(self.body()),
            false => Some(self.body().to_vec()),
        }
    }
}

/// The octets of a record with the two line ends behind it, which indexes of others do not count where it is plain.
fn with_line_ends(window: &Window<'_>, offset: u64, length: u64) -> u64 {
    const ENDS: &[u8] = b"\r\n\r\n";
    let are = |at: Option<u64>, expected: &[u8]| {
        let octets = at.and_then(|at| window.read_vec(at, expected.len()).ok());
        octets.is_some_and(|octets| octets == expected)
    };
    let plain = are(Some(offset), b"WARC/");
    match plain && are(offset.checked_add(length), ENDS) {
        true => length.saturating_add(ENDS.len() as u64),
        false => length,
    }
}

impl<'a> Wacz<'a> {
    /// Reads the directory and the indexes; lines that cannot be read are passed over.
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn open(source: &'a dyn Source, limits: &Limits) -> Result<Self, LookupError> {
        let mut findings = Findings::new(Rules::Standard, limits);
        let zip = Zip::open(source, limits, &mut findings).ok_or(LookupError::Zip)?;
        let mut entries = Vec::new();
        let mut any = false;
        for member in zip
            .members
            .iter()
            .filter(|m| m.name.starts_with("indexes/"))
        {
            if member.name.ends_with(".idx") {
                continue;
            }
            any = true;
            let bytes = lines_of(&zip, member, limits).ok_or(LookupError::Index)?;
            let text = String::from_utf8_lossy(&bytes);
            entries.extend(text.lines().filter_map(|line| Entry::parse(line).ok()));
        }
        if !any {
            return Err(LookupError::Index);
        }
        entries.sort_by(|a, b| (&a.key, &a.timestamp).cmp(&(&b.key, &b.timestamp)));
        Ok(Self {
            zip,
            entries,
            limits: *limits,
        })
    }

    /// All lines of the indexes, sorted by key and time.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The lines of exactly this address, asked for without a body, in the order of time.
    #[must_use]
    pub fn find(&self, url: &str) -> Vec<&Entry> {
        self.of_key(&surt(url))
            .iter()
            .filter(|e| e.url == url && e.method.is_none())
            .collect()
    }

    /// The lines of exactly this request message to this address: a body of `POST` or `PUT` counts.
    #[must_use]
    pub fn find_request(&self, url: &str, request: &[u8]) -> Vec<&Entry> {
        let Some((method, query)) = crate::cdxj::request_query(request) else {
            return self.find(url);
        };
        self.of_key(&surt(&append_body(url, &method, &query)))
            .iter()
            .filter(|e| e.url == url && e.method.as_deref() == Some(&method))
            .collect()
    }

    fn of_key(&self, key: &str) -> &[Entry] {
        let start = self.entries.partition_point(|e| e.key.as_str() < key);
        let rest = &self.entries[start..];
        let len = rest.partition_point(|e| e.key == key);
        &rest[..len]
    }

    /// The record a line points at.
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn record(&self, entry: &Entry) -> Result<Found, LookupError> {
        let name = match entry.filename.starts_with("archive/") {
            true => entry.filename.clone(),
            false => format!("archive/{}", entry.filename),
        };
        let window = self.window(&name)?;
        let length = with_line_ends(&window, entry.offset, entry.length);
        let record = read_record(&window, entry.offset, length, &self.limits)?;
        let body = match record.is_http() {
            true => http::head_end(&record.block),
            false => None,
        };
        Ok(Found {
            head: body.map(|end| Head::parse(&record.block[..end])),
            body: body.unwrap_or(0),
            record,
        })
    }

    /// Names and lengths of all members that start with `prefix`, for instance [`crate::wacz::EXTRA`].
    #[must_use]
    pub fn members(&self, prefix: &str) -> Vec<(&str, u64)> {
        self.zip
            .members
            .iter()
            .filter(|m| m.name.starts_with(prefix))
            .map(|m| (m.name.as_str(), m.size))
            .collect()
    }

    /// One member in memory, its CRC checked.
    ///
    /// # Errors
    /// [`LookupError`], also beyond `limit` octets.
    pub fn member(&self, name: &str, limit: u64) -> Result<Vec<u8>, LookupError> {
        let member = self.zip.find(name).ok_or_else(|| LookupError::Absent {
            name: name.to_owned(),
        })?;
        Ok(self.zip.bytes(member, limit)?)
    }

    /// One member piece by piece, its CRC checked at the end.
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn stream(&self, name: &str, each: &mut dyn FnMut(&[u8])) -> Result<(), LookupError> {
        let member = self.zip.find(name).ok_or_else(|| LookupError::Absent {
            name: name.to_owned(),
        })?;
        Ok(self.zip.blocks(member, each)?)
    }

    /// Checks the list of masks against this copy: the records of its archive in order, then the members of
    /// [`crate::wacz::EXTRA`] in order. `archives` are those that [`crate::wacz::check`] found. Only what is listed is
    /// read, one at a time.
    ///
    /// # Errors
    /// [`LookupError`], also for a listed record or member of more than [`Limits::block`] octets.
    pub fn check_redactions(
        &self,
        archives: &[Archive],
        list: &Redactions,
    ) -> Result<Vec<RedactionFault>, LookupError> {
        let listed: BTreeSet<&str> = list.records.iter().map(|r| r.record_id.as_str()).collect();
        let mut check = RedactionCheck::new(list);
        for archive in archives {
            for summary in archive
                .records
                .iter()
                .filter(|r| listed.contains(r.id.as_str()))
            {
                let window = self.window(&archive.member)?;
                let record = read_record(&window, summary.offset, summary.length, &self.limits)?;
                check.record(&record);
            }
        }
        for (name, _) in self.members(EXTRA) {
            if listed.contains(member_id(name).as_str()) {
                check.record(&self.as_record(name)?);
            }
        }
        Ok(check.finish())
    }

    fn window(&self, name: &str) -> Result<Window<'a>, LookupError> {
        let member = self.zip.find(name);
        member
            .and_then(|member| self.zip.window(member))
            .ok_or_else(|| LookupError::Absent {
                name: name.to_owned(),
            })
    }

    /// A member in the shape that masks apply to.
    fn as_record(&self, name: &str) -> Result<Record, LookupError> {
        Ok(Record {
            kind: Kind::Resource,
            id: member_id(name),
            date: String::new(),
            target_uri: None,
            content_type: None,
            fields: Vec::new(),
            block: self.member(name, self.limits.block)?,
        })
    }

    /// The pages of [`crate::wacz::PAGES`]; lines that cannot be read are passed over.
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn pages(&self) -> Result<Vec<Page>, LookupError> {
        let bytes = self.member(crate::wacz::PAGES, self.limits.statement)?;
        Ok(bytes
            .split(|b| *b == b'\n')
            .skip(1)
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect())
    }
}
