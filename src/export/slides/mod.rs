//! Slide decks: their content (`story`) in a format-independent form (`deck`), and the PowerPoint writer (`pptx`).

pub(super) mod deck;
mod pptx;
mod story;

use rayon::prelude::*;

pub use pptx::{Fallback, Template};

use super::{Exporter, Material, Output, Part, Sink};
use crate::error::Result;
use crate::io;
use crate::model::Text;
use crate::render::{Medium, SlideMap};
use crate::report::view::Sheet;

pub(super) use story::{Story, in_words, written};

/// `slides.pptx`.
pub const SLIDES: Part = Part::new("slides", &[Medium::Deck]);

/// `slides.pptx`: the region's deck.
pub struct Slides;

impl Exporter for Slides {
    fn id(&self) -> &'static str {
        "pptx"
    }

    fn parts(&self) -> &'static [Part] {
        &[SLIDES]
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        let template = template(material)?;
        sink.put(region_deck(material, &template)?.file("slides.pptx"))
    }
}

/// `slides.pptx`, and a deck for each of these municipalities, such as `slides-1440.pptx`.
pub struct Decks {
    /// Their codes.
    pub codes: Vec<Text>,
}

impl Exporter for Decks {
    fn id(&self) -> &'static str {
        "pptx"
    }

    fn parts(&self) -> &'static [Part] {
        &[SLIDES]
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        let template = template(material)?;
        sink.put(region_deck(material, &template)?.file("slides.pptx"))?;
        let story = Story::new(material);
        self.codes.par_iter().try_for_each(|code| {
            let deck = deck_file(&story.municipal(std::slice::from_ref(code)), material, &template)?;
            sink.put(deck.file(format!("slides-{}.pptx", io::file_part(code))))
        })
    }
}

/// A deck as a file, and what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeckFile {
    /// The file.
    pub bytes: Vec<u8>,
    /// Topics left out because there are no numbers.
    pub left_out: Vec<String>,
}

impl DeckFile {
    /// The file under this name.
    #[must_use]
    pub fn file(self, name: impl Into<String>) -> Output {
        Output { name: name.into(), bytes: self.bytes }
    }
}

/// The template of a report's theme: the organisation's own, otherwise the built-in one.
///
/// # Errors
/// An unusable template.
pub fn template(material: &Material<'_>) -> Result<Template> {
    let theme = &material.model.theme;
    match &theme.template {
        Some((path, bytes)) => Template::read(path, bytes),
        None => Template::built_in(theme),
    }
}

/// The region's deck.
///
/// # Errors
/// A picture that cannot be drawn, or chart data that a workbook cannot hold.
pub fn region_deck(material: &Material<'_>, template: &Template) -> Result<DeckFile> {
    deck_file(&Story::new(material).region(), material, template)
}

/// One deck of these municipalities in sequence.
///
/// # Errors
/// As for [`region_deck`].
pub fn deck_of(material: &Material<'_>, codes: &[Text], template: &Template) -> Result<DeckFile> {
    deck_file(&Story::new(material).municipal(codes), material, template)
}

/// A deck of one slide about a sheet.
///
/// # Errors
/// As for [`region_deck`].
pub fn sheet_deck(sheet: &Sheet, map: Option<&SlideMap>, material: &Material<'_>) -> Result<DeckFile> {
    deck_file(&Story::new(material).sheet(sheet, map), material, &template(material)?)
}

fn deck_file(deck: &deck::Deck, material: &Material<'_>, template: &Template) -> Result<DeckFile> {
    let bytes = pptx::write(deck, template, material.model.lang, material.model.year)?;
    Ok(DeckFile { bytes, left_out: deck.left_out.clone() })
}
