//! Maps for slides: a map alone, with text that can be read from the back of a room, and the rows of a table to put
//! beside it. The extent of each map follows its own lines; all maps of a deck share their scale and their size.
//!
//! A picture is [`HEIGHT`] pixels high and fills the height of a slide's content, so that a pixel is about 0.8 points.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::super::projection::Area;
use super::super::scene::Scene;
use super::super::{Picture, count, legible, style};
use super::data::{ListEntry, MapData, NodeRole, Quantity};
use super::draw::Drawn;
use super::gather::gather;
use super::ground::Ground;
use super::place::MapLayout;
use super::stage::Stage;
use super::{By, MapScale, MapSpec, draw, legend, net, panel, place, texts};
use crate::model::{Cell, OUT, Perspective, Point, Ratio, Text};
use crate::report::ReportModel;
use crate::tables::BalanceRow;

/// Height of a picture, pixels.
const HEIGHT: f64 = 400.0;
/// Height of the legend below the map, pixels.
const LEGEND: f64 = 44.0;
/// Limits of a map's width, as multiples of its height.
const SHAPES: (f64, f64) = (1.3, 1.75);
/// Maximum number of lines, and fewer in turn if these have no good layout with a label each.
const LINES: [usize; 4] = [9, 7, 5, 3];
/// The same for net flows.
const WEB: [usize; 4] = [14, 10, 7, 4];
/// Maximum number of rows of a table of both directions.
const ROWS: usize = 12;

/// A map for a slide.
#[derive(Debug, Clone, PartialEq)]
pub struct SlideMap {
    /// The map with its legend.
    pub picture: Arc<Picture>,
    /// The finding.
    pub title: String,
    /// The headers of the table beside it.
    pub heads: Vec<String>,
    /// Its rows: texts by header, and whether the row is a sum.
    pub rows: Vec<(Vec<String>, bool)>,
    /// Notes for the reader, the most important first.
    pub notes: Vec<String>,
}

/// The maps of a report's decks. All are on the same ground; those of one kind share their scale, which is computed once.
pub struct SlideMaps<'a> {
    model: Cow<'a, ReportModel>,
    ground: OnceLock<Arc<Ground>>,
    /// Where students go, where pupils come from.
    sides: [OnceLock<MapSeries>; 2],
}

/// Maps of the region's municipalities from one side.
struct MapSeries {
    data: BTreeMap<Text, MapData>,
    scale: MapScale,
}

impl<'a> SlideMaps<'a> {
    /// Of this report; nothing is computed yet.
    #[must_use]
    pub fn new(model: &'a ReportModel) -> Self {
        Self { model: legible(model), ground: OnceLock::new(), sides: Default::default() }
    }

    /// The maps of these municipalities: where their students go, or, if nobody is known to leave, where pupils come
    /// from; beside each the numbers of both directions. Only for municipalities of the region that have a line.
    #[must_use]
    pub fn exchanges(&self, codes: &[Text]) -> BTreeMap<Text, SlideMap> {
        let side = |side: Perspective, code: &Text| {
            let spec = MapSpec { by: Some(By::Municipality), ..MapSpec::of(side, code, self.model.selection()) };
            gather(&self.model, &spec)
        };
        let series = self.series(|code| {
            let home = side(Perspective::Home, code);
            if home.flows.is_empty() { side(Perspective::Provider, code) } else { home }
        });
        let drawn = |code: &Text| {
            let data = series.data.get(code).filter(|data| !data.flows.is_empty())?;
            let table = |_: &MapData| exchange(&self.model, code);
            Some((code.clone(), slide(&self.model, &series.scale, data, &format!("slides/{code}"), table)))
        };
        codes.par_iter().filter_map(drawn).collect()
    }

    /// The map of a municipality of the region from one side, with its list; `None` without lines.
    #[must_use]
    pub fn one_side(&self, side: Perspective, code: &Text) -> Option<SlideMap> {
        let of = |code: &Text| MapSpec::of(side, code, self.model.selection());
        let lock = &self.sides[usize::from(side == Perspective::Provider)];
        let series = lock.get_or_init(|| self.series(|code| gather(&self.model, &of(code))));
        let data = series.data.get(code).filter(|data| !data.flows.is_empty())?;
        let name = of(code).name().replace("maps/", "slides/");
        Some(slide(&self.model, &series.scale, data, &name, |data| list(&self.model, data)))
    }

