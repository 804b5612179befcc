//! What becomes of the admitted and where the enrolled come from: the unknowns of the ledger's problem.

use std::collections::BTreeMap;

use crate::link::{Link, Place};
use crate::model::{Population, ProgrammeId, UnitId};
use crate::tables::margins::{Facts, LedgerItem};

/// What happened between the two times, seen from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transition {
    /// Same unit and programme at both times.
    Same,
    /// Admitted here, enrolled on another programme of the unit; national or not.
    WithinTo(bool),
    /// Admitted here, enrolled at another unit; national or not; one with raised seats or not.
    Away(bool, bool),
    /// Admitted here, enrolled nowhere known.
    Left,
    /// Enrolled here, admitted to another programme of the unit.
    WithinFrom(bool),
    /// Enrolled here, admitted to another unit.
    Come(bool),
    /// Enrolled here, admitted nowhere known.
    Arrived,
}

impl Transition {
    pub const ALL: [Self; 13] = [
        Self::Same,
        Self::WithinTo(false),
        Self::WithinTo(true),
        Self::Away(false, false),
        Self::Away(false, true),
        Self::Away(true, false),
        Self::Away(true, true),
        Self::Left,
        Self::WithinFrom(false),
        Self::WithinFrom(true),
        Self::Come(false),
        Self::Come(true),
        Self::Arrived,
    ];

    pub const fn is_admitted(self) -> bool {
        matches!(self, Self::Same | Self::WithinTo(_) | Self::Away(..) | Self::Left)
    }

    pub const fn is_enrolled(self) -> bool {
        matches!(self, Self::Same | Self::WithinFrom(_) | Self::Come(_) | Self::Arrived)
    }

    /// Whether it counts in a number, for a place of the population; whether the unit counts in it is not asked.
    pub fn counts(self, item: LedgerItem, population: Population) -> bool {
        let all = matches!(population, Population::All);
        let takes = |national: bool| all || national;
        match item {
            LedgerItem::Stayed => match self {
                Self::Same => true,
                Self::WithinTo(national) => takes(national),
                _ => false,
            },
            LedgerItem::MovedOut => matches!(self, Self::Away(national, _) if takes(national)),
            LedgerItem::Left => match self {
                Self::Left => true,
                Self::Away(national, _) | Self::WithinTo(national) => !takes(national),
                _ => false,
            },
            LedgerItem::MovedIn => matches!(self, Self::Come(national) if takes(national)),
            LedgerItem::Arrived => match self {
                Self::Arrived => true,
                Self::Come(national) | Self::WithinFrom(national) => !takes(national),
                _ => false,
            },
            LedgerItem::ToRaised(_) => matches!(self, Self::Away(national, true) if takes(national)),
            LedgerItem::ArrivedAtRaised => self.counts(LedgerItem::Arrived, population),
            LedgerItem::Out => {
                self.counts(LedgerItem::MovedOut, population) || self.counts(LedgerItem::Left, population)
            }
            LedgerItem::In => {
                self.counts(LedgerItem::MovedIn, population) || self.counts(LedgerItem::Arrived, population)
            }
        }
    }
}

/// Students by unit, programme and fate.
pub type TransitionCounts = BTreeMap<(UnitId, ProgrammeId, Transition), u64>;

/// The counts of all fates from pairs of places.
pub fn counts(link: &Link, facts: &Facts) -> TransitionCounts {
    let mut out = TransitionCounts::new();
    let national = |place: &Place| facts.is_national(place.programme);
    let mut add = |place: &Place, transition, students| {
        *out.entry((place.unit, place.programme, transition)).or_insert(0) += students
    };
    for (from, to, students) in link.pairs() {
        match (&from, &to) {
            (Some(from), Some(to)) if from == to => add(from, Transition::Same, students),
            (Some(from), Some(to)) if from.unit == to.unit => {
                add(from, Transition::WithinTo(national(to)), students);
                add(to, Transition::WithinFrom(national(from)), students);
            }
            (Some(from), Some(to)) => {
                add(from, Transition::Away(national(to), facts.is_raised(to.unit)), students);
                add(to, Transition::Come(national(from)), students);
            }
            (Some(from), None) => add(from, Transition::Left, students),
            (None, Some(to)) => add(to, Transition::Arrived, students),
            (None, None) => {}
        }
    }
    out
}
