//! The values of a column, some rows at a time, as texts.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{AsBytes, ByteArray, DataType};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::record::Field;
use parquet::schema::types::ColumnDescPtr;

use super::texts::{TextPages, is_simple};
use crate::extract::workbook::number;

/// Bytes of text that the rows shown together may have in a column.
pub const TEXT: usize = 64 << 20;

/// Bytes behind the texts that a reader may look at.
const PADDING: usize = 16;

/// Bytes of a decimal at most: one of more is none, and would take its time.
const DECIMAL: usize = 64;

/// A column being read.
pub struct Column {
    about: ColumnDescPtr,
    source: Source,
    texts: Texts,
    /// Whether all texts are UTF-8.
    is_utf8: bool,
}

/// Where values come from.
enum Source {
    /// Pages of texts.
    Texts(Box<TextPages>),
    /// Pages of any other kind, as the library reads them.
    Values(Box<ColumnReader>),
}

/// The texts of some rows, one behind the other.
#[derive(Debug, Default)]
pub struct Texts {
    /// The texts and [`PADDING`].
    bytes: Vec<u8>,
    /// Where the text of each row ends.
    ends: Vec<usize>,
    /// Where the last one ends.
    length: usize,
}

impl Texts {
    fn clear(&mut self) {
        self.ends.clear();
        self.length = 0;
    }

    /// Adds the text of a row.
    pub fn push(&mut self, text: &[u8]) {
        self.bytes.truncate(self.length);
        self.bytes.extend_from_slice(text);
        self.length += text.len();
        self.bytes.resize(self.length + PADDING, 0);
        self.ends.push(self.length);
    }

    /// Adds the first `length` of sixteen bytes as the text of a row.
    #[inline]
    pub fn push_part(&mut self, sixteen: &[u8; PADDING], length: usize) {
        if self.bytes.len() < self.length + PADDING {
            self.bytes.resize(self.length + 4096, 0);
        }
        self.bytes[self.length..self.length + PADDING].copy_from_slice(sixteen);
        self.length += length;
        self.ends.push(self.length);
    }

    /// Whether they are not more than is read at once.
    pub const fn is_within_limit(&self) -> bool {
        self.length <= TEXT
    }

    fn all(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    #[inline]
    fn span(&self, row: usize) -> (usize, usize) {
        (row.checked_sub(1).map_or(0, |before| self.ends[before]), self.ends[row])
    }
}

impl Column {
    /// A column at its top.
    pub fn new(chunk: &ColumnChunkMetaData, pages: Box<dyn PageReader>) -> Self {
        let about = chunk.column_descr_ptr();
        let source = if about.physical_type() == Type::BYTE_ARRAY && is_text(&about) && is_simple(chunk) {
            Source::Texts(Box::new(TextPages::new(pages, about.max_def_level() > 0)))
        } else {
            Source::Values(Box::new(get_column_reader(about.clone(), pages)))
        };
        Self { about, source, texts: Texts::default(), is_utf8: true }
    }

    /// Reads the next `rows` rows; none where there are not so many, or they are damaged or too long.
    pub fn advance(&mut self, rows: usize) -> Option<()> {
        self.texts.clear();
        match &mut self.source {
            Source::Texts(pages) => pages.advance(rows, &mut self.texts)?,
            Source::Values(reader) => Made { about: &self.about, rows, texts: &mut self.texts }.read(reader)?,
        }
        let is_text = |row: usize| {
            let (start, end) = self.texts.span(row);
            std::str::from_utf8(&self.texts.bytes[start..end]).is_ok()
        };
        self.is_utf8 = self.texts.all().is_ascii() || (0..rows).all(is_text);
        // What says that it is text has to be.
        (self.is_utf8 || self.about.converted_type() == ConvertedType::NONE).then_some(())
    }

    /// Whether all bytes of the rows read last are UTF-8; else they stand for their text as far as they are.
    #[inline]
    pub const fn is_utf8(&self) -> bool {
        self.is_utf8
    }

