//! The values of a column as texts, some rows at a time.
//!
//! Columns of texts are read by the library's reader of Arrow views, which copies no text. Values of other types are
//! converted to texts one by one.

use std::sync::Mutex;

use arrow_array::builder::BinaryViewBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, BinaryViewArray};
use arrow_schema::{DataType as ArrowType, Field as ArrowField, Fields};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::page::{PageIterator, PageReader};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{AsBytes, ByteArray, DataType};
use parquet::errors::{ParquetError, Result as Read};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::record::Field;
use parquet::schema::types::ColumnDescPtr;

use super::pages::{ROWS, TEXT, TooMuch};
use crate::extract::split::{key_of, masked};
use crate::extract::workbook::number;

/// The most bytes of a decimal: a longer one is invalid, and would take long to convert.
const DECIMAL: usize = 64;

/// A column being read.
pub struct Column {
    about: ColumnDescPtr,
    source: ValueSource,
    /// The texts of the rows read last.
    texts: BinaryViewArray,
    /// Bytes of these texts.
    length: usize,
    /// Whether all texts are UTF-8.
    is_utf8: bool,
    /// Whether reading ended because there was more than is read at once.
    is_too_long: bool,
}

/// Where values come from.
enum ValueSource {
    /// Texts, as Arrow views.
    Texts(Box<ParquetRecordBatchReader>),
    /// Values of any other kind.
    Values(Box<ColumnReader>),
}

impl Column {
    /// A column of a row group, before its first row. `None` if it is not what the file's metadata states.
    pub fn new(file: &ParquetMetaData, group: usize, column: usize, pages: Box<dyn PageReader>) -> Option<Self> {
        let about = file.row_group(group).column(column).column_descr_ptr();
        let source = if about.physical_type() == Type::BYTE_ARRAY && is_text(&about) {
            let schema = file.file_metadata().schema_descr();
            let field = |column: &ColumnDescPtr| {
                let is_utf8 = matches!(column.converted_type(), ConvertedType::UTF8 | ConvertedType::JSON);
                ArrowField::new(
                    column.name(),
                    if is_utf8 { ArrowType::Utf8View } else { ArrowType::BinaryView },
                    true,
                )
            };
            let fields: Fields = schema.columns().iter().map(field).collect();
            let only = ProjectionMask::leaves(schema, [column]);
            let levels = parquet_to_arrow_field_levels(schema, only, Some(&fields)).ok()?;
            let one = SingleColumn { file, group, pages: Mutex::new(Some(pages)) };
            ValueSource::Texts(Box::new(
                ParquetRecordBatchReader::try_new_with_row_groups(&levels, &one, ROWS, None).ok()?,
            ))
        } else {
            ValueSource::Values(Box::new(get_column_reader(about.clone(), pages)))
        };
        let texts = BinaryViewBuilder::new().finish();
        Some(Self { about, source, texts, length: 0, is_utf8: true, is_too_long: false })
    }

    /// Reads the next `rows` rows. `None` if there are fewer, or they are damaged or too long.
    pub fn advance(&mut self, rows: usize) -> Option<()> {
        let read = match &mut self.source {
            ValueSource::Texts(reader) => texts(reader),
            ValueSource::Values(reader) => {
                ValueTexts { about: &self.about, rows, texts: BinaryViewBuilder::new() }.read(reader)
            }
        };
        self.is_too_long = matches!(&read, Err(ParquetError::External(why)) if why.is::<TooMuch>());
        self.texts = read.ok()?;
        (self.texts.len() >= rows).then_some(())?;
        self.length = (0..self.texts.len()).map(|row| self.view(row) as u32 as usize).sum();
        self.is_too_long = self.length > TEXT;
        // The library has validated columns that claim to be UTF-8.
        self.is_utf8 = self.about.converted_type() == ConvertedType::UTF8
            || (0..rows).all(|row| std::str::from_utf8(self.bytes(row)).is_ok());
        // A column that claims to be text must be UTF-8.
        let is_as_said = self.is_utf8 || self.about.converted_type() == ConvertedType::NONE;
        (is_as_said && !self.is_too_long).then_some(())
    }

    /// Whether all bytes of the rows read last are UTF-8; if not, invalid bytes are replaced in their texts.
    #[inline]
    pub const fn is_utf8(&self) -> bool {
        self.is_utf8
    }

    /// The text of a row, counted from the first of the rows read last, as bytes; empty if it is missing.
    #[inline]
    pub fn bytes(&self, row: usize) -> &[u8] {
        if self.texts.is_null(row) { &[] } else { self.texts.value(row) }
    }

