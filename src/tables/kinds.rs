//! `kinds`: a home's students by kind of provider as seen from the home, with the share of each kind; a full grid.

use super::margins::{Figure, Margin, MarginCodes, SharePart, What, Where};
use super::row::row;
use super::run::TableRun;
use super::scope::Scope;
use super::table::{Publication, Publisher, Table, column_index, ensure, of_shown};
use super::{Inputs, Row, ShareRow, Tables, Value};
use crate::error::Result;
use crate::metrics::market_share;
use crate::model::{ALL, Cell, Population, Ratio, Snapshot, Text, Year};

row!(
    /// A home's students at providers of one kind; the kinds sum to the home's students.
    KindRow, "kinds", keys 5, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region or `ALL` (the region).
        home: Text => Code(Municipality),
        /// Who runs the unit: the name of a part of `shares`.
        kind: Text => Word,
        /// Residents of the home with a known unit of this kind, wherever it is.
        students: Cell => Count,
        /// `students` / all residents of the home with a known unit.
        share: Cell<Ratio> => Share,
    }
);

impl Table for KindRow {
    const PUBLICATION: Publication = Publication::AllRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        run.rows_of_scopes(|scope| of_scope(run, scope))
    }

    /// The kinds of each home are the parts of its students in `shares`.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        let mut columns = SharePart::ALL.map(SharePart::column);
        // The table is sorted by the codes of kinds.
        columns.sort_unstable();
        let homes = tables.shares.iter().filter(|row| *row.programme == *ALL);
        let wanted = homes.flat_map(|row| {
            let part = move |kind| row.value(column_index::<ShareRow>(kind));
            columns.map(|kind| ((row.snapshot, row.year, row.population, &*row.home), kind, part(kind)))
        });
        let found = tables.kinds.iter().map(|row| {
            ((row.snapshot, row.year, row.population, &*row.home), &*row.kind, Value::Count(row.students))
        });
        ensure(found.eq(wanted), "kinds", || "shares".to_owned())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let part = SharePart::ALL.into_iter().find(|part| *part.column() == *self.kind);
        let (who, what) = (codes.resident(&self.home), What::of(self.population));
        let margin = part.map(|part| Margin { who, place: Where::Part(part), what });
        vec![(column_index::<Self>("students"), Figure::flow(self.snapshot, self.year, margin))]
    }

    fn derive(&mut self, publisher: &Publisher<'_>) {
        let (who, what) = (publisher.codes.resident(&self.home), What::of(self.population));
        let all = Margin { who, place: Where::Everywhere, what };
        let all = publisher.margins.flow(self.snapshot, self.year, all);
        self.share = of_shown(self.students, all, market_share);
    }
}

/// The rows of a scope: every home of the region and `ALL` with every kind, zeros included.
fn of_scope(run: &TableRun<'_>, scope: &Scope<'_>) -> Vec<KindRow> {
    let all = run.homes.len();
    let mut sums = vec![[0; SharePart::ALL.len()]; all + 1];
    for known in scope.flows() {
        let Some(home) = run.position(known.home) else { continue };
        for home in [home, all] {
            sums[home][known.part() as usize] += known.students;
        }
    }
    let homes = run.homes.iter().map(|home| run.inputs.code(*home)).chain([Text::word(&ALL)]);
    let of_home = |(home, students): (Text, [u64; SharePart::ALL.len()])| {
        let all: u64 = students.iter().sum();
        SharePart::ALL.into_iter().zip(students).map(move |(part, students)| KindRow {
            snapshot: scope.snapshot,
            year: scope.year,
            population: scope.population,
            home: home.clone(),
            kind: part.column().into(),
            students: Cell::Value(students),
            share: Cell::Value(market_share(students, all)),
        })
    };
    homes.zip(sums).flat_map(of_home).collect()
}
