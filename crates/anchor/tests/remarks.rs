//! Every code of a remark stands in the list, and the list has no other.

use std::collections::BTreeSet;
use std::path::Path;

use fidem_anchor::REMARKS;

/// Texts in quotes that begin as the codes of a kind do.
fn quoted(text: &str, into: &mut BTreeSet<String>) {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    for word in text.split('"').skip(1).step_by(2) {
        let kind = word.split_once('-').map(|(kind, _)| kind);
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        let ours = ["payload", "ots", "bitcoin", "evm", "fisco", "fabric"];
        if kind.is_some_and(|kind| ours.contains(&kind)) && word.chars().all(plain) {
            into.insert(word.to_owned());
        }
    }
}

fn read(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else if path.file_name().is_some_and(|name| name != "remarks.rs") {
            quoted(&std::fs::read_to_string(&path).unwrap(), into);
        }
    }
}

#[test]
fn every_code_of_the_sources_is_listed_and_none_besides() {
    let mut found = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read(&sources, &mut found);
    let listed: BTreeSet<String> = REMARKS.iter().map(|(c, _)| (*c).to_owned()).collect();
    assert_eq!(listed.len(), REMARKS.len(), "each once");
    assert_eq!(found, listed);
}
