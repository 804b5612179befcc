//! Students from home municipality via provider to school unit: bands with widths proportional to students.
//!
//! The order is the same in every year: municipalities by name, kinds of provider in the usual order, units by kind
//! and size. So is the scale: that of the year with most students. A public release does not publish units by home;
//! there it ends at the kinds.

use std::collections::BTreeMap;

use super::fonts::{self, Weight};
use super::scene::{Anchor, Scene, TextLine, coord, escape};
use super::style::{self, Side};
use super::{Picture, by_kind, count, frame, isotonic};
use crate::graph::Selection;
use crate::model::{ALL, Cell, Ratio, Text};
use crate::report::{FlowEnds, ReportModel};
use crate::tables::ShareRow;
use crate::words::{Lang, sort_key};

/// Maximum number of municipalities and of units with their own bar.
const MAX_HOMES: usize = 18;
const MAX_UNITS: usize = 14;
/// Width of a bar, pixels.
const BAR: f64 = 22.0;
/// Left edges of the bars of homes, kinds and units, and of kinds without units, pixels.
const HOMES: f64 = 344.0;
const KINDS: f64 = 700.0;
const UNITS: f64 = 1130.0;
const LAST: f64 = 1060.0;
/// Gaps between bars, pixels; between kinds there is space for a line of text.
const GAP: f64 = 1.0;
const KIND_GAP: f64 = 38.0;
/// Upper and lower edge.
const TOP: f64 = frame::TOP + 40.0;
const BOTTOM: f64 = frame::BOTTOM - 4.0;
/// Minimum height of a line of text.
const LINE: f64 = 28.0;

/// A bar of a column.
#[derive(Debug, Clone)]
struct FlowBar {
    /// Its code in the file: a municipality, `REST`, a kind of provider, or a unit.
    code: String,
    name: String,
    number: String,
    colour: &'static str,
    /// The students of its bands.
    students: u64,
}

/// Students between two bars of neighbouring columns, by index.
#[derive(Debug, Clone, Copy)]
struct Band {
    from: usize,
    to: usize,
    side: usize,
    students: u64,
}

/// A home's name, code, students, and students by kind of provider.
type HomeFlows = (String, String, Cell, [Cell; 4]);

/// All bars and bands.
struct Flows {
    homes: Vec<FlowBar>,
    kinds: Vec<FlowBar>,
    units: Vec<FlowBar>,
    to_kinds: Vec<Band>,
    to_units: Vec<Band>,
    /// Number of hidden bands.
    hidden: usize,
}

