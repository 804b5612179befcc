//! The layout of the circles, signs and lines of a map on its stage.

use super::super::projection::Area;
use super::MapScale;
use super::curve::{Curve, LineSpec};
use super::data::{MapData, Node, NodeRole};
use super::disc::Disc;
use super::layout::{self, Topology};
use super::panel;
use super::room::Room;
use super::rules::crossings;
use super::stage::Stage;
use crate::model::Cell;

/// Half the size of a unit's sign, pixels.
pub const SIGN: f64 = 12.5;
/// Minimum distance around the centre of a map of change, pixels.
const HUB: f64 = 22.0;
/// Radius of a circle whose number is hidden, pixels.
const HIDDEN: f64 = 6.0;

/// The positions of everything on a map.
pub struct MapLayout {
    /// Circles and signs, in the order of the nodes.
    pub discs: Vec<Disc>,
    /// Curves in the order of the flows drawn.
    pub curves: Vec<Curve>,
    /// Indices of the flows drawn.
    pub flows: Vec<usize>,
    /// Whether circles are on a ring because positions are unknown.
    pub is_ring: bool,
    /// Number of flows not drawn because an end has no position.
    pub without_place: usize,
    /// Indices of nodes whose line and circle are omitted for lack of space.
    pub crowded_out: Vec<usize>,
    /// Indices of flows not drawn because their line has no good route in a web.
    pub tangled: Vec<usize>,
    /// The place of the legend on the map; `None` if there is no legend, or no place where it would cover nothing.
    pub legend: Option<Area>,
    /// Number of broken rules.
    broken: usize,
}

impl MapLayout {
    /// How many lines it leaves out, then how many rules it breaks.
    fn faults(&self) -> (usize, usize) {
        (self.crowded_out.len() + self.tangled.len(), self.broken)
    }

    /// Whether it leaves nothing out and keeps the rules.
    pub fn is_good(&self, data: &MapData) -> bool {
        let curves: Vec<Vec<(f64, f64)>> = self.curves.iter().map(|curve| curve.points(FINE)).collect();
        let ends = |i: &usize| [data.flows[*i].from, data.flows[*i].to].map(|end| self.discs[end].at).to_vec();
        let straight: Vec<Vec<(f64, f64)>> = self.flows.iter().map(ends).collect();
        self.faults() == (0, 0) && crossings(&curves) <= crossings(&straight)
    }

    /// Whether no line, circle or sign is at a box.
    fn is_free(&self, area: &Area) -> bool {
        let room = Room { card: *area, legend: Some(*area) };
        let is_off = |curve: &Curve| {
            curve.points(FINE).iter().any(|at| room.is_at_legend(*at, curve.width))
                || curve.head().iter().any(|at| room.is_at_legend(*at, 0.0))
        };
        !self.discs.iter().any(|disc| room.is_at_legend(disc.at, 2.0 * disc.radius))
            && !self.curves.iter().any(is_off)
    }
}

/// Distance of the legend from the edges of the card, pixels.
const INSET: f64 = 12.0;
/// Straight segments that approximate a line for its distance to the legend.
const FINE: usize = 40;

/// Lays out a map and finds a place for its legend of this size: a corner of the card that nothing enters, otherwise one
/// that circles and lines can leave free without any more of them being left out.
pub fn lay_out(scale: &MapScale, data: &MapData, legend: Option<(f64, f64)>) -> MapLayout {
    let free = lay_out_within(scale, data, None);
    let Some(size) = legend else { return free };
    let mut corners = corners(&scale.ground.stage.card, size);
    // Of equally free corners, the one that covers the fewest names.
    let covered = |area: &Area| scale.ground.names.iter().filter(|name| area.distance(name.at) == 0.0).count();
    corners.sort_by_key(covered);
    if let Some(corner) = corners.iter().find(|corner| free.is_free(corner)) {
        return MapLayout { legend: Some(*corner), ..free };
    }
    let left = |corner: Area| MapLayout { legend: Some(corner), ..lay_out_within(scale, data, Some(corner)) };
    let others =
        corners.into_iter().map(left).filter(|layout| layout.legend.is_some_and(|area| layout.is_free(&area)));
    match others.min_by_key(MapLayout::faults) {
        Some(layout) if layout.faults() <= free.faults() => layout,
        _ => free,
    }
}

/// The corners of a card for a legend of this size: lower left, lower right, upper left, upper right.
fn corners(card: &Area, (width, height): (f64, f64)) -> Vec<Area> {
    let (low, high) = (card.bottom - INSET - height, card.top + INSET);
    let (near, far) = (card.left + INSET, card.right - INSET - width);
    let at = |(left, top): (f64, f64)| Area { left, top, right: left + width, bottom: top + height };
    [(near, low), (far, low), (near, high), (far, high)].into_iter().map(at).collect()
}

