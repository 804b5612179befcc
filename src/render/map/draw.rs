//! Draws a dependency map: ground, lines, circles, labels, legend, list, and the words around them.

use std::fmt::Write as _;

use super::super::fonts::{self, Weight};
use super::super::projection::Area;
use super::super::scene::{Anchor, Scene, Text, coord, escape};
use super::super::style::{self, Side};
use super::super::{Picture, frame};
use super::data::{MapData, Node, Role};
use super::ground::{CARD, OUTSIDE};
use super::labels::{self, Obstacles, Wish};
use super::layout::{self, Curve, Disc, Link};
use super::{MapScale, MapSpec, panel};
use crate::model::{Cell, Perspective, Ratio};
use crate::report::{Coverage, ReportModel};

/// Radius from which a circle holds its number inside.
const HOLDS_NUMBER: f64 = 15.0;
/// Names of units on the map; the others are found by their number in the list.
const NAMED_UNITS: usize = 5;
/// With more municipalities than this their names are left off the ground.
const NAMED_GROUND: usize = 40;

/// The map of one municipality from one side. `scale` is that of the series which the map belongs to.
#[must_use]
pub fn dependency_map(model: &ReportModel, spec: &MapSpec, scale: &MapScale) -> Picture {
    picture(model, spec, scale, &MapData::new(model, spec))
}

/// Where everything lies.
struct Layout {
    discs: Vec<Disc>,
    /// Curves in the order of the flows that are drawn.
    curves: Vec<Curve>,
    /// Positions of the flows drawn, the largest first.
    flows: Vec<usize>,
    /// Whether circles stand on a ring for lack of places.
    is_ring: bool,
    /// Flows not drawn because an end has no place.
    without_place: usize,
}

pub(super) fn picture(model: &ReportModel, spec: &MapSpec, scale: &MapScale, data: &MapData) -> Picture {
    let mut scene = Scene::default();
    let clip = format!("clip-{}", spec.name().replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    scale.ground.draw(&mut scene, &data.code, &clip);
    let layout = lay_out(scale, data);
    let dropped = map(&mut scene, model, scale, data, &layout);
    if data.total == Cell::Value(0) {
        nothing(&mut scene, model, data);
    } else {
        panel::draw(&mut scene, model, data);
    }
    let frame = frame::Frame {
        name: spec.name(),
        title: title(model, data),
        subtitle: frame::about(model, &spec.selection),
        description: description(model, data),
        notes: notes(model, data, &layout, dropped),
    };
    frame.close(model, &scene)
}

fn lay_out(scale: &MapScale, data: &MapData) -> Layout {
    let places: Vec<Option<(f64, f64)>> = data
        .nodes
        .iter()
        .map(|node| if node.role == Role::Outside { Some(OUTSIDE) } else { scale.ground.place(node.point) })
        .collect();
    let missing = data.nodes.iter().zip(&places).filter(|(n, p)| n.role != Role::Outside && p.is_none()).count();
    let is_ring = missing > 0
        && (2 * missing >= data.nodes.len() || data.nodes.iter().zip(&places).any(|(n, p)| n.role == Role::Focus && p.is_none()));
    let places = if is_ring { on_a_ring(data) } else { places };
    let mut discs: Vec<Disc> = data
        .nodes
        .iter()
        .zip(&places)
        .map(|(node, place)| {
            let at = place.unwrap_or(NOWHERE);
            let radius = scale.radius(node.students);
            let room = match node.role {
                Role::Focus => 34.0,
                Role::Unit if data.perspective == Perspective::Home => (40.0 - 2.0 * radius).max(10.0),
                _ => (44.0 - 2.0 * radius).max(16.0),
            };
            Disc { home: at, at, radius, room, fixed: matches!(node.role, Role::Focus | Role::Outside) || place.is_none() }
        })
        .collect();
    let open = Area { left: CARD.left + 6.0, top: CARD.top + 6.0, right: CARD.right - 6.0, bottom: CARD.bottom - 6.0 };
    layout::spread(&mut discs, &open);
    let flows: Vec<usize> = (0..data.flows.len())
        .filter(|i| places[data.flows[*i].from].is_some() && places[data.flows[*i].to].is_some())
        .collect();
    let links: Vec<Link> = flows
        .iter()
        .map(|i| {
            let flow = &data.flows[*i];
            Link { from: flow.from, to: flow.to, width: scale.width(flow.students) }
        })
        .collect();
    let curves = layout::route(&discs, &links, &CARD.grown(-6.0));
    Layout { without_place: data.flows.len() - flows.len(), discs, curves, flows, is_ring }
}

/// Far from every map: circles without a place lie here and are not drawn.
const NOWHERE: (f64, f64) = (-1e5, -1e5);

/// The focus in the middle, the others around it in the order of their codes.
fn on_a_ring(data: &MapData) -> Vec<Option<(f64, f64)>> {
    let area = Area { left: CARD.left + 210.0, top: CARD.top + 70.0, right: CARD.right - 150.0, bottom: CARD.bottom - 70.0 };
    let mut order: Vec<usize> = (0..data.nodes.len()).filter(|i| data.nodes[*i].role != Role::Focus).collect();
    order.sort_by(|a, b| data.nodes[*a].code.cmp(&data.nodes[*b].code));
    let mut out = vec![Some((f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom))); data.nodes.len()];
    for (i, place) in order.iter().zip(layout::ring(order.len(), &area)) {
        out[*i] = Some(place);
    }
    out
}

