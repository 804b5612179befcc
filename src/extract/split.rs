//! The rows of a piece of text: plain lines are split with SIMD, all others are read by the `csv` crate.

use std::borrow::Cow;
use std::io::Read;
use std::ops::ControlFlow;

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8};
use wide::u8x16;

use super::pieces::{PADDING, Piece, TextTable, lines};
use super::quotes::mistakes;
use super::{Record, is_note};

/// A row of an extract, in the form that is cheapest to read.
#[derive(Debug, Clone, Copy)]
pub enum RowView<'a> {
    /// A row without quotes, with exactly as many fields as the header.
    Plain(&'a PlainRow<'a>),
    /// Any other.
    Record(Record<'a>),
}

/// A row that is a line separated by delimiters, without quotes.
#[derive(Debug, Clone, Copy)]
pub struct PlainRow<'a> {
    /// The buffer, with [`PADDING`] bytes after the row.
    buffer: &'a [u8],
    start: usize,
    /// Where each field ends.
    ends: &'a [usize],
    encoding: &'static Encoding,
}

impl<'a> PlainRow<'a> {
    /// Start and end of a field in the buffer; empty if the field is absent.
    #[inline]
    fn span(&self, field: usize) -> (usize, usize) {
        let Some(end) = self.ends.get(field) else { return (self.start, self.start) };
        let start = field.checked_sub(1).map_or(self.start, |before| self.ends[before] + 1);
        (start, *end)
    }

    /// The bytes of a field.
    #[inline]
    #[must_use]
    pub fn bytes(&self, field: usize) -> &'a [u8] {
        let (start, end) = self.span(field);
        self.buffer.get(start..end).unwrap_or_default()
    }

    /// A field's bytes and their length as one number, if it has at most 15 bytes; equal only for equal texts. `None`
    /// too for non-ASCII letters in encodings other than UTF-8.
    #[inline]
    #[must_use]
    pub fn key(&self, field: usize) -> Option<u128> {
        let (start, end) = self.span(field);
        let key = masked(*self.buffer.get(start..)?.first_chunk()?, end - start)?;
        let is_text = self.encoding == UTF_8 || key & NOT_ASCII == 0;
        is_text.then_some(key)
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, field: usize) -> Cow<'a, str> {
        decoded(self.bytes(field), self.encoding)
    }

    /// All its fields as texts.
    #[must_use]
    pub fn record(&self) -> StringRecord {
        (0..self.ends.len()).map(|field| self.text(field)).collect()
    }

    /// Whether the field's bytes are those of its text.
    #[inline]
    #[must_use]
    pub fn is_utf8(&self, bytes: &[u8]) -> bool {
        self.encoding == UTF_8 || bytes.is_ascii()
    }
}

/// The highest bit of every byte.
const NOT_ASCII: u128 = 0x8080_8080_8080_8080_8080_8080_8080_8080;

/// The key of a text, as [`PlainRow::key`] gives it.
#[must_use]
pub fn key(text: &str) -> Option<u128> {
    key_of(text.as_bytes())
}

/// The key of a text of `length` bytes, given sixteen bytes that begin with it.
#[inline]
pub(super) fn masked(sixteen: [u8; 16], length: usize) -> Option<u128> {
    if length > 15 {
        return None;
    }
    let bytes = u128::from_le_bytes(sixteen) & ((1 << (length * 8)) - 1);
    Some(bytes | (length as u128) << 120)
}

/// The key of a text's bytes.
pub(super) fn key_of(bytes: &[u8]) -> Option<u128> {
    let mut sixteen = [0; 16];
    let length = bytes.len().min(16);
    sixteen[..length].copy_from_slice(&bytes[..length]);
    masked(sixteen, bytes.len())
}

/// Decodes bytes of an encoding.
pub fn decoded<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    if encoding == UTF_8 { String::from_utf8_lossy(bytes) } else { encoding.decode_without_bom_handling(bytes).0 }
}

