//! The look of every picture: canvas, sizes and colours.
//!
//! Colours were chosen so that the kinds of provider differ in lightness as well as in hue (readable in grey and for
//! colour-blind readers) and stand out at least 3:1 from land and water; a test holds the contrasts.

use crate::model::ProviderKind;

/// Width of the canvas, pixels: a slide of 16:9.
pub const WIDTH: f64 = 1600.0;
/// Height of the canvas, pixels.
pub const HEIGHT: f64 = 900.0;
/// Margin at the sides, pixels.
pub const MARGIN: f64 = 40.0;

/// Size of a picture's title, pixels.
pub const TITLE: f64 = 40.0;
/// Size of names on a map, pixels.
pub const LABEL: f64 = 22.0;
/// Size of running text and tables, pixels.
pub const BODY: f64 = 20.0;
/// The smallest size, pixels.
pub const SMALL: f64 = 18.0;

/// Paper.
pub const PAPER: &str = "#ffffff";
/// Text.
pub const INK: &str = "#14202b";
/// Secondary text.
pub const MUTED: &str = "#55606b";
/// Rules and frames.
pub const RULE: &str = "#d3d8dd";
/// Table shading.
pub const SHADE: &str = "#f3f5f7";
/// Sea and whatever has no outline.
pub const WATER: &str = "#e8eff4";
/// Land outside the region.
pub const LAND: &str = "#f6f5f1";
/// Land of the region.
pub const REGION: &str = "#e9e7df";
/// The municipality in focus.
pub const FOCUS: &str = "#fbe3a1";
/// The stamp of internal pictures, and what rose.
pub const ALERT: &str = "#b3261e";

/// Students with their own municipality, and those who stay.
pub const OWN: &str = "#10263d";
/// Another municipality as provider.
pub const MUNICIPAL: &str = "#0067a5";
/// Independent providers.
pub const INDEPENDENT: &str = "#d95f02";
/// Region, state and federations.
pub const PUBLIC_OTHER: &str = "#8a3b9e";
/// Several kinds together.
pub const MIXED: &str = "#3f4a54";

/// Who runs a unit, seen from a home municipality; the order of legends and bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The home municipality itself.
    Own,
    /// Another municipality.
    Municipal,
    /// An independent provider.
    Independent,
    /// Region, state or federation.
    PublicOther,
    /// Several kinds together (a group of units).
    Mixed,
}

impl Side {
    /// The four kinds, in the fixed order of pictures.
    pub const KINDS: [Self; 4] = [Self::Own, Self::Municipal, Self::Independent, Self::PublicOther];

    /// The kind of a provider, as seen from a home municipality.
    #[must_use]
    pub fn of(kind: ProviderKind, provider: &str, home: Option<&str>) -> Self {
        match kind {
            ProviderKind::Municipal if Some(provider) == home => Self::Own,
            ProviderKind::Municipal => Self::Municipal,
            ProviderKind::Independent => Self::Independent,
            ProviderKind::Region | ProviderKind::State | ProviderKind::Federation => Self::PublicOther,
        }
    }

    /// Its colour.
    #[must_use]
    pub const fn colour(self) -> &'static str {
        match self {
            Self::Own => OWN,
            Self::Municipal => MUNICIPAL,
            Self::Independent => INDEPENDENT,
            Self::PublicOther => PUBLIC_OTHER,
            Self::Mixed => MIXED,
        }
    }

    /// Its colour as ink: dark enough to read.
    #[must_use]
    pub const fn ink(self) -> &'static str {
        match self {
            Self::Independent => "#a84300",
            other => other.colour(),
        }
    }

    /// The id of its words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "side-own",
            Self::Municipal => "side-municipal",
            Self::Independent => "side-independent",
            Self::PublicOther => "side-public-other",
            Self::Mixed => "side-mixed",
        }
    }
}

/// More than before.
pub const ROSE: &str = "#00504a";
/// Fewer than before.
pub const FELL: &str = "#c2417f";

/// What the colour of a line or a circle says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Who runs the unit.
    Kind(Side),
    /// More than before, or more coming than going.
    Rose,
    /// Fewer than before, or more going than coming.
    Fell,
}

impl Tone {
    /// Of a change.
    #[must_use]
    pub const fn of(change: i64) -> Self {
        if change < 0 { Self::Fell } else { Self::Rose }
    }

    /// Its colour.
    #[must_use]
    pub const fn colour(self) -> &'static str {
        match self {
            Self::Kind(side) => side.colour(),
            Self::Rose => ROSE,
            Self::Fell => FELL,
        }
    }

    /// Its colour as ink: dark enough to read.
    #[must_use]
    pub const fn ink(self) -> &'static str {
        match self {
            Self::Kind(side) => side.ink(),
            Self::Rose => ROSE,
            Self::Fell => "#a52f66",
        }
    }
}

/// A step of the single-hue scale for shares: white at 0, deep blue at 1.
#[must_use]
pub fn shade(share: f64) -> String {
    let t = share.clamp(0.0, 1.0).sqrt();
    let mix = |from: f64, to: f64| (from + (to - from) * t).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(247.0, 0.0), mix(250.0, 82.0), mix(253.0, 138.0))
}

/// On a middle shade nothing less than black reads.
const BLACK: &str = "#000000";

/// The ink that reads on a shade.
#[must_use]
pub fn ink_on(share: f64) -> &'static str {
    if share > 0.57 { PAPER } else { BLACK }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance by WCAG 2.
    fn luminance(colour: &str) -> f64 {
        let part = |i: usize| {
            let v = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).unwrap()) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn lines_stand_out_from_land_and_water() {
        let kinds = Side::KINDS.into_iter().chain([Side::Mixed]).map(Tone::Kind);
        for tone in kinds.chain([Tone::Rose, Tone::Fell]) {
            for ground in [WATER, LAND, REGION, PAPER] {
                let contrast = contrast(tone.colour(), ground);
                assert!(contrast >= 2.99, "{tone:?} on {ground}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn text_reads_on_its_ground() {
        for tone in Side::KINDS.into_iter().map(Tone::Kind).chain([Tone::Rose, Tone::Fell]) {
            assert!(contrast(tone.ink(), REGION) >= 4.5, "{tone:?}: {:.2}", contrast(tone.ink(), REGION));
        }
        for (ink, ground) in
            [(INK, PAPER), (MUTED, PAPER), (MUTED, REGION), (MUTED, WATER), (ALERT, PAPER), (INK, FOCUS)]
        {
            assert!(contrast(ink, ground) >= 4.5, "{ink} on {ground}: {:.2}", contrast(ink, ground));
        }
        for hundredth in 0..=100 {
            let share = f64::from(hundredth) / 100.0;
            let contrast = contrast(ink_on(share), &shade(share));
            assert!(contrast >= 4.5, "{share}: {contrast:.2}");
        }
    }
}
