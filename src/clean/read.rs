//! One file: from rows of text to packed rows of codes, by one worker or several.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::again::Keys;
use super::look;
use super::reader::{Looks, Reader, Writings};
use super::sheet::Sheet;
use super::{Reason, SeatCount, SourceForm, Tally};
use crate::config::{ExtractConfig, ExtractKind, Field, RepeatedAre, YEARS};
use crate::error::{Error, Exit, Result};
use crate::extract::{Columns, Opened, Parts, RowView, Rows, Walked, unless_headerless};
use crate::model::{Pseudonyms, Registers, Round, UNKNOWN, Year};
use crate::store::{Held, Store, StudentRow};

/// A file's rows in codes.
#[derive(Debug)]
pub struct Cleaned {
    /// The source's name.
    pub source: String,
    /// What it holds.
    pub kind: ExtractKind,
    /// Round of an admission.
    pub round: Round,
    /// How it was read.
    pub form: SourceForm,
    /// Whether it has a student column.
    pub has_ids: bool,
    /// Whether it has a year-group column.
    pub has_year_groups: bool,
    /// Its rows of students, packed.
    pub held: Vec<Held>,
    /// Students of those rows by year.
    pub counted: BTreeMap<Year, Counted>,
    /// Rows of seats.
    pub seats: Vec<SeatCount>,
    /// All its rows by reason, as long as duplicates are not known.
    pub tally: Tally,
}

#[cfg(test)]
impl Cleaned {
    /// A source of rows that are in codes already, for tests. `source` is its number, as for [`Job`].
    #[must_use]
    pub fn of_rows(
        number: usize,
        source: crate::store::Source,
        rows: &[StudentRow],
        store: &Store,
        has: Has,
    ) -> Self {
        let mut shard = store.shard();
        let (mut tally, mut counted) = (Tally::default(), BTreeMap::<Year, Counted>::new());
        for row in rows {
            shard.push(number, source.kind, row, has.ids);
            tally.count(row.reason, row.students, row.line);
            counted.entry(row.year).or_default().add(row);
        }
        Self {
            source: number.to_string(),
            kind: source.kind,
            round: source.round,
            form: SourceForm::of(source.kind, counted.keys().copied()),
            has_ids: has.ids,
            has_year_groups: has.year_groups,
            held: vec![shard.done()],
            counted,
            seats: Vec::new(),
            tally,
        }
    }
}

/// Which columns a source of rows in codes has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Has {
    /// Student ids.
    pub ids: bool,
    /// Year groups.
    pub year_groups: bool,
}

impl Counted {
    pub(super) fn add(&mut self, row: &StudentRow) {
        self.students += row.students;
        if row.year_group.is_none_or(|group| group == 1) {
            self.comparable += row.students;
        }
    }
}

/// Students of a file in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those that compare with an admission.
    pub comparable: u64,
    /// All.
    pub students: u64,
}

/// What is needed to read a source of a run.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its number among the sources of the run.
    pub number: usize,
    /// How its extract is to be read.
    pub extract: &'a ExtractConfig,
    /// What codes are looked up in.
    pub registers: &'a Registers,
    /// What students become.
    pub pseudonyms: &'a Pseudonyms,
    /// Where rows go.
    pub store: &'a Store,
    /// How many workers may read it at once.
    pub workers: usize,
}

/// Reads all rows of an opened file; `heard` is told the bytes of every piece.
///
/// # Errors
/// A file or columns that cannot be read, no year anywhere, no row below the header, or no row whose unit is in the
/// register: then it is not the register of these units.
pub fn read(job: Job<'_>, opened: &Opened, heard: &(dyn Fn(u64) + Sync)) -> Result<Cleaned> {
    let mut rows = opened.rows(job.name, job.extract)?;
    let mut has_thousands = true;
    // Each of the two can turn out to be wrong once.
    for _ in 0..3 {
        match once(job, opened, &mut *rows, has_thousands, heard)? {
            Once::Read(cleaned) => return Ok(*cleaned),
            Once::Misread => rows = opened.reread(job.name, job.extract)?,
            Once::HasDecimals => has_thousands = false,
        }
    }
    Err(Error::new(Exit::Input, "error-file-unreadable").with("path", job.name).with("why", "–"))
}

/// What came of reading all rows.
enum Once {
    /// They are read.
    Read(Box<Cleaned>),
    /// They are in another encoding than the top of the file told.
    Misread,
    /// A count with a sign and three digits was read as thousands (`1.000`), and others of its column have decimals.
    HasDecimals,
}

