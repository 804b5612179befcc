//! The change between two years: the effects of every group of cells.

use super::effects::{Effects, Group, Measure, MeasuredCell};
use super::offers::{CellOffers, Line, Lineages, lines, students};
use super::{ChangeScope, YearPair};
use crate::decomposition::{CellTerms, WeighedCell};
use crate::model::{Population, ProgrammeId};
use crate::tables::attendance::{Attendance, Site};
use crate::tables::scope::RunIndex;

/// Passes the effects of every group between the attendance of two years to `put`, in no particular order. Effects in
/// students are counted in units of `student`.
pub fn each_group(
    index: &RunIndex<'_>,
    pair: YearPair,
    years: [&Attendance; 2],
    student: u64,
    put: &mut dyn FnMut(Population, Group, &Effects),
) {
    let lineages = Lineages::new(index, pair, years);
    let lines = lines(&lineages, pair, years);
    let mut sums = Sums::new(&lineages, by_population(&lines), student, put);
    for of_home in lines.chunk_by(|a, b| a.key.0 == b.key.0) {
        sums.begin_home(by_population(of_home));
        for cell in of_home.chunk_by(|a, b| a.key.1 == b.key.1) {
            if cell.iter().all(|line| line.is_in == cell[0].is_in) {
                sums.add(cell, cell[0].is_in);
                continue;
            }
            // A programme has succeeded one of another population.
            for population in Population::ALL {
                let cell: Vec<Line> = cell.iter().filter(|line| line.is_in[population as usize]).copied().collect();
                sums.add(&cell, Population::ALL.map(|other| other == population));
            }
        }
        sums.end_home(of_home[0].key.0);
    }
    sums.end();
}

/// The students of lines, by population and year.
fn by_population(lines: &[Line]) -> [[u64; 2]; 2] {
    Population::ALL.map(|population| students(lines.iter().filter(|line| line.is_in[population as usize])))
}

/// The effects of groups so far. Those of one cell or of one home are passed on before the next one begins.
struct Sums<'a> {
    lineages: &'a Lineages<'a>,
    student: u64,
    put: &'a mut dyn FnMut(Population, Group, &Effects),
    by_population: [PopulationSums; 2],
    offers: CellOffers,
    measured: MeasuredCell,
}

/// The effects of the groups of one population.
struct PopulationSums {
    /// Students by year, and those of the home.
    all: [u64; 2],
    home: [u64; 2],
    /// All of the region, and its programmes by their number.
    region: Effects,
    programmes: Vec<Option<Box<Effects>>>,
    /// By position in the region: the municipality as a provider.
    providers: Vec<Option<Box<Effects>>>,
    /// The home, in the region and by itself.
    home_in_region: Effects,
    home_alone: Effects,
    /// A cell of the home.
    cell_alone: Effects,
}

impl<'a> Sums<'a> {
    fn new(
        lineages: &'a Lineages<'a>,
        all: [[u64; 2]; 2],
        student: u64,
        put: &'a mut dyn FnMut(Population, Group, &Effects),
    ) -> Self {
        let registers = lineages.index.inputs.registers;
        let of = |all: [u64; 2]| {
            let none = || Effects::new(Measure { all, student });
            PopulationSums {
                all,
                home: [0; 2],
                region: none(),
                programmes: vec![None; registers.programme_codes().len()],
                providers: vec![None; lineages.index.homes.len()],
                home_in_region: none(),
                home_alone: none(),
                cell_alone: none(),
            }
        };
        let (offers, measured) = (CellOffers::default(), MeasuredCell::default());
        Self { lineages, student, put, by_population: all.map(of), offers, measured }
    }

    /// Begins a home with these students, by population and year.
    fn begin_home(&mut self, students: [[u64; 2]; 2]) {
        let student = self.student;
        for (of, home) in self.by_population.iter_mut().zip(students) {
            of.home = home;
            of.home_in_region.clear(Measure { all: of.all, student });
            of.home_alone.clear(Measure { all: home, student });
        }
    }

