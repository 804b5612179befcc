//! `dependence`: how much homes and providers depend on each other.

use super::margins::{Figure, Margin, MarginCodes, What, Where, Who};
use super::pairs::HomeProviderCount;
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, column_index, of_shown};
use crate::metrics::{commitment, market_share};
use crate::model::{Cell, OUT, Population, Ratio, Snapshot, Text, Year};

row!(
    /// How much a home and a provider depend on each other.
    DependenceRow, "dependence", keys 5, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region, or `OUT`: all others together.
        home: Text => Code(Municipality),
        /// Provider.
        provider: Text => Code(Provider),
        /// Students of the home at the provider.
        students: Cell => Count,
        /// `students` / the home's students; missing for `OUT`.
        market_share: Cell<Ratio> => Share,
        /// `students` / all the provider's students with a known home.
        commitment: Cell<Ratio> => Share,
    }
);

impl DependenceRow {
    fn who(&self, codes: MarginCodes<'_>) -> Who {
        codes.home(&self.home).map_or(Who::Outside, Who::Home)
    }
}

impl Table for DependenceRow {
    const PUBLICATION: Publication = Publication::ShownRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let outside = run.homes.len();
        run.rows_of_scopes(|scope| {
            let at = run.pairs(scope);
            let row = |pair: &HomeProviderCount| Self {
                snapshot: scope.snapshot,
                year: scope.year,
                population: scope.population,
                home: run.homes.get(pair.home).map_or_else(|| Text::word(&OUT), |home| run.inputs.code(*home)),
                provider: run.providers[pair.provider as usize].clone(),
                students: Cell::Value(pair.students),
                market_share: match pair.home {
                    home if home == outside => Cell::Missing,
                    home => Cell::Value(market_share(pair.students, at.of_home[home])),
                },
                commitment: Cell::Value(commitment(pair.students, at.of_provider[pair.provider as usize])),
            };
            at.pairs.iter().map(row).collect()
        })
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let provider = codes.facts.get(&self.year).and_then(|facts| facts.provider(&self.provider));
        let (who, what) = (self.who(codes), What::of(self.population));
        let margin = provider.map(|provider| Margin { who, place: Where::Provider(provider), what });
        vec![(column_index::<Self>("students"), Figure::flow(self.snapshot, self.year, margin))]
    }

    fn candidates(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        let codes = publisher.codes;
        publisher.rows_of_flows(|snapshot, year, margin| {
            let home = match margin.who {
                Who::Home(home) => codes.inputs.region[usize::from(home)].clone(),
                Who::Outside => Text::word(&OUT),
                _ => return None,
            };
            let Where::Provider(provider) = margin.place else { return None };
            let population = Population::ALL.into_iter().find(|population| margin.what == What::of(*population))?;
            Some(Self {
                snapshot,
                year,
                population,
                home,
                provider: codes.facts[&year].provider_code(provider).clone(),
                students: Cell::Hidden,
                market_share: Cell::Hidden,
                commitment: Cell::Hidden,
            })
        })
    }

    fn derive(&mut self, publisher: &Publisher<'_>) {
        let what = What::of(self.population);
        let cell = |who, place| publisher.margins.flow(self.snapshot, self.year, Margin { who, place, what });
        let who = self.who(publisher.codes);
        let provider = publisher.codes.facts.get(&self.year).and_then(|facts| facts.provider(&self.provider));
        self.market_share = match who {
            Who::Home(_) => of_shown(self.students, cell(who, Where::Everywhere), market_share),
            _ => Cell::Missing,
        };
        self.commitment = provider.map_or(Cell::Hidden, |provider| {
            of_shown(self.students, cell(Who::Known, Where::Provider(provider)), commitment)
        });
    }
}
