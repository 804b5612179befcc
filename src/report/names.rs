//! Names of pictures, by which a report refers to them before they are drawn.

use super::Subject;
use crate::io;
use crate::model::{Perspective, Year};

/// The name of a report's map of a municipality, without extension: `maps/home-1440`.
#[must_use]
pub fn map_name(side: Perspective, municipality: &str) -> String {
    named(side, "", municipality)
}

/// The name of a map of any subject: `maps/home-1440`, `maps/provider-of-1480`, `maps/provider-unit-12345678`.
#[must_use]
pub fn map_name_of(side: Perspective, of: &Subject) -> String {
    let kind = match of {
        Subject::Place(_) => "",
        Subject::Provider(_) => "of-",
        Subject::Unit(_) => "unit-",
    };
    named(side, kind, of.code())
}

fn named(side: Perspective, kind: &str, code: &str) -> String {
    format!("maps/{}-{kind}{}", side.as_str(), io::file_part(code))
}

/// The picture of the change between two years, other than that up to the report year.
#[must_use]
pub fn change_name([from, to]: [Year; 2]) -> String {
    format!("charts/change-{from}-{to}")
}
