//! The students of the region's homes at each offer, estimated from released sums alone.
//!
//! Everything in a public release that needs students by home and offer is computed from these estimates, so that it follows from numbers that readers have,
//! and from no hidden one. Students of each home at each offer begin with their shown number, or with the middle of 0–9,
//! and are fitted to all shown sums that contain them by iterative proportional fitting (Deming and Stephan 1940).

use std::collections::{BTreeMap, BTreeSet};

use super::attendance::{Attendance, Attending, Census, Site, offers_with_seats};
use super::margins::{Facts, Margin, MarginCodes, ReleasedMargins, SharePart, What, Where, Who};
use super::scope::RunIndex;
use crate::model::{ProgrammeId, UnitId, Year};

/// What one student counts: estimates have three decimals.
const SCALE: u64 = 1000;
/// Rounds of fitting.
const ROUNDS: usize = 100;
/// After this many rounds, steps are half as long.
const CALM: f64 = 10.0;
/// Sums from this number of students on are fitted with whole steps.
const LARGE: f64 = 100.0;
/// What a hidden cell begins with: the middle of 0–9.
const HIDDEN: f64 = 4.5;

/// The estimates of a public release, by census.
pub type Estimates = BTreeMap<Census, Attendance>;

/// The estimates of every census of a release; none for a release of exact numbers, which hides large ones too.
#[must_use]
pub fn estimates(codes: MarginCodes<'_>, margins: &dyn ReleasedMargins) -> Estimates {
    if !margins.is_rounded() {
        return BTreeMap::new();
    }
    let index = &RunIndex::new(codes.inputs);
    let censuses = index.inputs.flows.censuses().iter();
    let mut shown: BTreeMap<Census, BTreeMap<Margin, u64>> =
        censuses.map(|census| (*census, BTreeMap::new())).collect();
    margins.each_flow(&mut |snapshot, year, margin| {
        if let Some(sums) = shown.get_mut(&(snapshot, year))
            && let Some(students) = margins.flow(snapshot, year, margin).value()
        {
            sums.insert(margin, students);
        }
    });
    shown
        .into_iter()
        .filter_map(|(census, sums)| {
            let facts = codes.facts.get(&census.1)?;
            Some((census, attendance(index, facts, census.1, &sums)))
        })
        .collect()
}

/// Students of a home, or of all other and unknown homes (`None`), at an offer.
#[derive(Debug, Clone, Copy)]
struct Unknown {
    home: Option<u16>,
    programme: ProgrammeId,
    site: Site,
    students: f64,
}

/// Unknown numbers, and the shown sums of them.
struct Fit {
    unknown: Vec<Unknown>,
    /// By sum, in the order of fitting: its value, and the positions of its numbers.
    sums: Vec<(f64, Vec<u32>)>,
}

impl Fit {
    fn new(
        index: &RunIndex<'_>,
        facts: &Facts,
        offers: &BTreeSet<(UnitId, ProgrammeId)>,
        shown: &BTreeMap<Margin, u64>,
    ) -> Self {
        let by_unit: Vec<(UnitId, ProgrammeId)> = offers.iter().copied().collect();
        let mut unknown = Vec::new();
        for home in 0..facts.homes {
            let value = |place, what| shown.get(&Margin { who: Who::Home(home), place, what }).copied();
            for of_unit in by_unit.chunk_by(|a, b| a.0 == b.0) {
                let unit = of_unit[0].0;
                if near(facts, home, unit, shown).is_empty() {
                    continue;
                }
                let place = facts.unit_place(unit);
                for (_, programme) in of_unit {
                    let what = What::One(*programme);
                    let is_known = shown.contains_key(&Margin { who: Who::Everyone, place, what })
                        || value(Where::Everywhere, what).is_some_and(|students| students > 0);
                    if is_known {
                        let students = value(place, what).map_or(HIDDEN, |students| students as f64);
                        let (home, site) = (Some(home), Site::Unit(unit));
                        unknown.push(Unknown { home, programme: *programme, site, students });
                    }
                }
            }
            let is_read = |programme: &ProgrammeId| {
                let region = Margin { who: Who::Region, place: Where::Everywhere, what: What::One(*programme) };
                shown.get(&region).is_some_and(|students| *students > 0)
            };
            for programme in index.inputs.registers.programme_codes().numbers().filter(is_read) {
                for site in [Site::SomeOwn, Site::SomeOther] {
                    unknown.push(Unknown { home: Some(home), programme, site, students: HIDDEN / 2.0 });
                }
            }
        }
        for (unit, programme) in offers {
            let site = Site::Unit(*unit);
            unknown.push(Unknown { home: None, programme: *programme, site, students: HIDDEN });
        }
        let mut out = Self { unknown, sums: Vec::new() };
        out.find_sums(facts, shown);
        out.fit();
        out
    }

    /// Finds the shown sums of the numbers.
    fn find_sums(&mut self, facts: &Facts, shown: &BTreeMap<Margin, u64>) {
        let mut sums: BTreeMap<(u8, Margin), (f64, Vec<u32>)> = BTreeMap::new();
        for (at, unknown) in self.unknown.iter().enumerate() {
            for margin in margins_of(facts, unknown, shown) {
                // The students of an offer are few if they are not shown.
                let is_offer = margin.who == Who::Everyone && matches!(margin.what, What::One(_));
                let value = shown.get(&margin).map(|students| *students as f64).or(is_offer.then_some(HIDDEN));
                if let Some(value) = value {
                    sums.entry((order(margin), margin)).or_insert_with(|| (value, Vec::new())).1.push(at as u32);
                }
            }
        }
        self.sums = sums.into_values().collect();
    }

