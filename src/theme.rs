//! A theme: colours that replace those of the palette, a logo, and the files they came from. Settings that a theme
//! does not give keep their defaults.

use std::collections::BTreeMap;
use std::fmt;

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Black and white.
    pub const ENDS: [Self; 2] = [Self([0; 3]), Self([255; 3])];

    /// The colour of `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// The mixture with another colour: 0 gives this colour, 1 the other.
    #[must_use]
    pub fn mix(self, other: Self, share: f64) -> Self {
        let part = |i: usize| {
            let (from, to) = (f64::from(self.0[i]), f64::from(other.0[i]));
            (from + (to - from) * share).round() as u8
        };
        Self([part(0), part(1), part(2)])
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The use of a colour in a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Students with their own municipality.
    Own,
    /// Another municipality as provider; the heat map and lines of municipalities too.
    Municipal,
    /// Independent providers.
    Independent,
    /// Region, state and federations.
    PublicOther,
    /// More than before.
    Rose,
    /// Fewer than before.
    Fell,
    /// The municipality in focus on a map.
    Focus,
}

impl Slot {
    /// All uses.
    pub const ALL: [Self; 7] =
        [Self::Own, Self::Municipal, Self::Independent, Self::PublicOther, Self::Rose, Self::Fell, Self::Focus];

    /// The key of a theme file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Municipal => "municipal",
            Self::Independent => "independent",
            Self::PublicOther => "public_other",
            Self::Rose => "rose",
            Self::Fell => "fell",
            Self::Focus => "focus",
        }
    }
}

/// A logo as embedded in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// The file as a `data:` address.
    pub data: String,
    /// Its width over its height.
    pub shape: f64,
}

/// How the SVG files of pictures hold their texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextForm {
    /// As text, with the typeface in the file.
    #[default]
    Font,
    /// As outlines of glyphs, with the words as titles.
    Outlines,
}

impl TextForm {
    /// All forms.
    pub const ALL: [Self; 2] = [Self::Font, Self::Outlines];

    /// The word in theme files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Font => "font",
            Self::Outlines => "outlines",
        }
    }
}

/// A doubt about a theme: something that readers may not be able to see.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// A colour contrasts too little with a background, or text on it does: contrast by WCAG 2 found and required.
    Contrast {
        /// The colour's use.
        slot: Slot,
        /// The background.
        ground: &'static str,
        /// The value found.
        found: f64,
        /// The value required.
        wanted: f64,
    },
    /// Two colours of one picture look alike to some readers: their distance (CIE 1976) found and required.
    Alike {
        /// One colour.
        slot: Slot,
        /// The other colour: a use, or the grey of categories that belong to several kinds.
        other: &'static str,
        /// The readers concerned: a message id.
        sight: &'static str,
        /// The value found.
        found: f64,
        /// The value required.
        wanted: f64,
    },
    /// The template of slides lacks a layout; another one is used.
    Layout {
        /// The name of the template in messages.
        path: String,
        /// The message id of the missing layout.
        role: &'static str,
        /// The layout used in its place.
        used: String,
    },
}

/// A theme.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Theme {
    /// Colours that replace those of the palette.
    pub colours: BTreeMap<Slot, Colour>,
    /// The organisation's logo.
    pub logo: Option<Logo>,
    /// The organisation's template of slides: its name in messages, and the file.
    pub template: Option<(String, Vec<u8>)>,
    /// How SVG files hold their texts.
    pub text: TextForm,
    /// The files of the theme: name and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// Doubts about the theme.
    pub doubts: Vec<Doubt>,
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[test]
    fn colours_are_read_and_written_alike() {
        for (text, wanted) in [
            ("#0067a5", Some("#0067a5")),
            ("#D95F02", Some("#d95f02")),
            ("0067a5", None),
            ("#06a", None),
            ("#0067ag", None),
            ("#åäö", None),
        ] {
            assert_eq!(Colour::parse(text).map(|colour| colour.to_string()).as_deref(), wanted, "{text}");
        }
        let [black, white] = Colour::ENDS;
        assert_eq!(black.mix(white, 0.5).to_string(), "#808080");
    }
}
