//! A municipality on one slide: its map beside its students and pupils by municipality; and in its own deck the
//! destinations of its students, the origins of the pupils of its units, and the units one by one.

use super::chart::{BarChart, ChartBar, ChartTexts};
use super::{Story, head, row, with_caption, without_empty};
use std::sync::Arc;

use crate::export::slides::deck::{NumberFormat, Slide, SlideBlock, SlideContent, SlideRow, SlideTable};
use crate::model::{ALL, Cell, Perspective, Text};
use crate::render::{Picture, SlideMap};
use crate::report::{FlowEnds, Subject, UnitPupils, map_name};
use crate::tables::{BalanceRow, LedgerRow, SeatRow, Value};
use crate::theme::Slot;
use crate::words::sort_key;

/// Maximum number of bars for places and of rows for units.
const SHOWN: usize = 13;

/// The two maps of a municipality from the report.
fn maps<'a>(story: &Story<'a>, code: &str) -> [Option<&'a Picture>; 2] {
    let sides = [Perspective::Home, Perspective::Provider];
    sides.map(|side| story.pictures.get(&*map_name(side, code)).copied())
}

/// The municipality on one slide: its map, and its students and pupils by municipality. `None` without a line to draw.
pub fn exchange(story: &Story<'_>, code: &Text, map: Option<&SlideMap>) -> Option<Slide> {
    let map = map?;
    let name = story.context.municipality(code);
    let pictures = maps(story, code);
    let titles = pictures.into_iter().flatten().filter(|picture| !picture.is_empty).map(|picture| &picture.title);
    let title = titles.into_iter().next().cloned().unwrap_or_else(|| name.clone());
    let mut slide = map_slide(story, map, name);
    slide.title = title;
    slide.lead = story.context.balance(code).and_then(|balance| lead(story, balance));
    let about = pictures.into_iter().flatten().map(|picture| picture.description.clone());
    Some(story.noted(slide, about, &["cross_provider_share", "localisation_index", "net_flow"]))
}

/// The map of a municipality from one side, with its list.
pub fn one_side(story: &Story<'_>, side: Perspective, code: &Text) -> Option<Slide> {
    let map = story.maps.one_side(side, code)?;
    let slide = map_slide(story, &map, map.title.clone());
    Some(story.noted(slide, [map.picture.description.clone()], &["cross_provider_share"]))
}

/// The region's net flows.
pub fn net(story: &Story<'_>) -> Option<Slide> {
    let map = story.maps.net_flows()?;
    let slide = map_slide(story, &map, map.title.clone());
    Some(story.noted(slide, [map.picture.description.clone()], &["net_flow"]))
}

/// A map and its table, which is about `about`.
pub fn map_content(map: &SlideMap, about: String) -> SlideContent {
    let heads = map.heads.iter().enumerate().map(|(i, text)| head(text, i > 0)).collect();
    let rows = map.rows.iter().map(|(texts, is_sum)| SlideRow { is_sum: *is_sum, ..row(texts.iter().cloned()) });
    let table = SlideTable { title: about, heads, rows: rows.collect() };
    SlideContent::Two(SlideBlock::Picture(Arc::clone(&map.picture)), SlideBlock::Table(table))
}

/// A map beside its table.
fn map_slide(story: &Story<'_>, map: &SlideMap, about: String) -> Slide {
    let content = map_content(map, about);
    let notes = (!map.notes.is_empty())
        .then(|| map.notes.iter().map(|note| format!("{note}.")).collect::<Vec<_>>().join(" "));
    with_caption(story.slide(map.title.clone(), content), notes)
}

