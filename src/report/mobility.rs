//! What pages and pictures ask of the released flows, answered alike for every release.
//!
//! An internal release tells flows unit by unit, and sums of them are added up here. A public one tells sums, with the
//! municipality that a unit lies in for the unit: they are looked up as they were released and never added up from what
//! is visible, for that would be another number.

use std::collections::{BTreeMap, HashMap};

use super::ReportModel;
use crate::graph::{Programmes, Selection, largest_first};
use crate::model::{
    ALL, ALL_NATIONAL, Cell, Level, OUT, Population, Release, SchoolUnit, Snapshot, Text, Year, units_of,
};
use crate::tables::{BalanceRow, FlowRow, ShareRow};

/// What flows lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// School units.
    Units,
    /// The municipalities that units lie in, `OUT` for all outside the region.
    Municipalities,
}

/// The students of a home, or the pupils of all units in a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// All of them at a known unit and with a known home.
    pub all: Cell,
    /// Those who both live and study there.
    pub here: Cell,
    /// Those who cross its border.
    pub elsewhere: Cell,
    /// Where they study, or where they live, as [`ReportModel::destinations`] and [`ReportModel::origins`] tell.
    pub flows: Vec<(Text, Cell)>,
}

impl Totals {
    /// Sums of flows, each of which `is_here` places on one side or the other, or leaves out.
    fn of(flows: Vec<(Text, Cell)>, is_here: impl Fn(&str) -> Option<bool>) -> Self {
        let (mut here, mut elsewhere) = (Cell::Value(0), Cell::Value(0));
        for (code, students) in &flows {
            match is_here(code) {
                Some(true) => here += *students,
                Some(false) => elsewhere += *students,
                None => {}
            }
        }
        Self { all: here + elsewhere, here, elsewhere, flows }
    }

    /// Released sums of a row: all, here, elsewhere; hidden without one.
    fn released(row: Option<[Cell; 3]>, flows: Vec<(Text, Cell)>) -> Self {
        let [all, here, elsewhere] = row.unwrap_or([Cell::Hidden; 3]);
        Self { all, here, elsewhere, flows }
    }
}

/// Whose pupils a question is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// All units in a municipality.
    Place(Text),
    /// All units of a provider.
    Provider(Text),
    /// One unit.
    Unit(Text),
}

impl Subject {
    /// Its code.
    #[must_use]
    pub const fn code(&self) -> &Text {
        match self {
            Self::Place(code) | Self::Provider(code) | Self::Unit(code) => code,
        }
    }

    fn has(&self, unit: &SchoolUnit) -> bool {
        match self {
            Self::Place(code) => unit.municipality == *code,
            Self::Provider(code) => unit.provider.code == *code,
            Self::Unit(code) => unit.code == *code,
        }
    }
}

/// The pupils of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Pupils<'m> {
    /// The unit.
    pub unit: &'m SchoolUnit,
    /// All of them; in a public release those of an unknown home too.
    pub all: Cell,
    /// Those who live in another municipality; missing where the release does not tell.
    pub elsewhere: Cell,
}

/// What a released sum of flows is of: snapshot, year, home, unit and programme, each but the first two a code or a margin.
type Key = (Snapshot, Year, Text, Text, Text);

/// Released sums of flows.
#[derive(Debug, Clone, Default)]
pub struct Margins {
    flows: HashMap<Key, Cell>,
}

impl Margins {
    fn new(flows: &[FlowRow]) -> Self {
        let key = |f: &FlowRow| (f.snapshot, f.year, f.home.clone(), f.unit.clone(), f.programme.clone());
        Self { flows: flows.iter().map(|flow| (key(flow), flow.students)).collect() }
    }
}

impl ReportModel {
    /// What flows lead to in this release.
    #[must_use]
    pub fn ends(&self) -> Ends {
        match self.release() {
            Release::Internal => Ends::Units,
            Release::Public => Ends::Municipalities,
        }
    }