    /// The region's net flows; `None` if there is no line, or more than a map can show.
    #[must_use]
    pub fn net_flows(&self) -> Option<SlideMap> {
        let model = &*self.model;
        let selection = model.selection();
        let data = net::data(model, &selection);
        if data.flows.is_empty() || net::is_too_dense(&data) {
            return None;
        }
        let scale = MapScale::of_series(std::slice::from_ref(&data), self.ground());
        let row = |row: &BalanceRow| {
            let net = row.net.text(|net| model.lang.signed(net));
            let name = model.registers.municipality_name(&row.municipality).to_owned();
            (vec![name, count(model.lang, row.into), count(model.lang, row.out), net], false)
        };
        let rows: Vec<_> = net::rows(model, &selection).into_iter().map(row).collect();
        let heads = ["panel-municipality", "panel-into", "panel-out", "panel-net"].map(|id| model.lang.text(id));
        Some(slide(model, &scale, &data, "slides/net", |_| (heads.to_vec(), rows.clone())))
    }

    fn ground(&self) -> Arc<Ground> {
        let ground = || Arc::new(Ground::new(&self.model, &stage(&self.model)));
        Arc::clone(self.ground.get_or_init(ground))
    }

    /// Serial, because it runs inside a lock: a waiting thread would take up another slide and enter the lock again.
    fn series(&self, of: impl Fn(&Text) -> MapData) -> MapSeries {
        let data: Vec<MapData> = self.model.region.municipalities.iter().map(of).collect();
        let scale = MapScale::of_series(&data, self.ground());
        MapSeries { data: self.model.region.municipalities.iter().cloned().zip(data).collect(), scale }
    }
}

/// The map of this data on its own scale, with a list of its lines below a header with this id.
pub(super) fn alone(model: &ReportModel, data: MapData, name: &str, ends: &str) -> SlideMap {
    let lang = model.lang;
    let scale = MapScale::of_series(std::slice::from_ref(&data), Arc::new(Ground::new(model, &stage(model))));
    let list = |data: &MapData| {
        let row = |entry: &ListEntry| (vec![entry_name(model, data, entry), count(lang, entry.students)], false);
        let mut rows: Vec<(Vec<String>, bool)> = data.entries.iter().map(row).collect();
        if data.rest.0 > 0 {
            let name = lang.say("whatif-rest", &[("count", &lang.number(data.rest.0 as u64))]);
            rows.push((vec![name, count(lang, data.rest.1)], false));
        }
        ([ends, "panel-students"].map(|id| lang.text(id)).to_vec(), rows)
    };
    slide(model, &scale, &data, name, list)
}

/// The name of a line's end, after its number on the map.
fn entry_name(model: &ReportModel, data: &MapData, entry: &ListEntry) -> String {
    match (entry.role, entry.rank) {
        (NodeRole::Rest, _) => panel::rest_name(model.lang, data.by, &entry.name, entry.members),
        (_, Some(rank)) => format!("{rank}  {}", entry.name),
        (_, None) => entry.name.clone(),
    }
}

/// The stage of all maps of a deck: its shape follows the region's.
fn stage(model: &ReportModel) -> Stage {
    let high = HEIGHT - LEGEND;
    let wide = (Ground::shape(model) * 1.4).clamp(SHAPES.0, SHAPES.1) * high;
    Stage::slide(Area { left: 0.0, top: 0.0, right: wide.round(), bottom: high })
}

/// The data with the largest lines only; `step` is a position in [`LINES`] and [`WEB`].
fn shortened(mut data: MapData, step: usize) -> MapData {
    if matches!(data.shows, Quantity::Net) {
        return largest_of_web(data, WEB[step]);
    }
    let most = LINES[step];
    if data.flows.len() <= most {
        return data;
    }
    // The largest lines are kept, in the order of the data.
    let mut sizes: Vec<(u64, usize)> = data.flows.iter().map(|flow| flow.students).zip(0..).collect();
    sizes.sort_by_key(|(students, i)| (std::cmp::Reverse(*students), *i));
    let mut kept: Vec<usize> = sizes[..most].iter().map(|(_, i)| *i).collect();
    kept.sort_unstable();
    for left in sizes[most..].iter().map(|(_, i)| *i) {
        data.rest.0 += data.entries[left].members;
        data.rest.1 += data.entries[left].students;
    }
    let mut nodes = vec![data.nodes[0].clone()];
    let mut flows = Vec::new();
    for (position, i) in kept.iter().enumerate() {
        let mut flow = data.flows[*i].clone();
        nodes.push(data.nodes[flow.from.max(flow.to)].clone());
        (flow.from, flow.to) = if flow.from == 0 { (0, position + 1) } else { (position + 1, 0) };
        flows.push(flow);
    }
    data.entries = kept.iter().map(|i| data.entries[*i].clone()).collect();
    (data.nodes, data.flows) = (nodes, flows);
    data
}

