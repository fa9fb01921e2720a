//! The body of a `POST` or `PUT` as part of an address, as `cdxj-indexer` appends it: `__wb_method=POST&…`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::cdxj::surt::unescape_once;
use crate::form;
use crate::http::{Head, split};

/// Longest query that a body becomes, in characters.
const MAX_QUERY: usize = 4096;

/// Method and query of a request message with a body that belongs to its address; `None` for other methods and for
/// what is no request.
#[must_use]
pub fn request_query(block: &[u8]) -> Option<(String, String)> {
    let (head, body) = split(block)?;
    let head = Head::parse(head);
    let method = head.method()?.to_ascii_uppercase();
    if !matches!(method.as_str(), "POST" | "PUT") {
        return None;
    }
    let query = of_body(head.field("content-type").unwrap_or(""), body);
    Some((method, query.chars().take(MAX_QUERY).collect()))
}

/// The address that stands for a request with a body.
#[must_use]
pub fn append_body(url: &str, method: &str, query: &str) -> String {
    let join = if url.contains('?') { '&' } else { '?' };
    match query.is_empty() {
        true => format!("{url}{join}__wb_method={method}"),
        false => format!("{url}{join}__wb_method={method}&{query}"),
    }
}

fn of_body(content_type: &str, body: &[u8]) -> String {
    let is = |prefix| content_type.starts_with(prefix);
    if is("application/x-www-form-urlencoded") {
        match std::str::from_utf8(body) {
            Ok(text) => plus_decoded(text),
            Err(_) => binary(body),
        }
    } else if is("multipart/") {
        match form::boundary(content_type).and_then(|b| form::multipart(body, &b)) {
            Some(parts) => encoded(parts.iter().map(|part| {
                (
                    part.name.as_str(),
                    body.get(part.value.clone()).unwrap_or_default(),
                )
            })),
            None => binary(body),
        }
    } else if is("application/json") {
        of_json(body).unwrap_or_default()
    } else if is("text/plain") {
        of_json(body).unwrap_or_else(|| binary(body))
    } else {
        binary(body)
    }
}

fn plus_decoded(text: &str) -> String {
    let bytes = unescape_once(text.replace('+', " ").as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn binary(body: &[u8]) -> String {
    format!("__wb_post_data={}", STANDARD.encode(body))
}

/// One JSON text, or one on each line.
fn of_json(body: &[u8]) -> Option<String> {
    let mut leaves = Leaves::default();
    match serde_json::from_slice::<Json>(body) {
        Ok(value) => leaves.add(&value, ""),
        Err(_) if body.contains(&b'\n') => {
            for line in body.split(|b| *b == b'\n') {
                leaves.add(&serde_json::from_slice::<Json>(line).ok()?, "");
            }
        }
        Err(_) => return None,
    }
    Some(encoded(
        leaves.0.iter().map(|(k, v)| (k.as_str(), v.as_bytes())),
    ))
}

/// Named values of a JSON text; a name met again is numbered.
#[derive(Default)]
struct Leaves(Vec<(String, String)>);

impl Leaves {
    fn add(&mut self, value: &Json, name: &str) {
        match value {
            Json::Object(members) => members.iter().for_each(|(name, v)| self.add(v, name)),
            Json::Array(items) => items.iter().for_each(|v| self.add(v, name)),
            Json::Leaf(_) if name.is_empty() => {}
            Json::Leaf(text) => self.leaf(name, text),
        }
    }

    fn leaf(&mut self, name: &str, text: &str) {
        // the query is cut anyway; more names than characters would only take time
        if self.0.len() >= MAX_QUERY {
            return;
        }
        let again = format!("{name}.");
        let numbered = |k: &str| k.strip_prefix(&again).is_some_and(|n| n.ends_with('_'));
        let met = self
            .0
            .iter()
            .filter(|(k, _)| k == name || numbered(k))
            .count();
        let key = match met {
            0 => name.to_owned(),
            n => format!("{name}.{}_", n + 1),
        };
        self.0.push((key, text.to_owned()));
    }
}

/// A JSON text in the order of its members, its leaves as Python prints them.
enum Json {
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    Leaf(String),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Json, E> {
        Ok(Json::Leaf(if v { "True" } else { "False" }.to_owned()))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Json, E> {
        Ok(Json::Leaf(v.to_string()))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Json, E> {
        Ok(Json::Leaf(v.to_string()))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Json, E> {
        Ok(Json::Leaf(format!("{v:?}")))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Json, E> {
        Ok(Json::Leaf(v.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Leaf("None".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = seq.next_element()? {
            out.push(item);
        }
        Ok(Json::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut out = Vec::new();
        while let Some(member) = map.next_entry()? {
            out.push(member);
        }
        Ok(Json::Object(out))
    }
}

/// `application/x-www-form-urlencoded` as Python's `urlencode` spells it.
fn encoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", quoted(name.as_bytes()), quoted(value)))
        .collect();
    pairs.join("&")
}

pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'.' | b'-' | b'~' => {
                out.push(char::from(*byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(content_type: &str, body: &str) -> String {
        let block = format!("POST /x HTTP/1.1\r\nContent-Type: {content_type}\r\n\r\n{body}");
        request_query(block.as_bytes()).expect("a POST").1
    }

    /// What `cdxj-indexer` 1.5.0 makes of the same bodies.
    #[test]
    fn golden() {
        assert_eq!(
            query("application/x-www-form-urlencoded", "a=1&b=%20+x"),
            "a=1&b=  x"
        );
        assert_eq!(
            query(
                "application/json",
                r#"{"b":{"a":1,"c":[true,null,"é"]},"a":2.5}"#
            ),
            "a=1&c=True&c.2_=None&c.3_=%C3%A9&a.2_=2.5"
        );
        assert_eq!(
            query("application/octet-stream", "\u{1}"),
            "__wb_post_data=AQ=="
        );
        assert_eq!(query("application/json", "{"), "");
        assert_eq!(
            query(
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1 2\r\n--x--\r\n"
            ),
            "a=1+2"
        );
        assert_eq!(
            append_body("http://a/?x", "PUT", ""),
            "http://a/?x&__wb_method=PUT"
        );
    }

    #[test]
    fn only_bodies_that_belong_to_the_address() {
        assert_eq!(request_query(b"GET / HTTP/1.1\r\n\r\n"), None);
        assert_eq!(request_query(b"HTTP/1.1 200 OK\r\n\r\n"), None);
    }
}
