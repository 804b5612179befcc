//! One file: from rows of text to packed rows of codes, by one worker or several.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::memo::Memo;
use super::row::{Code, Texts, text};
use super::sheet::Sheet;
use super::{IdKind, Reason, SeatCount, SourceForm, Tally, Trace, values};
use crate::config::{ExtractConfig, ExtractKind, Field, YEARS};
use crate::error::{Error, Exit, Result};
use crate::extract::{Columns, Opened, Parts, Record, RowView, Rows, Walked, unless_headerless};
use crate::model::{
    Cell, MunicipalityId, ProgrammeId, Pseudonyms, Registers, Round, StudentKey, UNKNOWN, UnitId, Year,
};
use crate::store::{Held, Shard, Source, Store, StudentRow};

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
    /// The checksum of the file.
    pub checksum: String,
}

impl Cleaned {
    /// A source of rows that are in codes already. `source` is its number, as for [`Job`].
    #[must_use]
    pub fn of_rows(number: usize, source: Source, rows: &[StudentRow], store: &Store, has: Has) -> Self {
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
            checksum: String::new(),
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
    fn add(&mut self, row: &StudentRow) {
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
    match once(job, opened, &mut *rows, heard)? {
        Some(cleaned) => Ok(cleaned),
        None => {
            let mut rows = opened.reread(job.name, job.extract)?;
            let misread = || Error::new(Exit::Input, "error-file-unreadable").with("path", job.name).with("why", "–");
            once(job, opened, &mut *rows, heard)?.ok_or_else(misread)
        }
    }
}

/// Reads all rows; none where they turn out to be in another encoding than the top of the file told.
fn once(job: Job<'_>, opened: &Opened, rows: &mut dyn Rows, heard: &(dyn Fn(u64) + Sync)) -> Result<Option<Cleaned>> {
    let Job { name, extract, .. } = job;
    let columns = Columns::find(name, rows.header(), extract)?;
    if extract.year.is_none() && !columns.has(Field::Year) {
        let seen = rows.header().join(" | ");
        let error = Error::new(Exit::Usage, "error-no-year").with("path", name).with("seen", seen);
        return Err(unless_headerless(name, rows.header(), error));
    }
    let ids = IdKind::of(rows, &columns, extract.year.unwrap_or(*YEARS.end()))?;
    let sheet = Sheet::new(job, &columns, ids);
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
        return Ok(None);
    }
    let form = SourceForm {
        guesses: opened.guess().into_iter().chain(rows.guesses().iter().cloned()).collect(),
        columns: columns.found().to_vec(),
        ids,
        ..SourceForm::of(extract.kind, [])
    };
    let checksum = opened.checksum().map_or(walked.checksum, str::to_owned);
    joined(job, &columns, form, checksum, walked.workers).map(Some)
}

/// What the workers of a file have gathered.
fn joined(
    job: Job<'_>,
    columns: &Columns,
    form: SourceForm,
    checksum: String,
    workers: Vec<Reader<'_>>,
) -> Result<Cleaned> {
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
        checksum,
    };
    let mut has_known = false;
    for reader in workers {
        has_known |= reader.has_known;
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
    Ok(out)
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

/// What short texts of a file's columns come out to.
#[derive(Default)]
struct Memos {
    home: Memo<Code<MunicipalityId>>,
    unit: Memo<Code<UnitId>>,
    programme: Memo<Code<ProgrammeId>>,
    year: Memo<Option<Year>>,
    year_group: Memo<Option<u8>>,
    count: Memo<Option<Cell>>,
    is_protected: Memo<bool>,
    is_wanted: Vec<Memo<bool>>,
}

/// A worker that reads rows of one file.
struct Reader<'a> {
    sheet: &'a Sheet<'a>,
    memos: Memos,
    shard: Shard<'a>,
    tally: Tally,
    /// By year, from the first; none where there was no row.
    counted: Vec<Option<Counted>>,
    seats: Vec<SeatCount>,
    /// Some row has a unit of the register.
    has_known: bool,
}

impl<'a> Reader<'a> {
    fn new(sheet: &'a Sheet<'a>) -> Self {
        Self {
            sheet,
            memos: Memos { is_wanted: vec![Memo::default(); sheet.filters.len()], ..Memos::default() },
            shard: sheet.job.store.shard(),
            tally: Tally::default(),
            counted: vec![None; usize::from(YEARS.end() - YEARS.start()) + 1],
            seats: Vec::new(),
            has_known: false,
        }
    }

    fn record(&mut self, line: u64, record: Record<'_>) {
        match record {
            Record::Fields(fields) => self.take(fields, line),
            Record::Note => self.tally.count(Reason::Note, None, line),
            Record::Malformed => self.reject(Reason::Malformed, line, Trace::default()),
        }
    }

    fn reject(&mut self, reason: Reason, line: u64, trace: Trace) {
        self.tally.count(reason, None, line);
        if self.sheet.job.extract.kind != ExtractKind::Seats && reason.is_lost() {
            self.tally.lose(reason, None, trace);
        }
    }