/// The data of a web with the largest lines, and the circles that they join.
fn largest_of_web(mut data: MapData, most: usize) -> MapData {
    // Lines are sorted, the largest first.
    for left in data.flows.drain(data.flows.len().min(most)..) {
        data.rest.0 += 1;
        data.rest.1 += Cell::Value(left.students);
    }
    let is_joined = |i: usize| data.flows.iter().any(|flow| flow.from == i || flow.to == i);
    let kept: Vec<usize> = (0..data.nodes.len()).filter(|i| is_joined(*i)).collect();
    let position = |node: usize| kept.binary_search(&node).unwrap_or_default();
    let ends: Vec<(usize, usize)> = data.flows.iter().map(|flow| (position(flow.from), position(flow.to))).collect();
    for (flow, (from, to)) in data.flows.iter_mut().zip(ends) {
        (flow.from, flow.to) = (from, to);
    }
    data.nodes = kept.iter().map(|i| data.nodes[*i].clone()).collect();
    data
}

/// Headers and rows of a table.
type Rows = (Vec<String>, Vec<(Vec<String>, bool)>);

/// A map with as many lines as have a good layout.
struct Attempt {
    data: MapData,
    scale: MapScale,
    layout: MapLayout,
    scene: Scene,
    drawn: Drawn,
}

impl Attempt {
    fn new(model: &ReportModel, scale: &MapScale, whole: &MapData, name: &str, step: usize) -> Self {
        let data = shortened(whole.clone(), step);
        let inside = data.nodes.iter().filter(|node| !node.is_outside());
        let points: Vec<Point> = inside.filter_map(|node| node.point).collect();
        let has_outside = data.nodes.iter().any(super::data::Node::is_outside);
        let stage = scale.ground.stage.with_outside(has_outside);
        let scale = scale.on(Ground::around(model, &stage, &points));
        let mut scene = Scene::default();
        scale.ground.draw(&mut scene, &data.code, &draw::id("clip", name));
        let layout = place::lay_out(&scale, &data, None);
        let drawn = draw::map(&mut scene, model, &scale, &data, &layout, None);
        Self { data, scale, layout, scene, drawn }
    }

    fn is_good(&self) -> bool {
        self.drawn.unlabelled == 0 && self.layout.is_good(&self.data)
    }
}

/// The map of this data with the largest of its lines; `table` makes the rows beside it.
fn slide(
    model: &ReportModel,
    scale: &MapScale,
    whole: &MapData,
    name: &str,
    table: impl Fn(&MapData) -> Rows,
) -> SlideMap {
    let lang = model.lang;
    let mut step = 0;
    let Attempt { data, scale, layout, mut scene, drawn } = loop {
        let attempt = Attempt::new(model, scale, whole, name, step);
        if attempt.is_good() || step + 1 == LINES.len() {
            break attempt;
        }
        step += 1;
    };
    let data = &data;
    let (heads, rows) = table(data);
    let clamped = legend::below(&mut scene, model, &scale, data, HEIGHT - LEGEND / 2.0);
    let mut notes = Vec::new();
    if matches!(data.shows, Quantity::Students) && data.by == By::Municipality {
        notes.push(lang.text("note-places"));
    }
    if data.rest.0 > 0 {
        notes.push(lang.count("note-smaller", data.rest.0 as u64));
    }
    notes.extend((clamped > 0).then(|| texts::clamped(lang, clamped)));
    let undrawn = layout.crowded_out.len() + layout.without_place + layout.tangled.len();
    notes.extend(super::sheet::left_out(lang, [data], undrawn));
    let (title, description) = (texts::title(model, data), texts::description(model, data));
    let width = scale.ground.stage.card.right;
    let picture = Picture {
        name: name.to_owned(),
        svg: style::dressed(scene.document(&title, &description, width, HEIGHT), &model.theme),
        title: title.clone(),
        description,
        shown_in: &[],
        is_empty: false,
        width,
        height: HEIGHT,
        head: 0.0,
        marks: drawn.marks,
    };
    SlideMap { picture: Arc::new(picture), title, heads, rows, notes }
}

