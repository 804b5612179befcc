//! A worker that reads rows of one file: from the texts of a row to a packed row and its reason.

use super::file_plan::{CodeColumn, FilePlan, SeatTime};
use super::job::YearStudents;
use super::memo::Memo;
use super::repeats::{RowKeys, number_of};
use super::row::{Code, FieldTexts, text};
use super::values::{Amount, Date, NumberFormat};
use super::{IdKind, Reason, SeatCount, Tally, Trace, ids, values};
use crate::config::{ExtractKind, YEARS};
use crate::extract::{Record, composed};
use crate::model::{Cell, MunicipalityId, ProgrammeId, StudentKey, UnitId, Year};
use crate::store::{Shard, StudentRow};

/// Memoised values of the short texts of a file's columns.
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
    plan: &'a FilePlan<'a>,
    memos: Memos,
    pub shard: Shard<'a>,
    pub tally: Tally,
    /// Indexed by year from the first of [`YEARS`]; `None` for a year without rows.
    pub counted: Vec<Option<YearStudents>>,
    pub seats: Vec<SeatCount>,
    /// Whether some row has a unit of the register.
    pub has_known: bool,
    /// The kinds of text in the home column.
    pub homes: CodeTexts,
    /// The number formats of counts.
    pub formats: CountFormats,
    /// The first line with an id rounded by a spreadsheet.
    pub rounded: Option<u64>,
    /// The keys of counted rows.
    pub keys: RowKeys,
}

/// The ambiguous number formats found in the counts of a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CountFormats {
    pub thousands: bool,
    pub decimals: bool,
}

impl CountFormats {
    const fn add_format(&mut self, format: NumberFormat) {
        match format {
            NumberFormat::Clear => {}
            NumberFormat::Thousands => self.thousands = true,
            NumberFormat::Decimals => self.decimals = true,
        }
    }
}

/// The kinds of text found in a column of codes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CodeTexts {
    /// Some text is a code of the register.
    pub is_known: bool,
    /// Some text has letters, as a name has.
    pub has_names: bool,
    /// Some text is a code outside the register.
    pub has_codes: bool,
}

impl CodeTexts {
    fn add_text(&mut self, text: &str, is_known: bool) {
        self.is_known |= is_known;
        if !is_known && !text.is_empty() && !values::is_total(text) {
            let is_name = text.chars().any(char::is_alphabetic);
            self.has_names |= is_name;
            self.has_codes |= !is_name;
        }
    }

    /// Adds the kinds of other rows.
    pub fn add(&mut self, other: Self) {
        self.is_known |= other.is_known;
        self.has_names |= other.has_names;
        self.has_codes |= other.has_codes;
    }
}

/// The reason why a row is not kept, and the maximum number of its students if known.
type Rejection = (Reason, Option<u64>);

impl<'a> Reader<'a> {
    /// A reader without rows.
    pub fn new(plan: &'a FilePlan<'a>) -> Self {
        Self {
            plan,
            memos: Memos { is_wanted: vec![Memo::default(); plan.filters.len()], ..Memos::default() },
            shard: plan.job.store.shard(),
            tally: Tally::default(),
            counted: vec![None; usize::from(YEARS.end() - YEARS.start()) + 1],
            seats: Vec::new(),
            has_known: false,
            homes: CodeTexts::default(),
            formats: CountFormats::default(),
            rounded: None,
            keys: RowKeys::default(),
        }
    }

    /// Reads a record.
    pub fn record(&mut self, line: u64, record: Record<'_>) {
        match record {
            Record::Fields(fields) => self.take(fields, line),
            Record::Note => self.tally.count(Reason::Note, None, line),
            Record::Malformed => self.reject((Reason::Malformed, None), line, Trace::default()),
        }
    }

    fn reject(&mut self, (reason, most): Rejection, line: u64, trace: Trace) {
        self.tally.count(reason, None, line);
        if self.plan.job.extract.kind != ExtractKind::Seats && reason.is_lost() {
            self.tally.add_lost_row(reason, most, trace);
        }
    }

