//! Reading one record: its header, then its block in pieces, then that it ends where it must.

use fidem_package::{Source, SourceError};

use crate::finding::{Code, Findings, Limits, Rules};
use crate::gzip::{Decoder, GzipError, Input};
use crate::warc::head::{Head, parse};
use crate::warc::{Kind, Record};

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes cannot be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Not a sound gzip member.
    #[error("gzip: {0}")]
    Gzip(&'static str),
    /// The archive ends within the record.
    #[error("the record ends early")]
    Truncated,
    /// Over a budget.
    #[error("{what}: at most {limit}")]
    Budget {
        /// Of what.
        what: &'static str,
        /// Allowed.
        limit: u64,
    },
    /// The header does not say where the block ends.
    #[error("the header of the record cannot be read")]
    Head,
    /// The block is not followed by two line ends and nothing else.
    #[error("the record does not end where it says")]
    End,
}

impl From<GzipError> for ReadError {
    fn from(error: GzipError) -> Self {
        match error {
            GzipError::Source(e) => Self::Source(e),
            GzipError::Form(what) => Self::Gzip(what),
            GzipError::Truncated => Self::Truncated,
        }
    }
}

impl ReadError {
    pub(crate) fn report(&self, findings: &mut Findings) {
        match self {
            Self::Source(e) => findings.add(Code::Unreadable, &[("reason", &e.to_string())]),
            Self::Gzip(what) => findings.add(Code::WarcGzip, &[("what", what)]),
            Self::Truncated => findings.add(Code::WarcTruncated, &[]),
            Self::Budget { what, limit } => {
                findings.add(
                    Code::WarcBudget,
                    &[("what", what), ("limit", &limit.to_string())],
                );
            }
            // what is wrong with it has been said
            Self::Head => {}
            Self::End => findings.add(Code::WarcRecordEnd, &[]),
        }
    }
}

enum Layer<'a> {
    Gzip(Box<Decoder<'a>>),
    Plain(Input<'a>),
}

/// One record while it is read.
pub struct Reader<'a> {
    layer: Layer<'a>,
    /// Octets had from the layer and not yet used.
    held: Vec<u8>,
    pos: usize,
    inflated: u64,
    limit: u64,
}

const PIECE: usize = 32 << 10;

