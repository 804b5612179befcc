//! The seats section, for both snapshots: the units that raised their seats after admission, and fill rates.

use serde::Serialize;

use super::context::Context;
use super::ledger::{by_municipality, publishes_moves, unit_head};
use super::origins;
use super::table::{SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, Ratio, Text};
use crate::tables::SeatRow;

/// Maximum number of origin units listed for a unit.
const ORIGINS: usize = 3;

/// The section.
#[derive(Debug, Clone, Serialize)]
pub struct Seats {
    has_seats: bool,
    lead: String,
    figure: SectionFigure,
    raised: Option<ViewTable>,
    origins_figure: SectionFigure,
    origins: Option<ViewTable>,
    units: Option<ViewTable>,
}

impl Seats {
    /// The section of a report.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let is_shown = |r: &&SeatRow| r.year == context.model.year && *r.programme == *ALL;
        let rows: Vec<&SeatRow> = context.tables.seats.iter().filter(is_shown).collect();
        let raised = context.model.raised_units();
        Self {
            has_seats: !rows.is_empty(),
            lead: lead(context, &rows, &raised),
            figure: SectionFigure::new("charts/seat-deltas"),
            raised: (!raised.is_empty()).then(|| raised_table(context, &raised)),
            origins_figure: SectionFigure::new("charts/origins"),
            origins: origins::table(context),
            units: (!rows.is_empty()).then(|| units(context, &rows)),
        }
    }
}

/// The extent of the increases in a sentence or two.
fn lead(context: &Context<'_>, rows: &[&SeatRow], raised: &[&SeatRow]) -> String {
    if rows.is_empty() {
        return context.t("page-seats-none");
    }
    if rows.iter().all(|r| r.raised == Cell::Missing) {
        return context.t("page-seats-one-side");
    }
    if raised.is_empty() {
        return context.t("page-seats-unraised");
    }
    let risen = raised.iter().filter_map(|r| r.seat_delta.value()).map(i64::unsigned_abs).sum();
    let offered: Cell = rows.iter().filter(|r| r.seats_admission != Cell::Missing).map(|r| r.seats_admission).sum();
    context.say(
        "page-seats-lead",
        &[
            ("units", &context.lang.number(raised.len() as u64)),
            ("all", &context.lang.number(rows.len() as u64)),
            ("seats", &context.lang.number(risen)),
            ("share", &context.percent(offered.map(|all| Ratio::new(risen, all)))),
        ],
    )
}

/// Seats, their change and fill rates.
fn fields(context: &Context<'_>, head: TableField, row: &SeatRow) -> Vec<TableField> {
    vec![
        head,
        context.count(row.seats_admission),
        context.count(row.seats_october),
        TableField::delta(context.lang, row.seat_delta),
        TableField::percent(context.model, row.fill_admission),
        TableField::percent(context.model, row.fill_october),
    ]
}

fn heads(context: &Context<'_>) -> [String; 5] {
    context.words([
        "col-seats-admission",
        "col-seats-october",
        "col-seat-delta",
        "col-fill-admission",
        "col-fill-october",
    ])
}

fn raised_table(context: &Context<'_>, raised: &[&SeatRow]) -> ViewTable {
    let publishes_moves = publishes_moves(context);
    let row = |r: &&SeatRow| {
        let mut fields = fields(context, context.unit_field(&r.unit), r);
        if publishes_moves {
            fields.push(TableField::text(former_units(context, &r.unit)));
        }
        ViewRow::new(fields)
    };
    let [unit, from] = context.words(["col-unit", "col-moved-from"]);
    let caption = context.say("page-raised-caption", &[("year", &context.model.year.to_string())]);
    let (raised, caption) =
        context.within(raised.to_vec(), caption, "seats", |r| r.seat_delta.value().map(i64::unsigned_abs));
    let table = ViewTable::new("seats-raised", caption, &[unit], &heads(context));
    let table = if publishes_moves { table.with_last(from) } else { table };
    table.group("", raised.iter().map(row).collect())
}

/// The other units from which most students moved to this one after admission, with their numbers.
fn former_units(context: &Context<'_>, unit: &Text) -> String {
    let sums = context.model.moved_to(unit);
    let origin =
        |(code, students): &(Text, u64)| format!("{} ({})", context.unit(code), context.lang.number(*students));
    let named: Vec<String> = sums.iter().take(ORIGINS).map(origin).collect();
    match context.model.moved_to_raised(unit) {
        Cell::Hidden if named.is_empty() => "..".to_owned(),
        _ if named.is_empty() => "–".to_owned(),
        _ => named.join(", "),
    }
}

fn units(context: &Context<'_>, rows: &[&SeatRow]) -> ViewTable {
    let [unit, flag] = context.words(["col-unit", "col-raised"]);
    let caption = context.say("page-seats-caption", &[("year", &context.model.year.to_string())]);
    let (rows, caption) = context.within(rows.to_vec(), caption, "seats", |r| r.seats_october.value());
    let mut table = ViewTable::new("seats-units", caption, &[unit], &heads(context)).with_last(flag);
    for (heading, rows) in by_municipality(context, rows.into_iter(), |r: &SeatRow| &r.unit) {
        let row = |r: &&SeatRow| {
            let mut fields = fields(context, unit_head(context, &r.unit), r);
            fields.push(match r.raised {
                Cell::Value(true) => TableField::text(context.t("page-raised")),
                Cell::Value(false) => TableField::text(""),
                Cell::Hidden => TableField::text(".."),
                Cell::Missing => TableField::text("."),
            });
            ViewRow::new(fields)
        };
        table = table.group(heading, rows.iter().map(row).collect());
    }
    table
}
