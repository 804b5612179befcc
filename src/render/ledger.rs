//! Arrivals and departures between admission and 15 October: the units where most students came or went.

use super::fonts::{self, Weight};
use super::plot::{Bar, Plot, ticks};
use super::scene::{Anchor, Scene, Text};
use super::style;
use super::{Chart, Picture, count, frame, key};
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

/// A unit whose four movements may all be seen.
struct Line<'a> {
    row: &'a LedgerRow,
    arrived: u64,
    moved_in: u64,
    moved_out: u64,
    left: u64,
}

impl<'a> Line<'a> {
    fn of(row: &'a LedgerRow) -> Option<Self> {
        Some(Self {
            row,
            arrived: row.arrived.value()?,
            moved_in: row.moved_in.value()?,
            moved_out: row.moved_out.value()?,
            left: row.left.value()?,
        })
    }

    const fn came(&self) -> u64 {
        self.arrived + self.moved_in
    }

    const fn went(&self) -> u64 {
        self.left + self.moved_out
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
    lines.retain(|l| l.came() + l.went() > 0);
    let all = lines.len();
    lines.sort_by(|a, b| (b.came() + b.went()).cmp(&(a.came() + a.went())).then_with(|| a.row.unit.cmp(&b.row.unit)));
    lines.truncate(MAX_ROWS);
    if lines.is_empty() {
        let text = lang.text(
            if model.coverage.iter().any(|c| matches!(c, Coverage::NoIds { year } if *year == model.year)) {
                "ledger-no-ids"
            } else {
                "ledger-empty"
            },
        );
        scene.text(&Text::new(style::MARGIN, frame::TOP + 60.0, &text).size(28.0).class("empty"));
    } else {
        draw(&mut scene, model, &lines);
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
        let came = t.arrived.zip(t.moved_in, |a, b| a + b).value()?;
        let went = t.left.zip(t.moved_out, |a, b| a + b).value()?;
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
    let words = [
        (lang.text("ledger-left"), LEFT),
        (lang.text("ledger-moved-out"), MOVED_OUT),
        (lang.text("ledger-moved-in"), MOVED_IN),
        (lang.text("ledger-arrived"), ARRIVED),
    ];
    key(scene, style::MARGIN, frame::TOP + 18.0, &words);
    let most = lines.iter().map(|l| l.came().max(l.went())).max().unwrap_or(1) as f64;
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
        bar(0, line.moved_out, -1.0, MOVED_OUT);
        bar(line.moved_out, line.went(), -1.0, LEFT);
        bar(0, line.moved_in, 1.0, MOVED_IN);
        bar(line.moved_in, line.came(), 1.0, ARRIVED);
    }
    plot.draw(scene, &ticks(plot.min, plot.max, 8), &bars);
    scene.line((plot.x(0.0), plot.top), (plot.x(0.0), plot.bottom()), style::INK, 2.0);
    heads(scene, lang, &plot);
    for (i, line) in lines.iter().enumerate() {
        let y = plot.y(i) + 7.0;
        let name = model.registers.unit_by_code(&line.row.unit).map_or(&*line.row.unit, |u| &*u.name);
        let name = fonts::fit(name, plot.left - style::MARGIN - 14.0, style::BODY, Weight::Regular);
        scene.text(&Text::new(style::MARGIN, y, &name));
        let went = lang.signed(-i64::try_from(line.went()).unwrap_or(i64::MAX));
        let came = lang.signed(i64::try_from(line.came()).unwrap_or(i64::MAX));
        scene.text(&Text::new(plot.x(-(line.went() as f64)) - 8.0, y, &went).bold().anchor(Anchor::End));
        scene.text(&Text::new(plot.x(line.came() as f64) + 8.0, y, &came).bold());
        let (admitted, enrolled) = (count(lang, line.row.admitted), count(lang, line.row.enrolled));
        scene.text(&Text::new(1412.0, y, &admitted).fill(style::MUTED).anchor(Anchor::End));
        scene.text(&Text::new(style::WIDTH - style::MARGIN, y, &enrolled).anchor(Anchor::End));
    }
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
