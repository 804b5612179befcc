//! Turnover: who came to a unit and who left it between admission and 15 October.

use super::{Example, Metric};
use crate::model::Cell;
use crate::tables::LedgerRow;

/// Arrivals (tillkommande): enrolled here without having been admitted here, `moved_in` + `arrived`.
#[must_use]
pub fn arrivals(row: &LedgerRow) -> Cell {
    row.moved_in + row.arrived
}

/// Departures (avgående): admitted here but not enrolled here, `moved_out` + `left`.
#[must_use]
pub fn departures(row: &LedgerRow) -> Cell {
    row.moved_out + row.left
}

/// Its description.
pub struct Turnover;

impl Metric for Turnover {
    fn id(&self) -> &'static str {
        "turnover"
    }

    fn formula(&self) -> &'static str {
        "arrivals = moved_in + arrived; departures = moved_out + left; admitted − departures + arrivals = enrolled"
    }

    fn source(&self) -> &'static str {
        "Göteborgsregionen: tillkommande och avgående elever mellan antagning och 15 oktober"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["ledger.moved_in", "ledger.arrived", "ledger.moved_out", "ledger.left"]
    }

    fn example(&self) -> Example {
        let row = LedgerRow {
            year: 2023,
            population: crate::model::Population::National,
            unit: "A".into(),
            programme: "BA".into(),
            admitted: Cell::Value(30),
            stayed: Cell::Value(25),
            moved_out: Cell::Value(2),
            left: Cell::Value(3),
            moved_in: Cell::Value(1),
            arrived: Cell::Value(4),
            enrolled: Cell::Value(30),
        };
        let enrolled = row.admitted.zip(departures(&row), |a, d| a - d).zip(arrivals(&row), |n, a| n + a);
        Example {
            given: "30 admitted, 25 stayed, 2 moved out, 3 left, 1 moved in, 4 arrived",
            result: enrolled.value().map_or_else(String::new, |n| format!("{n} enrolled")),
            wanted: "30 enrolled",
        }
    }
}
