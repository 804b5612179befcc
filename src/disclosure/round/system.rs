//! A closed system of counts: unknowns, sums of them, and the values that readers hold possible.
//!
//! An unknown is a count that cannot be divided further: students of a home at a unit and programme, or students
//! admitted at one offer and enrolled at another. A sum adds unknowns, some with a minus sign. A count that follows
//! from others is a sum, not an unknown: later years are all years less the first. What is shown of a sum gives it a
//! window. Readers cannot rule out a table of whole numbers if all its sums lie in their windows. The truth is one
//! such table.

use std::collections::HashMap;
use std::hash::Hash;

use crate::disclosure::rule::Window;
use crate::model::mixed;

/// The number of an unknown.
pub type Unknown = u32;
/// The number of a sum.
pub type SumId = u32;

/// A sum and its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundedSum {
    /// True value.
    pub value: i64,
    /// Smallest value that readers hold possible.
    pub low: i64,
    /// Largest value that readers hold possible.
    pub high: i64,
}

/// The number of an unknown or a sum, with a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignedIndex(u32);

impl SignedIndex {
    const fn new(number: u32, is_minus: bool) -> Self {
        Self(number << 1 | is_minus as u32)
    }

    /// The number without the sign.
    #[inline]
    pub const fn number(self) -> u32 {
        self.0 >> 1
    }

    /// 1 if it is added, −1 if it is subtracted.
    #[inline]
    pub const fn sign(self) -> i32 {
        1 - 2 * (self.0 & 1) as i32
    }

    /// Index into a list with two entries for each number, first for increases, then for decreases. `is_down` is the
    /// direction of the change on the other side.
    #[inline]
    pub const fn slot(self, is_down: bool) -> usize {
        (self.0 ^ is_down as u32) as usize
    }
}

/// Unknowns and their sums.
#[derive(Debug, Default)]
pub struct System {
    /// All sums; sums of the same unknowns are merged.
    pub sums: Vec<BoundedSum>,
    starts: Vec<u32>,
    sums_of: Vec<SignedIndex>,
    member_starts: Vec<u32>,
    members: Vec<SignedIndex>,
}

impl System {
    /// Number of unknowns.
    pub fn unknowns(&self) -> u32 {
        self.starts.len().saturating_sub(1) as u32
    }

    /// Passes all contents to `take`, for a checksum.
    pub fn feed(&self, take: &mut dyn FnMut(&[u8])) {
        for sum in &self.sums {
            [sum.value, sum.low, sum.high].iter().for_each(|number| take(&number.to_le_bytes()));
        }
        self.starts.iter().for_each(|start| take(&start.to_le_bytes()));
        self.sums_of.iter().for_each(|part| take(&part.0.to_le_bytes()));
    }

    /// The sums that contain an unknown. A sum in which it counts twice is listed twice.
    #[inline]
    pub fn sums_of(&self, unknown: Unknown) -> &[SignedIndex] {
        let unknown = unknown as usize;
        &self.sums_of[self.starts[unknown] as usize..self.starts[unknown + 1] as usize]
    }

    /// The unknowns of a sum.
    #[inline]
    pub fn members(&self, sum: SumId) -> &[SignedIndex] {
        let sum = sum as usize;
        &self.members[self.member_starts[sum] as usize..self.member_starts[sum + 1] as usize]
    }
}

/// Builds a system from unknowns with the keys of their sums.
#[derive(Debug)]
pub struct SystemBuilder<K> {
    numbers: HashMap<K, SumId>,
    keys: Vec<K>,
    values: Vec<i64>,
    /// By sum: a fingerprint of its unknowns; collisions are negligible.
    prints: Vec<u64>,
    starts: Vec<u32>,
    sums_of: Vec<SignedIndex>,
}

impl<K: Hash + Eq + Copy + Ord> SystemBuilder<K> {
    /// A builder without unknowns.
    pub fn new() -> Self {
        Self {
            numbers: HashMap::new(),
            keys: Vec::new(),
            values: Vec::new(),
            prints: Vec::new(),
            starts: vec![0],
            sums_of: Vec::new(),
        }
    }

