//! The change between two years: cells with their offers, and the effects of every group of cells.

use std::collections::BTreeMap;

use super::{ChangeScope, YearPair};
use crate::decomposition::{CellTerms, Factor, Fixed, OfferState, OfferStudents, Weights};
use crate::model::{MunicipalityId, Population, ProgrammeId, UnitId, UnitStatus};
use crate::tables::attendance::{Attendance, Site};
use crate::tables::scope::{RunIndex, UnitInYear};

const FACTORS: usize = Factor::ALL.len();
const OF_UNITS: usize = Factor::OF_UNITS.len();

/// Cells that are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// What effects are measured against.
    pub scope: ChangeScope,
    /// One home; `None`: all of the region.
    pub home: Option<usize>,
    /// One programme; `None`: all of the population.
    pub programme: Option<ProgrammeId>,
}

/// The effects of a group.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// By factor, on the share.
    pub share: [Fixed; FACTORS],
    /// By factor, on the number of students, in the given number of students.
    pub of_students: [Fixed; FACTORS],
    /// By factor: cells in which it has an effect.
    pub cells: [u64; FACTORS],
    /// All cells.
    pub all_cells: u64,
    /// Cells whose offers are replaced in one step.
    pub joint_cells: u64,
    /// Students by year, times the scale.
    pub students: [u64; 2],
    /// Those of them who cross.
    pub crossing: [u64; 2],
    /// The students that the share is a share of; zero in a year without a share.
    pub of: [u64; 2],
    /// Effects of single units.
    pub units: BTreeMap<UnitId, UnitEffects>,
}

/// The effects of a unit in a group.
#[derive(Debug, Clone)]
pub struct UnitEffects {
    /// The unit.
    pub unit: UnitId,
    /// By factor, on the share and on the number of students.
    pub effects: [[Fixed; 2]; OF_UNITS],
    /// By factor: cells in which it has an effect.
    pub cells: [u64; OF_UNITS],
    /// Students of the group at the unit by year, times the scale.
    pub students: [u64; 2],
}

impl UnitEffects {
    fn new(unit: UnitId) -> Self {
        Self { unit, effects: [[Fixed::ZERO; 2]; OF_UNITS], cells: [0; OF_UNITS], students: [0; 2] }
    }
}

/// The change of a population between two years.
#[derive(Debug)]
pub struct Change {
    /// The effects of each group.
    pub groups: BTreeMap<Group, Effects>,
}

/// A unit of the second year with all that it continues, and a programme, at a home.
type OfferKey = (usize, ProgrammeId, Site);

/// Translates units and programmes to those of the second year, and knows who runs them in both.
struct Lineages<'a> {
    index: &'a RunIndex<'a>,
    units: Vec<UnitId>,
    programmes: Vec<ProgrammeId>,
    /// By year and unit of the second year: who runs it, or what it continues.
    runs: [Vec<Option<UnitInYear>>; 2],
    /// By unit and programme of the second year: whether there is an offer, by year.
    offers: Vec<[bool; 2]>,
}

impl<'a> Lineages<'a> {
    fn new(index: &'a RunIndex<'a>, pair: YearPair, years: [&Attendance; 2]) -> Self {
        let registers = index.inputs.registers;
        let as_unit = |unit| match registers.status(unit, pair.years[1]) {
            UnitStatus::Succeeded(successor) => successor,
            UnitStatus::Open | UnitStatus::Closed => unit,
        };
        let units: Vec<UnitId> = registers.unit_codes().numbers().map(as_unit).collect();
        let programmes: Vec<ProgrammeId> =
            registers.programme_codes().numbers().map(|id| registers.programme_in(id, pair.years[1])).collect();
        let runs = [0, 1].map(|year| {
            let in_year = &index.units[&pair.years[year]];
            let mut runs: Vec<Option<UnitInYear>> = units.iter().map(|_| None).collect();
            let mut most = vec![0_u64; units.len()];
            for (unit, as_unit) in units.iter().enumerate() {
                let (at, students) = (u32::from(*as_unit) as usize, years[year].of_units[unit]);
                if students > most[at] {
                    (most[at], runs[at]) = (students, in_year[unit]);
                }
            }
            // Without students: as the register has it.
            runs.iter_mut().zip(in_year).for_each(|(run, known)| *run = run.or(*known));
            runs
        });
        let mut offers = vec![[false; 2]; units.len() * programmes.len()];
        for (year, attendance) in years.into_iter().enumerate() {
            for (unit, programme) in &attendance.offers {
                let unit = u32::from(units[u32::from(*unit) as usize]) as usize;
                let programme = u32::from(programmes[u32::from(*programme) as usize]) as usize;
                offers[unit * programmes.len() + programme][year] = true;
            }
        }
        Self { index, units, programmes, runs, offers }
    }

    fn key(&self, home: usize, programme: ProgrammeId, site: Site) -> OfferKey {
        let site = match site {
            Site::Unit(unit) => Site::Unit(self.units[u32::from(unit) as usize]),
            other => other,
        };
        (home, self.programmes[u32::from(programme) as usize], site)
    }

