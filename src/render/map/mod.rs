//! Dependency maps: from the home's side the units that residents attend, from the provider's side the pupils' homes.

mod base;
mod change;
mod curve;
mod data;
mod disc;
mod draw;
mod gather;
mod ground;
mod home;
mod labels;
mod layout;
mod legend;
mod lists;
mod names;
mod net;
mod panel;
mod place;
mod plate;
mod provider;
mod room;
pub(super) mod rules;
mod texts;
mod scale;
mod settle;
mod sheet;
mod sides;
mod slide;
mod stage;
mod whatif;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{Chart, Medium, Picture};
use crate::graph::{Programmes, Selection};
use crate::io;
use crate::model::{Cell, Perspective, Text};
use crate::report::{FlowEnds, ReportModel, Subject, map_name_of};

pub use base::Base;
pub use draw::dependency_map;
pub(super) use labels::text_area;
pub use plate::{Plate, plates};
pub use scale::MapScale;
pub(super) use sides::MapPairs;
pub use slide::{SlideMap, SlideMaps};
pub use whatif::{whatif_map, whatif_slide};

/// The destinations of the lines of a home map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// School units in other municipalities.
    Unit,
    /// Providers other than the home municipality, wherever their units are.
    Provider,
    /// Municipalities of units.
    Municipality,
}

impl By {
    /// The word in file names and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Provider => "provider",
            Self::Municipality => "municipality",
        }
    }
}

/// A circle or a sign of a map, at its position on the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct MapMark {
    /// Code of what it shows.
    pub code: Text,
    /// Its centre, pixels.
    pub at: (f64, f64),
    /// The control point of its line; `None` if it does not have exactly one line.
    pub control: Option<(f64, f64)>,
}

/// The specification of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapSpec {
    /// Its side.
    pub perspective: Perspective,
    /// Its subject: a municipality, or, from the provider's side, also a provider or a unit.
    pub of: Subject,
    /// The destinations of the lines of a home map; `None` for the most detailed that the release publishes.
    pub by: Option<By>,
    /// What is counted.
    pub selection: Selection,
}

impl MapSpec {
    /// The map of a municipality as shown in reports.
    #[must_use]
    pub fn of(perspective: Perspective, municipality: &Text, selection: Selection) -> Self {
        Self { perspective, of: Subject::Place(municipality.clone()), by: None, selection }
    }

    /// The destinations of the lines of its home map.
    #[must_use]
    pub fn by(&self, model: &ReportModel) -> By {
        self.by.unwrap_or(match model.ends() {
            FlowEnds::Units => By::Unit,
            FlowEnds::Municipalities => By::Municipality,
        })
    }

    /// The file name without extension: `maps/home-1440`, `maps/home-1440-NA`, `maps/home-1440-by-provider`,
    /// `maps/provider-unit-12345678`.
    #[must_use]
    pub fn name(&self) -> String {
        let programme = programme_part(&self.selection.programmes);
        let by = self.by.map(|by| format!("-by-{}", by.as_str())).unwrap_or_default();
        format!("{}{programme}{by}", map_name_of(self.perspective, &self.of))
    }
}

/// The programmes in a file name.
fn programme_part(programmes: &Programmes) -> String {
    match programmes {
        Programmes::One(code) => format!("-{}", io::file_part(code)),
        Programmes::Group(group) => format!("-{}", group.as_str()),
        Programmes::Of(_) => String::new(),
    }
}

/// The homes of the pupils of all units in a municipality: municipalities of the region, and everything outside
/// merged.
pub(super) fn homes_of_pupils(model: &ReportModel, place: &Text, selection: &Selection) -> BTreeMap<Text, Cell> {
    let spec = MapSpec::of(Perspective::Provider, place, selection.clone());
    provider::homes(model, &spec).into_iter().map(|(home, _, students)| (home, students)).collect()
}

/// The region's net flows between municipalities; no picture if there are more than a map can show (the matrix shows
/// them).
pub struct RegionNet;

impl Chart for RegionNet {
    fn id(&self) -> &'static str {
        "region-net"
    }

    fn shown_in(&self) -> &'static [Medium] {
        &[Medium::Maps, Medium::Page, Medium::Print]
    }

    fn pictures(&self, model: &ReportModel) -> Vec<Picture> {
        let selection = model.selection();
        let is_too_dense = net::is_too_dense(&net::data(model, &selection));
        if is_too_dense { Vec::new() } else { plates(model, &[Plate::Net(selection)]) }
    }
}

/// The maps of every municipality of the region, from both sides.
pub struct DependencyMap;

impl Chart for DependencyMap {
    fn id(&self) -> &'static str {
        "dependency-map"
    }

    fn shown_in(&self) -> &'static [Medium] {
        &[Medium::Maps, Medium::Page, Medium::Deck, Medium::Print]
    }

    fn pictures(&self, model: &ReportModel) -> Vec<Picture> {
        let sides = [Perspective::Home, Perspective::Provider];
        let of = |side| move |code| Plate::Single(MapSpec::of(side, code, model.selection()));
        let all: Vec<Plate> =
            sides.into_iter().flat_map(|side| model.region.municipalities.iter().map(of(side))).collect();
        plates(model, &all)
    }
}
