//! `quality_detail`: line numbers of rows that were not simply kept; only in the internal release.

use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Table};
use crate::clean::{CleanRows, Reason};
use crate::model::{Cell, Text};

row!(
    /// The line number of a row that was not simply kept.
    QualityDetailRow, "quality_detail", keys 3, only Internal, {
        /// File name.
        source: Text => Text,
        /// Reason.
        reason: Text => Text,
        /// Line in the file; the first is 1.
        line: Cell => Count,
    }
);

impl Table for QualityDetailRow {
    const PUBLICATION: Publication = Publication::Never;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        Self::of(run.inputs.rows)
    }
}

impl QualityDetailRow {
    /// One row per recorded line of a source, sorted by source, reason and line.
    #[must_use]
    pub fn of(rows: &CleanRows) -> Vec<Self> {
        // There are few reasons: one text per reason, shared by its rows.
        let words: Vec<Text> = Reason::ALL.iter().map(|r| Text::from(r.as_str())).collect();
        let word = |text: &str| words.iter().find(|w| &***w == text).cloned().unwrap_or_else(|| text.into());
        let mut out = Vec::new();
        for source in &rows.quality {
            let name = Text::from(source.source.as_str());
            let mut lines: Vec<(&str, u64)> =
                source.tally.lines().iter().map(|(r, line)| (r.as_str(), *line)).collect();
            lines.sort_unstable();
            out.extend(lines.into_iter().map(|(reason, line)| Self {
                source: name.clone(),
                reason: word(reason),
                line: Cell::Value(line),
            }));
        }
        out
    }
}
