//! A browser's log: as it comes, and as the events of one whose constants hold. Every octet of a connection belongs to
//! exactly one exchange or remainder.
#![no_main]

use fidem_netlog::websocket::conversation;
use fidem_netlog::{Budget, Connection, Direction, Log, Reader, handshake};
use libfuzzer_sys::fuzz_target;

/// The first two lines of a log of Chromium 156.
const CONSTANTS: &[u8] = include_bytes!("../../crates/netlog/tests/data/constants.json");

/// Small, so that the limits are met.
const BUDGET: Budget = Budget {
    payload: 1 << 20,
    events: 1_000,
    facts: 500,
    exchanges: 200,
    line: 1 << 16,
};

fuzz_target!(|data: &[u8]| {
    read(&[data]);
    // Cut in two, which must make no difference.
    let (first, second) = data.split_at(data.len() / 2);
    let pieces = read(&[CONSTANTS, first, second]);
    assert_eq!(pieces, read(&[CONSTANTS, data]));
    if let Some(log) = pieces {
        judge(&log);
    }
});

fn read(pieces: &[&[u8]]) -> Option<Log> {
    let mut reader = Reader::new(BUDGET);
    for piece in pieces {
        if reader.feed(piece).is_err() {
            break;
        }
    }
    reader.finish().ok()
}

fn judge(log: &Log) {
    let _ = log.contacts();
    for connection in &log.connections {
        covered(connection, Direction::Sent);
        covered(connection, Direction::Received);
        if let Some(tls) = &connection.tls {
            let _ = handshake::check(tls);
        }
        for exchange in &connection.exchanges {
            let _ = exchange.response_body(connection);
            if let Some(talk) = conversation(connection, exchange, 100) {
                for message in &talk.messages {
                    let _ = talk.content(connection, message);
                }
            }
        }
    }
}

fn covered(connection: &Connection, direction: Direction) {
    let own = connection
        .remainders
        .iter()
        .filter(|r| r.direction == direction);
    let mut ranges: Vec<_> = own.map(|r| r.range.clone()).collect();
    for exchange in &connection.exchanges {
        let upgrade = exchange.upgrade.clone().unwrap_or_default();
        if direction == Direction::Sent {
            let request = &exchange.request;
            ranges.extend([request.head.clone(), request.body.clone(), upgrade.sent]);
        } else {
            ranges.extend(exchange.interim.iter().cloned());
            let response = exchange.response.iter();
            ranges.extend(response.flat_map(|r| [r.head.clone(), r.body.clone()]));
            ranges.push(upgrade.received);
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let end = ranges.iter().fold(0, |at, range| {
        assert_eq!(at, range.start, "a gap or an overlap");
        range.end
    });
    assert_eq!(end, connection.stream(direction).bytes.len());
}
