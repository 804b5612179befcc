//! The values of a column, some rows at a time, as texts.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::record::Field;
use parquet::schema::types::ColumnDescPtr;

use crate::extract::workbook::number;

/// A column being read.
pub struct Column {
    about: ColumnDescPtr,
    is_nanoseconds: bool,
    reader: ColumnReader,
    levels: Vec<i16>,
    /// By row: which of the values it has; empty where every row has one.
    places: Vec<usize>,
    values: Values,
    /// Whether all bytes of the values are text.
    is_utf8: bool,
}

/// Values of the rows that have one.
enum Values {
    /// Texts as they stand in the file, often shared with its dictionary.
    Bytes(Vec<ByteArray>),
    /// Texts made of values of other types, one behind the other, and where each ends.
    Texts(String, Vec<usize>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// The place of a value that is not there.
const NOTHING: usize = usize::MAX;

impl Column {
    /// A column at its top.
    pub fn new(about: ColumnDescPtr, reader: ColumnReader) -> Self {
        let is_nanoseconds =
            matches!(about.logical_type_ref(), Some(LogicalType::Timestamp(stamp)) if stamp.unit == TimeUnit::NANOS);
        Self {
            about,
            is_nanoseconds,
            reader,
            levels: Vec::new(),
            places: Vec::new(),
            values: Values::default(),
            is_utf8: true,
        }
    }

    /// Reads the next `rows` rows; none where there are not so many, or they are damaged.
    pub fn advance(&mut self, rows: usize) -> Option<()> {
        let Self { about, is_nanoseconds, reader, levels, .. } = self;
        let mut whole = Whole { rows, most: about.max_def_level(), levels };
        self.values = match reader {
            ColumnReader::ByteArrayColumnReader(reader) if is_text(about) => {
                let mut bytes = match std::mem::take(&mut self.values) {
                    Values::Bytes(bytes) => bytes,
                    Values::Texts(..) => Vec::new(),
                };
                whole.read(reader, &mut bytes)?;
                self.is_utf8 = bytes.iter().all(|b| b.data().is_ascii() || std::str::from_utf8(b.data()).is_ok());
                // What says that it is text has to be.
                (self.is_utf8 || about.converted_type() == ConvertedType::NONE).then_some(())?;
                Values::Bytes(bytes)
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) if is_text(about) => {
                let mut bytes = Vec::new();
                whole.read(reader, &mut bytes)?;
                self.is_utf8 = false;
                Values::Bytes(bytes.into_iter().map(ByteArray::from).collect())
            }
            reader => {
                self.is_utf8 = true;
                made(&mut whole, about, reader, *is_nanoseconds)?
            }
        };
        self.place();
        Some(())
    }

    /// Which value each row has.
    fn place(&mut self) {
        let most = self.about.max_def_level();
        self.places.clear();
        if self.levels.iter().all(|level| *level == most) {
            return;
        }
        let mut next = 0;
        self.places.extend(self.levels.iter().map(|level| {
            let is_there = *level == most;
            next += usize::from(is_there);
            if is_there { next - 1 } else { NOTHING }
        }));
    }

    /// Whether all bytes of the rows read last are UTF-8; else they stand for their text as far as they are.
    #[inline]
    pub const fn is_utf8(&self) -> bool {
        self.is_utf8
    }

    /// The text of a row, counted from the first of those read last, in bytes; empty where there is none.
    #[inline]
    pub fn bytes(&self, row: usize) -> &[u8] {
        let place = if self.places.is_empty() { row } else { self.places[row] };
        match &self.values {
            Values::Bytes(bytes) => bytes.get(place).map_or(&[], ByteArray::data),
            Values::Texts(text, ends) => {
                let Some(end) = ends.get(place) else { return &[] };
                let start = place.checked_sub(1).map_or(0, |before| ends[before]);
                &text.as_bytes()[start..*end]
            }
        }
    }

    /// Bytes of all texts read last, as often as rows have them.
    pub fn length(&self) -> u64 {
        match &self.values {
            Values::Bytes(bytes) => bytes.iter().map(|b| b.len() as u64).sum(),
            Values::Texts(text, _) => text.len() as u64,
        }
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

/// The next rows of a column of another type.
fn made(
    whole: &mut Whole<'_>,
    about: &ColumnDescPtr,
    reader: &mut ColumnReader,
    is_nanoseconds: bool,
) -> Option<Values> {
    let mut made = Made { text: String::new(), ends: Vec::new(), is_nanoseconds };
    let bytes = |bytes: ByteArray| {
        // A decimal of so many bytes is none, and would take its time.
        (bytes.len() <= DECIMAL).then(|| Field::convert_byte_array(about, bytes).ok()).flatten()
    };
    match reader {
        ColumnReader::BoolColumnReader(reader) => made.add(whole, reader, |v| Some(Field::convert_bool(about, v))),
        ColumnReader::Int32ColumnReader(reader) => made.add(whole, reader, |v| Some(Field::convert_int32(about, v))),
        ColumnReader::Int64ColumnReader(reader) => made.add(whole, reader, |v| Some(Field::convert_int64(about, v))),
        ColumnReader::Int96ColumnReader(reader) => made.add(whole, reader, |v| Some(Field::convert_int96(about, v))),
        ColumnReader::FloatColumnReader(reader) => made.add(whole, reader, |v| Some(Field::convert_float(about, v))),
        ColumnReader::DoubleColumnReader(reader) => {
            made.add(whole, reader, |v| Some(Field::convert_double(about, v)))
        }
        ColumnReader::ByteArrayColumnReader(reader) => made.add(whole, reader, bytes),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => made.add(whole, reader, |v| bytes(v.into())),
    }?;
    Some(Values::Texts(made.text, made.ends))
}

/// Bytes of a decimal at most.
const DECIMAL: usize = 64;

/// So many rows, all of them or none.
struct Whole<'l> {
    rows: usize,
    /// The level of a value that is there.
    most: i16,
    levels: &'l mut Vec<i16>,
}

impl Whole<'_> {
    fn read<T: DataType>(&mut self, reader: &mut ColumnReaderImpl<T>, values: &mut Vec<T::T>) -> Option<()> {
        self.levels.clear();
        values.clear();
        let mut left = self.rows;
        while left > 0 {
            let levels = (self.most > 0).then_some(&mut *self.levels);
            let (read, ..) = reader.read_records(left, levels, None, values).ok()?;
            left = left.checked_sub(read).filter(|_| read > 0)?;
        }
        Some(())
    }
}

/// Texts that are made.
struct Made {
    text: String,
    ends: Vec<usize>,
    is_nanoseconds: bool,
}

impl Made {
    fn add<T: DataType>(
        &mut self,
        whole: &mut Whole<'_>,
        reader: &mut ColumnReaderImpl<T>,
        field: impl Fn(T::T) -> Option<Field>,
    ) -> Option<()> {
        let mut values = Vec::new();
        whole.read(reader, &mut values)?;
        for value in values {
            self.text.push_str(&text(&field(value)?, self.is_nanoseconds));
            self.ends.push(self.text.len());
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
