//! Remarks that are made here, of receipts that no judge could begin with, have their sentences.

use std::collections::BTreeMap;
use std::path::Path;

use fidem_verify::Language;
use fidem_verify::codes::Code;

#[test]
fn every_remark_made_here_has_a_sentence() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut count = 0;
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for made in text.split("Remark::new(").skip(1) {
            let quoted = made.trim_start().strip_prefix('"');
            let code = quoted.and_then(|m| m.split_once('"')).unwrap().0;
            // A code without a sentence is worded as itself.
            let said = Code(code.to_owned().leak()).sentence(Language::English, &BTreeMap::new());
            assert_ne!(said, code);
            count += 1;
        }
    }
    assert!(count >= 4, "{count}");
}
