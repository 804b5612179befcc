//! Conversion of cells to texts: as typed, whole numbers with all their digits, dates in ISO form.

use calamine::{Data, DataRef, ExcelDateTime};

/// The largest number up to which every whole number is exact: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number: whole ones without decimals (`180.0` → `180`), others in their shortest form with a decimal point.
pub(in crate::extract) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() <= EXACT {
        // Exact: the value is whole and within the range of both types.
        #[expect(clippy::cast_possible_truncation, reason = "whole and at most 2^53")]
        let whole = value as i64;
        whole.to_string()
    } else {
        value.to_string()
    }
}

/// A date, with its time of day if it has one; a duration is its number of days.
fn date(value: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    if value.is_duration() {
        number(value.as_f64())
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// The cell's text; `None` if it is empty. The text of an error cell is its code, such as `#N/A`: the value is
/// unusable, not missing.
pub(super) fn of_ref(cell: &DataRef<'_>) -> Option<String> {
    match cell {
        DataRef::Empty => None,
        DataRef::Int(n) => Some(n.to_string()),
        DataRef::Float(n) => Some(number(*n)),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Some(text.clone()),
        DataRef::SharedString(text) => Some((*text).to_owned()),
        DataRef::Bool(is_true) => Some(is_true.to_string()),
        DataRef::DateTime(value) => Some(date(*value)),
        DataRef::Error(error) => Some(error.to_string()),
    }
    .filter(|text| !text.is_empty())
}

/// [`of_ref`] for a cell that owns its text.
pub(super) fn of(cell: &Data) -> Option<String> {
    match cell {
        Data::Empty => None,
        Data::Int(n) => Some(n.to_string()),
        Data::Float(n) => Some(number(*n)),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Some(text.clone()),
        Data::Bool(is_true) => Some(is_true.to_string()),
        Data::DateTime(value) => Some(date(*value)),
        Data::Error(error) => Some(error.to_string()),
    }
    .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTimeType};

    #[test]
    fn cells_are_what_was_typed() {
        let day = |value| ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false);
        for (cell, wanted) in [
            (Data::Float(180.0), Some("180")),
            (Data::Float(-0.0), Some("0")),
            (Data::Float(200_701_011_234.0), Some("200701011234")),
            (Data::Float(EXACT), Some("9007199254740992")),
            (Data::Float(2.5), Some("2.5")),
            (Data::Float(0.1), Some("0.1")),
            (Data::Float(1e17), Some("100000000000000000")),
            (Data::Int(-3), Some("-3")),
            (Data::Bool(true), Some("true")),
            (Data::DateTime(day(45_214.0)), Some("2023-10-15")),
            (Data::DateTime(day(45_214.25)), Some("2023-10-15T06:00:00")),
            (Data::DateTime(ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false)), Some("1.5")),
            (Data::Error(CellErrorType::NA), Some("#N/A")),
            (Data::String("0180".into()), Some("0180")),
            (Data::String(String::new()), None),
            (Data::Empty, None),
        ] {
            assert_eq!(of(&cell).as_deref(), wanted, "{cell:?}");
        }
    }
}