impl TextTable<'_> {
    /// Passes the rows of a piece to `visit` until it breaks; returns whether it did not.
    pub fn rows(&self, piece: &Piece<'_>, mut visit: impl FnMut(u64, RowView<'_>) -> ControlFlow<()>) -> bool {
        let flow = if piece.is_plain { self.plain(piece, &mut visit) } else { self.quoted(piece, &mut visit) };
        flow.is_continue()
    }

    fn plain(
        &self,
        piece: &Piece<'_>,
        visit: &mut impl FnMut(u64, RowView<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let buffer = piece.buffer;
        let mut marks = Marks::new(buffer, piece.start, self.delimiter);
        let mut ends: Vec<usize> = Vec::with_capacity(self.width + 1);
        let (mut start, mut line) = (piece.start, piece.line);
        while start < piece.end {
            ends.clear();
            let next = loop {
                let mark = marks.next_mark();
                if buffer[mark] == b'\n' {
                    break mark;
                }
                ends.push(mark);
            };
            let end = if next > start && buffer[next - 1] == b'\r' { next - 1 } else { next };
            ends.push(end);
            let row = PlainRow { buffer, start, ends: &ends, encoding: self.encoding };
            if self.is_full(&row) {
                visit(line, RowView::Plain(&row))?;
            } else {
                self.odd(&row, line, visit)?;
            }
            start = next + 1;
            line += 1;
        }
        ControlFlow::Continue(())
    }

    /// Whether a row has exactly as many fields as the header, and enough text in them not to be a blank line or a
    /// note.
    #[inline]
    fn is_full(&self, row: &PlainRow<'_>) -> bool {
        let is_visible = |field: &usize| {
            let (start, end) = row.span(*field);
            start < end && row.buffer[start].is_ascii_graphic()
        };
        row.ends.len() == self.width && (0..self.width).filter(is_visible).take(3).count() == self.width.min(3)
    }

    /// An unusual row.
    #[cold]
    fn odd(
        &self,
        row: &PlainRow<'_>,
        line: u64,
        visit: &mut impl FnMut(u64, RowView<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let record = row.record();
        match self.shape(&record) {
            None => ControlFlow::Continue(()),
            Some(RecordShape::Fields) => visit(line, RowView::Record(Record::Fields(&record))),
            Some(RecordShape::Note) => visit(line, RowView::Record(Record::Note)),
            Some(RecordShape::Malformed) => visit(line, RowView::Record(Record::Malformed)),
        }
    }

    /// The shape of a record; `None` for a blank line.
    fn shape(&self, record: &StringRecord) -> Option<RecordShape> {
        let is_blank = |f: &str| f.trim().is_empty();
        if record.iter().all(is_blank) {
            return None;
        }
        Some(if !record.iter().skip(self.width).all(is_blank) {
            RecordShape::Malformed
        } else if is_note(record, self.width) {
            RecordShape::Note
        } else if record.len() >= self.width {
            RecordShape::Fields
        } else {
            RecordShape::Malformed
        })
    }

    fn quoted(
        &self,
        piece: &Piece<'_>,
        visit: &mut impl FnMut(u64, RowView<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let records = &piece.buffer[piece.start..piece.end];
        let wrong = mistakes(records, self.delimiter);
        // A quote that is a mistake opens nothing: the reader is given a letter instead.
        let read = if wrong.is_empty() {
            Cow::Borrowed(records)
        } else {
            let mut read = records.to_vec();
            wrong.iter().for_each(|quote| read[*quote] = b'x');
            Cow::Owned(read)
        };
        let mut wrong = wrong.into_iter().peekable();
        // The reader would drop a byte order mark at the beginning of its text, but a piece may begin anywhere.
        let first = &b"\n"[..];
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(first.chain(&*read));
        let (mut raw, mut record) = (ByteRecord::new(), StringRecord::new());
        let (mut line, mut seen) = (piece.line, 0);
        // The reader is flexible, so only the shape of a record can be wrong.
        while reader.read_byte_record(&mut raw).is_ok_and(|more| more) {
            // The record starts after the line ends before it.
            let start = raw.position().map_or(0, |p| (p.byte() as usize).saturating_sub(first.len()));
            let blank = records[start..].iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
            line += lines(&records[seen..start + blank]);
            seen = start + blank;
            record.clear();
            raw.iter().for_each(|field| record.push_field(&decoded(field, self.encoding)));
            let Some(shown) = self.shape(&record) else { continue };
            let end = reader.position().byte() as usize - first.len();
            let span = records.get(seen..end).unwrap_or_default();
            let is_wrong = wrong.peek().is_some_and(|quote| *quote < end);
            while wrong.next_if(|quote| *quote < end).is_some() {}
            // A field over line ends can swallow rows: each line of a malformed record is a lost row.
            let malformed = split_lines(span).filter(|l| !l.trim_ascii().is_empty()).count().max(1);
            let (shown, rows) = match shown {
                RecordShape::Malformed => (Record::Malformed, malformed),
                _ if is_wrong || self.swallows_rows(span) => (Record::Malformed, malformed),
                RecordShape::Note => (Record::Note, 1),
                RecordShape::Fields => (Record::Fields(&record), 1),
            };
            (line..).take(rows).try_for_each(|line| visit(line, RowView::Record(shown)))?;
        }
        ControlFlow::Continue(())
    }

    /// Whether a record runs over several lines of which one below the first has the shape of a row: then it began
    /// with a stray quote.
    fn swallows_rows(&self, span: &[u8]) -> bool {
        // What follows a quote comes after the field that runs over the line ends.
        let delimiters =
            |line: &[u8]| line.iter().take_while(|b| **b != b'"').filter(|b| **b == self.delimiter).count();
        split_lines(span.trim_ascii_end()).skip(1).any(|line| delimiters(line) + 1 >= self.width.max(2))
    }
}

#[derive(Debug, Clone, Copy)]
enum RecordShape {
    Fields,
    Note,
    Malformed,
}

/// The lines of a text, for every kind of line end; CRLF adds an empty line.
fn split_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| matches!(b, b'\n' | b'\r'))
}

