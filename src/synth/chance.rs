//! Random numbers without state: every draw is a pure function of its arguments, the same on every machine and
//! thread.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Scrambles 64 bits; a bijection (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
pub const fn mix(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A source of draws: its draw number k is always the same.
#[derive(Debug, Clone, Copy)]
pub struct Chance(u64);

impl Chance {
    /// The source seeded with these numbers.
    pub fn of(numbers: &[u64]) -> Self {
        numbers.iter().fold(Self(GOLDEN), |source, number| source.and(*number))
    }

    /// The source seeded with one more number.
    pub const fn and(self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number.wrapping_add(GOLDEN))))
    }

    /// Draw number `what`: 64 uniform bits.
    pub const fn draw(self, what: u64) -> u64 {
        mix(self.0.wrapping_add((what + 1).wrapping_mul(GOLDEN)))
    }

    /// Whether draw number `what` is among `per_million` of a million.
    pub const fn hits(self, what: u64, per_million: u64) -> bool {
        self.below(what, 1_000_000) < per_million
    }

    /// Draw number `what` as a whole number below `end` (at most 2^32).
    pub const fn below(self, what: u64, end: u64) -> u64 {
        ((self.draw(what) >> 32) * end) >> 32
    }

    /// Draw number `what` as a fraction from 0 to below 1.
    pub fn fraction(self, what: u64) -> f64 {
        self.below(what, 1 << 32) as f64 / 4_294_967_296.0
    }
}

#[derive(Debug, Clone, Copy)]
struct AliasCell {
    cut: u32,
    here: u32,
    there: u32,
}

/// Draws one of many items by weight in constant time (Walker's alias method with Vose's construction, in integers).
#[derive(Debug, Clone, Default)]
pub struct Alias {
    cells: Vec<AliasCell>,
}

impl Alias {
    /// A table of items and their weights; items without weight are never drawn.
    pub fn new(items: &[(u32, u64)]) -> Self {
        let items: Vec<(u32, u64)> = items.iter().copied().filter(|(_, weight)| *weight > 0).collect();
        let total: u128 = items.iter().map(|(_, weight)| u128::from(*weight)).sum();
        let n = items.len() as u128;
        let mut mass: Vec<u128> = items.iter().map(|(_, weight)| u128::from(*weight) * n).collect();
        let mut cells: Vec<AliasCell> =
            items.iter().map(|(item, _)| AliasCell { cut: u32::MAX, here: *item, there: *item }).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..items.len()).partition(|i| mass[*i] < total);
        while let (Some(s), Some(l)) = (small.pop(), large.pop()) {
            cells[s].cut = ((mass[s] << 32) / total) as u32;
            cells[s].there = items[l].0;
            mass[l] -= total - mass[s];
            if mass[l] < total { small.push(l) } else { large.push(l) }
        }
        Self { cells }
    }

    /// The item drawn by these 64 bits; `None` for an empty table.
    pub fn pick(&self, draw: u64) -> Option<u32> {
        let cell = self.cells.get((((draw >> 32) * self.cells.len() as u64) >> 32) as usize)?;
        Some(if (draw as u32) < cell.cut { cell.here } else { cell.there })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_the_weights() {
        for weights in [&[1_u64, 1][..], &[1, 2, 3, 4], &[0, 5, 0], &[1_000_000, 1, 0, 7], &[9]] {
            let items: Vec<(u32, u64)> = (0..).zip(weights.iter().copied()).collect();
            let table = Alias::new(&items);
            let chance = Chance::of(&[weights.len() as u64]);
            let mut drawn = vec![0_u64; weights.len()];
            for k in 0..100_000 {
                drawn[table.pick(chance.draw(k)).unwrap() as usize] += 1;
            }
            let total: u64 = weights.iter().sum();
            for (weight, times) in weights.iter().zip(&drawn) {
                let wanted = 100_000.0 * *weight as f64 / total as f64;
                assert!((*times as f64 - wanted).abs() <= 4.0 * wanted.sqrt(), "{weights:?}: {drawn:?}");
            }
        }
        assert_eq!(Alias::new(&[(3, 0)]).pick(7), None);
    }

    #[test]
    fn mixing_is_known() {
        assert_eq!(mix(GOLDEN), 0xE220_A839_7B1D_CDAF, "first output of SplitMix64 from seed 0");
    }
}
