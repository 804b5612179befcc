//! The flows of one cohort as a problem: base cells are unknowns, published margins are rows.
//!
//! The model assumes that readers know which units offer which programmes (the table of units shows it) and every
//! published zero. They do not know who goes where: each home may have students in every unit and programme that has
//! any students, unless a published zero rules it out.

use std::collections::{BTreeMap, BTreeSet};

use super::exact::{BaseCell, Cohort, UnitClass};
use super::problem::{HiddenSum, Problem, ProblemRow, RowState, Term};
use super::since::{PriorComparison, PriorReleases};
use crate::model::{FewUnits, Level, Policy, ProgrammeId, UnitId, Year, Zeros};
use crate::tables::margins::{Facts, Margin, What, Where, Who};

/// A problem, and the margins of its rows.
#[derive(Debug)]
pub struct FlowProblem {
    /// The problem.
    pub problem: Problem,
    /// By row: its margin.
    pub margins: Vec<Margin>,
    /// Published margins that are hidden even if they are zero: those contained in a small one, or all of them.
    pub veiled: BTreeSet<Margin>,
}

/// What earlier publications showed of a cohort.
#[derive(Debug, Clone, Copy)]
pub struct CohortPrior<'a> {
    /// All values shown earlier.
    pub prior: &'a PriorReleases,
    /// Year of the cohort.
    pub year: Year,
    /// Which cohort.
    pub cohort: Cohort,
    /// Counts from 1 to threshold − 1 are small.
    pub threshold: u64,
}

impl CohortPrior<'_> {
    fn compare(&self, margin: Margin, value: u64) -> PriorComparison {
        self.prior.flow(self.year, self.cohort, margin, value, self.threshold)
    }
}

/// Whether a margin is published at these levels.
pub fn is_published(margin: Margin, levels: &[Level]) -> bool {
    margin.level().is_some_and(|level| levels.contains(&level))
}

/// The problem of the cohort with these base cells.
pub fn problem(
    base: &BTreeMap<BaseCell, u64>,
    facts: &Facts,
    policy: &Policy,
    prior: CohortPrior<'_>,
) -> FlowProblem {
    let levels = policy.levels.as_slice();
    let mut values: BTreeMap<Margin, u64> = BTreeMap::new();
    let mut offers = BTreeSet::new();
    for (cell, students) in base.iter().filter(|(_, students)| **students > 0) {
        offers.insert((cell.1, cell.2));
        facts.each_margin(*cell, |margin| *values.entry(margin).or_insert(0) += students);
    }
    let mut build = UnknownBuilder {
        base,
        facts,
        levels,
        prior,
        groups: groups(&offers, facts, levels),
        veiled: veiled(&offers, facts, policy, &values),
        blocks: blocks(&offers, facts),
        values,
        problem: Problem::default(),
        members: BTreeMap::new(),
        homes: BTreeMap::new(),
        places: BTreeMap::new(),
    };
    build.add_unknowns();
    build.add_group_rows();
    build.add_sums();
    let UnknownBuilder { problem, members, values, veiled, .. } = build;
    let mut rows = RowBuilder {
        facts,
        levels,
        members,
        values,
        veiled,
        few: few_units(base, facts, policy),
        prior,
        problem,
        numbers: BTreeMap::new(),
        margins: Vec::new(),
    };
    let all: Vec<Margin> = rows.members.keys().copied().collect();
    // Constraint rows belong to no margin.
    rows.margins = vec![NO_MARGIN; rows.problem.rows.len()];
    for margin in &all {
        let value = rows.values.get(margin).copied().unwrap_or(0);
        if is_published(*margin, levels) || prior.compare(*margin, value) == PriorComparison::Same {
            rows.row(*margin);
        }
    }
    FlowProblem { problem: rows.problem, margins: rows.margins, veiled: rows.veiled }
}

/// Placeholder for rows that are no margin; no level publishes it.
const NO_MARGIN: Margin = Margin { who: Who::Unknown, place: Where::Everywhere, what: What::Others };

/// Units by class and programme. Readers can distinguish units of one group only by their totals over all homes.
type Groups = BTreeMap<(UnitClass, ProgrammeId), Vec<UnitId>>;

fn groups(offers: &BTreeSet<(UnitId, ProgrammeId)>, facts: &Facts, levels: &[Level]) -> Groups {
    let mut out = Groups::new();
    for (unit, programme) in offers {
        if let Some(class) = facts.class(*unit, levels) {
            out.entry((class, *programme)).or_default().push(*unit);
        }
    }
    out
}