    /// The key of the text of a row.
    #[inline]
    pub fn key(&self, row: usize) -> Option<u128> {
        let view = self.view(row);
        let length = view as u32 as usize;
        if length <= INLINE { masked((view >> 32).to_le_bytes(), length) } else { key_of(self.bytes(row)) }
    }

    /// Whether reading ended because there was more text than is read at once.
    pub const fn is_too_long(&self) -> bool {
        self.is_too_long
    }

    /// Bytes of all texts read last.
    pub const fn length(&self) -> u64 {
        self.length as u64
    }

    /// Arrow's view of the text of a row: its length, followed by the text if it is short.
    #[inline]
    fn view(&self, row: usize) -> u128 {
        if self.texts.is_null(row) { 0 } else { self.texts.views()[row] }
    }
}

/// The most bytes of a text that a view stores inline.
const INLINE: usize = 12;

/// The next texts of a column.
fn texts(reader: &mut ParquetRecordBatchReader) -> Read<BinaryViewArray> {
    let batch = reader.next().transpose()?.ok_or_else(damaged)?;
    let column = batch.columns().first().ok_or_else(damaged)?;
    Ok(match column.as_string_view_opt() {
        Some(texts) => texts.clone().to_binary_view(),
        None => column.as_binary_view().clone(),
    })
}

/// The pages of one column of one row group, in the form that the library requires.
struct SingleColumn<'f> {
    file: &'f ParquetMetaData,
    group: usize,
    pages: Mutex<Option<Box<dyn PageReader>>>,
}

impl RowGroups for SingleColumn<'_> {
    fn num_rows(&self) -> usize {
        usize::try_from(self.file.row_group(self.group).num_rows()).unwrap_or_default()
    }

    fn column_chunks(&self, _: usize) -> Read<Box<dyn PageIterator>> {
        Ok(Box::new(SingleColumnPages(self.pages.lock().ok().and_then(|mut pages| pages.take()))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.file.row_group(self.group)))
    }

    fn metadata(&self) -> &ParquetMetaData {
        self.file
    }
}

struct SingleColumnPages(Option<Box<dyn PageReader>>);

impl Iterator for SingleColumnPages {
    type Item = Read<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for SingleColumnPages {}

/// Whether the bytes of a column are texts without conversion.
fn is_text(about: &ColumnDescPtr) -> bool {
    match about.converted_type() {
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON | ConvertedType::BSON => {
            about.physical_type() == Type::BYTE_ARRAY
        }
        ConvertedType::NONE => about.logical_type_ref() != Some(&LogicalType::Float16),
        _ => false,
    }
}

/// The conversion of `rows` values that the library reads to texts.
struct ValueTexts<'t> {
    about: &'t ColumnDescPtr,
    rows: usize,
    texts: BinaryViewBuilder,
}

impl ValueTexts<'_> {
    fn read(self, reader: &mut ColumnReader) -> Read<BinaryViewArray> {
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
        mut self,
        reader: &mut ColumnReaderImpl<T>,
        made: impl Fn(T::T) -> Option<B>,
    ) -> Read<BinaryViewArray> {
        let most = self.about.max_def_level();
        let (mut levels, mut values, mut left) = (Vec::new(), Vec::new(), self.rows);
        while left > 0 {
            let (read, ..) = reader.read_records(left, (most > 0).then_some(&mut levels), None, &mut values)?;
            left = left.checked_sub(read).filter(|_| read > 0).ok_or_else(damaged)?;
        }
        let (mut values, mut length) = (values.into_iter(), 0);
        for row in 0..self.rows {
            if levels.get(row).is_some_and(|level| *level < most) {
                self.texts.append_null();
            } else {
                let text = values.next().and_then(&made).ok_or_else(damaged)?;
                length += text.as_bytes().len();
                if length > TEXT {
                    return Err(ParquetError::External(TooMuch.into()));
                }
                self.texts.append_value(text.as_bytes());
            }
        }
        Ok(self.texts.finish())
    }
}

fn damaged() -> ParquetError {
    ParquetError::EOF(String::new())
}

/// A value as text; empty if it is missing.
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

/// A point in time in ISO form; only the day if it is midnight.
fn time(field: &Field) -> String {
    let text = field.to_string();
    let (day, rest) = text.split_once(' ').unwrap_or((&text, ""));
    match rest.get(..8) {
        None | Some("00:00:00") => day.to_owned(),
        Some(time) => format!("{day}T{time}"),
    }
}
