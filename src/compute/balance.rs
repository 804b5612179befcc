//! `balance`: those who stay, leave and come, by place of the unit, whoever runs it.

use std::collections::BTreeMap;

use super::{Inputs, Scope};
use crate::metrics::{localisation_index, net_flow};
use crate::model::{ALL, Cell, MunicipalityId, Text};
use crate::tables::BalanceRow;

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    stay: u64,
    out: u64,
    into: u64,
}

/// The rows of one scope: the region's municipalities, and `ALL`: the region as one place.
pub fn rows(inputs: Inputs<'_>, scope: &Scope<'_>) -> Vec<BalanceRow> {
    let mut places: BTreeMap<MunicipalityId, Sums> =
        inputs.region_ids().into_iter().map(|id| (id, Sums::default())).collect();
    let mut region = Sums::default();
    for known in &scope.flows {
        let (home, school, students) = (known.flow.key.home, known.school_municipality, known.flow.students);
        let stays = home == school;
        if let Some(sums) = places.get_mut(&home) {
            *(if stays { &mut sums.stay } else { &mut sums.out }) += students;
        }
        if let Some(sums) = places.get_mut(&school)
            && !stays
        {
            sums.into += students;
        }
        match (inputs.is_in_region(home), inputs.is_in_region(school)) {
            (true, true) => region.stay += students,
            (true, false) => region.out += students,
            (false, true) => region.into += students,
            (false, false) => {}
        }
    }
    let places = places.into_iter().map(|(id, sums)| row(scope, inputs.code(id), sums));
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
