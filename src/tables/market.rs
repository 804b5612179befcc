//! The market of a year: who attends what in year group 1, with seats, as diversion and what-if need it.
//!
//! The snapshot is 15 October, or the admission if the year has no October. Students are grouped by four layers: home and
//! programme, home and group of programmes, programme, group. Students with an unknown home have no cell in the layers by
//! home. An internal release builds markets from flows, a public one from estimates (`tables::estimate`), so that what is
//! computed from a public market follows from published numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;

use super::attendance::{Attendance, Census, Site, offers_with_seats};
use super::estimate::Estimates;
use super::inputs::seats;
use super::row::sort_by_key;
use super::scope::RunIndex;
use super::whatif::MarketRow;
use crate::diversion::{Choosers, Displaced, Diversion, Layers};
use crate::model::{
    Cell, MunicipalityId, ProgrammeId, ProgrammeKind, Registers, Snapshot, Text, UNKNOWN, UnitId, Year,
};

/// Number of layers.
pub const LAYERS: usize = 4;

/// The words of the layers in tables.
pub static LAYER_NAMES: [&str; LAYERS] = ["home_programme", "home_group", "programme", "group"];

/// The word for students whom no layer helps.
pub const NO_ALTERNATIVE: &str = "no_alternative";

/// An offer: a programme at a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketOffer {
    /// The unit.
    pub unit: UnitId,
    /// The programme.
    pub programme: ProgrammeId,
    /// Its seats at the time of the snapshot; `None` if they are unknown.
    pub seats: Option<u64>,
    /// Its students, times the scale of the market.
    pub students: u64,
}

/// The market of a year.
#[derive(Debug, Clone)]
pub struct Market {
    /// Autumn of this year.
    pub year: Year,
    /// October, or the admission.
    pub snapshot: Snapshot,
    /// What one student counts.
    pub scale: u64,
    /// Offers with students or seats, sorted; their positions are the choices of the layers.
    pub offers: Vec<MarketOffer>,
    /// The students in their cells.
    pub layers: Layers<LAYERS>,
}

/// Markets by year.
pub type Markets = BTreeMap<Year, Market>;

/// Students of a home (`None`: unknown, or one of many) at an offer.
type Attendee = (Option<MunicipalityId>, UnitId, ProgrammeId, u64);

impl Market {
    /// The market of these students.
    fn new(index: &RunIndex<'_>, (snapshot, year): Census, scale: u64, attendees: &[Attendee]) -> Self {
        let registers = index.inputs.registers;
        let all_seats = seats(index.inputs);
        let side = usize::from(snapshot != Snapshot::Admission);
        let without = offers_with_seats(index.inputs, year).into_iter().map(|(unit, programme)| (unit, programme, 0));
        let with = attendees.iter().map(|(_, unit, programme, students)| (*unit, *programme, *students));
        let mut students: Vec<(UnitId, ProgrammeId, u64)> = without.chain(with).collect();
        students.sort_unstable();
        let offer = |of_offer: &[(UnitId, ProgrammeId, u64)]| {
            let (unit, programme, _) = of_offer[0];
            let seats = all_seats.get(&(year, unit, Some(programme))).and_then(|sides| sides[side]);
            MarketOffer { unit, programme, seats, students: of_offer.iter().map(|(.., students)| students).sum() }
        };
        let offers: Vec<MarketOffer> =
            students.chunk_by(|(unit, one, _), (same, other, _)| (unit, one) == (same, other)).map(offer).collect();
        let choice = |unit, programme| {
            offers.binary_search_by_key(&(unit, programme), |offer| (offer.unit, offer.programme)).unwrap_or(0) as u32
        };
        let mut counts: Vec<(Option<MunicipalityId>, u32, u64)> = attendees
            .iter()
            .map(|(home, unit, programme, students)| (*home, choice(*unit, *programme), *students))
            .collect();
        counts.sort_unstable();
        let chooser = |of_choice: &[(Option<MunicipalityId>, u32, u64)]| {
            let (home, choice, _) = of_choice[0];
            let students = of_choice.iter().map(|(.., students)| students).sum();
            let programme = offers[choice as usize].programme;
            let home = home.map(|home| (u64::from(u32::from(home)) + 1) << 32);
            let (one, group) = (u64::from(u32::from(programme)), registers.programme_kind(programme).map(group));
            let keys =
                [home.map(|home| home | one), home.zip(group).map(|(home, group)| home | group), Some(one), group];
            Choosers { keys, choice, students }
        };
        let of_choices = counts.chunk_by(|(home, one, _), (same, other, _)| (home, one) == (same, other));
        let choosers = of_choices.map(chooser).filter(|choosers| choosers.students > 0).collect();
        let layers = Layers::new(choosers, scale);
        Self { year, snapshot, scale, offers, layers }
    }

    /// The market of a census as it was read.
    pub(super) fn whole(index: &RunIndex<'_>, census: Census) -> Self {
        let unknown = index.inputs.registers.municipality_codes().unknown();
        let units = &index.units[&census.1];
        let known = index.inputs.flows.of(census.0, census.1).iter().map(|flow| (flow.key, flow.students));
        let known = known.filter(|(key, _)| units[u32::from(key.unit) as usize].is_some());
        let attendees: Vec<Attendee> = known
            .map(|(key, students)| ((key.home != unknown).then_some(key.home), key.unit, key.programme, students))
            .collect();
        Self::new(index, census, 1, &attendees)
    }

