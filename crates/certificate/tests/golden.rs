//! What every page said and how it looked, kept: a change of a template or a sentence is seen, and is either meant
//! (`FIDEM_WRITE_GOLDEN=1` keeps it) or a fault. Without fonts, or poppler for the pictures, the tests say so and pass.

mod common;

use std::path::PathBuf;
use std::process::Command;

use common::pixels::Sheet;
use common::{CASE_KINDS, of, picture, report, set, skip, tool, typesetter};
use fidem_certificate::{Rendered, Typesetter};
use fidem_manifest::SourceClass;
use sha2::{Digest as _, Sha256};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

fn writes() -> bool {
    std::env::var_os("FIDEM_WRITE_GOLDEN").is_some()
}

/// Every kind in both editions, by name.
fn all(typesetter: &Typesetter) -> Vec<(String, Rendered)> {
    let mut out = Vec::new();
    for (chinese_only, edition) in [(false, "zh-en"), (true, "zh")] {
        for kind in CASE_KINDS {
            let mut data = of(kind);
            data.chinese_only = chinese_only;
            let rendered = set(typesetter, &data, &picture());
            out.push((format!("{kind}.{edition}"), rendered));
        }
        let mut data = report();
        data.chinese_only = chinese_only;
        let rendered = typesetter.render_report(&data).unwrap();
        out.push((format!("report.{edition}"), rendered));
    }
    out
}

#[test]
fn every_page_of_every_kind_says_what_it_said() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    for (name, rendered) in all(typesetter) {
        let path = format!("{FOLDER}/{name}.txt");
        let text = broken(&rendered.words);
        if writes() {
            std::fs::create_dir_all(FOLDER).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == text,
            "{name} differs from what is kept; first at {:?}",
            first_difference(&kept, &text)
        );
    }
}

/// The same of the pictures: all pages of a document on one sheet, small. Letters may differ by a shade, as renderers do;
/// where a word, a line or a box moved, it is seen.
#[test]
fn every_page_of_every_kind_looks_as_it_looked() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    if !tool("pdftoppm") {
        return skip("pdftoppm");
    }
    let mut differing = Vec::new();
    for (name, rendered) in all(typesetter) {
        let path = PathBuf::from(format!("{FOLDER}/{name}.png"));
        let sheet = Sheet::of_pages(&pages(&rendered.pdf));
        if writes() {
            sheet.write(&path);
        }
        let difference = match Sheet::read(&path) {
            Some(kept) => sheet.difference(&kept),
            None => Some("no picture is kept".to_owned()),
        };
        if let Some(difference) = difference {
            let seen = std::env::temp_dir().join(format!("fidem-{name}.png"));
            sheet.write(&seen);
            differing.push(format!("{name}: {difference}, see {}", seen.display()));
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn a_moved_word_is_seen_and_a_shade_is_not() {
    let page = Sheet::blank(80, 80);
    let mut shaded = page.clone();
    shaded.fill(0..80, 0..80, 241);
    assert_eq!(page.difference(&shaded), None);
    let mut moved = page.clone();
    moved.fill(8..24, 32..38, 0);
    assert!(page.difference(&moved).is_some());
    assert!(page.difference(&Sheet::blank(80, 81)).is_some());
}

/// The pages as poppler paints them, 36 to the inch.
fn pages(pdf: &[u8]) -> Vec<Sheet> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("d.pdf"), pdf).unwrap();
    let painted = Command::new("pdftoppm")
        .args(["-r", "36", "-gray", "d.pdf", "p"])
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(painted.success());
    let mut files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "pgm"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| Sheet::of_pgm(&std::fs::read(file).unwrap()))
        .collect()
}

/// The same for every source class, kind and edition: a digest of the words of each, so that none changes unseen.
#[test]
fn every_class_kind_and_edition_says_what_it_said() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    let mut lines = String::new();
    for class in SourceClass::ALL {
        for kind in CASE_KINDS {
            for chinese_only in [false, true] {
                let mut data = of(kind);
                data.chinese_only = chinese_only;
                for item in &mut data.items {
                    item.class = class;
                    item.scope = class.max_scope();
                }
                let words = broken(&set(typesetter, &data, &picture()).words);
                let digest = Sha256::digest(words.as_bytes());
                let short: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
                let edition = if chinese_only { "zh" } else { "zh-en" };
                lines += &format!("{} {kind} {edition} {short}\n", class.as_str());
            }
        }
    }
    let path = format!("{FOLDER}/classes.txt");
    if writes() {
        std::fs::write(&path, &lines).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == lines,
        "first at {:?}",
        first_difference(&kept, &lines)
    );
}

/// A page in lines of sixty characters, so that a difference can be read.
fn broken(pages: &[String]) -> String {
    let mut text = String::new();
    for (i, page) in pages.iter().enumerate() {
        text += &format!("-- {}\n", i + 1);
        let page: Vec<char> = without_digests(page).chars().collect();
        for line in page.chunks(60) {
            text.extend(line);
            text.push('\n');
        }
    }
    text
}

/// Digests of templates and fonts change with every edit and say nothing of the words.
fn without_digests(text: &str) -> String {
    let (mut out, mut run) = (String::new(), String::new());
    let settle = |run: &mut String, out: &mut String| {
        out.push_str(if run.len() < 16 { run } else { "#" });
        run.clear();
    };
    for c in text.chars() {
        if matches!(c, '0'..='9' | 'a'..='f') {
            run.push(c);
        } else {
            settle(&mut run, &mut out);
            out.push(c);
        }
    }
    settle(&mut run, &mut out);
    out
}

fn first_difference(kept: &str, new: &str) -> Option<(usize, String, String)> {
    let mut lines = kept.lines().zip(new.lines()).enumerate();
    lines
        .find(|(_, (old, new))| old != new)
        .map(|(i, (old, new))| (i + 1, old.to_owned(), new.to_owned()))
}
