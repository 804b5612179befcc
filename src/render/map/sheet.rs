//! Several small maps with one scale on a picture: headings, maps, one legend for all.

use std::sync::Arc;

use super::super::fonts::{self, Weight};
use super::super::projection::Area;
use super::super::scene::{Scene, TextLine};
use super::super::{Picture, frame, style};
use super::data::MapData;
use super::ground::Ground;
use super::stage::Stage;
use super::{MapScale, draw, legend, place};
use crate::report::ReportModel;
use crate::words::Lang;

/// A map with its headings.
pub struct Tile {
    /// Its heading.
    pub head: String,
    /// Its numbers in short, and an even shorter form for narrow maps.
    pub sub: [String; 2],
    /// Whether it shows one programme.
    pub is_programme: bool,
    /// The map.
    pub data: MapData,
}

/// A picture of several maps.
pub struct MapSheet {
    /// The file name without extension.
    pub name: String,
    /// The finding.
    pub title: String,
    /// What is counted, when and where.
    pub subtitle: String,
    /// Notes for the reader, the most important first.
    pub notes: Vec<String>,
    /// The maps, in rows from the left.
    pub tiles: Vec<Tile>,
}

/// Gap between maps, pixels.
pub const GAP: f64 = 14.0;
/// Height of a heading above a map, pixels.
const HEAD: f64 = 80.0;
/// Height of the legend below, pixels.
const LEGEND: f64 = 66.0;
/// Aspect ratio of a map that suits a region: width over height.
const SHAPE: f64 = 1.0;

/// The arrangement of maps in rows and columns, all of one size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapGrid {
    /// The first map.
    pub first: Area,
    /// Number of columns.
    pub columns: usize,
}

impl MapGrid {
    /// The number of columns at which this many maps fill a picture at the largest size.
    fn of(count: usize) -> Self {
        let room = (style::WIDTH - 2.0 * style::MARGIN, frame::BOTTOM - frame::TOP - LEGEND + GAP);
        let size = |columns: usize| {
            let rows = count.div_ceil(columns);
            let wide = (room.0 + GAP) / columns as f64 - GAP;
            let high = room.1 / rows as f64 - GAP - HEAD;
            (columns, wide, high)
        };
        let fit = |(_, wide, high): &(usize, f64, f64)| wide.min(high * SHAPE);
        let all = (1..=count.max(1)).rev().map(size);
        let (columns, wide, high) = all.max_by(|a, b| fit(a).total_cmp(&fit(b))).unwrap_or((1, room.0, room.1));
        let (left, top) = (style::MARGIN, frame::TOP + HEAD);
        Self { first: Area { left, top, right: left + wide, bottom: top + high }, columns }
    }

    /// The offset from the first map to map `i`, pixels.
    fn to(&self, i: usize) -> (f64, f64) {
        let (wide, high) = (self.first.right - self.first.left, self.first.bottom - self.first.top);
        ((i % self.columns) as f64 * (wide + GAP), (i / self.columns) as f64 * (high + HEAD + GAP))
    }

    /// The stage of the first map.
    pub fn stage(&self) -> Stage {
        Stage::among(self.first)
    }
}

/// Draws maps with their headings; returns the number of flows not drawn. `name` is that of the picture.
pub fn maps<'a>(
    scene: &mut Scene,
    model: &ReportModel,
    tiles: impl IntoIterator<Item = &'a Tile>,
    grid: &MapGrid,
    scale: &MapScale,
    name: &str,
) -> usize {
    let name = draw::id("land", name);
    let wide = grid.first.right - grid.first.left;
    let mut undrawn = 0;
    for (i, tile) in tiles.into_iter().enumerate() {
        let by = grid.to(i);
        let scale = scale.on(scale.ground.moved(by));
        let (x, y) = (grid.first.left + by.0, grid.first.top + by.1);
        heading(scene, &tile.head, (x, y - 33.0), wide);
        let fits = |sub: &&String| fonts::measure(sub, style::SMALL, Weight::Regular) <= wide;
        let sub = tile.sub.iter().find(fits).unwrap_or(&tile.sub[1]);
        let sub = fonts::fit(sub, wide, style::SMALL, Weight::Regular);
        scene.text(&TextLine::new(x, y - 11.0, &sub).size(style::SMALL).fill(style::MUTED).class("sub"));
        if i == 0 {
            scale.ground.draw_named(scene, &tile.data.code, &name);
        } else {
            scale.ground.draw_again(scene, &name, &format!("{name}-{i}"));
        }
        let layout = place::lay_out(&scale, &tile.data, None);
        undrawn += layout.crowded_out.len() + layout.without_place;
        draw::map(scene, model, &scale, &tile.data, &layout, None);
    }
    undrawn
}

