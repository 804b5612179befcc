//! Reads a theme file: an organisation's colours, typeface and logo.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use resvg::{tiny_skia, usvg};
use serde::Deserialize;

use super::{fonts, style};
use crate::config::syntax;
use crate::error::{Error, Exit, Result};
use crate::io;
use crate::theme::{Colour, Logo, Slot, TextForm, Theme};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    logo: Option<String>,
    slides: Option<String>,
    text: Option<String>,
    #[serde(default)]
    colours: BTreeMap<String, String>,
    font: Option<RawFont>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFont {
    regular: String,
    semibold: String,
}

/// The theme of this file; its paths are relative to its folder. A typeface is installed for the whole run, so this
/// must precede any drawing.
///
/// # Errors
/// Invalid TOML, an invalid colour, or an unusable font or logo: exit 2.
pub fn read(path: &Path) -> Result<Theme> {
    let name = path.display().to_string();
    let bytes = io::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let raw: Raw = toml::from_str(text).map_err(|problem| syntax(&name, text, &problem, "error-theme"))?;
    let mut theme = Theme { colours: colours(&name, raw.colours)?, ..Theme::default() };
    theme.files.push((file_name(path), bytes.clone()));
    if let Some(found) = raw.text {
        theme.text = text_form(&name, &found)?;
    }
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    if let Some(font) = raw.font {
        let names = [font.regular, font.semibold];
        let files = [io::read(&folder.join(&names[0]))?, io::read(&folder.join(&names[1]))?];
        theme.files.extend(names.iter().cloned().zip(files.iter().cloned()));
        fonts::install(files).map_err(|(i, why)| unfit(&folder.join(&names[i]), &why))?;
    }
    if let Some(logo) = raw.logo {
        let file = folder.join(&logo);
        let bytes = io::read(&file)?;
        theme.logo = Some(self::logo(&file, &bytes)?);
        theme.files.push((logo, bytes));
    }
    if let Some(slides) = raw.slides {
        let file = folder.join(&slides);
        let bytes = io::read(&file)?;
        theme.template = Some((file.display().to_string(), bytes.clone()));
        theme.files.push((slides, bytes));
    }
    theme.doubts = style::doubts(&theme);
    Ok(theme)
}

fn text_form(path: &str, found: &str) -> Result<TextForm> {
    TextForm::ALL.into_iter().find(|form| form.as_str() == found).ok_or_else(|| {
        let known = TextForm::ALL.map(TextForm::as_str).join(", ");
        Error::new(Exit::Usage, "error-theme-text").with("path", path).with("found", found).with("known", known)
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn colours(path: &str, given: BTreeMap<String, String>) -> Result<BTreeMap<Slot, Colour>> {
    let mut out = BTreeMap::new();
    for (key, text) in given {
        let slot = Slot::ALL.into_iter().find(|slot| slot.as_str() == key).ok_or_else(|| {
            let known = Slot::ALL.map(Slot::as_str).join(", ");
            Error::new(Exit::Usage, "error-theme-key").with("path", path).with("key", &key).with("known", known)
        })?;
        let colour = Colour::parse(&text).ok_or_else(|| {
            Error::new(Exit::Usage, "error-theme-colour").with("path", path).with("key", &key).with("found", &text)
        })?;
        out.insert(slot, colour);
    }
    Ok(out)
}

fn unfit(path: &Path, why: &fonts::FontProblem) -> Error {
    match why {
        fonts::FontProblem::Unreadable(why) => {
            Error::new(Exit::Usage, "error-theme-font").with("path", path.display()).with("why", why)
        }
        fonts::FontProblem::Lacks(signs) => {
            Error::new(Exit::Usage, "error-theme-font-signs").with("path", path.display()).with("signs", signs)
        }
    }
}

/// A logo in SVG or PNG.
fn logo(path: &Path, bytes: &[u8]) -> Result<Logo> {
    let wrong =
        |why: String| Error::new(Exit::Usage, "error-theme-logo").with("path", path.display()).with("why", why);
    let is_png = bytes.starts_with(b"\x89PNG");
    let (kind, shape) = if is_png {
        let picture = tiny_skia::Pixmap::decode_png(bytes).map_err(|e| wrong(e.to_string()))?;
        ("png", f64::from(picture.width()) / f64::from(picture.height()))
    } else {
        let tree = usvg::Tree::from_data(bytes, &usvg::Options::default()).map_err(|e| wrong(e.to_string()))?;
        ("svg+xml", f64::from(tree.size().width()) / f64::from(tree.size().height()))
    };
    if !(0.1..=20.0).contains(&shape) {
        return Err(wrong(format!("1:{:.2}", 1.0 / shape)));
    }
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    Ok(Logo { data: format!("data:image/{kind};base64,{data}"), shape })
}
