//! Cross-provider share: the share of a home's students who study with another provider than the home municipality.

use super::{Example, Metric};
use crate::model::Ratio;

/// Students of a home who study with another provider (`students` − `own_provider`) per student, 0–1; undefined
/// without students. Source: the sum of Kolada's N17804, N17805 and N17806, with region-run units added.
#[must_use]
pub const fn cross_provider_share(students: u64, own_provider: u64) -> Ratio {
    Ratio::new(students.saturating_sub(own_provider), students)
}

/// The metric's description.
pub struct CrossProviderShare;

impl Metric for CrossProviderShare {
    fn id(&self) -> &'static str {
        "cross_provider_share"
    }

    fn formula(&self) -> &'static str {
        "cross_provider / students = (students − own_provider) / students"
    }

    fn source(&self) -> &'static str {
        "Kolada N17804 + N17805 + N17806, region-run units added as their own part"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["shares.cross_provider_share", "shares.cross_provider", "shares.students"]
    }

    fn example(&self) -> Example {
        Example {
            given: "students 1095, own_provider 438",
            result: cross_provider_share(1095, 438).fixed(6).unwrap_or_default(),
            wanted: "0.600000",
        }
    }
}
