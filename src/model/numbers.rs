//! Numbers in results: a cell that is a value, hidden or missing, and an exact ratio.

/// A value of a table. Hidden (`..`), missing (`.`) and zero are three different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell<T = u64> {
    /// The value itself; for counts, zero is a value.
    Value(T),
    /// There is a value that must not be shown: `..`.
    Hidden,
    /// There is no value: `.`.
    Missing,
}

impl<T> Cell<T> {
    /// The value, if there is one and it may be shown.
    #[must_use]
    pub const fn value(self) -> Option<T>
    where
        T: Copy,
    {
        match self {
            Self::Value(v) => Some(v),
            Self::Hidden | Self::Missing => None,
        }
    }

    /// Applies a function to the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Cell<U> {
        match self {
            Self::Value(v) => Cell::Value(change(v)),
            Self::Hidden => Cell::Hidden,
            Self::Missing => Cell::Missing,
        }
    }

    /// The value as text: `..` hidden, `.` missing.
    pub fn text(self, say: impl FnOnce(T) -> String) -> String {
        match self {
            Self::Value(v) => say(v),
            Self::Hidden => "..".to_owned(),
            Self::Missing => ".".to_owned(),
        }
    }

    /// Combines two cells: hidden if either is hidden, otherwise missing if either is missing.
    pub fn zip<U, V>(self, other: Cell<U>, join: impl FnOnce(T, U) -> V) -> Cell<V> {
        match (self, other) {
            (Self::Value(a), Cell::Value(b)) => Cell::Value(join(a, b)),
            (Self::Hidden, _) | (_, Cell::Hidden) => Cell::Hidden,
            _ => Cell::Missing,
        }
    }
}

impl<T> From<Option<T>> for Cell<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Self::Value)
    }
}

impl std::ops::Add for Cell<u64> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl std::ops::AddAssign for Cell<u64> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Cell<u64> {
    fn sum<I: Iterator<Item = Self>>(cells: I) -> Self {
        cells.fold(Self::Value(0), std::ops::Add::add)
    }
}

/// An exact ratio of two whole numbers; undefined if the denominator is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: u128,
    den: u128,
}

impl Ratio {
    /// `num / den`; not reduced, so that numerator and denominator can be shown.
    #[must_use]
    pub const fn new(num: u64, den: u64) -> Self {
        Self { num: num as u128, den: den as u128 }
    }

    /// A ratio of wide numbers, such as sums of squares.
    #[must_use]
    pub const fn wide(num: u128, den: u128) -> Self {
        Self { num, den }
    }

    /// The numerator.
    #[must_use]
    pub const fn num(self) -> u128 {
        self.num
    }

    /// The denominator.
    #[must_use]
    pub const fn den(self) -> u128 {
        self.den
    }

    /// Whether the denominator is not zero.
    #[must_use]
    pub const fn is_defined(self) -> bool {
        self.den != 0
    }

    /// An approximation for drawing only; tables use [`Ratio::fixed`]. Zero if the ratio is undefined.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        if self.is_defined() { self.num as f64 / self.den as f64 } else { 0.0 }
    }

    /// The whole part and the decimals, rounded half up to `decimals` places, computed with integers and therefore
    /// the same on every machine. `None` if the ratio is undefined.
    #[must_use]
    pub fn rounded(self, decimals: u32) -> Option<(u128, u64)> {
        if !self.is_defined() {
            return None;
        }
        let unit = 10_u64.pow(decimals);
        let (whole, scaled) = match (u64::try_from(self.num), u64::try_from(self.den)) {
            (Ok(num), Ok(den)) if (num % den).checked_mul(unit * 2).is_some() => {
                (u128::from(num / den), (num % den * unit * 2 / den).div_ceil(2))
            }
            _ => self.rounded_wide(unit.into()),
        };
        Some(if scaled == unit { (whole + 1, 0) } else { (whole, scaled) })
    }

    const fn rounded_wide(self, unit: u128) -> (u128, u64) {
        let (whole, rest) = (self.num / self.den, self.num % self.den);
        // rest < den, and den is far below 2^128 / 10^7 for counts of people; the other branch handles an overflow.
        let scaled = match rest.checked_mul(unit * 2) {
            Some(twice) => (twice / self.den).div_ceil(2),
            None => rest / (self.den / unit),
        };
        (whole, if scaled > unit { unit } else { scaled } as u64)
    }

    /// The ratio of [`Ratio::rounded`] as text.
    #[must_use]
    pub fn fixed(self, decimals: u32) -> Option<String> {
        let (whole, scaled) = self.rounded(decimals)?;
        Some(if decimals == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{scaled:0width$}", width = decimals as usize)
        })
    }
}

