//! One file: from rows of text to rows of codes.

use csv::StringRecord;

use super::{Reason, SeatCount, StudentRow, Tally, values};
use crate::config::{ExtractConfig, ExtractKind, Field};
use crate::error::{Error, Exit, Result};
use crate::extract::{Columns, Record, Rows, unless_headerless};
use crate::model::{Cell, NO_PROGRAMME, ProgrammeId, Registers, StudentKey, UNKNOWN, UnitId, Year};

/// A file's rows in codes. The tally holds only the rows that are in no list; the others are counted when duplicates
/// are known.
#[derive(Debug, Clone)]
pub struct Cleaned {
    /// The source's name.
    pub source: String,
    /// What it holds.
    pub kind: ExtractKind,
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
pub fn read(source: &str, rows: &mut dyn Rows, extract: &ExtractConfig, registers: &Registers) -> Result<Cleaned> {
    let columns = Columns::find(source, rows.header(), extract)?;
    if extract.year.is_none() && !columns.has(Field::Year) {
        let seen = rows.header().join(" | ");
        let error = Error::new(Exit::Usage, "error-no-year").with("path", source).with("seen", seen);
        return Err(unless_headerless(source, rows.header(), error));
    }
    let mut reader = Reader { extract, registers, columns: &columns, last: None };
    let mut out = Cleaned {
        source: source.to_owned(),
        kind: extract.kind,
        has_ids: columns.has(Field::Student),
        has_year_groups: columns.has(Field::YearGroup),
        students: Vec::new(),
        seats: Vec::new(),
        tally: Tally::default(),
    };
    rows.each(&mut |line, record| match record {
        Record::Malformed => out.tally.count(Reason::Malformed, None, line),
        Record::Fields(fields) if !columns.keeps(fields) => {
            out.tally.count(Reason::Filtered, reader.students(fields).ok().and_then(Cell::value), line);
        }
        Record::Fields(fields) if extract.kind == ExtractKind::Seats => match reader.seats(fields) {
            Ok((seat, reason)) => {
                out.tally.count(reason, seat.seats, line);
                if reason != Reason::UnknownUnit {
                    out.seats.push(seat);
                }
            }
            Err(reason) => out.tally.count(reason, None, line),
        },
        Record::Fields(fields) => match reader.student(fields, line) {
            Ok(row) => out.students.push(row),
            Err(reason) => out.tally.count(reason, None, line),
        },
    })?;
    out.check_use(registers)?;
    Ok(out)
}

impl Cleaned {
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
    last: Option<(String, Option<UnitId>)>,
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

    fn unit(&mut self, fields: &StringRecord) -> Option<UnitId> {
        let text = self.text(fields, Field::Unit)?;
        match &self.last {
            Some((last, unit)) if last == text => *unit,
            _ => {
                let unit = self.registers.unit_codes().find(text);
                self.last = Some((text.to_owned(), unit));
                unit
            }
        }
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

    fn student(&mut self, fields: &StringRecord, line: u64) -> std::result::Result<StudentRow, Reason> {
        let year = self.year(fields)?;
        let year_group = match self.text(fields, Field::YearGroup) {
            Some(text) => Some(values::year_group(text).ok_or(Reason::InvalidYearGroup)?),
            None => None,
        };
        let students = known(self.students(fields)?)?;
        let student = self.text(fields, Field::Student).and_then(StudentKey::of);
        let unit = self.unit(fields);
        let is_protected = self.text(fields, Field::Protected).is_some_and(values::is_protected);
        let home = self
            .text(fields, Field::Home)
            .and_then(|text| self.registers.municipality_codes().find(text))
            .filter(|_| !is_protected);
        let programme = self.programme(fields);
        let admitted = year - Year::from(year_group.unwrap_or(1) - 1);
        let reason = match (unit, home, programme) {
            (None, ..) => Reason::UnknownUnit,
            (_, None, _) if is_protected => Reason::ProtectedHome,
            (_, None, _) => Reason::UnknownHome,
            (.., None) => Reason::UnknownProgramme,
            (.., Some(programme)) if self.is_retired(programme, admitted) => Reason::RetiredProgramme,
            _ if student.is_none() && self.columns.has(Field::Student) => Reason::MissingStudent,
            _ => Reason::Kept,
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
        let unit = self.unit(fields);
        let programme = self.programme(fields);
        let reason = match (unit, programme) {
            (None, _) => Reason::UnknownUnit,
            (_, None) => Reason::UnknownProgramme,
            (_, Some(programme)) if self.is_retired(programme, year) => Reason::RetiredProgramme,
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
