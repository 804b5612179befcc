//! Market share: the share of a home's students who study with a provider.

use super::{Example, Metric};
use crate::model::Ratio;

/// Students of the home at the provider per student of the home, 0–1; undefined without students.
#[must_use]
pub const fn market_share(students: u64, of_home: u64) -> Ratio {
    Ratio::new(students, of_home)
}

/// The metric's description.
pub struct MarketShare;

impl Metric for MarketShare {
    fn id(&self) -> &'static str {
        "market_share"
    }

    fn formula(&self) -> &'static str {
        "students of the home at the provider / students of the home"
    }

    fn source(&self) -> &'static str {
        "HSAr, hospital service areas: A→C 26 of A's 40"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["dependence.market_share", "concentration.largest_share"]
    }

    fn example(&self) -> Example {
        Example {
            given: "26 of A's 40 go to C",
            result: market_share(26, 40).fixed(6).unwrap_or_default(),
            wanted: "0.650000",
        }
    }
}
