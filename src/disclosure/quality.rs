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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(source: &str, reason: &str, rows: u64, students: Cell) -> QualityRow {
        QualityRow { source: source.into(), reason: reason.into(), rows: Cell::Value(rows), students }
    }

    #[test]
    fn small_reasons_and_the_largest_are_hidden() {
        let rows = [
            row("a", "duplicate", 40, Cell::Value(40)),
            row("a", "kept", 900, Cell::Value(900)),
            row("a", "malformed", 3, Cell::Missing),
            row("b", "duplicate", 40, Cell::Value(9)),
            row("b", "kept", 900, Cell::Value(900)),
            row("c", "kept", 900, Cell::Value(900)),
            row("c", "malformed", 0, Cell::Missing),
        ];
        let told: Vec<(Cell, Cell)> = public(&rows, 10).iter().map(|row| (row.rows, row.students)).collect();
        let both = |count| (Cell::Value(count), Cell::Value(count));
        let wanted = [
            both(40),
            (Cell::Hidden, Cell::Hidden),
            (Cell::Hidden, Cell::Missing),
            (Cell::Hidden, Cell::Hidden),
            (Cell::Hidden, Cell::Hidden),
            both(900),
            (Cell::Value(0), Cell::Missing),
        ];
        assert_eq!(told, wanted);
    }
}