impl Flows {
    fn of(model: &ReportModel) -> Self {
        let selection = model.selection();
        let mut rows: Vec<&ShareRow> =
            model.shares(&selection).filter(|row| *row.programme == *ALL && *row.home != *ALL).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.students.value().unwrap_or(0)));
        let (own, rest) = rows.split_at(rows.len().min(MAX_HOMES));
        let mut own = own.to_vec();
        let name = |row: &ShareRow| model.registers.municipality_name(&row.home).to_owned();
        own.sort_by_cached_key(|row| sort_key(&name(row), &row.home));
        let mut homes: Vec<HomeFlows> =
            own.into_iter().map(|row| (name(row), row.home.to_string(), row.students, by_kind(row))).collect();
        if !rest.is_empty() {
            let sum = |i: usize| rest.iter().map(|row| by_kind(row)[i]).sum::<Cell>();
            let students: Cell = rest.iter().map(|row| row.students).sum();
            let name = model.lang.say("sankey-rest-homes", &[("count", &model.lang.number(rest.len() as u64))]);
            homes.push((name, "REST".to_owned(), students, [0, 1, 2, 3].map(sum)));
        }
        let mut out = Self {
            homes: Vec::new(),
            kinds: kinds(model, &selection),
            units: Vec::new(),
            to_kinds: Vec::new(),
            to_units: Vec::new(),
            hidden: 0,
        };
        for (from, (name, code, students, parts)) in homes.into_iter().enumerate() {
            let number = count(model.lang, students);
            out.homes.push(FlowBar { code, name, number, colour: style::INK, students: 0 });
            for (side, part) in parts.into_iter().enumerate() {
                match part {
                    Cell::Value(students) if students > 0 => {
                        out.homes[from].students += students;
                        out.kinds[side].students += students;
                        out.to_kinds.push(Band { from, to: side, side, students });
                    }
                    Cell::Hidden => out.hidden += 1,
                    _ => {}
                }
            }
        }
        if model.ends() == FlowEnds::Units {
            out.add_units(model, &selection);
        }
        out
    }

    /// Adds units by kind of provider and size; the smallest of each kind are merged.
    fn add_units(&mut self, model: &ReportModel, selection: &Selection) {
        let mut sums: BTreeMap<Text, [u64; 4]> = BTreeMap::new();
        for home in &model.region.municipalities {
            for (unit, students) in model.destinations(home, selection) {
                let (Some(students), Some(found)) = (students.value(), model.registers.unit_by_code(&unit)) else {
                    continue;
                };
                let side = Side::of(found.provider.kind, &found.provider.code, Some(home));
                if let Some(i) = Side::KINDS.iter().position(|kind| *kind == side) {
                    sums.entry(unit).or_default()[i] += students;
                }
            }
        }
        // Independent of the home, a unit is municipal, independent or other: own and other municipality are merged.
        let group =
            |parts: &[u64; 4]| [parts[0] + parts[1], parts[2], parts[3]].iter().position(|n| *n > 0).unwrap_or(0);
        let mut units: Vec<(Text, [u64; 4])> = sums.into_iter().collect();
        let size = |parts: &[u64; 4]| parts.iter().sum::<u64>();
        units.sort_by(|a, b| size(&b.1).cmp(&size(&a.1)).then_with(|| a.0.cmp(&b.0)));
        let all: u64 = units.iter().map(|(_, parts)| size(parts)).sum();
        for kind in 0..3 {
            let found: Vec<_> = units.iter().filter(|(_, parts)| group(parts) == kind).collect();
            let students: u64 = found.iter().map(|(_, parts)| size(parts)).sum();
            // The number of named units of each kind is proportional to its share of students.
            let named = (MAX_UNITS as u64 * students).div_ceil(all.max(1)) as usize;
            let (own, small) = found.split_at(named.min(found.len()));
            let (mut own, mut small) = (own.to_vec(), small.to_vec());
            if small.len() == 1 {
                own.append(&mut small);
            }
            for (code, parts) in own {
                let name = model.registers.unit_name(code);
                self.add_unit(model.lang, (code.to_string(), name.to_owned()), kind, *parts);
            }
            if !small.is_empty() {
                let id = ["sankey-rest-municipal", "sankey-rest-independent", "sankey-rest-public-other"][kind];
                let name = model.lang.say(id, &[("count", &model.lang.number(small.len() as u64))]);
                let sum = |i: usize| small.iter().map(|(_, parts)| parts[i]).sum();
                self.add_unit(model.lang, ("REST".to_owned(), name), kind, [0, 1, 2, 3].map(sum));
            }
        }
    }

    fn add_unit(&mut self, lang: Lang, (code, name): (String, String), kind: usize, parts: [u64; 4]) {
        let colour = [style::MUNICIPAL, style::INDEPENDENT, style::PUBLIC_OTHER][kind];
        let (to, students) = (self.units.len(), parts.iter().sum());
        self.units.push(FlowBar { code, name, number: lang.number(students), colour, students });
        let bands = parts.into_iter().enumerate().filter(|(_, students)| *students > 0);
        self.to_units.extend(bands.map(|(side, students)| Band { from: side, to, side, students }));
    }
}

