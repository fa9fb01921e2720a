//! ISO 19005-3 level A and ISO 14289-1 judged on the finished bytes.

use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};

use crate::CertificateError;

/// Result of the examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conformance {
    /// PDF/A-3a.
    pub pdf_a_3a: bool,
    /// PDF/UA-1.
    pub pdf_ua_1: bool,
    /// Rules broken, each with its number; empty when both hold.
    pub failures: Vec<String>,
}

/// Examines a PDF against both standards.
///
/// # Errors
/// [`CertificateError::Examination`] when the bytes are no PDF or exceed the examiner's limits.
pub fn check_conformance(pdf: &[u8]) -> Result<Conformance, CertificateError> {
    let pdf_a = judge(pdf, ValidationProfile::PdfA3a, "3a")?;
    let pdf_ua = judge(pdf, ValidationProfile::PdfUa1, "ua1")?;
    Ok(Conformance {
        pdf_a_3a: pdf_a.is_empty(),
        pdf_ua_1: pdf_ua.is_empty(),
        failures: pdf_a.into_iter().chain(pdf_ua).collect(),
    })
}

fn judge(
    pdf: &[u8],
    profile: ValidationProfile,
    label: &str,
) -> Result<Vec<String>, CertificateError> {
    let options = ValidationOptions::default().profile(profile);
    let report = validate_pdf_bytes(pdf, &options).map_err(|e| CertificateError::Examination {
        reason: e.to_string(),
    })?;
    // The examiner reads back from `endstream`: a stream whose own last byte is CR before the LF that ends it looks one
    // byte short to it, which one compressed stream in 256 is. Reading forward from /Length is exact.
    let doubtful = |rule: &str| rule.ends_with(STREAM_LENGTH) && lengths_are_exact(pdf);
    let failures = report.failures.iter().filter(|f| !doubtful(&f.rule_id));
    Ok(failures.map(|f| format!("{label} {f}")).collect())
}

/// ISO 19005-3 § 6.1.7.1: /Length is the number of bytes up to the end-of-line marker before `endstream`.
const STREAM_LENGTH: &str = "6.1.7.1:1";

/// Whether every stream, read forward, has `endstream` right after /Length bytes and one end-of-line marker. A stream
/// whose length is an indirect object leaves the question open and answers no.
fn lengths_are_exact(pdf: &[u8]) -> bool {
    // `rest` begins after the last stream; what of it was searched already has no keyword in it.
    let (mut rest, mut searched) = (pdf, 0);
    while let Some(at) = find(&rest[searched..], b"stream") {
        let at = searched + at;
        let (before, after) = (&rest[..at], &rest[at + b"stream".len()..]);
        let Some(body) = strip_eol(after).filter(|_| before.trim_ascii_end().ends_with(b">>"))
        else {
            // The word inside a name, a comment or a string, such as application/octet-stream, not the keyword.
            searched = at + b"stream".len();
            continue;
        };
        let end = declared_length(before).and_then(|length| body.get(length..));
        let closed = end.and_then(|end| strip_eol(end)?.strip_prefix(b"endstream"));
        match closed {
            Some(next) => (rest, searched) = (next, 0),
            None => return false,
        }
    }
    true
}

/// The direct /Length of the dictionary that ends here.
fn declared_length(before: &[u8]) -> Option<usize> {
    let dictionary = &before[rfind(before, b" obj")?..];
    let value = &dictionary[rfind(dictionary, b"/Length ")? + b"/Length ".len()..];
    let digits = value.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, tail) = value.split_at(digits);
    // `/Length 5 0 R` is a reference.
    let indirect = tail
        .trim_ascii_start()
        .first()
        .is_some_and(u8::is_ascii_digit);
    let number = std::str::from_utf8(number).ok().filter(|_| !indirect)?;
    number.parse().ok()
}

fn strip_eol(bytes: &[u8]) -> Option<&[u8]> {
    let crlf = bytes.strip_prefix(b"\r\n");
    crlf.or_else(|| bytes.strip_prefix(b"\n"))
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|w| w == word)
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|w| w == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(length: &str, content: &str) -> Vec<u8> {
        let text = format!(
            "%PDF-1.7\n% a stream of words\n1 0 obj\n<<\n  /Length {length}\n  /Type /X\n>>\nstream\n{content}\nendstream\nendobj\n"
        );
        text.into_bytes()
    }

    #[test]
    fn lengths_are_read_forward() {
        assert!(lengths_are_exact(&stream("3", "abc")));
        assert!(lengths_are_exact(&stream("3", "ab\r")));
        let attachment = stream("3\n  /Subtype /application#2Foctet-stream", "ab\r");
        assert!(lengths_are_exact(&attachment));
        assert!(lengths_are_exact(&stream("19", "x stream\nendstream\n")));
        assert!(!lengths_are_exact(&stream("2", "abc")));
        assert!(!lengths_are_exact(&stream("4", "abc")));
        assert!(!lengths_are_exact(&stream("5 0 R", "abcde")));
        assert!(!lengths_are_exact(&stream("999999", "abc")));
    }

    #[test]
    fn what_is_no_pdf_cannot_be_examined() {
        assert!(matches!(
            check_conformance(b"hello"),
            Err(CertificateError::Examination { .. })
        ));
    }
}
