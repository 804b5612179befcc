//! Numbers with 64 binary digits after the point, and how effects are rounded so that they still add up.
//!
//! Each operation is off by less than 2⁻⁶⁴, and each effect of a cell by less than 10⁻¹⁷ of a share, so that the six
//! decimals of tables are those of exact fractions. An effect in students is off by that times the students of its home,
//! so that digits beyond the 44th count as zero when a number is rounded. Exact fractions of whole numbers of any size
//! would be twenty times as slow. No number of students that an extract can hold overflows.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// Binary digits after the point.
const BITS: u32 = 64;

/// A number below 2⁶³ in absolute value; a larger one becomes the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Fixed(i128);

/// A number of this size, with this sign.
const fn signed(size: u128, is_negative: bool) -> Fixed {
    let size = if size > i128::MAX as u128 { i128::MAX } else { size as i128 };
    Fixed(if is_negative { -size } else { size })
}

impl Fixed {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1 << BITS);

    /// The number with these digits, for tests.
    #[cfg(test)]
    pub(super) const fn of_bits(bits: i128) -> Self {
        Self(bits)
    }

    /// `num / den`, without the digits beyond; `den` is positive.
    #[must_use]
    pub const fn ratio(num: u64, den: u64) -> Self {
        signed(((num as u128) << BITS) / den as u128, false)
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
            _ if self.0 == 0 => self,
            (0, _) => Self(0),
            (num, den) if num == den => self,
            (num, den) => {
                let (num, den, size) = (num as u128, den as u128, self.0.unsigned_abs());
                if size.leading_zeros() + num.leading_zeros() >= 128 {
                    // The product fits, and its quotient is the sum below.
                    return signed(size * num / den, self.0 < 0);
                }
                // The rest is below `den`, so that its product has at most 128 digits.
                let (whole, rest) = ((size / den).saturating_mul(num), size % den * num / den);
                signed(whole.saturating_add(rest), self.0 < 0)
            }
        }
    }

    /// Whether the number is zero, but for the last digits of a sum.
    #[must_use]
    pub const fn is_negligible(self) -> bool {
        self.0.unsigned_abs() < 1 << 24
    }

    /// The product of two numbers, of which the other one is at most 1 in absolute value.
    #[must_use]
    pub const fn product(self, other: Self) -> Self {
        const LOW: u128 = u64::MAX as u128;
        let (a, b) = (self.0.unsigned_abs(), other.0.unsigned_abs());
        let ([a1, a0], [b1, b0]) = ([a >> 64, a & LOW], [b >> 64, b & LOW]);
        let whole = if b1 == 0 { 0 } else { a.saturating_mul(b1) };
        let part = (a1 * b0).saturating_add((a0 * b0) >> 64);
        signed(whole.saturating_add(part), (self.0 < 0) != (other.0 < 0))
    }

    /// An approximation, for tests.
    #[cfg(test)]
    pub(super) fn to_f64(self) -> f64 {
        self.0 as f64 / 2_f64.powi(BITS as i32)
    }

    /// The number of steps of `1 / unit`, rounded half away from zero.
    #[must_use]
    pub fn in_steps(self, unit: u64) -> i128 {
        self.rounded(unit).0
    }

    /// The number times `unit`, rounded half away from zero, and what rounding took away. The last digits, which sums do
    /// not have right, count as zero.
    const fn rounded(self, unit: u64) -> (i128, i128) {
        const NOISE: u32 = 20;
        const DIGITS: u32 = BITS - NOISE;
        let exact = (self.0.unsigned_abs() + (1 << (NOISE - 1))) >> NOISE;
        let (whole, part) = (exact >> DIGITS, exact & ((1 << DIGITS) - 1));
        let scaled = part * unit as u128;
        let more = (scaled + (1 << (DIGITS - 1))) >> DIGITS;
        let size = (whole * unit as u128 + more) as i128;
        let lost = scaled as i128 - ((more as i128) << DIGITS);
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

#[cfg(test)]
impl std::ops::Neg for Fixed {
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

/// An effect in students: its parts with the cohort sizes of the first year and of the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effect(pub(super) [Fixed; 2]);

impl Effect {
    /// No effect.
    pub const ZERO: Self = Self([Fixed::ZERO; 2]);

    /// The effect in students, in units of `student` students.
    #[must_use]
    pub fn students(self, student: u64) -> Fixed {
        let [before, after] = self.0;
        (before + after).scaled(1, student)
    }

    /// The effect on a share of `all` students, by year; they are positive.
    #[must_use]
    pub fn share(self, all: [u64; 2]) -> Fixed {
        let [before, after] = self.0;
        before.scaled(1, all[0]) + after.scaled(1, all[1])
    }

    /// The effect times `num / den`.
    pub(super) fn scaled(self, num: u64, den: u64) -> Self {
        Self(self.0.map(|part| part.scaled(num, den)))
    }

    /// The effect times a number that is at most 1 in absolute value.
    pub(super) fn product(self, number: Fixed) -> Self {
        Self(self.0.map(|part| part.product(number)))
    }
}

impl Add for Effect {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self([self.0[0] + other.0[0], self.0[1] + other.0[1]])
    }
}

impl Sub for Effect {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self([self.0[0] - other.0[0], self.0[1] - other.0[1]])
    }
}

impl AddAssign for Effect {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Rounds the effects to steps of `1 / unit` so that they sum to `total`, their exact sum in steps: those that rounding
/// changed most are corrected (the method of the largest remainder). Opposite effects get opposite numbers.
#[must_use]
pub fn round_to(effects: &[Fixed], unit: u64, total: i128) -> Vec<i128> {
    let (mut out, lost): (Vec<i128>, Vec<i128>) = effects.iter().map(|effect| effect.rounded(unit)).unzip();
    if effects.is_empty() {
        return out;
    }
    let missing = total - out.iter().sum::<i128>();
    let (each, rest) = (missing / out.len() as i128, missing % out.len() as i128);
    out.iter_mut().for_each(|steps| *steps += each);
    let (sign, rest) = (missing.signum(), rest.unsigned_abs() as usize);
    if rest > 0 {
        let mut order: Vec<usize> = (0..out.len()).collect();
        // The first on a tie.
        order.select_nth_unstable_by_key(rest - 1, |at| (std::cmp::Reverse(lost[*at] * sign), *at));
        order[..rest].iter().for_each(|at| out[*at] += sign);
    }
    out
}
