//! Withholds sums so that small counts stay uncertain, and proves it by witnesses.
//!
//! Two walkers look for tables in which small counts have other values, each for its share of the counts. A table
//! found for one count is a witness for all counts that it changes. If too few values are found for a count, sums are
//! withheld: first those that were most often in the way, relative to the loss for readers; then, for the few
//! remaining counts, all that the best table found needs. Finally, sums are shown again if no witness needs them or
//! others can replace those that do (`spare`).

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::spare::Witnesses;
use super::system::{SumId, System};
use super::walk::{Reached, Relaxation, Walker, note_needed};

/// What protection requires.
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// Counts from 1 to threshold − 1 are small.
    pub threshold: u64,
    /// Number of values that must stay possible for each.
    pub values: u32,
}

/// The decision on a year.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The withheld sums.
    pub withheld: BTreeSet<SumId>,
    /// The smallest number of proven values of a small count; `None` without small counts.
    pub fewest: Option<u32>,
    /// Small counts for which too few values were found.
    pub unprotected: usize,
}

/// Number of walkers. It is fixed because the result depends on it.
const WALKERS: u64 = 2;
/// Steps of a search in the first round, in which nothing is withheld.
const FIRST_STEPS: u32 = 16;
/// Steps of a search in later rounds. Fewer are faster and withhold more.
const STEPS: u32 = 200;
/// Maximum rounds that withhold what a table needs.
const ROUNDS: u32 = 12;

/// What to withhold for a count, and how often at most.
#[derive(Debug, Clone, Copy)]
enum Choice {
    /// Nothing.
    Nothing,
    /// The sum that was most in the way, of this count and of others, relative to the loss for readers.
    InTheWay(u32),
    /// What the table with the least loss needs.
    Least(u32),
}

impl Choice {
    const fn times(self) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::InTheWay(times) | Self::Least(times) => times,
        }
    }
}

/// Scale that exceeds any loss.
const LOSS_SCALE: u64 = 1 << 32;

/// By sum: how often it was in the way.
type Blame = BTreeMap<SumId, u32>;

/// Decides on a year. `losses` gives by sum what readers lose if it is withheld; 0 if it cannot be withheld.
pub fn protect(system: &System, requirement: Requirement, losses: &[u64]) -> Outcome {
    let is_small = |sum: &SumId| (1..requirement.threshold as i64).contains(&system.sums[*sum as usize].value);
    let targets: Vec<SumId> = (0..system.sums.len() as SumId).filter(is_small).collect();
    let mut outcome = Outcome::default();
    if targets.is_empty() {
        return outcome;
    }
    let mut searches: Vec<WitnessSearch<'_>> = (0..WALKERS)
        .map(|seed| WitnessSearch {
            walker: Walker::new(system, seed),
            requirement,
            losses,
            blame: vec![0; system.sums.len()],
            withheld: BTreeSet::new(),
        })
        .collect();
    let mut open = targets.clone();
    // The few remaining counts need longer and longer searches.
    let rounds = (0..ROUNDS).map(|round| (STEPS << (round / 2), Choice::Least(8)));
    let in_the_way = (0..3).map(|round| (STEPS << (round / 2), Choice::InTheWay(4)));
    for (steps, choice) in std::iter::once((FIRST_STEPS, Choice::Nothing)).chain(in_the_way).chain(rounds) {
        let share = searches.len();
        searches.par_iter_mut().enumerate().for_each(|(first, search)| {
            for sum in open.iter().skip(first).step_by(share) {
                search.widen(*sum, steps, choice);
                search.walker.return_to_truth();
            }
        });
        share_findings(&mut searches, &targets);
        open.retain(|sum| searches[0].walker.sums[*sum as usize].values() < requirement.values);
        if open.is_empty() {
            break;
        }
    }
    let first = searches.swap_remove(0);
    outcome.unprotected = open.len();
    let witnesses = Witnesses::new(&first.walker, &targets, requirement.values);
    (outcome.withheld, outcome.fewest) = witnesses.reduce(first.withheld, losses);
    outcome
}