/// Draws lines, circles, labels and legend; gives how many labels had to be left out.
fn map(scene: &mut Scene, model: &ReportModel, scale: &MapScale, data: &MapData, layout: &Layout) -> usize {
    scene.open("class=\"flows\"");
    for (i, curve) in layout.flows.iter().zip(&layout.curves).rev() {
        let flow = &data.flows[*i];
        line(scene, data, curve, flow.side, (&data.nodes[flow.from].code, &data.nodes[flow.to].code), flow.students);
    }
    scene.close();
    let mut order: Vec<usize> = (0..data.nodes.len()).filter(|i| layout.discs[*i].at != NOWHERE).collect();
    order.sort_by(|a, b| {
        let key = |i: &usize| data.nodes[*i].students;
        key(b).cmp(&key(a)).then_with(|| data.nodes[*a].code.cmp(&data.nodes[*b].code))
    });
    scene.open("class=\"nodes\"");
    for i in &order {
        node(scene, scale, &data.nodes[*i], &layout.discs[*i]);
    }
    scene.close();
    let legend = if data.nodes.is_empty() { None } else { Some(legend(scene, model, scale, data)) };
    names(scene, model, scale, data, layout, &order, legend)
}

fn line(scene: &mut Scene, _data: &MapData, curve: &Curve, side: Side, ends: (&str, &str), students: u64) {
    let d = format!(
        "M{} {}Q{} {} {} {}",
        coord(curve.start.0),
        coord(curve.start.1),
        coord(curve.control.0),
        coord(curve.control.1),
        coord(curve.end.0),
        coord(curve.end.1)
    );
    scene.path(&d, &format!("class=\"casing\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\".75\" stroke-width=\"{}\"", coord(curve.width + 3.0)));
    let [tip, left, right] = curve.head();
    let head = format!(
        "M{} {}L{} {}L{} {}z",
        coord(tip.0),
        coord(tip.1),
        coord(left.0),
        coord(left.1),
        coord(right.0),
        coord(right.1)
    );
    let colour = side.colour();
    scene.path(
        &d,
        &format!(
            "class=\"flow\" data-from=\"{}\" data-to=\"{}\" data-students=\"{students}\" fill=\"none\" stroke=\"{colour}\" \
             stroke-width=\"{}\"",
            escape(ends.0),
            escape(ends.1),
            fine(curve.width)
        ),
    );
    scene.path(&head, &format!("class=\"head\" fill=\"{colour}\" stroke=\"#fff\" stroke-opacity=\".75\" stroke-width=\"1\""));
}

/// A width with three decimals, so that widths keep the ratio of the counts.
fn fine(width: f64) -> String {
    format!("{width:.3}")
}

