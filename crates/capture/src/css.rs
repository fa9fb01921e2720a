//! What a style sheet refers to (CSS Syntax Level 3 §4.3: `url(…)`, and strings after `@import`). A reader of tokens, not
//! of rules: it finds every address a browser could fetch for this sheet, used or not.

/// The addresses as written, in order.
pub(crate) fn addresses(sheet: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sheet;
    let mut importing = false;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("/*") {
            rest = after.split_once("*/").map_or("", |(_, tail)| tail);
        } else if first == '"' || first == '\'' {
            let (string, tail) = string(rest, first);
            found.extend(importing.then_some(string));
            importing = false;
            rest = tail;
        } else if starts(rest, "@import") {
            importing = true;
            rest = rest.get(7..).unwrap_or_default();
        } else if starts(rest, "url(") {
            importing = false;
            let (address, tail) = address(rest.get(4..).unwrap_or_default());
            found.push(address);
            rest = tail;
        } else {
            importing &= first != ';';
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    found.retain(|a| !a.is_empty());
    found
}

fn starts(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// The content of `url(`: quoted or bare.
fn address(text: &str) -> (String, &str) {
    let text = text.trim_start();
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (content, tail) = string(text, quote);
        return (content, tail.trim_start().strip_prefix(')').unwrap_or(tail));
    }
    let (content, tail) = text.split_once(')').unwrap_or((text, ""));
    (unescape(content.trim()), tail)
}

/// A quoted string at the start of `text`, and what follows it.
fn string(text: &str, quote: char) -> (String, &str) {
    let body = text.get(1..).unwrap_or_default();
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        if c == quote && !escaped {
            let tail = body.get(at + 1..).unwrap_or_default();
            return (unescape(body.get(..at).unwrap_or_default()), tail);
        }
        escaped = c == '\\' && !escaped;
    }
    (unescape(body), "")
}

/// Escapes undone (§4.3.7).
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut code = String::new();
        while let Some(digit) = chars.next_if(|c| c.is_ascii_hexdigit() && code.len() < 6) {
            code.push(digit);
        }
        if code.is_empty() {
            out.extend(chars.next().filter(|c| *c != '\n'));
            continue;
        }
        chars.next_if(|c| c.is_ascii_whitespace());
        let number = u32::from_str_radix(&code, 16).unwrap_or_default();
        out.push(char::from_u32(number).unwrap_or('\u{fffd}'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_naming_an_address_is_found_and_comments_are_not() {
        let sheet = r#"/* url(no.png) @import "no.css"; */
            @import "a.css"; @import url('b.css') screen; @charset "utf-8";
            .x { background: URL( c.png ), url("d e.png"); content: "url(no.png)" }
            .y { mask: url(f\28 1\29.svg) } @font-face { src: url(g.woff2?#x) format("woff2") }"#;
        assert_eq!(
            addresses(sheet),
            [
                "a.css",
                "b.css",
                "c.png",
                "d e.png",
                "f(1).svg",
                "g.woff2?#x"
            ]
        );
    }

    #[test]
    fn torn_sheets_end() {
        for sheet in ["url(", "url(\"a", "@import", "/*", "'", "\\", "url(a\\"] {
            addresses(sheet);
        }
    }
}
