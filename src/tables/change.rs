//! `change`: why the share of students with another provider changed between two years; effects of six factors.

use std::collections::BTreeMap;

use super::changes::{ChangeKey, ChangeScope, WrittenEffect, WrittenGroup};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, ensure};
use super::value::ListedWord;
use super::{Inputs, Tables};
use crate::decomposition::Factor;
use crate::error::Result;
use crate::model::{ALL, Cell, Decimal, OUT, Population, Snapshot, Text, Year};

row!(
    /// The effect of a factor on the share of students with another provider, between two years. The effects of a group
    /// sum to the row of factor `ALL`, which is the change of the share.
    ChangeRow, "change", keys 8, {
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
        /// `cohort`, `mix`, `closed`, `opened`, `provider`, `choice` or `ALL`; `joint` counts the cells whose closed offers
        /// were replaced by opened ones in one step.
        factor: ChangeFactor => Word,
        /// Effect on the share; missing if there is no share in one of the years, and for the cohort size of a home alone.
        effect_share: Cell<Decimal> => Decimal,
        /// Effect on the number of students of the share.
        effect_students: Cell<Decimal> => Decimal,
        /// Cells of home and programme in which the factor has an effect; in rows of factor `ALL`, all of them.
        cells: Cell => Count,
    }
);

/// What a row of `change` is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeFactor {
    /// The sum of the factors.
    All,
    /// One of them.
    Of(Factor),
    /// The number of cells without an offer in both years. Its effects are zero: what such cells change is in the rows of
    /// closed and opened offers, one half each.
    Joint,
}

impl ChangeFactor {
    /// Its word in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => ALL,
            Self::Of(factor) => factor.as_str(),
            Self::Joint => "joint",
        }
    }
}

impl ListedWord for ChangeFactor {
    fn all() -> impl Iterator<Item = Self> {
        [Self::All, Self::Joint].into_iter().chain(Factor::ALL.map(Self::Of))
    }

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Table for ChangeRow {
    const PUBLICATION: Publication = Publication::OwnRule;
    const EXACT: &'static [&'static str] = &["cells"];

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let mut out = Vec::with_capacity(run.changes().len() * (Factor::ALL.len() + 2));
        out.extend(run.changes().iter().flat_map(rows));
        out
    }

    /// Effects sum to the change, and the change is that of the counts in `shares`.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        for rows in tables.change.chunk_by(|a, b| a.group() == b.group()) {
            let (total, factors): (Vec<&Self>, Vec<&Self>) =
                rows.iter().partition(|row| row.factor == ChangeFactor::All);
            let sum = |cell: fn(&Self) -> Cell<Decimal>, rows: &[&Self]| -> i128 {
                rows.iter().filter_map(|row| cell(row).value()).map(Decimal::millionths).sum()
            };
            for cell in [(|row| row.effect_share) as fn(&Self) -> Cell<Decimal>, |row| row.effect_students] {
                ensure(total.len() == 1 && sum(cell, &total) == sum(cell, &factors), "change", || {
                    format!("{}–{} {} {}", rows[0].year_from, rows[0].year_to, rows[0].home, rows[0].programme)
                })?;
            }
        }
        Self::check_totals(tables)
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

/// The columns of a group of rows, by which both tables are sorted.
pub(super) type ChangeGroup<'a> = (Snapshot, Year, Year, Population, ChangeScope, &'a Text, &'a Text);

impl ChangeRow {
    /// The columns of its group.
    pub(super) fn group(&self) -> ChangeGroup<'_> {
        (self.snapshot, self.year_from, self.year_to, self.population, self.scope, &self.home, &self.programme)
    }

    /// The total of each home, of the region and of each provider is the difference of the counts in `shares` and
    /// `dependence`.
    fn check_totals(tables: &Tables) -> Result<()> {
        let mut counts: BTreeMap<(bool, Snapshot, Year, Population, &str), u64> = BTreeMap::new();
        for row in tables.shares.iter().filter(|row| *row.programme == *ALL) {
            let key = (false, row.snapshot, row.year, row.population, &*row.home);
            counts.insert(key, row.cross_provider.value().unwrap_or(0));
        }
        for row in tables.dependence.iter().filter(|row| *row.home != *OUT) {
            let key = (true, row.snapshot, row.year, row.population, &*row.provider);
            *counts.entry(key).or_insert(0) += row.students.value().unwrap_or(0);
        }
        for row in tables.change.iter().filter(|row| row.factor == ChangeFactor::All && *row.programme == *ALL) {
            let is_provider = row.scope == ChangeScope::Provider;
            let students = |year: Year| {
                let key = (is_provider, row.snapshot, year, row.population, &*row.home);
                i128::from(counts.get(&key).copied().unwrap_or(0))
            };
            let wanted = Decimal::of_millionths((students(row.year_to) - students(row.year_from)) * 1_000_000);
            ensure(row.effect_students == Cell::Value(wanted), "change", || {
                format!("{}–{} {}: {wanted}", row.year_from, row.year_to, row.home)
            })?;
        }
        Ok(())
    }
}

fn rows(group: &WrittenGroup) -> Vec<ChangeRow> {
    let row = |factor, (effect, cells): (WrittenEffect, u64)| {
        let ChangeKey { pair, population, scope, home, programme } = group.key.clone();
        ChangeRow {
            snapshot: pair.snapshot,
            year_from: pair.years[0],
            year_to: pair.years[1],
            population,
            scope,
            home,
            programme,
            factor,
            effect_share: effect.share,
            effect_students: Cell::Value(effect.students),
            cells: Cell::Value(cells),
        }
    };
    let factors = Factor::ALL.into_iter().zip(&group.factors);
    let none = WrittenEffect { share: group.total.0.share.map(|_| Decimal::default()), students: Decimal::default() };
    let joint = (group.joint_cells > 0).then(|| row(ChangeFactor::Joint, (none, group.joint_cells)));
    let mut rows: Vec<ChangeRow> = [row(ChangeFactor::All, group.total)]
        .into_iter()
        .chain(factors.map(|(factor, effect)| row(ChangeFactor::Of(factor), *effect)))
        .chain(joint)
        .collect();
    rows.sort_unstable_by_key(|row| row.factor.as_str());
    rows
}
