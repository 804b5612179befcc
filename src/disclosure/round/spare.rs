//! Which withheld sums can be shown after all: those that no witness needs, or only witnesses that others can replace.

use std::collections::{BTreeMap, BTreeSet};

use super::system::SumId;
use super::walk::Walker;

/// A table in which a small count has another value.
struct Witness {
    /// Number of the count.
    count: usize,
    is_dropped: bool,
}

/// Witnesses of small counts.
pub struct Witnesses {
    /// By count: the number of values that have a witness.
    values: Vec<u32>,
    witnesses: Vec<Witness>,
    /// By withheld sum: the witnesses that need it.
    needed_by: BTreeMap<SumId, Vec<usize>>,
    required: u32,
}

impl Witnesses {
    /// The witnesses that a walker has found for these counts; each count must keep `required` values.
    pub fn new(walker: &Walker<'_>, counts: &[SumId], required: u32) -> Self {
        let mut out = Self {
            values: counts.iter().map(|count| walker.sums[*count as usize].values()).collect(),
            witnesses: Vec::new(),
            needed_by: BTreeMap::new(),
            required,
        };
        let number_of: BTreeMap<SumId, usize> = counts.iter().copied().zip(0..).collect();
        for ((count, bit), sums) in &walker.needed {
            let Some(count) = number_of.get(count).filter(|_| walker.sums[*count as usize].plain & bit == 0) else {
                continue;
            };
            for sum in &**sums {
                out.needed_by.entry(*sum).or_default().push(out.witnesses.len());
            }
            out.witnesses.push(Witness { count: *count, is_dropped: false });
        }
        out
    }

    /// The sums that must stay withheld, and the smallest number of values of a count afterwards. Sums with the
    /// greatest loss are shown first.
    pub fn reduce(mut self, withheld: BTreeSet<SumId>, losses: &[u64]) -> (BTreeSet<SumId>, Option<u32>) {
        let mut kept = withheld.clone();
        let mut in_order: Vec<SumId> = withheld.into_iter().collect();
        in_order.sort_by_key(|sum| (std::cmp::Reverse(losses[*sum as usize]), *sum));
        for sum in in_order {
            if self.try_show(sum) {
                kept.remove(&sum);
            }
        }
        (kept, self.values.iter().copied().min())
    }

    /// Drops the witnesses that need a sum, if all counts have enough others; returns whether they do.
    fn try_show(&mut self, sum: SumId) -> bool {
        let lost = self.needed_by.get(&sum).into_iter().flatten().copied();
        let lost: Vec<usize> = lost.filter(|witness| !self.witnesses[*witness].is_dropped).collect();
        let mut losses: BTreeMap<usize, u32> = BTreeMap::new();
        lost.iter().for_each(|witness| *losses.entry(self.witnesses[*witness].count).or_insert(0) += 1);
        let can = losses.iter().all(|(count, lost)| self.values[*count] >= self.required + lost);
        if can {
            lost.iter().for_each(|witness| self.witnesses[*witness].is_dropped = true);
            losses.iter().for_each(|(count, lost)| self.values[*count] -= lost);
        }
        can
    }
}
