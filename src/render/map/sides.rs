//! Both maps of a municipality side by side: destinations of its students, and origins of the pupils of its units. All
//! municipalities of the region and both sides share one scale.

use std::sync::Arc;

use rayon::prelude::*;

use super::super::projection::Area;
use super::super::scene::Scene;
use super::data::MapData;
use super::gather::gather;
use super::ground::Ground;
use super::sheet::{self, GAP, MapGrid, Tile};
use super::{By, MapScale, MapSpec, legend, texts};
use crate::model::{Cell, Perspective, Text};
use crate::report::ReportModel;

/// The maps of all municipalities of the region, in its order.
pub struct MapPairs {
    grid: MapGrid,
    scale: MapScale,
    tiles: Vec<[Tile; 2]>,
}

/// Distance from the lower edge of the maps to the middle of their legend, pixels.
const LEGEND: f64 = 30.0;

impl MapPairs {
    /// Gathers the maps. The two of a municipality fill this area.
    #[must_use]
    pub fn of_region(model: &ReportModel, area: Area) -> Self {
        let middle = area.left.midpoint(area.right) - GAP / 2.0;
        let grid = MapGrid { first: Area { right: middle, ..area }, columns: 2 };
        let sides = [Perspective::Home, Perspective::Provider];
        let both = |code: &Text| sides.map(|side| tile(model, side, code));
        let tiles: Vec<[Tile; 2]> = model.region.municipalities.par_iter().map(both).collect();
        let all: Vec<MapData> = tiles.iter().flatten().map(|tile| tile.data.clone()).collect();
        let scale = MapScale::of_series(&all, Arc::new(Ground::new(model, &grid.stage())));
        Self { grid, scale, tiles }
    }

    /// Draws both maps of the municipality at this index of the region, and their legend below; returns notes for the
    /// reader. `name` is that of the picture.
    pub fn draw(&self, scene: &mut Scene, model: &ReportModel, i: usize, name: &str) -> Vec<String> {
        let tiles = &self.tiles[i];
        let undrawn = sheet::maps(scene, model, tiles, &self.grid, &self.scale, name);
        let data: Vec<MapData> = tiles.iter().map(|tile| tile.data.clone()).collect();
        legend::strip(scene, model, &self.scale, &data, self.grid.first.bottom + LEGEND);
        let lang = model.lang;
        let mut notes = vec![lang.text("note-places")];
        notes.push(lang.say("legend-shared", &[("count", &lang.number(self.scale.maps() as u64))]));
        notes.extend(sheet::left_out(lang, &data, undrawn));
        notes
    }
}

fn tile(model: &ReportModel, side: Perspective, code: &Text) -> Tile {
    let spec = MapSpec { by: Some(By::Municipality), ..MapSpec::of(side, code, model.selection()) };
    let mut data = gather(model, &spec);
    data.stay_parts.clear();
    let head = model.lang.say(
        match side {
            Perspective::Home => "map-home-title-plain",
            Perspective::Provider => "map-provider-title-plain",
        },
        &[("name", &data.name)],
    );
    let empty = texts::empty(model, &data);
    let sub = if data.total == Cell::Value(0) { [empty.clone(), empty] } else { texts::in_short(model, &data) };
    Tile { head, sub, is_programme: false, data }
}
