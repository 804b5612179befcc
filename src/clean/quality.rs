//! Tallies: what became of every row of a source, and what is known of those that shares cannot use.

use std::collections::{BTreeMap, BTreeSet};

use super::{Again, IdKind};
use crate::config::ExtractKind;
use crate::extract::{Found, Guess};
use crate::model::{MunicipalityId, ProgrammeId, Reason, Round, Year};

/// Rows and students by reason, and where the remarkable rows stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// By the number of the reason.
    counts: [Count; Reason::ALL.len()],
    lines: Vec<(Reason, u64)>,
    /// Lines that have got another reason since.
    struck: Vec<(Reason, u64)>,
    lost: BTreeMap<(Reason, Trace), Count>,
}

/// What is known of a row that shares cannot use; none where its text does not tell.
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

/// What a reason adds up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Rows.
    pub rows: u64,
    /// Students (seats) in those rows whose number is known.
    pub students: u64,
    /// Rows whose number of students cannot be known.
    pub unknown: u64,
}

impl Count {
    /// One row with these students, or with a number that cannot be known.
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

    /// Notes what is known of a row that shares cannot use; it is counted by [`Tally::count`] besides.
    pub fn lose(&mut self, reason: Reason, students: impl Into<Option<u64>>, trace: Trace) {
        self.lost.entry((reason, trace)).or_default().add(Count::of(students.into()));
    }

    /// Counts rows of a source whose lines are not known.
    pub fn add_count(&mut self, reason: Reason, count: Count) {
        self.counts[reason.number()].add(count);
    }

    /// Notes what is known of rows that shares cannot use; they are counted by [`Tally::add_count`] besides.
    pub fn add_lost(&mut self, reason: Reason, trace: Trace, count: Count) {
        self.lost.entry((reason, trace)).or_default().add(count);
    }

    /// Gives so many rows of one student each another reason.
    pub fn restate(&mut self, from: Reason, to: Reason, trace: Trace, rows: u64) {
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

    /// Gives a row of one student another reason.
    pub fn change(&mut self, from: Reason, to: Reason, line: u64, trace: Trace) {
        self.restate(from, to, trace, 1);
        if from != Reason::Kept {
            self.struck.push((from, line));
        }
        self.lines.push((to, line));
    }

    /// The tally without the lines that have got another reason.
    #[must_use]
    pub fn struck(mut self) -> Self {
        if !self.struck.is_empty() {
            self.struck.sort_unstable();
            self.lines.retain(|line| self.struck.binary_search(line).is_err());
            self.struck = Vec::new();
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
        self.struck.extend(other.struck);
    }

    /// What is known of the rows that shares cannot use, by reason.
    pub fn lost(&self) -> impl Iterator<Item = (Reason, Trace, Count)> + '_ {
        self.lost.iter().map(|((reason, trace), count)| (*reason, *trace, *count))
    }

    /// The tally with its lines in order.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.lines.sort_unstable();
        self
    }

    /// Rows and students by reason, in the order of reasons.
    pub fn counts(&self) -> impl Iterator<Item = (Reason, Count)> + '_ {
        Reason::ALL.iter().zip(&self.counts).filter(|(_, c)| c.rows > 0).map(|(reason, count)| (*reason, *count))
    }

    /// Reason and line of every row that was not simply kept.
    #[must_use]
    pub fn lines(&self) -> &[(Reason, u64)] {
        &self.lines
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.counts.iter().map(|c| c.rows).sum()
    }

    /// Unusable rows and rows after the filter.
    #[must_use]
    pub fn unusable(&self) -> (u64, u64) {
        let sum = |takes: fn(Reason) -> bool| self.counts().filter(|(r, _)| takes(*r)).map(|(_, c)| c.rows).sum();
        (sum(Reason::is_unusable), sum(Reason::is_inside))
    }
}

/// What became of a source's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceQuality {
    /// File name.
    pub source: String,
    /// How it was read, once for each extract that reads it.
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

/// How a file was read: what was told, what guessed.
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
    /// What counted rows repeat.
    pub again: Again,
    /// The checksum of the file; empty if it is not known.
    pub checksum: String,
    /// The round of an admission.
    pub round: Round,
    /// The filter of its rows.
    pub filter: BTreeMap<String, Vec<String>>,
    /// What its student column holds; none where it has no such column.
    pub ids: Option<IdKind>,
}

impl SourceForm {
    /// Whether another file was read alike, whatever its years.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        (self.kind, &self.guesses, &self.columns, &self.unused, self.ids)
            == (other.kind, &other.guesses, &other.columns, &other.unused, other.ids)
    }

    /// A file of which no more is known.
    pub fn of(kind: ExtractKind, years: impl IntoIterator<Item = Year>) -> Self {
        Self {
            kind,
            years: years.into_iter().collect(),
            guesses: Vec::new(),
            columns: Vec::new(),
            unused: Vec::new(),
            again: Again::default(),
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
