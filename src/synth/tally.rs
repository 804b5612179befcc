//! The truth about the generated rows: dense counts that many threads add to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use super::world::Land;
use crate::model::Snapshot;

/// The expected outcome of a row, in the words of `quality.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Malformed,
    InvalidYearGroup,
    InvalidCount,
    Duplicate,
    SecondPlace,
    UnknownUnit,
    ProtectedHome,
    UnknownHome,
    UnknownProgramme,
    RetiredProgramme,
    Kept,
}

impl Outcome {
    /// All fates.
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::InvalidYearGroup,
        Self::InvalidCount,
        Self::Duplicate,
        Self::SecondPlace,
        Self::UnknownUnit,
        Self::ProtectedHome,
        Self::UnknownHome,
        Self::UnknownProgramme,
        Self::RetiredProgramme,
        Self::Kept,
    ];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::InvalidYearGroup => "invalid_year_group",
            Self::InvalidCount => "invalid_count",
            Self::Duplicate => "duplicate",
            Self::SecondPlace => "second_place",
            Self::UnknownUnit => "unknown_unit",
            Self::ProtectedHome => "protected_home",
            Self::UnknownHome => "unknown_home",
            Self::UnknownProgramme => "unknown_programme",
            Self::RetiredProgramme => "retired_programme",
            Self::Kept => "kept",
        }
    }

    /// Whether the row cannot be read, so that its number of students is unknown.
    pub const fn is_unreadable(self) -> bool {
        matches!(self, Self::Malformed | Self::InvalidYearGroup | Self::InvalidCount)
    }
}

/// Rows and students (or seats) of a source by fate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quality {
    rows: [u64; Outcome::ALL.len()],
    students: [u64; Outcome::ALL.len()],
}

impl Quality {
    /// Counts a row.
    pub const fn count(&mut self, fate: Outcome, students: u64) {
        self.rows[fate as usize] += 1;
        self.students[fate as usize] += students;
    }

    /// Adds another part of the source.
    pub fn add(&mut self, other: &Self) {
        for i in 0..Outcome::ALL.len() {
            self.rows[i] += other.rows[i];
            self.students[i] += other.students[i];
        }
    }

    /// The fates that occur, with rows and students; `None` if the number of students is unknown.
    pub fn counts(&self) -> impl Iterator<Item = (Outcome, u64, Option<u64>)> + '_ {
        Outcome::ALL.into_iter().filter(|fate| self.rows[*fate as usize] > 0).map(|fate| {
            let students = (!fate.is_unreadable()).then_some(self.students[fate as usize]);
            (fate, self.rows[fate as usize], students)
        })
    }
}

/// Counts by number; the order of additions does not matter.
struct Dense(Vec<AtomicU32>);

impl Dense {
    fn new(len: usize) -> Self {
        Self((0..len).map(|_| AtomicU32::new(0)).collect())
    }

    fn add(&self, at: usize) {
        self.0[at].fetch_add(1, Ordering::Relaxed);
    }

    /// The counts that are not zero, with their numbers.
    fn counts(&self) -> Vec<(u32, u32)> {
        (0..).zip(&self.0).map(|(at, n)| (at, n.load(Ordering::Relaxed))).filter(|(_, n)| *n > 0).collect()
    }
}

/// Students of a year by home and offer, per snapshot, and by offer in both snapshots.
pub struct TruthCounter {
    slots: usize,
    flows: [Dense; Snapshot::ALL.len()],
    stayed: Dense,
    left: Dense,
    arrived: Dense,
}

/// The counts of a year.
#[derive(Debug, Default)]
pub struct TruthCounts {
    /// Per snapshot, in the order of snapshots: home, slot, students; sorted.
    pub flows: [Vec<(u32, u32, u32)>; Snapshot::ALL.len()],
    /// Admitted to and enrolled in the same offer: slot, students.
    pub stayed: Vec<(u32, u32)>,
    /// Admitted there, enrolled in no known offer.
    pub left: Vec<(u32, u32)>,
    /// Enrolled there, admitted to no known offer.
    pub arrived: Vec<(u32, u32)>,
    /// Admitted to the first slot, enrolled in the second.
    pub moves: BTreeMap<(u32, u32), u32>,
}

impl TruthCounter {
    /// A counter of zeros.
    pub fn new(land: &Land) -> Self {
        let slots = land.slots.len();
        let cells = (land.homes.len() + 1) * slots;
        Self {
            slots,
            flows: Snapshot::ALL.map(|_| Dense::new(cells)),
            stayed: Dense::new(slots),
            left: Dense::new(slots),
            arrived: Dense::new(slots),
        }
    }

    /// Counts a student in a snapshot.
    pub fn flow(&self, snapshot: Snapshot, home: u32, slot: u32) {
        self.flows[snapshot as usize].add(home as usize * self.slots + slot as usize);
    }

    /// Counts a student by known offer in both snapshots; returns the pair of offers if they differ.
    pub fn link(&self, from: Option<u32>, to: Option<u32>) -> Option<(u32, u32)> {
        match (from, to) {
            (Some(from), Some(to)) if from == to => self.stayed.add(to as usize),
            (Some(from), Some(to)) => return Some((from, to)),
            (Some(from), None) => self.left.add(from as usize),
            (None, Some(to)) => self.arrived.add(to as usize),
            (None, None) => {}
        }
        None
    }

    /// All counts.
    pub fn counts(&self, moves: BTreeMap<(u32, u32), u32>) -> TruthCounts {
        let slots = self.slots as u32;
        let flows = |dense: &Dense| dense.counts().into_iter().map(|(at, n)| (at / slots, at % slots, n)).collect();
        TruthCounts {
            flows: [flows(&self.flows[0]), flows(&self.flows[1]), flows(&self.flows[2])],
            stayed: self.stayed.counts(),
            left: self.left.counts(),
            arrived: self.arrived.counts(),
            moves,
        }
    }
}
