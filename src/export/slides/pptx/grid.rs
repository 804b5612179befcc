//! The columns, rows and size of text of a table, so that it fits its area.

use super::fit::Fit;
use super::layout::Area;
use crate::export::slides::deck::{SlideHead, SlideTable};

/// What a cell keeps free at its left and right, and above and below, EMU.
pub const MARGIN: i64 = 63_500;
/// See [`MARGIN`].
pub const INSET: i64 = 19_050;
/// Sizes of text, points.
const LARGEST: f64 = 16.0;
const SMALLEST: f64 = 8.0;
/// Columns from which on heads may be turned.
const MANY: usize = 9;
/// Points of an EMU.
const POINT: f64 = 12_700.0;
/// Columns of numbers at least, and how much of a table its first column may take where the others need the room.
const NUMBER: i64 = 420_000;

/// Where the lines of a table run.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The table.
    pub area: Area,
    /// Widths of its columns.
    pub columns: Vec<i64>,
    /// Height of the heads.
    pub head: i64,
    /// Height of a row.
    pub row: i64,
    /// Size of the text, points.
    pub size: f64,
    /// How its text is measured.
    pub fit: Fit,
    /// Whether heads of numbers stand upright, read from below: where many columns would have to be small without.
    pub is_turned: bool,
}

impl Grid {
    /// A text as its column can hold it.
    pub fn text(&self, text: &str, column: usize, is_head: bool) -> String {
        let wide = self.columns.get(column).map_or(0, |wide| wide - 2 * MARGIN);
        if is_head { text.to_owned() } else { self.fit.cut(text, self.size, false, wide) }
    }
}

/// The grid of a table in an area: the largest text at which all rows fit, and the columns too, if any does. Heads of many columns
/// are turned where the text may be larger then by a tenth.
pub fn of(table: &SlideTable, area: Area, fit: Fit) -> Grid {
    let level = largest(table, area, fit, false);
    if table.heads.len() < MANY {
        return level;
    }
    let turned = largest(table, area, fit, true);
    if turned.size >= level.size * 1.1 { turned } else { level }
}

/// The grid with the largest text that fits, else the smallest.
fn largest(table: &SlideTable, area: Area, fit: Fit, is_turned: bool) -> Grid {
    let steps = ((LARGEST - SMALLEST) * 2.0) as u32;
    let sizes = (0..=steps).map(|step| LARGEST - f64::from(step) / 2.0);
    let mut last = None;
    for size in sizes {
        let (grid, is_fit) = sized(table, area, (fit, size), is_turned);
        if is_fit {
            return grid;
        }
        last = Some(grid);
    }
    last.unwrap_or(Grid { area, columns: Vec::new(), head: 0, row: 0, size: SMALLEST, fit, is_turned })
}

/// The grid with text of this size, and whether it fits.
fn sized(table: &SlideTable, area: Area, (fit, size): (Fit, f64), is_turned: bool) -> (Grid, bool) {
    let (columns, needs) = columns(table, (fit, size), area.w, is_turned);
    let high = |lines: f64| (lines * size * 1.2 * POINT).ceil() as i64 + 2 * INSET;
    let heads = table.heads.iter().zip(&columns).map(|(head, wide)| {
        if is_turned && head.is_number {
            fit.width(&head.text, size, true) + 2 * MARGIN
        } else {
            high(fit.lines(&head.text, size, true, (wide - 2 * MARGIN) as f64 / POINT) as f64)
        }
    });
    let (head, row) = (heads.max().unwrap_or(0).max(high(1.0)), high(1.0));
    let count = table.rows.len() as i64;
    let all = head + row * count;
    // Few rows may have some air.
    let air = ((area.h - all) / (count + 1)).clamp(0, row / 2);
    let (head, row) = (head + air, row + air);
    let h = head + row * count;
    (Grid { area: Area { h, ..area }, columns, head, row, size, fit, is_turned }, all <= area.h && needs <= area.w)
}

/// The widths of columns that fill this width, and the width that all texts would need.
fn columns(table: &SlideTable, (fit, size): (Fit, f64), width: i64, is_turned: bool) -> (Vec<i64>, i64) {
    let needed: Vec<i64> = table
        .heads
        .iter()
        .enumerate()
        .map(|(i, head)| {
            let words = head.text.split_whitespace().map(|word| fit.width(word, size, true)).max().unwrap_or(0);
            // A turned head is as wide as its text is high.
            let words = if is_turned && head.is_number { (size * 1.2 * POINT) as i64 } else { words };
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
    // Too wide: columns of text give way.
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
        let area = Area { x: 0, y: 0, w: 11_277_600, h: 4_800_000 };
        for (rows, count, name) in [
            (3, 4, "Ale"),
            (16, 17, "Göteborgsregionen"),
            (20, 6, "En skola med ett mycket långt namn som inte får plats någonstans alls"),
            (1, 1, ""),
        ] {
            let grid = of(&table(rows, count, name), area, Fit::of("Arial"));
            assert!(grid.area.h <= area.h, "{rows} rows: {grid:?}");
            let wide: i64 = grid.columns.iter().sum();
            assert!(wide <= area.w && wide > area.w * 9 / 10, "{rows} rows: {wide} of {}", area.w);
            assert!(grid.size >= SMALLEST);
        }
    }

    #[test]
    fn heads_of_many_columns_are_turned() {
        let area = Area { x: 0, y: 0, w: 11_277_600, h: 4_200_000 };
        let mut wide = table(15, 17, "Göteborg");
        assert!(!of(&table(15, 5, "Göteborg"), area, Fit::of("Arial")).is_turned);
        wide.heads[1..].iter_mut().for_each(|head| head.text = "Stenungsund".to_owned());
        let grid = of(&wide, area, Fit::of("Arial"));
        assert!(grid.is_turned && grid.size > 9.0 && grid.area.h <= area.h, "{grid:?}");
    }
}
