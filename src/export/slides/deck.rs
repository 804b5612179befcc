//! A deck before any program's format: what each slide says, shows and notes. `story` makes it of released numbers alone, and
//! whatever writes it takes nothing else.

use std::sync::Arc;

use crate::model::{Cell, Ratio};
use crate::render::Picture;
use crate::tables::Value;
use crate::theme::Slot;

/// A deck.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// What it is about: a property of the file.
    pub title: String,
    /// The line at the foot of each slide: the mark of internal releases, what the deck is about.
    pub foot: String,
    /// Its slides; the first opens it.
    pub slides: Vec<Slide>,
    /// What it would tell if there were numbers, a topic each.
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
    pub content: Content,
    /// What is counted, and where it comes from: the last line.
    pub caption: Option<String>,
    /// What the speaker needs: definitions and numbers, a paragraph each.
    pub notes: Vec<String>,
}

/// What a slide shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Lines below the title of the first slide, or of the first of a part.
    Opening(Vec<String>),
    /// One thing.
    One(Block),
    /// Two side by side.
    Two(Block, Block),
}

/// A thing on a slide.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A chart with its numbers.
    Chart(Chart),
    /// A table.
    Table(SlideTable),
    /// A picture.
    Picture(Arc<Picture>),
    /// Sentences.
    Points(Vec<Point>),
}

/// A sentence of a list, with a term before it where it explains one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The term.
    pub term: Option<String>,
    /// The sentence.
    pub text: String,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Horizontal bars, the first category on top; several series side by side.
    Bars,
    /// A line over years.
    Line,
}

/// How the numbers of a chart are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Shares, 0 to 1.
    Share,
    /// The same in whole percent.
    WholeShare,
    /// Counts.
    Count,
    /// Differences, with their sign.
    Change,
    /// Other numbers, one decimal.
    Decimal,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// How it is drawn.
    pub form: Form,
    /// What it shows, without its finding.
    pub title: String,
    /// What its categories are: the head of their column.
    pub of: String,
    /// The categories.
    pub categories: Vec<String>,
    /// Numbers by category.
    pub series: Vec<Series>,
    /// How they are written.
    pub numbers: Numbers,
}

/// A series of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// A number by category; none where it is hidden or missing.
    pub values: Vec<Option<f64>>,
    /// What its colour stands for.
    pub colour: Slot,
    /// Categories whose colour is another.
    pub other: Vec<(usize, Slot)>,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct SlideTable {
    /// What it shows, without its finding.
    pub title: String,
    /// Heads of its columns.
    pub heads: Vec<SlideHead>,
    /// Its rows.
    pub rows: Vec<SlideRow>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlideHead {
    /// Its head.
    pub text: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlideRow {
    /// A field by column.
    pub fields: Vec<SlideField>,
    /// Whether it sums up others.
    pub is_sum: bool,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlideField {
    /// Its text; `..` hidden, `.` missing.
    pub text: String,
    /// How dark its ground is, 0 to 1: a heat map.
    pub shade: f64,
}

impl SlideField {
    /// Text without a ground.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), shade: 0.0 }
    }
}

impl SlideTable {
    /// The table without columns of numbers and without rows of which nothing is told; gives how many there were of each. Sums
    /// stay.
    #[must_use]
    pub fn told(mut self) -> (Self, usize, usize) {
        let is_told = |field: &SlideField| !matches!(field.text.as_str(), ".." | "." | "");
        let keep: Vec<bool> = (0..self.heads.len())
            .map(|i| !self.heads[i].is_number || self.rows.iter().any(|row| row.fields.get(i).is_some_and(is_told)))
            .collect();
        let mut kept = keep.iter();
        self.heads.retain(|_| kept.next().copied().unwrap_or(true));
        for row in &mut self.rows {
            let mut kept = keep.iter();
            row.fields.retain(|_| kept.next().copied().unwrap_or(true));
        }
        let columns = keep.iter().filter(|kept| !**kept).count();
        let rows = self.rows.len();
        let tells =
            |row: &SlideRow| row.fields.iter().zip(&self.heads).any(|(field, head)| head.is_number && is_told(field));
        if self.heads.iter().any(|head| head.is_number) {
            self.rows.retain(|row| row.is_sum || tells(row));
        }
        let rows = rows - self.rows.len();
        (self, columns, rows)
    }
}

/// The number of a chart for a value of a table, with the decimals that the table has.
pub fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Count(Cell::Value(n)) => Some(*n as f64),
        Value::Delta(Cell::Value(n)) => Some(*n as f64),
        Value::Ratio(Cell::Value(_)) => value.to_text().parse().ok(),
        _ => None,
    }
}

/// The number of a chart for a ratio.
pub fn ratio(cell: Cell<Ratio>) -> Option<f64> {
    number(&Value::Ratio(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_rows_of_which_nothing_is_told_are_left_out() {
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
        let (told, columns, rows) = table.told();
        assert_eq!((columns, rows), (1, 1));
        assert_eq!(told.heads.iter().map(|head| &*head.text).collect::<Vec<_>>(), ["name", "b", "c"]);
        assert_eq!(told.rows.len(), 3);
        assert_eq!(told.rows[1].fields.iter().map(|field| &*field.text).collect::<Vec<_>>(), ["y", "..", "0"]);
    }

    #[test]
    fn numbers_of_charts_are_those_of_the_tables() {
        assert_eq!(number(&Value::Count(Cell::Value(7))), Some(7.0));
        assert_eq!(number(&Value::Count(Cell::Hidden)), None);
        assert_eq!(number(&Value::Delta(Cell::Value(-3))), Some(-3.0));
        assert_eq!(ratio(Cell::Value(Ratio::new(1, 3))), Some(0.333_333));
        assert_eq!(ratio(Cell::Value(Ratio::new(0, 0))), None);
        assert_eq!(ratio(Cell::Missing), None);
    }
}
