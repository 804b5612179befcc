//! `origins`: where those came from who moved in to the units that raised their seats after admission.

use std::collections::{BTreeMap, BTreeSet};

use super::Inputs;
use super::seats::raised;
use crate::link::{Link, Place};
use crate::model::{ALL, Cell, OUT, Population, Text, UNKNOWN, UnitId, Year};
use crate::tables::OriginRow;

/// All rows of `origins`: each raised unit of a year and all of them together (`ALL`), those who moved in by municipality and
/// kind of provider of the unit they had been admitted to with all margins, and those who arrived. No rows of zero, and none
/// of a year without raised units.
pub fn rows(inputs: Inputs<'_>) -> Vec<OriginRow> {
    let mut out = Vec::new();
    for (year, link) in inputs.links {
        let raised = raised(inputs, *year);
        for population in Population::ALL {
            let sums = sums(inputs, *year, population, link, &raised);
            out.extend(sums.into_iter().map(|((unit, municipality, provider_kind), students)| OriginRow {
                year: *year,
                population,
                unit,
                municipality,
                provider_kind,
                students: Cell::Value(students),
            }));
        }
    }
    out
}

fn sums(
    inputs: Inputs<'_>,
    year: Year,
    population: Population,
    link: &Link,
    raised: &BTreeSet<UnitId>,
) -> BTreeMap<(Text, Text, Text), u64> {
    let takes = |place: &Place| population.includes(inputs.registers.programme_kind(place.programme));
    let mut out: BTreeMap<(Text, Text, Text), u64> = BTreeMap::new();
    for (from, to, students) in link.pairs() {
        let Some(to) = to.filter(|to| takes(to) && raised.contains(&to.unit)) else { continue };
        let keys = match from.filter(takes) {
            Some(from) if from.unit == to.unit => continue,
            Some(from) => {
                let (municipality, kind) = origin(inputs, year, from.unit);
                let all = || Text::from(ALL);
                vec![(municipality.clone(), kind.clone()), (municipality, all()), (all(), kind), (all(), all())]
            }
            None => vec![(UNKNOWN.into(), UNKNOWN.into())],
        };
        let unit = inputs.registers.unit_codes().text(to.unit);
        for (municipality, kind) in keys {
            for unit in [unit.clone(), ALL.into()] {
                *out.entry((unit, municipality.clone(), kind.clone())).or_default() += students;
            }
        }
    }
    out
}

/// The municipality of a unit, as far as it is in the region, and the kind of its provider.
fn origin(inputs: Inputs<'_>, year: Year, unit: UnitId) -> (Text, Text) {
    let municipality = inputs.registers.unit_municipality_in(unit, year);
    let place = if inputs.is_in_region(municipality) { inputs.code(municipality) } else { OUT.into() };
    let kind = inputs.registers.unit_in(unit, year).map_or(UNKNOWN, |unit| unit.provider.kind.as_str());
    (place, kind.into())
}
