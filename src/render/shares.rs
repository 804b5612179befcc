//! The cross-provider share of every municipality as bars, split by provider of the unit, with a line for the region.

use std::collections::BTreeMap;

use super::fonts::{self, Weight};
use super::plot::{Plot, PlotBar, ticks};
use super::scene::{Anchor, Scene, TextLine};
use super::style;
use super::{Picture, count, frame, key};
use crate::graph::Selection;
use crate::model::{ALL, Cell, Ratio, Text, Year};
use crate::report::ReportModel;
use crate::tables::ShareRow;
use crate::tables::margins::SharePart;

/// Maximum number of bars.
const MAX_ROWS: usize = 18;

/// The rows of the report's population with all programmes.
fn all_rows(model: &ReportModel, year: Year) -> impl Iterator<Item = &ShareRow> {
    model.shares(&Selection { year, ..model.selection() }).filter(|r| *r.programme == *ALL)
}

/// Rows with a published share, the largest first.
fn rows(model: &ReportModel, year: Year) -> Vec<&ShareRow> {
    let is_seen = |r: &&ShareRow| r.cross_provider_share.value().is_some_and(Ratio::is_defined);
    let mut out: Vec<&ShareRow> = all_rows(model, year).filter(is_seen).collect();
    let share = |r: &ShareRow| r.cross_provider_share.value().map_or(0.0, Ratio::to_f64);
    out.sort_by(|a, b| share(b).total_cmp(&share(a)).then_with(|| a.home.cmp(&b.home)));
    out
}

/// The earliest year before the report year, and its shares by home.
#[derive(Default)]
struct EarlierShares {
    year: Option<Year>,
    shares: BTreeMap<Text, Ratio>,
}

fn before(model: &ReportModel) -> EarlierShares {
    let years = model.years.iter().filter(|year| **year < model.year);
    let found = years.map(|year| (*year, rows(model, *year))).find(|(_, rows)| !rows.is_empty());
    found.map_or_else(EarlierShares::default, |(year, rows)| EarlierShares {
        year: Some(year),
        shares: rows.iter().filter_map(|r| Some((r.home.clone(), r.cross_provider_share.value()?))).collect(),
    })
}

/// The shares of all municipalities.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let rows = rows(model, model.year);
    let before = before(model);
    let region = rows.iter().find(|r| *r.home == *ALL).copied();
    let mut homes: Vec<&ShareRow> = rows.iter().filter(|r| *r.home != *ALL).copied().collect();
    let all = homes.len();
    homes.truncate(MAX_ROWS);
    if homes.is_empty() {
        let text = lang.text("shares-empty");
        frame::empty(&mut scene, &text);
    } else {
        draw(&mut scene, model, &homes, region, &before);
    }
    let title = region.and_then(|r| r.cross_provider_share.value()).map_or_else(
        || lang.text("chart-shares"),
        |share| lang.say("shares-title", &[("share", &lang.percent(share, 0)), ("region", &model.region.name)]),
    );
    let mut description = String::new();
    for row in region.iter().chain(homes.iter().take(5)) {
        if let Cell::Value(share) = row.cross_provider_share {
            let name =
                if *row.home == *ALL { &model.region.name } else { model.registers.municipality_name(&row.home) };
            let (part, whole) = (count(lang, row.cross_provider), count(lang, row.students));
            description.push_str(&lang.say(
                "shares-part",
                &[("name", name), ("share", &model.percent(share)), ("part", &part), ("whole", &whole)],
            ));
            description.push(' ');
        }
    }
    let mut notes = vec![lang.text("shares-note")];
    if let Some(year) = before.year {
        notes.push(lang.say("shares-note-since", &[("year", &year.to_string())]));
    }
    let hidden = all_rows(model, model.year).filter(|r| r.cross_provider_share == Cell::Hidden).count();
    notes.extend(frame::counted(lang, "note-hidden-homes", hidden));
    notes.extend(frame::rows_shown(lang, "note-rows", homes.len(), all));
    let frame = frame::Frame {
        name: "charts/shares".to_owned(),
        title,
        subtitle: frame::about(model, &model.selection()),
        description: description.trim_end().to_owned(),
        notes,
    };
    frame.close(model, &scene)
}

