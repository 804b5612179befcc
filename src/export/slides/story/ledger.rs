//! From admission to 15 October: departures and arrivals, the units that raised their seats, and where the students
//! who filled them came from.

use std::cmp::Reverse;

use super::chart::{BarChart, ChartBar, ChartTexts};
use super::share::shown_ratio;
use super::{Story, head, plain_head, plain_row, row, sum, with_caption, without_empty};
use crate::export::slides::deck::{
    ChartForm, ChartSeries, NumberFormat, Slide, SlideBlock, SlideChart, SlideContent, SlideTable, number,
};
use crate::model::{ALL, Cell, Ratio};
use crate::report::view::{self, PlainTable};
use crate::tables::{LedgerRow, SeatRow, Value};
use crate::theme::Slot;

/// Maximum number of bars next to another block, and with two bars per unit.
const BESIDE: usize = 12;
const PAIRS: usize = 7;

/// The year's ledger: its steps, and the units with the most departures and arrivals; `None` if the year has no
/// ledger.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let total = story.model.ledger_total()?;
    let picture = story.picture("charts/ledger");
    let title = picture.map_or_else(|| story.context.t("slide-ledger-steps"), |picture| picture.title.clone());
    let steps = SlideBlock::Table(steps(story, total));
    let (content, note) = match units(story) {
        Some((chart, note)) => (SlideContent::Two(steps, SlideBlock::Chart(chart)), note),
        None => (SlideContent::One(steps), None),
    };
    let slide = with_caption(story.slide_of_both_times(title, content), note);
    let about = picture.map(|picture| picture.description.clone());
    Some(story.noted(slide, about, &["turnover"]))
}

/// A row per step, with its share of the admitted students.
fn steps(story: &Story<'_>, total: &LedgerRow) -> SlideTable {
    let context = &story.context;
    let share =
        |cell: Cell| shown_ratio(cell.zip(total.admitted, Ratio::new)).map(|share| story.model.percent(share));
    let line = |id: &str, cell: Cell| {
        let share = share(cell).unwrap_or_else(|| if cell == Cell::Hidden { ".." } else { "." }.to_owned());
        [context.t(&format!("page-col-{id}")), context.number(cell), share]
    };
    let rows = vec![
        sum(line("admitted", total.admitted)),
        row(line("left", total.left)),
        row(line("moved-out", total.moved_out)),
        sum(line("stayed", total.stayed)),
        row(line("moved-in", total.moved_in)),
        row(line("arrived", total.arrived)),
        sum(line("enrolled", total.enrolled)),
    ];
    let heads = vec![
        head("", false),
        head(context.t("page-col-students"), true),
        head(context.t("slide-share-admitted"), true),
    ];
    SlideTable { title: context.t("slide-ledger-steps"), heads, rows }
}

/// The units with the most departures and arrivals, among those where either is shown.
fn units(story: &Story<'_>) -> Option<(SlideChart, Option<String>)> {
    let context = &story.context;
    let units: Vec<&LedgerRow> = story.model.ledger().filter(|row| *row.unit != *ALL).collect();
    let sides = |row: &'_ LedgerRow| [story.model.departures(row), story.model.arrivals(row)];
    let seen = |sides: &[Cell; 2]| sides.iter().filter_map(|cell| cell.value()).sum::<u64>();
    let mut shown: Vec<(&LedgerRow, [Cell; 2])> = units.iter().map(|row| (*row, sides(row))).collect();
    shown.retain(|(_, sides)| seen(sides) > 0);
    shown.sort_by_key(|(row, sides)| (Reverse(seen(sides)), row.unit.clone()));
    let number_of = |n: usize| context.lang.number(n as u64);
    let all = shown.len();
    let cut = (all > PAIRS)
        .then(|| context.say("slide-largest", &[("shown", &number_of(PAIRS)), ("all", &number_of(all))]));
    let hidden = units.iter().filter(|row| sides(row).iter().all(|cell| *cell == Cell::Hidden)).count();
    let unseen = (hidden > 0).then(|| context.say("slide-unseen", &[("count", &number_of(hidden))]));
    shown.truncate(PAIRS);
    if shown.is_empty() {
        return None;
    }
    let series = |word: &str, colour: Slot, side: usize| ChartSeries {
        name: context.t(&format!("slide-{word}")),
        values: shown.iter().map(|(_, sides)| number(&Value::Count(sides[side]))).collect(),
        colour,
        other: Vec::new(),
    };
    let chart = SlideChart {
        form: ChartForm::Bars,
        title: context.t("slide-ledger-units"),
        of: context.t("page-col-unit"),
        categories: shown.iter().map(|(row, ..)| story.unit(&row.unit)).collect(),
        series: vec![series("departures", Slot::Independent, 0), series("arrivals", Slot::Municipal, 1)],
        numbers: NumberFormat::Count,
    };
    let notes: Vec<String> = cut.into_iter().chain(unseen).collect();
    Some((chart, (!notes.is_empty()).then(|| notes.join(" "))))
}

/// The units that raised their seats, and where the students who moved there had been admitted; `None` if no unit did.
pub fn seats(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let raised = story.model.raised_units();
    if raised.is_empty() {
        return None;
    }
    let bar =
        |row: &&SeatRow| ChartBar { name: story.unit(&row.unit), value: Value::Delta(row.seat_delta), colour: None };
    let about = ChartTexts {
        title: context.t("slide-seats-units"),
        of: context.t("page-col-unit"),
        series: context.t("slide-seats-more"),
        numbers: NumberFormat::Change,
        colour: Slot::Rose,
        context,
    };
    let BarChart { chart, notes } = about.bars(raised.iter().map(bar).collect(), BESIDE)?;
    let picture = story.picture("charts/seat-deltas");
    let title = picture.map_or_else(|| context.t("slide-seats-units"), |picture| picture.title.clone());
    let origins = view::origins(context).map(|table| origins(story, table.plain()));
    let (content, note) = match origins {
        Some((table, note)) if table.heads.len() > 1 => {
            (SlideContent::Two(SlideBlock::Chart(chart), SlideBlock::Table(table)), note)
        }
        _ => (SlideContent::One(SlideBlock::Chart(chart)), None),
    };
    let whom = story.picture("charts/origins");
    let mut slide = story.slide_of_both_times(title, content);
    slide.lead = whom.map(|picture| format!("{}.", picture.title.trim_end_matches('.')));
    let about = [picture, whom].into_iter().flatten().map(|picture| picture.description.clone());
    Some(story.noted(with_caption(with_caption(slide, notes), note), about, &["seat_delta"]))
}

/// Municipalities of the units that the students who moved had been admitted to, the largest first.
fn origins(story: &Story<'_>, plain: PlainTable) -> (SlideTable, Option<String>) {
    let heads = plain.heads.into_iter().map(plain_head).collect();
    let rows = plain.rows.into_iter().map(plain_row).collect();
    without_empty(story, SlideTable { title: plain.caption, heads, rows })
}
