//! Transitions from admission to enrolment: the unknowns of the ledger's problem.

use std::collections::BTreeMap;

use crate::link::{Link, Offer};
use crate::model::{Population, ProgrammeId, UnitId};
use crate::tables::margins::{Facts, LedgerItem};

/// What happened between admission and October, seen from one offer (unit and programme).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transition {
    /// Same unit and programme in both.
    Same,
    /// Admitted here, enrolled on another programme of the unit. The flag: on a national programme.
    WithinTo(bool),
    /// Admitted here, enrolled at another unit. The flags: on a national programme; at a unit that raised its seats.
    Away(bool, bool),
    /// Admitted here, enrolled nowhere known.
    Left,
    /// Enrolled here, admitted to another programme of the unit. The flag: to a national programme.
    WithinFrom(bool),
    /// Enrolled here, admitted to another unit. The flag: to a national programme.
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

    /// Whether an item includes the transition, for an offer of the population. Conditions on the unit are not
    /// checked.
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

/// Students by unit, programme and transition.
pub type TransitionCounts = BTreeMap<(UnitId, ProgrammeId, Transition), u64>;

/// Counts the transitions of all pairs of a link.
pub fn counts(link: &Link, facts: &Facts) -> TransitionCounts {
    let mut out = TransitionCounts::new();
    let national = |place: &Offer| facts.is_national(place.programme);
    let mut add = |place: &Offer, transition, students| {
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
