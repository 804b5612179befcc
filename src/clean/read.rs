//! One file: from rows of text to rows of codes.

use csv::StringRecord;

use std::ops::ControlFlow;

use super::ids::Ids;
use super::{IdKind, Reason, SeatCount, SourceForm, StudentRow, Tally, Trace, values};
use crate::config::{ExtractConfig, ExtractKind, Field, YEARS};
use crate::error::{Error, Exit, Result};
use crate::extract::{Columns, Record, Rows, unless_headerless};
use crate::model::{
    Cell, CodeList, MunicipalityId, NO_PROGRAMME, ProgrammeId, Pseudonyms, Registers, Standing, UNKNOWN, UnitId, Year,
};

/// A file's rows in codes. The tally holds only the rows that are in no list; the others are counted when duplicates
/// are known.
#[derive(Debug, Clone)]
pub struct Cleaned {
    /// The source's name.
    pub source: String,
    /// What it holds.
    pub kind: ExtractKind,
    /// How it was read.
    pub form: SourceForm,
    /// Whether it has a student column.
    pub has_ids: bool,
    /// Whether it has a year-group column.
    pub has_year_groups: bool,
    /// Rows of students (admission, October).
    pub students: Vec<StudentRow>,
    /// Rows of seats.
    pub seats: Vec<SeatCount>,
    /// Rows that are in neither list, and all rows of seats.
    pub tally: Tally,
}

/// Reads all rows of an opened file.
///
/// # Errors
/// Columns that cannot be found, no year anywhere, no row below the header, or no row whose unit is in the register:
/// then it is not the register of these units.
pub fn read(
    source: &str,
    rows: &mut dyn Rows,
    extract: &ExtractConfig,
    registers: &Registers,
    pseudonyms: &Pseudonyms,
) -> Result<Cleaned> {
    let columns = Columns::find(source, rows.header(), extract)?;
    if extract.year.is_none() && !columns.has(Field::Year) {
        let seen = rows.header().join(" | ");
        let error = Error::new(Exit::Usage, "error-no-year").with("path", source).with("seen", seen);
        return Err(unless_headerless(source, rows.header(), error));
    }
    let kind = IdKind::of(rows, &columns, extract.year.unwrap_or(*YEARS.end()))?;
    let ids = kind.map(|kind| Ids { kind, pseudonyms });
    let mut reader = Reader { extract, registers, columns: &columns, ids, last: None };
    let mut out = Cleaned {
        source: source.to_owned(),
        kind: extract.kind,
        form: SourceForm {
            kind: extract.kind,
            guesses: rows.guesses().to_vec(),
            columns: columns.found().to_vec(),
            ids: kind,
        },
        has_ids: columns.has(Field::Student),
        has_year_groups: columns.has(Field::YearGroup),
        students: Vec::new(),
        seats: Vec::new(),
        tally: Tally::default(),
    };
    rows.each(&mut |line, record| {
        match record {
            Record::Malformed => out.reject(Reason::Malformed, None, line, Trace::default()),
            Record::Note => out.tally.count(Reason::Note, None, line),
            Record::Fields(fields) => out.take(&mut reader, fields, line),
        }
        ControlFlow::Continue(())
    })?;
    out.check_use(registers)?;
    Ok(out)
}

impl Cleaned {
    fn reject(&mut self, reason: Reason, students: Option<u64>, line: u64, trace: Trace) {
        self.tally.count(reason, students, line);
        if self.kind != ExtractKind::Seats && reason.is_lost() {
            self.tally.lose(reason, students, trace);
        }
    }

    fn take(&mut self, reader: &mut Reader<'_>, fields: &StringRecord, line: u64) {
        if reader.is_header(fields) {
            return self.tally.count(Reason::Note, None, line);
        }
        if !reader.columns.keeps(fields) {
            let students = reader.students(fields).ok().and_then(Cell::value);
            return self.tally.count(Reason::Filtered, students, line);
        }
        if reader.is_total(fields) {
            return self.tally.count(Reason::TotalsRow, None, line);
        }
        if self.kind == ExtractKind::Seats {
            match reader.seats(fields) {
                Ok((seat, reason)) => {
                    self.tally.count(reason, seat.seats, line);
                    if reason != Reason::UnknownUnit {
                        self.seats.push(seat);
                    }
                }
                Err(reason) => self.tally.count(reason, None, line),
            }
            return;
        }
        match reader.student(fields, line) {
            Ok(row) => self.students.push(row),
            Err((reason, trace)) => self.reject(reason, None, line, trace),
        }
    }

