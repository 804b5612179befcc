//! Pictures as files: SVG, and PNG for programs that cannot show SVG.

use rayon::prelude::*;

use super::{Exporter, Material, Output, Part, Sink};
use crate::error::Result;
use crate::render::{self, Medium, Picture};

/// `maps/`.
pub const MAPS: Part = Part::new("maps", &[Medium::Maps]);
/// `charts/`.
const CHARTS: Part = Part::new("charts", &[Medium::Charts]);
const PARTS: &[Part] = &[MAPS, CHARTS];

/// `maps/*.svg` and `charts/*.svg`.
pub struct Svg;
/// `maps/*.png` and `charts/*.png`.
pub struct Png {
    /// Pixels per unit of the SVG.
    pub scale: f32,
}

/// The pictures of a part: their names begin with its folder.
fn of_part<'a>(material: &Material<'a>, part: Part) -> Vec<&'a Picture> {
    let is_of_part = |picture: &&Picture| picture.name.split('/').next() == Some(part.as_str());
    material.pictures.iter().filter(is_of_part).collect()
}

impl Exporter for Svg {
    fn id(&self) -> &'static str {
        "svg"
    }

    fn parts(&self) -> &'static [Part] {
        PARTS
    }

    fn export(&self, material: &Material<'_>, part: Part, sink: &dyn Sink) -> Result<()> {
        let output = |p: &Picture| {
            let bytes = render::file(p, material.model.theme.text)?.into_bytes();
            sink.put(Output { name: format!("{}.svg", p.name), bytes })
        };
        of_part(material, part).into_par_iter().try_for_each(output)
    }
}

impl Exporter for Png {
    fn id(&self) -> &'static str {
        "png"
    }

    fn parts(&self) -> &'static [Part] {
        PARTS
    }

    fn export(&self, material: &Material<'_>, part: Part, sink: &dyn Sink) -> Result<()> {
        let output =
            |p: &Picture| sink.put(Output { name: format!("{}.png", p.name), bytes: render::png(p, self.scale)? });
        of_part(material, part).into_par_iter().try_for_each(output)
    }
}
