//! Tallies: the rows of a source by reason, and what is known of rows that shares cannot use.

use std::collections::{BTreeMap, BTreeSet};

use super::{CountedRepeats, IdKind};
use crate::config::ExtractKind;
use crate::extract::{Found, Guess};
use crate::model::{MunicipalityId, ProgrammeId, Reason, Round, Year};

/// Rows and students by reason, with the lines of the remarkable rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Indexed by the number of the reason.
    counts: [Count; Reason::ALL.len()],
    lines: Vec<(Reason, u64)>,
    /// Lines that have since got another reason.
    changed: Vec<(Reason, u64)>,
    lost: BTreeMap<(Reason, Trace), Count>,
}

/// What is known of a row that shares cannot use; `None` if its text does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Trace {
    /// Autumn.
    pub year: Option<Year>,
    /// Year group.
    pub year_group: Option<u8>,
    /// Home municipality, known.
    pub home: Option<MunicipalityId>,
    /// Programme, known.
    pub programme: Option<ProgrammeId>,
}

/// The totals of one reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Rows.
    pub rows: u64,
    /// Students (seats) in those rows whose number is known.
    pub students: u64,
    /// Rows whose number of students is unknown.
    pub unknown: u64,
}

impl Count {
    /// One row with these students; `None` if their number is unknown.
    fn of(students: Option<u64>) -> Self {
        Self { rows: 1, students: students.unwrap_or(0), unknown: u64::from(students.is_none()) }
    }

    const fn subtract(&mut self, other: Self) {
        self.rows -= other.rows;
        self.students -= other.students;
        self.unknown -= other.unknown;
    }

    /// Adds the rows of another count.
    pub const fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.students += other.students;
        self.unknown += other.unknown;
    }
}

impl Tally {
    /// Counts a row.
    #[inline]
    pub fn count(&mut self, reason: Reason, students: impl Into<Option<u64>>, line: u64) {
        self.counts[reason.number()].add(Count::of(students.into()));
        if reason != Reason::Kept {
            self.lines.push((reason, line));
        }
    }

    /// Records what is known of a row that shares cannot use; [`Tally::count`] counts the row itself.
    pub fn add_lost_row(&mut self, reason: Reason, students: impl Into<Option<u64>>, trace: Trace) {
        self.lost.entry((reason, trace)).or_default().add(Count::of(students.into()));
    }

    /// Counts rows whose lines are not known.
    pub fn add_count(&mut self, reason: Reason, count: Count) {
        self.counts[reason.number()].add(count);
    }

    /// Records what is known of rows that shares cannot use; [`Tally::add_count`] counts the rows themselves.
    pub fn add_lost(&mut self, reason: Reason, trace: Trace, count: Count) {
        self.lost.entry((reason, trace)).or_default().add(count);
    }

    /// Moves `rows` rows of one student each to another reason.
    pub fn move_rows(&mut self, from: Reason, to: Reason, trace: Trace, rows: u64) {
        let count = Count { rows, students: rows, unknown: 0 };
        self.counts[from.number()].subtract(count);
        self.counts[to.number()].add(count);
        if from.is_lost()
            && let Some(lost) = self.lost.get_mut(&(from, trace))
        {
            lost.subtract(count);
            if lost.rows == 0 {
                self.lost.remove(&(from, trace));
            }
        }
    }

    /// Moves a row of one student to another reason.
    pub fn change(&mut self, from: Reason, to: Reason, line: u64, trace: Trace) {
        self.move_rows(from, to, trace, 1);
        if from != Reason::Kept {
            self.changed.push((from, line));
        }
        self.lines.push((to, line));
    }

    /// The tally without the lines that have since got another reason.
    #[must_use]
    pub fn without_changed(mut self) -> Self {
        if !self.changed.is_empty() {
            self.changed.sort_unstable();
            self.lines.retain(|line| self.changed.binary_search(line).is_err());
            self.changed = Vec::new();
        }
        self
    }