/// Students from and to every other municipality, as far as published: the largest numbers first.
fn exchange(model: &ReportModel, code: &Text) -> Rows {
    let lang = model.lang;
    let spec = MapSpec::of(Perspective::Home, code, model.selection());
    let mut both: BTreeMap<Text, [Cell; 2]> = BTreeMap::new();
    let absent = || [model.absent(); 2];
    for (place, _, students) in super::home::places(model, &spec) {
        both.entry(place).or_insert_with(absent)[0] = students;
    }
    for (home, students) in super::homes_of_pupils(model, code, &model.selection()) {
        both.entry(home).or_insert_with(absent)[1] = students;
    }
    both.remove(code);
    let shown = |cells: &[Cell; 2]| cells.iter().filter_map(|cell| cell.value()).sum::<u64>();
    let mut rows: Vec<(Text, [Cell; 2])> = both.into_iter().filter(|(_, cells)| shown(cells) > 0).collect();
    let size = |cells: &[Cell; 2]| cells.map(|cell| cell.value().unwrap_or(0));
    rows.sort_by(|a, b| (*a.0 == *OUT, size(&b.1)).cmp(&(*b.0 == *OUT, size(&a.1))).then_with(|| a.0.cmp(&b.0)));
    let name = |place: &Text| {
        if **place == *OUT {
            lang.text("outside-region")
        } else {
            model.registers.municipality_name(place).to_owned()
        }
    };
    let row = |name: String, cells: [Cell; 2]| (vec![name, count(lang, cells[0]), count(lang, cells[1])], false);
    let fits = if rows.len() <= ROWS { rows.len() } else { ROWS - 1 };
    let rest = &rows[fits..];
    let sum = |side: usize| rest.iter().map(|(_, cells)| cells[side]).sum::<Cell>();
    let more =
        (!rest.is_empty()).then(|| row(panel::more(lang, true, By::Municipality, rest.len()), [sum(0), sum(1)]));
    let rows = rows[..fits].iter().map(|(place, cells)| row(name(place), *cells)).chain(more);
    let heads = ["panel-municipality", "slide-exchange-to", "slide-exchange-from"].map(|id| lang.text(id));
    (heads.to_vec(), rows.collect())
}

/// The list of a map: those who stay, each line, the rest.
fn list(model: &ReportModel, data: &MapData) -> Rows {
    let lang = model.lang;
    let row = |name: String, students: Cell, is_sum: bool| {
        let share = students.zip(data.total, Ratio::new).text(|ratio| lang.percent(ratio, data.decimals));
        (vec![name, count(lang, students), share], is_sum)
    };
    let mut rows = vec![row(panel::stay_name(lang, data), data.stay, true)];
    for entry in &data.entries {
        rows.push(row(entry_name(model, data, entry), entry.students, false));
    }
    if data.rest.0 > 0 {
        let is_home = data.perspective == Perspective::Home;
        rows.push(row(panel::more(lang, is_home, data.by, data.rest.0), data.rest.1, false));
    }
    let ends = match (data.perspective, data.by) {
        (Perspective::Provider, _) => "panel-homes",
        (Perspective::Home, By::Unit) => "panel-units",
        (Perspective::Home, By::Provider) => "panel-providers",
        (Perspective::Home, By::Municipality) => "panel-places",
    };
    let heads = [ends, "panel-students", "panel-share"].map(|id| lang.text(id));
    (heads.to_vec(), rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use crate::render::geometry::Drawing;

    fn number(text: &str) -> u64 {
        text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
    }

    #[test]
    fn tables_beside_maps_have_every_student_who_crosses_the_border() {
        let model = fixture::region();
        let maps = SlideMaps::new(model).exchanges(&model.region.municipalities);
        assert!(maps.len() > 8, "{}", maps.len());
        for (code, map) in &maps {
            let balance = model.balance(code, &model.selection()).unwrap();
            let sum = |column: usize| Cell::Value(map.rows.iter().map(|(texts, _)| number(&texts[column])).sum());
            assert_eq!([sum(1), sum(2)], [balance.out, balance.into], "{code}");
        }
    }

    #[test]
    fn lists_beside_maps_add_up_to_the_total() {
        let model = fixture::region();
        let maps = SlideMaps::new(model);
        for side in [Perspective::Home, Perspective::Provider] {
            for code in &model.region.municipalities {
                let Some(map) = maps.one_side(side, code) else { continue };
                let spec = MapSpec::of(side, code, model.selection());
                let total = gather(model, &spec).total;
                let sum = map.rows.iter().map(|(texts, _)| number(&texts[1])).sum();
                assert_eq!(Cell::Value(sum), total, "{code} {side:?}");
                let drawn = Drawing::read(&map.picture.svg).unwrap();
                assert!((1..=LINES[0]).contains(&drawn.lines.len()), "{code} {side:?}");
                let largest = gather(model, &spec).flows.iter().map(|flow| flow.students).max();
                assert_eq!(drawn.lines.iter().map(|line| line.students).max(), largest, "{code} {side:?}");
            }
        }
    }
}
