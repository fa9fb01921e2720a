//! Reading a zip: whatever two readers could understand differently is a finding.

use std::collections::BTreeSet;

use fidem_fingerprint::Sha256Hasher;
use fidem_package::layout::check_name;
use fidem_package::zip::{self, Fields, Header};
use fidem_package::{Source, SourceError, Window};

use crate::finding::{Code, Findings, Limits};
use crate::gzip::{Inflater, Input};

/// What may stand before a data descriptor (APPNOTE 4.3.9.3).
const DESCRIPTOR: u32 = 0x0807_4b50;

/// One member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Length once inflated.
    pub(crate) size: u64,
    /// Whether it is deflated; stored otherwise.
    pub(crate) deflated: bool,
    crc: u32,
    packed: u64,
    /// Bit 3: sizes and CRC stand behind the data.
    described: bool,
    /// Where its local header starts.
    header: u64,
    /// Where its data start.
    pub(crate) data: u64,
    /// Where its central header starts.
    central: u64,
    central_len: u64,
}

/// An opened zip.
pub(crate) struct Zip<'a> {
    source: &'a dyn Source,
    pub(crate) members: Vec<Member>,
}

struct Directory {
    entries: u64,
    offset: u64,
    len: u64,
}

impl<'a> Zip<'a> {
    /// Reads the directory and all local headers; `None` when no members can be told, and `findings` says why.
    pub(crate) fn open(
        source: &'a dyn Source,
        limits: &Limits,
        findings: &mut Findings,
    ) -> Option<Self> {
        findings.in_member(None);
        let directory = match locate(source) {
            Ok(directory) => directory,
            Err(Broken { what, offset }) => {
                findings.at(None, Some(offset));
                findings.add(Code::WaczZip, &[("what", what)]);
                return None;
            }
        };
        let over = [
            ("members", directory.entries, limits.members),
            ("directory", directory.len, limits.directory),
        ];
        for (what, found, limit) in over {
            if found > limit {
                let limit = limit.to_string();
                findings.add(Code::WaczBudget, &[("what", what), ("limit", &limit)]);
                return None;
            }
        }
        let mut zip = Self {
            source,
            members: Vec::new(),
        };
        zip.read_directory(&directory, findings)?;
        for i in 0..zip.members.len() {
            zip.read_local(i, findings);
        }
        if !zip.check_places(&directory, findings) {
            // octets that two members share would be read twice, or a million times
            return None;
        }
        zip.check_form(&directory, findings);
        Some(zip)
    }

    /// The names in the directory as far as they can be told, sound or not.
    pub(crate) fn names(source: &'a dyn Source, limits: &Limits) -> Vec<String> {
        let mut findings = Findings::new(crate::finding::Rules::Standard, limits);
        let mut zip = Self {
            source,
            members: Vec::new(),
        };
        if let Ok(directory) = locate(source)
            && directory.entries <= limits.members
            && directory.len <= limits.directory
        {
            zip.read_directory(&directory, &mut findings);
        }
        zip.members.into_iter().map(|m| m.name).collect()
    }

    fn read_directory(&mut self, directory: &Directory, findings: &mut Findings) -> Option<()> {
        let len = usize::try_from(directory.len).ok()?;
        let octets = self.read(directory.offset, len, findings)?;
        let mut rest = Fields(&octets);
        let mut names = BTreeSet::new();
        for _ in 0..directory.entries {
            let at = directory.offset + (len - rest.0.len()) as u64;
            findings.in_member(None);
            findings.at(None, Some(at));
            let before = rest.0.len();
            let Some(mut member) = central(&mut rest, at, findings) else {
                findings.add(Code::WaczZip, &[("what", "central header")]);
                return None;
            };
            member.central_len = (before - rest.0.len()) as u64;
            if !names.insert(member.name.clone()) {
                findings.in_member(Some(&member.name));
                findings.at(None, Some(at));
                findings.add(Code::WaczZipDuplicate, &[]);
            }
            self.members.push(member);
        }
        findings.in_member(None);
        findings.at(None, Some(directory.offset));
        if !rest.0.is_empty() {
            findings.add(Code::WaczZip, &[("what", "directory length")]);
            return None;
        }
        Some(())
    }

