//! Arrivals and departures between admission and 15 October: the units with the largest numbers.

use super::fonts::Weight;
use super::plot::{Plot, PlotBar, ticks};
use super::scene::{Anchor, Scene, TextLine};
use super::style;
use super::{Picture, count, frame, key, unit_name};
use crate::model::{ALL, Cell};
use crate::report::{Coverage, ReportModel};
use crate::tables::LedgerRow;
use crate::words::Lang;

/// Maximum number of units.
const MAX_ROWS: usize = 18;
/// Colours of moves between units of the ledger, and of arrivals from and departures to unknown places.
pub const MOVED_IN: &str = style::MUNICIPAL_LIGHT;
pub const ARRIVED: &str = style::MUNICIPAL;
pub const MOVED_OUT: &str = style::INDEPENDENT_LIGHT;
pub const LEFT: &str = style::INDEPENDENT_DARK;

/// A unit with its published arrivals and departures.
pub struct UnitTurnover<'a> {
    pub row: &'a LedgerRow,
    pub arrivals: Cell,
    pub departures: Cell,
    /// The moves from and to other units among them; `None` if any of the four movements is hidden.
    pub moved: Option<Moved>,
}

#[derive(Clone, Copy)]
pub struct Moved {
    pub into: u64,
    pub out: u64,
}

impl Moved {
    fn of(row: &LedgerRow) -> Option<Self> {
        row.arrived.value().and(row.left.value())?;
        Some(Self { into: row.moved_in.value()?, out: row.moved_out.value()? })
    }
}

impl<'a> UnitTurnover<'a> {
    pub fn of(model: &ReportModel, row: &'a LedgerRow) -> Self {
        let (arrivals, departures) = (model.arrivals(row), model.departures(row));
        // With rounded numbers, the parts can exceed the whole.
        let within = |part: u64, whole: Cell| part.min(whole.value().unwrap_or(0));
        let both = arrivals.value().and(departures.value()).and(Moved::of(row));
        let moved =
            both.map(|moved| Moved { into: within(moved.into, arrivals), out: within(moved.out, departures) });
        Self { row, arrivals, departures, moved }
    }

    /// Arrivals and departures, if both are published.
    pub fn both(&self) -> Option<(u64, u64)> {
        self.arrivals.value().zip(self.departures.value())
    }

    /// The sum of the published numbers.
    fn seen(&self) -> u64 {
        self.arrivals.value().unwrap_or(0) + self.departures.value().unwrap_or(0)
    }
}

/// The units with published arrivals or departures, the largest sum first.
pub struct UnitTurnovers<'a> {
    pub all: Vec<UnitTurnover<'a>>,
    /// Number of units with hidden numbers.
    pub hidden: usize,
}

impl<'a> UnitTurnovers<'a> {
    /// The units whose arrivals or departures are published.
    pub fn of(model: &'a ReportModel) -> Self {
        Self::filtered(model, |line| line.arrivals.value().or(line.departures.value()).is_some())
    }

    /// The units whose arrivals and departures are both published.
    pub fn whole(model: &'a ReportModel) -> Self {
        Self::filtered(model, |line| line.both().is_some())
    }

    fn filtered(model: &'a ReportModel, is_seen: fn(&UnitTurnover<'_>) -> bool) -> Self {
        let units = || model.ledger().filter(|row| *row.unit != *ALL).map(|row| UnitTurnover::of(model, row));
        let mut all: Vec<UnitTurnover<'_>> = units().filter(is_seen).collect();
        let hidden = units().count() - all.len();
        all.retain(|line| line.seen() > 0);
        all.sort_by(|a, b| b.seen().cmp(&a.seen()).then_with(|| a.row.unit.cmp(&b.row.unit)));
        Self { all, hidden }
    }

    /// The reason why there is none.
    pub fn empty_reason(&self, model: &ReportModel) -> String {
        let has_no_ids = |c: &Coverage| matches!(c, Coverage::NoIds { year } if *year == model.year);
        model.lang.text(match self.hidden {
            0 if model.coverage.iter().any(has_no_ids) => "ledger-no-ids",
            0 => "ledger-empty",
            _ => "ledger-hidden",
        })
    }

    /// Notes that only the first are shown, and that some are hidden.
    pub fn notes(&self, lang: Lang, shown: usize) -> impl Iterator<Item = String> {
        let left = frame::rows_shown(lang, "note-rows-units", shown, self.all.len());
        left.into_iter().chain(frame::counted(lang, "note-hidden-rows", self.hidden))
    }
}

