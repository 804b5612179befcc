//! The dependency card of a unit or a provider: who depends on it, the nearest alternatives, and what if it closed or grew.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::context::Context;
use super::displaced;
use super::names;
use super::sheet::Sheet;
use super::table::{KeyFact, TableField, ViewRow, ViewTable};
use crate::graph::{Programmes, Selection};
use crate::model::{ALL, Cell, Point, Population, Ratio, SchoolUnit, Text};
use crate::report::Subject;
use crate::report::whatif::{Fate, First, HomeFates, Measure, Outcome, Scenario, fates};
use crate::tables::market::Market;
use crate::tables::{DiversionRow, LedgerRow, SeatRow};

/// Maximum number of homes and of alternatives of a card.
const HOMES: usize = 6;
const ALTERNATIVES: usize = 5;
/// New seats of the question "if it grew": a class.
const CLASS: u64 = 30;

/// A unit or a provider, and what would become of its students if it closed.
#[derive(Debug, Clone)]
pub struct Dependent {
    /// Its code.
    pub code: Text,
    /// The students by home and fate.
    pub homes: Vec<HomeFates>,
}

impl Dependent {
    /// The card of a unit.
    pub fn sheet(&self, context: &Context<'_>, market: &Market) -> Sheet {
        let subject = Subject::Unit(self.code.clone());
        let offers = offers(context, market, &subject);
        let card = Card { context, market, subject, offers, homes: self.homes.clone() };
        card.of_unit(&self.code)
    }
}

/// The units of the region with students that the release shows, by municipality and name.
#[must_use]
pub fn dependents(context: &Context<'_>, market: &Market) -> Vec<Dependent> {
    let units: Vec<&SchoolUnit> = context.municipalities().iter().flat_map(|place| context.units_in(place)).collect();
    let dependent = |unit: &&SchoolUnit| {
        let homes = closed(context, market, &Subject::Unit(unit.code.clone()))?;
        Some(Dependent { code: unit.code.clone(), homes })
    };
    units.par_iter().filter_map(dependent).collect()
}

/// The providers of units in the region.
#[must_use]
pub fn providers(context: &Context<'_>, market: &Market) -> Vec<Dependent> {
    let units = context.model.registers.units().filter(|unit| context.model.in_region(&unit.municipality));
    let codes: BTreeSet<&Text> = units.map(|unit| &unit.provider.code).collect();
    let dependent = |code: &&Text| {
        let homes = closed(context, market, &Subject::Provider(Text::clone(code)))?;
        Some(Dependent { code: Text::clone(code), homes })
    };
    codes.par_iter().filter_map(dependent).collect()
}

/// The card of a unit; `None` if the release shows no students there.
#[must_use]
pub fn of_unit(context: &Context<'_>, market: &Market, unit: &SchoolUnit) -> Option<Sheet> {
    let homes = closed(context, market, &Subject::Unit(unit.code.clone()))?;
    Some(Dependent { code: unit.code.clone(), homes }.sheet(context, market))
}

/// The short card of a provider.
#[must_use]
pub fn of_provider(context: &Context<'_>, market: &Market, code: &Text) -> Option<Sheet> {
    let subject = Subject::Provider(code.clone());
    let homes = closed(context, market, &subject)?;
    let card = Card { context, market, offers: offers(context, market, &subject), subject, homes };
    let field = context.provider_field(code);
    let mut sheet = card.sheet(names::anchor("provider", code), field.shown().to_owned(), code.to_string());
    sheet.add(card.homes());
    Some(sheet)
}

/// The offers of a unit or a provider.
fn offers(context: &Context<'_>, market: &Market, subject: &Subject) -> BTreeSet<u32> {
    let registers = &context.model.registers;
    match subject {
        Subject::Unit(code) => {
            let unit = registers.unit_codes().find(code);
            unit.map_or_else(BTreeSet::new, |unit| market.offers_of(unit).collect())
        }
        Subject::Provider(code) | Subject::Place(code) => {
            let is_of = |offer: &u32| {
                let unit = registers.unit(market.offers[*offer as usize].unit);
                unit.is_some_and(|unit| unit.provider.code == *code)
            };
            (0..market.offers.len() as u32).filter(is_of).collect()
        }
    }
}

