//! What all workers of a file know: where its columns are, and what the registers say of codes.

use super::ids::Ids;
use super::{IdKind, Job, Reason};
use crate::config::{ExtractKind, Field};
use crate::extract::{Columns, composed};
use crate::model::{MunicipalityId, NO_PROGRAMME, ProgrammeId, Snapshot, Standing, UnitId, Validity, Year};

/// What all workers of a file know: where its columns are, and what codes say of themselves.
pub struct FilePlan<'a> {
    pub(super) job: Job<'a>,
    pub(super) ids: Option<Ids<'a>>,
    pub(super) home: Option<Column>,
    pub(super) unit: Option<Column>,
    pub(super) programme: Option<Column>,
    pub(super) student: Option<usize>,
    pub(super) year: Option<usize>,
    pub(super) year_group: Option<usize>,
    pub(super) count: Option<usize>,
    pub(super) protected: Option<usize>,
    /// Columns of seats, and the time that each is of.
    pub(super) seats: Vec<(usize, When)>,
    /// First and last day of a placement.
    pub(super) from: Option<usize>,
    pub(super) to: Option<usize>,
    /// The columns that tell what a counted row is about, beside home and unit.
    pub(super) key_columns: Vec<usize>,
    /// Whether a sign with three digits behind it parts thousands.
    pub(super) has_thousands: bool,
    /// Every column found and its header.
    pub(super) headers: Vec<Column>,
    pub(super) filters: Vec<(usize, Vec<String>)>,
    /// By number: whether a unit takes students in every year.
    is_always_open: Vec<bool>,
    /// By number: when a programme takes students.
    validity: Vec<Validity>,
    pub(super) no_programme: Option<ProgrammeId>,
    pub(super) unknown_home: MunicipalityId,
    pub(super) unknown_unit: UnitId,
    pub(super) unknown_programme: ProgrammeId,
}

/// The time that a column of seats is of.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    /// The same in all rows.
    Always(Snapshot),
    /// What another column says.
    Column(usize),
}

/// Where a column is, and its header.
#[derive(Clone)]
pub struct Column {
    pub(super) position: usize,
    pub(super) header: String,
}

impl<'a> FilePlan<'a> {
    pub fn new(job: Job<'a>, columns: &Columns, ids: Option<IdKind>) -> Self {
        let registers = job.registers;
        let headers: Vec<(Field, Column)> = columns
            .found()
            .iter()
            .filter_map(|found| {
                let position = columns.position(found.field)?;
                Some((found.field, Column { position, header: found.header.clone() }))
            })
            .collect();
        let column = |field: Field| headers.iter().find(|(f, _)| *f == field).map(|(_, column)| column.clone());
        let is_open = |unit: UnitId| {
            registers.units_of(unit).is_empty()
                || registers.units_of(unit).iter().any(|u| u.validity == Validity::default())
        };
        Self {
            job,
            ids: ids.map(|kind| Ids { kind, pseudonyms: job.pseudonyms }),
            home: column(Field::Home),
            unit: column(Field::Unit),
            programme: column(Field::Programme),
            student: columns.position(Field::Student),
            year: columns.position(Field::Year),
            year_group: columns.position(Field::YearGroup),
            count: columns.position(Field::Count),
            protected: columns.position(Field::Protected),
            seats: seats(job, columns),
            from: columns.position(Field::From),
            to: columns.position(Field::To),
            key_columns: KEY.iter().filter_map(|field| columns.position(*field)).collect(),
            has_thousands: true,
            headers: headers.into_iter().map(|(_, column)| column).collect(),
            filters: columns
                .filters()
                .iter()
                .map(|(at, values)| (*at, values.iter().map(|v| composed(v.trim())).collect()))
                .collect(),
            is_always_open: registers.unit_codes().numbers().map(is_open).collect(),
            validity: registers
                .programme_codes()
                .numbers()
                .map(|id| registers.programme(id).map_or(Validity::default(), |p| p.validity))
                .collect(),
            no_programme: registers.programme_codes().find(NO_PROGRAMME),
            unknown_home: registers.municipality_codes().unknown(),
            unknown_unit: registers.unit_codes().unknown(),
            unknown_programme: registers.programme_codes().unknown(),
        }
    }

    /// Whether a row holds a count.
    pub const fn is_counted(&self) -> bool {
        self.count.is_some() || matches!(self.job.extract.kind, ExtractKind::Seats)
    }

    /// The unit that a row counts at in its year, and what is remarkable about that.
    #[inline]
    pub fn standing(&self, unit: UnitId, year: Year) -> (UnitId, Option<Reason>) {
        if self.is_always_open[u32::from(unit) as usize] {
            return (unit, None);
        }
        match self.job.registers.standing(unit, year) {
            Standing::Open => (unit, None),
            Standing::Succeeded(after) => (after, Some(Reason::SucceededUnit)),
            Standing::Closed => (unit, Some(Reason::ClosedUnit)),
        }
    }

    #[inline]
    pub fn is_retired(&self, programme: ProgrammeId, admitted: Year) -> bool {
        !self.validity[u32::from(programme) as usize].contains(admitted)
    }
}

/// The fields that tell what a counted row is about, beside home and unit.
const KEY: [Field; 4] = [Field::Year, Field::Programme, Field::YearGroup, Field::Time];

/// The columns of seats: one of its own for each time, or one for the time that the config or another column tells.
fn seats(job: Job<'_>, columns: &Columns) -> Vec<(usize, When)> {
    let of = |field: Field, time: Snapshot| columns.position(field).map(|at| (at, When::Always(time)));
    let wide: Vec<_> = [of(Field::SeatsAdmission, Snapshot::Admission), of(Field::SeatsOctober, Snapshot::October)]
        .into_iter()
        .flatten()
        .collect();
    let Some(at) = columns.position(Field::Seats).filter(|_| wide.is_empty()) else { return wide };
    let told = job.extract.time.map(|time| When::Always(time.into()));
    let when = told.or_else(|| columns.position(Field::Time).map(When::Column));
    when.map(|when| (at, when)).into_iter().collect()
}