    /// An offer without students yet, for students who are counted at units that `counts` selects.
    fn offer(
        &self,
        (home, programme, site): OfferKey,
        counts: impl Fn(Site, Option<MunicipalityId>) -> bool,
    ) -> OfferStudents {
        let (state, runs) = match site {
            Site::Unit(unit) => {
                let unit = u32::from(unit) as usize;
                let state = match self.offers[unit * self.programmes.len() + u32::from(programme) as usize] {
                    [true, false] => OfferState::Closed,
                    [false, true] => OfferState::Opened,
                    _ => OfferState::Continuing,
                };
                (state, [0, 1].map(|year| self.runs[year][unit].and_then(|unit| unit.own)))
            }
            Site::SomeOwn => (OfferState::Continuing, [Some(self.index.homes[home]); 2]),
            Site::SomeOther => (OfferState::Continuing, [None; 2]),
        };
        let is_crossing = runs.map(|run| counts(site, run));
        OfferStudents { state, students: [0; 2], crossing: [0; 2], is_crossing }
    }

    /// The offers of a cell with their students.
    fn offers(&self, cell: &[Line], counts: impl Fn(Site, Option<MunicipalityId>) -> bool) -> Vec<OfferStudents> {
        let offer = |lines: &[Line]| {
            let key = lines[0].key;
            let mut offer = self.offer(key, &counts);
            for line in lines {
                offer.students[line.year] += line.students;
                offer.crossing[line.year] += if counts(key.2, line.run_by) { line.students } else { 0 };
            }
            offer
        };
        cell.chunk_by(|a, b| a.key == b.key).map(offer).collect()
    }
}

/// Students at an offer in one of the years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    key: OfferKey,
    year: usize,
    students: u64,
    /// The municipality that runs the unit.
    run_by: Option<MunicipalityId>,
}

fn students(lines: &[Line]) -> [u64; 2] {
    [0, 1].map(|year| lines.iter().filter(|line| line.year == year).map(|line| line.students).sum())
}

impl Change {
    /// The change between the attendance of two years. Effects in students are counted in units of `student`.
    pub fn new(
        index: &RunIndex<'_>,
        pair: YearPair,
        population: Population,
        years: [&Attendance; 2],
        student: u64,
    ) -> Self {
        let lineages = Lineages::new(index, pair, years);
        let lines = lines(&lineages, pair, population, years);
        let mut sums = Sums { lineages: &lineages, groups: BTreeMap::new(), student, all: students(&lines) };
        for of_home in lines.chunk_by(|a, b| a.key.0 == b.key.0) {
            let home = students(of_home);
            for cell in of_home.chunk_by(|a, b| a.key.1 == b.key.1) {
                sums.add(cell, home);
                sums.add_providers(cell, home);
            }
        }
        Self { groups: sums.groups }
    }
}

/// The students of every home at every offer, sorted.
fn lines(lineages: &Lineages<'_>, pair: YearPair, population: Population, years: [&Attendance; 2]) -> Vec<Line> {
    let index = lineages.index;
    let includes = &index.includes[population as usize];
    let mut lines = Vec::new();
    for (year, attendance) in years.into_iter().enumerate() {
        let in_year = &index.units[&pair.years[year]];
        for at in attendance.attending.iter().filter(|at| includes[u32::from(at.programme) as usize]) {
            let run_by = match at.site {
                Site::Unit(unit) => in_year[u32::from(unit) as usize].and_then(|unit| unit.own),
                Site::SomeOwn => Some(index.homes[at.home]),
                Site::SomeOther => None,
            };
            let key = lineages.key(at.home, at.programme, at.site);
            lines.push(Line { key, year, students: at.students, run_by });
        }
    }
    lines.sort_unstable();
    lines
}

/// The effects of groups so far.
struct Sums<'a> {
    lineages: &'a Lineages<'a>,
    groups: BTreeMap<Group, Effects>,
    student: u64,
    all: [u64; 2],
}

