//! WebSocket (RFC 6455) on an upgraded connection: frames both ways, and the messages they make.

use std::borrow::Cow;
use std::ops::Range;

use crate::connection::{Connection, Direction};
use crate::http::{Exchange, fields};

/// What a frame is (RFC 6455 §5.2, §11.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// A further part of a message.
    Continuation,
    /// Text in UTF-8, or its first part.
    Text,
    /// Octets, or their first part.
    Binary,
    /// The end of the connection, with its reason.
    Close,
    /// Asks for a pong.
    Ping,
    /// Answers a ping.
    Pong,
    /// A number that is reserved.
    Reserved(u8),
}

/// One frame; ranges are into the stream of its direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which way.
    pub direction: Direction,
    /// The whole frame.
    pub range: Range<usize>,
    /// Its payload as it was sent: masked where there is a mask.
    pub payload: Range<usize>,
    /// The mask (§5.3).
    pub mask: Option<[u8; 4]>,
    /// What it is.
    pub opcode: Opcode,
    /// Whether a message ends with it.
    pub last: bool,
    /// Whether the message that begins with it is compressed (RFC 7692 §6).
    pub compressed: bool,
    /// When its last octet passed. Unix milliseconds.
    pub at: i64,
}

impl Frame {
    /// The payload without its mask; compression stays.
    #[must_use]
    pub fn unmasked<'c>(&self, connection: &'c Connection) -> Cow<'c, [u8]> {
        let raw = connection.octets(self.direction, &self.payload);
        match self.mask {
            Some(mask) => Cow::Owned(
                raw.iter()
                    .zip(mask.iter().cycle())
                    .map(|(o, m)| o ^ m)
                    .collect(),
            ),
            None => Cow::Borrowed(raw),
        }
    }
}

/// A message: its frames by their place in [`Conversation::frames`]. Control frames are messages by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which way.
    pub direction: Direction,
    /// Text, octets or control.
    pub opcode: Opcode,
    /// Whether it is compressed.
    pub compressed: bool,
    /// Whether its last frame is there.
    pub complete: bool,
    /// Its frames in order.
    pub frames: Vec<usize>,
}

/// All that passed after the upgrade.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// Frames of both directions in the order of time; of the same millisecond, those sent come first.
    pub frames: Vec<Frame>,
    /// Messages in the order of their first frames.
    pub messages: Vec<Message>,
    /// Whether `permessage-deflate` (RFC 7692) was agreed.
    pub deflate: bool,
    /// Octets behind the last whole frame of a direction: a frame cut, no frame at all, or beyond the limit.
    pub rest: Vec<(Direction, Range<usize>)>,
}

/// Takes the streams of an exchange apart that became a WebSocket; none for any other. At most `limit` frames of each
/// direction are read: a frame may be two octets long.
#[must_use]
pub fn conversation(
    connection: &Connection,
    exchange: &Exchange,
    limit: usize,
) -> Option<Conversation> {
    let upgrade = exchange
        .upgrade
        .as_ref()
        .filter(|upgrade| upgrade.protocol == "websocket")?;
    let extensions =
        fields(exchange.response_head(connection)).elements("sec-websocket-extensions");
    let mut conversation = Conversation {
        deflate: extensions
            .into_iter()
            .any(|one| one.starts_with(b"permessage-deflate")),
        ..Conversation::default()
    };
    for (direction, range) in [
        (Direction::Sent, upgrade.sent.clone()),
        (Direction::Received, upgrade.received.clone()),
    ] {
        conversation.read(connection, direction, range, limit);
    }
    conversation.frames.sort_by_key(|frame| frame.at);
    conversation.join();
    Some(conversation)
}

impl Conversation {
    fn read(
        &mut self,
        connection: &Connection,
        direction: Direction,
        range: Range<usize>,
        limit: usize,
    ) {
        let mut at = range.start;
        for _ in 0..limit {
            let octets = connection.octets(direction, &(at..range.end));
            let Some(mut frame) = frame(octets, direction) else {
                break;
            };
            frame.range = at..at.saturating_add(frame.range.end);
            frame.payload = at.saturating_add(frame.payload.start)..frame.range.end;
            at = frame.range.end;
            let time = connection.stream(direction).time_at(at.saturating_sub(1));
            frame.at = time.unwrap_or(connection.opened);
            self.frames.push(frame);
        }
        if at < range.end {
            self.rest.push((direction, at..range.end));
        }
    }

    /// Puts fragments together (§5.4).
    fn join(&mut self) {
        let mut open: [Option<usize>; 2] = [None, None];
        for (index, frame) in self.frames.iter().enumerate() {
            let [sent, received] = &mut open;
            let open = if frame.direction == Direction::Sent {
                sent
            } else {
                received
            };
            let control = matches!(frame.opcode, Opcode::Close | Opcode::Ping | Opcode::Pong);
            let begun = open.filter(|_| frame.opcode == Opcode::Continuation);
            if let Some(message) = begun.and_then(|begun| self.messages.get_mut(begun)) {
                message.frames.push(index);
                message.complete = frame.last;
            } else {
                self.messages.push(Message {
                    direction: frame.direction,
                    opcode: frame.opcode,
                    compressed: frame.compressed,
                    complete: frame.last && frame.opcode != Opcode::Continuation,
                    frames: vec![index],
                });
            }
            if !control {
                let last = self.messages.len().saturating_sub(1);
                *open = (!frame.last).then_some(begun.unwrap_or(last));
            }
        }
    }

    /// The octets of a message without masks; compression stays.
    #[must_use]
    pub fn content(&self, connection: &Connection, message: &Message) -> Vec<u8> {
        let mut content = Vec::new();
        for frame in message
            .frames
            .iter()
            .filter_map(|index| self.frames.get(*index))
        {
            content.extend_from_slice(&frame.unmasked(connection));
        }
        content
    }
}

/// The frame at the beginning of these octets, with ranges from there; none where it is cut.
fn frame(octets: &[u8], direction: Direction) -> Option<Frame> {
    let [first, second, rest @ ..] = octets else {
        return None;
    };
    let short = usize::from(second & 0x7f);
    let (length, extended) = match short {
        126 => (number(rest.get(..2)?)?, 2),
        127 => (number(rest.get(..8)?)?, 8),
        _ => (short, 0),
    };
    let masked = second & 0x80 != 0;
    let mask_at = 2_usize.checked_add(extended)?;
    let mask: Option<[u8; 4]> = if masked {
        Some(octets.get(mask_at..)?.first_chunk().copied()?)
    } else {
        None
    };
    let start = if masked {
        mask_at.checked_add(4)?
    } else {
        mask_at
    };
    let end = start
        .checked_add(length)
        .filter(|end| *end <= octets.len())?;
    Some(Frame {
        direction,
        range: 0..end,
        payload: start..end,
        mask,
        opcode: Opcode::of(first & 0x0f),
        last: first & 0x80 != 0,
        compressed: first & 0x40 != 0,
        at: 0,
    })
}

fn number(digits: &[u8]) -> Option<usize> {
    digits.iter().try_fold(0_usize, |number, digit| {
        number.checked_mul(256)?.checked_add(usize::from(*digit))
    })
}

impl Opcode {
    fn of(number: u8) -> Self {
        match number {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            other => Self::Reserved(other),
        }
    }
}