/// The bars of the kinds of provider, with the region's numbers.
fn kinds(model: &ReportModel, selection: &Selection) -> Vec<FlowBar> {
    let region = model.share(ALL, selection);
    let parts = region.map_or([Cell::Missing; 4], by_kind);
    let bar = |(side, part): (Side, Cell)| {
        let share = part.zip(region.map_or(Cell::Missing, |row| row.students), Ratio::new);
        let share = share.value().filter(|share| share.is_defined());
        let share = share.map_or_else(String::new, |share| format!(" · {}", model.lang.percent(share, 0)));
        let number = format!("{}{share}", count(model.lang, part));
        FlowBar {
            code: side.word().to_owned(),
            name: model.lang.text(side.word()),
            number,
            colour: side.colour(),
            students: 0,
        }
    };
    Side::KINDS.into_iter().zip(parts).map(bar).collect()
}

/// The number of students in the largest year; its scale is used for all years.
fn largest_year(model: &ReportModel) -> u64 {
    let students = |year| model.share(ALL, &Selection { year, ..model.selection() })?.students.value();
    model.years.iter().filter_map(|year| students(*year)).max().unwrap_or(1).max(1)
}

/// The sankey.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let flows = Flows::of(model);
    let mut notes = vec![lang.text("sankey-note")];
    if flows.to_kinds.is_empty() {
        frame::empty(&mut scene, &lang.text("shares-empty"));
    } else {
        draw(&mut scene, model, &flows);
    }
    notes.extend(frame::counted(lang, "note-hidden-flows", flows.hidden));
    let selection = model.selection();
    let item = |bar: &FlowBar| format!("{}: {}.", bar.name, bar.number);
    let frame = frame::Frame {
        name: "charts/sankey".to_owned(),
        title: title(model, &selection),
        subtitle: frame::about(model, &selection),
        description: flows.kinds.iter().chain(&flows.homes).map(item).collect::<Vec<_>>().join(" "),
        notes,
    };
    frame.close(model, &scene)
}

/// The finding: the shares of the two largest other kinds.
fn title(model: &ReportModel, selection: &Selection) -> String {
    let lang = model.lang;
    let share = |part: Cell, row: &ShareRow| {
        let share = part.zip(row.students, Ratio::new).value()?;
        share.is_defined().then(|| lang.percent(share, 0))
    };
    let shares = model.share(ALL, selection).and_then(|row| {
        let [_, municipal, independent, _] = by_kind(row);
        Some((share(independent, row)?, share(municipal, row)?))
    });
    match shares {
        Some((independent, municipal)) => {
            lang.say("sankey-title", &[("independent", &independent), ("municipal", &municipal)])
        }
        None => lang.text("chart-sankey"),
    }
}

/// A column of bars: the top of each, and the position of its next band.
struct BarColumn {
    left: f64,
    tops: Vec<f64>,
    next: Vec<f64>,
}

/// The height that a bar takes: its own, or that of the text line beside it.
fn slot(bar: &FlowBar, per: f64, least: f64) -> f64 {
    (bar.students as f64 * per).max(least)
}

/// The largest number of pixels per student at which the bars, their texts and the gaps fit.
fn scale(columns: &[(&[FlowBar], f64, f64)], most: f64) -> f64 {
    let high = |bars: &[FlowBar], least: f64, gap: f64, per: f64| {
        bars.iter().map(|bar| slot(bar, per, least)).sum::<f64>() + bars.len().saturating_sub(1) as f64 * gap
    };
    let fits = |per: &f64| columns.iter().all(|(bars, least, gap)| high(bars, *least, *gap, *per) <= BOTTOM - TOP);
    let steps = (1..=200).rev().map(|step| most * f64::from(step) / 200.0);
    steps.into_iter().find(fits).unwrap_or(most / 200.0)
}

