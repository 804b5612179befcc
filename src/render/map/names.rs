//! The labels of a map: names of circles and signs, and names on the ground.

use super::super::fonts::{self, Weight};
use super::super::scene::{Scene, TextLine};
use super::super::style;
use super::MapScale;
use super::data::{MapData, Node, NodeRole};
use super::disc::Disc;
use super::labels::{self, LabelWish, Obstacles};
use super::place::MapLayout;
use super::stage::Stage;
use super::texts;
use crate::report::ReportModel;

/// Number of units named on the map; the others are identified by their number in the list.
const NAMED_UNITS: usize = 5;
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
    let obstacles = obstacles(layout, order);
    let mut by_importance: Vec<usize> = order.to_vec();
    by_importance.sort_by_key(|i| data.nodes[*i].role != NodeRole::Focus);
    if !stage.is_large() {
        // Small maps have the name of their subject above.
        by_importance.retain(|i| data.nodes[*i].role != NodeRole::Focus);
    }
    let mut units = 0;
    by_importance.retain(|i| {
        units += usize::from(data.nodes[*i].role == NodeRole::Unit);
        data.nodes[*i].role != NodeRole::Unit || units <= NAMED_UNITS
    });
    let hub = layout.discs.first().map_or((0.0, 0.0), |d| d.at);
    let mut wishes: Vec<LabelWish> =
        by_importance.iter().map(|i| wish(model, stage, &data.nodes[*i], &layout.discs[*i], hub)).collect();
    wishes.truncate(stage.names);
    let named = wishes.len();
    if scale.ground.names.len() <= NAMED_GROUND && !layout.is_ring && stage.is_large() {
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
    let (size, room) = if stage.is_large() { (style::LABEL, 250.0) } else { (style::SMALL, 130.0) };
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
        across_lines: stage.is_large()
            && (matches!(node.role, NodeRole::Focus | NodeRole::Municipality) || node.is_outside()),
        away: (dx / length, dy / length),
        on_point: false,
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
        });
    }
}
