//! The records our writer writes, octet by octet.

pub(super) const LOCAL: u32 = 0x0403_4b50;
pub(super) const CENTRAL: u32 = 0x0201_4b50;
pub(super) const END: u32 = 0x0605_4b50;
pub(super) const END64: u32 = 0x0606_4b50;
pub(super) const LOCATOR64: u32 = 0x0706_4b50;
pub(super) const DESCRIPTOR: u32 = 0x0807_4b50;
pub(super) const LOCAL_LEN: usize = 30;
pub(super) const CENTRAL_LEN: usize = 46;
pub(super) const END_LEN: u64 = 22;
pub(super) const END64_LEN: u64 = 56;
pub(super) const LOCATOR64_LEN: u64 = 20;
/// Extra field of sizes over 32 bits.
pub(super) const ZIP64: u16 = 1;
/// 1980-01-01, the first day of the format.
const DATE: u16 = 0x0021;
/// General purpose bit 11: the name is UTF-8.
const UTF8: u16 = 1 << 11;

/// What both headers of a stored member say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) crc: u32,
    pub(super) size: u64,
    pub(super) offset: u64,
}

impl Header {
    fn is_large(&self) -> bool {
        self.size >= u64::from(u32::MAX)
    }

    pub(super) fn local(&self) -> Vec<u8> {
        let extra = match self.is_large() {
            true => extra(&[self.size, self.size]),
            false => Vec::new(),
        };
        let mut out = Octets::default();
        out.u32(LOCAL);
        out.u16(if self.is_large() { 45 } else { 20 });
        self.common(&mut out);
        out.len(self.name.len());
        out.len(extra.len());
        out.0.extend_from_slice(self.name.as_bytes());
        out.0.extend(extra);
        out.0
    }

    pub(super) fn central(&self) -> Vec<u8> {
        let mut values = Vec::new();
        if self.is_large() {
            values.extend([self.size, self.size]);
        }
        if self.offset >= u64::from(u32::MAX) {
            values.push(self.offset);
        }
        let extra = match values.is_empty() {
            true => Vec::new(),
            false => extra(&values),
        };
        let mut out = Octets::default();
        out.u32(CENTRAL);
        out.u16((3 << 8) | 45); // made on Unix, so that the attributes below mean 0644
        out.u16(if extra.is_empty() { 20 } else { 45 });
        self.common(&mut out);
        out.len(self.name.len());
        out.len(extra.len());
        out.u16(0); // comment
        out.u16(0); // disk
        out.u16(0); // internal attributes
        out.u32(0o100_644 << 16);
        out.u32(capped(self.offset));
        out.0.extend_from_slice(self.name.as_bytes());
        out.0.extend(extra);
        out.0
    }

    /// Flags, method, time, date, CRC and both sizes, which stand alike in both headers.
    fn common(&self, out: &mut Octets) {
        out.u16(if self.name.is_ascii() { 0 } else { UTF8 });
        out.u16(0); // stored
        out.u16(0);
        out.u16(DATE);
        out.u32(self.crc);
        out.u32(capped(self.size));
        out.u32(capped(self.size));
    }
}

/// What follows the directory: zip64 records only where a field needs them.
pub(super) fn end(entries: u64, offset: u64, len: u64) -> Vec<u8> {
    let mut out = Octets::default();
    let is64 = entries >= u64::from(u16::MAX)
        || offset >= u64::from(u32::MAX)
        || len >= u64::from(u32::MAX);
    if is64 {
        out.u32(END64);
        out.u64(END64_LEN - 12);
        out.u16((3 << 8) | 45);
        out.u16(45);
        out.u64(0); // both disks
        for value in [entries, entries, len, offset] {
            out.u64(value);
        }
        out.u32(LOCATOR64);
        out.u32(0);
        out.u64(offset.saturating_add(len));
        out.u32(1);
    }
    out.u32(END);
    out.u32(0); // both disks
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    out.u16(count);
    out.u16(count);
    out.u32(capped(len));
    out.u32(capped(offset));
    out.u16(0);
    out.0
}

fn capped(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn extra(values: &[u64]) -> Vec<u8> {
    let mut out = Octets::default();
    out.u16(ZIP64);
    out.len(values.len() * 8);
    for value in values {
        out.u64(*value);
    }
    out.0
}

/// Little-endian writing.
#[derive(Default)]
struct Octets(Vec<u8>);

impl Octets {
    fn u16(&mut self, value: u16) {
        self.0.extend(value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    /// Names are bounded far below 64 KiB.
    fn len(&mut self, len: usize) {
        self.u16(u16::try_from(len).unwrap_or(u16::MAX));
    }
}

/// Little-endian reading over a slice; `None` when it ends.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }
}
