//! Localisation index: the share of a municipality's residents who study in it.

use super::{Example, Metric};
use crate::model::Ratio;

/// Residents who study in their home municipality per resident student, 0–1. What counts is the location of the unit,
/// whoever runs it. Undefined without residents.
#[must_use]
pub const fn localisation_index(stay: u64, residents: u64) -> Ratio {
    Ratio::new(stay, residents)
}

/// The metric's description.
pub struct LocalisationIndex;

impl Metric for LocalisationIndex {
    fn id(&self) -> &'static str {
        "localisation_index"
    }

    fn formula(&self) -> &'static str {
        "stay / residents"
    }

    fn source(&self) -> &'static str {
        "health geography (LI); figures: Nottingham 2003, Hansard 19 July 2004"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["balance.localisation_index"]
    }

    fn example(&self) -> Example {
        Example {
            given: "16 451 residents, 12 792 of them stay",
            result: localisation_index(12_792, 16_451).fixed(6).unwrap_or_default(),
            wanted: "0.777582",
        }
    }
}
