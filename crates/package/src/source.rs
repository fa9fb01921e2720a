//! Bytes by position: a file, a buffer, a browser's `File`.

/// The bytes cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{len} bytes at {offset} cannot be read: {reason}")]
pub struct SourceError {
    /// Where.
    pub offset: u64,
    /// How many.
    pub len: usize,
    /// In the words of the system.
    pub reason: String,
}

/// Random access to bytes of a known length.
pub trait Source {
    /// Length in bytes.
    fn len(&self) -> u64;

    /// Whether there is nothing.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `out` from `offset`.
    ///
    /// # Errors
    /// [`SourceError`], also when the bytes lie beyond the end.
    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), SourceError>;

    /// Reads `len` bytes at `offset` into memory; the caller has bounded `len`.
    ///
    /// # Errors
    /// [`SourceError`].
    fn read_vec(&self, offset: u64, len: usize) -> Result<Vec<u8>, SourceError> {
        if offset.saturating_add(len as u64) > self.len() {
            return Err(beyond(offset, len));
        }
        let mut out = vec![0; len];
        self.read_at(offset, &mut out)?;
        Ok(out)
    }

    /// Feeds the bytes from `offset` in blocks, never more than one block in memory.
    ///
    /// # Errors
    /// [`SourceError`].
    fn blocks(
        &self,
        offset: u64,
        len: u64,
        each: &mut dyn FnMut(&[u8]),
    ) -> Result<(), SourceError> {
        let mut block = vec![0; usize::try_from(len.min(BLOCK)).unwrap_or(0)];
        let mut done = 0;
        while done < len {
            let step = usize::try_from((len - done).min(BLOCK)).unwrap_or(0);
            self.read_at(offset + done, &mut block[..step])?;
            each(&block[..step]);
            done += step as u64;
        }
        Ok(())
    }
}

const BLOCK: u64 = 1 << 20;

fn beyond(offset: u64, len: usize) -> SourceError {
    SourceError {
        offset,
        len,
        reason: "beyond the end".to_owned(),
    }
}

impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), SourceError> {
        let start = usize::try_from(offset).map_err(|_| beyond(offset, out.len()))?;
        let bytes = start
            .checked_add(out.len())
            .and_then(|end| self.get(start..end))
            .ok_or_else(|| beyond(offset, out.len()))?;
        out.copy_from_slice(bytes);
        Ok(())
    }
}

impl Source for Vec<u8> {
    fn len(&self) -> u64 {
        Source::len(self.as_slice())
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), SourceError> {
        self.as_slice().read_at(offset, out)
    }
}

/// A stretch of another source.
pub struct Window<'a> {
    /// What is looked into.
    pub inner: &'a dyn Source,
    /// Start.
    pub offset: u64,
    /// Length.
    pub len: u64,
}

impl Source for Window<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), SourceError> {
        if offset.saturating_add(out.len() as u64) > self.len {
            return Err(beyond(offset, out.len()));
        }
        self.inner.read_at(self.offset + offset, out)
    }
}
