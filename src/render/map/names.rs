//! The labels of a map: names of circles and signs, and names on the ground.

use super::super::fonts::{self, Weight};
use super::super::scene::{Scene, TextLine};
use super::super::style;
use super::MapScale;
use super::data::{MapData, Node, NodeRole};
use super::disc::Disc;
use super::labels::{self, LabelWish, Obstacles, PlacedLabel};
use super::place::MapLayout;
use super::stage::{LabelRules, Stage};
use super::texts;
use crate::report::ReportModel;

/// Maximum number of municipalities for names on the ground.
const NAMED_GROUND: usize = 40;

/// Places and draws the labels; returns the number of circles with neither name nor number.
pub fn draw(
    scene: &mut Scene,
    model: &ReportModel,
    scale: &MapScale,
    data: &MapData,
    layout: &MapLayout,
    order: &[usize],
) -> usize {
    let stage = &scale.ground.stage;
    let rules = &stage.labels;
    let obstacles = obstacles(layout, order);
    let mut by_importance: Vec<usize> = order.to_vec();
    by_importance.sort_by_key(|i| data.nodes[*i].role != NodeRole::Focus);
    if !rules.has_focus {
        by_importance.retain(|i| data.nodes[*i].role != NodeRole::Focus);
    }
    let mut units = 0;
    by_importance.retain(|i| {
        units += usize::from(data.nodes[*i].role == NodeRole::Unit);
        data.nodes[*i].role != NodeRole::Unit || units <= rules.units
    });
    let hub = layout.discs.first().map_or((0.0, 0.0), |d| d.at);
    let mut wishes: Vec<LabelWish> =
        by_importance.iter().map(|i| wish(model, stage, &data.nodes[*i], &layout.discs[*i], hub)).collect();
    wishes.truncate(rules.most);
    let named = wishes.len();
    if scale.ground.names.len() <= NAMED_GROUND && !layout.is_ring && rules.has_ground {
        ground_names(scale, data, &mut wishes);
    }
    let placed = labels::place(&wishes, &obstacles, &stage.card.grown(-6.0));
    let is_bare = |w: &usize| {
        data.nodes[by_importance[*w]].role == NodeRole::Municipality && !placed.iter().any(|label| label.wish == *w)
    };
    let bare = (0..named).filter(is_bare).count();
    scene.open(&format!("class=\"labels\" data-unlabelled=\"{bare}\""));
    for label in placed.iter().rev() {
        let wish = &wishes[label.wish];
        if rules.has_leaders && !wish.on_point {
            leader(scene, wish, label);
        }
        let (class, halo) = if wish.on_point { ("label place", style::REGION) } else { ("label", style::PAPER) };
        let fill = match by_importance.get(label.wish).map(|i| &data.nodes[*i]) {
            Some(node) if node.role == NodeRole::Unit || node.change.is_some() => node.tone.ink(),
            Some(_) => style::INK,
            None => style::MUTED,
        };
        let text = TextLine::new(label.x, label.y, &label.text).size(wish.size).weight(wish.weight);
        scene.text(&text.fill(fill).anchor(label.anchor).class(class).halo(halo));
    }
    scene.close();
    bare
}

/// Draws a thin line from a label to its circle if it is not beside it.
fn leader(scene: &mut Scene, wish: &LabelWish, label: &PlacedLabel) {
    let area = labels::text_area(&label.text, wish.size, wish.weight, label.x, label.y, label.anchor).grown(2.0);
    if area.distance(wish.at) - wish.radius < FAR {
        return;
    }
    let near = (wish.at.0.clamp(area.left, area.right), wish.at.1.clamp(area.top, area.bottom));
    let length = (near.0 - wish.at.0).hypot(near.1 - wish.at.1).max(1.0);
    let on_rim = |from: f64, to: f64| from + (to - from) * (wish.radius + 1.0) / length;
    scene.line((on_rim(wish.at.0, near.0), on_rim(wish.at.1, near.1)), near, style::MUTED, 1.0);
}

/// Distance of a label from its circle beyond which a line joins them, pixels.
const FAR: f64 = 18.0;

/// What labels must avoid: arrowheads, circles, the legend, and, if possible, the lines.
fn obstacles(layout: &MapLayout, order: &[usize]) -> Obstacles {
    let mut out = Obstacles { boxes: layout.legend.into_iter().collect(), ..Obstacles::default() };
    for curve in &layout.curves {
        out.boxes.push(curve.head_area().grown(1.0));
        let steps = ((curve.tip.0 - curve.start.0).hypot(curve.tip.1 - curve.start.1) / 9.0).ceil().max(2.0) as usize;
        for i in 0..=steps {
            let (x, y) = curve.at(i as f64 / steps as f64);
            let half = curve.width / 2.0;
            out.points.push((x, y));
            if half > 3.0 {
                out.points.extend([(x - half, y), (x + half, y), (x, y - half), (x, y + half)]);
            }
        }
    }
    out.circles = order.iter().map(|i| (layout.discs[*i].at, layout.discs[*i].radius + 2.0)).collect();
    out
}

/// The label of a circle: name and students, or only its name.
fn wish(model: &ReportModel, stage: &Stage, node: &Node, disc: &Disc, hub: (f64, f64)) -> LabelWish {
    let LabelRules { size, room, .. } = stage.labels;
    let name = match node.role {
        NodeRole::Rest if !node.is_outside() => model.lang.say("map-others", &[("name", &node.name)]),
        _ => node.name.clone(),
    };
    let name = fonts::fit(&name, room, size, Weight::SemiBold);
    let students =
        node.change.map_or_else(|| model.lang.number(node.students), |change| texts::change(model.lang, change));
    let counted = format!("{name}\u{2002}{students}");
    let texts = if node.role == NodeRole::Focus { vec![name] } else { vec![counted, name] };
    let (dx, dy) = (disc.at.0 - hub.0, disc.at.1 - hub.1);
    let length = dx.hypot(dy).max(1.0);
    LabelWish {
        texts,
        size,
        weight: Weight::SemiBold,
        at: disc.at,
        radius: disc.radius,
        across_lines: stage.labels.across_lines
            && (matches!(node.role, NodeRole::Focus | NodeRole::Municipality) || node.is_outside()),
        away: (dx / length, dy / length),
        on_point: false,
        is_far: stage.labels.has_leaders,
    }
}

/// Labels of the region's municipalities without a circle, for orientation.
fn ground_names(scale: &MapScale, data: &MapData, wishes: &mut Vec<LabelWish>) {
    let has_name = |code: &str| data.nodes.iter().any(|n| *n.code == *code);
    for name in scale.ground.names.iter().filter(|n| !has_name(&n.code)) {
        wishes.push(LabelWish {
            texts: vec![name.name.clone()],
            size: style::SMALL,
            weight: Weight::Regular,
            at: name.at,
            radius: 0.0,
            across_lines: true,
            away: (0.0, 0.0),
            on_point: true,
            is_far: false,
        });
    }
}
