//! The room of a map's layout: its card, without the place of the legend if that is given.

use super::super::projection::Area;

/// Distance of a circle from the edges of its room, pixels.
const EDGE: f64 = 8.0;
/// Distance of a line from the legend, pixels.
const BESIDE: f64 = 6.0;

/// Where circles and lines can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// The card within its margin.
    pub card: Area,
    /// The place of the legend, which nothing may enter.
    pub legend: Option<Area>,
}

impl Room {
    /// The whole card.
    pub const fn whole(card: Area) -> Self {
        Self { card, legend: None }
    }

    /// The distance by which the centre of a circle of this radius is off, pixels; zero inside.
    pub fn off(&self, (x, y): (f64, f64), radius: f64) -> f64 {
        let inner = self.card.grown(-radius - EDGE);
        let outside = (inner.left - x).max(x - inner.right).max(0.0) + (inner.top - y).max(y - inner.bottom).max(0.0);
        let within = self.legend.map_or(0.0, |legend| {
            let area = legend.grown(radius + EDGE);
            (x - area.left).min(area.right - x).min(y - area.top).min(area.bottom - y).max(0.0)
        });
        outside + within
    }

    /// The nearest centre inside for a circle of this radius.
    pub fn keep(&self, at: (f64, f64), radius: f64) -> (f64, f64) {
        let inner = self.card.grown(-radius - EDGE);
        let clamped = |(x, y): (f64, f64)| (x.max(inner.left).min(inner.right), y.max(inner.top).min(inner.bottom));
        let (x, y) = clamped(at);
        let Some(area) = self.legend.map(|legend| legend.grown(radius + EDGE)) else { return (x, y) };
        let is_within = |(x, y): (f64, f64)| area.left < x && x < area.right && area.top < y && y < area.bottom;
        if !is_within((x, y)) {
            return (x, y);
        }
        let sides = [(area.left, y), (area.right, y), (x, area.top), (x, area.bottom)];
        let free = sides.into_iter().filter(|at| clamped(*at) == *at);
        let away = |at: &(f64, f64)| (at.0 - x).hypot(at.1 - y);
        free.min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or((x, y))
    }

    /// Whether a point of a line of this width is off the card.
    pub fn is_off_card(&self, (x, y): (f64, f64)) -> bool {
        !(self.card.left..self.card.right).contains(&x) || !(self.card.top..self.card.bottom).contains(&y)
    }

    /// Whether a point of a line of this width is at the legend.
    pub fn is_at_legend(&self, at: (f64, f64), width: f64) -> bool {
        self.legend.is_some_and(|legend| legend.distance(at) < width / 2.0 + BESIDE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_leave_the_legend_and_stay_on_the_card() {
        let card = Area { left: 0.0, top: 0.0, right: 400.0, bottom: 300.0 };
        let legend = Area { left: 10.0, top: 190.0, right: 110.0, bottom: 290.0 };
        let room = Room { card, legend: Some(legend) };
        for (at, wanted) in [
            ((200.0, 100.0), (200.0, 100.0)),
            ((-50.0, 500.0), (128.0, 282.0)),
            ((60.0, 200.0), (60.0, 172.0)),
            ((100.0, 250.0), (128.0, 250.0)),
            ((390.0, 10.0), (382.0, 18.0)),
        ] {
            let kept = room.keep(at, 10.0);
            assert_eq!(kept, wanted, "{at:?}");
            assert_eq!(room.off(kept, 10.0), 0.0, "{at:?}");
            assert_eq!(room.off(at, 10.0) > 0.0, at != wanted, "{at:?}");
        }
        assert!(room.is_at_legend((112.0, 200.0), 2.0) && !room.is_at_legend((120.0, 200.0), 2.0));
    }
}