    fn check_use(&self, registers: &Registers) -> Result<()> {
        if self.students.is_empty() && self.tally.rows() == 0 {
            return Err(Error::new(Exit::Input, "error-no-rows").with("path", &self.source));
        }
        let units = registers.unit_codes();
        let some_known = !self.seats.is_empty() || self.students.iter().any(|row| units.is_known(row.unit));
        let some_unknown = !self.students.is_empty() || self.tally.counts().any(|(r, _)| r == Reason::UnknownUnit);
        if some_known || !some_unknown {
            return Ok(());
        }
        let examples: Vec<&str> = registers.units().take(3).map(|u| &*u.code).collect();
        Err(Error::new(Exit::Input, "error-no-known-unit")
            .with("path", &self.source)
            .with("examples", if examples.is_empty() { UNKNOWN.to_owned() } else { examples.join(", ") }))
    }
}

/// Reads the rows of one file; remembers the last unit, for files are often sorted by it.
struct Reader<'a> {
    extract: &'a ExtractConfig,
    registers: &'a Registers,
    columns: &'a Columns,
    ids: Option<Ids<'a>>,
    last: Option<(String, (Option<UnitId>, bool))>,
}

/// The number of a code, and whether it had to be restored from a numeral.
fn looked_up<Id: From<u32> + Into<u32> + Copy>(codes: &CodeList<Id>, text: &str) -> (Option<Id>, bool) {
    match codes.find(text) {
        Some(id) => (Some(id), false),
        None => codes.restore(text).map_or((None, false), |id| (Some(id), true)),
    }
}

