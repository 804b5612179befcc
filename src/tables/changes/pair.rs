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
    pub units: UnitSums,
}

/// Effects of units, summed over cells.
#[derive(Debug, Clone, Default)]
pub struct UnitSums {
    list: Vec<UnitEffects>,
    /// Positions in the list by unit, if the list is too long to be searched.
    positions: Vec<u32>,
}

/// Maximum length of a list of units that is searched from its start.
const SEARCHED: usize = 16;
/// The position of a unit that is not in the list.
const ABSENT: u32 = u32::MAX;

impl UnitSums {
    /// The effects of a unit, zero at first.
    fn of(&mut self, unit: UnitId) -> &mut UnitEffects {
        let number = u32::from(unit) as usize;
        let found = if self.positions.is_empty() {
            self.list.iter().position(|known| known.unit == unit)
        } else {
            self.positions.get(number).filter(|at| **at != ABSENT).map(|at| *at as usize)
        };
        let at = found.unwrap_or_else(|| {
            self.list.push(UnitEffects::new(unit));
            if self.list.len() > SEARCHED {
                self.note_positions();
            }
            self.list.len() - 1
        });
        &mut self.list[at]
    }

    /// Notes the positions of the last unit of the list, or of all.
    fn note_positions(&mut self) {
        let from = if self.positions.is_empty() { 0 } else { self.list.len() - 1 };
        for (at, known) in self.list.iter().enumerate().skip(from) {
            let number = u32::from(known.unit) as usize;
            if self.positions.len() <= number {
                self.positions.resize((number + 1).next_power_of_two(), ABSENT);
            }
            self.positions[number] = at as u32;
        }
    }

    /// All units with effects, sorted.
    pub fn sorted(&self) -> Vec<&UnitEffects> {
        let mut out: Vec<&UnitEffects> = self.list.iter().collect();
        out.sort_unstable_by_key(|unit| unit.unit);
        out
    }
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
    pub groups: BTreeMap<Group, Box<Effects>>,
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

    /// State of an offer, and who runs its unit in both years.
    fn state(&self, (home, programme, site): OfferKey) -> (OfferState, [Option<MunicipalityId>; 2]) {
        match site {
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
        }
    }
}

/// The offers of a cell with their students.
struct CellOffers<'a> {
    sites: Vec<CellSite<'a>>,
    offers: Vec<OfferStudents>,
}

/// Where an offer of a cell is.
struct CellSite<'a> {
    site: Site,
    /// Who runs the unit, by year.
    runs: [Option<MunicipalityId>; 2],
    lines: &'a [Line],
}

impl<'a> CellOffers<'a> {
    /// The offers of a cell; nobody crosses yet.
    fn new(lineages: &Lineages<'_>, cell: &'a [Line]) -> Self {
        let mut out = Self { sites: Vec::new(), offers: Vec::new() };
        for lines in cell.chunk_by(|a, b| a.key == b.key) {
            let (state, runs) = lineages.state(lines[0].key);
            out.sites.push(CellSite { site: lines[0].key.2, runs, lines });
            let students = students(lines);
            out.offers.push(OfferStudents { state, students, crossing: [0; 2], is_crossing: [false; 2] });
        }
        out
    }

    /// Sets which students cross: those whom `counts` selects by their unit and who runs it.
    fn counted(&mut self, counts: impl Fn(Site, Option<MunicipalityId>) -> bool) {
        for (offer, at) in self.offers.iter_mut().zip(&self.sites) {
            offer.is_crossing = at.runs.map(|run| counts(at.site, run));
            offer.crossing = [0; 2];
            for line in at.lines.iter().filter(|line| counts(at.site, line.run_by)) {
                offer.crossing[line.year] += line.students;
            }
        }
    }

    /// The municipalities that run a unit in one of the years, sorted.
    fn providers(&self) -> Vec<MunicipalityId> {
        let of_site = |at: &CellSite<'_>| match at.site {
            Site::Unit(_) => at.runs,
            Site::SomeOwn | Site::SomeOther => [None; 2],
        };
        let of_lines = self.sites.iter().flat_map(|at| at.lines).map(|line| line.run_by);
        let mut out: Vec<MunicipalityId> = self.sites.iter().flat_map(of_site).chain(of_lines).flatten().collect();
        out.sort_unstable();
        out.dedup();
        out
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
                let (key, students) = (cell[0].key, students(cell));
                let mut cell = CellOffers::new(&lineages, cell);
                sums.add((key.0, key.1), &mut cell, students, home);
                sums.add_providers(&mut cell, students, home);
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
    groups: BTreeMap<Group, Box<Effects>>,
    student: u64,
    all: [u64; 2],
}

impl Sums<'_> {
    /// Adds a cell to all groups of homes and programmes that contain it.
    fn add(
        &mut self,
        (position, programme): (usize, ProgrammeId),
        cell: &mut CellOffers<'_>,
        students: [u64; 2],
        home: [u64; 2],
    ) {
        let code = self.lineages.index.homes[position];
        cell.counted(|site, run_by| match site {
            Site::Unit(_) => run_by != Some(code),
            Site::SomeOwn => false,
            Site::SomeOther => true,
        });
        let Some(measured) = MeasuredCell::new(cell, students, home, self.student) else { return };
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
    fn add_providers(&mut self, cell: &mut CellOffers<'_>, students: [u64; 2], home: [u64; 2]) {
        for provider in cell.providers() {
            let Some(position) = self.lineages.index.position(provider) else { continue };
            cell.counted(|_, run_by| run_by == Some(provider));
            let Some(measured) = MeasuredCell::new(cell, students, home, self.student) else { continue };
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
    sites: &'a [CellSite<'a>],
    offers: &'a [OfferStudents],
    students: [u64; 2],
    home: [u64; 2],
    terms: CellTerms,
    of_students: Measured,
}

impl<'a> MeasuredCell<'a> {
    fn new(cell: &'a CellOffers<'_>, students: [u64; 2], home: [u64; 2], student: u64) -> Option<Self> {
        let CellOffers { sites, offers } = cell;
        let terms = CellTerms::new(offers)?;
        let of_students = Measured::new(&terms, offers, &Weights::new(students, home, [student; 2]));
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
        for (i, (at, offer)) in cell.sites.iter().zip(cell.offers).enumerate() {
            let Site::Unit(unit) = at.site else { continue };
            let of_unit = self.units.of(unit);
            for year in [0, 1] {
                of_unit.students[year] += offer.students[year];
            }
            for factor in 0..OF_UNITS {
                let effects = [of_share, Some(&cell.of_students)]
                    .map(|measured| measured.map_or(Fixed::ZERO, |measured| measured.offers[i][factor]));
                if effects == [Fixed::ZERO; 2] {
                    continue;
                }
                of_unit.effects[factor][0] += effects[0];
                of_unit.effects[factor][1] += effects[1];
                of_unit.cells[factor] += u64::from(effects.iter().any(|effect| !effect.is_negligible()));
            }
        }
    }
}
