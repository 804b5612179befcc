//! Why the region's share changed between two years: a waterfall of the factors, and the units behind them.

use super::fall::{Fall, FallStep};
use super::fonts::{self, Weight};
use super::projection::Area;
use super::scene::{Anchor, Scene, TextLine};
use super::{Chart, Medium, Picture, frame, style, unit_name};
use crate::graph::Selection;
use crate::model::{ALL, Cell, Decimal, Year};
use crate::report::{ReportModel, ShareChange, change_name, finding, points};
use crate::tables::ChangeUnitRow;

/// Right edge of the waterfall, left edge of the list of units, and right edges of its columns, pixels.
const RIGHT: f64 = 960.0;
const UNITS: f64 = 1010.0;
const EFFECT: f64 = style::WIDTH - style::MARGIN - 110.0;
const SEATS: f64 = style::WIDTH - style::MARGIN;
/// Height of a unit in the list, and the space for names below the waterfall.
const ROW: f64 = 56.0;
const NAMES: f64 = 78.0;
/// Units in the list.
const MOST: usize = 10;
/// Share of the height below the lowest value.
const GROUND: f64 = 0.24;

/// The change up to the report year.
pub fn picture(model: &ReportModel) -> Picture {
    let years = model.change_years(ALL).first().copied();
    match years.and_then(|years| model.change(ALL, years)) {
        Some(change) => drawn(model, "charts/change".to_owned(), &change),
        None => empty(model),
    }
}

/// The changes of other pairs of years, one picture each.
pub struct OtherChanges;

impl Chart for OtherChanges {
    fn id(&self) -> &'static str {
        "changes"
    }

    fn shown_in(&self) -> &'static [Medium] {
        &[Medium::Charts, Medium::Page]
    }

    fn pictures(&self, model: &ReportModel) -> Vec<Picture> {
        let other = |years: &[Year; 2]| Some(drawn(model, change_name(*years), &model.change(ALL, *years)?));
        model.change_years(ALL).iter().skip(1).filter_map(other).collect()
    }
}

fn empty(model: &ReportModel) -> Picture {
    let mut scene = Scene::default();
    let is_one_year = model.years.iter().filter(|year| **year <= model.year).count() < 2;
    frame::empty(&mut scene, &model.lang.text(if is_one_year { "share-slopes-empty" } else { "change-hidden" }));
    frame::Frame {
        name: "charts/change".to_owned(),
        title: model.lang.text("chart-change"),
        subtitle: frame::about(model, &model.selection()),
        description: String::new(),
        notes: Vec::new(),
    }
    .close(model, &scene)
}

fn drawn(model: &ReportModel, name: String, change: &ShareChange) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    waterfall(&mut scene, model, change);
    units(&mut scene, model, &model.changed_units(ALL, change.years), change.years);
    let [then, now] = change.years.map(|year| Selection { year, ..model.selection() });
    let mut notes = vec![lang.text("change-note")];
    if model.empty_means().is_some() {
        notes.insert(0, lang.text("change-note-rounded"));
    }
    frame::Frame {
        name,
        title: finding(lang, change).unwrap_or_else(|| lang.text("change-none")),
        subtitle: frame::about_both(model, &then, &now),
        description: about_change(model, change),
        notes,
    }
    .close(model, &scene)
}

/// The change in words.
fn about_change(model: &ReportModel, change: &ShareChange) -> String {
    let lang = model.lang;
    let [from, to] = change.years.map(|year| year.to_string());
    let [was, now] = change.shares.map(|share| share.text(|share| model.percent(share)));
    let factor = |word: &str, share| format!("{} {}", lang.text(&format!("word-factor-{word}")), points(lang, share));
    let factors: Vec<String> = change.factors.iter().map(|(of, effect)| factor(of.as_str(), effect.share)).collect();
    let texts = [("from", &*from), ("to", &*to), ("was", &*was), ("now", &*now), ("factors", &*factors.join(", "))];
    lang.say("change-words", &texts)
}

fn percent(share: Decimal) -> f64 {
    share.to_f64() * 100.0
}

