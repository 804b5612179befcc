//! The origins of students in units with raised seats: the municipalities they had been admitted to, and in an
//! internal release each unit.

use std::collections::BTreeMap;

use super::fonts::{self, Weight};
use super::plot::{Plot, PlotBar, ticks};
use super::scene::{Anchor, Scene, TextLine};
use super::style::{self, Side};
use super::{Picture, count, frame, key};
use crate::model::{ALL, Cell, OUT, ProviderKind, Text, UNKNOWN};
use crate::report::{FlowEnds, ReportModel};
use crate::tables::{OriginRow, SeatRow};

/// Maximum number of municipalities.
const MAX_ROWS: usize = 16;
/// Maximum number of units, and of former units of each.
const MAX_UNITS: usize = 6;
const FORMER: usize = 6;
/// Left edge of the list of units, pixels.
const LIST: f64 = 850.0;
/// Height of a unit in the list, pixels.
const UNIT: f64 = 96.0;

/// An origin of students.
struct Origin {
    name: String,
    /// Whether these are arrivals: students without a known admission.
    arrived: bool,
    students: Cell,
    /// By kind of provider, as far as published.
    parts: Vec<(Side, u64)>,
}

impl Origin {
    /// Students whose kind of provider is published.
    fn seen(&self) -> u64 {
        self.parts.iter().map(|part| part.1).sum()
    }

    /// The drawn parts: one bar if the kinds are hidden; the published kinds if the total is hidden.
    fn bars(&self) -> Vec<(Side, u64)> {
        match self.students {
            Cell::Value(students) if self.seen() < students => vec![(Side::Mixed, students)],
            _ => self.parts.clone(),
        }
    }
}

fn rows(model: &ReportModel) -> impl Iterator<Item = &OriginRow> {
    let rows = model.tables.get().origins.iter().filter(|row| *row.unit == *ALL);
    rows.filter(|row| row.year == model.year && row.population == model.population)
}

/// Origins, the largest first, hidden ones after them; arrivals last.
fn lines(model: &ReportModel) -> Vec<Origin> {
    let mut places: BTreeMap<&str, Vec<&OriginRow>> = BTreeMap::new();
    for row in rows(model).filter(|row| *row.municipality != *ALL) {
        places.entry(&row.municipality).or_default().push(row);
    }
    let line = |(code, rows): (&str, Vec<&OriginRow>)| {
        let arrived = code == UNKNOWN && rows.iter().any(|row| *row.provider_kind == *UNKNOWN);
        let whole = if arrived { UNKNOWN } else { ALL };
        let students =
            rows.iter().find(|row| *row.provider_kind == *whole).map_or(Cell::Value(0), |row| row.students);
        let name = match code {
            UNKNOWN => model.lang.text("ledger-arrived"),
            OUT => model.lang.text("outside-region"),
            code => model.registers.municipality_name(code).to_owned(),
        };
        let kinds = rows.iter().filter(|row| *row.provider_kind != *whole);
        let part = |row: &OriginRow| Some((side(&row.provider_kind), row.students.value()?));
        let parts = joined(kinds.filter_map(|row| part(row)).collect());
        Origin { name, arrived, students, parts }
    };
    let mut out: Vec<Origin> = places.into_iter().map(line).filter(|line| line.students != Cell::Value(0)).collect();
    out.sort_by(|a, b| {
        let key = |line: &Origin| std::cmp::Reverse(line.students.value().unwrap_or_else(|| line.seen()));
        (a.arrived, key(a)).cmp(&(b.arrived, key(b))).then_with(|| a.name.cmp(&b.name))
    });
    out
}

/// Kinds of provider as pictures show them: region, state and federation are merged.
fn joined(parts: Vec<(Side, u64)>) -> Vec<(Side, u64)> {
    let sum = |side: Side| parts.iter().filter(|part| part.0 == side).map(|part| part.1).sum();
    let sides = [Side::Municipal, Side::Independent, Side::PublicOther, Side::Mixed];
    sides.into_iter().map(|side| (side, sum(side))).filter(|(_, students)| *students > 0).collect()
}