fn node(scene: &mut Scene, scale: &MapScale, node: &Node, disc: &Disc) {
    scene.open(&format!("class=\"node\" data-code=\"{}\" data-students=\"{}\"", escape(&node.code), node.students));
    let (x, y) = disc.at;
    let colour = node.side.colour();
    let holds_stay = node.role == Role::Focus || node.stay > 0;
    if holds_stay {
        // All as a light disc, those who stay as the dark one in it.
        let look = format!("fill=\"{}\" fill-opacity=\".85\" stroke=\"{colour}\" stroke-width=\"2\"", style::PAPER);
        scene.circle(x, y, disc.radius, &look);
        if node.stay > 0 {
            scene.circle(x, y, scale.radius(node.stay).min(disc.radius), &format!("class=\"stay\" fill=\"{colour}\""));
        }
    } else {
        scene.circle(x, y, disc.radius, &format!("fill=\"{colour}\" stroke=\"{}\" stroke-width=\"1.5\"", style::PAPER));
    }
    if let Some(rank) = node.rank.filter(|_| disc.radius >= HOLDS_NUMBER && !holds_stay) {
        let rank = rank.to_string();
        let text = Text::new(x, y + 6.5, &rank).size(style::SMALL).bold().fill(style::PAPER).anchor(Anchor::Middle);
        scene.text(&text.class("rank"));
    }
    scene.close();
}

/// Places and draws the labels; gives how many had to be left out.
fn names(
    scene: &mut Scene,
    model: &ReportModel,
    scale: &MapScale,
    data: &MapData,
    layout: &Layout,
    order: &[usize],
    legend: Option<Area>,
) -> usize {
    let mut obstacles = Obstacles { boxes: legend.into_iter().collect(), ..Obstacles::default() };
    for curve in &layout.curves {
        obstacles.boxes.push(curve.head_area().grown(1.0));
        let steps = ((curve.tip.0 - curve.start.0).hypot(curve.tip.1 - curve.start.1) / 12.0).ceil().max(2.0) as usize;
        obstacles.points.extend((0..=steps).map(|i| curve.at(i as f64 / steps as f64)));
    }
    obstacles.circles = order.iter().map(|i| (layout.discs[*i].at, layout.discs[*i].radius + 2.0)).collect();
    let mut wishes: Vec<Wish> = Vec::new();
    let mut fills: Vec<&str> = Vec::new();
    let focus_first = |i: &&usize| data.nodes[**i].role != Role::Focus;
    let mut by_importance: Vec<&usize> = order.iter().collect();
    by_importance.sort_by_key(focus_first);
    let mut units = 0;
    for i in by_importance {
        let (node, disc) = (&data.nodes[*i], &layout.discs[*i]);
        units += usize::from(node.role == Role::Unit);
        let is_named = node.role != Role::Unit || units <= NAMED_UNITS || data.perspective == Perspective::Provider;
        if let Some(wish) = wish(node, disc, is_named) {
            wishes.push(wish);
            fills.push(if node.role == Role::Unit { node.side.colour() } else { style::INK });
        }
    }
    if scale.ground.names.len() <= NAMED_GROUND && !layout.is_ring {
        ground_names(model, scale, data, &mut wishes);
        fills.resize(wishes.len(), style::MUTED);
    }
    let (placed, dropped) = labels::place(&wishes, &obstacles, &CARD.grown(-6.0));
    for label in placed.iter().rev() {
        let wish = &wishes[label.wish];
        let class = if wish.on_point { "label place" } else { "label" };
        let halo = if wish.on_point { style::REGION } else { style::PAPER };
        let text = Text::new(label.x, label.y, &label.text).size(wish.size).weight(wish.weight);
        scene.text(&text.fill(fills[label.wish]).anchor(label.anchor).class(class).halo(halo));
    }
    dropped
}

/// What a circle wishes to be called: number and name, or its number alone.
fn wish(node: &Node, disc: &Disc, is_named: bool) -> Option<Wish> {
    let name = fonts::fit(&node.name, 250.0, style::LABEL, Weight::SemiBold);
    let number = node.rank.filter(|_| disc.radius < HOLDS_NUMBER).map(|r| r.to_string());
    let texts = match (number, is_named) {
        (Some(number), true) => vec![format!("{number}\u{2002}{name}"), number],
        (Some(number), false) => vec![number],
        (None, true) => vec![name],
        (None, false) => return None,
    };
    Some(Wish { texts, size: style::LABEL, weight: Weight::SemiBold, at: disc.at, radius: disc.radius, on_point: false })
}

