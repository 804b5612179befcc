//! Reading a small table with a header, from text or a workbook: finds the columns by name and returns each row with
//! its line.

use csv::StringRecord;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::names::{RegisterColumns, fold};
use super::notes::{Filled, Notes};
use crate::config::{ExtractConfig, ExtractKind};
use crate::error::{Error, Exit, Result};
use crate::extract::csv::{decode, delimiter};
use crate::extract::header::looks_like_data;
use crate::extract::{Aspect, InputFormat as _, Opened, Record, workbook};
use crate::io::Content;
use crate::model::{ALL, NO_PROGRAMME, OUT, Text, UNKNOWN};

/// A line of a file, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceLine<'a> {
    /// Name of the file.
    pub source: &'a str,
    /// Line, counted from 1.
    pub line: u64,
}

impl SourceLine<'_> {
    /// An error about this line.
    pub fn error(self, id: &'static str) -> Error {
        Error::new(Exit::Input, id).with("file", self.source).with("line", self.line)
    }
}

/// A row with its position.
#[derive(Debug, Clone)]
pub(super) struct Located<'a, T> {
    /// The line.
    pub place: SourceLine<'a>,
    /// The character between a row's fields.
    pub delimiter: u8,
    /// The row.
    pub row: T,
}

/// The rows of a table.
#[derive(Debug)]
pub(super) struct RegisterRows<'a, W> {
    /// The rows below the header.
    pub rows: Vec<Located<'a, W>>,
    /// The columns that were recognised by names other than the contract's.
    pub translated: Vec<&'static str>,
}

/// Reads the rows of a register: every field is text, trimmed; absent fields are empty.
///
/// # Errors
/// An empty file; one that is neither text nor a workbook; a header that lacks a column or has it twice; a row with
/// more fields than the header; a value over several lines; a header without rows.
pub(super) fn read<'a, W: DeserializeOwned>(
    source: &'a str,
    bytes: &[u8],
    columns: RegisterColumns,
    notes: &mut Notes,
) -> Result<RegisterRows<'a, W>> {
    let (delimiter, lines) = raw_table(source, bytes)?;
    let mut lines = lines.into_iter().map(|(line, record)| (SourceLine { source, line }, record));
    let no_rows = || Error::new(Exit::Input, "error-register-no-rows").with("file", source);
    let (place, header) = lines.next().ok_or_else(no_rows)?;
    let (names, translated) = check_header(place, &header, columns)?;
    let mut rows = Vec::new();
    for (place, mut record) in lines {
        check_fields(place, &header, &record)?;
        while record.len() < header.len() {
            record.push_field("");
        }
        let row = record.deserialize(Some(&names)).map_err(|_| place.error("error-register-row"))?;
        rows.push(Located { place, delimiter, row });
    }
    if rows.is_empty() {
        return Err(no_rows());
    }
    notes.add(Filled::Headers, translated.len() as u64);
    Ok(RegisterRows { rows, translated })
}

/// The character between fields, and the non-empty rows, each with its line.
pub(in crate::extract) type RawTable = (u8, Vec<(u64, StringRecord)>);

/// Reads the rows of a text or a workbook.
///
/// # Errors
/// An empty file; one that is neither text nor a workbook; a row that cannot be read.
pub(in crate::extract) fn raw_table(source: &str, bytes: &[u8]) -> Result<RawTable> {
    if workbook::Workbook.recognises(bytes) { of_workbook(source, bytes) } else { of_text(source, bytes) }
}

fn of_text(source: &str, bytes: &[u8]) -> Result<RawTable> {
    let text = lines(source, bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = delimiter(first);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|problem| {
            SourceLine { source, line: line_of(&text, problem.position()) }.error("error-register-row")
        })?;
        if !record.iter().all(str::is_empty) {
            rows.push((line_of(&text, record.position()), record));
        }
    }
    Ok((delimiter, rows))
}

