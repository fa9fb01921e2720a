//! WebSocket frames on connections made by hand.

mod made;

use fidem_netlog::Connection;
use fidem_netlog::Direction::{Received, Sent};
use fidem_netlog::websocket::{Conversation, Opcode, conversation};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching\r\nUpgrade: WebSocket\r\n\
    Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";

fn talk(sent: &[u8], received: &[u8], limit: usize) -> (Connection, Conversation) {
    let c = made::connection(
        &[REQUEST, sent].concat(),
        &[RESPONSE, received].concat(),
        false,
    );
    let conversation = conversation(&c, &c.exchanges[0], limit).expect("a WebSocket");
    (c, conversation)
}

/// The examples of RFC 6455 §5.7.
#[test]
fn examples_of_the_standard() {
    let masked = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    let fragments = [
        &[0x01, 3][..],
        b"Hel",
        &[0x89, 0],
        &[0x80, 2],
        b"lo",
        &[0xc1, 1, 9],
    ]
    .concat();
    let (c, talk) = talk(&masked, &fragments, 100);
    assert_eq!(c.exchanges[0].url, "ws://h/chat");
    assert!(talk.deflate && talk.rest.is_empty());
    let seen: Vec<_> = talk
        .messages
        .iter()
        .map(|m| (m.direction, m.opcode, m.complete, m.compressed))
        .collect();
    let text = Opcode::Text;
    let expected = [
        (Sent, text, true, false),
        (Received, text, true, false),
        (Received, Opcode::Ping, true, false),
        (Received, text, true, true),
    ];
    assert_eq!(seen, expected);
    assert_eq!(talk.content(&c, &talk.messages[0]), b"Hello");
    assert_eq!(talk.content(&c, &talk.messages[1]), b"Hello");
    assert_eq!(talk.messages[1].frames.len(), 2);
}

#[test]
fn long_frames() {
    let long = [&[0x82, 126, 1, 0][..], &[7; 256]].concat();
    let longer = [&[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0][..], &[8; 65_536]].concat();
    let (c, talk) = talk(b"", &[long, longer].concat(), 100);
    let sizes: Vec<_> = talk
        .frames
        .iter()
        .map(|frame| frame.unmasked(&c).len())
        .collect();
    assert_eq!(sizes, [256, 65_536]);
}

#[test]
fn what_is_no_whole_frame_is_the_rest() {
    let start = RESPONSE.len();
    for cut in [
        &[0x81][..],
        &[0x81, 5, 1],
        &[0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255],
        &[0x81, 0x85, 1, 2],
    ] {
        let (_, talk) = talk(b"", cut, 100);
        assert!(talk.frames.is_empty());
        assert_eq!(talk.rest, [(Received, start..start + cut.len())]);
    }
    let (_, limited) = talk(b"", &[0x81, 0, 0x81, 0], 1);
    assert_eq!((limited.frames.len(), limited.rest.len()), (1, 1));
    let (_, unfinished) = talk(b"", &[0x01, 0, 0x00, 0], 100);
    assert!(!unfinished.messages[0].complete);
}

#[test]
fn other_exchanges_are_none() {
    let c = made::connection(b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 204 A\r\n\r\n", false);
    assert_eq!(conversation(&c, &c.exchanges[0], 100), None);
}