/// The units with the largest arrivals and departures.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let total = model.ledger_total();
    let lines = UnitTurnovers::of(model);
    let shown = lines.all.len().min(MAX_ROWS);
    if shown == 0 {
        frame::empty(&mut scene, &lines.empty_reason(model));
    } else {
        draw(&mut scene, model, &lines.all[..shown]);
        if let Some(total) = total.map(|total| UnitTurnover::of(model, total)).filter(|total| total.both().is_some())
        {
            sum(&mut scene, lang, &total);
        }
    }
    let frame = frame::Frame {
        name: "charts/ledger".to_owned(),
        title: title(model, total),
        subtitle: frame::about_year(model, model.population),
        description: total.map_or_else(String::new, |t| about(lang, t)),
        notes: lines.notes(lang, shown).collect(),
    };
    frame.close(model, &scene)
}

fn title(model: &ReportModel, total: Option<&LedgerRow>) -> String {
    let lang = model.lang;
    let sums = total.and_then(|t| Some((model.arrivals(t).value()?, model.departures(t).value()?)));
    sums.map_or_else(
        || lang.text("chart-ledger"),
        |(arrivals, departures)| {
            lang.say("ledger-title", &[("came", &lang.number(arrivals)), ("went", &lang.number(departures))])
        },
    )
}

/// The region's ledger in a sentence.
pub fn about(lang: Lang, total: &LedgerRow) -> String {
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

fn draw(scene: &mut Scene, model: &ReportModel, lines: &[UnitTurnover<'_>]) {
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
    // If no unit has parts, the headings are sufficient.
    let is_plain = words.is_empty();
    let (departures_colour, arrivals_colour) = if is_plain { (LEFT, ARRIVED) } else { (style::MIXED, style::MIXED) };
    if !is_plain && lines.iter().any(|line| line.moved.is_none()) {
        words.push(("ledger-together", style::MIXED));
    }
    let words: Vec<(String, &str)> = words.into_iter().map(|(id, colour)| (lang.text(id), colour)).collect();
    key(scene, style::MARGIN, frame::TOP + 18.0, &words);
    let most =
        lines.iter().flat_map(|line| [line.arrivals, line.departures]).filter_map(Cell::value).max().unwrap_or(1)
            as f64;
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
                bars.push(PlotBar { row: i, from: a.min(b), to: a.max(b), height: 0.68, colour });
            }
        };
        let (arrivals, departures) = (line.arrivals.value().unwrap_or(0), line.departures.value().unwrap_or(0));
        let Some(moved) = line.moved else {
            bar(0, departures, -1.0, departures_colour);
            bar(0, arrivals, 1.0, arrivals_colour);
            continue;
        };
        bar(0, moved.out, -1.0, MOVED_OUT);
        bar(moved.out, departures, -1.0, LEFT);
        bar(0, moved.into, 1.0, MOVED_IN);
        bar(moved.into, arrivals, 1.0, ARRIVED);
    }
    plot.draw(scene, &ticks(plot.min, plot.max, 8), &bars);
    scene.line((plot.x(0.0), plot.top), (plot.x(0.0), plot.bottom()), style::INK, 2.0);
    heads(scene, lang, &plot);
    for (i, line) in lines.iter().enumerate() {
        let y = plot.y(i) + 7.0;
        let room = plot.left - style::MARGIN - 14.0;
        unit_name(scene, model, &line.row.unit, (style::MARGIN, y), room, Weight::Regular);
        for (cell, sign, anchor) in [(line.departures, -1, Anchor::End), (line.arrivals, 1, Anchor::Start)] {
            let students = cell.value().unwrap_or(0);
            let text = cell.text(|students| lang.signed(sign * i64::try_from(students).unwrap_or(i64::MAX)));
            let x = plot.x(sign as f64 * students as f64) + sign as f64 * 8.0;
            let look = TextLine::new(x, y, &text).anchor(anchor);
            scene.text(&if cell == Cell::Hidden { look.fill(style::MUTED) } else { look.bold() });
        }
        let (admitted, enrolled) = (count(lang, line.row.admitted), count(lang, line.row.enrolled));
        scene.text(&TextLine::new(1412.0, y, &admitted).fill(style::MUTED).anchor(Anchor::End));
        scene.text(&TextLine::new(style::WIDTH - style::MARGIN, y, &enrolled).anchor(Anchor::End));
    }
}

/// The region's ledger in one line: admitted − departures + arrivals = enrolled.
fn sum(scene: &mut Scene, lang: Lang, total: &UnitTurnover<'_>) {
    let text = lang.say(
        "ledger-sum",
        &[
            ("admitted", &count(lang, total.row.admitted)),
            ("went", &count(lang, total.departures)),
            ("came", &count(lang, total.arrivals)),
            ("enrolled", &count(lang, total.row.enrolled)),
        ],
    );
    let look = TextLine::new(style::WIDTH - style::MARGIN, frame::TOP + 18.0, &text).bold().class("sum");
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
        scene.text(&TextLine::new(x, y, &lang.text(id)).size(style::SMALL).fill(style::MUTED).anchor(anchor));
    }
}
