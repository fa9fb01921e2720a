//! Phrases that no certificate may carry: they promise truth, admission or perfection.

/// Language of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// A forbidden phrase where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The phrase as it is listed.
    pub phrase: &'static str,
    /// Its language.
    pub language: Language,
    /// Byte offset of its first character in the text.
    pub start: usize,
    /// Byte offset after its last character.
    pub end: usize,
}

/// Finds every forbidden phrase, in the order of the text.
///
/// Width, case, and spaces or invisible characters inside a phrase do not hide it: `１００％`, `不可 篡改` and
/// `Tamper-Proof` are found. A denial is not a promise: `不证明内容真实` passes.
#[must_use]
pub fn forbidden_phrases(text: &str) -> Vec<Found> {
    let mut found = chinese(text);
    found.extend(english(text));
    found.sort_by_key(|f| (f.start, f.end));
    found
}

/// Phrases about chains, forbidden while no chain-native proof exists: the office's own log is none.
#[must_use]
pub(crate) fn chain_words(text: &str) -> Vec<Found> {
    let folded = Folded::closed(text);
    let mut found = folded.search(Language::Zh, &["上链", "区块链"], |_, _| true);
    let spaced = Folded::spaced(text);
    found.extend(spaced.search(Language::En, &["blockchain", "on chain"], |_, _| true));
    found
}

const ZH: &[&str] = &[
    "不可篡改",
    "无法篡改",
    "防篡改",
    "绝对",
    "100%",
    "百分之百",
    "证明内容真实",
    "保证内容真实",
    "确保真实",
    "未经伪造",
    "未发现伪造",
    "未发现篡改",
    "无伪造痕迹",
    "无篡改痕迹",
    "必然采信",
    "必定采信",
    "一定采信",
    "保证采信",
    "应当采信",
    "区块链认证真实",
    "司法级",
    "全球认可",
    "国际公认",
];

const EN: &[&str] = &[
    "tamper proof",
    "tamperproof",
    "cannot be tampered with",
    "immutable",
    "absolutely",
    "absolute proof",
    "100%",
    "100 percent",
    "100 per cent",
    "proves the content is true",
    "proves that the content is true",
    "guarantees authenticity",
    "guaranteed authentic",
    "not forged",
    "no sign of forgery",
    "no signs of forgery",
    "no sign of tampering",
    "no signs of tampering",
    "will be admitted",
    "must be admitted",
    "will be accepted by the court",
    "certified true by blockchain",
    "blockchain certified",
    "court grade",
    "judicial grade",
    "forensic grade",
    "globally recognised",
    "globally recognized",
    "recognised worldwide",
    "recognized worldwide",
];

fn chinese(text: &str) -> Vec<Found> {
    Folded::closed(text).search(Language::Zh, ZH, |before, after| {
        let denied = before.ends_with(['不', '未', '非', '勿']) || before.ends_with("不得");
        let technical = ["路径", "地址", "值"].iter().any(|w| after.starts_with(w));
        !(denied || technical)
    })
}

fn english(text: &str) -> Vec<Found> {
    // `100%` stands in the Chinese list too; one report is enough.
    let letters = |c: char| c.is_ascii_alphanumeric();
    let mut found = Folded::spaced(text).search(Language::En, EN, |before, after| {
        !before.ends_with(letters) && !after.starts_with(letters)
    });
    found.retain(|f| f.phrase != "100%");
    found
}

/// A text as it is compared, each character with its place in the original.
struct Folded {
    text: String,
    // One entry per byte of `text`: the range of the original character it came from.
    origin: Vec<(usize, usize)>,
}

impl Folded {
    /// Without any space: Chinese.
    fn closed(text: &str) -> Self {
        Self::fold(text, |_| None)
    }

    /// With every run of spaces and hyphens as one space: English.
    fn spaced(text: &str) -> Self {
        Self::fold(text, |c| (c != ZERO_WIDTH).then_some(' '))
    }