    /// Adds another tally of the same source.
    pub fn add(&mut self, other: Self) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            sum.add(count);
        }
        for (key, count) in other.lost {
            self.lost.entry(key).or_default().add(count);
        }
        self.lines.extend(other.lines);
        self.changed.extend(other.changed);
    }

    /// What is known of the rows that shares cannot use, by reason.
    pub fn lost(&self) -> impl Iterator<Item = (Reason, Trace, Count)> + '_ {
        self.lost.iter().map(|((reason, trace), count)| (*reason, *trace, *count))
    }

    /// The tally with sorted lines.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.lines.sort_unstable();
        self
    }

    /// Rows and students by reason, in the order of reasons.
    pub fn counts(&self) -> impl Iterator<Item = (Reason, Count)> + '_ {
        Reason::ALL.iter().zip(&self.counts).filter(|(_, c)| c.rows > 0).map(|(reason, count)| (*reason, *count))
    }

    /// Reason and line of every row except those with reason `kept`.
    #[must_use]
    pub fn lines(&self) -> &[(Reason, u64)] {
        &self.lines
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.counts.iter().map(|c| c.rows).sum()
    }

    /// The number of unusable rows, and of rows inside the extract (see [`Reason::is_inside`]).
    #[must_use]
    pub fn unusable(&self) -> (u64, u64) {
        let sum = |takes: fn(Reason) -> bool| self.counts().filter(|(r, _)| takes(*r)).map(|(_, c)| c.rows).sum();
        (sum(Reason::is_unusable), sum(Reason::is_inside))
    }
}

/// The quality of a source's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceQuality {
    /// File name.
    pub source: String,
    /// How it was read, one entry per extract that reads it.
    pub forms: Vec<SourceForm>,
    /// Its rows by reason.
    pub tally: Tally,
}

impl SourceQuality {
    /// Adds other rows of the same file.
    pub fn add(&mut self, other: Self) {
        self.forms.extend(other.forms);
        let mut tally = std::mem::take(&mut self.tally);
        tally.add(other.tally);
        self.tally = tally.sorted();
    }
}

/// How a file was read, with the values that were configured or guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceForm {
    /// What it holds.
    pub kind: ExtractKind,
    /// The years of its usable rows.
    pub years: BTreeSet<Year>,
    /// Compression, format, encoding and so on.
    pub guesses: Vec<Guess>,
    /// Its columns.
    pub columns: Vec<Found>,
    /// The headers of columns that are not used.
    pub unused: Vec<String>,
    /// Repetition among its counted rows.
    pub repeats: CountedRepeats,
    /// The checksum of the file; empty if unknown.
    pub checksum: String,
    /// The round of an admission.
    pub round: Round,
    /// The filter of its rows.
    pub filter: BTreeMap<String, Vec<String>>,
    /// The kind of ids in its student column; `None` if the column is absent.
    pub ids: Option<IdKind>,
}

impl SourceForm {
    /// Whether another file was read in the same way, regardless of years.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        (self.kind, &self.guesses, &self.columns, &self.unused, self.ids)
            == (other.kind, &other.guesses, &other.columns, &other.unused, other.ids)
    }

    /// A file of which only kind and years are known.
    pub fn of(kind: ExtractKind, years: impl IntoIterator<Item = Year>) -> Self {
        Self {
            kind,
            years: years.into_iter().collect(),
            guesses: Vec::new(),
            columns: Vec::new(),
            unused: Vec::new(),
            repeats: CountedRepeats::default(),
            checksum: String::new(),
            round: Round::Final,
            filter: BTreeMap::new(),
            ids: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_adds_up_and_weighs_what_is_unusable() {
        let mut tally = Tally::default();
        for (reason, students) in [
            (Reason::Kept, Some(5)),
            (Reason::Filtered, Some(1)),
            (Reason::Malformed, None),
            (Reason::UnknownUnit, Some(2)),
            (Reason::Duplicate, Some(1)),
        ] {
            tally.count(reason, students, 7);
        }
        assert_eq!(tally.rows(), 5);
        assert_eq!(tally.unusable(), (2, 4));
        assert_eq!(tally.lines().len(), 4, "kept rows have no line");
    }
}
