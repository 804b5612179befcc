//! `concentration`: concentration of each home's students over providers.

use super::margins::{Figure, Margin, MarginCodes, What, Where};
use super::pairs::HomeProviderCount;
use super::row::row;
use super::run::TableRun;
use super::scope::Scope;
use super::table::{Publication, Publisher, Table, column_index, of_shown};
use crate::metrics::{effective_providers, hhi, market_share};
use crate::model::{Cell, MunicipalityId, Population, Ratio, Snapshot, Text, Year};

row!(
    /// Concentration of a home's students over providers.
    ConcentrationRow, "concentration", keys 4, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region.
        home: Text => Code(Municipality),
        /// Its students with a known unit.
        students: Cell => Count,
        /// Providers with at least one of them.
        providers: Cell => Count,
        /// Herfindahl–Hirschman index over providers, 0–10,000.
        hhi: Cell<Ratio> => Ratio,
        /// 10,000 / HHI.
        effective_providers: Cell<Ratio> => Ratio,
        /// The provider with the most students, the smallest code on a tie; `.` without students.
        largest_provider: Text => Code(Provider),
        /// Its market share.
        largest_share: Cell<Ratio> => Share,
    }
);

/// Percentage of a home's students that the shown providers must have for indices to be computed from these alone.
const MIN_SHOWN_PERCENT: u64 = 90;

impl Table for ConcentrationRow {
    const PUBLICATION: Publication = Publication::AllRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        run.rows_of_scopes(|scope| {
            let all = &run.pairs(scope).pairs;
            let of_home = |(position, home): (usize, &MunicipalityId)| {
                let start = all.partition_point(|pair| pair.home < position);
                let end = all.partition_point(|pair| pair.home <= position);
                of_home(run, scope, *home, &all[start..end])
            };
            run.homes.iter().enumerate().map(of_home).collect()
        })
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let margin =
            Margin { who: codes.resident(&self.home), place: Where::Everywhere, what: What::of(self.population) };
        vec![(column_index::<Self>("students"), Figure::Flow(self.snapshot, self.year, margin))]
    }

    /// Shows the number of providers only if every provider is shown, and the indices only if the shown ones have
    /// nearly all students.
    fn derive(&mut self, publisher: &Publisher<'_>) {
        let who = publisher.codes.resident(&self.home);
        let places = publisher.margins.places(self.snapshot, self.year, who, What::of(self.population));
        let providers: Vec<(u32, Cell)> = places
            .into_iter()
            .filter_map(|(place, cell)| match place {
                Where::Provider(provider) => Some((provider, cell)),
                _ => None,
            })
            .filter(|(_, cell)| *cell != Cell::Value(0))
            .collect();
        let shown: Vec<(u32, u64)> =
            providers.iter().filter_map(|(provider, cell)| Some((*provider, cell.value()?))).collect();
        let shown_students: u64 = shown.iter().map(|(_, students)| students).sum();
        let is_exact = shown.len() == providers.len() && !publisher.margins.is_rounded();
        let is_enough = self.students.value().is_some_and(|all| shown_students * 100 >= all * MIN_SHOWN_PERCENT);
        self.providers = if is_exact { Cell::Value(shown.len() as u64) } else { Cell::Hidden };
        if !is_enough {
            (self.hhi, self.effective_providers, self.largest_share) = (Cell::Hidden, Cell::Hidden, Cell::Hidden);
            self.largest_provider = Text::word(&"..");
            return;
        }
        let index = hhi(shown.iter().map(|(_, students)| *students));
        (self.hhi, self.effective_providers) = (Cell::Value(index), Cell::Value(effective_providers(index)));
        // Most students first; the smallest code on a tie.
        let largest = shown.iter().max_by_key(|(provider, students)| (*students, std::cmp::Reverse(*provider)));
        let code = |provider| publisher.codes.facts[&self.year].provider_code(provider).clone();
        self.largest_provider = largest.map_or_else(|| Text::word(&"."), |(provider, _)| code(*provider));
        self.largest_share = match largest {
            Some((_, part)) => of_shown(Cell::Value(*part), self.students, market_share),
            None => Cell::Missing,
        };
    }
}

fn of_home(
    run: &TableRun<'_>,
    scope: &Scope<'_>,
    home: MunicipalityId,
    pairs: &[HomeProviderCount],
) -> ConcentrationRow {
    let students = pairs.iter().map(|pair| pair.students).sum();
    let index = hhi(pairs.iter().map(|pair| pair.students));
    // Most students first; the smallest code on a tie.
    let largest = pairs.iter().max_by_key(|pair| (pair.students, std::cmp::Reverse(pair.provider)));
    ConcentrationRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        home: run.inputs.code(home),
        students: Cell::Value(students),
        providers: Cell::Value(pairs.len() as u64),
        hhi: Cell::Value(index),
        effective_providers: Cell::Value(effective_providers(index)),
        largest_provider: largest
            .map_or_else(|| Text::word(&"."), |pair| run.providers[pair.provider as usize].clone()),
        largest_share: Cell::from(largest.map(|pair| market_share(pair.students, students))),
    }
}