/// The positions of delimiters and line ends, found 64 bytes at a time.
struct Marks<'a> {
    buffer: &'a [u8],
    base: usize,
    mask: u64,
    delimiter: u8x16,
}

impl<'a> Marks<'a> {
    fn new(buffer: &'a [u8], start: usize, delimiter: u8) -> Self {
        let mut marks = Self { buffer, base: start, mask: 0, delimiter: u8x16::splat(delimiter) };
        marks.mask = marks.look(start);
        marks
    }

    /// The marks among the 64 bytes from `at` on.
    #[inline]
    fn look(&self, at: usize) -> u64 {
        match self.buffer.get(at..at + PADDING) {
            Some(bytes) => self.marks(bytes),
            None => {
                let mut padded = [b'\n'; PADDING];
                let rest = self.buffer.get(at..).unwrap_or_default();
                padded[..rest.len()].copy_from_slice(rest);
                self.marks(&padded)
            }
        }
    }

    #[inline]
    fn marks(&self, bytes: &[u8]) -> u64 {
        let end = u8x16::splat(b'\n');
        let mask = |part: usize| {
            let sixteen: [u8; 16] = bytes[part * 16..part * 16 + 16].try_into().unwrap_or_default();
            let sixteen = u8x16::new(sixteen);
            u64::from((sixteen.simd_eq(self.delimiter) | sixteen.simd_eq(end)).to_bitmask()) << (part * 16)
        };
        mask(0) | mask(1) | mask(2) | mask(3)
    }

    /// The next mark. The bytes end with a line end, so there is one for every row.
    #[inline]
    fn next_mark(&mut self) -> usize {
        while self.mask == 0 {
            self.base += PADDING;
            self.mask = self.look(self.base);
        }
        let at = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        at
    }
}

#[cfg(test)]
mod tests;
