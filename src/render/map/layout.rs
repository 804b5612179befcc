//! The layout of circles and lines of a map: circles without overlap, lines as gentle curves between them.

use std::collections::BTreeSet;

use super::super::projection::Area;
use super::curve::{Curve, LineSpec, ahead, around, unit};
use super::disc::Disc;
use super::room::Room;
use super::rules::{MOST_BEND, MOST_TOUCHING, ROOM, crosses, crossings, distance, least_angle, to_path};
use super::settle::settle;

/// Bends to try, the smallest first: the control point's distance from the chord, as a share of the chord.
const BENDS: [f64; 25] = [
    0.0, 0.02, -0.02, 0.05, -0.05, 0.08, -0.08, 0.11, -0.11, 0.14, -0.14, 0.17, -0.17, 0.2, -0.2, 0.23, -0.23, 0.26,
    -0.26, 0.29, -0.29, 0.32, -0.32, 0.38, -0.38,
];
/// Straight segments that approximate a curve for comparison with others.
const PIECES: usize = 16;
/// Straight segments that approximate a curve for distances to circles.
const FINE: usize = 40;
/// Maximum number of passes in which lines look for a better route.
const PASSES: usize = 6;

/// Moves circles apart until none overlaps another, each as close to its geographic position as possible, and off the
/// straight lines between the first circle and the others. Deterministic: circles at the same position leave it in
/// list order, by the golden angle.
pub fn spread(net: Topology, discs: &mut [Disc], room: &Room) {
    for (i, disc) in discs.iter_mut().enumerate().filter(|(_, d)| !d.fixed) {
        let angle = i as f64 * 2.399_963;
        disc.at = (disc.home.0 + angle.cos() * 0.5, disc.home.1 + angle.sin() * 0.5);
    }
    for round in 0..ROUNDS {
        let pull = if round < ROUNDS * 3 / 4 { 0.03 } else { 0.0 };
        for disc in discs.iter_mut().filter(|d| !d.fixed) {
            disc.at.0 += (disc.home.0 - disc.at.0) * pull;
            disc.at.1 += (disc.home.1 - disc.at.1) * pull;
        }
        let mut moved = false;
        // The last rounds only separate circles: lines can still bend, overlapping circles cannot.
        if round < ROUNDS * 9 / 10 && net == Topology::Star {
            for i in 1..discs.len() {
                for j in 1..discs.len() {
                    moved |= i != j && clear_path(discs, i, j);
                }
            }
        }
        for i in 0..discs.len() {
            for j in i + 1..discs.len() {
                moved |= push(discs, i, j);
            }
        }
        for disc in discs.iter_mut().filter(|d| !d.fixed) {
            let away = (disc.at.0 - disc.home.0).hypot(disc.at.1 - disc.home.1);
            if away > disc.reach && round < ROUNDS * 9 / 10 {
                disc.at = ahead(disc.home, unit(disc.home, disc.at), disc.reach);
            }
            disc.at = room.keep(disc.at, disc.radius);
        }
        if !moved && pull == 0.0 {
            break;
        }
    }
}

/// Number of rounds of [`spread`].
const ROUNDS: usize = 400;

/// Moves circle `i` away from the straight line between the first circle and circle `j`, and that line away from it.
fn clear_path(discs: &mut [Disc], i: usize, j: usize) -> bool {
    let (hub, a, b) = (discs[0].at, discs[i], discs[j]);
    let along = unit(hub, b.at);
    let (dx, dy) = (a.at.0 - hub.0, a.at.1 - hub.1);
    let (on, off) = (dx * along.0 + dy * along.1, dy * along.0 - dx * along.1);
    let length = (b.at.0 - hub.0).hypot(b.at.1 - hub.1);
    let wanted = a.radius + 7.0 + b.line / 2.0;
    if on <= 0.0 || on >= length || off.abs() >= wanted {
        return false;
    }
    let by = (wanted - off.abs()) * 0.3;
    // If it is exactly on the line, the list order decides the side.
    let side = if off == 0.0 { if i < j { 1.0 } else { -1.0 } } else { off.signum() };
    let across = (-along.1 * side, along.0 * side);
    if !a.fixed {
        discs[i].at = ahead(a.at, across, by);
    }
    if !b.fixed {
        discs[j].at = ahead(b.at, across, -by);
    }
    true
}

