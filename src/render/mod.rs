//! Pictures: dependency maps and charts of a released report, as SVG with an embedded font and as PNG.

mod card;
mod change;
mod concentration;
mod fall;
mod fonts;
mod frame;
pub mod geometry;
mod isotonic;
mod kinds;
mod ledger;
mod map;
mod matrix;
mod origins;
mod outlined;
mod parts;
mod plot;
mod projection;
mod regions;
mod sankey;
mod scene;
mod seats;
mod shares;
mod sight;
mod slopes;
mod style;
mod table;
mod theme;
mod waterfall;
mod years;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use self::Medium::{Charts, Deck, Page, Print};

use crate::error::{Error, Exit, Result};
use crate::model::Cell;
use crate::report::ReportModel;
use crate::tables::ShareRow;
use crate::theme::TextForm;
use crate::words::Lang;

pub use card::changed;
pub use fonts::{family, files as font_files, font_css, has as font_has};
pub use frame::{about, about_both, about_year, source};
pub use map::{
    Base, By, MapMark, MapScale, MapSpec, Plate, SlideMap, SlideMaps, dependency_map, plates, whatif_map,
    whatif_slide,
};
pub use regions::{FunnelPanel, panel as funnel_panel};
pub use scene::escape;
pub use style::{of_theme as colour, palette};
pub use theme::read as read_theme;

/// A finished picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Path in the output folder without extension, such as `maps/home-1440` or `charts/region-matrix`.
    pub name: String,
    /// Its title: the finding.
    pub title: String,
    /// The picture in words, with its main numbers.
    pub description: String,
    /// The media in which a report shows it, as declared by its chart; empty for a picture drawn separately.
    pub shown_in: &'static [Medium],
    /// Whether it only says that there is nothing to show.
    pub is_empty: bool,
    /// The file.
    pub svg: String,
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// Height of its title area, pixels; 0 without a title.
    pub head: f64,
    /// The circles and signs of a map that fills the picture, in the coordinates of the file; empty for other
    /// pictures.
    pub marks: Vec<MapMark>,
}

impl Picture {
    /// The same picture without its title, for a place with its own title.
    #[must_use]
    pub fn below_title(&self) -> Self {
        let height = self.height - self.head;
        Self { svg: scene::cropped(&self.svg, self.head, self.width, height), height, head: 0.0, ..self.clone() }
    }
}

/// A part of a report that shows pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// The folder `maps/`.
    Maps,
    /// The folder `charts/`.
    Charts,
    /// The page.
    Page,
    /// The slide decks. A deck also needs a picture if it only uses its finding as a title.
    Deck,
    /// The printed report.
    Print,
}

/// A kind of picture of a report.
pub trait Chart: Sync {
    /// Stable name, as shown by `elevflode list charts`.
    fn id(&self) -> &'static str;
    /// All media that show its pictures; declared only here.
    fn shown_in(&self) -> &'static [Medium];
    /// Draws its pictures for a report; callers use [`Chart::draw`].
    fn pictures(&self, model: &ReportModel) -> Vec<Picture>;

    /// Its pictures for a report, each with the media that show it.
    fn draw(&self, model: &ReportModel) -> Vec<Picture> {
        let shown_in = self.shown_in();
        self.pictures(model).into_iter().map(|picture| Picture { shown_in, ..picture }).collect()
    }

    /// Its title.
    fn title(&self, lang: Lang) -> String {
        lang.text(&format!("chart-{}", self.id()))
    }

    /// What it shows.
    fn description(&self, lang: Lang) -> String {
        lang.attribute(&format!("chart-{}", self.id()), "about", &[]).unwrap_or_default()
    }
}

/// A chart with a single picture.
struct Single {
    id: &'static str,
    shown_in: &'static [Medium],
    draw: fn(&ReportModel) -> Picture,
}

impl Chart for Single {
    fn id(&self) -> &'static str {
        self.id
    }

    fn shown_in(&self) -> &'static [Medium] {
        self.shown_in
    }

    fn pictures(&self, model: &ReportModel) -> Vec<Picture> {
        vec![(self.draw)(model)]
    }
}

/// Pixels of a PNG of a report per unit of its SVG.
pub const PNG_SCALE: f32 = 1.0;

/// All kinds of pictures, in the order of a report. To add one, add a file next to this one and a line here.
pub static CHARTS: &[&dyn Chart] = &[
    &map::DependencyMap,
    &map::RegionNet,
    &Single { id: "region-matrix", shown_in: &[Charts, Page, Deck], draw: matrix::of_region },
    &Single { id: "sankey", shown_in: &[Charts, Page], draw: sankey::picture },
    &Single { id: "shares", shown_in: &[Charts, Page, Print], draw: shares::picture },
    &Single { id: "share-slopes", shown_in: &[Charts, Page, Print], draw: slopes::picture },
    &Single { id: "kinds", shown_in: &[Charts, Page, Print], draw: kinds::picture },
    &Single { id: "change", shown_in: &[Charts, Page, Deck, Print], draw: change::picture },
    &change::OtherChanges,
    &Single { id: "concentration", shown_in: &[Charts, Page, Deck, Print], draw: concentration::picture },
    &Single { id: "ledger", shown_in: &[Charts, Page, Deck], draw: ledger::picture },
    &Single { id: "waterfall", shown_in: &[Charts, Page, Print], draw: waterfall::picture },
    &Single { id: "seat-deltas", shown_in: &[Charts, Page, Deck, Print], draw: seats::picture },
    &Single { id: "origins", shown_in: &[Charts, Page, Deck], draw: origins::picture },
    &Single { id: "regions-funnel", shown_in: &[Charts, Page, Deck, Print], draw: regions::funnel },
    &Single { id: "regions-dots", shown_in: &[Charts, Page, Print], draw: regions::dots },
    &card::Cards,
];

