//! Files and folders, read stably and fingerprinted as they are read.
//!
//! Two steps. [`plan`] looks and opens nothing: what is there, how much, what cannot be taken and why. [`take_in`] reads
//! each file once, makes both digests of exactly the bytes read, puts the bytes into the vault, and hands over records of
//! what is durably there.
//!
//! # Rules
//!
//! **Order.** The paths given, in the order given. In a folder, entries in the byte order of their names, a sub-folder's
//! content at the sub-folder's place. The same tree gives the same order on every machine.
//!
//! **Names.** An item's name is the given folder's name and the path below it, with `/` between; for a file given by itself
//! the file's name. Names stay as they are found: no Unicode normalisation, no case folding.
//!
//! **Links.** A symbolic link is refused and its target recorded, wherever it stands below a given path and also when it is
//! itself given. Two hard links, like any two files of the same content, are two items and one object of the vault.
//!
//! **Stability.** A file's size, modification time, change time and identity are taken on the open descriptor before and
//! after reading, and the bytes are counted. Any difference and the file is refused: half of an old version with half of a
//! new one was never a document. A file touched so lately that a further write could bear the same time is given 20 ms first.
//!
//! | refused with code | when | parameters |
//! |---|---|---|
//! | `changed-while-read` | something wrote to it in the meantime | `what`, `size_before`, `size_after`, `bytes_read` |
//! | `unreadable` | no permission, or another refusal of the system | `kind`, `os_error` |
//! | `medium-lost` | the medium failed or was pulled out | `bytes_read`, `size`, `os_error` |
//! | `symlink` | a symbolic link; not followed | `target` |
//! | `not-a-file` | device, fifo or socket; never opened | `kind` |
//! | `vanished` | listed, and gone when its turn came | |
//! | `not-found` | a path given that is not there | |
//!
//! | note with code | meaning | parameters |
//! |---|---|---|
//! | `name-not-unicode` | bytes that are no UTF-8: shown with `%XX`, kept as hexadecimal | `hex` |
//! | `names-differ-by-normalisation` | looks the same as another name, is not | `other` |
//! | `name-has-invisible-characters` | control or direction characters, which can disguise a name | `characters` |
//! | `hidden-or-system-file` | taken in like any other | `component` |
//! | `empty-folder` | nothing in it, so nothing taken | |
//! | `given-twice` | reached by two of the given paths, taken once | |
//! | `changed-since-planned` | its size or time is no longer what the plan showed | `size_planned`, `size` |
//! | `same-content` | the same bytes as an earlier item of this intake | `first` |

#![forbid(unsafe_code)]

mod batch;
mod finding;
mod media;
mod name;
mod plan;
mod source;
mod take;

pub use batch::{BATCH_BYTES, BATCH_FILES};
pub use finding::{Note, Params, Refused};
pub use media::media_type;
pub use plan::{Plan, Planned, plan};
pub use take::{IntakeError, Outcome, Progress, Taken, take_in};
