//! Reading a package: strict, so that no two readers see two packages in one file.

use std::collections::BTreeMap;

use crate::layout::{NameFault, check_name};
use crate::source::{Source, SourceError};
use crate::zip::{self, Fields, Header};

/// Most members of a package: 1,000,000 items of two members each, and room for proofs.
const MAX_MEMBERS: u64 = 2_100_000;
/// Most octets of a directory: an average name of 200 octets.
const MAX_DIRECTORY: u64 = 600 << 20;

/// Why bytes are not a package. The member is named wherever one is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// The bytes cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// No end-of-directory record at the very end: cut short, or no zip at all.
    #[error("the file ends early, or is not a package: no directory at its end")]
    Truncated,
    /// A field of the directory contradicts the file.
    #[error("the directory of the package is damaged: {what}")]
    Directory {
        /// Which.
        what: &'static str,
    },
    /// Over a budget.
    #[error("{what}: {found}, at most {limit}")]
    Budget {
        /// Of what.
        what: &'static str,
        /// Met.
        found: u64,
        /// Allowed.
        limit: u64,
    },
    /// A name that could mean a path elsewhere, or two things.
    #[error("member {name:?}: {fault:?}")]
    Name {
        /// The name, lossy where it is not UTF-8.
        name: String,
        /// What is wrong.
        fault: NameFault,
    },
    /// Two members of one name.
    #[error("member {name:?} stands twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// Compressed or encrypted: a package stores its members as they are.
    #[error("member {name:?} is compressed or encrypted; a package stores its members plainly")]
    NotStored {
        /// The name.
        name: String,
    },
    /// Its attributes make a link, a folder or a device of it, or give whoever unpacks it more than permissions.
    #[error("member {name:?} is marked as something else than a plain file")]
    NotAFile {
        /// The name.
        name: String,
    },
    /// Local and central header differ, or members overlap or leave gaps.
    #[error("member {name:?}: its two headers, or its place in the file, contradict each other")]
    Inconsistent {
        /// The name.
        name: String,
    },
    /// The first member is not the `mimetype` of ASiC-E.
    #[error("the first member is not the mimetype of an ASiC-E package")]
    Mimetype,
    /// A member's CRC does not fit its bytes.
    #[error("member {name:?} is damaged: its CRC does not fit")]
    Crc {
        /// The name.
        name: String,
    },
    /// A statement larger than the reader holds in memory.
    #[error("member {name:?} has {size} bytes, at most {limit} are read into memory")]
    TooLarge {
        /// The name.
        name: String,
        /// Its length.
        size: u64,
        /// The limit.
        limit: u64,
    },
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Name, `/`-separated, UTF-8.
    pub name: String,
    /// Length in bytes.
    pub size: u64,
    /// CRC-32 as stated.
    pub crc: u32,
    /// Where its bytes start in the source.
    pub data: u64,
}

/// An opened package.
pub struct Container<'a> {
    source: &'a dyn Source,
    members: Vec<Member>,
    by_name: BTreeMap<String, usize>,
}

impl<'a> Container<'a> {
    /// Reads the directory and checks that the members, headers included, fill the file without overlap or gap.
    ///
    /// # Errors
    /// [`ContainerError`], naming the member at fault.
    pub fn open(source: &'a dyn Source) -> Result<Self, ContainerError> {
        let directory = Directory::locate(source)?;
        let headers = directory.headers(source)?;
        let members = place(source, headers, directory.offset)?;
        let mut by_name = BTreeMap::new();
        for (i, member) in members.iter().enumerate() {
            if by_name.insert(member.name.clone(), i).is_some() {
                return Err(ContainerError::Duplicate {
                    name: member.name.clone(),
                });
            }
        }
        let container = Self {
            source,
            members,
            by_name,
        };
        container.check_mimetype()?;
        Ok(container)
    }