    /// Reads a row.
    #[inline]
    pub fn take<R: FieldTexts>(&mut self, row: &R, line: u64) {
        let plan = self.plan;
        let unit = self.unit(row);
        let home = self.home(row);
        let programme = self.programme(row);
        if unit.is_header && plan.headers.iter().all(|column| text(row, column.position) == *column.header) {
            return self.tally.count(Reason::Note, None, line);
        }
        if !self.is_wanted(row) {
            let students = self.students(row).ok();
            return self.tally.count(Reason::Filtered, students, line);
        }
        let is_sum = || {
            let first = || unit.id.is_some() && !unit.is_restored && values::is_total(row.raw(0).trim());
            let has_no_codes = || plan.is_counted() && unit.is_empty && (home.is_empty || plan.home.is_none());
            home.is_total
                || unit.is_total
                || programme.is_total
                || first()
                || has_no_codes()
                || self.has_sum_label(row)
        };
        if self.has_no_student(row) && is_sum() {
            return self.tally.count(Reason::TotalsRow, None, line);
        }
        if plan.job.extract.kind == ExtractKind::Seats {
            return self.seat(row, unit, programme, line);
        }
        if let Err((refused, trace)) = self.student(row, unit, home, programme, line) {
            self.reject(refused, line, trace);
        }
    }

    #[inline]
    fn keep(&mut self, row: &StudentRow) {
        let plan = self.plan;
        self.tally.count(row.reason, row.students, row.line);
        if row.reason.is_lost() {
            let trace = Trace {
                year: Some(row.year),
                year_group: row.year_group,
                home: Some(row.home).filter(|home| *home != plan.unknown_home),
                programme: Some(row.programme).filter(|programme| *programme != plan.unknown_programme),
            };
            self.tally.add_lost_row(row.reason, row.students, trace);
        }
        self.counted[usize::from(row.year - YEARS.start())].get_or_insert_default().add(row);
        self.has_known |= row.unit != plan.unknown_unit;
        self.shard.push(plan.job.number, plan.job.extract.kind, row, plan.student.is_some());
    }

    #[inline]
    fn unit<R: FieldTexts>(&mut self, row: &R) -> Code<UnitId> {
        let Some(column) = &self.plan.unit else { return Code::default() };
        let facts = || {
            let codes = self.plan.job.registers.unit_codes();
            Code::looked_up(&text(row, column.position), &column.header, codes)
        };
        self.memos.unit.get(row.key(column.position), facts)
    }

    #[inline]
    fn home<R: FieldTexts>(&mut self, row: &R) -> Code<MunicipalityId> {
        let Some(column) = &self.plan.home else { return Code::default() };
        let facts = || {
            let codes = self.plan.job.registers.municipality_codes();
            let text = text(row, column.position);
            let code = Code::looked_up(&text, &column.header, codes);
            self.homes.add_text(&text, code.id.is_some());
            code
        };
        self.memos.home.get(row.key(column.position), facts)
    }

    /// The programme; `-` if the extract has no programme column.
    #[inline]
    fn programme<R: FieldTexts>(&mut self, row: &R) -> Code<ProgrammeId> {
        let Some(column) = &self.plan.programme else {
            return Code { id: self.plan.no_programme, ..Code::default() };
        };
        let facts = || {
            let registers = self.plan.job.registers;
            let text = text(row, column.position);
            let is_code = registers.programme_codes().find(&text).is_some();
            Code::of(&text, &column.header, |text| values::programme(text, registers), is_code)
        };
        self.memos.programme.get(row.key(column.position), facts)
    }

    #[inline]
    fn year<R: FieldTexts>(&mut self, row: &R) -> std::result::Result<Year, Reason> {
        let year = match self.plan.year {
            Some(at) => self.memos.year.get(row.key(at), || values::year(&text(row, at))),
            None => self.plan.job.extract.year,
        };
        year.ok_or(Reason::InvalidYear)
    }

    /// Students in the row: the count, or 1.
    #[inline]
    fn students<R: FieldTexts>(&mut self, row: &R) -> std::result::Result<u64, Rejection> {
        let Some(at) = self.plan.count else { return Ok(1) };
        self.amount(row, at)
    }

    /// The count in a column.
    fn amount<R: FieldTexts>(&mut self, row: &R, at: usize) -> std::result::Result<u64, Rejection> {
        let amount = self.memos.count.get(row.key(at), || values::count(&text(row, at)));
        self.formats.add_format(amount.format);
        let is_doubtful = amount.format == NumberFormat::Thousands && !self.plan.has_thousands;
        match amount.cell.filter(|_| !is_doubtful) {
            Some(Cell::Value(number)) => Ok(number),
            Some(Cell::Hidden) => Err((Reason::HiddenCount, amount.most)),
            Some(Cell::Missing) => Err((Reason::MissingCount, None)),
            None => Err((Reason::InvalidCount, None)),
        }
    }