fn waterfall(scene: &mut Scene, model: &ReportModel, change: &ShareChange) {
    let lang = model.lang;
    let area = Area { left: style::MARGIN, top: frame::TOP + 10.0, right: RIGHT, bottom: frame::BOTTOM - NAMES };
    let first = change.first_percent();
    let shown = |year: usize| change.shares[year].text(|share| model.percent(share));
    let total = |column: usize, to: f64, text: String| FallStep {
        column: column as f64,
        columns: 1.0,
        from: 0.0,
        to,
        is_total: true,
        colour: style::OWN,
        text,
    };
    let mut steps = vec![total(0, first, shown(0))];
    let mut at = first;
    for (i, (_, effect)) in change.factors.iter().enumerate() {
        let to = at + percent(effect.share);
        let colour = if to < at { style::FELL } else { style::ROSE };
        let text = points(lang, effect.share);
        let column = (i + 1) as f64;
        steps.push(FallStep { column, columns: 1.0, from: at, to, is_total: false, colour, text });
        at = to;
    }
    steps.push(total(change.factors.len() + 1, at, shown(1)));
    // Each step ends where the next one begins.
    let levels = || steps.iter().map(|step| step.to);
    let (low, high) = (levels().fold(f64::INFINITY, f64::min), levels().fold(0.0, f64::max));
    let heading = lang.text("change-heading");
    let fall = Fall {
        code: ALL,
        name: &heading,
        steps: &steps,
        columns: steps.len() as f64,
        base: low,
        rise: (high - low).max(0.5),
        ground: GROUND,
        size: style::LABEL,
    };
    fall.draw(scene, &area);
    let pitch = fall.pitch(&area);
    let words = change.factors.iter().map(|(factor, _)| lang.text(&format!("change-column-{}", factor.as_str())));
    let names = [change.years[0].to_string()].into_iter().chain(words).chain([change.years[1].to_string()]);
    for (i, name) in names.enumerate() {
        let x = area.left + (i as f64 + 0.5) * pitch;
        for (line, text) in fonts::wrap(&name, pitch - 6.0, style::SMALL, Weight::Regular).iter().take(3).enumerate()
        {
            let y = area.bottom + 32.0 + line as f64 * 22.0;
            scene.text(&TextLine::new(x, y, text).size(style::SMALL).anchor(Anchor::Middle));
        }
    }
}

/// The units with the largest effects, with the change of their seats.
fn units(scene: &mut Scene, model: &ReportModel, rows: &[&ChangeUnitRow], years: [Year; 2]) {
    let lang = model.lang;
    let mut y = frame::TOP + 26.0;
    scene.text(&TextLine::new(UNITS, y, &lang.text("change-units")).size(style::LABEL).bold().class("head"));
    if rows.is_empty() {
        scene.text(&TextLine::new(UNITS, y + 40.0, &lang.text("change-no-units")).fill(style::MUTED));
        return;
    }
    y += 34.0;
    for (x, id) in [(EFFECT, "change-points"), (SEATS, "change-seats")] {
        let text = lang.text(id);
        let look = TextLine::new(x, y, &text).size(style::SMALL).fill(style::MUTED);
        scene.text(&look.anchor(Anchor::End));
    }
    for row in rows.iter().take(MOST) {
        y += ROW;
        scene.open(&format!("class=\"unit\" data-code=\"{}\"", super::escape(&row.unit)));
        let room = EFFECT - 90.0 - UNITS;
        unit_name(scene, model, &row.unit, (UNITS, y - 22.0), room, Weight::Regular);
        let word = lang.text(&format!("change-column-{}", row.factor.as_str()));
        scene.text(&TextLine::new(UNITS, y, &word).size(style::SMALL).fill(style::MUTED));
        let effect = row.effect_share.text(|share| points(lang, share));
        scene.text(&TextLine::new(EFFECT, y - 22.0, &effect).bold().anchor(Anchor::End));
        let seats = seats(model, &row.unit, years);
        scene.text(&TextLine::new(SEATS, y - 22.0, &seats).anchor(Anchor::End));
        scene.close();
    }
}

/// The change of a unit's seats with its sign; empty without seats in both years.
fn seats(model: &ReportModel, unit: &str, years: [Year; 2]) -> String {
    let [before, after] = years.map(|year| model.seats_of(unit, year));
    match before.zip(after, |before, after| after as i64 - before as i64) {
        Cell::Value(change) => model.lang.signed(change),
        Cell::Hidden | Cell::Missing => String::new(),
    }
}
