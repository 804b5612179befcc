//! What is withheld so that small counts stay uncertain, shown by witnesses.
//!
//! Two walkers wander through the tables that readers cannot rule out, until most small counts have had enough values.
//! The others are looked for one by one. Where none is found, a sum that was in the way is withheld, and the search goes
//! on.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::build::YearSystem;
use super::system::SumId;
use super::walk::{State, Walker};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    /// Counts from 1 to one less are small.
    pub threshold: u64,
    /// So many values must stay possible of each.
    pub values: u32,
}

/// What was decided of a year.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The sums that are withheld.
    pub withheld: BTreeSet<SumId>,
    /// The fewest values that a small count is shown to have, and how many there are; `None` without any.
    pub fewest: Option<u32>,
    /// Small counts for which too few values were found.
    pub open: usize,
}

/// How many walkers there are, whatever the machine: the result depends on it.
const WALKERS: u64 = 2;
/// Steps that are tried before it is looked whether more are worth it, by unknown.
const TRIES: u64 = 40;
/// Rounds of steps at most.
const ROUNDS: u32 = 40;
/// Tries to reach a value.
const REACH: u32 = 3000;
/// Goes at a small count before sums are withheld for it.
const GOES: u32 = 3;

/// Decides on a year. `can_be_withheld` tells which sums are published and not published before.
pub fn protect(year: &YearSystem, demand: Demand, can_be_withheld: &(dyn Fn(SumId) -> bool + Sync)) -> Outcome {
    let sums = &year.system.sums;
    let is_small = |sum: &&SumId| (1..demand.threshold as i64).contains(&sums[**sum as usize].value);
    let targets: Vec<SumId> = (0..sums.len() as SumId).collect::<Vec<_>>().iter().filter(is_small).copied().collect();
    if targets.is_empty() {
        return Outcome::default();
    }
    let mut walkers: Vec<Walker<'_>> =
        (0..WALKERS).map(|seed| Walker::new(&year.system, &year.layout, year.counts.clone(), seed)).collect();
    let mut open = targets.clone();
    let tries = u64::from(year.system.unknowns()) * TRIES;
    for _ in 0..ROUNDS {
        let t=std::time::Instant::now(); let taken: Vec<u64> = walkers.par_iter_mut().map(|walker| walker.wander(tries)).collect();
        let before = open.len();
        share(&mut walkers, &targets);
        open.retain(|sum| walkers[0].sums[*sum as usize].seen.count_ones() < demand.values);
        let is_slow = (before - open.len()) * 10 < before;
        eprintln!("unknowns {} sums {} targets {} tries {tries} taken {taken:?} open {} in {:?}", year.system.unknowns(), sums.len(), targets.len(), open.len(), t.elapsed());
        if open.is_empty() || is_slow {
            break;
        }
    }
    let mut outcome = Outcome::default();
    let mut fruitless = 0;
    while !open.is_empty() && fruitless < 3 {
        let before = open.len();
        let blamed = search(&mut walkers, &open, demand, can_be_withheld);
        share(&mut walkers, &targets);
        open.retain(|sum| walkers[0].sums[*sum as usize].seen.count_ones() < demand.values);
        eprintln!("open {} withheld {} + {}", open.len(), outcome.withheld.len(), blamed.len());
        let mut is_new = false;
        for sum in blamed {
            is_new |= outcome.withheld.insert(sum);
            for walker in &mut walkers {
                let state = &mut walker.sums[sum as usize];
                (state.low, state.high) = (0, i32::MAX);
            }
        }
        fruitless = if is_new || open.len() < before { 0 } else { fruitless + 1 };
    }
    let found = targets.iter().map(|sum| walkers[0].sums[*sum as usize].seen.count_ones());
    outcome.fewest = found.min();
    outcome.open = open.len();
    outcome
}

