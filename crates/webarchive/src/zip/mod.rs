//! The zip of a WACZ (APPNOTE 6.3). What we write is stored only, without clock or comment; what is read may be that of
//! others, deflated members and data descriptors included, as long as it can be read in one way only.
//!
//! [`fidem_package`] writes it, and has the records; its reader is another one: it wants the `mimetype` of ASiC-E and knows
//! no deflate.

mod read;

pub use read::MemberError;
pub(crate) use read::{Member, Zip};
