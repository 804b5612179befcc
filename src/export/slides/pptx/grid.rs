//! Column widths, row heights and text size of a table that fits its area.

use super::fit::TextFit;
use super::layout::SlideArea;
use crate::export::slides::deck::{SlideHead, SlideTable};

/// Horizontal cell margin, EMU.
pub const MARGIN: i64 = 63_500;
/// Vertical cell margin, EMU.
pub const INSET: i64 = 19_050;
/// Text size limits, points.
const LARGEST: f64 = 16.0;
const SMALLEST: f64 = 8.0;
/// Minimum number of columns for rotated headers.
const MANY: usize = 9;
/// EMU per point.
const POINT: f64 = 12_700.0;
/// Minimum width of a number column, EMU.
const NUMBER: i64 = 420_000;

/// The grid of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableGrid {
    /// The area that the table covers.
    pub area: SlideArea,
    /// Widths of its columns.
    pub columns: Vec<i64>,
    /// Height of the header row.
    pub head: i64,
    /// Height of a row.
    pub row: i64,
    /// Text size, points.
    pub size: f64,
    /// How its text is measured.
    pub fit: TextFit,
    /// Whether the headers of number columns are rotated to read from below, which allows larger text if there are
    /// many columns.
    pub is_rotated: bool,
}

impl TableGrid {
    /// A text shortened to its column.
    pub fn text(&self, text: &str, column: usize, is_head: bool) -> String {
        let wide = self.columns.get(column).map_or(0, |wide| wide - 2 * MARGIN);
        if is_head { text.to_owned() } else { self.fit.cut(text, self.size, false, wide) }
    }
}

/// The grid of a table in an area, with the largest text at which all rows fit, and the columns too if possible.
/// Headers of many columns are rotated if that allows text at least a tenth larger.
pub fn of(table: &SlideTable, area: SlideArea, fit: TextFit) -> TableGrid {
    let level = largest(table, area, fit, false);
    if table.heads.len() < MANY {
        return level;
    }
    let rotated = largest(table, area, fit, true);
    if rotated.size >= level.size * 1.1 { rotated } else { level }
}

/// The grid with the largest text that fits, otherwise with the smallest text.
fn largest(table: &SlideTable, area: SlideArea, fit: TextFit, is_rotated: bool) -> TableGrid {
    let steps = ((LARGEST - SMALLEST) * 2.0) as u32;
    let sizes = (0..=steps).map(|step| LARGEST - f64::from(step) / 2.0);
    let mut last = None;
    for size in sizes {
        let (grid, is_fit) = sized(table, area, (fit, size), is_rotated);
        if is_fit {
            return grid;
        }
        last = Some(grid);
    }
    last.unwrap_or(TableGrid { area, columns: Vec::new(), head: 0, row: 0, size: SMALLEST, fit, is_rotated })
}

/// The grid with text of this size, and whether it fits.
fn sized(table: &SlideTable, area: SlideArea, (fit, size): (TextFit, f64), is_rotated: bool) -> (TableGrid, bool) {
    let (columns, needs) = columns(table, (fit, size), area.w, is_rotated);
    let high = |lines: f64| (lines * size * 1.2 * POINT).ceil() as i64 + 2 * INSET;
    let heads = table.heads.iter().zip(&columns).map(|(head, wide)| {
        if is_rotated && head.is_number {
            fit.width(&head.text, size, true) + 2 * MARGIN
        } else {
            high(fit.lines(&head.text, size, true, (wide - 2 * MARGIN) as f64 / POINT) as f64)
        }
    });
    let (head, row) = (heads.max().unwrap_or(0).max(high(1.0)), high(1.0));
    let count = table.rows.len() as i64;
    let all = head + row * count;
    // Add space between few rows.
    let air = ((area.h - all) / (count + 1)).clamp(0, row / 2);
    let (head, row) = (head + air, row + air);
    let h = head + row * count;
    (
        TableGrid { area: SlideArea { h, ..area }, columns, head, row, size, fit, is_rotated },
        all <= area.h && needs <= area.w,
    )
}

