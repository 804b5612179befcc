//! `balance`: students who stay in, leave and come to each municipality, by location of the unit, whatever its
//! provider.

use super::margins::{Figure, Margin, MarginCodes, What};
use super::row::row;
use super::run::TableRun;
use super::scope::Scope;
use super::table::{Publication, Publisher, Table, ensure, of_shown};
use super::{Inputs, Row, Tables};
use crate::error::Result;
use crate::metrics::{localisation_index, net_flow};
use crate::model::{ALL, Cell, Population, Ratio, Snapshot, Text, Year};

row!(
    /// Students who stay in, leave and come to a municipality, by location of the unit.
    BalanceRow, "balance", keys 4, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region, or `ALL`: the region as a single place.
        municipality: Text => Code(Municipality),
        /// Students who live there.
        residents: Cell => Count,
        /// … and study there.
        stay: Cell => Count,
        /// … and study elsewhere.
        out: Cell => Count,
        /// Students who live elsewhere and study there.
        into: Cell => Count,
        /// Students who study there (known homes).
        pupils_here: Cell => Count,
        /// `into` − `out`.
        net: Cell<i64> => Delta,
        /// `stay` / `residents`.
        localisation_index: Cell<Ratio> => Share,
    }
);

impl Table for BalanceRow {
    const PUBLICATION: Publication = Publication::AllRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        run.rows_of_scopes(|scope| of_scope(run, scope))
    }

    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        for row in &tables.balance {
            let holds = [row.stay, row.out].into_iter().sum::<Cell>() == row.residents
                && [row.stay, row.into].into_iter().sum::<Cell>() == row.pupils_here;
            ensure(holds, "balance", || format!("{} {}", row.year, row.municipality))?;
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let what = What::of(self.population);
        let margins = codes.balance(&self.municipality).into_iter();
        let totals = margins.map(|(who, place)| Figure::Flow(self.snapshot, self.year, Margin { who, place, what }));
        (Self::KEYS..).zip(totals).collect()
    }

    fn derive(&mut self, _: &Publisher<'_>) {
        self.net = self.into.zip(self.out, net_flow);
        self.localisation_index = of_shown(self.stay, self.residents, localisation_index);
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct BalanceCounts {
    stay: u64,
    out: u64,
    into: u64,
}

/// The rows of one scope: the region's municipalities, and `ALL`: the region as a single place.
fn of_scope(run: &TableRun<'_>, scope: &Scope<'_>) -> Vec<BalanceRow> {
    let mut places = vec![BalanceCounts::default(); run.homes.len()];
    let mut region = BalanceCounts::default();
    for known in scope.flows() {
        let (home, school) = (run.position(known.home), run.position(known.unit.municipality));
        let (stays, students) = (known.home == known.unit.municipality, known.students);
        if let Some(home) = home {
            *(if stays { &mut places[home].stay } else { &mut places[home].out }) += students;
        }
        if let Some(school) = school
            && !stays
        {
            places[school].into += students;
        }
        match (home.is_some(), school.is_some()) {
            (true, true) => region.stay += students,
            (true, false) => region.out += students,
            (false, true) => region.into += students,
            (false, false) => {}
        }
    }
    let places = run.homes.iter().zip(places).map(|(home, sums)| row(scope, run.inputs.code(*home), sums));
    places.chain([row(scope, Text::word(&ALL), region)]).collect()
}

fn row(scope: &Scope<'_>, municipality: Text, sums: BalanceCounts) -> BalanceRow {
    let residents = sums.stay + sums.out;
    BalanceRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        municipality,
        residents: Cell::Value(residents),
        stay: Cell::Value(sums.stay),
        out: Cell::Value(sums.out),
        into: Cell::Value(sums.into),
        pupils_here: Cell::Value(sums.stay + sums.into),
        net: Cell::Value(net_flow(sums.into, sums.out)),
        localisation_index: Cell::Value(localisation_index(sums.stay, residents)),
    }
}
