//! The dot plot: several indicators of every region, the own one highlighted.

use std::cmp::Reverse;

use super::super::fonts::{self, Weight};
use super::super::plot::ticks;
use super::super::scene::{Anchor, Scene, TextLine};
use super::super::{Picture, frame, style};
use crate::model::{Ratio, Text};
use crate::report::{RegionValues, ReportModel, proportion};

/// Maximum number of regions.
const MOST: usize = 22;
const NAMES: f64 = 330.0;
const RIGHT: f64 = 1556.0;
const TOP: f64 = frame::TOP + 68.0;
const BOTTOM: f64 = frame::BOTTOM - 10.0;
/// Maximum height of a row.
const ROW: f64 = 84.0;
/// Room for the value beside a dot, within a panel.
const VALUE: f64 = 84.0;

/// The indicators of all regions.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let panels = super::shown(model, super::SHOWN.len());
    let (names, all) = names(model, &panels);
    if panels.is_empty() {
        super::say_empty(&mut scene, model);
    } else {
        draw(&mut scene, model, &panels, &names);
    }
    let first = panels.first();
    let mut notes: Vec<String> = frame::rows_shown(lang, "note-rows", names.len(), all).into_iter().collect();
    if !panels.is_empty() {
        notes.push(lang.text("regions-line"));
    }
    if first.is_some_and(|values| values.indicator.is_of_late_seats()) {
        notes.push(lang.text("regions-decisions"));
    }
    let frame = frame::Frame {
        name: "charts/regions-dots".to_owned(),
        title: super::title(model, first, "chart-regions-dots"),
        subtitle: frame::about_year(model, model.population),
        description: super::description(model, &panels),
        notes,
    };
    frame.close(model, &scene)
}

/// The regions in order of the first indicator, and their number before the smallest are left out.
fn names(model: &ReportModel, panels: &[RegionValues<'_>]) -> (Vec<Text>, usize) {
    let mut sizes: Vec<(Text, u64)> = Vec::new();
    for row in panels.iter().flat_map(|values| &values.rows) {
        if !sizes.iter().any(|(name, _)| *name == row.region) {
            sizes.push((row.region.clone(), row.denominator.value().unwrap_or(0)));
        }
    }
    let all = sizes.len();
    sizes.sort_by_key(|(name, size)| (!model.is_own(name), Reverse(*size), name.clone()));
    sizes.truncate(MOST);
    let share = |name: &Text| {
        let row = panels.first()?.rows.iter().find(|row| row.region == *name)?;
        Some(proportion(row)?.to_f64())
    };
    let mut names: Vec<Text> = sizes.into_iter().map(|(name, _)| name).collect();
    names.sort_by(|a, b| {
        let (a_share, b_share) = (share(a).unwrap_or(-1.0), share(b).unwrap_or(-1.0));
        b_share.total_cmp(&a_share).then_with(|| a.cmp(b))
    });
    (names, all)
}

fn draw(scene: &mut Scene, model: &ReportModel, panels: &[RegionValues<'_>], names: &[Text]) {
    let row = ((BOTTOM - TOP) / names.len() as f64).min(ROW);
    let y = |i: usize| TOP + (i as f64 + 0.5) * row;
    for (i, name) in names.iter().enumerate() {
        let is_own = model.is_own(name);
        if is_own {
            scene.rect(style::MARGIN - 12.0, y(i) - row / 2.0, RIGHT - style::MARGIN + 24.0, row, 4.0, style::SHADE);
        }
        let (weight, fill) = if is_own { (Weight::SemiBold, style::ALERT) } else { (Weight::Regular, style::INK) };
        let text = fonts::fit(name, NAMES - style::MARGIN, style::BODY, weight);
        scene.text(&TextLine::new(style::MARGIN, y(i) + 7.0, &text).weight(weight).fill(fill));
    }
    let width = (RIGHT - NAMES - 20.0) / panels.len() as f64;
    for (i, values) in panels.iter().enumerate() {
        let left = NAMES + 20.0 + i as f64 * width;
        panel(scene, model, values, names, (left, width - 36.0), &y);
    }
}

fn panel(
    scene: &mut Scene,
    model: &ReportModel,
    values: &RegionValues<'_>,
    names: &[Text],
    (left, width): (f64, f64),
    y: &dyn Fn(usize) -> f64,
) {
    let lang = model.lang;
    let head = lang.text(&format!("word-indicator-{}", values.indicator.as_str()));
    for (i, line) in fonts::wrap(&head, width, style::SMALL, Weight::SemiBold).iter().take(2).enumerate() {
        scene.text(&TextLine::new(left, TOP - 56.0 + i as f64 * 21.0, line).size(style::SMALL).bold());
    }
    let most = values.rows.iter().filter_map(|row| proportion(row)).map(Ratio::to_f64).fold(0.0, f64::max).max(0.001);
    let x = |share: f64| left + share / most * (width - VALUE);
    let end = y(names.len().saturating_sub(1));
    for tick in ticks(0.0, most * 100.0, 2) {
        let at = x(tick / 100.0);
        scene.line((at, TOP), (at, end + (y(1) - y(0)) / 2.0), style::RULE, 1.0);
        let decimals = u32::from(tick.fract() != 0.0);
        let text = lang.percent(Ratio::new((tick * 1000.0).round() as u64, 100_000), decimals);
        let look = TextLine::new(at, TOP - 8.0, &text).size(16.0).fill(style::MUTED);
        scene.text(&look.anchor(if tick == 0.0 { Anchor::Start } else { Anchor::Middle }));
    }
    if let Some((part, all)) = values.all.filter(|(_, all)| *all > 0) {
        let at = x(part as f64 / all as f64);
        scene.line((at, TOP), (at, end + (y(1) - y(0)) / 2.0), style::INK, 2.0);
    }
    for (i, name) in names.iter().enumerate() {
        let found = values.rows.iter().find(|row| row.region == *name);
        let Some(share) = found.and_then(|row| proportion(row)) else {
            let missing = if values.hidden.contains(&name) { ".." } else { "." };
            scene.text(&TextLine::new(left, y(i) + 6.0, missing).size(style::SMALL).fill(style::MUTED));
            continue;
        };
        let is_own = model.is_own(name);
        let (radius, colour) = if is_own { (9.0, style::ALERT) } else { (7.0, style::MUNICIPAL) };
        let at = x(share.to_f64());
        scene.circle(at, y(i), radius, &format!("fill=\"{colour}\""));
        let weight = if is_own { Weight::SemiBold } else { Weight::Regular };
        let text = lang.percent(share, 1);
        let look = TextLine::new(at + 14.0, y(i) + 6.0, &text).size(style::SMALL).weight(weight).halo(style::PAPER);
        scene.text(&look.fill(if is_own { style::ALERT } else { style::INK }));
    }
}