    fn read_local(&mut self, i: usize, findings: &mut Findings) {
        let member = &self.members[i];
        findings.in_member(Some(&member.name));
        findings.at(None, Some(member.header));
        let Some(octets) = self.read(member.header, zip::LOCAL_LEN, findings) else {
            return;
        };
        let Some((lens, same)) = local(&octets, member) else {
            findings.add(Code::WaczZipHeaders, &[("what", "local header")]);
            return;
        };
        let (name_len, extra_len) = lens;
        let at = member.header + zip::LOCAL_LEN as u64;
        let Some(variable) = self.read(at, name_len + extra_len, findings) else {
            return;
        };
        let (name, extra) = variable.split_at(name_len);
        let sizes = same || large(&octets, extra, member);
        for (what, fits) in [("name", name == member.name.as_bytes()), ("fields", sizes)] {
            if !fits {
                findings.add(Code::WaczZipHeaders, &[("what", what)]);
            }
        }
        self.members[i].data = at + (name_len + extra_len) as u64;
    }

    /// Whether members fill the file from its start to the directory.
    fn check_places(&self, directory: &Directory, findings: &mut Findings) -> bool {
        let mut sound = true;
        let mut order: Vec<&Member> = self.members.iter().collect();
        order.sort_by_key(|m| m.header);
        let ends = order
            .iter()
            .skip(1)
            .map(|m| m.header)
            .chain([directory.offset]);
        if let Some(first) = order.first().filter(|m| m.header != 0) {
            findings.in_member(Some(&first.name));
            findings.at(None, Some(0));
            findings.add(Code::WaczZipPlace, &[]);
            sound = false;
        }
        for (member, end) in order.iter().zip(ends) {
            let data_end = member.data.checked_add(member.packed);
            let fits = match data_end.and_then(|at| end.checked_sub(at)) {
                Some(0) => !member.described,
                Some(gap) => member.described && self.is_descriptor(member, gap),
                None => false,
            };
            if !fits {
                findings.in_member(Some(&member.name));
                findings.at(None, Some(member.header));
                findings.add(Code::WaczZipPlace, &[]);
                sound = false;
            }
        }
        sound
    }

    /// With or without signature, sizes of 32 or 64 bits (APPNOTE 4.3.9).
    fn is_descriptor(&self, member: &Member, gap: u64) -> bool {
        if !matches!(gap, 12 | 16 | 20 | 24) {
            return false;
        }
        let at = member.data + member.packed;
        let Ok(octets) = self.source.read_vec(at, usize::try_from(gap).unwrap_or(0)) else {
            return false;
        };
        let mut f = Fields(&octets);
        if matches!(gap, 16 | 24) && f.u32() != Some(DESCRIPTOR) {
            return false;
        }
        let crc = f.u32();
        let sizes = match gap {
            12 | 16 => (f.u32().map(u64::from), f.u32().map(u64::from)),
            _ => (f.u64(), f.u64()),
        };
        crc == Some(member.crc) && sizes == (Some(member.packed), Some(member.size))
    }

    /// Compares every header with what our writer would have written.
    fn check_form(&self, directory: &Directory, findings: &mut Findings) {
        for member in &self.members {
            findings.in_member(Some(&member.name));
            let header = Header {
                name: member.name.clone(),
                crc: member.crc,
                size: member.size,
                offset: member.header,
            };
            let len = member.data.saturating_sub(member.header);
            for (at, len, expected) in [
                (member.header, len, header.local()),
                (member.central, member.central_len, header.central()),
            ] {
                findings.at(None, Some(at));
                self.compare(at, len, &expected, findings);
            }
        }
        findings.in_member(None);
        let at = directory.offset + directory.len;
        findings.at(None, Some(at));
        let expected = zip::end(directory.entries, directory.offset, directory.len);
        self.compare(at, self.source.len() - at, &expected, findings);
    }

