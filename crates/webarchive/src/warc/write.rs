//! Writing records: the header in one order, digests of what is written, one gzip member each.

use std::io::Write;

use fidem_fingerprint::sha256;

use crate::digest::sha256_text;
use crate::gzip::Encoder;
use crate::rfc3339::{Precision, is_date};
use crate::warc::Record;

/// Why a record was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The output failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A name that is no token, is the writer's own, or a value with a control character.
    #[error("field {name:?} cannot be written")]
    Field {
        /// The field.
        name: String,
    },
    /// Not RFC 3339 in UTC.
    #[error("{date:?} is no date")]
    Date {
        /// As given.
        date: String,
    },
    /// A kind that needs a target, without one.
    #[error("a {kind} needs a target")]
    Target {
        /// `WARC-Type`.
        kind: &'static str,
    },
}

/// Where a record was put, and what the index says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Of its gzip member.
    pub offset: u64,
    /// Of its gzip member, in octets.
    pub length: u64,
    /// SHA-256 of the block.
    pub block: [u8; 32],
    /// SHA-256 of the payload, by the rule of [`crate::warc`].
    pub payload: Option<[u8; 32]>,
}

/// Writes records one after the other.
pub struct Writer<W: Write> {
    out: W,
    at: u64,
}

impl<W: Write> Writer<W> {
    /// Starts an archive at the sink's present place, which offsets count from.
    pub fn new(out: W) -> Self {
        Self { out, at: 0 }
    }

    /// Where the next record will stand.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Writes one record.
    ///
    /// # Errors
    /// [`WriteError`]; after [`WriteError::Io`] the archive must be dropped, after others it is as before.
    pub fn write(&mut self, record: &Record) -> Result<Placed, WriteError> {
        let block = sha256(&record.block);
        let payload = record.payload().map(sha256);
        let header = header(record, &block, payload.as_ref())?;
        let mut member = Encoder::new(&mut self.out)?;
        member.write(header.as_bytes())?;
        member.write(&record.block)?;
        member.write(b"\r\n\r\n")?;
        let length = member.finish()?;
        let offset = self.at;
        self.at += length;
        Ok(Placed {
            offset,
            length,
            block,
            payload,
        })
    }

    /// Gives the sink back, flushed.
    ///
    /// # Errors
    /// Of the sink.
    pub fn finish(mut self) -> std::io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

const OWN: [&str; 9] = [
    "warc-type",
    "warc-record-id",
    "warc-date",
    "warc-target-uri",
    "warc-block-digest",
    "warc-payload-digest",
    "content-type",
    "content-length",
    "transfer-encoding",
];

fn header(
    record: &Record,
    block: &[u8; 32],
    payload: Option<&[u8; 32]>,
) -> Result<String, WriteError> {
    check(record)?;
    let mut out = String::from("WARC/1.1\r\n");
    put(&mut out, "WARC-Type", record.kind.as_str())?;
    put(&mut out, "WARC-Record-ID", &format!("<{}>", record.id))?;
    put(&mut out, "WARC-Date", &record.date)?;
    if let Some(uri) = &record.target_uri {
        put(&mut out, "WARC-Target-URI", uri)?;
    }
    for (name, value) in &record.fields {
        if OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return Err(WriteError::Field { name: name.clone() });
        }
        put(&mut out, name, value)?;
    }
    put(&mut out, "WARC-Block-Digest", &sha256_text(block))?;
    if let Some(payload) = payload {
        put(&mut out, "WARC-Payload-Digest", &sha256_text(payload))?;
    }
    if let Some(content_type) = &record.content_type {
        put(&mut out, "Content-Type", content_type)?;
    }
    put(&mut out, "Content-Length", &record.block.len().to_string())?;
    out.push_str("\r\n");
    Ok(out)
}

fn check(record: &Record) -> Result<(), WriteError> {
    if !is_date(&record.date, Precision::Fraction) {
        return Err(WriteError::Date {
            date: record.date.clone(),
        });
    }
    if !super::head::is_uri(&record.id) {
        return Err(WriteError::Field {
            name: "WARC-Record-ID".to_owned(),
        });
    }
    match record.kind.needs_target() && record.target_uri.is_none() {
        true => Err(WriteError::Target {
            kind: record.kind.as_str(),
        }),
        false => Ok(()),
    }
}

fn put(out: &mut String, name: &str, value: &str) -> Result<(), WriteError> {
    let bad = !super::head::is_token(name)
        || value.is_empty()
        || value.trim() != value
        || value.chars().any(char::is_control);
    if bad {
        return Err(WriteError::Field {
            name: name.to_owned(),
        });
    }
    for part in [name, ": ", value, "\r\n"] {
        out.push_str(part);
    }
    Ok(())
}