impl Sums<'_> {
    /// Adds a cell to all groups of homes and programmes that contain it.
    fn add(&mut self, cell: &[Line], home: [u64; 2]) {
        let (position, programme, _) = cell[0].key;
        let code = self.lineages.index.homes[position];
        let offers = self.lineages.offers(cell, |site, run_by| match site {
            Site::Unit(_) => run_by != Some(code),
            Site::SomeOwn => false,
            Site::SomeOther => true,
        });
        let Some(measured) = MeasuredCell::new(cell, &offers, home, self.student) else { return };
        for (scope, all) in [(ChangeScope::Region, self.all), (ChangeScope::Home, home)] {
            let of_share = measured.share(all);
            let (home, programme) = (Some(position), Some(programme));
            let groups = match scope {
                ChangeScope::Home => &[(home, None), (home, programme)][..],
                _ => &[(None, None), (home, None), (None, programme)],
            };
            for (home, programme) in groups {
                let group = Group { scope, home: *home, programme: *programme };
                // A home's units are listed in its own change.
                let has_units = scope == ChangeScope::Home || home.is_none();
                let effects = self.groups.entry(group).or_default();
                effects.of = all;
                effects.add(&measured, of_share.as_ref(), has_units);
            }
        }
    }

    /// Adds a cell to the groups of the municipalities that run a unit which its students attend.
    fn add_providers(&mut self, cell: &[Line], home: [u64; 2]) {
        let of_line = |line: &Line| match line.key.2 {
            Site::Unit(unit) => {
                [0, 1].map(|year| self.lineages.runs[year][u32::from(unit) as usize].and_then(|unit| unit.own))
            }
            Site::SomeOwn | Site::SomeOther => [None; 2],
        };
        let mut providers: Vec<MunicipalityId> =
            cell.iter().flat_map(|line| of_line(line).into_iter().chain([line.run_by])).flatten().collect();
        providers.sort_unstable();
        providers.dedup();
        for provider in providers {
            let Some(position) = self.lineages.index.position(provider) else { continue };
            let offers = self.lineages.offers(cell, |_, run_by| run_by == Some(provider));
            let Some(measured) = MeasuredCell::new(cell, &offers, home, self.student) else { continue };
            let of_share = measured.share(self.all);
            let group = Group { scope: ChangeScope::Provider, home: Some(position), programme: None };
            let effects = self.groups.entry(group).or_default();
            effects.of = self.all;
            effects.add(&measured, of_share.as_ref(), true);
        }
    }
}

/// A cell with its effects in students.
struct MeasuredCell<'a> {
    sites: Vec<Site>,
    offers: &'a [OfferStudents],
    students: [u64; 2],
    home: [u64; 2],
    terms: CellTerms,
    of_students: Measured,
}

impl<'a> MeasuredCell<'a> {
    fn new(cell: &[Line], offers: &'a [OfferStudents], home: [u64; 2], student: u64) -> Option<Self> {
        let terms = CellTerms::new(offers)?;
        let students = students(cell);
        let of_students = Measured::new(&terms, offers, &Weights::new(students, home, [student; 2]));
        let sites = cell.chunk_by(|a, b| a.key == b.key).map(|lines| lines[0].key.2).collect();
        Some(Self { sites, offers, students, home, terms, of_students })
    }

    /// Its effects on a share of `all` students; `None` if there are none in one of the years.
    fn share(&self, all: [u64; 2]) -> Option<Measured> {
        let weights = || Weights::new(self.students, self.home, all);
        (!all.contains(&0)).then(|| Measured::new(&self.terms, self.offers, &weights()))
    }
}

/// The effects of a cell and of its offers in one measure.
struct Measured {
    factors: [Fixed; FACTORS],
    offers: Vec<[Fixed; OF_UNITS]>,
}

impl Measured {
    fn new(terms: &CellTerms, offers: &[OfferStudents], weights: &Weights) -> Self {
        let (factors, of_offers) = terms.effects(weights);
        Self { factors, offers: offers.iter().map(|offer| of_offers.effects(offer)).collect() }
    }
}

impl Effects {
    /// Whether there is a share in both years.
    pub fn has_share(&self) -> bool {
        !self.of.contains(&0)
    }

    /// The change of the share, and of the students who cross in units of `student`.
    pub fn change(&self, student: u64) -> [Fixed; 2] {
        let share = |year: usize| Fixed::ratio(self.crossing[year], self.of[year].max(1));
        let students = |year: usize| Fixed::ratio(self.crossing[year], student);
        [share(1) - share(0), students(1) - students(0)]
    }

    fn add(&mut self, cell: &MeasuredCell<'_>, of_share: Option<&Measured>, has_units: bool) {
        self.all_cells += 1;
        self.joint_cells += u64::from(cell.terms.is_joint());
        for year in [0, 1] {
            self.students[year] += cell.students[year];
            self.crossing[year] += cell.offers.iter().map(|offer| offer.crossing[year]).sum::<u64>();
        }
        for factor in 0..FACTORS {
            let effects = [of_share, Some(&cell.of_students)]
                .map(|measured| measured.map_or(Fixed::ZERO, |measured| measured.factors[factor]));
            self.share[factor] += effects[0];
            self.of_students[factor] += effects[1];
            self.cells[factor] += u64::from(effects.iter().any(|effect| !effect.is_negligible()));
        }
        if !has_units {
            return;
        }
        for (i, (site, offer)) in cell.sites.iter().zip(cell.offers).enumerate() {
            let Site::Unit(unit) = *site else { continue };
            let of_unit = self.units.entry(unit).or_insert_with(|| UnitEffects::new(unit));
            for year in [0, 1] {
                of_unit.students[year] += offer.students[year];
            }
            for factor in 0..OF_UNITS {
                let effects = [of_share, Some(&cell.of_students)]
                    .map(|measured| measured.map_or(Fixed::ZERO, |measured| measured.offers[i][factor]));
                of_unit.effects[factor][0] += effects[0];
                of_unit.effects[factor][1] += effects[1];
                of_unit.cells[factor] += u64::from(effects.iter().any(|effect| !effect.is_negligible()));
            }
        }
    }
}
