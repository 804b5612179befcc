//! The scale shared by all maps of a series: line widths linear from zero, circle areas proportional.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::MapSpec;
use super::data::MapData;
use super::gather::gather;
use super::ground::Ground;
use super::stage::Stage;
use crate::report::{ReportModel, Subject};

/// Width of the largest line of the series, pixels, on a map that fills a picture.
pub const WIDEST: f64 = 24.0;
/// Minimum visible width; thinner lines are drawn at this width and counted in the legend.
pub const THINNEST: f64 = 1.5;
/// Radius of the largest circle of the series, pixels, on a map that fills a picture.
pub const LARGEST: f64 = 46.0;
/// Minimum visible radius.
pub const SMALLEST: f64 = 3.0;

/// The scale and ground shared by a series: maps of one perspective, snapshot, year and set of programmes.
#[derive(Debug, Clone)]
pub struct MapScale {
    flow_max: u64,
    node_max: u64,
    maps: usize,
    pub(super) ground: Arc<Ground>,
}

impl MapScale {
    /// The scale of the series of this map: the maps of every municipality of the region.
    #[must_use]
    pub fn of(model: &ReportModel, spec: &MapSpec) -> Self {
        let municipalities = model.region.municipalities.iter().map(|code| Subject::Place(code.clone()));
        let subjects: BTreeSet<Subject> = municipalities.chain([spec.of.clone()]).collect();
        let series: Vec<MapData> =
            subjects.into_iter().map(|of| gather(model, &MapSpec { of, ..spec.clone() })).collect();
        Self::of_series(&series, Arc::new(Ground::new(model, &Stage::whole())))
    }

    /// The scale of these maps, on this ground.
    #[must_use]
    pub fn of_series(series: &[MapData], ground: Arc<Ground>) -> Self {
        let nodes = |map: &MapData| map.nodes.iter().map(|node| node.students).max();
        Self {
            flow_max: series.iter().flat_map(|m| &m.flows).map(|f| f.students).max().unwrap_or(1).max(1),
            node_max: series.iter().filter_map(nodes).max().unwrap_or(1).max(1),
            maps: series.len(),
            ground,
        }
    }

    /// The same scale on another ground.
    #[must_use]
    pub fn on(&self, ground: Ground) -> Self {
        Self { ground: Arc::new(ground), ..*self }
    }

    /// Number of maps that share the scale.
    #[must_use]
    pub const fn maps(&self) -> usize {
        self.maps
    }

    /// Width of a line, pixels.
    #[must_use]
    pub fn width(&self, students: u64) -> f64 {
        self.true_width(students).max(self.thinnest())
    }

    /// Whether a line is drawn wider than to scale so that it is visible.
    #[must_use]
    pub fn is_clamped(&self, students: u64) -> bool {
        self.true_width(students) < self.thinnest()
    }

    fn true_width(&self, students: u64) -> f64 {
        students as f64 / self.flow_max as f64 * WIDEST * self.ground.stage.zoom
    }

    /// The width of the thinnest lines: narrower if the map is small, but still visible.
    fn thinnest(&self) -> f64 {
        THINNEST * self.ground.stage.zoom.max(0.7)
    }

    /// Radius of a circle, pixels: its area is proportional to the students.
    #[must_use]
    pub fn radius(&self, students: u64) -> f64 {
        let zoom = self.ground.stage.zoom;
        let radius = LARGEST * zoom * (students as f64 / self.node_max as f64).sqrt();
        if students == 0 { 0.0 } else { radius.max(SMALLEST * zoom.max(0.8)) }
    }
}
