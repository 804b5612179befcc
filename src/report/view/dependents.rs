//! The section on who depends on schools: the units on which most depends, and providers in short.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::context::Context;
use super::displaced;
use super::table::{TableField, ViewRow, ViewTable};
use super::unit_card::{self, Dependent};
use crate::model::{Cell, Text};
use crate::report::whatif::Fate;
use crate::tables::market::Market;

/// Maximum number of rows of the tables of units and of providers.
const ROWS: usize = 15;

/// The section; `None` if the release has no market.
#[derive(Debug, Clone, Serialize)]
pub struct Dependents {
    lead: String,
    notes: Vec<String>,
    most: ViewTable,
    providers: ViewTable,
}

impl Dependents {
    /// The section of a report.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Option<Self> {
        let market = context.model.market()?;
        let cards = unit_card::dependents(context, market);
        if cards.is_empty() {
            return None;
        }
        Some(Self {
            lead: context.say("dependents-lead", &[("census", &context.scope_of_market(market))]),
            notes: displaced::notes(context),
            most: most(context, &cards),
            providers: providers(context, &unit_card::providers(context, market)),
        })
    }
}

fn fields(context: &Context<'_>, head: TableField, dependent: &Dependent) -> Vec<TableField> {
    let all = displaced::total(&dependent.homes);
    let mut fields = vec![head, context.shown(all.displaced())];
    fields.extend(Fate::ALL.iter().map(|fate| context.shown(all.students[*fate as usize])));
    fields
}

fn heads(context: &Context<'_>) -> Vec<String> {
    let mut out = vec![context.t("page-col-students")];
    out.extend(Fate::ALL.iter().map(|fate| context.t(&format!("whatif-fate-{}", fate.as_str()))));
    out
}

/// All students without a place or an alternative, as the release shows them.
fn unplaced(context: &Context<'_>, dependent: &Dependent) -> Cell {
    let all = displaced::total(&dependent.homes);
    let unplaced = Fate::ALL.into_iter().filter(|fate| !fate.is_placed()).map(|fate| all.students[fate as usize]);
    context.model.shown(unplaced.sum())
}

/// The units whose closing would leave most students without a place, ties by students, then by code.
fn sorted<'a>(context: &Context<'_>, all: &'a [Dependent]) -> Vec<&'a Dependent> {
    let students = |dependent: &Dependent| {
        context.model.shown(displaced::total(&dependent.homes).displaced()).value().unwrap_or(0)
    };
    let key = |dependent: &Dependent| {
        (
            std::cmp::Reverse((unplaced(context, dependent).value().unwrap_or(0), students(dependent))),
            Text::clone(&dependent.code),
        )
    };
    let mut out: Vec<&Dependent> = all.iter().collect();
    out.sort_by_cached_key(|dependent| key(dependent));
    out
}

fn most(context: &Context<'_>, cards: &[Dependent]) -> ViewTable {
    let listed = sorted(context, cards);
    let row = |card: &&Dependent| ViewRow::new(fields(context, context.unit_field(&card.code), card));
    let rows: Vec<ViewRow> = listed.iter().take(ROWS).map(row).collect();
    let caption = caption(context, "dependents-most-caption", rows.len(), listed.len());
    ViewTable::new("dependents-most", caption, &[context.t("page-col-unit")], &heads(context)).group("", rows)
}

fn providers(context: &Context<'_>, all: &[Dependent]) -> ViewTable {
    let listed = sorted(context, all);
    let row = |provider: &&Dependent| ViewRow::new(fields(context, context.provider_field(&provider.code), provider));
    let rows: Vec<ViewRow> = listed.iter().take(ROWS).map(row).collect();
    let caption = caption(context, "dependents-providers-caption", rows.len(), listed.len());
    ViewTable::new("dependents-providers", caption, &[context.t("page-col-provider")], &heads(context))
        .group("", rows)
}

fn caption(context: &Context<'_>, id: &str, shown: usize, all: usize) -> String {
    let caption = context.t(id);
    if shown == all {
        return caption;
    }
    let [shown, all] = [shown, all].map(|n| context.lang.number(n as u64));
    format!("{caption} {}", context.say("dependents-shown", &[("shown", &shown), ("all", &all)]))
}

/// The units on which most depends, for a slide.
pub struct MostDependents {
    /// The finding about the first unit.
    pub title: String,
    /// Municipalities in which a single provider has units; `None` if there are none.
    pub only: Option<String>,
    /// The units.
    pub table: ViewTable,
}

/// The units on which most depends, at most so many; `None` if the release has no market.
#[must_use]
pub fn most_dependents(context: &Context<'_>, rows: usize) -> Option<MostDependents> {
    let market = context.model.market()?;
    let cards = unit_card::dependents(context, market);
    let listed = sorted(context, &cards);
    let first = listed.first()?;
    let students = displaced::total(&first.homes).displaced();
    let is_unplaced = unplaced(context, first).value().is_some_and(|students| students > 0);
    let title = context.say(
        if is_unplaced { "dependents-title" } else { "dependents-title-placed" },
        &[
            ("name", &context.unit(&first.code)),
            ("students", &context.number(context.model.shown(students))),
            ("unplaced", &context.number(unplaced(context, first))),
        ],
    );
    let row = |card: &&Dependent| {
        let all = displaced::total(&card.homes);
        let others = [Fate::OtherMunicipality, Fate::Independent, Fate::RegionState];
        ViewRow::new(vec![
            context.unit_field(&card.code),
            context.shown(all.displaced()),
            context.count(unplaced(context, card)),
            context.shown(all.students[Fate::Own as usize]),
            context.shown(others.into_iter().map(|fate| all.students[fate as usize]).sum()),
        ])
    };
    let heads = ["page-col-students", "whatif-unplaced", "whatif-fate-own_provider", "dependents-col-others"];
    let heads = heads.map(|id| context.t(id));
    let table =
        ViewTable::new("dependents", context.t("dependents-most-caption"), &[context.t("page-col-unit")], &heads);
    let table = table.group("", listed.iter().take(rows).map(row).collect());
    Some(MostDependents { title, only: only_providers(context, market), table })
}

/// Municipalities of the region in which all units with students or seats have the same provider.
fn only_providers(context: &Context<'_>, market: &Market) -> Option<String> {
    let mut by_place: BTreeMap<&Text, BTreeSet<&Text>> = BTreeMap::new();
    for unit in market.units().into_iter().filter_map(|unit| context.model.registers.unit(unit)) {
        by_place.entry(&unit.municipality).or_default().insert(&unit.provider.code);
    }
    let place = |code: &&Text| {
        let provider = by_place.get(*code).filter(|providers| providers.len() == 1)?.first()?;
        Some(format!("{} ({})", context.municipality(code), context.provider_field(provider).shown()))
    };
    let places: Vec<String> = context.municipalities().iter().filter_map(place).collect();
    (!places.is_empty()).then(|| context.say("dependents-only", &[("places", &places.join(", "))]))
}
