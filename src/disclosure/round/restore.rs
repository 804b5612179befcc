//! Shows withheld sums again if the witnesses that need them can be replaced, first those that readers miss most.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::search::{Blame, WitnessSearch};
use super::system::SumId;
use super::walk::Effort;

/// A search for a replacement.
const EFFORT: Effort = Effort { steps: 200, drawn: 2 };
/// Searches for replacements take at most this share of the steps before them: one in so many.
const SHARE: u32 = 16;

/// The step until which a search looks for replacements.
fn last_step(search: &WitnessSearch<'_>) -> u32 {
    let steps = search.walker.steps;
    steps + (steps / SHARE).max(EFFORT.steps)
}

/// Shows withheld sums again. Afterwards the first search has what is still withheld, and all witnesses that count.
pub fn show_again(searches: &mut [WitnessSearch<'_>]) {
    let Some(first) = searches.first() else { return };
    let mut order: Vec<SumId> = first.withheld.iter().copied().collect();
    order.sort_by_key(|sum| (Reverse(first.losses[*sum as usize]), *sum));
    let share = searches.len();
    let shown: Vec<Vec<SumId>> = searches
        .par_iter_mut()
        .enumerate()
        .map(|(number, search)| {
            let last_step = last_step(search);
            let own = order.iter().copied().skip(number).step_by(share);
            own.filter(|sum| search.try_to_show(*sum, last_step)).collect()
        })
        .collect();
    // What another search has shown may need a sum that this one has shown.
    let Some((first, others)) = searches.split_first_mut() else { return };
    for (other, shown) in others.iter().zip(&shown[1..]) {
        first.adopt(other);
        let last_step = last_step(first);
        for sum in shown {
            first.try_to_show(*sum, last_step);
        }
    }
}

impl WitnessSearch<'_> {
    /// Shows a withheld sum, if all small counts keep enough values without it. Searches for new values until the
    /// walker has taken `last_step`.
    fn try_to_show(&mut self, sum: SumId, last_step: u32) -> bool {
        let lost = self.walker.needed.remove(sum);
        let mut counts: Vec<(SumId, u32)> = Vec::new();
        for ((count, bit), _) in &lost {
            let state = &mut self.walker.sums[*count as usize];
            if counts.last().is_none_or(|(last, _)| last != count) {
                counts.push((*count, state.seen));
            }
            state.seen &= !bit | state.plain;
        }
        self.walker.return_to_truth();
        self.walker.close_window(sum);
        let mut in_order: Vec<SumId> = counts.iter().map(|(count, _)| *count).collect();
        // The hardest first, so that a vain search ends early.
        in_order.sort_by_key(|count| self.walker.sums[*count as usize].values());
        let can = in_order.into_iter().all(|count| {
            let has_enough = self.has_enough(count)
                || self.walker.steps < last_step && self.find_values(count, EFFORT, &mut Blame::new()).is_ok();
            self.walker.return_to_truth();
            has_enough
        });
        if can {
            self.withheld.remove(&sum);
        } else {
            self.walker.open_window(sum);
            for (count, seen) in counts {
                self.walker.sums[count as usize].seen |= seen;
            }
            self.walker.needed.put_back(sum, lost);
        }
        can
    }

    /// Takes over the witnesses of another search that need nothing that this one shows.
    fn adopt(&mut self, other: &Self) {
        for (state, found) in self.walker.sums.iter_mut().zip(&other.walker.sums) {
            state.plain |= found.plain;
            state.seen |= found.plain;
        }
        for ((count, bit), sums) in other.walker.needed.iter() {
            if sums.iter().all(|sum| self.withheld.contains(sum)) {
                self.walker.sums[*count as usize].seen |= bit;
                self.walker.needed.note((*count, *bit), sums);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::Requirement;
    use super::super::system::{System, SystemBuilder};
    use super::*;
    use crate::disclosure::rule::Rule;

    const RULE: Rule = Rule { threshold: 10, round_to: 5 };

    /// Tables of four parts, each part in a sum of all (number 4 of the table); the system, and the sum of each number.
    fn tables(tables: &[[u64; 4]]) -> (System, Vec<SumId>) {
        let mut builder = SystemBuilder::new();
        for (table, parts) in tables.iter().enumerate() {
            for (part, count) in parts.iter().enumerate() {
                builder.unknown(*count, [(5 * table + part, 1), (5 * table + 4, 1)]);
            }
        }
        let (system, keys) = builder.build(|_, value| RULE.beside(value, None).1);
        (system, keys.into_iter().map(|(_, sum)| sum).collect())
    }

    /// The numbers that are withheld after all of `withheld` were, every count was searched for, and what can be shown
    /// was shown again.
    fn left(system: &(System, Vec<SumId>), withheld: &[usize]) -> Vec<usize> {
        let (system, sum_of) = system;
        let requirement = Requirement { threshold: 10, values: 5 };
        let losses = vec![1; system.sums.len()];
        let new = |seed| WitnessSearch::new(system, requirement, &losses, seed);
        let mut searches: Vec<WitnessSearch<'_>> = [0, 1].map(new).into();
        let small: Vec<SumId> = (0..system.sums.len() as SumId)
            .filter(|sum| (1..10).contains(&system.sums[*sum as usize].value))
            .collect();
        for search in &mut searches {
            withheld.iter().for_each(|number| search.withhold(sum_of[*number]));
            for count in &small {
                search.find_values(*count, EFFORT, &mut Blame::new()).unwrap();
            }
        }
        show_again(&mut searches);
        assert!(small.iter().all(|count| searches[0].has_enough(*count)));
        (0..sum_of.len()).filter(|number| searches[0].withheld.contains(&sum_of[*number])).collect()
    }

    /// A total of eleven leaves its parts free. A total of twelve and a part of eleven leave at most two to the others.
    #[test]
    fn sums_are_shown_again_if_other_witnesses_are_found() {
        assert_eq!(left(&tables(&[[5, 3, 2, 1], [4, 3, 3, 1]]), &[4, 9]), [0; 0]);
        let tight = tables(&[[11, 0, 0, 1], [5, 3, 2, 1]]);
        assert_eq!(left(&tight, &[0, 9]), [0]);
        assert_eq!(left(&tight, &[4, 9]), [4]);
        assert_eq!(left(&tight, &[0, 4, 9]).len(), 1);
    }
}
