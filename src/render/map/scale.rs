//! The scale that all maps of a series share: line widths linear from zero, circle areas proportional.

use std::collections::BTreeSet;

use super::MapSpec;
use super::data::MapData;
use super::ground::Ground;
use crate::model::Text;
use crate::report::ReportModel;

/// Width of the largest line of the series, pixels.
const WIDEST: f64 = 24.0;
/// Least width that is still seen; thinner lines are drawn so and counted in the legend.
pub const THINNEST: f64 = 1.5;
/// Radius of the largest circle of the series, pixels.
const LARGEST: f64 = 46.0;
/// Least radius that is still seen.
const SMALLEST: f64 = 3.0;

/// What the maps of a series share: scale and ground. Maps of one perspective, snapshot, year and set of programmes
/// make a series.
#[derive(Debug, Clone)]
pub struct MapScale {
    flow_max: u64,
    node_max: u64,
    maps: usize,
    pub(super) ground: Ground,
}

impl MapScale {
    /// The scale of the series that this map belongs to: the maps of every municipality of the region.
    #[must_use]
    pub fn of(model: &ReportModel, spec: &MapSpec) -> Self {
        let codes: BTreeSet<&Text> = model.region.municipalities.iter().chain([&spec.of]).collect();
        let series: Vec<MapData> =
            codes.into_iter().map(|of| MapData::new(model, &MapSpec { of: of.clone(), ..spec.clone() })).collect();
        Self::of_series(model, &series)
    }

    /// The scale of these maps.
    #[must_use]
    pub fn of_series(model: &ReportModel, series: &[MapData]) -> Self {
        Self {
            flow_max: series.iter().flat_map(|m| &m.flows).map(|f| f.students).max().unwrap_or(1).max(1),
            node_max: series.iter().filter_map(|m| m.total.value()).max().unwrap_or(1).max(1),
            maps: series.len(),
            ground: Ground::new(model),
        }
    }

    /// How many maps share the scale.
    #[must_use]
    pub const fn maps(&self) -> usize {
        self.maps
    }

    /// Width of a line, pixels.
    #[must_use]
    pub fn width(&self, students: u64) -> f64 {
        self.true_width(students).max(THINNEST)
    }

    /// Whether a line is drawn wider than it is, to be seen at all.
    #[must_use]
    pub fn is_clamped(&self, students: u64) -> bool {
        self.true_width(students) < THINNEST
    }

    fn true_width(&self, students: u64) -> f64 {
        students as f64 / self.flow_max as f64 * WIDEST
    }

    /// Radius of a circle, pixels: its area is proportional to the students.
    #[must_use]
    pub fn radius(&self, students: u64) -> f64 {
        if students == 0 { 0.0 } else { (LARGEST * (students as f64 / self.node_max as f64).sqrt()).max(SMALLEST) }
    }
}
