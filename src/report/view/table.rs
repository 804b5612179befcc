//! Tables of a report: headers, groups of rows, and fields that distinguish hidden, missing and zero.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::model::{Cell, Ratio};
use crate::report::ReportModel;
use crate::words::Lang;

/// A field: its text and its presentation.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct TableField {
    text: String,
    /// A second line in smaller type.
    sub: String,
    /// The id of the page that it links to; empty if none.
    anchor: String,
    /// `hidden` or `missing`; otherwise empty.
    mark: &'static str,
    /// Length of its bar, 0 to 1; empty if none.
    bar: String,
    numeric: bool,
}

impl TableField {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same with a second line.
    pub fn with_sub(mut self, sub: impl Into<String>) -> Self {
        self.sub = sub.into();
        self
    }

    /// The same with a link to an id of the page.
    pub fn linked(mut self, anchor: String) -> Self {
        self.anchor = anchor;
        self
    }

    /// A count.
    pub fn count(lang: Lang, cell: Cell) -> Self {
        Self::number(cell.map(|n| Some(lang.number(n))))
    }

    /// A difference with its sign.
    pub fn delta(lang: Lang, cell: Cell<i64>) -> Self {
        Self::number(cell.map(|n| Some(lang.signed(n))))
    }

    /// The field without the sign of a positive number.
    pub fn without_plus(mut self) -> Self {
        self.text = self.text.replace('+', "");
        self
    }

    /// A ratio as a percentage with one decimal.
    pub fn percent(model: &ReportModel, cell: Cell<Ratio>) -> Self {
        Self::number(cell.map(|r| r.is_defined().then(|| model.percent(r))))
    }

    /// A ratio as a percentage with a bar of that length (at most 100).
    pub fn bar(model: &ReportModel, cell: Cell<Ratio>) -> Self {
        let bar = match cell {
            Cell::Value(r) if r.num() >= r.den() => r.is_defined().then(|| "1".to_owned()),
            Cell::Value(r) => r.fixed(3),
            Cell::Hidden | Cell::Missing => None,
        };
        Self { bar: bar.unwrap_or_default(), ..Self::percent(model, cell) }
    }

    /// A ratio as a number.
    pub fn decimal(lang: Lang, cell: Cell<Ratio>, decimals: u32) -> Self {
        Self::number(cell.map(|r| r.is_defined().then(|| lang.decimal(r, decimals))))
    }

    /// A formatted number; `None` is missing.
    pub fn number(cell: Cell<Option<String>>) -> Self {
        let (text, mark) = match cell {
            Cell::Value(Some(text)) => (text, ""),
            Cell::Hidden => ("..".to_owned(), "hidden"),
            Cell::Value(None) | Cell::Missing => (".".to_owned(), "missing"),
        };
        Self { text, mark, numeric: true, ..Self::default() }
    }

    /// Its text.
    pub fn shown(&self) -> &str {
        &self.text
    }
}

/// A row; its first field is its header.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ViewRow {
    fields: Vec<TableField>,
    /// `total` or `rest`; otherwise empty.
    kind: &'static str,
}

impl ViewRow {
    /// A plain row.
    pub fn new(fields: Vec<TableField>) -> Self {
        Self { fields, kind: "" }
    }

    /// A sum of other rows.
    pub fn total(fields: Vec<TableField>) -> Self {
        Self { fields, kind: "total" }
    }

    /// The sum of the rows not shown.
    pub fn rest(fields: Vec<TableField>) -> Self {
        Self { fields, kind: "rest" }
    }
}

/// A table: column headers and groups of rows.
#[derive(Debug, Clone)]
pub struct ViewTable {
    id: String,
    caption: String,
    heads: Vec<ColumnHead>,
    groups: Vec<RowGroup>,
}

/// The header of a column.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ColumnHead {
    /// Its text.
    pub text: String,
    /// Whether its column holds numbers.
    pub numeric: bool,
}

/// Rows under a heading, which may be empty.
#[derive(Debug, Clone, serde::Serialize)]
struct RowGroup {
    heading: String,
    rows: Vec<ViewRow>,
}

/// Minimum number of rows of a table that may be split over printed pages.
const LONG: usize = 30;
/// Minimum number of columns of a table in smaller type.
const WIDE: usize = 12;

impl ViewTable {
    /// An empty table. `id` is unique on the page; the headers of numbers follow those of `words`.
    pub fn new(id: impl Into<String>, caption: impl Into<String>, words: &[String], numbers: &[String]) -> Self {
        let head = |numeric: bool| move |text: &String| ColumnHead { text: text.clone(), numeric };
        Self {
            id: id.into(),
            caption: caption.into(),
            heads: words.iter().map(head(false)).chain(numbers.iter().map(head(true))).collect(),
            groups: Vec::new(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Adds a last column of texts.
    pub fn with_last(mut self, head: String) -> Self {
        self.heads.push(ColumnHead { text: head, numeric: false });
        self
    }

    /// Adds a group of rows under a heading; without one if it is empty.
    pub fn group(mut self, heading: impl Into<String>, rows: Vec<ViewRow>) -> Self {
        if !rows.is_empty() {
            self.groups.push(RowGroup { heading: heading.into(), rows });
        }
        self
    }
}

/// The texts of a table, for output other than pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainTable {
    /// What it shows.
    pub caption: String,
    /// Its headers.
    pub heads: Vec<ColumnHead>,
    /// Its rows.
    pub rows: Vec<PlainRow>,
}

/// A row of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainRow {
    /// Whether it is a sum.
    pub is_sum: bool,
    /// Its texts.
    pub texts: Vec<String>,
}

impl ViewTable {
    /// Its texts; the second line of a field follows the first after a dot.
    #[must_use]
    pub fn plain(self) -> PlainTable {
        let text = |field: TableField| match &*field.sub {
            "" => field.text,
            sub => format!("{} · {sub}", field.text),
        };
        let row = |row: ViewRow| PlainRow {
            is_sum: row.kind == "total",
            texts: row.fields.into_iter().map(text).collect(),
        };
        let rows = self.groups.into_iter().flat_map(|group| group.rows).map(row).collect();
        PlainTable { caption: self.caption, heads: self.heads, rows }
    }
}

/// The form for templates: the content and its size.
impl Serialize for ViewTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut table = serializer.serialize_struct("Table", 7)?;
        table.serialize_field("id", &self.id)?;
        table.serialize_field("caption", &self.caption)?;
        table.serialize_field("heads", &self.heads)?;
        table.serialize_field("groups", &self.groups)?;
        let rows: usize = self.groups.iter().map(|group| group.rows.len()).sum();
        table.serialize_field("is_long", &(rows >= LONG))?;
        table.serialize_field("is_wide", &(self.heads.len() >= WIDE))?;
        table.serialize_field("is_empty", &self.groups.is_empty())?;
        table.end()
    }
}

/// A key number with its label, above the tables of a section.
#[derive(Debug, Clone, serde::Serialize)]
pub struct KeyFact {
    /// Its label.
    pub label: String,
    /// The number.
    pub value: String,
    /// How it is computed.
    pub note: String,
}

/// A picture of a section, by name. The exporter looks it up; it is omitted if it was not drawn.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SectionFigure {
    picture: String,
}

impl SectionFigure {
    /// The only field of a serialised figure.
    pub const FIELD: &str = "picture";

    /// The picture with this name, without extension: `charts/shares`.
    pub fn new(picture: impl Into<String>) -> Self {
        Self { picture: picture.into() }
    }
}
