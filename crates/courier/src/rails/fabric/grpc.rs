//! Unary calls of gRPC: one message there, one message or one refusal back.
//!
//! The status of a call stands after the body, where the client does not look; only where there is no message does it
//! stand among the header fields. A refusal that came after a message would not be seen. Nothing rests on that: what
//! counts is the block.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use fidem_anchor::fabric::Message;

use crate::courier::{Answer, Tls};
use crate::rail::RailError;
use crate::{CourierError, Errand, Wire};

const TYPE: &str = "application/grpc";
/// Octets before a message: whether it is compressed, and its length.
const PREFIX: usize = 5;
/// Characters of a refusal that are kept. The words for a transaction that is not in a block need 260.
const LONGEST: usize = 600;
/// Servers write details with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Calls a method.
pub(super) fn call(
    wire: &mut Wire<'_>,
    tls: &Tls,
    url: &str,
    message: &[u8],
) -> Result<Vec<u8>, RailError> {
    let length = u32::try_from(message.len()).map_err(|_| unread("too long a message"))?;
    let body = [&[0], &length.to_be_bytes()[..], message].concat();
    let headers = [("te".to_owned(), "trailers".to_owned())];
    let errand = Errand::Post {
        body: &body,
        kind: TYPE,
        accept: TYPE,
        reply: Some(TYPE),
        headers: &headers,
    };
    answered(wire.ask_http2(tls, url, &errand)?)
}

fn answered(answer: Answer) -> Result<Vec<u8>, RailError> {
    if answer.status != 200 {
        return Err(RailError::Courier(CourierError::Status {
            code: answer.status,
        }));
    }
    let field = |name: &str| answer.headers.get(name).map(|value| value.as_bytes());
    let text = |name: &str| field(name).and_then(|value| std::str::from_utf8(value).ok());
    match text("grpc-status").map(str::parse::<i64>) {
        None | Some(Ok(0)) => {}
        Some(Ok(code)) => {
            let words = decoded(field("grpc-message").unwrap_or_default());
            let details = text("grpc-status-details-bin").map(details);
            let reason = [vec![words], details.unwrap_or_default()].concat();
            return Err(RailError::Refused {
                code,
                reason: shortened(&reason.join("; ")),
            });
        }
        Some(Err(_)) => return Err(unread("a status that is no number")),
    }
    let (prefix, message) = answer
        .body
        .split_at_checked(PREFIX)
        .ok_or_else(|| unread("no message"))?;
    let length = u32::try_from(message.len()).map_err(|_| unread("too long a message"))?;
    match prefix == [&[0], &length.to_be_bytes()[..]].concat() {
        true => Ok(message.to_vec()),
        false => Err(unread("not one whole message")),
    }
}

fn unread(what: &str) -> RailError {
    RailError::Answer {
        what: what.to_owned(),
    }
}

/// No longer than a person reads.
pub(super) fn shortened(words: &str) -> String {
    words.chars().take(LONGEST).collect()
}

/// What a server said, `%` and two digits for what is not printable.
fn decoded(words: &[u8]) -> String {
    let mut octets = Vec::new();
    let mut rest = words;
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).filter(|_| *first == b'%');
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(octet) => {
                octets.push(octet);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                octets.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// What the peers and orderers behind the Gateway said (`google.rpc.Status` of `gateway.ErrorDetail`); what cannot be read
/// is left out, it is for people.
fn details(text: &str) -> Vec<String> {
    let octets = BASE64.decode(text).unwrap_or_default();
    let all = Message::parse(&octets).and_then(|status| status.all(3));
    let told = all.unwrap_or_default().into_iter().filter_map(|detail| {
        let detail = Message::parse(detail).ok()?.message(2).ok()?;
        let (who, words) = (detail.text(2).ok()?, detail.text(3).ok()?);
        Some(format!("{who}: {words}"))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rails::fabric::protobuf::octets;
    use reqwest::header::HeaderMap;

    fn answer(fields: &[(&'static str, &str)], body: &[u8]) -> Answer {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.insert(*name, value.parse().unwrap());
        }
        Answer {
            status: 200,
            headers,
            body: body.to_vec(),
        }
    }

    #[test]
    fn one_whole_message_is_read() {
        assert_eq!(answered(answer(&[], b"\0\0\0\0\0")), Ok(Vec::new()));
        assert_eq!(answered(answer(&[], b"\0\0\0\0\x02ab")), Ok(b"ab".to_vec()));
        for wrong in [
            &b""[..],
            b"\0\0\0",
            b"\0\0\0\0\x02a",
            b"\0\0\0\0\x01ab",
            b"\x01\0\0\0\x02ab",
        ] {
            let read = answered(answer(&[], wrong));
            assert!(matches!(read, Err(RailError::Answer { .. })), "{read:?}");
        }
        assert!(answered(answer(&[("grpc-status", "x")], b"\0\0\0\0\0")).is_err());
    }

    #[test]
    fn a_refusal_is_read_with_its_details() {
        let detail = [
            octets(1, b"peer:7051"),
            octets(2, b"PeerMSP"),
            octets(3, b"no such"),
        ];
        let any = octets(2, &detail.concat());
        let status = BASE64.encode(octets(3, &any));
        for status in [status.trim_end_matches('='), &*status] {
            let refused = answered(answer(
                &[
                    ("grpc-status", "10"),
                    ("grpc-message", "50%25 caf%C3%A9 %zz%"),
                    ("grpc-status-details-bin", status),
                ],
                b"",
            ));
            let reason = "50% café %zz%; PeerMSP: no such".to_owned();
            assert_eq!(refused, Err(RailError::Refused { code: 10, reason }));
        }
        let long = "x".repeat(9000);
        let refused = answered(answer(
            &[("grpc-status", "2"), ("grpc-message", &long)],
            b"",
        ));
        assert!(
            matches!(refused, Err(RailError::Refused { reason, .. }) if reason.len() == LONGEST)
        );
    }
}
