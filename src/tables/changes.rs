//! Why shares changed between two years, for the tables `change` and `change_units`: the years compared, the groups of
//! cells, and how effects are rounded. Cells are built from flows, or in a public release from estimates;
//! [`crate::decomposition`] has the method.

mod effects;
mod offers;
mod pair;

use effects::{Effects, Group, UnitEffects};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::attendance::{Attendance, Census};
use super::estimate::Estimates;
use super::inputs::Inputs;
use super::margins::{Margin, MarginCodes, ReleasedMargins, What, Where, Who};
use super::scope::RunIndex;
use super::value::listed_words;
use crate::decomposition::{Factor, round_to};
use crate::model::{ALL, Cell, Decimal, Population, Snapshot, Text, UnitId, Year};

/// Two years of a snapshot that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearPair {
    /// What is counted.
    pub snapshot: Snapshot,
    /// The first year and the second.
    pub years: [Year; 2],
}

/// The pairs of years of a run: each year with the next one, and the first with the last.
pub fn pairs(inputs: Inputs<'_>) -> Vec<YearPair> {
    let mut years: BTreeMap<Snapshot, Vec<Year>> = BTreeMap::new();
    for (snapshot, year) in inputs.flows.censuses() {
        years.entry(*snapshot).or_default().push(*year);
    }
    let of = |(snapshot, years): (Snapshot, Vec<Year>)| {
        let mut pairs: Vec<[Year; 2]> = years.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        if years.len() > 2 {
            pairs.push([years[0], years[years.len() - 1]]);
        }
        pairs.sort_unstable();
        pairs.into_iter().map(move |years| YearPair { snapshot, years })
    };
    years.into_iter().flat_map(of).collect()
}

/// The censuses of these pairs.
fn compared(inputs: Inputs<'_>) -> BTreeSet<Census> {
    pairs(inputs).into_iter().flat_map(|pair| pair.years.map(|year| (pair.snapshot, year))).collect()
}

/// What an effect is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeScope {
    /// The share of the region's students.
    Region,
    /// The share of a home's students. It is not the home's part of the region's change.
    Home,
    /// The share of the region's students who attend units of a municipality, whatever their home.
    Provider,
}

impl ChangeScope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Region, Self::Home, Self::Provider];

    /// Its word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Home => "home",
            Self::Provider => "provider",
        }
    }
}

listed_words!(ChangeScope);

/// How effects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    /// The smallest step of a share, as a part of one.
    share: u64,
    /// The smallest step of students: a part of one student, or several students.
    students: (u64, u64),
    /// Programmes and units are listed from this number of students on, in one of the years.
    least: u64,
}

impl Precision {
    /// Six decimals; everything is listed.
    pub const WHOLE: Self = Self { share: 1_000_000, students: (1_000_000, 1), least: 0 };

    /// Tenths of a percentage point, and multiples of five students; programmes and units from 30 students on.
    pub const ROUNDED: Self = Self { share: 1000, students: (1, 5), least: 30 };

    /// The number of students that effects in students are counted in, times `scale`.
    pub const fn student(self, scale: u64) -> u64 {
        self.students.1 * scale
    }

    const fn share_of(self, steps: i128) -> Decimal {
        Decimal::of_millionths(steps * (1_000_000 / self.share) as i128)
    }

    const fn students_of(self, steps: i128) -> Decimal {
        Decimal::of_millionths(steps * (self.students.1 * (1_000_000 / self.students.0)) as i128)
    }
}

/// An effect as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenEffect {
    /// On the share; missing if the home has no students in one of the years, and for the cohort size of a home alone.
    pub share: Cell<Decimal>,
    /// On the number of students.
    pub students: Decimal,
}

/// The key that rows of both tables begin with.
#[derive(Debug, Clone)]
pub struct ChangeKey {
    /// The years.
    pub pair: YearPair,
    /// Which programmes count.
    pub population: Population,
    /// What effects are measured against.
    pub scope: ChangeScope,
    /// A home or `ALL`.
    pub home: Text,
    /// A programme or `ALL`.
    pub programme: Text,
}

impl ChangeKey {
    /// The key as tables are sorted.
    fn in_order(&self) -> (YearPair, Population, &'static str, &Text, &Text) {
        (self.pair, self.population, self.scope.as_str(), &self.home, &self.programme)
    }
}

