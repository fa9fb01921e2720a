//! The fields of a container as our writer leaves it (APPNOTE 4.3): every octet belongs to exactly one.

use std::ops::Range;

use crate::members::Members;

/// One field of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Record and field.
    pub name: &'static str,
    /// Whose member it is about; of the end record none.
    pub member: Option<usize>,
    /// Where its octets stand.
    pub at: Range<usize>,
}

type Layout = [(&'static str, usize)];

const LOCAL: &Layout = &[
    ("local signature", 4),
    ("local version needed", 2),
    ("local flags", 2),
    ("local method", 2),
    ("local time", 4),
    ("local crc", 4),
    ("local compressed size", 4),
    ("local size", 4),
    ("local name length", 2),
    ("local extra length", 2),
];

const CENTRAL: &Layout = &[
    ("central signature", 4),
    ("central version made by", 2),
    ("central version needed", 2),
    ("central flags", 2),
    ("central method", 2),
    ("central time", 4),
    ("central crc", 4),
    ("central compressed size", 4),
    ("central size", 4),
    ("central name length", 2),
    ("central extra length", 2),
    ("central comment length", 2),
    ("central disk", 2),
    ("central internal attributes", 2),
    ("central external attributes", 4),
    ("central offset", 4),
];

const END: &Layout = &[
    ("end signature", 4),
    ("end disk", 2),
    ("end disk of directory", 2),
    ("end entries here", 2),
    ("end entries", 2),
    ("end directory size", 4),
    ("end directory offset", 4),
    ("end comment length", 2),
];

/// What each octet of an honest container is.
#[must_use]
pub fn map(members: &Members) -> Vec<Span> {
    let mut map = Map::default();
    for (index, (name, bytes)) in members.0.iter().enumerate() {
        map.record(LOCAL, Some(index));
        map.field("local name", Some(index), name.len());
        map.field("data", Some(index), bytes.len());
    }
    for (index, (name, _)) in members.0.iter().enumerate() {
        map.record(CENTRAL, Some(index));
        map.field("central name", Some(index), name.len());
    }
    map.record(END, None);
    map.spans
}

#[derive(Default)]
struct Map {
    at: usize,
    spans: Vec<Span>,
}

impl Map {
    fn record(&mut self, layout: &Layout, member: Option<usize>) {
        for (name, len) in layout {
            self.field(name, member, *len);
        }
    }

    fn field(&mut self, name: &'static str, member: Option<usize>, len: usize) {
        let at = self.at..self.at + len;
        self.at = at.end;
        if len > 0 {
            self.spans.push(Span { name, member, at });
        }
    }
}
