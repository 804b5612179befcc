//! Which withheld sums the witnesses of small counts need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::system::SumId;

/// A value of a small count: the count, and the bit of the value.
pub type CountValue = (SumId, u32);
/// The withheld sums that a witness depends on.
pub type NeededSums = Arc<[SumId]>;

/// Values that only witnesses with withheld sums show.
#[derive(Debug, Clone, Default)]
pub struct Needed {
    /// By value: the sums that its witness needs; of several witnesses, the one that needs the fewest.
    of_values: BTreeMap<CountValue, NeededSums>,
    /// By sum: the values whose witnesses need it, and some that no longer do.
    by_sum: BTreeMap<SumId, Vec<CountValue>>,
}

impl Needed {
    /// Notes a witness of a value, if it needs fewer sums than the one that is known.
    pub fn note(&mut self, value: CountValue, sums: &NeededSums) {
        let is_less = |known: &NeededSums| (sums.len(), sums) < (known.len(), known);
        if self.of_values.get(&value).is_none_or(is_less) {
            self.of_values.insert(value, Arc::clone(sums));
            for sum in &**sums {
                self.by_sum.entry(*sum).or_default().push(value);
            }
        }
    }

    /// All values with the sums that their witnesses need.
    pub fn iter(&self) -> impl Iterator<Item = (&CountValue, &NeededSums)> {
        self.of_values.iter()
    }

    /// Removes the witnesses that need a sum, in the order of their values. `put_back` undoes it.
    pub fn remove(&mut self, sum: SumId) -> Vec<(CountValue, NeededSums)> {
        let mut values = self.by_sum.remove(&sum).unwrap_or_default();
        values.sort_unstable();
        values.dedup();
        values.retain(|value| self.of_values.get(value).is_some_and(|sums| sums.contains(&sum)));
        values.into_iter().filter_map(|value| self.of_values.remove_entry(&value)).collect()
    }

    /// Puts back witnesses that were removed because they need a sum, except where a later one needs fewer sums.
    pub fn put_back(&mut self, sum: SumId, removed: Vec<(CountValue, NeededSums)>) {
        let values = self.by_sum.entry(sum).or_default();
        for (value, sums) in removed {
            if self.of_values.get(&value).is_none_or(|later| later.len() >= sums.len()) {
                self.of_values.insert(value, sums);
                values.push(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(sums: &[SumId]) -> NeededSums {
        sums.into()
    }

    #[test]
    fn the_witness_with_the_fewest_sums_is_known_and_removed_with_any_of_them() {
        let mut needed = Needed::default();
        needed.note((1, 4), &sums(&[7, 8]));
        needed.note((1, 4), &sums(&[8]));
        needed.note((1, 4), &sums(&[7, 9]));
        needed.note((2, 2), &sums(&[7, 8]));
        assert_eq!(needed.iter().map(|(_, sums)| sums.len()).collect::<Vec<_>>(), [1, 2]);
        let removed = needed.remove(7);
        assert_eq!(removed, [((2, 2), sums(&[7, 8]))]);
        needed.put_back(7, removed);
        assert_eq!(needed.remove(8), [((1, 4), sums(&[8])), ((2, 2), sums(&[7, 8]))]);
        assert_eq!(needed.remove(7), []);
        assert_eq!(needed.remove(9), []);
        assert_eq!(needed.iter().count(), 0);
    }
}
