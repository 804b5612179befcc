//! The quality ledger of the public release: the sources of one kind together, counts by the rule of rounding.
//!
//! Exact rows would tell students: who sees 1,000 rows kept and 990 students in published sums knows of ten others; and with
//! one file for each school, its rows are the school's students.

use std::collections::BTreeMap;

use super::round::Rule;
use crate::clean::SourceQuality;
use crate::model::{Cell, Text};
use crate::tables::QualityRow;

/// The rows of all sources of a kind, by reason: counts below the threshold hidden, others rounded. `sources` are those
/// that the rows are of; the name of a source is its kind.
pub fn public(rows: &[QualityRow], sources: &[SourceQuality], rule: Rule) -> Vec<QualityRow> {
    let kinds: BTreeMap<&str, &str> = sources
        .iter()
        .filter_map(|source| Some((source.source.as_str(), source.forms.first()?.kind.as_str())))
        .collect();
    let mut sums: BTreeMap<(Text, Text), (Cell, Cell)> = BTreeMap::new();
    for row in rows {
        let kind = kinds.get(&*row.source).copied().unwrap_or("other");
        let sum = sums.entry((kind.into(), row.reason.clone())).or_insert((Cell::Value(0), Cell::Value(0)));
        sum.0 += row.rows;
        sum.1 += row.students;
    }
    let shown = |cell: Cell| match cell {
        Cell::Value(count) => rule.shown(count).map_or(Cell::Hidden, Cell::Value),
        other => other,
    };
    let row = |((source, reason), (rows, students)): ((Text, Text), (Cell, Cell))| QualityRow {
        source,
        reason,
        rows: shown(rows),
        students: shown(students),
    };
    // What has no row is below the threshold: it is not told whether there is any.
    let is_shown = |row: &QualityRow| row.rows != Cell::Hidden || row.students.value().is_some();
    sums.into_iter().map(row).filter(is_shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_a_kind_are_told_together_and_rounded() {
        let row = |source: &str, reason: &str, rows: u64, students: Cell| QualityRow {
            source: source.into(),
            reason: reason.into(),
            rows: Cell::Value(rows),
            students,
        };
        let source = |name: &str, kind| SourceQuality {
            source: name.to_owned(),
            forms: vec![crate::clean::SourceForm { kind, guesses: Vec::new(), columns: Vec::new(), ids: None }],
            tally: Default::default(),
        };
        use crate::config::ExtractKind::{Admission, October};
        let sources = [source("a.csv", Admission), source("b.csv", Admission), source("c.csv", October)];
        let rows = [
            row("a.csv", "kept", 301, Cell::Value(301)),
            row("a.csv", "malformed", 3, Cell::Missing),
            row("b.csv", "kept", 96, Cell::Value(96)),
            row("b.csv", "malformed", 11, Cell::Missing),
            row("c.csv", "duplicate", 4, Cell::Value(4)),
            row("c.csv", "kept", 12, Cell::Value(12)),
        ];
        let told: Vec<_> = public(&rows, &sources, Rule { threshold: 10, round_to: 5 })
            .into_iter()
            .map(|row| (row.source.to_string(), row.reason.to_string(), row.rows, row.students))
            .collect();
        let wanted = [
            ("admission", "kept", 395, Cell::Value(395)),
            ("admission", "malformed", 15, Cell::Missing),
            ("october", "kept", 10, Cell::Value(10)),
        ];
        let wanted: Vec<_> = wanted
            .into_iter()
            .map(|(source, reason, rows, students)| {
                (source.to_owned(), reason.to_owned(), Cell::Value(rows), students)
            })
            .collect();
        assert_eq!(told, wanted);
    }
}