fn draw(
    scene: &mut Scene,
    model: &ReportModel,
    homes: &[&ShareRow],
    region: Option<&ShareRow>,
    before: &EarlierShares,
) {
    let lang = model.lang;
    let sides = [
        ("shares-other-municipality", style::of_part(SharePart::OtherMunicipality)),
        ("shares-independent-home", style::of_part(SharePart::IndependentHome)),
        ("shares-independent-elsewhere", style::of_part(SharePart::IndependentElsewhere)),
        ("shares-region-state", style::of_part(SharePart::RegionState)),
    ];
    let mut words: Vec<(String, &str)> = sides.iter().map(|(id, colour)| (lang.text(id), *colour)).collect();
    if homes.iter().any(|row| parts(row).is_none()) {
        words.push((lang.text("shares-together"), style::MIXED));
    }
    key(scene, style::MARGIN, frame::TOP + 18.0, &words);
    let plot = Plot {
        left: 270.0,
        top: frame::TOP + 62.0,
        width: 850.0,
        row: ((frame::BOTTOM - frame::TOP - 96.0) / homes.len() as f64).min(48.0),
        rows: homes.len(),
        min: 0.0,
        max: 100.0,
    };
    let mut bars = Vec::new();
    for (i, row) in homes.iter().enumerate() {
        let mut from = 0.0;
        let Some((seen, whole)) = parts(row) else {
            let to = row.cross_provider_share.value().map_or(0.0, Ratio::to_f64) * 100.0;
            bars.push(PlotBar { row: i, from, to, height: 0.66, colour: style::MIXED });
            continue;
        };
        for (part, (_, colour)) in seen.iter().zip(sides) {
            let to = from + *part as f64 / whole.max(1) as f64 * 100.0;
            if *part > 0 {
                bars.push(PlotBar { row: i, from, to, height: 0.66, colour });
            }
            from = to;
        }
    }
    let grid = ticks(0.0, 100.0, 5);
    plot.draw(scene, &grid, &bars);
    for value in grid {
        let text = lang.percent(Ratio::new(value as u64, 100_u64), 0);
        let look = TextLine::new(plot.x(value), plot.bottom() + 24.0, &text).size(style::SMALL).fill(style::MUTED);
        scene.text(&look.anchor(Anchor::Middle));
    }
    for (i, row) in homes.iter().enumerate() {
        let y = plot.y(i) + 7.0;
        let name = fonts::fit(model.registers.municipality_name(&row.home), 215.0, style::LABEL, Weight::Regular);
        scene.text(&TextLine::new(plot.left - 14.0, y, &name).size(style::LABEL).anchor(Anchor::End));
        let share = row.cross_provider_share.value().map_or_else(String::new, |s| model.percent(s));
        let end = plot.left + plot.width + 106.0;
        scene.text(&TextLine::new(end, y, &share).size(style::LABEL).bold().anchor(Anchor::End));
        let text =
            lang.say("part-of", &[("part", &count(lang, row.cross_provider)), ("whole", &count(lang, row.students))]);
        scene.text(&TextLine::new(style::WIDTH - style::MARGIN, y, &text).fill(style::MUTED).anchor(Anchor::End));
    }
    since(scene, model, &plot, homes, before);
    if let Some(share) = region.and_then(|r| r.cross_provider_share.value()) {
        let x = plot.x(share.to_f64() * 100.0);
        let look = format!("stroke=\"{}\" stroke-width=\"3\" stroke-dasharray=\"9 6\"", style::ALERT);
        scene.path(&format!("M{x:.2} {:.2}V{:.2}", plot.top - 8.0, plot.bottom()), &look);
        let text = lang.say("shares-region", &[("share", &model.percent(share))]);
        scene.text(&TextLine::new(x, plot.top - 14.0, &text).bold().fill(style::ALERT).anchor(Anchor::Middle));
    }
}

/// The four parts of the students with another provider, and all students of the home; `None` if any is hidden: a gap
/// would reveal the hidden number.
fn parts(row: &ShareRow) -> Option<([u64; 4], u64)> {
    let [a, b, c, d] = [row.other_municipality, row.independent_home, row.independent_elsewhere, row.region_state];
    Some(([a.value()?, b.value()?, c.value()?, d.value()?], row.students.value()?))
}

/// A ring at the earlier share of each bar, with the change next to it.
fn since(scene: &mut Scene, model: &ReportModel, plot: &Plot, homes: &[&ShareRow], before: &EarlierShares) {
    let Some(year) = before.year else { return };
    let lang = model.lang;
    let end = plot.left + plot.width + 210.0;
    let head = lang.say("shares-since", &[("year", &year.to_string())]);
    let look = TextLine::new(end, plot.top - 14.0, &head).size(style::SMALL).fill(style::MUTED);
    scene.text(&look.anchor(Anchor::End));
    for (i, row) in homes.iter().enumerate() {
        let (Some(now), Some(then)) = (row.cross_provider_share.value(), before.shares.get(&row.home)) else {
            continue;
        };
        let look = format!("class=\"before\" fill=\"{}\" stroke=\"{}\" stroke-width=\"3\"", style::PAPER, style::INK);
        scene.circle(plot.x(then.to_f64() * 100.0), plot.y(i), 6.0, &look);
        let change = lang.points(*then, now, model.decimals()).unwrap_or_default();
        scene.text(&TextLine::new(end, plot.y(i) + 7.0, &change).size(style::LABEL).anchor(Anchor::End));
    }
}