impl BarColumn {
    /// Bars from top to bottom, each centred in its slot; the remaining height is distributed between them.
    fn of(bars: &[FlowBar], left: f64, per: f64, least: f64) -> Self {
        let used: f64 = bars.iter().map(|bar| slot(bar, per, least)).sum();
        let gap = ((BOTTOM - TOP - used) / (bars.len().max(2) as f64 - 1.0)).max(0.0);
        let mut y = TOP;
        let mut tops = Vec::new();
        for bar in bars {
            let slot = slot(bar, per, least);
            tops.push(y + (slot - bar.students as f64 * per) / 2.0);
            y += slot + gap;
        }
        Self { left, next: tops.clone(), tops }
    }

    /// Allocates the position of a band at a bar.
    fn take(&mut self, bar: usize, high: f64) -> f64 {
        self.next[bar] += high;
        self.next[bar] - high
    }
}

fn draw(scene: &mut Scene, model: &ReportModel, flows: &Flows) {
    let has_units = !flows.units.is_empty();
    let total = largest_year(model) as f64;
    let columns: [(&[FlowBar], f64, f64); 3] =
        [(&flows.homes, LINE, GAP), (&flows.kinds, 0.0, KIND_GAP), (&flows.units, LINE, GAP)];
    let per = scale(&columns, (BOTTOM - TOP) / total);
    let mut homes = BarColumn::of(&flows.homes, HOMES, per, LINE);
    let mut kinds = BarColumn::of(&flows.kinds, if has_units { KINDS } else { LAST }, per, 0.0);
    bands(scene, &flows.to_kinds, per, (&mut homes, &flows.homes), (&mut kinds, &flows.kinds));
    if has_units {
        kinds.next.clone_from(&kinds.tops);
        let mut units = BarColumn::of(&flows.units, UNITS, per, LINE);
        bands(scene, &flows.to_units, per, (&mut kinds, &flows.kinds), (&mut units, &flows.units));
        bars(scene, &flows.units, &units, per);
        labels(scene, &flows.units, &units, per, (UNITS + BAR + 12.0, style::WIDTH - style::MARGIN));
    }
    bars(scene, &flows.homes, &homes, per);
    bars(scene, &flows.kinds, &kinds, per);
    home_labels(scene, &flows.homes, &homes, per);
    kind_labels(scene, &flows.kinds, &kinds, per, has_units);
    let head = |scene: &mut Scene, x, id: &str, anchor| {
        let text = model.lang.text(id);
        scene.text(&TextLine::new(x, TOP - 16.0, &text).size(style::SMALL).fill(style::MUTED).anchor(anchor));
    };
    head(scene, HOMES + BAR, "sankey-homes", Anchor::End);
    if has_units {
        head(scene, UNITS, "sankey-units", Anchor::Start);
    }
}

/// The bands between two columns, sorted by both ends so that the bands of one bar do not cross; the smallest on top.
fn bands(
    scene: &mut Scene,
    bands: &[Band],
    per: f64,
    (from, starting): (&mut BarColumn, &[FlowBar]),
    (to, ending): (&mut BarColumn, &[FlowBar]),
) {
    let mut starts = vec![0.0; bands.len()];
    let mut ends = vec![0.0; bands.len()];
    let mut order: Vec<usize> = (0..bands.len()).collect();
    order.sort_by_key(|i| (bands[*i].from, bands[*i].to));
    for i in &order {
        starts[*i] = from.take(bands[*i].from, bands[*i].students as f64 * per);
    }
    order.sort_by_key(|i| (bands[*i].to, bands[*i].from));
    for i in &order {
        ends[*i] = to.take(bands[*i].to, bands[*i].students as f64 * per);
    }
    order.sort_by_key(|i| (std::cmp::Reverse(bands[*i].students), *i));
    let (left, right) = (from.left + BAR, to.left);
    let middle = coord(left.midpoint(right));
    for i in order {
        let high = bands[i].students as f64 * per;
        let [a, b, c, d] = [starts[i], starts[i] + high, ends[i], ends[i] + high].map(coord);
        let (left, right) = (coord(left), coord(right));
        let path =
            format!("M{left} {a}C{middle} {a} {middle} {c} {right} {c}V{d}C{middle} {d} {middle} {b} {left} {b}z");
        let colour = Side::KINDS[bands[i].side].colour();
        let (begin, end) = (escape(&starting[bands[i].from].code), escape(&ending[bands[i].to].code));
        let look = format!(
            "class=\"band\" data-from=\"{begin}\" data-to=\"{end}\" data-students=\"{}\" fill=\"{colour}\" \
             fill-opacity=\".5\"",
            bands[i].students
        );
        scene.path(&path, &look);
    }
}