/// Lays out a map with this place for its legend.
fn lay_out_within(scale: &MapScale, data: &MapData, legend: Option<Area>) -> MapLayout {
    let stage = &scale.ground.stage;
    let room = Room { card: stage.card.grown(-6.0), legend };
    let own: Vec<Option<(f64, f64)>> = data
        .nodes
        .iter()
        .map(|node| if node.is_outside() { Some(stage.outside) } else { scale.ground.place(node.point) })
        .collect();
    let missing = own.iter().filter(|place| place.is_none()).count();
    let is_ring = missing > 0 && (2 * missing >= own.len() || own[0].is_none());
    let has_hub = data.nodes.first().is_some_and(|node| node.role == NodeRole::Focus);
    let places = if is_ring { on_a_ring(data, stage) } else { own };
    let line = |i: usize| data.flows.get(i.wrapping_sub(1)).map_or(0.0, |f| scale.width(f.students));
    let within = Room::whole(room.card);
    let disc = |(i, node): (usize, &Node)| {
        let (radius, room, reach) = match node.role {
            _ if node.is_hidden() => (HIDDEN * stage.zoom, 20.0 * stage.zoom, 40.0 * stage.zoom),
            NodeRole::Focus if data.total == Cell::Hidden => (SIGN, 60.0 * stage.zoom, 0.0),
            // Lines leave a circle at an angle to each other, even if it is small.
            NodeRole::Focus if node.change.is_some() => {
                (scale.radius(node.students).max(HUB * stage.zoom), 60.0 * stage.zoom, 0.0)
            }
            NodeRole::Focus => (scale.radius(node.students), 60.0 * stage.zoom, 0.0),
            NodeRole::Unit => (SIGN * panel::corner(node.side), 6.0, 80.0),
            NodeRole::Rest => (SIGN * panel::SEVERAL, 4.0, 80.0),
            NodeRole::Municipality => (scale.radius(node.students), 20.0 * stage.zoom, 40.0 * stage.zoom),
        };
        // The subject is not moved, but all of it is on the card.
        let at = places[i].map_or(NOWHERE, |at| if reach == 0.0 { within.keep(at, radius) } else { at });
        Disc {
            home: at,
            at,
            radius,
            room,
            fixed: (has_hub && i == 0) || node.is_outside() || places[i].is_none(),
            yields: node.is_outside(),
            reach,
            line: line(i),
        }
    };
    let discs: Vec<Disc> = data.nodes.iter().enumerate().map(disc).collect();
    let flows: Vec<usize> = (0..data.flows.len())
        .filter(|i| places[data.flows[*i].from].is_some() && places[data.flows[*i].to].is_some())
        .collect();
    let links: Vec<LineSpec> = flows
        .iter()
        .map(|i| {
            let flow = &data.flows[*i];
            LineSpec { from: flow.from, to: flow.to, width: scale.width(flow.students), head: stage.zoom.max(0.6) }
        })
        .collect();
    let without_place = data.flows.len() - flows.len();
    let net = if has_hub { Topology::Star } else { Topology::Web };
    let (routes, mut discs) = layout::lay_out(net, &discs, &links, &room);
    // A line that would pass over a circle other than its own is omitted together with its end.
    let (mut curves, mut drawn, mut crowded_out, mut tangled) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let routes_broken = routes.broken;
    for (i, (curve, flow)) in routes.curves.into_iter().zip(flows).enumerate() {
        match curve {
            Some(curve) => {
                curves.push(curve);
                drawn.push(flow);
            }
            None if has_hub => {
                let end = links[i].from.max(links[i].to);
                discs[end].at = NOWHERE;
                crowded_out.push(end);
            }
            None => tangled.push(flow),
        }
    }
    let broken = routes_broken;
    MapLayout { without_place, crowded_out, tangled, discs, curves, flows: drawn, is_ring, legend: None, broken }
}

/// Far outside every map: circles without a position are here and are not drawn.
pub const NOWHERE: (f64, f64) = (-1e5, -1e5);

/// The subject in the centre, the others around it in the order of their codes.
fn on_a_ring(data: &MapData, stage: &Stage) -> Vec<Option<(f64, f64)>> {
    let (card, zoom) = (&stage.card, stage.zoom);
    let area = Area {
        left: card.left + 210.0 * zoom,
        top: card.top + 70.0 * zoom,
        right: card.right - 150.0 * zoom,
        bottom: card.bottom - 70.0 * zoom,
    };
    let mut order: Vec<usize> = (0..data.nodes.len()).filter(|i| data.nodes[*i].role != NodeRole::Focus).collect();
    order.sort_by(|a, b| data.nodes[*a].code.cmp(&data.nodes[*b].code));
    let mut out =
        vec![Some((f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom))); data.nodes.len()];
    for (i, place) in order.iter().zip(layout::ring(order.len(), &area)) {
        out[*i] = Some(place);
    }
    out
}
