//! A WebSocket that sends back what it gets (RFC 6455 §5).

use std::io;

use crate::keeping::Record;
use crate::requests::{ending, exactly};
use crate::wire::Wire;
use crate::{Bounds, Direction, End, Frame};

const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
/// RFC 6455 §5.5.
const CONTROL_OCTETS: usize = 125;

/// Echoes until one side ends. The exchange is finished when both sent a close frame.
pub(crate) fn echo(wire: &mut Wire, record: &Record, bounds: &Bounds) -> End {
    loop {
        let frame = match receive(wire, record, bounds) {
            Ok(frame) => frame,
            Err(end) => return end,
        };
        record.last(|exchange| exchange.frame(frame.clone()));
        // nothing answers a pong
        if frame.opcode == PONG {
            continue;
        }
        let closing = frame.opcode == CLOSE;
        if let Err(error) = send(wire, record, reply(frame)) {
            return ending(&error);
        }
        if closing {
            record.last(|exchange| exchange.facts().finished = true);
            return End::Served;
        }
    }
}

fn reply(frame: Frame) -> Frame {
    Frame {
        direction: Direction::Sent,
        opcode: if frame.opcode == PING {
            PONG
        } else {
            frame.opcode
        },
        ..frame
    }
}

fn take(wire: &mut Wire, record: &Record, count: usize) -> Result<Vec<u8>, End> {
    let mut octets = Vec::new();
    exactly(wire, count, &mut |piece: &[u8]| {
        record.last(|exchange| exchange.request_body.push(piece));
        octets.extend_from_slice(piece);
    })?;
    Ok(octets)
}

fn receive(wire: &mut Wire, record: &Record, bounds: &Bounds) -> Result<Frame, End> {
    let head = take(wire, record, 2)?;
    let [first, second] = head[..] else {
        return Err(End::Malformed("frame without head"));
    };
    let opcode = first & 0x0f;
    // extensions were not agreed to, and clients mask (§5.1, §5.2)
    if first & 0x70 != 0 || second & 0x80 == 0 {
        return Err(End::Malformed("frame with reserved bits or without mask"));
    }
    let length = match second & 0x7f {
        126 => big_endian(&take(wire, record, 2)?),
        127 => big_endian(&take(wire, record, 8)?),
        short => u64::from(short),
    };
    let bound = if opcode >= CLOSE {
        CONTROL_OCTETS
    } else {
        bounds.frame
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > bound {
        return Err(End::Malformed("frame too long"));
    }
    let mask = take(wire, record, 4)?;
    let mut payload = take(wire, record, length)?;
    for (octet, key) in payload.iter_mut().zip(mask.iter().cycle()) {
        *octet ^= key;
    }
    Ok(Frame {
        direction: Direction::Received,
        fin: first & 0x80 != 0,
        opcode,
        payload,
    })
}

fn big_endian(octets: &[u8]) -> u64 {
    octets
        .iter()
        .fold(0, |number, &octet| (number << 8) | u64::from(octet))
}

fn send(wire: &mut Wire, record: &Record, frame: Frame) -> io::Result<()> {
    let octets = encode(&frame);
    let mut rest = octets.as_slice();
    while !rest.is_empty() {
        let count = wire.write(rest)?;
        if count == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let (sent, later) = rest.split_at(count.min(rest.len()));
        record.last(|exchange| exchange.response_body.push(sent));
        rest = later;
    }
    record.last(|exchange| exchange.frame(frame));
    Ok(())
}

fn encode(frame: &Frame) -> Vec<u8> {
    let mut octets = vec![(u8::from(frame.fin) << 7) | frame.opcode];
    match (
        u8::try_from(frame.payload.len()),
        u16::try_from(frame.payload.len()),
    ) {
        (Ok(short @ ..126), _) => octets.push(short),
        (_, Ok(length)) => {
            octets.push(126);
            octets.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            octets.push(127);
            octets.extend_from_slice(&(frame.payload.len() as u64).to_be_bytes());
        }
    }
    octets.extend_from_slice(&frame.payload);
    octets
}
