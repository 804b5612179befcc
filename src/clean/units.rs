//! A set of school units, by number.

use crate::model::UnitId;

/// A set of school units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitSet(Vec<u64>);

impl UnitSet {
    /// Adds a unit.
    #[inline]
    pub fn insert(&mut self, unit: UnitId) {
        let (word, bit) = position(unit);
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }

    /// Adds the units of another set.
    pub fn add(&mut self, other: &Self) {
        if other.0.len() > self.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    /// Whether the unit is in the set.
    #[must_use]
    pub fn has(&self, unit: UnitId) -> bool {
        let (word, bit) = position(unit);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

#[inline]
fn position(unit: UnitId) -> (usize, u64) {
    let number = u32::from(unit);
    (number as usize / 64, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_added() {
        let set = |numbers: &[u32]| {
            let mut set = UnitSet::default();
            numbers.iter().for_each(|number| set.insert(UnitId::from(*number)));
            set
        };
        let mut all = set(&[0, 63]);
        all.add(&set(&[64, 700]));
        let found: Vec<u32> = (0..1000).filter(|number| all.has(UnitId::from(*number))).collect();
        assert_eq!(found, [0, 63, 64, 700]);
    }
}
