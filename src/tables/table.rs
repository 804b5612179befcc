//! The trait of the contract's tables: how rows are computed and checked, and how the public release builds them. Each
//! table has its own file in this folder and one line in the list of `tables.rs`.

use super::Tables;
use super::changes::PublishedChanges;
use super::estimate::Estimates;
use super::inputs::Inputs;
use super::margins::{Figure, LinkMargin, Margin, MarginCodes, ReleasedMargins};
use super::market::Markets;
use super::row::Row;
use super::run::TableRun;
use crate::error::{Error, Exit, Result};
use crate::model::{Cell, Snapshot, Year};

/// How the public release builds the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// Counts are margins, as released ([`Table::figures`]); every row is listed.
    AllRows,
    /// Counts are margins, as released; a row is listed only if it shows a count, so that its presence reveals nothing
    /// about hidden counts.
    ShownRows,
    /// The table has its own rule: [`Table::publish`].
    OwnRule,
    /// Disclosure control writes the table.
    Overview,
    /// The public release does not have the table.
    Never,
}

impl Publication {
    /// Whether the counts are margins.
    #[must_use]
    pub const fn is_of_margins(self) -> bool {
        matches!(self, Self::AllRows | Self::ShownRows)
    }
}

/// A table of the contract, implemented by its row type.
pub trait Table: Row + Clone {
    /// How the public release builds it.
    const PUBLICATION: Publication;
    /// The columns after the key that hold no students: the public release has them as they are.
    const EXACT: &'static [&'static str] = &[];

    /// Whether readers of an earlier release know figures from its rows ([`Table::figures`]).
    const HAS_FIGURES: bool = Self::PUBLICATION.is_of_margins();

    /// Computes all rows of the internal release, in any order.
    fn compute(run: &TableRun<'_>) -> Vec<Self>;

    /// Checks the sums that must hold; called in every run.
    ///
    /// # Errors
    /// The first row that fails. It is a bug of the program, so nothing may be written.
    fn check(_: &Tables, _: Inputs<'_>) -> Result<()> {
        Ok(())
    }

    /// The figure of each count of a row, with the position of its column.
    fn figures(&self, _: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        Vec::new()
    }

    /// Rows that a public release may list, in any order, with counts not yet filled in. `whole` are the rows of the
    /// internal release; a table of [`Publication::ShownRows`] can list margins without a row there.
    fn candidates(whole: &[Self], _: &Publisher<'_>) -> Vec<Self> {
        whole.to_vec()
    }

    /// Computes the columns that follow from the shown counts of a row.
    fn derive(&mut self, _: &Publisher<'_>) {}

    /// The rows of a public release, for a table with its own rule.
    fn publish(_: &[Self], _: &Publisher<'_>) -> Vec<Self> {
        Vec::new()
    }
}

/// What public tables are built from.
#[derive(Clone, Copy)]
pub struct Publisher<'a> {
    /// Translates codes of the run.
    pub codes: MarginCodes<'a>,
    /// Released margins.
    pub margins: &'a dyn ReleasedMargins,
    /// Students by home and offer, estimated from released margins.
    pub estimates: &'a Estimates,
    /// The markets of these estimates.
    pub markets: &'a Markets,
    /// Divided changes of shares, shared by the tables of them.
    pub changes: &'a PublishedChanges,
    /// The rounding rule for counts that are not margins; `None`: hidden.
    pub rule: &'a (dyn Fn(u64) -> Option<u64> + Sync),
}

impl Publisher<'_> {
    /// What is shown of a figure.
    #[must_use]
    pub fn cell(&self, figure: Figure) -> Cell {
        match figure {
            Figure::Flow(snapshot, year, margin) => self.margins.flow(snapshot, year, margin),
            Figure::Link(year, margin) => self.margins.link(year, margin),
            Figure::Zero => Cell::Value(0),
            Figure::Never => Cell::Hidden,
        }
    }

    /// A copy of the row with its counts as they are shown, and the columns that follow from them. Other columns after the
    /// key are hidden, unless the table says that they hold no students ([`Table::EXACT`]).
    #[must_use]
    pub fn filled<T: Table>(&self, row: &T) -> T {
        let mut out = row.clone();
        for (column, of) in T::COLUMNS.iter().enumerate().skip(T::KEYS) {
            if !T::EXACT.contains(&of.name) {
                out.hide(column);
            }
        }
        for (column, figure) in row.figures(self.codes) {
            out.set(column, self.cell(figure));
        }
        out.derive(self);
        out
    }

    /// Collects the rows that `row` returns for the margins of flows that the release decided on.
    pub fn rows_of_flows<T>(&self, mut row: impl FnMut(Snapshot, Year, Margin) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        self.margins.each_flow(&mut |snapshot, year, margin| out.extend(row(snapshot, year, margin)));
        out
    }

    /// Collects the rows that `row` returns for the margins of links that the release decided on.
    pub fn rows_of_links<T>(&self, mut row: impl FnMut(Year, LinkMargin) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        self.margins.each_link(&mut |year, margin| out.extend(row(year, margin)));
        out
    }
}

