//! What is needed to read a file, and its rows in codes.

use std::collections::BTreeMap;

use super::{SeatCount, SourceForm, Tally};
use crate::config::{ExtractConfig, ExtractKind};
use crate::model::{Pseudonyms, Registers, Round, Year};
use crate::store::{Held, Source, Store, StudentRow};

/// A file's rows in codes.
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
    /// Its rows of students, packed.
    pub held: Vec<Held>,
    /// Students of those rows by year.
    pub counted: BTreeMap<Year, Counted>,
    /// Rows of seats.
    pub seats: Vec<SeatCount>,
    /// All its rows by reason, as long as duplicates are not known.
    pub tally: Tally,
}

impl Cleaned {
    /// A source of rows that are in codes already. `source` is its number, as for [`Job`].
    #[must_use]
    pub fn of_rows(number: usize, source: Source, rows: &[StudentRow], store: &Store, has: Has) -> Self {
        let mut shard = store.shard();
        let (mut tally, mut counted) = (Tally::default(), BTreeMap::<Year, Counted>::new());
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

/// Which columns a source of rows in codes has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Has {
    /// Student ids.
    pub ids: bool,
    /// Year groups.
    pub year_groups: bool,
}

impl Counted {
    pub(super) fn add(&mut self, row: &StudentRow) {
        self.students += row.students;
        if row.year_group.is_none_or(|group| group == 1) {
            self.comparable += row.students;
        }
    }
}

/// Students of a file in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those that compare with an admission.
    pub comparable: u64,
    /// All.
    pub students: u64,
}

/// What is needed to read a source of a run.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its number among the sources of the run.
    pub number: usize,
    /// How its extract is to be read.
    pub extract: &'a ExtractConfig,
    /// What codes are looked up in.
    pub registers: &'a Registers,
    /// What students become.
    pub pseudonyms: &'a Pseudonyms,
    /// Where rows go.
    pub store: &'a Store,
    /// How many workers may read it at once.
    pub workers: usize,
}