/// A group of cells with its written effects.
#[derive(Debug, Clone)]
pub struct WrittenGroup {
    /// Its key.
    pub key: ChangeKey,
    /// By factor, in the order of [`Factor::ALL`], and the number of cells in which the factor has an effect.
    pub factors: [(WrittenEffect, u64); Factor::ALL.len()],
    /// The sum of the factors, and the number of cells.
    pub total: (WrittenEffect, u64),
    /// Cells whose offers are replaced in one step.
    pub joint_cells: u64,
    /// Effects of units, sorted by unit and factor.
    pub units: Vec<WrittenUnit>,
}

/// A written effect of a factor at a unit.
#[derive(Debug, Clone, Copy)]
pub struct WrittenUnit {
    /// On the share; zero if the group has none.
    pub share: Decimal,
    /// On the number of students.
    pub students: Decimal,
    /// The unit.
    pub unit: UnitId,
    /// Number of cells.
    pub cells: u32,
    /// What has the effect.
    pub factor: Factor,
}

/// Homes and providers are listed in a public release if what is shown of them is enough for an estimate: a home's share,
/// and the programmes of at least this part of its students.
const MIN_SHOWN_PERCENT: u64 = 75;

/// The groups of a public release, which both of its tables are made of: computed when the first one asks.
#[derive(Debug, Default)]
pub struct PublishedChanges(OnceLock<Vec<WrittenGroup>>);

impl PublishedChanges {
    /// The groups of the release of these margins.
    pub(super) fn groups(
        &self,
        codes: MarginCodes<'_>,
        margins: &dyn ReleasedMargins,
        estimates: &Estimates,
    ) -> &[WrittenGroup] {
        self.0.get_or_init(|| published(codes, margins, estimates))
    }
}

/// The groups of a public release, from estimates.
fn published(codes: MarginCodes<'_>, margins: &dyn ReleasedMargins, estimates: &Estimates) -> Vec<WrittenGroup> {
    let index = RunIndex::new(codes.inputs);
    let is_listed = |pair: YearPair, population: Population, group: &Group| {
        let Some(home) = group.home.map(|home| index.inputs.code(index.homes[home])) else { return true };
        let is_known = |year: Year| {
            let shown = |who, place, what| margins.flow(pair.snapshot, year, Margin { who, place, what }).value();
            let what = What::of(population);
            match group.scope {
                ChangeScope::Region => true,
                ChangeScope::Home => {
                    let who = codes.resident(&home);
                    let programmes = index.inputs.registers.programme_codes().numbers();
                    let of_programmes: u64 = programmes
                        .filter(|programme| index.includes[population as usize][u32::from(*programme) as usize])
                        .filter_map(|programme| shown(who, Where::Everywhere, What::One(programme)))
                        .sum();
                    let all =
                        shown(who, Where::Everywhere, what).filter(|_| shown(who, Where::Cross, what).is_some());
                    all.is_some_and(|all| of_programmes * 100 >= all * MIN_SHOWN_PERCENT)
                }
                ChangeScope::Provider => {
                    let provider = codes.facts.get(&year).and_then(|facts| facts.provider(&home));
                    provider.is_some_and(|number| shown(Who::Region, Where::Provider(number), what).is_some())
                }
            }
        };
        pair.years.into_iter().all(is_known)
    };
    groups(&index, estimates, Precision::ROUNDED, &is_listed)
}

/// The groups of an internal release.
pub fn whole(index: &RunIndex<'_>) -> Vec<WrittenGroup> {
    let attendance =
        compared(index.inputs).into_par_iter().map(|census| (census, Attendance::of(index, census))).collect();
    groups(index, &attendance, Precision::WHOLE, &|_, _, _| true)
}

/// Decomposes the change of every pair of years of which `censuses` has both, and keeps the groups that are listed.
fn groups(
    index: &RunIndex<'_>,
    censuses: &BTreeMap<Census, Attendance>,
    precision: Precision,
    is_listed: &(dyn Fn(YearPair, Population, &Group) -> bool + Sync),
) -> Vec<WrittenGroup> {
    let of = |pair: &YearPair| {
        let [Some(first), Some(second)] = pair.years.map(|year| censuses.get(&(pair.snapshot, year))) else {
            return Vec::new();
        };
        let student = precision.student(first.scale);
        let mut out = Vec::new();
        pair::each_group(index, *pair, [first, second], student, &mut |population, group, effects| {
            let writer = GroupWriter { index, pair: *pair, population, precision, scale: first.scale };
            if is_listed(*pair, population, &group) {
                out.extend(writer.written(&group, effects));
            }
        });
        out.sort_unstable_by(|a, b| a.key.in_order().cmp(&b.key.in_order()));
        out
    };
    // Rows are sorted by pairs of years first.
    pairs(index.inputs).par_iter().flat_map_iter(of).collect()
}