    #[inline]
    fn is_protected<R: FieldTexts>(&mut self, row: &R) -> bool {
        let Some(at) = self.plan.protected else { return false };
        self.memos.is_protected.get(row.key(at), || values::is_protected(&text(row, at)))
    }

    #[inline]
    fn is_wanted<R: FieldTexts>(&mut self, row: &R) -> bool {
        let filters = self.plan.filters.iter().zip(&mut self.memos.is_wanted);
        filters
            .into_iter()
            .all(|((at, wanted), memo)| memo.get(row.key(*at), || wanted.contains(&composed(row.raw(*at).trim()))))
    }

    /// Whether the text in the id column labels a sum.
    fn has_sum_label<R: FieldTexts>(&self, row: &R) -> bool {
        self.plan.student.is_some_and(|at| values::is_total(&text(row, at)))
    }

    /// Whether nothing shows that the row is a student: the id column is empty or labels a sum.
    #[inline]
    fn has_no_student<R: FieldTexts>(&self, row: &R) -> bool {
        let Some(at) = self.plan.student else { return true };
        if let Some(bytes @ [first, _, ..]) = row.utf8(at)
            && first.is_ascii_alphanumeric()
            && !values::may_be_total(bytes)
        {
            return false;
        }
        let id = text(row, at);
        id.is_empty() || values::is_total(&id)
    }

    /// The key of the row's student, and the reason if the id is remarkable.
    #[inline]
    fn key<R: FieldTexts>(&mut self, row: &R, year: Year, line: u64) -> (Option<StudentKey>, Option<Reason>) {
        let Some((ids, at)) = self.plan.ids.zip(self.plan.student) else { return (None, None) };
        if ids.kind == IdKind::Surrogates
            && let Some(bytes @ [first, .., last]) = row.utf8(at)
            && first.is_ascii_alphanumeric()
            && last.is_ascii_graphic()
            && !ids::may_be_placeholder(bytes)
            && !ids::may_be_rounded(bytes)
        {
            // Nothing to trim: the bytes are the id.
            return (ids.pseudonyms.visible_surrogate(bytes), None);
        }
        let id = text(row, at);
        if ids::is_rounded(&id) {
            self.rounded.get_or_insert(line);
        }
        ids.key(&id, year)
    }

    /// Keeps the row, or returns why it cannot be read and what is known of it. (Returning the row itself would copy
    /// it at another width than it was written at.)
    #[inline]
    fn student<R: FieldTexts>(
        &mut self,
        row: &R,
        unit: Code<UnitId>,
        home: Code<MunicipalityId>,
        programme: Code<ProgrammeId>,
        line: u64,
    ) -> std::result::Result<(), (Rejection, Trace)> {
        let plan = self.plan;
        let year = self.year(row);
        let year_group =
            plan.year_group.map(|at| self.memos.year_group.get(row.key(at), || values::year_group(&text(row, at))));
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
        self.add_key(row, home, unit, students);
        let (placement, about_unit) = unit.id.map_or((None, None), |unit| {
            let (unit, about) = plan.unit_in_year(unit, year);
            (Some(unit), about)
        });
        let (student, about_id) = self.key(row, year, line);
        let admitted = year - Year::from(year_group.unwrap_or(1) - 1);
        let restored = (unit.is_restored || home.is_restored).then_some(Reason::RestoredCode);
        let reason = match (placement, home.id, programme.id) {
            (None, ..) => Reason::UnknownUnit,
            (_, None, _) if is_protected => Reason::ProtectedHome,
            (_, None, _) => Reason::UnknownHome,
            (.., None) => Reason::UnknownProgramme,
            _ if let Some(reason) = about_unit => reason,
            (.., Some(programme)) if plan.is_retired(programme, admitted) => Reason::RetiredProgramme,
            _ => about_id.or(restored).unwrap_or(Reason::Kept),
        };
        self.keep(&StudentRow {
            student,
            year,
            year_group,
            home: home.id.unwrap_or(plan.unknown_home),
            unit: placement.unwrap_or(plan.unknown_unit),
            programme: programme.id.unwrap_or(plan.unknown_programme),
            students,
            reason,
            line,
        });
        Ok(())
    }

