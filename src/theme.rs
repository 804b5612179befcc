//! An organisation's look: colours in place of the palette's, a logo, and the files that they came from. What a theme does
//! not tell stays as it is.

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

    /// The colour this far on the way to another: 0 itself, 1 the other.
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

/// What a colour of a theme is for.
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
    /// All of them.
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

/// A logo as a picture holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// The file as a `data:` address.
    pub data: String,
    /// Its width over its height.
    pub shape: f64,
}

/// What readers may not see with the colours of a theme.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// A colour stands out too little from a ground, or text in it does: contrast by WCAG 2 found and wanted.
    Contrast {
        /// The colour's use.
        slot: Slot,
        /// What it lies on.
        ground: &'static str,
        /// What there is.
        found: f64,
        /// What there must be.
        wanted: f64,
    },
    /// Two colours of one picture look alike to some readers: their distance (CIE 1976) found and wanted.
    Alike {
        /// One.
        slot: Slot,
        /// The other: a use, or the grey of what belongs to several kinds.
        other: &'static str,
        /// Which readers: the id of the words.
        sight: &'static str,
        /// What there is.
        found: f64,
        /// What there must be.
        wanted: f64,
    },
    /// The template of slides lacks a layout: another one is used.
    Layout {
        /// What messages call the template.
        path: String,
        /// The id of the words for what it lacks.
        role: &'static str,
        /// The layout used in its place.
        used: String,
    },
}

/// A look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Theme {
    /// Colours in place of the palette's.
    pub colours: BTreeMap<Slot, Colour>,
    /// The organisation's logo.
    pub logo: Option<Logo>,
    /// The organisation's template of slides: what messages call it, and the file.
    pub template: Option<(String, Vec<u8>)>,
    /// The files that it came from: name and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// What readers may not see.
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
