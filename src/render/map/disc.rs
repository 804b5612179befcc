//! A circle or sign of a map during layout.

/// A circle to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disc {
    /// Its geographic position, pixels.
    pub home: (f64, f64),
    /// Its current position, pixels.
    pub at: (f64, f64),
    /// Radius, pixels.
    pub radius: f64,
    /// Minimum distance to other circles, pixels.
    pub room: f64,
    /// Whether it must not move.
    pub fixed: bool,
    /// Whether it may move all the same if no layout keeps the rules otherwise.
    pub yields: bool,
    /// Maximum distance from its geographic position, pixels.
    pub reach: f64,
    /// Width of its line to or from the first circle, pixels.
    pub line: f64,
}
