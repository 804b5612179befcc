//! Numbers with 96 binary digits after the point, and how effects are rounded so that they still add up.
//!
//! Each operation is off by less than 2⁻⁹⁶, and each effect of a cell by less than 10⁻²⁶ of a share or 10⁻²⁰ students, so
//! that the six decimals of tables are those of exact fractions. Exact fractions of whole numbers of any size would be
//! twenty times as slow.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// Binary digits after the point.
const BITS: u32 = 96;

/// A number below 2³¹ in absolute value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Fixed(i128);

impl Fixed {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// The number with these digits, for tests.
    #[cfg(test)]
    pub(super) const fn of_bits(bits: i128) -> Self {
        Self(bits)
    }

    /// `num / den`, without the digits beyond; `den` is positive.
    #[must_use]
    pub const fn ratio(num: u64, den: u64) -> Self {
        let (num, den) = (num as u128, den as u128);
        let (whole, rest) = (num / den, num % den);
        // In two steps, since the rest with all its digits can be too large.
        let (high, rest) = ((rest << 64) / den, (rest << 64) % den);
        let low = (rest << (BITS - 64)) / den;
        Self(((whole << BITS) + (high << (BITS - 64)) + low) as i128)
    }

    /// The number times a whole number.
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor as i128))
    }

    /// The number times `num / den`.
    #[must_use]
    pub const fn scaled(self, num: u64, den: u64) -> Self {
        match (num, den) {
            (0, _) => Self(0),
            (num, den) if num == den => self,
            (num, den) => {
                let (whole, rest) = (self.0 / den as i128, self.0 % den as i128);
                Self(whole * num as i128 + rest * num as i128 / den as i128)
            }
        }
    }

    /// Whether the number is zero, but for the last digits of a sum.
    #[must_use]
    pub const fn is_negligible(self) -> bool {
        self.0.unsigned_abs() < 1 << 32
    }

    /// The product of two numbers, of which the other one is at most 1 in absolute value.
    #[must_use]
    pub const fn product(self, other: Self) -> Self {
        const LOW: u128 = u64::MAX as u128;
        let (a, b) = (self.0.unsigned_abs(), other.0.unsigned_abs());
        let ([a1, a0], [b1, b0]) = ([a >> 64, a & LOW], [b >> 64, b & LOW]);
        // The high part is over 2^(128 − BITS), the others are over 2^(64 − BITS).
        let size = ((a1 * b1) << (128 - BITS)) + ((a1 * b0 + a0 * b1 + ((a0 * b0) >> 64)) >> (BITS - 64));
        Self(if (self.0 < 0) == (other.0 < 0) { size as i128 } else { -(size as i128) })
    }

    /// An approximation, for tests and for drawing.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 2_f64.powi(BITS as i32)
    }

    /// The number of steps of `1 / unit`, rounded half away from zero.
    #[must_use]
    pub fn in_steps(self, unit: u64) -> i64 {
        self.rounded(unit).0
    }

    /// The number times `unit`, rounded half away from zero, and what rounding took away. Digits beyond the precision of
    /// sums count as zero.
    fn rounded(self, unit: u64) -> (i64, i128) {
        const NOISE: u32 = 36;
        let exact = (self.0.unsigned_abs() + (1 << (NOISE - 1))) >> NOISE;
        let digits = BITS - NOISE;
        let (whole, part) = (exact >> digits, exact & ((1 << digits) - 1));
        let scaled = part * u128::from(unit);
        let size = whole * u128::from(unit) + ((scaled + (1 << (digits - 1))) >> digits);
        let lost = (whole * u128::from(unit)) as i128 - size as i128;
        let lost = (lost << digits) + scaled as i128;
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        if self.0 < 0 { (-size, -lost) } else { (size, lost) }
    }
}

impl Add for Fixed {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Fixed {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Fixed {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Fixed {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Fixed {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// Rounds the effects to whole numbers of `1 / unit` so that they sum to `total`, their rounded sum: those that rounding
/// changed most are corrected (the method of the largest remainder). Opposite effects get opposite numbers.
#[must_use]
pub fn round_to_total(effects: &[Fixed], unit: u64) -> (Vec<i64>, i64) {
    let total = effects.iter().copied().sum::<Fixed>().rounded(unit).0;
    (round_to(effects, unit, total), total)
}

/// Rounds the effects so that they sum to a given total.
#[must_use]
pub fn round_to(effects: &[Fixed], unit: u64, total: i64) -> Vec<i64> {
    let (mut out, lost): (Vec<i64>, Vec<i128>) = effects.iter().map(|effect| effect.rounded(unit)).unzip();
    let mut missing = total - out.iter().sum::<i64>();
    let sign = missing.signum();
    let mut order: Vec<usize> = (0..out.len()).collect();
    // Stable: the first on a tie.
    order.sort_by_key(|at| std::cmp::Reverse(lost[*at] * i128::from(sign)));
    for at in order.into_iter().cycle().take(if effects.is_empty() { 0 } else { missing.unsigned_abs() as usize }) {
        out[at] += sign;
        missing -= sign;
    }
    debug_assert!(missing == 0 || effects.is_empty());
    out
}
