//! Parquet files: flat columns of any type as texts, row by row; the first row is line 1.
//!
//! A file that asks for more than it holds is refused before its pages are unpacked: what they say they become (which
//! the reader believes and sets aside) may be 200 times the file's size in all, or 64 MiB; a file may have [`VALUES`]
//! values, and [`ROW_TEXT`] bytes of text in a row. Memory: a copy of the file, and a page of each column.

use std::ops::ControlFlow;

use bytes::Bytes;
use csv::StringRecord;
use parquet::basic::{LogicalType, Repetition, TimeUnit};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::SchemaDescriptor;

use super::guard::guarded;
use super::workbook::number;
use super::{Aspect, Guess, Hints, InputFormat, Record, Rows, header};
use crate::error::{Error, Exit, Result};
use crate::io::{Content, expanded_limit};
use crate::words::Lang;

/// Values of a file that are read at most: rows times columns. Some bytes can stand for any number of equal values.
const VALUES: u64 = 200_000_000;

/// Bytes of text in one row at most.
const ROW_TEXT: usize = 16 << 20;

/// Bytes of text in all rows at most: a few bytes can stand for any number of equal texts.
const TEXT: u64 = 4 << 30;

/// How a Parquet file begins and ends.
const MAGIC: &[u8] = b"PAR1";

/// Parquet.
pub struct Parquet;

impl InputFormat for Parquet {
    fn id(&self) -> &'static str {
        "parquet"
    }

    fn title(&self, lang: Lang) -> String {
        lang.text("format-parquet")
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet"]
    }

    fn recognises(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    fn open<'a>(&self, source: &str, content: &'a Content, _: Hints<'_>) -> Result<Box<dyn Rows + 'a>> {
        Ok(Box::new(ColumnRows::open(source, content.in_memory().unwrap_or_default())?))
    }
}

struct ColumnRows {
    source: String,
    reader: SerializedFileReader<Bytes>,
    header: Vec<String>,
    /// The columns whose whole numbers are nanoseconds since 1970.
    are_nanoseconds: Vec<bool>,
    guesses: Vec<Guess>,
}

fn damaged(source: &str, row: u64) -> Error {
    Error::new(Exit::Input, "error-parquet-damaged").with("path", source).with("row", row)
}

impl ColumnRows {
    fn open(source: &str, bytes: &[u8]) -> Result<Self> {
        guarded(|| Self::read(source, bytes)).unwrap_or_else(|| Err(damaged(source, 0)))
    }

    fn read(source: &str, bytes: &[u8]) -> Result<Self> {
        let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(|_| damaged(source, 0))?;
        let metadata = reader.metadata();
        let schema = metadata.file_metadata().schema_descr();
        if let Some(nested) = nested(schema) {
            return Err(Error::new(Exit::Input, "error-parquet-nested").with("path", source).with("column", nested));
        }
        let rows = u64::try_from(metadata.file_metadata().num_rows()).map_err(|_| damaged(source, 0))?;
        if rows.saturating_mul(schema.num_columns() as u64) > VALUES {
            return Err(Error::new(Exit::Input, "error-parquet-values").with("path", source).with("limit", VALUES));
        }
        let limit = expanded_limit(bytes.len());
        if unpacked(metadata, bytes).ok_or_else(|| damaged(source, 0))? > limit {
            return Err(Error::new(Exit::Input, "error-parquet-unpacked")
                .with("path", source)
                .with("limit", limit >> 20));
        }
        let header = header::texts(schema.columns().iter().map(|column| column.name()));
        let is_nanoseconds = |logical: Option<&LogicalType>| matches!(logical, Some(LogicalType::Timestamp(stamp)) if stamp.unit == TimeUnit::NANOS);
        let are_nanoseconds = schema.columns().iter().map(|c| is_nanoseconds(c.logical_type_ref())).collect();
        let guesses = vec![Guess::new(Aspect::Format, "parquet", None::<&()>)];
        if header.is_empty() {
            return Err(Error::new(Exit::Input, "error-file-empty").with("path", source));
        }
        Ok(Self { source: source.to_owned(), reader, header, are_nanoseconds, guesses })
    }
}

