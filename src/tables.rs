//! The tables of the contract, one file each: row type with columns, how rows are computed from flows, links and seats, what
//! must add up, and how the public release makes them. Every writer, check and list walks the list below.
//!
//! A new table is a file with a row type (`row!`) that implements [`Table`], and its line here.

mod balance;
mod concentration;
mod dependence;
mod disclosure;
mod flows;
mod headline;
mod inputs;
mod ledger;
pub mod margins;
mod moves;
mod origins;
mod pairs;
mod quality;
mod quality_detail;
mod row;
mod run;
mod scope;
mod seats;
mod shares;
mod sums;
mod table;
mod turnover;
mod value;

pub use headline::{Effect, Headline, Topic, effects, headline, total};
pub use inputs::{Inputs, raised};
pub use row::{Column, ColumnKind, Register, Row, sort_by_key};
pub use run::TableRun;
pub use table::{Publication, Publisher, ReleasedMargins, Table};
pub use value::Value;

use crate::error;

/// Lists the tables in the order of the contract.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident: $row:ident),* $(,)?) => {
        $(pub use $name::$row;)*

        /// All tables of a run.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Tables {
            $($(#[$doc])* pub $name: Vec<$row>),*
        }

        impl Tables {
            /// All tables of a run, sorted by key. `disclosure` stays empty: disclosure control fills it.
            #[must_use]
            pub fn compute(inputs: Inputs<'_>) -> Self {
                let run = TableRun::new(inputs);
                let mut tables = Self::default();
                let Self { $($name),* } = &mut tables;
                rayon::scope(|scope| {
                    $(scope.spawn(|_| {
                        *$name = $row::compute(&run);
                        sort_by_key($name);
                    });)*
                });
                tables
            }

            /// Checks what must add up: students of kept rows = sum of flows; the parts of shares, ledger and balance are
            /// their wholes.
            ///
            /// # Errors
            /// The first that does not hold; a fault of the program, so nothing may be written.
            pub fn check(&self, inputs: Inputs<'_>) -> error::Result<()> {
                $($row::check(self, inputs)?;)*
                Ok(())
            }

            /// Shows every table to the visitor.
            ///
            /// # Errors
            /// The first that the visitor gives.
            pub fn visit<V: TableVisitor>(&self, visitor: &mut V) -> Result<(), V::Error> {
                $(visitor.table(&self.$name)?;)*
                Ok(())
            }

            /// The tables that `map` makes of each.
            #[must_use]
            pub fn map(&self, map: &mut impl TableMap) -> Self {
                Self { $($name: map.table(&self.$name)),* }
            }

            /// Shows the type of every table to the visitor.
            pub fn each_type(visitor: &mut impl TypeVisitor) {
                $(visitor.table::<$row>();)*
            }
        }
    };
}

tables! {
    /// `flows`.
    flows: FlowRow,
    /// `sums`; public only.
    sums: SumRow,
    /// `shares`.
    shares: ShareRow,
    /// `dependence`.
    dependence: DependenceRow,
    /// `concentration`.
    concentration: ConcentrationRow,
    /// `balance`.
    balance: BalanceRow,
    /// `ledger`.
    ledger: LedgerRow,
    /// `turnover`.
    turnover: TurnoverRow,
    /// `moves`.
    moves: MoveRow,
    /// `origins`.
    origins: OriginRow,
    /// `seats`.
    seats: SeatRow,
    /// `quality`.
    quality: QualityRow,
    /// `quality_detail`; internal only.
    quality_detail: QualityDetailRow,
    /// `disclosure`.
    disclosure: DisclosureRow,
}

/// Something that is done with the rows of every table in turn.
pub trait TableVisitor {
    /// What can go wrong.
    type Error;
    /// Called once per table.
    ///
    /// # Errors
    /// The visitor's own.
    fn table<T: Table>(&mut self, rows: &[T]) -> Result<(), Self::Error>;
}

/// Something that makes rows of every table from its rows.
pub trait TableMap {
    /// Called once per table.
    fn table<T: Table>(&mut self, rows: &[T]) -> Vec<T>;
}

/// Something that is done with the type of every table in turn.
pub trait TypeVisitor {
    /// Called once per table.
    fn table<T: Table>(&mut self);
}

/// A table as lists show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableInfo {
    /// Its name: `tables/<name>.csv`.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// How many of the first columns are the key.
    pub keys: usize,
    /// How the public release makes it.
    pub publication: Publication,
}

impl Tables {
    /// Rows of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        struct RowCount(u64);
        impl TableVisitor for RowCount {
            type Error = std::convert::Infallible;
            fn table<T: Table>(&mut self, rows: &[T]) -> Result<(), Self::Error> {
                self.0 += rows.len() as u64;
                Ok(())
            }
        }
        let mut rows = RowCount(0);
        let Ok(()) = self.visit(&mut rows);
        rows.0
    }

    /// All tables, in the order of the contract.
    #[must_use]
    pub fn list() -> Vec<TableInfo> {
        struct List(Vec<TableInfo>);
        impl TypeVisitor for List {
            fn table<T: Table>(&mut self) {
                let (name, columns, keys) = (T::NAME, T::COLUMNS, T::KEYS);
                self.0.push(TableInfo { name, columns, keys, publication: T::PUBLICATION });
            }
        }
        let mut list = List(Vec::new());
        Self::each_type(&mut list);
        list.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::METRICS;
    use crate::words::Lang;

    #[test]
    fn every_metric_names_columns_that_exist() {
        let tables = Tables::list();
        for column in METRICS.iter().flat_map(|metric| metric.columns()) {
            let (table, name) = column.split_once('.').unwrap();
            let table = tables.iter().find(|info| info.name == table);
            assert!(table.is_some_and(|table| table.columns.iter().any(|c| c.name == name)), "{column}");
        }
    }

    #[test]
    fn every_table_and_column_has_words() {
        for lang in Lang::ALL {
            for table in Tables::list() {
                let sheet = format!("sheet-{}", table.name);
                assert!(lang.has(&sheet) && lang.attribute(&sheet, "about", &[]).is_some(), "{sheet} {lang:?}");
                for column in table.columns {
                    assert!(lang.has(&format!("column-{}", column.name)), "{}.{} {lang:?}", table.name, column.name);
                }
            }
        }
    }

    #[test]
    fn a_key_comes_first_and_counts_are_what_is_published() {
        for table in Tables::list() {
            assert!(table.keys <= table.columns.len(), "{}", table.name);
            let counts = table.columns.iter().skip(table.keys).any(|column| column.kind == ColumnKind::Count);
            assert!(counts || !table.publication.is_of_margins(), "{} has no count", table.name);
        }
    }
}
