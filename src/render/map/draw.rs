//! Draws a dependency map: ground, lines, circles, labels, legend, list, and the surrounding texts.

use super::super::fonts::{self, Weight};
use super::super::projection::Area;
use super::super::scene::{Anchor, Scene, TextLine, coord, drawn, escape};
use super::super::style::{self, Side};
use super::super::{Picture, frame};
use super::curve::Curve;
use super::data::{Flow, MapData, Node, NodeRole};
use super::disc::Disc;
use super::gather::gather;
use super::legend::MapLegend;
use super::place::{self, MapLayout, NOWHERE, SIGN};
use super::{MapMark, MapScale, MapSpec, names, panel, texts};
use crate::model::Cell;
use crate::report::ReportModel;

/// The map of one subject from one side. `scale` is that of its series.
#[must_use]
pub fn dependency_map(model: &ReportModel, spec: &MapSpec, scale: &MapScale) -> Picture {
    picture(model, spec, scale, &gather(model, spec))
}

/// An id for elements of a file, of letters, digits and hyphens.
pub fn id(prefix: &str, name: &str) -> String {
    format!("{prefix}-{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"))
}

pub(super) fn picture(model: &ReportModel, spec: &MapSpec, scale: &MapScale, data: &MapData) -> Picture {
    let mut scene = Scene::default();
    let (layout, drawn) = beside_list(&mut scene, model, scale, data, &spec.name(), |scene, bottom| {
        if data.total == Cell::Value(0) {
            nothing(scene, model, data);
        } else {
            panel::draw(scene, model, data, bottom);
        }
    });
    let frame = frame::Frame {
        name: spec.name(),
        title: texts::title(model, data),
        subtitle: frame::about(model, &spec.selection),
        description: texts::description(model, data),
        notes: texts::notes(model, scale, data, &layout, drawn.unlabelled),
    };
    Picture { marks: drawn.marks, ..frame.close(model, &scene) }
}

/// Draws a map that fills a picture, with its legend and its list. The legend has a place on the map that nothing else
/// needs, or else below the list, which then ends higher up: `list` draws it down to the lower edge that it is given.
pub fn beside_list(
    scene: &mut Scene,
    model: &ReportModel,
    scale: &MapScale,
    data: &MapData,
    name: &str,
    list: impl FnOnce(&mut Scene, f64),
) -> (MapLayout, Drawn) {
    scale.ground.draw(scene, &data.code, &id("clip", name));
    let legend = (!data.nodes.is_empty()).then(|| MapLegend::new(model, scale, data));
    let layout = place::lay_out(scale, data, legend.as_ref().map(MapLegend::size));
    let drawn = map(scene, model, scale, data, &layout, legend.as_ref());
    let below = legend.filter(|_| layout.legend.is_none());
    let bottom = frame::BOTTOM - below.as_ref().map_or(0.0, |legend| legend.size().1 + 8.0);
    list(scene, bottom);
    if let Some(legend) = below {
        legend.draw(scene, model.lang, (panel::LEFT - 12.0, frame::BOTTOM - legend.size().1));
    }
    (layout, drawn)
}

/// What was drawn of a map.
pub struct Drawn {
    /// Number of circles with neither name nor number.
    pub unlabelled: usize,
    /// Its circles and signs, in drawing order.
    pub marks: Vec<MapMark>,
}

