//! The tables of the contract, one file each: the row type with its columns, how rows are computed from flows, links
//! and seats, which sums must hold, and how the public release builds them. All writers, checks and lists iterate over
//! the list below.
//!
//! A new table is a file with a row type (`row!`) that implements [`Table`], and one line in the list.

mod attendance;
mod balance;
mod change;
mod change_units;
mod changes;
mod concentration;
mod dependence;
mod disclosure;
mod diversion;
mod estimate;
mod flows;
mod headline;
mod indicators;
mod inputs;
mod kinds;
mod ledger;
pub mod margins;
pub mod market;
mod moves;
mod origins;
mod pairs;
mod quality;
mod quality_detail;
mod regions;
mod row;
mod run;
mod scope;
mod seats;
mod shares;
mod sums;
mod table;
mod turnover;
mod validation;
mod value;
mod whatif;

pub use change::ChangeFactor;
pub use changes::{ChangeScope, PublishedChanges};
pub use diversion::{Diverted, UnitDiversion};
pub use estimate::{Estimates, estimates};
pub use headline::{Effect, Headline, Topic, effects, headline, total};
pub use indicators::Indicator;
pub use inputs::{ComparedRegion, Inputs, OfficialValues, raised};
pub use margins::ReleasedMargins;
pub use regions::{RegionIndicator, base_of, parts as region_parts};
pub use row::{Column, ColumnKind, Register, Row, sort_by_key};
pub use run::TableRun;
pub use scope::RunIndex;
pub use table::{Publication, Publisher, Table};
pub use value::Value;
pub use whatif::{MarketRow, WhatIfRow};

use std::sync::OnceLock;

use crate::error;
use crate::model::Release;

/// Lists the tables in the order of the contract, and generates what iterates over them.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident: $row:ident),* $(,)?) => {
        $(pub use $name::$row;)*

        /// All tables of a run.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Tables {
            $($(#[$doc])* pub $name: Vec<$row>),*
        }

        impl Tables {
            /// Computes all tables of a run, sorted by key. `disclosure` stays empty: disclosure control fills it.
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

            /// Checks the sums that must hold: flows add up to the students of kept rows; the parts of shares, ledger
            /// and balance add up to their totals.
            ///
            /// # Errors
            /// The first check that fails. It is a bug of the program, so nothing may be written.
            pub fn check(&self, inputs: Inputs<'_>) -> error::Result<()> {
                $(let $name = OnceLock::new();)*
                rayon::scope(|scope| {
                    $(scope.spawn(|_| drop($name.set($row::check(self, inputs))));)*
                });
                // The first failure in the order of the tables.
                $($name.into_inner().unwrap_or(Ok(()))?;)*
                Ok(())
            }

            /// Calls the visitor with the rows of every table.
            ///
            /// # Errors
            /// The first error of the visitor.
            pub fn visit<V: TableVisitor>(&self, visitor: &mut V) -> Result<(), V::Error> {
                $(visitor.table(&self.$name)?;)*
                Ok(())
            }

            /// Builds the tables that `map` returns for each.
            #[must_use]
            pub fn map(&self, map: &mut impl TableMap) -> Self {
                Self { $($name: map.table(&self.$name)),* }
            }

            /// Calls the visitor with the row type of every table.
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
    /// `kinds`.
    kinds: KindRow,
    /// `change`.
    change: ChangeRow,
    /// `change_units`.
    change_units: ChangeUnitRow,
    /// `diversion`.
    diversion: DiversionRow,
    /// `validation`.
    validation: ValidationRow,
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
    /// `regions`.
    regions: RegionRow,
    /// `indicators`.
    indicators: IndicatorRow,
    /// `quality`.
    quality: QualityRow,
    /// `quality_detail`; internal only.
    quality_detail: QualityDetailRow,
    /// `disclosure`.
    disclosure: DisclosureRow,
}

/// A visitor of the rows of every table, in the order of the contract.
pub trait TableVisitor {
    /// The visitor's error.
    type Error;
    /// Called once per table.
    ///
    /// # Errors
    /// The visitor's error.
    fn table<T: Table>(&mut self, rows: &[T]) -> Result<(), Self::Error>;
}

/// A function from the rows of each table to new rows.
pub trait TableMap {
    /// Called once per table.
    fn table<T: Table>(&mut self, rows: &[T]) -> Vec<T>;
}

/// A visitor of the row type of every table, in the order of the contract.
pub trait TypeVisitor {
    /// Called once per table.
    fn table<T: Table>(&mut self);
}

/// Description of a table for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableInfo {
    /// Its name: `tables/<name>.csv`.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// Number of leading columns that form the key.
    pub keys: usize,
    /// How the public release builds it.
    pub publication: Publication,
    /// Whether readers of an earlier release know figures from its rows.
    pub has_figures: bool,
    /// The columns after the key that hold no students.
    pub exact: &'static [&'static str],
    /// The only release that has it; `None`: both.
    pub only: Option<Release>,
}

impl Tables {
    /// Number of rows in all tables.
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

    /// Descriptions of all tables, in the order of the contract.
    #[must_use]
    pub fn list() -> Vec<TableInfo> {
        struct List(Vec<TableInfo>);
        impl TypeVisitor for List {
            fn table<T: Table>(&mut self) {
                self.0.push(TableInfo {
                    name: T::NAME,
                    columns: T::COLUMNS,
                    keys: T::KEYS,
                    publication: T::PUBLICATION,
                    has_figures: T::HAS_FIGURES,
                    exact: T::EXACT,
                    only: T::ONLY,
                });
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
    fn keys_come_first_and_tables_of_margins_have_counts() {
        for table in Tables::list() {
            assert!(table.keys <= table.columns.len(), "{}", table.name);
            let counts = table.columns.iter().skip(table.keys).any(|column| column.kind == ColumnKind::Count);
            assert!(counts || !table.publication.is_of_margins(), "{} has no count", table.name);
        }
    }
}
