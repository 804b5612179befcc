//! Draws a dependency map: ground, lines, circles, labels, legend, list, and the words around them.

use std::fmt::Write as _;

use super::super::fonts::{self, Weight};
use super::super::projection::Area;
use super::super::scene::{Scene, Text, coord, escape};
use super::super::style::{self, Side};
use super::super::{Picture, frame};
use super::data::{Flow, MapData, Node, Role};
use super::ground::{CARD, OUTSIDE};
use super::labels::{self, Obstacles, Wish};
use super::layout::{self, Curve, Disc, Link};
use super::{MapScale, MapSpec, panel};
use crate::model::{Cell, Perspective, Ratio};
use crate::report::{Coverage, ReportModel};

/// Half the size of a unit's sign, pixels.
const SIGN: f64 = 13.0;
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
        notes: notes(model, scale, data, &layout, dropped),
    };
    frame.close(model, &scene)
}

fn lay_out(scale: &MapScale, data: &MapData) -> Layout {
    let own: Vec<Option<(f64, f64)>> = data
        .nodes
        .iter()
        .map(|node| if node.is_outside() { Some(OUTSIDE) } else { scale.ground.place(node.point) })
        .collect();
    let missing = own.iter().filter(|place| place.is_none()).count();
    let is_ring = missing > 0 && (2 * missing >= own.len() || own[0].is_none());
    let places = if is_ring { on_a_ring(data) } else { own };
    let line = |i: usize| data.flows.get(i.wrapping_sub(1)).map_or(0.0, |f| scale.width(f.students));
    let disc = |(i, node): (usize, &Node)| {
        let at = places[i].unwrap_or(NOWHERE);
        let (radius, room, reach) = match node.role {
            Role::Focus => (scale.radius(node.students), 40.0, 0.0),
            Role::Unit => (SIGN, 5.0, 90.0),
            Role::Rest => (SIGN * 1.35, 6.0, 90.0),
            Role::Home => (scale.radius(node.students), 20.0, 40.0),
        };
        Disc {
            home: at,
            at,
            radius,
            room,
            fixed: i == 0 || node.is_outside() || places[i].is_none(),
            reach,
            line: line(i),
        }
    };
    let mut discs: Vec<Disc> = data.nodes.iter().enumerate().map(disc).collect();
    let open =
        Area { left: CARD.left + 6.0, top: CARD.top + 6.0, right: CARD.right - 6.0, bottom: CARD.bottom - 6.0 };
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
    let area =
        Area { left: CARD.left + 210.0, top: CARD.top + 70.0, right: CARD.right - 150.0, bottom: CARD.bottom - 70.0 };
    let mut order: Vec<usize> = (0..data.nodes.len()).filter(|i| data.nodes[*i].role != Role::Focus).collect();
    order.sort_by(|a, b| data.nodes[*a].code.cmp(&data.nodes[*b].code));
    let mut out =
        vec![Some((f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom))); data.nodes.len()];
    for (i, place) in order.iter().zip(layout::ring(order.len(), &area)) {
        out[*i] = Some(place);
    }
    out
}