    fn compare(&self, at: u64, len: u64, expected: &[u8], findings: &mut Findings) {
        let same = len == expected.len() as u64
            && self
                .source
                .read_vec(at, expected.len())
                .is_ok_and(|found| found == expected);
        if !same {
            findings.add(Code::WaczZipForm, &[]);
        }
    }

    fn read(&self, at: u64, len: usize, findings: &mut Findings) -> Option<Vec<u8>> {
        match self.source.read_vec(at, len) {
            Ok(octets) => Some(octets),
            Err(e) => {
                findings.add(Code::Unreadable, &[("reason", &e.to_string())]);
                None
            }
        }
    }

    /// The member of that name.
    pub(crate) fn find(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.name == name)
    }

    /// The octets of a stored member, where they stand.
    pub(crate) fn window(&self, member: &Member) -> Option<Window<'a>> {
        (!member.deflated && member.data > 0).then_some(Window {
            inner: self.source,
            offset: member.data,
            len: member.size,
        })
    }

    /// Shows all octets of a member, inflated.
    pub(crate) fn blocks(
        &self,
        member: &Member,
        each: &mut dyn FnMut(&[u8]),
    ) -> Result<(), MemberError> {
        let mut crc = crc32fast::Hasher::new();
        let mut see = |block: &[u8]| {
            crc.update(block);
            each(block);
        };
        match member.deflated {
            false => self.source.blocks(member.data, member.size, &mut see)?,
            true => self.inflate(member, &mut see)?,
        }
        match crc.finalize() == member.crc {
            true => Ok(()),
            false => Err(MemberError::Crc),
        }
    }

    fn inflate(&self, member: &Member, each: &mut dyn FnMut(&[u8])) -> Result<(), MemberError> {
        let end = member.data.saturating_add(member.packed);
        let mut input = Input::new(self.source, member.data, end);
        let mut inflater = Inflater::new();
        let mut piece = vec![0; 32 << 10];
        let mut left = member.size;
        loop {
            let (n, ended) = inflater
                .read(&mut input, &mut piece)
                .map_err(|_| MemberError::Inflate)?;
            left = left.checked_sub(n as u64).ok_or(MemberError::Inflate)?;
            each(&piece[..n]);
            if ended {
                let whole = left == 0 && input.position() == end;
                return if whole {
                    Ok(())
                } else {
                    Err(MemberError::Inflate)
                };
            }
        }
    }

    /// A whole member in memory.
    pub(crate) fn bytes(&self, member: &Member, limit: u64) -> Result<Vec<u8>, MemberError> {
        if member.size > limit {
            return Err(MemberError::TooLarge { limit });
        }
        let mut out = Vec::new();
        self.blocks(member, &mut |block| out.extend_from_slice(block))?;
        Ok(out)
    }

    /// SHA-256 of a member; what is wrong with its octets goes to `findings`.
    pub(crate) fn digest(&self, member: &Member, findings: &mut Findings) -> Option<[u8; 32]> {
        findings.in_member(Some(&member.name));
        findings.at(None, Some(member.data));
        let mut hasher = Sha256Hasher::new();
        let done = self.blocks(member, &mut |block| hasher.update(block));
        match done {
            Ok(()) => {}
            // damaged octets have a digest too
            Err(MemberError::Crc) => findings.add(Code::WaczZipCrc, &[]),
            Err(error) => {
                error.report(findings);
                return None;
            }
        }
        Some(hasher.finish())
    }
}

/// Why a member cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MemberError {
    /// The bytes cannot be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The CRC does not fit.
    #[error("the member is damaged: its CRC does not fit")]
    Crc,
    /// Deflated octets that do not inflate to the length stated.
    #[error("the member cannot be inflated to the length it states")]
    Inflate,
    /// Larger than asked for.
    #[error("the member is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
}

