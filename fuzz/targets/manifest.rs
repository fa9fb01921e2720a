//! A manifest: reads back as it was written, and proves each of its items.
#![no_main]

use fidem_manifest::{Manifest, Partial};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(manifest) = Manifest::from_bytes(data) else {
        return;
    };
    let written = manifest.to_bytes().expect("what was read can be written");
    assert_eq!(Manifest::from_bytes(&written).as_ref(), Ok(&manifest));
    let Ok(tree) = manifest.tree() else { return };
    for entry in &manifest.items {
        let partial = Partial::of(&manifest, entry.number)
            .expect("the tree stands")
            .expect("the item is there");
        let content = entry.content.fingerprint().expect("the tree stands");
        assert_eq!(partial.content.root(&content, tree.size()), Ok(tree.root()));
    }
});
