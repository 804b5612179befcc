//! Columns of texts from their pages: plain, or numbers of a dictionary's entries, with levels where a value may be missing.
//!
//! The library gives every value a counted reference to its page; for columns of short codes that costs more than all
//! else. Here texts are copied into the rows being shown (`Texts`), sixteen bytes at once. Layout of pages after the
//! [format's description](https://parquet.apache.org/docs/file-format/data-pages/encodings/).

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::ColumnChunkMetaData;

use super::column::Texts;

/// The pages of a column of texts.
pub struct TextPages {
    pages: Box<dyn PageReader>,
    /// Whether a value may be missing.
    is_optional: bool,
    dictionary: Dictionary,
    /// Values of the page that are left, missing ones included.
    left: usize,
    /// One level a value, 0 where it is missing.
    levels: Option<Runs>,
    values: Values,
}

/// The values of a page.
enum Values {
    /// Texts, each behind its length.
    Plain(Bytes, usize),
    /// Numbers of the dictionary's entries.
    Coded(Runs),
}

/// Whether [`TextPages`] reads a column, by what it says of itself.
pub fn is_simple(chunk: &ColumnChunkMetaData) -> bool {
    use Encoding::{PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY};
    chunk.column_descr().max_rep_level() == 0
        && chunk.column_descr().max_def_level() <= 1
        && chunk.encodings().all(|encoding| matches!(encoding, PLAIN | PLAIN_DICTIONARY | RLE | RLE_DICTIONARY))
}

impl TextPages {
    /// A column at its top.
    pub fn new(pages: Box<dyn PageReader>, is_optional: bool) -> Self {
        let values = Values::Plain(Bytes::new(), 0);
        Self { pages, is_optional, dictionary: Dictionary::default(), left: 0, levels: None, values }
    }

    /// Adds the texts of the next `rows` rows; none where there are not so many, or they are damaged.
    pub fn advance(&mut self, rows: usize, out: &mut Texts) -> Option<()> {
        let mut wanted = rows;
        while wanted > 0 {
            if self.left == 0 {
                self.next_page()?;
                continue;
            }
            let some = wanted.min(self.left);
            self.add(some, out)?;
            self.left -= some;
            wanted -= some;
        }
        Some(())
    }

    /// Adds so many values of the page.
    fn add(&mut self, some: usize, out: &mut Texts) -> Option<()> {
        let Self { levels, values, dictionary, .. } = self;
        for _ in 0..some {
            if let Some(levels) = levels
                && levels.next()? == 0
            {
                out.push(&[]);
                continue;
            }
            match values {
                Values::Coded(runs) => {
                    let (start, end) = *dictionary.spans.get(runs.next()? as usize)?;
                    out.push_padded(&dictionary.bytes, start, end);
                }
                Values::Plain(bytes, at) => {
                    let (start, end) = plain(bytes, *at)?;
                    out.push_padded(bytes, start, end);
                    *at = end;
                }
            }
        }
        // What one page says can be many times what it holds.
        out.is_within_limit().then_some(())
    }

    fn next_page(&mut self) -> Option<()> {
        let (buffer, values, encoding, levels) = match self.pages.get_next_page().ok()?? {
            Page::DictionaryPage { buf, num_values, encoding, .. } => {
                matches!(encoding, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY).then_some(())?;
                self.dictionary = Dictionary::of(buf, num_values as usize)?;
                return Some(());
            }
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
                // The levels stand behind their length.
                let levels = if self.is_optional {
                    (def_level_encoding == Encoding::RLE).then_some(())?;
                    let (start, end) = plain(&buf, 0)?;
                    start..end
                } else {
                    0..0
                };
                (buf, num_values, encoding, levels)
            }
            Page::DataPageV2 { buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
                let start = rep_levels_byte_len as usize;
                let end = start.checked_add(def_levels_byte_len as usize)?;
                (buf, num_values, encoding, start..end)
            }
        };
        (levels.end <= buffer.len()).then_some(())?;
        let rest = buffer.slice(levels.end..);
        self.levels = self.is_optional.then(|| Runs::new(buffer.slice(levels), 1));
        self.values = match encoding {
            Encoding::PLAIN => Values::Plain(rest, 0),
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
                // A page whose values are all missing need not even say how wide its numbers are.
                let width = rest.first().copied().unwrap_or(0);
                (width <= 32).then_some(())?;
                Values::Coded(Runs::new(rest.slice(rest.len().min(1)..), u32::from(width)))
            }
            _ => return None,
        };
        self.left = values as usize;
        Some(())
    }
}

