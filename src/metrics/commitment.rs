//! Commitment: the share of a provider's students who come from a home.

use super::{Example, Metric};
use crate::model::Ratio;

/// Students of the home at the provider per student of the provider with a known home, 0–1; undefined if the provider
/// has no such students.
#[must_use]
pub const fn commitment(students: u64, of_provider: u64) -> Ratio {
    Ratio::new(students, of_provider)
}

/// The metric's description.
pub struct Commitment;

impl Metric for Commitment {
    fn id(&self) -> &'static str {
        "commitment"
    }

    fn formula(&self) -> &'static str {
        "students of the home at the provider / students of the provider with known home"
    }

    fn source(&self) -> &'static str {
        "HSAr, hospital service areas: B→C 55 of C's 318"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["dependence.commitment"]
    }

    fn example(&self) -> Example {
        Example {
            given: "55 of C's 318 come from B",
            result: commitment(55, 318).fixed(6).unwrap_or_default(),
            wanted: "0.172956",
        }
    }
}
