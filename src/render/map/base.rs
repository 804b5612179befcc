//! The ground, positions and measures of the region's maps, for programs that draw such maps themselves.

use std::collections::BTreeMap;

use super::super::projection::Area;
use super::ground::Ground;
use super::stage::Stage;
use super::{curve, panel, place, scale};
use crate::model::{SchoolUnit, Text};
use crate::render::style::Side;
use crate::report::ReportModel;

/// What maps of the region have in common. All lengths are pixels of a picture.
#[derive(Debug, Clone)]
pub struct Base {
    /// The card that a map fills: left, top, right and bottom edge.
    pub card: [f64; 4],
    /// Position of the node for everything outside the region.
    pub outside: (f64, f64),
    /// Outlines as SVG path data in half pixels, in drawing order: code, path, whether in the region.
    pub land: Vec<(Text, String, bool)>,
    /// Positions of the region's municipalities by code.
    pub places: BTreeMap<Text, (f64, f64)>,
    ground: Ground,
}

impl Base {
    /// The base of a report's maps.
    #[must_use]
    pub fn new(model: &ReportModel) -> Self {
        let stage = Stage::whole();
        let ground = Ground::new(model, &stage);
        let Area { left, top, right, bottom } = stage.card;
        Self {
            card: [left, top, right, bottom],
            outside: stage.outside,
            land: ground.outlines(),
            places: ground.names.iter().map(|name| (name.code.clone(), name.at)).collect(),
            ground,
        }
    }

    /// The position of a unit; `None` if it has no point.
    #[must_use]
    pub fn unit(&self, model: &ReportModel, unit: &SchoolUnit) -> Option<(f64, f64)> {
        self.ground.place(model.registers.unit_point(unit))
    }

    /// The sizes of lines, circles and signs by name, in pixels unless the name says otherwise.
    #[must_use]
    pub fn measures() -> BTreeMap<&'static str, f64> {
        BTreeMap::from([
            ("widest", scale::WIDEST),
            ("thinnest", scale::THINNEST),
            ("largest", scale::LARGEST),
            ("smallest", scale::SMALLEST),
            ("sign", place::SIGN),
            ("several", panel::SEVERAL),
            ("cornerIndependent", panel::corner(Side::Independent)),
            ("cornerOther", panel::corner(Side::PublicOther)),
            ("gap", curve::GAP),
        ])
    }
}
