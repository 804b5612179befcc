//! The shape of a line of a map: one curve from circle to circle, with an arrowhead.

use super::super::projection::Area;
use super::disc::Disc;
use super::rules::{distance, on_curve};

/// Gap between a line and the circle where it starts, and between its tip and the circle where it ends, pixels.
pub const GAP: f64 = 3.0;

/// A line to be drawn: indices of its circles, and its width in pixels.
#[derive(Debug, Clone, Copy)]
pub struct LineSpec {
    /// Index of the circle where it starts.
    pub from: usize,
    /// Index of the circle where it ends.
    pub to: usize,
    /// Pixels.
    pub width: f64,
    /// Size of its arrowhead, as a share of that on a map that fills a picture.
    pub head: f64,
}

/// A line of a map: one quadratic Bézier curve and the arrowhead at its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Start of the line.
    pub start: (f64, f64),
    /// The control point.
    pub control: (f64, f64),
    /// End of the line, under the arrowhead.
    pub end: (f64, f64),
    /// The arrowhead's tip.
    pub tip: (f64, f64),
    /// Half the arrowhead's width, pixels.
    pub half: f64,
    /// The line's width, pixels.
    pub width: f64,
}

impl Curve {
    pub fn new(from: &Disc, to: &Disc, link: LineSpec, bend: f64) -> Self {
        // Thin lines get relatively larger heads.
        let (width, head) = (link.width, link.head);
        let room = (to.at.0 - from.at.0).hypot(to.at.1 - from.at.1) - from.radius - to.radius - 2.0 * GAP;
        let length = (8.0 * head + width * 0.75).min((room * 0.7).max(6.0 * head));
        let half = 4.5 * head + width * 0.7;
        let straight = unit(from.at, to.at);
        let first = ahead(from.at, straight, from.radius + GAP);
        let last = ahead(to.at, straight, -(to.radius + GAP + length));
        let chord = (last.0 - first.0).hypot(last.1 - first.1);
        let control = (
            f64::midpoint(first.0, last.0) - straight.1 * bend * chord,
            f64::midpoint(first.1, last.1) + straight.0 * bend * chord,
        );
        let out = unit(from.at, control);
        let back = unit(to.at, control);
        let tip = ahead(to.at, back, to.radius + GAP);
        Self {
            start: ahead(from.at, out, from.radius + GAP - 2.0),
            control,
            end: ahead(tip, back, length * 0.8),
            tip,
            half,
            width,
        }
    }

    /// The point at `t` from 0 to 1.
    #[must_use]
    pub fn at(&self, t: f64) -> (f64, f64) {
        on_curve([self.start, self.control, self.end], t)
    }

    /// The corners of the arrowhead: tip, left, right.
    #[must_use]
    pub fn head(&self) -> [(f64, f64); 3] {
        let back = unit(self.tip, self.end);
        let length = (self.end.0 - self.tip.0).hypot(self.end.1 - self.tip.1) / 0.8;
        let base = ahead(self.tip, back, length);
        [
            self.tip,
            (base.0 - back.1 * self.half, base.1 + back.0 * self.half),
            (base.0 + back.1 * self.half, base.1 - back.0 * self.half),
        ]
    }

    /// Distance of its control point from the middle of its chord, as a share of the chord.
    #[must_use]
    pub fn bend(&self) -> f64 {
        let middle = (f64::midpoint(self.start.0, self.end.0), f64::midpoint(self.start.1, self.end.1));
        distance(self.control, middle) / distance(self.start, self.end).max(1.0)
    }

    /// The box around the arrowhead.
    #[must_use]
    pub fn head_area(&self) -> Area {
        around(&self.head())
    }

    /// Points along the curve, and the tip of its arrowhead.
    pub fn points(&self, pieces: usize) -> Vec<(f64, f64)> {
        let mut out: Vec<(f64, f64)> = (0..=pieces).map(|i| self.at(i as f64 / pieces as f64)).collect();
        out.push(self.tip);
        out
    }
}

/// The box around points.
pub fn around(points: &[(f64, f64)]) -> Area {
    let by =
        |pick: fn(&(f64, f64)) -> f64, join: fn(f64, f64) -> f64| points.iter().map(pick).reduce(join).unwrap_or(0.0);
    Area {
        left: by(|p| p.0, f64::min),
        top: by(|p| p.1, f64::min),
        right: by(|p| p.0, f64::max),
        bottom: by(|p| p.1, f64::max),
    }
}

pub fn unit(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if length < 1e-9 { (1.0, 0.0) } else { (dx / length, dy / length) }
}

pub fn ahead(from: (f64, f64), direction: (f64, f64), by: f64) -> (f64, f64) {
    (from.0 + direction.0 * by, from.1 + direction.1 * by)
}
