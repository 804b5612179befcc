//! Gathers what a dependency map shows, from the side that it is drawn from.

use super::data::MapData;
use super::{MapSpec, home, provider};
use crate::model::Perspective;
use crate::report::ReportModel;

/// What the map shows.
#[must_use]
pub fn gather(model: &ReportModel, spec: &MapSpec) -> MapData {
    match spec.perspective {
        Perspective::Home => home::data(model, spec),
        Perspective::Provider => provider::data(model, spec),
    }
}
