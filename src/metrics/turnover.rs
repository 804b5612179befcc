//! Turnover: arrivals at and departures from a unit between admission and 15 October.

use super::{Example, Metric};
use crate::model::Cell;

/// Arrivals (tillkommande): enrolled here without being admitted here, `moved_in` + `arrived`.
#[must_use]
pub fn arrivals(moved_in: Cell, arrived: Cell) -> Cell {
    moved_in + arrived
}

/// Departures (avgående): admitted here but not enrolled here, `moved_out` + `left`.
#[must_use]
pub fn departures(moved_out: Cell, left: Cell) -> Cell {
    moved_out + left
}

/// The metric's description.
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
        let gone = departures(Cell::Value(2), Cell::Value(3));
        let come = arrivals(Cell::Value(1), Cell::Value(4));
        let enrolled = Cell::Value(30).zip(gone, |a, d| a - d).zip(come, |n, a| n + a);
        Example {
            given: "30 admitted, 25 stayed, 2 moved out, 3 left, 1 moved in, 4 arrived",
            result: enrolled.value().map_or_else(String::new, |n| format!("{n} enrolled")),
            wanted: "30 enrolled",
        }
    }
}
