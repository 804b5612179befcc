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
    /// Those who came: from other units, and from places unknown; and those who went. None where the parts are hidden.
    parts: Option<Parts>,
    came: u64,
    went: u64,
}

#[derive(Clone, Copy)]
struct Parts {
    moved_in: u64,
    moved_out: u64,
}

impl<'a> Line<'a> {
    fn of(row: &'a LedgerRow) -> Option<Self> {
        let parts = row.moved_in.zip(row.moved_out, |moved_in, moved_out| Parts { moved_in, moved_out });
        let all_seen = row.arrived.zip(row.left, |_, _| ()).value().is_some();
        Some(Self {
            row,
            parts: parts.value().filter(|_| all_seen),
            came: arrivals(row).value()?,
            went: departures(row).value()?,
        })
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
    let sums = total.and_then(|t| {
        let (came, went) = (arrivals(t).value()?, departures(t).value()?);
        Some((came, went))
    });
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
    let some_parts = lines.iter().any(|line| line.parts.is_some());
    let some_sums = lines.iter().any(|line| line.parts.is_none());
    let words: Vec<(String, &str)> = parts
        .into_iter()
        .filter(|_| some_parts)
        .chain([("ledger-together", style::MIXED)].into_iter().filter(|_| some_sums))
        .map(|(id, colour)| (lang.text(id), colour))
        .collect();
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
        let Some(parts) = line.parts else {
            bar(0, line.went, -1.0, style::MIXED);
            bar(0, line.came, 1.0, style::MIXED);
            continue;
        };
        bar(0, parts.moved_out, -1.0, MOVED_OUT);
        bar(parts.moved_out, line.went, -1.0, LEFT);
        bar(0, parts.moved_in, 1.0, MOVED_IN);
        bar(parts.moved_in, line.came, 1.0, ARRIVED);
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
