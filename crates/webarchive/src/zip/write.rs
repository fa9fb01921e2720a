//! Members in the order given, nothing kept in memory but the directory.

use std::io::{Read, Seek, SeekFrom, Write};

use fidem_package::layout::{NameFault, check_name};

use crate::zip::form::{self, Header};

/// Why a zip was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ZipError {
    /// The output or a member's input failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A name the reader would refuse.
    #[error("member {name:?} cannot be written: {fault:?}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// The name has been used.
    #[error("member {name:?} stands twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// The input gave another number of bytes than was said.
    #[error("member {name:?} gave {found} bytes, {expected} were announced")]
    Length {
        /// The member.
        name: String,
        /// Announced.
        expected: u64,
        /// Given.
        found: u64,
    },
}

/// Writes a stored-only zip whose octets follow from its members alone.
pub(crate) struct Writer<W: Write + Seek> {
    out: W,
    at: u64,
    headers: Vec<Header>,
}

const BLOCK: usize = 256 << 10;

impl<W: Write + Seek> Writer<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            at: 0,
            headers: Vec::new(),
        }
    }

    /// Adds a member of an announced length; `see` is shown every block. The header is written twice: once to keep its
    /// place, once with the CRC that only the passing octets tell.
    pub(crate) fn stream(
        &mut self,
        name: &str,
        size: u64,
        input: &mut dyn Read,
        see: &mut dyn FnMut(&[u8]),
    ) -> Result<(), ZipError> {
        self.check(name)?;
        let mut header = Header {
            name: name.to_owned(),
            crc: 0,
            size,
            offset: self.at,
        };
        let head = header.local();
        self.out.write_all(&head)?;
        let (crc, found) = self.copy(input, see)?;
        if found != size {
            return Err(ZipError::Length {
                name: name.to_owned(),
                expected: size,
                found,
            });
        }
        header.crc = crc;
        self.out.seek(SeekFrom::Start(self.at))?;
        self.out.write_all(&header.local())?;
        self.at += head.len() as u64 + size;
        self.out.seek(SeekFrom::Start(self.at))?;
        self.headers.push(header);
        Ok(())
    }

    fn check(&self, name: &str) -> Result<(), ZipError> {
        check_name(name).map_err(|fault| ZipError::Name {
            name: name.to_owned(),
            fault,
        })?;
        match self.headers.iter().any(|h| h.name == name) {
            true => Err(ZipError::Duplicate {
                name: name.to_owned(),
            }),
            false => Ok(()),
        }
    }

    fn copy(
        &mut self,
        input: &mut dyn Read,
        see: &mut dyn FnMut(&[u8]),
    ) -> Result<(u32, u64), ZipError> {
        let mut crc = crc32fast::Hasher::new();
        let mut found = 0;
        let mut block = vec![0; BLOCK];
        loop {
            let n = match input.read(&mut block) {
                Ok(0) => return Ok((crc.finalize(), found)),
                Ok(n) => n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e.into()),
            };
            crc.update(&block[..n]);
            see(&block[..n]);
            self.out.write_all(&block[..n])?;
            found += n as u64;
        }
    }

    /// Writes the directory and gives the output back, flushed.
    pub(crate) fn finish(mut self) -> Result<W, ZipError> {
        let start = self.at;
        let mut len = 0;
        for header in &self.headers {
            let central = header.central();
            self.out.write_all(&central)?;
            len += central.len() as u64;
        }
        let end = form::end(self.headers.len() as u64, start, len);
        self.out.write_all(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }
}
