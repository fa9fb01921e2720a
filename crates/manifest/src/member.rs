//! Names of evidence members: readable by people, safe on every system.

/// Longest file name kept, in bytes, so that a number and folder still fit every file system's 255.
const MAX_NAME_BYTES: usize = 150;

/// The member that holds an item's bytes: `evidence/0001-name`.
///
/// The number makes it unique; the literal name stands in the item's record.
#[must_use]
pub fn evidence_member(number: u32, name: &str) -> String {
    format!("evidence/{number:04}-{}", safe_name(name))
}

/// A file name without anything that a path, shell listing or another system could take amiss.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let cleaned: String = name
        .chars()
        .map(|c| if unsafe_char(c) { '_' } else { c })
        .collect();
    let (stem, extension) = match cleaned.rsplit_once('.') {
        Some((stem, ext)) if !stem.is_empty() && ext.len() <= 16 => (stem, format!(".{ext}")),
        _ => (cleaned.as_str(), String::new()),
    };
    let mut short = String::new();
    for c in stem.chars() {
        if short.len() + c.len_utf8() + extension.len() > MAX_NAME_BYTES {
            break;
        }
        short.push(c);
    }
    let whole = short + &extension;
    let trimmed = whole.trim_end_matches([' ', '.']);
    match trimmed.is_empty() {
        true => "_".to_owned(),
        false => trimmed.to_owned(),
    }
}

fn unsafe_char(c: char) -> bool {
    let invisible = matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control()
        || invisible
        || matches!(
            c,
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '$' | '`' | '\''
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_readable_and_harmless() {
        assert_eq!(
            evidence_member(1, "合同（一）.docx"),
            "evidence/0001-合同（一）.docx"
        );
        assert_eq!(safe_name("../../etc/passwd"), ".._.._etc_passwd");
        assert_eq!(safe_name("a\nb\\c.txt"), "a_b_c.txt");
        assert_eq!(safe_name("..."), "_");
        assert_eq!(safe_name("gpj.\u{202e}exe"), "gpj._exe");
    }

    #[test]
    fn long_names_keep_their_extension_and_whole_characters() {
        let long = "证".repeat(100) + ".pdf";
        let safe = safe_name(&long);
        assert!(safe.len() <= MAX_NAME_BYTES && safe.ends_with("证.pdf"));
    }
}
