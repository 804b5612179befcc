//! Draws a dependency map: ground, lines, circles, labels, legend, list, and the words around them.

use std::fmt::Write as _;

use super::super::fonts::{self, Weight};
use super::super::projection::Area;
use super::super::scene::{Anchor, Scene, Text, coord, escape};
use super::super::style::{self, Side};
use super::super::{Picture, frame};
use super::data::{Flow, MapData, Node, Role};
use super::ground::{CARD, OUTSIDE};
use super::layout::{self, Curve, Disc, Link};
use super::{MapScale, MapSpec, legend, names, panel};
use crate::model::{Cell, Perspective, Ratio};
use crate::report::{Coverage, Ends, ReportModel};

/// Half the size of a unit's sign, pixels.
const SIGN: f64 = 12.5;

/// The map of one municipality from one side. `scale` is that of the series which the map belongs to.
#[must_use]
pub fn dependency_map(model: &ReportModel, spec: &MapSpec, scale: &MapScale) -> Picture {
    picture(model, spec, scale, &MapData::new(model, spec))
}

/// Where everything lies.
pub(super) struct Layout {
    /// Circles and signs, in the order of the nodes.
    pub discs: Vec<Disc>,
    /// Curves in the order of the flows that are drawn.
    pub curves: Vec<Curve>,
    /// Positions of the flows drawn.
    pub flows: Vec<usize>,
    /// Whether circles stand on a ring for lack of places.
    pub is_ring: bool,
    /// Flows not drawn because an end has no place.
    without_place: usize,
    /// Nodes whose line and circle are left out for lack of room.
    crowded_out: Vec<usize>,
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
            Role::Focus if data.total == Cell::Hidden => (SIGN, 60.0, 0.0),
            Role::Focus => (scale.radius(node.students), 60.0, 0.0),
            Role::Unit => (SIGN * panel::corner(node.side), 6.0, 80.0),
            Role::Rest => (SIGN * panel::SEVERAL, 4.0, 80.0),
            Role::Municipality => (scale.radius(node.students), 20.0, 40.0),
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
    let discs: Vec<Disc> = data.nodes.iter().enumerate().map(disc).collect();
    let open =
        Area { left: CARD.left + 6.0, top: CARD.top + 6.0, right: CARD.right - 6.0, bottom: CARD.bottom - 6.0 };
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
    let without_place = data.flows.len() - flows.len();
    let (routes, mut discs) = layout::lay_out(&discs, &links, &open, &CARD.grown(-6.0));
    // A line that would pass over a circle that is not its own is left out, and its end with it.
    let (mut curves, mut drawn, mut crowded_out) = (Vec::new(), Vec::new(), Vec::new());
    for (i, (curve, flow)) in routes.curves.into_iter().zip(flows).enumerate() {
        if routes.crowded.contains(&i) {
            let end = links[i].from.max(links[i].to);
            discs[end].at = NOWHERE;
            crowded_out.push(end);
        } else {
            curves.push(curve);
            drawn.push(flow);
        }
    }
    Layout { without_place, crowded_out, discs, curves, flows: drawn, is_ring }
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
    let crossing = data.away.value().map_or_else(|| "..".to_owned(), |students| students.to_string());
    scene.open(&format!(
        "class=\"flows\" data-crossing=\"{crossing}\" data-crowded-out=\"{}\"",
        layout.crowded_out.len()
    ));
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
        node(scene, scale, data, &data.nodes[*i], &layout.discs[*i]);
    }
    scene.close();
    let legend = if data.nodes.is_empty() { None } else { Some(legend::draw(scene, model, scale, data)) };
    names::draw(scene, model, scale, data, layout, &order, legend)
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

