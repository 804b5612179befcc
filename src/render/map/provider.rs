//! The provider map: the homes of the pupils of a municipality's units, of a provider or of one unit.

use std::collections::BTreeMap;

use super::MapSpec;
use super::data::{self, ListEntry, MapData, NodeRole};
use crate::model::{Cell, OUT, Text};
use crate::render::style::{Side, Tone};
use crate::report::{ReportModel, Subject, UnitPupils};

/// Gathers the data of the map.
pub(super) fn data(model: &ReportModel, spec: &MapSpec) -> MapData {
    let pupils = model.pupils_of(&spec.of, &spec.selection);
    let mut data = MapData::empty(model, spec, &pupils);
    let mut sums: BTreeMap<Side, Cell> = BTreeMap::new();
    for UnitPupils { unit, all, elsewhere } in model.units(&spec.of, &spec.selection) {
        let side = Side::of(unit.provider.kind, &unit.provider.code, None);
        *sums.entry(side).or_insert(Cell::Value(0)) += all;
        let place = match &spec.of {
            Subject::Provider(_) => model.registers.municipality_name(&unit.municipality).to_owned(),
            Subject::Place(_) | Subject::Unit(_) => String::new(),
        };
        data.units.push(ListEntry {
            role: NodeRole::Unit,
            rank: None,
            members: 1,
            name: unit.name.to_string(),
            place,
            side,
            tone: Tone::Kind(side),
            students: all,
            away: (elsewhere != Cell::Missing).then_some(elsewhere),
            before: None,
        });
    }
    // If units have pupils with an unknown home, the kinds are parts of a different total.
    if sums.values().copied().sum::<Cell>() == data.total {
        data.parts = data::parts(sums);
    }
    if matches!(spec.of, Subject::Unit(_)) {
        data.units.clear();
    }
    data::ends_in_municipalities(model, spec, data, homes(model, spec))
}

/// The municipalities that pupils come from, those outside the region merged: code, number of municipalities,
/// students.
pub(super) fn homes(model: &ReportModel, spec: &MapSpec) -> Vec<(Text, usize, Cell)> {
    let seat = data::seat(model, spec);
    let pupils = model.pupils_of(&spec.of, &spec.selection);
    let mut homes: BTreeMap<Text, (usize, Cell)> = BTreeMap::new();
    let (mut members, mut outside) = (0, pupils.outside);
    for (home, students) in pupils.flows {
        if *home == *OUT || data::is_outside(model, &seat, &home) {
            members += 1;
        } else {
            if !model.in_region(&home) {
                outside = outside.zip(students, |all, here| all - here.min(all));
            }
            homes.insert(home, (1, students));
        }
    }
    if outside != Cell::Value(0) && (members > 0 || outside != Cell::Hidden) {
        homes.insert(OUT.into(), (members.max(1), outside));
    }
    homes.into_iter().map(|(code, (members, students))| (code, members, students)).collect()
}
