//! The section on the run's own region among others.

use serde::Serialize;

use super::context::Context;
use super::table::{SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{Cell, Decimal};
use crate::report::{proportion, size};
use crate::tables::{RegionIndicator, RegionRow};

/// The indicators of the table of all regions.
const SIDE_BY_SIDE: [RegionIndicator; 8] = [
    RegionIndicator::LateSeatsGross,
    RegionIndicator::LateSeatsNet,
    RegionIndicator::UnitsRaised,
    RegionIndicator::MovedToRaised,
    RegionIndicator::Left,
    RegionIndicator::MovedOut,
    RegionIndicator::CrossProvider,
    RegionIndicator::ResidentsStay,
];

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Regions {
    lead: String,
    notes: Vec<String>,
    funnel: SectionFigure,
    dots: SectionFigure,
    places: ViewTable,
    all: ViewTable,
}

impl Regions {
    /// The section of a report; `None` if there are no other regions.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Option<Self> {
        let model = context.model;
        if !model.has_other_regions() {
            return None;
        }
        let others = model.regions.len() - 1;
        let id = if others == 1 { "regions-lead-one" } else { "regions-lead" };
        let count = context.lang.number(others as u64);
        let lead = [("region", &*model.region.name), ("count", &count), ("scope", &context.scope())];
        let mut notes = vec![context.t("regions-how"), context.t("regions-coverage-note")];
        let base = model.base_regions();
        if base.len() < model.regions.len() {
            let names: Vec<&str> = base.iter().map(|name| &***name).collect();
            notes.insert(1, context.say("regions-base", &[("names", &names.join(", "))]));
        }
        Some(Self {
            lead: context.say(id, &lead),
            notes,
            funnel: SectionFigure::new("charts/regions-funnel"),
            dots: SectionFigure::new("charts/regions-dots"),
            places: places(context),
            all: all(context),
        })
    }
}

/// A share with one decimal and its sign, as text.
fn percent(context: &Context<'_>, value: Cell<Decimal>) -> String {
    value.text(|value| {
        let text = context.lang.percent(size(value), 1);
        if value.millionths() < 0 { format!("−{text}") } else { text }
    })
}

fn value_field(context: &Context<'_>, row: &RegionRow) -> TableField {
    TableField::number(match row.value {
        Cell::Value(_) => Cell::Value(Some(percent(context, row.value))),
        Cell::Hidden => Cell::Hidden,
        Cell::Missing => Cell::Missing,
    })
}

/// The indicators of the run's own region, with its place among all.
fn places(context: &Context<'_>) -> ViewTable {
    let model = context.model;
    let row = |indicator: RegionIndicator| {
        let values = model.region_values(indicator);
        let rows = model.region_rows(indicator);
        let own = rows.first().copied().filter(|row| model.is_own(&row.region))?;
        let text = |cell: Cell<String>| TableField::number(cell.map(Some));
        let limits = own.low.zip(own.high, |low, high| {
            format!("{}–{}", percent(context, Cell::Value(low)), percent(context, Cell::Value(high)))
        });
        let compared = values.rows.iter().filter(|row| proportion(row).is_some()).count() as u64;
        let rank = own.rank_low.zip(own.rank_high, |low, high| {
            let [low, high, count] = [low, high, compared].map(|n| context.lang.number(n));
            context.say("regions-rank", &[("low", &low), ("high", &high), ("count", &count)])
        });
        let z = own.z.map(|z| {
            let text = context.lang.decimal(size(z), 1);
            if z.millionths() < 0 { format!("−{text}") } else { text }
        });
        let name = context.t(&format!("word-indicator-{}", indicator.as_str()));
        Some(ViewRow::new(vec![
            TableField::text(name),
            TableField::delta(context.lang, own.numerator).without_plus(),
            context.count(own.denominator),
            value_field(context, own),
            text(limits),
            text(z),
            text(rank),
            TableField::percent(model, own.coverage),
        ]))
    };
    let heads = [
        "column-numerator",
        "column-denominator",
        "column-value",
        "regions-col-limits",
        "column-z",
        "regions-col-rank",
        "column-coverage",
    ];
    let heads = heads.map(|id| context.t(id));
    let caption = context.say("regions-places-caption", &[("region", &model.region.name)]);
    ViewTable::new("regions-places", caption, &[context.t("column-indicator")], &heads)
        .group("", RegionIndicator::ALL.into_iter().filter_map(row).collect())
}

/// The values of all regions, the run's own first.
fn all(context: &Context<'_>) -> ViewTable {
    let model = context.model;
    let by_indicator: Vec<Vec<&RegionRow>> =
        SIDE_BY_SIDE.iter().map(|indicator| model.region_rows(*indicator)).collect();
    let mut names: Vec<_> = model.regions.iter().map(|region| &region.name).collect();
    names.sort_by_key(|name| (!model.is_own(name), (*name).clone()));
    let field = |rows: &Vec<&RegionRow>, name: &crate::model::Text| {
        let row = rows.iter().find(|row| row.region == *name);
        row.map_or_else(|| TableField::number(Cell::Missing), |row| value_field(context, row))
    };
    let row = |name: &&crate::model::Text| {
        let mut fields = vec![TableField::text(name.to_string())];
        fields.extend(by_indicator.iter().map(|rows| field(rows, name)));
        if model.is_own(name) { ViewRow::total(fields) } else { ViewRow::new(fields) }
    };
    let heads = SIDE_BY_SIDE.map(|indicator| context.t(&format!("word-indicator-{}", indicator.as_str())));
    ViewTable::new("regions-all", context.t("regions-caption"), &[context.t("column-region")], &heads)
        .group("", names.iter().map(row).collect())
}
