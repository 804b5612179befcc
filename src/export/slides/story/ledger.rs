//! From admission to 15 October: who came and went, which units raised their seats, and from where those came who filled them.

use std::cmp::Reverse;

use super::chart::{About, Bar, Bars};
use super::share::told;
use super::{Story, head, plain_head, plain_row, row, sum, told as told_table, with_caption};
use crate::export::slides::deck::{Block, Chart, Content, Form, Numbers, Series, Slide, SlideTable, number};
use crate::model::{ALL, Cell, Ratio};
use crate::report::view::{self, PlainTable};
use crate::tables::{LedgerRow, SeatRow, Value};
use crate::theme::Slot;

/// Bars beside another block, and where there are two of each unit.
const BESIDE: usize = 12;
const PAIRS: usize = 8;

/// The year's ledger: its steps, and the units where most came or went; none where the year has none.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let total = story.model.ledger_total()?;
    let picture = story.picture("charts/ledger");
    let title = picture.map_or_else(|| story.context.t("slide-ledger-steps"), |picture| picture.title.clone());
    let steps = Block::Table(steps(story, total));
    let (content, note) = match units(story) {
        Some((chart, note)) => (Content::Two(steps, Block::Chart(chart)), note),
        None => (Content::One(steps), None),
    };
    let slide = with_caption(story.slide_of_both_times(title, content), note);
    let about = picture.map(|picture| picture.description.clone());
    Some(story.noted(slide, about, &["turnover"]))
}

/// A row per step, with its share of the admitted.
fn steps(story: &Story<'_>, total: &LedgerRow) -> SlideTable {
    let context = &story.context;
    let share = |cell: Cell| told(cell.zip(total.admitted, Ratio::new)).map(|share| story.model.percent(share));
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

/// The units where most came or went, of those of which either is shown.
fn units(story: &Story<'_>) -> Option<(Chart, Option<String>)> {
    let context = &story.context;
    let units: Vec<&LedgerRow> = story.model.ledger().filter(|row| *row.unit != *ALL).collect();
    let sides = |row: &'_ LedgerRow| [story.model.departures(row), story.model.arrivals(row)];
    let seen = |sides: &[Cell; 2]| sides.iter().filter_map(|cell| cell.value()).sum::<u64>();
    let mut told: Vec<(&LedgerRow, [Cell; 2])> = units.iter().map(|row| (*row, sides(row))).collect();
    told.retain(|(_, sides)| seen(sides) > 0);
    told.sort_by_key(|(row, sides)| (Reverse(seen(sides)), row.unit.clone()));
    let number_of = |n: usize| context.lang.number(n as u64);
    let all = told.len();
    let cut = (all > PAIRS)
        .then(|| context.say("slide-largest", &[("shown", &number_of(PAIRS)), ("all", &number_of(all))]));
    let hidden = units.iter().filter(|row| sides(row).iter().all(|cell| *cell == Cell::Hidden)).count();
    let unseen = (hidden > 0).then(|| context.say("slide-unseen", &[("count", &number_of(hidden))]));
    told.truncate(PAIRS);
    if told.is_empty() {
        return None;
    }
    let series = |word: &str, colour: Slot, side: usize| Series {
        name: context.t(&format!("slide-{word}")),
        values: told.iter().map(|(_, sides)| number(&Value::Count(sides[side]))).collect(),
        colour,
        other: Vec::new(),
    };
    let chart = Chart {
        form: Form::Bars,
        title: context.t("slide-ledger-units"),
        of: context.t("page-col-unit"),
        categories: told.iter().map(|(row, ..)| story.unit(&row.unit)).collect(),
        series: vec![series("departures", Slot::Independent, 0), series("arrivals", Slot::Municipal, 1)],
        numbers: Numbers::Count,
    };
    let notes: Vec<String> = cut.into_iter().chain(unseen).collect();
    Some((chart, (!notes.is_empty()).then(|| notes.join(" "))))
}

/// The units that raised their seats, and where those had been admitted who moved there; none where no unit did.
pub fn seats(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let raised = story.model.raised_units();
    if raised.is_empty() {
        return None;
    }
    let bar = |row: &&SeatRow| Bar { name: story.unit(&row.unit), value: Value::Delta(row.seat_delta), colour: None };
    let about = About {
        title: context.t("slide-seats-units"),
        of: context.t("page-col-unit"),
        series: context.t("slide-seats-more"),
        numbers: Numbers::Change,
        colour: Slot::Rose,
        context,
    };
    let Bars { chart, notes } = about.bars(raised.iter().map(bar).collect(), BESIDE)?;
    let picture = story.picture("charts/seat-deltas");
    let title = picture.map_or_else(|| context.t("slide-seats-units"), |picture| picture.title.clone());
    let origins = view::origins(context).map(|table| origins(story, table.plain()));
    let (content, note) = match origins {
        Some((table, note)) if table.heads.len() > 1 => {
            (Content::Two(Block::Chart(chart), Block::Table(table)), note)
        }
        _ => (Content::One(Block::Chart(chart)), None),
    };
    let whom = story.picture("charts/origins");
    let mut slide = story.slide_of_both_times(title, content);
    slide.lead = whom.map(|picture| format!("{}.", picture.title.trim_end_matches('.')));
    let about = [picture, whom].into_iter().flatten().map(|picture| picture.description.clone());
    Some(story.noted(with_caption(with_caption(slide, notes), note), about, &["seat_delta"]))
}

/// Municipalities of the units that those had been admitted to who moved, those with most first.
fn origins(story: &Story<'_>, plain: PlainTable) -> (SlideTable, Option<String>) {
    let heads = plain.heads.into_iter().map(plain_head).collect();
    let rows = plain.rows.into_iter().map(plain_row).collect();
    told_table(story, SlideTable { title: plain.caption, heads, rows })
}
