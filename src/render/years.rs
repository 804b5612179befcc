//! The plot of charts with years from left to right and shares upwards, with names at its right.

use super::scene::{Anchor, Scene, TextLine};
use super::{frame, style};
use crate::model::Ratio;
use crate::words::Lang;

/// Left and right edge of the years, and right edge of the names, pixels.
pub const LEFT: f64 = 110.0;
pub const RIGHT: f64 = 1130.0;
pub const NAMES: f64 = style::WIDTH - style::MARGIN;
/// Upper and lower edge of the plot, pixels.
pub const TOP: f64 = frame::TOP + 52.0;
pub const BOTTOM: f64 = frame::BOTTOM - 14.0;

/// The axes: years and shares.
pub struct YearAxes {
    /// Number of years.
    pub years: usize,
    /// Lowest share, per cent.
    pub low: f64,
    /// Highest share, per cent.
    pub high: f64,
}

impl YearAxes {
    /// Position of a year, counted from 0, pixels.
    pub fn x(&self, year: usize) -> f64 {
        LEFT + year as f64 / (self.years - 1).max(1) as f64 * (RIGHT - LEFT)
    }

    /// Position of a share in per cent, pixels.
    pub fn y(&self, percent: f64) -> f64 {
        BOTTOM - (percent - self.low) / (self.high - self.low) * (BOTTOM - TOP)
    }

    /// Writes a share in per cent at the left of the plot.
    pub fn label(&self, scene: &mut Scene, lang: Lang, percent: f64) {
        let text = lang.percent(Ratio::new(percent.round() as u64, 100), 0);
        let look = TextLine::new(LEFT - 14.0, self.y(percent) + 6.0, &text).size(style::SMALL).fill(style::MUTED);
        scene.text(&look.anchor(Anchor::End));
    }
}
