//! Tables of the page: heads, groups of rows, and fields that keep hidden, missing and zero apart.

use minijinja::{context, value::Value};

use crate::model::{Cell, Ratio};
use crate::report::ReportModel;
use crate::words::Lang;

/// A field: its text, and how it looks.
#[derive(Debug, Clone, Default)]
pub struct Field {
    text: String,
    /// A second, quieter line.
    sub: String,
    /// Where it links to, an id of the page; nothing where empty.
    anchor: String,
    /// `hidden` or `missing`; else nothing.
    mark: &'static str,
    /// Length of its bar, 0 to 1; nothing where empty.
    bar: String,
    numeric: bool,
}

impl Field {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Words with a quieter line below.
    pub fn with_sub(mut self, sub: impl Into<String>) -> Self {
        self.sub = sub.into();
        self
    }

    /// The same, linked to an id of the page.
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

    /// A ratio as a percentage with one decimal.
    pub fn percent(model: &ReportModel, cell: Cell<Ratio>) -> Self {
        Self::number(cell.map(|r| r.is_defined().then(|| model.percent(r))))
    }

    /// A ratio as a percentage, with a bar of that length (at most 100).
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

    /// A number that is ready to be shown; none is missing.
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

/// A row: its first field is its head.
#[derive(Debug, Clone)]
pub struct Row {
    fields: Vec<Field>,
    kind: &'static str,
}

impl Row {
    /// A plain row.
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, kind: "" }
    }

    /// A sum of other rows.
    pub fn total(fields: Vec<Field>) -> Self {
        Self { fields, kind: "total" }
    }

    /// What is left over.
    pub fn rest(fields: Vec<Field>) -> Self {
        Self { fields, kind: "rest" }
    }
}

/// A table: one head, groups of rows.
#[derive(Debug, Clone)]
pub struct Table {
    id: String,
    caption: String,
    heads: Vec<(String, bool)>,
    groups: Vec<(String, Vec<Row>)>,
}

/// Rows from which on a table may go over several printed pages.
const LONG: usize = 30;
/// Columns from which on a table is set smaller.
const WIDE: usize = 12;

impl Table {
    /// An empty table. `id` is unique on the page; heads of numbers come after those of `words`.
    pub fn new(id: impl Into<String>, caption: impl Into<String>, words: &[String], numbers: &[String]) -> Self {
        let head = |numeric: bool| move |text: &String| (text.clone(), numeric);
        Self {
            id: id.into(),
            caption: caption.into(),
            heads: words.iter().map(head(false)).chain(numbers.iter().map(head(true))).collect(),
            groups: Vec::new(),
        }
    }

    /// Adds a last head of words.
    pub fn with_last(mut self, head: String) -> Self {
        self.heads.push((head, false));
        self
    }

    /// Adds a group of rows; a heading stands above it where there is one.
    pub fn group(mut self, heading: impl Into<String>, rows: Vec<Row>) -> Self {
        if !rows.is_empty() {
            self.groups.push((heading.into(), rows));
        }
        self
    }
}

/// A table's words alone, for what is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// What it shows.
    pub caption: String,
    /// Its heads, and which are of numbers.
    pub heads: Vec<(String, bool)>,
    /// Its rows with the heading of their group; whether a row is a sum, and its texts.
    pub rows: Vec<(String, bool, Vec<String>)>,
}

impl Table {
    /// Its words: a quieter second line follows the first after a dot.
    pub fn plain(self) -> Plain {
        let text = |field: Field| match &*field.sub {
            "" => field.text,
            sub => format!("{} · {sub}", field.text),
        };
        let rows = self.groups.into_iter().flat_map(|(heading, rows)| {
            let row =
                move |row: Row| (heading.clone(), row.kind == "total", row.fields.into_iter().map(text).collect());
            rows.into_iter().map(row)
        });
        Plain { caption: self.caption, heads: self.heads, rows: rows.collect() }
    }
}

impl From<Field> for Value {
    fn from(field: Field) -> Self {
        context! {
            text => field.text,
            sub => field.sub,
            anchor => field.anchor,
            mark => field.mark,
            bar => field.bar,
            numeric => field.numeric,
        }
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        let is_long = table.groups.iter().map(|(_, rows)| rows.len()).sum::<usize>() >= LONG;
        let is_wide = table.heads.len() >= WIDE;
        let is_empty = table.groups.is_empty();
        let row = |row: Row| context! { kind => row.kind, fields => list(row.fields) };
        let groups = table.groups.into_iter().map(|(heading, rows)| {
            context! { heading, rows => rows.into_iter().map(row).collect::<Vec<_>>() }
        });
        let heads = table.heads.into_iter().map(|(text, numeric)| context! { text, numeric });
        context! {
            id => table.id,
            caption => table.caption,
            heads => heads.collect::<Vec<_>>(),
            groups => groups.collect::<Vec<_>>(),
            is_long,
            is_wide,
            is_empty,
        }
    }
}

/// Values of a list.
pub fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Vec<Value> {
    items.into_iter().map(Into::into).collect()
}

/// A figure with its words: the list of key numbers above a section.
pub fn fact(label: String, value: String, note: String) -> Value {
    context! { label, value, note }
}