/// Notes on flows that are not on the maps.
pub fn left_out<'a>(lang: Lang, maps: impl IntoIterator<Item = &'a MapData>, undrawn: usize) -> Vec<String> {
    let hidden: usize = maps.into_iter().map(|map| map.flows_hidden).sum();
    let counts = [(hidden, "note-hidden-flows"), (undrawn, "note-undrawn")];
    counts.into_iter().filter_map(|(count, id)| frame::counted(lang, id, count)).collect()
}

/// Draws the picture.
pub fn draw(model: &ReportModel, sheet: MapSheet) -> Picture {
    let mut scene = Scene::default();
    let grid = MapGrid::of(sheet.tiles.len());
    let ground = Ground::new(model, &grid.stage());
    // Small maps do not show the providers of students who stay, as there is no key for them.
    let mut tiles = sheet.tiles;
    tiles.iter_mut().for_each(|tile| tile.data.stay_parts.clear());
    let data: Vec<MapData> = tiles.iter().map(|tile| tile.data.clone()).collect();
    let scale = MapScale::of_series(&data, Arc::new(ground));
    let undrawn = maps(&mut scene, model, &tiles, &grid, &scale, &sheet.name);
    if tiles.is_empty() {
        let text = model.lang.text(&model.none_or_hidden("map-no-flows"));
        frame::empty(&mut scene, &text);
    } else {
        legend::strip(&mut scene, model, &scale, &data, frame::BOTTOM - LEGEND + 22.0);
    }
    let mut notes = sheet.notes;
    notes.extend(left_out(model.lang, &data, undrawn));
    let description =
        tiles.iter().map(|tile| format!("{}: {}.", tile.head, tile.sub[0])).collect::<Vec<_>>().join(" ");
    let frame = frame::Frame { name: sheet.name, title: sheet.title, subtitle: sheet.subtitle, description, notes };
    frame.close(model, &scene)
}

/// Minimum width of a map with a larger heading.
const WIDE: f64 = 600.0;

/// A heading of at most two lines, the last on this baseline.
fn heading(scene: &mut Scene, text: &str, (x, y): (f64, f64), wide: f64) {
    let size = if wide >= WIDE { style::LABEL } else { style::SMALL };
    let mut lines = fonts::wrap(text, wide, size, Weight::SemiBold);
    if lines.len() > 2 {
        let rest = lines.split_off(1).join(" ");
        lines.push(fonts::fit(&rest, wide, size, Weight::SemiBold));
    }
    let step = size + 4.0;
    let first = y - (lines.len().saturating_sub(1)) as f64 * step;
    for (i, line) in lines.iter().enumerate() {
        scene.text(&TextLine::new(x, first + i as f64 * step, line).size(size).bold().class("head"));
    }
}

#[cfg(test)]
mod tests {
    use super::MapGrid;

    #[test]
    fn maps_are_as_large_as_possible() {
        for (count, wanted) in [(1, 1), (2, 2), (3, 3), (8, 4), (14, 7)] {
            let MapGrid { first, columns } = MapGrid::of(count);
            assert_eq!(columns, wanted, "{count}");
            let (wide, high) = (first.right - first.left, first.bottom - first.top);
            assert!(wide > 150.0 && high > 90.0, "{count}: {wide} × {high}");
        }
    }
}
