//! Moves circles so that the lines between the first one and the others are well placed: away from each other, off
//! circles other than their own, and in separate directions. Each circle in turn tries positions around it, in
//! decreasing steps, and takes the best. Lines are treated as straight, which nearly all of them are if circles are
//! well placed.

use super::super::isotonic;
use super::disc::Disc;
use super::room::Room;
use super::rules::{ROOM, distance, least_angle, to_path};

/// Step lengths of circles, pixels, in successive rounds.
const STEPS: [f64; 7] = [40.0, 24.0, 14.0, 8.0, 5.0, 3.0, 1.5];
/// Passes over all circles for each step length.
const ROUNDS: usize = 4;
/// Number of directions that a circle tries.
const DIRECTIONS: usize = 12;
/// Distance in addition to the required one, because lines bend a little.
const SPARE: f64 = 2.5;
/// Share of the shorter of two lines at which they must be clear of each other: the share along which they may touch.
const CLEAR_AT: f64 = 0.05;
/// Maximum angle by which lines are turned apart for that, radians; beyond it, they bend.
const MOST_TURN: f64 = 1.0;

/// Moves all circles that are not fixed, each at most by its reach.
pub fn settle(discs: &mut [Disc], room: &Room) {
    let least_angle = least_angle(discs.len().saturating_sub(1)).to_radians() * 1.15;
    fan(discs, least_angle);
    for step in STEPS {
        for _ in 0..ROUNDS {
            let mut moved = false;
            for i in 1..discs.len() {
                if !discs[i].fixed {
                    moved |= improve(discs, i, step, least_angle, room);
                }
            }
            if !moved {
                break;
            }
        }
    }
}

/// Turns all circles around the first so that their lines leave it far enough apart, with minimal rotation: an
/// isotonic regression of their directions on a circle cut at its widest gap.
fn fan(discs: &mut [Disc], least_angle: f64) {
    let Some(hub) = discs.first().copied() else { return };
    let turn = |disc: &Disc| (disc.at.1 - hub.at.1).atan2(disc.at.0 - hub.at.0);
    let mut order: Vec<usize> = (1..discs.len()).filter(|i| !discs[*i].fixed).collect();
    order.sort_by(|a, b| turn(&discs[*a]).total_cmp(&turn(&discs[*b])));
    let count = order.len();
    if count < 2 {
        return;
    }
    let gap = |k: usize| {
        let (this, next) = (turn(&discs[order[k]]), turn(&discs[order[(k + 1) % count]]));
        (next - this).rem_euclid(std::f64::consts::TAU)
    };
    let widest = (0..count).max_by(|a, b| gap(*a).total_cmp(&gap(*b))).unwrap_or(0);
    order.rotate_left((widest + 1) % count);
    // Directions minus the cumulative required gaps: these must not decrease.
    let first = turn(&discs[order[0]]);
    let mut needed = vec![0.0];
    for pair in order.windows(2) {
        let last = needed.last().copied().unwrap_or(0.0);
        needed.push(last + wanted_angle(&hub, &discs[pair[0]], &discs[pair[1]], least_angle));
    }
    let wanted = order.iter().zip(&needed).map(|(i, needed)| {
        let direction = (turn(&discs[*i]) - first).rem_euclid(std::f64::consts::TAU) - needed;
        (direction, distance(discs[*i].at, hub.at).powi(2).max(1.0))
    });
    let turned = isotonic::rising(wanted.collect::<Vec<_>>());
    for ((i, direction), needed) in order.iter().zip(turned).zip(&needed) {
        let (angle, away) = (first + direction + needed, distance(discs[*i].at, hub.at));
        discs[*i].at = (hub.at.0 + away * angle.cos(), hub.at.1 + away * angle.sin());
    }
}

