//! The forms that rows of the contract's tables stand for, and the other way.

use std::collections::BTreeMap;

use super::forms::{Facts, Form, Part, What, Where, Who};
use super::ledger::{Item, Key, Kinds};
use crate::compute::Inputs;
use crate::model::{
    ALL, ALL_NATIONAL, OUT, Population, ProgrammeKind, ProviderKind, Registers, Text, UNKNOWN, UnitId, Year, units_of,
};

/// The columns of `balance` that are counts of students.
pub const BALANCE: [&str; 5] = ["residents", "stay", "out", "into", "pupils_here"];

/// The columns of `shares` that are counts of students, and where these are.
pub const SHARES: [(&str, Where); 7] = [
    ("students", Where::Everywhere),
    ("own_provider", Where::Part(Part::Own)),
    ("other_municipality", Where::Part(Part::OtherMunicipality)),
    ("independent_home", Where::Part(Part::IndependentHome)),
    ("independent_elsewhere", Where::Part(Part::IndependentElsewhere)),
    ("region_state", Where::Part(Part::RegionState)),
    ("cross_provider", Where::Cross),
];

/// The programmes that a row asks for.
pub enum Asked {
    /// A sum of programmes.
    Sum(What),
    /// No programme of the population.
    Nothing,
    /// `?` and `-`, which are no programmes of the register and are never shown.
    Unknown,
}

/// Codes of a run.
#[derive(Clone, Copy)]
pub struct Codes<'a> {
    /// The run.
    pub inputs: Inputs<'a>,
    /// The facts of its years.
    pub facts: &'a BTreeMap<Year, Facts>,
}