/// Every walker knows what each has seen.
fn share(walkers: &mut [Walker<'_>], targets: &[SumId]) {
    for sum in targets {
        let seen = walkers.iter().fold(0, |all, walker| all | walker.sums[*sum as usize].seen);
        walkers.iter_mut().for_each(|walker| walker.sums[*sum as usize].seen = seen);
    }
}

/// Looks for more values of small counts, one by one, shared out among the walkers; the sums to withhold for those of
/// which too few were found.
fn search(
    walkers: &mut [Walker<'_>],
    open: &[SumId],
    demand: Demand,
    can_be_withheld: &(dyn Fn(SumId) -> bool + Sync),
) -> BTreeSet<SumId> {
    let share = walkers.len();
    walkers
        .par_iter_mut()
        .enumerate()
        .map(|(first, walker)| {
            let own = open.iter().skip(first).step_by(share);
            own.filter_map(|sum| widen(walker, *sum, demand, can_be_withheld)).collect::<BTreeSet<SumId>>()
        })
        .reduce(BTreeSet::new, |mut all, more| {
            all.extend(more);
            all
        })
}

/// Looks for more values of a small count; the sum to withhold where too few are found.
fn widen(
    walker: &mut Walker<'_>,
    sum: SumId,
    demand: Demand,
    can_be_withheld: &dyn Fn(SumId) -> bool,
) -> Option<SumId> {
    let mut blamed: BTreeMap<SumId, u32> = BTreeMap::new();
    for _ in 0..GOES {
        // The nearest values above and below those that it has had.
        for is_up in [true, false] {
            loop {
                let State { seen, value, .. } = walker.sums[sum as usize];
                if seen.count_ones() >= demand.values {
                    return None;
                }
                let next = if is_up {
                    (value..31).find(|value| seen >> value & 1 == 0)
                } else {
                    (0..value.min(31)).rev().find(|value| seen >> value & 1 == 0)
                };
                let Some(next) = next else { break };
                if !walker.reach(sum, next, REACH, &mut |way| *blamed.entry(way).or_insert(0) += 1) {
                    break;
                }
            }
        }
    }
    let value = |sum: SumId| walker.sums[sum as usize].value;
    let worst = blamed.into_iter().filter(|(sum, _)| can_be_withheld(*sum));
    worst.max_by_key(|(sum, times)| (*times, std::cmp::Reverse(value(*sum)), *sum)).map(|(sum, _)| sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::layout::{Kind, Layout, OLDER};
    use super::super::rule::{Rule, Window};
    use super::super::system::{Builder, SumId};
    use super::*;

    /// Sums of a table of two homes and two offers.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    enum Key {
        Cell(usize),
        Home(usize),
        Offer(usize),
        All,
    }

    const RULE: Rule = Rule { threshold: 10, round_to: 5 };

    fn year(counts: &[u64; 4]) -> (YearSystem, Vec<(Key, SumId)>) {
        let mut builder = Builder::new();
        let mut kinds = Vec::new();
        for (n, count) in counts.iter().enumerate() {
            builder.unknown(*count, [Key::Cell(n), Key::Home(n / 2), Key::Offer(n % 2), Key::All]);
            kinds.push(Kind::Flow { body: OLDER, home: n as u32 / 2, offer: n as u32 % 2 });
        }
        let (system, keys) = builder.build(|_, value| RULE.beside(value, None).1);
        let counts = counts.iter().map(|count| *count as i32).collect();
        (YearSystem { system, layout: Layout::new(kinds, 2, vec![0, 1]), counts, keys: Vec::new() }, keys)
    }

    fn values(table: &[u64; 4]) -> BTreeMap<Key, u64> {
        let mut out = BTreeMap::new();
        for (n, count) in table.iter().enumerate() {
            for key in [Key::Cell(n), Key::Home(n / 2), Key::Offer(n % 2), Key::All] {
                *out.entry(key).or_insert(0) += count;
            }
        }
        out
    }

    /// The values that each sum has in some table that agrees with the windows: all tables are tried.
    fn possible(truth: &[u64; 4], is_withheld: impl Fn(Key) -> bool) -> BTreeMap<Key, BTreeSet<u64>> {
        let windows: BTreeMap<Key, Window> = values(truth)
            .into_iter()
            .map(|(key, value)| (key, if is_withheld(key) { Window::OPEN } else { RULE.beside(value, None).1 }))
            .collect();
        let mut out: BTreeMap<Key, BTreeSet<u64>> = BTreeMap::new();
        for n in 0..24_u64.pow(4) {
            let table = [n % 24, n / 24 % 24, n / 576 % 24, n / 13824];
            let found = values(&table);
            if found.iter().all(|(key, value)| windows[key].low <= *value && *value <= windows[key].high) {
                found.into_iter().for_each(|(key, value)| drop(out.entry(key).or_default().insert(value)));
            }
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        /// Every small sum has as many values as it is said to have, by trying all tables.
        #[test]
        fn witnesses_are_tables_that_agree(counts in proptest::array::uniform4(0_u64..16)) {
            let (year, keys) = year(&counts);
            let outcome = protect(&year, Demand { threshold: 10, values: 5 }, &|_| true);
            let sum_of: BTreeMap<Key, SumId> = keys.into_iter().collect();
            let possible = possible(&counts, |key| outcome.withheld.contains(&sum_of[&key]));
            let small = values(&counts).into_iter().filter(|(_, value)| (1..10).contains(value));
            let fewest = small.map(|(key, _)| possible[&key].len()).min();
            prop_assert_eq!(outcome.open, 0);
            prop_assert!(fewest.is_none_or(|fewest| fewest >= 5), "{:?} {:?}", fewest, outcome);
            prop_assert!(outcome.fewest.is_none_or(|said| said as usize <= fewest.unwrap_or(0)), "{:?}", outcome);
        }
    }
}
