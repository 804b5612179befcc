//! The style of every picture: canvas, sizes and colours.
//!
//! The colours of the kinds of provider differ in lightness as well as in hue, so that they can be distinguished in
//! greyscale and by colour-blind readers, and have a contrast of at least 3:1 with land and water. Tests check the
//! contrasts and the distances as seen by readers who lack one type of cone.

use std::collections::BTreeMap;

use super::sight;
use crate::model::ProviderKind;
use crate::tables::margins::SharePart;
use crate::theme::{Colour, Doubt, Slot, Theme};

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
/// Sea, and areas without an outline.
pub const WATER: &str = "#e8eff4";
/// Land outside the region.
pub const LAND: &str = "#f6f5f1";
/// Land of the region.
pub const REGION: &str = "#e9e7df";
/// The municipality in focus.
pub const FOCUS: &str = "#fbe3a1";
/// The stamp of internal pictures, and increases.
pub const ALERT: &str = "#b3261e";

/// Students with their own municipality, and students who stay.
pub const OWN: &str = "#10263d";
/// Another municipality as provider.
pub const MUNICIPAL: &str = "#0067a5";
/// Independent providers.
pub const INDEPENDENT: &str = "#d95f02";
/// Region, state and federations.
pub const PUBLIC_OTHER: &str = "#6b2400";
/// Municipal and independent providers in a lighter tone: moves between units, and units elsewhere.
pub const MUNICIPAL_LIGHT: &str = "#6aaed6";
pub const INDEPENDENT_LIGHT: &str = "#f2a65e";
/// Departures, in a darker tone.
pub const INDEPENDENT_DARK: &str = "#b34700";
/// Orange and pink, dark enough for text.
const INDEPENDENT_INK: &str = "#a84300";
const FELL_INK: &str = "#a52f66";
/// The darkest shade of the heat map.
const DEEP: &str = "#00528a";
/// Its lightest shade.
const PALE: &str = "#f7fafd";
/// Several kinds merged.
pub const MIXED: &str = "#3f4a54";

/// The colour of a part of a home's students.
pub const fn of_part(part: SharePart) -> &'static str {
    match part {
        SharePart::Own => OWN,
        SharePart::OtherMunicipality => MUNICIPAL,
        SharePart::IndependentHome => INDEPENDENT,
        SharePart::IndependentElsewhere => INDEPENDENT_LIGHT,
        SharePart::RegionState => PUBLIC_OTHER,
    }
}

/// The kind of provider of a unit, relative to a home municipality, in the order of legends and bars.
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
    /// Several kinds merged (a group of units).
    Mixed,
}

impl Side {
    /// The four kinds, in the fixed order of pictures.
    pub const KINDS: [Self; 4] = [Self::Own, Self::Municipal, Self::Independent, Self::PublicOther];

    /// The kind of a provider, relative to a home municipality.
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

    /// Its colour for text: dark enough to be legible.
    #[must_use]
    pub const fn ink(self) -> &'static str {
        match self {
            Self::Independent => INDEPENDENT_INK,
            other => other.colour(),
        }
    }

    /// The id of its message.
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

/// The meaning of the colour of a line or a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// The kind of provider of the unit.
    Kind(Side),
    /// More than before, or more arriving than leaving.
    Rose,
    /// Fewer than before, or more leaving than arriving.
    Fell,
}

impl Tone {
    /// The tone of a change.
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

    /// Its colour for text: dark enough to be legible.
    #[must_use]
    pub const fn ink(self) -> &'static str {
        match self {
            Self::Kind(side) => side.ink(),
            Self::Rose => ROSE,
            Self::Fell => FELL_INK,
        }
    }
}

/// A colour of the palette as numbers.
fn colour(text: &str) -> Colour {
    Colour::parse(text).unwrap_or(Colour::ENDS[0])
}

/// A shade of the single-hue scale for shares: nearly white at 0, the darkened colour of municipal providers at 1.
#[must_use]
pub fn shade(theme: &Theme, share: f64) -> Colour {
    let [black, _] = Colour::ENDS;
    let deep = theme.colours.get(&Slot::Municipal).map_or_else(|| colour(DEEP), |own| own.mix(black, 0.2));
    colour(PALE).mix(deep, share.clamp(0.0, 1.0).sqrt())
}

/// The text colour on a shade: black or white, whichever has more contrast.
#[must_use]
pub fn ink_on(shade: Colour) -> Colour {
    let [black, white] = Colour::ENDS;
    if sight::contrast(white, shade) > sight::contrast(black, shade) { white } else { black }
}

/// Minimum contrast of lines and of text (WCAG 2), and minimum distance (CIE 1976) of the colours of one picture.
const STANDS_OUT: f64 = 2.99;
const READS: f64 = 4.5;
const APART: f64 = 18.0;