/// Numbers programmes so that those of one kind are neighbours: a home's students can be anywhere within a kind and a
/// part.
fn blocks(offers: &BTreeSet<(UnitId, ProgrammeId)>, facts: &Facts) -> BTreeMap<ProgrammeId, u32> {
    let mut programmes: Vec<ProgrammeId> = offers.iter().map(|(_, programme)| *programme).collect();
    programmes.sort_by_key(|programme| (facts.kind(*programme), *programme));
    programmes.dedup();
    programmes.into_iter().zip(0..).collect()
}

/// Published margins that are sensitive because few independent units, or mainly one, contribute to them, with the
/// distance from their value that must stay possible. For few units it is half the threshold, rounded up.
fn few_units(base: &BTreeMap<BaseCell, u64>, facts: &Facts, policy: &Policy) -> BTreeMap<Margin, u64> {
    if policy.few.is_off() {
        return BTreeMap::new();
    }
    let mut units: BTreeMap<Margin, BTreeMap<UnitId, u64>> = BTreeMap::new();
    for (cell, students) in base.iter().filter(|(_, students)| **students > 0) {
        facts.each_margin(*cell, |margin| {
            if is_published(margin, &policy.levels) {
                *units.entry(margin).or_default().entry(cell.1).or_insert(0) += students;
            }
        });
    }
    let apart = |units: &BTreeMap<UnitId, u64>| {
        let FewUnits { least, .. } = policy.few;
        let is_few = (units.len() as u64) < least && units.keys().all(|unit| facts.is_independent(*unit));
        let few = is_few.then(|| policy.threshold.div_ceil(2));
        // The largest unit; the first one on a tie.
        let largest = units.iter().max_by_key(|(unit, students)| (**students, std::cmp::Reverse(**unit)));
        let contributions: Vec<u64> = units.values().copied().collect();
        let dominated = largest
            .filter(|(unit, _)| facts.is_independent(**unit))
            .and_then(|_| policy.few.dominated(&contributions));
        few.max(dominated)
    };
    units.into_iter().filter_map(|(margin, units)| Some((margin, apart(&units)?))).collect()
}

/// Published margins that are strictly contained in a small one. If their zeros were shown, each of the others would
/// be known to be at least 1, and a small sum of several to be more than 1. If the policy shows no zeros: all
/// published margins.
fn veiled(
    offers: &BTreeSet<(UnitId, ProgrammeId)>,
    facts: &Facts,
    policy: &Policy,
    values: &BTreeMap<Margin, u64>,
) -> BTreeSet<Margin> {
    let (levels, threshold) = (policy.levels.as_slice(), policy.threshold);
    let mut sizes: BTreeMap<Margin, u32> = BTreeMap::new();
    let mut common: BTreeMap<(Margin, Margin), u32> = BTreeMap::new();
    for who in facts.whos() {
        for (unit, programme) in offers {
            let (mut margins, mut small) = (Vec::new(), Vec::new());
            facts.each_margin((who, *unit, *programme), |margin| {
                let is_shown = is_published(margin, levels);
                if is_shown || can_be_requested(margin) {
                    *sizes.entry(margin).or_insert(0) += 1;
                    if values.get(&margin).is_some_and(|value| Problem::is_small(*value, threshold)) {
                        small.push(margin);
                    }
                }
                if is_shown {
                    margins.push(margin);
                }
            });
            for small in small {
                for margin in &margins {
                    *common.entry((small, *margin)).or_insert(0) += 1;
                }
            }
        }
    }
    if policy.zeros == Zeros::Hidden {
        return sizes.into_keys().filter(|margin| is_published(*margin, levels)).collect();
    }
    let is_within =
        |((small, margin), count): &((Margin, Margin), u32)| sizes[margin] == *count && sizes[margin] < sizes[small];
    common.into_iter().filter(is_within).map(|((_, margin), _)| margin).collect()
}

/// Builds the unknowns from base cells, and the unpublished sums that need protection.
struct UnknownBuilder<'a> {
    base: &'a BTreeMap<BaseCell, u64>,
    facts: &'a Facts,
    levels: &'a [Level],
    prior: CohortPrior<'a>,
    groups: Groups,
    veiled: BTreeSet<Margin>,
    blocks: BTreeMap<ProgrammeId, u32>,
    values: BTreeMap<Margin, u64>,
    problem: Problem,
    members: BTreeMap<Margin, Vec<u32>>,
    /// By home and group of units: the unknown.
    homes: BTreeMap<(Who, UnitClass, ProgrammeId), u32>,
    /// By unit and programme of groups with several units: the unknown of all homes together.
    places: BTreeMap<(UnitId, ProgrammeId), u32>,
}

