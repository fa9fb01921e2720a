//! WACZ 1.1.1: an archive, its index, its pages and a data package that lists them, in one zip.

mod check;
mod package;
mod write;

pub(crate) use check::lines_of;
use fidem_package::Source;

use crate::finding::Limits;
use crate::zip::Zip;

pub use check::{Archive, Checked, Listed, check};
pub use package::{Datapackage, Page, Resource};
pub use write::{Description, WriteError, Writer};

/// The names of all members, as far as the directory can be read; nothing of it is checked.
#[must_use]
pub fn names(source: &dyn Source, limits: &Limits) -> Vec<String> {
    Zip::names(source, limits)
}

/// Whether a member of that name tells a WACZ from another zip.
#[must_use]
pub fn is_telling(name: &str) -> bool {
    name == DATAPACKAGE || name.strip_prefix("archive/").is_some_and(check::is_warc)
}

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