/// A colour, darkened until text in it is legible on the land of the region.
fn ink(own: Colour) -> Colour {
    let [black, _] = Colour::ENDS;
    let steps = (0..=20).map(|step| own.mix(black, f64::from(step) / 20.0));
    steps.into_iter().find(|ink| sight::contrast(*ink, colour(REGION)) >= READS).unwrap_or(black)
}

/// The palette colours that a theme replaces, each with its replacement.
fn changes(theme: &Theme) -> Vec<(Colour, Colour)> {
    let [black, white] = Colour::ENDS;
    let mut out = Vec::new();
    for (slot, own) in &theme.colours {
        let own = *own;
        match slot {
            Slot::Own => out.push((OWN, own)),
            Slot::Municipal => out.extend([(MUNICIPAL, own), (MUNICIPAL_LIGHT, own.mix(white, 0.45))]),
            Slot::Independent => out.extend([
                (INDEPENDENT, own),
                (INDEPENDENT_INK, ink(own)),
                (INDEPENDENT_LIGHT, own.mix(white, 0.45)),
                (INDEPENDENT_DARK, own.mix(black, 0.2)),
            ]),
            Slot::PublicOther => out.push((PUBLIC_OTHER, own)),
            Slot::Rose => out.push((ROSE, own)),
            Slot::Fell => out.extend([(FELL, own), (FELL_INK, ink(own))]),
            Slot::Focus => out.push((FOCUS, own)),
        }
    }
    out.into_iter().map(|(from, to)| (colour(from), to)).collect()
}

/// The colours of the explorer's maps by use, in a theme, as `#rrggbb`.
#[must_use]
pub fn palette(theme: &Theme) -> BTreeMap<&'static str, String> {
    let changes = changes(theme);
    let own = |text: &str| {
        let from = colour(text);
        changes.iter().find(|(own, _)| *own == from).map_or(from, |(_, to)| *to)
    };
    let named = [
        ("paper", PAPER),
        ("ink", INK),
        ("muted", MUTED),
        ("water", WATER),
        ("land", LAND),
        ("region", REGION),
        ("focus", FOCUS),
        ("alert", ALERT),
        ("own", OWN),
        ("municipal", MUNICIPAL),
        ("independent", INDEPENDENT),
        ("independentInk", INDEPENDENT_INK),
        ("publicOther", PUBLIC_OTHER),
        ("mixed", MIXED),
    ];
    let mut out: BTreeMap<&'static str, String> = named.map(|(name, text)| (name, own(text).to_string())).into();
    out.insert("pale", colour(PALE).to_string());
    out.insert("deep", shade(theme, 1.0).to_string());
    out
}