    /// Adds a cell of the home to all groups of the populations that include it.
    fn add(&mut self, cell: &[Line], is_in: [bool; 2]) {
        // The space of one cell serves the next.
        let mut offers = std::mem::take(&mut self.offers);
        offers.set(self.lineages, cell);
        self.add_offers(cell, &mut offers, is_in);
        self.offers = offers;
    }

    fn add_offers(&mut self, cell: &[Line], offers: &mut CellOffers, is_in: [bool; 2]) {
        let (Some(terms), Some(line)) = (CellTerms::new(&offers.offers), cell.first()) else { return };
        let of_population = |population: Population| {
            let home = self.by_population[population as usize].home;
            is_in[population as usize].then(|| (population, terms.weighed(home)))
        };
        let weighed: Vec<(Population, WeighedCell<'_>)> =
            Population::ALL.into_iter().filter_map(of_population).collect();
        self.measured.begin(terms.is_joint(), students(cell), offers);
        let (home, programme, _) = line.key;
        let code = self.lineages.index.homes[home];
        offers.counted(cell, |site, run_by| match site {
            Site::Unit(_) => run_by != Some(code),
            Site::SomeOwn => false,
            Site::SomeOther => true,
        });
        let crossing = terms.crossing(&offers.offers);
        for (population, weighed) in &weighed {
            self.measured.set(offers, weighed, &crossing);
            self.add_home(*population, home, programme);
        }
        for at in 0..offers.providers.len() {
            let provider = offers.providers[at];
            let Some(position) = self.lineages.index.position(provider) else { continue };
            offers.counted(cell, |_, run_by| run_by == Some(provider));
            let crossing = terms.crossing(&offers.offers);
            for (population, weighed) in &weighed {
                self.measured.set(offers, weighed, &crossing);
                let of = &mut self.by_population[*population as usize];
                let measure = of.region.measure;
                let effects = of.providers[position].get_or_insert_with(|| Effects::new(measure).into());
                effects.add(&self.measured, true);
            }
        }
    }

    /// Adds the measured cell to the groups of homes and programmes.
    fn add_home(&mut self, population: Population, home: usize, programme: ProgrammeId) {
        let (of, cell) = (&mut self.by_population[population as usize], &self.measured);
        let measure = of.region.measure;
        of.region.add(cell, true);
        let of_programme = &mut of.programmes[u32::from(programme) as usize];
        of_programme.get_or_insert_with(|| Effects::new(measure).into()).add(cell, true);
        // A home's units are listed in its own change.
        of.home_in_region.add(cell, false);
        of.home_alone.add(cell, true);
        of.cell_alone.clear(of.home_alone.measure);
        of.cell_alone.add(cell, true);
        let group = Group { scope: ChangeScope::Home, home: Some(home), programme: Some(programme) };
        (self.put)(population, group, &of.cell_alone);
    }

    /// Passes on the groups of a home.
    fn end_home(&mut self, home: usize) {
        for (population, of) in Population::ALL.into_iter().zip(&self.by_population) {
            for (scope, effects) in [(ChangeScope::Region, &of.home_in_region), (ChangeScope::Home, &of.home_alone)] {
                if effects.all_cells > 0 {
                    (self.put)(population, Group { scope, home: Some(home), programme: None }, effects);
                }
            }
        }
    }

    /// Passes on the groups of the region.
    fn end(self) {
        let programmes = self.lineages.index.inputs.registers.programme_codes();
        for (population, of) in Population::ALL.into_iter().zip(&self.by_population) {
            let region = (of.region.all_cells > 0).then_some((None, &of.region));
            let of_programmes = programmes.numbers().map(Some).zip(&of.programmes);
            let of_programmes =
                of_programmes.filter_map(|(programme, effects)| Some((programme, &**effects.as_ref()?)));
            for (programme, effects) in region.into_iter().chain(of_programmes) {
                (self.put)(population, Group { scope: ChangeScope::Region, home: None, programme }, effects);
            }
            for (position, effects) in of.providers.iter().enumerate() {
                if let Some(effects) = effects {
                    let group = Group { scope: ChangeScope::Provider, home: Some(position), programme: None };
                    (self.put)(population, group, effects);
                }
            }
        }
    }
}
