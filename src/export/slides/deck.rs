//! A deck independent of the file format: the text, content and notes of each slide. `story` builds it from released
//! numbers alone; the format writers use nothing else.

use std::sync::Arc;

use crate::model::{Cell, Ratio};
use crate::render::Picture;
use crate::tables::Value;
use crate::theme::Slot;

/// A deck.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// Its title: a property of the file.
    pub title: String,
    /// The line at the foot of each slide: the mark of internal releases and the subject of the deck.
    pub foot: String,
    /// Its slides; the first opens it.
    pub slides: Vec<Slide>,
    /// Topics left out because there are no numbers.
    pub left_out: Vec<String>,
}

/// A slide.
#[derive(Debug, Clone, PartialEq)]
pub struct Slide {
    /// The finding.
    pub title: String,
    /// A line below it.
    pub lead: Option<String>,
    /// What it shows.
    pub content: SlideContent,
    /// The last line: what is counted, and the source.
    pub caption: Option<String>,
    /// Speaker notes: definitions and numbers, a paragraph each.
    pub notes: Vec<String>,
}

/// What a slide shows.
#[derive(Debug, Clone, PartialEq)]
pub enum SlideContent {
    /// Lines below the title of the first slide, or of the first slide of a section.
    Opening(Vec<String>),
    /// One block.
    One(SlideBlock),
    /// Two blocks side by side. A picture on the left is as wide as its shape needs, up to [`WIDEST`] of the width; the
    /// block beside it has the rest.
    Two(SlideBlock, SlideBlock),
}

/// Maximum share of a slide's width for a picture with a block beside it.
pub const WIDEST: f64 = 0.62;

impl SlideContent {
    /// The share of the width of the left one of two blocks that are not pictures: tables need more than what is beside
    /// them.
    pub fn left_share(&self) -> f64 {
        match self {
            Self::Two(SlideBlock::Chart(_), SlideBlock::Table(_)) => 0.42,
            Self::Two(SlideBlock::Table(_), SlideBlock::Points(_)) => 0.56,
            _ => 0.5,
        }
    }

    /// Width over height of a picture with a block beside it.
    pub fn picture_beside(&self) -> Option<f64> {
        match self {
            Self::Two(SlideBlock::Picture(picture), _) => Some(picture.width / picture.height),
            _ => None,
        }
    }
}

/// A block of a slide.
#[derive(Debug, Clone, PartialEq)]
pub enum SlideBlock {
    /// A chart with its numbers.
    Chart(SlideChart),
    /// A table.
    Table(SlideTable),
    /// A picture.
    Picture(Arc<Picture>),
    /// Sentences.
    Points(Vec<SlidePoint>),
}

/// A sentence of a list, preceded by a term if it explains one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlidePoint {
    /// The term.
    pub term: Option<String>,
    /// The sentence.
    pub text: String,
}

/// The type of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartForm {
    /// Horizontal bars, the first category on top; several series side by side.
    Bars,
    /// A line over years.
    Line,
}

/// The number format of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// Shares, 0 to 1.
    Share,
    /// Shares in whole percent.
    WholeShare,
    /// Counts.
    Count,
    /// Differences, with their sign.
    Change,
    /// Differences of percentages, in percentage points, with their sign and one decimal.
    Points,
    /// Other numbers, with one decimal.
    Decimal,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct SlideChart {
    /// Its type.
    pub form: ChartForm,
    /// What it shows, without the finding.
    pub title: String,
    /// What its categories are: the header of their column.
    pub of: String,
    /// The categories.
    pub categories: Vec<String>,
    /// A series of numbers per bar group or line.
    pub series: Vec<ChartSeries>,
    /// Their format.
    pub numbers: NumberFormat,
}

