//! Translation between margins and the codes in rows of tables.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::link::{LinkMargin, ProviderKinds};
use super::margin::{Margin, OfficialGroup, Runner, SharePart, What, Where, Who};
use crate::model::{
    ALL, ALL_NATIONAL, MunicipalityId, OUT, Population, ProgrammeKind, ProviderKind, Registers, Text, UNKNOWN,
    UnitId, Year, units_of,
};
use crate::tables::inputs::Inputs;

/// Columns of `shares` that count students, with their places.
pub const SHARES: [(&str, Where); 7] = [
    ("students", Where::Everywhere),
    (SharePart::Own.column(), Where::Part(SharePart::Own)),
    (SharePart::OtherMunicipality.column(), Where::Part(SharePart::OtherMunicipality)),
    (SharePart::IndependentHome.column(), Where::Part(SharePart::IndependentHome)),
    (SharePart::IndependentElsewhere.column(), Where::Part(SharePart::IndependentElsewhere)),
    (SharePart::RegionState.column(), Where::Part(SharePart::RegionState)),
    ("cross_provider", Where::Cross),
];

/// Codes in `sums`: groups of providers of the region matrix.
const RUNNERS: [(&str, Where); 3] = [
    ("ALL:municipal_outside", Where::Runner(Runner::MunicipalAway)),
    ("ALL:independent", Where::Runner(Runner::Independent)),
    ("ALL:region_state_federation", Where::Runner(Runner::PublicOther)),
];

/// Code in `sums`: all known homes.
const HOMES_KNOWN: &str = "ALL:known";
/// Code in `sums`: all homes, or all units, of the region.
const IN_REGION: &str = "ALL:region";
/// Prefix in `sums` of the municipality that is excluded from all known homes or all places.
const BUT: &str = "ALL:but:";
/// Prefix in `sums` of a provider's code.
const PROVIDER: &str = "ALL:provider:";
/// Prefix in `sums` of a part of a home's students who study in their home municipality.
const HERE: &str = "ALL:here:";
/// Prefix in `sums` of the name of a compared region, as homes or as a place.
const COMPARED: &str = "ALL:compare:";
/// Prefix in `sums` of a group of units in official statistics.
const OFFICIAL: &str = "ALL:official:";
/// Prefix in `sums` of a part of a home's students.
const PART: &str = "ALL:";

