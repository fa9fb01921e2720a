//! Questions for addresses and their answers (RFC 1035 §4, RFC 3596).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const HEADER: usize = 12;
const CLASS_IN: u16 = 1;
/// Records read from one answer; resolvers rarely send more than a dozen.
const MAX_RECORDS: u16 = 128;

/// Which addresses are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    A,
    Aaaa,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
        }
    }

    fn code(self) -> u16 {
        match self {
            Self::A => 1,
            Self::Aaaa => 28,
        }
    }
}

/// What a resolver answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Response code (RFC 1035 §4.1.1): 0 no error, 3 no such name.
    pub code: u8,
    /// The addresses.
    pub addresses: Vec<IpAddr>,
}

/// Why bytes are no answer to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DnsError {
    #[error("the answer ends early")]
    Short,
    #[error("the answer belongs to another question")]
    Foreign,
    #[error("the answer was cut for its size")]
    Truncated,
}

/// A question with recursion desired; `None` when the name cannot be one.
pub(crate) fn question(id: u16, host: &str, kind: Kind) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(HEADER + host.len() + 6);
    out.extend(id.to_be_bytes());
    out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in host.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|n| (1..=63).contains(n))?;
        out.push(length);
        out.extend(label.as_bytes());
    }
    out.push(0);
    out.extend(kind.code().to_be_bytes());
    out.extend(CLASS_IN.to_be_bytes());
    (out.len() <= HEADER + 255 + 4).then_some(out)
}

/// Reads the answer to `question`.
pub(crate) fn answer(question: &[u8], reply: &[u8]) -> Result<Answer, DnsError> {
    if reply.len() < question.len() {
        return Err(DnsError::Short);
    }
    if !belongs(question, reply) {
        return Err(DnsError::Foreign);
    }
    if reply[2] & 0x02 != 0 {
        return Err(DnsError::Truncated);
    }
    let count = u16::from_be_bytes([reply[6], reply[7]]).min(MAX_RECORDS);
    let mut addresses = Vec::new();
    let mut at = question.len();
    for _ in 0..count {
        let (found, next) = record(reply, at)?;
        addresses.extend(found);
        at = next;
    }
    Ok(Answer {
        code: reply[3] & 0x0f,
        addresses,
    })
}

/// Same number, marked as answer, and the question repeated (letters may change case on the way).
fn belongs(question: &[u8], reply: &[u8]) -> bool {
    question.len() > HEADER
        && reply[..2] == question[..2]
        && reply[2] & 0x80 != 0
        && reply[4..6] == [0, 1]
        && reply[HEADER..question.len()].eq_ignore_ascii_case(&question[HEADER..])
}

fn record(reply: &[u8], at: usize) -> Result<(Option<IpAddr>, usize), DnsError> {
    let at = skip_name(reply, at)?;
    let head = reply.get(at..at + 10).ok_or(DnsError::Short)?;
    let kind = u16::from_be_bytes([head[0], head[1]]);
    let length = usize::from(u16::from_be_bytes([head[8], head[9]]));
    let data = reply
        .get(at + 10..at + 10 + length)
        .ok_or(DnsError::Short)?;
    Ok((address(kind, data), at + 10 + length))
}

fn address(kind: u16, data: &[u8]) -> Option<IpAddr> {
    match kind {
        1 => <[u8; 4]>::try_from(data)
            .ok()
            .map(|octets| Ipv4Addr::from(octets).into()),
        28 => <[u8; 16]>::try_from(data)
            .ok()
            .map(|octets| Ipv6Addr::from(octets).into()),
        _ => None,
    }
}

/// The offset after a name; pointers end it and are not followed.
fn skip_name(reply: &[u8], mut at: usize) -> Result<usize, DnsError> {
    loop {
        match reply.get(at).ok_or(DnsError::Short)? {
            0 => return Ok(at + 1),
            length if length & 0xc0 == 0xc0 => return Ok(at + 2),
            length => at += 1 + usize::from(*length),
        }
    }
}

/// The answer a resolver would give: for replayed recordings.
pub(crate) fn reply(question: &[u8], addresses: &[IpAddr]) -> Vec<u8> {
    let wanted = question
        .get(question.len().saturating_sub(4)..)
        .unwrap_or_default();
    let v6 = wanted.get(..2) == Some(&[0, 28]);
    let fitting: Vec<&IpAddr> = addresses.iter().filter(|ip| ip.is_ipv6() == v6).collect();
    let mut out = question.to_vec();
    if let Some(flags) = out.get_mut(2..8) {
        let count = u8::try_from(fitting.len()).unwrap_or(u8::MAX);
        flags.copy_from_slice(&[0x81, 0x80, 0, 1, 0, count]);
    }
    for ip in fitting {
        let octets = match ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        out.extend([0xc0, 12]);
        out.extend(wanted);
        out.extend([0, 0, 0, 60, 0, u8::try_from(octets.len()).unwrap_or(0)]);
        out.extend(octets);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `dig +noall +answer example.com` as a packet: RFC 1035 §4.1 by hand, one CNAME, one A.
    const PACKET: &[u8] = b"\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0\x07example\x03com\0\0\x01\0\x01\
        \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03www\xc0\x0c\
        \xc0\x29\0\x01\0\x01\0\0\0\x3c\0\x04\xcb\0\x71\x07";

    #[test]
    fn an_alias_and_its_address_are_read() {
        let question = question(0x1234, "Example.com", Kind::A).unwrap();
        let answer = answer(&question, PACKET).unwrap();
        assert_eq!(answer.addresses, ["203.0.113.7".parse::<IpAddr>().unwrap()]);
        assert_eq!(answer.code, 0);
    }

    #[test]
    fn an_answer_to_another_question_is_refused() {
        let other = question(0x1235, "example.com", Kind::A).unwrap();
        assert_eq!(answer(&other, PACKET), Err(DnsError::Foreign));
        let other = question(0x1234, "exbmple.com", Kind::A).unwrap();
        assert_eq!(answer(&other, PACKET), Err(DnsError::Foreign));
    }

    #[test]
    fn every_cut_is_an_error_and_none_a_panic() {
        let question = question(0x1234, "example.com", Kind::A).unwrap();
        for length in 0..PACKET.len() {
            assert!(answer(&question, &PACKET[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn names_that_are_none_make_no_question() {
        for name in ["", "a..b", &"x".repeat(64), &"abcdefg.".repeat(40)] {
            assert_eq!(question(1, name, Kind::A), None, "{name}");
        }
    }

    #[test]
    fn the_answer_made_for_a_recording_reads_back() {
        let both = ["2001:db8::1".parse().unwrap(), "192.0.2.9".parse().unwrap()];
        let question = question(7, "a.example", Kind::Aaaa).unwrap();
        let answer = answer(&question, &reply(&question, &both)).unwrap();
        assert_eq!(answer.addresses, both[..1]);
    }
}