/// Shares among all searches what each has found and withheld.
fn share_findings(searches: &mut [WitnessSearch<'_>], targets: &[SumId]) {
    for sum in targets {
        let of = |search: &WitnessSearch<'_>| search.walker.sums[*sum as usize];
        let seen = searches.iter().fold(0, |all, search| all | of(search).seen);
        let plain = searches.iter().fold(0, |all, search| all | of(search).plain);
        for search in &mut *searches {
            let state = &mut search.walker.sums[*sum as usize];
            (state.seen, state.plain) = (seen, plain);
        }
    }
    let mut needed = BTreeMap::new();
    for search in &mut *searches {
        for (of, sums) in std::mem::take(&mut search.walker.needed) {
            note_needed(&mut needed, of, &sums);
        }
    }
    searches.iter_mut().for_each(|search| search.walker.needed.clone_from(&needed));
    for sum in 0..searches[0].blame.len() {
        let blame = searches.iter().map(|search| search.blame[sum]).max().unwrap_or(0);
        searches.iter_mut().for_each(|search| search.blame[sum] = blame);
    }
    let withheld: BTreeSet<SumId> = searches.iter().flat_map(|search| search.withheld.iter().copied()).collect();
    for search in &mut *searches {
        withheld.iter().for_each(|sum| search.withhold(*sum));
    }
}

/// A walker and its findings.
struct WitnessSearch<'a> {
    walker: Walker<'a>,
    requirement: Requirement,
    losses: &'a [u64],
    /// By sum: the number of counts that it was in the way of.
    blame: Vec<u32>,
    withheld: BTreeSet<SumId>,
}