/// Column widths that fill `width`, and the width that all texts would need.
fn columns(table: &SlideTable, (fit, size): (TextFit, f64), width: i64, is_rotated: bool) -> (Vec<i64>, i64) {
    let needed: Vec<i64> = table
        .heads
        .iter()
        .enumerate()
        .map(|(i, head)| {
            let words = head.text.split_whitespace().map(|word| fit.width(word, size, true)).max().unwrap_or(0);
            // A rotated header is as wide as its text is high.
            let words = if is_rotated && head.is_number { (size * 1.2 * POINT) as i64 } else { words };
            let texts = table.rows.iter().filter_map(|row| {
                let field = row.fields.get(i)?;
                Some(fit.width(&field.text, size, row.is_sum))
            });
            let widest = texts.max().unwrap_or(0).max(words) + 2 * MARGIN;
            if head.is_number { widest.max(NUMBER) } else { widest }
        })
        .collect();
    let all: i64 = needed.iter().sum();
    let count = needed.len().max(1) as i64;
    if all <= width {
        let more = (width - all) / count;
        let mut out: Vec<i64> = needed.iter().map(|wide| wide + more).collect();
        if let Some(first) = out.first_mut() {
            *first += width - all - more * count;
        }
        return (out, all);
    }
    // Too wide: shrink the text columns first.
    let numbers: i64 = table.heads.iter().zip(&needed).filter(|(head, _)| head.is_number).map(|(_, wide)| wide).sum();
    let texts = all - numbers;
    let left = (width - numbers).max(width / 4);
    let wide = |(head, wide): (&SlideHead, &i64)| {
        if head.is_number { *wide * (width - left) / numbers.max(1) } else { *wide * left / texts.max(1) }
    };
    (table.heads.iter().zip(&needed).map(wide).collect(), all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::slides::deck::{SlideField, SlideRow};

    fn table(rows: usize, columns: usize, name: &str) -> SlideTable {
        let heads = (0..=columns).map(|i| SlideHead { text: format!("Kolumn {i}"), is_number: i > 0 }).collect();
        let row = || SlideRow {
            fields: (0..=columns).map(|i| SlideField::plain(if i == 0 { name } else { "1\u{202f}234" })).collect(),
            is_sum: false,
        };
        SlideTable { title: String::new(), heads, rows: (0..rows).map(|_| row()).collect() }
    }

    #[test]
    fn tables_fill_their_width_and_stay_within_their_height() {
        let area = SlideArea { x: 0, y: 0, w: 11_277_600, h: 4_800_000 };
        for (rows, count, name) in [
            (3, 4, "Ale"),
            (16, 17, "Göteborgsregionen"),
            (20, 6, "En skola med ett mycket långt namn som inte får plats någonstans alls"),
            (1, 1, ""),
        ] {
            let grid = of(&table(rows, count, name), area, TextFit::of("Arial"));
            assert!(grid.area.h <= area.h, "{rows} rows: {grid:?}");
            let wide: i64 = grid.columns.iter().sum();
            assert!(wide <= area.w && wide > area.w * 9 / 10, "{rows} rows: {wide} of {}", area.w);
            assert!(grid.size >= SMALLEST);
        }
    }

    #[test]
    fn headers_of_many_columns_are_rotated() {
        let area = SlideArea { x: 0, y: 0, w: 11_277_600, h: 4_200_000 };
        let mut wide = table(15, 17, "Göteborg");
        assert!(!of(&table(15, 5, "Göteborg"), area, TextFit::of("Arial")).is_rotated);
        wide.heads[1..].iter_mut().for_each(|head| head.text = "Stenungsund".to_owned());
        let grid = of(&wide, area, TextFit::of("Arial"));
        assert!(grid.is_rotated && grid.size > 9.0 && grid.area.h <= area.h, "{grid:?}");
    }
}
