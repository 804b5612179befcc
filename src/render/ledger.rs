//! Arrivals and departures between admission and 15 October: the units where most students came or went.

use super::fonts::Weight;
use super::plot::{Bar, Plot, ticks};
use super::scene::{Anchor, Scene, Text};
use super::style;
use super::{Chart, Picture, count, frame, key, unit_name};
use crate::metrics::{arrivals, departures};
use crate::model::{ALL, Cell};
use crate::report::{Coverage, ReportModel};
use crate::tables::LedgerRow;
use crate::words::Lang;

/// Most units.
const MAX_ROWS: usize = 18;
/// Moved between units of the ledger, and come from or gone to places unknown.
const MOVED_IN: &str = "#6aaed6";
const ARRIVED: &str = style::MUNICIPAL;
const MOVED_OUT: &str = "#f2a65e";
const LEFT: &str = "#b34700";

/// The ledger.
pub struct Ledger;

impl Chart for Ledger {
    fn id(&self) -> &'static str {
        "ledger"
    }

    fn title(&self, lang: Lang) -> String {
        lang.text("chart-ledger")
    }

    fn description(&self, lang: Lang) -> String {
        lang.attribute("chart-ledger", "about", &[]).unwrap_or_default()
    }

    fn draw(&self, model: &ReportModel) -> Vec<Picture> {
        vec![picture(model)]
    }
}

/// A unit of which it may be seen how many came and went.
struct Line<'a> {
    row: &'a LedgerRow,
    came: u64,
    went: u64,
    /// Those of them who came from and went to other units; none where a movement of the four is hidden.
    moved: Option<Moved>,
}

#[derive(Clone, Copy)]
struct Moved {
    into: u64,
    out: u64,
}

impl Moved {
    fn of(row: &LedgerRow) -> Option<Self> {
        row.arrived.value().and(row.left.value())?;
        Some(Self { into: row.moved_in.value()?, out: row.moved_out.value()? })
    }
}

impl<'a> Line<'a> {
    fn of(row: &'a LedgerRow) -> Option<Self> {
        Some(Self { row, came: arrivals(row).value()?, went: departures(row).value()?, moved: Moved::of(row) })
    }
}

fn rows(model: &ReportModel) -> impl Iterator<Item = &LedgerRow> {
    let rows = &model.tables.get().ledger;
    rows.iter().filter(|r| r.year == model.year && r.population == model.population && *r.programme == *ALL)
}

fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let total = rows(model).find(|r| *r.unit == *ALL);
    let mut lines: Vec<Line<'_>> = rows(model).filter(|r| *r.unit != *ALL).filter_map(Line::of).collect();
    let hidden = rows(model).filter(|r| *r.unit != *ALL).count() - lines.len();
    lines.retain(|l| l.came + l.went > 0);
    let all = lines.len();
    lines.sort_by(|a, b| (b.came + b.went).cmp(&(a.came + a.went)).then_with(|| a.row.unit.cmp(&b.row.unit)));
    lines.truncate(MAX_ROWS);
    if lines.is_empty() {
        let has_no_ids = |c: &Coverage| matches!(c, Coverage::NoIds { year } if *year == model.year);
        let text = lang.text(match hidden {
            0 if model.coverage.iter().any(has_no_ids) => "ledger-no-ids",
            0 => "ledger-empty",
            _ => "ledger-hidden",
        });
        scene.text(&Text::new(style::MARGIN, frame::TOP + 60.0, &text).size(28.0).class("empty"));
    } else {
        draw(&mut scene, model, &lines);
        if let Some(total) = total.and_then(Line::of) {
            sum(&mut scene, lang, &total);
        }
    }
    let mut notes = Vec::new();
    if all > lines.len() {
        notes.push(lang.say(
            "note-rows-units",
            &[("shown", &lang.number(lines.len() as u64)), ("of", &lang.number(all as u64))],
        ));
    }
    if hidden > 0 {
        notes.push(lang.say("note-hidden-rows", &[("count", &lang.number(hidden as u64))]));
    }
    let frame = frame::Frame {
        name: "charts/ledger".to_owned(),
        title: title(lang, total),
        subtitle: frame::about_year(model, model.population),
        description: total.map_or_else(String::new, |t| about(lang, t)),
        notes,
    };
    frame.close(model, &scene)
}

fn title(lang: Lang, total: Option<&LedgerRow>) -> String {
    let sums = total.and_then(|t| Some((arrivals(t).value()?, departures(t).value()?)));
    sums.map_or_else(
        || lang.text("chart-ledger"),
        |(came, went)| lang.say("ledger-title", &[("came", &lang.number(came)), ("went", &lang.number(went))]),
    )
}

