//! `dependence` and `concentration`: what homes and providers mean to each other.

use super::Inputs;
use super::scope::{Codes, ProviderNumber, Scope};
use crate::metrics::{commitment, effective_providers, hhi, market_share};
use crate::model::{Cell, MunicipalityId, OUT, Text};
use crate::store::Counter;
use crate::tables::{ConcentrationRow, DependenceRow};

/// Students of a home (its position in the region, or one behind the last: outside) at a provider.
struct Pair {
    home: usize,
    provider: ProviderNumber,
    students: u64,
}

/// The rows of one scope: pairs with at least one student, and one concentration row per municipality of the region.
pub fn rows(inputs: Inputs<'_>, codes: &Codes<'_>, scope: &Scope<'_>) -> (Vec<DependenceRow>, Vec<ConcentrationRow>) {
    let outside = codes.homes.len();
    let mut counter = Counter::default();
    let (mut of_home, mut of_provider) = (vec![0; outside + 1], vec![0; codes.providers.len()]);
    for known in scope.flows() {
        let home = codes.position(known.home).unwrap_or(outside);
        let provider = known.unit.provider;
        counter.add((home as u64) << 32 | u64::from(provider), known.students);
        of_home[home] += known.students;
        of_provider[provider as usize] += known.students;
    }
    let mut sums = Vec::new();
    counter.drain_into(&mut sums);
    sums.sort_unstable();
    let pairs: Vec<Pair> = sums
        .into_iter()
        .map(|(key, students)| Pair { home: (key >> 32) as usize, provider: key as ProviderNumber, students })
        .collect();
    let dependence = |pair: &Pair| DependenceRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        home: codes.homes.get(pair.home).map_or_else(|| Text::from(OUT), |home| inputs.code(*home)),
        provider: codes.providers[pair.provider as usize].clone(),
        students: Cell::Value(pair.students),
        market_share: match pair.home {
            home if home == outside => Cell::Missing,
            home => Cell::Value(market_share(pair.students, of_home[home])),
        },
        commitment: Cell::Value(commitment(pair.students, of_provider[pair.provider as usize])),
    };
    let concentration = |(position, home): (usize, &MunicipalityId)| {
        let start = pairs.partition_point(|pair| pair.home < position);
        let end = pairs.partition_point(|pair| pair.home <= position);
        concentration(inputs, codes, scope, *home, &pairs[start..end])
    };
    (pairs.iter().map(dependence).collect(), codes.homes.iter().enumerate().map(concentration).collect())
}

fn concentration(
    inputs: Inputs<'_>,
    codes: &Codes<'_>,
    scope: &Scope<'_>,
    home: MunicipalityId,
    of_home: &[Pair],
) -> ConcentrationRow {
    let students = of_home.iter().map(|pair| pair.students).sum();
    let index = hhi(of_home.iter().map(|pair| pair.students));
    // Most students first; of equals the smallest code.
    let largest = of_home.iter().max_by_key(|pair| (pair.students, std::cmp::Reverse(pair.provider)));
    ConcentrationRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        home: inputs.code(home),
        students: Cell::Value(students),
        providers: Cell::Value(of_home.len() as u64),
        hhi: Cell::Value(index),
        effective_providers: Cell::Value(effective_providers(index)),
        largest_provider: largest
            .map_or_else(|| Text::from("."), |pair| codes.providers[pair.provider as usize].clone()),
        largest_share: Cell::from(largest.map(|pair| market_share(pair.students, students))),
    }
}