/// Where the text that stands behind its length at `at` starts and ends.
#[inline]
fn plain(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?) as usize;
    let start = at + 4;
    let end = start.checked_add(length)?;
    (end <= bytes.len()).then_some((start, end))
}

/// The entries of a dictionary.
#[derive(Default)]
struct Dictionary {
    bytes: Bytes,
    spans: Vec<(usize, usize)>,
}

impl Dictionary {
    fn of(bytes: Bytes, entries: usize) -> Option<Self> {
        let (mut spans, mut at) = (Vec::with_capacity(entries.min(bytes.len() / 4)), 0);
        for _ in 0..entries {
            let (start, end) = plain(&bytes, at)?;
            spans.push((start, end));
            at = end;
        }
        Some(Self { bytes, spans })
    }
}

impl Texts {
    /// Adds the text that stands at `start..end` of `bytes`; the bytes behind it, if any, are copied and written over.
    #[inline]
    fn push_padded(&mut self, bytes: &[u8], start: usize, end: usize) {
        match bytes.get(start..).and_then(|rest| rest.first_chunk()) {
            Some(sixteen) if end - start <= sixteen.len() => self.push_part(sixteen, end - start),
            _ => self.push(&bytes[start..end]),
        }
    }
}

/// Numbers in runs: one number many times, or numbers packed in bits, as Parquet's hybrid of the two lays them out.
struct Runs {
    bytes: Bytes,
    /// Where the next run starts.
    at: usize,
    /// Bits of a number.
    width: u32,
    run: Run,
}

#[derive(Clone, Copy)]
enum Run {
    /// A number, so many times more.
    Repeated(u32, u64),
    /// Packed numbers: the bit at which the next starts, and how many are left.
    Packed(u64, u64),
}

impl Runs {
    const fn new(bytes: Bytes, width: u32) -> Self {
        Self { bytes, at: 0, width, run: Run::Repeated(0, 0) }
    }

    /// The next number; none where there is none.
    #[inline]
    fn next(&mut self) -> Option<u32> {
        loop {
            match &mut self.run {
                Run::Repeated(number, left @ 1..) => {
                    *left -= 1;
                    return Some(*number);
                }
                Run::Packed(bit, left @ 1..) => {
                    let (byte, shift) = ((*bit >> 3) as usize, *bit & 7);
                    let eight = match self.bytes.get(byte..).and_then(|rest| rest.first_chunk()) {
                        Some(eight) => u64::from_le_bytes(*eight),
                        None => last(&self.bytes, byte),
                    };
                    *bit += u64::from(self.width);
                    *left -= 1;
                    return Some((eight >> shift & ((1 << self.width) - 1)) as u32);
                }
                _ => self.next_run()?,
            }
        }
    }

    #[cold]
    fn next_run(&mut self) -> Option<()> {
        let mut rest = self.bytes.get(self.at..)?;
        let head = super::pages::varint(&mut rest)?;
        let start = self.bytes.len() - rest.len();
        if head & 1 == 1 {
            // Groups of eight numbers; the last ones need not all be there.
            let numbers = (head >> 1).checked_mul(8)?;
            let bytes = (head >> 1).checked_mul(u64::from(self.width))?;
            let there = bytes.min(rest.len() as u64);
            let numbers = if self.width == 0 { numbers } else { numbers.min(there * 8 / u64::from(self.width)) };
            (numbers > 0).then_some(())?;
            self.run = Run::Packed(start as u64 * 8, numbers);
            self.at = start + usize::try_from(there).ok()?;
        } else {
            let size = self.width.div_ceil(8) as usize;
            let mut number = [0; 4];
            number[..size].copy_from_slice(rest.get(..size)?);
            (head >> 1 > 0).then_some(())?;
            self.run = Run::Repeated(u32::from_le_bytes(number), head >> 1);
            self.at = start + size;
        }
        Some(())
    }
}

/// The last bytes from `byte` on, as a number.
#[cold]
fn last(bytes: &[u8], byte: usize) -> u64 {
    let mut eight = [0; 8];
    let rest = bytes.get(byte..).unwrap_or_default();
    let rest = &rest[..rest.len().min(8)];
    eight[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(eight)
}
