//! `change_units`: the units behind `change`: closed and opened offers, changed providers, and changed choice among the
//! same offers.

use super::change::{ChangeFactor, ChangeGroup};
use super::changes::{ChangeScope, WrittenGroup};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, ensure};
use super::{Inputs, Tables};
use crate::decomposition::Factor;
use crate::error::Result;
use crate::model::{Cell, Decimal, Population, Registers, Snapshot, Text, Year};

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
        scope: ChangeScope => Word,
        /// A municipality of the region or `ALL` (the region); for `provider`, the one that runs the units.
        home: Text => Code(Municipality),
        /// A programme of the second year or `ALL`.
        programme: Text => Code(Programme),
        /// The unit, or the one that has succeeded it by the second year.
        unit: Text => Code(Unit),
        /// `closed`, `opened`, `provider` or `choice`.
        factor: Factor => Word,
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
        let mut out = Vec::with_capacity(run.changes().iter().map(|group| group.units.len()).sum());
        out.extend(run.changes().iter().flat_map(|group| rows(group, run.inputs.registers)));
        out
    }

    /// The units sum to their factor.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        let millionths = |cell: Cell<Decimal>| cell.value().map_or(0, Decimal::millionths);
        let mut rest = &tables.change_units[..];
        // Both tables are sorted by the columns of a group.
        for group in tables.change.chunk_by(|a, b| a.group() == b.group()) {
            let units = rest.iter().take_while(|row| row.group() == group[0].group()).count();
            let (units, others) = rest.split_at(units);
            rest = others;
            for row in group {
                let of_factor = || units.iter().filter(|unit| ChangeFactor::Of(unit.factor) == row.factor);
                let sum = |cell: fn(&Self) -> Cell<Decimal>| of_factor().map(|unit| millionths(cell(unit))).sum();
                let sums: [i128; 2] = [sum(|unit| unit.effect_share), sum(|unit| unit.effect_students)];
                let holds =
                    of_factor().next().is_none() || sums == [row.effect_share, row.effect_students].map(millionths);
                ensure(holds, "change_units", || format!("{} {} {}", row.home, row.programme, row.factor.as_str()))?;
            }
        }
        ensure(rest.is_empty(), "change_units", || format!("{} {}", rest[0].home, rest[0].programme))
    }

    fn publish(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        publisher
            .changes
            .groups(publisher.codes, publisher.margins, publisher.estimates)
            .iter()
            .flat_map(|group| rows(group, publisher.codes.registers()))
            .collect()
    }
}

impl ChangeUnitRow {
    fn group(&self) -> ChangeGroup<'_> {
        (self.snapshot, self.year_from, self.year_to, self.population, self.scope, &self.home, &self.programme)
    }
}

fn rows<'a>(group: &'a WrittenGroup, registers: &'a Registers) -> impl Iterator<Item = ChangeUnitRow> + 'a {
    let key = &group.key;
    // Units have a share if the group has one.
    let share = group.total.0.share;
    group.units.iter().map(move |unit| ChangeUnitRow {
        snapshot: key.pair.snapshot,
        year_from: key.pair.years[0],
        year_to: key.pair.years[1],
        population: key.population,
        scope: key.scope,
        home: key.home.clone(),
        programme: key.programme.clone(),
        unit: registers.unit_codes().text(unit.unit).clone(),
        factor: unit.factor,
        effect_share: share.map(|_| unit.share),
        effect_students: Cell::Value(unit.students),
        cells: Cell::Value(unit.cells.into()),
    })
}