    /// Takes a row.
    #[inline]
    fn take<R: Texts>(&mut self, row: &R, line: u64) {
        let sheet = self.sheet;
        let unit = self.unit(row);
        let home = self.home(row);
        let programme = self.programme(row);
        if unit.is_header && sheet.headers.iter().all(|column| text(row, column.position) == *column.header) {
            return self.tally.count(Reason::Note, None, line);
        }
        if !self.is_wanted(row) {
            let students = self.students(row).ok();
            return self.tally.count(Reason::Filtered, students, line);
        }
        let is_sum = || {
            let first = || unit.id.is_some() && !unit.is_restored && values::is_total(row.raw(0).trim());
            home.is_total || unit.is_total || programme.is_total || first()
        };
        if self.is_nobody(row) && is_sum() {
            return self.tally.count(Reason::TotalsRow, None, line);
        }
        if sheet.job.extract.kind == ExtractKind::Seats {
            return self.seat(row, unit, programme, line);
        }
        if let Err((reason, trace)) = self.student(row, unit, home, programme, line) {
            self.reject(reason, line, trace);
        }
    }

    #[inline]
    fn keep(&mut self, row: &StudentRow) {
        let sheet = self.sheet;
        self.tally.count(row.reason, row.students, row.line);
        if row.reason.is_lost() {
            let trace = Trace {
                year: Some(row.year),
                year_group: row.year_group,
                home: Some(row.home).filter(|home| *home != sheet.unknown_home),
                programme: Some(row.programme).filter(|programme| *programme != sheet.unknown_programme),
            };
            self.tally.lose(row.reason, row.students, trace);
        }
        self.counted[usize::from(row.year - YEARS.start())].get_or_insert_default().add(row);
        self.has_known |= row.unit != sheet.unknown_unit;
        self.shard.push(sheet.job.number, sheet.job.extract.kind, row, sheet.student.is_some());
    }

    #[inline]
    fn unit<R: Texts>(&mut self, row: &R) -> Code<UnitId> {
        let Some(column) = &self.sheet.unit else { return Code::default() };
        let facts = || {
            let codes = self.sheet.job.registers.unit_codes();
            Code::looked_up(&text(row, column.position), &column.header, codes)
        };
        self.memos.unit.get(row.key(column.position), facts)
    }

    #[inline]
    fn home<R: Texts>(&mut self, row: &R) -> Code<MunicipalityId> {
        let Some(column) = &self.sheet.home else { return Code::default() };
        let facts = || {
            let codes = self.sheet.job.registers.municipality_codes();
            Code::looked_up(&text(row, column.position), &column.header, codes)
        };
        self.memos.home.get(row.key(column.position), facts)
    }

    /// The programme; `-` where the extract has no such column.
    #[inline]
    fn programme<R: Texts>(&mut self, row: &R) -> Code<ProgrammeId> {
        let Some(column) = &self.sheet.programme else {
            return Code { id: self.sheet.no_programme, ..Code::default() };
        };
        let facts = || {
            let registers = self.sheet.job.registers;
            let text = text(row, column.position);
            let is_code = registers.programme_codes().find(&text).is_some();
            Code::of(&text, &column.header, |text| values::programme(text, registers), is_code)
        };
        self.memos.programme.get(row.key(column.position), facts)
    }

    #[inline]
    fn year<R: Texts>(&mut self, row: &R) -> std::result::Result<Year, Reason> {
        let year = match self.sheet.year {
            Some(at) => self.memos.year.get(row.key(at), || values::year(&text(row, at))),
            None => self.sheet.job.extract.year,
        };
        year.ok_or(Reason::InvalidYear)
    }

    /// Students in the row: the count, or one.
    #[inline]
    fn students<R: Texts>(&mut self, row: &R) -> std::result::Result<u64, Reason> {
        let Some(at) = self.sheet.count else { return Ok(1) };
        known(self.memos.count.get(row.key(at), || values::count(&text(row, at))).ok_or(Reason::InvalidCount)?)
    }

    #[inline]
    fn is_protected<R: Texts>(&mut self, row: &R) -> bool {
        let Some(at) = self.sheet.protected else { return false };
        self.memos.is_protected.get(row.key(at), || values::is_protected(&text(row, at)))
    }

    #[inline]
    fn is_wanted<R: Texts>(&mut self, row: &R) -> bool {
        let filters = self.sheet.filters.iter().zip(&mut self.memos.is_wanted);
        filters.into_iter().all(|((at, wanted), memo)| {
            memo.get(row.key(*at), || wanted.iter().any(|value| value.trim() == row.raw(*at).trim()))
        })
    }

    /// Whether nothing says that the row is a student: it has no id, or a word for a sum in its place.
    #[inline]
    fn is_nobody<R: Texts>(&self, row: &R) -> bool {
        let Some(at) = self.sheet.student else { return true };
        if let Some([first, second, ..]) = row.utf8(at)
            && first.is_ascii_alphanumeric()
            && !values::begins_total(*first, *second)
        {
            return false;
        }
        let id = text(row, at);
        id.is_empty() || values::is_total(&id)
    }