impl UnknownBuilder<'_> {
    fn students(&self, who: Who, unit: UnitId, programme: ProgrammeId) -> u64 {
        self.base.get(&(who, unit, programme)).copied().unwrap_or(0)
    }

    /// Whether a reader must consider that the margin is not zero.
    fn is_possible(&self, margin: Margin) -> bool {
        let is_some = self.values.contains_key(&margin) || self.veiled.contains(&margin);
        let is_prior_zero =
            || !self.values.contains_key(&margin) && self.prior.compare(margin, 0) == PriorComparison::Same;
        (is_some || !is_published(margin, self.levels)) && !is_prior_zero()
    }

    fn push(&mut self, truth: u64, programme: ProgrammeId, margins: Vec<Margin>) -> u32 {
        let unknown = self.problem.truth.len() as u32;
        self.problem.truth.push(truth);
        self.problem.blocks.push(self.blocks[&programme]);
        margins.into_iter().for_each(|margin| self.members.entry(margin).or_default().push(unknown));
        unknown
    }

    /// Adds one unknown for each home in each group, and one for all homes at each unit of a group with several units.
    fn add_unknowns(&mut self) {
        let groups = self.groups.clone();
        let facts = self.facts;
        for ((class, programme), units) in &groups {
            let is_alone = units.len() == 1;
            for who in facts.whos() {
                let mut margins = Vec::new();
                facts.each_margin((who, units[0], *programme), |margin| {
                    if is_alone || !matches!(margin.place, Where::Unit(_)) {
                        margins.push(margin);
                    }
                });
                if margins.iter().all(|margin| self.is_possible(*margin)) {
                    let truth = units.iter().map(|unit| self.students(who, *unit, *programme)).sum();
                    let unknown = self.push(truth, *programme, margins);
                    self.homes.insert((who, *class, *programme), unknown);
                }
            }
            for unit in units.iter().filter(|_| !is_alone) {
                let mut margins = Vec::new();
                facts.each_margin((Who::Unknown, *unit, *programme), |margin| {
                    if matches!((margin.who, margin.place), (Who::Everyone, Where::Unit(_))) {
                        margins.push(margin);
                    }
                });
                let truth = facts.whos().map(|who| self.students(who, *unit, *programme)).sum();
                let unknown = self.push(truth, *programme, margins);
                self.places.insert((*unit, *programme), unknown);
            }
        }
    }

    /// Adds rows that equate the sum over homes with the sum over units, for each group.
    fn add_group_rows(&mut self) {
        for ((class, programme), units) in self.groups.iter().filter(|(_, units)| units.len() > 1) {
            let homes = self.facts.whos().filter_map(|who| self.homes.get(&(who, *class, *programme)));
            let places = units.iter().map(|unit| &self.places[&(*unit, *programme)]);
            let members = homes.map(|number| (*number, 1.0)).chain(places.map(|number| (*number, -1.0))).collect();
            self.problem.rows.push(ProblemRow {
                members,
                parts: Vec::new(),
                value: 0,
                weight: 0.0,
                state: RowState::Fixed,
                least: 0,
                needs: None,
            });
        }
    }

    /// Adds the sums that need protection: base cells, and unpublished sums that someone could request.
    fn add_sums(&mut self) {
        let mut requested: BTreeMap<Margin, BTreeMap<u32, Vec<UnitId>>> = BTreeMap::new();
        let mut sums: BTreeMap<Vec<Term>, u64> = BTreeMap::new();
        for ((class, programme), units) in &self.groups {
            for who in self.facts.whos() {
                let Some(whole) = self.homes.get(&(who, *class, *programme)) else { continue };
                for unit in units {
                    let value = self.students(who, *unit, *programme);
                    if value > 0 {
                        sums.insert(vec![self.term(*whole, units, &[*unit], *programme)], value);
                    }
                    self.facts.each_margin((who, *unit, *programme), |margin| {
                        if can_be_requested(margin)
                            && !is_published(margin, self.levels)
                            && self.values.contains_key(&margin)
                        {
                            requested.entry(margin).or_default().entry(*whole).or_default().push(*unit);
                        }
                    });
                }
            }
        }
        let group_of: BTreeMap<u32, (&Vec<UnitId>, ProgrammeId)> =
            self.homes.iter().map(|((_, class, p), whole)| (*whole, (&self.groups[&(*class, *p)], *p))).collect();
        for (margin, parts) in requested {
            let term = |(whole, some): (&u32, &Vec<UnitId>)| {
                let (units, programme) = group_of[whole];
                self.term(*whole, units, some, programme)
            };
            sums.insert(parts.iter().map(term).collect(), self.values[&margin]);
        }
        self.problem.sums = sums.into_iter().map(|(terms, value)| HiddenSum { terms, value }).collect();
    }

    /// A home's students at some units of a group.
    fn term(&self, whole: u32, units: &[UnitId], some: &[UnitId], programme: ProgrammeId) -> Term {
        if some.len() == units.len() {
            return Term::all(whole);
        }
        let (mut is, mut is_not) = (Vec::new(), Vec::new());
        for unit in units {
            let list = if some.contains(unit) { &mut is } else { &mut is_not };
            list.push(self.places[&(*unit, programme)]);
        }
        Term { whole, some: is, others: is_not }
    }
}

