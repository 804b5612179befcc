//! A circle or sign of a map while its place is sought.

/// A circle to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disc {
    /// Where it belongs, pixels.
    pub home: (f64, f64),
    /// Where it lies, pixels.
    pub at: (f64, f64),
    /// Radius, pixels.
    pub radius: f64,
    /// Room that it keeps around itself, pixels.
    pub room: f64,
    /// Whether it stays where it is.
    pub fixed: bool,
    /// How far it may move, pixels.
    pub reach: f64,
    /// Width of its line to or from the first circle, pixels.
    pub line: f64,
}
