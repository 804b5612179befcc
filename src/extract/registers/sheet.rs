//! A small table of text with a header: finds the columns by name and gives each row with the line it stands on.

use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

use crate::error::{Error, Exit, Result};
use crate::extract::csv::{decode, delimiter};
use crate::extract::header::looks_like_data;
use crate::model::{ALL, NO_PROGRAMME, OUT, Text, UNKNOWN};

/// The columns of a register.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    /// Those that must be there.
    pub required: &'static [&'static str],
    /// Those that may be missing.
    pub optional: &'static [&'static str],
}

impl Columns {
    fn all(self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// A line of a file, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// Name of the file.
    pub source: &'a str,
    /// Line, counted from 1.
    pub line: u64,
}

impl Place<'_> {
    /// An error about this line.
    pub fn error(self, id: &'static str) -> Error {
        Error::new(Exit::Input, id).with("file", self.source).with("line", self.line)
    }
}

/// Something and where it stands.
#[derive(Debug, Clone)]
pub(super) struct At<'a, T> {
    /// The line.
    pub place: Place<'a>,
    /// The character between a row's fields.
    pub delimiter: u8,
    /// What stands there.
    pub row: T,
}

/// The rows of a register as wire rows: every field text, blanks around it removed, absent ones empty.
///
/// # Errors
/// An empty file, one that is no text, a header that lacks a column or has it twice, a row with more fields than the
/// header, a value over several lines, and a header without rows.
pub(super) fn read<'a, W: DeserializeOwned>(
    source: &'a str,
    bytes: &[u8],
    columns: Columns,
) -> Result<Vec<At<'a, W>>> {
    let text = lines(source, bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = delimiter(first);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut header: Option<csv::StringRecord> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let mut record = record.map_err(|problem| {
            Place { source, line: line_of(&text, problem.position()) }.error("error-register-row")
        })?;
        let place = Place { source, line: line_of(&text, record.position()) };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some(header) = &header else {
            check_header(place, &record, columns)?;
            header = Some(record);
            continue;
        };
        check_fields(place, header, &record)?;
        while record.len() < header.len() {
            record.push_field("");
        }
        let row = record.deserialize(Some(header)).map_err(|_| place.error("error-register-row"))?;
        rows.push(At { place, delimiter, row });
    }
    if rows.is_empty() {
        return Err(Error::new(Exit::Input, "error-register-no-rows").with("file", source));
    }
    Ok(rows)
}

/// The text of a file, every line ended by a line feed.
fn lines(source: &str, bytes: &[u8]) -> Result<String> {
    let text = decode(bytes);
    let problem = if text.contains('\0') {
        "error-register-binary"
    } else if text.trim().is_empty() {
        "error-register-empty"
    } else {
        return Ok(text.replace("\r\n", "\n").replace('\r', "\n"));
    };
    Err(Error::new(Exit::Input, problem).with("file", source))
}

/// The line of a record; blank lines before it, which the reader passes over, are counted.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    position.map_or(0, |p| {
        let rest = usize::try_from(p.byte()).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
        p.line() + rest.iter().take_while(|byte| **byte == b'\n').count() as u64
    })
}

fn check_header(place: Place<'_>, header: &csv::StringRecord, columns: Columns) -> Result<()> {
    // A file of students in place of a register must not show its first row.
    let shown = |name: &&str| if looks_like_data(name) { "…".to_owned() } else { (*name).to_owned() };
    let names: Vec<&str> = header.iter().filter(|name| !name.is_empty()).collect();
    let seen = names.iter().map(shown).collect::<Vec<_>>().join(", ");
    let wanted = columns.required.join(", ");
    let has = |column: &str| header.iter().any(|name| name == column);
    // A row of values holds numbers and codes, names of columns hardly ever do.
    let is_column = |column: &&str| has(column) || nearest(column, header).is_some();
    if names.iter().any(|name| name.contains(|c: char| c.is_ascii_digit())) && !columns.required.iter().any(is_column)
    {
        return Err(place.error("error-register-no-header").with("seen", seen).with("wanted", wanted));
    }
    if let Some(column) = columns.required.iter().find(|column| !has(column)) {
        let error = match nearest(column, header) {
            Some(near) => place.error("error-register-column-near").with("near", near),
            None => place.error("error-register-column"),
        };
        return Err(error.with("column", column).with("seen", seen).with("wanted", wanted));
    }
    match columns.all().find(|column| header.iter().filter(|name| name == column).count() > 1) {
        Some(column) => Err(place.error("error-register-column-twice").with("column", column)),
        None => Ok(()),
    }
}

