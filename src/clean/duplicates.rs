//! The same student twice in one snapshot: one row is kept by a fixed order, independent of the order of the rows.
//!
//! The row of the latest round is kept; then that of the smallest unit (a known one before `?`), then the smallest
//! programme, then the smallest home and year group. Rows that agree in all of these are ordered by source and
//! reason: the row with the least remarkable reason is kept, so that the order of lines changes no count.
//!
//! An id with three homes or more in one snapshot does not identify a student: it is a word for protected identities,
//! or a number that every school assigns from 1. Its rows count as one student each and cannot be linked.

use std::cmp::Reverse;

use crate::model::{CodeList, Reason, Registers, Round, Year};
use crate::store::{Packed, Packing, SourceKind, StudentEntry, key_of, line_of, packed_of};

/// A row that gets another reason from the link: a repeated row, which does not count, or a row whose id several
/// students share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeated {
    /// The packed row, including its source.
    pub row: Packed,
    /// Its line.
    pub line: u64,
    /// The reason.
    pub reason: Reason,
}

/// Number of homes in one snapshot from which an id counts as shared. A student who moves has two.
pub const MANY_HOMES: usize = 3;

/// The context of the order of a student's rows.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// How rows are packed.
    pub packing: &'a Packing,
    /// The sources.
    pub sources: &'a [SourceKind],
    /// The registers: known codes come before unknown ones.
    pub registers: &'a Registers,
}

type Preference = (Reverse<Round>, [(bool, u32); 3], Option<u8>, usize, Reverse<Reason>, u64);

impl Order<'_> {
    /// The census of a row: its year, and whether it is of 15 October.
    #[must_use]
    pub fn census(&self, row: Packed) -> (Year, bool) {
        (self.packing.year(row), !self.sources[self.packing.source(row)].is_admission())
    }

    /// Sorts the rows of one student by census and moves the rows that do not count to `repeated`.
    pub fn separate_repeated(&self, rows: &mut Vec<StudentEntry>, repeated: &mut Vec<Repeated>) {
        rows.sort_by_cached_key(|entry| (self.census(packed_of(entry)), self.preference(entry)));
        let mut kept: Option<Packed> = None;
        rows.retain(|entry| {
            let row = packed_of(entry);
            match kept.filter(|kept| self.census(*kept) == self.census(row)) {
                Some(kept) => {
                    repeated.push(Repeated { row, line: line_of(entry), reason: self.repeat_reason(row, kept) });
                    false
                }
                None => {
                    kept = Some(row);
                    true
                }
            }
        });
        debug_assert!(rows.windows(2).all(|two| key_of(&two[0]) == key_of(&two[1])), "rows of one student");
    }

    /// Whether the rows of one id in one year belong to several students: in one of its snapshots it has
    /// [`MANY_HOMES`] known homes or more.
    #[must_use]
    pub fn is_shared(&self, rows: &[StudentEntry]) -> bool {
        let codes = self.registers.municipality_codes();
        let rows = rows.iter().map(packed_of);
        let mut homes: Vec<(bool, u32)> = rows
            .filter(|row| codes.is_known(self.packing.home(*row)))
            .map(|row| (self.census(row).1, self.packing.home(row).into()))
            .collect();
        homes.sort_unstable();
        homes.dedup();
        [false, true]
            .iter()
            .any(|side| homes.iter().filter(|(is_october, _)| is_october == side).count() >= MANY_HOMES)
    }

    /// A row of a shared id with its new reason: [`Reason::SharedStudent`], or its own reason if that comes first in
    /// the order of reasons.
    #[must_use]
    pub fn shared(&self, entry: &StudentEntry) -> Repeated {
        let row = packed_of(entry);
        let reason = self.packing.reason(row).min(Reason::SharedStudent);
        Repeated { row, line: line_of(entry), reason }
    }

    fn round(&self, row: Packed) -> Round {
        self.sources[self.packing.source(row)].round
    }

    /// The sort key of a row; the row with the smallest key is kept.
    fn preference(&self, entry: &StudentEntry) -> Preference {
        let (row, codes) = (packed_of(entry), self.registers);
        (
            Reverse(self.round(row)),
            [
                rank(codes.unit_codes(), self.packing.unit(row)),
                rank(codes.programme_codes(), self.packing.programme(row)),
                rank(codes.municipality_codes(), self.packing.home(row)),
            ],
            self.packing.year_group(row),
            self.packing.source(row),
            Reverse(self.packing.reason(row)),
            line_of(entry),
        )
    }

    fn repeat_reason(&self, row: Packed, kept: Packed) -> Reason {
        let offer = |r: Packed| (self.packing.offer(r), self.packing.year_group(r));
        if self.round(row) < self.round(kept) {
            Reason::EarlierRound
        } else if offer(row) == offer(kept) {
            Reason::Duplicate
        } else {
            Reason::SecondPlace
        }
    }
}

fn rank<Id: From<u32> + Into<u32> + Copy>(codes: &CodeList<Id>, id: Id) -> (bool, u32) {
    (!codes.is_known(id), id.into())
}
