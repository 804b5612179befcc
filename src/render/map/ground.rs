//! The ground of the maps of a series: projection, extent, land and names, identical on every map.

use std::fmt::Write as _;

use super::super::projection::{Area, MapFit, Projection};
use super::super::scene;
use super::super::scene::Scene;
use super::super::style;
use super::stage::Stage;
use crate::model::{Boundary, Point, Text};
use crate::report::ReportModel;

/// A municipality's outline as path data.
#[derive(Debug, Clone)]
struct Land {
    code: Text,
    path: String,
    in_region: bool,
}

/// A municipality's name and its position.
#[derive(Debug, Clone)]
pub struct GroundName {
    /// Municipality code.
    pub code: Text,
    /// Its name.
    pub name: String,
    /// Pixels.
    pub at: (f64, f64),
}

/// The ground that all maps of a series share.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The stage that it is drawn on.
    pub stage: Stage,
    projection: Projection,
    fit: Option<MapFit>,
    land: Vec<Land>,
    /// Its offset since its land was projected, pixels.
    by: (f64, f64),
    /// Names of the region's municipalities that have a point.
    pub names: Vec<GroundName>,
}

impl Ground {
    /// The ground of the region, sized to fit its municipalities, their points and its units.
    #[must_use]
    pub fn new(model: &ReportModel, stage: &Stage) -> Self {
        // The points of the municipalities fill the map, and the outermost borders may extend beyond it: dense areas
        // get more space.
        let centres = centres(model);
        if centres.len() > 1 && centres.len() == model.region.municipalities.len() {
            Self::fitted(model, stage, &centres, &stage.centres)
        } else {
            Self::fitted(model, stage, &region_points(model), &stage.extent)
        }
    }

    /// The ground around these points; that of the region if there are none.
    #[must_use]
    pub fn around(model: &ReportModel, stage: &Stage, points: &[Point]) -> Self {
        if points.is_empty() { Self::new(model, stage) } else { Self::fitted(model, stage, points, &stage.centres) }
    }

    /// Width over height of the region's municipalities on the ground; 1 without points.
    #[must_use]
    pub fn shape(model: &ReportModel) -> f64 {
        let points = centres(model);
        let projection = Projection::for_points(&points);
        let places: Vec<(f64, f64)> = points.iter().map(|point| projection.project(*point)).collect();
        let range = |pick: fn(&(f64, f64)) -> f64| {
            let all = || places.iter().map(pick);
            all().fold(f64::NEG_INFINITY, f64::max) - all().fold(f64::INFINITY, f64::min)
        };
        let (wide, high) = (range(|at| at.0), range(|at| at.1));
        if wide > 0.0 && high > 0.0 { wide / high } else { 1.0 }
    }

    /// The ground that shows these points within a frame.
    fn fitted(model: &ReportModel, stage: &Stage, shown: &[Point], frame: &Area) -> Self {
        let points = region_points(model);
        let all: Vec<Point> = points.iter().chain(shown).copied().collect();
        let projection = Projection::for_points(&all);
        let places: Vec<(f64, f64)> = shown.iter().map(|point| projection.project(*point)).collect();
        let fit = MapFit::new(&places, frame);
        let mut out = Self { stage: *stage, projection, fit, land: Vec::new(), by: (0.0, 0.0), names: Vec::new() };
        out.lay_land(model, &points);
        for code in &model.region.municipalities {
            if let Some(municipality) = model.registers.municipality_by_code(code)
                && let Some(at) = out.place(municipality.point)
            {
                out.names.push(GroundName { code: code.clone(), name: municipality.name.to_string(), at });
            }
        }
        out
    }

    /// The position of a point, pixels; `None` without a point or without any extent.
    #[must_use]
    pub fn place(&self, point: Option<Point>) -> Option<(f64, f64)> {
        let (x, y) = self.fit?.place(self.projection.project(point?));
        (x.is_finite() && y.is_finite()).then(|| {
            let inner = self.stage.card.grown(-30.0 * self.stage.zoom);
            let (x, y) = (x + self.by.0, y + self.by.1);
            (x.clamp(inner.left, inner.right), y.clamp(inner.top, inner.bottom))
        })
    }

    /// The kilometres on the ground that correspond to these pixels.
    #[must_use]
    pub fn kilometres(&self, pixels: f64) -> f64 {
        self.fit.map_or(0.0, |fit| fit.metres(pixels) / 1000.0)
    }

    /// Projects the outlines near the region, neighbours first so that the region's borders are on top.
    fn lay_land(&mut self, model: &ReportModel, points: &[Point]) {
        let Some(near) = degrees(points.iter()) else { return };
        let (high, wide) = ((near.1 - near.0).max(0.2), (near.3 - near.2).max(0.4));
        for boundary in model.registers.boundaries() {
            let Some(own) = degrees(boundary.rings.iter().flatten()) else { continue };
            let is_near =
                own.0 < near.1 + high && near.0 - high < own.1 && own.2 < near.3 + wide && near.2 - wide < own.3;
            let path = if is_near { self.outline(boundary) } else { String::new() };
            if !path.is_empty() {
                let in_region = model.in_region(&boundary.municipality);
                self.land.push(Land { code: boundary.municipality.clone(), path, in_region });
            }
        }
        self.land.sort_by(|a, b| (a.in_region, &a.code).cmp(&(b.in_region, &b.code)));
    }

