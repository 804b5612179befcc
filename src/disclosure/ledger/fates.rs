//! What becomes of the admitted and where the enrolled come from: the unknowns of the ledger's problem.

use std::collections::BTreeMap;

use crate::link::{Link, Offer};
use crate::model::{Population, ProgrammeId, UnitId};
use crate::tables::margins::{Facts, Item};

/// What happened between the two times, seen from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
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

impl Fate {
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
    pub fn counts(self, item: Item, population: Population) -> bool {
        let all = matches!(population, Population::All);
        let takes = |national: bool| all || national;
        match item {
            Item::Stayed => match self {
                Self::Same => true,
                Self::WithinTo(national) => takes(national),
                _ => false,
            },
            Item::MovedOut => matches!(self, Self::Away(national, _) if takes(national)),
            Item::Left => match self {
                Self::Left => true,
                Self::Away(national, _) | Self::WithinTo(national) => !takes(national),
                _ => false,
            },
            Item::MovedIn => matches!(self, Self::Come(national) if takes(national)),
            Item::Arrived => match self {
                Self::Arrived => true,
                Self::Come(national) | Self::WithinFrom(national) => !takes(national),
                _ => false,
            },
            Item::ToRaised(_) => matches!(self, Self::Away(national, true) if takes(national)),
            Item::ArrivedAtRaised => self.counts(Item::Arrived, population),
            Item::Out => self.counts(Item::MovedOut, population) || self.counts(Item::Left, population),
            Item::In => self.counts(Item::MovedIn, population) || self.counts(Item::Arrived, population),
        }
    }
}

/// Students by unit, programme and fate.
pub type Cells = BTreeMap<(UnitId, ProgrammeId, Fate), u64>;

/// The counts of all fates from pairs of places.
pub fn cells(link: &Link, facts: &Facts) -> Cells {
    let mut out = Cells::new();
    let national = |place: &Offer| facts.is_national(place.programme);
    let mut add =
        |place: &Offer, fate, students| *out.entry((place.unit, place.programme, fate)).or_insert(0) += students;
    for (from, to, students) in link.pairs() {
        match (&from, &to) {
            (Some(from), Some(to)) if from == to => add(from, Fate::Same, students),
            (Some(from), Some(to)) if from.unit == to.unit => {
                add(from, Fate::WithinTo(national(to)), students);
                add(to, Fate::WithinFrom(national(from)), students);
            }
            (Some(from), Some(to)) => {
                add(from, Fate::Away(national(to), facts.is_raised(to.unit)), students);
                add(to, Fate::Come(national(from)), students);
            }
            (Some(from), None) => add(from, Fate::Left, students),
            (None, Some(to)) => add(to, Fate::Arrived, students),
            (None, None) => {}
        }
    }
    out
}
