//! The rows of a source as texts: the fields of its columns, and which of its lines are rows.

use super::values::{begins_as_total, fits, id, is_filled, is_rounded, trimmed};
use super::{listed, quoted};
use crate::config::{ExtractKind, Field};
use crate::extract::Columns;
use crate::model::Year;

/// The layout of a source's rows on the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowLayout {
    /// Typed columns: Parquet, tables.
    Columns,
    /// Lines of text separated by a character, with `fields` fields in the header. A line that does not fit is also
    /// in the column `bad`.
    Lines {
        /// The separator of fields.
        delimiter: char,
        /// Number of fields in the header, including empty ones at its end.
        fields: usize,
    },
}

/// A source in queries: a view with the columns `c0`, `c1` …, all texts.
#[derive(Debug, Clone)]
pub struct SourceView {
    /// Its number among the sources of the run.
    pub number: usize,
    /// What it holds.
    pub kind: ExtractKind,
    /// The position of its round among rounds; later rounds are larger.
    pub round: u8,
    /// The year given by the config.
    pub year: Option<Year>,
    /// Its columns by field.
    pub columns: Columns,
    /// Headers, without empty ones at the end.
    pub header: Vec<String>,
    /// The layout of its rows.
    pub layout: RowLayout,
}

/// The columns of `texts` and their fields, as written; `student` is another column.
pub const FIELDS: [(Field, &str); 9] = [
    (Field::Home, "home"),
    (Field::Unit, "unit"),
    (Field::Programme, "programme"),
    (Field::Year, "year"),
    (Field::YearGroup, "year_group"),
    (Field::Count, "amount"),
    (Field::Seats, "seats"),
    (Field::Time, "time"),
    (Field::Protected, "protected"),
];

impl SourceView {
    /// The name of its view.
    #[must_use]
    pub fn view(&self) -> String {
        format!("elevflode_source_{}", self.number)
    }

    /// Whether its view has the column with this number: all columns of lines, because each contributes to the shape;
    /// otherwise only the used ones.
    #[must_use]
    pub fn has(&self, at: usize) -> bool {
        matches!(self.layout, RowLayout::Lines { .. }) || self.columns.is_used(at)
    }

