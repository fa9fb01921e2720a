//! Packages of every format version, frozen when the version was made: what they once proved they prove forever.
//!
//! `samples/packages/VERSION/expected/*.json` says what was verified, with which trust and when, and the report that
//! came of it. Sentences may be worded better later; verdict, layers, codes and facts stay.

use std::path::{Path, PathBuf};

use fidem_tests::fidem;
use serde_json::Value;

#[test]
fn every_frozen_package_keeps_its_report() {
    let versions = sorted(&fidem::repository().join("samples/packages"), |path| {
        path.is_dir()
    });
    assert!(!versions.is_empty(), "no version is frozen");
    for version in versions {
        let expected = sorted(&version.join("expected"), |path| {
            path.extension().is_some_and(|e| e == "json")
        });
        assert!(expected.len() > 3, "{} has too little", version.display());
        for file in expected {
            compare(&version, &file);
        }
    }
}

fn compare(version: &Path, expected: &Path) {
    let text = std::fs::read(expected).expect("readable");
    let case: Value = serde_json::from_slice(&text).expect("JSON");
    let word = |name: &str| case[name].as_str();
    let mut command = fidem::command();
    command.current_dir(version);
    command.args(["verify", "--json", "--lang", "zh"]);
    command.arg(word("file").unwrap_or_default());
    for option in ["at", "trust", "data"] {
        if let Some(value) = word(option) {
            command.arg(format!("--{option}")).arg(value);
        }
    }
    let answer = fidem::run(&mut command);
    let code = case["exit"]
        .as_i64()
        .and_then(|code| i32::try_from(code).ok());
    assert_eq!(
        answer.code,
        code,
        "{}: {}",
        expected.display(),
        answer.told()
    );
    let (found, due) = (wordless(answer.json()), wordless(case["report"].clone()));
    assert_eq!(found, due, "{}", expected.display());
}

/// A report without its sentences.
fn wordless(mut report: Value) -> Value {
    for list in ["findings", "not_checked"] {
        for said in report[list].as_array_mut().into_iter().flatten() {
            said.as_object_mut().map(|said| said.remove("message"));
        }
    }
    report
}

fn sorted(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| wanted(path))
        .collect();
    found.sort();
    found
}
