//! A search for other values of small counts.

use std::collections::{BTreeMap, BTreeSet};

use super::system::{SumId, System};
use super::walk::{Effort, Reached, Relaxation, Walker};

/// What protection requires.
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// Counts from 1 to threshold − 1 are small.
    pub threshold: u64,
    /// Number of values that must stay possible for each.
    pub values: u32,
}

/// By sum: how often it was in the way.
pub type Blame = BTreeMap<SumId, u32>;

/// A walker and its findings.
pub struct WitnessSearch<'a> {
    /// The walker.
    pub walker: Walker<'a>,
    requirement: Requirement,
    /// By sum: what readers lose if it is withheld; 0 if it cannot be withheld.
    pub losses: &'a [u64],
    /// By sum: the number of counts that it was in the way of.
    pub blame: Vec<u32>,
    /// The withheld sums.
    pub withheld: BTreeSet<SumId>,
}

impl<'a> WitnessSearch<'a> {
    /// A search that has found nothing. `seed` determines its walk.
    pub fn new(system: &'a System, requirement: Requirement, losses: &'a [u64], seed: u64) -> Self {
        Self {
            walker: Walker::new(system, requirement.threshold, seed),
            requirement,
            losses,
            blame: vec![0; system.sums.len()],
            withheld: BTreeSet::new(),
        }
    }

    /// Withholds a sum.
    pub fn withhold(&mut self, sum: SumId) {
        if self.withheld.insert(sum) {
            self.walker.open_window(sum);
        }
    }

    /// Whether enough values of a small count are known.
    pub fn has_enough(&self, count: SumId) -> bool {
        self.walker.sums[count as usize].values() >= self.requirement.values
    }

    /// Looks for the nearest new values above and below those that a count has had, until there are enough. The error
    /// is the set of sums with the least loss whose withholding would help, if any.
    pub fn find_values(&mut self, count: SumId, effort: Effort, blame: &mut Blame) -> Result<(), Option<Relaxation>> {
        let mut least: Option<Relaxation> = None;
        for is_up in [true, false] {
            loop {
                if self.has_enough(count) {
                    return Ok(());
                }
                let state = self.walker.sums[count as usize];
                let is_new = |value: &i32| state.seen >> value & 1 == 0;
                let next =
                    if is_up { (state.value..31).find(is_new) } else { (0..state.value.min(31)).rev().find(is_new) };
                let Some(next) = next.filter(|next| *next <= state.high) else { break };
                let mut in_the_way = |sum| *blame.entry(sum).or_insert(0) += 1;
                if let Reached::No(relaxation) = self.walker.reach(count, next, effort, self.losses, &mut in_the_way)
                {
                    least = least.into_iter().chain(relaxation).min();
                    break;
                }
            }
        }
        Err(least)
    }
}
