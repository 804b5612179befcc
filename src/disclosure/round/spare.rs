//! What need not be withheld after all: sums that no witness needs, or only such as others can replace.

use std::collections::{BTreeMap, BTreeSet};

use super::system::SumId;
use super::walk::Walker;

/// A witness for a value of a small count.
struct Witness {
    /// The number of the count.
    count: usize,
    is_dropped: bool,
}

/// The witnesses of small counts.
pub struct Witnesses {
    /// By count: the values that it has a witness for.
    values: Vec<u32>,
    witnesses: Vec<Witness>,
    /// By withheld sum: the witnesses that need it.
    needed_by: BTreeMap<SumId, Vec<usize>>,
    wanted: u32,
}

impl Witnesses {
    /// The witnesses that a walker has found for these counts, of which each must keep so many values.
    pub fn new(walker: &Walker<'_>, counts: &[SumId], wanted: u32) -> Self {
        let mut out = Self {
            values: counts.iter().map(|count| walker.sums[*count as usize].values()).collect(),
            witnesses: Vec::new(),
            needed_by: BTreeMap::new(),
            wanted,
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

    /// Of withheld sums those that must stay so, and the fewest values that counts have then. The sums of which readers lose
    /// most are the first to be shown.
    pub fn without(mut self, withheld: BTreeSet<SumId>, losses: &[u64]) -> (BTreeSet<SumId>, Option<u32>) {
        let mut kept = withheld.clone();
        let mut in_order: Vec<SumId> = withheld.into_iter().collect();
        in_order.sort_by_key(|sum| (std::cmp::Reverse(losses[*sum as usize]), *sum));
        for sum in in_order {
            if self.show(sum) {
                kept.remove(&sum);
            }
        }
        (kept, self.values.iter().copied().min())
    }

    /// Does without the witnesses that need a sum, if all counts have enough others.
    fn show(&mut self, sum: SumId) -> bool {
        let lost = self.needed_by.get(&sum).into_iter().flatten().copied();
        let lost: Vec<usize> = lost.filter(|witness| !self.witnesses[*witness].is_dropped).collect();
        let mut losses: BTreeMap<usize, u32> = BTreeMap::new();
        lost.iter().for_each(|witness| *losses.entry(self.witnesses[*witness].count).or_insert(0) += 1);
        let can = losses.iter().all(|(count, lost)| self.values[*count] >= self.wanted + lost);
        if can {
            lost.iter().for_each(|witness| self.witnesses[*witness].is_dropped = true);
            losses.iter().for_each(|(count, lost)| self.values[*count] -= lost);
        }
        can
    }
}
