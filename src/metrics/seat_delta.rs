//! Seat delta: seats on 15 October minus seats at admission.

use super::{Example, Metric};

/// Seats on 15 October − seats at admission. A unit whose seats rise after admission is flagged, whatever the
/// difference.
#[must_use]
pub const fn seat_delta(admission: u64, october: u64) -> i64 {
    october.cast_signed() - admission.cast_signed()
}

/// The metric's description.
pub struct SeatDelta;

impl Metric for SeatDelta {
    fn id(&self) -> &'static str {
        "seat_delta"
    }

    fn formula(&self) -> &'static str {
        "seats_october − seats_admission; raised where it is above zero"
    }

    fn source(&self) -> &'static str {
        "Göteborgsregionen: skillnader i tillgängliga utbildningsplatser mellan antagning och 15 oktober"
    }

    fn columns(&self) -> &'static [&'static str] {
        &["seats.seat_delta", "seats.raised"]
    }

    fn example(&self) -> Example {
        Example {
            given: "60 seats at admission, 64 on 15 October",
            result: seat_delta(60, 64).to_string(),
            wanted: "4",
        }
    }
}
