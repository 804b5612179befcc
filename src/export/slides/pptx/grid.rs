//! Column widths, row heights and text size of a table that fits its area.

use super::fit::TextFit;
use super::layout::SlideArea;
use crate::export::slides::deck::{SlideHead, SlideTable};

/// Horizontal cell margin, EMU.
pub const MARGIN: i64 = 63_500;
/// Vertical cell margin, and that of tables that need their space for rows, EMU.
const INSETS: [i64; 2] = [19_050, 6_350];
/// Text sizes, points: the largest, the smallest that can be read from the back of a room, and the smallest of tables
/// that do not fit even so.
const LARGEST: f64 = 16.0;
const LEGIBLE: f64 = 14.0;
const SMALLEST: f64 = 8.0;
/// Minimum number of columns for rotated headers.
const MANY: usize = 9;
/// EMU per point.
const POINT: f64 = 12_700.0;
/// Minimum width of a column whose names are cut, EMU.
const NAME: i64 = 1_200_000;
/// Maximum length of a rotated header, EMU.
const LONGEST: i64 = 1_250_000;
/// Space that programs add to a rotated header, EMU.
const ROTATED: i64 = 200_000;
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
    /// Vertical cell margin.
    pub inset: i64,
    /// Text size, points.
    pub size: f64,
    /// How its text is measured.
    pub fit: TextFit,
    /// Whether the headers of number columns are rotated to read from below, which allows larger text if there are
    /// many columns.
    pub is_rotated: bool,
}

impl TableGrid {
    /// A name shortened to its column; numbers are never cut.
    pub fn text(&self, text: &str, column: usize, is_name: bool) -> String {
        let wide = self.columns.get(column).map_or(0, |wide| wide - 2 * MARGIN);
        if is_name { self.fit.cut(text, self.size, false, wide) } else { text.to_owned() }
    }

    /// A header, shortened if it is rotated and longer than the row of headers is high.
    pub fn head(&self, text: &str, is_number: bool) -> String {
        let is_long = self.is_rotated && is_number && folded(text, (self.fit, self.size)) > LONGEST;
        if is_long { self.fit.cut(text, self.size, true, LONGEST) } else { text.to_owned() }
    }
}

/// The grid of a table in an area, with the largest text at which all rows fit, and the columns too if possible.
/// Headers of many columns are rotated if that allows text at least a tenth larger.
pub fn of(table: &SlideTable, area: SlideArea, fit: TextFit) -> TableGrid {
    let is_many = table.heads.len() >= MANY;
    let try_all = |most: f64, least: f64, inset: i64| {
        let level = largest(table, area, (fit, inset), (most, least), false);
        let rotated = || largest(table, area, (fit, inset), (most, least), true);
        match level {
            Some(level) if !is_many => Some(level),
            Some(level) => rotated().filter(|other| other.size >= level.size * 1.1).or(Some(level)),
            None if is_many => rotated(),
            None => None,
        }
    };
    // Rather names that are cut than numbers that nobody can read.
    let cut = || {
        let (grid, _) = sized(table, area, (fit, LEGIBLE, INSETS[1]), false);
        let is_wide_enough = |i: usize| {
            let wide = grid.columns[i];
            let mut texts = table.rows.iter().filter_map(|row| Some((&row.fields.get(i)?.text, row.is_sum)));
            let holds = |(text, is_sum): (&String, bool)| fit.width(text, LEGIBLE, is_sum) + 2 * MARGIN <= wide;
            if table.heads[i].is_number { texts.all(holds) } else { wide >= NAME || texts.all(holds) }
        };
        (grid.area.h <= area.h && (0..table.heads.len()).all(is_wide_enough)).then_some(grid)
    };
    try_all(LARGEST, LEGIBLE, INSETS[0])
        .or_else(|| try_all(LEGIBLE, LEGIBLE, INSETS[1]))
        .or_else(cut)
        .or_else(|| try_all(LEGIBLE, SMALLEST, INSETS[1]))
        .unwrap_or_else(|| sized(table, area, (fit, SMALLEST, INSETS[1]), is_many).0)
}

