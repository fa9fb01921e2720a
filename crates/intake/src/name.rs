//! Names as they are found, and as a person can read them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use fidem_fingerprint::hex;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::finding::Note;

/// A readable form from which the bytes can be had back, and the bytes as hexadecimal where that form is not simply them.
pub(crate) fn readable(bytes: &[u8]) -> (String, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(name) => (name.to_owned(), None),
        Err(_) => (escape(bytes), Some(hex::encode(bytes))),
    }
}

/// A path for the eye.
pub(crate) fn readable_path(path: &Path) -> String {
    readable(path.as_os_str().as_bytes()).0
}

/// Part by part between slashes: one that is UTF-8 stays; of any other every byte beyond ASCII becomes `%XX`, also where some
/// of them happen to form a character, because such a character is chance. `%` itself becomes `%25` throughout, so that
/// nothing else can look like an escape.
fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 8);
    for (position, part) in bytes.split(|byte| *byte == b'/').enumerate() {
        if position > 0 {
            text.push('/');
        }
        match std::str::from_utf8(part) {
            Ok(part) => text.push_str(&part.replace('%', "%25")),
            Err(_) => part.iter().for_each(|byte| escape_byte(*byte, &mut text)),
        }
    }
    text
}

fn escape_byte(byte: u8, text: &mut String) {
    if byte.is_ascii() && byte != b'%' {
        text.push(char::from(byte));
    } else {
        // Writing to a string cannot fail.
        let _ = write!(text, "%{byte:02X}");
    }
}

/// What there is to say about one name.
pub(crate) fn notes(name: &str, hex: Option<&str>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(hex) = hex {
        notes.push(Note::new("name-not-unicode", name).with("hex", hex));
    }
    if let Some(component) = name
        .split('/')
        .find(|component| is_hidden_or_system(component))
    {
        notes.push(Note::new("hidden-or-system-file", name).with("component", component));
    }
    let invisible: Vec<String> = name
        .chars()
        .filter(|c| is_invisible(*c))
        .map(|c| format!("U+{:04X}", u32::from(c)))
        .collect();
    if !invisible.is_empty() {
        notes.push(
            Note::new("name-has-invisible-characters", name)
                .with("characters", invisible.join(" ")),
        );
    }
    notes
}

fn is_hidden_or_system(component: &str) -> bool {
    const SYSTEM: [&str; 4] = ["thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx"];
    component.starts_with('.')
        || SYSTEM
            .iter()
            .any(|name| component.eq_ignore_ascii_case(name))
}

/// Characters that show nothing, or that turn the direction of what follows.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}')
}

/// Pairs of positions whose names are different texts and canonically the same (UAX 15).
pub(crate) fn differing_by_normalisation(names: &[&str]) -> Vec<(usize, usize)> {
    // Only a name that is not already in its normal form can be the other of a pair.
    let mut by_form: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (position, name) in names.iter().enumerate() {
        if !name.is_ascii() && is_nfc_quick(name.chars()) != IsNormalized::Yes {
            by_form
                .entry(name.nfc().collect())
                .or_default()
                .push(position);
        }
    }
    if by_form.is_empty() {
        return Vec::new();
    }
    for (position, name) in names.iter().enumerate() {
        if let Some(group) = by_form.get_mut(*name) {
            group.push(position);
        }
    }
    let mut pairs = Vec::new();
    for mut group in by_form.into_values() {
        group.sort_unstable();
        group.dedup();
        for other in &group[1..] {
            if names[group[0]] != names[*other] {
                pairs.push((group[0], *other));
            }
        }
    }
    pairs
}

/// The last part of a path, for `.` and `..` that of the folder they stand for.
pub(crate) fn of_given(path: &Path) -> Vec<u8> {
    let own = path.file_name().map(OsStr::as_bytes).map(<[u8]>::to_vec);
    own.or_else(|| Some(path.canonicalize().ok()?.file_name()?.as_bytes().to_vec()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_name_keeps_every_byte() {
        // "合同" in GB 18030: its last two bytes alone would be a combining accent in UTF-8.
        let mixed = [b"a%\xBA\xCF\xCD\xAC.txt/100%".as_slice(), "甲".as_bytes()].concat();
        let expected = "a%25%BA%CF%CD%AC.txt/100%25甲".to_owned();
        assert_eq!(
            readable(&mixed),
            (
                expected,
                Some("6125bacfcdac2e7478742f31303025e794b2".to_owned())
            )
        );
        assert_eq!(
            readable("100%合同".as_bytes()),
            ("100%合同".to_owned(), None)
        );
    }

    #[test]
    fn names_that_look_the_same() {
        // é as one character and as two; KELVIN SIGN and K.
        let names = ["caf\u{e9}", "b", "cafe\u{301}", "1\u{212a}", "1K", "合同"];
        assert_eq!(differing_by_normalisation(&names), [(3, 4), (0, 2)]);
        assert_eq!(
            differing_by_normalisation(&["cafe\u{301}", "cafe\u{301}"]),
            []
        );
        assert_eq!(differing_by_normalisation(&["a", "合同", "b"]), []);
    }

    #[test]
    fn hidden_names_and_disguised_names() {
        let codes = |name: &str| {
            notes(name, None)
                .iter()
                .map(|note| note.code)
                .collect::<Vec<_>>()
        };
        assert_eq!(codes("盘/照片/Thumbs.db"), ["hidden-or-system-file"]);
        assert_eq!(codes("x/.git/config"), ["hidden-or-system-file"]);
        assert_eq!(codes("x/plain.txt"), [""; 0]);
        // Most programs show the rest of this one backwards, as "invoiceexe.pdf".
        assert_eq!(
            codes("invoice\u{202e}fdp.exe"),
            ["name-has-invisible-characters"]
        );
    }
}
