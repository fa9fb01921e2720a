//! The little HTTP/1.1 the checks need (RFC 9110): a date and a public address, in clear, as weak extras.

use std::net::IpAddr;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// A request for the head, or the whole, of a page.
pub(crate) fn request(method: &str, host: &str, path: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes()
}

/// The `Date` field in seconds since 1970.
pub(crate) fn date(reply: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(reply);
    let (head, _) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let line = head.lines().find(|line| {
        line.get(..5)
            .is_some_and(|n| n.eq_ignore_ascii_case("date:"))
    })?;
    let value = line.get(5..)?.trim().replace("GMT", "+0000");
    OffsetDateTime::parse(&value, &Rfc2822)
        .ok()
        .map(OffsetDateTime::unix_timestamp)
}

/// The first address in the body.
pub(crate) fn address(reply: &[u8]) -> Option<IpAddr> {
    let text = String::from_utf8_lossy(reply);
    let (_, body) = text.split_once("\r\n\r\n")?;
    body.split(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':')))
        .find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_and_address_are_found() {
        let reply = b"HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 2026 00:00:05 GMT\r\n\r\n{\"ip\":\"203.0.113.9\"}";
        assert_eq!(date(reply), Some(1_767_225_605));
        assert_eq!(address(reply), Some("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn what_is_not_there_is_not_invented() {
        assert_eq!(
            date(b"HTTP/1.1 200 OK\r\n\r\nDate: Thu, 01 Jan 2026 00:00:05 GMT"),
            None
        );
        assert_eq!(
            address(b"HTTP/1.1 200 OK\r\nX: 203.0.113.9\r\n\r\nnone"),
            None
        );
    }
}
