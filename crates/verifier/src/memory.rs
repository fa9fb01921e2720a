//! The module's functions over linear memory.
#![allow(
    unsafe_code,
    reason = "addresses cross this boundary; nothing else in the crate needs it"
)]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::{NonNull, null_mut, slice_from_raw_parts};

use fidem_package::Source;

use crate::host::{self, HostFile};
use crate::{fingerprint_of, verify_files};

/// Room for `length` octets, all zero; a null address where memory does not suffice.
#[unsafe(no_mangle)]
extern "C" fn alloc(length: usize) -> *mut u8 {
    match Layout::array::<u8>(length) {
        Err(_) => null_mut(),
        Ok(layout) if layout.size() == 0 => NonNull::dangling().as_ptr(),
        // SAFETY: the size is not zero.
        Ok(layout) => unsafe { alloc_zeroed(layout) },
    }
}

/// Answers the options at `address` about the host's files from 0 to `files`; the caller frees both them and the answer.
///
/// # Safety
/// `alloc` returned `address`, not null, for this very `length`, and `free` has not been called for it.
#[unsafe(no_mangle)]
unsafe extern "C" fn run(address: *const u8, length: usize, files: u32) -> u64 {
    // SAFETY: by the contract above, `length` initialised octets live there, and nothing writes to them while this
    // function runs: the module has one thread.
    let options = unsafe { &*slice_from_raw_parts(address, length) };
    let files: Vec<HostFile> = (0..files).map(HostFile::open).collect();
    let files: Vec<&dyn Source> = files.iter().map(|file| file as &dyn Source).collect();
    handed_out(verify_files(options, &files, &mut host::progress))
}

/// SHA-256 and SM3 of the host's file of that number, as JSON; an empty object where it cannot be read.
#[unsafe(no_mangle)]
extern "C" fn fingerprint(file: u32) -> u64 {
    handed_out(fingerprint_of(&HostFile::open(file), &mut host::progress))
}

/// SM3 of the host's file of that number in hex; empty where it cannot be read.
#[cfg(feature = "bench")]
#[unsafe(no_mangle)]
extern "C" fn sm3(file: u32) -> u64 {
    let file = HostFile::open(file);
    let mut hasher = fidem_fingerprint::Sm3Hasher::new();
    let read = file.blocks(0, file.len(), &mut |block| hasher.update(block));
    let found = read.map(|()| fidem_fingerprint::hex::encode(&hasher.finish()));
    handed_out(found.unwrap_or_default().into_bytes())
}

/// Length and address of an answer that the host frees.
fn handed_out(answer: Vec<u8>) -> u64 {
    let answer = Box::into_raw(answer.into_boxed_slice());
    (answer.len() as u64) << 32 | answer.cast::<u8>().addr() as u64
}

/// Gives back what `alloc` or `run` handed out.
///
/// # Safety
/// `address`, not null, and `length` come from one call of `alloc` or `run`, and `free` has not been called for them.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(address: *mut u8, length: usize) {
    if let Ok(layout) = Layout::array::<u8>(length)
        && layout.size() > 0
    {
        // SAFETY: `alloc` took it with this layout, and a boxed slice of octets has the same one.
        unsafe { dealloc(address, layout) };
    }
}
