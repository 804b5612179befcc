//! What a table of the contract is: how its rows are computed and checked, and how the public release makes them. Each
//! table has a file of its own beside this one, and one line in the list of `tables.rs`.

use super::Tables;
use super::inputs::Inputs;
use super::margins::{Figure, LinkMargin, Margin, MarginCodes, What, Where, Who};
use super::row::Row;
use super::run::TableRun;
use crate::error::{Error, Exit, Result};
use crate::model::{Cell, Snapshot, Year};

/// How the public release makes the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// Its counts are margins, shown as they were released ([`Table::figures`]); every row is listed.
    AllRows,
    /// The same, but a row is listed only if it shows a count, so that no row gives away a hidden one by being there.
    ShownRows,
    /// It has a rule of its own: [`Table::publish`].
    OwnRule,
    /// Disclosure control writes it.
    Overview,
    /// The public release does not have it.
    Never,
}

impl Publication {
    /// Whether its counts are margins.
    #[must_use]
    pub const fn is_of_margins(self) -> bool {
        matches!(self, Self::AllRows | Self::ShownRows)
    }
}

/// A table of the contract, by its row type.
pub trait Table: Row + Clone {
    /// How the public release makes it.
    const PUBLICATION: Publication;

    /// All rows of the internal release, in any order.
    fn compute(run: &TableRun<'_>) -> Vec<Self>;

    /// Checks on every run what must add up.
    ///
    /// # Errors
    /// The first row that does not; a fault of the program, so nothing may be written.
    fn check(_: &Tables, _: Inputs<'_>) -> Result<()> {
        Ok(())
    }

    /// What the counts of a row are, by the position of their column.
    fn figures(&self, _: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        Vec::new()
    }

    /// The rows that a public release may list, their counts not filled in yet, in any order. `whole` are the rows of the
    /// internal release; a table of [`Publication::ShownRows`] can list margins that it has no row for there.
    fn candidates(whole: &[Self], _: &Publisher<'_>) -> Vec<Self> {
        whole.to_vec()
    }

    /// Computes from the shown counts of a row what follows from them.
    fn derive(&mut self, _: &Publisher<'_>) {}

    /// The rows of a public release, for a table with a rule of its own.
    fn publish(_: &[Self], _: &Publisher<'_>) -> Vec<Self> {
        Vec::new()
    }
}

/// Margins as a release shows them.
pub trait ReleasedMargins: Sync {
    /// What is shown of a margin of flows.
    fn flow(&self, snapshot: Snapshot, year: Year, margin: Margin) -> Cell;
    /// What is shown of a margin of a link.
    fn link(&self, year: Year, margin: LinkMargin) -> Cell;
    /// Every margin of flows that the release decided on.
    fn each_flow(&self, visit: &mut dyn FnMut(Snapshot, Year, Margin));
    /// Every margin of links that the release decided on.
    fn each_link(&self, visit: &mut dyn FnMut(Year, LinkMargin));
    /// The places of these students that are shown and, where numbers are exact, those that are hidden.
    fn places(&self, snapshot: Snapshot, year: Year, who: Who, what: What) -> Vec<(Where, Cell)>;
    /// Whether a margin that is not listed can be a small one, since counts are rounded.
    fn is_rounded(&self) -> bool;
}

/// What tables of a public release are made with.
#[derive(Clone, Copy)]
pub struct Publisher<'a> {
    /// Codes of the run.
    pub codes: MarginCodes<'a>,
    /// Released margins.
    pub margins: &'a dyn ReleasedMargins,
    /// What is shown of a count that is no margin; `None`: it is hidden.
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

    /// A copy of the row with its counts as they are shown.
    #[must_use]
    pub fn filled<T: Table>(&self, row: &T) -> T {
        let mut out = row.clone();
        for (column, figure) in row.figures(self.codes) {
            out.set(column, self.cell(figure));
        }
        out.derive(self);
        out
    }

    /// A row for each decided margin of flows that `row` gives one for.
    pub fn rows_of_flows<T>(&self, mut row: impl FnMut(Snapshot, Year, Margin) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        self.margins.each_flow(&mut |snapshot, year, margin| out.extend(row(snapshot, year, margin)));
        out
    }

    /// A row for each decided margin of links that `row` gives one for.
    pub fn rows_of_links<T>(&self, mut row: impl FnMut(Year, LinkMargin) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        self.margins.each_link(&mut |year, margin| out.extend(row(year, margin)));
        out
    }
}

/// The position of a column of a table.
#[must_use]
pub fn column_index<T: Row>(name: &str) -> usize {
    T::COLUMNS.iter().position(|column| column.name == name).unwrap_or(T::COLUMNS.len())
}

/// A ratio of two counts; hidden or missing if one of them is.
pub fn ratio<T>(num: Cell, den: Cell, of: impl FnOnce(u64, u64) -> T) -> Cell<T> {
    num.zip(den, of)
}

/// Ends the run if something that must hold does not.
///
/// # Errors
/// It does not hold.
pub fn ensure(holds: bool, table: &str, place: impl FnOnce() -> String) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::new(Exit::Disclosure, "error-conservation").with("table", table).with("place", place()))
}
