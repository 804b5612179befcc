//! A worker that reads rows of one file: from the texts of a row to a packed row, with the reason that it gets.

use super::again::{Keys, number_of};
use super::file_plan::{Column, FilePlan, When};
use super::job::Counted;
use super::memo::Memo;
use super::row::{Code, Texts, text};
use super::values::{Amount, Date, Writing};
use super::{IdKind, Reason, SeatCount, Tally, Trace, ids, values};
use crate::config::{ExtractKind, YEARS};
use crate::extract::{Record, composed};
use crate::model::{Cell, MunicipalityId, ProgrammeId, StudentKey, UnitId, Year};
use crate::store::{Shard, StudentRow};

/// What short texts of a file's columns come out to.
#[derive(Default)]
struct Memos {
    home: Memo<Code<MunicipalityId>>,
    unit: Memo<Code<UnitId>>,
    programme: Memo<Code<ProgrammeId>>,
    year: Memo<Option<Year>>,
    year_group: Memo<Option<u8>>,
    count: Memo<Amount>,
    is_protected: Memo<bool>,
    is_wanted: Vec<Memo<bool>>,
    date: Memo<Option<Date>>,
}

/// A worker that reads rows of one file.
pub(super) struct Reader<'a> {
    sheet: &'a FilePlan<'a>,
    memos: Memos,
    pub shard: Shard<'a>,
    pub tally: Tally,
    /// By year, from the first; none where there was no row.
    pub counted: Vec<Option<Counted>>,
    pub seats: Vec<SeatCount>,
    /// Some row has a unit of the register.
    pub has_known: bool,
    /// What the texts of homes look like.
    pub homes: Looks,
    /// How counts are written.
    pub writings: Writings,
    /// The first line with an id that a spreadsheet has rounded.
    pub rounded: Option<u64>,
    /// What counted rows are about.
    pub keys: Keys,
}

/// How the counts of a file are written, as far as it matters.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Writings {
    pub thousands: bool,
    pub decimals: bool,
}

impl Writings {
    const fn see(&mut self, writing: Writing) {
        match writing {
            Writing::Clear => {}
            Writing::Thousands => self.thousands = true,
            Writing::Decimals => self.decimals = true,
        }
    }
}

/// What the texts of a column of codes look like.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Looks {
    /// Some text is a code of the register.
    pub is_known: bool,
    /// Some text has letters, as names have.
    pub has_names: bool,
    /// Some text is another code.
    pub has_codes: bool,
}

impl Looks {
    fn see(&mut self, text: &str, is_known: bool) {
        self.is_known |= is_known;
        if !is_known && !text.is_empty() && !values::is_total(text) {
            let is_name = text.chars().any(char::is_alphabetic);
            self.has_names |= is_name;
            self.has_codes |= !is_name;
        }
    }

    /// Adds those of other rows.
    pub fn add(&mut self, other: Self) {
        self.is_known |= other.is_known;
        self.has_names |= other.has_names;
        self.has_codes |= other.has_codes;
    }
}

/// Why a row is not kept, and the students that it has at most, where that is known.
type Refused = (Reason, Option<u64>);

impl<'a> Reader<'a> {
    /// One that has read nothing yet.
    pub fn new(sheet: &'a FilePlan<'a>) -> Self {
        Self {
            sheet,
            memos: Memos { is_wanted: vec![Memo::default(); sheet.filters.len()], ..Memos::default() },
            shard: sheet.job.store.shard(),
            tally: Tally::default(),
            counted: vec![None; usize::from(YEARS.end() - YEARS.start()) + 1],
            seats: Vec::new(),
            has_known: false,
            homes: Looks::default(),
            writings: Writings::default(),
            rounded: None,
            keys: Keys::default(),
        }
    }

    /// Takes a record.
    pub fn record(&mut self, line: u64, record: Record<'_>) {
        match record {
            Record::Fields(fields) => self.take(fields, line),
            Record::Note => self.tally.count(Reason::Note, None, line),
            Record::Malformed => self.reject((Reason::Malformed, None), line, Trace::default()),
        }
    }

    fn reject(&mut self, (reason, most): Refused, line: u64, trace: Trace) {
        self.tally.count(reason, None, line);
        if self.sheet.job.extract.kind != ExtractKind::Seats && reason.is_lost() {
            self.tally.lose(reason, most, trace);
        }
    }

