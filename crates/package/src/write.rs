//! Writing a package, or another zip of its form: members in the order given, nothing kept in memory but the directory.

use std::io::{Read, Seek, SeekFrom, Write};

use crate::layout::{NameFault, check_name};
use crate::zip::{self, Header};

/// Why a package was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriterError {
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

/// Writes a stored-only zip whose bytes follow from its members alone.
pub struct Writer<W: Write + Seek> {
    out: W,
    at: u64,
    headers: Vec<Header>,
}

impl<W: Write + Seek> Writer<W> {
    /// Starts a package with its `mimetype` member (EN 319 162-1 §4.4: first, stored, without extra field).
    ///
    /// # Errors
    /// [`WriterError::Io`].
    pub fn new(out: W) -> Result<Self, WriterError> {
        let mut writer = Self::plain(out);
        writer.member("mimetype", crate::MIMETYPE)?;
        Ok(writer)
    }

    /// Starts a zip of the same form that is no package: a web archive.
    pub fn plain(out: W) -> Self {
        Self {
            out,
            at: 0,
            headers: Vec::new(),
        }
    }

    /// Adds a member held in memory.
    ///
    /// # Errors
    /// [`WriterError`].
    pub fn member(&mut self, name: &str, bytes: &[u8]) -> Result<(), WriterError> {
        self.stream(name, bytes.len() as u64, &mut &bytes[..], &mut |_| ())
    }

    /// Adds a member of an announced length from a stream; `see` is shown every block as it passes.
    ///
    /// The header is written twice: once to keep its place, once with the CRC that only the passing bytes tell.
    ///
    /// # Errors
    /// [`WriterError`]; after one the output is not a package and must be dropped.
    pub fn stream(
        &mut self,
        name: &str,
        size: u64,
        input: &mut dyn Read,
        see: &mut dyn FnMut(&[u8]),
    ) -> Result<(), WriterError> {
        check_name(name).map_err(|fault| WriterError::Name {
            name: name.to_owned(),
            fault,
        })?;
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
            return Err(WriterError::Length {
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

    fn copy(
        &mut self,
        input: &mut dyn Read,
        see: &mut dyn FnMut(&[u8]),
    ) -> Result<(u32, u64), WriterError> {
        let mut crc = crc32fast::Hasher::new();
        let mut found = 0;
        let mut block = vec![0; 1 << 18];
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
    ///
    /// # Errors
    /// [`WriterError::Io`].
    pub fn finish(mut self) -> Result<W, WriterError> {
        let start = self.at;
        let mut len = 0;
        for header in &self.headers {
            let central = header.central();
            self.out.write_all(&central)?;
            len += central.len() as u64;
        }
        self.out
            .write_all(&zip::end(self.headers.len() as u64, start, len))?;
        self.out.flush()?;
        Ok(self.out)
    }
}
