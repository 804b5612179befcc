//! The ledger as waterfalls: from the admitted students via departures, moves and arrivals to 15 October, for the
//! region and for units.
//!
//! Changes are small compared with those who stay, so columns of totals are cut. All units have the same scale.

use super::fall::{Fall, FallStep};
use super::fonts::{self, Weight};
use super::ledger::{self, ARRIVED, LEFT, MOVED_IN, MOVED_OUT, UnitTurnover, UnitTurnovers};
use super::projection::Area;
use super::scene::Scene;
use super::style;
use super::{Picture, count, frame, key};
use crate::model::Cell;
use crate::report::ReportModel;
use crate::words::Lang;

/// Rows of units.
const ROWS: usize = 3;
/// Right edge of the region's waterfall, left edge of the units' waterfalls, pixels.
const REGION: f64 = 470.0;
const UNITS: f64 = 520.0;
/// Upper edge of all waterfalls.
const TOP: f64 = frame::TOP + 44.0;
/// Columns of a waterfall: admitted, left, moved out, stayed, moved in, arrived, enrolled.
const COLUMNS: f64 = 7.0;
/// Share of the height for the students who stayed.
const STAYED: f64 = 0.34;

/// A column of a waterfall.
#[derive(Debug, Clone, Copy, PartialEq)]
struct WaterfallStep {
    /// Its first column and the number of columns it takes.
    column: f64,
    columns: f64,
    /// Its range, students.
    from: u64,
    to: u64,
    /// Whether it is a total, which starts at the base.
    is_total: bool,
    colour: &'static str,
}

/// The columns of a unit: seven, or five if moves between units are hidden.
fn steps(line: &UnitTurnover<'_>, admitted: u64, stayed: u64, enrolled: u64) -> Vec<WaterfallStep> {
    let total = |column, to| WaterfallStep { column, columns: 1.0, from: 0, to, is_total: true, colour: style::OWN };
    let change =
        |column, columns, from, to, colour| WaterfallStep { column, columns, from, to, is_total: false, colour };
    let mut out = vec![total(0.0, admitted), total(3.0, stayed), total(6.0, enrolled)];
    match line.moved {
        Some(moved) => out.extend([
            change(1.0, 1.0, admitted, stayed + moved.out, LEFT),
            change(2.0, 1.0, stayed + moved.out, stayed, MOVED_OUT),
            change(4.0, 1.0, stayed, stayed + moved.into, MOVED_IN),
            change(5.0, 1.0, stayed + moved.into, enrolled, ARRIVED),
        ]),
        None => out.extend([
            change(1.0, 2.0, admitted, stayed, style::MIXED),
            change(4.0, 2.0, stayed, enrolled, style::MIXED),
        ]),
    }
    out
}

/// A waterfall: a unit or the region.
struct Waterfall {
    /// A unit or `ALL`.
    code: String,
    name: String,
    steps: Vec<WaterfallStep>,
    stayed: u64,
}

impl Waterfall {
    fn of(line: &UnitTurnover<'_>, name: String) -> Option<Self> {
        let (arrivals, departures) = line.both()?;
        let admitted = line.row.admitted.value().or_else(|| Some(line.row.stayed.value()? + departures));
        let admitted = admitted.or_else(|| (line.row.enrolled.value()? + departures).checked_sub(arrivals))?;
        let stayed = admitted.saturating_sub(departures);
        let steps = steps(line, admitted, stayed, stayed + arrivals);
        Some(Self { code: line.row.unit.to_string(), name, steps, stayed })
    }

    /// Whether moves between units are hidden.
    fn is_plain(&self) -> bool {
        self.steps.iter().all(|step| step.is_total || step.colour == style::MIXED)
    }

    /// Gives departures and arrivals separate colours.
    fn colour(&mut self) {
        for step in self.steps.iter_mut().filter(|step| !step.is_total) {
            step.colour = if step.to < step.from { LEFT } else { ARRIVED };
        }
    }

    /// Its height above the students who stayed.
    fn rise(&self) -> u64 {
        self.steps.iter().map(|step| step.from.max(step.to)).max().unwrap_or(0) - self.stayed
    }

    /// The largest width of the number of a change.
    fn widest(&self, lang: Lang, size: f64) -> f64 {
        let changes = self.steps.iter().filter(|step| !step.is_total);
        changes.map(|s| fonts::measure(&change(lang, s), size, Weight::SemiBold) / s.columns).fold(0.0, f64::max)
    }
}

impl WaterfallStep {
    fn drawn(&self, lang: Lang) -> FallStep {
        FallStep {
            column: self.column,
            columns: self.columns,
            from: self.from as f64,
            to: self.to as f64,
            is_total: self.is_total,
            colour: self.colour,
            text: if self.is_total { lang.number(self.to) } else { change(lang, self) },
        }
    }
}

/// A change with its sign.
fn change(lang: Lang, step: &WaterfallStep) -> String {
    lang.signed(i64::try_from(step.to).unwrap_or(i64::MAX) - i64::try_from(step.from).unwrap_or(i64::MAX))
}

