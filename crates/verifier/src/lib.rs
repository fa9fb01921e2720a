//! The verification crate behind one function on sources, one on bytes, and, as a WebAssembly module, behind four
//! functions over linear memory.
//!
//! [`verify_files`] answers a request with the report that `fidem verify --json` prints for the same files, octet for
//! octet and without the closing line feed. It knows no clock, so the time of verification stands in the request. Files
//! are read through [`fidem_package::Source`], so that their size is never a matter of memory.
//!
//! # The request
//!
//! Options, a JSON object, and files in this order:
//!
//! 1. the subject: package, certificate, token, log proof, OpenTimestamps proof or web archive;
//! 2. the trust files, as many as `trust` names;
//! 3. the data files, as many as `data` names;
//! 4. the runs of block headers, as many as `headers` names;
//! 5. the signatures that lie beside a certificate, as many as `signatures` names.
//!
//! Trust files and headers are read whole, each at most 256 MiB. Of the options `at` and `lang` are required and
//! unknown ones are refused:
//!
//! | name      | value                                                                          |
//! | --------- | ------------------------------------------------------------------------------ |
//! | `at`      | time of verification, RFC 3339                                                 |
//! | `lang`    | `"zh"`, `"en"`, or `"both"`                                                    |
//! | `digest`  | `"sha256:…"` in hex, instead of data                                           |
//! | `trust`   | names of trust files; without this member the trust of the build decides       |
//! | `data`    | names of the original files, as they are to stand in the report                |
//! | `headers` | names of runs of Bitcoin block headers for a bare `.ots`                       |
//! | `signatures` | names of detached signatures (`.p7s`) of the subject                        |
//!
//! [`verify_request`] takes both as one buffer: parts one after another, each its length in octets as an unsigned
//! 32-bit integer, least significant octet first, and then its octets; the options are the first part.
//!
//! # The answer
//!
//! A report, or `{"error":{"code":…,"message":…}}`: `usage` for a request that does not follow the above, `trust` for
//! trust that cannot be read. For `"both"` the answer consists of two parts as above, Chinese and English, of one
//! verification.
//!
//! # The module
//!
//! It has
//!
//! * `alloc(length) -> address`: room for the options; 0 where memory does not suffice.
//! * `run(address, length, files) -> u64`: the answer to the options there about so many files; its length is the upper
//!   half of the result, its address the lower.
//! * `fingerprint(file) -> u64`: `{"sha256":…,"sm3":…}` of a file in hex, by which a report names what it is about; an
//!   empty object where the file cannot be read. Length and address as above.
//! * `free(address, length)`: gives back what the others handed out.
//!
//! and asks of its host, under the name `host`, nothing but
//!
//! * `size(file) -> f64`: octets of a file, counted from 0;
//! * `read(file, offset: f64, address, length) -> i32`: fills the memory at `address`; 0 says that it is done;
//! * `progress(done: f64, total: f64)`: where a package stands; of other subjects only begin and end are told.
//!
//! Lengths and offsets are whole numbers below 2^53. Should it trap (memory exhausted amid a verification, say) there is
//! no report, and the instance is not to be used again.

mod digests;
#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(target_arch = "wasm32")]
mod memory;
mod parts;
mod refusal;
mod request;

pub use digests::fingerprint_of;
pub use request::{verify_files, verify_request};