    fn fold(text: &str, gap: impl Fn(char) -> Option<char>) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            origin: Vec::with_capacity(text.len()),
        };
        for (start, original) in text.char_indices() {
            let place = (start, start + original.len_utf8());
            match simplify(original) {
                Simplified::Is(c) => folded.push(c, place),
                Simplified::Gap(c) => {
                    if let Some(space) = gap(c).filter(|s| !folded.text.ends_with(*s)) {
                        folded.push(space, place);
                    }
                }
            }
        }
        folded
    }

    fn push(&mut self, c: char, place: (usize, usize)) {
        self.text.push(c);
        self.origin.resize(self.text.len(), place);
    }

    fn search(
        &self,
        language: Language,
        phrases: &'static [&'static str],
        counts: impl Fn(&str, &str) -> bool,
    ) -> Vec<Found> {
        let mut found = Vec::new();
        for phrase in phrases {
            for (at, hit) in self.text.match_indices(phrase) {
                let end = at + hit.len();
                if !counts(&self.text[..at], &self.text[end..]) {
                    continue;
                }
                if let (Some(first), Some(last)) = (self.origin.get(at), self.origin.get(end - 1)) {
                    found.push(Found {
                        phrase,
                        language,
                        start: first.0,
                        end: last.1,
                    });
                }
            }
        }
        found
    }
}

const ZERO_WIDTH: char = '\u{200B}';

enum Simplified {
    Is(char),
    Gap(char),
}

fn simplify(c: char) -> Simplified {
    match c {
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}' => {
            Simplified::Gap(ZERO_WIDTH)
        }
        '-' | '\u{2010}'..='\u{2015}' | '_' => Simplified::Gap('-'),
        c if c.is_whitespace() => Simplified::Gap(' '),
        // Full-width forms of ASCII: U+FF01…U+FF5E.
        '\u{FF01}'..='\u{FF5E}' => {
            let narrow = char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c);
            match narrow {
                '-' | '_' => Simplified::Gap('-'),
                narrow => Simplified::Is(narrow.to_ascii_lowercase()),
            }
        }
        c => Simplified::Is(c.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(text: &str) -> Vec<&'static str> {
        forbidden_phrases(text)
            .into_iter()
            .map(|f| f.phrase)
            .collect()
    }

    #[test]
    fn r107_every_listed_phrase_is_found() {
        for phrase in ZH.iter().chain(EN) {
            assert!(
                phrases(&format!("前文 {phrase} 后文")).contains(phrase),
                "{phrase}"
            );
        }
    }

    #[test]
    fn r107_width_case_and_spaces_do_not_hide_a_phrase() {
        assert_eq!(phrases("准确率１００％"), ["100%"]);
        assert_eq!(phrases("数据不可 篡\u{200B}改"), ["不可篡改"]);
        assert_eq!(phrases("a Tamper-Proof record"), ["tamper proof"]);
        assert_eq!(phrases("globally\n  Recognised"), ["globally recognised"]);
        assert_eq!(phrases("im\u{200B}mutable"), ["immutable"]);
    }

    #[test]
    fn r107_a_denial_and_a_technical_term_pass() {
        assert_eq!(phrases("本处不证明内容真实"), [""; 0]);
        assert_eq!(phrases("文件位于绝对路径 /data"), [""; 0]);
        assert_eq!(phrases("the file was not changed after receipt"), [""; 0]);
        assert_eq!(phrases("于收到时已经存在且此后未被改动"), [""; 0]);
    }

    #[test]
    fn the_place_is_that_of_the_original_text() {
        let text = "记录不可 篡改。";
        let found = forbidden_phrases(text);
        assert_eq!(&text[found[0].start..found[0].end], "不可 篡改");
    }

    #[test]
    fn r068_chain_words_are_told_apart() {
        assert_eq!(chain_words("已上链，见区块链浏览器").len(), 2);
        assert_eq!(chain_words("an on-chain Blockchain record").len(), 2);
        assert_eq!(chain_words("本处登记日志，系本处自行记录"), []);
    }
}
