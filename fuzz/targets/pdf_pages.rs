//! The page tree of a PDF: it ends, and no page stands in it twice.
#![no_main]

use std::collections::BTreeSet;

use fidem_pdf::File;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(pages) = File::parse(data).and_then(|file| file.pages()) else {
        return;
    };
    let numbers: BTreeSet<u32> = pages.pages.iter().map(|page| page.reference.number).collect();
    assert_eq!(numbers.len(), pages.pages.len());
    assert!(numbers.is_subset(&pages.nodes));
});