    /// The outline as path data in half pixels. Each point is rounded independently, so that shared borders remain
    /// shared; parts beyond one side of the card are simplified.
    fn outline(&self, boundary: &Boundary) -> String {
        let Some(fit) = self.fit else { return String::new() };
        let mut out = String::new();
        let mut visible = false;
        for ring in &boundary.rings {
            let mut kept: Vec<(i64, i64, u8)> = Vec::new();
            for point in ring {
                let (x, y) = fit.place(self.projection.project(*point));
                let next = ((x * 2.0).round() as i64, (y * 2.0).round() as i64, self.beyond(x, y));
                if kept.last().is_some_and(|last| (last.0, last.1) == (next.0, next.1)) {
                    continue;
                }
                // Of three points beyond the same side, the middle one is not visible.
                if let [.., before, last] = kept[..]
                    && before.2 & last.2 & next.2 != 0
                {
                    kept.pop();
                }
                kept.push(next);
            }
            if kept.len() < 3 || kept.iter().fold(15, |sides, p| sides & p.2) != 0 {
                continue;
            }
            visible = true;
            let _ = write!(out, "M{} {}", kept[0].0, kept[0].1);
            for pair in kept.windows(2) {
                let _ = write!(out, "l{} {}", pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            }
            out.push('z');
        }
        if visible { out } else { String::new() }
    }

    /// The outlines in drawing order: code, path data in half pixels, whether in the region.
    #[must_use]
    pub fn outlines(&self) -> Vec<(Text, String, bool)> {
        self.land.iter().map(|land| (land.code.clone(), land.path.clone(), land.in_region)).collect()
    }

    /// The same ground with an offset on the picture.
    #[must_use]
    pub fn moved(&self, by: (f64, f64)) -> Self {
        let mut out = Self { stage: self.stage.moved(by), by: (self.by.0 + by.0, self.by.1 + by.1), ..self.clone() };
        out.names.iter_mut().for_each(|name| name.at = (name.at.0 + by.0, name.at.1 + by.1));
        out
    }

    /// Draws water and land; the municipality in focus is tinted.
    pub fn draw(&self, scene: &mut Scene, focus: &str, clip: &str) {
        self.frame(scene, clip);
        self.lay(scene, focus);
        scene.close();
    }

    /// Draws water and land like [`Ground::draw`], and names the land so that other grounds of the picture can reuse
    /// it.
    pub fn draw_named(&self, scene: &mut Scene, focus: &str, name: &str) {
        self.frame(scene, name);
        scene.open(&format!("id=\"{name}-land\""));
        self.lay(scene, focus);
        scene.close();
        scene.close();
    }

    /// Draws water, and the land drawn earlier under this name.
    pub fn draw_again(&self, scene: &mut Scene, name: &str, clip: &str) {
        self.frame(scene, clip);
        let (x, y) = (scene::coord(self.by.0), scene::coord(self.by.1));
        scene.raw(&format!("<use href=\"#{name}-land\" x=\"{x}\" y=\"{y}\"/>"));
        scene.close();
    }

    /// Draws water, and opens a group for the land.
    fn frame(&self, scene: &mut Scene, clip: &str) {
        let card = &self.stage.card;
        let (x, y) = (scene::coord(card.left), scene::coord(card.top));
        let (w, h) = (scene::coord(card.right - card.left), scene::coord(card.bottom - card.top));
        scene.raw(&format!(
            "<clipPath id=\"{clip}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"10\"/></clipPath>"
        ));
        scene.rect(card.left, card.top, card.right - card.left, card.bottom - card.top, 10.0, style::WATER);
        scene.open(&format!("class=\"land\" clip-path=\"url(#{clip})\" aria-hidden=\"true\""));
    }

    fn lay(&self, scene: &mut Scene, focus: &str) {
        scene.open("transform=\"scale(.5)\" stroke=\"#fff\" stroke-linejoin=\"round\" fill-rule=\"evenodd\"");
        for land in &self.land {
            let (fill, width) = match land.in_region {
                _ if *land.code == *focus => (style::FOCUS, 4.0),
                true => (style::REGION, 4.0),
                false => (style::LAND, 2.0),
            };
            let width = scene::coord(width * self.stage.zoom.sqrt());
            scene.path(&land.path, &format!("fill=\"{fill}\" stroke-width=\"{width}\""));
        }
        scene.close();
    }

    /// The sides of the card beyond which a point is, one bit each.
    fn beyond(&self, x: f64, y: f64) -> u8 {
        let card = &self.stage.card;
        u8::from(x < card.left)
            | u8::from(x > card.right) << 1
            | u8::from(y < card.top) << 2
            | u8::from(y > card.bottom) << 3
    }
}

/// The points of the region's municipalities.
fn centres(model: &ReportModel) -> Vec<Point> {
    let point = |code: &Text| model.registers.municipality_by_code(code)?.point;
    model.region.municipalities.iter().filter_map(point).collect()
}

/// The outlines and points of the region's municipalities, and the points of its units.
fn region_points(model: &ReportModel) -> Vec<Point> {
    let registers = &model.registers;
    let boundaries = registers.boundaries().iter().filter(|b| model.in_region(&b.municipality));
    let mut points: Vec<Point> = boundaries.flat_map(|b| b.rings.iter().flatten().copied()).collect();
    points.extend(centres(model));
    points.extend(registers.units().filter(|u| model.in_region(&u.municipality)).filter_map(|u| u.point));
    points.retain(|p| p.lat.is_finite() && p.lon.is_finite());
    points
}

/// Minimum and maximum latitude, then minimum and maximum longitude.
fn degrees<'a>(points: impl Iterator<Item = &'a Point>) -> Option<(f64, f64, f64, f64)> {
    points.fold(None, |range, p| {
        let (south, north, west, east) = range.unwrap_or((p.lat, p.lat, p.lon, p.lon));
        Some((south.min(p.lat), north.max(p.lat), west.min(p.lon), east.max(p.lon)))
    })
}