/// Draws lines, circles, labels and legend; gives how many labels had to be left out.
fn map(scene: &mut Scene, model: &ReportModel, scale: &MapScale, data: &MapData, layout: &Layout) -> usize {
    scene.open("class=\"flows\"");
    let mut lines: Vec<(&usize, &Curve)> = layout.flows.iter().zip(&layout.curves).collect();
    lines.sort_by_key(|(i, _)| (data.flows[**i].students, std::cmp::Reverse(**i)));
    for (i, curve) in lines {
        let flow = &data.flows[*i];
        line(scene, curve, flow, (&data.nodes[flow.from], &data.nodes[flow.to]));
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

/// One line. What is left of several units is no single flow of the data: it bears another class.
fn line(scene: &mut Scene, curve: &Curve, flow: &Flow, ends: (&Node, &Node)) {
    let class = if ends.1.role == Role::Rest { "rest" } else { "flow" };
    let d = format!(
        "M{} {}Q{} {} {} {}",
        coord(curve.start.0),
        coord(curve.start.1),
        coord(curve.control.0),
        coord(curve.control.1),
        coord(curve.end.0),
        coord(curve.end.1)
    );
    scene.path(
        &d,
        &format!(
            "class=\"casing\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\".75\" stroke-width=\"{}\"",
            coord(curve.width + 3.0)
        ),
    );
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
    let colour = flow.side.colour();
    scene.path(
        &d,
        &format!(
            "class=\"{class}\" data-from=\"{}\" data-to=\"{}\" data-students=\"{}\" fill=\"none\" stroke=\"{colour}\" \
             stroke-width=\"{}\"",
            escape(&ends.0.code),
            escape(&ends.1.code),
            flow.students,
            fine(curve.width)
        ),
    );
    scene.path(
        &head,
        &format!("class=\"head\" fill=\"{colour}\" stroke=\"#fff\" stroke-opacity=\".75\" stroke-width=\"1\""),
    );
}

/// A width with three decimals, so that widths keep the ratio of the counts.
fn fine(width: f64) -> String {
    format!("{width:.3}")
}

fn node(scene: &mut Scene, scale: &MapScale, node: &Node, disc: &Disc) {
    scene.open(&format!("class=\"node\" data-code=\"{}\" data-students=\"{}\"", escape(&node.code), node.students));
    let (x, y) = disc.at;
    let colour = node.side.colour();
    match (node.role, node.rank) {
        (Role::Focus, _) => {
            // All as a light disc, those who stay as the dark core.
            let look =
                format!("fill=\"{}\" fill-opacity=\".85\" stroke=\"{colour}\" stroke-width=\"2\"", style::PAPER);
            scene.circle(x, y, disc.radius, &look);
            if node.stay > 0 {
                scene.circle(
                    x,
                    y,
                    scale.radius(node.stay).min(disc.radius),
                    &format!("class=\"stay\" fill=\"{colour}\""),
                );
            }
        }
        (Role::Unit, Some(rank)) => panel::number(scene, x, y, SIGN, node.side, &rank.to_string(), "rank"),
        (Role::Rest, _) => panel::several(scene, x, y, SIGN, node.members, node.side),
        _ => scene.circle(
            x,
            y,
            disc.radius,
            &format!("fill=\"{colour}\" stroke=\"{}\" stroke-width=\"1.5\"", style::PAPER),
        ),
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
        let steps =
            ((curve.tip.0 - curve.start.0).hypot(curve.tip.1 - curve.start.1) / 12.0).ceil().max(2.0) as usize;
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
        if node.role != Role::Unit || units <= NAMED_UNITS {
            wishes.push(wish(model, node, disc));
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

/// What a circle wishes to be called: name and students, or its name alone.
fn wish(model: &ReportModel, node: &Node, disc: &Disc) -> Wish {
    let name = fonts::fit(&node.name, 230.0, style::LABEL, Weight::SemiBold);
    let counted = format!("{name}\u{2002}{}", model.lang.number(node.students));
    let texts = if node.role == Role::Focus { vec![name] } else { vec![counted, name] };
    Wish { texts, size: style::LABEL, weight: Weight::SemiBold, at: disc.at, radius: disc.radius, on_point: false }
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
    let mut notes = vec![lang.text(match data.perspective {
        Perspective::Home => "legend-stay-home",
        Perspective::Provider => "legend-stay-provider",
    })];
    if data.nodes.iter().any(|n| n.role == Role::Rest) {
        notes.push(lang.text("legend-rest"));
    }
    let clamped = data.flows.iter().filter(|f| scale.is_clamped(f.students)).count();
    if clamped > 0 {
        notes.push(lang.say("legend-clamped", &[("count", &lang.number(clamped as u64))]));
    }
    notes.push(lang.say("legend-shared", &[("count", &lang.number(scale.maps() as u64))]));
    let notes: Vec<String> =
        notes.iter().flat_map(|note| fonts::wrap(note, LEGEND - 24.0, style::SMALL, Weight::Regular)).collect();
    let mut lines = samples(data.flows.iter().map(|f| f.students).max().unwrap_or(0), 3);
    // Samples at the least width would all look the same: the largest of them stands for all.
    while lines.len() > 1 && lines[lines.len() - 2..].iter().all(|n| scale.is_clamped(*n)) {
        lines.pop();
    }
    let circles = samples(data.nodes.first().map_or(0, |n| n.students), 2);
    let widest = circles.first().map_or(0.0, |n| scale.radius(*n));
    let row = |size: f64| size.max(20.0) + 6.0;
    let line_room: f64 = lines.iter().map(|n| row(scale.width(*n))).sum();
    let circle_room: f64 = circles.iter().map(|n| row(2.0 * scale.radius(*n))).sum();
    let line_part = if lines.is_empty() { 0.0 } else { 36.0 + line_room };
    let height = line_part + 36.0 + circle_room + notes.len() as f64 * 22.0 + 12.0;
    let bottom = CARD.bottom - 12.0;
    let area = Area { left: CARD.left + 12.0, top: bottom - height, right: CARD.left + 12.0 + LEGEND, bottom };
    let look = format!("class=\"legend\" fill=\"{}\" fill-opacity=\".92\"", style::PAPER);
    scene.rect_with(area.left, area.top, LEGEND, height, 8.0, &look);
    let (x, mut y) = (area.left + 12.0, area.top);
    if !lines.is_empty() {
        scene.text(&Text::new(x, y + 26.0, &lang.text("legend-lines")).size(style::SMALL).fill(style::MUTED));
        y += 36.0;
        for students in lines {
            let width = scale.width(students);
            let middle = y + row(width) / 2.0;
            scene.line((x, middle), (x + 84.0, middle), style::MIXED, width);
            scene.text(&Text::new(x + 100.0, middle + 7.0, &lang.number(students)));
            y += row(width);
        }
    }
    scene.text(&Text::new(x, y + 26.0, &lang.text("legend-circles")).size(style::SMALL).fill(style::MUTED));
    y += 36.0;
    for students in circles {
        let radius = scale.radius(students);
        let middle = y + row(2.0 * radius) / 2.0;
        let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", style::MIXED);
        scene.circle(x + widest.max(2.0), middle, radius, &look);
        scene.text(&Text::new(x + 100.0, middle + 7.0, &lang.number(students)));
        y += row(2.0 * radius);
    }
    for note in notes {
        y += 22.0;
        scene.text(&Text::new(x, y, &note).size(style::SMALL).fill(style::MUTED));
    }
    area
}

/// Width of the legend, pixels.
const LEGEND: f64 = 216.0;

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
        &[
            ("name", &data.name),
            ("total", &count(data.total)),
            ("stay", &count(data.stay)),
            ("away", &count(data.away)),
            ("cross", &count(cross)),
        ],
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
fn notes(model: &ReportModel, scale: &MapScale, data: &MapData, layout: &Layout, dropped: usize) -> Vec<String> {
    let lang = model.lang;
    let number = |n: usize| lang.number(n as u64);
    let mut out = Vec::new();
    if let (Cell::Value(away), true) = (data.away, data.flows_all > 0) {
        let drawn = layout.flows.iter().map(|i| &data.flows[*i]);
        let (students, flows) = drawn.fold((0, 0), |(students, flows), f| {
            let end = if data.perspective == Perspective::Home { f.to } else { f.from };
            (students + f.students, flows + data.nodes[end].members)
        });
        let id = match data.perspective {
            Perspective::Home => "note-shown-home",
            Perspective::Provider => "note-shown-provider",
        };
        let share = lang.percent(Ratio::new(students, away), 0);
        out.push(lang.say(
            id,
            &[
                ("share", &share),
                ("flows", &number(flows)),
                ("lines", &number(layout.flows.len())),
                ("of", &number(data.flows_all)),
            ],
        ));
    }
    for (count, id) in [
        (data.flows_hidden, "note-hidden-flows"),
        (layout.without_place, "note-without-place"),
        (dropped, "note-labels"),
        (moved(scale, data, layout), "note-moved"),
    ] {
        if count > 0 {
            out.push(lang.say(id, &[("count", &number(count))]));
        }
    }
    if layout.is_ring {
        out.push(lang.text("note-ring"));
    }
    let stops =
        model.coverage.iter().any(|c| matches!(c, Coverage::OctoberStopsAtTheRegion { year } if *year == model.year));
    if stops && data.perspective == Perspective::Home && model.snapshot != crate::model::Snapshot::Admission {
        out.push(lang.text("note-october-stops"));
    }
    out
}

/// How far the circle or sign that was moved farthest stands from its place, whole kilometres rounded up.
fn moved(scale: &MapScale, data: &MapData, layout: &Layout) -> usize {
    if layout.is_ring {
        return 0;
    }
    let pixels = layout
        .discs
        .iter()
        .zip(&data.nodes)
        .filter(|(_, node)| !node.is_outside())
        .map(|(disc, _)| (disc.at.0 - disc.home.0).hypot(disc.at.1 - disc.home.1))
        .fold(0.0, f64::max);
    scale.ground.kilometres(pixels).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::samples;

    #[test]
    fn samples_are_round_and_not_above_what_is_shown() {
        for (largest, count, wanted) in [
            (0, 3, vec![]),
            (1, 3, vec![1]),
            (7, 3, vec![5, 1]),
            (120, 3, vec![100, 20, 5]),
            (999, 2, vec![500, 100]),
        ] {
            assert_eq!(samples(largest, count), wanted, "{largest}");
        }
    }
}
