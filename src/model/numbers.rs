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

/// The lowest 96 bits of a number, in three parts: a row needs half the space that one of 128 bits would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Bits96([u32; 3]);

impl Bits96 {
    const BITS: u32 = 96;

    const fn of(bits: u128) -> Self {
        Self([bits as u32, (bits >> 32) as u32, (bits >> 64) as u32])
    }

    const fn unsigned(self) -> u128 {
        self.0[0] as u128 | (self.0[1] as u128) << 32 | (self.0[2] as u128) << 64
    }

    const fn signed(self) -> i128 {
        // The highest of the bits is the sign.
        ((self.unsigned() << 32) as i128) >> 32
    }
}

/// A ratio of two whole numbers of up to 96 bits each, exact; undefined if the denominator is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: Bits96,
    den: Bits96,
}

impl Ratio {
    /// `num / den`; not reduced, so that numerator and denominator can be shown.
    #[must_use]
    pub const fn new(num: u64, den: u64) -> Self {
        Self { num: Bits96::of(num as u128), den: Bits96::of(den as u128) }
    }

    /// A ratio of wide numbers, such as sums of squares. Numbers of more than 96 bits lose their last digits: the
    /// ratio then changes by less than 2⁻⁶² of itself, unless one number is more than 2³² times the other. A denominator
    /// stays positive.
    #[must_use]
    pub const fn wide(num: u128, den: u128) -> Self {
        let beyond = (u128::BITS - Bits96::BITS).saturating_sub((num | den).leading_zeros());
        let rest = den >> beyond;
        Self { num: Bits96::of(num >> beyond), den: Bits96::of(if rest == 0 && den > 0 { 1 } else { rest }) }
    }

    /// The numerator.
    #[must_use]
    pub const fn num(self) -> u128 {
        self.num.unsigned()
    }

    /// The denominator.
    #[must_use]
    pub const fn den(self) -> u128 {
        self.den.unsigned()
    }

    /// Whether the denominator is not zero.
    #[must_use]
    pub const fn is_defined(self) -> bool {
        self.den() != 0
    }

    /// An approximation for drawing only; tables use [`Ratio::fixed`]. Zero if the ratio is undefined.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        if self.is_defined() { self.num() as f64 / self.den() as f64 } else { 0.0 }
    }

    /// The whole part and the decimals, rounded half up to `decimals` places (at most 9), computed with integers and therefore
    /// the same on every machine. `None` if the ratio is undefined.
    #[must_use]
    pub fn rounded(self, decimals: u32) -> Option<(u128, u64)> {
        if !self.is_defined() {
            return None;
        }
        let unit = 10_u64.pow(decimals);
        let (whole, scaled) = match (u64::try_from(self.num()), u64::try_from(self.den())) {
            (Ok(num), Ok(den)) if (num % den).checked_mul(unit * 2).is_some() => {
                (u128::from(num / den), (num % den * unit * 2 / den).div_ceil(2))
            }
            _ => self.rounded_wide(unit.into()),
        };
        Some(if scaled == unit { (whole + 1, 0) } else { (whole, scaled) })
    }

    const fn rounded_wide(self, unit: u128) -> (u128, u64) {
        let (num, den) = (self.num(), self.den());
        let (whole, rest) = (num / den, num % den);
        // The rest has at most 96 bits, and twice the unit 31.
        (whole, (rest * unit * 2 / den).div_ceil(2) as u64)
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal(Bits96);

impl Decimal {
    const LARGEST: i128 = (1 << (Bits96::BITS - 1)) - 1;

    /// The number with this many millionths, up to 2⁹⁵ − 1; more become that many.
    #[must_use]
    pub const fn of_millionths(millionths: i128) -> Self {
        Self(Bits96::of(if millionths > Self::LARGEST {
            Self::LARGEST
        } else if millionths < -Self::LARGEST {
            -Self::LARGEST
        } else {
            millionths
        } as u128))
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
        self.0.signed()
    }

    /// An approximation for drawing.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.millionths() as f64 / 1e6
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.millionths().cmp(&other.millionths())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
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

    /// Whole numbers of all sizes.
    fn num() -> impl Strategy<Value = u128> {
        (proptest::num::u128::ANY, 0_u32..128).prop_map(|(number, shift)| number >> shift)
    }

    #[test]
    fn fields_of_rows_are_small() {
        assert_eq!(
            (size_of::<Cell<Decimal>>(), size_of::<Cell<Ratio>>(), size_of::<crate::model::Text>()),
            (16, 28, 8)
        );
    }

    proptest! {
        #[test]
        fn fixed_is_within_half_a_unit(num in 0_u64..10_000_000, den in 1_u64..10_000_000) {
            let text = Ratio::new(num, den).fixed(6).unwrap();
            let shown: f64 = text.parse().unwrap();
            let exact = num as f64 / den as f64;
            prop_assert!((shown - exact).abs() <= 0.5e-6 + exact * 1e-12);
        }

        #[test]
        fn numbers_of_all_sizes_come_back(num in num(), den in num(), millionths in num()) {
            let ratio = Ratio::wide(num, den);
            prop_assert_eq!(ratio.is_defined(), den > 0);
            if num.max(den) >> 96 == 0 {
                prop_assert_eq!((ratio.num(), ratio.den()), (num, den));
            } else if num.min(den) > num.max(den) >> 32 {
                let (wanted, found) = (num as f64 / den as f64, ratio.to_f64());
                prop_assert!((found / wanted - 1.0).abs() < 1e-14, "{found}, not {wanted}");
            }
            for millionths in [millionths as i128, -(millionths as i128 >> 1)] {
                let decimal = Decimal::of_millionths(millionths);
                let wanted = millionths.clamp(-((1 << 95) - 1), (1 << 95) - 1);
                prop_assert_eq!(decimal.millionths(), wanted);
                prop_assert_eq!(decimal.cmp(&Decimal::default()), wanted.cmp(&0));
            }
        }
    }
}
