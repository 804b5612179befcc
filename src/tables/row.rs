//! Rows of tables: kinds of columns, and row types with their columns, declared by `row!`.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::value::Value;
use crate::model::{Cell, Release};

/// A register whose codes a column contains, so that names can be written beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// Municipalities.
    Municipality,
    /// School units, and codes for all units of a municipality.
    Unit,
    /// Providers.
    Provider,
    /// Programmes and groups of programmes.
    Programme,
}

/// The content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A word or a file name.
    Text,
    /// A code of a register.
    Code(Register),
    /// A word whose translation is the message `word-<column>-<value>` in `data/words`.
    Word,
    /// A year.
    Year,
    /// A nonnegative integer.
    Count,
    /// A signed integer.
    Delta,
    /// A share of a total, written with six decimals.
    Share,
    /// A ratio that is not a share, written with six decimals.
    Ratio,
    /// A signed number with six decimals.
    Decimal,
    /// `true` or `false`.
    Flag,
}

impl ColumnKind {
    /// Whether the column contains texts.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Code(_) | Self::Word)
    }

    /// Whether the column contains numbers that can be added, compared or drawn; a year is not one.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Delta | Self::Share | Self::Ratio | Self::Decimal)
    }
}

/// A column: its name in the file and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The header.
    pub name: &'static str,
    /// Its content.
    pub kind: ColumnKind,
}

/// A row of a table of the contract; implemented by `row!`.
pub trait Row: Send + Sync {
    /// The table's name: `tables/<NAME>.csv`.
    const NAME: &'static str;
    /// Number of leading columns that form the key, by which the table is sorted.
    const KEYS: usize;
    /// The only release that has the table; `None`: both have it.
    const ONLY: Option<Release>;
    /// The columns in order.
    const COLUMNS: &'static [Column];
    /// The row's value in the column at this position.
    fn value(&self, column: usize) -> Value;
    /// Whether a release has the table.
    #[must_use]
    fn is_in(release: Release) -> bool {
        Self::ONLY.is_none_or(|only| only == release)
    }
    /// Appends the row as a line of CSV.
    fn write_csv(&self, out: &mut Vec<u8>);
    /// The order of two rows by their key columns.
    fn key_order(&self, other: &Self) -> Ordering;
    /// Sets the count in the column at this position; other columns stay unchanged.
    fn set(&mut self, column: usize, cell: Cell);
    /// Hides the value in the column at this position unless it is missing.
    fn hide(&mut self, column: usize);
    /// The row with these texts by column, as in a file, except for ratios; `None` if a text is invalid in its column.
    fn parse(text_of: &dyn Fn(&str) -> Option<String>) -> Option<Self>
    where
        Self: Sized;
}

/// Declares a row type, its table name and its columns in one place.
macro_rules! row {
    (@only) => { None };
    (@only $release:ident) => { Some($crate::model::Release::$release) };
    ($(#[$doc:meta])* $type:ident, $name:literal, keys $keys:literal, $(only $release:ident,)? {
        $($(#[$field_doc:meta])* $field:ident: $ty:ty => $kind:ident $(($register:ident))?),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $type {
            $($(#[$field_doc])* pub $field: $ty),*
        }

        // What cannot be hidden is in the key.
        const _: () = {
            let is_key = [$(<$ty as $crate::tables::value::TableField>::IS_KEY),*];
            let mut column = $keys;
            while column < is_key.len() {
                assert!(!is_key[column]);
                column += 1;
            }
        };

        impl $crate::tables::row::Row for $type {
            const NAME: &'static str = $name;
            const KEYS: usize = $keys;
            const ONLY: Option<$crate::model::Release> = row!(@only $($release)?);
            const COLUMNS: &'static [$crate::tables::row::Column] = &[$($crate::tables::row::Column {
                name: stringify!($field),
                kind: $crate::tables::row::ColumnKind::$kind $(($crate::tables::row::Register::$register))?,
            }),*];

            #[inline]
            fn value(&self, column: usize) -> $crate::tables::value::Value {
                type Getter = fn(&$type) -> $crate::tables::value::Value;
                const GETTERS: &[Getter] = &[$(|row| $crate::tables::value::TableField::value(&row.$field)),*];
                GETTERS[column](self)
            }

            fn write_csv(&self, out: &mut Vec<u8>) {
                $(
                    $crate::tables::value::TableField::value(&self.$field).write_csv(out);
                    out.push(b',');
                )*
                // A comma follows the last column.
                out.pop();
                out.push(b'\n');
            }

            #[inline]
            fn key_order(&self, other: &Self) -> std::cmp::Ordering {
                let mut column = 0;
                $(
                    if column < $keys {
                        let order = $crate::tables::value::TableField::key_order(&self.$field, &other.$field);
                        if order.is_ne() {
                            return order;
                        }
                    }
                    column += 1;
                )*
                debug_assert_eq!(column, <Self as $crate::tables::row::Row>::COLUMNS.len());
                std::cmp::Ordering::Equal
            }

            fn set(&mut self, column: usize, cell: $crate::model::Cell) {
                type Setter = fn(&mut $type, $crate::model::Cell);
                const SETTERS: &[Setter] =
                    &[$(|row, cell| $crate::tables::value::TableField::set(&mut row.$field, cell)),*];
                SETTERS[column](self, cell);
            }

            fn hide(&mut self, column: usize) {
                type Hider = fn(&mut $type);
                const HIDERS: &[Hider] = &[$(|row| $crate::tables::value::TableField::hide(&mut row.$field)),*];
                HIDERS[column](self);
            }

            fn parse(text_of: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
                Some(Self { $($field: $crate::tables::value::TableField::parse(&text_of(stringify!($field))?)?),* })
            }
        }
    };
}

pub(super) use row;

/// Sorts rows by their key columns: texts as texts, line numbers as numbers.
pub fn sort_by_key<R: Row>(rows: &mut [R]) {
    // Most tables are computed in order, except for some totals.
    if !rows.is_sorted_by(|a, b| a.key_order(b).is_le()) {
        rows.par_sort_by(R::key_order);
    }
}