impl MemberError {
    pub(crate) fn report(&self, findings: &mut Findings) {
        match self {
            Self::Source(e) => findings.add(Code::Unreadable, &[("reason", &e.to_string())]),
            Self::Crc => findings.add(Code::WaczZipCrc, &[]),
            Self::Inflate => findings.add(Code::WaczZipInflate, &[]),
            Self::TooLarge { limit } => {
                let limit = limit.to_string();
                findings.add(Code::WaczBudget, &[("what", "member"), ("limit", &limit)]);
            }
        }
    }
}

struct Broken {
    what: &'static str,
    offset: u64,
}

/// The end record is the last of the file: a comment, or anything behind it, would be unseen octets.
fn locate(source: &dyn Source) -> Result<Directory, Broken> {
    let end_at = source
        .len()
        .checked_sub(zip::END_LEN as u64)
        .ok_or(Broken {
            what: "end record",
            offset: 0,
        })?;
    let broken = || Broken {
        what: "end record",
        offset: end_at,
    };
    let octets = source.read_vec(end_at, 22).map_err(|_| broken())?;
    let mut f = Fields(&octets);
    let read = (|| {
        let (signature, disks) = (f.u32()?, f.u32()?);
        let (here, all) = (f.u16()?, f.u16()?);
        let (len, offset, comment) = (f.u32()?, f.u32()?, f.u16()?);
        (signature == zip::END && disks == 0 && here == all && comment == 0)
            .then_some((all, len, offset))
    })();
    let (entries, len, offset) = read.ok_or_else(broken)?;
    let is64 = entries == u16::MAX || len == u32::MAX || offset == u32::MAX;
    let (directory, before) = match is64 {
        true => locate64(source, end_at).ok_or(Broken {
            what: "zip64 end record",
            offset: end_at,
        })?,
        false => (
            Directory {
                entries: entries.into(),
                offset: offset.into(),
                len: len.into(),
            },
            end_at,
        ),
    };
    match directory.offset.checked_add(directory.len) == Some(before) {
        true => Ok(directory),
        false => Err(broken()),
    }
}

fn locate64(source: &dyn Source, end_at: u64) -> Option<(Directory, u64)> {
    let locator_at = end_at.checked_sub(zip::LOCATOR64_LEN as u64)?;
    let locator = source.read_vec(locator_at, 20).ok()?;
    let mut f = Fields(&locator);
    let (signature, disk, at, disks) = (f.u32()?, f.u32()?, f.u64()?, f.u32()?);
    if (signature, disk, disks) != (zip::LOCATOR64, 0, 1)
        || at.checked_add(zip::END64_LEN as u64) != Some(locator_at)
    {
        return None;
    }
    let record = source.read_vec(at, 56).ok()?;
    let mut f = Fields(&record);
    let (signature, len) = (f.u32()?, f.u64()?);
    f.take(4)?; // versions
    let (disks, here, entries) = (f.u64()?, f.u64()?, f.u64()?);
    let (directory_len, offset) = (f.u64()?, f.u64()?);
    let sound = signature == zip::END64 && len == 44 && disks == 0 && here == entries;
    sound.then_some((
        Directory {
            entries,
            offset,
            len: directory_len,
        },
        at,
    ))
}