    /// The market of an estimate: the students of units whose total is published, which they sum to.
    pub(super) fn estimated(index: &RunIndex<'_>, census: Census, estimate: &Attendance) -> Self {
        let of_homes = estimate.attending.iter().filter_map(|at| match at.site {
            Site::Unit(unit) => Some((Some(index.homes[at.home]), unit, at.programme, at.students)),
            Site::SomeOwn | Site::SomeOther => None,
        });
        let others = estimate.others.iter().map(|(unit, programme, students)| (None, *unit, *programme, *students));
        let total = |unit: UnitId| estimate.of_units[u32::from(unit) as usize];
        let mut attendees: Vec<Attendee> = of_homes.chain(others).filter(|(_, unit, ..)| total(*unit) > 0).collect();
        let mut sums: BTreeMap<UnitId, u64> = BTreeMap::new();
        for (_, unit, _, students) in &attendees {
            *sums.entry(*unit).or_default() += students;
        }
        for (_, unit, _, students) in &mut attendees {
            let (total, sum) = (u128::from(total(*unit)), u128::from(sums[unit].max(1)));
            *students = (u128::from(*students) * total / sum) as u64;
        }
        Self::new(index, census, estimate.scale, &attendees)
    }

    /// The home of the students at this position of [`Layers::choosers`]; `None` if it is unknown or one of many.
    #[must_use]
    pub fn home(&self, chooser: usize) -> Option<MunicipalityId> {
        let key = self.layers.choosers()[chooser].keys[0]?;
        Some(MunicipalityId::from(((key >> 32) - 1) as u32))
    }

    /// Its students as rows, sorted by home, unit and programme.
    #[must_use]
    pub fn rows(&self, registers: &Registers) -> Vec<MarketRow> {
        let row = |(at, choosers): (usize, &Choosers<LAYERS>)| {
            let offer = self.offers[choosers.choice as usize];
            let home = self.home(at).map(|home| registers.municipality_codes().text(home).clone());
            MarketRow {
                home: home.unwrap_or_else(|| Text::word(&UNKNOWN)),
                unit: registers.unit_codes().text(offer.unit).clone(),
                programme: registers.programme_codes().text(offer.programme).clone(),
                students: Cell::Value(choosers.students),
            }
        };
        let mut rows: Vec<MarketRow> = self.layers.choosers().iter().enumerate().map(row).collect();
        sort_by_key(&mut rows);
        rows
    }

    /// A number of students, rounded.
    #[must_use]
    pub const fn whole_students(&self, students: u64) -> u64 {
        (students + self.scale / 2) / self.scale
    }

    /// Free seats of an offer: its seats less its students, at least 0; `None` if its seats are unknown.
    #[must_use]
    pub fn free_seats(&self, offer: u32) -> Option<u64> {
        let MarketOffer { seats, students, .. } = self.offers[offer as usize];
        seats.map(|seats| seats.saturating_sub(self.whole_students(students)))
    }

    /// Positions of the offers of a unit.
    #[must_use]
    pub fn offers_of(&self, unit: UnitId) -> Range<u32> {
        let start = self.offers.partition_point(|offer| offer.unit < unit);
        let end = self.offers.partition_point(|offer| offer.unit <= unit);
        start as u32..end as u32
    }

    /// The position of an offer.
    #[must_use]
    pub fn find(&self, unit: UnitId, programme: ProgrammeId) -> Option<u32> {
        let key = |offer: &MarketOffer| (offer.unit, offer.programme);
        self.offers.binary_search_by_key(&(unit, programme), key).ok().map(|at| at as u32)
    }

    /// Units with offers, sorted.
    #[must_use]
    pub fn units(&self) -> BTreeSet<UnitId> {
        self.offers.iter().map(|offer| offer.unit).collect()
    }

    /// The students of these offers if they disappear together, and where they would go if there were room for all.
    #[must_use]
    pub fn diversion(&self, of: &[u32], is_removed: impl Fn(u32) -> bool) -> (Displaced, Diversion<LAYERS>) {
        let displaced = self.layers.displaced(of, is_removed);
        let diversion = Diversion::new(&self.layers, &displaced, self.scale);
        (displaced, diversion)
    }
}

/// The number of a group as a key; no programme has this number.
const fn group(kind: ProgrammeKind) -> u64 {
    u32::MAX as u64 - kind as u64
}

/// The census of a year's market.
pub fn census(index: &RunIndex<'_>, year: Year) -> Census {
    (index.inputs.flows.main_snapshot(year), year)
}

fn years(index: &RunIndex<'_>) -> BTreeSet<Year> {
    index.inputs.flows.censuses().iter().map(|(_, year)| *year).collect()
}

/// The markets of an internal release.
#[must_use]
pub fn whole(index: &RunIndex<'_>) -> Markets {
    let market = |year: Year| (year, Market::whole(index, census(index, year)));
    years(index).into_par_iter().map(market).collect()
}

/// The markets of a public release; none if it does not have rounded numbers.
#[must_use]
pub fn published(index: &RunIndex<'_>, estimates: &Estimates) -> Markets {
    let market = |year: Year| {
        let census = census(index, year);
        Some((year, Market::estimated(index, census, estimates.get(&census)?)))
    };
    years(index).into_iter().filter_map(market).collect()
}