/// Draws lines, circles, labels, and the legend if it has a place on the map.
pub fn map(
    scene: &mut Scene,
    model: &ReportModel,
    scale: &MapScale,
    data: &MapData,
    layout: &MapLayout,
    legend: Option<&MapLegend>,
) -> Drawn {
    let Area { left, top, right, bottom } = scale.ground.stage.card;
    let card = [left, top, right, bottom].map(coord).join(" ");
    scene.open(&format!("class=\"map\" data-card=\"{card}\""));
    let crossing = data.away.value().map_or_else(|| "..".to_owned(), |students| students.to_string());
    scene.open(&format!(
        "class=\"flows\" data-crossing=\"{crossing}\" data-crowded-out=\"{}\" data-tangled=\"{}\"",
        layout.crowded_out.len(),
        layout.tangled.len()
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
    let marks = order.iter().map(|i| {
        let area = node(scene, scale, data, &data.nodes[*i], &layout.discs[*i]);
        MapMark { code: data.nodes[*i].code.clone(), at: area.middle(), control: control(data, layout, *i) }
    });
    let marks = marks.collect();
    scene.close();
    if let (Some(legend), Some(area)) = (legend, layout.legend) {
        legend.draw(scene, model.lang, (area.left, area.top));
    }
    let unlabelled = names::draw(scene, model, scale, data, layout, &order);
    scene.close();
    Drawn { unlabelled, marks }
}

/// The control point of a node's line as rounded in the file; `None` if it does not have exactly one.
fn control(data: &MapData, layout: &MapLayout, node: usize) -> Option<(f64, f64)> {
    let code = &data.nodes[node].code;
    let is_own = |(i, _): &(&usize, &Curve)| {
        let flow = &data.flows[**i];
        [flow.from, flow.to].iter().any(|end| data.nodes[*end].code == *code)
    };
    let mut own = layout.flows.iter().zip(&layout.curves).filter(is_own);
    match (own.next(), own.next()) {
        (Some((_, curve)), None) => Some((drawn(curve.control.0), drawn(curve.control.1))),
        _ => None,
    }
}

/// Draws one line. The rest of several units is no single flow of the data, so it has another class.
fn line(scene: &mut Scene, curve: &Curve, flow: &Flow, ends: (&Node, &Node)) {
    let class = if ends.1.role == NodeRole::Rest { "rest" } else { "flow" };
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
    let colour = flow.tone.colour();
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

/// Draws one circle or sign; returns its box.
fn node(scene: &mut Scene, scale: &MapScale, data: &MapData, node: &Node, disc: &Disc) -> Area {
    let students = match (node.role, data.total) {
        _ if node.is_hidden() => "..".to_owned(),
        (NodeRole::Focus, Cell::Hidden) if node.change.is_none() => "..".to_owned(),
        _ => node.students.to_string(),
    };
    scene.open(&format!("class=\"node\" data-code=\"{}\" data-students=\"{students}\"", escape(&node.code)));
    let (x, y) = disc.at;
    let colour = node.tone.colour();
    let area = match (node.role, node.rank) {
        (NodeRole::Focus, _) if node.change.is_none() => {
            // All students as a light disc, those who stay as the dark core.
            let look =
                format!("fill=\"{}\" fill-opacity=\".85\" stroke=\"{colour}\" stroke-width=\"2\"", style::PAPER);
            let area = scene.circle(x, y, disc.radius, &look);
            if let Some(sectors) = sectors(&data.stay_parts) {
                pie(scene, disc.at, scale.radius(node.stay).min(disc.radius), &sectors);
            } else if data.stay == Cell::Hidden {
                let look = TextLine::new(x, y + 7.0, "..").size(style::LABEL).bold().fill(style::MUTED);
                scene.text(&look.anchor(Anchor::Middle).class("hidden"));
            } else if node.stay > 0 {
                scene.circle(
                    x,
                    y,
                    scale.radius(node.stay).min(disc.radius),
                    &format!("class=\"stay\" fill=\"{colour}\""),
                );
            }
            area
        }
        // A hidden number has no size.
        _ if node.is_hidden() => {
            let look = format!("fill=\"{}\" stroke=\"{colour}\" stroke-width=\"2\"", style::PAPER);
            scene.circle(x, y, disc.radius, &look)
        }
        (NodeRole::Unit, Some(rank)) => panel::number(scene, x, y, SIGN, node.side, &rank.to_string(), "rank"),
        (NodeRole::Rest, _) => panel::several(scene, x, y, SIGN, node.members, node.side),
        _ => scene.circle(
            x,
            y,
            if node.change.is_some() { scale.radius(node.students) } else { disc.radius },
            &format!("fill=\"{colour}\" stroke=\"{}\" stroke-width=\"1.5\"", style::PAPER),
        ),
    };
    scene.close();
    area
}

/// The parts of the students who stay, if there are several and all are published.
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

/// The text in place of the list if there is nothing to list.
fn nothing(scene: &mut Scene, model: &ReportModel, data: &MapData) {
    let y = panel::heading(scene, model.lang, data) + 34.0;
    let text = format!("{}. {}", texts::empty(model, data), model.lang.text(&model.none_or_hidden("map-no-flows")));
    for (i, line) in fonts::wrap(&text, panel::RIGHT - panel::LEFT, style::LABEL, Weight::Regular).iter().enumerate()
    {
        let look = TextLine::new(panel::LEFT, y + 30.0 * i as f64, line).size(style::LABEL).fill(style::MUTED);
        scene.text(&look.class("empty"));
    }
}
