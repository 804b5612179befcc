//! What if: who goes where if units close, lose or gain seats, or open; on the market of a year.
//!
//! Students of what closes, and those beyond the seats of what shrinks, are displaced. They are placed by diversion where
//! there is room ([`crate::diversion`]); an offer with unknown seats takes everyone. New seats beyond those that displaced
//! students took draw students from other offers: those to which the students of the growing offer would divert. A new
//! offer draws as the offer of its template unit does, the template included. Numbers are whole: those of each offer that
//! loses students sum to its displaced students, and nobody is placed beyond room.

mod growth;
mod losses;
mod rows;
mod summary;

pub use summary::{Fate, HomeFates, fates};

use std::collections::BTreeSet;

use crate::model::{MunicipalityId, ProviderKind, Registers, Text, UnitId};
use crate::report::ReportModel;
use crate::tables::market::{Market, MarketOffer};

/// One change of supply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// These offers close.
    Close(BTreeSet<u32>),
    /// An offer gains or loses seats.
    Seats(u32, i64),
    /// A new offer.
    Open(NewOffer),
}

/// A new offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffer {
    /// The name of its unit.
    pub name: String,
    /// The code of the municipality in which it lies.
    pub place: Text,
    /// Its seats.
    pub seats: u64,
    /// The offer whose students choose like those of the new one: the same programme at the template unit.
    pub like: u32,
}

/// Who is placed first where there is too little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum First {
    /// Nobody: all have the same share.
    #[default]
    Nobody,
    /// At municipal units: residents of the municipality and of its co-operation area.
    Area,
}

/// Several changes at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scenario {
    /// The changes, in any order.
    pub measures: Vec<Measure>,
    /// Who is placed first.
    pub first: First,
}

/// Where students of a scenario come from or go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An offer of the market.
    Offer(u32),
    /// The position of a new offer in the scenario's measures.
    New(usize),
    /// Nowhere: no room at any alternative.
    NoRoom,
    /// Nowhere: no alternative.
    NoAlternative,
}

/// Students of a home who change from one place to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// Their home; `None`: unknown, or outside the region in a public release.
    pub home: Option<MunicipalityId>,
    /// Where they are.
    pub from: Place,
    /// Where they go.
    pub to: Place,
    /// How many they are, 1 or more.
    pub students: u64,
}

/// The result of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Displaced students, by home, from and to; sorted.
    pub displaced: Vec<Moved>,
    /// Students drawn to new seats; sorted.
    pub drawn: Vec<Moved>,
    /// New seats that nobody takes.
    pub empty_seats: u64,
}

impl Outcome {
    /// The outcome of a scenario.
    #[must_use]
    pub fn of(market: &Market, registers: &Registers, region: &[Text], scenario: &Scenario) -> Self {
        let setting = Setting::new(market, registers, region, scenario);
        let losses = setting.losses();
        let growth = setting.growth(&losses);
        Self { displaced: losses.moved, drawn: growth.moved, empty_seats: growth.empty }
    }

    /// Number of displaced students.
    #[must_use]
    pub fn all_displaced(&self) -> u64 {
        self.displaced.iter().map(|moved| moved.students).sum()
    }

    /// All students who change place.
    pub fn moved(&self) -> impl Iterator<Item = &Moved> {
        self.displaced.iter().chain(&self.drawn)
    }
}

/// A scenario with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// Its measures as on the command line.
    pub name: String,
    /// Its measures in words.
    pub measures: Vec<String>,
    /// The scenario.
    pub scenario: Scenario,
    /// The result.
    pub outcome: Outcome,
}

