//! The area of a map on a picture and the size of its elements: alone beside its list, or one of several.

use super::super::frame;
use super::super::projection::Area;
use super::super::style;

/// The stage of a map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// The card that the map fills.
    pub card: Area,
    /// The area for the region.
    pub extent: Area,
    /// The area for the points of its municipalities, if all have one.
    pub centres: Area,
    /// Position of the node for everything outside the region.
    pub outside: (f64, f64),
    /// Size of lines, circles and gaps, as a share of those of a map that fills a picture.
    pub zoom: f64,
    /// Its labels.
    pub labels: LabelRules,
}

/// The labels of a map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelRules {
    /// Text size, pixels.
    pub size: f64,
    /// Maximum width of a name, pixels.
    pub room: f64,
    /// Maximum number of labels of circles and signs.
    pub most: usize,
    /// Maximum number of units with their name besides their number.
    pub units: usize,
    /// Whether the subject has a label.
    pub has_focus: bool,
    /// Whether municipalities without a line have names.
    pub has_ground: bool,
    /// Whether labels may cover lines if nothing else is free.
    pub across_lines: bool,
    /// Whether labels may be farther from their circle, with a line to it.
    pub has_leaders: bool,
}

impl LabelRules {
    const LARGE: Self = Self {
        size: style::LABEL,
        room: 250.0,
        most: usize::MAX,
        units: 5,
        has_focus: true,
        has_ground: true,
        across_lines: true,
        has_leaders: false,
    };
    /// Small maps have the name of their subject above.
    const SMALL: Self = Self {
        size: style::SMALL,
        room: 130.0,
        most: 2,
        has_focus: false,
        has_ground: false,
        across_lines: false,
        ..Self::LARGE
    };
    /// On a slide every line has a label.
    const SLIDE: Self =
        Self { size: style::SMALL, room: 200.0, units: 3, has_ground: false, has_leaders: true, ..Self::LARGE };
}

/// Minimum zoom of a map with names on the ground.
const LARGE: f64 = 0.7;

impl Stage {
    /// A map alone, with its legend on the left and its list on the right.
    #[must_use]
    pub const fn whole() -> Self {
        let card = Area { left: style::MARGIN, top: frame::TOP, right: 1016.0, bottom: frame::BOTTOM };
        Self {
            card,
            // Space for the legend on the left and for the outside of the region on the right.
            extent: Area { left: 236.0, top: card.top + 22.0, right: 920.0, bottom: card.bottom - 22.0 },
            centres: Area { left: 290.0, top: card.top + 62.0, right: 860.0, bottom: card.bottom - 62.0 },
            outside: (944.0, 730.0),
            zoom: 1.0,
            labels: LabelRules::LARGE,
        }
    }

    /// A map among others that fills this card.
    #[must_use]
    pub fn among(card: Area) -> Self {
        let (wide, high) = (card.right - card.left, card.bottom - card.top);
        let zoom = (wide.min(high * 1.3) / 880.0).clamp(0.34, 1.0);
        let (side, end) = (wide * 0.09, high * 0.11);
        let inset = |by: f64| Area {
            left: card.left + side * by,
            top: card.top + end * by,
            right: card.right - (side + 44.0 * zoom) * by,
            bottom: card.bottom - end * by,
        };
        Self {
            card,
            extent: inset(0.5),
            centres: inset(1.0),
            outside: (card.right - 14.0 - 26.0 * zoom, card.bottom - 14.0 - 34.0 * zoom),
            zoom,
            labels: if zoom >= LARGE { LabelRules::LARGE } else { LabelRules::SMALL },
        }
    }

    /// A map on a slide that fills this card.
    #[must_use]
    pub fn slide(card: Area) -> Self {
        Self { labels: LabelRules::SLIDE, ..Self::among(card) }
    }

    /// The stage with space at its right for the outside of the region, or without.
    #[must_use]
    pub fn with_outside(&self, has_outside: bool) -> Self {
        let card = self.card;
        let area = Area {
            left: card.left + 60.0,
            top: card.top + 44.0,
            right: card.right - 60.0,
            bottom: card.bottom - 44.0,
        };
        let area = if has_outside { Area { right: card.right - 110.0, ..area } } else { area };
        // Below it there is space for its label.
        Self { extent: area, centres: area, outside: (card.right - 26.0, card.bottom - 52.0), ..*self }
    }

    /// The stage moved by pixels.
    #[must_use]
    pub fn moved(&self, (dx, dy): (f64, f64)) -> Self {
        let area = |a: Area| Area { left: a.left + dx, top: a.top + dy, right: a.right + dx, bottom: a.bottom + dy };
        Self {
            card: area(self.card),
            extent: area(self.extent),
            centres: area(self.centres),
            outside: (self.outside.0 + dx, self.outside.1 + dy),
            ..*self
        }
    }
}