/// A finished picture in the colours of a theme. Only whole attribute values are colours; quotes in text are escaped.
#[must_use]
pub fn dressed(svg: String, theme: &Theme) -> String {
    const LENGTH: usize = "\"#rrggbb\"".len();
    let changes = changes(theme);
    if changes.is_empty() {
        return svg;
    }
    let mut out = String::with_capacity(svg.len());
    let mut rest = &*svg;
    while let Some(at) = rest.find("\"#") {
        let whole = rest.get(at..at + LENGTH).filter(|text| text.ends_with('"'));
        let own = whole.and_then(|text| Colour::parse(&text[1..LENGTH - 1]));
        let new = own.and_then(|own| changes.iter().find(|(from, _)| *from == own));
        out.push_str(&rest[..at]);
        match new {
            Some((_, to)) => {
                out.push_str(&format!("\"{to}\""));
                rest = &rest[at + LENGTH..];
            }
            None => {
                out.push('"');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The palette's colour for a slot.
const fn of_palette(slot: Slot) -> &'static str {
    match slot {
        Slot::Own => OWN,
        Slot::Municipal => MUNICIPAL,
        Slot::Independent => INDEPENDENT,
        Slot::PublicOther => PUBLIC_OTHER,
        Slot::Rose => ROSE,
        Slot::Fell => FELL,
        Slot::Focus => FOCUS,
    }
}

/// A theme's colour for a slot, or the palette's if the theme sets none.
#[must_use]
pub fn of_theme(theme: &Theme, slot: Slot) -> Colour {
    theme.colours.get(&slot).copied().unwrap_or_else(|| colour(of_palette(slot)))
}

/// Colours of a theme (including the palette colours it keeps) that readers may be unable to see or distinguish.
#[must_use]
pub fn doubts(theme: &Theme) -> Vec<Doubt> {
    let of = |slot: Slot| of_theme(theme, slot);
    let grounds =
        [("ground-water", WATER), ("ground-land", LAND), ("ground-region", REGION), ("ground-paper", PAPER)];
    let mut out = Vec::new();
    for slot in Slot::ALL.into_iter().filter(|slot| *slot != Slot::Focus) {
        let least = grounds.map(|(ground, text)| (ground, sight::contrast(of(slot), colour(text))));
        if let Some((ground, found)) = least.into_iter().min_by(|a, b| a.1.total_cmp(&b.1))
            && found < STANDS_OUT
        {
            out.push(Doubt::Contrast { slot, ground, found, wanted: 3.0 });
        }
        let text = match slot {
            Slot::Independent | Slot::Fell => ink(of(slot)),
            _ => of(slot),
        };
        let found = sight::contrast(text, colour(REGION));
        if found < READS {
            out.push(Doubt::Contrast { slot, ground: "ground-text", found, wanted: READS });
        }
    }
    let found = sight::contrast(of(Slot::Focus), colour(INK));
    if found < READS {
        out.push(Doubt::Contrast { slot: Slot::Focus, ground: "ground-names", found, wanted: READS });
    }
    let kinds = [Slot::Own, Slot::Municipal, Slot::Independent, Slot::PublicOther];
    for (id, matrix) in &sight::SIGHTS {
        let mut check = |slot: Slot, other: &'static str, by: Colour| {
            let found = sight::distance(of(slot), by, matrix);
            if found < APART {
                out.push(Doubt::Alike { slot, other, sight: id, found, wanted: APART });
            }
        };
        for (i, slot) in kinds.into_iter().enumerate() {
            kinds[i + 1..].iter().for_each(|other| check(slot, other.as_str(), of(*other)));
        }
        check(Slot::Rose, Slot::Fell.as_str(), of(Slot::Fell));
        check(Slot::Rose, "mixed", colour(MIXED));
        check(Slot::Fell, "mixed", colour(MIXED));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_palette_leaves_no_doubt() {
        assert_eq!(doubts(&Theme::default()), []);
        // More and fewer are distinguishable in greyscale too.
        let [fell, rose] = [FELL, ROSE].map(|text| sight::lab(colour(text), &sight::SIGHTS[0].1)[0]);
        assert!(fell - rose > 15.0, "{fell:.1} and {rose:.1}");
    }

    #[test]
    fn colours_that_some_readers_cannot_distinguish_are_reported() {
        let theme = |colours: &[(Slot, &str)]| Theme {
            colours: colours.iter().map(|(slot, text)| (*slot, colour(text))).collect(),
            ..Theme::default()
        };
        // Red and green of the same lightness; yellow on white; text in a light blue.
        let alike = doubts(&theme(&[(Slot::Municipal, "#c0392b"), (Slot::Independent, "#5a7d1a")]));
        let is_alike = |doubt: &Doubt| matches!(doubt, Doubt::Alike { slot: Slot::Municipal, other: "independent", sight, .. } if *sight != "sight-all");
        assert!(alike.iter().any(is_alike), "{alike:?}");
        let pale = doubts(&theme(&[(Slot::Independent, "#ffe066")]));
        assert!(pale.iter().any(|d| matches!(d, Doubt::Contrast { slot: Slot::Independent, .. })), "{pale:?}");
        let light = doubts(&theme(&[(Slot::Municipal, "#3f93cf")]));
        assert!(light.iter().any(|d| matches!(d, Doubt::Contrast { ground: "ground-text", .. })), "{light:?}");
    }

    #[test]
    fn a_theme_changes_colours_and_nothing_else() {
        let theme = Theme { colours: [(Slot::Municipal, Colour([1, 2, 3]))].into(), ..Theme::default() };
        for (given, wanted) in [
            ("<a fill=\"#0067a5\"/>", "<a fill=\"#010203\"/>"),
            ("<a fill=\"#0067A5\" stroke=\"#10263d\"/>", "<a fill=\"#010203\" stroke=\"#10263d\"/>"),
            ("<text>\u{e5} #0067a5 &quot;#0067a5&quot;</text>", "<text>\u{e5} #0067a5 &quot;#0067a5&quot;</text>"),
            ("<a href=\"#x\"/>\"#\u{e5}\u{e4}\u{f6}\"", "<a href=\"#x\"/>\"#\u{e5}\u{e4}\u{f6}\""),
        ] {
            assert_eq!(dressed(given.to_owned(), &theme), wanted);
        }
    }

    #[test]
    fn text_is_legible_on_its_background() {
        for (ink, ground) in
            [(INK, PAPER), (MUTED, PAPER), (MUTED, REGION), (MUTED, WATER), (ALERT, PAPER), (INK, FOCUS)]
        {
            let contrast = sight::contrast(colour(ink), colour(ground));
            assert!(contrast >= READS, "{ink} on {ground}: {contrast:.2}");
        }
        let themes = ["#0067a5", "#ffd100", "#101010", "#7fb2e5"]
            .map(|text| Theme { colours: [(Slot::Municipal, colour(text))].into(), ..Theme::default() });
        for theme in themes.iter().chain([&Theme::default()]) {
            for hundredth in 0..=100 {
                let shade = shade(theme, f64::from(hundredth) / 100.0);
                let contrast = sight::contrast(ink_on(shade), shade);
                assert!(contrast >= READS, "{hundredth}: {contrast:.2}");
            }
        }
    }
}
