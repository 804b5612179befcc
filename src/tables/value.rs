//! Values in tables: writing to a file and reading back.

use std::cmp::Ordering;

use crate::decomposition::Factor;
use crate::model::{Cell, Decimal, Population, Ratio, Snapshot, Text, Year};

/// A value in a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A code, a word or a file name.
    Text(&'static str),
    /// A year.
    Year(Year),
    /// A count.
    Count(Cell<u64>),
    /// A difference.
    Delta(Cell<i64>),
    /// A ratio.
    Ratio(Cell<Ratio>),
    /// A signed number with decimals.
    Decimal(Cell<Decimal>),
    /// A flag.
    Flag(Cell<bool>),
}

/// Decimals of a ratio in a file.
const DECIMALS: u32 = 6;

impl Value {
    /// The value as the text of a CSV field: `..` hidden, `.` missing.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = Vec::new();
        self.write_to(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The number of a ratio or a decimal that [`Value::to_text`] shows; `None` for all other values.
    #[must_use]
    pub fn to_real(&self) -> Option<f64> {
        // Quotients of numbers that a real number holds exactly are rounded as the text would be.
        const EXACT: u128 = 1 << 53;
        let millionths = match *self {
            Self::Ratio(cell) => {
                let (whole, decimals) = cell.value()?.rounded(DECIMALS)?;
                let whole = i128::try_from(whole).ok().and_then(|whole| whole.checked_mul(MILLION.into()));
                whole.map(|whole| whole + i128::from(decimals))
            }
            Self::Decimal(cell) => Some(cell.value()?.millionths()),
            _ => return None,
        };
        match millionths.filter(|millionths| millionths.unsigned_abs() <= EXACT) {
            Some(millionths) => Some(millionths as f64 / MILLION as f64),
            None => self.to_text().parse().ok(),
        }
    }

    /// Appends a CSV field, quoted if necessary.
    #[inline]
    pub fn write_csv(&self, out: &mut Vec<u8>) {
        // Every byte that requires quotes is at most `,`, and codes contain no such bytes.
        match self {
            Self::Text(text) if text.bytes().fold(u8::MAX, u8::min) <= b',' => quoted(text, out),
            _ => self.write_to(out),
        }
    }

    /// Appends the text of a CSV field without quotes.
    #[inline]
    pub fn write_to(&self, out: &mut Vec<u8>) {
        fn shown<T>(out: &mut Vec<u8>, cell: Cell<T>, write: impl FnOnce(&mut Vec<u8>, T)) {
            match cell {
                Cell::Value(value) => write(out, value),
                Cell::Hidden => out.extend_from_slice(b".."),
                Cell::Missing => out.push(b'.'),
            }
        }
        let whole = |out: &mut Vec<u8>, n: u64| out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
        match *self {
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Year(year) => whole(out, year.into()),
            Self::Count(cell) => shown(out, cell, whole),
            Self::Delta(cell) => {
                shown(out, cell, |out, n| out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes()));
            }
            Self::Ratio(cell) => shown(out, cell, |out, ratio| match ratio.rounded(DECIMALS) {
                Some((whole, decimals)) => point(out, whole, decimals),
                None => out.push(b'.'),
            }),
            Self::Decimal(cell) => shown(out, cell, |out, number| {
                let millionths = number.millionths();
                if millionths < 0 {
                    out.push(b'-');
                }
                let size = millionths.unsigned_abs();
                match u64::try_from(size) {
                    Ok(size) => point(out, (size / MILLION).into(), size % MILLION),
                    Err(_) => point(out, size / u128::from(MILLION), (size % u128::from(MILLION)) as u64),
                }
            }),
            Self::Flag(cell) => {
                shown(out, cell, |out, flag| out.extend_from_slice(if flag { b"true" } else { b"false" }))
            }
        }
    }
}

/// The decimals of a ratio as a whole number are below this.
const MILLION: u64 = 10_u64.pow(DECIMALS);