/// The SVG with text converted to outlines, for programs that do not support embedded fonts.
///
/// # Errors
/// A picture that cannot be drawn.
pub fn outlines(picture: &Picture) -> Result<String> {
    let options = usvg::WriteOptions {
        preserve_text: false,
        coordinates_precision: 2,
        transforms_precision: 4,
        indent: usvg::Indent::None,
        attributes_indent: usvg::Indent::None,
        ..usvg::WriteOptions::default()
    };
    Ok(tree(picture)?.to_string(&options))
}

/// The model for pictures: with codes in place of names that the typeface cannot show.
#[must_use]
pub fn legible(model: &ReportModel) -> Cow<'_, ReportModel> {
    if model.registers.unspellable(&font_has).is_empty() {
        return Cow::Borrowed(model);
    }
    Cow::Owned(ReportModel { registers: Arc::new(model.registers.spelled(&font_has)), ..model.clone() })
}

/// The file of a picture: as drawn, or with its texts as outlines.
///
/// # Errors
/// A picture that is not XML.
pub fn file(picture: &Picture, text: TextForm) -> Result<String> {
    match text {
        TextForm::Font => Ok(picture.svg.clone()),
        TextForm::Outlines => outlined::outlined(&picture.svg).map_err(|why| undrawn(picture, why)),
    }
}

/// The SVG with text kept as text, for programs that have the run's typeface; with outlines if the typeface lacks a
/// character.
///
/// # Errors
/// A picture that cannot be drawn.
pub fn texts(picture: &Picture) -> Result<String> {
    let is_shown = |c: char| c.is_control() || font_has(c);
    if picture.svg.chars().all(is_shown) { Ok(without_font(&picture.svg)) } else { outlines(picture) }
}

/// The parsed picture. System fonts are not used.
fn tree(picture: &Picture) -> Result<usvg::Tree> {
    let options =
        usvg::Options { fontdb: fonts::database(), font_family: family().to_owned(), ..usvg::Options::default() };
    usvg::Tree::from_str(&without_font(&picture.svg), &options).map_err(|e| undrawn(picture, e))
}

fn undrawn(picture: &Picture, why: impl ToString) -> Error {
    Error::new(Exit::Output, "error-png").with("picture", &picture.name).with("why", why.to_string())
}

/// The picture as PNG, `scale` times its size. Deterministic; system fonts are not used.
///
/// # Errors
/// A picture that cannot be drawn at this size.
pub fn png(picture: &Picture, scale: f32) -> Result<Vec<u8>> {
    let tree = tree(picture)?;
    let size = |length: f64| (length as f32 * scale).round() as u32;
    let mut pixmap = tiny_skia::Pixmap::new(size(picture.width), size(picture.height))
        .ok_or_else(|| undrawn(picture, format!("{} × {}", size(picture.width), size(picture.height))))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|e| undrawn(picture, e))
}

/// A count as text: `..` means hidden, `.` missing.
fn count(lang: Lang, cell: Cell) -> String {
    cell.text(|n| lang.number(n))
}

/// A home's students by kind of provider, in the order of [`style::Side::KINDS`].
fn by_kind(row: &ShareRow) -> [Cell; 4] {
    [row.own_provider, row.other_municipality, row.independent_home + row.independent_elsewhere, row.region_state]
}

/// The name of a unit, with its municipality in smaller type, within `room` pixels.
fn unit_name(
    scene: &mut scene::Scene,
    model: &ReportModel,
    code: &str,
    (x, y): (f64, f64),
    room: f64,
    weight: fonts::Weight,
) {
    let unit = model.registers.unit_by_code(code);
    let place = unit.map_or("", |u| model.registers.municipality_name(&u.municipality));
    let beside = fonts::measure(place, style::SMALL, fonts::Weight::Regular) + 10.0;
    let name = unit.map_or(code, |u| &*u.name);
    let name = fonts::fit(name, (room - beside).max(room * 0.6), style::BODY, weight);
    scene.text(&scene::TextLine::new(x, y, &name).weight(weight));
    let used = fonts::measure(&name, style::BODY, weight) + 10.0;
    let place = fonts::fit(place, room - used, style::SMALL, fonts::Weight::Regular);
    scene.text(&scene::TextLine::new(x + used, y, &place).size(style::SMALL).fill(style::MUTED));
}

/// A colour key in one line: a square and a label each.
fn key(scene: &mut scene::Scene, mut x: f64, y: f64, words: &[(String, &str)]) {
    for (text, colour) in words {
        scene.rect(x, y - 15.0, 18.0, 18.0, 3.0, colour);
        scene.text(&scene::TextLine::new(x + 26.0, y, text));
        x += 26.0 + fonts::measure(text, style::BODY, fonts::Weight::Regular) + 36.0;
    }
}

/// The SVG without its embedded font, which the font database replaces.
fn without_font(svg: &str) -> String {
    match (svg.find(scene::STYLE_OPEN), svg.find(scene::STYLE_CLOSE)) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &svg[..from], &svg[to + scene::STYLE_CLOSE.len()..]),
        _ => svg.to_owned(),
    }
}

/// The width of a text in the run's typeface at this size, in the unit of `size`.
#[must_use]
pub fn text_width(text: &str, size: f64, is_bold: bool) -> f64 {
    fonts::measure(text, size, if is_bold { fonts::Weight::SemiBold } else { fonts::Weight::Regular })
}
