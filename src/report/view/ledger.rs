//! The ledger section: from admission to 15 October, by unit and by programme, and the largest moves.

use serde::Serialize;

use super::context::Context;
use super::table::{SectionFigure, TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, Level, Text};
use crate::tables::{LedgerRow, MoveRow};
use crate::words::sort_key;

/// Maximum number of moves; the table file has all.
const MOVES: usize = 20;

const NUMBERS: [&str; 7] =
    ["col-admitted", "col-stayed", "col-moved-out", "col-left", "col-moved-in", "col-arrived", "col-enrolled"];

/// The section; it has no tables if the year has no ledger.
#[derive(Debug, Clone, Serialize)]
pub struct Ledger {
    lead: String,
    has_ledger: bool,
    figure: SectionFigure,
    waterfall: SectionFigure,
    units: Option<ViewTable>,
    programmes: Option<ViewTable>,
    moves: Option<ViewTable>,
    moves_lead: String,
}

impl Ledger {
    /// The section of a report.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let total = context.model.ledger_total();
        let lead = total.map(|row| lead(context, row));
        Self {
            lead: lead.unwrap_or_else(|| context.t("page-ledger-none")),
            has_ledger: total.is_some(),
            figure: SectionFigure::new("charts/ledger"),
            waterfall: SectionFigure::new("charts/waterfall"),
            units: total.map(|total| units(context, total)),
            programmes: total.map(|_| programmes(context)),
            moves: total.filter(|_| publishes_moves(context)).map(|_| moves(context)),
            moves_lead: context.t(if publishes_moves(context) { "page-moves-lead" } else { "page-moves-hidden" }),
        }
    }
}

/// The year's ledger in a sentence.
fn lead(context: &Context<'_>, total: &LedgerRow) -> String {
    let population = context.t(&format!("page-population-{}", context.model.population.as_str()));
    context.say(
        "page-ledger-lead",
        &[
            ("admitted", &context.number(total.admitted)),
            ("departures", &context.number(context.model.departures(total))),
            ("arrivals", &context.number(context.model.arrivals(total))),
            ("enrolled", &context.number(total.enrolled)),
            ("population", &population),
        ],
    )
}

/// Whether the release publishes moves.
pub fn publishes_moves(context: &Context<'_>) -> bool {
    context.model.sums.get().has(Level::UnitMoves)
}

fn fields(context: &Context<'_>, head: TableField, row: &LedgerRow) -> Vec<TableField> {
    let numbers = [row.admitted, row.stayed, row.moved_out, row.left, row.moved_in, row.arrived, row.enrolled];
    std::iter::once(head).chain(numbers.map(|n| context.count(n))).collect()
}

/// The ledger of the units in a municipality, with their seats; `None` if the year has no ledger or the ledger no such
/// unit.
#[must_use]
pub fn of_municipality(context: &Context<'_>, place: &str) -> Option<ViewTable> {
    let registers = &context.model.registers;
    let is_here = |unit: &str| registers.unit_by_code(unit).is_some_and(|unit| *unit.municipality == *place);
    let mut rows: Vec<&LedgerRow> = context.model.ledger().filter(|row| is_here(&row.unit)).collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by_cached_key(|row| sort_key(&context.unit(&row.unit), &row.unit));
    let seats = |unit: &str| {
        let mut rows = context.tables.seats.iter();
        rows.find(|row| row.year == context.model.year && *row.unit == *unit && *row.programme == *ALL)
    };
    let row = |row: &&LedgerRow| {
        let seats = seats(&row.unit);
        let kind =
            registers.unit_by_code(&row.unit).map_or_else(String::new, |unit| context.kind(unit.provider.kind));
        let mut fields = fields(context, TableField::text(context.unit(&row.unit)).with_sub(kind), row);
        fields.push(context.count(seats.map_or(Cell::Missing, |row| row.seats_october)));
        fields.push(TableField::delta(context.lang, seats.map_or(Cell::Missing, |row| row.seat_delta)));
        ViewRow::new(fields)
    };
    let [unit] = context.words(["col-unit"]);
    let mut numbers = context.words(NUMBERS).to_vec();
    numbers.extend(context.words(["col-seats-october", "col-seat-delta"]));
    let texts = [("name", context.municipality(place)), ("year", context.model.year.to_string())];
    let caption = context.say("page-ledger-place-caption", &texts.each_ref().map(|(key, text)| (*key, &**text)));
    Some(ViewTable::new("ledger-place", caption, &[unit], &numbers).group("", rows.iter().map(row).collect()))
}

/// Rows of the report's year and population.
fn rows<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a LedgerRow> {
    let (year, population) = (context.model.year, context.model.population);
    context.tables.ledger.iter().filter(move |r| r.year == year && r.population == population)
}

