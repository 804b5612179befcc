//! The choices of a home's students: shares of offers, from distance, size, programme and provider, as tables to draw
//! from.

use super::chance::{Alias, Chance};
use super::programmes::{self, PROGRAMMES, ProgrammeIndex};
use super::world::{HomeMunicipality, InventedUnit, Land, Slot};
use crate::model::{Point, ProviderKind, Year};

/// Maximum number of units considered for a home and a programme, besides its own.
const REACH: usize = 24;
/// Distance in kilometres at which the attraction of a unit has fallen to a quarter.
const NEAR_KM: f64 = 12.0;
/// The share of a home's introduction students that its own units take.
const OWN_INTRODUCTION: f64 = 0.85;
/// The maximum share that a home's own units take among the students who could choose them.
const MOST_OWN: f64 = 0.97;
/// One unit in this many raises its seats after an admission.
const RAISED: usize = 8;

/// The programmes among which a choice is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    National,
    Introduction,
}

/// The choices of the students who start in one autumn.
#[derive(Debug)]
pub struct Choices {
    /// Per home: offers of national programmes.
    pub national: Vec<Alias>,
    /// Per home: offers of introduction programmes.
    pub introduction: Vec<Alias>,
    /// Per unit: its offers of national programmes.
    pub of_unit: Vec<Vec<u32>>,
    /// Units that raise their seats after the admission, sorted.
    pub raised: Vec<u32>,
    /// Per slot: the share of all national students, and of all introduction students, that choose it.
    pub parts: Vec<[f64; 2]>,
}

/// The shares of a home's choices by slot; they sum to 1.
type Shares = Vec<(u32, f64)>;

impl Choices {
    /// The choices of this autumn's students.
    pub fn of(land: &Land, seed: u64, cohort: Year) -> Self {
        let raised = raised_units(land, seed, cohort);
        let total: u64 = land.homes.iter().map(|h| h.weight).sum();
        let mut out = Self {
            national: Vec::with_capacity(land.homes.len()),
            introduction: Vec::with_capacity(land.homes.len()),
            of_unit: of_unit(land, cohort),
            parts: vec![[0.0; 2]; land.slots.len()],
            raised: Vec::new(),
        };
        let offers = OpenUnits::of(land, cohort);
        for home in &land.homes {
            let part = home.weight as f64 / total as f64;
            let national = offers.shares(home, Among::National);
            let introduction = offers.shares(home, Among::Introduction);
            for (among, shares) in [&national, &introduction].into_iter().enumerate() {
                shares.iter().for_each(|(slot, share)| out.parts[*slot as usize][among] += part * share);
            }
            out.national.push(alias(&national));
            out.introduction.push(alias(&introduction));
        }
        out.raised = raised;
        out
    }
}

fn alias(shares: &Shares) -> Alias {
    let weights: Vec<(u32, u64)> = shares.iter().map(|(slot, share)| (*slot, (share * 1e12) as u64)).collect();
    Alias::new(&weights)
}

fn of_unit(land: &Land, cohort: Year) -> Vec<Vec<u32>> {
    let coded = |number: u32, unit: &InventedUnit| {
        let mut out: Vec<u32> = unit
            .offers
            .iter()
            .filter(|p| programmes::is_national(**p))
            .filter_map(|p| land.find_slot(Slot { unit: number, programme: called(*p, cohort) }))
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    };
    (0..).zip(&land.units).map(|(number, unit)| coded(number, unit)).collect()
}

/// The code of a programme in that autumn's admission.
fn called(chosen: ProgrammeIndex, cohort: Year) -> ProgrammeIndex {
    programmes::find(programmes::as_called(PROGRAMMES[chosen as usize].code, cohort)).unwrap_or(chosen)
}

/// A few units of the region: those with the smallest draws of the year.
fn raised_units(land: &Land, seed: u64, cohort: Year) -> Vec<u32> {
    let chance = Chance::of(&[seed, u64::from(cohort), 0x5EA7]);
    let mut draws: Vec<(u64, u32)> = (0..)
        .zip(&land.units)
        .filter(|(number, u)| {
            u.is_open(cohort) && land.is_in_region(*number) && u.offers.iter().any(|p| programmes::is_national(*p))
        })
        .map(|(number, _)| (chance.draw(u64::from(number)), number))
        .collect();
    draws.sort_unstable();
    let mut out: Vec<u32> = draws.iter().take(land.units.len() / RAISED).map(|(_, number)| *number).collect();
    out.sort_unstable();
    out
}

/// Open units by programme.
struct OpenUnits<'a> {
    by_programme: Vec<Vec<UnitOffer<'a>>>,
}

struct UnitOffer<'a> {
    unit: &'a InventedUnit,
    slot: u32,
    is_in_region: bool,
}

impl<'a> OpenUnits<'a> {
    fn of(land: &'a Land, cohort: Year) -> Self {
        let mut by_programme: Vec<Vec<UnitOffer<'_>>> = PROGRAMMES.iter().map(|_| Vec::new()).collect();
        for (number, unit) in (0..).zip(&land.units).filter(|(_, u)| u.is_open(cohort)) {
            let is_in_region = land.is_in_region(number);
            for chosen in &unit.offers {
                if let Some(slot) = land.find_slot(Slot { unit: number, programme: called(*chosen, cohort) }) {
                    by_programme[*chosen as usize].push(UnitOffer { unit, slot, is_in_region });
                }
            }
        }
        Self { by_programme }
    }

