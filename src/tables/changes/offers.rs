//! The cells of two years: which offers the students of a home and programme have in them, and who runs their units.

use super::YearPair;
use crate::decomposition::{OfferState, OfferStudents};
use crate::model::{MunicipalityId, ProgrammeId, UnitId, UnitStatus};
use crate::tables::attendance::{Attendance, Site};
use crate::tables::scope::{RunIndex, UnitInYear};

/// A unit of the second year with all that it continues, and a programme, at a home.
pub type OfferKey = (usize, ProgrammeId, Site);

/// Translates units and programmes to those of the second year, and knows who runs them in both.
pub struct Lineages<'a> {
    pub index: &'a RunIndex<'a>,
    units: Vec<UnitId>,
    programmes: Vec<ProgrammeId>,
    /// By year and unit of the second year: who runs it, or what it continues.
    runs: [Vec<Option<UnitInYear>>; 2],
    /// By unit and programme of the second year: whether there is an offer, by year.
    offers: Vec<[bool; 2]>,
}

impl<'a> Lineages<'a> {
    /// The lineages of two years.
    pub fn new(index: &'a RunIndex<'a>, pair: YearPair, years: [&Attendance; 2]) -> Self {
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

/// Students at an offer in one of the years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub key: OfferKey,
    pub year: usize,
    pub students: u64,
    /// The municipality that runs the unit.
    run_by: Option<MunicipalityId>,
    /// By population: whether it includes the students.
    pub is_in: [bool; 2],
}

/// The students of lines by year.
pub fn students<'l>(lines: impl IntoIterator<Item = &'l Line>) -> [u64; 2] {
    let mut out = [0; 2];
    lines.into_iter().for_each(|line| out[line.year] += line.students);
    out
}

/// The students of every home at every offer, sorted.
pub fn lines(lineages: &Lineages<'_>, pair: YearPair, years: [&Attendance; 2]) -> Vec<Line> {
    let index = lineages.index;
    let mut lines = Vec::new();
    for (year, attendance) in years.into_iter().enumerate() {
        let in_year = &index.units[&pair.years[year]];
        lines.extend(attendance.attending.iter().map(|at| {
            let run_by = match at.site {
                Site::Unit(unit) => in_year[u32::from(unit) as usize].and_then(|unit| unit.own),
                Site::SomeOwn => Some(index.homes[at.home]),
                Site::SomeOther => None,
            };
            let is_in = [0, 1].map(|population| index.includes[population][u32::from(at.programme) as usize]);
            let key = lineages.key(at.home, at.programme, at.site);
            Line { key, year, students: at.students, run_by, is_in }
        }));
    }
    lines.sort_unstable();
    lines
}

/// The offers of a cell with their students.
#[derive(Debug, Default)]
pub struct CellOffers {
    sites: Vec<CellSite>,
    /// In the order of the cell's lines.
    pub offers: Vec<OfferStudents>,
    /// The municipalities that run a unit in one of the years, sorted.
    pub providers: Vec<MunicipalityId>,
}

/// Where an offer of a cell is.
#[derive(Debug)]
struct CellSite {
    site: Site,
    /// Who runs the unit, by year.
    runs: [Option<MunicipalityId>; 2],
    /// The number of its lines.
    lines: usize,
}

impl CellOffers {
    /// Sets the offers to those of a cell; nobody crosses yet.
    pub fn set(&mut self, lineages: &Lineages<'_>, cell: &[Line]) {
        self.sites.clear();
        self.offers.clear();
        self.providers.clear();
        for lines in cell.chunk_by(|a, b| a.key == b.key) {
            let (state, runs) = lineages.state(lines[0].key);
            let site = lines[0].key.2;
            self.sites.push(CellSite { site, runs, lines: lines.len() });
            let students = students(lines);
            self.offers.push(OfferStudents { state, students, crossing: [0; 2], is_crossing: [false; 2] });
            let of_site = if let Site::Unit(_) = site { runs } else { [None; 2] };
            self.providers.extend(lines.iter().map(|line| line.run_by).chain(of_site).flatten());
        }
        self.providers.sort_unstable();
        self.providers.dedup();
    }

    /// The offers at known units: the unit, the position of the offer, and the offer.
    pub fn units(&self) -> impl Iterator<Item = (UnitId, usize, &OfferStudents)> {
        let offers = self.sites.iter().zip(&self.offers).enumerate();
        offers.filter_map(|(position, (at, offer))| match at.site {
            Site::Unit(unit) => Some((unit, position, offer)),
            Site::SomeOwn | Site::SomeOther => None,
        })
    }

    /// Sets which students of the same cell cross: those whom `counts` selects by their unit and who runs it.
    pub fn counted(&mut self, cell: &[Line], counts: impl Fn(Site, Option<MunicipalityId>) -> bool) {
        let mut rest = cell;
        for (offer, at) in self.offers.iter_mut().zip(&self.sites) {
            let (lines, others) = rest.split_at(at.lines);
            rest = others;
            offer.is_crossing = at.runs.map(|run| counts(at.site, run));
            offer.crossing = [0; 2];
            for line in lines.iter().filter(|line| counts(at.site, line.run_by)) {
                offer.crossing[line.year] += line.students;
            }
        }
    }
}
