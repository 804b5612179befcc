//! The quality ledger of the public release.
//!
//! A source's reasons add up to its rows, and other tables tell most of those. So where any reason has few rows or
//! students, the largest one is hidden with it: what is left of a sum then says nothing about a small part of it.

use crate::model::Cell;
use crate::tables::QualityRow;

/// The rows with small counts hidden, and in every source that has some also the largest count.
pub fn public(rows: &[QualityRow], threshold: u64) -> Vec<QualityRow> {
    let is_small = |cell: Cell| cell.value().is_some_and(|value| value > 0 && value < threshold);
    let mut out = rows.to_vec();
    for source in out.chunk_by_mut(|a, b| a.source == b.source) {
        let is_hidden = source.iter().any(|row| is_small(row.rows) || is_small(row.students));
        if !is_hidden {
            continue;
        }
        let largest = source.iter().map(|row| row.rows).max();
        for row in source {
            if is_small(row.rows) || is_small(row.students) || Some(row.rows) == largest {
                row.rows = Cell::Hidden;
                if row.students != Cell::Missing {
                    row.students = Cell::Hidden;
                }
            }
        }
    }
    out
}
