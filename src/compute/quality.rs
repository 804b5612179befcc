//! `quality` and `quality_detail`: what became of every row of every source.

use crate::clean::{CleanRows, Reason};
use crate::model::{Cell, Text};
use crate::tables::{QualityDetailRow, QualityRow, sort_by_key};

/// One row per source and reason; a source's rows add up to its rows.
pub fn rows(rows: &CleanRows) -> Vec<QualityRow> {
    let mut out: Vec<QualityRow> = rows
        .quality
        .iter()
        .flat_map(|source| {
            let name = Text::from(source.source.as_str());
            source.tally.counts().map(move |(reason, count)| QualityRow {
                source: name.clone(),
                reason: reason.as_str().into(),
                rows: Cell::Value(count.rows),
                students: if count.unknown > 0 { Cell::Missing } else { Cell::Value(count.students) },
            })
        })
        .collect();
    sort_by_key(&mut out);
    out
}

/// One row per remarkable row of a source, sorted by source, reason and line.
pub fn details(rows: &CleanRows) -> Vec<QualityDetailRow> {
    let mut out = Vec::new();
    for source in &rows.quality {
        let name = Text::from(source.source.as_str());
        let mut lines: Vec<(&str, u64)> = source.tally.lines().iter().map(|(r, line)| (r.as_str(), *line)).collect();
        lines.sort_unstable();
        // Words are few: one text per reason, shared by its lines.
        let words: Vec<Text> = Reason::ALL.iter().map(|r| Text::from(r.as_str())).collect();
        let word = |text: &str| words.iter().find(|w| &***w == text).cloned().unwrap_or_else(|| text.into());
        out.extend(lines.into_iter().map(|(reason, line)| QualityDetailRow {
            source: name.clone(),
            reason: word(reason),
            line: Cell::Value(line),
        }));
    }
    out
}
