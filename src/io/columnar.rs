//! A table as columns, and its Parquet file.

use std::io::Write;
use std::ops::Range;

use bytes::Bytes;
use parquet::basic::{Compression, IntType, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::column::writer::{ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, Type};
use rayon::prelude::*;

/// The values of a column, one per row; `None` is null in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Codes, words, file names: UTF-8. Equal texts are mostly stored once (as those of [`crate::model::Text`]).
    Text(Vec<Option<&'static str>>),
    /// Whole numbers from zero: unsigned, 64 bits.
    Whole(Vec<Option<u64>>),
    /// Whole numbers with a sign: 64 bits.
    Signed(Vec<Option<i64>>),
    /// Fractions: double precision.
    Real(Vec<Option<f64>>),
    /// True or false.
    Flag(Vec<Option<bool>>),
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// [`Values::Text`].
    Text,
    /// [`Values::Whole`].
    Whole,
    /// [`Values::Signed`].
    Signed,
    /// [`Values::Real`].
    Real,
    /// [`Values::Flag`].
    Flag,
}

/// The sizes of a file's row groups and pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// Rows per row group, at least one.
    pub rows: usize,
    /// Approximate bytes per data page; `None`: the library's default.
    pub page: Option<usize>,
}

impl Default for Division {
    fn default() -> Self {
        Self { rows: 1 << 20, page: None }
    }
}

/// Writes the Parquet file of a table, compressed with zstd, to `out`, which it returns. `values` returns the values of a
/// column, given by its position, in some rows; only a few thousand of them are in memory at a time. Every column may hold
/// nulls. The bytes depend only on the input.
///
/// # Errors
/// Values of another kind than their column, or fewer than its rows; an error of the library or of `out`.
pub fn write<W: Write + Send>(
    columns: &[(String, ValueKind)],
    rows: usize,
    division: Division,
    out: W,
    values: impl Fn(usize, Range<usize>) -> Values + Sync,
) -> Result<W, ParquetError> {
    let fields = columns.iter().map(|(name, kind)| kind.field(name).map(Into::into)).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true);
    if let Some(bytes) = division.page {
        // The library checks the size of a page after this number of values.
        properties = properties.set_data_page_size_limit(bytes).set_write_batch_size(bytes.clamp(1, 1024));
    }
    let mut file = SerializedFileWriter::new(out, schema.into(), properties.build().into())?;
    let kinds: Vec<ColumnDescPtr> = file.schema_descr().columns().to_vec();
    for from in (0..rows).step_by(division.rows.max(1)) {
        let to = rows.min(from + division.rows.max(1));
        let mut pages: Vec<_> = kinds.iter().map(|_| TrackedWrite::new(Vec::new())).collect();
        let chunk = |(kind, pages): (&ColumnDescPtr, _)| {
            get_column_writer(kind.clone(), file.properties().clone(), Box::new(SerializedPageWriter::new(pages)))
        };
        let mut chunks: Vec<ColumnWriter<'_>> = kinds.iter().zip(&mut pages).map(chunk).collect();
        // Pieces of rows that fit into the cache: every column reads the same rows.
        for piece in (from..to).step_by(PIECE) {
            let piece = piece..to.min(piece + PIECE);
            let add = |(column, chunk): (usize, &mut ColumnWriter<'_>)| values(column, piece.clone()).add_to(chunk);
            chunks.par_iter_mut().enumerate().try_for_each(add)?;
        }
        let closed: Result<Vec<_>, ParquetError> = chunks.into_par_iter().map(ColumnWriter::close).collect();
        let mut group = file.next_row_group()?;
        for (pages, closed) in pages.into_iter().zip(closed?) {
            if closed.rows_written != (to - from) as u64 {
                return Err(ParquetError::General("columns of different lengths".into()));
            }
            group.append_column(&Bytes::from(pages.into_inner()?), closed)?;
        }
        group.close()?;
    }
    file.into_inner()
}

impl ValueKind {
    fn field(self, name: &str) -> Result<Type, ParquetError> {
        let (physical, logical) = match self {
            Self::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Whole => (Physical::INT64, Some(LogicalType::Integer(UNSIGNED))),
            Self::Signed => (Physical::INT64, None),
            Self::Real => (Physical::DOUBLE, None),
            Self::Flag => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical);
        field.with_logical_type(logical).with_repetition(Repetition::OPTIONAL).build()
    }
}