fn push(discs: &mut [Disc], i: usize, j: usize) -> bool {
    let (a, b) = (discs[i], discs[j]);
    if a.fixed && b.fixed {
        return false;
    }
    let (dx, dy) = (b.at.0 - a.at.0, b.at.1 - a.at.1);
    let distance = dx.hypot(dy).max(0.01);
    let wanted = a.radius + b.radius + a.room.max(b.room);
    if distance >= wanted {
        return false;
    }
    let by = (wanted - distance) / distance;
    let (share_a, share_b) = match (a.fixed, b.fixed) {
        (true, _) => (0.0, 1.0),
        (_, true) => (1.0, 0.0),
        _ => (0.5, 0.5),
    };
    discs[i].at = (a.at.0 - dx * by * share_a, a.at.1 - dy * by * share_a);
    discs[j].at = (b.at.0 + dx * by * share_b, b.at.1 + dy * by * share_b);
    true
}

/// The topology of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topology {
    /// All lines start or end at the first circle.
    Star,
    /// Lines between any two circles.
    Web,
}

/// Maximum movements of circles to try, as multiples of their reach; each is tried if the layout with the previous one
/// is bad.
const REACHES: [f64; 9] = [0.7, 1.0, 1.3, 1.6, 2.0, 2.6, 3.3, 4.4, 6.0];

/// Places circles and lines on a card, with circles as close to their geographic positions as good lines allow. In a
/// web, lines may cross, and the thinner of two that run into each other is omitted as crowded.
#[must_use]
pub fn lay_out(net: Topology, discs: &[Disc], links: &[LineSpec], room: &Room) -> (Routes, Vec<Disc>) {
    match net {
        Topology::Star => star(discs, links, room),
        Topology::Web => web(discs, links, room),
    }
}

/// Multiples of the gaps between circles to try in a star if no layout with smaller gaps keeps the rules.
const GAPS: [f64; 3] = [1.0, 1.6, 2.4];

/// Lines and circles that are placed.
type Layout = (Routes, Vec<Disc>);

/// A way to place circles.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    /// Multiple of the gaps between circles.
    gap: f64,
    /// Multiple of their reach.
    reach: f64,
    /// Where circles that yield start, as in [`PLACES`].
    place: (bool, bool),
    /// Whether they may move although they are fixed.
    frees: bool,
}

impl Attempt {
    /// The circles at the start.
    fn start(self, net: Topology, discs: &[Disc], room: &Room) -> Vec<Disc> {
        let home = |d: &Disc| {
            let mirrored = || mirrored(d.home, self.place, &room.card);
            match (d.yields, net) {
                (false, _) => d.home,
                (true, Topology::Star) => mirrored(),
                (true, Topology::Web) => room.keep(mirrored(), d.radius),
            }
        };
        let start = |d: &Disc| Disc {
            home: home(d),
            at: home(d),
            reach: d.reach * self.reach,
            room: d.room * self.gap,
            fixed: d.fixed && !(self.frees && d.yields),
            ..*d
        };
        discs.iter().map(start).collect()
    }
}

/// The layout with the least faults: the first one without faults of the first kind, otherwise the one with the fewest of
/// all attempts.
fn least_faulty(
    attempts: impl Iterator<Item = Attempt>,
    lay_out: impl Fn(Attempt) -> ((f64, f64), Layout),
) -> Layout {
    let mut best: Option<((f64, f64), Layout)> = None;
    for attempt in attempts {
        let (faults, layout) = lay_out(attempt);
        if best.as_ref().is_none_or(|(least, _)| faults < *least) {
            best = Some((faults, layout));
        }
        if faults.0 == 0.0 {
            break;
        }
    }
    best.expect("there are attempts").1
}

