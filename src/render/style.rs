//! The look of every picture: canvas, sizes and colours.
//!
//! Colours were chosen so that the kinds of provider differ in lightness as well as in hue (readable in grey and for
//! colour-blind readers) and stand out at least 3:1 from land and water; tests hold the contrasts, and the distances as
//! readers without one kind of cone see them.

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
pub const PUBLIC_OTHER: &str = "#6b2400";
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
pub const ROSE: &str = "#005c1a";
/// Fewer than before.
pub const FELL: &str = "#d6478f";

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

    /// The linear part of a colour that stands at a byte of its text.
    fn linear(colour: &str, i: usize) -> f64 {
        let v = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).unwrap()) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    }

    /// Relative luminance by WCAG 2.
    fn luminance(colour: &str) -> f64 {
        0.2126 * linear(colour, 1) + 0.7152 * linear(colour, 3) + 0.0722 * linear(colour, 5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// What readers see who lack one kind of cone: matrices of severity 1.0 on linear red, green and blue.
    ///
    /// Source: Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision deficiency. IEEE
    /// TVCG 15(6), 2009.
    const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
        ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "no red",
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        ),
        (
            "no green",
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        ),
        (
            "no blue",
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
        ),
    ];

    /// A colour in CIE L*a*b* (D65) as it is seen.
    fn lab(colour: &str, sight: &[[f64; 3]; 3]) -> [f64; 3] {
        let rgb = [1, 3, 5].map(|i| linear(colour, i));
        let seen = sight.map(|row| row.iter().zip(rgb).map(|(m, v)| m * v).sum::<f64>().clamp(0.0, 1.0));
        let xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
            .map(|row| row.iter().zip(seen).map(|(m, v)| m * v).sum::<f64>());
        let bent = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let [x, y, z] = [xyz[0] / 0.95047, xyz[1], xyz[2] / 1.08883].map(bent);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// The least distance (CIE 1976) that colours of one picture keep.
    const APART: f64 = 18.0;

    #[test]
    fn colours_of_one_picture_differ_for_every_reader() {
        let kinds: Vec<Tone> = Side::KINDS.into_iter().map(Tone::Kind).collect();
        let changes = vec![Tone::Rose, Tone::Fell, Tone::Kind(Side::Mixed)];
        for (name, sight) in &SIGHTS {
            for tones in [&kinds, &changes] {
                for (i, a) in tones.iter().enumerate() {
                    for b in &tones[i + 1..] {
                        let (one, other) = (lab(a.colour(), sight), lab(b.colour(), sight));
                        let apart = one.iter().zip(other).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
                        assert!(apart >= APART, "{name}: {a:?} and {b:?} are {apart:.1} apart");
                    }
                }
            }
        }
        // More and fewer are told apart in grey too.
        let [fell, rose] = [FELL, ROSE].map(|colour| lab(colour, &SIGHTS[0].1)[0]);
        assert!(fell - rose > 15.0, "{fell:.1} and {rose:.1}");
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
