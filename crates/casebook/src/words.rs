//! Text as the search index stores it.
//!
//! Chinese has no spaces and its names are often two characters long, so every character is a word of its own and a
//! search is for words next to each other. ASCII words and numbers stay whole. Nothing of the person's typing reaches
//! the index's query language: a query is built from words found here, and they hold no sign that means something in it.

/// Stands between two fields, so that no phrase matches across them. A private-use character is a word to the index
/// and cannot come out of anybody's text.
const BOUNDARY: &str = "\u{E000}";
/// Begins the code of a character that the index's tables may be too old to know for a letter.
const CODE: char = '\u{E001}';

/// The index's text of some fields.
pub(crate) fn indexed(fields: &[&str]) -> String {
    let mut text = String::new();
    for (at, field) in fields.iter().filter(|f| !f.is_empty()).enumerate() {
        if at > 0 {
            text.push_str(BOUNDARY);
            text.push(' ');
        }
        for word in split(field) {
            text.push_str(&word);
            text.push(' ');
        }
    }
    text
}

/// The query that finds every text holding each of the typed, blank-separated phrases; `None` when nothing was typed.
///
/// The last word of a phrase may be the beginning of a longer one when it is Latin: `contr` finds `contract.pdf`.
pub(crate) fn query(typed: &str) -> Option<String> {
    let phrases: Vec<String> = typed
        .split_whitespace()
        .filter_map(|phrase| {
            let words = split(phrase);
            let begins = words.last()?.bytes().all(|b| b.is_ascii_alphanumeric());
            let star = if begins { " *" } else { "" };
            Some(format!("\"{}\"{star}", words.join(" ")))
        })
        .collect();
    match phrases.is_empty() {
        true => None,
        false => Some(phrases.join(" AND ")),
    }
}

/// Words in order: runs of letters and digits; each character of a script without spaces by itself.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut run = String::new();
    for c in text.chars().map(narrow) {
        if stands_alone(c) {
            push(&mut words, &mut run);
            words.push(single(c));
        } else if c.is_alphanumeric() {
            run.push(c);
        } else {
            push(&mut words, &mut run);
        }
    }
    push(&mut words, &mut run);
    words
}

fn push(words: &mut Vec<String>, run: &mut String) {
    if !run.is_empty() {
        words.push(std::mem::take(run));
    }
}

/// Full-width letters, digits and signs (U+FF01…U+FF5E) as their ASCII twins: people type either.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => u32::from(c)
            .checked_sub(0xFEE0)
            .and_then(char::from_u32)
            .unwrap_or(c),
        other => other,
    }
}

/// Han, kana, bopomofo, hangul, and everything beyond the basic plane.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303C}'
        | '\u{3040}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{312F}' | '\u{3131}'..='\u{318E}'
        | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{10000}'..)
}

/// The index's tokenizer knows the letters of Unicode 6.1; rarer characters of names came later, so anything outside
/// its two old Han blocks is stored as its code.
fn single(c: char) -> String {
    match c {
        '\u{3400}'..='\u{4DB5}' | '\u{4E00}'..='\u{9FCC}' => c.to_string(),
        other => format!("{CODE}{:x}", u32::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stand_alone_and_latin_words_stay_whole() {
        assert_eq!(
            split("张三诉contract_v2.pdf"),
            ["张", "三", "诉", "contract", "v2", "pdf"]
        );
        assert_eq!(
            split("（２０２６）保全字第０００１号"),
            split("(2026)保全字第0001号")
        );
        assert_eq!(split("𬱖"), ["\u{E001}2cc56"]);
        assert_eq!(split("\u{E000}\u{E001}"), Vec::<String>::new());
    }

    #[test]
    fn fields_are_kept_apart() {
        assert_eq!(indexed(&["张", "", "三"]), "张 \u{E000} 三 ");
    }

    #[test]
    fn no_typing_becomes_query_language() {
        assert_eq!(query("  "), None);
        assert_eq!(query("\"*()^-:"), None);
        assert_eq!(
            query("张三\" OR \"x"),
            Some("\"张 三\" AND \"OR\" * AND \"x\" *".into())
        );
        assert_eq!(query("NEAR(a b)"), Some("\"NEAR a\" * AND \"b\" *".into()));
    }
}