    /// The text of a row, counted from the first of those read last, in bytes; empty where there is none.
    #[inline]
    pub fn bytes(&self, row: usize) -> &[u8] {
        let (start, end) = self.texts.span(row);
        &self.texts.bytes[start..end]
    }

    /// The buffer of the text of a row, with sixteen bytes from its start on, and its length.
    #[inline]
    pub fn padded(&self, row: usize) -> Option<(&[u8; PADDING], usize)> {
        let (start, end) = self.texts.span(row);
        Some((self.texts.bytes.get(start..)?.first_chunk()?, end - start))
    }

    /// Whether reading ended because there was more text than is read at once.
    pub const fn is_too_long(&self) -> bool {
        !self.texts.is_within_limit()
    }

    /// Bytes of all texts read last.
    pub const fn length(&self) -> u64 {
        self.texts.length as u64
    }
}

/// Whether the bytes of a column are texts as they stand.
fn is_text(about: &ColumnDescPtr) -> bool {
    match about.converted_type() {
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON | ConvertedType::BSON => {
            about.physical_type() == Type::BYTE_ARRAY
        }
        ConvertedType::NONE => about.logical_type_ref() != Some(&LogicalType::Float16),
        _ => false,
    }
}

/// Texts of values that the library reads, for so many rows.
struct Made<'t> {
    about: &'t ColumnDescPtr,
    rows: usize,
    texts: &'t mut Texts,
}

impl Made<'_> {
    fn read(mut self, reader: &mut ColumnReader) -> Option<()> {
        let about = self.about;
        let is_nanoseconds =
            matches!(about.logical_type_ref(), Some(LogicalType::Timestamp(stamp)) if stamp.unit == TimeUnit::NANOS);
        let shown = |field: Field| Some(text(&field, is_nanoseconds).into_bytes());
        let decimal = |bytes: ByteArray| {
            let is_short = bytes.len() <= DECIMAL;
            is_short.then(|| Field::convert_byte_array(about, bytes).ok()).flatten().and_then(shown)
        };
        let is_text = is_text(about);
        match reader {
            ColumnReader::BoolColumnReader(r) => self.each(r, |v| shown(Field::convert_bool(about, v))),
            ColumnReader::Int32ColumnReader(r) => self.each(r, |v| shown(Field::convert_int32(about, v))),
            ColumnReader::Int64ColumnReader(r) => self.each(r, |v| shown(Field::convert_int64(about, v))),
            ColumnReader::Int96ColumnReader(r) => self.each(r, |v| shown(Field::convert_int96(about, v))),
            ColumnReader::FloatColumnReader(r) => self.each(r, |v| shown(Field::convert_float(about, v))),
            ColumnReader::DoubleColumnReader(r) => self.each(r, |v| shown(Field::convert_double(about, v))),
            ColumnReader::ByteArrayColumnReader(r) if is_text => self.each(r, Some),
            ColumnReader::FixedLenByteArrayColumnReader(r) if is_text => self.each(r, Some),
            ColumnReader::ByteArrayColumnReader(r) => self.each(r, decimal),
            ColumnReader::FixedLenByteArrayColumnReader(r) => self.each(r, |v| decimal(v.into())),
        }
    }

    fn each<T: DataType, B: AsBytes>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        made: impl Fn(T::T) -> Option<B>,
    ) -> Option<()> {
        let most = self.about.max_def_level();
        let (mut levels, mut values, mut left) = (Vec::new(), Vec::new(), self.rows);
        while left > 0 {
            let (read, ..) = reader.read_records(left, (most > 0).then_some(&mut levels), None, &mut values).ok()?;
            left = left.checked_sub(read).filter(|_| read > 0)?;
        }
        let mut values = values.into_iter();
        for row in 0..self.rows {
            if levels.get(row).is_some_and(|level| *level < most) {
                self.texts.push(&[]);
            } else {
                self.texts.push(made(values.next()?)?.as_bytes());
                self.texts.is_within_limit().then_some(())?;
            }
        }
        Some(())
    }
}

/// A value as text; empty where there is none.
fn text(field: &Field, is_nanoseconds: bool) -> String {
    match field {
        Field::Null => String::new(),
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