fn node(scene: &mut Scene, scale: &MapScale, data: &MapData, node: &Node, disc: &Disc) {
    let students = match (node.role, data.total) {
        (Role::Focus, Cell::Hidden) => "..".to_owned(),
        _ => node.students.to_string(),
    };
    scene.open(&format!("class=\"node\" data-code=\"{}\" data-students=\"{students}\"", escape(&node.code)));
    let (x, y) = disc.at;
    let colour = node.side.colour();
    match (node.role, node.rank) {
        (Role::Focus, _) => {
            // All as a light disc, those who stay as the dark core.
            let look =
                format!("fill=\"{}\" fill-opacity=\".85\" stroke=\"{colour}\" stroke-width=\"2\"", style::PAPER);
            scene.circle(x, y, disc.radius, &look);
            if let Some(sectors) = sectors(&data.stay_parts) {
                pie(scene, disc.at, scale.radius(node.stay).min(disc.radius), &sectors);
            } else if data.stay == Cell::Hidden {
                let look = Text::new(x, y + 7.0, "..").size(style::LABEL).bold().fill(style::MUTED);
                scene.text(&look.anchor(Anchor::Middle).class("hidden"));
            } else if node.stay > 0 {
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

/// The parts of those who stay, where there are several and every one may be seen.
fn sectors(parts: &[(Side, Cell)]) -> Option<Vec<(Side, u64)>> {
    let seen: Vec<(Side, u64)> = parts.iter().filter_map(|(side, n)| Some((*side, n.value()?))).collect();
    (seen.len() == parts.len() && seen.len() > 1).then_some(seen)
}

/// A disc cut into sectors from the top, clockwise.
fn pie(scene: &mut Scene, (x, y): (f64, f64), radius: f64, parts: &[(Side, u64)]) {
    let total: u64 = parts.iter().map(|p| p.1).sum();
    let on = |students: u64| {
        let angle = students as f64 / total.max(1) as f64 * std::f64::consts::TAU;
        format!("{} {}", coord(x + radius * angle.sin()), coord(y - radius * angle.cos()))
    };
    let mut from = 0;
    let r = coord(radius);
    for (side, students) in parts {
        let to = from + students;
        let large = u8::from(2 * students > total);
        let d = format!("M{} {}L{}A{r} {r} 0 {large} 1 {}z", coord(x), coord(y), on(from), on(to));
        scene.path(&d, &format!("class=\"stay\" fill=\"{}\"", side.colour()));
        from = to;
    }
}

/// What stands in place of the list where there is nothing to list.
fn nothing(scene: &mut Scene, model: &ReportModel, data: &MapData) {
    let y = panel::heading(scene, model.lang, data) + 34.0;
    let text = format!("{}. {}", empty_words(model, data), model.lang.text("map-no-flows"));
    for (i, line) in fonts::wrap(&text, panel::RIGHT - panel::LEFT, style::LABEL, Weight::Regular).iter().enumerate()
    {
        let look = Text::new(panel::LEFT, y + 30.0 * i as f64, line).size(style::LABEL).fill(style::MUTED);
        scene.text(&look.class("empty"));
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
    match part.zip(data.total, Ratio::new) {
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
        let id = match (data.perspective, data.ends) {
            (Perspective::Home, Ends::Units) => "note-shown-home",
            (Perspective::Home, Ends::Municipalities) => "note-shown-places",
            (Perspective::Provider, _) => "note-shown-provider",
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
    if (data.perspective, data.ends) == (Perspective::Home, Ends::Municipalities) {
        out.push(lang.text("note-places"));
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
    if !layout.crowded_out.is_empty() {
        let names: Vec<&str> = layout.crowded_out.iter().map(|i| &*data.nodes[*i].name).collect();
        out.push(lang.say("note-crowded-out", &[("names", &names.join(", "))]));
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
        .filter(|(disc, node)| !node.is_outside() && disc.at != NOWHERE)
        .map(|(disc, _)| (disc.at.0 - disc.home.0).hypot(disc.at.1 - disc.home.1))
        .fold(0.0, f64::max);
    scale.ground.kilometres(pixels).ceil() as usize
}
