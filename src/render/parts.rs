//! Students by provider of their unit: the bar of all of them, and the signs of the kinds.

use super::fonts::{self, Weight};
use super::projection::Area;
use super::scene::{Anchor, Scene, TextLine, coord, drawn};
use super::style::{self, Side};
use crate::model::{Cell, Ratio};
use crate::words::Lang;

/// Height of the bar, pixels.
const HIGH: f64 = 30.0;

/// Draws one bar of all students by provider of their unit, labelled with shares; returns whether it was drawn. It is
/// not if any part is hidden, because the gap would reveal the number.
pub fn bar(
    scene: &mut Scene,
    lang: Lang,
    parts: &[(Side, Cell)],
    total: Cell,
    (left, right): (f64, f64),
    top: f64,
) -> bool {
    let seen: Vec<(Side, u64)> = parts.iter().filter_map(|(side, n)| Some((*side, n.value()?))).collect();
    let Some(total) = total.value().filter(|n| *n > 0 && seen.len() == parts.len() && !seen.is_empty()) else {
        return false;
    };
    let mut x = left;
    for (side, students) in seen {
        let part = students as f64 / total as f64 * (right - left);
        scene.rect(x, top, (part - 2.0).max(0.5), HIGH, 0.0, side.colour());
        let text = lang.percent(Ratio::new(students, total), 0);
        if fonts::measure(&text, style::BODY, Weight::SemiBold) + 10.0 < part {
            let at = x + part / 2.0 - 1.0;
            scene.text(&TextLine::new(at, top + 22.0, &text).bold().fill(style::PAPER).anchor(Anchor::Middle));
        }
        x += part;
    }
    true
}

/// Difference between the corners of a diamond and its inscribed square, pixels.
pub const DIAMOND: f64 = 4.0;

/// Draws the sign of a kind of provider, whose shape identifies the kind without colour; returns its box.
pub fn badge(scene: &mut Scene, x: f64, y: f64, radius: f64, side: Side) -> Area {
    let fill = format!("fill=\"{}\"", side.colour());
    match side {
        Side::Independent => {
            let half = radius * 0.9;
            scene.rect(x - half, y - half, half * 2.0, half * 2.0, 3.0, side.colour())
        }
        Side::PublicOther => {
            let r = radius * 1.2;
            let area = Area { left: drawn(x - r), top: drawn(y - r), right: drawn(x + r), bottom: drawn(y + r) };
            let (top, right, bottom, left) = (coord(y - r), coord(x + r), coord(y + r), coord(x - r));
            let (x, y) = (coord(x), coord(y));
            scene.path(&format!("M{x} {top}L{right} {y}L{x} {bottom}L{left} {y}z"), &fill);
            area.grown(-DIAMOND)
        }
        Side::Own | Side::Municipal | Side::Mixed => scene.circle(x, y, radius, &fill),
    }
}
