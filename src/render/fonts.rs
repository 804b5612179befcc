//! The typeface of the run (the embedded one unless a theme has its own): text measuring, `@font-face` rules, and the
//! font database for PNG.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use allsorts::binary::read::ReadScope;
use allsorts::font_data::FontData;
use allsorts::subset::{CmapTarget, SubsetProfile, subset};

use base64::Engine;
use resvg::usvg::fontdb;
use ttf_parser::Face;

/// The family of the embedded typeface.
const INTER: &str = "Inter";

/// Characters besides letters that pictures use; a typeface without one of them is rejected.
const SIGNS: &str = "0123456789 %.,:;!?()[]+*/&'\"#@_\u{2212}\u{2013}\u{2014}\u{2026}\u{b7}\u{d7}\u{2192}\u{2190}";
/// Letters that a typeface must have.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖÉabcdefghijklmnopqrstuvwxyzåäöéü";

static REGULAR_TTF: &[u8] = include_bytes!("../../data/fonts/Inter-Regular.ttf");
static SEMIBOLD_TTF: &[u8] = include_bytes!("../../data/fonts/Inter-SemiBold.ttf");
static REGULAR_WOFF2: &[u8] = include_bytes!("../../data/fonts/Inter-Regular.woff2");
static SEMIBOLD_WOFF2: &[u8] = include_bytes!("../../data/fonts/Inter-SemiBold.woff2");

/// The weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    SemiBold,
}

impl Weight {
    /// The CSS value.
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

/// A typeface in two weights.
struct Typeface {
    /// The family name that every text uses; text of another family would be missing from PNG files.
    family: String,
    /// Its `@font-face` rules.
    css: String,
    /// Regular and semi-bold.
    widths: [Widths; 2],
    /// Their files.
    files: [&'static [u8]; 2],
}

/// Set once, before anything is drawn: all pictures of a run have the same typeface.
static TYPEFACE: OnceLock<Typeface> = OnceLock::new();

fn typeface() -> &'static Typeface {
    TYPEFACE.get_or_init(|| Typeface {
        family: INTER.to_owned(),
        css: face_rule(INTER, Weight::Regular, REGULAR_WOFF2, "woff2")
            + &face_rule(INTER, Weight::SemiBold, SEMIBOLD_WOFF2, "woff2"),
        widths: [Widths::of(REGULAR_TTF), Widths::of(SEMIBOLD_TTF)],
        files: [REGULAR_TTF, SEMIBOLD_TTF],
    })
}

fn face_rule(family: &str, weight: Weight, font: &[u8], format: &str) -> String {
    let data = base64::engine::general_purpose::STANDARD.encode(font);
    let weight = weight.css();
    format!(
        "@font-face{{font-family:\"{family}\";font-weight:{weight};src:url(data:font/{format};base64,{data}) \
         format(\"{format}\")}}"
    )
}

/// Why a font file cannot be used for pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FontProblem {
    /// It cannot be read.
    Unreadable(String),
    /// It lacks characters that pictures use.
    Lacks(String),
}

/// A checked font file: its family, and the subset embedded in pictures.
struct CheckedFont {
    family: String,
    subset: Vec<u8>,
    is_cff: bool,
}