/// The position of a column in a table; the number of columns if there is none with this name.
#[must_use]
pub fn column_index<T: Row>(name: &str) -> usize {
    T::COLUMNS.iter().position(|column| column.name == name).unwrap_or(T::COLUMNS.len())
}

/// A metric of a part and its total (in this order), both as shown; hidden or missing if one of them is. Counts are
/// released one by one, so that a shown part can exceed its total: it is limited to it.
pub fn of_shown<T>(part: Cell, total: Cell, metric: impl FnOnce(u64, u64) -> T) -> Cell<T> {
    part.zip(total, |part, total| metric(part.min(total), total))
}

/// Fails unless a condition holds that the program guarantees.
///
/// # Errors
/// The condition does not hold.
pub fn ensure(holds: bool, table: &str, place: impl FnOnce() -> String) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::new(Exit::Disclosure, "error-conservation").with("table", table).with("place", place()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::margins::{What, Where, Who};
    use super::super::row::row;
    use super::*;
    use crate::clean::CleanRows;
    use crate::flow::FlowTable;
    use crate::model::{Ratio, Registers};

    row!(
        /// A table that says nothing of its columns but of one.
        ForgetfulRow, "forgetful", keys 1, {
            /// Key.
            year: Year => Year,
            /// Exact by declaration.
            seats: Cell => Count,
            /// Forgotten.
            students: Cell => Count,
            /// Forgotten.
            share: Cell<Ratio> => Share,
            /// Forgotten, but missing.
            net: Cell<i64> => Delta,
            /// Forgotten.
            largest: crate::model::Text => Text,
        }
    );

    impl Table for ForgetfulRow {
        const PUBLICATION: Publication = Publication::AllRows;
        const EXACT: &'static [&'static str] = &["seats"];

        fn compute(_: &TableRun<'_>) -> Vec<Self> {
            Vec::new()
        }
    }

    struct NoMargins;
    impl ReleasedMargins for NoMargins {
        fn flow(&self, _: Snapshot, _: Year, _: Margin) -> Cell {
            Cell::Hidden
        }
        fn link(&self, _: Year, _: LinkMargin) -> Cell {
            Cell::Hidden
        }
        fn each_flow(&self, _: &mut dyn FnMut(Snapshot, Year, Margin)) {}
        fn each_link(&self, _: &mut dyn FnMut(Year, LinkMargin)) {}
        fn places(&self, _: Snapshot, _: Year, _: Who, _: What) -> Vec<(Where, Cell)> {
            Vec::new()
        }
        fn is_rounded(&self) -> bool {
            true
        }
    }

    #[test]
    fn a_column_that_a_table_forgets_to_declare_is_hidden() {
        let registers = Registers::new(Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (flows, rows, links, facts) =
            (FlowTable::default(), CleanRows::default(), BTreeMap::new(), BTreeMap::new());
        let inputs = Inputs::new(&flows, &links, &rows, &registers, &[]);
        let codes = MarginCodes { inputs, facts: &facts };
        let (estimates, markets, changes) = (Estimates::new(), Markets::new(), PublishedChanges::default());
        let (estimates, markets, changes) = (&estimates, &markets, &changes);
        let publisher = Publisher { codes, margins: &NoMargins, estimates, markets, changes, rule: &|_| None };
        let row = ForgetfulRow {
            year: 2023,
            seats: Cell::Value(30),
            students: Cell::Value(3),
            share: Cell::Value(Ratio::new(1, 3)),
            net: Cell::Missing,
            largest: "1480".into(),
        };
        let mut out = Vec::new();
        publisher.filled(&row).write_csv(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "2023,30,..,..,.,..\n");
    }
}