/// The required angle of two lines at the first circle.
fn wanted_angle(hub: &Disc, one: &Disc, other: &Disc, least_angle: f64) -> f64 {
    let shorter = distance(one.at, hub.at).min(distance(other.at, hub.at));
    let clear = hub.radius + (shorter - hub.radius).max(0.0) * CLEAR_AT;
    let clear = (f64::midpoint(one.line, other.line) + 2.5) / clear.max(1.0);
    least_angle.max(clear.min(MOST_TURN))
}

/// Moves one circle a step if that lowers the cost.
fn improve(discs: &mut [Disc], i: usize, step: f64, least_angle: f64, room: &Room) -> bool {
    let here = discs[i].at;
    let (mut best, mut at) = (cost(discs, i, least_angle, room, f64::INFINITY), here);
    for direction in 0..DIRECTIONS {
        let angle = direction as f64 / DIRECTIONS as f64 * std::f64::consts::TAU;
        let there = (here.0 + angle.cos() * step, here.1 + angle.sin() * step);
        discs[i].at = there;
        let cost = cost(discs, i, least_angle, room, best);
        if cost < best - 1e-9 {
            (best, at) = (cost, there);
        }
    }
    discs[i].at = at;
    at != here
}

/// The cost of a circle and its line given the others; may stop early once the cost is at least `most`.
fn cost(discs: &[Disc], i: usize, least_angle: f64, within: &Room, most: f64) -> f64 {
    let (hub, own) = (&discs[0], &discs[i]);
    let away = distance(own.at, own.home);
    let mut cost = 0.02 * away + 2.0 * (away / own.reach.max(1.0)).powi(2);
    let too_far = (away - own.reach).max(0.0);
    cost += 20.0 * too_far + 50.0 * within.off(own.at, own.radius);
    for (j, other) in discs.iter().enumerate().filter(|(j, _)| *j != i) {
        if cost >= most {
            return cost;
        }
        let apart = distance(own.at, other.at);
        cost += lack(own.radius + other.radius + own.room.max(other.room) - apart, 60.0, 10.0);
        if j == 0 {
            continue;
        }
        let room = |disc: &Disc, line: f64| disc.radius + ROOM + SPARE + line / 2.0;
        cost += lack(room(own, other.line) - to_path(own.at, &[hub.at, other.at]), 20.0, 3.0);
        cost += lack(room(other, own.line) - to_path(other.at, &[hub.at, own.at]), 20.0, 3.0);
        let turn = |disc: &Disc| (disc.at.1 - hub.at.1).atan2(disc.at.0 - hub.at.0);
        let angle = (turn(own) - turn(other)).rem_euclid(std::f64::consts::TAU);
        let angle = angle.min(std::f64::consts::TAU - angle);
        let shorter = distance(own.at, hub.at).min(distance(other.at, hub.at));
        cost += lack((wanted_angle(hub, own, other, least_angle) - angle) * shorter, 20.0, 4.0);
    }
    cost
}

/// The cost of a shortfall: `once` if there is any, plus `each` per unit.
fn lack(missing: f64, once: f64, each: f64) -> f64 {
    if missing > 0.0 { once + each * missing } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::super::projection::Area;
    use super::*;

    #[test]
    fn circles_in_line_move_apart() {
        let area = Area { left: 0.0, top: 0.0, right: 900.0, bottom: 700.0 };
        let disc = |i: usize| {
            let at = (100.0 + 90.0 * i as f64, 350.0);
            Disc { home: at, at, radius: 12.5, room: 5.0, fixed: i == 0, yields: false, reach: 120.0, line: 4.0 }
        };
        let mut discs: Vec<Disc> = (0..6).map(disc).collect();
        settle(&mut discs, &Room::whole(area));
        for i in 1..6 {
            for j in (1..6).filter(|j| *j != i) {
                let near = to_path(discs[i].at, &[discs[0].at, discs[j].at]);
                assert!(near >= 12.5 + 2.0 + ROOM, "{i} {j}: {near} {discs:?}");
            }
            assert!(distance(discs[i].at, discs[i].home) <= 120.0);
        }
    }
}
