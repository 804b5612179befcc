//! The diagnostics of a run's sources: tolerances exceeded, copies, and what their files lack.

use std::collections::BTreeMap;

use crate::clean::{Reason, SourceForm, SourceQuality};
use crate::config::{ExtractKind, Field};
use crate::error::{Error, Exit, Result};
use crate::extract::Aspect;
use crate::model::Snapshot;
use crate::pipeline::Read;
use crate::render;

/// A configured tolerance that a source exceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// Rows that cannot be used, among the rows inside the extract.
    Unusable {
        /// The source.
        source: String,
        /// Rows that cannot be used.
        rows: u64,
        /// Rows inside the extract.
        all: u64,
    },
    /// Rows of students who already have a row, among the rows inside the extract.
    Repeated {
        /// The source.
        source: String,
        /// Rows of students who already have a row.
        rows: u64,
        /// Rows inside the extract.
        all: u64,
    },
    /// Counted rows about the same students as other rows.
    RepeatedCounts {
        /// The source.
        source: String,
        /// Rows that repeat others.
        rows: u64,
        /// The unused column in which they differ.
        differing_column: Option<String>,
    },
}

impl Breach {
    /// The source that exceeds it.
    #[must_use]
    pub fn source(&self) -> &str {
        match self {
            Self::Unusable { source, .. } | Self::Repeated { source, .. } | Self::RepeatedCounts { source, .. } => {
                source
            }
        }
    }
}

/// The tolerances exceeded, in the order of the sources' names.
#[must_use]
pub fn breaches(read: &Read) -> Vec<Breach> {
    let mut out = Vec::new();
    for quality in &read.rows.quality {
        let source = || quality.source.clone();
        let (unusable, all) = quality.tally.unusable();
        let is_beyond = |rows: u64, most: f64| rows > 0 && rows as f64 / all as f64 > most;
        if is_beyond(unusable, read.config.max_rejected) {
            out.push(Breach::Unusable { source: source(), rows: unusable, all });
        }
        let repeated = rows_of(quality, Reason::is_repetition);
        if is_beyond(repeated, read.config.max_repeated) {
            out.push(Breach::Repeated { source: source(), rows: repeated, all });
        }
        if let Some(form) = quality.forms.iter().find(|form| form.repeats.rows > 0) {
            let (rows, differing_column) = (form.repeats.rows, form.repeats.differing_column.clone());
            out.push(Breach::RepeatedCounts { source: source(), rows, differing_column });
        }
    }
    out
}

fn rows_of(quality: &SourceQuality, takes: fn(Reason) -> bool) -> u64 {
    quality.tally.counts().filter(|(reason, _)| takes(*reason)).map(|(_, count)| count.rows).sum()
}

/// Something that readers of the results should know about a source, though nothing is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// An extract of 15 October without year groups: all its rows count as year group 1.
    NoYearGroup {
        /// The sources with the same columns.
        sources: Vec<String>,
        /// The headers of its columns that are not used.
        unused: Vec<String>,
    },
    /// All students of a source have protected identities.
    AllProtected {
        /// The source.
        source: String,
    },
    /// Rows of a workbook that are hidden in the spreadsheet but read.
    HiddenRows {
        /// The source.
        source: String,
        /// The number of hidden rows of its sheets.
        rows: String,
    },
    /// Ids that several students share in one snapshot.
    SharedIds {
        /// The source.
        source: String,
        /// Rows with such ids.
        rows: u64,
    },
    /// A preliminary and a final admission among the files of one pattern.
    SeveralRounds {
        /// Two sources whose names state different rounds.
        sources: [String; 2],
    },
    /// Names with characters that the typeface of pictures lacks.
    Unspellable {
        /// The names.
        names: Vec<String>,
    },
    /// Official indicators to compare with, but no students of all year groups.
    OfficialWithoutYearGroups,
}