/// The grid with the largest text that fits; `None` if none does.
fn largest(
    table: &SlideTable,
    area: SlideArea,
    (fit, inset): (TextFit, i64),
    (most, least): (f64, f64),
    is_rotated: bool,
) -> Option<TableGrid> {
    let steps = ((most - least) * 2.0) as u32;
    let sizes = (0..=steps).map(|step| most - f64::from(step) / 2.0);
    sizes
        .map(|size| sized(table, area, (fit, size, inset), is_rotated))
        .find(|(_, is_fit)| *is_fit)
        .map(|(grid, _)| grid)
}

/// The grid with text of this size, and whether it fits.
fn sized(
    table: &SlideTable,
    area: SlideArea,
    (fit, size, inset): (TextFit, f64, i64),
    is_rotated: bool,
) -> (TableGrid, bool) {
    let (columns, needs) = columns(table, (fit, size), area.w, is_rotated);
    let high = |lines: f64| (lines * size * 1.2 * POINT).ceil() as i64 + 2 * inset;
    let heads = table.heads.iter().zip(&columns).map(|(head, wide)| {
        if is_rotated && head.is_number {
            folded(&head.text, (fit, size)).min(LONGEST) + 2 * MARGIN + ROTATED
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
        TableGrid { area: SlideArea { h, ..area }, columns, head, row, inset, size, fit, is_rotated },
        all <= area.h && needs <= area.w,
    )
}

/// The length of a header on at most two lines, broken between words.
fn folded(text: &str, (fit, size): (TextFit, f64)) -> i64 {
    let words: Vec<&str> = text.split_whitespace().collect();
    let split = |at: usize| {
        let [first, last] = [words[..at].join(" "), words[at..].join(" ")].map(|line| fit.width(&line, size, true));
        first.max(last)
    };
    (0..words.len().max(1)).map(split).min().unwrap_or(0)
}

/// Column widths that fill `width`, and the width that all texts would need.
fn columns(table: &SlideTable, (fit, size): (TextFit, f64), width: i64, is_rotated: bool) -> (Vec<i64>, i64) {
    let needed: Vec<i64> = table
        .heads
        .iter()
        .enumerate()
        .map(|(i, head)| {
            let words = head.text.split_whitespace().map(|word| fit.width(word, size, true)).max().unwrap_or(0);
            // A rotated header is as wide as its two lines are high.
            let words = if is_rotated && head.is_number { (size * 2.4 * POINT) as i64 } else { words };
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
    // Too wide: shrink the widest text columns first, all to the same width.
    let numbers: i64 = table.heads.iter().zip(&needed).filter(|(head, _)| head.is_number).map(|(_, wide)| wide).sum();
    let left = (width - numbers).max(width / 4);
    let mut texts: Vec<i64> =
        table.heads.iter().zip(&needed).filter(|(head, _)| !head.is_number).map(|(_, wide)| *wide).collect();
    texts.sort_unstable();
    let (mut most, mut rest) = (left, left);
    for (i, wide) in texts.iter().enumerate() {
        most = rest / (texts.len() - i) as i64;
        if *wide > most {
            break;
        }
        rest -= wide;
    }
    let wide = |(head, wide): (&SlideHead, &i64)| {
        if head.is_number { *wide * (width - left) / numbers.max(1) } else { (*wide).min(most) }
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
            assert!(grid.size >= LEGIBLE || rows > 15, "{grid:?}");
        }
    }

    #[test]
    fn headers_of_many_columns_are_rotated() {
        let area = SlideArea { x: 0, y: 0, w: 11_277_600, h: 4_800_000 };
        let mut wide = table(15, 17, "Göteborg");
        assert!(!of(&table(15, 5, "Göteborg"), area, TextFit::of("Arial")).is_rotated);
        wide.heads[1..].iter_mut().for_each(|head| head.text = "Stenungsund".to_owned());
        let grid = of(&wide, area, TextFit::of("Arial"));
        assert!(grid.is_rotated && grid.size >= 12.0 && grid.area.h <= area.h, "{grid:?}");
    }
}