    /// Scales the numbers of each sum towards its value, round by round. Sums are rounded one by one, so that no numbers
    /// have them all: steps become shorter, and those of small sums, of which rounding is a large part, are the shortest.
    fn fit(&mut self) {
        for round in 0..ROUNDS {
            let step = CALM / (CALM + round as f64);
            for (value, members) in &self.sums {
                let now: f64 = members.iter().map(|at| self.unknown[*at as usize].students).sum();
                if now > 0.0 {
                    let factor = 1.0 + step * (value / LARGE).min(1.0) * (value / now - 1.0);
                    members.iter().for_each(|at| self.unknown[*at as usize].students *= factor);
                }
            }
        }
    }

    /// The fitted numbers: of the region's homes, and of other and unknown homes.
    fn attending(&self) -> (Vec<Attending>, Vec<(UnitId, ProgrammeId, u64)>) {
        let (mut of_homes, mut others) = (Vec::new(), Vec::new());
        for Unknown { home, programme, site, students } in &self.unknown {
            let (programme, site) = (*programme, *site);
            match ((students * SCALE as f64).round() as u64, home, site) {
                (0, ..) => {}
                (students, Some(home), _) => {
                    of_homes.push(Attending { home: usize::from(*home), programme, site, students });
                }
                (students, None, Site::Unit(unit)) => others.push((unit, programme, students)),
                (_, None, Site::SomeOwn | Site::SomeOther) => {}
            }
        }
        (of_homes, others)
    }
}

fn attendance(index: &RunIndex<'_>, facts: &Facts, year: Year, shown: &BTreeMap<Margin, u64>) -> Attendance {
    let registers = index.inputs.registers;
    let is_known =
        |(unit, programme): &(UnitId, ProgrammeId)| facts.unit(*unit).is_some() && facts.kind(*programme).is_some();
    let seats = offers_with_seats(index.inputs, year).into_iter().filter(is_known);
    let offers: BTreeSet<(UnitId, ProgrammeId)> = offers(shown).chain(seats).collect();
    let students = |unit: UnitId| {
        let everyone = Margin { who: Who::Everyone, place: facts.unit_place(unit), what: What::All };
        facts.unit(unit).and_then(|_| shown.get(&everyone)).copied().unwrap_or(0).saturating_mul(SCALE)
    };
    let (attending, others) = Fit::new(index, facts, &offers, shown).attending();
    Attendance {
        scale: SCALE,
        attending,
        others,
        of_units: registers.unit_codes().numbers().map(students).collect(),
        offers,
    }
}

/// Offers of which some shown sum is about the students.
fn offers(shown: &BTreeMap<Margin, u64>) -> impl Iterator<Item = (UnitId, ProgrammeId)> + '_ {
    shown.iter().filter_map(|(margin, students)| match (margin.place, margin.what) {
        (Where::Unit(unit) | Where::AwayUnit(unit), What::One(programme)) if *students > 0 => Some((unit, programme)),
        _ => None,
    })
}

/// When a sum is fitted in a round: those that small numbers matter for most come last, so that the shares of homes and of
/// the region are those that the release shows.
const fn order(margin: Margin) -> u8 {
    match margin.who {
        Who::Everyone => 0,
        Who::Region => 2,
        _ => 1,
    }
}

/// The places of a unit of which all offers are among the numbers of a home: those with a shown sum.
fn near(facts: &Facts, home: u16, unit: UnitId, shown: &BTreeMap<Margin, u64>) -> Vec<Where> {
    let Some(at) = facts.unit(unit) else { return Vec::new() };
    let around = at.place.map_or(Where::AwayPlace(at.municipality), Where::Place);
    let is_shown =
        |place: &Where| shown.contains_key(&Margin { who: Who::Home(home), place: *place, what: What::All });
    [facts.unit_place(unit), around, Where::Provider(at.provider)].into_iter().filter(is_shown).collect()
}

/// The sums that contain students at an offer and only students of [`Fit::unknown`], shown or not.
fn margins_of(facts: &Facts, unknown: &Unknown, shown: &BTreeMap<Margin, u64>) -> Vec<Margin> {
    // Sums over all programmes contain students without a known programme.
    let mut whats = vec![What::One(unknown.programme)];
    if let Some(kind) = facts.kind(unknown.programme) {
        whats.push(What::Group(kind));
    }
    if facts.is_national(unknown.programme) {
        whats.push(What::National);
    }
    let mut of: Vec<(Who, Where)> = Vec::new();
    if let Site::Unit(unit) = unknown.site {
        of.push((Who::Everyone, facts.unit_place(unit)));
    }
    if let Some(home) = unknown.home {
        let is_own = match unknown.site {
            Site::Unit(unit) => facts.unit(unit).is_some_and(|unit| unit.run_by == Some(home)),
            Site::SomeOwn => true,
            Site::SomeOther => false,
        };
        let side = if is_own { Where::Part(SharePart::Own) } else { Where::Cross };
        let both = [Who::Home(home), Who::Region];
        of.extend(both.into_iter().flat_map(|who| [(who, side), (who, Where::Everywhere)]));
        if let Site::Unit(unit) = unknown.site {
            of.extend(near(facts, home, unit, shown).into_iter().map(|place| (Who::Home(home), place)));
        }
    }
    of.into_iter().flat_map(|(who, place)| whats.iter().map(move |what| Margin { who, place, what: *what })).collect()
}
