//! Dependency maps: from the home's side the units that residents go to, from the provider's side the pupils' homes.

mod data;
mod draw;
mod ground;
mod labels;
mod layout;
mod legend;
mod names;
mod panel;
mod scale;
mod settle;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::{Chart, Picture};
use crate::graph::Selection;
use crate::model::{Perspective, Text};
use crate::report::ReportModel;
use crate::words::Lang;

pub use draw::dependency_map;
pub(super) use labels::text_area;
pub use scale::MapScale;

/// Which map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapSpec {
    /// From whose side.
    pub perspective: Perspective,
    /// Code of the municipality.
    pub of: Text,
    /// The programme in the file's name, where the map is about one; `selection` counts.
    pub programme: Option<Text>,
    /// What is counted.
    pub selection: Selection,
}

impl MapSpec {
    /// The file's name without ending: `maps/home-1440`, `maps/home-1440-NA`.
    #[must_use]
    pub fn name(&self) -> String {
        let programme = self.programme.as_ref().map(|p| format!("-{p}")).unwrap_or_default();
        format!("maps/{}-{}{programme}", self.perspective.as_str(), self.of)
    }
}

/// The maps of every municipality of the region, from both sides.
pub struct DependencyMap;

impl Chart for DependencyMap {
    fn id(&self) -> &'static str {
        "dependency-map"
    }

    fn title(&self, lang: Lang) -> String {
        lang.text("chart-dependency-map")
    }

    fn description(&self, lang: Lang) -> String {
        lang.attribute("chart-dependency-map", "about", &[]).unwrap_or_default()
    }

    fn draw(&self, model: &ReportModel) -> Vec<Picture> {
        let mut out = Vec::new();
        for perspective in [Perspective::Home, Perspective::Provider] {
            let specs: Vec<MapSpec> = model
                .region
                .municipalities
                .iter()
                .map(|of| MapSpec { perspective, of: of.clone(), programme: None, selection: model.selection() })
                .collect();
            let series: Vec<data::MapData> = specs.par_iter().map(|spec| data::MapData::new(model, spec)).collect();
            let scale = MapScale::of_series(model, &series);
            out.par_extend(
                specs.par_iter().zip(&series).map(|(spec, data)| draw::picture(model, spec, &scale, data)),
            );
        }
        out
    }
}