/// Builds rows from margins; the parts of a margin come before it.
struct RowBuilder<'a> {
    facts: &'a Facts,
    levels: &'a [Level],
    members: BTreeMap<Margin, Vec<u32>>,
    values: BTreeMap<Margin, u64>,
    veiled: BTreeSet<Margin>,
    few: BTreeMap<Margin, u64>,
    prior: CohortPrior<'a>,
    problem: Problem,
    numbers: BTreeMap<Margin, u32>,
    margins: Vec<Margin>,
}

impl RowBuilder<'_> {
    /// The number of a margin's row; `None` if nobody can be in it.
    fn row(&mut self, margin: Margin) -> Option<u32> {
        if let Some(number) = self.numbers.get(&margin) {
            return Some(*number);
        }
        let members = self.members.get(&margin)?;
        let (members, parts) = match margin.parts(self.facts) {
            Some(parts) => (Vec::new(), parts.into_iter().filter_map(|part| self.row(part)).collect()),
            None => (members.iter().map(|unknown| (*unknown, 1.0)).collect(), Vec::new()),
        };
        let number = self.problem.rows.len() as u32;
        let value = self.values.get(&margin).copied().unwrap_or(0);
        let is_veiled = self.veiled.contains(&margin);
        let prior = self.prior.compare(margin, value);
        let few = self.few.get(&margin).map(|apart| (value.saturating_sub(*apart).max(1), value + apart));
        let near = match prior {
            PriorComparison::Near(low, high) => Some((low, high)),
            PriorComparison::New | PriorComparison::Same => None,
        };
        let needs = few.into_iter().chain(near).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        self.problem.rows.push(ProblemRow {
            members,
            parts,
            value,
            weight: margin.weight() * size(value),
            state: match is_published(margin, self.levels) {
                _ if prior == PriorComparison::Same => RowState::Fixed,
                true if is_veiled && value == 0 => RowState::Secondary,
                true if needs.is_some() => RowState::Primary,
                true => RowState::Shown,
                false => RowState::Free,
            },
            least: u64::from(!is_veiled),
            needs,
        });
        self.numbers.insert(margin, number);
        self.margins.push(margin);
        Some(number)
    }
}

/// How much more readers miss a large number than a small one. There are few steps because programs with many
/// different costs take longer.
fn size(value: u64) -> f64 {
    match value {
        0..30 => 1.0,
        30..300 => 2.0,
        300..3_000 => 4.0,
        _ => 8.0,
    }
}