const UNSIGNED: IntType = IntType { bit_width: 64, is_signed: false };

impl Values {
    /// Adds the values to the column of a row group.
    fn add_to(&self, chunk: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        match (chunk, self) {
            (ColumnWriter::ByteArrayColumnWriter(chunk), Self::Text(texts)) => {
                let (min, max) = least_and_greatest(texts.iter().flatten())
                    .map(|(min, max)| (byte_array(min), byte_array(max)))
                    .unzip();
                let (texts, levels) = split(texts, byte_array);
                chunk.write_batch_with_statistics(&texts, Some(&levels), None, min.as_ref(), max.as_ref(), None)?;
            }
            // Parquet stores unsigned numbers as signed ones with the same bits.
            (ColumnWriter::Int64ColumnWriter(chunk), Self::Whole(numbers)) => {
                let (numbers, levels) = split(numbers, u64::cast_signed);
                chunk.write_batch(&numbers, Some(&levels), None)?;
            }
            (ColumnWriter::Int64ColumnWriter(chunk), Self::Signed(numbers)) => {
                let (numbers, levels) = split(numbers, |number| number);
                chunk.write_batch(&numbers, Some(&levels), None)?;
            }
            (ColumnWriter::DoubleColumnWriter(chunk), Self::Real(numbers)) => {
                let (numbers, levels) = split(numbers, |number| number);
                chunk.write_batch(&numbers, Some(&levels), None)?;
            }
            (ColumnWriter::BoolColumnWriter(chunk), Self::Flag(flags)) => {
                let (flags, levels) = split(flags, |flag| flag);
                chunk.write_batch(&flags, Some(&levels), None)?;
            }
            _ => return Err(ParquetError::General("values of another kind than their column".into())),
        }
        Ok(())
    }
}

/// The non-null values, and for each row its definition level (1 if it has a value).
fn split<T: Copy, U>(values: &[Option<T>], to_file: impl Fn(T) -> U) -> (Vec<U>, Vec<i16>) {
    let levels = values.iter().map(|value| i16::from(value.is_some())).collect();
    (values.iter().flatten().map(|value| to_file(*value)).collect(), levels)
}

/// Rows that are written at a time.
const PIECE: usize = 1 << 13;

/// A text in the type of the library, without a copy.
fn byte_array(text: &'static str) -> ByteArray {
    Bytes::from_static(text.as_bytes()).into()
}

/// The least text and the greatest; `None` without texts.
fn least_and_greatest<'t>(texts: impl Iterator<Item = &'t &'static str>) -> Option<(&'static str, &'static str)> {
    let mut found: Option<(&str, &str)> = None;
    let mut last: &str = "";
    for text in texts {
        // In many columns, most rows have the text of the row before.
        if found.is_none() || !std::ptr::eq(last, *text) {
            let (least, greatest) = found.unwrap_or((text, text));
            found = Some((least.min(text), greatest.max(text)));
            last = text;
        }
    }
    found
}

