//! A waterfall: columns of totals and of the changes between them, in an area. Columns of totals are cut at the base, so
//! that changes are visible.

use super::fonts::{self, Weight};
use super::projection::Area;
use super::scene::{Anchor, Scene, TextLine, escape};
use super::style;

/// Height of a heading, and of the numbers below, pixels.
const HEAD: f64 = 28.0;
const FOOT: f64 = 26.0;

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct FallStep {
    /// Its first column and the number of columns it takes.
    pub column: f64,
    pub columns: f64,
    /// Its range.
    pub from: f64,
    pub to: f64,
    /// Whether it is a total, which starts at the base.
    pub is_total: bool,
    pub colour: &'static str,
    /// Its number.
    pub text: String,
}

/// The columns of a waterfall.
pub struct Fall<'a> {
    /// What it is about, for readers of the file.
    pub code: &'a str,
    /// Its heading.
    pub name: &'a str,
    pub steps: &'a [FallStep],
    /// Number of columns.
    pub columns: f64,
    /// The value at which columns of totals are cut, and the range above it that fills the height.
    pub base: f64,
    pub rise: f64,
    /// Share of the height below that value.
    pub ground: f64,
    /// Size of its numbers.
    pub size: f64,
}

impl Fall<'_> {
    /// Draws it in an area; returns the middle of each column and the lower edge.
    pub fn draw(&self, scene: &mut Scene, area: &Area) {
        let size = self.size;
        scene.open(&format!("class=\"fall\" data-code=\"{}\"", escape(self.code)));
        let head = fonts::fit(self.name, area.right - area.left, size + 2.0, Weight::SemiBold);
        scene.text(&TextLine::new(area.left, area.top + 16.0, &head).size(size + 2.0).bold().class("head"));
        let (top, bottom) = (area.top + HEAD + size, area.bottom - FOOT);
        // Space for the numbers below falling columns.
        let ground = bottom - (bottom - top) * self.ground;
        let y = |value: f64| ground - (value - self.base).max(0.0) / self.rise * (ground - top);
        let pitch = self.pitch(area);
        for step in self.steps {
            let (x, wide) = (area.left + step.column * pitch, step.columns * pitch);
            let (from, to) = (if step.is_total { bottom } else { y(step.from) }, y(step.to));
            let (upper, lower) = (from.min(to), from.max(to));
            if !step.is_total && step.from == step.to {
                continue;
            }
            let class = if step.is_total { "total" } else { "change" };
            let look = format!("class=\"{class}\" fill=\"{}\"", step.colour);
            scene.rect_with(x + 2.0, upper, wide - 4.0, lower - upper, 0.0, &look);
            let middle = x + wide / 2.0;
            if step.is_total {
                cut(scene, x, wide, bottom - (bottom - ground) * 0.36);
                let look = TextLine::new(middle, bottom + size + 2.0, &step.text).size(size).bold();
                scene.text(&look.anchor(Anchor::Middle).class("total"));
                continue;
            }
            let at = if step.to > step.from { upper - 5.0 } else { lower + size };
            let look = TextLine::new(middle, at, &step.text).size(size).bold().fill(style::INK);
            scene.text(&look.anchor(Anchor::Middle).class("change"));
        }
        scene.line((area.left, bottom), (area.right, bottom), style::INK, 1.5);
        scene.close();
    }

    /// Width of a column.
    pub fn pitch(&self, area: &Area) -> f64 {
        (area.right - area.left) / self.columns
    }
}

/// The sign of a cut column: a slanted gap.
fn cut(scene: &mut Scene, x: f64, wide: f64, y: f64) {
    let (right, up) = (x + wide, 7.0);
    let d = format!("M{x:.2} {:.2}L{right:.2} {:.2}V{:.2}L{x:.2} {:.2}z", y + up, y - up, y - up + 6.0, y + up + 6.0);
    scene.path(&d, &format!("class=\"cut\" fill=\"{}\"", style::PAPER));
}
