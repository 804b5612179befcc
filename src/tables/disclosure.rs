//! `disclosure`: what disclosure control did to each table; the module of that name writes its rows.

use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Table};
use crate::model::{Cell, Text};

row!(
    /// What disclosure control did to a table.
    DisclosureRow, "disclosure", keys 1, {
        /// The table, or a level of flows (`levels/…`).
        table: Text => Text,
        /// Its counts, as far as they have a row.
        cells: Cell => Count,
        /// Those that are shown.
        shown: Cell => Count,
        /// Those that are hidden because they are below the threshold; missing of a table that has rows of shown counts alone.
        below_threshold: Cell => Count,
        /// Those that are hidden to protect others.
        withheld: Cell => Count,
        /// The fewest values that remain possible of a small count; missing where nothing is hidden.
        fewest_values: Cell => Count,
    }
);

impl Table for DisclosureRow {
    const PUBLICATION: Publication = Publication::Overview;

    fn compute(_: &TableRun<'_>) -> Vec<Self> {
        Vec::new()
    }
}
