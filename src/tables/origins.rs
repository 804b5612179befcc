//! `origins`: where those who moved to units that raised their seats after admission came from. For each raised unit
//! of a year and for all of them together (`ALL`): those who moved in, by municipality and kind of provider of the
//! unit that had admitted them, with all margins; and those who arrived. There are no zero rows, and no rows for a
//! year without raised units.

use std::collections::{BTreeMap, BTreeSet};

use super::inputs::raised;
use super::margins::{Figure, MarginCodes};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, column_index, ensure};
use super::{Inputs, Tables};
use crate::error::Result;
use crate::link::{Link, Offer};
use crate::model::{ALL, Cell, OUT, Population, Text, UNKNOWN, UnitId, Year};

row!(
    /// Where those who moved to units that raised their seats after admission came from.
    OriginRow, "origins", keys 5, {
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count, at both times.
        population: Population => Text,
        /// A unit that raised its seats, or `ALL`: all of them.
        unit: Text => Code(Unit),
        /// Municipality of the unit that admitted them, `OUT` outside the region, or `ALL`; `?` for those admitted
        /// nowhere known (arrived).
        municipality: Text => Code(Municipality),
        /// Kind of provider of that unit, `?` if it is in no register, or `ALL`; `?` for those admitted nowhere known.
        provider_kind: Text => Text,
        /// Students.
        students: Cell => Count,
    }
);

impl Table for OriginRow {
    const PUBLICATION: Publication = Publication::ShownRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let mut out = Vec::new();
        for (year, link) in run.inputs.links {
            let raised = raised(run.inputs, *year);
            for population in Population::ALL {
                let sums = sums(run.inputs, *year, population, link, &raised);
                out.extend(sums.into_iter().map(|((unit, municipality, provider_kind), students)| Self {
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

    /// For each raised unit and for all of them: moved in and arrived agree with `ledger`, and the parts of moved in
    /// add up.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        let raised: BTreeSet<_> = tables
            .seats
            .iter()
            .filter(|row| *row.programme == *ALL && row.raised == Cell::Value(true))
            .map(|row| (row.year, &row.unit))
            .collect();
        let all = Text::word(&ALL);
        let mut wanted: BTreeMap<(Year, Population, &Text), [u64; 2]> = BTreeMap::new();
        let units =
            tables.ledger.iter().filter(|row| *row.programme == *ALL && raised.contains(&(row.year, &row.unit)));
        for row in units {
            for unit in [&row.unit, &all] {
                let sums = wanted.entry((row.year, row.population, unit)).or_default();
                for (sum, part) in sums.iter_mut().zip([row.moved_in, row.arrived]) {
                    *sum += part.value().unwrap_or(0);
                }
            }
        }
        let mut found: BTreeMap<(Year, Population, &Text), [u64; 3]> = BTreeMap::new();
        for row in &tables.origins {
            let sums = found.entry((row.year, row.population, &row.unit)).or_default();
            let side = match (&*row.municipality, &*row.provider_kind) {
                (ALL, ALL) => 0,
                (UNKNOWN, _) => 1,
                (municipality, kind) if municipality != ALL && kind != ALL => 2,
                _ => continue,
            };
            sums[side] += row.students.value().unwrap_or(0);
        }
        for key in wanted.keys().chain(found.keys()) {
            let [moved, arrived] = wanted.get(key).copied().unwrap_or_default();
            let sums = found.get(key).copied().unwrap_or_default();
            ensure(sums == [moved, arrived, moved], "origins", || format!("{} {} {}", key.0, key.1.as_str(), key.2))?;
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let sum = codes.origin_margin(self.population, &self.unit, &self.municipality, &self.provider_kind);
        vec![(column_index::<Self>("students"), Figure::link(self.year, sum))]
    }

    fn candidates(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        publisher.rows_of_links(|year, margin| {
            let (population, unit, municipality, provider_kind) = publisher.codes.origin_codes(margin)?;
            Some(Self { year, population, unit, municipality, provider_kind, students: Cell::Hidden })
        })
    }
}

fn sums(
    inputs: Inputs<'_>,
    year: Year,
    population: Population,
    link: &Link,
    raised: &BTreeSet<UnitId>,
) -> BTreeMap<(Text, Text, Text), u64> {
    let takes = |place: &Offer| population.includes(inputs.registers.programme_kind(place.programme));
    let mut out: BTreeMap<(Text, Text, Text), u64> = BTreeMap::new();
    for (from, to, students) in link.pairs() {
        let Some(to) = to.filter(|to| takes(to) && raised.contains(&to.unit)) else { continue };
        let keys = match from.filter(takes) {
            Some(from) if from.unit == to.unit => continue,
            Some(from) => {
                let (municipality, kind) = origin(inputs, year, from.unit);
                let all = || Text::word(&ALL);
                vec![(municipality.clone(), kind.clone()), (municipality, all()), (all(), kind), (all(), all())]
            }
            None => vec![(Text::word(&UNKNOWN), Text::word(&UNKNOWN))],
        };
        let unit = inputs.registers.unit_codes().text(to.unit);
        for (municipality, kind) in keys {
            for unit in [unit.clone(), Text::word(&ALL)] {
                *out.entry((unit, municipality.clone(), kind.clone())).or_default() += students;
            }
        }
    }
    out
}

/// The municipality of a unit (`OUT` outside the region) and the kind of its provider.
fn origin(inputs: Inputs<'_>, year: Year, unit: UnitId) -> (Text, Text) {
    let municipality = inputs.registers.unit_municipality_in(unit, year);
    let place = if inputs.is_in_region(municipality) { inputs.code(municipality) } else { Text::word(&OUT) };
    let kind = inputs.registers.unit_in(unit, year).map_or(UNKNOWN, |unit| unit.provider.kind.as_str());
    (place, kind.into())
}
