//! Decks and reports as tagged PDF (PDF/UA-1): a view as plain data, the templates of `data/pdf`, and the typesetter.

mod report;
mod sheet;
mod slides;
#[cfg(feature = "pdf")]
mod world;
#[cfg(not(feature = "pdf"))]
#[path = "without.rs"]
mod world;

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::slides::{DeckFile, Story, deck::Deck};
use super::{Exporter, Material, Output, Part, Sink};
use crate::error::Result;
use crate::model::{Release, Text};
use crate::render::{self, Medium, Picture, SlideMap};
use crate::report::view::Sheet;
use crate::theme::Slot;

/// Whether this build can write PDF files: true with the feature `pdf`.
pub const HAS_PDF: bool = cfg!(feature = "pdf");

/// `slides.pdf` and `report.pdf`.
pub const PDF: Part = Part::new("pdf", &[Medium::Deck, Medium::Print]);

/// The exporter of `slides.pdf` and `report.pdf`.
pub struct Pdf;

impl Exporter for Pdf {
    fn id(&self) -> &'static str {
        "pdf"
    }

    fn parts(&self) -> &'static [Part] {
        &[PDF]
    }

    fn is_serial(&self) -> bool {
        true
    }

    fn export(&self, material: &Material<'_>, _: Part, sink: &dyn Sink) -> Result<()> {
        let (slides, report) = rayon::join(|| deck_file(material, &[]), || report::write(material));
        world::forget();
        sink.put(slides?.file("slides.pdf"))?;
        sink.put(Output { name: "report.pdf".to_owned(), bytes: report? })
    }
}

/// A deck: the region's if `codes` is empty, otherwise one of these municipalities in sequence.
///
/// # Errors
/// A picture that cannot be drawn, or a build without the feature `pdf`.
pub fn deck(material: &Material<'_>, codes: &[Text]) -> Result<DeckFile> {
    let deck_file = deck_file(material, codes);
    world::forget();
    deck_file
}

/// A sheet as a deck of one slide and as a page.
///
/// # Errors
/// As for [`deck`].
pub fn sheet(sheet: &Sheet, map: Option<&SlideMap>, material: &Material<'_>) -> Result<(DeckFile, Vec<u8>)> {
    let deck = Story::new(material).sheet(sheet, map);
    let slides = DeckFile { bytes: slides::write(&deck, material)?, left_out: Vec::new() };
    let report = sheet::write(sheet, material)?;
    world::forget();
    Ok((slides, report))
}

fn deck_file(material: &Material<'_>, codes: &[Text]) -> Result<DeckFile> {
    let story = Story::new(material);
    let deck: Deck = if codes.is_empty() { story.region() } else { story.municipal(codes) };
    Ok(DeckFile { bytes: slides::write(&deck, material)?, left_out: deck.left_out })
}

/// A document before typesetting.
struct Document<'a> {
    /// Its template.
    template: &'static str,
    /// Its data.
    data: Value,
    /// Its pictures, which the template names by their index.
    pictures: Pictures<'a>,
}

impl Document<'_> {
    /// The file. It is dated 15 October of the report's year, so that every run gives the same bytes.
    fn write(mut self, material: &Material<'_>, title: &str) -> Result<Vec<u8>> {
        let model = material.model;
        if let Value::Object(data) = &mut self.data {
            data.insert("frame".to_owned(), frame(material, title));
        }
        legible(&mut self.data);
        let drawn = self.pictures.list.par_iter().map(|picture| render::texts(picture));
        world::set(self.template, &self.data, drawn.collect::<Result<_>>()?, model.year)
    }
}

/// Values common to all documents.
fn frame(material: &Material<'_>, title: &str) -> Value {
    let model = material.model;
    let colours: BTreeMap<&str, String> =
        Slot::ALL.iter().map(|slot| (slot.as_str(), render::colour(&model.theme, *slot).to_string())).collect();
    json!({
        "lang": model.lang.tag(),
        "region": match model.lang { crate::words::Lang::Sv => "SE", crate::words::Lang::En => "GB" },
        "font": render::family(),
        "colours": colours,
        "title": title,
        "mark": (model.release() == Release::Internal).then(|| model.lang.text("stamp-internal")),
        "year": model.year,
    })
}

/// The pictures of a document.
#[derive(Default)]
struct Pictures<'a> {
    list: Vec<Cow<'a, Picture>>,
}

impl<'a> Pictures<'a> {
    /// Adds a picture; returns its view for the template.
    fn add(&mut self, picture: Cow<'a, Picture>) -> Value {
        let view = json!({
            "file": file(self.list.len()),
            "alt": format!("{}. {}", picture.title, picture.description),
            "shape": picture.width / picture.height,
        });
        self.list.push(picture);
        view
    }
}

/// The file name of the picture with this index.
fn file(place: usize) -> String {
    format!("{place}.svg")
}

/// Length in characters from which a word may not fit on a line.
const LONG: usize = 40;

/// Makes every text printable in the typeface: a missing glyph becomes a box, manual line breaks are removed, and
/// words too long for a line get break opportunities.
fn legible(value: &mut Value) {
    match value {
        Value::String(text) => {
            if text.chars().any(|c| !is_shown(c)) {
                *text = text.chars().filter_map(replacement).collect();
            }
            if text.split(char::is_whitespace).any(|word| word.chars().count() > LONG) {
                *text = breakable(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(legible),
        Value::Object(fields) => fields.values_mut().for_each(legible),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text with break opportunities in its long words.
fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut letters = 0;
    for c in text.chars() {
        if letters == LONG / 2 {
            out.push('\u{200b}');
            letters = 0;
        }
        letters = if c.is_whitespace() { 0 } else { letters + 1 };
        out.push(c);
    }
    out
}

fn is_shown(c: char) -> bool {
    !c.is_control() && render::font_has(c)
}

/// Whether a character only affects others: joiners, directions, variants.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The character itself, a blank for a line break, `None` for other control characters and for marks.
fn replacement(c: char) -> Option<char> {
    const BOXES: [char; 3] = ['\u{25a1}', '\u{fffd}', '?'];
    if is_shown(c) {
        return Some(c);
    }
    if c.is_control() {
        return c.is_whitespace().then_some(' ');
    }
    if is_mark(c) {
        return None;
    }
    BOXES.into_iter().find(|c| render::font_has(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_can_be_shown() {
        let mut value = json!({"a": ["Åsö\u{202f}skola", "\u{5b66}\u{6821} 1\n2\u{0}\u{feff}\u{200f}"], "b": 7});
        legible(&mut value);
        assert_eq!(value["a"][0], "Åsö\u{202f}skola");
        let other = value["a"][1].as_str().unwrap_or_default();
        assert!(other.ends_with(" 1 2") && other.chars().all(is_shown) && other.chars().count() == 6, "{other:?}");
    }
}