fn bars(scene: &mut Scene, bars: &[FlowBar], column: &BarColumn, per: f64) {
    for (bar, top) in bars.iter().zip(&column.tops).filter(|(bar, _)| bar.students > 0) {
        scene.rect(column.left, *top, BAR, (bar.students as f64 * per).max(1.0), 0.0, bar.colour);
    }
}

/// Bars with the y coordinates of the texts beside them.
fn lines<'a>(bars: &'a [FlowBar], column: &BarColumn, per: f64) -> Vec<(&'a FlowBar, f64)> {
    bars.iter().zip(&column.tops).map(|(bar, top)| (bar, top + bar.students as f64 * per / 2.0)).collect()
}

fn home_labels(scene: &mut Scene, bars: &[FlowBar], column: &BarColumn, per: f64) {
    const NUMBER: f64 = HOMES - 16.0;
    for (bar, y) in lines(bars, column, per) {
        let number = fonts::measure(&bar.number, style::BODY, Weight::SemiBold);
        scene.text(&TextLine::new(NUMBER, y + 7.0, &bar.number).bold().anchor(Anchor::End));
        let right = NUMBER - (number + 12.0).max(74.0);
        let name = fonts::fit(&bar.name, right - style::MARGIN, style::BODY, Weight::Regular);
        scene.text(&TextLine::new(right, y + 7.0, &name).anchor(Anchor::End));
    }
}

fn labels(scene: &mut Scene, bars: &[FlowBar], column: &BarColumn, per: f64, (left, right): (f64, f64)) {
    for (bar, y) in lines(bars, column, per) {
        let number = fonts::measure(&bar.number, style::SMALL, Weight::SemiBold);
        let name = fonts::fit(&bar.name, right - left - number - 12.0, style::SMALL, Weight::Regular);
        scene.text(&TextLine::new(left, y + 6.0, &name).size(style::SMALL));
        scene.text(&TextLine::new(right, y + 6.0, &bar.number).size(style::SMALL).bold().anchor(Anchor::End));
    }
}

/// The labels of the kinds: above each bar if units follow, otherwise to its right.
fn kind_labels(scene: &mut Scene, bars: &[FlowBar], column: &BarColumn, per: f64, has_units: bool) {
    let there = || lines(bars, column, per).into_iter().zip(&column.tops).filter(|((bar, _), _)| bar.students > 0);
    let middles: Vec<f64> = there().map(|((_, y), _)| y).collect();
    let middles = isotonic::apart(&middles, 2.0 * LINE, (TOP + LINE, BOTTOM - LINE));
    for (((bar, _), top), y) in there().zip(middles) {
        let ink = Side::KINDS.iter().find(|side| side.colour() == bar.colour).map_or(style::INK, |side| side.ink());
        if has_units {
            let text = format!("{} {}", bar.name, bar.number);
            let look = TextLine::new(column.left + BAR / 2.0, top - 9.0, &text).bold().fill(ink).halo(style::PAPER);
            scene.text(&look.anchor(Anchor::Middle));
        } else {
            let x = column.left + BAR + 16.0;
            scene.text(&TextLine::new(x, y - 5.0, &bar.name).size(style::LABEL).fill(ink).bold());
            scene.text(&TextLine::new(x, y + 21.0, &bar.number).size(style::LABEL));
        }
    }
}
