//! A request, read and taken apart.

use std::sync::Arc;

use crate::{Endpoint, Scheme};

/// A request as a site sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, case as sent.
    pub method: String,
    /// The request target as sent.
    pub target: String,
    /// The minor version of HTTP/1.
    pub minor: u8,
    /// Names as sent and values without the white space around them, in order.
    pub fields: Vec<(String, Vec<u8>)>,
    /// The head as received, with its empty line.
    pub head: Vec<u8>,
    /// The body, chunk framing taken off.
    pub body: Vec<u8>,
    /// Plain or TLS.
    pub scheme: Scheme,
    /// Which of the listeners took it.
    pub listener: usize,
    /// All listeners of the server, in the order in which they were asked for.
    pub endpoints: Arc<[Endpoint]>,
    /// The number of its connection in the transcript.
    pub connection: usize,
}

impl Request {
    /// The value of the first field of that name, whatever the case, if it is text.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// How many fields have that name.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.fields
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .count()
    }

    /// Whether a field lists a token (RFC 9110 §5.6.1), whatever the case.
    pub fn lists(&self, name: &str, token: &str) -> bool {
        self.fields
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
            .flat_map(|value| value.split(','))
            .any(|item| item.trim().eq_ignore_ascii_case(token))
    }

    /// The path of the target, without origin and query.
    pub fn path(&self) -> &str {
        let origin_form = match self.target.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => &self.target,
        };
        origin_form.split(['?', '#']).next().unwrap_or_default()
    }

    /// What follows the first question mark of the target.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The host that is asked for, without its port: of the target where that has one (RFC 9112
    /// §3.2.2), else of `Host`. The client wrote it; nothing vouches for it.
    pub fn host(&self) -> Option<&str> {
        let authority = match self.target.split_once("://") {
            Some((_, rest)) => rest.split(['/', '?', '#']).next(),
            None => self.field("Host"),
        }?;
        if authority.starts_with('[') {
            return authority.find(']').map(|end| &authority[..=end]);
        }
        authority.split(':').next()
    }

    /// The origin of the listener that took the request, under the host that was asked for.
    pub fn origin(&self) -> String {
        match (self.endpoints.get(self.listener), self.host()) {
            (Some(endpoint), Some(host)) => endpoint.origin_as(host),
            (Some(endpoint), None) => endpoint.origin(),
            (None, _) => String::new(),
        }
    }

    /// Whether the client wants the connection kept (RFC 9112 §9.3).
    pub(crate) fn keeps_alive(&self) -> bool {
        if self.lists("Connection", "close") {
            return false;
        }
        self.minor >= 1 || self.lists("Connection", "keep-alive")
    }
}

/// Takes a head apart; says what is wrong with it otherwise (RFC 9112 §3, §5).
pub(crate) fn parse(head: &[u8]) -> Result<Parsed, &'static str> {
    let text = head.strip_suffix(b"\r\n\r\n").ok_or("no empty line")?;
    let mut lines = text.split(|&octet| octet == b'\n');
    let line = lines.next().map(without_return).unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_| "request line is no text")?;
    let parts: Vec<&str> = line.split(' ').collect();
    let [method, target, version] = parts[..] else {
        return Err("request line has not three parts");
    };
    let minor = match version {
        "HTTP/1.1" => 1,
        "HTTP/1.0" => 0,
        _ => return Err("version is not HTTP/1"),
    };
    if method.is_empty() || target.is_empty() {
        return Err("request line has an empty part");
    }
    Ok(Parsed {
        method: method.to_owned(),
        target: target.to_owned(),
        minor,
        fields: lines.map(field).collect::<Result<_, _>>()?,
    })
}

/// What a head says.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) minor: u8,
    pub(crate) fields: Vec<(String, Vec<u8>)>,
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn field(line: &[u8]) -> Result<(String, Vec<u8>), &'static str> {
    let line = without_return(line);
    let colon = line.iter().position(|&octet| octet == b':');
    let colon = colon.ok_or("field without colon")?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    // a folded line begins with white space, which no name may hold (RFC 9112 §5.2)
    if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
        return Err("field name is no token");
    }
    let name = String::from_utf8_lossy(name).into_owned();
    Ok((name, value.trim_ascii().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_smuggles_is_refused() {
        for (head, reason) in [
            ("GET / HTTP/1.1\r\nA : b\r\n\r\n", "field name is no token"),
            (
                "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
                "field without colon",
            ),
            (
                "GET / HTTP/1.1\r\nA: b\r\n c: d\r\n\r\n",
                "field name is no token",
            ),
            (
                "GET  / HTTP/1.1\r\n\r\n",
                "request line has not three parts",
            ),
            ("GET / HTTP/2\r\n\r\n", "version is not HTTP/1"),
            ("GET / HTTP/1.1\r\n", "no empty line"),
        ] {
            assert_eq!(parse(head.as_bytes()).unwrap_err(), reason, "{head:?}");
        }
    }

    #[test]
    fn fields_keep_order_and_case() {
        let parsed = parse(b"POST /a?b HTTP/1.0\r\nhOst: x\r\nB:\r\nB:  2 \r\n\r\n").unwrap();
        assert_eq!((parsed.method.as_str(), parsed.minor), ("POST", 0));
        let fields: Vec<(&str, &[u8])> = parsed
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        assert_eq!(fields, [("hOst", &b"x"[..]), ("B", b""), ("B", b"2")]);
    }
}
