//! Both maps of each municipality in one picture without a title, for a slide with its own title.

use std::sync::Arc;

use rayon::prelude::*;

use super::map::MapPairs;
use super::projection::Area;
use super::scene::Scene;
use super::{Picture, style};
use crate::io;
use crate::model::Text;
use crate::report::ReportModel;

/// Height of the picture and of the legend below its maps, pixels.
const HEIGHT: f64 = 600.0;
const LEGEND: f64 = 58.0;
/// Height of the headings above the maps, pixels.
const HEADINGS: f64 = 80.0;

/// The maps of a municipality, with notes for the reader.
#[derive(Debug, Clone, PartialEq)]
pub struct BothMaps {
    /// The picture: home map on the left, provider map on the right, one scale for all municipalities of the region.
    pub picture: Arc<Picture>,
    /// Notes, the most important first.
    pub notes: Vec<String>,
}

/// The maps of these municipalities; those outside the region have none. `words` gives the title and description of
/// each.
#[must_use]
pub fn both_maps(
    model: &ReportModel,
    codes: &[Text],
    words: impl Fn(&Text) -> (String, String) + Sync,
) -> Vec<BothMaps> {
    let area =
        Area { left: style::MARGIN, top: HEADINGS, right: style::WIDTH - style::MARGIN, bottom: HEIGHT - LEGEND };
    let sides = MapPairs::of_region(model, area);
    let draw = |code: &Text| {
        let i = model.region.municipalities.iter().position(|known| known == code)?;
        let name = format!("slides/{}", io::file_part(code));
        let mut scene = Scene::default();
        let notes = sides.draw(&mut scene, model, i, &name);
        let (title, description) = words(code);
        let svg = style::dressed(scene.document(&title, &description, style::WIDTH, HEIGHT), &model.theme);
        let picture = Picture {
            name,
            title,
            description,
            shown_in: &[],
            is_empty: false,
            svg,
            width: style::WIDTH,
            height: HEIGHT,
            head: 0.0,
            marks: Vec::new(),
        };
        let picture = Arc::new(picture);
        Some(BothMaps { picture, notes })
    };
    codes.par_iter().filter_map(draw).collect()
}