/// Installs a typeface for this run from its regular and semi-bold files (TrueType or OpenType). Has no effect after
/// anything was drawn.
///
/// # Errors
/// The index of the unusable file, and the reason.
pub fn install(files: [Vec<u8>; 2]) -> Result<(), (usize, FontProblem)> {
    let [regular, semibold] =
        [checked(&files[0]).map_err(|why| (0, why))?, checked(&files[1]).map_err(|why| (1, why))?];
    // They are used until the program ends.
    let files: [&'static [u8]; 2] = files.map(|file| &*Box::leak(file.into_boxed_slice()));
    let rule = |face: &CheckedFont, weight| {
        face_rule(&regular.family, weight, &face.subset, if face.is_cff { "opentype" } else { "truetype" })
    };
    let css = rule(&regular, Weight::Regular) + &rule(&semibold, Weight::SemiBold);
    let widths = files.map(Widths::of);
    let typeface = Typeface { family: regular.family, css, widths, files };
    TYPEFACE.set(typeface).map_err(|_| (0, FontProblem::Unreadable("another typeface is in use".to_owned())))
}

fn checked(file: &[u8]) -> Result<CheckedFont, FontProblem> {
    let unreadable = |why: String| FontProblem::Unreadable(why);
    let face = Face::parse(file, 0).map_err(|e| unreadable(e.to_string()))?;
    let lacks: String = LETTERS.chars().chain(SIGNS.chars()).filter(|c| face.glyph_index(*c).is_none()).collect();
    if !lacks.is_empty() {
        return Err(FontProblem::Lacks(lacks));
    }
    let names = face.names();
    let name = |id: u16| names.into_iter().find(|name| name.name_id == id && name.is_unicode())?.to_string();
    let family = name(ttf_parser::name_id::TYPOGRAPHIC_FAMILY).or_else(|| name(ttf_parser::name_id::FAMILY));
    let family: String =
        family.unwrap_or_default().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-')).collect();
    if family.trim().is_empty() {
        return Err(unreadable("no family name".to_owned()));
    }
    // Latin letters, and the other characters that pictures use.
    let kept = ('\u{20}'..='\u{17f}').chain('\u{2000}'..='\u{206f}').chain(SIGNS.chars());
    let glyphs: BTreeSet<u16> = kept.filter_map(|c| face.glyph_index(c)).map(|glyph| glyph.0).chain([0]).collect();
    let glyphs: Vec<u16> = glyphs.into_iter().collect();
    let font = ReadScope::new(file).read::<FontData<'_>>().map_err(|e| unreadable(e.to_string()))?;
    let provider = font.table_provider(0).map_err(|e| unreadable(e.to_string()))?;
    let part = subset(&provider, &glyphs, &SubsetProfile::Minimal, CmapTarget::Unicode)
        .map_err(|e| unreadable(e.to_string()))?;
    Ok(CheckedFont { family, subset: part, is_cff: face.tables().cff.is_some() })
}

fn widths(weight: Weight) -> &'static Widths {
    let [regular, semibold] = &typeface().widths;
    match weight {
        Weight::Regular => regular,
        Weight::SemiBold => semibold,
    }
}

/// The family name of the typeface.
#[must_use]
pub fn family() -> &'static str {
    &typeface().family
}

/// The family, then families of the same width class or narrower, for programs that do not read the file's typeface.
#[must_use]
pub fn families() -> String {
    format!("{}, Arial, 'Liberation Sans', Helvetica, 'Nimbus Sans', sans-serif", family())
}

/// The files of the typeface, regular and semi-bold.
#[must_use]
pub fn files() -> [&'static [u8]; 2] {
    typeface().files
}

/// Whether the typeface has a glyph for a character in both weights.
#[must_use]
pub fn has(c: char) -> bool {
    // Every typeface of the program has these.
    if c.is_ascii_alphanumeric() || c == ' ' {
        return true;
    }
    // Typefaces may have glyphs for Unicode noncharacters.
    let is_character = u32::from(c) & 0xfffe != 0xfffe;
    is_character && typeface().widths.iter().all(|widths| widths.face.glyph_index(c).is_some())
}

/// The width of a text in pixels. Without kerning, so the drawn text is at most marginally wider.
#[must_use]
pub fn measure(text: &str, size: f64, weight: Weight) -> f64 {
    let widths = widths(weight);
    text.chars().map(|c| widths.of_char(c)).sum::<f64>() * size
}