/// What would become of the students of a unit or a provider that closes; `None` if the release shows none.
fn closed(context: &Context<'_>, market: &Market, subject: &Subject) -> Option<Vec<HomeFates>> {
    let model = context.model;
    let scenario =
        Scenario { measures: vec![Measure::Close(offers(context, market, subject))], first: First::Nobody };
    let outcome = Outcome::of(market, &model.registers, &model.region.municipalities, &scenario);
    let students = outcome.all_displaced();
    (students > 0 && model.shown(students) != Cell::Hidden)
        .then(|| fates(market, &model.registers, &scenario, &outcome.displaced))
}

/// A unit or a provider, and what would become of its students.
struct Card<'a> {
    context: &'a Context<'a>,
    market: &'a Market,
    subject: Subject,
    offers: BTreeSet<u32>,
    homes: Vec<HomeFates>,
}

impl<'a> Card<'a> {
    /// The card of a unit.
    fn of_unit(&self, code: &Text) -> Sheet {
        let context = self.context;
        let unit = context.model.registers.unit_by_code(code);
        let about = unit.map_or_else(String::new, |unit| {
            format!("{} · {} · {code}", context.municipality(&unit.municipality), context.kind(unit.provider.kind))
        });
        let mut sheet = self.sheet(names::anchor("unit", code), context.unit(code), about);
        sheet.facts.extend(self.ledger(code));
        if let Some(unit) = unit {
            sheet.add(self.alternatives(unit));
        }
        sheet.add(self.homes());
        sheet.add(self.programmes(code));
        sheet
    }

    fn sheet(&self, id: String, name: String, about: String) -> Sheet {
        let context = self.context;
        let all = displaced::total(&self.homes);
        let caption = context.say("card-closed-caption", &[("name", &name)]);
        let closed = displaced::by_home(context, format!("{id}-closed"), caption, &self.homes);
        let mut sheet = Sheet {
            title: self.title(&name, &all),
            id,
            about,
            lead: self.lead(&all),
            facts: self.facts(),
            tables: Vec::new(),
            notes: displaced::notes(context),
            name,
        };
        sheet.add(closed);
        sheet
    }

    /// The finding: students without a place, otherwise with another municipality or an independent provider.
    fn title(&self, name: &str, all: &HomeFates) -> String {
        let unplaced: u64 =
            Fate::ALL.into_iter().filter(|fate| !fate.is_placed()).map(|fate| all.students[fate as usize]).sum();
        let texts = [
            ("name", name.to_owned()),
            ("students", self.number(displaced::total(&self.homes).displaced())),
            ("unplaced", self.number(unplaced)),
        ];
        let texts: Vec<(&str, &str)> = texts.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let id = match self.context.model.shown(unplaced) {
            Cell::Value(0) => "card-title-all",
            Cell::Value(_) => "card-title-unplaced",
            Cell::Hidden | Cell::Missing => "card-title-placed",
        };
        self.context.say(id, &texts)
    }

    fn number(&self, students: u64) -> String {
        self.context.number(self.context.model.shown(students))
    }

    fn lead(&self, all: &HomeFates) -> Vec<String> {
        let part = |fate: Fate| {
            let students = all.students[fate as usize];
            let is_shown = students > 0 && self.context.model.shown(students) != Cell::Hidden;
            is_shown.then(|| {
                let name = self.context.t(&format!("whatif-with-{}", fate.as_str()));
                format!("{} {name}", self.number(students))
            })
        };
        let parts: Vec<String> = Fate::ALL.into_iter().filter_map(part).collect();
        if parts.is_empty() {
            return Vec::new();
        }
        vec![self.context.say(
            "card-closed-lead",
            &[("students", &self.number(displaced::total(&self.homes).displaced())), ("parts", &parts.join(", "))],
        )]
    }

