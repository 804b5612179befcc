//! `disclosure`: the effect of disclosure control on each table; the module of that name writes the rows.

use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Table};
use crate::model::{Cell, Text};

row!(
    /// The effect of disclosure control on a table.
    DisclosureRow, "disclosure", keys 1, {
        /// The table, or a level of flows (`levels/…`).
        table: Text => Text,
        /// Its counts, in listed rows.
        cells: Cell => Count,
        /// Shown counts.
        shown: Cell => Count,
        /// Counts hidden because they are below the threshold; missing if the table lists only shown counts.
        below_threshold: Cell => Count,
        /// Counts hidden to protect others.
        withheld: Cell => Count,
        /// Smallest number of values that remain possible for a small count; missing if nothing is hidden.
        fewest_values: Cell => Count,
    }
);

impl Table for DisclosureRow {
    const PUBLICATION: Publication = Publication::Overview;

    fn compute(_: &TableRun<'_>) -> Vec<Self> {
        Vec::new()
    }
}
