//! `balance`: those who stay, leave and come, by place of the unit, whoever runs it.

use super::Inputs;
use super::scope::{Codes, Scope};
use crate::metrics::{localisation_index, net_flow};
use crate::model::{ALL, Cell, Text};
use crate::tables::BalanceRow;

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    stay: u64,
    out: u64,
    into: u64,
}

/// The rows of one scope: the region's municipalities, and `ALL`: the region as one place.
pub fn rows(inputs: Inputs<'_>, codes: &Codes<'_>, scope: &Scope<'_>) -> Vec<BalanceRow> {
    let mut places = vec![Sums::default(); codes.homes.len()];
    let mut region = Sums::default();
    for known in scope.flows() {
        let (home, school) = (codes.position(known.home), codes.position(known.unit.municipality));
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
    let places = codes.homes.iter().zip(places).map(|(home, sums)| row(scope, inputs.code(*home), sums));
    places.chain([row(scope, Text::from(ALL), region)]).collect()
}

fn row(scope: &Scope<'_>, municipality: Text, sums: Sums) -> BalanceRow {
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
