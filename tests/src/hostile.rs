//! Containers that no honest writer makes: every field of a zip can be set.

use std::io::Write as _;

use crate::members::Members;

/// One member with every field that a reader might believe.
#[derive(Debug, Clone)]
pub struct RawMember {
    /// Name in the central directory.
    pub name: Vec<u8>,
    /// Name in the local header, where it is another.
    pub local_name: Option<Vec<u8>>,
    /// Octets as they stand in the file.
    pub data: Vec<u8>,
    /// CRC-32 of what they unpack to.
    pub crc: u32,
    /// Size they unpack to.
    pub size: u32,
    /// 0 stored, 8 deflated.
    pub method: u16,
    /// General purpose bits; bit 11 is set for names that are not ASCII.
    pub flags: u16,
    /// Extra field of the central header.
    pub extra: Vec<u8>,
}

impl RawMember {
    /// A stored member.
    #[must_use]
    pub fn stored(name: &[u8], data: &[u8]) -> Self {
        Self {
            name: name.to_vec(),
            local_name: None,
            data: data.to_vec(),
            crc: crc32fast::hash(data),
            size: len32(data),
            method: 0,
            flags: if name.is_ascii() { 0 } else { 1 << 11 },
            extra: Vec::new(),
        }
    }

    /// A deflated member (RFC 1951) of `octets` zeros, a thousandth of what it becomes.
    #[must_use]
    pub fn bomb(name: &[u8], octets: u32) -> Self {
        let zeros = vec![0; usize::try_from(octets).unwrap_or(0)];
        let mut member = Self::stored(name, &zeros);
        member.data = deflated(&zeros);
        member.method = 8;
        member
    }

    fn local(&self) -> Vec<u8> {
        let name = self.local_name.as_ref().unwrap_or(&self.name);
        let mut out = 0x0403_4b50_u32.to_le_bytes().to_vec();
        out.extend(20_u16.to_le_bytes());
        self.common(&mut out);
        out.extend(len16(name).to_le_bytes());
        out.extend(0_u16.to_le_bytes());
        out.extend(name);
        out.extend(&self.data);
        out
    }

    fn central(&self, offset: u32) -> Vec<u8> {
        let mut out = 0x0201_4b50_u32.to_le_bytes().to_vec();
        out.extend(((3_u16 << 8) | 45).to_le_bytes());
        out.extend(20_u16.to_le_bytes());
        self.common(&mut out);
        out.extend(len16(&self.name).to_le_bytes());
        out.extend(len16(&self.extra).to_le_bytes());
        out.extend([0; 6]);
        out.extend((0o100_644_u32 << 16).to_le_bytes());
        out.extend(offset.to_le_bytes());
        out.extend(&self.name);
        out.extend(&self.extra);
        out
    }

    fn common(&self, out: &mut Vec<u8>) {
        out.extend(self.flags.to_le_bytes());
        out.extend(self.method.to_le_bytes());
        out.extend(0_u16.to_le_bytes());
        out.extend(0x0021_u16.to_le_bytes());
        out.extend(self.crc.to_le_bytes());
        out.extend(len32(&self.data).to_le_bytes());
        out.extend(self.size.to_le_bytes());
    }
}

/// The members of an honest package, ready to be spoiled.
#[must_use]
pub fn raw(members: &Members) -> Vec<RawMember> {
    members
        .0
        .iter()
        .map(|(name, bytes)| RawMember::stored(name.as_bytes(), bytes))
        .collect()
}

/// Writes a container of these members with a comment at its end.
#[must_use]
pub fn write(members: &[RawMember], comment: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        directory.extend(member.central(len32(&out)));
        out.extend(member.local());
    }
    let start = len32(&out);
    out.extend(&directory);
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    let entries = u16::try_from(members.len()).unwrap_or(u16::MAX);
    out.extend(entries.to_le_bytes());
    out.extend(entries.to_le_bytes());
    out.extend(len32(&directory).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(len16(comment).to_le_bytes());
    out.extend(comment);
    out
}

/// What an octet of a container is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Octet {
    /// Of this member's bytes.
    Data(String),
    /// Of a header or the end record, with a meaning.
    Structure,
    /// Of the writer's version or the attributes in a central header, which say nothing about evidence.
    Idle,
}

/// What each octet of an honest container is.
#[must_use]
pub fn map(members: &Members) -> Vec<Octet> {
    let mut out = Vec::new();
    for (name, bytes) in &members.0 {
        out.extend(vec![Octet::Structure; 30 + name.len()]);
        out.extend(bytes.iter().map(|_| Octet::Data(name.clone())));
    }
    for (name, _) in &members.0 {
        for i in 0..46 + name.len() {
            out.push(match i {
                4..6 | 36..42 => Octet::Idle,
                _ => Octet::Structure,
            });
        }
    }
    out.extend(vec![Octet::Structure; 22]);
    out
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes)
        .and_then(|()| out.finish())
        .unwrap_or_default()
}

fn len16(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).unwrap_or(u16::MAX)
}

fn len32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
