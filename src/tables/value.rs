//! Values of tables: how they are written to a file and read back.

use std::cmp::Ordering;

use crate::model::{Cell, Population, Ratio, Snapshot, Text, Year};

/// A value of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A code, a word or a file name.
    Text(&'a str),
    /// A year.
    Year(Year),
    /// A count.
    Count(Cell<u64>),
    /// A difference.
    Delta(Cell<i64>),
    /// A ratio.
    Ratio(Cell<Ratio>),
    /// A flag.
    Flag(Cell<bool>),
}

/// Decimals of a ratio in a file.
const DECIMALS: u32 = 6;

impl Value<'_> {
    /// The value as the text of a CSV field: `..` hidden, `.` missing.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = Vec::new();
        self.write_to(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Appends a CSV field, quoted where it must be.
    #[inline]
    pub fn write_csv(&self, out: &mut Vec<u8>) {
        // All bytes for which a field is quoted are among the lowest, which no code has.
        match self {
            Self::Text(text) if text.bytes().fold(u8::MAX, u8::min) <= b',' => quoted(text, out),
            _ => self.write_to(out),
        }
    }

    /// Appends the text of a CSV field, not quoted.
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
                Some((whole, decimals)) => {
                    out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
                    out.push(b'.');
                    // A digit more, which the point stands in for, keeps the zeros in front.
                    let padded = 10_u64.pow(DECIMALS) + decimals;
                    out.extend_from_slice(&itoa::Buffer::new().format(padded).as_bytes()[1..]);
                }
                None => out.push(b'.'),
            }),
            Self::Flag(cell) => {
                shown(out, cell, |out, flag| out.extend_from_slice(if flag { b"true" } else { b"false" }))
            }
        }
    }
}

/// Appends a text that may have to be quoted.
#[cold]
fn quoted(text: &str, out: &mut Vec<u8>) {
    if !text.contains([',', '"', '\n', '\r']) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// What a field of a row can be: a value of a table, and a part of its key.
pub trait TableField: Sized {
    /// The value.
    fn value(&self) -> Value<'_>;
    /// The field with the text of a file; `None` for a text that it cannot have.
    fn parse(text: &str) -> Option<Self>;
    /// Takes a count; fields that hold none stay as they are.
    fn set(&mut self, _: Cell) {}
    /// The order of keys; what is in no key has none.
    fn key_order(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

macro_rules! fields {
    ($($type:ty => |$self:ident| $value:expr, $order:expr, $parse:expr;)*) => {
        $(impl TableField for $type {
            #[inline]
            fn value(&self) -> Value<'_> { let $self = self; $value }
            fn parse(text: &str) -> Option<Self> { $parse(text) }
            #[inline]
            fn key_order(&self, other: &Self) -> Ordering { $order(self, other) }
        })*
    };
}
fields! {
    Text => |text| Value::Text(text),
        |a: &Text, b: &Text| if Text::ptr_eq(a, b) { Ordering::Equal } else { a.cmp(b) },
        |text: &str| Some(text.into());
    Snapshot => |snapshot| Value::Text(snapshot.as_str()), Ord::cmp, |text| word(Self::ALL, Self::as_str, text);
    Population => |population| Value::Text(population.as_str()), Ord::cmp, |text| word(Self::ALL, Self::as_str, text);
    Year => |year| Value::Year(*year), Ord::cmp, |text: &str| text.parse().ok();
    Cell<i64> => |cell| Value::Delta(*cell), Ord::cmp, number;
    Cell<bool> => |cell| Value::Flag(*cell), Ord::cmp, number;
}

impl TableField for Cell<u64> {
    #[inline]
    fn value(&self) -> Value<'_> {
        Value::Count(*self)
    }

    fn parse(text: &str) -> Option<Self> {
        number(text)
    }

    fn set(&mut self, cell: Cell) {
        *self = cell;
    }

    #[inline]
    fn key_order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl TableField for Cell<Ratio> {
    fn value(&self) -> Value<'_> {
        Value::Ratio(*self)
    }

    /// Ratios are computed anew from what they are of: a file has too few decimals of them.
    fn parse(text: &str) -> Option<Self> {
        Some(if text == "." { Self::Missing } else { Self::Hidden })
    }
}

/// The value with this word.
fn word<T: Copy>(all: impl IntoIterator<Item = T>, word_of: impl Fn(T) -> &'static str, text: &str) -> Option<T> {
    all.into_iter().find(|value| word_of(*value) == text)
}

/// The cell with this text.
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
        ] {
            assert_eq!(value.to_text(), wanted);
        }
    }
}