fn side(kind: &str) -> Side {
    ProviderKind::parse(kind).map_or(Side::Mixed, |kind| Side::of(kind, "", None))
}

/// The origins of additional students.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let mut lines = lines(model);
    let title = title(model, &lines);
    let item = |line: &Origin| format!("{}: {}.", line.name, count(lang, line.students));
    let description = lines.iter().map(item).collect::<Vec<_>>().join(" ");
    let places = lines.iter().filter(|line| !line.arrived).count();
    let left = places.saturating_sub(MAX_ROWS);
    lines.drain(places - left..places);
    let mut notes = vec![lang.text("origins-note")];
    if lines.is_empty() {
        let has_rows =
            model.tables.get().seats.iter().any(|row| row.year == model.year && row.raised.value().is_some());
        let id = if has_rows { "origins-empty" } else { "seats-missing" };
        frame::empty(&mut scene, &lang.text(id));
    } else {
        let units = if model.ends() == FlowEnds::Units { units(model) } else { Vec::new() };
        bars(&mut scene, model, &lines, if units.is_empty() { style::WIDTH - style::MARGIN } else { LIST - 50.0 });
        list(&mut scene, model, &units);
        notes.extend(frame::rows_shown(lang, "note-rows-units", units.len().min(MAX_UNITS), units.len()));
    }
    notes.extend(frame::rows_shown(lang, "note-rows", places - left, places));
    let subtitle = frame::about_year(model, model.population);
    let name = "charts/origins".to_owned();
    frame::Frame { name, title, subtitle, description, notes }.close(model, &scene)
}

fn title(model: &ReportModel, lines: &[Origin]) -> String {
    let lang = model.lang;
    let all = rows(model).find(|row| *row.municipality == *ALL && *row.provider_kind == *ALL).map(|row| row.students);
    let Some(Cell::Value(students)) = all else { return lang.text("chart-origins") };
    let students = lang.number(students);
    // If any number is hidden, the largest is unknown.
    let places = || lines.iter().filter(|line| !line.arrived);
    let is_known = places().all(|line| line.students.value().is_some());
    match places().next().filter(|_| is_known).map(|line| (&line.name, line.students)) {
        Some((name, Cell::Value(most))) => {
            lang.say("origins-title", &[("students", &students), ("name", name), ("most", &lang.number(most))])
        }
        _ => lang.say("origins-title-plain", &[("students", &students)]),
    }
}

fn bars(scene: &mut Scene, model: &ReportModel, lines: &[Origin], right: f64) {
    let lang = model.lang;
    let kinds = [
        (Side::Municipal, "origins-municipal"),
        (Side::Independent, "origins-independent"),
        (Side::PublicOther, "origins-public-other"),
        (Side::Mixed, "origins-together"),
    ];
    let is_there =
        |side: Side| lines.iter().filter(|line| !line.arrived).flat_map(Origin::bars).any(|part| part.0 == side);
    let words: Vec<(String, &str)> =
        kinds.iter().filter(|kind| is_there(kind.0)).map(|(side, id)| (lang.text(id), side.colour())).collect();
    key(scene, style::MARGIN, frame::TOP + 18.0, &words);
    let length = |line: &Origin| line.bars().iter().map(|part| part.1).sum::<u64>();
    let most = lines.iter().map(length).max().unwrap_or(0).max(1) as f64;
    let plot = Plot {
        left: 290.0,
        top: frame::TOP + 48.0,
        width: right - 290.0,
        row: ((frame::BOTTOM - frame::TOP - 56.0) / lines.len() as f64).min(46.0),
        rows: lines.len(),
        min: 0.0,
        max: most * 1.16,
    };
    let mut drawn = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        let mut from = 0.0;
        for (side, students) in line.bars() {
            let colour = if line.arrived { ARRIVED } else { side.colour() };
            drawn.push(PlotBar { row, from, to: from + students as f64, height: 0.66, colour });
            from += students as f64;
        }
    }
    plot.draw(scene, &ticks(0.0, plot.max, 6), &drawn);
    for (i, line) in lines.iter().enumerate() {
        let y = plot.y(i) + 7.0;
        let weight = if line.arrived { Weight::SemiBold } else { Weight::Regular };
        let name = fonts::fit(&line.name, plot.left - style::MARGIN - 14.0, style::LABEL, weight);
        scene.text(&TextLine::new(plot.left - 14.0, y, &name).size(style::LABEL).weight(weight).anchor(Anchor::End));
        let x = plot.x(length(line) as f64) + 8.0;
        let number = match line.students {
            Cell::Hidden if length(line) > 0 => format!("{} + ..", lang.number(length(line))),
            students => count(lang, students),
        };
        scene.text(&TextLine::new(x, y, &number).size(style::LABEL).bold());
    }
}