impl Reader<'_> {
    fn text<'r>(&self, fields: &'r StringRecord, field: Field) -> Option<&'r str> {
        self.columns.text(fields, field)
    }

    fn year(&self, fields: &StringRecord) -> std::result::Result<Year, Reason> {
        match self.text(fields, Field::Year) {
            Some(text) => values::year(text).ok_or(Reason::InvalidYear),
            None => self.extract.year.ok_or(Reason::InvalidYear),
        }
    }

    /// Students in the row: the count, or one.
    fn students(&self, fields: &StringRecord) -> std::result::Result<Cell, Reason> {
        match self.text(fields, Field::Count) {
            Some(text) => values::count(text).ok_or(Reason::InvalidCount),
            None => Ok(Cell::Value(1)),
        }
    }

    /// Whether the row is a sum: a code's place, or the first field of a row without a known unit, holds a word for one,
    /// and nothing says that the row is a student.
    fn is_total(&self, fields: &StringRecord) -> bool {
        let codes = self.registers;
        let is_word = |text: Option<&str>, is_code: &dyn Fn(&str) -> bool| {
            text.is_some_and(|text| values::is_total(text) && !is_code(text))
        };
        let student = self.text(fields, Field::Student);
        let is_unit = |text: &str| codes.unit_codes().find(text).is_some();
        let is_nobody = student.is_none_or(|id| id.is_empty() || values::is_total(id));
        let unit = self.text(fields, Field::Unit);
        is_nobody
            && (is_word(self.text(fields, Field::Home), &|text| codes.municipality_codes().find(text).is_some())
                || is_word(unit, &is_unit)
                || is_word(self.text(fields, Field::Programme), &|text| codes.programme_codes().find(text).is_some())
                || is_word(fields.get(0).map(str::trim), &|_| unit.is_some_and(is_unit)))
    }

    /// Whether the row is the headers once more, as where files were put together.
    fn is_header(&self, fields: &StringRecord) -> bool {
        self.columns.found().iter().all(|c| self.text(fields, c.field).is_some_and(|text| text == c.header))
    }

    /// The unit, and whether its code was restored.
    fn unit(&mut self, fields: &StringRecord) -> (Option<UnitId>, bool) {
        let Some(text) = self.text(fields, Field::Unit) else { return (None, false) };
        match &self.last {
            Some((last, unit)) if last == text => *unit,
            _ => {
                let unit = looked_up(self.registers.unit_codes(), text);
                self.last = Some((text.to_owned(), unit));
                unit
            }
        }
    }

    /// The unit that the row counts at in its year, and what is remarkable about that.
    fn standing(&self, unit: Option<UnitId>, year: Year) -> (Option<UnitId>, Option<Reason>) {
        match unit.map(|unit| self.registers.standing(unit, year)) {
            None | Some(Standing::Open) => (unit, None),
            Some(Standing::Succeeded(after)) => (Some(after), Some(Reason::SucceededUnit)),
            Some(Standing::Closed) => (unit, Some(Reason::ClosedUnit)),
        }
    }

    /// The home, and whether its code was restored.
    fn home(&self, fields: &StringRecord) -> (Option<MunicipalityId>, bool) {
        self.text(fields, Field::Home)
            .map_or((None, false), |text| looked_up(self.registers.municipality_codes(), text))
    }

    /// The programme; `-` where the extract has no such column.
    fn programme(&self, fields: &StringRecord) -> Option<ProgrammeId> {
        match self.text(fields, Field::Programme) {
            Some(text) => values::programme(text, self.registers),
            None => self.registers.programme_codes().find(NO_PROGRAMME),
        }
    }

    fn is_retired(&self, programme: ProgrammeId, admitted: Year) -> bool {
        self.registers.programme(programme).is_some_and(|p| !p.validity.contains(admitted))
    }

    /// The row, or why it cannot be read and what is known of it all the same.
    fn student(&mut self, fields: &StringRecord, line: u64) -> std::result::Result<StudentRow, (Reason, Trace)> {
        let year = self.year(fields);
        let year_group = self.text(fields, Field::YearGroup).map(values::year_group);
        let students = self.students(fields).and_then(known);
        let (unit, unit_restored) = self.unit(fields);
        let is_protected = self.text(fields, Field::Protected).is_some_and(values::is_protected);
        let (home, home_restored) = if is_protected { (None, false) } else { self.home(fields) };
        let programme = self.programme(fields);
        let trace = Trace { year: year.ok(), year_group: year_group.flatten(), home, programme };
        let year = year.map_err(|reason| (reason, trace))?;
        if year_group == Some(None) {
            return Err((Reason::InvalidYearGroup, trace));
        }
        let year_group = year_group.flatten();
        let students = students.map_err(|reason| (reason, trace))?;
        let (unit, about_unit) = self.standing(unit, year);
        let id = self.ids.zip(self.text(fields, Field::Student));
        let (student, about_id) = id.map_or((None, None), |(ids, id)| ids.key(id, year));
        let admitted = year - Year::from(year_group.unwrap_or(1) - 1);
        let restored = (unit_restored || home_restored).then_some(Reason::RestoredCode);
        let reason = match (unit, home, programme) {
            (None, ..) => Reason::UnknownUnit,
            (_, None, _) if is_protected => Reason::ProtectedHome,
            (_, None, _) => Reason::UnknownHome,
            (.., None) => Reason::UnknownProgramme,
            _ if let Some(reason) = about_unit => reason,
            (.., Some(programme)) if self.is_retired(programme, admitted) => Reason::RetiredProgramme,
            _ => about_id.or(restored).unwrap_or(Reason::Kept),
        };
        Ok(StudentRow {
            student,
            year,
            year_group,
            round: self.extract.round,
            home: home.unwrap_or_else(|| self.registers.municipality_codes().unknown()),
            unit: unit.unwrap_or_else(|| self.registers.unit_codes().unknown()),
            programme: programme.unwrap_or_else(|| self.registers.programme_codes().unknown()),
            students,
            reason,
            line,
        })
    }

    fn seats(&mut self, fields: &StringRecord) -> std::result::Result<(SeatCount, Reason), Reason> {
        let year = self.year(fields)?;
        let time = self.text(fields, Field::Time).and_then(values::time).ok_or(Reason::InvalidTime)?;
        let text = self.text(fields, Field::Seats).unwrap_or_default();
        let seats = known(values::count(text).ok_or(Reason::InvalidCount)?)?;
        let (unit, is_restored) = self.unit(fields);
        let (unit, about_unit) = self.standing(unit, year);
        let programme = self.programme(fields);
        let reason = match (unit, programme) {
            (None, _) => Reason::UnknownUnit,
            (_, None) => Reason::UnknownProgramme,
            _ if let Some(reason) = about_unit => reason,
            (_, Some(programme)) if self.is_retired(programme, year) => Reason::RetiredProgramme,
            _ if is_restored => Reason::RestoredCode,
            _ => Reason::Kept,
        };
        let seat = SeatCount {
            year,
            time,
            unit: unit.unwrap_or_else(|| self.registers.unit_codes().unknown()),
            programme: programme.unwrap_or_else(|| self.registers.programme_codes().unknown()),
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
