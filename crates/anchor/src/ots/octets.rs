//! Numbers and lengths as the format writes them.

use super::OtsError;

/// A place in the octets of a proof.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub fn octet(&mut self) -> Result<u8, OtsError> {
        Ok(self.take(1)?[0])
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], OtsError> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or(OtsError::Form(self.at))?;
        self.at += count;
        Ok(taken)
    }

    /// LEB128, as short as it can be: otherwise two files would say the same.
    pub fn number(&mut self) -> Result<u64, OtsError> {
        let start = self.at;
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let octet = self.octet()?;
            value |= u64::from(octet & 0x7f) << shift;
            if octet & 0x80 == 0 {
                return match octet == 0 && shift > 0 {
                    true => Err(OtsError::Form(start)),
                    false => Ok(value),
                };
            }
        }
        Err(OtsError::Form(start))
    }

    /// Octets after their count, of which at least `least` and at most `most`.
    pub fn counted(&mut self, least: usize, most: usize) -> Result<&'a [u8], OtsError> {
        let start = self.at;
        let count = usize::try_from(self.number()?).ok();
        let count = count.filter(|n| (least..=most).contains(n));
        self.take(count.ok_or(OtsError::Form(start))?)
    }
}

pub(super) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

pub(super) fn put_counted(out: &mut Vec<u8>, octets: &[u8]) {
    put_number(out, u64::try_from(octets.len()).unwrap_or(u64::MAX));
    out.extend_from_slice(octets);
}