/// Rounds the effects of groups.
struct GroupWriter<'a> {
    index: &'a RunIndex<'a>,
    pair: YearPair,
    population: Population,
    precision: Precision,
    scale: u64,
}

impl GroupWriter<'_> {
    /// The group as it is written; `None` for a programme with too few students.
    fn written(&self, group: &Group, effects: &Effects) -> Option<WrittenGroup> {
        if group.programme.is_some() && !self.is_large(effects.students) {
            return None;
        }
        let change = effects.change();
        let [share_steps, student_steps] = [self.precision.share, self.precision.students.0];
        let [share, change_of_students] = [change[0].in_steps(share_steps), change[1].in_steps(student_steps)];
        let exact = effects.factors.map(|effect| effects.measure.of(effect));
        // A home has no cohort size of its own.
        let without = usize::from(group.scope == ChangeScope::Home);
        let mut shares = [0; Factor::ALL.len()];
        shares[without..].copy_from_slice(&round_to(&exact.map(|[share, _]| share)[without..], share_steps, share));
        let students = round_to(&exact.map(|[_, students]| students), student_steps, change_of_students);
        let factors = std::array::from_fn(|at| {
            let has_share = effects.measure.has_share() && at >= without;
            (self.effect(has_share, shares[at], students[at]), effects.cells[at])
        });
        let first = Factor::ALL.len() - Factor::OF_UNITS.len();
        let listed = effects.units.sorted();
        let mut units = Vec::with_capacity(listed.iter().map(|unit| unit.factors()).sum());
        for factor in 0..Factor::OF_UNITS.len() {
            self.add_units(effects, &listed, factor, [shares[first + factor], students[first + factor]], &mut units);
        }
        // Codes of units are numbered in their order.
        units.sort_unstable_by_key(|unit| (unit.unit, unit.factor.as_str()));
        // In a public release most units are too small to be listed.
        units.shrink_to_fit();
        let total = (self.effect(effects.measure.has_share(), share, change_of_students), effects.all_cells);
        Some(WrittenGroup { key: self.key(group), factors, total, joint_cells: effects.joint_cells, units })
    }

    /// Adds the effects of a factor at the units of a group; they sum to its rounded effects if all units are listed.
    fn add_units(
        &self,
        effects: &Effects,
        listed: &[&UnitEffects],
        factor: usize,
        totals: [i128; 2],
        out: &mut Vec<WrittenUnit>,
    ) {
        let steps = [self.precision.share, self.precision.students.0];
        let units = || listed.iter().filter(|unit| unit.cells[factor] > 0);
        let [mut share, mut number] = [(); 2].map(|()| Vec::with_capacity(listed.len()));
        for [on_share, on_number] in units().map(|unit| effects.measure.of(unit.effects[factor])) {
            share.push(on_share);
            number.push(on_number);
        }
        let [shares, students] = [(share, 0), (number, 1)].map(|(all, column)| match self.precision.least {
            0 => round_to(&all, steps[column], totals[column]),
            _ => all.iter().map(|effect| effect.in_steps(steps[column])).collect(),
        });
        let written = units().zip(shares.into_iter().zip(students));
        out.extend(written.filter(|(unit, _)| self.is_large(unit.students)).map(|(unit, (share, students))| {
            WrittenUnit {
                share: self.precision.share_of(share),
                students: self.precision.students_of(students),
                unit: unit.unit,
                cells: u32::try_from(unit.cells[factor]).unwrap_or(u32::MAX),
                factor: Factor::OF_UNITS[factor],
            }
        }));
    }

    fn is_large(&self, students: [u64; 2]) -> bool {
        students.iter().any(|students| *students >= self.precision.least * self.scale)
    }

    const fn effect(&self, has_share: bool, share: i128, students: i128) -> WrittenEffect {
        WrittenEffect {
            share: if has_share { Cell::Value(self.precision.share_of(share)) } else { Cell::Missing },
            students: self.precision.students_of(students),
        }
    }

    fn key(&self, group: &Group) -> ChangeKey {
        let (inputs, all) = (self.index.inputs, || Text::word(&ALL));
        let programmes = inputs.registers.programme_codes();
        ChangeKey {
            pair: self.pair,
            population: self.population,
            scope: group.scope,
            home: group.home.map_or_else(all, |home| inputs.code(self.index.homes[home])),
            programme: group.programme.map_or_else(all, |programme| programmes.text(programme).clone()),
        }
    }
}
