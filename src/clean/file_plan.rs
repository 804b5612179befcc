//! The shared plan of a file's workers: column positions, and facts about the codes of the registers.

use super::ids::Ids;
use super::{IdKind, Job, Reason};
use crate::config::{ExtractKind, Field};
use crate::extract::{Columns, composed};
use crate::model::{MunicipalityId, NO_PROGRAMME, ProgrammeId, Snapshot, UnitId, UnitStatus, Validity, Year};

/// The shared plan of a file's workers: column positions, and facts about codes.
pub struct FilePlan<'a> {
    pub(super) job: Job<'a>,
    pub(super) ids: Option<Ids<'a>>,
    pub(super) home: Option<CodeColumn>,
    pub(super) unit: Option<CodeColumn>,
    pub(super) programme: Option<CodeColumn>,
    pub(super) student: Option<usize>,
    pub(super) year: Option<usize>,
    pub(super) year_group: Option<usize>,
    pub(super) count: Option<usize>,
    pub(super) protected: Option<usize>,
    /// Columns of seats and the snapshot of each.
    pub(super) seats: Vec<(usize, SeatTime)>,
    /// First and last day of a placement.
    pub(super) from: Option<usize>,
    pub(super) to: Option<usize>,
    /// The columns that identify what a counted row is about, besides home and unit.
    pub(super) key_columns: Vec<usize>,
    /// Whether a point or comma followed by three digits separates thousands.
    pub(super) has_thousands: bool,
    /// Every column found, with its header.
    pub(super) headers: Vec<CodeColumn>,
    pub(super) filters: Vec<(usize, Vec<String>)>,
    /// By unit number: whether the unit takes students in every year.
    is_always_open: Vec<bool>,
    /// By programme number: the years in which it takes students.
    validity: Vec<Validity>,
    pub(super) no_programme: Option<ProgrammeId>,
    pub(super) unknown_home: MunicipalityId,
    pub(super) unknown_unit: UnitId,
    pub(super) unknown_programme: ProgrammeId,
}

/// The snapshot of a column of seats.
#[derive(Debug, Clone, Copy)]
pub(super) enum SeatTime {
    /// The same in all rows.
    Always(Snapshot),
    /// The value of another column.
    CodeColumn(usize),
}

/// The position and the header of a column.
#[derive(Clone)]
pub struct CodeColumn {
    pub(super) position: usize,
    pub(super) header: String,
}

impl<'a> FilePlan<'a> {
    pub fn new(job: Job<'a>, columns: &Columns, ids: Option<IdKind>) -> Self {
        let registers = job.registers;
        let headers: Vec<(Field, CodeColumn)> = columns
            .found()
            .iter()
            .filter_map(|found| {
                let position = columns.position(found.field)?;
                Some((found.field, CodeColumn { position, header: found.header.clone() }))
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

    /// Whether rows hold counts.
    pub const fn is_counted(&self) -> bool {
        self.count.is_some() || matches!(self.job.extract.kind, ExtractKind::Seats)
    }

    /// The unit at which a row counts in its year, and the reason if it is closed or succeeded.
    #[inline]
    pub fn unit_in_year(&self, unit: UnitId, year: Year) -> (UnitId, Option<Reason>) {
        if self.is_always_open[u32::from(unit) as usize] {
            return (unit, None);
        }
        match self.job.registers.status(unit, year) {
            UnitStatus::Open => (unit, None),
            UnitStatus::Succeeded(after) => (after, Some(Reason::SucceededUnit)),
            UnitStatus::Closed => (unit, Some(Reason::ClosedUnit)),
        }
    }

    #[inline]
    pub fn is_retired(&self, programme: ProgrammeId, admitted: Year) -> bool {
        !self.validity[u32::from(programme) as usize].contains(admitted)
    }
}

/// The fields that identify what a counted row is about, besides home and unit.
const KEY: [Field; 4] = [Field::Year, Field::Programme, Field::YearGroup, Field::Time];

/// The columns of seats: one per snapshot, or a single one whose snapshot comes from the config or another column.
fn seats(job: Job<'_>, columns: &Columns) -> Vec<(usize, SeatTime)> {
    let of = |field: Field, time: Snapshot| columns.position(field).map(|at| (at, SeatTime::Always(time)));
    let wide: Vec<_> = [of(Field::SeatsAdmission, Snapshot::Admission), of(Field::SeatsOctober, Snapshot::October)]
        .into_iter()
        .flatten()
        .collect();
    let Some(at) = columns.position(Field::Seats).filter(|_| wide.is_empty()) else { return wide };
    let configured = job.extract.time.map(|time| SeatTime::Always(time.into()));
    let when = configured.or_else(|| columns.position(Field::Time).map(SeatTime::CodeColumn));
    when.map(|when| (at, when)).into_iter().collect()
}
