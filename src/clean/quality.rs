//! Reasons and tallies: what became of every row of a source, and what is known of those that shares cannot use.

use std::collections::BTreeMap;

use super::IdKind;
use crate::config::ExtractKind;
use crate::extract::{Found, Guess};
use crate::model::{MunicipalityId, ProgrammeId, Year};

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal $fate:ident),* $(,)?) => {
        /// Why a row is not simply kept, in the order in which the first that fits is taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[$doc])* $variant),* }

        impl Reason {
            /// All reasons, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable word of `quality.csv`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            const fn fate(self) -> Fate {
                match self { $(Self::$variant => Fate::$fate),* }
            }
        }
    };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// No row of the extract: outside its filter, a sum over its rows, a footnote.
    Outside,
    /// In no flow, for it cannot be read.
    Unreadable,
    /// In no flow, for the student is there already.
    Repeated,
    /// In the flows as `?`, which shares cannot use: bad codes.
    BadCode,
    /// In the flows.
    Used,
}

reasons! {
    /// Fewer or more fields than the header.
    Malformed = "malformed" Unreadable,
    /// No row of the table: a source or a footnote below it, or the headers once more.
    Note = "note" Outside,
    /// The filter of the config leaves it out.
    Filtered = "filtered" Outside,
    /// A sum over other rows.
    TotalsRow = "totals_row" Outside,
    /// No year that can be read.
    InvalidYear = "invalid_year" Unreadable,
    /// No year group that can be read.
    InvalidYearGroup = "invalid_year_group" Unreadable,
    /// A time of seats that is neither admission nor October.
    InvalidTime = "invalid_time" Unreadable,
    /// A count that is not a whole number from zero: negative, fractional, or no number.
    InvalidCount = "invalid_count" Unreadable,
    /// The count is hidden (`..`).
    HiddenCount = "hidden_count" Unreadable,
    /// The count is missing (`.` or nothing).
    MissingCount = "missing_count" Unreadable,
    /// The same student again at the same place.
    Duplicate = "duplicate" Repeated,
    /// The same student, admitted again in a later round.
    EarlierRound = "earlier_round" Repeated,
    /// The same student at another place at the same time.
    SecondPlace = "second_place" Repeated,
    /// The unit is missing or not in its register.
    UnknownUnit = "unknown_unit" BadCode,
    /// Protected identity: not to be located.
    ProtectedHome = "protected_home" Used,
    /// The home is missing or not in its register.
    UnknownHome = "unknown_home" BadCode,
    /// The programme is missing or not in its register.
    UnknownProgramme = "unknown_programme" BadCode,
    /// The unit takes no students in the row's year: counted at the one that came after it.
    SucceededUnit = "succeeded_unit" Used,
    /// The unit takes no students in the row's year, and none that does came after it: counted as coded.
    ClosedUnit = "closed_unit" Used,
    /// The programme takes no students in the row's year of admission.
    RetiredProgramme = "retired_programme" Used,
    /// No student id: counted, but cannot be linked.
    MissingStudent = "missing_student" Used,
    /// A personal number whose form or check digit is wrong: counted, and linked as it is written.
    DoubtfulStudent = "doubtful_student" Used,
    /// A code that a spreadsheet had turned into a number (0180 → 180), restored by its register.
    RestoredCode = "restored_code" Used,
    /// Nothing to remark.
    Kept = "kept" Used,
}

impl Reason {
    /// Whether the row is in no flow.
    #[must_use]
    pub fn is_rejected(self) -> bool {
        matches!(self.fate(), Fate::Outside | Fate::Unreadable | Fate::Repeated)
    }

    /// Whether the row is part of the extract at all: neither left out by its filter nor a sum or a footnote.
    #[must_use]
    pub fn is_inside(self) -> bool {
        self.fate() != Fate::Outside
    }

    /// Whether shares cannot use the row, though it may be a student of theirs.
    #[must_use]
    pub fn is_lost(self) -> bool {
        matches!(self.fate(), Fate::Unreadable | Fate::BadCode) || self == Self::ProtectedHome
    }

    /// Whether the row counts against `max_rejected`: it cannot be read, or its codes are in no register.
    #[must_use]
    pub fn is_unusable(self) -> bool {
        matches!(self.fate(), Fate::Unreadable | Fate::BadCode)
    }
}

/// Rows and students by reason, and where the remarkable rows stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<Reason, Count>,
    lines: Vec<(Reason, u64)>,
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

    /// Adds the rows of another count.
    pub const fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.students += other.students;
        self.unknown += other.unknown;
    }
}

impl Tally {
    /// Counts a row.
    pub fn count(&mut self, reason: Reason, students: impl Into<Option<u64>>, line: u64) {
        self.counts.entry(reason).or_default().add(Count::of(students.into()));
        if reason != Reason::Kept {
            self.lines.push((reason, line));
        }
    }

    /// Notes what is known of a row that shares cannot use; it is counted by [`Tally::count`] besides.
    pub fn lose(&mut self, reason: Reason, students: impl Into<Option<u64>>, trace: Trace) {
        self.lost.entry((reason, trace)).or_default().add(Count::of(students.into()));
    }

    /// Adds another tally of the same source.
    pub fn add(&mut self, other: Self) {
        for (reason, count) in other.counts {
            self.counts.entry(reason).or_default().add(count);
        }
        for (key, count) in other.lost {
            self.lost.entry(key).or_default().add(count);
        }
        self.lines.extend(other.lines);
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
        self.counts.iter().map(|(reason, count)| (*reason, *count))
    }

    /// Reason and line of every row that was not simply kept.
    #[must_use]
    pub fn lines(&self) -> &[(Reason, u64)] {
        &self.lines
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.counts.values().map(|c| c.rows).sum()
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

/// How a file was read: what was told, what guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceForm {
    /// What it holds.
    pub kind: ExtractKind,
    /// Compression, format, encoding and so on.
    pub guesses: Vec<Guess>,
    /// Its columns.
    pub columns: Vec<Found>,
    /// What its student column holds; none where it has no such column.
    pub ids: Option<IdKind>,
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

    #[test]
    fn words_are_distinct_snake_case() {
        let words: std::collections::BTreeSet<&str> = Reason::ALL.iter().map(|r| r.as_str()).collect();
        assert_eq!(words.len(), Reason::ALL.len());
        assert!(words.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }
}