/// Reads the sheet of a workbook that the reader of extracts would choose. A decimal comma in it separates nothing.
fn of_workbook(source: &str, bytes: &[u8]) -> Result<RawTable> {
    let opened = Opened::of(source, Content::Memory(bytes.to_vec()))?;
    let mut table = opened.rows(source, &ExtractConfig::of(ExtractKind::October))?;
    let line = table.guesses().iter().find(|guess| guess.aspect == Aspect::Header);
    let line = line.and_then(|guess| guess.value.parse().ok()).unwrap_or(1);
    let mut rows = vec![(line, StringRecord::from(table.header().to_vec()))];
    let mut malformed = None;
    table.each(&mut |line, record| {
        match record {
            Record::Fields(fields) => rows.push((line, fields.iter().map(str::trim).collect())),
            Record::Note => {}
            Record::Malformed => {
                malformed = Some(line);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    match malformed {
        Some(line) => Err(SourceLine { source, line }.error("error-register-row")),
        None => Ok((b';', rows)),
    }
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

/// The line of a record; counts the blank lines before it, which the reader skips.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    position.map_or(0, |p| {
        let rest = usize::try_from(p.byte()).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
        p.line() + rest.iter().take_while(|byte| **byte == b'\n').count() as u64
    })
}

/// The header with the contract's names for its columns and empty texts for the others, and the columns that were
/// recognised by another name. A name of the contract wins over synonyms, a strong synonym over a weak one.
fn check_header(
    place: SourceLine<'_>,
    header: &StringRecord,
    columns: RegisterColumns,
) -> Result<(StringRecord, Vec<&'static str>)> {
    let mut names = vec![""; header.len()];
    let mut translated = Vec::new();
    for column in columns.all() {
        let ranks = header.iter().map(|name| columns.rank(column, name)).enumerate();
        let ranks: Vec<(u8, usize)> = ranks.filter_map(|(position, rank)| Some((rank?, position))).collect();
        let Some(best) = ranks.iter().map(|(rank, _)| *rank).min() else { continue };
        let fitting: Vec<usize> = ranks.iter().filter(|(rank, _)| *rank == best).map(|(_, at)| *at).collect();
        if let [_, _, ..] = fitting[..] {
            let seen: Vec<&str> = fitting.iter().map(|at| &header[*at]).collect();
            let error = place.error("error-register-column-twice").with("column", column);
            return Err(error.with("seen", seen.join(", ")));
        }
        if best > 0 {
            translated.push(column);
        }
        fitting.into_iter().for_each(|at| names[at] = column);
    }
    let has = |column: &str| names.contains(&column);
    let missing = columns.required.iter().find(|column| !has(column)).copied();
    let missing =
        missing.or_else(|| columns.either.last().copied().filter(|_| !columns.either.iter().any(|c| has(c))));
    match missing {
        Some(column) => Err(missing_column(place, header, columns, column, &names)),
        None => Ok((StringRecord::from(names), translated)),
    }
}

fn missing_column(
    place: SourceLine<'_>,
    header: &StringRecord,
    columns: RegisterColumns,
    column: &'static str,
    names: &[&str],
) -> Error {
    // A file of students in place of a register must not show its first row.
    let shown = |name: &&str| if looks_like_data(name) { "…".to_owned() } else { (*name).to_owned() };
    let texts: Vec<&str> = header.iter().filter(|name| !name.is_empty()).collect();
    let seen = texts.iter().map(shown).collect::<Vec<_>>().join(", ");
    // A row of values contains numbers and codes; names of columns rarely do.
    let is_column = |column: &str| names.contains(&column) || nearest(column, header, columns).is_some();
    let has_digits = texts.iter().any(|name| name.contains(|c: char| c.is_ascii_digit()));
    if has_digits && !columns.required.iter().any(|column| is_column(column)) {
        return place.error("error-register-no-header").with("seen", seen).with("wanted", columns.wanted());
    }
    let error = match nearest(column, header, columns).filter(|near| !looks_like_data(near)) {
        Some(near) => place.error("error-register-column-near").with("near", near),
        None => place.error("error-register-column"),
    };
    error.with("column", column).with("seen", seen).with("wanted", columns.wanted())
}

/// The header most similar to one of the column's names, if at most a third of its letters differ.
fn nearest<'a>(column: &str, header: &'a StringRecord, columns: RegisterColumns) -> Option<&'a str> {
    let names = columns.names(column);
    let others = |header: &str| columns.all().any(|other| other != column && columns.rank(other, header).is_some());
    header
        .iter()
        .filter(|header| !others(header))
        .flat_map(|header| {
            names.iter().map(move |name| (strsim::damerau_levenshtein(name, &fold(header)), name, header))
        })
        .filter(|(distance, name, header)| *distance <= name.len().min(header.chars().count()).div_ceil(3))
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., header)| header)
}

fn check_fields(place: SourceLine<'_>, header: &StringRecord, record: &StringRecord) -> Result<()> {
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

/// The code in this column: not empty and not a mark that tables use for something else.
///
/// # Errors
/// An empty or a reserved code.
pub(super) fn code(place: SourceLine<'_>, column: &str, value: &str) -> Result<Text> {
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

/// Checks that every code is on one line only.
///
/// # Errors
/// A code that occurs twice, with both lines.
pub(super) fn distinct<'a>(codes: impl Iterator<Item = (SourceLine<'a>, &'a Text)>) -> Result<()> {
    let mut first = BTreeMap::new();
    for (place, code) in codes {
        if let Some(line) = first.insert(code, place.line) {
            return Err(place.error("error-register-code-twice").with("code", code).with("first", line));
        }
    }
    Ok(())
}

/// Checks that every successor is in the register and that no chain of successors leads back to its start. `entries`
/// has line, code and successor.
///
/// # Errors
/// A successor that does not exist, or a loop.
pub(super) fn successors<'a>(entries: &[(SourceLine<'a>, &'a Text, Option<&'a Text>)]) -> Result<()> {
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