/// One central header; findings about what it says, `None` when its fields cannot be told apart.
fn central(f: &mut Fields<'_>, at: u64, findings: &mut Findings) -> Option<Member> {
    let fixed = f.take(zip::CENTRAL_LEN)?;
    let mut h = Fields(fixed);
    let signature = h.u32()?;
    h.take(4)?; // versions
    let (flags, method, _time, date) = (h.u16()?, h.u16()?, h.u16()?, h.u16()?);
    let (crc, packed, size) = (h.u32()?, h.u32()?, h.u32()?);
    let (name_len, extra_len, comment_len) = (h.u16()?, h.u16()?, h.u16()?);
    let disk = h.u16()?;
    h.take(6)?; // attributes
    let offset = h.u32()?;
    let name = f.take(name_len.into())?;
    let extra = f.take(extra_len.into())?;
    f.take(comment_len.into())?;
    if signature != zip::CENTRAL || disk != 0 {
        return None;
    }
    let mut large = zip64(extra)?;
    let mut wide = |value: u32| match value {
        u32::MAX => large.u64(),
        _ => Some(value.into()),
    };
    let (size, packed, header) = (wide(size)?, wide(packed)?, wide(offset)?);
    let member = Member {
        name: String::from_utf8_lossy(name).into_owned(),
        size,
        deflated: method == 8,
        crc,
        packed,
        described: flags & 8 != 0,
        header,
        data: 0,
        central: at,
        central_len: 0,
    };
    check_central(&member, name, flags, method, findings);
    if !is_date(date) {
        findings.add(Code::WaczZipDate, &[]);
    }
    Some(member)
}

fn check_central(member: &Member, name: &[u8], flags: u16, method: u16, findings: &mut Findings) {
    findings.in_member(Some(&member.name));
    findings.at(None, Some(member.central));
    if std::str::from_utf8(name).is_err() || check_name(&member.name).is_err() {
        findings.add(Code::WaczZipName, &[]);
    }
    let readable = matches!(method, 0 | 8) && flags & 0x2041 == 0;
    if !readable || (method == 0 && member.size != member.packed) {
        findings.add(Code::WaczZipMethod, &[("method", &method.to_string())]);
    }
    if method == 8 {
        findings.add(Code::WaczZipDeflated, &[]);
    }
}

/// Month 1 to 12, day 1 to 31 (APPNOTE 4.4.6).
fn is_date(date: u16) -> bool {
    (1..=12).contains(&(date >> 5 & 15)) && date & 31 != 0
}

/// The zip64 extra field, empty where there is none; `None` when the extra fields do not fill their place.
fn zip64(extra: &[u8]) -> Option<Fields<'_>> {
    let mut f = Fields(extra);
    let mut found = Fields(&[]);
    while !f.0.is_empty() {
        let (id, len) = (f.u16()?, f.u16()?);
        let data = f.take(len.into())?;
        if id == zip::ZIP64 {
            found = Fields(data);
        }
    }
    Some(found)
}

/// Lengths of name and extra field, and whether the rest is what the central header says, sizes of 32 bits included.
fn local(octets: &[u8], member: &Member) -> Option<((usize, usize), bool)> {
    let mut h = Fields(octets);
    let signature = h.u32()?;
    h.take(2)?;
    let (flags, method) = (h.u16()?, h.u16()?);
    h.take(4)?; // time and date
    let (crc, packed, size) = (h.u32()?, h.u32()?, h.u32()?);
    let lens = (h.u16()?.into(), h.u16()?.into());
    let alike =
        (flags & 8 != 0) == member.described && method == if member.deflated { 8 } else { 0 };
    if signature != zip::LOCAL || !alike {
        return None;
    }
    let stated =
        crc == member.crc && u64::from(packed) == member.packed && u64::from(size) == member.size;
    let deferred = member.described && (crc, packed, size) == (0, 0, 0);
    Some((lens, stated || deferred))
}

/// Whether the sizes stand in a zip64 field of the local header.
fn large(octets: &[u8], extra: &[u8], member: &Member) -> bool {
    let Some(mut values) = zip64(extra) else {
        return false;
    };
    let mut h = Fields(octets.get(14..).unwrap_or_default());
    let crc = h.u32() == Some(member.crc) || member.described;
    let (packed, size) = (h.u32(), h.u32());
    let mut wide = |value: Option<u32>| match value {
        Some(u32::MAX) => values.u64(),
        other => other.map(u64::from),
    };
    let size = wide(size);
    let packed = wide(packed);
    let deferred = member.described && (size, packed) == (Some(0), Some(0));
    crc && (deferred || (size, packed) == (Some(member.size), Some(member.packed)))
}