/// The attempts for a star in order: small gaps first; circles that yield move, and start elsewhere, only if nothing else
/// keeps the rules.
fn star_attempts(can_yield: bool) -> impl Iterator<Item = Attempt> {
    let [own, others @ ..] = PLACES;
    let ways = [(false, own), (true, own)].into_iter();
    let all = GAPS.into_iter().flat_map(move |gap| ways.clone().map(move |(frees, place)| (gap, frees, place)));
    let all = all.chain(others.map(|place| (GAPS[0], true, place)));
    all.filter(move |(_, frees, _)| can_yield || !frees)
        .flat_map(|(gap, frees, place)| REACHES.into_iter().map(move |reach| Attempt { gap, reach, place, frees }))
}

/// The first layout that breaks no rule, otherwise the one that breaks the fewest, at the lowest cost.
fn star(discs: &[Disc], links: &[LineSpec], room: &Room) -> Layout {
    least_faulty(star_attempts(discs.iter().any(|disc| disc.yields)), |attempt| {
        let mut discs = attempt.start(Topology::Star, discs, room);
        spread(Topology::Star, &mut discs, room);
        settle(&mut discs, room);
        let routes = route(&discs, links, room);
        ((routes.broken as f64, routes.cost), (routes, discs))
    })
}

/// Moves and gaps of circles to try in a web, as multiples of their reach and room, for each of [`PLACES`]; each is tried
/// if the layouts before it omit lines.
const SPREADS: [(f64, f64); 5] = [(1.0, 1.0), (1.6, 1.5), (2.6, 2.0), (4.4, 3.0), (6.0, 5.0)];
/// Places of circles that yield: their own, mirrored left to right, top to bottom or both.
const PLACES: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

/// Maximum number of lines for which a web tries more than one layout: of many lines some have no path anyway, and a layout
/// takes time that grows with the square of its lines.
const FEW_LINES: usize = 20;

/// The layout that omits the fewest and thinnest lines and has the fewest crossings that straight lines would not have.
fn web(discs: &[Disc], links: &[LineSpec], room: &Room) -> Layout {
    let places = if discs.iter().any(|disc| disc.yields) { &PLACES[..] } else { &PLACES[..1] };
    let of_place = |place: &(bool, bool)| {
        let place = *place;
        SPREADS.iter().map(move |(reach, gap)| Attempt { gap: *gap, reach: *reach, place, frees: false })
    };
    let most = if links.len() > FEW_LINES { 1 } else { usize::MAX };
    least_faulty(places.iter().flat_map(of_place).take(most), |attempt| {
        let mut discs = attempt.start(Topology::Web, discs, room);
        spread(Topology::Web, &mut discs, room);
        let routes = route_or_omit(&discs, links, room);
        ((faults_of_web(&routes, &discs, links), 0.0), (routes, discs))
    })
}

/// The share of the lines' total width that is omitted, in tenths, plus the crossings in excess of those of straight lines.
fn faults_of_web(routes: &Routes, discs: &[Disc], links: &[LineSpec]) -> f64 {
    let drawn = || routes.curves.iter().zip(links).filter_map(|(curve, link)| Some((curve.as_ref()?, link)));
    let (all, shown) = (links.iter().map(|l| l.width).sum::<f64>(), drawn().map(|(_, l)| l.width).sum::<f64>());
    let curves: Vec<_> = drawn().map(|(curve, _)| curve.points(FINE)).collect();
    let straight: Vec<_> = drawn().map(|(_, link)| vec![discs[link.from].at, discs[link.to].at]).collect();
    (all - shown) / all.max(1.0) * 10.0 + crossings(&curves).saturating_sub(crossings(&straight)) as f64
}

/// A position mirrored left to right and top to bottom.
fn mirrored(at: (f64, f64), (across, down): (bool, bool), card: &Area) -> (f64, f64) {
    let x = if across { card.left + card.right - at.0 } else { at.0 };
    let y = if down { card.top + card.bottom - at.1 } else { at.1 };
    (x, y)
}

/// Routes the lines; then omits the thinner of each two that break a rule, and routes the others again.
fn route_or_omit(discs: &[Disc], links: &[LineSpec], room: &Room) -> Routes {
    let mut kept: Vec<usize> = (0..links.len()).collect();
    loop {
        let own: Vec<LineSpec> = kept.iter().map(|i| links[*i]).collect();
        let routes = route(discs, &own, room);
        if routes.tangled.is_empty() {
            let mut curves = vec![None; links.len()];
            kept.iter().zip(&routes.curves).for_each(|(i, curve)| curves[*i] = *curve);
            return Routes { curves, ..routes };
        }
        let mut number = 0..;
        kept.retain(|_| number.next().is_some_and(|number| !routes.tangled.contains(&number)));
    }
}

