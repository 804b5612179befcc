//! The rows of a Parquet file, read by several workers at once.
//!
//! A worker takes the next row group (an atomic counter), reads the bytes of its columns, checks what its pages state
//! against the limits, and passes on its rows in batches, column by column as stored, without assembling rows. Memory
//! for each worker is the packed bytes of a row group and, of each column, the pages of the current batch.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use bytes::{Buf, Bytes};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use rayon::prelude::*;

use super::column::Column;
use super::pages::{self, Checked, ROWS, unpacked};
use super::{ROW_TEXT, TEXT, VALUES, damaged, nested, too_much};
use crate::error::{Error, Exit, Result};
use crate::extract::split::key_of;
use crate::io::guarded;
use crate::io::{Content, expanded_limit};

/// Bytes at the end of the file that are first read for the footer.
const FOOTER: u64 = 64 << 10;

/// A Parquet file of flat columns.
#[derive(Debug)]
pub struct ColumnTable<'a> {
    source: String,
    content: &'a Content,
    about: ParquetMetaData,
}

/// Some rows of a table.
pub struct Batch<'b> {
    columns: &'b [Option<Column>],
    /// The line of the first row; the file's first row is line 1.
    pub line: u64,
    /// The number of rows.
    pub rows: usize,
}

/// A row of a batch.
#[derive(Clone, Copy)]
pub struct ColumnRow<'b> {
    columns: &'b [Option<Column>],
    row: usize,
}

impl<'b> Batch<'b> {
    /// Its rows with their lines.
    pub fn rows(&self) -> impl Iterator<Item = (u64, ColumnRow<'b>)> {
        let columns = self.columns;
        (self.line..).zip((0..self.rows).map(move |row| ColumnRow { columns, row }))
    }

    /// Whether a row has more text than allowed.
    fn has_long_rows(&self) -> bool {
        let all = self.columns.iter().flatten().map(Column::length).sum::<u64>();
        if all <= ROW_TEXT as u64 {
            return false;
        }
        let length = |row: ColumnRow<'_>| (0..row.columns.len()).map(|field| row.bytes(field).len()).sum::<usize>();
        self.rows().any(|(_, row)| length(row) > ROW_TEXT)
    }
}

impl<'b> ColumnRow<'b> {
    #[inline]
    fn column(&self, field: usize) -> Option<&'b Column> {
        self.columns.get(field)?.as_ref()
    }

    /// The bytes of a field's text if they are UTF-8; empty if the field is absent.
    #[inline]
    #[must_use]
    pub fn utf8(&self, field: usize) -> Option<&'b [u8]> {
        self.column(field).is_none_or(Column::is_utf8).then(|| self.bytes(field))
    }

    #[inline]
    fn bytes(&self, field: usize) -> &'b [u8] {
        self.column(field).map_or(&[], |column| column.bytes(self.row))
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, field: usize) -> Cow<'b, str> {
        String::from_utf8_lossy(self.bytes(field))
    }

    /// A field's bytes and their length as one number, if it has at most 15 bytes; equal only for equal bytes.
    #[inline]
    #[must_use]
    pub fn key(&self, field: usize) -> Option<u128> {
        self.column(field).map_or_else(|| key_of(&[]), |column| column.key(self.row))
    }

    /// The number of its fields.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.len()
    }
}

impl<'a> ColumnTable<'a> {
    /// Opens a file and reads its footer, which states where the columns are.
    ///
    /// # Errors
    /// A damaged file, or one with nested columns or more values than the limit.
    pub fn open(source: &str, content: &'a Content) -> Result<Self> {
        let opened = guarded(|| Self::read(source, content));
        opened.unwrap_or_else(|| Err(damaged(source, 0)))
    }

    fn read(source: &str, content: &'a Content) -> Result<Self> {
        let about = footer(content)?.ok_or_else(|| damaged(source, 0))?;
        let schema = about.file_metadata().schema_descr();
        if let Some(nested) = nested(schema) {
            return Err(Error::new(Exit::Input, "error-parquet-nested").with("path", source).with("column", nested));
        }
        let rows = about
            .row_groups()
            .iter()
            .try_fold(0_u64, |sum, group| sum.checked_add(u64::try_from(group.num_rows()).ok()?));
        let rows = rows.ok_or_else(|| damaged(source, 0))?;
        if rows.saturating_mul(schema.num_columns() as u64) > VALUES {
            return Err(Error::new(Exit::Input, "error-parquet-values").with("path", source).with("limit", VALUES));
        }
        // Columns that share bytes could cause the same bytes to be read any number of times.
        let columns = about.row_groups().iter().flat_map(|group| group.columns());
        let bytes = columns.fold(0_u64, |sum, column| sum.saturating_add(column.byte_range().1));
        if bytes > content.len() {
            return Err(damaged(source, 0));
        }
        Ok(Self { source: source.to_owned(), content, about })
    }

