//! The zip of a WACZ (APPNOTE 6.3). What we write is stored only, without clock or comment; what is read may be that of
//! others, deflated members and data descriptors included, as long as it can be read in one way only.
//!
//! The container of [`fidem_package`] is another thing: it starts with the `mimetype` of ASiC-E and knows no deflate.

mod form;
mod read;
mod write;

pub use read::MemberError;
pub(crate) use read::{Member, Zip};
pub(crate) use write::Writer;
pub use write::ZipError;