/// The routes of all lines.
pub struct Routes {
    /// A curve per line, in order; `None` for a line that would come closer than [`ROOM`] to a circle other than its
    /// own, or in a web would run into a wider one.
    pub curves: Vec<Option<Curve>>,
    /// Indices of lines that run into a wider one, leave a circle too close to it, or are crowded.
    tangled: BTreeSet<usize>,
    /// Number of broken rules.
    pub broken: usize,
    /// Total cost.
    cost: f64,
}

/// The curves of these lines, in order. Each is bent so that it touches the fewest circles, leaves its circles in a
/// separate direction, crosses and touches the fewest others, and stays on the card. They are routed one after the
/// other, then each again given all others, until none finds a better route.
fn route(discs: &[Disc], links: &[LineSpec], room: &Room) -> Routes {
    let ends = LineCounts::new(discs.len(), links);
    let candidates: Vec<Vec<RouteCandidate>> = links
        .iter()
        .map(|link| BENDS.iter().map(|bend| RouteCandidate::new(discs, *link, *bend, room)).collect())
        .collect();
    let mut chosen: Vec<&RouteCandidate> = Vec::new();
    for own in &candidates {
        chosen.extend(best(own, &chosen, &ends).map(|(_, candidate)| candidate));
    }
    for _ in 0..PASSES {
        let mut is_better = false;
        for (i, own) in candidates.iter().enumerate() {
            let others: Vec<&RouteCandidate> =
                chosen.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, candidate)| *candidate).collect();
            let now = chosen[i].cost(&others, &ends, f64::INFINITY);
            if let Some((cost, found)) = best(own, &others, &ends)
                && cost < now - 1e-9
            {
                chosen[i] = found;
                is_better = true;
            }
        }
        if !is_better {
            break;
        }
    }
    let cost = |(i, candidate): (usize, &&RouteCandidate)| candidate.cost(&chosen[..i], &ends, f64::INFINITY);
    let broken = |(i, candidate): (usize, &&RouteCandidate)| {
        chosen[..i].iter().filter(|other| candidate.breaks(other, &ends) > 0.0).count()
    };
    // The widest lines keep their routes.
    let mut order: Vec<usize> = (0..chosen.len()).collect();
    order.sort_by(|a, b| links[*b].width.total_cmp(&links[*a].width).then_with(|| a.cmp(b)));
    let mut tangled = BTreeSet::new();
    for (rank, i) in order.iter().enumerate() {
        let mut wider = order[..rank].iter().filter(|j| !tangled.contains(*j));
        if chosen[*i].is_crowded || chosen[*i].is_off || wider.any(|j| chosen[*i].tangles(chosen[*j], &ends)) {
            tangled.insert(*i);
        }
    }
    Routes {
        tangled,
        curves: chosen.iter().map(|candidate| (!candidate.is_crowded).then_some(candidate.curve)).collect(),
        broken: chosen.iter().enumerate().map(broken).sum::<usize>()
            + chosen.iter().filter(|candidate| candidate.is_crowded || candidate.is_off).count(),
        cost: chosen.iter().enumerate().map(cost).sum(),
    }
}

/// The route with the lowest cost given the others, and its cost. `candidates` are in the order of their bends.
fn best<'w>(
    candidates: &'w [RouteCandidate],
    others: &[&RouteCandidate],
    ends: &LineCounts,
) -> Option<(f64, &'w RouteCandidate)> {
    let mut best: Option<(f64, &RouteCandidate)> = None;
    for candidate in candidates {
        let most = best.map_or(f64::INFINITY, |(cost, _)| cost);
        let cost = candidate.cost(others, ends, most);
        if cost < most {
            best = Some((cost, candidate));
        }
    }
    best
}

/// The number of lines at each circle.
struct LineCounts(Vec<usize>);

