//! Every check and every reason with its sentences in Chinese and English. `{name}` stands for a parameter.
//!
//! Codes are never renamed and never given another meaning.

mod checks;
mod reasons;

pub use checks::ENTRIES;
pub use reasons::REASONS;

use crate::report::{Reason, Verdict};

/// One check: its number, code and sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// `01` … `38`.
    pub number: &'static str,
    /// Stable slug.
    pub code: &'static str,
    /// The item of R-041 it belongs to.
    pub r041: Option<u8>,
    /// Its name.
    pub title: Sentence,
    /// How it is done, in words; the report holds the commands and paths.
    pub method: Sentence,
}

/// One sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Chinese, as an office writes it.
    pub chinese: &'static str,
    /// English.
    pub english: &'static str,
}

/// The languages of the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Sentence {
    /// The sentence in that language.
    #[must_use]
    pub fn of(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese,
            Language::English => self.english,
        }
    }
}

/// The entry of a check.
#[must_use]
pub fn entry(code: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.code == code)
}

/// The name of a check; the code itself when it is of a later version.
#[must_use]
pub fn title(code: &str, language: Language) -> String {
    entry(code)
        .map_or(code, |entry| entry.title.of(language))
        .to_owned()
}

/// How a check is done.
#[must_use]
pub fn method(code: &str, language: Language) -> String {
    entry(code)
        .map_or("", |entry| entry.method.of(language))
        .to_owned()
}

/// Whether a code is a reason of this version.
#[must_use]
pub fn is_reason(code: &str) -> bool {
    REASONS.iter().any(|(known, _)| *known == code)
}

/// The sentence of a reason, parameters filled in.
#[must_use]
pub fn sentence(reason: &Reason, language: Language) -> String {
    let Some((_, sentence)) = REASONS.iter().find(|(code, _)| *code == reason.code) else {
        return reason.code.clone();
    };
    fill(sentence.of(language), reason)
}

/// Fills in one pass, so that a value that looks like a place is left as it is.
fn fill(pattern: &str, reason: &Reason) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, next) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(reason.params.get(name).map_or("", String::as_str));
        rest = next;
    }
    out + rest
}

/// 正常, 异常, 未能检查.
#[must_use]
pub fn verdict(verdict: Verdict, language: Language) -> &'static str {
    let sentence = match verdict {
        Verdict::Normal => Sentence {
            chinese: "正常",
            english: "normal",
        },
        Verdict::Abnormal => Sentence {
            chinese: "异常",
            english: "abnormal",
        },
        Verdict::NotChecked => Sentence {
            chinese: "未能检查",
            english: "not checked",
        },
    };
    sentence.of(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_place_is_left_alone() {
        let reason = Reason::new("proxy-set", &[("place", "{value}"), ("value", "x:1")]);
        assert!(sentence(&reason, Language::English).contains("{value}"));
        assert!(sentence(&reason, Language::Chinese).contains("x:1"));
    }

    #[test]
    fn numbers_and_codes_are_unique_and_in_order() {
        assert!(
            ENTRIES
                .windows(2)
                .all(|pair| pair[0].number < pair[1].number)
        );
        let codes: std::collections::BTreeSet<&str> =
            ENTRIES.iter().map(|entry| entry.code).collect();
        assert_eq!(codes.len(), ENTRIES.len());
    }

    /// Quoted words of the sources that look like codes, this module's own aside.
    fn quoted(folder: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("codes") {
                quoted(&path, found);
            } else if path.is_file() && !path.ends_with("codes.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
                found.extend(text.split('"').filter(code).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_sentence_is_given_by_some_judge() {
        let mut found = std::collections::BTreeSet::new();
        quoted(
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        for (code, _) in REASONS {
            assert!(found.contains(*code), "{code} is never given");
        }
    }

    #[test]
    fn all_eighteen_items_have_a_check() {
        for item in 1..=18 {
            assert!(
                ENTRIES.iter().any(|entry| entry.r041 == Some(item)),
                "{item}"
            );
        }
    }

    #[test]
    fn both_languages_name_the_same_parameters() {
        let names = |text: &str| {
            let parts = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'));
            parts
                .map(|(name, _)| name.to_owned())
                .collect::<std::collections::BTreeSet<_>>()
        };
        for (code, sentence) in REASONS {
            assert_eq!(names(sentence.chinese), names(sentence.english), "{code}");
        }
    }
}
