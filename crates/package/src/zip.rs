//! The records of APPNOTE 6.3 that a stored-only zip has. Field layouts only; rules stand in the reader and writer.
//! Web archives are such zips too, and read the same records.

/// Local file header signature.
pub const LOCAL: u32 = 0x0403_4b50;
/// Central directory header signature.
pub const CENTRAL: u32 = 0x0201_4b50;
/// End of central directory signature.
pub const END: u32 = 0x0605_4b50;
/// Zip64 end of central directory signature.
pub const END64: u32 = 0x0606_4b50;
/// Zip64 locator signature.
pub const LOCATOR64: u32 = 0x0706_4b50;
/// Length of a local header without name and extra field.
pub const LOCAL_LEN: usize = 30;
/// Length of a central header without its variable parts.
pub const CENTRAL_LEN: usize = 46;
/// Length of the end record without a comment.
pub const END_LEN: usize = 22;
/// Length of the zip64 end record.
pub const END64_LEN: usize = 56;
/// Length of the zip64 locator.
pub const LOCATOR64_LEN: usize = 20;
/// General purpose bit 11: the name is UTF-8.
pub const UTF8: u16 = 1 << 11;
/// 1980-01-01, the earliest date of the format: packages carry no clock of their own.
pub const DATE: u16 = 0x0021;
/// Extra field id of zip64 sizes.
pub const ZIP64: u16 = 0x0001;

/// Little-endian reading over a slice; `None` when it ends.
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// Two octets.
    pub fn u16(&mut self) -> Option<u16> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_le_bytes(*head))
    }

    /// Four octets.
    pub fn u32(&mut self) -> Option<u32> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*head))
    }

    /// Eight octets.
    pub fn u64(&mut self) -> Option<u64> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*head))
    }

    /// So many octets as they are.
    pub fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }
}

/// What both headers of a member say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name.
    pub name: String,
    /// CRC-32.
    pub crc: u32,
    /// Length.
    pub size: u64,
    /// Offset of the local header.
    pub offset: u64,
}

impl Header {
    fn large(&self) -> bool {
        self.size >= u64::from(u32::MAX)
    }

    fn version(&self) -> u16 {
        if self.large() || self.offset >= u64::from(u32::MAX) {
            45
        } else {
            20
        }
    }

    fn size32(&self) -> u32 {
        u32::try_from(self.size).unwrap_or(u32::MAX)
    }

    /// The local header's octets; a large member carries its sizes in a zip64 extra field.
    #[must_use]
    pub fn local(&self) -> Vec<u8> {
        let extra = match self.large() {
            true => extra(&[self.size, self.size]),
            false => Vec::new(),
        };
        let mut out = Vec::with_capacity(LOCAL_LEN + self.name.len() + extra.len());
        put32(&mut out, LOCAL);
        put16(&mut out, if self.large() { 45 } else { 20 });
        self.common(&mut out);
        put_len(&mut out, self.name.len());
        put_len(&mut out, extra.len());
        out.extend_from_slice(self.name.as_bytes());
        out.extend(extra);
        out
    }

    /// The central header's octets.
    #[must_use]
    pub fn central(&self) -> Vec<u8> {
        let mut values = Vec::new();
        if self.large() {
            values.extend([self.size, self.size]);
        }
        let far = self.offset >= u64::from(u32::MAX);
        if far {
            values.push(self.offset);
        }
        let extra = match values.is_empty() {
            true => Vec::new(),
            false => extra(&values),
        };
        let mut out = Vec::with_capacity(CENTRAL_LEN + self.name.len() + extra.len());
        put32(&mut out, CENTRAL);
        put16(&mut out, (3 << 8) | 45); // made on Unix, so that the attributes below mean 0644
        put16(&mut out, self.version());
        self.common(&mut out);
        put_len(&mut out, self.name.len());
        put_len(&mut out, extra.len());
        put16(&mut out, 0); // comment
        put16(&mut out, 0); // disk
        put16(&mut out, 0); // internal attributes
        put32(&mut out, 0o100_644 << 16);
        put32(&mut out, u32::try_from(self.offset).unwrap_or(u32::MAX));
        out.extend_from_slice(self.name.as_bytes());
        out.extend(extra);
        out
    }

    /// Flags, method, time, date, CRC and both sizes, which stand alike in both headers.
    fn common(&self, out: &mut Vec<u8>) {
        let flags = if self.name.is_ascii() { 0 } else { UTF8 };
        put16(out, flags);
        put16(out, 0); // stored
        put16(out, 0);
        put16(out, DATE);
        put32(out, self.crc);
        put32(out, self.size32());
        put32(out, self.size32());
    }
}

/// The octets after the central directory: zip64 records only where a field needs them.
#[must_use]
pub fn end(entries: u64, directory_offset: u64, directory_len: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let needs64 = entries >= u64::from(u16::MAX)
        || directory_offset >= u64::from(u32::MAX)
        || directory_len >= u64::from(u32::MAX);
    if needs64 {
        put32(&mut out, END64);
        put64(&mut out, (END64_LEN - 12) as u64);
        put16(&mut out, (3 << 8) | 45);
        put16(&mut out, 45);
        put32(&mut out, 0);
        put32(&mut out, 0);
        put64(&mut out, entries);
        put64(&mut out, entries);
        put64(&mut out, directory_len);
        put64(&mut out, directory_offset);
        put32(&mut out, LOCATOR64);
        put32(&mut out, 0);
        put64(&mut out, directory_offset + directory_len);
        put32(&mut out, 1);
    }
    put32(&mut out, END);
    put16(&mut out, 0);
    put16(&mut out, 0);
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    put16(&mut out, count);
    put16(&mut out, count);
    put32(&mut out, u32::try_from(directory_len).unwrap_or(u32::MAX));
    put32(
        &mut out,
        u32::try_from(directory_offset).unwrap_or(u32::MAX),
    );
    put16(&mut out, 0);
    out
}

fn extra(values: &[u64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(4 + values.len() * 8);
    put16(&mut out, ZIP64);
    put_len(&mut out, values.len() * 8);
    for value in values {
        put64(&mut out, *value);
    }
    out
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend(value.to_le_bytes());
}

/// Names are bounded far below 64 KiB by [`crate::layout::check_name`].
fn put_len(out: &mut Vec<u8>, len: usize) {
    put16(out, u16::try_from(len).unwrap_or(u16::MAX));
}
