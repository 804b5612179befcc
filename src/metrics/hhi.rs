//! Herfindahl–Hirschman index: the concentration of a home's students on providers.

use super::{Example, Metric};
use crate::model::Ratio;

/// The index on the scale 0–10,000 from the number of students at each provider: 10,000 × Σ s², exact; undefined
/// without students. Source: Hirschman 1945, Herfindahl 1950.
#[must_use]
pub fn hhi(students: impl IntoIterator<Item = u64>) -> Ratio {
    let (mut sum, mut squares) = (0_u128, 0_u128);
    for n in students {
        sum += u128::from(n);
        squares += u128::from(n) * u128::from(n);
    }
    Ratio::wide(10_000 * squares, sum * sum)
}

/// The metric's description.
pub struct Hhi;

impl Metric for Hhi {
    fn id(&self) -> &'static str {
        "hhi"
    }

    fn formula(&self) -> &'static str {
        "10 000 × Σ (students at provider / students)²"
    }

    fn source(&self) -> &'static str {
        "Herfindahl 1950, Hirschman 1945; scale 0–10 000 as in competition policy"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["concentration.hhi"]
    }

    fn example(&self) -> Example {
        Example {
            given: "students 50, 30, 20 at three providers",
            result: hhi([50, 30, 20]).fixed(6).unwrap_or_default(),
            wanted: "3800.000000",
        }
    }
}
