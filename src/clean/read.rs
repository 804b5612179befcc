//! One file: from rows of text to packed rows of codes, read by one or several workers.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::file_plan::FilePlan;
use super::job::{Cleaned, Job};
use super::look;
use super::reader::{CodeTexts, CountFormats, Reader};
use super::repeats::RowKeys;
use super::{Reason, SourceForm, Tally};
use crate::config::{Field, RepeatedAre, YEARS};
use crate::error::{Error, Exit, Result};
use crate::extract::{Columns, Opened, Parts, RowView, Rows, Walked, unless_headerless};
use crate::model::{Registers, UNKNOWN, Year};

/// Reads all rows of an opened file; `on_bytes` receives the number of bytes of every piece read.
///
/// # Errors
/// A file or columns that cannot be read, no year anywhere, no row below the header, or no row whose unit is in the
/// register (which is then the wrong register).
pub fn read(job: Job<'_>, opened: &Opened, on_bytes: &(dyn Fn(u64) + Sync)) -> Result<Cleaned> {
    let mut rows = opened.rows(job.name, job.extract)?;
    let mut has_thousands = true;
    // The encoding and the thousands separator can each turn out to be wrong once.
    for _ in 0..3 {
        match read_once(job, opened, &mut *rows, has_thousands, on_bytes)? {
            ReadOutcome::Read(cleaned) => return Ok(*cleaned),
            ReadOutcome::Misread => rows = opened.reread(job.name, job.extract)?,
            ReadOutcome::HasDecimals => has_thousands = false,
        }
    }
    Err(Error::new(Exit::Input, "error-file-unreadable").with("path", job.name).with("why", "–"))
}

/// The outcome of reading all rows.
enum ReadOutcome {
    /// The rows are read.
    Read(Box<Cleaned>),
    /// The encoding is not the one guessed from the start of the file.
    Misread,
    /// A count such as `1.000` was read as thousands, but other counts of its column have decimals.
    HasDecimals,
}

/// Reads all rows. `has_thousands` says whether a point or comma followed by three digits separates thousands.
fn read_once(
    job: Job<'_>,
    opened: &Opened,
    rows: &mut dyn Rows,
    has_thousands: bool,
    on_bytes: &(dyn Fn(u64) + Sync),
) -> Result<ReadOutcome> {
    let Job { name, extract, .. } = job;
    let columns = Columns::find(name, rows.header(), extract)?;
    if extract.year.is_none() && !columns.has(Field::Year) {
        let seen = rows.header().join(" | ");
        let error = Error::new(Exit::Usage, "error-no-year").with("path", name).with("seen", seen);
        return Err(unless_headerless(name, rows.header(), error));
    }
    let ids = look::ids(name, rows, &columns, extract, extract.year.unwrap_or(*YEARS.end()))?;
    let mut plan = FilePlan::new(job, &columns, ids);
    plan.has_thousands = has_thousands;
    let walked = match rows.parts() {
        Some(Parts::Text(table)) => table.walk(
            job.workers,
            || Reader::new(&plan),
            |reader, piece| {
                table.rows(piece, |line, row| {
                    match row {
                        RowView::Plain(row) => reader.take(row, line),
                        RowView::Record(record) => reader.record(line, record),
                    }
                    ControlFlow::Continue(())
                });
                on_bytes((piece.end - piece.start) as u64);
                reader.shard.spill_if_full().map(|()| true)
            },
        )?,
        Some(Parts::Columns(table)) => {
            let workers = table.walk(
                job.workers,
                &|column| columns.is_used(column),
                || Reader::new(&plan),
                |reader, batch| {
                    batch.rows().for_each(|(line, row)| reader.take(&row, line));
                    reader.shard.spill_if_full().map(|()| true)
                },
            )?;
            on_bytes(opened.length());
            let checksum = if opened.checksum().is_none() { table.checksum()? } else { String::new() };
            Walked { workers, checksum, is_misread: false }
        }
        None => {
            let mut reader = Reader::new(&plan);
            rows.each(&mut |line, record| {
                reader.record(line, record);
                ControlFlow::Continue(())
            })?;
            reader.shard.spill_if_full()?;
            on_bytes(opened.length());
            Walked { workers: vec![reader], checksum: String::new(), is_misread: false }
        }
    };
    if walked.is_misread {
        return Ok(ReadOutcome::Misread);
    }
    let formats = |wanted: fn(&CountFormats) -> bool| walked.workers.iter().any(|reader| wanted(&reader.formats));
    if has_thousands && formats(|seen| seen.thousands) && formats(|seen| seen.decimals) {
        return Ok(ReadOutcome::HasDecimals);
    }
    if let Some(line) = walked.workers.iter().filter_map(|reader| reader.rounded).min() {
        return Err(look::rounded_ids(name, &columns, line));
    }
    let keys = RowKeys::joined(walked.workers.iter().map(|reader| &reader.keys));
    let codes = [&plan.home, &plan.unit].into_iter().flatten().map(|column| column.position);
    let about: Vec<usize> = codes.chain(plan.key_columns.iter().copied()).collect();
    let mut repeats = keys.summary(rows, &columns, &about)?;
    if extract.repeated == Some(RepeatedAre::Sum) {
        repeats.rows = 0;
    }
    let form = SourceForm {
        guesses: opened.guess().into_iter().chain(rows.guesses().iter().cloned()).collect(),
        columns: columns.found().to_vec(),
        unused: columns.unused(rows.header()),
        repeats,
        checksum: opened.checksum().map_or(walked.checksum, str::to_owned),
        round: extract.round,
        filter: extract.filter.clone(),
        ids,
        ..SourceForm::of(extract.kind, [])
    };
    joined(job, &columns, form, walked.workers).map(|cleaned| ReadOutcome::Read(Box::new(cleaned)))
}

