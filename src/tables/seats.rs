//! `seats`: seats at admission and on 15 October, their difference, and fill rates; by unit and programme, and by unit
//! (`ALL`). Rows of an extract with the same key add up; a side that was not read is missing.

use super::Inputs;
use super::inputs::{SeatKey, seats};
use super::margins::{Margin, ProgrammeSelection, Who};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table};
use crate::config::YEARS;
use crate::metrics::{fill_rate, seat_delta};
use crate::model::{ALL, Cell, Population, Ratio, Snapshot, Text, Year};
use crate::store::Counter;

row!(
    /// Seats at admission and on 15 October; a side without data is missing.
    SeatRow, "seats", keys 3, {
        /// Autumn of this year.
        year: Year => Year,
        /// School unit.
        unit: Text => Code(Unit),
        /// Programme or `ALL`.
        programme: Text => Code(Programme),
        /// Seats offered at admission.
        seats_admission: Cell => Count,
        /// Seats offered on 15 October.
        seats_october: Cell => Count,
        /// October − admission.
        seat_delta: Cell<i64> => Delta,
        /// Whether seats rose after admission.
        raised: Cell<bool> => Flag,
        /// Admitted / seats at admission.
        fill_admission: Cell<Ratio> => Share,
        /// Enrolled in year group 1 / seats on 15 October.
        fill_october: Cell<Ratio> => Share,
    }
);

impl Table for SeatRow {
    const PUBLICATION: Publication = Publication::AllRows;
    const EXACT: &'static [&'static str] = &["seats_admission", "seats_october", "seat_delta", "raised"];

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let seats = seats(run.inputs);
        if seats.is_empty() {
            return Vec::new();
        }
        let students = students(run.inputs);
        seats.into_iter().map(|(key, sides)| row(run.inputs, &students, key, sides)).collect()
    }

    fn derive(&mut self, publisher: &Publisher<'_>) {
        let place = publisher.codes.unit_place(&self.unit, self.year);
        let what = match publisher.codes.programmes(Population::All, &self.programme) {
            ProgrammeSelection::Sum(what) => Some(what),
            ProgrammeSelection::Nothing | ProgrammeSelection::Unknown => None,
        };
        let fill = |snapshot, seats: Cell, is_known: bool| {
            let students = place.zip(what).map_or(Cell::Hidden, |(place, what)| {
                publisher.margins.flow(snapshot, self.year, Margin { who: Who::Everyone, place, what })
            });
            if is_known { students.zip(seats, fill_rate) } else { Cell::Missing }
        };
        let (admission, october) = (self.fill_admission != Cell::Missing, self.fill_october != Cell::Missing);
        self.fill_admission = fill(Snapshot::Admission, self.seats_admission, admission);
        self.fill_october = fill(Snapshot::October, self.seats_october, october);
    }
}

/// Students at admission and on 15 October by the keys of seats, over all homes.
fn students(inputs: Inputs<'_>) -> Counter {
    let mut out = Counter::default();
    for flow in inputs.flows.flows().iter().filter(|f| f.key.snapshot != Snapshot::Enrolled) {
        for programme in [Some(flow.key.programme), None] {
            out.add(number(flow.key.snapshot, (flow.key.year, flow.key.unit, programme)), flow.students);
        }
    }
    out
}

/// Packs a snapshot and a key into one number; units and programmes need at most 27 bits together (`store`).
fn number(snapshot: Snapshot, (year, unit, programme): SeatKey) -> u64 {
    let programme = programme.map_or(0, |programme| u64::from(u32::from(programme)) + 1);
    u64::from(snapshot == Snapshot::October) << 62
        | u64::from(year - YEARS.start()) << 54
        | u64::from(u32::from(unit)) << 27
        | programme
}

fn row(inputs: Inputs<'_>, students: &Counter, key: SeatKey, [admission, october]: [Option<u64>; 2]) -> SeatRow {
    let (year, unit, programme) = key;
    let fill = |snapshot, seats: Option<u64>| {
        let read = seats.filter(|_| inputs.flows.has(snapshot, year));
        Cell::from(read.map(|seats| fill_rate(students.get(number(snapshot, key)), seats)))
    };
    let delta = Cell::from(admission).zip(Cell::from(october), seat_delta);
    SeatRow {
        year,
        unit: inputs.registers.unit_codes().text(unit).clone(),
        programme: programme.map_or_else(|| Text::word(&ALL), |p| inputs.registers.programme_codes().text(p).clone()),
        seats_admission: admission.into(),
        seats_october: october.into(),
        seat_delta: delta,
        raised: delta.map(|d| d > 0),
        fill_admission: fill(Snapshot::Admission, admission),
        fill_october: fill(Snapshot::October, october),
    }
}
