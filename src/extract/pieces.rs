//! A text file in pieces of whole records, read and split by several workers at once.
//!
//! A worker takes the next block of the file (an atomic counter), reads it, computes its checksum and scans it for
//! line ends, quotes and non-ASCII letters. Then it waits for its turn, which lasts microseconds if nothing is quoted:
//! it takes the unfinished record that the previous block left over, cuts after the last record that ends in its own
//! block, and leaves the rest to the next. Workers do not synchronise between turns. Memory is one block for each
//! worker, whatever the size of the file, except for longer records.

use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::{Encoding, UTF_8};
use memchr::{memchr_iter, memrchr};
use rayon::prelude::*;

use super::quotes::{Quotes, Seen};
use super::turns::Turns;
use crate::error::{Error, Exit, Result};
use crate::io::{BlockSum, BlockSums, Content};

/// Bytes of a block: large enough that turns are rare, small enough for the caches.
pub const BLOCK: usize = 1 << 20;

/// Bytes before a block for the record left over by the previous one; a longer record is assembled elsewhere.
const HEADROOM: usize = 64 << 10;

/// Bytes after a piece that a reader may access, whatever they are.
pub const PADDING: usize = 64;

/// The records of a text file, below the header.
#[derive(Debug)]
pub struct TextTable<'a> {
    /// The file, in an encoding whose line ends, delimiters and quotes are those of ASCII.
    pub content: &'a Content,
    /// Where the first record starts.
    pub start: u64,
    /// The line of the first record.
    pub line: u64,
    /// The delimiter of fields.
    pub delimiter: u8,
    /// The character encoding.
    pub encoding: &'static Encoding,
    /// Whether the encoding is a guess that the bytes may disprove.
    pub is_guess: bool,
    /// The number of fields in a row.
    pub width: usize,
    /// Bytes that a worker reads at a time: a power of two, at least 1024.
    pub block: usize,
}

/// Whole records, one after the other.
#[derive(Debug)]
pub struct Piece<'b> {
    /// A buffer with `PADDING` bytes after the records that a reader may access.
    pub buffer: &'b [u8],
    /// Where the records start.
    pub start: usize,
    /// Where they end; the byte there or the one before is a line end.
    pub end: usize,
    /// The line of the first record.
    pub line: u64,
    /// Whether it is only lines separated by delimiters, without quotes and bare CRs.
    pub is_plain: bool,
}

/// The result of a walk over all pieces.
#[derive(Debug)]
pub struct Walked<W> {
    /// What the workers gathered.
    pub workers: Vec<W>,
    /// The checksum of the file.
    pub checksum: String,
    /// The guessed encoding turned out to be wrong; nothing that was gathered counts.
    pub is_misread: bool,
}

/// What a block holds.
#[derive(Clone, Copy)]
struct BlockShape {
    lines: u64,
    has_quotes: bool,
    has_returns: bool,
    is_ascii: bool,
}

impl BlockShape {
    fn of(bytes: &[u8]) -> Self {
        /// Bytes processed together, each in its own lane: the compiler vectorises the loop.
        const LANES: usize = 64;
        let (mut lines, mut quotes, mut returns, mut high) = (0_u64, [0_u8; LANES], [0_u8; LANES], [0_u8; LANES]);
        // A lane counts to 255.
        for part in bytes.chunks(LANES * 255) {
            let mut ends = [0_u8; LANES];
            for bytes in part.chunks(LANES) {
                // The last chunk is shorter; its zeros match nothing.
                let mut padded = [0; LANES];
                let bytes: &[u8; LANES] = bytes.try_into().unwrap_or_else(|_| {
                    padded[..bytes.len()].copy_from_slice(bytes);
                    &padded
                });
                for lane in 0..LANES {
                    ends[lane] += u8::from(bytes[lane] == b'\n');
                    quotes[lane] |= u8::from(bytes[lane] == b'"');
                    returns[lane] |= u8::from(bytes[lane] == b'\r');
                    high[lane] |= bytes[lane];
                }
            }
            lines += ends.iter().map(|n| u64::from(*n)).sum::<u64>();
        }
        let any = |lanes: [u8; LANES]| lanes.into_iter().fold(0, |any, lane| any | lane);
        Self { lines, has_quotes: any(quotes) != 0, has_returns: any(returns) != 0, is_ascii: any(high) < 0x80 }
    }

    const fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.has_quotes |= other.has_quotes;
        self.has_returns |= other.has_returns;
        self.is_ascii &= other.is_ascii;
    }
}

