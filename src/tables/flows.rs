//! `flows`: students of a home at a unit on a programme.

use super::margins::{Figure, MarginCodes};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, ensure};
use super::{Inputs, Row, Tables};
use crate::error::Result;
use crate::flow::Flow;
use crate::model::{Cell, Snapshot, Text, Year};

row!(
    /// Students of a home at a unit on a programme.
    FlowRow, "flows", keys 5, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of this year.
        year: Year => Year,
        /// Home municipality or `?`.
        home: Text => Code(Municipality),
        /// School unit or `?`.
        unit: Text => Code(Unit),
        /// Programme, `?` or `-`.
        programme: Text => Code(Programme),
        /// Students.
        students: Cell => Count,
    }
);

impl Table for FlowRow {
    const PUBLICATION: Publication = Publication::ShownRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let registers = run.inputs.registers;
        let row = |flow: &Flow| Self {
            snapshot: flow.key.snapshot,
            year: flow.key.year,
            home: registers.municipality_codes().text(flow.key.home).clone(),
            unit: registers.unit_codes().text(flow.key.unit).clone(),
            programme: registers.programme_codes().text(flow.key.programme).clone(),
            students: Cell::Value(flow.students),
        };
        run.inputs.flows.flows().iter().map(row).collect()
    }

    /// Checks that flows add up to the students of kept rows.
    fn check(_: &Tables, inputs: Inputs<'_>) -> Result<()> {
        let (rows, flows) = (inputs.rows, inputs.flows);
        for (snapshot, censuses) in [(Snapshot::Admission, &rows.admission), (Snapshot::October, &rows.october)] {
            for (year, census) in censuses {
                let holds = |snapshot: Snapshot, kept: u64| {
                    let counted = flows.of(snapshot, *year).iter().map(|f| f.students).sum::<u64>();
                    ensure(kept == counted, "flows", || format!("{} {year}: {kept} / {counted}", snapshot.as_str()))
                };
                holds(snapshot, census.comparable)?;
                if census.has_year_groups {
                    holds(Snapshot::Enrolled, census.students)?;
                }
            }
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let margin = codes.flow_margin(&self.home, &self.unit, &self.programme, self.year);
        vec![(Self::KEYS, Figure::flow(self.snapshot, self.year, margin))]
    }

    fn candidates(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        publisher.rows_of_flows(|snapshot, year, margin| {
            let (home, unit, programme) = publisher.codes.flow_codes(margin)?;
            Some(Self { snapshot, year, home, unit, programme, students: Cell::Hidden })
        })
    }
}
