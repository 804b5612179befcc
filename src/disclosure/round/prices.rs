//! What it costs to change an unknown by one, kept up to date while the prices of sums change.
//!
//! Each sum has a price for an increase and one for a decrease. A change of an unknown costs the prices of all its sums.
//! How they are added depends on the number of unknowns of the sum. The prices of small sums are added to each of their
//! unknowns when they change. Those of middle sums are looked up, but only for changes that the others do not rule out.
//! Unknowns with the same large sums form a group; what these cost together is added at most once per state.

use std::collections::HashMap;

use super::system::{SignedIndex, SumId, System, Unknown};

/// Sums with more unknowns are middle or large.
const MIDDLE: usize = 100;
/// Sums with more unknowns are large.
const LARGE: usize = 400;

/// Prices of sums, and costs of unknowns.
#[derive(Debug, Clone)]
pub struct Prices<'a> {
    system: &'a System,
    /// By sum and direction: the price of a change by one.
    of_sums: Vec<i32>,
    /// By unknown: the prices of its small sums, of an increase in the upper half, of a decrease in the lower one.
    small: Vec<i64>,
    /// By unknown: its middle sums.
    middle_starts: Vec<u32>,
    middle: Vec<SignedIndex>,
    /// By unknown: its group.
    group_of: Vec<u32>,
    /// By group: its large sums.
    group_starts: Vec<u32>,
    large: Vec<SignedIndex>,
    /// By group and direction: the prices of its large sums, and for which state they were added.
    of_groups: Vec<(u32, i32)>,
    /// Number of the state of large prices.
    state: u32,
}

impl<'a> Prices<'a> {
    /// All prices are zero.
    pub fn new(system: &'a System) -> Self {
        let mut out = Self {
            system,
            of_sums: vec![0; 2 * system.sums.len()],
            small: vec![0; system.unknowns() as usize],
            middle_starts: vec![0],
            middle: Vec::new(),
            group_of: Vec::new(),
            group_starts: vec![0],
            large: Vec::new(),
            of_groups: Vec::new(),
            state: 1,
        };
        let mut groups: HashMap<Vec<SignedIndex>, u32> = HashMap::new();
        for unknown in 0..system.unknowns() {
            let parts = system.sums_of(unknown);
            let size = |part: &SignedIndex| system.members(part.number()).len();
            out.middle.extend(parts.iter().filter(|part| (MIDDLE + 1..=LARGE).contains(&size(part))));
            out.middle_starts.push(out.middle.len() as u32);
            let large: Vec<SignedIndex> = parts.iter().filter(|part| size(part) > LARGE).copied().collect();
            let next = groups.len() as u32;
            let group = *groups.entry(large).or_insert_with_key(|large| {
                out.large.extend(large);
                out.group_starts.push(out.large.len() as u32);
                out.of_groups.extend([(0, 0); 2]);
                next
            });
            out.group_of.push(group);
        }
        out
    }

    /// Whether the prices of a sum are only in `middle`.
    pub fn is_middle(&self, sum: SumId) -> bool {
        (MIDDLE + 1..=LARGE).contains(&self.system.members(sum).len())
    }

    /// Sets the prices of increasing and of decreasing a sum by one.
    pub fn set(&mut self, sum: SumId, up: i32, down: i32) {
        let [old_up, old_down] = &mut self.of_sums[2 * sum as usize..][..2] else { return };
        let (by_up, by_down) = (i64::from(up - *old_up), i64::from(down - *old_down));
        (*old_up, *old_down) = (up, down);
        if (by_up, by_down) == (0, 0) {
            return;
        }
        let members = self.system.members(sum);
        if members.len() > LARGE {
            self.state = self.state.wrapping_add(1);
        }
        if members.len() > MIDDLE {
            return;
        }
        // An unknown that is subtracted increases the sum when it decreases.
        let by = [(by_up << 32) + by_down, (by_down << 32) + by_up];
        for member in members {
            let costs = &mut self.small[member.number() as usize];
            *costs = costs.wrapping_add(by[member.slot(false) & 1]);
        }
    }

    /// What small and large sums cost when an unknown changes by one.
    #[inline]
    pub fn without_middle(&mut self, unknown: Unknown, is_down: bool) -> i32 {
        let both = self.small[unknown as usize];
        let small = if is_down { both as i32 } else { ((both - i64::from(both as i32)) >> 32) as i32 };
        let group = self.group_of[unknown as usize] as usize;
        let (state, mut large) = self.of_groups[2 * group + usize::from(is_down)];
        if state != self.state {
            let [start, end] = [group, group + 1].map(|group| self.group_starts[group] as usize);
            large = self.sum_of(&self.large[start..end], is_down);
            self.of_groups[2 * group + usize::from(is_down)] = (self.state, large);
        }
        small + large
    }

    /// What middle sums cost when an unknown changes by one.
    #[inline]
    pub fn middle(&self, unknown: Unknown, is_down: bool) -> i32 {
        let [start, end] = [0, 1].map(|n| self.middle_starts[unknown as usize + n] as usize);
        self.sum_of(&self.middle[start..end], is_down)
    }

    #[inline]
    fn sum_of(&self, parts: &[SignedIndex], is_down: bool) -> i32 {
        parts.iter().map(|part| self.of_sums[part.slot(is_down)]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::system::SystemBuilder;
    use super::*;
    use crate::disclosure::rule::Window;

    /// Sums of every size, some with a minus sign; costs are those of adding all prices, in any order of changes.
    #[test]
    fn costs_are_the_prices_of_all_sums() {
        let mut builder = SystemBuilder::new();
        for n in 0..1000_u64 {
            let sign = if n % 3 == 0 { -1 } else { 1 };
            builder
                .unknown(n, [(n, 1), (2000 + n % 400, sign), (3000 + n % 6, sign), (4000 + n % 2, 1), (5000, sign)]);
        }
        let (system, _) = builder.build(|_, _| Window::OPEN);
        let mut prices = Prices::new(&system);
        let mut rng = fastrand::Rng::with_seed(1);
        let mut set = vec![[0; 2]; system.sums.len()];
        assert_eq!((0..system.sums.len() as SumId).filter(|sum| prices.is_middle(*sum)).count(), 6);
        for _ in 0..3000 {
            let sum = if rng.bool() { rng.usize(0..set.len()) } else { set.len() - 1 - rng.usize(0..12) };
            set[sum] = [rng.i32(-30..30), rng.i32(-30..30)];
            prices.set(sum as SumId, set[sum][0], set[sum][1]);
            let (unknown, is_down) = (rng.u32(0..1000), rng.bool());
            let parts = system.sums_of(unknown).iter();
            let expected: i32 =
                parts.map(|part| set[part.number() as usize][usize::from((part.sign() < 0) != is_down)]).sum();
            assert_eq!(prices.without_middle(unknown, is_down) + prices.middle(unknown, is_down), expected);
        }
    }
}
