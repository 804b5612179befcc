//! Checks of what a column's pages state about themselves, before they are unpacked and before the library trusts it.

use std::collections::VecDeque;

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// Rows that are read at a time: few enough that their values fit in the caches.
pub const ROWS: usize = 1024;

/// The most bytes of text that the rows read together may have in a column.
pub const TEXT: usize = 64 << 20;

/// The most bytes of a page whose texts repeat the beginning of the previous text: each can be as long as the page.
const REPEATING: usize = 2 << 20;

/// The most bytes of all pages that together have at most [`ROWS`] values: the texts of two batches, and their
/// lengths.
const HELD: usize = 2 * TEXT + (1 << 20);

/// The error for more bytes than are read at once.
#[derive(Debug, thiserror::Error)]
#[error("more than is read at once")]
pub struct TooMuch;

/// The pages of a column, checked. The library allocates memory for as many values as a page claims, and keeps the
/// pages of all rows that it reads at once; so a page that claims more than is possible is an error here.
pub struct Checked<P> {
    pages: P,
    /// Rows of the row group.
    rows: usize,
    /// Whether a value may be missing.
    is_optional: bool,
    /// Values and bytes of the last pages, which together have at most [`ROWS`] values.
    last: VecDeque<(usize, usize)>,
}

impl<P> Checked<P> {
    /// The pages of a column of a row group with `rows` rows.
    pub const fn new(pages: P, rows: usize, is_optional: bool) -> Self {
        Self { pages, rows, is_optional, last: VecDeque::new() }
    }

    fn check(&mut self, page: &Page) -> Result<()> {
        let damaged = || ParquetError::EOF(String::new());
        let (bytes, values) = (page.buffer(), page.num_values() as usize);
        if matches!(page, Page::DictionaryPage { .. }) {
            return if values <= bytes.len() { Ok(()) } else { Err(damaged()) };
        }
        if values > self.rows || self.deltas(page).is_none() {
            return Err(damaged());
        }
        self.last.push_back((values, bytes.len()));
        while self.last.iter().map(|(values, _)| values).sum::<usize>() > ROWS {
            self.last.pop_front();
        }
        let held: usize = self.last.iter().map(|(_, bytes)| bytes).sum();
        let is_repeating = page.encoding() == Encoding::DELTA_BYTE_ARRAY;
        if held > HELD || is_repeating && bytes.len() > REPEATING {
            return Err(ParquetError::External(TooMuch.into()));
        }
        Ok(())
    }

    /// Checks how many lengths of texts a page claims. `None` if there are more than its values.
    fn deltas(&self, page: &Page) -> Option<()> {
        let lists = match page.encoding() {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
            Encoding::DELTA_BYTE_ARRAY => 2,
            _ => return Some(()),
        };
        let mut rest = &page.buffer()[..];
        match page {
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                pass(&mut rest, u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len))?;
            }
            // The levels follow their length.
            _ if self.is_optional => {
                let length = u32::from_le_bytes(*rest.first_chunk()?);
                pass(&mut rest, 4 + u64::from(length))?;
            }
            _ => {}
        }
        (0..lists).try_for_each(|_| pass_deltas(&mut rest, u64::from(page.num_values())))
    }
}

impl<P: PageReader> PageReader for Checked<P> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.as_ref().map_or(Ok(()), |page| self.check(page))?;
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

impl<P: PageReader> Iterator for Checked<P> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// The unpacked size of a column's pages in bytes, as their headers state. `None` if the bytes are not pages.
pub fn unpacked(mut rest: &[u8]) -> Option<u64> {
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let page = Sizes::of(&mut rest)?;
        sum = sum.checked_add(page.unpacked)?;
        rest = rest.get(page.packed..)?;
    }
    Some(sum)
}

/// Sizes of a page in bytes, as its header states.
struct Sizes {
    unpacked: u64,
    packed: usize,
}

impl Sizes {
    /// Reads the header of the next page: a structure of Thrift's compact protocol whose fields 2 and 3 are the sizes.
    fn of(rest: &mut &[u8]) -> Option<Self> {
        let (mut unpacked, mut packed, mut field) = (None, None, 0_i64);
        while let Some(kind) = next_field(rest, &mut field)? {
            match (field, kind) {
                (2, INTEGER_32) => unpacked = u64::try_from(signed(rest)?).ok(),
                (3, INTEGER_32) => packed = usize::try_from(signed(rest)?).ok(),
                _ => skip(rest, kind, 0)?,
            }
        }
        Some(Self { unpacked: unpacked?, packed: packed? })
    }
}

/// Thrift's type code of a 32-bit integer.
const INTEGER_32: u8 = 5;

/// The type of a structure's next field, whose number is written to `field`; `Some(None)` at the end of the structure.
fn next_field(rest: &mut &[u8], field: &mut i64) -> Option<Option<u8>> {
    let head = byte(rest)?;
    if head == 0 {
        return Some(None);
    }
    *field = match head >> 4 {
        0 => signed(rest)?,
        step => *field + i64::from(step),
    };
    Some(Some(head & 15))
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, behind) = rest.split_first()?;
    *rest = behind;
    Some(*first)
}

/// A varint of up to ten bytes, the lowest seven bits first.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut out = 0_u64;
    for shift in (0..64).step_by(7) {
        let next = byte(rest)?;
        out |= u64::from(next & 0x7F) << shift;
        if next < 0x80 {
            return Some(out);
        }
    }
    None
}

/// A zigzag number.
fn signed(rest: &mut &[u8]) -> Option<i64> {
    let n = varint(rest)?;
    Some((n >> 1).cast_signed() ^ -((n & 1).cast_signed()))
}

fn pass(rest: &mut &[u8], bytes: u64) -> Option<()> {
    *rest = rest.get(usize::try_from(bytes).ok()?..)?;
    Some(())
}

/// Skips a value of a type of Thrift's compact protocol.
fn skip(rest: &mut &[u8], kind: u8, depth: u8) -> Option<()> {
    if depth > 16 {
        return None;
    }
    match kind {
        1 | 2 => Some(()),
        3 => byte(rest).map(drop),
        4..=6 => varint(rest).map(drop),
        7 => pass(rest, 8),
        8 => {
            let length = varint(rest)?;
            pass(rest, length)
        }
        9 | 10 => {
            let head = byte(rest)?;
            let length = if head >> 4 == 15 { varint(rest)? } else { u64::from(head >> 4) };
            // Booleans take a byte each in a list.
            let kind = if matches!(head & 15, 1 | 2) { 3 } else { head & 15 };
            (0..length).try_for_each(|_| skip(rest, kind, depth + 1))
        }
        12 => {
            let mut field = 0;
            while let Some(kind) = next_field(rest, &mut field)? {
                skip(rest, kind, depth + 1)?;
            }
            Some(())
        }
        _ => None,
    }
}

/// Skips numbers in Parquet's delta encoding: blocks of bit-packed differences. `None` if there are more than `most`.
fn pass_deltas(rest: &mut &[u8], most: u64) -> Option<()> {
    let (block, parts, numbers) = (varint(rest)?, varint(rest)?, varint(rest)?);
    signed(rest)?;
    let part = block.checked_div(parts).filter(|part| *part > 0 && numbers <= most)?;
    let mut left = numbers.saturating_sub(1);
    while left > 0 {
        signed(rest)?;
        let widths = rest.get(..usize::try_from(parts).ok()?)?;
        pass(rest, parts)?;
        for width in widths {
            if left > 0 {
                pass(rest, part.checked_mul(u64::from(*width))? / 8)?;
            }
            left = left.saturating_sub(part);
        }
    }
    Some(())
}
