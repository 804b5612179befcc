//! Numbers of students with 32 binary digits after the point.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Binary digits after the point.
const BITS: u32 = 32;

/// A number of students, not negative. Divisions round down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Amount(u128);

impl Amount {
    /// None.
    pub const ZERO: Self = Self(0);

    /// `students / scale`; `scale` is positive.
    #[must_use]
    pub const fn of(students: u64, scale: u64) -> Self {
        Self(((students as u128) << BITS) / scale as u128)
    }

    /// Whether the number is zero, but for the last digits of divisions.
    #[must_use]
    pub const fn is_negligible(self) -> bool {
        self.0 < 1 << 12
    }

    /// The number in millionths, rounded half up.
    #[must_use]
    pub const fn millionths(self) -> i128 {
        ((self.0 >> BITS) * 1_000_000 + (((self.0 & ((1 << BITS) - 1)) * 1_000_000 + (1 << (BITS - 1))) >> BITS))
            as i128
    }

    /// This number as a share of `all`, in millionths, rounded half up; 0 if `all` is zero.
    #[must_use]
    pub const fn share_of(self, all: Self) -> i128 {
        if all.0 == 0 {
            return 0;
        }
        let shift = if all.0 >> 64 == 0 { 0 } else { 64 - all.0.leading_zeros() };
        let (part, all) = (self.0 >> shift, all.0 >> shift);
        ((part * 1_000_000 + all / 2) / all) as i128
    }

    /// The nearest whole number, half up.
    #[must_use]
    pub const fn rounded(self) -> u64 {
        ((self.0 + (1 << (BITS - 1))) >> BITS) as u64
    }

    /// The whole number below, and the rest in parts of 2²⁰. A number whose last digits alone keep it from the next whole
    /// number counts as that one.
    #[must_use]
    pub(super) const fn whole_and_rest(self) -> (u64, u32) {
        const REST: u32 = 20;
        let steps = (self.0 + (1 << (BITS - REST - 1))) >> (BITS - REST);
        ((steps >> REST) as u64, (steps & ((1 << REST) - 1)) as u32)
    }

    /// The digits, for tests.
    #[cfg(test)]
    pub(super) fn to_f64(self) -> f64 {
        self.0 as f64 / f64::from(BITS).exp2()
    }

    /// The digits: the number times 2³².
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }
}

/// `amount × part / whole`, rounded down; `part` is at most `whole`, and `whole` is positive.
#[must_use]
pub const fn scaled(amount: Amount, part: u128, whole: u128) -> Amount {
    if (amount.0 | part | whole) >> 63 == 0 {
        let (amount, part, whole) = (amount.0 as u64, part as u64, whole as u64);
        // The product of 64 bits each fits; one of 64 bits is divided several times as fast.
        return Amount(match amount.checked_mul(part) {
            Some(product) => (product / whole) as u128,
            None => amount as u128 * part as u128 / whole as u128,
        });
    }
    // A rest below 2⁶³ times a part below 2⁶³ fits.
    let digits = 128 - whole.leading_zeros();
    let shift = digits.saturating_sub(63);
    let (part, whole) = (part >> shift, whole >> shift);
    Amount(amount.0 / whole * part + amount.0 % whole * part / whole)
}

/// Divides an amount in proportion to weights that sum to `total`, such that the parts sum to the amount.
pub fn cumulative(amount: Amount, weights: impl Iterator<Item = u64>, total: u64) -> impl Iterator<Item = Amount> {
    let (mut sum, mut given) = (0_u128, Amount::ZERO);
    weights.map(move |weight| {
        sum += u128::from(weight);
        let until = scaled(amount, sum, u128::from(total));
        let part = until - given;
        given = until;
        part
    })
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Amount {
    type Output = Self;

    /// Zero if the other is larger.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}