    /// The key of the row's student, and what is remarkable about the id.
    #[inline]
    fn key<R: Texts>(&self, row: &R, year: Year) -> (Option<StudentKey>, Option<Reason>) {
        let Some((ids, at)) = self.sheet.ids.zip(self.sheet.student) else { return (None, None) };
        if ids.kind == IdKind::Surrogates
            && let Some(bytes @ [first, .., last]) = row.utf8(at)
            && first.is_ascii_alphanumeric()
            && last.is_ascii_graphic()
        {
            // Nothing around it to be removed: its bytes are the id.
            return (ids.pseudonyms.visible_surrogate(bytes), None);
        }
        ids.key(&text(row, at), year)
    }

    /// Keeps the row, or tells why it cannot be read and what is known of it all the same. (A row that was given back would
    /// be copied at another width than it was written at.)
    #[inline]
    fn student<R: Texts>(
        &mut self,
        row: &R,
        unit: Code<UnitId>,
        home: Code<MunicipalityId>,
        programme: Code<ProgrammeId>,
        line: u64,
    ) -> std::result::Result<(), (Reason, Trace)> {
        let sheet = self.sheet;
        let year = self.year(row);
        let year_group =
            sheet.year_group.map(|at| self.memos.year_group.get(row.key(at), || values::year_group(&text(row, at))));
        let is_protected = self.is_protected(row);
        let home = if is_protected { Code::default() } else { home };
        let trace =
            || Trace { year: year.ok(), year_group: year_group.flatten(), home: home.id, programme: programme.id };
        let year = year.map_err(|reason| (reason, trace()))?;
        if year_group == Some(None) {
            return Err((Reason::InvalidYearGroup, trace()));
        }
        let year_group = year_group.flatten();
        let students = self.students(row).map_err(|reason| (reason, trace()))?;
        let (place, about_unit) = unit.id.map_or((None, None), |unit| {
            let (unit, about) = sheet.standing(unit, year);
            (Some(unit), about)
        });
        let (student, about_id) = self.key(row, year);
        let admitted = year - Year::from(year_group.unwrap_or(1) - 1);
        let restored = (unit.is_restored || home.is_restored).then_some(Reason::RestoredCode);
        let reason = match (place, home.id, programme.id) {
            (None, ..) => Reason::UnknownUnit,
            (_, None, _) if is_protected => Reason::ProtectedHome,
            (_, None, _) => Reason::UnknownHome,
            (.., None) => Reason::UnknownProgramme,
            _ if let Some(reason) = about_unit => reason,
            (.., Some(programme)) if sheet.is_retired(programme, admitted) => Reason::RetiredProgramme,
            _ => about_id.or(restored).unwrap_or(Reason::Kept),
        };
        self.keep(&StudentRow {
            student,
            year,
            year_group,
            home: home.id.unwrap_or(sheet.unknown_home),
            unit: place.unwrap_or(sheet.unknown_unit),
            programme: programme.id.unwrap_or(sheet.unknown_programme),
            students,
            reason,
            line,
        });
        Ok(())
    }

    fn seat<R: Texts>(&mut self, row: &R, unit: Code<UnitId>, programme: Code<ProgrammeId>, line: u64) {
        match self.seats(row, unit, programme) {
            Ok((seat, reason)) => {
                self.tally.count(reason, seat.seats, line);
                if reason != Reason::UnknownUnit {
                    self.has_known = true;
                    self.seats.push(seat);
                }
            }
            Err(reason) => self.tally.count(reason, None, line),
        }
    }

    fn seats<R: Texts>(
        &mut self,
        row: &R,
        unit: Code<UnitId>,
        programme: Code<ProgrammeId>,
    ) -> std::result::Result<(SeatCount, Reason), Reason> {
        let sheet = self.sheet;
        let year = self.year(row)?;
        let time = sheet.time.and_then(|at| values::time(&text(row, at))).ok_or(Reason::InvalidTime)?;
        let count = sheet.seats.map_or(Some(Cell::Missing), |at| values::count(&text(row, at)));
        let seats = known(count.ok_or(Reason::InvalidCount)?)?;
        let (place, about_unit) = unit.id.map_or((None, None), |unit| {
            let (unit, about) = sheet.standing(unit, year);
            (Some(unit), about)
        });
        let reason = match (place, programme.id) {
            (None, _) => Reason::UnknownUnit,
            (_, None) => Reason::UnknownProgramme,
            _ if let Some(reason) = about_unit => reason,
            (_, Some(programme)) if sheet.is_retired(programme, year) => Reason::RetiredProgramme,
            _ if unit.is_restored => Reason::RestoredCode,
            _ => Reason::Kept,
        };
        let seat = SeatCount {
            year,
            time,
            unit: place.unwrap_or(sheet.unknown_unit),
            programme: programme.id.unwrap_or(sheet.unknown_programme),
            seats,
        };
        Ok((seat, reason))
    }
}

fn known(count: Cell) -> std::result::Result<u64, Reason> {
    match count {
        Cell::Value(n) => Ok(n),
        Cell::Hidden => Err(Reason::HiddenCount),
        Cell::Missing => Err(Reason::MissingCount),
    }
}