    /// A released sum of flows: zero where the table has no row, hidden where nothing of its level is published.
    fn margin(&self, selection: &Selection, level: Level, home: &str, unit: &str) -> Cell {
        if !self.policy.levels.contains(&level) {
            return Cell::Hidden;
        }
        let programme: Text = match &selection.programmes {
            Programmes::Of(Population::National) => ALL_NATIONAL.into(),
            Programmes::Of(Population::All) => ALL.into(),
            Programmes::Group(_) => return Cell::Hidden,
            Programmes::One(_) if level != Level::UnitProgramme => return Cell::Hidden,
            Programmes::One(code) => code.clone(),
        };
        let margins = self.margins.get_or_init(|| self.tables.derive(|tables| Margins::new(&tables.flows)));
        let key = (selection.snapshot, selection.year, home.into(), unit.into(), programme);
        margins.get().flows.get(&key).copied().unwrap_or(Cell::Value(0))
    }

    /// The students of a home by where they study, most first, ties by code; none where there are none.
    #[must_use]
    pub fn destinations(&self, home: &str, selection: &Selection) -> Vec<(Text, Cell)> {
        let found = match self.ends() {
            Ends::Units => self.graph().destinations(home, selection, &self.registers),
            Ends::Municipalities => {
                let to = |place: &Text| self.margin(selection, Level::HomePlace, home, &units_of(place));
                largest_first(self.places().map(|place| (place.clone(), to(&place))))
            }
        };
        found.into_iter().filter(|(_, students)| *students != Cell::Value(0)).collect()
    }

    /// The students of a home by the municipality that their unit lies in, `OUT` for all outside the region; the home `OUT`
    /// stands for all outside it. In the order of the codes.
    #[must_use]
    pub fn places_of(&self, home: &str, selection: &Selection) -> BTreeMap<Text, Cell> {
        let known = |code: &Text| self.registers.municipality_by_code(code).is_some() && !self.in_region(code);
        let homes: Vec<Text> = match (home == OUT, self.ends()) {
            (true, Ends::Units) => self.graph().homes().filter(|code| known(code)).cloned().collect(),
            (true, Ends::Municipalities) | (false, _) => vec![home.into()],
        };
        let mut out: BTreeMap<Text, Cell> = BTreeMap::new();
        for own in homes {
            for (end, students) in self.destinations(&own, selection) {
                let place = match self.ends() {
                    Ends::Municipalities => end,
                    Ends::Units => match self.registers.unit_by_code(&end).map(|unit| &unit.municipality) {
                        Some(place) if self.in_region(place) || **place == *home => place.clone(),
                        Some(_) => OUT.into(),
                        None => continue,
                    },
                };
                *out.entry(place).or_insert(Cell::Value(0)) += students;
            }
        }
        out
    }

    /// The pupils of all units in a municipality by home, most first, ties by code; none where there are none. A public
    /// release tells homes outside the region together.
    #[must_use]
    pub fn origins(&self, place: &str, selection: &Selection) -> Vec<(Text, Cell)> {
        let found = match self.ends() {
            Ends::Units => {
                let units = self.registers.units().filter(|unit| *unit.municipality == *place);
                self.graph().origins_of(units.map(|unit| &*unit.code), selection, &self.registers)
            }
            Ends::Municipalities => {
                let from = |home: &Text| self.margin(selection, Level::HomePlace, home, &units_of(place));
                largest_first(self.places().map(|home| (home.clone(), from(&home))))
            }
        };
        found.into_iter().filter(|(_, students)| *students != Cell::Value(0)).collect()
    }

    /// The students of all homes outside the region, in a release that tells no homes there one by one.
    #[must_use]
    pub fn visitors(&self, selection: &Selection) -> Cell {
        self.margin(selection, Level::HomeProgramme, OUT, ALL)
    }

