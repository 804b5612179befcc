//! Places labels so that none overlaps another, a circle, an arrowhead or the legend; the least important are dropped.

use super::super::fonts::{Weight, measure};
use super::super::projection::Area;
use super::super::scene::Anchor;

/// Number of line points (9 pixels apart) that a label may cover if it should avoid lines.
const ACROSS: usize = 3;
/// Clear space around a label, pixels.
const PAD: f64 = 3.0;

/// A label to be placed.
#[derive(Debug, Clone)]
pub struct LabelWish {
    /// Its alternative texts; the first that fits is used.
    pub texts: Vec<String>,
    /// Size, pixels.
    pub size: f64,
    /// Weight.
    pub weight: Weight,
    /// The circle that it belongs to: centre and radius.
    pub at: (f64, f64),
    /// Its radius.
    pub radius: f64,
    /// Whether it may cover lines; a sign with a number does not need its name.
    pub across_lines: bool,
    /// The preferred direction, away from the lines; zero if there is none.
    pub away: (f64, f64),
    /// Whether it may cover its own point: names of municipalities without a circle.
    pub on_point: bool,
    /// Whether it may be farther away than beside its circle.
    pub is_far: bool,
}

/// A placed label.
#[derive(Debug, Clone)]
pub struct PlacedLabel {
    /// Index of the wish.
    pub wish: usize,
    /// Its text.
    pub text: String,
    /// Anchor point of the text, on the baseline.
    pub x: f64,
    /// Baseline.
    pub y: f64,
    /// Position of the text relative to the point.
    pub anchor: Anchor,
}

/// What labels must avoid, and should avoid.
#[derive(Debug, Clone, Default)]
pub struct Obstacles {
    /// Circles: centre and radius.
    pub circles: Vec<((f64, f64), f64)>,
    /// Boxes: arrowheads, legend, fixed texts.
    pub boxes: Vec<Area>,
    /// Points along lines: covered only if nothing better is free.
    pub points: Vec<(f64, f64)>,
}

/// The box of a text, from its anchor point on the baseline.
#[must_use]
pub fn text_area(text: &str, size: f64, weight: Weight, x: f64, y: f64, anchor: Anchor) -> Area {
    let width = measure(text, size, weight);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    Area { left, top: y - size * 0.78, right: left + width, bottom: y + size * 0.24 }
}

/// Places the wishes in order: first the shortest text of each, then the longest that still fits. Wishes that do not
/// fit are dropped.
#[must_use]
pub fn place(wishes: &[LabelWish], obstacles: &Obstacles, area: &Area) -> Vec<PlacedLabel> {
    // The boxes of the obstacles, then one per wish; an empty box overlaps nothing.
    let first = obstacles.boxes.len();
    let mut boxes = obstacles.boxes.clone();
    boxes.resize(first + wishes.len(), NOWHERE);
    let mut placed: Vec<Option<PlacedLabel>> = vec![None; wishes.len()];
    for pass in [Pass::Shortest, Pass::Fullest] {
        for (i, wish) in wishes.iter().enumerate() {
            let last = wish.texts.len().saturating_sub(1);
            let held = std::mem::replace(&mut boxes[first + i], NOWHERE);
            let tried = match pass {
                Pass::Shortest => last..wish.texts.len(),
                Pass::Fullest => 0..last,
            };
            let found = tried.into_iter().find_map(|t| {
                let (x, y, anchor) = best(wish, &wish.texts[t], &boxes, obstacles, area)?;
                Some(PlacedLabel { wish: i, text: wish.texts[t].clone(), x, y, anchor })
            });
            boxes[first + i] = held;
            if let Some(label) = found {
                boxes[first + i] = text_area(&label.text, wish.size, wish.weight, label.x, label.y, label.anchor);
                placed[i] = Some(label);
            }
        }
    }
    placed.into_iter().flatten().collect()
}

/// The two passes of [`place`].
#[derive(Clone, Copy)]
enum Pass {
    Shortest,
    Fullest,
}

/// A box that overlaps nothing.
const NOWHERE: Area = Area { left: -1e6, top: -1e6, right: -1e6, bottom: -1e6 };

fn best(
    wish: &LabelWish,
    text: &str,
    boxes: &[Area],
    obstacles: &Obstacles,
    area: &Area,
) -> Option<(f64, f64, Anchor)> {
    let mut best: Option<(f64, (f64, f64, Anchor))> = None;
    for (order, (x, y, anchor)) in candidates(wish).into_iter().enumerate() {
        let own = text_area(text, wish.size, wish.weight, x, y, anchor).grown(PAD);
        let is_free = area.holds(&own)
            && !boxes.iter().any(|b| b.meets(&own))
            && !obstacles.circles.iter().any(|(at, radius)| own.distance(*at) < *radius);
        if is_free {
            let covered = obstacles
                .points
                .iter()
                .filter(|p| own.left < p.0 && p.0 < own.right && own.top < p.1 && p.1 < own.bottom)
                .count();
            if covered > ACROSS && !wish.across_lines {
                continue;
            }
            let centre = (f64::midpoint(own.left, own.right), f64::midpoint(own.top, own.bottom));
            let (dx, dy) = (centre.0 - wish.at.0, centre.1 - wish.at.1);
            let outward = (dx * wish.away.0 + dy * wish.away.1) / dx.hypot(dy).max(1.0);
            let cost = covered as f64 * 1.5 + order as f64 * 0.1 - outward * 1.2;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, (x, y, anchor)));
            }
        }
    }
    best.map(|(_, place)| place)
}

/// Candidate positions around the circle: right, left, above, below, then the corners, then farther away.
fn candidates(wish: &LabelWish) -> Vec<(f64, f64, Anchor)> {
    let (x, y) = wish.at;
    let middle = wish.size * 0.27;
    let mut out = Vec::new();
    if wish.on_point {
        out.push((x, y + middle, Anchor::Middle));
        for (dx, dy) in [
            (0.0, -14.0),
            (0.0, 14.0),
            (0.0, -28.0),
            (0.0, 28.0),
            (-30.0, 0.0),
            (30.0, 0.0),
            (-40.0, 22.0),
            (40.0, -22.0),
        ] {
            out.push((x + dx, y + dy + middle, Anchor::Middle));
        }
        return out;
    }
    let gaps: &[f64] = if wish.is_far { &[7.0, 16.0, 28.0, 46.0, 68.0] } else { &[7.0, 16.0, 28.0] };
    for gap in gaps {
        let r = wish.radius + gap;
        let d = r * 0.72 + 3.0;
        out.extend([
            (x + r, y + middle, Anchor::Start),
            (x - r, y + middle, Anchor::End),
            (x, y - r - wish.size * 0.2, Anchor::Middle),
            (x, y + r + wish.size * 0.75, Anchor::Middle),
            (x + d, y - d, Anchor::Start),
            (x + d, y + d + middle * 2.0, Anchor::Start),
            (x - d, y - d, Anchor::End),
            (x - d, y + d + middle * 2.0, Anchor::End),
        ]);
    }
    out
}