/// A series of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSeries {
    /// Its name.
    pub name: String,
    /// A number per category; `None` if it is hidden or missing.
    pub values: Vec<Option<f64>>,
    /// What its colour represents.
    pub colour: Slot,
    /// Categories with a colour of their own.
    pub other: Vec<(usize, Slot)>,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct SlideTable {
    /// What it shows, without the finding.
    pub title: String,
    /// The headers of its columns.
    pub heads: Vec<SlideHead>,
    /// Its rows.
    pub rows: Vec<SlideRow>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlideHead {
    /// Its header.
    pub text: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlideRow {
    /// A field per column.
    pub fields: Vec<SlideField>,
    /// Whether it is a sum of other rows.
    pub is_sum: bool,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlideField {
    /// Its text; `..` means hidden, `.` missing.
    pub text: String,
    /// Darkness of its background in a heat map, 0 to 1.
    pub shade: f64,
}

impl SlideField {
    /// Text without background.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), shade: 0.0 }
    }
}

impl SlideTable {
    /// The table without number columns and rows in which no number is shown; also returns how many columns and rows
    /// were removed. Sum rows are kept.
    #[must_use]
    pub fn without_empty(mut self) -> (Self, usize, usize) {
        let is_shown = |field: &SlideField| !matches!(field.text.as_str(), ".." | "." | "");
        let keep: Vec<bool> = (0..self.heads.len())
            .map(|i| !self.heads[i].is_number || self.rows.iter().any(|row| row.fields.get(i).is_some_and(is_shown)))
            .collect();
        let mut kept = keep.iter();
        self.heads.retain(|_| kept.next().copied().unwrap_or(true));
        for row in &mut self.rows {
            let mut kept = keep.iter();
            row.fields.retain(|_| kept.next().copied().unwrap_or(true));
        }
        let columns = keep.iter().filter(|kept| !**kept).count();
        let rows = self.rows.len();
        let is_kept = |row: &SlideRow| {
            row.fields.iter().zip(&self.heads).any(|(field, head)| head.is_number && is_shown(field))
        };
        if self.heads.iter().any(|head| head.is_number) {
            self.rows.retain(|row| row.is_sum || is_kept(row));
        }
        let rows = rows - self.rows.len();
        (self, columns, rows)
    }
}

/// The chart number for a value of a table, rounded as in the table; `None` if it is hidden or missing.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Count(Cell::Value(n)) => Some(*n as f64),
        Value::Delta(Cell::Value(n)) => Some(*n as f64),
        Value::Decimal(Cell::Value(n)) => Some(n.to_f64()),
        Value::Ratio(Cell::Value(_)) => value.to_text().parse().ok(),
        _ => None,
    }
}

/// The chart number for a ratio; `None` if it is hidden, missing or undefined.
pub fn ratio(cell: Cell<Ratio>) -> Option<f64> {
    number(&Value::Ratio(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_rows_without_a_shown_number_are_removed() {
        let head = |text: &str, is_number| SlideHead { text: text.to_owned(), is_number };
        let row = |texts: [&str; 4]| SlideRow { fields: texts.map(SlideField::plain).to_vec(), is_sum: false };
        let table = SlideTable {
            title: String::new(),
            heads: vec![head("name", false), head("a", true), head("b", true), head("c", true)],
            rows: vec![
                row(["x", "..", "1", ".."]),
                row(["y", ".", "..", "0"]),
                row(["z", "", "2", ".."]),
                row(["w", "..", "..", "."]),
            ],
        };
        let (kept, columns, rows) = table.without_empty();
        assert_eq!((columns, rows), (1, 1));
        assert_eq!(kept.heads.iter().map(|head| &*head.text).collect::<Vec<_>>(), ["name", "b", "c"]);
        assert_eq!(kept.rows.len(), 3);
        assert_eq!(kept.rows[1].fields.iter().map(|field| &*field.text).collect::<Vec<_>>(), ["y", "..", "0"]);
    }

    #[test]
    fn chart_numbers_equal_those_of_the_tables() {
        assert_eq!(number(&Value::Count(Cell::Value(7))), Some(7.0));
        assert_eq!(number(&Value::Count(Cell::Hidden)), None);
        assert_eq!(number(&Value::Delta(Cell::Value(-3))), Some(-3.0));
        assert_eq!(ratio(Cell::Value(Ratio::new(1, 3))), Some(0.333_333));
        assert_eq!(ratio(Cell::Value(Ratio::new(0, 0))), None);
        assert_eq!(ratio(Cell::Missing), None);
    }
}