    /// The region's municipalities, and everything outside it.
    fn places(&self) -> impl Iterator<Item = Text> + '_ {
        self.region.municipalities.iter().cloned().chain([Text::from(OUT)])
    }

    /// The students of a home.
    #[must_use]
    pub fn residents(&self, home: &str, selection: &Selection) -> Totals {
        let flows = self.destinations(home, selection);
        match self.ends() {
            Ends::Units => Totals::of(flows, |unit| Some(*self.registers.unit_by_code(unit)?.municipality == *home)),
            Ends::Municipalities => {
                let row = self.balance(home, selection);
                Totals::released(row.map(|row| [row.residents, row.stay, row.out]), flows)
            }
        }
    }

    /// The pupils of all units in a municipality.
    #[must_use]
    pub fn pupils(&self, place: &str, selection: &Selection) -> Totals {
        let flows = self.origins(place, selection);
        match self.ends() {
            Ends::Units => Totals::of(flows, |home| self.is_from(home, place)),
            Ends::Municipalities => {
                let row = self.balance(place, selection);
                Totals::released(row.map(|row| [row.pupils_here, row.stay, row.into]), flows)
            }
        }
    }

    /// Whether a known home is this municipality.
    fn is_from(&self, home: &str, place: &str) -> Option<bool> {
        self.registers.municipality_by_code(home).map(|_| *home == *place)
    }

    /// The pupils of several units: those who live where their unit lies, and those who come from elsewhere, by home. A
    /// public release tells them of all units in a municipality alone.
    #[must_use]
    pub fn pupils_of(&self, subject: &Subject, selection: &Selection) -> Totals {
        match (subject, self.ends()) {
            (Subject::Place(place), _) => self.pupils(place, selection),
            (_, Ends::Municipalities) => Totals::released(None, Vec::new()),
            (_, Ends::Units) => {
                let mut places: BTreeMap<&Text, Vec<&str>> = BTreeMap::new();
                for unit in self.units_of(subject) {
                    places.entry(&unit.municipality).or_default().push(&unit.code);
                }
                let (mut here, mut elsewhere) = (Cell::Value(0), Cell::Value(0));
                let mut homes: BTreeMap<Text, Cell> = BTreeMap::new();
                for (place, units) in places {
                    let flows = self.graph().origins_of(units, selection, &self.registers);
                    let sums = Totals::of(flows, |home| self.is_from(home, place));
                    here += sums.here;
                    elsewhere += sums.elsewhere;
                    for (home, students) in sums.flows.into_iter().filter(|(home, _)| home != place) {
                        *homes.entry(home).or_insert(Cell::Value(0)) += students;
                    }
                }
                Totals { all: here + elsewhere, here, elsewhere, flows: largest_first(homes) }
            }
        }
    }

    /// The units of a subject.
    pub fn units_of<'m>(&'m self, subject: &'m Subject) -> impl Iterator<Item = &'m SchoolUnit> {
        self.registers.units().filter(|unit| subject.has(unit))
    }

    /// Those of a subject's units that have pupils, most first, ties by code.
    #[must_use]
    pub fn units<'m>(&'m self, subject: &Subject, selection: &Selection) -> Vec<Pupils<'m>> {
        let pupils = |unit: &'m SchoolUnit| match self.ends() {
            Ends::Units => {
                let homes = self.graph().origins(&unit.code, selection, &self.registers);
                let sums = Totals::of(homes, |home| self.is_from(home, &unit.municipality));
                Pupils { unit, all: sums.all, elsewhere: sums.elsewhere }
            }
            Ends::Municipalities => {
                let all = self.margin(selection, Level::UnitProgramme, ALL, &unit.code);
                Pupils { unit, all, elsewhere: Cell::Missing }
            }
        };
        let units = self.registers.units().filter(|unit| subject.has(unit));
        let mut out: Vec<Pupils<'_>> = units.map(pupils).filter(|pupils| pupils.all != Cell::Value(0)).collect();
        let key = |pupils: &Pupils<'_>| std::cmp::Reverse(pupils.all.value().unwrap_or(0));
        out.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.unit.code.cmp(&b.unit.code)));
        out
    }

    /// The row of `balance` of a municipality or `ALL`; none for a selection of one programme.
    #[must_use]
    pub fn balance(&self, municipality: &str, selection: &Selection) -> Option<&BalanceRow> {
        let is_of = |row: &&BalanceRow| selection.is_of(row.snapshot, row.year, row.population);
        self.tables.get().balance.iter().filter(is_of).find(|row| *row.municipality == *municipality)
    }

    /// The rows of `shares` of every home of the region and `ALL`, one per programme, group and `ALL`; none for a selection of
    /// one programme.
    pub fn shares(&self, selection: &Selection) -> impl Iterator<Item = &ShareRow> + use<'_> {
        let (rows, selection) = (self.tables.get().shares.iter(), selection.clone());
        rows.filter(move |row| selection.is_of(row.snapshot, row.year, row.population))
    }

    /// The row of `shares` of a home of the region or `ALL` over all programmes of the selection.
    #[must_use]
    pub fn share(&self, home: &str, selection: &Selection) -> Option<&ShareRow> {
        self.shares(selection).find(|row| *row.home == *home && *row.programme == *ALL)
    }
}