impl Default for BlockShape {
    fn default() -> Self {
        Self { lines: 0, has_quotes: false, has_returns: false, is_ascii: true }
    }
}

/// What one turn leaves to the next.
#[derive(Default)]
struct Leftover {
    /// The unfinished records.
    rest: Vec<u8>,
    /// The line on which they start.
    line: u64,
    /// The state of quotes after them.
    quotes: Quotes,
    /// What they hold.
    shape: BlockShape,
    /// Checksums of the blocks read.
    sums: Vec<(u64, BlockSum)>,
}

/// One pass over a file.
struct PieceWalk<'w, 'a> {
    table: &'w TextTable<'a>,
    sums: BlockSums,
    turns: Turns<Leftover>,
    is_misread: AtomicBool,
}

/// The result of a turn: where the records of the worker's piece are in the buffer, and what is known about them.
struct Cut {
    start: usize,
    end: usize,
    line: u64,
    shape: BlockShape,
    is_too_long: bool,
}

impl TextTable<'_> {
    /// Passes the pieces to `visit` in order until it returns `false`.
    ///
    /// # Errors
    /// As of [`TextTable::walk`].
    pub fn each(&self, mut visit: impl FnMut(&Piece<'_>) -> bool) -> Result<()> {
        PieceWalk::of(self).work(|piece| Ok(visit(piece)))
    }

    /// Distributes all pieces over `workers` workers; `visit` returns whether to go on.
    ///
    /// # Errors
    /// A file that cannot be read or has more lines than 32 bits can count; any error of `visit`.
    pub fn walk<W: Send>(
        &self,
        workers: usize,
        make: impl Fn() -> W + Sync,
        visit: impl Fn(&mut W, &Piece<'_>) -> Result<bool> + Sync,
    ) -> Result<Walked<W>> {
        let walk = PieceWalk::of(self);
        let sums = walk.sums;
        let workers = workers.clamp(1, usize::try_from(sums.blocks()).unwrap_or(usize::MAX));
        let one = || {
            let mut worker = make();
            walk.work(|piece| visit(&mut worker, piece)).map(|()| worker)
        };
        let workers: Vec<W> = if workers == 1 {
            vec![one()?]
        } else {
            (0..workers).into_par_iter().with_max_len(1).map(|_| one()).collect::<Result<_>>()?
        };
        let mut made = walk.turns.into_handed().sums;
        made.sort_unstable_by_key(|(number, _)| *number);
        let blocks: Vec<BlockSum> = made.into_iter().map(|(_, sum)| sum).collect();
        // A walk that ended early has not read every block.
        let checksum = if blocks.len() as u64 == sums.blocks() { sums.join(&blocks) } else { String::new() };
        Ok(Walked { workers, checksum, is_misread: walk.is_misread.into_inner() })
    }
}

impl<'w, 'a> PieceWalk<'w, 'a> {
    fn of(table: &'w TextTable<'a>) -> Self {
        let sums = BlockSums { block: table.block, length: table.content.len() };
        Self {
            table,
            sums,
            turns: Turns::new(sums.blocks(), Leftover { line: table.line, ..Leftover::default() }),
            is_misread: AtomicBool::new(false),
        }
    }

    /// Takes blocks until none is left.
    fn work(&self, mut visit: impl FnMut(&Piece<'_>) -> Result<bool>) -> Result<()> {
        let mut worker = self.turns.worker();
        let mut buffer: Vec<u8> = Vec::new();
        while let Some(block) = worker.take() {
            let (skipped, end) = self.read(block, &mut buffer)?;
            let sum = self.sums.of(block, &buffer[HEADROOM..end]);
            let shape = BlockShape::of(&buffer[skipped..end]);
            let turn = |left: &mut Leftover| {
                left.sums.push((block, sum));
                self.turn(block, left, shape, &mut buffer, (skipped, end))
            };
            let Some(cut) = worker.turn(block, turn) else { break };
            if cut.is_too_long {
                return Err(Error::new(Exit::Input, "error-lines").with("limit", u32::MAX));
            }
            if cut.start < cut.end && !visit(&self.piece(&cut, &mut buffer))? {
                // The visitor is done, and the walk ends for all.
                return Ok(());
            }
        }
        worker.leave();
        Ok(())
    }

    /// The turn of a block, whose records are in the buffer from `skipped` to `end`: puts the leftover before it,
    /// cuts, and leaves the new rest.
    fn turn(
        &self,
        number: u64,
        left: &mut Leftover,
        shape: BlockShape,
        buffer: &mut Vec<u8>,
        (skipped, end): (usize, usize),
    ) -> Cut {
        left.shape.add(shape);
        // Joins the leftover and the block: in the headroom if there is space, else in a buffer of their own.
        let is_long = left.rest.len() > skipped;
        let (start, read, end) = if !is_long {
            let start = skipped - left.rest.len();
            buffer[start..skipped].copy_from_slice(&left.rest);
            (start, skipped, end)
        } else {
            let read = left.rest.len();
            left.rest.extend_from_slice(&buffer[skipped..end]);
            std::mem::swap(&mut left.rest, buffer);
            (0, read, buffer.len())
        };
        let is_last = number + 1 == self.sums.blocks();
        let cut = self.cut(left, &buffer[start..end], read - start).map_or(start, |cut| start + cut);
        let cut = if is_last { end } else { cut };
        let Leftover { line, shape, .. } = *left;
        if start < cut {
            left.line += match shape {
                // A leftover has no line ends.
                BlockShape { has_quotes: false, has_returns: false, lines, .. } => lines,
                _ => lines(&buffer[start..cut]),
            };
            left.rest.clear();
            left.rest.extend_from_slice(&buffer[cut..end]);
            left.shape = BlockShape::of(&left.rest);
        } else if is_long {
            // A long record that continues: the buffer becomes the leftover.
            std::mem::swap(&mut left.rest, buffer);
        } else {
            left.rest.clear();
            left.rest.extend_from_slice(&buffer[start..end]);
        }
        Cut { start, end: cut, line, shape, is_too_long: left.line > u64::from(u32::MAX) }
    }

    /// The piece that was cut.
    fn piece<'b>(&self, cut: &Cut, buffer: &'b mut Vec<u8>) -> Piece<'b> {
        let Cut { start, end, line, shape, .. } = *cut;
        self.check_encoding(&buffer[start..end], shape.is_ascii);
        let is_plain = !(shape.has_quotes || shape.has_returns && has_bare_return(&buffer[start..end]));
        buffer.resize(buffer.len().max(end + PADDING), 0);
        if !matches!(buffer[end - 1], b'\n' | b'\r') {
            buffer[end] = b'\n';
        }
        Piece { buffer, start, end, line, is_plain }
    }

    /// Reads a block after the headroom. Returns where its records start (before the first are a preamble and the
    /// header) and where they end.
    fn read(&self, number: u64, buffer: &mut Vec<u8>) -> Result<(usize, usize)> {
        let offset = number * self.sums.block as u64;
        let length = usize::try_from((self.table.content.len() - offset).min(self.sums.block as u64))
            .unwrap_or(self.sums.block);
        let end = HEADROOM + length;
        buffer.resize(end + PADDING, 0);
        self.table.content.read_at(offset, &mut buffer[HEADROOM..end])?;
        let skipped = usize::try_from(self.table.start.saturating_sub(offset)).unwrap_or(usize::MAX).min(length);
        Ok((HEADROOM + skipped, end))
    }

    /// The position after the last record that ends in the bytes. The quotes of the first `read` bytes are already
    /// known. Updates the state of quotes after the last byte.
    fn cut(&self, left: &mut Leftover, bytes: &[u8], read: usize) -> Option<usize> {
        let last = bytes.len().saturating_sub(1);
        let within = |from: usize, to: usize| {
            // A CR at the very end may be followed by an LF that is not read yet.
            memrchr(b'\n', &bytes[from..to])
                .or_else(|| memrchr(b'\r', bytes.get(from..to.min(last))?))
                .map(|at| from + at + 1)
        };
        if !left.shape.has_quotes {
            return within(0, bytes.len());
        }
        let mut cut = None;
        let state = left.quotes.read(bytes, read, self.table.delimiter, |seen| {
            if let Seen::Outside(from, to) = seen {
                cut = within(from, to).or(cut);
            }
        });
        left.quotes = state.from(cut.unwrap_or(0));
        cut
    }

    /// Ends the walk if the bytes are not valid in the guessed encoding.
    fn check_encoding(&self, records: &[u8], is_ascii: bool) {
        let table = self.table;
        let can_be_wrong = table.is_guess && table.encoding == UTF_8;
        if can_be_wrong && !is_ascii && std::str::from_utf8(records).is_err() {
            self.is_misread.store(true, Ordering::Relaxed);
            self.turns.end();
        }
    }
}

/// The number of line ends: LF, CRLF and bare CR.
pub fn lines(bytes: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count() as u64;
    feeds + memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count() as u64
}

fn has_bare_return(bytes: &[u8]) -> bool {
    memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

#[cfg(test)]
mod tests;
