//! `turnover`: arrivals and departures of each unit from admission to 15 October.

use super::ledger::{LedgerRow, place_of_unit};
use super::margins::{Figure, LedgerItem, LinkMargin, MarginCodes, What};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Table, column_index, ensure};
use super::{Inputs, Tables};
use crate::error::Result;
use crate::metrics::{arrivals, departures};
use crate::model::{ALL, Cell, Population, Text, Year};

row!(
    /// Arrivals and departures of a unit from admission to 15 October: admitted − departures + arrivals = enrolled.
    TurnoverRow, "turnover", keys 3, {
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count, at both times.
        population: Population => Text,
        /// School unit or `ALL`: the sum of all units.
        unit: Text => Code(Unit),
        /// Enrolled here, not admitted here (moved in and arrived).
        arrivals: Cell => Count,
        /// Admitted here, not enrolled here (moved out and left).
        departures: Cell => Count,
    }
);

impl Table for TurnoverRow {
    const PUBLICATION: Publication = Publication::ShownRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let row = |row: LedgerRow| Self {
            year: row.year,
            population: row.population,
            arrivals: arrivals(row.moved_in, row.arrived),
            departures: departures(row.moved_out, row.left),
            unit: row.unit,
        };
        super::ledger::by_unit(run.inputs).into_iter().map(row).collect()
    }

    /// Each unit of `ledger` has a row, and admitted − departures + arrivals = enrolled.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        let units: Vec<_> = tables.ledger.iter().filter(|row| *row.programme == *ALL).collect();
        ensure(units.len() == tables.turnover.len(), "turnover", || {
            format!("{} / {}", units.len(), tables.turnover.len())
        })?;
        for (unit, row) in units.iter().zip(&tables.turnover) {
            let is_same = (unit.year, unit.population, &unit.unit) == (row.year, row.population, &row.unit);
            let holds = is_same && unit.admitted + row.arrivals == unit.enrolled + row.departures;
            ensure(holds, "turnover", || format!("{} {}", row.year, row.unit))?;
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let place = place_of_unit(codes, &self.unit, self.year);
        let total = |item| {
            let sum = |place| LinkMargin::Ledger { population: self.population, place, what: What::All, item };
            Figure::link(self.year, place.map(sum))
        };
        vec![
            (column_index::<Self>("arrivals"), total(LedgerItem::In)),
            (column_index::<Self>("departures"), total(LedgerItem::Out)),
        ]
    }
}