/// The outlines of a text as path data in hundredths of a pixel, its baseline starting at a point.
#[must_use]
pub fn outline(text: &str, size: f64, weight: Weight, (x, y): (f64, f64)) -> String {
    let widths = widths(weight);
    let mut pen = Pen { data: String::new(), x, y, scale: size / widths.em, at: (0, 0) };
    for c in text.chars() {
        if let Some(glyph) = widths.face.glyph_index(c) {
            widths.face.outline_glyph(glyph, &mut pen);
        }
        pen.x += widths.of_char(c) * size;
    }
    pen.data
}

/// Writes outlines of glyphs as path data: whole hundredths of a pixel, relative to the last point.
struct Pen {
    data: String,
    x: f64,
    y: f64,
    scale: f64,
    at: (i64, i64),
}

impl Pen {
    fn write(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(if command == 'M' { 'M' } else { command.to_ascii_lowercase() });
        let from = if command == 'M' { (0, 0) } else { self.at };
        for (i, (x, y)) in points.iter().enumerate() {
            let (x, y) = (self.x + f64::from(*x) * self.scale, self.y - f64::from(*y) * self.scale);
            self.at = ((x * 100.0).round() as i64, (y * 100.0).round() as i64);
            for (k, step) in [self.at.0 - from.0, self.at.1 - from.1].into_iter().enumerate() {
                if step >= 0 && (i, k) != (0, 0) {
                    self.data.push(' ');
                }
                self.data.push_str(&step.to_string());
            }
        }
    }
}

impl ttf_parser::OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.write('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.write('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.write('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.write('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('z');
    }
}

/// The largest size, at most `size`, at which each text fits in `room` pixels.
#[must_use]
pub fn size_for<'a>(texts: impl IntoIterator<Item = &'a str>, room: f64, size: f64, weight: Weight) -> f64 {
    let widest = texts.into_iter().map(|text| measure(text, size, weight)).fold(0.0, f64::max);
    if widest > room { size * room / widest } else { size }
}

/// The text, truncated with an ellipsis if it is wider than `room` pixels.
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

/// The text wrapped at blanks to lines of at most `room` pixels.
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

/// The `@font-face` rules of the typeface with embedded files.
#[must_use]
pub fn font_css() -> &'static str {
    &typeface().css
}

/// The font database for PNG: only the run's typeface under its family name, no system fonts.
#[must_use]
pub fn database() -> Arc<fontdb::Database> {
    static DATABASE: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(DATABASE.get_or_init(|| {
        let mut database = fontdb::Database::new();
        for (font, weight) in typeface().files.into_iter().zip([Weight::Regular, Weight::SemiBold]) {
            for id in database.load_font_source(fontdb::Source::Binary(Arc::new(font))) {
                rename(&mut database, id, weight);
            }
        }
        Arc::new(database)
    }))
}

/// Sets the family and the weight that texts request, whatever the file says.
fn rename(database: &mut fontdb::Database, id: fontdb::ID, weight: Weight) {
    let Some(mut face) = database.face(id).cloned() else { return };
    database.remove_face(id);
    face.families = vec![(family().to_owned(), fontdb::Language::English_UnitedStates)];
    face.weight = fontdb::Weight(weight.css());
    face.style = fontdb::Style::Normal;
    database.push_face_info(face);
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
                families: &[fontdb::Family::Name(INTER)],
                weight: fontdb::Weight(weight.css()),
                ..fontdb::Query::default()
            };
            let database = database();
            let id = database.query(&query).expect("found");
            assert_eq!(database.face(id).unwrap().weight.0, weight.css());
        }
    }

    #[test]
    fn text_is_truncated_and_wrapped_within_its_width() {
        for room in [40.0, 90.0, 200.0] {
            let cut = fit("Kvarnbergets gymnasium", room, 20.0, Weight::Regular);
            assert!(measure(&cut, 20.0, Weight::Regular) <= room && cut.ends_with('…'), "{cut}");
            let lines = wrap("Elever som läser utanför regionen", room, 20.0, Weight::Regular);
            assert!(lines.iter().all(|l| measure(l, 20.0, Weight::Regular) <= room), "{lines:?}");
        }
    }
}
