//! `sums`: released margins that `flows` has no codes for; only in the public release.

use super::Row;
use super::margins::{Figure, MarginCodes};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table};
use crate::model::{Cell, Snapshot, Text, Year};

row!(
    /// A released sum of flows that `flows` has no codes for.
    SumRow, "sums", keys 5, only Public, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of this year.
        year: Year => Year,
        /// Homes: a code of `flows`, `ALL:known`, `ALL:region`, or `ALL:but:<code>` (all known homes except one).
        home: Text => Code(Municipality),
        /// Places: a code of `flows`, `ALL:region`, `ALL:but:<code>`, `ALL:provider:<code>`, `ALL:<column of shares>`,
        /// `ALL:here:<column of shares>` (those of them who study in their home municipality), or a group of providers
        /// of the region matrix: `ALL:municipal_outside`, `ALL:independent`, `ALL:region_state_federation`.
        unit: Text => Code(Unit),
        /// Programme, a group (`ALL-national`, `ALL-vocational` …) or `ALL`.
        programme: Text => Code(Programme),
        /// Students.
        students: Cell => Count,
    }
);

impl Table for SumRow {
    const PUBLICATION: Publication = Publication::ShownRows;

    fn compute(_: &TableRun<'_>) -> Vec<Self> {
        Vec::new()
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let margin = codes.sum_margin(&self.home, &self.unit, &self.programme, self.year);
        vec![(Self::KEYS, Figure::flow(self.snapshot, self.year, margin))]
    }

    fn candidates(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        publisher.rows_of_flows(|snapshot, year, margin| {
            if publisher.codes.flow_codes(margin).is_some() {
                return None;
            }
            let (home, unit, programme) = publisher.codes.sum_codes(margin, year)?;
            Some(Self { snapshot, year, home, unit, programme, students: Cell::Hidden })
        })
    }
}