/// A signed number with six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal {
    /// The millionths in two halves, which take less space in a row than a number of 128 bits.
    high: i64,
    low: u64,
}

impl Decimal {
    /// The number with this many millionths.
    #[must_use]
    pub const fn of_millionths(millionths: i128) -> Self {
        Self { high: (millionths >> 64) as i64, low: millionths as u64 }
    }

    /// The number rounded to six decimals; it must be finite.
    #[must_use]
    pub fn rounded(number: f64) -> Self {
        Self::of_millionths((number * 1e6).round() as i128)
    }

    /// The ratio rounded to six decimals, times `scale`; `None` if it is undefined.
    #[must_use]
    pub fn of_ratio(ratio: Ratio, scale: u64) -> Option<Self> {
        let scaled = Ratio::wide(ratio.num() * u128::from(scale), ratio.den());
        let (whole, decimals) = scaled.rounded(6)?;
        Some(Self::of_millionths(i128::try_from(whole).ok()? * 1_000_000 + i128::from(decimals)))
    }

    /// Its millionths.
    #[must_use]
    pub const fn millionths(self) -> i128 {
        (self.high as i128) << 64 | self.low as i128
    }

    /// An approximation for drawing.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.millionths() as f64 / 1e6
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let millionths = self.millionths();
        let sign = if millionths < 0 { "-" } else { "" };
        let size = millionths.unsigned_abs();
        write!(f, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
    }
}

/// Mixes the bits of a number (the finaliser of SplitMix64: Steele, Lea and Flood 2014).
#[must_use]
pub const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fixed_rounds_half_up() {
        for (num, den, decimals, wanted) in [
            (1, 3, 6, Some("0.333333")),
            (2, 3, 6, Some("0.666667")),
            (1, 1, 6, Some("1.000000")),
            (1_999_999, 2_000_000, 6, Some("1.000000")),
            (1, 2, 0, Some("1")),
            (1, 4, 1, Some("0.3")),
            (0, 5, 2, Some("0.00")),
            (5, 0, 2, None),
        ] {
            assert_eq!(Ratio::new(num, den).fixed(decimals).as_deref(), wanted, "{num}/{den}");
        }
    }

    #[test]
    fn hidden_wins_over_missing_and_neither_is_zero() {
        let sum: Cell = [Cell::Value(1), Cell::Hidden, Cell::Missing].into_iter().sum();
        assert_eq!(sum, Cell::Hidden);
        let sum: Cell = [Cell::Value(1), Cell::Missing].into_iter().sum();
        assert_eq!(sum, Cell::Missing);
        let sum: Cell = std::iter::empty().sum();
        assert_eq!(sum, Cell::Value(0));
    }

    proptest! {
        #[test]
        fn fixed_is_within_half_a_unit(num in 0_u64..10_000_000, den in 1_u64..10_000_000) {
            let text = Ratio::new(num, den).fixed(6).unwrap();
            let shown: f64 = text.parse().unwrap();
            let exact = num as f64 / den as f64;
            prop_assert!((shown - exact).abs() <= 0.5e-6 + exact * 1e-12);
        }
    }
}