    /// The names of its columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.about.file_metadata().schema_descr().columns().iter().map(|column| column.name())
    }

    /// The checksum of the file.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn checksum(&self) -> Result<String> {
        self.content.checksum()
    }

    /// Distributes all rows over `workers` workers, with only the columns that `is_wanted` accepts (the others are
    /// empty); `visit` returns whether to go on. Returns what the workers gathered.
    ///
    /// # Errors
    /// Damaged columns (of several, the first in the file) or more than the limits; any error of `visit`.
    pub fn walk<W: Send>(
        &self,
        workers: usize,
        is_wanted: &(dyn Fn(usize) -> bool + Sync),
        make: impl Fn() -> W + Sync,
        visit: impl Fn(&mut W, &Batch<'_>) -> Result<bool> + Sync,
    ) -> Result<Vec<W>> {
        let walk = GroupWalk::of(self, is_wanted);
        let workers = workers.clamp(1, self.about.num_row_groups().max(1));
        let one = |_| {
            let mut worker = make();
            let end = walk.work(|batch| visit(&mut worker, batch));
            (worker, end)
        };
        let ended: Vec<(W, Option<Failure>)> =
            if workers == 1 { vec![one(0)] } else { (0..workers).into_par_iter().with_max_len(1).map(one).collect() };
        let (workers, failures): (Vec<W>, Vec<Option<Failure>>) = ended.into_iter().unzip();
        match failures.into_iter().flatten().min_by_key(|(group, _)| *group) {
            Some((_, error)) => Err(error),
            None => Ok(workers),
        }
    }

    /// Passes the rows to `visit` in order until it returns `false`.
    ///
    /// # Errors
    /// As of [`ColumnTable::walk`].
    pub fn each(&self, visit: impl FnMut(&Batch<'_>) -> Result<bool>) -> Result<()> {
        GroupWalk::of(self, &|_| true).work(visit).map_or(Ok(()), |(_, error)| Err(error))
    }
}

/// The row group and its error.
type Failure = (usize, Error);

/// One pass over a file.
struct GroupWalk<'w, 'a> {
    table: &'w ColumnTable<'a>,
    is_wanted: &'w (dyn Fn(usize) -> bool + Sync),
    next: AtomicUsize,
    is_done: AtomicBool,
    /// Unpacked bytes that pages have stated so far.
    unpacked: AtomicU64,
    limit: u64,
    /// Bytes of text passed on so far.
    shown: AtomicU64,
}

impl<'w, 'a> GroupWalk<'w, 'a> {
    fn of(table: &'w ColumnTable<'a>, is_wanted: &'w (dyn Fn(usize) -> bool + Sync)) -> Self {
        let length = usize::try_from(table.content.len()).unwrap_or(usize::MAX);
        Self {
            table,
            is_wanted,
            next: AtomicUsize::new(0),
            is_done: AtomicBool::new(false),
            unpacked: AtomicU64::new(0),
            limit: expanded_limit(length),
            shown: AtomicU64::new(0),
        }
    }

    /// Takes row groups until none is left. A group that was taken is read to its end, whatever others find, so that
    /// the first failure of the file is always found.
    fn work(&self, mut visit: impl FnMut(&Batch<'_>) -> Result<bool>) -> Option<Failure> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.table.about.num_row_groups() || self.is_done.load(Ordering::Relaxed) {
                return None;
            }
            match self.group(number, &mut visit) {
                Ok(true) => {}
                Ok(false) => {
                    self.is_done.store(true, Ordering::Relaxed);
                    return None;
                }
                Err(error) => {
                    self.is_done.store(true, Ordering::Relaxed);
                    return Some((number, error));
                }
            }
        }
    }

    /// Passes on the rows of a group; returns whether to go on.
    fn group(&self, number: usize, visit: &mut impl FnMut(&Batch<'_>) -> Result<bool>) -> Result<bool> {
        let groups = self.table.about.row_groups();
        let rows = |number: usize| usize::try_from(groups[number].num_rows()).unwrap_or_default();
        let before: usize = (0..number).map(rows).sum();
        let mut columns = self.columns(number)?;
        let mut seen = 0;
        while seen < rows(number) {
            let line = (before + seen) as u64;
            let some = ROWS.min(rows(number) - seen);
            let is_read = guarded(|| columns.iter_mut().flatten().try_for_each(|column| column.advance(some)));
            if is_read.flatten().is_none() {
                return Err(match columns.iter().flatten().any(Column::is_too_long) {
                    true => too_much(&self.table.source, pages::TEXT as u64),
                    false => damaged(&self.table.source, line),
                });
            }
            let batch = Batch { columns: &columns, line: line + 1, rows: some };
            self.check(&batch)?;
            if !visit(&batch)? {
                return Ok(false);
            }
            seen += some;
        }
        Ok(true)
    }

    /// The columns of a group, before their first rows.
    fn columns(&self, number: usize) -> Result<Vec<Option<Column>>> {
        let broken = || damaged(&self.table.source, 0);
        let group = self.table.about.row_group(number);
        let mut out = Vec::with_capacity(group.num_columns());
        for (column, chunk) in group.columns().iter().enumerate() {
            if !(self.is_wanted)(column) {
                out.push(None);
                continue;
            }
            let (start, length) = chunk.byte_range();
            let held = FileRange::read(self.table.content, start..start.checked_add(length).ok_or_else(broken)?)?;
            let held = held.ok_or_else(broken)?;
            let pages = guarded(|| unpacked(&held.bytes)).flatten().ok_or_else(broken)?;
            if self.unpacked.fetch_add(pages, Ordering::Relaxed).saturating_add(pages) > self.limit {
                return Err(too_much(&self.table.source, self.limit));
            }
            let rows = usize::try_from(group.num_rows()).map_err(|_| broken())?;
            let is_optional = chunk.column_descr().max_def_level() > 0;
            let column = guarded(|| {
                let pages = SerializedPageReader::new(Arc::new(held), chunk, rows, None).ok()?;
                Column::new(&self.table.about, number, column, Box::new(Checked::new(pages, rows, is_optional)))
            });
            out.push(Some(column.flatten().ok_or_else(broken)?));
        }
        Ok(out)
    }

    /// Checks that texts are within the limits.
    fn check(&self, batch: &Batch<'_>) -> Result<()> {
        let length: u64 = batch.columns.iter().flatten().map(Column::length).sum();
        if self.shown.fetch_add(length, Ordering::Relaxed).saturating_add(length) > TEXT {
            return Err(too_much(&self.table.source, TEXT));
        }
        if length > ROW_TEXT as u64 && batch.has_long_rows() {
            return Err(too_much(&self.table.source, ROW_TEXT as u64));
        }
        Ok(())
    }
}

/// The metadata in a file's footer; `None` if it is damaged.
fn footer(content: &Content) -> Result<Option<ParquetMetaData>> {
    let length = content.len();
    let mut wanted = FOOTER.min(length);
    // The last bytes state its length.
    loop {
        let Some(held) = FileRange::read(content, length - wanted..length)? else { return Ok(None) };
        let tail = held.bytes.last_chunk::<8>().map(|tail| [tail[0], tail[1], tail[2], tail[3]]);
        let Some(said) = tail.map(|bytes| u64::from(u32::from_le_bytes(bytes)) + 8).filter(|said| *said <= length)
        else {
            return Ok(None);
        };
        if said <= wanted {
            return Ok(ParquetMetaDataReader::new().parse_and_finish(&held).ok());
        }
        wanted = said;
    }
}

/// A range of a file's bytes in memory.
struct FileRange {
    /// Where they start in the file.
    start: u64,
    bytes: Bytes,
    /// The length of the file.
    length: u64,
}

impl FileRange {
    /// Reads a range of a file; `None` if the file is shorter.
    fn read(content: &Content, range: Range<u64>) -> Result<Option<Self>> {
        let length = content.len();
        if range.start > range.end || range.end > length {
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap_or(usize::MAX)];
        content.read_at(range.start, &mut bytes)?;
        Ok(Some(Self { start: range.start, bytes: bytes.into(), length }))
    }

    fn from(&self, start: u64) -> parquet::errors::Result<Bytes> {
        let offset = start.checked_sub(self.start).and_then(|offset| usize::try_from(offset).ok());
        let offset = offset.filter(|offset| *offset <= self.bytes.len());
        offset.map(|offset| self.bytes.slice(offset..)).ok_or_else(outside)
    }
}

fn outside() -> ParquetError {
    ParquetError::EOF(String::new())
}

impl Length for FileRange {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for FileRange {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let bytes = self.from(start)?;
        if length > bytes.len() {
            return Err(outside());
        }
        Ok(bytes.slice(..length))
    }
}