/// The ledger, step by step.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let lines = UnitTurnovers::whole(model);
    let total = model.ledger_total();
    let unit = |line: &UnitTurnover<'_>| Waterfall::of(line, model.registers.unit_name(&line.row.unit).to_owned());
    let mut waterfalls: Vec<Waterfall> = lines.all.iter().filter_map(unit).collect();
    let mut region = total
        .map(|total| UnitTurnover::of(model, total))
        .and_then(|line| Waterfall::of(&line, lang.text("waterfall-all")));
    let is_plain = region.iter().chain(&waterfalls).all(Waterfall::is_plain);
    if is_plain {
        region.iter_mut().chain(&mut waterfalls).for_each(Waterfall::colour);
    }
    let mut notes = vec![lang.text("waterfall-note")];
    if waterfalls.is_empty() && region.is_none() {
        frame::empty(&mut scene, &lines.empty_reason(model));
        notes.clear();
    } else {
        words(&mut scene, lang, is_plain, region.iter().chain(&waterfalls));
        if let Some(region) = &region {
            let area = Area { left: style::MARGIN, top: TOP, right: REGION, bottom: frame::BOTTOM };
            draw(&mut scene, lang, region, &area, region.rise(), style::BODY);
        }
        let shown = units(&mut scene, lang, &waterfalls);
        notes.extend(lines.notes(lang, shown));
    }
    let sums = total.map(|t| (t.admitted, t.enrolled));
    let title = match sums {
        Some((admitted @ Cell::Value(_), enrolled @ Cell::Value(_))) => {
            lang.say("waterfall-title", &[("admitted", &count(lang, admitted)), ("enrolled", &count(lang, enrolled))])
        }
        _ => lang.text("chart-waterfall"),
    };
    let frame = frame::Frame {
        name: "charts/waterfall".to_owned(),
        title,
        subtitle: frame::about_year(model, model.population),
        description: total.map_or_else(String::new, |t| ledger::about(lang, t)),
        notes,
    };
    frame.close(model, &scene)
}

/// The colour key, limited to the colours in use.
fn words<'a>(scene: &mut Scene, lang: Lang, is_plain: bool, waterfalls: impl Iterator<Item = &'a Waterfall>) {
    let colours: Vec<&str> = waterfalls.flat_map(|waterfall| &waterfall.steps).map(|step| step.colour).collect();
    let all = [
        ("waterfall-totals", style::OWN),
        (if is_plain { "ledger-departures" } else { "ledger-left" }, LEFT),
        ("ledger-moved-out", MOVED_OUT),
        ("ledger-moved-in", MOVED_IN),
        (if is_plain { "ledger-arrivals" } else { "ledger-arrived" }, ARRIVED),
        ("ledger-together", style::MIXED),
    ];
    let there = all.into_iter().filter(|(_, colour)| colours.contains(colour));
    let words: Vec<(String, &str)> = there.map(|(id, colour)| (lang.text(id), colour)).collect();
    key(scene, style::MARGIN, frame::TOP + 18.0, &words);
}

/// Draws the units in rows, as many as have space for their numbers; returns how many.
fn units(scene: &mut Scene, lang: Lang, waterfalls: &[Waterfall]) -> usize {
    const GAP: f64 = 22.0;
    let room = style::WIDTH - style::MARGIN - UNITS + GAP;
    let size = style::SMALL - 2.0;
    let fits = |columns: usize| {
        let wide = room / columns as f64 - GAP;
        waterfalls.iter().take(columns * ROWS).all(|waterfall| waterfall.widest(lang, size) <= wide / COLUMNS)
    };
    let columns = (2..=4).rev().find(|columns| fits(*columns)).unwrap_or(1);
    let (wide, high) = (room / columns as f64, (frame::BOTTOM - TOP) / ROWS as f64);
    let shown = &waterfalls[..waterfalls.len().min(columns * ROWS)];
    let rise = shown.iter().map(Waterfall::rise).max().unwrap_or(1);
    for (i, waterfall) in shown.iter().enumerate() {
        let (left, top) = (UNITS + (i % columns) as f64 * wide, TOP + (i / columns) as f64 * high);
        let area = Area { left, top, right: left + wide - GAP, bottom: top + high - 8.0 };
        draw(scene, lang, waterfall, &area, rise, size);
    }
    shown.len()
}

/// One waterfall in an area, whose height corresponds to `rise` students above those who stayed.
fn draw(scene: &mut Scene, lang: Lang, waterfall: &Waterfall, area: &Area, rise: u64, size: f64) {
    let steps: Vec<FallStep> = waterfall.steps.iter().map(|step| step.drawn(lang)).collect();
    let fall = Fall {
        code: &waterfall.code,
        name: &waterfall.name,
        steps: &steps,
        columns: COLUMNS,
        base: waterfall.stayed as f64,
        rise: rise.max(1) as f64,
        ground: STAYED,
        size,
    };
    fall.draw(scene, area);
}
