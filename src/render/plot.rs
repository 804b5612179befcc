//! The bars and grid of axis charts, drawn with plotters.
//!
//! plotters rounds to whole pixels even in SVG, so it draws at eight times the size and the view box scales it back.
//! Text is drawn by the scene in the embedded font.

use plotters::coord::Shift;
use plotters::prelude::*;

use super::scene::{Scene, coord};

/// Scale factor of the plotters drawing.
const FINE: f64 = 8.0;

/// A bar in data units: `from` and `to` along the value axis, `row` counted from the top, `height` as a share of a
/// row.
#[derive(Debug, Clone, Copy)]
pub struct PlotBar<'a> {
    /// Row from the top.
    pub row: usize,
    /// Its start.
    pub from: f64,
    /// Its end.
    pub to: f64,
    /// Share of the row height that it fills.
    pub height: f64,
    /// `#rrggbb`.
    pub colour: &'a str,
}

/// A plot of horizontal bars.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    /// Left edge, pixels.
    pub left: f64,
    /// Upper edge, pixels.
    pub top: f64,
    /// Pixels.
    pub width: f64,
    /// Height of one row, pixels.
    pub row: f64,
    /// Number of rows.
    pub rows: usize,
    /// Value at the left edge.
    pub min: f64,
    /// Value at the right edge.
    pub max: f64,
}

impl Plot {
    /// The x coordinate of a value, pixels.
    #[must_use]
    pub fn x(&self, value: f64) -> f64 {
        self.left + (value - self.min) / (self.max - self.min) * self.width
    }

    /// The middle of a row, pixels.
    #[must_use]
    pub fn y(&self, row: usize) -> f64 {
        self.top + (row as f64 + 0.5) * self.row
    }

    /// The lower edge, pixels.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.top + self.rows as f64 * self.row
    }

    /// Draws the grid at these values and the bars. A plot of zero size draws nothing.
    pub fn draw(&self, scene: &mut Scene, grid: &[f64], bars: &[PlotBar<'_>]) {
        let height = self.rows as f64 * self.row;
        if self.rows == 0 || self.max <= self.min {
            return;
        }
        let mut svg = String::new();
        let size = ((self.width * FINE) as u32, (height * FINE) as u32);
        {
            let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            // The backend writes to memory and cannot fail.
            let _ = self.plot(&root, grid, bars);
            let _ = root.present();
        }
        let body = svg.find('>').and_then(|from| Some(&svg[from + 1..svg.rfind("</svg>")?])).unwrap_or_default();
        scene.raw(&format!(
            "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\">{}</svg>",
            coord(self.left),
            coord(self.top),
            coord(self.width),
            coord(height),
            size.0,
            size.1,
            body.replace('\n', "")
        ));
    }

    fn plot(
        &self,
        root: &DrawingArea<SVGBackend<'_>, Shift>,
        grid: &[f64],
        bars: &[PlotBar<'_>],
    ) -> std::result::Result<(), Box<dyn std::error::Error>> {
        let rows = self.rows as f64;
        let mut chart = ChartBuilder::on(root).build_cartesian_2d(self.min..self.max, rows..0.0)?;
        let rule = colour(super::style::RULE).stroke_width((1.5 * FINE) as u32);
        chart.draw_series(grid.iter().map(|v| PathElement::new(vec![(*v, 0.0), (*v, rows)], rule)))?;
        chart.draw_series(bars.iter().map(|bar| {
            let middle = bar.row as f64 + 0.5;
            let half = bar.height / 2.0;
            Rectangle::new([(bar.from, middle - half), (bar.to, middle + half)], colour(bar.colour).filled())
        }))?;
        Ok(())
    }
}

/// The colour of `#rrggbb`; black for anything else.
fn colour(hex: &str) -> RGBColor {
    let part = |i: usize| hex.get(i..i + 2).and_then(|h| u8::from_str_radix(h, 16).ok()).unwrap_or(0);
    RGBColor(part(1), part(3), part(5))
}

/// Round values from `min` to `max` for a grid: about `count` of them, including zero if it is in the range.
#[must_use]
pub fn ticks(min: f64, max: f64, count: usize) -> Vec<f64> {
    let span = max - min;
    if span <= 0.0 || count == 0 {
        return Vec::new();
    }
    let raw = span / count as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw - 1e-9).unwrap_or(raw);
    let first = (min / step).ceil() as i64;
    let last = (max / step).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        for (min, max, count, wanted) in [
            (0.0, 100.0, 5, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
            (-30.0, 45.0, 4, vec![-20.0, 0.0, 20.0, 40.0]),
            (0.0, 0.0, 4, vec![]),
        ] {
            assert_eq!(ticks(min, max, count), wanted);
        }
    }
}
