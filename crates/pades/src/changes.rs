//! What an update changed: compared by structure, object by object, key by key. Each object that it writes must be
//! accounted for by one of the few kinds that may come after a signature; the rest is reported by what it is.

mod compare;
mod describe;
mod form;
mod pages;
mod structure;
mod validation;

use std::fmt;

pub(crate) use compare::compare;

/// How an object stands to the revision before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It was not there.
    Added,
    /// It has another content.
    Replaced,
    /// It is free now.
    Removed,
}

/// What of a document an object is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The content of a page, from 1, or what that draws with.
    PageContent(usize),
    /// A page itself, from 1.
    Page(usize),
    /// An annotation on a page, from 1.
    Annotation(usize),
    /// A file attached under this name.
    Attachment(String),
    /// The metadata stream.
    Metadata,
    /// The information dictionary.
    Information,
    /// A form field of this name.
    Field(String),
    /// The form as a whole.
    Form,
    /// The catalog.
    Catalog,
    /// The structure tree.
    Structure,
    /// The validation data.
    Validation,
    /// The trailer.
    Trailer,
    /// The update as a whole, which cannot be read.
    Unreadable,
    /// Something else.
    Other,
}

/// One thing that an update after a signature should not have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The number of the object; 0 for the trailer.
    pub object: u32,
    /// What it is.
    pub part: Part,
    /// What became of it.
    pub how: How,
    /// The keys that differ, where keys were compared.
    pub keys: Vec<String>,
}

impl fmt::Display for Change {
    /// A stable form without spaces, such as `page-content:1:replaced` or `catalog:replaced:OpenAction`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::PageContent(page) => write!(f, "page-content:{page}")?,
            Part::Page(page) => write!(f, "page:{page}")?,
            Part::Annotation(page) => write!(f, "annotation:{page}")?,
            Part::Attachment(name) => write!(f, "attachment:{name}")?,
            Part::Metadata => f.write_str("metadata")?,
            Part::Information => f.write_str("information")?,
            Part::Field(name) => write!(f, "field:{name}")?,
            Part::Form => f.write_str("form")?,
            Part::Catalog => f.write_str("catalog")?,
            Part::Structure => f.write_str("structure")?,
            Part::Validation => f.write_str("validation")?,
            Part::Trailer => f.write_str("trailer")?,
            Part::Unreadable => f.write_str("unreadable")?,
            Part::Other => f.write_str("other")?,
        }
        f.write_str(match self.how {
            How::Added => ":added",
            How::Replaced => ":replaced",
            How::Removed => ":removed",
        })?;
        match self.keys.is_empty() {
            true => Ok(()),
            false => write!(f, ":{}", self.keys.join("+")),
        }
    }
}

/// An update after a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number, the file as written first being 1.
    pub number: usize,
    /// Where it ends, in octets from the start of the file.
    pub end: usize,
    /// Whether it adds validation data.
    pub validation: bool,
    /// Names of the fields of further signers that it adds.
    pub signatures: Vec<String>,
    /// Names of the fields of document time stamps that it adds.
    pub time_stamps: Vec<String>,
    /// What it should not have done, at most [`Revision::LISTED`] of them.
    pub changes: Vec<Change>,
    /// How many more there are.
    pub further: usize,
}

impl Revision {
    /// Changes that are listed one by one.
    pub const LISTED: usize = 64;

    pub(crate) fn unreadable(number: usize, end: usize) -> Self {
        Self {
            number,
            end,
            validation: false,
            signatures: Vec::new(),
            time_stamps: Vec::new(),
            changes: vec![Change {
                object: 0,
                part: Part::Unreadable,
                how: How::Added,
                keys: Vec::new(),
            }],
            further: 0,
        }
    }
}
