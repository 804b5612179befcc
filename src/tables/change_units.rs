//! `change_units`: the units behind `change`: closed and opened offers, changed providers, and changed choice among the
//! same offers.

use super::changes::WrittenGroup;
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, ensure};
use super::{Inputs, Tables};
use crate::decomposition::Factor;
use crate::error::Result;
use crate::model::{Cell, Decimal, Population, Snapshot, Text, Year};

row!(
    /// The effect of a factor at one unit. The effects of all units sum to the factor's row in `change`.
    ChangeUnitRow, "change_units", keys 9, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn of the first year.
        year_from: Year => Year,
        /// Autumn of the second year.
        year_to: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// `region`: effects on the region's share with another provider; `home`: on that of the home; `provider`: on the
        /// share of the region's students who attend the municipality's units.
        scope: Text => Word,
        /// A municipality of the region or `ALL` (the region); for `provider`, the one that runs the units.
        home: Text => Code(Municipality),
        /// A programme of the second year or `ALL`.
        programme: Text => Code(Programme),
        /// The unit, or the one that has succeeded it by the second year.
        unit: Text => Code(Unit),
        /// `closed`, `opened`, `provider` or `choice`.
        factor: Text => Word,
        /// Effect on the share.
        effect_share: Cell<Decimal> => Decimal,
        /// Effect on the number of students of the share.
        effect_students: Cell<Decimal> => Decimal,
        /// Cells of home and programme in which the factor has an effect at the unit.
        cells: Cell => Count,
    }
);

impl Table for ChangeUnitRow {
    const PUBLICATION: Publication = Publication::OwnRule;
    const EXACT: &'static [&'static str] = &["cells"];

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        run.changes().iter().flat_map(rows).collect()
    }

    /// The units sum to their factor.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        type Key<'a> = (Snapshot, Year, Year, Population, &'a str, &'a str, &'a str, &'a str);
        let mut sums: std::collections::BTreeMap<Key<'_>, [i128; 2]> = std::collections::BTreeMap::new();
        let millionths = |cell: Cell<Decimal>| cell.value().map_or(0, Decimal::millionths);
        for row in &tables.change_units {
            let years = (row.snapshot, row.year_from, row.year_to, row.population);
            let key = (years.0, years.1, years.2, years.3, &*row.scope, &*row.home, &*row.programme, &*row.factor);
            let sum = sums.entry(key).or_default();
            sum[0] += millionths(row.effect_share);
            sum[1] += millionths(row.effect_students);
        }
        for row in &tables.change {
            let years = (row.snapshot, row.year_from, row.year_to, row.population);
            let key = (years.0, years.1, years.2, years.3, &*row.scope, &*row.home, &*row.programme, &*row.factor);
            let Some(sum) = sums.get(&key) else { continue };
            let holds = *sum == [millionths(row.effect_share), millionths(row.effect_students)];
            ensure(holds, "change_units", || format!("{} {} {}", row.home, row.programme, row.factor))?;
        }
        Ok(())
    }

    fn publish(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        publisher
            .changes
            .groups(publisher.codes, publisher.margins, publisher.estimates)
            .iter()
            .flat_map(rows)
            .collect()
    }
}

fn rows(group: &WrittenGroup) -> impl Iterator<Item = ChangeUnitRow> + '_ {
    let key = &group.key;
    group.units.iter().map(move |(unit, factor, effect, cells)| ChangeUnitRow {
        snapshot: key.pair.snapshot,
        year_from: key.pair.years[0],
        year_to: key.pair.years[1],
        population: key.population,
        scope: Text::word(key.scope.as_str()),
        home: key.home.clone(),
        programme: key.programme.clone(),
        unit: unit.clone(),
        factor: Text::word(Factor::OF_UNITS[*factor].as_str()),
        effect_share: effect.share,
        effect_students: Cell::Value(effect.students),
        cells: Cell::Value(*cells),
    })
}
