//! The section on official indicators: those of every municipality, and where they differ from the official values.

use std::collections::BTreeMap;

use serde::Serialize;

use super::context::Context;
use super::table::{TableField, ViewRow, ViewTable};
use crate::model::{Cell, Decimal};
use crate::report::size;
use crate::tables::{Indicator, IndicatorRow};

/// The difference in percentage points, in millionths, beyond which a value differs.
const TOLERANCE: i128 = 500_000;

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Official {
    lead: String,
    values: ViewTable,
    titles: ViewTable,
    finding: String,
    differs: Option<ViewTable>,
    notes: Vec<String>,
}

impl Official {
    /// The section of a report; `None` if the year has no students of all year groups.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Option<Self> {
        let model = context.model;
        let rows: Vec<&IndicatorRow> =
            model.tables.get().indicators.iter().filter(|row| row.year == model.year).collect();
        if rows.is_empty() {
            return None;
        }
        let all = model.tables.get().indicators.iter();
        let is_official_in_some_year = all.clone().any(|row| matches!(row.official, Cell::Value(_)));
        let has_official = rows.iter().any(|row| matches!(row.official, Cell::Value(_)));
        let is_compared = rows.iter().any(|row| matches!(row.difference, Cell::Value(_)));
        let differing: Vec<&IndicatorRow> = rows.iter().copied().filter(|row| differs(context, row)).collect();
        let mut notes = vec![context.t("official-sums")];
        if !differing.is_empty() {
            notes.push(context.t("official-reasons"));
        }
        if has_official && model.sums.get().is_rounded() {
            notes.push(context.t("official-rounding"));
        }
        let finding = match (has_official, is_compared, differing.is_empty()) {
            (false, ..) if is_official_in_some_year => context.t("official-other-year"),
            (false, ..) => context.t("official-none"),
            (true, false, _) => context.t("official-not-compared"),
            (true, true, true) => context.t("official-same"),
            (true, true, false) => String::new(),
        };
        Some(Self {
            lead: context.say("official-lead", &[("year", &model.year.to_string())]),
            values: values(context, &rows),
            titles: titles(context),
            finding,
            differs: (!differing.is_empty()).then(|| differences(context, &differing)),
            notes,
        })
    }
}

/// Whether a value differs from the official one by more than the tolerance, and by more than rounding can make.
fn differs(context: &Context<'_>, row: &IndicatorRow) -> bool {
    let (Some(indicator), Cell::Value(difference), Cell::Value(official)) =
        (Indicator::parse(&row.indicator), row.difference, row.official)
    else {
        return false;
    };
    let rounding = if context.model.sums.get().is_rounded() { i128::from(context.model.policy.round_to) } else { 0 };
    let tolerance = if indicator.is_share() {
        let pupils = i128::from(row.denominator.value().unwrap_or(0)).max(1);
        TOLERANCE + rounding * 100_000_000 / pupils
    } else {
        official.millionths().abs() / 200 + rounding * 1_000_000
    };
    difference.millionths().abs() > tolerance
}

/// Per cent with one decimal, or whole students.
fn value_text(context: &Context<'_>, indicator: Indicator, value: Decimal) -> String {
    if indicator.is_share() {
        context.lang.decimal(size(value), 1)
    } else {
        let students = (value.millionths() + 500_000) / 1_000_000;
        context.lang.number(u64::try_from(students).unwrap_or(0))
    }
}

/// A row per municipality, a column per indicator.
fn values(context: &Context<'_>, rows: &[&IndicatorRow]) -> ViewTable {
    let mut by_place: BTreeMap<&str, BTreeMap<&str, &IndicatorRow>> = BTreeMap::new();
    for row in rows {
        by_place.entry(&row.municipality).or_default().insert(&row.indicator, row);
    }
    let field = |of: &BTreeMap<&str, &IndicatorRow>, indicator: Indicator| {
        let value = of.get(indicator.code()).map_or(Cell::Missing, |row| row.value);
        TableField::number(value.map(|value| Some(value_text(context, indicator, value))))
    };
    let row = |code: &str| {
        let of = by_place.get(code)?;
        let mut fields = vec![context.municipality_field(code)];
        fields.extend(Indicator::ALL.map(|indicator| field(of, indicator)));
        Some(ViewRow::new(fields))
    };
    let heads = Indicator::ALL.map(|indicator| indicator.code().to_owned());
    let codes = context.municipalities().iter().map(|code| &***code).collect::<Vec<&str>>();
    let pupils = |code: &&str| by_place.get(*code)?.get(Indicator::Pupils.code())?.numerator.value();
    let (codes, caption) = context.within(codes, context.t("official-caption"), "indicators", pupils);
    ViewTable::new("official-values", caption, &[context.t("column-municipality")], &heads)
        .group("", codes.into_iter().filter_map(row).collect())
}

/// The titles of the indicators, in the language of the report.
fn titles(context: &Context<'_>) -> ViewTable {
    let row = |indicator: Indicator| {
        ViewRow::new(vec![TableField::text(indicator.code()), TableField::text(indicator.title(context.lang))])
    };
    let heads = [context.t("column-indicator"), context.t("column-title")];
    ViewTable::new("official-titles", context.t("official-legend-caption"), &heads, &[])
        .group("", Indicator::ALL.into_iter().map(row).collect())
}

/// The values that differ, the largest difference first.
fn differences(context: &Context<'_>, rows: &[&IndicatorRow]) -> ViewTable {
    let mut rows = rows.to_vec();
    let difference = |row: &IndicatorRow| row.difference.value().map_or(0, |value| value.millionths().abs());
    rows.sort_by_key(|row| (std::cmp::Reverse(difference(row)), row.municipality.clone(), row.indicator.clone()));
    let row = |row: &&IndicatorRow| {
        let indicator = Indicator::parse(&row.indicator)?;
        let text =
            |cell: Cell<Decimal>| TableField::number(cell.map(|value| Some(value_text(context, indicator, value))));
        let signed = row.difference.map(|value| {
            let sign = if value.millionths() < 0 { '−' } else { '+' };
            let size = Decimal::of_millionths(value.millionths().abs());
            Some(format!("{sign}{}", value_text(context, indicator, size)))
        });
        Some(ViewRow::new(vec![
            context.municipality_field(&row.municipality),
            TableField::text(indicator.title(context.lang)).with_sub(indicator.code()),
            text(row.value),
            text(row.official),
            TableField::number(signed),
        ]))
    };
    let words = [context.t("column-municipality"), context.t("column-title")];
    let numbers = ["official-col-ours", "official-col-official", "official-col-difference"].map(|id| context.t(id));
    ViewTable::new("official-differences", context.t("official-differs"), &words, &numbers)
        .group("", rows.iter().filter_map(row).collect())
}
