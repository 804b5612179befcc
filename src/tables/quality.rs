//! `quality`: the fate of every row of every source.
//!
//! In the public release, sources of one kind and year are merged and counts are rounded, because exact counts would
//! reveal students. A reader who sees 1,000 kept rows and 990 students in published sums knows of ten others; and with
//! one file per school, the file's rows are the school's students.

use std::collections::{BTreeMap, BTreeSet};

use super::row::{row, sort_by_key};
use super::run::TableRun;
use super::table::{Publication, Publisher, Table};
use crate::clean::{CleanRows, SourceForm, SourceQuality};
use crate::model::{Cell, Text, Year};

row!(
    /// The fate of a source's rows; the reasons of a source add up to its rows.
    QualityRow, "quality", keys 2, {
        /// File name.
        source: Text => Text,
        /// Reason, including `kept`.
        reason: Text => Text,
        /// Rows.
        rows: Cell => Count,
        /// Students in them (seats for a seats extract); missing if unknown.
        students: Cell => Count,
    }
);

impl Table for QualityRow {
    const PUBLICATION: Publication = Publication::OwnRule;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        Self::of(run.inputs.rows)
    }

    fn publish(whole: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        public(whole, &publisher.codes.inputs.rows.quality, publisher.rule)
    }
}

impl QualityRow {
    /// One row per source and reason; the reasons of a source add up to its rows.
    #[must_use]
    pub fn of(rows: &CleanRows) -> Vec<Self> {
        let mut out: Vec<Self> = rows
            .quality
            .iter()
            .flat_map(|source| {
                let name = Text::from(source.source.as_str());
                source.tally.counts().map(move |(reason, count)| Self {
                    source: name.clone(),
                    reason: Text::new(reason.as_str()),
                    rows: Cell::Value(count.rows),
                    students: if count.unknown > 0 { Cell::Missing } else { Cell::Value(count.students) },
                })
            })
            .collect();
        sort_by_key(&mut out);
        out
    }
}

/// Merges sources of one kind and year, by reason; counts below the threshold are hidden, others rounded. `sources`
/// are the sources of the rows. The name of a merged source is its kind and year, or only the kind if its sources
/// cover several years.
fn public(rows: &[QualityRow], sources: &[SourceQuality], rule: &dyn Fn(u64) -> Option<u64>) -> Vec<QualityRow> {
    let names: BTreeMap<&str, String> =
        sources.iter().map(|source| (source.source.as_str(), name(&source.forms))).collect();
    let mut sums: BTreeMap<(Text, Text), (Cell, Cell)> = BTreeMap::new();
    for row in rows {
        let name = names.get(&*row.source).map_or("other", String::as_str);
        let sum = sums.entry((name.into(), row.reason.clone())).or_insert((Cell::Value(0), Cell::Value(0)));
        sum.0 += row.rows;
        sum.1 += row.students;
    }
    let shown = |cell: Cell| match cell {
        Cell::Value(count) => rule(count).map_or(Cell::Hidden, Cell::Value),
        other => other,
    };
    let row = |((source, reason), (rows, students)): ((Text, Text), (Cell, Cell))| QualityRow {
        source,
        reason,
        rows: shown(rows),
        students: shown(students),
    };
    // A missing row is below the threshold, and may be zero.
    let is_shown = |row: &QualityRow| row.rows != Cell::Hidden || row.students.value().is_some();
    sums.into_iter().map(row).filter(is_shown).collect()
}

/// The public name of a source with these forms.
fn name(forms: &[SourceForm]) -> String {
    let kinds: BTreeSet<&str> = forms.iter().map(|form| form.kind.as_str()).collect();
    let years: BTreeSet<Year> = forms.iter().flat_map(|form| form.years.iter().copied()).collect();
    let kind = kinds.into_iter().collect::<Vec<_>>().join("-");
    match (years.first(), years.len()) {
        (Some(year), 1) => format!("{kind}-{year}"),
        _ => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_a_kind_and_year_are_counted_together_and_rounded() {
        let row = |source: &str, reason: &str, rows: u64, students: Cell| QualityRow {
            source: source.into(),
            reason: reason.into(),
            rows: Cell::Value(rows),
            students,
        };
        let source = |name: &str, kind, years: &[Year]| SourceQuality {
            source: name.to_owned(),
            forms: vec![crate::clean::SourceForm::of(kind, years.iter().copied())],
            tally: Default::default(),
        };
        use crate::config::ExtractKind::{Admission, October};
        let sources = [
            source("a.csv", Admission, &[2023]),
            source("b.csv", Admission, &[2023]),
            source("c.csv", October, &[2022, 2023]),
            source("d.csv", Admission, &[2022]),
        ];
        let rows = [
            row("a.csv", "kept", 301, Cell::Value(301)),
            row("a.csv", "malformed", 3, Cell::Missing),
            row("b.csv", "kept", 96, Cell::Value(96)),
            row("b.csv", "malformed", 11, Cell::Missing),
            row("c.csv", "duplicate", 4, Cell::Value(4)),
            row("c.csv", "kept", 12, Cell::Value(12)),
            row("d.csv", "kept", 24, Cell::Value(24)),
        ];
        let shown_rows: Vec<_> = public(&rows, &sources, &|count| (count >= 10).then_some((count + 2) / 5 * 5))
            .into_iter()
            .map(|row| (row.source.to_string(), row.reason.to_string(), row.rows, row.students))
            .collect();
        let wanted = [
            ("admission-2022", "kept", 25, Cell::Value(25)),
            ("admission-2023", "kept", 395, Cell::Value(395)),
            ("admission-2023", "malformed", 15, Cell::Missing),
            ("october", "kept", 10, Cell::Value(10)),
        ];
        let wanted: Vec<_> = wanted
            .into_iter()
            .map(|(source, reason, rows, students)| {
                (source.to_owned(), reason.to_owned(), Cell::Value(rows), students)
            })
            .collect();
        assert_eq!(shown_rows, wanted);
    }
}
