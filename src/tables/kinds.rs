//! `kinds`: a home's students by kind of provider as seen from the home, with the share of each kind; a full grid.

use super::margins::{Figure, Margin, MarginCodes, SharePart, What, Where};
use super::row::row;
use super::run::TableRun;
use super::scope::{KnownFlow, Scope};
use super::table::{Publication, Publisher, Table, column_index, ensure, ratio};
use super::{Inputs, Tables};
use crate::error::Result;
use crate::metrics::market_share;
use crate::model::{ALL, Cell, Population, ProviderKind, Ratio, Snapshot, Text, Year};

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

/// The kinds and the margins that they are: the parts of `shares`, in the order of pictures.
const KINDS: [(&str, SharePart); 5] = [
    ("own_provider", SharePart::Own),
    ("other_municipality", SharePart::OtherMunicipality),
    ("independent_home", SharePart::IndependentHome),
    ("independent_elsewhere", SharePart::IndependentElsewhere),
    ("region_state", SharePart::RegionState),
];

impl Table for KindRow {
    const PUBLICATION: Publication = Publication::AllRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        run.rows_of_scopes(|scope| of_scope(run, scope))
    }

    /// The kinds of each home are the parts of its students in `shares`.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        let homes = tables.shares.iter().filter(|row| *row.programme == *ALL);
        let wanted = homes.flat_map(|row| {
            // In the order of their codes, as the table is sorted.
            let parts = [
                ("independent_elsewhere", row.independent_elsewhere),
                ("independent_home", row.independent_home),
                ("other_municipality", row.other_municipality),
                ("own_provider", row.own_provider),
                ("region_state", row.region_state),
            ];
            parts.map(|(kind, students)| ((row.snapshot, row.year, row.population, &*row.home), kind, students))
        });
        let found = tables.kinds.iter();
        let found = found.map(|row| ((row.snapshot, row.year, row.population, &*row.home), &*row.kind, row.students));
        ensure(found.eq(wanted), "kinds", || "shares".to_owned())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let place = KINDS.iter().find(|(code, _)| *code == &*self.kind).map(|(_, part)| Where::Part(*part));
        let (who, what) = (codes.resident(&self.home), What::of(self.population));
        let figure =
            place.map_or(Figure::Never, |place| Figure::Flow(self.snapshot, self.year, Margin { who, place, what }));
        vec![(column_index::<Self>("students"), figure)]
    }

    fn derive(&mut self, publisher: &Publisher<'_>) {
        let (who, what) = (publisher.codes.resident(&self.home), What::of(self.population));
        let all = Margin { who, place: Where::Everywhere, what };
        let all = publisher.margins.flow(self.snapshot, self.year, all);
        self.share = ratio(self.students, all, |part, all| market_share(part.min(all), all));
    }
}

/// The rows of a scope: every home of the region and `ALL` with every kind, zeros included.
fn of_scope(run: &TableRun<'_>, scope: &Scope<'_>) -> Vec<KindRow> {
    let all = run.homes.len();
    let mut sums = vec![[0; KINDS.len()]; all + 1];
    for known in scope.flows() {
        let Some(home) = run.position(known.home) else { continue };
        let kind = kind_of(&known);
        sums[home][kind] += known.students;
        sums[all][kind] += known.students;
    }
    let homes = run.homes.iter().map(|home| run.inputs.code(*home)).chain([Text::from(ALL)]);
    let of_home = |(home, students): (Text, [u64; KINDS.len()])| {
        let all: u64 = students.iter().sum();
        KINDS.iter().zip(students).map(move |((kind, _), students)| KindRow {
            snapshot: scope.snapshot,
            year: scope.year,
            population: scope.population,
            home: home.clone(),
            kind: (*kind).into(),
            students: Cell::Value(students),
            share: Cell::Value(market_share(students, all)),
        })
    };
    homes.zip(sums).flat_map(of_home).collect()
}

/// The position among [`KINDS`] of a flow's provider.
fn kind_of(known: &KnownFlow) -> usize {
    match known.unit.kind {
        ProviderKind::Municipal if known.unit.own == Some(known.home) => 0,
        ProviderKind::Municipal => 1,
        ProviderKind::Independent if known.unit.municipality == known.home => 2,
        ProviderKind::Independent => 3,
        ProviderKind::Region | ProviderKind::State | ProviderKind::Federation => 4,
    }
}
