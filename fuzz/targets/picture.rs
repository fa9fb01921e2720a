//! The pixels of a picture against those of another: what can be read differs from itself nowhere, and from another in no
//! more pixels than there are. Checksums are made right first, or every mutation would end at one.
#![no_main]

use fidem_fuzz::picture;
use fidem_verify::differing_pixels;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let given = picture::with_checksums(data);
    let alone = differing_pixels(&given, &given);
    assert!(alone.is_none_or(|count| count == 0));
    let kept = picture::PLAIN.to_vec();
    if let Some(count) = differing_pixels(&kept, &given) {
        assert!(alone.is_some() && count <= picture::PIXELS);
    }
});
