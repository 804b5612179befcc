//! The embedded typeface: measuring text, the `@font-face` rules, and the font database for PNG.

use std::sync::{Arc, OnceLock};

use base64::Engine;
use resvg::usvg::fontdb;
use ttf_parser::Face;

/// The one family name that every text uses; text of another family would vanish from PNG files.
pub const FAMILY: &str = "Inter";

static REGULAR_TTF: &[u8] = include_bytes!("../../data/fonts/Inter-Regular.ttf");
static SEMIBOLD_TTF: &[u8] = include_bytes!("../../data/fonts/Inter-SemiBold.ttf");
static REGULAR_WOFF2: &[u8] = include_bytes!("../../data/fonts/Inter-Regular.woff2");
static SEMIBOLD_WOFF2: &[u8] = include_bytes!("../../data/fonts/Inter-SemiBold.woff2");

/// How heavy a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    SemiBold,
}

impl Weight {
    /// The number of CSS.
    #[must_use]
    pub const fn css(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::SemiBold => 600,
        }
    }
}

/// Advance widths of one face, in units of its em.
struct Widths {
    ascii: [f64; 128],
    face: Face<'static>,
    em: f64,
    fallback: f64,
}

impl Widths {
    fn of(font: &'static [u8]) -> Self {
        let face = Face::parse(font, 0).expect("the embedded font is sound");
        let em = f64::from(face.units_per_em());
        let mut out = Self { ascii: [0.0; 128], fallback: em * 0.6, face, em };
        for code in 0..128_u8 {
            out.ascii[code as usize] = out.advance(char::from(code));
        }
        out
    }

    fn advance(&self, c: char) -> f64 {
        let advance = self.face.glyph_index(c).and_then(|glyph| self.face.glyph_hor_advance(glyph));
        advance.map_or(self.fallback, f64::from) / self.em
    }

    fn of_char(&self, c: char) -> f64 {
        self.ascii.get(c as usize).copied().unwrap_or_else(|| self.advance(c))
    }
}

fn widths(weight: Weight) -> &'static Widths {
    static REGULAR: OnceLock<Widths> = OnceLock::new();
    static SEMIBOLD: OnceLock<Widths> = OnceLock::new();
    match weight {
        Weight::Regular => REGULAR.get_or_init(|| Widths::of(REGULAR_TTF)),
        Weight::SemiBold => SEMIBOLD.get_or_init(|| Widths::of(SEMIBOLD_TTF)),
    }
}

/// The width of a text in pixels. Kerning is left out, so that the drawn text is at most marginally wider.
#[must_use]
pub fn measure(text: &str, size: f64, weight: Weight) -> f64 {
    let widths = widths(weight);
    text.chars().map(|c| widths.of_char(c)).sum::<f64>() * size
}

/// The size, at most `size`, at which every one of the texts has room in `room` pixels.
#[must_use]
pub fn size_for<'a>(texts: impl IntoIterator<Item = &'a str>, room: f64, size: f64, weight: Weight) -> f64 {
    let widest = texts.into_iter().map(|text| measure(text, size, weight)).fold(0.0, f64::max);
    if widest > room { size * room / widest } else { size }
}

/// The text, cut with an ellipsis where it is wider than `room` pixels.
#[must_use]
pub fn fit(text: &str, room: f64, size: f64, weight: Weight) -> String {
    if measure(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut out: String = text.to_owned();
    while out.pop().is_some() {
        let cut = format!("{}…", out.trim_end());
        if measure(&cut, size, weight) <= room {
            return cut;
        }
    }
    String::new()
}

/// The text broken into lines of at most `room` pixels, at blanks.
#[must_use]
pub fn wrap(text: &str, room: f64, size: f64, weight: Weight) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        if let Some(last) = lines.last_mut()
            && measure(&format!("{last} {word}"), size, weight) <= room
        {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(fit(word, room, size, weight));
        }
    }
    lines
}

/// The `@font-face` rules of the typeface, its files embedded as WOFF2.
#[must_use]
pub fn font_css() -> &'static str {
    static CSS: OnceLock<String> = OnceLock::new();
    CSS.get_or_init(|| {
        let face = |weight: Weight, font: &[u8]| {
            let data = base64::engine::general_purpose::STANDARD.encode(font);
            format!(
                "@font-face{{font-family:{FAMILY};font-weight:{};src:url(data:font/woff2;base64,{data}) format(\"woff2\")}}",
                weight.css()
            )
        };
        face(Weight::Regular, REGULAR_WOFF2) + &face(Weight::SemiBold, SEMIBOLD_WOFF2)
    })
}

/// The font database for PNG: the embedded typeface and nothing of the system.
#[must_use]
pub fn database() -> Arc<fontdb::Database> {
    static DATABASE: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(DATABASE.get_or_init(|| {
        let mut database = fontdb::Database::new();
        for font in [REGULAR_TTF, SEMIBOLD_TTF] {
            database.load_font_source(fontdb::Source::Binary(Arc::new(font)));
        }
        Arc::new(database)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_typeface_has_every_sign_that_pictures_use() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            for c in "ABCÅÄÖåäöéüÉñŁő0123456789 %−–—…·×≥←→▲▼\u{a0}\u{202f}\u{2009}".chars()
            {
                assert!(widths(weight).face.glyph_index(c).is_some(), "{c:?} is missing");
            }
        }
    }

    #[test]
    fn both_weights_are_found_under_the_one_family_name() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            let query = fontdb::Query {
                families: &[fontdb::Family::Name(FAMILY)],
                weight: fontdb::Weight(weight.css()),
                ..fontdb::Query::default()
            };
            let database = database();
            let id = database.query(&query).expect("found");
            assert_eq!(database.face(id).unwrap().weight.0, weight.css());
        }
    }

    #[test]
    fn text_is_cut_and_broken_within_its_room() {
        for room in [40.0, 90.0, 200.0] {
            let cut = fit("Kvarnbergets gymnasium", room, 20.0, Weight::Regular);
            assert!(measure(&cut, 20.0, Weight::Regular) <= room && cut.ends_with('…'), "{cut}");
            let lines = wrap("Elever som läser utanför regionen", room, 20.0, Weight::Regular);
            assert!(lines.iter().all(|l| measure(l, 20.0, Weight::Regular) <= room), "{lines:?}");
        }
    }
}