impl<'a> Reader<'a> {
    /// Starts at `offset`; what begins with the octets of gzip is a member, anything else a plain record.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn open(
        source: &'a dyn Source,
        offset: u64,
        end: u64,
        limits: &Limits,
    ) -> Result<Self, ReadError> {
        let mut input = Input::new(source, offset, end);
        let layer = match input.peek()?.first() {
            Some(0x1f) => Layer::Gzip(Box::new(Decoder::open(input)?)),
            Some(_) => Layer::Plain(input),
            None => return Err(ReadError::Truncated),
        };
        Ok(Self {
            layer,
            held: Vec::new(),
            pos: 0,
            inflated: 0,
            limit: limits.block.saturating_add(limits.header as u64),
        })
    }

    /// Octets read so far, inflated.
    #[must_use]
    pub fn inflated(&self) -> u64 {
        self.inflated
    }

    /// Whether the record stands there uncompressed.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.layer, Layer::Plain(_))
    }

    /// Reads the header; findings about it go to `findings`.
    ///
    /// # Errors
    /// [`ReadError`].
    pub(crate) fn head(
        &mut self,
        limits: &Limits,
        findings: &mut Findings,
    ) -> Result<Head, ReadError> {
        let mut from = 0;
        loop {
            if let Some(at) = find(&self.held[from..], b"\r\n\r\n") {
                self.pos = from + at + 4;
                return parse(&self.held[..self.pos], findings).ok_or(ReadError::Head);
            }
            if self.held.len() > limits.header {
                return Err(ReadError::Budget {
                    what: "header",
                    limit: limits.header as u64,
                });
            }
            from = self.held.len().saturating_sub(3);
            if !self.more()? {
                return Err(ReadError::Truncated);
            }
        }
    }

    /// Appends a piece to what is held; whether there was one.
    fn more(&mut self) -> Result<bool, ReadError> {
        let old = self.held.len();
        self.held.resize(old + PIECE, 0);
        let n = match &mut self.layer {
            Layer::Gzip(decoder) => decoder.read(&mut self.held[old..])?,
            Layer::Plain(input) => {
                let window = input.peek()?;
                let n = window.len().min(PIECE);
                self.held[old..old + n].copy_from_slice(&window[..n]);
                input.skip(n);
                n
            }
        };
        self.held.truncate(old + n);
        self.inflated += n as u64;
        match self.inflated > self.limit.saturating_add(PIECE as u64) {
            true => Err(ReadError::Budget {
                what: "record",
                limit: self.limit,
            }),
            false => Ok(n > 0),
        }
    }

    /// The octets at hand, `want` at most, never none while there are any.
    fn piece(&mut self, want: u64) -> Result<&[u8], ReadError> {
        if self.pos == self.held.len() {
            self.held.clear();
            self.pos = 0;
            if !self.more()? {
                return Err(ReadError::Truncated);
            }
        }
        let here = self.held.len() - self.pos;
        let n = usize::try_from(want).unwrap_or(here).min(here);
        self.pos += n;
        Ok(&self.held[self.pos - n..self.pos])
    }

    /// Shows `length` octets of the block, piece by piece.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] and others.
    pub fn block(&mut self, length: u64, each: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        let mut left = length;
        while left > 0 {
            let piece = self.piece(left)?;
            left -= piece.len() as u64;
            each(piece);
        }
        Ok(())
    }

    /// Demands the two line ends; where the next record starts. A gzip member must end there too, its trailer fitting.
    ///
    /// # Errors
    /// [`ReadError::End`], [`ReadError::Gzip`].
    pub fn end(&mut self) -> Result<End, ReadError> {
        for expected in b"\r\n\r\n" {
            if self.piece(1)? != [*expected] {
                return Err(ReadError::End);
            }
        }
        let alone = match self.layer {
            Layer::Plain(_) => true,
            Layer::Gzip(_) => self.pos == self.held.len() && !self.more()?,
        };
        let next = match alone {
            true => self.next()?,
            false => self.skip_member()?,
        };
        Ok(End { next, alone })
    }

    /// Reads a gzip member to its end whatever it holds; where the next one starts.
    ///
    /// # Errors
    /// [`ReadError`]; a plain record has no such end.
    pub(crate) fn skip_member(&mut self) -> Result<u64, ReadError> {
        if matches!(self.layer, Layer::Plain(_)) {
            return Err(ReadError::End);
        }
        loop {
            self.held.clear();
            self.pos = 0;
            if !self.more()? {
                return self.next();
            }
        }
    }

    fn next(&self) -> Result<u64, ReadError> {
        match &self.layer {
            Layer::Gzip(decoder) if decoder.ended() => Ok(decoder.input.position()),
            Layer::Gzip(_) => Err(ReadError::Truncated),
            Layer::Plain(input) => Ok(input.position() - (self.held.len() - self.pos) as u64),
        }
    }
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Where the next record starts.
    pub next: u64,
    /// Whether the record had its gzip member for itself.
    pub alone: bool,
}

/// Reads the record at `offset` into memory; `length` is that of its member, as the index states it.
///
/// # Errors
/// [`ReadError`]; a record whose type is unknown is [`ReadError::Head`].
pub fn read_record(
    source: &dyn Source,
    offset: u64,
    length: u64,
    limits: &Limits,
) -> Result<Record, ReadError> {
    let end = offset.checked_add(length).ok_or(ReadError::Truncated)?;
    let mut reader = Reader::open(source, offset, end, limits)?;
    let mut findings = Findings::new(Rules::Standard, limits);
    let head = reader.head(limits, &mut findings)?;
    if head.length > limits.block {
        return Err(ReadError::Budget {
            what: "block",
            limit: limits.block,
        });
    }
    let mut block = Vec::new();
    reader.block(head.length, &mut |piece| block.extend_from_slice(piece))?;
    match reader.end()? {
        End { alone: true, .. } => record(head, block).ok_or(ReadError::Head),
        End { alone: false, .. } => Err(ReadError::End),
    }
}

fn record(head: Head, block: Vec<u8>) -> Option<Record> {
    let kind: Kind = head.kind?;
    let own = [
        "warc-type",
        "warc-record-id",
        "warc-date",
        "warc-target-uri",
        "warc-block-digest",
        "warc-payload-digest",
        "content-type",
        "content-length",
    ];
    Some(Record {
        kind,
        date: head.field("WARC-Date")?.to_owned(),
        target_uri: head.target().map(str::to_owned),
        content_type: head.field("Content-Type").map(str::to_owned),
        id: head.id,
        fields: head
            .fields
            .into_iter()
            .filter(|(n, _)| !own.iter().any(|o| o.eq_ignore_ascii_case(n)))
            .collect(),
        block,
    })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}