fn word_of(words: &[(&'static str, Where)], place: Where) -> Option<&'static str> {
    words.iter().find(|(_, of)| *of == place).map(|(word, _)| *word)
}

fn place_of_word(words: &[(&'static str, Where)], text: &str) -> Option<Where> {
    words.iter().find(|(word, _)| *word == text).map(|(_, place)| *place)
}

/// The programmes that a row of a table selects.
pub enum ProgrammeSelection {
    /// A sum of programmes.
    Sum(What),
    /// No programme of the population.
    Nothing,
    /// `?` and `-`: no programme of the register; never shown.
    Unknown,
}

/// Translates codes of a run.
#[derive(Clone, Copy)]
pub struct MarginCodes<'a> {
    /// Inputs of the run.
    pub inputs: Inputs<'a>,
    /// Facts by year.
    pub facts: &'a BTreeMap<Year, Facts>,
}

impl MarginCodes<'_> {
    /// The registers of the run.
    pub fn registers(&self) -> &Registers {
        self.inputs.registers
    }

    /// The home, unit and programme codes of a margin in `flows`; `None` if it has no row there.
    pub fn flow_codes(&self, margin: Margin) -> Option<(Text, Text, Text)> {
        Some((self.home_code(margin.who)?, self.unit_code(margin.place)?, self.programme_code(margin.what)?))
    }

    /// The home, unit and programme codes of a margin in `sums`; `None` if no table shows it.
    pub fn sum_codes(&self, margin: Margin, year: Year) -> Option<(Text, Text, Text)> {
        let home = match margin.who {
            Who::Known => HOMES_KNOWN.into(),
            Who::Region => IN_REGION.into(),
            Who::Compared(region) => self.compared_code(region)?,
            Who::Visitors(home) => format!("{BUT}{}", self.inputs.region[usize::from(home)]).into(),
            who => self.home_code(who)?,
        };
        let unit: Text = match margin.place {
            Where::InRegion => IN_REGION.into(),
            Where::InCompared(region) => self.compared_code(region)?,
            Where::Official(group) => format!("{OFFICIAL}{}", group.code()).into(),
            Where::Elsewhere(place) => format!("{BUT}{}", self.inputs.region[usize::from(place)]).into(),
            Where::Provider(provider) => {
                format!("{PROVIDER}{}", self.facts.get(&year)?.provider_code(provider)).into()
            }
            Where::Here(part) => format!("{HERE}{}", word_of(&SHARES, Where::Part(part))?).into(),
            Where::Part(_) | Where::Cross => format!("{PART}{}", word_of(&SHARES, margin.place)?).into(),
            Where::Runner(_) => word_of(&RUNNERS, margin.place)?.into(),
            place => self.unit_code(place)?,
        };
        Some((home, unit, self.programme_code(margin.what)?))
    }

    fn home_code(&self, who: Who) -> Option<Text> {
        Some(match who {
            Who::Home(home) => self.inputs.region[usize::from(home)].clone(),
            Who::Away(home) => self.registers().municipality_codes().text(home).clone(),
            Who::Outside => Text::word(&OUT),
            Who::Everyone => Text::word(&ALL),
            Who::Unknown | Who::Region | Who::Compared(_) | Who::Visitors(_) | Who::Known => return None,
        })
    }

    fn compared_code(&self, region: u16) -> Option<Text> {
        Some(format!("{COMPARED}{}", self.inputs.regions.get(usize::from(region))?.name).into())
    }

    /// The position of a region among those of the run, from its code in `sums`.
    fn compared(&self, code: &str) -> Option<u16> {
        self.region_of_name(code.strip_prefix(COMPARED)?)
    }

    /// The position of a region among those of the run, from its name.
    pub fn region_of_name(&self, name: &str) -> Option<u16> {
        let position = self.inputs.regions.iter().position(|region| *region.name == *name)?;
        u16::try_from(position).ok()
    }

    fn unit_code(&self, place: Where) -> Option<Text> {
        Some(match place {
            Where::Unit(unit) | Where::AwayUnit(unit) => self.registers().unit_codes().text(unit).clone(),
            Where::Place(place) => units_of(&self.inputs.region[usize::from(place)]),
            Where::AwayPlace(place) => units_of(self.registers().municipality_codes().text(place)),
            Where::Abroad => units_of(OUT),
            Where::Everywhere => Text::word(&ALL),
            _ => return None,
        })
    }

    fn programme_code(&self, what: What) -> Option<Text> {
        Some(match what {
            What::One(programme) => self.registers().programme_codes().text(programme).clone(),
            What::Group(kind) => group_code(kind)?.into(),
            What::National => ALL_NATIONAL.into(),
            What::All => Text::word(&ALL),
            What::Others | What::Uncoded => return None,
        })
    }

    /// The codes of a margin in `origins`: population, unit, municipality and kind of provider; `None` for other
    /// margins.
    pub fn origin_codes(&self, sum: LinkMargin) -> Option<(Population, Text, Text, Text)> {
        let unit = |unit: Option<UnitId>| {
            unit.map_or_else(|| Text::word(&ALL), |unit| self.registers().unit_codes().text(unit).clone())
        };
        match sum {
            LinkMargin::ToRaised { population, unit: raised, from, kinds } => {
                let municipality = match from {
                    Where::Place(place) => self.inputs.region[usize::from(place)].clone(),
                    Where::Abroad => Text::word(&OUT),
                    _ => Text::word(&ALL),
                };
                let kind = match kinds {
                    ProviderKinds::All => ALL,
                    ProviderKinds::Kind(kind) => kind.map_or(UNKNOWN, ProviderKind::as_str),
                };
                Some((population, unit(raised), municipality, kind.into()))
            }
            LinkMargin::ArrivedAtRaised { population, unit: raised } => {
                Some((population, unit(raised), Text::word(&UNKNOWN), Text::word(&UNKNOWN)))
            }
            LinkMargin::Ledger { .. }
            | LinkMargin::Moved(..)
            | LinkMargin::Switched(_)
            | LinkMargin::OfRegion { .. } => None,
        }
    }

    /// The margin of a row of `origins`; `None` for codes that this run does not know.
    pub fn origin_margin(
        &self,
        population: Population,
        unit: &str,
        municipality: &str,
        kind: &str,
    ) -> Option<LinkMargin> {
        let unit = match unit {
            ALL => None,
            code => Some(self.registers().unit_codes().find(code)?),
        };
        if municipality == UNKNOWN {
            return Some(LinkMargin::ArrivedAtRaised { population, unit });
        }
        let from = match municipality {
            ALL => Where::Everywhere,
            OUT => Where::Abroad,
            code => Where::Place(self.home(code)?),
        };
        let kinds = match kind {
            ALL => ProviderKinds::All,
            UNKNOWN => ProviderKinds::Kind(None),
            word => ProviderKinds::Kind(Some(ProviderKind::parse(word)?)),
        };
        Some(LinkMargin::ToRaised { population, unit, from, kinds })
    }

    /// The margin of a row of `flows` in a year; `None` for codes that this run does not know.
    pub fn flow_margin(&self, home: &str, unit: &str, programme: &str, year: Year) -> Option<Margin> {
        let (who, place) = (self.home_of(home)?, self.place_of(unit, year)?);
        Some(Margin { who, place, what: self.programmes_of(programme)? })
    }

    /// The margin of a row of `sums` in a year; `None` for codes that this run does not know.
    pub fn sum_margin(&self, home: &str, unit: &str, programme: &str, year: Year) -> Option<Margin> {
        let who = match (home, home.strip_prefix(BUT)) {
            (HOMES_KNOWN, _) => Who::Known,
            (IN_REGION, _) => Who::Region,
            (_, Some(code)) => Who::Visitors(self.home(code)?),
            _ => match self.compared(home) {
                Some(region) => Who::Compared(region),
                None => self.home_of(home)?,
            },
        };
        let place = if unit == IN_REGION {
            Where::InRegion
        } else if let Some(region) = self.compared(unit) {
            Where::InCompared(region)
        } else if let Some(code) = unit.strip_prefix(OFFICIAL) {
            Where::Official(OfficialGroup::ALL.into_iter().find(|group| group.code() == code)?)
        } else if let Some(code) = unit.strip_prefix(BUT) {
            Where::Elsewhere(self.home(code)?)
        } else if let Some(code) = unit.strip_prefix(PROVIDER) {
            Where::Provider(self.facts.get(&year)?.provider(code)?)
        } else if let Some(word) = unit.strip_prefix(HERE) {
            match place_of_word(&SHARES, word)? {
                Where::Part(part) => Where::Here(part),
                _ => return None,
            }
        } else if let Some(place) = place_of_word(&RUNNERS, unit) {
            place
        } else if let Some(word) = unit.strip_prefix(PART) {
            place_of_word(&SHARES, word)?
        } else {
            self.place_of(unit, year)?
        };
        Some(Margin { who, place, what: self.programmes_of(programme)? })
    }

    fn home_of(&self, home: &str) -> Option<Who> {
        Some(match home {
            ALL => Who::Everyone,
            OUT => Who::Outside,
            home => match self.home(home) {
                Some(position) => Who::Home(position),
                None => Who::Away(self.away_home(home)?),
            },
        })
    }

    fn place_of(&self, unit: &str, year: Year) -> Option<Where> {
        Some(match unit.strip_prefix(&*units_of("")) {
            _ if unit == ALL => Where::Everywhere,
            Some(OUT) => Where::Abroad,
            Some(place) => match self.home(place) {
                Some(position) => Where::Place(position),
                None => Where::AwayPlace(self.away_home(place)?),
            },
            None => self.unit_place(unit, year)?,
        })
    }

    fn programmes_of(&self, programme: &str) -> Option<What> {
        match programme {
            ALL => Some(What::All),
            ALL_NATIONAL => Some(What::National),
            code => match self.programmes(Population::All, code) {
                ProgrammeSelection::Sum(what) => Some(what),
                ProgrammeSelection::Nothing | ProgrammeSelection::Unknown => None,
            },
        }
    }

    fn away_home(&self, code: &str) -> Option<MunicipalityId> {
        let municipality = self.registers().municipality_codes().find(code)?;
        self.registers().municipality(municipality).map(|_| municipality)
    }

    /// The position of a municipality in the region; `None` outside it.
    pub fn home(&self, code: &str) -> Option<u16> {
        self.inputs.region.binary_search_by(|known| (**known).cmp(code)).ok().map(|position| position as u16)
    }

    /// The place of a unit, from its code; `None` for a unit that is in no register.
    pub fn unit_place(&self, code: &str, year: Year) -> Option<Where> {
        let unit = self.registers().unit_codes().find(code)?;
        let facts = self.facts.get(&year)?;
        facts.unit(unit).map(|_| facts.unit_place(unit))
    }

    /// The programmes that a code selects within a population.
    pub fn programmes(&self, population: Population, programme: &str) -> ProgrammeSelection {
        let kind = [ProgrammeKind::Vocational, ProgrammeKind::Preparatory, ProgrammeKind::Introduction]
            .into_iter()
            .find(|kind| group_code(*kind) == Some(programme));
        if programme == ALL {
            return ProgrammeSelection::Sum(What::of(population));
        }
        if let Some(kind) = kind {
            return if population.includes(Some(kind)) {
                ProgrammeSelection::Sum(What::Group(kind))
            } else {
                ProgrammeSelection::Nothing
            };
        }
        let found = self.registers().programme_codes().find(programme);
        match found.map(|id| (id, self.registers().programme_kind(id))) {
            Some((id, Some(kind))) if population.includes(Some(kind)) => ProgrammeSelection::Sum(What::One(id)),
            None | Some((_, None)) if population == Population::All => ProgrammeSelection::Unknown,
            _ => ProgrammeSelection::Nothing,
        }
    }

    /// The students of a row of `shares`: those of a home, or of the region.
    pub fn resident(&self, home: &str) -> Who {
        self.home(home).map_or(Who::Region, Who::Home)
    }

    /// The students and places of the five count columns of `balance`, in order.
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

/// The code of a programme group; `None` if it has none.
pub const fn group_code(kind: ProgrammeKind) -> Option<&'static str> {
    match kind {
        ProgrammeKind::Vocational => Some("ALL-vocational"),
        ProgrammeKind::Preparatory => Some("ALL-preparatory"),
        ProgrammeKind::Introduction => Some("ALL-introduction"),
        ProgrammeKind::Other => None,
    }
}