/// All remarks about the sources.
#[must_use]
pub fn remarks(read: &Read) -> Vec<Remark> {
    let mut out = Vec::new();
    let mut by_columns: BTreeMap<&Vec<String>, Vec<String>> = BTreeMap::new();
    for quality in &read.rows.quality {
        let source = || quality.source.clone();
        let has_none = |form: &&SourceForm| {
            let has = |field: Field| form.columns.iter().any(|found| found.field == field);
            form.kind == ExtractKind::October && !has(Field::YearGroup)
        };
        if let Some(form) = quality.forms.iter().find(has_none) {
            by_columns.entry(&form.unused).or_default().push(source());
        }
        let (_, all) = quality.tally.unusable();
        if all > 0 && rows_of(quality, |reason| reason == Reason::ProtectedHome) == all {
            out.push(Remark::AllProtected { source: source() });
        }
        let guesses = quality.forms.iter().flat_map(|form| &form.guesses);
        if let Some(guess) = guesses.into_iter().find(|guess| guess.aspect == Aspect::HiddenRows) {
            out.push(Remark::HiddenRows { source: source(), rows: guess.value.clone() });
        }
        let shared = rows_of(quality, |reason| reason == Reason::SharedStudent);
        if shared > 0 {
            out.push(Remark::SharedIds { source: source(), rows: shared });
        }
    }
    let no_group =
        |(unused, sources): (&Vec<String>, Vec<String>)| Remark::NoYearGroup { sources, unused: unused.clone() };
    out.extend(by_columns.into_iter().map(no_group));
    out.extend(several_rounds(&read.rows.quality));
    let has_enrolled = read.flows.censuses().iter().any(|(snapshot, _)| *snapshot == Snapshot::Enrolled);
    if !read.official.is_empty() && !has_enrolled {
        out.push(Remark::OfficialWithoutYearGroups);
    }
    let names = read.registers.unspellable(&render::font_has).into_iter().map(ToString::to_string);
    let region = Some(read.config.region.clone()).filter(|name| !name.chars().all(render::font_has));
    let names: Vec<String> = names.chain(region).collect();
    if !names.is_empty() {
        out.push(Remark::Unspellable { names });
    }
    out
}

/// Admissions with the same round in the config whose file names state different rounds.
fn several_rounds(quality: &[SourceQuality]) -> Option<Remark> {
    let is_admission = |source: &&SourceQuality| source.forms.iter().any(|form| form.kind == ExtractKind::Admission);
    let is_preliminary = |source: &&SourceQuality| source.source.to_lowercase().contains("prel");
    let is_final = |source: &&SourceQuality| source.source.to_lowercase().contains("slut");
    let first = |takes: &dyn Fn(&&SourceQuality) -> bool| quality.iter().filter(is_admission).find(takes);
    let (one, other) = (first(&is_preliminary)?, first(&is_final)?);
    let rounds = |source: &SourceQuality| source.forms.iter().map(|form| form.round).max();
    (rounds(one) == rounds(other))
        .then(|| Remark::SeveralRounds { sources: [one.source.clone(), other.source.clone()] })
}

/// Checks that no two files hold the same data: the same bytes, or the same counted rows in any order.
///
/// # Errors
/// Two such files of one kind and filter.
pub fn check_copies(quality: &[SourceQuality]) -> Result<()> {
    let forms: Vec<(&str, &SourceForm)> =
        quality.iter().flat_map(|source| source.forms.iter().map(|form| (source.source.as_str(), form))).collect();
    for (at, (source, form)) in forms.iter().enumerate() {
        let is_copy = |(other, before): &&(&str, &SourceForm)| {
            let has_same_bytes = !form.checksum.is_empty() && form.checksum == before.checksum;
            let has_same_rows = form.repeats.content.is_some() && form.repeats.content == before.repeats.content;
            other != source
                && (form.kind, &form.filter) == (before.kind, &before.filter)
                && (has_same_bytes || has_same_rows)
        };
        if let Some((other, _)) = forms[..at].iter().find(is_copy) {
            return Err(Error::new(Exit::Input, "error-same-content").with("one", other).with("other", source));
        }
    }
    Ok(())
}

/// The error of a run without students: which rows of which file were refused and why, and what is expected.
pub fn no_students(read: &Read) -> Error {
    let of_students = |source: &&SourceQuality| source.forms.iter().any(|form| form.kind != ExtractKind::Seats);
    let worst = read
        .rows
        .quality
        .iter()
        .filter(of_students)
        .filter_map(|source| {
            let (reason, count) = source.tally.counts().max_by_key(|(_, count)| count.rows)?;
            Some((count.rows, source, reason))
        })
        .max_by_key(|(rows, ..)| *rows);
    let Some((rows, source, reason)) = worst else { return Error::new(Exit::Input, "error-no-students") };
    let filters: Vec<String> = source
        .forms
        .iter()
        .flat_map(|form| &form.filter)
        .map(|(column, values)| format!("{column} = {}", values.join(" | ")))
        .collect();
    let columns: Vec<String> = source
        .forms
        .iter()
        .flat_map(|form| &form.columns)
        .map(|found| format!("{} = {}", found.field.as_str(), found.header))
        .collect();
    Error::new(Exit::Input, "error-no-usable-rows")
        .with("source", &source.source)
        .with("rows", rows)
        .with("all", source.tally.rows())
        .with("reason", reason.as_str())
        .with("filter", if filters.is_empty() { "\u{2013}".to_owned() } else { filters.join(", ") })
        .with("columns", columns.join(", "))
}