impl LineCounts {
    fn new(discs: usize, links: &[LineSpec]) -> Self {
        let mut out = vec![0; discs];
        for link in links {
            out[link.from] += 1;
            out[link.to] += 1;
        }
        Self(out)
    }

    /// The minimum angle between lines at a circle, radians.
    fn least_angle(&self, disc: usize) -> f64 {
        least_angle(self.0[disc]).to_radians()
    }
}

/// A possible route of a line.
struct RouteCandidate {
    link: LineSpec,
    curve: Curve,
    /// Coarse points along it.
    points: Vec<(f64, f64)>,
    /// Fine points along it.
    fine: Vec<(f64, f64)>,
    /// The box around it.
    area: Area,
    /// Directions in which it leaves its circles, radians.
    angles: [f64; 2],
    /// Whether it comes too close to a circle other than its own.
    is_crowded: bool,
    /// Whether it leaves the card, enters the legend or is bent too much.
    is_off: bool,
    /// Its cost independent of other lines.
    own: f64,
}

impl RouteCandidate {
    fn new(discs: &[Disc], link: LineSpec, bend: f64, room: &Room) -> Self {
        let (from, to) = (&discs[link.from], &discs[link.to]);
        let curve = Curve::new(from, to, link, bend);
        let mut own = bend.abs() * 4.0;
        let mut is_crowded = false;
        let fine = curve.points(FINE);
        for (i, disc) in discs.iter().enumerate() {
            if i == link.from || i == link.to {
                continue;
            }
            let reach = disc.radius + curve.width / 2.0 + ROOM + 0.8;
            let near = to_path(disc.at, &fine);
            if near < reach {
                own += 40.0 + 2.0 * (reach - near);
                is_crowded = true;
            }
        }
        let corners = curve.head();
        let drawn = || fine.iter().chain(&corners);
        let off_card = drawn().filter(|at| room.is_off_card(**at)).count();
        let at_legend = fine.iter().filter(|at| room.is_at_legend(**at, curve.width)).count()
            + corners.iter().filter(|at| room.is_at_legend(**at, 0.0)).count();
        let is_bent = curve.bend() > MOST_BEND;
        own += (off_card + at_legend) as f64 * 12.0 + if is_bent { 30.0 } else { 0.0 };
        let angle = |at: (f64, f64), end: (f64, f64)| (end.1 - at.1).atan2(end.0 - at.0);
        let angles = [angle(from.at, curve.start), angle(to.at, curve.tip)];
        let points = curve.points(PIECES);
        let area = around(&points).grown(curve.width / 2.0 + 1.0);
        let is_off = off_card + at_legend > 0 || is_bent;
        Self { link, curve, points, fine, area, angles, is_crowded, is_off, own }
    }

    /// Its cost given other lines; may stop early once the cost is at least `most`.
    fn cost(&self, others: &[&Self], ends: &LineCounts, most: f64) -> f64 {
        let mut cost = self.own;
        for other in others {
            if cost >= most {
                break;
            }
            cost += self.beside(other, ends);
        }
        cost
    }

    /// The cost given another line: broken rules, and overlapping arrowheads, which become illegible.
    fn beside(&self, other: &Self, ends: &LineCounts) -> f64 {
        let gap = distance(self.curve.tip, other.curve.tip);
        let heads = (self.curve.half + other.curve.half - gap).max(0.0) * 2.0;
        heads + self.breaks(other, ends)
    }

    /// The cost of rules that the two break; zero if they break none.
    fn breaks(&self, other: &Self, ends: &LineCounts) -> f64 {
        let through = if self.area.meets(&other.area) { self.crossings(other) + self.touching(other) } else { 0.0 };
        through + self.beside_at_ends(other, ends)
    }

    /// Whether the two overlap, or leave a circle in nearly the same direction.
    fn tangles(&self, other: &Self, ends: &LineCounts) -> bool {
        self.beside_at_ends(other, ends) > 0.0 || (self.area.meets(&other.area) && self.touching(other) > 0.0)
    }