    fn check_mimetype(&self) -> Result<(), ContainerError> {
        match self.members.first() {
            Some(first) if first.name == "mimetype" => {
                match self.bytes(first, 64)? == crate::MIMETYPE {
                    true => Ok(()),
                    false => Err(ContainerError::Mimetype),
                }
            }
            _ => Err(ContainerError::Mimetype),
        }
    }

    /// All members in the order of the file.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Member> {
        self.by_name.get(name).map(|i| &self.members[*i])
    }

    /// Where the member of that name stands among [`Container::members`].
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// A whole member in memory, its CRC checked.
    ///
    /// # Errors
    /// [`ContainerError::TooLarge`] beyond `limit`; [`ContainerError::Crc`].
    pub fn bytes(&self, member: &Member, limit: u64) -> Result<Vec<u8>, ContainerError> {
        let too_large = ContainerError::TooLarge {
            name: member.name.clone(),
            size: member.size,
            limit,
        };
        if member.size > limit {
            return Err(too_large);
        }
        let len = usize::try_from(member.size).map_err(|_| too_large)?;
        let bytes = self.source.read_vec(member.data, len)?;
        self.check_crc(member, crc32fast::hash(&bytes))?;
        Ok(bytes)
    }

    /// Streams a member, its CRC checked at the end.
    ///
    /// # Errors
    /// [`ContainerError::Crc`], [`ContainerError::Source`].
    pub fn blocks(
        &self,
        member: &Member,
        each: &mut dyn FnMut(&[u8]),
    ) -> Result<(), ContainerError> {
        let mut crc = crc32fast::Hasher::new();
        self.source.blocks(member.data, member.size, &mut |block| {
            crc.update(block);
            each(block);
        })?;
        self.check_crc(member, crc.finalize())
    }

    /// Compares a CRC computed by the caller over all bytes of the member.
    ///
    /// # Errors
    /// [`ContainerError::Crc`].
    pub fn check_crc(&self, member: &Member, crc: u32) -> Result<(), ContainerError> {
        match crc == member.crc {
            true => Ok(()),
            false => Err(ContainerError::Crc {
                name: member.name.clone(),
            }),
        }
    }
}

struct Directory {
    entries: u64,
    offset: u64,
    len: u64,
}

impl Directory {
    /// The end record must be the last octets of the file: a comment or anything behind it would be unseen bytes.
    fn locate(source: &dyn Source) -> Result<Self, ContainerError> {
        let len = source.len();
        let end_at = len
            .checked_sub(zip::END_LEN as u64)
            .ok_or(ContainerError::Truncated)?;
        let end = source.read_vec(end_at, zip::END_LEN)?;
        let mut f = Fields(&end);
        if f.u32() != Some(zip::END) {
            return Err(ContainerError::Truncated);
        }
        let damaged = ContainerError::Directory { what: "end record" };
        let read = (|| {
            let disks = f.u32()?;
            let (here, all) = (f.u16()?, f.u16()?);
            let (size, offset, comment) = (f.u32()?, f.u32()?, f.u16()?);
            (disks == 0 && here == all && comment == 0).then_some((all, size, offset))
        })();
        let (entries, size, offset) = read.ok_or(damaged)?;
        let is64 = entries == u16::MAX || size == u32::MAX || offset == u32::MAX;
        let (found, before_end) = match is64 {
            true => Self::locate64(source, end_at)?,
            false => (
                Self {
                    entries: entries.into(),
                    offset: offset.into(),
                    len: size.into(),
                },
                end_at,
            ),
        };
        found.within(before_end)?;
        Ok(found)
    }

