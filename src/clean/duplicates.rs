//! The same student twice in one snapshot: one row stays by a stated order, whatever the order of the rows.
//!
//! The latest round stays; then the smallest unit (a known one before `?`), then the smallest programme, then the
//! smallest home and year group. Rows that agree in all of that are told apart by their source, and by what is remarkable
//! about them: the one of which there is least to say stays, so that the order of lines changes no count.
//!
//! An id with three homes or more in one snapshot is no id: a word for protected identities, a number that every school counts
//! anew. Its rows are as many students, who cannot be linked.

use std::cmp::Reverse;

use crate::model::{CodeList, Reason, Registers, Round, Year};
use crate::store::{Entry, Packed, Packing, Source, key_of, line_of, packed_of};

/// A row that the link gives another reason: one that does not count, for its student is there already, or one whose id is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeated {
    /// The row, with its source.
    pub row: Packed,
    /// Its line.
    pub line: u64,
    /// The reason.
    pub reason: Reason,
}

/// So many homes of one id in one snapshot show that it is none. A student who moves has two.
pub const MANY_HOMES: usize = 3;

/// What the order of a student's rows depends on.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// How rows are packed.
    pub packing: &'a Packing,
    /// The sources.
    pub sources: &'a [Source],
    /// The registers: what is known goes first.
    pub registers: &'a Registers,
}

type Preference = (Reverse<Round>, [(bool, u32); 3], Option<u8>, usize, Reverse<Reason>, u64);

impl Order<'_> {
    /// The census that a row belongs to: its year, and whether it is of 15 October.
    #[must_use]
    pub fn census(&self, row: Packed) -> (Year, bool) {
        (self.packing.year(row), !self.sources[self.packing.source(row)].is_admission())
    }

    /// Puts the rows of one student in order, by census, and takes out those that do not count.
    pub fn settle(&self, rows: &mut Vec<Entry>, repeated: &mut Vec<Repeated>) {
        rows.sort_by_cached_key(|entry| (self.census(packed_of(entry)), self.preference(entry)));
        let mut kept: Option<Packed> = None;
        rows.retain(|entry| {
            let row = packed_of(entry);
            match kept.filter(|kept| self.census(*kept) == self.census(row)) {
                Some(kept) => {
                    repeated.push(Repeated { row, line: line_of(entry), reason: self.why_not(row, kept) });
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

    /// Whether the rows of one id in one year are those of several students: in one of its snapshots it has too many homes, of
    /// those that are known.
    #[must_use]
    pub fn is_shared(&self, rows: &[Entry]) -> bool {
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

    /// A row of a shared id, with the reason that it gets: its own, if that says more.
    #[must_use]
    pub fn shared(&self, entry: &Entry) -> Repeated {
        let row = packed_of(entry);
        let reason = self.packing.reason(row).min(Reason::SharedStudent);
        Repeated { row, line: line_of(entry), reason }
    }

    fn round(&self, row: Packed) -> Round {
        self.sources[self.packing.source(row)].round
    }

    /// Smaller stays.
    fn preference(&self, entry: &Entry) -> Preference {
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

    fn why_not(&self, row: Packed, kept: Packed) -> Reason {
        let place = |r: Packed| (self.packing.place(r), self.packing.year_group(r));
        if self.round(row) < self.round(kept) {
            Reason::EarlierRound
        } else if place(row) == place(kept) {
            Reason::Duplicate
        } else {
            Reason::SecondPlace
        }
    }
}

fn rank<Id: From<u32> + Into<u32> + Copy>(codes: &CodeList<Id>, id: Id) -> (bool, u32) {
    (!codes.is_known(id), id.into())
}