fn about(lang: Lang, total: &LedgerRow) -> String {
    let count = |cell: Cell| count(lang, cell);
    lang.say(
        "ledger-about",
        &[
            ("admitted", &count(total.admitted)),
            ("stayed", &count(total.stayed)),
            ("moved", &count(total.moved_out)),
            ("left", &count(total.left)),
            ("arrived", &count(total.arrived)),
            ("enrolled", &count(total.enrolled)),
        ],
    )
}

fn draw(scene: &mut Scene, model: &ReportModel, lines: &[Line<'_>]) {
    let lang = model.lang;
    let parts = [
        ("ledger-left", LEFT),
        ("ledger-moved-out", MOVED_OUT),
        ("ledger-moved-in", MOVED_IN),
        ("ledger-arrived", ARRIVED),
    ];
    let mut words: Vec<(&str, &str)> = Vec::new();
    if lines.iter().any(|line| line.moved.is_some()) {
        words.extend(parts);
    }
    if lines.iter().any(|line| line.moved.is_none()) {
        words.push(("ledger-together", style::MIXED));
    }
    let words: Vec<(String, &str)> = words.into_iter().map(|(id, colour)| (lang.text(id), colour)).collect();
    key(scene, style::MARGIN, frame::TOP + 18.0, &words);
    let most = lines.iter().map(|l| l.came.max(l.went)).max().unwrap_or(1) as f64;
    let plot = Plot {
        left: 420.0,
        top: frame::TOP + 66.0,
        width: 880.0,
        row: ((frame::BOTTOM - frame::TOP - 72.0) / lines.len() as f64).min(44.0),
        rows: lines.len(),
        min: -most * 1.16,
        max: most * 1.16,
    };
    let mut bars = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let mut bar = |from: u64, to: u64, sign: f64, colour| {
            if to > from {
                let (a, b) = (from as f64 * sign, to as f64 * sign);
                bars.push(Bar { row: i, from: a.min(b), to: a.max(b), height: 0.68, colour });
            }
        };
        let Some(moved) = line.moved else {
            bar(0, line.went, -1.0, style::MIXED);
            bar(0, line.came, 1.0, style::MIXED);
            continue;
        };
        bar(0, moved.out, -1.0, MOVED_OUT);
        bar(moved.out, line.went, -1.0, LEFT);
        bar(0, moved.into, 1.0, MOVED_IN);
        bar(moved.into, line.came, 1.0, ARRIVED);
    }
    plot.draw(scene, &ticks(plot.min, plot.max, 8), &bars);
    scene.line((plot.x(0.0), plot.top), (plot.x(0.0), plot.bottom()), style::INK, 2.0);
    heads(scene, lang, &plot);
    for (i, line) in lines.iter().enumerate() {
        let y = plot.y(i) + 7.0;
        let room = plot.left - style::MARGIN - 14.0;
        unit_name(scene, model, &line.row.unit, (style::MARGIN, y), room, Weight::Regular);
        let went = lang.signed(-i64::try_from(line.went).unwrap_or(i64::MAX));
        let came = lang.signed(i64::try_from(line.came).unwrap_or(i64::MAX));
        scene.text(&Text::new(plot.x(-(line.went as f64)) - 8.0, y, &went).bold().anchor(Anchor::End));
        scene.text(&Text::new(plot.x(line.came as f64) + 8.0, y, &came).bold());
        let (admitted, enrolled) = (count(lang, line.row.admitted), count(lang, line.row.enrolled));
        scene.text(&Text::new(1412.0, y, &admitted).fill(style::MUTED).anchor(Anchor::End));
        scene.text(&Text::new(style::WIDTH - style::MARGIN, y, &enrolled).anchor(Anchor::End));
    }
}

/// The region's account in one line: admitted − went + came = enrolled.
fn sum(scene: &mut Scene, lang: Lang, total: &Line<'_>) {
    let text = lang.say(
        "ledger-sum",
        &[
            ("admitted", &count(lang, total.row.admitted)),
            ("went", &lang.number(total.went)),
            ("came", &lang.number(total.came)),
            ("enrolled", &count(lang, total.row.enrolled)),
        ],
    );
    let look = Text::new(style::WIDTH - style::MARGIN, frame::TOP + 18.0, &text).bold().class("sum");
    scene.text(&look.anchor(Anchor::End));
}

fn heads(scene: &mut Scene, lang: Lang, plot: &Plot) {
    let y = plot.top - 8.0;
    let texts = [
        (plot.x(0.0) - 12.0, "ledger-went", Anchor::End),
        (plot.x(0.0) + 12.0, "ledger-came", Anchor::Start),
        (1412.0, "ledger-admitted", Anchor::End),
        (style::WIDTH - style::MARGIN, "ledger-enrolled", Anchor::End),
    ];
    for (x, id, anchor) in texts {
        scene.text(&Text::new(x, y, &lang.text(id)).size(style::SMALL).fill(style::MUTED).anchor(anchor));
    }
}
