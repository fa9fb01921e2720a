//! The module's three functions over linear memory.
#![allow(
    unsafe_code,
    reason = "addresses cross this boundary; nothing else in the crate needs it"
)]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::{NonNull, null_mut, slice_from_raw_parts};

use crate::verify_request;

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

/// Answers the request at `address`; the caller frees both it and the answer.
///
/// # Safety
/// `alloc` returned `address`, not null, for this very `length`, and `free` has not been called for it.
#[unsafe(no_mangle)]
unsafe extern "C" fn run(address: *const u8, length: usize) -> u64 {
    // SAFETY: by the contract above, `length` initialised octets live there, and nothing writes to them while this
    // function runs: the module has one thread.
    let request = unsafe { &*slice_from_raw_parts(address, length) };
    let answer = Box::into_raw(verify_request(request).into_boxed_slice());
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