    fn facts(&self) -> Vec<KeyFact> {
        let context = self.context;
        let seats: Option<u64> = self
            .offers
            .iter()
            .filter_map(|offer| self.market.offers[*offer as usize].seats)
            .fold(None, |sum, seats| Some(sum.unwrap_or(0) + seats));
        let seats = Cell::from(seats);
        let students = context.model.shown(displaced::total(&self.homes).displaced());
        let fill = students.zip(seats, Ratio::new);
        vec![
            KeyFact {
                label: context.t("card-fact-students"),
                value: context.number(students),
                note: context.scope_of_market(self.market),
            },
            KeyFact {
                label: context.t("card-fact-seats"),
                value: context.number(seats),
                note: context.say("card-fact-fill", &[("fill", &context.percent(fill))]),
            },
        ]
    }

    /// The year's ledger of a unit, over all programmes.
    fn ledger(&self, unit: &str) -> Vec<KeyFact> {
        let context = self.context;
        let is_of = |row: &&LedgerRow| {
            let of = (row.year, row.population, &*row.unit, &*row.programme);
            of == (context.model.year, Population::All, unit, ALL)
        };
        let Some(row) = context.tables.ledger.iter().find(is_of) else { return Vec::new() };
        let [into, out] = [context.model.arrivals(row), context.model.departures(row)];
        let fact =
            |id: &str, cell: Cell, note: String| KeyFact { label: context.t(id), value: context.number(cell), note };
        let moved = |into: Cell, other: Cell, id: &str| {
            context.say(id, &[("moved", &context.number(into)), ("other", &context.number(other))])
        };
        let all = [
            (into, fact("card-fact-arrivals", into, moved(row.moved_in, row.arrived, "card-fact-arrivals-note"))),
            (out, fact("card-fact-departures", out, moved(row.moved_out, row.left, "card-fact-departures-note"))),
        ];
        all.into_iter().filter(|(cell, _)| *cell != Cell::Hidden).map(|(_, fact)| fact).collect()
    }

    /// Homes with their share of the home's students and of the unit's.
    fn homes(&self) -> ViewTable {
        let context = self.context;
        let model = context.model;
        let selection = model.market_selection();
        let pupils = model.pupils_of(&self.subject, &selection);
        let head =
            [context.t("page-col-students"), context.t("card-col-market-share"), context.t("card-col-commitment")];
        let id = format!("{}-homes", self.anchor());
        let caption = context.say("card-homes-caption", &[("scope", &context.scope_of_market(self.market))]);
        let residents = |home: &str| model.share(home, &selection).map_or(Cell::Missing, |row| row.students);
        let share = |part: Cell, whole: Cell| {
            TableField::percent(model, part.zip(whole, |part, whole| Ratio::new(part.min(whole), whole)))
        };
        let row = |(home, students): &(Text, Cell)| {
            ViewRow::new(vec![
                context.municipality_field(home),
                context.count(*students),
                share(*students, residents(home)),
                share(*students, pupils.all),
            ])
        };
        // Those who live where they study are not among the flows.
        let places: BTreeSet<&Text> = model.units_of(&self.subject).map(|unit| &unit.municipality).collect();
        let here = places.first().filter(|_| places.len() == 1).map(|place| (Text::clone(place), pupils.here));
        let mut listed: Vec<(Text, Cell)> = pupils.flows.iter().cloned().chain(here).collect();
        listed.retain(|(_, students)| students.value().is_some_and(|n| n > 0));
        listed.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let rows = listed.iter().take(HOMES).map(row).collect();
        let caption = match listed.len().saturating_sub(HOMES) {
            0 => caption,
            more => format!(
                "{caption} {}",
                context.say("card-more-homes", &[("count", &context.lang.number(more as u64))])
            ),
        };
        ViewTable::new(id, caption, &[context.t("page-col-home")], &head).group("", rows)
    }

    fn anchor(&self) -> String {
        match &self.subject {
            Subject::Unit(code) => names::anchor("unit", code),
            Subject::Provider(code) | Subject::Place(code) => names::anchor("provider", code),
        }
    }