    /// Takes a row.
    #[inline]
    pub fn take<R: Texts>(&mut self, row: &R, line: u64) {
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
            let is_nowhere = || sheet.is_counted() && unit.is_empty && (home.is_empty || sheet.home.is_none());
            home.is_total || unit.is_total || programme.is_total || first() || is_nowhere() || self.is_label(row)
        };
        if self.is_nobody(row) && is_sum() {
            return self.tally.count(Reason::TotalsRow, None, line);
        }
        if sheet.job.extract.kind == ExtractKind::Seats {
            return self.seat(row, unit, programme, line);
        }
        if let Err((refused, trace)) = self.student(row, unit, home, programme, line) {
            self.reject(refused, line, trace);
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
            let text = text(row, column.position);
            let code = Code::looked_up(&text, &column.header, codes);
            self.homes.see(&text, code.id.is_some());
            code
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
    fn students<R: Texts>(&mut self, row: &R) -> std::result::Result<u64, Refused> {
        let Some(at) = self.sheet.count else { return Ok(1) };
        self.amount(row, at)
    }

    /// The count in a column.
    fn amount<R: Texts>(&mut self, row: &R, at: usize) -> std::result::Result<u64, Refused> {
        let amount = self.memos.count.get(row.key(at), || values::count(&text(row, at)));
        self.writings.see(amount.writing);
        let is_doubtful = amount.writing == Writing::Thousands && !self.sheet.has_thousands;
        match amount.cell.filter(|_| !is_doubtful) {
            Some(Cell::Value(number)) => Ok(number),
            Some(Cell::Hidden) => Err((Reason::HiddenCount, amount.most)),
            Some(Cell::Missing) => Err((Reason::MissingCount, None)),
            None => Err((Reason::InvalidCount, None)),
        }
    }

    #[inline]
    fn is_protected<R: Texts>(&mut self, row: &R) -> bool {
        let Some(at) = self.sheet.protected else { return false };
        self.memos.is_protected.get(row.key(at), || values::is_protected(&text(row, at)))
    }

    #[inline]
    fn is_wanted<R: Texts>(&mut self, row: &R) -> bool {
        let filters = self.sheet.filters.iter().zip(&mut self.memos.is_wanted);
        filters
            .into_iter()
            .all(|((at, wanted), memo)| memo.get(row.key(*at), || wanted.contains(&composed(row.raw(*at).trim()))))
    }

    /// Whether the text in place of an id labels a sum.
    fn is_label<R: Texts>(&self, row: &R) -> bool {
        self.sheet.student.is_some_and(|at| values::is_total(&text(row, at)))
    }

    /// Whether nothing says that the row is a student: it has no id, or a word for a sum in its place.
    #[inline]
    fn is_nobody<R: Texts>(&self, row: &R) -> bool {
        let Some(at) = self.sheet.student else { return true };
        if let Some(bytes @ [first, _, ..]) = row.utf8(at)
            && first.is_ascii_alphanumeric()
            && !values::may_be_total(bytes)
        {
            return false;
        }
        let id = text(row, at);
        id.is_empty() || values::is_total(&id)
    }

    /// The key of the row's student, and what is remarkable about the id.
    #[inline]
    fn key<R: Texts>(&mut self, row: &R, year: Year, line: u64) -> (Option<StudentKey>, Option<Reason>) {
        let Some((ids, at)) = self.sheet.ids.zip(self.sheet.student) else { return (None, None) };
        if ids.kind == IdKind::Surrogates
            && let Some(bytes @ [first, .., last]) = row.utf8(at)
            && first.is_ascii_alphanumeric()
            && last.is_ascii_graphic()
            && !ids::may_be_placeholder(bytes)
            && !ids::may_be_rounded(bytes)
        {
            // Nothing around it to be removed: its bytes are the id.
            return (ids.pseudonyms.visible_surrogate(bytes), None);
        }
        let id = text(row, at);
        if ids::is_rounded(&id) {
            self.rounded.get_or_insert(line);
        }
        ids.key(&id, year)
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
    ) -> std::result::Result<(), (Refused, Trace)> {
        let sheet = self.sheet;
        let year = self.year(row);
        let year_group =
            sheet.year_group.map(|at| self.memos.year_group.get(row.key(at), || values::year_group(&text(row, at))));
        let is_protected = self.is_protected(row);
        let home = if is_protected { Code::default() } else { home };
        let trace =
            || Trace { year: year.ok(), year_group: year_group.flatten(), home: home.id, programme: programme.id };
        let year = year.map_err(|reason| ((reason, None), trace()))?;
        if year_group == Some(None) {
            return Err(((Reason::InvalidYearGroup, None), trace()));
        }
        if let Some(reason) = self.absence(row, year) {
            return Err(((reason, None), trace()));
        }
        let year_group = year_group.flatten();
        let students = self.students(row).map_err(|refused| (refused, trace()))?;
        self.note(row, home, unit, students);
        let (place, about_unit) = unit.id.map_or((None, None), |unit| {
            let (unit, about) = sheet.standing(unit, year);
            (Some(unit), about)
        });
        let (student, about_id) = self.key(row, year, line);
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

    /// Why a placement does not count in a year: it is not in force on 15 October, or its dates cannot be read. `None` if it
    /// does, or if the extract has no dates.
    #[inline]
    fn absence<R: Texts>(&mut self, row: &R, year: Year) -> Option<Reason> {
        let sheet = self.sheet;
        if sheet.from.is_none() && sheet.to.is_none() {
            return None;
        }
        let mut date = |at: Option<usize>| {
            let at = at.filter(|at| !text(row, *at).is_empty())?;
            Some(self.memos.date.get(row.key(at), || values::date(&text(row, at))).ok_or(Reason::InvalidDate))
        };
        let (from, to) = (date(sheet.from).transpose(), date(sheet.to).transpose());
        match (from, to) {
            (Ok(from), Ok(to)) => {
                let day = Date::october(year);
                let is_in_force = from.is_none_or(|from| from <= day) && to.is_none_or(|to| to >= day);
                (!is_in_force).then_some(Reason::NotInForce)
            }
            (Err(reason), _) | (_, Err(reason)) => Some(reason),
        }
    }

    /// Notes what a counted row is about: codes as they were found, other texts as they are written.
    #[inline]
    fn note<R: Texts>(&mut self, row: &R, home: Code<MunicipalityId>, unit: Code<UnitId>, amount: u64) {
        let sheet = self.sheet;
        if !sheet.is_counted() {
            return;
        }
        let text = |at: usize| row.key(at).unwrap_or_else(|| number_of(&row.raw(at)));
        let known = |id: Option<u32>, column: Option<&Column>| match id {
            Some(id) => u128::from(id),
            None => column.map_or(0, |column| text(column.position)),
        };
        let codes =
            [known(home.id.map(u32::from), sheet.home.as_ref()), known(unit.id.map(u32::from), sheet.unit.as_ref())];
        self.keys.add(codes.into_iter().chain(sheet.key_columns.iter().map(|at| text(*at))), amount);
    }

    fn seat<R: Texts>(&mut self, row: &R, unit: Code<UnitId>, programme: Code<ProgrammeId>, line: u64) {
        match self.seats(row, unit, programme) {
            Ok((seats, reason)) => {
                let all = seats.iter().map(|seat| seat.seats).sum::<u64>();
                self.tally.count(reason, all, line);
                self.note(row, Code::default(), unit, all);
                if reason != Reason::UnknownUnit {
                    self.has_known = true;
                    self.seats.extend(seats);
                }
            }
            Err(reason) => self.tally.count(reason, None, line),
        }
    }

    /// The seats of a row: of one time, or of both where they have a column each.
    fn seats<R: Texts>(
        &mut self,
        row: &R,
        unit: Code<UnitId>,
        programme: Code<ProgrammeId>,
    ) -> std::result::Result<(Vec<SeatCount>, Reason), Reason> {
        let sheet = self.sheet;
        let year = self.year(row)?;
        let mut counts = Vec::new();
        let mut missing = Reason::MissingCount;
        for (at, when) in &sheet.seats {
            let time = match when {
                When::Always(time) => Some(*time),
                When::Column(at) => values::time(&text(row, *at)),
            };
            let time = time.ok_or(Reason::InvalidTime)?;
            match self.amount(row, *at) {
                Ok(seats) => counts.push((time, seats)),
                Err((reason @ (Reason::HiddenCount | Reason::MissingCount), _)) => missing = reason,
                Err((reason, _)) => return Err(reason),
            }
        }
        if counts.is_empty() {
            return Err(missing);
        }
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
        let seat = |(time, seats)| SeatCount {
            year,
            time,
            unit: place.unwrap_or(sheet.unknown_unit),
            programme: programme.id.unwrap_or(sheet.unknown_programme),
            seats,
        };
        Ok((counts.into_iter().map(seat).collect(), reason))
    }
}
