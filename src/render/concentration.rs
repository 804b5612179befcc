//! Concentration of every municipality's students on providers: effective providers as bars, with the largest
//! provider.

use super::fonts::{self, Weight};
use super::plot::{Plot, PlotBar, ticks};
use super::scene::{Anchor, Scene, TextLine};
use super::style;
use super::{Picture, count, frame};
use crate::model::{Cell, Ratio};
use crate::report::ReportModel;
use crate::tables::ConcentrationRow;
use crate::words::Lang;

/// Maximum number of municipalities.
const MAX_ROWS: usize = 18;
/// Right edges of the number columns, and the left edge of the largest provider's name, pixels.
const PROVIDERS: f64 = 968.0;
const HHI: f64 = 1080.0;
const LARGEST: f64 = 1122.0;

/// A municipality whose concentration is published.
struct HomeConcentration<'a> {
    row: &'a ConcentrationRow,
    effective: Ratio,
}

impl<'a> HomeConcentration<'a> {
    fn of(row: &'a ConcentrationRow) -> Option<Self> {
        let effective = row.effective_providers.value().filter(|effective| effective.is_defined())?;
        Some(Self { row, effective })
    }
}

/// The concentration of all municipalities.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let selection = model.selection();
    let of_page = |r: &&ConcentrationRow| selection.is_of(r.snapshot, r.year, r.population);
    let rows = || model.tables.get().concentration.iter().filter(of_page);
    let mut lines: Vec<HomeConcentration<'_>> = rows().filter_map(HomeConcentration::of).collect();
    // Fewest effective providers first: the strongest dependence.
    lines.sort_by(|a, b| {
        a.effective.to_f64().total_cmp(&b.effective.to_f64()).then_with(|| a.row.home.cmp(&b.row.home))
    });
    let (all, hidden) = (lines.len(), rows().filter(|r| r.effective_providers == Cell::Hidden).count());
    let title = title(model, if hidden > 0 { &[] } else { &lines });
    lines.truncate(MAX_ROWS);
    let description = lines.iter().map(|line| about(model, line)).collect::<Vec<_>>().join(" ");
    let mut notes = Vec::new();
    if lines.is_empty() {
        let id = if hidden > 0 { "concentration-hidden" } else { "concentration-empty" };
        frame::empty(&mut scene, &lang.text(id));
    } else {
        draw(&mut scene, model, &lines);
        notes.push(lang.text("concentration-note"));
        notes.extend(frame::counted(lang, "note-hidden-homes", hidden));
    }
    notes.extend(frame::rows_shown(lang, "note-rows", lines.len(), all));
    let subtitle = frame::about(model, &selection);
    let name = "charts/concentration".to_owned();
    frame::Frame { name, title, subtitle, description, notes }.close(model, &scene)
}

/// The finding: the first and the last of all municipalities.
fn title(model: &ReportModel, lines: &[HomeConcentration<'_>]) -> String {
    let lang = model.lang;
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return lang.text("chart-concentration") };
    let name = |line: &HomeConcentration<'_>| model.registers.municipality_name(&line.row.home).to_owned();
    let number = |line: &HomeConcentration<'_>| lang.decimal(line.effective, 1);
    lang.say(
        "concentration-title",
        &[("few", &name(first)), ("least", &number(first)), ("many", &name(last)), ("most", &number(last))],
    )
}

fn largest(model: &ReportModel, row: &ConcentrationRow) -> (String, String) {
    let share = row.largest_share.text(|share| model.lang.percent(share, 0));
    let name = match &*row.largest_provider {
        hidden @ (".." | ".") => hidden.to_owned(),
        code => model.provider_name(code),
    };
    (share, name)
}

fn about(model: &ReportModel, line: &HomeConcentration<'_>) -> String {
    let (share, largest) = largest(model, line.row);
    model.lang.say(
        "concentration-part",
        &[
            ("name", model.registers.municipality_name(&line.row.home)),
            ("effective", &model.lang.decimal(line.effective, 1)),
            ("providers", &count(model.lang, line.row.providers)),
            ("largest", &largest),
            ("share", &share),
        ],
    )
}

fn draw(scene: &mut Scene, model: &ReportModel, lines: &[HomeConcentration<'_>]) {
    let lang = model.lang;
    let most = lines.iter().map(|line| line.effective.to_f64()).fold(1.0, f64::max);
    let plot = Plot {
        left: 270.0,
        top: frame::TOP + 48.0,
        width: 560.0,
        row: ((frame::BOTTOM - frame::TOP - 84.0) / lines.len() as f64).min(48.0),
        rows: lines.len(),
        min: 0.0,
        max: most * 1.14,
    };
    let bar = |(row, line): (usize, &HomeConcentration<'_>)| PlotBar {
        row,
        from: 0.0,
        to: line.effective.to_f64(),
        height: 0.66,
        colour: style::MUNICIPAL,
    };
    let bars: Vec<PlotBar<'_>> = lines.iter().enumerate().map(bar).collect();
    let grid = ticks(0.0, plot.max, 6);
    plot.draw(scene, &grid, &bars);
    heads(scene, lang, &plot);
    for value in grid {
        let text =
            lang.decimal(Ratio::new((value * 10.0).round() as u64, 10), usize::from(value.fract() != 0.0) as u32);
        let look = TextLine::new(plot.x(value), plot.bottom() + 24.0, &text).size(style::SMALL).fill(style::MUTED);
        scene.text(&look.anchor(Anchor::Middle));
    }
    for (i, line) in lines.iter().enumerate() {
        row(scene, model, &plot, i, line);
    }
}

fn heads(scene: &mut Scene, lang: Lang, plot: &Plot) {
    let columns = [
        (plot.left, "concentration-axis", Anchor::Start),
        (PROVIDERS, "concentration-providers", Anchor::End),
        (HHI, "concentration-hhi", Anchor::End),
        (LARGEST, "concentration-largest", Anchor::Start),
        (style::WIDTH - style::MARGIN, "panel-share", Anchor::End),
    ];
    for (x, id, anchor) in columns {
        let text = lang.text(id);
        scene.text(&TextLine::new(x, plot.top - 14.0, &text).size(style::SMALL).fill(style::MUTED).anchor(anchor));
    }
}

fn row(scene: &mut Scene, model: &ReportModel, plot: &Plot, i: usize, line: &HomeConcentration<'_>) {
    let (lang, y) = (model.lang, plot.y(i) + 7.0);
    let name = fonts::fit(model.registers.municipality_name(&line.row.home), 215.0, style::LABEL, Weight::Regular);
    scene.text(&TextLine::new(plot.left - 14.0, y, &name).size(style::LABEL).anchor(Anchor::End));
    let effective = lang.decimal(line.effective, 1);
    scene.text(&TextLine::new(plot.x(line.effective.to_f64()) + 8.0, y, &effective).size(style::LABEL).bold());
    let hhi = line.row.hhi.text(|hhi| lang.number(hhi.to_f64().round() as u64));
    for (x, text) in [(PROVIDERS, count(lang, line.row.providers)), (HHI, hhi)] {
        scene.text(&TextLine::new(x, y, &text).fill(style::MUTED).anchor(Anchor::End));
    }
    let (share, largest) = largest(model, line.row);
    let end = style::WIDTH - style::MARGIN;
    let room = end - LARGEST - fonts::measure(&share, style::BODY, Weight::SemiBold) - 14.0;
    scene.text(&TextLine::new(LARGEST, y, &fonts::fit(&largest, room, style::BODY, Weight::Regular)));
    scene.text(&TextLine::new(end, y, &share).bold().anchor(Anchor::End));
}
