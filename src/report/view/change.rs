//! Why the region's share changed, for each pair of years: factors, and the units with the largest effects.

use serde::Serialize;

use super::context::Context;
use super::table::{SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, Year};
use crate::report::{ChangeEffect, ShareChange, change_name, change_of_students, finding, points};
use crate::tables::ChangeUnitRow;

/// Units in the table of a pair of years.
const UNITS: usize = 12;

/// The change between two years.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeSection {
    years: String,
    finding: String,
    figure: SectionFigure,
    factors: ViewTable,
    units: ViewTable,
}

impl ChangeSection {
    /// A section for each pair of years, the one of the report year first.
    pub fn all(context: &Context<'_>) -> Vec<Self> {
        let years = context.model.change_years(ALL);
        let section =
            |(i, years): (usize, &[Year; 2])| Some(Self::new(context, i, &context.model.change(ALL, *years)?));
        years.iter().enumerate().filter_map(section).collect()
    }

    fn new(context: &Context<'_>, position: usize, change: &ShareChange) -> Self {
        let [from, to] = change.years.map(|year| year.to_string());
        let texts = [("from", &*from), ("to", &*to)];
        let id = |table: &str| context.id(&format!("{table}-{from}-{to}"));
        let picture = if position == 0 { "charts/change".to_owned() } else { change_name(change.years) };
        Self {
            years: format!("{from}–{to}"),
            finding: finding(context.lang, change).unwrap_or_else(|| context.t("change-none")),
            figure: SectionFigure::new(picture),
            factors: factors(context, id("change"), context.say("change-caption", &texts), change),
            units: units(context, id("change-units"), context.say("change-units-caption", &texts), change.years),
        }
    }
}

fn effect_fields(context: &Context<'_>, effect: ChangeEffect) -> [TableField; 2] {
    let text = |text: String| TableField::number(Cell::Value(Some(text)));
    [text(points(context.lang, effect.share)), text(change_of_students(context.lang, effect.students))]
}

/// A row per factor and their sum.
fn factors(context: &Context<'_>, id: String, caption: String, change: &ShareChange) -> ViewTable {
    let heads = [context.t("column-factor")];
    let numbers = [context.t("change-points"), context.t("column-effect_students")];
    let fields = |factor: &str, effect: ChangeEffect| {
        let mut fields = vec![TableField::text(context.t(&format!("word-factor-{factor}")))];
        fields.extend(effect_fields(context, effect));
        fields
    };
    let mut rows: Vec<ViewRow> =
        change.factors.iter().map(|(factor, effect)| ViewRow::new(fields(factor.as_str(), *effect))).collect();
    rows.push(ViewRow::total(fields(ALL, change.total)));
    ViewTable::new(id, caption, &heads, &numbers).group("", rows)
}

/// The units with the largest effects, with their seats in both years.
fn units(context: &Context<'_>, id: String, caption: String, years: [Year; 2]) -> ViewTable {
    let heads = [context.t("column-unit"), context.t("column-factor")];
    let seats = |year: Year| context.say("change-seats-of", &[("year", &year.to_string())]);
    let numbers = [context.t("change-points"), context.t("column-effect_students"), seats(years[0]), seats(years[1])];
    let row = |row: &&ChangeUnitRow| {
        let mut fields = vec![
            context.unit_field(&row.unit),
            TableField::text(context.t(&format!("change-column-{}", row.factor.as_str()))),
        ];
        let effect = row.effect_share.zip(row.effect_students, |share, students| ChangeEffect { share, students });
        fields.extend(effect.value().map(|effect| effect_fields(context, effect)).into_iter().flatten());
        fields.extend(years.map(|year| context.count(context.model.seats_of(&row.unit, year))));
        ViewRow::new(fields)
    };
    let all = context.model.changed_units(ALL, years);
    let shown = UNITS.min(all.len());
    let caption = if shown < all.len() {
        context.left(caption, "page-largest-in", (shown, all.len()), "change_units")
    } else {
        caption
    };
    ViewTable::new(id, caption, &heads, &numbers).group("", all[..shown].iter().map(row).collect())
}
