//! Checks of the first rows of a file before counting: the kind of its ids, and whether rows without a count column
//! may be counts.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::ids::{is_placeholder, is_rounded};
use super::{IdKind, values};
use crate::config::{ExtractConfig, ExtractKind, Field};
use crate::error::{Error, Exit, Result};
use crate::extract::{Columns, Record, Rows, plain};
use crate::model::{PersonalNumber, Year};

/// The number of ids that are examined for their kind, and of rows for counts.
const SAMPLE: u64 = 1000;

/// The kind of ids in a file, judged by the first of them: personal numbers if most have the form of one (one in
/// thirty of other ten-digit ids has it). `None` if the extract has no student column.
///
/// # Errors
/// As of [`Rows::each`]; ids that a spreadsheet has rounded; an extract without student and count columns that has a
/// column which may be a count.
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

/// The error for a file whose ids a spreadsheet has rounded, with the first such line.
pub fn rounded_ids(source: &str, columns: &Columns, line: u64) -> Error {
    Error::new(Exit::Input, "error-ids-rounded")
        .with("path", source)
        .with("line", line)
        .with("column", columns.header(Field::Student))
}

/// Checks that rows without id and count are students: no unused column may be a count. A column may be a count if its
/// header says so, or if all its values are counts and no two rows have the same codes, as in a table of counts.
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

/// Whether a text may be in a column of counts: empty, a mark or a number, but not a code with leading zeros.
fn is_count(text: &str) -> bool {
    let is_code = text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    !is_code && values::count(text).cell.is_some()
}

/// Whether a header indicates that its column counts people.
fn says_count(header: &str) -> bool {
    let lower = header.to_lowercase();
    ["elev", "antal", "tot", "summa", "personer", "inskriv", "pupil", "student", "number", "count", "headcount"]
        .iter()
        .any(|word| lower.contains(word))
}
