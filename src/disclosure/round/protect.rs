//! What is withheld so that small counts stay uncertain, shown by witnesses.
//!
//! Two walkers look for tables in which small counts have other values, each for its share of them, with more and more
//! patience; a table that is found for one count is a witness for all that it changes. Of a count for which too few
//! values were found, it is noted which published sums could not give way. As few of these as are needed for all such
//! counts are withheld, and the search goes on.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::system::{SumId, System};
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
    /// The fewest values that a small count is shown to have; `None` without any small count.
    pub fewest: Option<u32>,
    /// Small counts for which too few values were found.
    pub open: usize,
}

/// How many walkers there are, whatever the machine: the result depends on it.
const WALKERS: u64 = 2;
/// How many steps a way may have, round by round, before anything is withheld.
const PATIENCE: [u32; 4] = [40, 100, 250, 250];
/// The same afterwards.
const LAST_PATIENCE: u32 = 250;
/// Rounds in which sums are withheld, at most.
const ROUNDS: u32 = 30;

/// What was in the way of the values of each small count, and how often.
type Blame = BTreeMap<SumId, BTreeMap<SumId, u32>>;

/// Decides on a year. `can_be_withheld` tells which sums are published and were not published before.
pub fn protect(system: &System, demand: Demand, can_be_withheld: &(dyn Fn(SumId) -> bool + Sync)) -> Outcome {
    let is_small = |sum: &SumId| (1..demand.threshold as i64).contains(&system.sums[*sum as usize].value);
    let targets: Vec<SumId> = (0..system.sums.len() as SumId).filter(is_small).collect();
    let mut outcome = Outcome::default();
    if targets.is_empty() {
        return outcome;
    }
    let mut walkers: Vec<Walker<'_>> = (0..WALKERS).map(|seed| Walker::new(system, seed)).collect();
    let mut open = targets.clone();
    let patience = PATIENCE.into_iter().map(|steps| (steps, false));
    let last = (0..ROUNDS).map(|_| (LAST_PATIENCE, true));
    let mut blame = Blame::new();
    for (steps, may_withhold) in patience.chain(last) {
        if may_withhold {
            for sum in cover(&open, &blame, can_be_withheld) {
                outcome.withheld.insert(sum);
                walkers.iter_mut().for_each(|walker| walker.set_window(sum, 0, i32::MAX));
            }
        }
        blame = search(&mut walkers, &open, demand, steps);
        share(&mut walkers, &targets);
        open.retain(|sum| walkers[0].sums[*sum as usize].values() < demand.values);
        if std::env::var("TRACE").is_ok() { eprintln!("steps {steps} open {} withheld {}", open.len(), outcome.withheld.len()); }
        if open.is_empty() {
            break;
        }
    }
    outcome.fewest = targets.iter().map(|sum| walkers[0].sums[*sum as usize].values()).min();
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

/// Few sums of which one at least was in the way of each open count: again and again the one that was most in the way of
/// counts that none is chosen for.
fn cover(open: &[SumId], blame: &Blame, can_be_withheld: &dyn Fn(SumId) -> bool) -> BTreeSet<SumId> {
    // By sum: the counts that it was in the way of, with the part that it had in it, in thousandths.
    let mut parts: BTreeMap<SumId, BTreeMap<SumId, u32>> = BTreeMap::new();
    for count in open {
        let mine = blame.get(count).into_iter().flatten().filter(|(sum, _)| can_be_withheld(**sum));
        let all: u32 = mine.clone().map(|(_, times)| times).sum();
        for (sum, times) in mine {
            parts.entry(*sum).or_default().insert(*count, times * 1000 / all);
        }
    }
    let mut chosen = BTreeSet::new();
    let mut left: BTreeSet<SumId> = open.iter().copied().collect();
    loop {
        let weight = |parts: &BTreeMap<SumId, u32>| -> u32 {
            parts.iter().filter(|(count, _)| left.contains(count)).map(|(_, part)| part).sum()
        };
        let worst = parts.iter().map(|(sum, parts)| (weight(parts), *sum)).max();
        let Some((1.., sum)) = worst else { break };
        chosen.insert(sum);
        left.retain(|count| !parts[&sum].contains_key(count));
        parts.remove(&sum);
    }
    chosen
}

/// Looks for more values of small counts, one by one, shared out among the walkers.
fn search(walkers: &mut [Walker<'_>], open: &[SumId], demand: Demand, steps: u32) -> Blame {
    let share = walkers.len();
    walkers
        .par_iter_mut()
        .enumerate()
        .map(|(first, walker)| {
            let own = open.iter().skip(first).step_by(share);
            own.map(|sum| (*sum, widen(walker, *sum, demand, steps))).collect::<Blame>()
        })
        .reduce(Blame::new, |mut all, more| {
            all.extend(more);
            all
        })
}

/// Looks for more values of a small count; what was in the way, where too few are found.
fn widen(walker: &mut Walker<'_>, sum: SumId, demand: Demand, steps: u32) -> BTreeMap<SumId, u32> {
    let mut blamed = BTreeMap::new();
    // The nearest values above and below those that it has had.
    for is_up in [true, false] {
        loop {
            let State { seen, value, high, .. } = walker.sums[sum as usize];
            if walker.sums[sum as usize].values() >= demand.values {
                return BTreeMap::new();
            }
            let next = if is_up {
                (value..31).find(|value| seen >> value & 1 == 0)
            } else {
                (0..value.min(31)).rev().find(|value| seen >> value & 1 == 0)
            };
            let Some(next) = next.filter(|next| *next <= high) else { break };
            if !walker.reach(sum, next, steps, &mut |way| *blamed.entry(way).or_insert(0) += 1) {
                break;
            }
        }
    }
    blamed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rule::{Rule, Window};
    use super::super::system::{Builder, SumId, System};
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

    fn system(counts: &[u64; 4]) -> (System, Vec<(Key, SumId)>) {
        let mut builder = Builder::new();
        for (n, count) in counts.iter().enumerate() {
            builder.unknown(*count, [Key::Cell(n), Key::Home(n / 2), Key::Offer(n % 2), Key::All].map(|key| (key, 1)));
        }
        builder.build(|_, value| RULE.beside(value, None).1)
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
            let (system, keys) = system(&counts);
            let outcome = protect(&system, Demand { threshold: 10, values: 5 }, &|_| true);
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
