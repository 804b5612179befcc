//! Shares over the years, for the region and each municipality.

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::ChangeSection;
use super::context::Context;
use super::overview::{PARTS, parts};
use super::table::{SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, Ratio, Text, Year};
use crate::tables::ShareRow;

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Trend {
    first: String,
    last: String,
    figure: SectionFigure,
    kinds: SectionFigure,
    changes: Vec<ChangeSection>,
    region: ViewTable,
    municipalities: ViewTable,
    programmes: ViewTable,
    uses: Vec<String>,
}

impl Trend {
    /// The section of a report; `None` if there is only one year.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Option<Self> {
        let years = &context.model.years;
        let (first, last) = years.first().zip(years.last())?;
        if first == last {
            return None;
        }
        let comparable = comparable(context);
        Some(Self {
            first: first.to_string(),
            last: last.to_string(),
            figure: SectionFigure::new("charts/share-slopes"),
            kinds: SectionFigure::new("charts/kinds"),
            changes: ChangeSection::all(context),
            region: of_home(context, ALL),
            municipalities: municipalities(context, *first, *last),
            programmes: programmes(context, &comparable),
            uses: comparable.iter().flat_map(|(code, years)| uses(context, code, years)).collect(),
        })
    }
}

/// Programmes by the code under which they are compared, each with its rows of every year, including those of its
/// predecessors.
type Comparable<'a> = BTreeMap<Text, BTreeMap<Year, Vec<&'a ShareRow>>>;

/// The region's programmes of all years, under the codes of the report year.
fn comparable<'a>(context: &Context<'a>) -> Comparable<'a> {
    let registers = &context.model.registers;
    let codes = registers.programme_codes();
    let mut out = Comparable::new();
    for year in &context.model.years {
        for row in context.shares(*year, ALL) {
            // Margins and groups are not in the register.
            let Some(id) = codes.find(&row.programme).filter(|id| registers.programme(*id).is_some()) else {
                continue;
            };
            let code = codes.text(registers.programme_in(id, context.model.year)).clone();
            out.entry(code).or_default().entry(*year).or_default().push(row);
        }
    }
    out.retain(|_, years| years.values().flatten().any(|row| row.students != Cell::Value(0)));
    out
}

/// A row per programme: students and share of every year.
fn programmes(context: &Context<'_>, comparable: &Comparable<'_>) -> ViewTable {
    let [head] = context.words(["col-programme"]);
    let years = &context.model.years;
    let mut numbers: Vec<String> = years.iter().map(ToString::to_string).collect();
    let share_of = |year: &Year| context.say("page-col-share-of-year", &[("year", &year.to_string())]);
    numbers.extend(years.iter().map(share_of));
    let sum = |rows: Option<&Vec<&ShareRow>>, count: fn(&ShareRow) -> Cell| -> Cell {
        rows.map_or(Cell::Value(0), |rows| rows.iter().map(|row| count(row)).sum())
    };
    let row = |(code, rows): (&Text, &BTreeMap<Year, Vec<&ShareRow>>)| {
        let mut fields = vec![context.programme_field(code)];
        fields.extend(years.iter().map(|year| context.count(sum(rows.get(year), |r| r.students))));
        fields.extend(years.iter().map(|year| {
            let (cross, students) = (sum(rows.get(year), |r| r.cross_provider), sum(rows.get(year), |r| r.students));
            TableField::percent(context.model, cross.zip(students, Ratio::new))
        }));
        ViewRow::new(fields)
    };
    ViewTable::new("trend-programmes", context.t("page-trend-programmes-caption"), &[head], &numbers)
        .group("", comparable.iter().map(row).collect())
}

/// A sentence for each application of the programmes' history: the students compared under a code other than their
/// own.
fn uses(context: &Context<'_>, code: &Text, years: &BTreeMap<Year, Vec<&ShareRow>>) -> Vec<String> {
    let rows = years.iter().flat_map(|(year, rows)| rows.iter().map(move |row| (year, row)));
    rows.filter(|(_, row)| row.programme != *code && row.students != Cell::Value(0))
        .map(|(year, row)| {
            let texts = [
                ("from", &*row.programme),
                ("to", &**code),
                ("year", &year.to_string()),
                ("students", &context.number(row.students)),
            ];
            context.say("page-trend-programme-use", &texts)
        })
        .collect()
}

/// A row per year: the students of a home or of the whole region, the five parts and the share.
pub fn of_home(context: &Context<'_>, home: &str) -> ViewTable {
    let [year, students] = context.words(["col-year", "col-students"]);
    let mut numbers = vec![students];
    numbers.extend(context.words(PARTS));
    numbers.extend(context.words(["col-cross", "col-share"]));
    let row = |year: &Year| {
        let mut fields = vec![TableField::text(year.to_string())];
        match context.share(*year, home, ALL) {
            None => fields.extend((0..8).map(|_| context.count(Cell::Missing))),
            Some(row) => {
                fields.push(context.count(row.students));
                fields.extend(parts(row).map(|part| context.count(part)));
                fields.push(context.count(row.cross_provider));
                fields.push(TableField::bar(context.model, row.cross_provider_share));
            }
        }
        ViewRow::new(fields)
    };
    let caption = match home {
        ALL => context.t("page-trend-region-caption"),
        home => context.say("page-trend-home-caption", &[("name", &context.municipality(home))]),
    };
    ViewTable::new("trend-region", caption, &[year], &numbers)
        .group("", context.model.years.iter().map(row).collect())
}

/// A row per municipality, a column per year, and the change from the first year to the last.
fn municipalities(context: &Context<'_>, first: Year, last: Year) -> ViewTable {
    let [home] = context.words(["col-home"]);
    let mut numbers: Vec<String> = context.model.years.iter().map(ToString::to_string).collect();
    let years = [("first", first.to_string()), ("last", last.to_string())];
    numbers.push(context.say("page-col-change", &[("first", &years[0].1), ("last", &years[1].1)]));
    let share =
        |year: Year, code: &str| context.share(year, code, ALL).map_or(Cell::Missing, |r| r.cross_provider_share);
    let row = |field: TableField, code: &str| {
        let mut fields = vec![field];
        fields.extend(context.model.years.iter().map(|year| TableField::percent(context.model, share(*year, code))));
        let change = share(last, code)
            .zip(share(first, code), |to, from| context.lang.points(from, to, context.model.decimals()));
        fields.push(TableField::number(change));
        fields
    };
    let students = |code: &&Text| context.share(last, code, ALL).and_then(|row| row.students.value());
    let caption = context.t("page-trend-municipalities-caption");
    let (codes, caption) = context.within(context.municipalities().to_vec(), caption, "shares", students);
    let rows = codes.into_iter().map(|code| ViewRow::new(row(context.municipality_field(code), code))).collect();
    let total = ViewRow::total(row(TableField::text(context.t("page-region")), ALL));
    ViewTable::new("trend-municipalities", caption, &[home], &numbers).group("", rows).group("", vec![total])
}