/// Reads all rows. `has_thousands` says whether a sign with three digits behind it parts thousands.
fn once(
    job: Job<'_>,
    opened: &Opened,
    rows: &mut dyn Rows,
    has_thousands: bool,
    heard: &(dyn Fn(u64) + Sync),
) -> Result<Once> {
    let Job { name, extract, .. } = job;
    let columns = Columns::find(name, rows.header(), extract)?;
    if extract.year.is_none() && !columns.has(Field::Year) {
        let seen = rows.header().join(" | ");
        let error = Error::new(Exit::Usage, "error-no-year").with("path", name).with("seen", seen);
        return Err(unless_headerless(name, rows.header(), error));
    }
    let ids = look::ids(name, rows, &columns, extract, extract.year.unwrap_or(*YEARS.end()))?;
    let mut sheet = Sheet::new(job, &columns, ids);
    sheet.has_thousands = has_thousands;
    let walked = match rows.parts() {
        Some(Parts::Text(table)) => table.walk(
            job.workers,
            || Reader::new(&sheet),
            |reader, piece| {
                table.rows(piece, |line, row| {
                    match row {
                        RowView::Plain(row) => reader.take(row, line),
                        RowView::Record(record) => reader.record(line, record),
                    }
                    ControlFlow::Continue(())
                });
                heard((piece.end - piece.start) as u64);
                reader.shard.settle().map(|()| true)
            },
        )?,
        Some(Parts::Columns(table)) => {
            let workers = table.walk(
                job.workers,
                &|column| columns.is_used(column),
                || Reader::new(&sheet),
                |reader, batch| {
                    batch.rows().for_each(|(line, row)| reader.take(&row, line));
                    reader.shard.settle().map(|()| true)
                },
            )?;
            heard(opened.length());
            let checksum = if opened.checksum().is_none() { table.checksum()? } else { String::new() };
            Walked { workers, checksum, is_misread: false }
        }
        None => {
            let mut reader = Reader::new(&sheet);
            rows.each(&mut |line, record| {
                reader.record(line, record);
                ControlFlow::Continue(())
            })?;
            reader.shard.settle()?;
            heard(opened.length());
            Walked { workers: vec![reader], checksum: String::new(), is_misread: false }
        }
    };
    if walked.is_misread {
        return Ok(Once::Misread);
    }
    let writings = |wanted: fn(&Writings) -> bool| walked.workers.iter().any(|reader| wanted(&reader.writings));
    if has_thousands && writings(|seen| seen.thousands) && writings(|seen| seen.decimals) {
        return Ok(Once::HasDecimals);
    }
    if let Some(line) = walked.workers.iter().filter_map(|reader| reader.rounded).min() {
        return Err(look::rounded_ids(name, &columns, line));
    }
    let again = Keys::joined(walked.workers.iter().map(|reader| &reader.keys));
    let codes = [&sheet.home, &sheet.unit].into_iter().flatten().map(|column| column.position);
    let about: Vec<usize> = codes.chain(sheet.key_columns.iter().copied()).collect();
    let mut again = again.told(rows, &columns, &about)?;
    if extract.repeated == Some(RepeatedAre::Sum) {
        again.rows = 0;
    }
    let form = SourceForm {
        guesses: opened.guess().into_iter().chain(rows.guesses().iter().cloned()).collect(),
        columns: columns.found().to_vec(),
        unused: columns.unused(rows.header()),
        again,
        checksum: opened.checksum().map_or(walked.checksum, str::to_owned),
        round: extract.round,
        filter: extract.filter.clone(),
        ids,
        ..SourceForm::of(extract.kind, [])
    };
    joined(job, &columns, form, walked.workers).map(|cleaned| Once::Read(Box::new(cleaned)))
}

/// What the workers of a file have gathered.
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
    let (mut has_known, mut homes) = (false, Looks::default());
    for reader in workers {
        has_known |= reader.has_known;
        homes.add(reader.homes);
        for (offset, counted) in reader.counted.into_iter().enumerate() {
            let Some(counted) = counted else { continue };
            let sum = out.counted.entry(YEARS.start() + offset as Year).or_default();
            sum.comparable += counted.comparable;
            sum.students += counted.students;
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

/// Whether some row has a home of the register, if any has a place for one: else the column is another, or holds names, or
/// formulas whose values are not in the file.
///
/// # Errors
/// If not.
fn check_homes(cleaned: &Cleaned, homes: Looks, columns: &Columns) -> Result<()> {
    let has = |wanted: Reason| cleaned.tally.counts().any(|(reason, _)| reason == wanted);
    if homes.is_known || !has(Reason::UnknownHome) || has(Reason::ProtectedHome) {
        return Ok(());
    }
    let id = match homes {
        Looks { has_names: true, .. } => "error-homes-names",
        Looks { has_codes: true, .. } => "error-homes-codes",
        _ => "error-homes-empty",
    };
    Err(Error::new(Exit::Input, id)
        .with("path", &cleaned.source)
        .with("column", columns.header(Field::Home))
        .with("unused", cleaned.form.unused.join(", ")))
}

/// Whether a source has rows, and units of the register among them.
///
/// # Errors
/// If not.
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