    /// The shares of a home's offers. Residents of the region can choose all offers, other homes only those in the
    /// region, because the extracts contain no others.
    fn shares(&self, home: &HomeMunicipality, among: Among) -> Shares {
        let belongs = |p: ProgrammeIndex| match among {
            Among::National => programmes::is_national(p),
            Among::Introduction => programmes::is_introduction(p),
        };
        let offered: Vec<(f64, Vec<&UnitOffer<'_>>)> = (0..)
            .zip(&self.by_programme)
            .filter(|(p, _)| belongs(*p))
            .map(|(p, offers)| {
                let takes = |o: &&UnitOffer<'_>| home.is_region || o.is_in_region;
                (PROGRAMMES[p as usize].weight as f64, offers.iter().filter(takes).collect::<Vec<_>>())
            })
            .filter(|(weight, offers)| *weight > 0.0 && !offers.is_empty())
            .collect();
        let total: f64 = offered.iter().map(|(weight, _)| weight).sum();
        let is_own = |o: &UnitOffer<'_>| o.unit.kind == ProviderKind::Municipal && o.unit.provider == home.code;
        let has_own = |offers: &[&UnitOffer<'_>]| offers.iter().any(|o| is_own(o));
        let covered: f64 = offered.iter().filter(|(_, o)| has_own(o)).map(|(weight, _)| weight / total).sum();
        let own_part = match (among, home.cross_provider) {
            (Among::Introduction, _) => OWN_INTRODUCTION,
            (Among::National, Some(cross)) if covered > 0.0 => ((1.0 - cross) / covered).min(MOST_OWN),
            (Among::National, _) => 0.5,
        };
        let mut out: Shares = Vec::new();
        for (weight, offers) in &offered {
            let (own, others): (Vec<&UnitOffer<'_>>, Vec<&UnitOffer<'_>>) = offers.iter().partition(|o| is_own(o));
            let own_part = match (own.is_empty(), others.is_empty()) {
                (true, _) => 0.0,
                (_, true) => 1.0,
                _ => own_part,
            };
            for (offers, part) in [(own, own_part), (others, 1.0 - own_part)] {
                spread(home, offers, part * weight / total, &mut out);
            }
        }
        out
    }
}

/// Distributes a share over the units with the largest attraction.
fn spread(home: &HomeMunicipality, offers: Vec<&UnitOffer<'_>>, part: f64, out: &mut Shares) {
    let mut pulls: Vec<(f64, u32)> = offers.into_iter().map(|o| (pull(home.point, o.unit), o.slot)).collect();
    pulls.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    pulls.truncate(REACH);
    let total: f64 = pulls.iter().map(|(pull, _)| pull).sum();
    out.extend(pulls.into_iter().map(|(pull, slot)| (slot, part * pull / total)));
}

/// The attraction of a unit for a student: its size, reduced by distance and by the number of programmes that share
/// it.
fn pull(from: Point, unit: &InventedUnit) -> f64 {
    let near = 1.0 + square(distance_km(from, unit.point) / NEAR_KM);
    f64::from(unit.size) / (unit.offers.len() as f64).sqrt() / square(near)
}

const fn square(x: f64) -> f64 {
    x * x
}

/// Distance in kilometres by a projection that is accurate near the points' latitude; uses no functions that machines
/// could round differently.
fn distance_km(a: Point, b: Point) -> f64 {
    const KM_A_DEGREE: f64 = 111.2;
    let angle = ((a.lat + b.lat) / 2.0).to_radians();
    let s = square(angle);
    let cosine = 1.0 - s / 2.0 * (1.0 - s / 12.0 * (1.0 - s / 30.0 * (1.0 - s / 56.0)));
    KM_A_DEGREE * (square(a.lat - b.lat) + square((a.lon - b.lon) * cosine)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_home_sum_to_one_and_own_units_take_their_part() {
        let land = Land::demo();
        for cohort in [2019, 2021, 2022, 2023] {
            let offers = OpenUnits::of(&land, cohort);
            for home in &land.homes {
                for among in [Among::National, Among::Introduction] {
                    let shares = offers.shares(home, among);
                    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
                    assert!((sum - 1.0).abs() < 1e-9, "{} {sum}", home.code);
                }
                let own: f64 = offers
                    .shares(home, Among::National)
                    .iter()
                    .filter(|(slot, _)| {
                        let unit = &land.units[land.slots[*slot as usize].unit as usize];
                        unit.kind == ProviderKind::Municipal && unit.provider == home.code
                    })
                    .map(|(_, share)| share)
                    .sum();
                if let (Some(cross), true) = (home.cross_provider, home.is_region) {
                    assert!(
                        (own - (1.0 - cross)).abs() < 0.03,
                        "{} {cohort}: {own} own, wanted {}",
                        home.code,
                        1.0 - cross
                    );
                } else if home.is_region {
                    assert_eq!(own, 0.0, "{}", home.code);
                }
            }
        }
    }

    #[test]
    fn distances_are_those_of_a_globe() {
        let point = |lat, lon| Point { lat, lon };
        for (a, b, km) in [
            (point(57.0, 12.0), point(58.0, 12.0), 111.2),
            (point(60.0, 12.0), point(60.0, 13.0), 55.6),
            (point(57.7, 11.97), point(59.33, 18.06), 397.0),
        ] {
            assert!((distance_km(a, b) / km - 1.0).abs() < 0.01, "{}", distance_km(a, b));
        }
    }
}