/// Groups rows by municipality of their unit: the region's first, sorted by name. A page of a large region keeps the
/// given order.
pub fn by_municipality<'a, T>(
    context: &Context<'_>,
    rows: impl Iterator<Item = &'a T>,
    unit: impl Fn(&T) -> &Text,
) -> Vec<(String, Vec<&'a T>)> {
    if context.is_short() {
        return vec![(String::new(), rows.collect())];
    }
    let registers = &context.model.registers;
    let mut keyed: Vec<_> = rows
        .map(|row| {
            let found = registers.unit_by_code(unit(row));
            let place = found.map_or("", |u| &*u.municipality);
            let place_key = sort_key(registers.municipality_name(place), place);
            let unit_key = sort_key(found.map_or("", |u| &*u.name), unit(row));
            ((!context.model.in_region(place), place_key, unit_key), place.to_owned(), row)
        })
        .collect();
    keyed.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let mut out: Vec<(String, String, Vec<&T>)> = Vec::new();
    for (_, place, row) in keyed {
        match out.last_mut() {
            Some((last, _, rows)) if *last == place => rows.push(row),
            _ => {
                let heading = if place.is_empty() {
                    context.t("page-unknown-unit")
                } else if context.model.in_region(&place) {
                    context.municipality(&place)
                } else {
                    context.say("page-place-outside", &[("name", &context.municipality(&place))])
                };
                out.push((place, heading, vec![row]));
            }
        }
    }
    out.into_iter().map(|(_, heading, rows)| (heading, rows)).collect()
}

/// The name of a unit, with the kind of its provider under a municipality heading, or with its municipality if there
/// is none.
pub fn unit_head(context: &Context<'_>, code: &str) -> TableField {
    match context.model.registers.unit_by_code(code) {
        Some(unit) if context.is_short() => {
            let place = context.model.registers.municipality_name(&unit.municipality);
            let kind = context.kind(unit.provider.kind);
            TableField::text(&*unit.name).with_sub(format!("{place} · {kind} · {code}"))
        }
        Some(unit) => {
            TableField::text(&*unit.name).with_sub(format!("{} · {code}", context.kind(unit.provider.kind)))
        }
        None => TableField::text(context.t("page-unknown-unit")),
    }
}

fn units(context: &Context<'_>, total: &LedgerRow) -> ViewTable {
    let [unit] = context.words(["col-unit"]);
    let caption = context.say("page-ledger-caption", &[("year", &context.model.year.to_string())]);
    let rows: Vec<&LedgerRow> = rows(context).filter(|r| *r.programme == *ALL && *r.unit != *ALL).collect();
    let (rows, caption) = context.within(rows, caption, "ledger", |r| r.enrolled.value());
    let mut table = ViewTable::new("ledger-units", caption, &[unit], &context.words(NUMBERS));
    for (heading, rows) in by_municipality(context, rows.into_iter(), |r: &LedgerRow| &r.unit) {
        let rows = rows.iter().map(|r| ViewRow::new(fields(context, unit_head(context, &r.unit), r))).collect();
        table = table.group(heading, rows);
    }
    table.group("", vec![ViewRow::total(fields(context, TableField::text(context.t("page-all-units")), total))])
}

fn programmes(context: &Context<'_>) -> ViewTable {
    let [programme] = context.words(["col-programme"]);
    let mut rows: Vec<&LedgerRow> = rows(context).filter(|r| *r.unit == *ALL && *r.programme != *ALL).collect();
    rows.sort_by_cached_key(|r| context.programme_order(&r.programme));
    let rows = rows.iter().map(|r| ViewRow::new(fields(context, context.programme_field(&r.programme), r))).collect();
    let caption = context.say("page-ledger-programmes-caption", &[("year", &context.model.year.to_string())]);
    // Without a sum row: more students move between programmes than between units, so the units' sum would not match.
    ViewTable::new("ledger-programmes", caption, &[programme], &context.words(NUMBERS)).group("", rows)
}

/// The largest moves between units, over all programmes.
fn moves(context: &Context<'_>) -> ViewTable {
    let mut rows: Vec<&MoveRow> = context.tables.moves.iter().filter(|r| r.year == context.model.year).collect();
    let all = context.lang.number(rows.len() as u64);
    // The table is sorted by key, so ties keep that order.
    rows.sort_by_key(|r| std::cmp::Reverse(r.students.value()));
    rows.truncate(MOVES);
    let place = |unit: &str, programme: &str| {
        let unit = TableField::text(context.unit(unit));
        // A rounded release publishes moves over all programmes.
        if programme == ALL { unit } else { unit.with_sub(context.programme_field(programme).shown().to_owned()) }
    };
    let row = |r: &&MoveRow| {
        ViewRow::new(vec![
            place(&r.from_unit, &r.from_programme),
            place(&r.to_unit, &r.to_programme),
            context.count(r.students),
        ])
    };
    let shown = context.lang.number(rows.len() as u64);
    let caption = context.say("page-moves-caption", &[("shown", &shown), ("all", &all)]);
    let [from, to, students] = context.words(["col-from", "col-to", "col-students"]);
    ViewTable::new("moves", caption, &[from, to], &[students]).group("", rows.iter().map(row).collect())
}