    /// The cost if both leave a circle in nearly the same direction.
    fn beside_at_ends(&self, other: &Self, ends: &LineCounts) -> f64 {
        let mut cost = 0.0;
        for (mine, angle) in [(self.link.from, self.angles[0]), (self.link.to, self.angles[1])] {
            for (theirs, there) in [(other.link.from, other.angles[0]), (other.link.to, other.angles[1])] {
                if mine == theirs {
                    let wanted = ends.least_angle(mine) * 1.02;
                    let apart = (angle - there).rem_euclid(std::f64::consts::TAU);
                    let apart = apart.min(std::f64::consts::TAU - apart);
                    if apart < wanted {
                        cost += 12.0 + 20.0 * (wanted - apart) / wanted;
                    }
                }
            }
        }
        cost
    }

    /// The cost of crossings of the two.
    fn crossings(&self, other: &Self) -> f64 {
        let crossings = self
            .points
            .windows(2)
            .map(|a| other.points.windows(2).filter(|b| crosses(a[0], a[1], b[0], b[1])).count())
            .sum::<usize>();
        crossings as f64 * 25.0
    }

    /// The cost if the two overlap.
    fn touching(&self, other: &Self) -> f64 {
        let reach = f64::midpoint(self.curve.width, other.curve.width) + 0.5;
        let touching = |one: &Self, on: &Self| {
            // Most points are outside the box around the other line.
            let box_of_on = on.area.grown(one.curve.width / 2.0);
            let near =
                one.fine.iter().filter(|at| box_of_on.contains(**at) && to_path(**at, &on.points) < reach).count();
            near as f64 / one.fine.len() as f64
        };
        let touching = touching(self, other).max(touching(other, self));
        if touching > MOST_TOUCHING - 0.002 { 15.0 + 40.0 * touching } else { 0.0 }
    }
}

/// Positions on an ellipse in the area, the first at the top, clockwise.
#[must_use]
pub fn ring(count: usize, area: &Area) -> Vec<(f64, f64)> {
    let centre = (f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom));
    let radii = ((area.right - area.left) / 2.0, (area.bottom - area.top) / 2.0);
    (0..count)
        .map(|i| {
            let angle = i as f64 / count.max(1) as f64 * std::f64::consts::TAU;
            (centre.0 + angle.sin() * radii.0, centre.1 - angle.cos() * radii.1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 0.0, top: 0.0, right: 900.0, bottom: 700.0 };

    #[test]
    fn circles_on_one_spot_end_up_apart() {
        for count in [2, 5, 14, 25] {
            let disc = |i| Disc {
                home: (450.0, 350.0),
                at: (450.0, 350.0),
                radius: 8.0 + f64::from(i % 5),
                room: 6.0,
                fixed: i == 0,
                yields: false,
                reach: 120.0,
                line: 1.0,
            };
            let mut discs: Vec<Disc> = (0..count).map(disc).collect();
            spread(Topology::Star, &mut discs, &Room::whole(AREA));
            for (i, a) in discs.iter().enumerate() {
                for b in &discs[i + 1..] {
                    let gap = (a.at.0 - b.at.0).hypot(a.at.1 - b.at.1) - a.radius - b.radius;
                    assert!(gap > 0.0, "{count}: {a:?} {b:?}");
                }
                assert!((a.at.0 - 450.0).hypot(a.at.1 - 350.0) < 140.0, "{count}: too far away");
            }
        }
    }

    #[test]
    fn a_line_goes_around_a_circle_in_its_way() {
        let disc = |x: f64| Disc {
            home: (x, 350.0),
            at: (x, 350.0),
            radius: 14.0,
            room: 0.0,
            fixed: true,
            yields: false,
            reach: 0.0,
            line: 6.0,
        };
        let discs = [disc(100.0), disc(450.0), disc(800.0)];
        let curves = route(&discs, &[LineSpec { from: 0, to: 2, width: 6.0, head: 1.0 }], &Room::whole(AREA)).curves;
        let near = curves[0]
            .unwrap()
            .points(50)
            .iter()
            .map(|p| (p.0 - 450.0).hypot(p.1 - 350.0))
            .fold(f64::INFINITY, f64::min);
        assert!(near > 14.0 + 3.0 + 5.0, "{near}");
    }
}