impl WitnessSearch<'_> {
    fn withhold(&mut self, sum: SumId) {
        if self.withheld.insert(sum) {
            self.walker.set_window(sum, 0, i32::MAX);
        }
    }

    /// Looks for more values of a small count. If there are too few, withholds something and looks again.
    fn widen(&mut self, count: SumId, steps: u32, choice: Choice) {
        for left in (0..=choice.times()).rev() {
            let mut blame = Blame::new();
            let Err(relaxation) = self.find_values(count, steps, &mut blame) else { return };
            blame.retain(|sum, _| self.losses[*sum as usize] > 0 && !self.withheld.contains(sum));
            blame.keys().for_each(|sum| self.blame[*sum as usize] += 1);
            let sums = match choice {
                Choice::Nothing => return,
                Choice::InTheWay(_) => self.worst(&blame).into_iter().collect(),
                Choice::Least(_) => relaxation.map(|relaxation| relaxation.sums).unwrap_or_default(),
            };
            if left == 0 || sums.is_empty() {
                return;
            }
            sums.into_iter().for_each(|sum| self.withhold(sum));
        }
    }

    /// The sum that was most in the way, of this count and of others, relative to the loss for readers.
    fn worst(&self, blame: &Blame) -> Option<SumId> {
        let weight = |sum: SumId, times: u32| {
            u64::from(times) * u64::from(self.blame[sum as usize]) * LOSS_SCALE / self.losses[sum as usize]
        };
        blame.iter().map(|(sum, times)| (weight(*sum, *times), *sum)).max().map(|(_, sum)| sum)
    }

    /// Looks for the nearest new values above and below those that a count has had, until there are enough. The error
    /// is the set of sums with the least loss whose withholding would help, if any.
    fn find_values(&mut self, count: SumId, steps: u32, blame: &mut Blame) -> Result<(), Option<Relaxation>> {
        let mut least: Option<Relaxation> = None;
        for is_up in [true, false] {
            loop {
                let state = self.walker.sums[count as usize];
                if state.values() >= self.requirement.values {
                    return Ok(());
                }
                let is_new = |value: &i32| state.seen >> value & 1 == 0;
                let next =
                    if is_up { (state.value..31).find(is_new) } else { (0..state.value.min(31)).rev().find(is_new) };
                let Some(next) = next.filter(|next| *next <= state.high) else { break };
                let mut in_the_way = |sum| *blame.entry(sum).or_insert(0) += 1;
                if let Reached::No(relaxation) = self.walker.reach(count, next, steps, self.losses, &mut in_the_way) {
                    least = least.into_iter().chain(relaxation).min();
                    break;
                }
            }
        }
        Err(least)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::system::{SumId, System, SystemBuilder};
    use super::*;
    use crate::disclosure::rule::{Rule, Window};

    /// A sum of a table of two homes and two offers.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    enum TestKey {
        Cell(usize),
        Home(usize),
        Offer(usize),
        All,
    }

    const RULE: Rule = Rule { threshold: 10, round_to: 5 };

    fn system(counts: &[u64; 4]) -> (System, Vec<(TestKey, SumId)>) {
        let mut builder = SystemBuilder::new();
        for (n, count) in counts.iter().enumerate() {
            builder.unknown(
                *count,
                [TestKey::Cell(n), TestKey::Home(n / 2), TestKey::Offer(n % 2), TestKey::All].map(|key| (key, 1)),
            );
        }
        builder.build(|_, value| RULE.beside(value, None).1)
    }

    fn values(table: &[u64; 4]) -> BTreeMap<TestKey, u64> {
        let mut out = BTreeMap::new();
        for (n, count) in table.iter().enumerate() {
            for key in [TestKey::Cell(n), TestKey::Home(n / 2), TestKey::Offer(n % 2), TestKey::All] {
                *out.entry(key).or_insert(0) += count;
            }
        }
        out
    }

    /// By sum: the values that it has in some table that agrees with the windows, by trying all tables.
    fn possible(truth: &[u64; 4], is_withheld: impl Fn(TestKey) -> bool) -> BTreeMap<TestKey, BTreeSet<u64>> {
        let windows: BTreeMap<TestKey, Window> = values(truth)
            .into_iter()
            .map(|(key, value)| (key, if is_withheld(key) { Window::OPEN } else { RULE.beside(value, None).1 }))
            .collect();
        let mut out: BTreeMap<TestKey, BTreeSet<u64>> = BTreeMap::new();
        for n in 0..24_u64.pow(4) {
            let table = [n % 24, n / 24 % 24, n / 576 % 24, n / 13824];
            let found = values(&table);
            if found.iter().all(|(key, value)| windows[key].low <= *value && *value <= windows[key].high) {
                for (key, value) in found {
                    out.entry(key).or_default().insert(value);
                }
            }
        }
        out
    }

    /// Four hidden parts of a total just above the threshold: none of the values 0–9 is ruled out, so nothing is
    /// withheld.
    #[test]
    fn a_total_of_eleven_leaves_its_parts_free() {
        let mut builder = SystemBuilder::new();
        for (part, count) in [5, 3, 2, 1].into_iter().enumerate() {
            builder.unknown(count, [(part, 1), (4, 1)]);
        }
        let (system, _) = builder.build(|_, value| RULE.beside(value, None).1);
        let outcome = protect(&system, Requirement { threshold: 10, values: 10 }, &[1; 5]);
        assert_eq!((outcome.unprotected, outcome.withheld.len(), outcome.fewest), (0, 0, Some(10)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        /// Trying all tables confirms the reported number of values of every small sum.
        #[test]
        fn witnesses_are_tables_that_agree(counts in proptest::array::uniform4(0_u64..16)) {
            let (system, keys) = system(&counts);
            let outcome = protect(&system, Requirement { threshold: 10, values: 5 }, &vec![1; system.sums.len()]);
            let sum_of: BTreeMap<TestKey, SumId> = keys.into_iter().collect();
            let possible = possible(&counts, |key| outcome.withheld.contains(&sum_of[&key]));
            let small = values(&counts).into_iter().filter(|(_, value)| (1..10).contains(value));
            let fewest = small.map(|(key, _)| possible[&key].len()).min();
            prop_assert_eq!(outcome.unprotected, 0);
            prop_assert!(fewest.is_none_or(|fewest| fewest >= 5), "{:?} {:?}", fewest, outcome);
            prop_assert!(outcome.fewest.is_none_or(|said| said as usize <= fewest.unwrap_or(0)), "{:?}", outcome);
        }
    }
}
