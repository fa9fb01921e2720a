//! Sort-friendly addresses (SURT) as `cdxj-indexer` and pywb form them.
//!
//! Lower case throughout; host reversed with commas, a leading `www.` or `www2.` dropped; no user, no default port, no
//! fragment; path normalised, no slash at its end; query sorted. So that different addresses may share a key: whoever
//! looks up compares the address too. Two rules of that tool are left out: names of hosts beyond ASCII are escaped, not
//! turned to Punycode (a browser has done that), and session ids of old servers stay.

/// The key of an address.
#[must_use]
pub fn surt(url: &str) -> String {
    let cleaned: String = url
        .trim()
        .chars()
        .filter(|c| !matches!(c, '\n' | '\r' | '\t'))
        .collect();
    let with_scheme = match scheme(&cleaned) {
        Some(_) => cleaned,
        None => format!("http://{cleaned}"),
    };
    let (scheme, rest) = with_scheme.split_once(':').unwrap_or(("http", ""));
    let rest = rest.split('#').next().unwrap_or("");
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let mut out = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = match rest.find('/') {
                Some(i) => rest.split_at(i),
                None => (rest, ""),
            };
            format!(
                "{}){}",
                self::authority(scheme, authority),
                self::path(path)
            )
        }
        None => format!("{scheme}:{}", opaque(rest)),
    };
    if let Some(query) = query.map(self::query).filter(|q| !q.is_empty()) {
        out.push('?');
        out.push_str(&query);
    }
    out
}

fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let rest = scheme.strip_prefix(|c: char| c.is_ascii_alphabetic())?;
    rest.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        .then_some(scheme)
}

fn authority(scheme: &str, authority: &str) -> String {
    let host = authority.rsplit('@').next().unwrap_or(authority);
    // the colons of an IPv6 address are not the one before a port
    let (name, port) = match host.rfind(':') {
        Some(i) if !host[i..].contains(']') => (&host[..i], &host[i + 1..]),
        _ => (host, ""),
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let name = escape(&unescape(name.as_bytes()).to_ascii_lowercase());
    let name = name.replace("..", ".");
    let mut labels: Vec<&str> = without_www(name.trim_matches('.')).split('.').collect();
    labels.reverse();
    let default = matches!(
        (scheme.to_ascii_lowercase().as_str(), port),
        (_, "") | ("http", "80") | ("https", "443")
    );
    match default {
        true => labels.join(","),
        false => format!("{}:{port}", labels.join(",")),
    }
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www")
        .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()))
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(host)
}

/// Without `.` and `..`, repeated slashes, and a slash at the end.
fn path(path: &str) -> String {
    let path = unescape(path.as_bytes());
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path.split(|b| *b == b'/').skip(1) {
        match segment {
            b"." => {}
            b".." if !kept.is_empty() => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let last = kept.len().saturating_sub(1);
    let mut out = vec![b'/'];
    for (i, segment) in kept.iter().enumerate() {
        out.extend_from_slice(segment);
        if i < last && !segment.is_empty() {
            out.push(b'/');
        }
    }
    shortened(escape(&out).to_ascii_lowercase())
}

/// The rest of an address without a host, `urn:…` for instance.
fn opaque(rest: &str) -> String {
    shortened(escape(&unescape(rest.as_bytes())).to_ascii_lowercase())
}

fn shortened(mut path: String) -> String {
    if path.len() > 1 && path.ends_with('/') {
        path.pop();
    }
    path
}

fn query(query: &str) -> String {
    let text = escape(&unescape(query.as_bytes())).to_ascii_lowercase();
    let mut pairs: Vec<Vec<&str>> = text
        .split('&')
        .map(|p| p.splitn(2, '=').collect())
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|p| p.join("=")).collect();
    pairs.join("&")
}

/// Percent escapes resolved until none is left. Each round shortens the text, so there are at most half as many rounds
/// as octets; a text made to need many is cut off.
fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..64 {
        let next = unescape_once(&bytes);
        if next.len() == bytes.len() {
            break;
        }
        bytes = next;
    }
    bytes
}

pub(crate) fn unescape_once(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = match (byte, bytes.get(at + 1), bytes.get(at + 2)) {
            (b'%', Some(high), Some(low)) => nibble(*high).zip(nibble(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

/// Escapes what is not printable ASCII, and `#` and `%`.
fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'#' | b'%' => out.push_str(&format!("%{byte:02X}")),
            b'!'..=b'~' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `surt` 0.3.1 answers, the crate under `cdxj-indexer`.
    #[test]
    fn golden() {
        for (url, key) in [
            ("http://www.Example.com", "com,example)/"),
            (
                "https://www2.example.com:443/A/./b//../C/?B=2&a=1&A#x",
                "com,example)/a/b/c?a&a=1&b=2",
            ),
            ("https://user:pw@example.com:8443/x/", "com,example:8443)/x"),
            ("https://example.com/?", "com,example)/"),
            (
                "https://example.com/a%2525b%20c?q=%E4%B8%AD",
                "com,example)/a%25b%20c?q=%e4%b8%ad",
            ),
            (
                "http://127.0.0.1:8801/index.html",
                "1,0,0,127:8801)/index.html",
            ),
            ("urn:fidem:Shot/Full", "urn:fidem:shot/full"),
            ("https://example.com/中", "com,example)/%e4%b8%ad"),
            ("https://[::1]:8080/x", "::1:8080)/x"),
            (
                "https://example.com/a//b///?b=1&&c",
                "com,example)/a/b?&b=1&c",
            ),
        ] {
            assert_eq!(surt(url), key, "{url}");
        }
    }
}