/// The Parquet file of columns of equal length.
#[cfg(test)]
pub fn parquet(columns: &[(String, Values)], division: Division) -> Vec<u8> {
    fn kind_and_rows(values: &Values) -> (ValueKind, usize) {
        match values {
            Values::Text(values) => (ValueKind::Text, values.len()),
            Values::Whole(values) => (ValueKind::Whole, values.len()),
            Values::Signed(values) => (ValueKind::Signed, values.len()),
            Values::Real(values) => (ValueKind::Real, values.len()),
            Values::Flag(values) => (ValueKind::Flag, values.len()),
        }
    }
    let part = |column: usize, rows: Range<usize>| match &columns[column].1 {
        Values::Text(values) => Values::Text(values[rows].to_vec()),
        Values::Whole(values) => Values::Whole(values[rows].to_vec()),
        Values::Signed(values) => Values::Signed(values[rows].to_vec()),
        Values::Real(values) => Values::Real(values[rows].to_vec()),
        Values::Flag(values) => Values::Flag(values[rows].to_vec()),
    };
    let kinds: Vec<_> = columns.iter().map(|(name, values)| (name.clone(), kind_and_rows(values).0)).collect();
    let rows = columns.first().map_or(0, |(_, values)| kind_and_rows(values).1);
    write(&kinds, rows, division, Vec::new(), part).unwrap()
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    fn read(bytes: Vec<u8>) -> Vec<Vec<(String, Field)>> {
        let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| row.unwrap().get_column_iter().map(|(name, value)| (name.clone(), value.clone())).collect())
            .collect()
    }

    #[test]
    fn every_kind_of_value_comes_back() {
        let columns = [
            ("text".to_owned(), Values::Text(vec![Some("Öckerö"), None, Some("")])),
            ("whole".to_owned(), Values::Whole(vec![Some(u64::MAX), Some(0), None])),
            ("signed".to_owned(), Values::Signed(vec![None, Some(i64::MIN), Some(7)])),
            ("real".to_owned(), Values::Real(vec![Some(0.25), None, Some(-1.0)])),
            ("flag".to_owned(), Values::Flag(vec![Some(true), Some(false), None])),
        ];
        let wanted = [
            [
                Field::Str("Öckerö".into()),
                Field::ULong(u64::MAX),
                Field::Null,
                Field::Double(0.25),
                Field::Bool(true),
            ],
            [Field::Null, Field::ULong(0), Field::Long(i64::MIN), Field::Null, Field::Bool(false)],
            [Field::Str(String::new()), Field::Null, Field::Long(7), Field::Double(-1.0), Field::Null],
        ];
        for rows in [1, 2, 3, 4] {
            let found = read(parquet(&columns, Division { rows, page: Some(16) }));
            let named = |row: &[Field; 5]| -> Vec<_> {
                columns.iter().map(|(name, _)| name.clone()).zip(row.iter().cloned()).collect()
            };
            assert_eq!(found, wanted.iter().map(named).collect::<Vec<_>>(), "{rows} rows a group");
        }
    }

    #[test]
    fn a_table_without_rows_keeps_its_columns() {
        let bytes = parquet(&[("a".to_owned(), Values::Flag(vec![]))], Division::default());
        let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        assert_eq!(reader.metadata().file_metadata().schema_descr().column(0).name(), "a");
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    }

    /// Statistics and values of more rows than are written at a time.
    #[test]
    fn pieces_make_one_column() {
        let mut texts = vec![Some("m"); PIECE];
        texts[3] = Some("a");
        texts.extend(vec![None; PIECE]);
        texts.extend([Some("z"), None, Some("b")]);
        let bytes = parquet(&[("a".to_owned(), Values::Text(texts.clone()))], Division::default());
        let reader = SerializedFileReader::new(Bytes::from(bytes.clone())).unwrap();
        let found = reader.metadata().row_group(0).column(0).statistics().unwrap();
        assert_eq!((found.min_bytes_opt(), found.max_bytes_opt()), (Some(&b"a"[..]), Some(&b"z"[..])));
        let wanted = texts.iter().map(|text| text.map_or(Field::Null, |text| Field::Str(text.to_owned())));
        assert!(read(bytes).into_iter().map(|row| row[0].1.clone()).eq(wanted));
    }

    #[test]
    fn columns_of_different_lengths_are_refused() {
        let columns = ["a", "b"].map(|name| (name.to_owned(), ValueKind::Flag));
        for short in [0, 1, 2] {
            let values = |column, _| Values::Flag(vec![None; if column < short { 0 } else { 1 }]);
            let found = write(&columns, 1, Division::default(), Vec::new(), values);
            assert_eq!(found.is_err(), short > 0, "{short} columns without values");
        }
    }

    #[test]
    fn values_of_another_kind_than_their_column_are_refused() {
        let columns = [("a".to_owned(), ValueKind::Text)];
        let found = write(&columns, 1, Division::default(), Vec::new(), |_, _| Values::Flag(vec![None]));
        assert!(found.is_err());
    }

    #[test]
    fn statistics_have_the_least_text_and_the_greatest() {
        let [a, b, c] = ["a", "b", "c"].map(Some);
        for (texts, wanted) in
            [(vec![b, b, a, None, c, a], Some(("a", "c"))), (vec![None, b], Some(("b", "b"))), (vec![None], None)]
        {
            let bytes = parquet(&[("a".to_owned(), Values::Text(texts.clone()))], Division::default());
            let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
            let found = reader.metadata().row_group(0).column(0).statistics().unwrap();
            let wanted = wanted.map(|(least, greatest): (&str, &str)| (least.as_bytes(), greatest.as_bytes()));
            assert_eq!(found.min_bytes_opt().zip(found.max_bytes_opt()), wanted, "{texts:?}");
            assert_eq!(found.null_count_opt(), Some(texts.iter().filter(|text| text.is_none()).count() as u64));
        }
    }
}
