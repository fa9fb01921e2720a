//! PDF (ISO 32000) read strictly, for verdicts.
//!
//! Readers repair what is broken, each in its own way, so that one file may say two things. This one repairs nothing:
//! a file is what its cross-reference tables say (§7.5.4), every object stands where its table says, and whatever is
//! out of place is an error. Cross-reference streams and object streams (§7.5.7, §7.5.8) are not read: no certificate
//! has them, and a file that does was written anew by other software.

mod attachment;
mod file;
mod lexer;
mod object;
mod page;

pub use attachment::{attachments, text};
pub use file::{File, Place, Section};
pub use object::{Body, Dictionary, Object, Reference, Stream};
pub use page::{Page, Pages};

/// Why a PDF cannot be read. Offsets are octets from the start of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No header `%PDF-1.n` or `%PDF-2.n` at the start (§7.5.2).
    #[error("it does not start as a PDF")]
    Header,
    /// No `startxref`, offset and `%%EOF` at the end (§7.5.5).
    #[error("its end is missing")]
    End,
    /// A cross-reference table or trailer that is broken, or repeats itself.
    #[error("its cross-reference table at {0} is broken")]
    CrossReference(usize),
    /// A cross-reference stream, which is not read.
    #[error("other software has written it anew: it has a cross-reference stream at {0}")]
    CrossReferenceStream(usize),
    /// An encrypted file (§7.6).
    #[error("it is encrypted")]
    Encrypted,
    /// Something other than the syntax of objects (§7.3).
    #[error("what stands at {0} is not the object that should be there")]
    Syntax(usize),
    /// An indirect object that no table names.
    #[error("object {0} is missing")]
    Missing(u32),
    /// An object of another type than its place asks for.
    #[error("a {0} is missing or of another type")]
    Type(&'static str),
    /// A filter other than none or `FlateDecode`, or data it refuses.
    #[error("a stream cannot be decoded")]
    Filter,
    /// More than the bound on nodes, depth or octets.
    #[error("more than {0} of {1}")]
    TooMuch(usize, &'static str),
    /// An object that has one place in a tree and is named by two.
    #[error("object {0} is reached twice")]
    Again(u32),
    /// Two attachments of one name.
    #[error("{0} is attached twice")]
    Twice(String),
}
