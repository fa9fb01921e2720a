//! The verification crate behind one function on bytes, and, as a WebAssembly module, behind three functions over
//! linear memory.
//!
//! [`verify_request`] answers a request with the report that `fidem verify --json` prints for the same files, octet for
//! octet and without the closing line feed. It knows no clock, so the time of verification stands in the request.
//!
//! # The request
//!
//! Parts one after another, each its length in octets as an unsigned 32-bit integer, least significant octet first, and
//! then its octets:
//!
//! 1. options, a JSON object;
//! 2. the subject: package, certificate, token or log proof;
//! 3. the trust files, as many as `trust` names;
//! 4. the data files, as many as `data` names.
//!
//! Options, of which `at` and `lang` are required and unknown ones are refused:
//!
//! | name     | value                                                                          |
//! | -------- | ------------------------------------------------------------------------------ |
//! | `at`     | time of verification, RFC 3339                                                 |
//! | `lang`   | `"zh"` or `"en"`                                                               |
//! | `digest` | `"sha256:…"` in hex, instead of data                                           |
//! | `trust`  | names of trust files; without this member the trust of the build decides       |
//! | `data`   | names of the original files, as they are to stand in the report                |
//!
//! # The answer
//!
//! A report, or `{"error":{"code":…,"message":…}}`: `usage` for a request that does not follow the above, `trust` for
//! trust that cannot be read.
//!
//! # The module
//!
//! * `alloc(length) -> address`: room for a request; 0 where memory does not suffice.
//! * `run(address, length) -> u64`: the answer to the request there; its length is the upper half of the result, its
//!   address the lower.
//! * `free(address, length)`: gives back what `alloc` or `run` handed out.
//!
//! The module imports nothing. Should it trap (memory exhausted amid a verification, say) there is no report, and the
//! instance is not to be used again.

#[cfg(target_arch = "wasm32")]
mod memory;
mod parts;
mod refusal;
mod request;

pub use request::verify_request;
