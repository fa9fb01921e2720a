//! WACZ 1.1.1: an archive, its index, its pages and a data package that lists them, in one zip.

mod check;
mod package;
mod write;

pub(crate) use check::lines_of;
pub use check::{Archive, Checked, Listed, check};
pub use package::{Datapackage, Page, Resource};
pub use write::{Description, WriteError, Writer};

/// The version we write.
pub const VERSION: &str = "1.1.1";
/// Lists all members but itself and its digest.
pub const DATAPACKAGE: &str = "datapackage.json";
/// The digest of the list.
pub const DIGEST: &str = "datapackage-digest.json";
/// The only archive we write.
pub const ARCHIVE: &str = "archive/data.warc.gz";
/// Its index.
pub const INDEX: &str = "indexes/index.cdx";
/// Its pages.
pub const PAGES: &str = "pages/pages.jsonl";
/// Where everything beyond the standard stands.
pub const EXTRA: &str = "fidem/";