    /// Why a placement does not count in a year: it is not in force on 15 October, or its dates cannot be read.
    /// `None` if it counts, or if the extract has no dates.
    #[inline]
    fn absence<R: FieldTexts>(&mut self, row: &R, year: Year) -> Option<Reason> {
        let plan = self.plan;
        if plan.from.is_none() && plan.to.is_none() {
            return None;
        }
        let mut date = |at: Option<usize>| {
            let at = at.filter(|at| !text(row, *at).is_empty())?;
            Some(self.memos.date.get(row.key(at), || values::date(&text(row, at))).ok_or(Reason::InvalidDate))
        };
        let (from, to) = (date(plan.from).transpose(), date(plan.to).transpose());
        match (from, to) {
            (Ok(from), Ok(to)) => {
                let day = Date::october(year);
                let is_in_force = from.is_none_or(|from| from <= day) && to.is_none_or(|to| to >= day);
                (!is_in_force).then_some(Reason::NotInForce)
            }
            (Err(reason), _) | (_, Err(reason)) => Some(reason),
        }
    }

    /// Records the key of a counted row: known codes as numbers, other texts as written.
    #[inline]
    fn add_key<R: FieldTexts>(&mut self, row: &R, home: Code<MunicipalityId>, unit: Code<UnitId>, amount: u64) {
        let plan = self.plan;
        if !plan.is_counted() {
            return;
        }
        let text = |at: usize| row.key(at).unwrap_or_else(|| number_of(&row.raw(at)));
        let known = |id: Option<u32>, column: Option<&CodeColumn>| match id {
            Some(id) => u128::from(id),
            None => column.map_or(0, |column| text(column.position)),
        };
        let codes =
            [known(home.id.map(u32::from), plan.home.as_ref()), known(unit.id.map(u32::from), plan.unit.as_ref())];
        self.keys.add(codes.into_iter().chain(plan.key_columns.iter().map(|at| text(*at))), amount);
    }

    fn seat<R: FieldTexts>(&mut self, row: &R, unit: Code<UnitId>, programme: Code<ProgrammeId>, line: u64) {
        match self.seats(row, unit, programme) {
            Ok((seats, reason)) => {
                let all = seats.iter().map(|seat| seat.seats).sum::<u64>();
                self.tally.count(reason, all, line);
                self.add_key(row, Code::default(), unit, all);
                if reason != Reason::UnknownUnit {
                    self.has_known = true;
                    self.seats.extend(seats);
                }
            }
            Err(reason) => self.tally.count(reason, None, line),
        }
    }

    /// The seats of a row: of one snapshot, or of both if each has its column.
    fn seats<R: FieldTexts>(
        &mut self,
        row: &R,
        unit: Code<UnitId>,
        programme: Code<ProgrammeId>,
    ) -> std::result::Result<(Vec<SeatCount>, Reason), Reason> {
        let plan = self.plan;
        let year = self.year(row)?;
        let mut counts = Vec::new();
        let mut missing = Reason::MissingCount;
        for (at, when) in &plan.seats {
            let time = match when {
                SeatTime::Always(time) => Some(*time),
                SeatTime::CodeColumn(at) => values::time(&text(row, *at)),
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
        let (placement, about_unit) = unit.id.map_or((None, None), |unit| {
            let (unit, about) = plan.unit_in_year(unit, year);
            (Some(unit), about)
        });
        let reason = match (placement, programme.id) {
            (None, _) => Reason::UnknownUnit,
            (_, None) => Reason::UnknownProgramme,
            _ if let Some(reason) = about_unit => reason,
            (_, Some(programme)) if plan.is_retired(programme, year) => Reason::RetiredProgramme,
            _ if unit.is_restored => Reason::RestoredCode,
            _ => Reason::Kept,
        };
        let seat = |(time, seats)| SeatCount {
            year,
            time,
            unit: placement.unwrap_or(plan.unknown_unit),
            programme: programme.id.unwrap_or(plan.unknown_programme),
            seats,
        };
        Ok((counts.into_iter().map(seat).collect(), reason))
    }
}
