//! The overview section: the region's headline number, the year in numbers, and the coverage of the data.

use serde::Serialize;

use super::context::Context;
use super::coverage;
use super::table::{KeyFact, SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, Ratio};
use crate::tables::{SeatRow, ShareRow};

/// The columns of the five parts, in the order of the table.
pub const PARTS: [&str; 5] = [
    "part-own",
    "part-other-municipality",
    "part-independent-home",
    "part-independent-elsewhere",
    "part-region-state",
];

/// The five parts of a row of shares, in the order of [`PARTS`].
pub fn parts(row: &ShareRow) -> [Cell; 5] {
    [row.own_provider, row.other_municipality, row.independent_home, row.independent_elsewhere, row.region_state]
}

/// The region's row, if it has a published share.
fn region<'a>(context: &Context<'a>) -> Option<&'a ShareRow> {
    let row = context.share(context.model.year, ALL, ALL)?;
    row.cross_provider_share.value().is_some_and(Ratio::is_defined).then_some(row)
}

/// The headline number and its sentences.
#[derive(Debug, Clone, Serialize)]
pub struct Headline {
    number: String,
    lead: String,
    unplaced: Option<String>,
}

impl Headline {
    /// The region's headline.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let region = region(context);
        let lead = region.map(|row| {
            context.say(
                "page-headline-lead",
                &[
                    ("region", &context.model.region.name),
                    ("cross", &context.number(row.cross_provider)),
                    ("students", &context.number(row.students)),
                ],
            )
        });
        Self {
            number: context.percent(region.map_or(Cell::Missing, |row| row.cross_provider_share)),
            lead: lead.unwrap_or_else(|| context.t(&context.model.none_or_hidden("page-headline-none"))),
            unplaced: region.and_then(|row| unplaced(context, row)),
        }
    }
}

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    #[serde(flatten)]
    headline: Headline,
    has_number: bool,
    facts: Vec<KeyFact>,
    parts: Option<ViewTable>,
    figure: SectionFigure,
    municipalities: ViewTable,
    concentration: SectionFigure,
    coverage: Vec<String>,
}

impl Overview {
    /// The section of a report.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let region = region(context);
        Self {
            headline: Headline::new(context),
            has_number: region.is_some(),
            facts: facts(context),
            parts: region.map(|row| part_table(context, "region-parts", row)),
            figure: SectionFigure::new("charts/shares"),
            municipalities: municipalities(context),
            concentration: SectionFigure::new("charts/concentration"),
            coverage: coverage::sentences(context),
        }
    }
}

/// A sentence about students missing from the headline: their unit is not in the register.
fn unplaced(context: &Context<'_>, row: &ShareRow) -> Option<String> {
    let students = context.model.unplaced;
    let of = students + row.students.value()?;
    (students > 0).then(|| {
        let share = context.model.percent(Ratio::new(students, of));
        context.say("page-headline-unplaced", &[("students", &context.lang.number(students)), ("share", &share)])
    })
}

/// A home's students by provider of their unit: five parts and their sum.
pub fn part_table(context: &Context<'_>, id: &str, row: &ShareRow) -> ViewTable {
    let [head, students, share] = context.words(["col-provider", "col-students", "col-share"]);
    let line = |name: &str, part: Cell| {
        vec![
            TableField::text(context.t(&format!("page-{name}"))),
            context.count(part),
            context.part(part, row.students),
        ]
    };
    let rows = PARTS.iter().zip(parts(row)).map(|(name, part)| ViewRow::new(line(name, part))).collect();
    let caption = context.say("page-parts-caption", &[("scope", &context.scope())]);
    ViewTable::new(id, caption, &[head], &[students, share])
        .group("", rows)
        .group("", vec![ViewRow::total(line("total", row.students))])
}

/// The year in numbers.
fn facts(context: &Context<'_>) -> Vec<KeyFact> {
    let mut out = Vec::new();
    let mut add = |id: &str, value: String, args: &[(&str, &str)]| {
        let note = context.say(&format!("page-fact-{id}-note"), args);
        out.push(KeyFact { label: context.t(&format!("page-fact-{id}")), value, note });
    };
    if let Some(row) = context.balance(ALL) {
        add("residents", context.number(row.residents), &[("stay", &context.number(row.stay))]);
        add("out", context.number(row.out), &[]);
        add("into", context.number(row.into), &[]);
    }
    if let Some(row) = context.model.ledger_total() {
        let (came, went) = (context.model.arrivals(row), context.model.departures(row));
        add("admitted", context.number(row.admitted), &[("stayed", &context.number(row.stayed))]);
        add("departures", context.number(went), &[]);
        add("arrivals", context.number(came), &[]);
    }
    let raised: Vec<&SeatRow> = context.model.raised_units();
    if !raised.is_empty() {
        let seats = raised.iter().filter_map(|r| r.seat_delta.value()).map(i64::unsigned_abs).sum();
        let units = context.lang.number(raised.len() as u64);
        add("raised", units, &[("seats", &context.lang.number(seats))]);
    }
    out
}

/// All municipalities in one table, each linked to its section.
fn municipalities(context: &Context<'_>) -> ViewTable {
    let [home, students] = context.words(["col-home", "col-students"]);
    let mut numbers = vec![students];
    numbers.extend(context.words(PARTS));
    numbers.extend(context.words(["col-cross", "col-share"]));
    let row = |field: TableField, row: &ShareRow| {
        let mut fields = vec![field, context.count(row.students)];
        fields.extend(parts(row).map(|part| context.count(part)));
        fields.push(context.count(row.cross_provider));
        fields.push(TableField::bar(context.model, row.cross_provider_share));
        fields
    };
    let share = |code: &str| context.share(context.model.year, code, ALL);
    let rows = context
        .municipalities()
        .iter()
        .filter_map(|code| Some(ViewRow::new(row(context.municipality_field(code), share(code)?))))
        .collect();
    let total = share(ALL).map(|r| ViewRow::total(row(TableField::text(context.t("page-region")), r)));
    let caption = context.say("page-municipalities-caption", &[("scope", &context.scope())]);
    ViewTable::new("municipalities-table", caption, &[home], &numbers)
        .group("", rows)
        .group("", total.into_iter().collect())
}