impl Codes<'_> {
    /// The registers of the run.
    pub fn registers(&self) -> &Registers {
        self.inputs.registers
    }

    /// A form with the codes of the flow table; none where it does not stand there.
    pub fn of(&self, form: Form) -> Option<(Text, Text, Text)> {
        let region = |position: u16| self.inputs.region[usize::from(position)].clone();
        let home = match form.who {
            Who::Home(home) => region(home),
            Who::Outside => OUT.into(),
            Who::Everyone => ALL.into(),
            _ => return None,
        };
        let unit: Text = match form.place {
            Where::Unit(unit) => self.registers().unit_codes().text(unit).clone(),
            Where::Place(place) => units_of(&region(place)),
            Where::Abroad => units_of(OUT),
            Where::Everywhere => ALL.into(),
            _ => return None,
        };
        let programme: Text = match form.what {
            What::One(programme) => self.registers().programme_codes().text(programme).clone(),
            What::Group(kind) => group(kind)?.into(),
            What::National => ALL_NATIONAL.into(),
            What::All => ALL.into(),
            What::Others | What::Uncoded => return None,
        };
        Some((home, unit, programme))
    }

    /// The municipality and the kind of provider of a number of those who came to raised units; none for other numbers.
    pub fn origin(&self, key: Key) -> Option<(Text, Text)> {
        let kind = match key.item {
            Item::ArrivedAtRaised => return Some((UNKNOWN.into(), UNKNOWN.into())),
            Item::ToRaised(Kinds::All) => ALL,
            Item::ToRaised(Kinds::Kind(kind)) => kind.map_or(UNKNOWN, ProviderKind::as_str),
            _ => return None,
        };
        let municipality = match key.place {
            Where::Place(place) => self.inputs.region[usize::from(place)].clone(),
            Where::Abroad => OUT.into(),
            _ => ALL.into(),
        };
        Some((municipality, kind.into()))
    }

    /// The number that a row of `origins` is; none for codes that this run does not know.
    pub fn origin_key(&self, population: Population, municipality: &str, kind: &str) -> Option<Key> {
        let place = match municipality {
            UNKNOWN | ALL => Where::Everywhere,
            OUT => Where::Abroad,
            code => Where::Place(self.home(code)?),
        };
        let item = match kind {
            _ if municipality == UNKNOWN => Item::ArrivedAtRaised,
            ALL => Item::ToRaised(Kinds::All),
            UNKNOWN => Item::ToRaised(Kinds::Kind(None)),
            word => Item::ToRaised(Kinds::Kind(Some(ProviderKind::parse(word)?))),
        };
        Some(Key { place, population, item })
    }

    /// The form of a row of the flow table in a year; none for codes that this run does not know.
    pub fn form(&self, home: &str, unit: &str, programme: &str, year: Year) -> Option<Form> {
        let who = match home {
            ALL => Who::Everyone,
            OUT => Who::Outside,
            home => Who::Home(self.home(home)?),
        };
        let place = match unit.strip_prefix(&*units_of("")) {
            _ if unit == ALL => Where::Everywhere,
            Some(OUT) => Where::Abroad,
            Some(place) => Where::Place(self.home(place)?),
            None => Where::Unit(self.unit(unit, year)?),
        };
        let what = match programme {
            ALL => What::All,
            ALL_NATIONAL => What::National,
            code => match self.what(Population::All, code) {
                Asked::Sum(what) => what,
                Asked::Nothing | Asked::Unknown => return None,
            },
        };
        Some(Form { who, place, what })
    }

    /// The position in the region of a municipality.
    pub fn home(&self, code: &str) -> Option<u16> {
        self.inputs.region.binary_search_by(|known| (**known).cmp(code)).ok().map(|position| position as u16)
    }

    /// A unit of the region by its code; none for units outside, whose rows are not published.
    pub fn unit(&self, code: &str, year: Year) -> Option<UnitId> {
        let unit = self.registers().unit_codes().find(code)?;
        let place = self.registers().unit_municipality_in(unit, year);
        matches!(self.facts.get(&year)?.who(place), Who::Home(_)).then_some(unit)
    }

    /// The programmes of a row of a population.
    pub fn what(&self, population: Population, programme: &str) -> Asked {
        let kind = [ProgrammeKind::Vocational, ProgrammeKind::Preparatory, ProgrammeKind::Introduction]
            .into_iter()
            .find(|kind| group(*kind) == Some(programme));
        if programme == ALL {
            return Asked::Sum(What::of(population));
        }
        if let Some(kind) = kind {
            return if population.includes(Some(kind)) { Asked::Sum(What::Group(kind)) } else { Asked::Nothing };
        }
        let found = self.registers().programme_codes().find(programme);
        match found.map(|id| (id, self.registers().programme_kind(id))) {
            Some((id, Some(kind))) if population.includes(Some(kind)) => Asked::Sum(What::One(id)),
            None | Some((_, None)) if population == Population::All => Asked::Unknown,
            _ => Asked::Nothing,
        }
    }

    /// Whose students a row of `shares` is about: a home's, or the region's.
    pub fn resident(&self, home: &str) -> Who {
        self.home(home).map_or(Who::Region, Who::Home)
    }

    /// Whose students the columns of `balance` are about, and where these are.
    pub fn balance(&self, municipality: &str) -> [(Who, Where); 5] {
        match self.home(municipality) {
            Some(home) => [
                (Who::Home(home), Where::Everywhere),
                (Who::Home(home), Where::Place(home)),
                (Who::Home(home), Where::Elsewhere(home)),
                (Who::Visitors(home), Where::Place(home)),
                (Who::Known, Where::Place(home)),
            ],
            None => [
                (Who::Region, Where::Everywhere),
                (Who::Region, Where::InRegion),
                (Who::Region, Where::Abroad),
                (Who::Outside, Where::InRegion),
                (Who::Known, Where::InRegion),
            ],
        }
    }
}

/// The margin of a programme group.
const fn group(kind: ProgrammeKind) -> Option<&'static str> {
    match kind {
        ProgrammeKind::Vocational => Some("ALL-vocational"),
        ProgrammeKind::Preparatory => Some("ALL-preparatory"),
        ProgrammeKind::Introduction => Some("ALL-introduction"),
        ProgrammeKind::Other => None,
    }
}
