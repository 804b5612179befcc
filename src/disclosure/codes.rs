//! The forms that rows of the contract's tables stand for, and the other way.

use std::collections::BTreeMap;

use super::forms::{Facts, Form, Part, What, Where, Who};
use super::ledger::Kinds;
use super::links::LinkSum;
use crate::compute::Inputs;
use crate::model::{
    ALL, ALL_NATIONAL, OUT, Population, ProgrammeKind, ProviderKind, Registers, Text, UNKNOWN, UnitId, Year, units_of,
};

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
        let outside = |municipality| self.registers().municipality_codes().text(municipality).clone();
        let home = match form.who {
            Who::Home(home) => region(home),
            Who::Away(home) => outside(home),
            Who::Outside => OUT.into(),
            Who::Everyone => ALL.into(),
            _ => return None,
        };
        let unit: Text = match form.place {
            Where::Unit(unit) | Where::AwayUnit(unit) => self.registers().unit_codes().text(unit).clone(),
            Where::Place(place) => units_of(&region(place)),
            Where::AwayPlace(place) => units_of(&outside(place)),
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

    /// The codes of a row of `origins`: population, unit, municipality and kind of provider; `None` for other sums.
    pub fn origin(&self, sum: LinkSum) -> Option<(Population, Text, Text, Text)> {
        let unit = |unit: Option<UnitId>| {
            unit.map_or_else(|| Text::from(ALL), |unit| self.registers().unit_codes().text(unit).clone())
        };
        match sum {
            LinkSum::ToRaised { population, unit: raised, from, kinds } => {
                let municipality = match from {
                    Where::Place(place) => self.inputs.region[usize::from(place)].clone(),
                    Where::Abroad => OUT.into(),
                    _ => ALL.into(),
                };
                let kind = match kinds {
                    Kinds::All => ALL,
                    Kinds::Kind(kind) => kind.map_or(UNKNOWN, ProviderKind::as_str),
                };
                Some((population, unit(raised), municipality, kind.into()))
            }
            LinkSum::ArrivedAtRaised { population, unit: raised } => {
                Some((population, unit(raised), UNKNOWN.into(), UNKNOWN.into()))
            }
            LinkSum::Ledger { .. } | LinkSum::Moved(..) => None,
        }
    }

    /// The sum that a row of `origins` is; `None` for codes that this run does not know.
    pub fn origin_sum(&self, population: Population, unit: &str, municipality: &str, kind: &str) -> Option<LinkSum> {
        let unit = match unit {
            ALL => None,
            code => Some(self.registers().unit_codes().find(code)?),
        };
        if municipality == UNKNOWN {
            return Some(LinkSum::ArrivedAtRaised { population, unit });
        }
        let from = match municipality {
            ALL => Where::Everywhere,
            OUT => Where::Abroad,
            code => Where::Place(self.home(code)?),
        };
        let kinds = match kind {
            ALL => Kinds::All,
            UNKNOWN => Kinds::Kind(None),
            word => Kinds::Kind(Some(ProviderKind::parse(word)?)),
        };
        Some(LinkSum::ToRaised { population, unit, from, kinds })
    }

    /// The form of a row of the flow table in a year; `None` for codes that this run does not know.
    pub fn form(&self, home: &str, unit: &str, programme: &str, year: Year) -> Option<Form> {
        let outside = |code: &str| {
            let municipality = self.registers().municipality_codes().find(code)?;
            self.registers().municipality(municipality).map(|_| municipality)
        };
        let who = match home {
            ALL => Who::Everyone,
            OUT => Who::Outside,
            home => match self.home(home) {
                Some(position) => Who::Home(position),
                None => Who::Away(outside(home)?),
            },
        };
        let place = match unit.strip_prefix(&*units_of("")) {
            _ if unit == ALL => Where::Everywhere,
            Some(OUT) => Where::Abroad,
            Some(place) => match self.home(place) {
                Some(position) => Where::Place(position),
                None => Where::AwayPlace(outside(place)?),
            },
            None => self.at(unit, year)?,
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

    /// A unit by its code, as the place of a form; `None` for one that no register knows.
    pub fn at(&self, code: &str, year: Year) -> Option<Where> {
        let unit = self.registers().unit_codes().find(code)?;
        let facts = self.facts.get(&year)?;
        facts.unit(unit).map(|_| facts.at(unit))
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