/// Colour of arrivals without a known admission.
const ARRIVED: &str = "#7b8894";

/// A unit with raised seats, and the students who moved to it from other units, the largest number first.
struct RaisedUnit<'a> {
    row: &'a SeatRow,
    moved_in: Cell,
    former: Vec<(Text, u64)>,
}

/// The units with raised seats, those with most moves first.
fn units(model: &ReportModel) -> Vec<RaisedUnit<'_>> {
    let mut out: Vec<RaisedUnit<'_>> = Vec::new();
    for row in model.raised_units() {
        out.push(RaisedUnit { row, moved_in: model.moved_to_raised(&row.unit), former: model.moved_to(&row.unit) });
    }
    out.sort_by_key(|unit| (std::cmp::Reverse(unit.moved_in.value()), unit.row.unit.clone()));
    out
}

fn list(scene: &mut Scene, model: &ReportModel, units: &[RaisedUnit<'_>]) {
    if units.is_empty() {
        return;
    }
    const SEATS: f64 = style::WIDTH - style::MARGIN - 110.0;
    const MOVED_IN: f64 = style::WIDTH - style::MARGIN;
    let lang = model.lang;
    let name = |code: &str| model.registers.unit_name(code).to_owned();
    let mut y = frame::TOP + 34.0;
    for (x, id, anchor) in [
        (LIST, "origins-units", Anchor::Start),
        (SEATS, "origins-seats", Anchor::End),
        (MOVED_IN, "ledger-moved-in", Anchor::End),
    ] {
        let look = lang.text(id);
        scene.text(&TextLine::new(x, y, &look).size(style::SMALL).fill(style::MUTED).anchor(anchor));
    }
    scene.line((LIST, y + 10.0), (MOVED_IN, y + 10.0), style::RULE, 1.5);
    y += 10.0;
    for unit in units.iter().take(MAX_UNITS) {
        let title = fonts::fit(&name(&unit.row.unit), SEATS - LIST - 70.0, style::BODY, Weight::SemiBold);
        scene.text(&TextLine::new(LIST, y + 30.0, &title).bold());
        let raised = unit.row.seat_delta.text(|delta| lang.signed(delta));
        scene.text(&TextLine::new(SEATS, y + 30.0, &raised).fill(style::ALERT).bold().anchor(Anchor::End));
        let moved_in = unit.moved_in.text(|moved_in| lang.number(moved_in));
        scene.text(&TextLine::new(MOVED_IN, y + 30.0, &moved_in).bold().anchor(Anchor::End));
        let former = unit.former.iter().take(FORMER);
        let former = former.map(|(code, students)| format!("{} {}", name(code), lang.number(*students)));
        let mut text = former.collect::<Vec<_>>().join(", ");
        let more = unit.former.len().saturating_sub(FORMER);
        if more > 0 {
            text.push_str(&lang.say("origins-more", &[("count", &lang.number(more as u64))]));
        }
        let text = if unit.moved_in == Cell::Value(0) { lang.text("origins-nobody") } else { text };
        let lines = fonts::wrap(&text, MOVED_IN - LIST, style::SMALL, Weight::Regular);
        for (i, line) in lines.iter().take(2).enumerate() {
            let look = TextLine::new(LIST, y + 55.0 + 23.0 * i as f64, line).size(style::SMALL);
            scene.text(&look.fill(style::MUTED));
        }
        y += UNIT;
    }
}
