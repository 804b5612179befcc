//! Where on a picture a map is drawn, and how large things are on it: alone beside its list, or one of several.

use super::super::frame;
use super::super::projection::Area;
use super::super::style;

/// A place for a map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// The card that the map fills.
    pub card: Area,
    /// Where the region lies in it.
    pub extent: Area,
    /// Where the places of its municipalities lie, where every one has a place.
    pub centres: Area,
    /// Where the node for everything outside the region stands.
    pub outside: (f64, f64),
    /// How large lines, circles and gaps are, as share of those of a map that fills a picture.
    pub zoom: f64,
    /// Most names on it.
    pub names: usize,
}

/// From here on a map is large enough for the names of the ground.
const LARGE: f64 = 0.7;

impl Stage {
    /// A map alone, with its legend at the left and its list at the right.
    #[must_use]
    pub const fn whole() -> Self {
        let card = Area { left: style::MARGIN, top: frame::TOP, right: 1016.0, bottom: frame::BOTTOM };
        Self {
            card,
            // Room for the legend at the left and for what is outside the region at the right.
            extent: Area { left: 236.0, top: card.top + 22.0, right: 920.0, bottom: card.bottom - 22.0 },
            centres: Area { left: 290.0, top: card.top + 62.0, right: 860.0, bottom: card.bottom - 62.0 },
            outside: (944.0, 730.0),
            zoom: 1.0,
            names: usize::MAX,
        }
    }

    /// A map among others, of this size on the ground.
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
            names: if zoom >= LARGE { usize::MAX } else { 2 },
        }
    }

    /// Whether there is room for names of places that no line leads to.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.zoom >= LARGE
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