    /// The units to which most students would go, and whom new seats would draw from.
    fn alternatives(&self, unit: &SchoolUnit) -> ViewTable {
        let context = self.context;
        let model = context.model;
        let is_of = |row: &&DiversionRow| {
            row.year == model.year
                && *row.unit == *unit.code
                && *row.programme == *ALL
                && model.registers.unit_by_code(&row.to_unit).is_some()
        };
        let mut rows: Vec<&DiversionRow> = context.tables.diversion.iter().filter(is_of).collect();
        rows.sort_by(|a, b| {
            let size = |row: &DiversionRow| row.students.value();
            size(b).cmp(&size(a)).then_with(|| a.to_unit.cmp(&b.to_unit))
        });
        let here = model.registers.unit_point(unit);
        let row = |row: &&DiversionRow| {
            let there = model.registers.unit_by_code(&row.to_unit).and_then(|unit| model.registers.unit_point(unit));
            let distance = Cell::from(here.zip(there).map(|(a, b)| Some(context.lang.number(kilometres(a, b)))));
            let students = row.diversion.value().map_or(0, |share| (share.to_f64() * CLASS as f64).round() as u64);
            let drawn = if students == 0 { "<1".to_owned() } else { context.lang.number(students) };
            ViewRow::new(vec![
                context.unit_field(&row.to_unit),
                TableField::bar(model, row.diversion),
                context.count(row.free_seats),
                TableField::number(distance),
                TableField::number(Cell::Value(Some(drawn))),
            ])
        };
        let heads =
            ["card-col-diversion", "card-col-free", "card-col-distance", "card-col-drawn"].map(|id| context.t(id));
        let caption = context.say("card-alternatives-caption", &[("seats", &context.lang.number(CLASS))]);
        let shown: Vec<ViewRow> = rows.iter().take(ALTERNATIVES).map(row).collect();
        ViewTable::new(format!("{}-alternatives", self.anchor()), caption, &[context.t("page-col-unit")], &heads)
            .group("", shown)
    }

    /// Programmes with students, seats and fill.
    fn programmes(&self, unit: &str) -> ViewTable {
        let context = self.context;
        let seats = |programme: &str| {
            let is_of =
                |row: &&SeatRow| row.year == context.model.year && *row.unit == *unit && *row.programme == *programme;
            context.tables.seats.iter().find(is_of)
        };
        let codes = context.model.registers.programme_codes();
        let mut offers: Vec<(&Text, u32)> = self
            .offers
            .iter()
            .map(|offer| (codes.text(self.market.offers[*offer as usize].programme), *offer))
            .collect();
        offers.sort_by_cached_key(|(code, _)| context.programme_order(code));
        let row = |(code, offer): &(&Text, u32)| {
            let at = self.market.offers[*offer as usize];
            let programmes = Programmes::One(Text::clone(code));
            let selection = Selection { programmes, ..context.model.market_selection() };
            let students = context
                .model
                .units(&self.subject, &selection)
                .first()
                .map_or(context.model.absent(), |unit| unit.all);
            if students == Cell::Hidden && at.seats.is_none() {
                return None;
            }
            let fill = seats(code).map_or(Cell::Missing, |row| row.fill_october);
            Some(ViewRow::new(vec![
                context.programme_field(code),
                context.count(students),
                context.count(at.seats.into()),
                TableField::percent(context.model, fill),
            ]))
        };
        let heads = ["page-col-students", "card-col-seats", "page-col-fill-october"].map(|id| context.t(id));
        let rows: Vec<ViewRow> = offers.iter().filter_map(row).collect();
        ViewTable::new(
            format!("{}-programmes", self.anchor()),
            context.t("card-programmes-caption"),
            &[context.t("page-col-programme")],
            &heads,
        )
        .group("", rows)
    }
}

/// The distance between two points along a great circle, in whole kilometres.
fn kilometres(a: Point, b: Point) -> u64 {
    const RADIUS: f64 = 6371.0;
    let [lat_a, lat_b] = [a.lat, b.lat].map(f64::to_radians);
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let h = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half((b.lon - a.lon).to_radians());
    (2.0 * RADIUS * h.sqrt().min(1.0).asin()).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Göteborg and Kungälv are 18 km apart; a degree along the equator is 111 km.
    #[test]
    fn distances_are_those_along_great_circles() {
        let point = |lat, lon| Point { lat, lon };
        assert_eq!(kilometres(point(57.7072, 11.9668), point(57.8710, 11.9805)), 18);
        assert_eq!(kilometres(point(0.0, 0.0), point(0.0, 1.0)), 111);
    }
}