    fn locate64(source: &dyn Source, end_at: u64) -> Result<(Self, u64), ContainerError> {
        let damaged = || ContainerError::Directory {
            what: "zip64 end record",
        };
        let tail = (zip::LOCATOR64_LEN + zip::END64_LEN) as u64;
        let at = end_at.checked_sub(tail).ok_or_else(damaged)?;
        let bytes = source.read_vec(at, zip::LOCATOR64_LEN + zip::END64_LEN)?;
        let mut f = Fields(&bytes);
        let read = (|| {
            let signature = f.u32()? == zip::END64;
            let length = f.u64()? == (zip::END64_LEN - 12) as u64;
            f.u32()?; // versions
            let disks = f.u64()? == 0;
            let (here, all, len, offset) = (f.u64()?, f.u64()?, f.u64()?, f.u64()?);
            let locator = f.u32()? == zip::LOCATOR64 && f.u32()? == 0;
            let points_here = f.u64()? == at && f.u32()? == 1;
            (signature && length && disks && here == all && locator && points_here).then_some(
                Self {
                    entries: all,
                    offset,
                    len,
                },
            )
        })();
        Ok((read.ok_or_else(damaged)?, at))
    }

    fn within(&self, before_end: u64) -> Result<(), ContainerError> {
        for (what, found, limit) in [
            ("members", self.entries, MAX_MEMBERS),
            ("bytes of directory", self.len, MAX_DIRECTORY),
        ] {
            if found > limit {
                return Err(ContainerError::Budget { what, found, limit });
            }
        }
        match self.offset.checked_add(self.len) == Some(before_end) {
            true => Ok(()),
            false => Err(ContainerError::Directory {
                what: "does not stand where the end record says",
            }),
        }
    }

    fn headers(&self, source: &dyn Source) -> Result<Vec<Listed>, ContainerError> {
        let damaged = |what| ContainerError::Directory { what };
        let len = usize::try_from(self.len).map_err(|_| damaged("too long"))?;
        let bytes = source.read_vec(self.offset, len)?;
        let mut rest = bytes.as_slice();
        let mut headers = Vec::new();
        for _ in 0..self.entries {
            headers.push(central(&mut rest)?);
        }
        match rest.is_empty() {
            true => Ok(headers),
            false => Err(damaged("bytes behind the last entry")),
        }
    }
}

/// What the directory says of one member.
struct Listed {
    header: Header,
    /// Time and date: no evidence, but two readers must show the same.
    time: u32,
}

/// Reads one central header off the front of `rest`.
fn central(rest: &mut &[u8]) -> Result<Listed, ContainerError> {
    let short = ContainerError::Directory {
        what: "ends inside an entry",
    };
    let (fixed, tail) = rest
        .split_at_checked(zip::CENTRAL_LEN)
        .ok_or(short.clone())?;
    let mut f = Fields(fixed);
    let read = (|| {
        let signature = f.u32()? == zip::CENTRAL;
        f.u16()?; // the program that wrote it
        let needed = f.u16()?;
        let (flags, method, time) = (f.u16()?, f.u16()?, f.u32()?);
        let (crc, packed, size) = (f.u32()?, f.u32()?, f.u32()?);
        let (name, extra, comment) = (f.u16()?, f.u16()?, f.u16()?);
        let disk = f.u16()? == 0 && comment == 0;
        let plain = is_plain(f.u16()?, f.u32()?);
        let stored = method == 0 && packed == size && is_for_stored(needed);
        (signature && disk).then_some((
            flags,
            stored,
            plain,
            time,
            crc,
            size,
            usize::from(name),
            usize::from(extra),
            f.u32()?,
        ))
    })();
    let (flags, stored, plain, time, crc, size, name_len, extra_len, offset) =
        read.ok_or(short.clone())?;
    let (name, tail) = tail.split_at_checked(name_len).ok_or(short.clone())?;
    let (extra, tail) = tail.split_at_checked(extra_len).ok_or(short)?;
    *rest = tail;
    let name = named(name, flags)?;
    if !stored {
        return Err(ContainerError::NotStored { name });
    }
    if !plain {
        return Err(ContainerError::NotAFile { name });
    }
    let inconsistent = ContainerError::Inconsistent { name: name.clone() };
    let (size, offset) = wide(size, offset, extra).ok_or(inconsistent)?;
    Ok(Listed {
        header: Header {
            name,
            crc,
            size,
            offset,
        },
        time,
    })
}

