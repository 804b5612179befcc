//! Memoised results by short text, so that a code is looked up in its register once and not in every row.
//!
//! A column of codes has few distinct texts. The key is the text itself (`extract::key`: 15 bytes and the length in
//! one number), so the result does not depend on a hash. A text that does not fit a key is looked up each time.

/// Results by text, for a function that returns the same result for the same text.
#[derive(Debug, Clone)]
pub struct Memo<V> {
    slots: Vec<(u128, V)>,
    len: usize,
}

/// The key of an empty slot; no text has this length.
const EMPTY: u128 = u128::MAX;

/// Initial number of slots; it doubles when half of the slots are full.
const FIRST: usize = 64;

/// Maximum number of results kept. A column with more distinct texts than there are codes holds ids or names, which
/// are not worth the memory.
const MOST: usize = 1 << 16;

impl<V: Copy + Default> Default for Memo<V> {
    fn default() -> Self {
        Self { slots: vec![(EMPTY, V::default()); FIRST], len: 0 }
    }
}

impl<V: Copy + Default> Memo<V> {
    /// The result for the text with this key: the stored one, otherwise that of `answer`.
    #[inline]
    pub fn get(&mut self, key: Option<u128>, answer: impl FnOnce() -> V) -> V {
        let Some(key) = key else { return answer() };
        let mut at = Self::home(key, self.slots.len());
        loop {
            let (kept, value) = self.slots[at];
            if kept == key {
                return value;
            }
            if kept == EMPTY {
                return self.insert(key, answer());
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    const fn home(key: u128, slots: usize) -> usize {
        let folded = key as u64 ^ ((key >> 64) as u64).rotate_left(29);
        // The multiplier is 2⁶⁴ over the golden ratio (Fibonacci hashing).
        (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (slots - 1)
    }

    #[cold]
    fn insert(&mut self, key: u128, value: V) -> V {
        if self.len >= MOST {
            return value;
        }
        if self.len * 2 >= self.slots.len() {
            let slots = vec![(EMPTY, V::default()); self.slots.len() * 2];
            for (key, value) in std::mem::replace(&mut self.slots, slots) {
                if key != EMPTY {
                    self.put(key, value);
                }
            }
        }
        self.put(key, value);
        self.len += 1;
        value
    }

    fn put(&mut self, key: u128, value: V) {
        let mut at = Self::home(key, self.slots.len());
        while self.slots[at].0 != EMPTY {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::key;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn results_are_those_of_the_function(texts in proptest::collection::vec("[0-9a-cå]{0,17}", 0..400)) {
            let mut memo = Memo::<usize>::default();
            for text in texts.iter().chain(&texts) {
                let sum = |text: &str| text.bytes().fold(text.len(), |sum, b| sum.wrapping_mul(31) ^ usize::from(b));
                prop_assert_eq!(memo.get(key(text), || sum(text)), sum(text));
            }
        }
    }
}