/// Appends a number with six decimals.
fn point(out: &mut Vec<u8>, whole: u128, decimals: u64) {
    let mut buffer = itoa::Buffer::new();
    // Numbers of 64 bits are formatted several times as fast.
    let text = if let Ok(whole) = u64::try_from(whole) { buffer.format(whole) } else { buffer.format(whole) };
    out.extend_from_slice(text.as_bytes());
    out.push(b'.');
    // The leading 1 of the padded number, dropped here, keeps the zeros after the point.
    out.extend_from_slice(&itoa::Buffer::new().format(MILLION + decimals).as_bytes()[1..]);
}

/// Appends a text that may need quotes.
#[cold]
fn quoted(text: &str, out: &mut Vec<u8>) {
    if !text.contains([',', '"', '\n', '\r']) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// A field of a row: a value of a table that can be part of a key.
pub trait TableField: Sized {
    /// Whether such fields are in keys alone, because they cannot be hidden.
    const IS_KEY: bool = false;
    /// The value.
    fn value(&self) -> Value;
    /// Reads the field from the text of a file; `None` if the text is invalid.
    fn parse(text: &str) -> Option<Self>;
    /// Sets a count; other fields stay unchanged.
    fn set(&mut self, _: Cell) {}
    /// Hides the value unless it is missing; fields that are in keys alone stay unchanged.
    fn hide(&mut self);
    /// The order within a key; fields that are in no key compare as equal.
    fn key_order(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

/// A value that tables show as a word of a fixed list.
pub trait ListedWord: Copy + Eq {
    /// All values, in any order.
    fn all() -> impl Iterator<Item = Self>;
    /// Its word in tables.
    fn word(self) -> &'static str;
}

/// Implements [`ListedWord`] for types with `ALL` and `as_str`.
macro_rules! listed_words {
    ($($type:ty),*) => {
        $(impl $crate::tables::value::ListedWord for $type {
            fn all() -> impl Iterator<Item = Self> {
                Self::ALL.into_iter()
            }

            fn word(self) -> &'static str {
                self.as_str()
            }
        })*
    };
}

pub(super) use listed_words;

listed_words!(Snapshot, Population, Factor);

impl<T: ListedWord> TableField for T {
    const IS_KEY: bool = true;

    #[inline]
    fn value(&self) -> Value {
        Value::Text(self.word())
    }

    fn parse(text: &str) -> Option<Self> {
        Self::all().find(|value| value.word() == text)
    }

    fn hide(&mut self) {}

    #[inline]
    fn key_order(&self, other: &Self) -> Ordering {
        if self == other { Ordering::Equal } else { self.word().cmp(other.word()) }
    }
}

macro_rules! fields {
    ($($type:ty => |$self:ident| $value:expr, $order:expr, $parse:expr, $hide:expr;)*) => {
        $(impl TableField for $type {
            #[inline]
            fn value(&self) -> Value { let $self = self; $value }
            fn parse(text: &str) -> Option<Self> { $parse(text) }
            fn hide(&mut self) { $hide(self) }
            #[inline]
            fn key_order(&self, other: &Self) -> Ordering { $order(self, other) }
        })*
    };
}
fields! {
    Text => |text| Value::Text(text.as_str()),
        Text::cmp,
        |text: &str| Some(text.into()),
        |text: &mut Text| *text = Text::word(&"..");
    Cell<i64> => |cell| Value::Delta(*cell), Ord::cmp, number, hide;
    Cell<bool> => |cell| Value::Flag(*cell), Ord::cmp, number, hide;
    Cell<Decimal> => |cell| Value::Decimal(*cell), Ord::cmp, decimal, hide;
}

impl TableField for Year {
    const IS_KEY: bool = true;

    #[inline]
    fn value(&self) -> Value {
        Value::Year(*self)
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn hide(&mut self) {}

    #[inline]
    fn key_order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl TableField for Cell<u64> {
    #[inline]
    fn value(&self) -> Value {
        Value::Count(*self)
    }

    fn parse(text: &str) -> Option<Self> {
        number(text)
    }

    fn set(&mut self, cell: Cell) {
        *self = cell;
    }

    fn hide(&mut self) {
        hide(self);
    }

    #[inline]
    fn key_order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl TableField for Cell<Ratio> {
    fn value(&self) -> Value {
        Value::Ratio(*self)
    }

    /// Ratios are recomputed from their counts: a file has too few decimals of them.
    fn parse(text: &str) -> Option<Self> {
        Some(if text == "." { Self::Missing } else { Self::Hidden })
    }

    fn hide(&mut self) {
        hide(self);
    }
}

/// Hides a cell unless it is missing.
fn hide<T>(cell: &mut Cell<T>) {
    if !matches!(cell, Cell::Missing) {
        *cell = Cell::Hidden;
    }
}

/// Reads a cell of a number with six decimals from its text.
fn decimal(text: &str) -> Option<Cell<Decimal>> {
    if let ".." | "." = text {
        return number::<i64>(text).map(|cell| cell.map(|n| Decimal::of_millionths(n.into())));
    }
    let (whole, decimals) = text.split_once('.').filter(|(_, decimals)| decimals.len() == 6)?;
    let millionths = format!("{whole}{decimals}").parse().ok()?;
    Some(Cell::Value(Decimal::of_millionths(millionths)))
}

/// Reads the cell from its text.
fn number<T: std::str::FromStr>(text: &str) -> Option<Cell<T>> {
    match text {
        ".." => Some(Cell::Hidden),
        "." => Some(Cell::Missing),
        text => text.parse().ok().map(Cell::Value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hidden_missing_and_zero_are_written_differently() {
        for (value, wanted) in [
            (Value::Count(Cell::Value(0)), "0"),
            (Value::Count(Cell::Hidden), ".."),
            (Value::Count(Cell::Missing), "."),
            (Value::Delta(Cell::Value(-3)), "-3"),
            (Value::Ratio(Cell::Value(Ratio::new(1, 3))), "0.333333"),
            (Value::Ratio(Cell::Value(Ratio::new(0, 0))), "."),
            (Value::Flag(Cell::Value(true)), "true"),
            (Value::Decimal(Cell::Value(Decimal::of_millionths(-7))), "-0.000007"),
            (Value::Decimal(Cell::Value(Decimal::of_millionths(12_500_000))), "12.500000"),
        ] {
            assert_eq!(value.to_text(), wanted);
        }
    }

    #[test]
    fn decimals_are_read_as_written() {
        for cell in [-1_000_001, -7, 0, 12_500_000].map(|n| Cell::Value(Decimal::of_millionths(n))) {
            assert_eq!(Cell::<Decimal>::parse(&Value::Decimal(cell).to_text()), Some(cell));
        }
        assert_eq!(Cell::<Decimal>::parse(".."), Some(Cell::Hidden));
        assert_eq!(Cell::<Decimal>::parse("1.5"), None);
    }

    proptest! {
        /// Parquet has the numbers that CSV shows, and both are those of the standard library.
        #[test]
        fn numbers_are_those_of_their_text(
            millionths in proptest::num::i128::ANY, shift in 0_u32..128, num in 0_u64..1 << 40, den in 1_u64..1 << 20,
        ) {
            let millionths = millionths >> 33 >> shift;
            let number = Decimal::of_millionths(millionths);
            prop_assert_eq!(number.millionths(), millionths);
            for value in [Value::Decimal(Cell::Value(number)), Value::Ratio(Cell::Value(Ratio::new(num, den)))] {
                prop_assert_eq!(value.to_real(), value.to_text().parse().ok());
            }
            prop_assert_eq!(Value::Decimal(Cell::Value(number)).to_text(), number.to_string());
            let fixed = Ratio::new(num, den).fixed(6);
            prop_assert_eq!(Some(Value::Ratio(Cell::Value(Ratio::new(num, den))).to_text()), fixed);
        }
    }
}