/// Joins what the workers of a file have gathered.
fn joined(job: Job<'_>, columns: &Columns, form: SourceForm, workers: Vec<Reader<'_>>) -> Result<Cleaned> {
    let mut out = Cleaned {
        source: job.name.to_owned(),
        kind: job.extract.kind,
        round: job.extract.round,
        form,
        has_ids: columns.has(Field::Student),
        has_year_groups: columns.has(Field::YearGroup),
        held: Vec::new(),
        counted: BTreeMap::new(),
        seats: Vec::new(),
        tally: Tally::default(),
    };
    let (mut has_known, mut homes) = (false, CodeTexts::default());
    for reader in workers {
        has_known |= reader.has_known;
        homes.add(reader.homes);
        for (offset, counted) in reader.counted.into_iter().enumerate() {
            let Some(counted) = counted else { continue };
            out.counted.entry(YEARS.start() + offset as Year).or_default().join(&counted);
        }
        out.seats.extend(reader.seats);
        out.tally.add(reader.tally);
        out.held.push(reader.shard.done());
    }
    out.form.years = out.counted.keys().copied().chain(out.seats.iter().map(|seats| seats.year)).collect();
    check_use(&out.source, &out.tally, has_known, job.registers)?;
    check_homes(&out, homes, columns)?;
    Ok(out)
}

/// Checks that some row has a home of the register, if any row should have one. Otherwise the column is a different
/// one, or holds names, or formulas whose values are not in the file.
///
/// # Errors
/// If there is none.
fn check_homes(cleaned: &Cleaned, homes: CodeTexts, columns: &Columns) -> Result<()> {
    let has = |wanted: Reason| cleaned.tally.counts().any(|(reason, _)| reason == wanted);
    if homes.is_known || !has(Reason::UnknownHome) || has(Reason::ProtectedHome) {
        return Ok(());
    }
    let id = match homes {
        CodeTexts { has_names: true, .. } => "error-homes-names",
        CodeTexts { has_codes: true, .. } => "error-homes-codes",
        _ => "error-homes-empty",
    };
    Err(Error::new(Exit::Input, id)
        .with("path", &cleaned.source)
        .with("column", columns.header(Field::Home))
        .with("unused", cleaned.form.unused.join(", ")))
}

/// Checks that a source has rows, and units of the register among them.
///
/// # Errors
/// If there is none.
pub fn check_use(source: &str, tally: &Tally, has_known: bool, registers: &Registers) -> Result<()> {
    if tally.rows() == 0 {
        return Err(Error::new(Exit::Input, "error-no-rows").with("path", source));
    }
    let has_unknown = tally.counts().any(|(reason, _)| reason == Reason::UnknownUnit);
    if has_known || !has_unknown {
        return Ok(());
    }
    let examples: Vec<&str> = registers.units().take(3).map(|u| &*u.code).collect();
    Err(Error::new(Exit::Input, "error-no-known-unit")
        .with("path", source)
        .with("examples", if examples.is_empty() { UNKNOWN.to_owned() } else { examples.join(", ") }))
}
