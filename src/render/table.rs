//! A table of texts in a picture: a column of names, then right-aligned columns of numbers.

use super::fonts::{self, Weight};
use super::scene::{Anchor, Scene, TextLine};
use super::style;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// Its name.
    pub name: String,
    /// Its numbers, one per header.
    pub cells: Vec<String>,
    /// Whether it is a sum of others.
    pub is_sum: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTable {
    /// The header of the names.
    pub names: String,
    /// The headers of the numbers.
    pub heads: Vec<String>,
    /// Its rows.
    pub rows: Vec<TextRow>,
}

/// The position of a table, pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TablePlace {
    /// Left edge of the names.
    pub left: f64,
    /// Right edge of the numbers.
    pub right: f64,
    /// Upper edge of the headers.
    pub top: f64,
    /// Width of the name column.
    pub names: f64,
}

/// Height of a row, pixels.
pub const ROW: f64 = 27.0;
/// Height of a line of the headers, pixels.
const HEAD: f64 = 21.0;
/// Minimum gap between two columns, pixels.
const GAP: f64 = 14.0;

impl TextTable {
    /// Draws it and returns its lower edge. Headers too long for their column take two lines.
    pub fn draw(&self, scene: &mut Scene, place: &TablePlace) -> f64 {
        let wide = (place.right - place.left - place.names) / self.heads.len().max(1) as f64;
        let room = wide - GAP;
        let right = |i: usize| place.left + place.names + (i + 1) as f64 * wide;
        let wrapped: Vec<Vec<String>> =
            self.heads.iter().map(|head| fonts::wrap(head, room, style::SMALL, Weight::Regular)).collect();
        let lines = wrapped.iter().map(Vec::len).max().unwrap_or(1).clamp(1, 2);
        let base = place.top + lines as f64 * HEAD;
        let look = |x: f64, y: f64, text: &str, anchor, scene: &mut Scene| {
            scene.text(
                &TextLine::new(x, y, text).size(style::SMALL).fill(style::MUTED).anchor(anchor).class("heading"),
            );
        };
        look(place.left, base, &self.names, Anchor::Start, scene);
        for (i, head) in wrapped.iter().enumerate() {
            let shown = head.len().min(2);
            for (line, text) in head.iter().take(shown).enumerate() {
                let text = fonts::fit(text, room, style::SMALL, Weight::Regular);
                look(right(i), base - (shown - 1 - line) as f64 * HEAD, &text, Anchor::End, scene);
            }
        }
        // All names have the same size, smaller if one is long.
        let names =
            |is_sum: bool| self.rows.iter().filter(move |row| row.is_sum == is_sum).map(|row| row.name.as_str());
        let of = |is_sum, weight| fonts::size_for(names(is_sum), place.names - GAP, style::BODY, weight);
        let size = of(false, Weight::Regular).min(of(true, Weight::SemiBold)).max(style::SMALL);
        let mut y = base + 9.0;
        scene.line((place.left, y), (place.right, y), style::RULE, 1.5);
        for (i, row) in self.rows.iter().enumerate() {
            if i % 2 == 1 {
                scene.rect(place.left, y, place.right - place.left, ROW, 0.0, style::SHADE);
            }
            y += ROW;
            line(scene, place, row, y - 7.0, size, (&right, room));
        }
        y
    }
}

fn line(
    scene: &mut Scene,
    place: &TablePlace,
    row: &TextRow,
    y: f64,
    size: f64,
    (right, room): (&impl Fn(usize) -> f64, f64),
) {
    let weight = if row.is_sum { Weight::SemiBold } else { Weight::Regular };
    let own = place.names - GAP;
    let name = fonts::fit(&row.name, own, size, weight);
    scene.text(&TextLine::new(place.left + 6.0, y, &name).size(size).weight(weight));
    for (i, cell) in row.cells.iter().enumerate() {
        let size = fonts::size_for([cell.as_str()], room, style::BODY, weight);
        scene.text(&TextLine::new(right(i) - 6.0, y, cell).size(size).weight(weight).anchor(Anchor::End));
    }
}