/// The published numbers of students and pupils in a municipality, of those who leave and of those who arrive.
fn lead(story: &Story<'_>, balance: &BalanceRow) -> Option<String> {
    let context = &story.context;
    let pair = |word: &str, all: Cell, part: Cell| {
        let (all, part) = (all.value()?, part.value());
        let all = context.lang.number(all);
        Some(match part {
            Some(part) => {
                let part = context.lang.number(part);
                context.say(&format!("slide-lead-{word}"), &[("all", &all), ("part", &part)])
            }
            None => context.say(&format!("slide-lead-{word}-all"), &[("all", &all)]),
        })
    };
    let net = balance.net.value().map(|net| context.say("slide-lead-net", &[("net", &context.lang.signed(net))]));
    let parts =
        [pair("residents", balance.residents, balance.out), pair("pupils", balance.pupils_here, balance.into), net];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The destinations of a municipality's students, as far as published.
pub fn destinations(story: &Story<'_>, code: &Text) -> Option<Slide> {
    let context = &story.context;
    let all = context.share(story.model.year, code, ALL)?.students;
    let flows = story.model.destinations(code, &story.model.selection());
    let ends = story.model.ends();
    let name = |to: &Text| match ends {
        FlowEnds::Units => story.unit(to),
        FlowEnds::Municipalities => context.municipality(to),
    };
    let title_of = match ends {
        FlowEnds::Units => "slide-destinations-title",
        FlowEnds::Municipalities => "slide-destinations-title-places",
    };
    let (first, students) = flows.iter().find(|(_, students)| students.value().is_some_and(|n| n > 0))?;
    let of = context.municipality(code);
    let texts = [
        ("name", of.clone()),
        ("to", name(first)),
        ("students", context.number(*students)),
        ("all", context.number(all)),
    ];
    let title = context.say(title_of, &texts.each_ref().map(|(key, text)| (*key, &**text)));
    let place = |to: &Text| match ends {
        FlowEnds::Units => story.model.registers.unit_by_code(to).map(|unit| unit.municipality.clone()),
        FlowEnds::Municipalities => Some(to.clone()),
    };
    let bar = |(to, students): &(Text, Cell)| ChartBar {
        name: name(to),
        value: Value::Count(*students),
        // Those who stay are highlighted.
        colour: (place(to).as_ref() == Some(code)).then_some(Slot::Own),
    };
    let about = ChartTexts {
        title: context.say("slide-destinations", &[("name", &of)]),
        of: context.t(if ends == FlowEnds::Units { "page-col-unit" } else { "page-col-place" }),
        series: context.t("page-col-students"),
        numbers: NumberFormat::Count,
        colour: Slot::Municipal,
        context,
    };
    bars(story, title, about, flows.iter().map(bar).collect(), &["market_share", "localisation_index"])
}

/// The homes of the pupils in a municipality's units, as far as published.
pub fn origins(story: &Story<'_>, code: &Text) -> Option<Slide> {
    let context = &story.context;
    let flows = story.model.origins(code, &story.model.selection());
    let of = context.municipality(code);
    let all = context.balance(code).map_or(Cell::Missing, |row| row.pupils_here);
    let is_other = |(home, students): &&(Text, Cell)| home != code && students.value().is_some_and(|n| n > 0);
    let title = match flows.iter().find(is_other) {
        Some((home, students)) => {
            let texts = [
                ("name", of.clone()),
                ("from", context.municipality(home)),
                ("students", context.number(*students)),
                ("all", context.number(all)),
            ];
            context.say("slide-origins-title", &texts.each_ref().map(|(key, text)| (*key, &**text)))
        }
        None => context.say("slide-origins", &[("name", &of)]),
    };
    let bar = |(home, students): &(Text, Cell)| ChartBar {
        name: context.municipality(home),
        value: Value::Count(*students),
        colour: (home == code).then_some(Slot::Own),
    };
    let about = ChartTexts {
        title: context.say("slide-origins", &[("name", &of)]),
        of: context.t("page-col-home"),
        series: context.t("page-col-pupils"),
        numbers: NumberFormat::Count,
        colour: Slot::Municipal,
        context,
    };
    bars(story, title, about, flows.iter().map(bar).collect(), &["commitment", "net_flow"])
}

fn bars(
    story: &Story<'_>,
    title: String,
    about: ChartTexts<'_>,
    bars: Vec<ChartBar>,
    metrics: &[&str],
) -> Option<Slide> {
    let BarChart { chart, notes } = about.bars(bars, SHOWN)?;
    let slide = story.slide(title, SlideContent::One(SlideBlock::Chart(chart)));
    Some(story.noted(with_caption(slide, notes), None, metrics))
}

/// The units in a municipality: pupils, the year's ledger, seats; `None` without units.
pub fn units(story: &Story<'_>, code: &Text) -> Option<Slide> {
    let context = &story.context;
    let mut units = story.model.units(&Subject::Place(code.clone()), &story.model.selection());
    if units.is_empty() {
        return None;
    }
    units.sort_by_cached_key(|pupils| sort_key(&pupils.unit.name, &pupils.unit.code));
    let all = units.len();
    if all > SHOWN {
        units.sort_by_key(|pupils| std::cmp::Reverse(pupils.all.value()));
        units.truncate(SHOWN);
    }
    let year = story.model.year;
    let seats = |unit: &str| {
        let mut rows = context.tables.seats.iter();
        rows.find(|row| row.year == year && *row.programme == *ALL && *row.unit == *unit)
    };
    let ledger = |unit: &str| story.model.ledger().find(|row| *row.unit == *unit);
    let rows = units.iter().map(|pupils| line(story, pupils, ledger(&pupils.unit.code), seats(&pupils.unit.code)));
    let mut heads = vec![head(context.t("page-col-unit"), false)];
    let numbers = [
        "page-col-pupils",
        "page-col-elsewhere",
        "page-col-admitted",
        "slide-departures",
        "slide-arrivals",
        "page-col-seats-admission",
        "page-col-seats-october",
        "page-col-seat-delta",
    ];
    heads.extend(numbers.map(|id| head(context.t(id), true)));
    let name = context.municipality(code);
    let table =
        SlideTable { title: context.say("page-units-caption", &[("name", &name)]), heads, rows: rows.collect() };
    let (table, note) = without_empty(story, table);
    let pupils = context.balance(code).map_or(Cell::Missing, |row| row.pupils_here);
    let title = match pupils.value() {
        Some(_) => context.say("slide-units-title", &[("name", &name), ("pupils", &context.number(pupils))]),
        None => context.say("slide-units-title-plain", &[("name", &name)]),
    };
    let number = |n: usize| context.lang.number(n as u64);
    let cut =
        (all > SHOWN).then(|| context.say("slide-largest", &[("shown", &number(SHOWN)), ("all", &number(all))]));
    let slide = story.slide_of_both_times(title, SlideContent::One(SlideBlock::Table(table)));
    let slide = with_caption(with_caption(slide, note), cut);
    Some(story.noted(slide, None, &["turnover", "seat_delta", "fill_rate"]))
}

fn line(
    story: &Story<'_>,
    pupils: &UnitPupils<'_>,
    ledger: Option<&LedgerRow>,
    seats: Option<&SeatRow>,
) -> crate::export::slides::deck::SlideRow {
    let context = &story.context;
    let of_ledger = |count: &dyn Fn(&LedgerRow) -> Cell| context.number(ledger.map_or(Cell::Missing, count));
    let of_seats = |count: fn(&SeatRow) -> Cell| context.number(seats.map_or(Cell::Missing, count));
    let delta = seats.map_or(Cell::Missing, |row| row.seat_delta);
    row([
        pupils.unit.name.to_string(),
        context.number(pupils.all),
        context.number(pupils.elsewhere),
        of_ledger(&|row| row.admitted),
        of_ledger(&|row| story.model.departures(row)),
        of_ledger(&|row| story.model.arrivals(row)),
        of_seats(|row| row.seats_admission),
        of_seats(|row| row.seats_october),
        delta.text(|n| context.lang.signed(n)),
    ])
}