/// The header that looks most like the column: at most half of its letters differ, upper and lower case alike.
fn nearest<'a>(column: &str, header: &'a csv::StringRecord) -> Option<&'a str> {
    header
        .iter()
        .map(|name| (strsim::damerau_levenshtein(column, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= column.len().min(name.chars().count()).div_ceil(2))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn check_fields(place: Place<'_>, header: &csv::StringRecord, record: &csv::StringRecord) -> Result<()> {
    if record.iter().skip(header.len()).any(|field| !field.is_empty()) {
        return Err(place
            .error("error-register-row-long")
            .with("fields", record.len())
            .with("columns", header.len()));
    }
    match header.iter().zip(record).find(|(_, field)| field.contains('\n')) {
        Some((column, _)) => Err(place.error("error-register-value-lines").with("column", column)),
        None => Ok(()),
    }
}

/// The code in this column: not empty and none of the marks that tables use for something else.
///
/// # Errors
/// An empty or a reserved code.
pub(super) fn code(place: Place<'_>, column: &str, value: &str) -> Result<Text> {
    if value.is_empty() {
        return Err(place.error("error-register-code-empty").with("column", column));
    }
    if is_reserved(value) {
        return Err(place.error("error-register-code-reserved").with("column", column).with("code", value));
    }
    Ok(Text::from(value))
}

/// Whether the tables use this code as a mark: `?`, `-`, `ALL`, `OUT`, `ALL-…`, `ALL:…`.
pub(in crate::extract) fn is_reserved(code: &str) -> bool {
    [UNKNOWN, NO_PROGRAMME, ALL, OUT].contains(&code) || ["ALL-", "ALL:"].iter().any(|mark| code.starts_with(mark))
}

/// Checks that every code stands on one line only.
///
/// # Errors
/// A code that stands twice, with both lines.
pub(super) fn distinct<'a>(codes: impl Iterator<Item = (Place<'a>, &'a Text)>) -> Result<()> {
    let mut first = BTreeMap::new();
    for (place, code) in codes {
        if let Some(line) = first.insert(code, place.line) {
            return Err(place.error("error-register-code-twice").with("code", code).with("first", line));
        }
    }
    Ok(())
}

/// Checks that every successor stands in the register and that no chain of successors comes back to its start.
/// `entries` holds place, code and successor.
///
/// # Errors
/// A successor that does not exist, or a loop.
pub(super) fn successors<'a>(entries: &[(Place<'a>, &'a Text, Option<&'a Text>)]) -> Result<()> {
    let next: BTreeMap<&Text, Option<&Text>> = entries.iter().map(|(_, code, after)| (*code, *after)).collect();
    for (place, code, successor) in entries {
        if let Some(successor) = successor.filter(|after| !next.contains_key(after)) {
            return Err(place.error("error-register-successor").with("code", code).with("successor", successor));
        }
    }
    for (place, code, successor) in entries {
        let mut at = *successor;
        for _ in entries {
            match at {
                Some(after) if after == *code => {
                    return Err(place.error("error-register-successor-loop").with("code", code));
                }
                Some(after) => at = next.get(after).copied().flatten(),
                None => break,
            }
        }
    }
    Ok(())
}