/// Versions needed that a stored member may ask for (APPNOTE 4.4.3.2): the default, folders, zip64. Any other is that
/// of a way of packing.
fn is_for_stored(needed: u16) -> bool {
    matches!(needed, 10 | 20 | 45)
}

/// Whether both attributes leave a plain file. A program that unpacks makes a link or a folder of what Unix's type or
/// the directory's flag of MS-DOS says, and may keep set-user-id; permissions and the mark of a text are no matter.
fn is_plain(internal: u16, external: u32) -> bool {
    const TEXT: u16 = 1;
    const DOS: u32 = 0x27; // read-only, hidden, system, archive
    const PERMISSIONS: u32 = 0o777 << 16;
    const REGULAR: u32 = 0o100_000 << 16;
    internal & !TEXT == 0 && matches!(external & !(DOS | PERMISSIONS), 0 | REGULAR)
}

fn named(raw: &[u8], flags: u16) -> Result<String, ContainerError> {
    let lossy = || String::from_utf8_lossy(raw).into_owned();
    let fault = |fault| ContainerError::Name {
        name: lossy(),
        fault,
    };
    let name = std::str::from_utf8(raw).map_err(|_| fault(NameFault::NotUtf8))?;
    // Bit 0 is encryption; without bit 11 only ASCII means the same to every reader.
    match flags & !zip::UTF8 {
        0 => {}
        _ => return Err(ContainerError::NotStored { name: lossy() }),
    }
    if (flags & zip::UTF8 == 0) != name.is_ascii() {
        return Err(fault(NameFault::NotUtf8));
    }
    check_name(name).map_err(fault)?;
    Ok(name.to_owned())
}

/// Sizes from the zip64 extra field where the small fields are full; no other extra field is allowed.
fn wide(size: u32, offset: u32, extra: &[u8]) -> Option<(u64, u64)> {
    let mut f = Fields(extra);
    if extra.is_empty() {
        return (size != u32::MAX && offset != u32::MAX).then_some((size.into(), offset.into()));
    }
    if f.u16()? != zip::ZIP64 || usize::from(f.u16()?) != f.0.len() {
        return None;
    }
    let size = match size {
        u32::MAX => {
            let size = f.u64()?;
            (f.u64()? == size).then_some(size)?
        }
        small => small.into(),
    };
    let offset = match offset {
        u32::MAX => f.u64()?,
        small => small.into(),
    };
    f.0.is_empty().then_some((size, offset))
}

/// Checks that each local header repeats the central one and that members follow each other without a gap.
fn place(
    source: &dyn Source,
    headers: Vec<Listed>,
    directory: u64,
) -> Result<Vec<Member>, ContainerError> {
    let mut members = Vec::with_capacity(headers.len());
    let mut expected = 0;
    for Listed { header, time } in headers {
        let wrong = || ContainerError::Inconsistent {
            name: header.name.clone(),
        };
        let local = header.local();
        let fits = header
            .offset
            .checked_add(local.len() as u64)
            .and_then(|data| Some((data, data.checked_add(header.size)?)))
            .filter(|(_, end)| *end <= directory && header.offset == expected);
        let (data, end) = fits.ok_or_else(wrong)?;
        let found = source.read_vec(header.offset, local.len())?;
        if !repeats(&found, &local, time) {
            return Err(wrong());
        }
        expected = end;
        members.push(Member {
            name: header.name,
            size: header.size,
            crc: header.crc,
            data,
        });
    }
    match expected == directory {
        true => Ok(members),
        false => Err(ContainerError::Directory {
            what: "unlisted bytes before it",
        }),
    }
}

/// Whether a local header is the one that the central header implies, at that time. Its version needed (4..6) may be
/// any that a stored member can ask for.
fn repeats(found: &[u8], due: &[u8], time: u32) -> bool {
    let mut due = due.to_vec();
    let Some(needed) = found.get(4..6) else {
        return false;
    };
    due[4..6].copy_from_slice(needed);
    due[10..14].copy_from_slice(&time.to_le_bytes());
    is_for_stored(u16::from_le_bytes([needed[0], needed[1]])) && found == due
}
