//! `dependence` and `concentration`: what homes and providers mean to each other.

use std::collections::BTreeMap;

use super::{Inputs, Scope};
use crate::metrics::{commitment, effective_providers, hhi, market_share};
use crate::model::{Cell, MunicipalityId, OUT, Text};
use crate::tables::{ConcentrationRow, DependenceRow};

/// Students by home (none: outside the region) and provider, with both margins.
#[derive(Default)]
struct Pairs<'a> {
    students: BTreeMap<(Option<MunicipalityId>, &'a Text), u64>,
    of_home: BTreeMap<Option<MunicipalityId>, u64>,
    of_provider: BTreeMap<&'a Text, u64>,
}

/// The rows of one scope: pairs with at least one student, and one concentration row per municipality of the region.
pub fn rows(inputs: Inputs<'_>, scope: &Scope<'_>) -> (Vec<DependenceRow>, Vec<ConcentrationRow>) {
    let mut pairs = Pairs::default();
    for known in &scope.flows {
        let home = known.flow.key.home;
        let home = inputs.is_in_region(home).then_some(home);
        let provider = &known.unit.provider.code;
        *pairs.students.entry((home, provider)).or_default() += known.flow.students;
        *pairs.of_home.entry(home).or_default() += known.flow.students;
        *pairs.of_provider.entry(provider).or_default() += known.flow.students;
    }
    let dependence = pairs.students.iter().map(|((home, provider), students)| DependenceRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        home: home.map_or_else(|| Text::from(OUT), |home| inputs.code(home)),
        provider: Text::clone(provider),
        students: Cell::Value(*students),
        market_share: Cell::from(home.map(|_| market_share(*students, pairs.of_home[home]))),
        commitment: Cell::Value(commitment(*students, pairs.of_provider[provider])),
    });
    let concentration = inputs.region_ids().into_iter().map(|home| concentration(inputs, scope, &pairs, home));
    (dependence.collect(), concentration.collect())
}

fn concentration(inputs: Inputs<'_>, scope: &Scope<'_>, pairs: &Pairs<'_>, home: MunicipalityId) -> ConcentrationRow {
    let of_home: Vec<(&Text, u64)> = pairs
        .students
        .iter()
        .filter(|((h, _), _)| *h == Some(home))
        .map(|((_, provider), students)| (*provider, *students))
        .collect();
    let students = of_home.iter().map(|(_, n)| n).sum();
    let index = hhi(of_home.iter().map(|(_, n)| *n));
    // Most students first; of equals the smallest code.
    let largest = of_home.iter().max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.cmp(a)));
    ConcentrationRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        home: inputs.code(home),
        students: Cell::Value(students),
        providers: Cell::Value(of_home.len() as u64),
        hhi: Cell::Value(index),
        effective_providers: Cell::Value(effective_providers(index)),
        largest_provider: largest.map_or_else(|| Text::from("."), |(provider, _)| Text::clone(provider)),
        largest_share: Cell::from(largest.map(|(_, n)| market_share(*n, students))),
    }
}
