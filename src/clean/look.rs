//! A look at the first rows of a file, before any is counted: what its ids are, and whether rows may be counts all the same.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::ids::{is_placeholder, is_rounded};
use super::{IdKind, values};
use crate::config::{ExtractConfig, ExtractKind, Field};
use crate::error::{Error, Exit, Result};
use crate::extract::{Columns, Record, Rows, plain};
use crate::model::{PersonalNumber, Year};

/// How many ids tell what their column holds, and how many rows whether a column holds counts.
const SAMPLE: u64 = 1000;

/// What the ids of a file are, by the first of them: personal numbers where most have the form of one (of other ids of ten
/// digits one in thirty has it). `None` if the extract has no student column.
///
/// # Errors
/// As of [`Rows::each`]; ids that a spreadsheet has rounded; an extract that knows neither students nor a count, and has a
/// column that may be one.
pub fn ids(
    source: &str,
    rows: &mut dyn Rows,
    columns: &Columns,
    extract: &ExtractConfig,
    reference: Year,
) -> Result<Option<IdKind>> {
    if !columns.has(Field::Student) {
        check_rows(source, rows, columns, extract)?;
        return Ok(None);
    }
    let (mut seen, mut numbers, mut rounded) = (0_u64, 0_u64, None);
    rows.each(&mut |line, record| {
        if let Record::Fields(fields) = record
            && let Some(id) = columns.text(fields, Field::Student).filter(|id| !is_placeholder(id))
        {
            if is_rounded(id) {
                rounded = Some(line);
                return ControlFlow::Break(());
            }
            let parsed = PersonalNumber::parse(id, reference);
            seen += 1;
            numbers += u64::from(parsed.or_else(|| PersonalNumber::restore(id, reference)).is_some());
        }
        if seen < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    match rounded {
        Some(line) => Err(rounded_ids(source, columns, line)),
        None if numbers * 2 > seen => Ok(Some(IdKind::PersonalNumbers)),
        None => Ok(Some(IdKind::Surrogates)),
    }
}

/// The error of a file whose ids a spreadsheet has rounded, by the first such line.
pub fn rounded_ids(source: &str, columns: &Columns, line: u64) -> Error {
    Error::new(Exit::Input, "error-ids-rounded")
        .with("path", source)
        .with("line", line)
        .with("column", columns.header(Field::Student))
}

/// Checks that rows without id and count are students: no unused column may be a count. One may if its header says so, or if all
/// that it holds are counts and no two rows have the same codes, as rows of a table of counts have.
fn check_rows(source: &str, rows: &mut dyn Rows, columns: &Columns, extract: &ExtractConfig) -> Result<()> {
    if columns.has(Field::Count) || extract.kind == ExtractKind::Seats || extract.rows.is_some() {
        return Ok(());
    }
    let header = rows.header().to_vec();
    let unused: Vec<usize> = (0..header.len()).filter(|at| !columns.is_mapped(*at)).collect();
    let mut can_be: BTreeSet<usize> = unused.iter().copied().collect();
    let (mut holds, mut keys, mut is_repeated) = (BTreeSet::new(), BTreeSet::new(), false);
    let mut seen = 0;
    rows.each(&mut |_, record| {
        let Record::Fields(fields) = record else { return ControlFlow::Continue(()) };
        let text = |at: usize| plain(fields.get(at).unwrap_or_default());
        seen += 1;
        let codes: Vec<String> =
            (0..header.len()).filter(|at| columns.is_mapped(*at)).map(|at| text(at).to_owned()).collect();
        is_repeated |= !keys.insert(codes);
        can_be.retain(|at| is_count(text(*at)));
        holds.extend(
            unused
                .iter()
                .copied()
                .filter(|at| values::count(text(*at)).cell.is_some_and(|cell| cell.value().is_some())),
        );
        if seen < SAMPLE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let is_likely = |at: &usize| {
        let may_be = can_be.contains(at) && holds.contains(at);
        may_be && (says_count(&header[*at]) || !is_repeated && seen > 1)
    };
    if !unused.iter().any(is_likely) {
        return Ok(());
    }
    let names: Vec<&str> = unused.iter().map(|at| header[*at].as_str()).filter(|name| !name.is_empty()).collect();
    let likely: Vec<&str> = unused.iter().filter(|at| is_likely(at)).map(|at| header[*at].as_str()).collect();
    Err(Error::new(Exit::Input, "error-count-unknown")
        .with("path", source)
        .with("unused", names.join(", "))
        .with("likely", likely.first().copied().unwrap_or_default()))
}

/// Whether a text may stand in a column of counts: nothing, a mark or a number, but no code with zeros before it.
fn is_count(text: &str) -> bool {
    let is_code = text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    !is_code && values::count(text).cell.is_some()
}

/// Whether a header says that its column counts people.
fn says_count(header: &str) -> bool {
    let lower = header.to_lowercase();
    ["elev", "antal", "tot", "summa", "personer", "inskriv", "pupil", "student", "number", "count", "headcount"]
        .iter()
        .any(|word| lower.contains(word))
}
