//! Fields of a form as they stand in a body or query: names, and where the octets of the value are.

use std::ops::Range;

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Decoded, lossy where it is not UTF-8.
    pub(crate) name: String,
    /// The octets of the value as they stand.
    pub(crate) value: Range<usize>,
}

/// The fields of `name=value&…`, `value` still escaped.
pub(crate) fn urlencoded(bytes: &[u8]) -> Vec<Field> {
    let mut out = Vec::new();
    let mut start = 0;
    for pair in bytes.split(|b| matches!(b, b'&' | b';')) {
        let end = start + pair.len();
        if let Some(eq) = pair.iter().position(|b| *b == b'=') {
            out.push(Field {
                name: decoded(&pair[..eq]),
                value: start + eq + 1..end,
            });
        }
        start = end + 1;
    }
    out
}

/// `+` and percent escapes resolved.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    let spaced: Vec<u8> = bytes
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    let plain = crate::cdxj::unescape_once(&spaced);
    String::from_utf8_lossy(&plain).into_owned()
}

/// The boundary of a `multipart/…` type (RFC 2046 §5.1.1).
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let at = lower.find("boundary=")? + "boundary=".len();
    let rest = content_type.get(at..)?;
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(';').next()?.trim(),
    };
    (!value.is_empty() && value.len() <= 256).then(|| value.to_owned())
}

/// The parts of a multipart body that have a name (RFC 7578); `None` where the closing boundary is missing.
pub(crate) fn multipart(body: &[u8], boundary: &str) -> Option<Vec<Field>> {
    let mark = format!("--{boundary}").into_bytes();
    let mut at = find(body, &mark, 0)? + mark.len();
    let mut out = Vec::new();
    loop {
        match body.get(at..)? {
            [b'-', b'-', ..] => return Some(out),
            [b'\r', b'\n', ..] => at += 2,
            _ => return None,
        }
        let end = find(body, &[b"\r\n", &mark[..]].concat(), at.saturating_sub(2))?;
        let part = body.get(at..end).unwrap_or_default();
        let head = crate::http::head_end(part).or_else(|| empty_head(part));
        let named = head.and_then(|h| Some((h, name(part.get(..h)?)?)));
        if let Some((head, name)) = named {
            out.push(Field {
                name,
                value: at + head..end,
            });
        }
        at = end + 2 + mark.len();
    }
}

/// A part may have no field at all before its empty line.
fn empty_head(part: &[u8]) -> Option<usize> {
    part.starts_with(b"\r\n").then_some(2)
}

fn name(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let line = text
        .split("\r\n")
        .find(|l| l.to_ascii_lowercase().starts_with("content-disposition:"))?;
    line.split(';').find_map(|parameter| {
        let value = parameter.trim().strip_prefix("name=")?;
        Some(value.trim_matches('"').to_owned())
    })
}

pub(crate) fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let found = bytes
        .get(from..)?
        .windows(what.len())
        .position(|w| w == what)?;
    Some(from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let body = b"user=a&pass+word=%31%32&x&y=";
        let found = urlencoded(body);
        let names: Vec<_> = found
            .iter()
            .map(|f| (f.name.as_str(), &body[f.value.clone()]))
            .collect();
        assert_eq!(
            names,
            [("user", &b"a"[..]), ("pass word", b"%31%32"), ("y", b"")]
        );
    }

    #[test]
    fn parts() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--B\r\nContent-Disposition: \
            form-data; name=b; filename=f\r\nContent-Type: text/plain\r\n\r\n\r\n--B--\r\n";
        let found = multipart(body, "B").expect("closed");
        assert_eq!(found[0].name, "a");
        assert_eq!(&body[found[0].value.clone()], b"one");
        assert_eq!(found[1].name, "b");
        assert!(found[1].value.is_empty());
        assert_eq!(multipart(&body[..body.len() - 8], "B"), None);
        assert_eq!(
            boundary("multipart/form-data; boundary=\"a b\"; x=y").as_deref(),
            Some("a b")
        );
    }
}