/// Whether someone could request this unpublished sum: students of a home, of all homes or of unknown homes by unit,
/// provider, place or part, and all sums that have a cell in a table that never shows it.
fn can_be_requested(margin: Margin) -> bool {
    let is_total = matches!(margin.place, Where::Part(_) | Where::Cross | Where::Everywhere);
    let is_place = is_total || matches!(margin.place, Where::Unit(_) | Where::Provider(_) | Where::Place(_));
    match margin.who {
        Who::Home(_) | Who::Outside | Who::Unknown => is_place,
        Who::Everyone => is_place && !matches!(margin.what, What::Group(_)),
        Who::Region => is_total,
        Who::Away(_) | Who::Visitors(_) | Who::Known | Who::Compared(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::CleanRows;
    use crate::disclosure::deadline::Deadline;
    use crate::disclosure::plan::{Demand, plan};
    use crate::flow::FlowTable;
    use crate::model::{
        Method, Municipality, Programme, ProgrammeKind, Provider, ProviderKind, Registers, SchoolUnit, Text, UnitId,
        Validity,
    };
    use crate::tables::Inputs;
    use proptest::prelude::*;

    fn nothing(prior: &PriorReleases) -> CohortPrior<'_> {
        CohortPrior { prior, year: 2023, cohort: Cohort::October, threshold: 10 }
    }

    fn registers() -> Registers {
        let municipality =
            |code: &str| Municipality { code: code.into(), name: code.into(), county: None, point: None };
        let unit = |code: &str, municipality: &str, provider: &str, kind| SchoolUnit {
            code: code.into(),
            name: code.into(),
            municipality: municipality.into(),
            provider: Provider { code: provider.into(), kind },
            point: None,
            validity: Validity::default(),
            successor: None,
        };
        let programme = |code: &str, kind| Programme {
            code: code.into(),
            name: code.into(),
            kind,
            validity: Validity::default(),
            successor: None,
        };
        let units = vec![
            unit("u1", "0001", "0001", ProviderKind::Municipal),
            unit("u2", "0002", "0002", ProviderKind::Municipal),
            unit("u3", "0001", "free", ProviderKind::Independent),
            unit("u4", "0002", "free", ProviderKind::Independent),
            unit("u5", "0003", "0003", ProviderKind::Municipal),
        ];
        let programmes = vec![
            programme("BA", ProgrammeKind::Vocational),
            programme("IMV", ProgrammeKind::Introduction),
            programme("NA", ProgrammeKind::Preparatory),
            programme("VO", ProgrammeKind::Vocational),
        ];
        Registers::new(["0001", "0002", "0003"].map(municipality).into(), units, programmes, Vec::new())
    }

    /// Runs a test with the facts of a region of two municipalities and base cells with these counts.
    fn with(counts: &[u64], test: impl FnOnce(&Facts, &BTreeMap<BaseCell, u64>)) {
        let (registers, rows) = (registers(), CleanRows::default());
        let (flows, links) = (FlowTable::default(), BTreeMap::new());
        let region: Vec<Text> = vec!["0001".into(), "0002".into()];
        let inputs = Inputs::new(&flows, &links, &rows, &registers, &region);
        let facts = Facts::new(inputs, 2023);
        let mut counts = counts.iter().copied().cycle();
        let mut base = BTreeMap::new();
        let units: Vec<UnitId> =
            registers.unit_codes().numbers().filter(|id| registers.unit_codes().is_known(*id)).collect();
        for who in facts.whos() {
            for unit in &units {
                for programme in facts.programme_ids() {
                    base.insert((who, *unit, programme), counts.next().unwrap_or(0));
                }
            }
        }
        test(&facts, &base);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// Each row is the sum of its members and parts, and contains no cell twice.
        #[test]
        fn rows_are_the_sums_of_their_members_and_parts(counts in proptest::collection::vec(0_u64..30, 1..97)) {
            with(&counts, |facts, base| {
                let levels = Level::all_of(Method::Suppress).collect();
                let policy = Policy { levels, ..Policy::of(Method::Suppress) };
                let releases = PriorReleases::default();
                let FlowProblem { problem, margins, .. } = problem(base, facts, &policy, nothing(&releases));
                let mut members: Vec<Vec<u32>> = Vec::new();
                for (row, margin) in problem.rows.iter().zip(&margins) {
                    let own = row.members.iter().map(|(unknown, _)| *unknown);
                    let parts = row.parts.iter().flat_map(|part| members[*part as usize].iter().copied());
                    let mut all: Vec<u32> = own.chain(parts).collect();
                    let value: u64 = all.iter().map(|unknown| problem.truth[*unknown as usize]).sum();
                    assert_eq!(value, row.value, "{margin:?}");
                    all.sort_unstable();
                    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{margin:?} has a cell twice");
                    members.push(all);
                }
            });
        }

        /// No small value is shown.
        #[test]
        fn a_plan_shows_nothing_small(counts in proptest::collection::vec(0_u64..30, 31..97)) {
            with(&counts, |facts, base| {
                let releases = PriorReleases::default();
                let mut flows = problem(base, facts, &Policy::of(Method::Suppress), nothing(&releases));
                plan(&mut flows.problem, 10, Demand::Whole, Deadline::default());
                let small = |row: &&ProblemRow| row.state == RowState::Shown && Problem::is_small(row.value, 10);
                assert_eq!(flows.problem.rows.iter().find(small), None);
            });
        }
    }
}