/// The names of the region's municipalities that have no circle, for orientation.
fn ground_names(model: &ReportModel, scale: &MapScale, data: &MapData, wishes: &mut Vec<Wish>) {
    let has_circle = |code: &str| data.nodes.iter().any(|n| *n.code == *code && n.role != Role::Unit);
    for name in scale.ground.names.iter().filter(|n| !has_circle(&n.code)) {
        debug_assert!(model.in_region(&name.code), "names are those of the region");
        wishes.push(Wish {
            texts: vec![name.name.clone()],
            size: style::SMALL,
            weight: Weight::Regular,
            at: name.at,
            radius: 0.0,
            on_point: true,
        });
    }
}

/// The legend of widths and circles at the lower left, computed from what is shown; gives its box.
fn legend(scene: &mut Scene, model: &ReportModel, scale: &MapScale, data: &MapData) -> Area {
    let lang = model.lang;
    let shared = lang.say("legend-shared", &[("count", &lang.number(scale.maps() as u64))]);
    let clamped = data.flows.iter().filter(|f| scale.is_clamped(f.students)).count();
    let mut notes = fonts::wrap(&shared, 172.0, style::SMALL, Weight::Regular);
    if clamped > 0 {
        let text = lang.say("legend-clamped", &[("count", &lang.number(clamped as u64))]);
        notes.extend(fonts::wrap(&text, 172.0, style::SMALL, Weight::Regular));
    }
    let lines = samples(data.flows.iter().map(|f| f.students).max().unwrap_or(0), 3);
    let circles = samples(data.nodes.iter().map(|n| n.students).filter(|n| scale.radius(*n) <= 46.0).max().unwrap_or(0), 2);
    let radius = circles.first().map_or(0.0, |n| scale.radius(*n));
    let line_room: f64 = lines.iter().map(|n| scale.width(*n).max(20.0) + 6.0).sum();
    let height = 40.0 + line_room + 32.0 + radius.max(12.0) * 2.0 + 10.0 + notes.len() as f64 * 23.0 + 8.0;
    let area = Area { left: CARD.left + 12.0, top: CARD.bottom - 12.0 - height, right: CARD.left + 206.0, bottom: CARD.bottom - 12.0 };
    let look = format!("class=\"legend\" fill=\"{}\" fill-opacity=\".9\"", style::PAPER);
    scene.rect_with(area.left, area.top, area.right - area.left, height, 8.0, &look);
    let (x, mut y) = (area.left + 12.0, area.top + 26.0);
    scene.text(&Text::new(x, y, &lang.text("legend-lines")).size(style::SMALL).fill(style::MUTED));
    y += 10.0;
    for students in lines {
        let width = scale.width(students);
        let room = width.max(20.0) + 6.0;
        let middle = y + room / 2.0;
        scene.line((x, middle), (x + 74.0, middle), style::MIXED, width);
        scene.text(&Text::new(x + 88.0, middle + 6.5, &lang.number(students)));
        y += room;
    }
    y += 26.0;
    scene.text(&Text::new(x, y, &lang.text("legend-circles")).size(style::SMALL).fill(style::MUTED));
    y += 10.0 + radius * 2.0;
    for (i, students) in circles.iter().enumerate() {
        let r = scale.radius(*students);
        let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", style::MIXED);
        scene.circle(x + radius + 1.0, y - r, r, &look);
        let text_y = if i == 0 { y - 2.0 * radius + 14.0 } else { y };
        scene.text(&Text::new(x + (2.0 * radius + 14.0).max(40.0), text_y.max(y - 2.0 * radius + 14.0), &lang.number(*students)));
    }
    y += 4.0;
    for note in notes {
        y += 23.0;
        scene.text(&Text::new(x, y, &note).size(style::SMALL).fill(style::MUTED));
    }
    area
}

/// Round numbers up to the largest shown, the largest first: 1, 2 or 5 times a power of ten.
fn samples(largest: u64, count: usize) -> Vec<u64> {
    let mut steps: Vec<u64> = Vec::new();
    let mut power = 1_u64;
    while power <= largest {
        steps.extend([power, power * 2, power * 5].into_iter().filter(|n| *n <= largest));
        power = power.saturating_mul(10);
    }
    let mut out: Vec<u64> = steps.into_iter().rev().step_by(2).take(count).collect();
    out.dedup();
    out
}

/// The words that stand in place of the list where there is nothing to list.
fn nothing(scene: &mut Scene, model: &ReportModel, data: &MapData) {
    let text = empty_words(model, data);
    let mut y = frame::TOP + 40.0;
    for line in fonts::wrap(&text, panel::RIGHT - panel::LEFT, 28.0, Weight::Regular) {
        scene.text(&Text::new(panel::LEFT, y, &line).size(28.0).class("empty"));
        y += 38.0;
    }
}

