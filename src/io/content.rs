//! The content of a file: bytes in memory, or a file on disk that is read in blocks, so that memory use does not grow
//! with it.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;

use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use rayon::prelude::*;

use super::{missing, unreadable};
use crate::error::{Error, Exit, Result};

/// Bytes that a worker reads at a time for a checksum.
const SUMMED: usize = 1 << 20;

/// The bytes of a file.
#[derive(Debug)]
pub enum Content {
    /// In memory.
    Memory(Vec<u8>),
    /// On disk.
    Disk(DiskFile),
}

/// An open file with the length it had when it was opened.
#[derive(Debug)]
pub struct DiskFile {
    file: File,
    name: String,
    length: u64,
}

impl DiskFile {
    /// Opens a file.
    ///
    /// # Errors
    /// A file that does not exist or cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let fail = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::NotFound => missing(path.display()),
            _ => unreadable(path, e),
        };
        let file = File::open(path).map_err(fail)?;
        let about = file.metadata().map_err(fail)?;
        if about.is_dir() {
            return Err(unreadable(path, "is a directory"));
        }
        Ok(Self { file, name: path.display().to_string(), length: about.len() })
    }
}

impl Content {
    /// An open file of this length.
    pub(super) fn disk(file: File, length: u64) -> Self {
        Self::Disk(DiskFile { file, name: String::new(), length })
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk(file) => file.length,
        }
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `out` with the bytes from `offset` on.
    ///
    /// # Errors
    /// A file that cannot be read, or has become shorter since it was opened.
    pub fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let part = bytes.get(start..).and_then(|rest| rest.get(..out.len()));
                part.map(|part| out.copy_from_slice(part)).ok_or_else(|| {
                    Error::new(Exit::Input, "error-file-unreadable").with("path", "–").with("why", "–")
                })
            }
            Self::Disk(file) => {
                read_exact_at(&file.file, offset, out).map_err(|e| unreadable(Path::new(&file.name), e))
            }
        }
    }

    /// The bytes from the top, `length` at most.
    ///
    /// # Errors
    /// As of [`Content::read_at`].
    pub fn top(&self, length: usize) -> Result<Cow<'_, [u8]>> {
        let length = usize::try_from(self.len()).unwrap_or(usize::MAX).min(length);
        match self {
            Self::Memory(bytes) => Ok(Cow::Borrowed(&bytes[..length])),
            Self::Disk(_) => {
                let mut out = vec![0; length];
                self.read_at(0, &mut out)?;
                Ok(Cow::Owned(out))
            }
        }
    }

    /// The BLAKE3 checksum, equal to [`super::checksum`] of the bytes, computed by all workers of the pool.
    ///
    /// # Errors
    /// As of [`Content::read_at`].
    pub fn checksum(&self) -> Result<String> {
        let sums = BlockSums { block: SUMMED, length: self.len() };
        let blocks = (0..sums.blocks()).into_par_iter().map_init(Vec::new, |bytes, number| {
            let offset = number * SUMMED as u64;
            bytes.resize(usize::try_from(sums.length - offset).unwrap_or(usize::MAX).min(SUMMED), 0);
            self.read_at(offset, bytes)?;
            Ok(sums.of(number, bytes))
        });
        Ok(sums.join(&blocks.collect::<Result<Vec<BlockSum>>>()?))
    }

    /// The bytes, if they are in memory.
    #[must_use]
    pub fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Memory(bytes) => Some(bytes),
            Self::Disk(_) => None,
        }
    }

    /// The whole content, in memory.
    ///
    /// # Errors
    /// As of [`Content::read_at`].
    pub fn into_bytes(self) -> Result<Vec<u8>> {
        match self {
            Self::Memory(bytes) => Ok(bytes),
            disk @ Self::Disk(_) => disk.top(usize::MAX).map(Cow::into_owned),
        }
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut out: &mut [u8]) -> std::io::Result<()> {
    while !out.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, out, offset)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => {
                out = &mut out[n..];
                offset += n as u64;
            }
        }
    }
    Ok(())
}

/// The checksum of a file from the checksums of its blocks, which can be computed in any order and in parallel:
/// BLAKE3 is a tree, and a block whose size is a power of two is a subtree.
#[derive(Debug, Clone, Copy)]
pub struct BlockSums {
    /// Bytes of every block except the last, a power of two from 1024.
    pub block: usize,
    /// Bytes of the file.
    pub length: u64,
}

/// The checksum of a block.
#[derive(Debug, Clone, Copy)]
pub struct BlockSum(ChainingValue);

impl BlockSums {
    /// The number of blocks of the file, at least one.
    #[must_use]
    pub const fn blocks(self) -> u64 {
        let whole = self.length.div_ceil(self.block as u64);
        if whole == 0 { 1 } else { whole }
    }

    /// The checksum of the block with this number.
    #[must_use]
    pub fn of(self, number: u64, bytes: &[u8]) -> BlockSum {
        let mut hasher = blake3::Hasher::new();
        if self.blocks() == 1 {
            // A single block is the root itself, not a branch.
            return BlockSum(*hasher.update(bytes).finalize().as_bytes());
        }
        hasher.set_input_offset(number * self.block as u64);
        BlockSum(hasher.update(bytes).finalize_non_root())
    }

    /// The checksum of the file, equal to [`super::checksum`] of its bytes; `blocks` in order, at least one.
    #[must_use]
    pub fn join(self, blocks: &[BlockSum]) -> String {
        match blocks {
            [one] => blake3::Hash::from_bytes(one.0).to_string(),
            several => {
                let (left, right) = several.split_at(left_of(several.len()));
                merge_subtrees_root(&branch(left), &branch(right), Mode::Hash).to_string()
            }
        }
    }
}

/// The number of blocks in the left subtree: the largest power of two that leaves at least one for the right.
const fn left_of(blocks: usize) -> usize {
    1 << (blocks - 1).ilog2()
}

fn branch(blocks: &[BlockSum]) -> ChainingValue {
    match blocks {
        [one] => one.0,
        several => {
            let (left, right) = several.split_at(left_of(several.len()));
            merge_subtrees_non_root(&branch(left), &branch(right), Mode::Hash)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_have_the_checksum_of_the_whole(bytes in proptest::collection::vec(any::<u8>(), 0..9000)) {
            let sums = BlockSums { block: 1024, length: bytes.len() as u64 };
            let mut blocks: Vec<BlockSum> =
                bytes.chunks(1024).enumerate().map(|(i, block)| sums.of(i as u64, block)).collect();
            if blocks.is_empty() {
                blocks.push(sums.of(0, &[]));
            }
            prop_assert_eq!(blocks.len() as u64, sums.blocks());
            prop_assert_eq!(sums.join(&blocks), super::super::checksum(&bytes));
        }
    }
}
