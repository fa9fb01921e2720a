//! Protocol Buffers, written. `fidem_anchor::fabric::Message` reads them.

fn varint(mut value: u64) -> Vec<u8> {
    let mut octets = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            octets.push(low);
            return octets;
        }
        octets.push(low | 0x80);
    }
}

/// A field that is a number.
pub(super) fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

/// A field of octets: a text, a message.
pub(super) fn octets(field: u64, value: &[u8]) -> Vec<u8> {
    let length = u64::try_from(value.len()).unwrap_or(u64::MAX);
    [&varint(field << 3 | 2), &varint(length), value].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidem_anchor::fabric::Message;

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(number(1, 150), b"\x08\x96\x01");
        assert_eq!(octets(2, b"testing"), b"\x12\x07testing");
        let text = vec![b'x'; 300];
        for value in [0, 1, 127, 128, 16_384, u64::MAX] {
            let octets = [number(3, value), octets(7, &text)].concat();
            let message = Message::parse(&octets).unwrap();
            assert_eq!(message.number(3), Ok(value));
            assert_eq!(message.octets(7), Ok(&*text));
        }
    }
}