    /// Adds an unknown with its true value and the keys of the sums that contain it, each with its coefficient. A key
    /// that is given twice counts twice.
    pub fn unknown(&mut self, value: u64, keys: impl IntoIterator<Item = (K, i32)>) -> Unknown {
        let unknown = self.starts.len() as u32 - 1;
        let print = mixed(u64::from(unknown));
        let mut times: Vec<(SumId, i32)> = keys
            .into_iter()
            .map(|(key, times)| {
                let next = self.keys.len() as SumId;
                let sum = *self.numbers.entry(key).or_insert(next);
                if sum == next {
                    self.keys.push(key);
                    self.values.push(0);
                    self.prints.push(0);
                }
                (sum, times)
            })
            .collect();
        times.sort_unstable();
        for same in times.chunk_by(|a, b| a.0 == b.0) {
            let (sum, times) = (same[0].0, same.iter().map(|(_, times)| times).sum::<i32>());
            self.values[sum as usize] += value as i64 * i64::from(times);
            self.prints[sum as usize] =
                self.prints[sum as usize].wrapping_add(print.wrapping_mul(i64::from(times) as u64));
            self.sums_of.extend((0..times.unsigned_abs()).map(|_| SignedIndex::new(sum, times < 0)));
        }
        self.starts.push(self.sums_of.len() as u32);
        unknown
    }

    /// The system, and the sum of each key, sorted by key. `window` maps the key and value of a sum to the counts that
    /// readers hold possible.
    pub fn build(self, window: impl Fn(&K, u64) -> Window) -> (System, Vec<(K, SumId)>) {
        let Self { numbers: _, keys, values, prints, starts, sums_of } = self;
        let mut same: HashMap<u64, SumId> = HashMap::new();
        let mut sums: Vec<BoundedSum> = Vec::new();
        let mut number_of = Vec::with_capacity(keys.len());
        let mut is_first = Vec::with_capacity(keys.len());
        for ((key, value), print) in keys.iter().zip(&values).zip(&prints) {
            let next = sums.len() as SumId;
            let number = *same.entry(*print).or_insert(next);
            let Window { low, high } = window(key, (*value).max(0) as u64);
            let (low, high) = (low as i64, i64::try_from(high).unwrap_or(i64::MAX));
            if number == next {
                sums.push(BoundedSum { value: *value, low, high });
            } else {
                let sum = &mut sums[number as usize];
                sum.low = sum.low.max(low);
                sum.high = sum.high.min(high);
            }
            is_first.push(number == next);
            number_of.push(number);
        }
        // Of sums of the same unknowns, the first remains.
        let stays = |part: &&SignedIndex| is_first[part.number() as usize];
        let mut new_starts = Vec::with_capacity(starts.len());
        let mut new_sums: Vec<SignedIndex> = Vec::with_capacity(sums_of.len());
        new_starts.push(0);
        let mut sizes = vec![0_u32; sums.len() + 1];
        for bounds in starts.windows(2) {
            for part in sums_of[bounds[0] as usize..bounds[1] as usize].iter().filter(stays) {
                let sum = number_of[part.number() as usize];
                new_sums.push(SignedIndex::new(sum, part.sign() < 0));
                sizes[sum as usize + 1] += 1;
            }
            new_starts.push(new_sums.len() as u32);
        }
        for at in 1..sizes.len() {
            sizes[at] += sizes[at - 1];
        }
        let member_starts = sizes.clone();
        let mut members = vec![SignedIndex(0); new_sums.len()];
        let mut next = sizes;
        for (unknown, bounds) in new_starts.windows(2).enumerate() {
            for part in &new_sums[bounds[0] as usize..bounds[1] as usize] {
                let at = &mut next[part.number() as usize];
                members[*at as usize] = SignedIndex::new(unknown as Unknown, part.sign() < 0);
                *at += 1;
            }
        }
        let mut published: Vec<(K, SumId)> = keys.into_iter().zip(number_of).collect();
        published.sort_unstable();
        (System { sums, starts: new_starts, sums_of: new_sums, member_starts, members }, published)
    }
}
