//! `seats`: seats at both times, their delta, and how full they are.

use std::collections::{BTreeMap, BTreeSet};

use super::Inputs;
use crate::config::YEARS;
use crate::metrics::{fill_rate, seat_delta};
use crate::model::{ALL, Cell, ProgrammeId, Snapshot, Text, UnitId, Year};
use crate::store::Counter;
use crate::tables::SeatRow;

/// Unit and programme (none: all) of a year.
type Key = (Year, UnitId, Option<ProgrammeId>);

/// All rows of `seats`: (unit, programme) and (unit, `ALL`). Several rows of an extract for the same key add up; a
/// side of which nothing was read is missing.
pub fn rows(inputs: Inputs<'_>) -> Vec<SeatRow> {
    let seats = seats(inputs);
    if seats.is_empty() {
        return Vec::new();
    }
    let students = students(inputs);
    seats.into_iter().map(|(key, sides)| row(inputs, &students, key, sides)).collect()
}

/// Seats at both times by key.
fn seats(inputs: Inputs<'_>) -> BTreeMap<Key, [Option<u64>; 2]> {
    let mut out: BTreeMap<Key, [Option<u64>; 2]> = BTreeMap::new();
    for row in &inputs.rows.seats {
        let side = usize::from(row.time == Snapshot::October);
        for programme in [Some(row.programme), None] {
            let cell = &mut out.entry((row.year, row.unit, programme)).or_default()[side];
            *cell = Some(cell.unwrap_or(0) + row.seats);
        }
    }
    out
}

/// The units whose seats, of all programmes together, rose after the admission of a year.
pub fn raised(inputs: Inputs<'_>, year: Year) -> BTreeSet<UnitId> {
    let has_risen = |[admission, october]: [Option<u64>; 2]| admission.zip(october).is_some_and(|(a, o)| o > a);
    let units = seats(inputs).into_iter().filter(|((of, _, programme), _)| *of == year && programme.is_none());
    units.filter(|(_, sides)| has_risen(*sides)).map(|((_, unit, _), _)| unit).collect()
}

/// Students at both times by the keys of seats, over all homes.
fn students(inputs: Inputs<'_>) -> Counter {
    let mut out = Counter::default();
    for flow in inputs.flows.flows().iter().filter(|f| f.key.snapshot != Snapshot::Enrolled) {
        for programme in [Some(flow.key.programme), None] {
            out.add(number(flow.key.snapshot, (flow.key.year, flow.key.unit, programme)), flow.students);
        }
    }
    out
}

/// A snapshot and a key as one number; units and programmes have 27 bits together (`store`).
fn number(snapshot: Snapshot, (year, unit, programme): Key) -> u64 {
    let programme = programme.map_or(0, |programme| u64::from(u32::from(programme)) + 1);
    u64::from(snapshot == Snapshot::October) << 62
        | u64::from(year - YEARS.start()) << 54
        | u64::from(u32::from(unit)) << 27
        | programme
}

fn row(inputs: Inputs<'_>, students: &Counter, key: Key, [admission, october]: [Option<u64>; 2]) -> SeatRow {
    let (year, unit, programme) = key;
    let fill = |snapshot, seats: Option<u64>| {
        let read = seats.filter(|_| inputs.flows.has(snapshot, year));
        Cell::from(read.map(|seats| fill_rate(students.get(number(snapshot, key)), seats)))
    };
    let delta = Cell::from(admission).zip(Cell::from(october), seat_delta);
    SeatRow {
        year,
        unit: inputs.registers.unit_codes().text(unit).clone(),
        programme: programme.map_or_else(|| Text::from(ALL), |p| inputs.registers.programme_codes().text(p).clone()),
        seats_admission: admission.into(),
        seats_october: october.into(),
        seat_delta: delta,
        raised: delta.map(|d| d > 0),
        fill_admission: fill(Snapshot::Admission, admission),
        fill_october: fill(Snapshot::October, october),
    }
}