    /// The query for its rows as texts: these fields as written, and the student id without blanks and marks.
    pub(super) fn texts(&self, fields: &[(Field, &'static str)]) -> String {
        let year = self.year.map_or("CAST(NULL AS INT)".to_owned(), |year| year.to_string());
        let column = |field: Field, name: &str, read: fn(&str) -> String| match self.columns.position(field) {
            Some(at) => format!("{} AS {name}", read(&format!("c{at}"))),
            None => format!("CAST(NULL AS STRING) AS {name}"),
        };
        let codes = fields.iter().map(|(field, name)| column(*field, name, str::to_owned));
        let columns: Vec<String> = codes.chain([column(Field::Student, "student", id)]).collect();
        format!(
            "SELECT {number} AS source, {october} AS is_october, {round} AS round, {year} AS config_year, {shape} AS shape, \
             {doubt} AS doubt, {wanted} AS is_wanted, {first} AS is_first_total, {columns} FROM {view}{rows}",
            number = self.number,
            october = self.kind == ExtractKind::October,
            round = self.round,
            shape = self.shape(),
            doubt = self.doubt(),
            wanted = self.is_wanted(),
            first = begins_as_total("c0"),
            columns = columns.join(", "),
            view = self.present(),
            rows = self.rows(),
        )
    }

    /// Its columns, with null replaced by an empty text; only `bad` may be null.
    fn present(&self) -> String {
        let (count, bad) = match self.layout {
            RowLayout::Lines { fields, .. } => (fields, ", bad"),
            RowLayout::Columns => (self.header.len(), ""),
        };
        let columns: Vec<String> =
            (0..count).filter(|at| self.has(*at)).map(|at| format!("coalesce(c{at}, '') AS c{at}")).collect();
        format!("(SELECT {}{bad} FROM {})", columns.join(", "), self.view())
    }

    /// Whether the filter keeps a row.
    fn is_wanted(&self) -> String {
        let one = |(at, values): &(usize, Vec<String>)| {
            let values = listed(values.iter().map(|value| value.trim()));
            format!("coalesce({} IN {values}, false)", trimmed(&format!("c{at}")))
        };
        let all: Vec<String> = self.columns.filters().iter().map(one).collect();
        if all.is_empty() { "true".to_owned() } else { all.join(" AND ") }
    }

    /// The shape of a line: 0 a row, 1 a note or repeated headers, 2 malformed.
    fn shape(&self) -> String {
        let headers: Vec<String> = self
            .columns
            .found()
            .iter()
            .filter_map(|found| {
                let (text, header) = (format!("c{}", self.columns.position(found.field)?), quoted(&found.header));
                // `contains` is cheap and rules out almost every text.
                Some(format!("contains({text}, {header}) AND {} = {header}", trimmed(&text)))
            })
            .collect();
        let repeated_headers = format!("WHEN {} THEN 1", headers.join(" AND "));
        let RowLayout::Lines { delimiter, fields } = self.layout else {
            return format!("CASE {repeated_headers} ELSE 0 END");
        };
        let width = self.header.len();
        let mut cases = vec![format!("WHEN {} THEN 2", self.has_more(delimiter, fields))];
        if width >= 3 {
            let texts: Vec<String> = (0..width).map(|at| format!("IF({}, 1, 0)", filled(at))).collect();
            let usual: Vec<String> = (0..3).map(filled).collect();
            let cells: Vec<String> = (0..width).map(|at| format!("c{at}")).collect();
            let trimmed = trimmed("x");
            let cells = format!("filter(transform(array({}), x -> {trimmed}), x -> x <> '')", cells.join(", "));
            let few = format!("NOT ({}) AND {} <= 2", usual.join(" AND "), texts.join(" + "));
            cases.push(format!("WHEN {few} AND {} THEN 1", is_note(&cells)));
        }
        cases.push(format!("WHEN bad IS NOT NULL AND size({}) < {width} THEN 2", parts(delimiter)));
        cases.push(repeated_headers);
        format!("CASE {} ELSE 0 END", cases.join(" "))
    }

    /// Whether a line has more fields than the headers and these are not all empty.
    fn has_more(&self, delimiter: char, fields: usize) -> String {
        let beyond = format!("slice({0}, {1}, greatest(size({0}) - {fields}, 0))", parts(delimiter), fields + 1);
        let more = format!("(bad IS NOT NULL AND exists({beyond}, x -> {} <> ''))", trimmed("x"));
        let unnamed = (self.header.len()..fields).map(filled);
        let all: Vec<String> = unnamed.chain([more]).collect();
        format!("({})", all.join(" OR "))
    }

    /// What prevents a line from being read as the local engine would read it: 1 characters invalid in the encoding,
    /// 2 a quote that is not closed on its line, or text after a closing one, 3 an id rounded by a spreadsheet; 0
    /// nothing.
    fn doubt(&self) -> String {
        let id =
            self.columns.position(Field::Student).map(|at| format!("WHEN {} THEN 3", is_rounded(&format!("c{at}"))));
        let id = id.unwrap_or_else(|| "WHEN false THEN 3".to_owned());
        let RowLayout::Lines { fields, .. } = self.layout else { return format!("CASE {id} ELSE 0 END") };
        let all: Vec<String> = (0..fields).map(|at| format!("contains(c{at}, '\u{fffd}')")).collect();
        // A field that begins with a quote but does not end with one.
        let open = |at| format!("(startswith(c{at}, '\"') AND NOT (endswith(c{at}, '\"') AND length(c{at}) > 1))");
        let quoted: Vec<String> = (0..fields).map(open).collect();
        // The later lines of a field over several lines have too few fields and an unpaired quote.
        let open = format!("(bad IS NOT NULL AND contains({UNQUOTED}, '\"'))");
        format!("CASE WHEN {} THEN 1 WHEN {} OR {open} THEN 2 {id} ELSE 0 END", all.join(" OR "), quoted.join(" OR "))
    }

    /// The condition for lines that are not blank; rows of other layouts are all included.
    fn rows(&self) -> String {
        let RowLayout::Lines { delimiter, fields } = self.layout else { return String::new() };
        let any: Vec<String> = (0..fields).map(filled).chain([self.has_more(delimiter, fields)]).collect();
        format!(" WHERE {}", any.join(" OR "))
    }
}

/// Whether a column holds more than blanks.
fn filled(at: usize) -> String {
    is_filled(&format!("c{at}"))
}

/// A line that does not fit, with each quoted text replaced by a letter.
const UNQUOTED: &str = "regexp_replace(bad, r'\"[^\"]*\"', 'q')";

/// The fields of a line that does not fit, each quoted text as one.
fn parts(delimiter: char) -> String {
    format!(
        "split({UNQUOTED}, r'[{}]', -1)",
        if delimiter == '\t' { "\\t".to_owned() } else { format!("\\{delimiter}") }
    )
}

/// Whether the one or two texts of a line are a note (`extract::is_note`).
fn is_note(texts: &str) -> String {
    let is_text = |text: &str| {
        let code = r"(?<![0-9])(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{4}";
        format!("({} AND NOT {})", fits(text, r"\p{IsAlphabetic}"), fits(text, code))
    };
    let is_prose = |text: &str, length: u8| format!("(contains({text}, ' ') AND length({text}) >= {length})");
    let (one, other) = (format!("get({texts}, 0)"), format!("get({texts}, 1)"));
    format!(
        "CASE size({texts}) WHEN 1 THEN {} AND {} WHEN 2 THEN {} AND {} AND ({} OR {}) ELSE false END",
        is_text(&one),
        is_prose(&one, 0),
        is_text(&one),
        is_text(&other),
        is_prose(&one, 40),
        is_prose(&other, 40),
    )
}
