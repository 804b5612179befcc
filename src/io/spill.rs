//! Disk space for data beyond the memory limit: an unnamed file that disappears when the run ends, however it ends.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Mutex;

use super::content::Content;
use crate::error::{Error, Exit, Result};

/// Blocks of bytes written to disk; any thread can write and read.
#[derive(Debug, Default)]
pub struct Spill(Mutex<Option<OpenSpill>>);

#[derive(Debug)]
struct OpenSpill {
    out: BufWriter<File>,
    length: u64,
}

/// The position of a block in a [`Spill`].
#[derive(Debug, Clone, Copy)]
pub struct SpillBlock {
    offset: u64,
    length: u64,
}

fn fail(why: impl ToString) -> Error {
    let folder = std::env::temp_dir();
    Error::new(Exit::Output, "error-spill").with("path", folder.display()).with("why", why)
}

impl Spill {
    /// Writes parts as one block.
    ///
    /// # Errors
    /// A folder for temporary files that cannot be written or is full.
    pub fn put<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> Result<SpillBlock> {
        let mut slot = self.0.lock().map_err(fail)?;
        let open = match &mut *slot {
            Some(open) => open,
            none => {
                let file = tempfile::tempfile().map_err(fail)?;
                none.insert(OpenSpill { out: BufWriter::with_capacity(1 << 20, file), length: 0 })
            }
        };
        let offset = open.length;
        for part in parts {
            open.out.write_all(part).map_err(fail)?;
            open.length += part.len() as u64;
        }
        Ok(SpillBlock { offset, length: open.length - offset })
    }

    /// Ends writing and returns the file with the blocks; `None` if nothing was written.
    ///
    /// # Errors
    /// A folder for temporary files that is full.
    pub fn close(self) -> Result<Option<SpillFile>> {
        let Some(open) = self.0.into_inner().map_err(fail)? else { return Ok(None) };
        let length = open.length;
        let file = open.out.into_inner().map_err(|e| fail(e.error()))?;
        Ok(Some(SpillFile(Content::disk(file, length))))
    }
}

/// The written blocks.
#[derive(Debug)]
pub struct SpillFile(Content);

impl SpillFile {
    /// Bytes of a block.
    #[must_use]
    pub fn size(block: SpillBlock) -> usize {
        block.length as usize
    }

    /// Reads a block into `out`, which is as long as the block.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn take(&self, block: SpillBlock, out: &mut [u8]) -> Result<()> {
        self.0.read_at(block.offset, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_as_they_were_put() {
        let spill = Spill::default();
        let one = spill.put([&b"ab"[..], b"c"]).unwrap();
        let two = spill.put([&b"defg"[..]]).unwrap();
        let file = spill.close().unwrap().unwrap();
        for (block, wanted) in [(two, &b"defg"[..]), (one, b"abc")] {
            let mut out = vec![0; SpillFile::size(block)];
            file.take(block, &mut out).unwrap();
            assert_eq!(out, wanted);
        }
        assert!(Spill::default().close().unwrap().is_none());
    }
}
