//! `shares`: a home's students by who runs their unit, per programme, group and in all; a full grid.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Inputs, KnownFlow, Scope, is_own};
use crate::metrics::cross_provider_share;
use crate::model::{ALL, Cell, MunicipalityId, ProgrammeKind, ProviderKind, Text};
use crate::tables::ShareRow;

/// The five parts of a home's students, in the order of the columns.
#[derive(Debug, Clone, Copy, Default)]
struct Parts([u64; 5]);

const OWN: usize = 0;
const OTHER_MUNICIPALITY: usize = 1;
const INDEPENDENT_HOME: usize = 2;
const INDEPENDENT_ELSEWHERE: usize = 3;
const REGION_STATE: usize = 4;

/// Programme groups with a margin of their own.
const GROUPS: [(ProgrammeKind, &str); 3] = [
    (ProgrammeKind::Introduction, "ALL-introduction"),
    (ProgrammeKind::Preparatory, "ALL-preparatory"),
    (ProgrammeKind::Vocational, "ALL-vocational"),
];

/// The rows of all scopes: every home of the region and `ALL`, with every programme that was read, the groups and
/// `ALL`, zeros included.
pub fn rows(inputs: Inputs<'_>, scopes: &[Scope<'_>]) -> Vec<ShareRow> {
    let programmes: BTreeSet<Text> = inputs
        .flows
        .flows()
        .iter()
        .map(|f| inputs.registers.programme_codes().text(f.key.programme).clone())
        .chain(GROUPS.iter().map(|(_, group)| Text::from(*group)))
        .chain([Text::from(ALL)])
        .collect();
    scopes.par_iter().flat_map_iter(|scope| scope_rows(inputs, scope, &programmes)).collect()
}

fn scope_rows(inputs: Inputs<'_>, scope: &Scope<'_>, programmes: &BTreeSet<Text>) -> Vec<ShareRow> {
    let mut sums: BTreeMap<(Option<MunicipalityId>, Text), Parts> = BTreeMap::new();
    for known in scope.flows.iter().filter(|known| inputs.is_in_region(known.flow.key.home)) {
        let part = part_of(inputs, known);
        let home = known.flow.key.home;
        for programme in margins(inputs, known) {
            for home in [Some(home), None] {
                sums.entry((home, programme.clone())).or_default().0[part] += known.flow.students;
            }
        }
    }
    let homes = inputs.region_ids().into_iter().map(Some).chain([None]);
    homes
        .flat_map(|home| programmes.iter().map(move |programme| (home, programme)))
        .map(|(home, programme)| {
            let parts = sums.get(&(home, programme.clone())).copied().unwrap_or_default();
            let code = home.map_or_else(|| Text::from(ALL), |home| inputs.code(home));
            row(scope, code, programme.clone(), parts)
        })
        .collect()
}

/// The programme's own row, its group's and `ALL`.
fn margins(inputs: Inputs<'_>, known: &KnownFlow<'_>) -> impl Iterator<Item = Text> {
    let programme = known.flow.key.programme;
    let kind = inputs.registers.programme_kind(programme);
    let group = GROUPS.iter().find(|(k, _)| Some(*k) == kind).map(|(_, group)| Text::from(*group));
    let own = inputs.registers.programme_codes().text(programme).clone();
    [Some(own), group, Some(Text::from(ALL))].into_iter().flatten()
}

fn part_of(inputs: Inputs<'_>, known: &KnownFlow<'_>) -> usize {
    let home = known.flow.key.home;
    match known.unit.provider.kind {
        ProviderKind::Municipal if is_own(known.unit, &inputs.code(home)) => OWN,
        ProviderKind::Municipal => OTHER_MUNICIPALITY,
        ProviderKind::Independent if known.school_municipality == home => INDEPENDENT_HOME,
        ProviderKind::Independent => INDEPENDENT_ELSEWHERE,
        ProviderKind::Region | ProviderKind::State | ProviderKind::Federation => REGION_STATE,
    }
}

fn row(scope: &Scope<'_>, home: Text, programme: Text, Parts(parts): Parts) -> ShareRow {
    let students = parts.iter().sum();
    ShareRow {
        snapshot: scope.snapshot,
        year: scope.year,
        population: scope.population,
        home,
        programme,
        students: Cell::Value(students),
        own_provider: Cell::Value(parts[OWN]),
        other_municipality: Cell::Value(parts[OTHER_MUNICIPALITY]),
        independent_home: Cell::Value(parts[INDEPENDENT_HOME]),
        independent_elsewhere: Cell::Value(parts[INDEPENDENT_ELSEWHERE]),
        region_state: Cell::Value(parts[REGION_STATE]),
        cross_provider: Cell::Value(students - parts[OWN]),
        cross_provider_share: Cell::Value(cross_provider_share(students, parts[OWN])),
    }
}