fn empty_words(model: &ReportModel, data: &MapData) -> String {
    let id = match data.perspective {
        Perspective::Home => "map-no-students",
        Perspective::Provider if data.units_known == 0 => "map-no-units",
        Perspective::Provider => "map-no-pupils",
    };
    model.lang.say(id, &[("name", &data.name)])
}

/// Students with another provider than their home municipality.
fn cross(data: &MapData) -> Cell {
    let own = data.parts.iter().find(|(side, _)| *side == Side::Own).map_or(Cell::Value(0), |(_, n)| *n);
    data.total.zip(own, |total, own| total - own)
}

fn title(model: &ReportModel, data: &MapData) -> String {
    if data.total == Cell::Value(0) {
        return empty_words(model, data);
    }
    let lang = model.lang;
    let (part, id, plain) = match data.perspective {
        Perspective::Home => (cross(data), "map-home-title", "map-home-title-plain"),
        Perspective::Provider => (data.away, "map-provider-title", "map-provider-title-plain"),
    };
    match part.zip(data.total, |p, t| Ratio::new(p, t)) {
        Cell::Value(share) => lang.say(id, &[("name", &data.name), ("share", &lang.percent(share, 0))]),
        Cell::Hidden | Cell::Missing => lang.say(plain, &[("name", &data.name)]),
    }
}

/// The map in words: totals, then the largest lines with their numbers.
fn description(model: &ReportModel, data: &MapData) -> String {
    let lang = model.lang;
    if data.total == Cell::Value(0) {
        return empty_words(model, data);
    }
    let count = |cell| super::super::count(lang, cell);
    let id = match data.perspective {
        Perspective::Home => "map-home-about",
        Perspective::Provider => "map-provider-about",
    };
    let cross = cross(data);
    let mut out = lang.say(
        id,
        &[("name", &data.name), ("total", &count(data.total)), ("stay", &count(data.stay)), ("away", &count(data.away)), ("cross", &count(cross))],
    );
    for (i, entry) in data.entries.iter().take(5).enumerate() {
        let lead = if i == 0 { format!(" {}: ", lang.text("largest")) } else { ", ".to_owned() };
        let _ = write!(out, "{lead}{} {}", entry.name, count(entry.students));
    }
    if !data.entries.is_empty() {
        out.push('.');
    }
    out
}

/// What the reader must know to judge the map.
fn notes(model: &ReportModel, data: &MapData, layout: &Layout, dropped: usize) -> Vec<String> {
    let lang = model.lang;
    let number = |n: usize| lang.number(n as u64);
    let mut out = Vec::new();
    if let (Cell::Value(away), true) = (data.away, data.flows_all > 0) {
        let drawn: u64 = layout.flows.iter().map(|i| data.flows[*i].students).sum();
        let id = match data.perspective {
            Perspective::Home => "note-shown-home",
            Perspective::Provider => "note-shown-provider",
        };
        let share = lang.percent(Ratio::new(drawn, away), 0);
        out.push(lang.say(id, &[("share", &share), ("lines", &number(layout.flows.len())), ("of", &number(data.flows_all))]));
    }
    for (count, id) in [
        (data.flows_hidden, "note-hidden-flows"),
        (layout.without_place, "note-without-place"),
        (dropped, "note-labels"),
    ] {
        if count > 0 {
            out.push(lang.say(id, &[("count", &number(count))]));
        }
    }
    if layout.is_ring {
        out.push(lang.text("note-ring"));
    }
    let stops = model.coverage.iter().any(|c| matches!(c, Coverage::OctoberStopsAtTheRegion { year } if *year == model.year));
    if stops && data.perspective == Perspective::Home && model.snapshot != crate::model::Snapshot::Admission {
        out.push(lang.text("note-october-stops"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::samples;

    #[test]
    fn samples_are_round_and_not_above_what_is_shown() {
        for (largest, count, wanted) in
            [(0, 3, vec![]), (1, 3, vec![1]), (7, 3, vec![5, 1]), (120, 3, vec![100, 20, 5]), (999, 2, vec![500, 100])]
        {
            assert_eq!(samples(largest, count), wanted, "{largest}");
        }
    }
}