impl WhatIf {
    /// The closing of a unit of the report year's market; `None` if it has no offer there.
    #[must_use]
    pub fn closing(model: &ReportModel, unit: &Text) -> Option<Self> {
        let market = model.market()?;
        let offers: BTreeSet<u32> = market.offers_of(model.registers.unit_codes().find(unit)?).collect();
        if offers.is_empty() {
            return None;
        }
        let scenario = Scenario { measures: vec![Measure::Close(offers)], first: First::Nobody };
        let outcome = Outcome::of(market, &model.registers, &model.region.municipalities, &scenario);
        let words = model.lang.say("whatif-closes", &[("name", model.registers.unit_name(unit))]);
        Some(Self { name: format!("--close {unit}"), measures: vec![words], scenario, outcome })
    }
}

/// A scenario on a market.
struct Setting<'a> {
    market: &'a Market,
    registers: &'a Registers,
    region: &'a [Text],
    scenario: &'a Scenario,
    /// Offers that close.
    closed: BTreeSet<u32>,
}

impl<'a> Setting<'a> {
    fn new(market: &'a Market, registers: &'a Registers, region: &'a [Text], scenario: &'a Scenario) -> Self {
        let closed = |measure: &Measure| match measure {
            Measure::Close(offers) => offers.clone(),
            Measure::Seats(..) | Measure::Open(_) => BTreeSet::new(),
        };
        let closed = scenario.measures.iter().flat_map(closed).collect();
        Self { market, registers, region, scenario, closed }
    }

    /// The change of seats of an offer, over all measures.
    fn seats(&self, offer: u32) -> i64 {
        let change = |measure: &Measure| match measure {
            Measure::Seats(of, change) if *of == offer => *change,
            _ => 0,
        };
        self.scenario.measures.iter().map(change).sum()
    }

    /// Offers whose seats change and that stay open, sorted.
    fn changed(&self) -> BTreeSet<u32> {
        let of = |measure: &Measure| match measure {
            Measure::Seats(offer, _) if !self.closed.contains(offer) => Some(*offer),
            _ => None,
        };
        self.scenario.measures.iter().filter_map(of).collect()
    }

    /// The new offers, with their choice: a number after those of the market's offers.
    fn opened(&self) -> impl Iterator<Item = (u32, usize, &NewOffer)> {
        let first = self.market.offers.len() as u32;
        self.scenario.measures.iter().enumerate().filter_map(move |(at, measure)| match measure {
            Measure::Open(offer) => Some((first + at as u32, at, offer)),
            _ => None,
        })
    }

    fn offer(&self, offer: u32) -> &MarketOffer {
        &self.market.offers[offer as usize]
    }

    /// The place of a choice.
    fn place(&self, choice: u32) -> Place {
        let first = self.market.offers.len() as u32;
        if choice < first { Place::Offer(choice) } else { Place::New((choice - first) as usize) }
    }

    /// The municipality that runs the unit of a choice; `None` if another provider does.
    fn municipal(&self, choice: u32) -> Option<&'a str> {
        let like = |unit: UnitId| self.registers.unit(unit).filter(|u| u.provider.kind == ProviderKind::Municipal);
        match self.place(choice) {
            Place::New(at) => match &self.scenario.measures[at] {
                Measure::Open(offer) => like(self.offer(offer.like).unit).map(|_| &*offer.place),
                _ => None,
            },
            _ => like(self.offer(choice).unit).map(|unit| &*unit.provider.code),
        }
    }

    /// Whether students of a home are placed first at a choice.
    fn is_first(&self, home: Option<MunicipalityId>, choice: u32) -> bool {
        if self.scenario.first == First::Nobody {
            return false;
        }
        let (Some(home), Some(municipality)) = (home, self.municipal(choice)) else { return false };
        let home = self.registers.municipality_codes().text(home);
        let is_in_area = |code: &str| self.region.binary_search_by(|known| (**known).cmp(code)).is_ok();
        **home == *municipality || (is_in_area(home) && is_in_area(municipality))
    }
}

/// Places of the sorted list of what moved, without zeros.
fn sorted(moved: impl Iterator<Item = Moved>) -> Vec<Moved> {
    let mut out: Vec<Moved> = moved.filter(|moved| moved.students > 0).collect();
    out.sort_unstable();
    out
}
