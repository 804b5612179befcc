//! Sums by key, in one hash table that is emptied and reused.

/// Sums of whole numbers by a 64-bit key; no key is all ones.
#[derive(Debug, Clone)]
pub struct Counter {
    slots: Vec<(u64, u64)>,
    len: usize,
}

const EMPTY: u64 = u64::MAX;

/// Initial number of slots; it doubles when half of the slots are full.
const FIRST: usize = 1 << 10;

impl Default for Counter {
    fn default() -> Self {
        Self { slots: vec![(EMPTY, 0); FIRST], len: 0 }
    }
}

impl Counter {
    /// Adds to the sum of a key.
    #[inline]
    pub fn add(&mut self, key: u64, count: u64) {
        let mut at = self.home(key);
        loop {
            let slot = &mut self.slots[at];
            if slot.0 == key {
                slot.1 += count;
                return;
            }
            if slot.0 == EMPTY {
                *slot = (key, count);
                self.len += 1;
                if self.len * 2 > self.slots.len() {
                    self.grow();
                }
                return;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// The sum of a key; zero if nothing was added.
    #[must_use]
    pub fn get(&self, key: u64) -> u64 {
        let mut at = self.home(key);
        loop {
            match self.slots[at] {
                (kept, sum) if kept == key => return sum,
                (EMPTY, _) => return 0,
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// Whether nothing was added.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    const fn home(&self, key: u64) -> usize {
        // The multiplier is 2⁶⁴ over the golden ratio (Fibonacci hashing); the highest bits are mixed best.
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - self.slots.len().ilog2())) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let slots = vec![(EMPTY, 0); self.slots.len() * 2];
        for (key, sum) in std::mem::replace(&mut self.slots, slots) {
            if key == EMPTY {
                continue;
            }
            let mut at = self.home(key);
            while self.slots[at].0 != EMPTY {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = (key, sum);
        }
    }

    /// Moves all keys and sums to `out`, in no particular order, and leaves the counter empty.
    pub fn drain_into(&mut self, out: &mut Vec<(u64, u64)>) {
        out.extend(self.slots.iter().filter(|(key, _)| *key != EMPTY));
        self.slots.fill((EMPTY, 0));
        self.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn sums_are_those_of_a_map(added in proptest::collection::vec((0_u64..700, 0_u64..9), 0..3000)) {
            let (mut counter, mut map) = (Counter::default(), BTreeMap::new());
            for (key, count) in &added {
                counter.add(*key << 40, *count);
                *map.entry(*key << 40).or_insert(0) += count;
            }
            prop_assert!((0..700).all(|key| counter.get(key << 40) == map.get(&(key << 40)).copied().unwrap_or(0)));
            prop_assert_eq!(counter.is_empty(), added.is_empty());
            let mut sums = Vec::new();
            counter.drain_into(&mut sums);
            prop_assert!(counter.is_empty());
            prop_assert_eq!(sums.into_iter().collect::<BTreeMap<_, _>>(), map);
        }
    }
}
