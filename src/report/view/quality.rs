//! The outcome of every row of every source, and the meaning of the outcomes.

use std::collections::BTreeSet;

use serde::Serialize;

use super::context::Context;
use super::table::{TableField, ViewRow, ViewTable};
use crate::clean::Reason;
use crate::model::{Cell, Ratio, Release, Year};
use crate::tables::QualityRow;

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Quality {
    table: Option<ViewTable>,
    reasons: Vec<ReasonWords>,
}

/// A reason that occurs, and its meaning.
#[derive(Debug, Clone, Serialize)]
struct ReasonWords {
    word: &'static str,
    name: String,
    text: String,
}

impl Quality {
    /// The section of a report.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let seen: BTreeSet<&str> = context.tables.quality.iter().map(|r| &*r.reason).collect();
        let reasons = Reason::ALL.iter().map(|r| r.as_str()).filter(|word| seen.contains(word));
        let words = |word: &'static str| ReasonWords {
            word,
            name: context.t(&format!("reason-{word}")),
            text: context.t(&format!("page-reason-{word}")),
        };
        Self { table: table(context), reasons: reasons.map(words).collect() }
    }
}

/// The name of a source: its file, or in a public release the kind of its rows and the year.
pub fn source_name(context: &Context<'_>, source: &str) -> String {
    if context.model.release() == Release::Internal {
        return source.to_owned();
    }
    let named = |kind: &str| context.t(&format!("page-source-{kind}"));
    match source.split_once('-') {
        Some((kind, year)) if year.parse::<Year>().is_ok() => format!("{} {year}", named(kind)),
        _ => source.split('-').map(named).collect::<Vec<_>>().join(", "),
    }
}

/// A group per source: its reasons in order, then their sum; `None` without sources.
fn table(context: &Context<'_>) -> Option<ViewTable> {
    let rows = &context.tables.quality;
    if rows.is_empty() {
        return None;
    }
    let [reason, count, students, share] =
        context.words(["col-reason", "col-rows", "col-students-or-seats", "col-share-rows"]);
    let mut table = ViewTable::new(
        context.id("quality-table"),
        context.t("page-quality-caption"),
        &[reason],
        &[count, students, share],
    );
    for source in rows.chunk_by(|a, b| a.source == b.source) {
        let all: Cell = source.iter().map(|r| r.rows).sum();
        let line = |head: String, rows: Cell, students: Cell| {
            let share = rows.zip(all, Ratio::new).map(|r| r.is_defined().then(|| context.lang.percent(r, 2)));
            vec![TableField::text(head), context.count(rows), context.count(students), TableField::number(share)]
        };
        let mut rows: Vec<&QualityRow> = source.iter().collect();
        let order = |r: &&QualityRow| Reason::ALL.iter().position(|reason| reason.as_str() == &*r.reason);
        rows.sort_by_key(|r| (&*r.reason != Reason::Kept.as_str(), order(r)));
        let mut lines: Vec<ViewRow> = rows
            .iter()
            .map(|r| ViewRow::new(line(context.t(&format!("reason-{}", r.reason)), r.rows, r.students)))
            .collect();
        let students = source.iter().map(|r| r.students).sum();
        lines.push(ViewRow::total(line(context.t("page-total"), all, students)));
        table = table.group(source_name(context, &source[0].source), lines);
    }
    Some(table)
}
