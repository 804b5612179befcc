//! Fill rate: students per seat in the same snapshot.

use super::{Example, Metric};
use crate::model::Ratio;

/// Students per seat; above 1 if there are more students than seats; undefined without seats.
#[must_use]
pub const fn fill_rate(students: u64, seats: u64) -> Ratio {
    Ratio::new(students, seats)
}

/// The metric's description.
pub struct FillRate;

impl Metric for FillRate {
    fn id(&self) -> &'static str {
        "fill_rate"
    }

    fn formula(&self) -> &'static str {
        "admitted / seats_admission; enrolled in year 1 / seats_october"
    }

    fn source(&self) -> &'static str {
        "share of offered places that are taken, as in the joint admission's own statistics"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["seats.fill_admission", "seats.fill_october"]
    }

    fn example(&self) -> Example {
        Example {
            given: "57 students on 60 seats",
            result: fill_rate(57, 60).fixed(6).unwrap_or_default(),
            wanted: "0.950000",
        }
    }
}