/// The first column that holds lists or groups.
fn nested(schema: &SchemaDescriptor) -> Option<String> {
    let is_flat = |field: &parquet::schema::types::TypePtr| {
        let info = field.get_basic_info();
        field.is_primitive() && (!info.has_repetition() || info.repetition() != Repetition::REPEATED)
    };
    schema.root_schema().get_fields().iter().find(|field| !is_flat(field)).map(|field| field.name().to_owned())
}

/// What all pages say they become when unpacked, by the headers that stand before them.
fn unpacked(metadata: &ParquetMetaData, bytes: &[u8]) -> Option<u64> {
    let mut sum = 0_u64;
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let (start, length) = column.byte_range();
        let start = usize::try_from(start).ok()?;
        let mut rest = bytes.get(start..start.checked_add(usize::try_from(length).ok()?)?)?;
        while !rest.is_empty() {
            let page = Page::of(&mut rest)?;
            sum = sum.checked_add(page.unpacked)?;
            rest = rest.get(page.packed..)?;
        }
    }
    Some(sum)
}

/// Sizes of a page in bytes, as its header says.
struct Page {
    unpacked: u64,
    packed: usize,
}

impl Page {
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

/// Thrift's mark of a 32-bit integer.
const INTEGER_32: u8 = 5;

/// The type of a structure's next field, whose number goes to `field`; none at the end of the structure.
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

/// Passes over a value of a type of Thrift's compact protocol.
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
            // Truth values take a byte each in a list.
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

/// A value as text; empty where there is none.
fn text(field: &Field, is_nanoseconds: bool) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Float(value) if value.fract() != 0.0 => value.to_string(),
        Field::Float(value) => number(f64::from(*value)),
        Field::Float16(value) => number(f64::from(*value)),
        Field::Double(value) => number(*value),
        Field::Decimal(_) => {
            let text = field.to_string();
            match text.split_once('.') {
                Some((whole, decimals)) if decimals.bytes().all(|b| b == b'0') => whole.to_owned(),
                _ => text,
            }
        }
        Field::Long(value) if is_nanoseconds => time(&Field::TimestampMillis(value.div_euclid(1_000_000))),
        Field::TimestampMillis(_) | Field::TimestampMicros(_) => time(field),
        other => other.to_string(),
    }
}

/// A point in time in ISO form; the day alone where it is midnight.
fn time(field: &Field) -> String {
    let text = field.to_string();
    let (day, rest) = text.split_once(' ').unwrap_or((&text, ""));
    match rest.get(..8) {
        None | Some("00:00:00") => day.to_owned(),
        Some(time) => format!("{day}T{time}"),
    }
}

impl Rows for ColumnRows {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn guesses(&self) -> &[Guess] {
        &self.guesses
    }

    fn each(&mut self, visit: &mut dyn FnMut(u64, Record<'_>) -> ControlFlow<()>) -> Result<()> {
        let mut line = 0;
        let broken = |line| damaged(&self.source, line);
        let rows = guarded(|| self.reader.get_row_iter(None).ok()).flatten();
        let mut rows = rows.ok_or_else(|| broken(0))?;
        let mut record = StringRecord::new();
        let mut seen = 0;
        loop {
            let row = guarded(|| {
                let Some(row) = rows.next() else { return Ok(false) };
                record.clear();
                for ((_, field), is_nanoseconds) in row?.get_column_iter().zip(&self.are_nanoseconds) {
                    record.push_field(&text(field, *is_nanoseconds));
                }
                Ok::<bool, parquet::errors::ParquetError>(true)
            });
            if !row.and_then(std::result::Result::ok).ok_or_else(|| broken(line))? {
                return Ok(());
            }
            line += 1;
            seen += record.as_slice().len() as u64;
            if record.as_slice().len() > ROW_TEXT || seen > TEXT {
                let limit = if seen > TEXT { TEXT } else { ROW_TEXT as u64 };
                return Err(Error::new(Exit::Input, "error-parquet-unpacked")
                    .with("path", &self.source)
                    .with("limit", limit >> 20));
            }
            if visit(line, Record::Fields(&record)).is_break() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests;
