//! Files that the host of the module reads.
#![allow(
    unsafe_code,
    reason = "the host fills memory; nothing else in the crate needs it"
)]

use fidem_package::{Source, SourceError};

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    fn size(file: u32) -> f64;
    fn read(file: u32, offset: f64, address: *mut u8, length: usize) -> i32;
    #[link_name = "progress"]
    safe fn told(done: f64, total: f64);
}

/// A file of the host by its number.
pub(crate) struct HostFile {
    number: u32,
    len: u64,
}

impl HostFile {
    /// Asks the host how long its file is, once: the answer to a later question could be another one.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a length beyond 2^53, or none, saturates; its octets cannot then be read"
    )]
    pub(crate) fn open(number: u32) -> Self {
        // SAFETY: the host only looks the number up.
        let len = unsafe { size(number) } as u64;
        Self { number, len }
    }
}

impl Source for HostFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), SourceError> {
        let len = out.len();
        let failed = |reason: &str| SourceError {
            offset,
            len,
            reason: reason.to_owned(),
        };
        let end = offset.checked_add(len as u64);
        if end.is_none_or(|end| end > self.len) {
            return Err(failed("beyond the end"));
        }
        if out.is_empty() {
            return Ok(());
        }
        // SAFETY: `out` is borrowed for writing until the host returns, and the host writes no further than its length.
        let state = unsafe { read(self.number, float(offset), out.as_mut_ptr(), len) };
        match state {
            0 => Ok(()),
            _ => Err(failed("the browser could not read the file")),
        }
    }
}

/// Tells the host where a verification stands.
pub(crate) fn progress(done: u64, total: u64) {
    told(float(done), float(total));
}

#[allow(
    clippy::cast_precision_loss,
    reason = "no file of a browser is longer than 2^53 octets"
)]
fn float(octets: u64) -> f64 {
    octets as f64
}
