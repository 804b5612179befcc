//! Gathers the data of a dependency map from its side.

use super::data::MapData;
use super::{MapSpec, home, provider};
use crate::model::Perspective;
use crate::report::ReportModel;

/// The data of the map.
#[must_use]
pub fn gather(model: &ReportModel, spec: &MapSpec) -> MapData {
    match spec.perspective {
        Perspective::Home => home::data(model, spec),
        Perspective::Provider => provider::data(model, spec),
    }
}
