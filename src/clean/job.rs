//! The inputs for reading a file, and the result: its rows as codes.

use std::collections::BTreeMap;

use super::{SeatCount, SourceForm, Tally, UnitSet};
use crate::config::{ExtractConfig, ExtractKind};
use crate::model::{Pseudonyms, Registers, Round, Year};
use crate::store::{ShardRows, Store, StudentRow};

/// The rows of a file as codes.
#[derive(Debug)]
pub struct Cleaned {
    /// The source's name.
    pub source: String,
    /// What it holds.
    pub kind: ExtractKind,
    /// Round of an admission.
    pub round: Round,
    /// How it was read.
    pub form: SourceForm,
    /// Whether it has a student column.
    pub has_ids: bool,
    /// Whether it has a year-group column.
    pub has_year_groups: bool,
    /// Its student rows, packed.
    pub held: Vec<ShardRows>,
    /// Students of these rows by year.
    pub counted: BTreeMap<Year, YearStudents>,
    /// Rows of seats.
    pub seats: Vec<SeatCount>,
    /// All rows by reason, before duplicates are known.
    pub tally: Tally,
}

#[cfg(test)]
impl Cleaned {
    /// A source whose rows are already codes. `number` is its number, as in [`Job`].
    #[must_use]
    pub fn of_rows(
        number: usize,
        source: crate::store::SourceKind,
        rows: &[StudentRow],
        store: &Store,
        has: SourceColumns,
    ) -> Self {
        let mut shard = store.shard();
        let (mut tally, mut counted) = (Tally::default(), BTreeMap::<Year, YearStudents>::new());
        for row in rows {
            shard.push(number, source.kind, row, has.ids);
            tally.count(row.reason, row.students, row.line);
            counted.entry(row.year).or_default().add(row);
        }
        Self {
            source: number.to_string(),
            kind: source.kind,
            round: source.round,
            form: SourceForm::of(source.kind, counted.keys().copied()),
            has_ids: has.ids,
            has_year_groups: has.year_groups,
            held: vec![shard.done()],
            counted,
            seats: Vec::new(),
            tally,
        }
    }
}

/// The optional columns that a source of coded rows has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceColumns {
    /// Student ids.
    pub ids: bool,
    /// Year groups.
    pub year_groups: bool,
}

impl YearStudents {
    pub(super) fn add(&mut self, row: &StudentRow) {
        self.students += row.students;
        if row.year_group.is_none_or(|group| group == 1) {
            self.comparable += row.students;
        }
        self.units.insert(row.unit);
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.students += other.students;
        self.comparable += other.comparable;
        self.units.add(&other.units);
    }
}

/// The students of a file in one year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YearStudents {
    /// Students comparable with an admission: year group 1, or rows without year group.
    pub comparable: u64,
    /// All students.
    pub students: u64,
    /// Their units.
    pub units: UnitSet,
}

/// The inputs for reading one source of a run.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its number among the sources of the run.
    pub number: usize,
    /// The config of its extract.
    pub extract: &'a ExtractConfig,
    /// The registers in which codes are looked up.
    pub registers: &'a Registers,
    /// The pseudonyms for student ids.
    pub pseudonyms: &'a Pseudonyms,
    /// The store that receives the rows.
    pub store: &'a Store,
    /// The number of workers that may read it at once.
    pub workers: usize,
}
