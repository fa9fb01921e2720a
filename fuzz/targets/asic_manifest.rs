//! An ASiC manifest, which reads back as it was written.
#![no_main]

use fidem_package::asic::AsicManifest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = AsicManifest::from_xml(data) {
        assert_eq!(AsicManifest::from_xml(&manifest.to_xml()), Ok(manifest));
    }
});
