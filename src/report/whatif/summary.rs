//! What becomes of displaced students, by home and kind of provider.

use std::collections::BTreeMap;

use super::{Measure, Moved, Place, Scenario};
use crate::model::{MunicipalityId, ProviderKind, Registers};
use crate::tables::margins::SharePart;
use crate::tables::market::Market;

/// What becomes of a displaced student.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// A unit of the home municipality.
    Own,
    /// A unit of another municipality.
    OtherMunicipality,
    /// An independent unit.
    Independent,
    /// A unit of a region, the state or a federation.
    RegionState,
    /// No room at any alternative.
    NoRoom,
    /// No alternative.
    NoAlternative,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Own, Self::OtherMunicipality, Self::Independent, Self::RegionState, Self::NoRoom, Self::NoAlternative];

    /// Its word in tables and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own_provider",
            Self::OtherMunicipality => "other_municipality",
            Self::Independent => "independent",
            Self::RegionState => "region_state",
            Self::NoRoom => "no_room",
            Self::NoAlternative => "no_alternative",
        }
    }

    /// Whether the student has a place.
    #[must_use]
    pub const fn is_placed(self) -> bool {
        !matches!(self, Self::NoRoom | Self::NoAlternative)
    }
}

/// Displaced students of a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HomeFates {
    /// The home; `None`: unknown, or outside the region in a public release.
    pub home: Option<MunicipalityId>,
    /// Students by fate, in the order of [`Fate::ALL`].
    pub students: [u64; 6],
}

impl HomeFates {
    /// All displaced students of the home.
    #[must_use]
    pub fn displaced(&self) -> u64 {
        self.students.iter().sum()
    }
}

/// The fates of students who change place, by home; those with most students first, ties by code.
#[must_use]
pub fn fates(market: &Market, registers: &Registers, scenario: &Scenario, moved: &[Moved]) -> Vec<HomeFates> {
    let mut homes: BTreeMap<Option<MunicipalityId>, HomeFates> = BTreeMap::new();
    for moved in moved {
        let sums = homes.entry(moved.home).or_insert(HomeFates { home: moved.home, ..HomeFates::default() });
        sums.students[fate(market, registers, scenario, moved) as usize] += moved.students;
    }
    let mut out: Vec<HomeFates> = homes.into_values().collect();
    out.sort_by_key(|fates| (std::cmp::Reverse(fates.displaced()), fates.home.is_none(), fates.home));
    out
}

fn fate(market: &Market, registers: &Registers, scenario: &Scenario, moved: &Moved) -> Fate {
    let home = moved.home.map(|home| registers.municipality_codes().text(home));
    let unit = |offer: u32| registers.unit(market.offers[offer as usize].unit);
    let part = |offer: u32, at: Option<&str>| {
        let Some(unit) = unit(offer) else { return Fate::RegionState };
        let is_own = unit.provider.kind == ProviderKind::Municipal;
        let runner = at.unwrap_or(&unit.provider.code);
        let is_own = is_own && home.is_some_and(|home| **home == *runner);
        match SharePart::of(unit.provider.kind, is_own, false) {
            SharePart::Own => Fate::Own,
            SharePart::OtherMunicipality => Fate::OtherMunicipality,
            SharePart::IndependentHome | SharePart::IndependentElsewhere => Fate::Independent,
            SharePart::RegionState => Fate::RegionState,
        }
    };
    match moved.to {
        Place::Offer(offer) => part(offer, None),
        Place::New(at) => match &scenario.measures[at] {
            Measure::Open(offer) => part(offer.like, Some(&offer.place)),
            Measure::Close(_) | Measure::Seats(..) => Fate::NoRoom,
        },
        Place::NoRoom => Fate::NoRoom,
        Place::NoAlternative => Fate::NoAlternative,
    }
}
