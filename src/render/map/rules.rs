//! The rules of readable flow maps that a layout follows, as numbers and measures. All lengths are pixels of the
//! picture.

/// Minimum distance between a line and a circle other than its own.
pub const ROOM: f64 = 5.0;
/// Maximum bend of a line: its control point's distance from the middle of its chord, as a share of the chord. Less than
/// the 0.5 of the literature, because coordinates are rounded.
pub const MOST_BEND: f64 = 0.48;
/// Maximum number of lines of a map; more are shown as a matrix.
pub const MOST_LINES: usize = 60;
/// Maximum share of a line's length along which it may touch another.
pub const MOST_TOUCHING: f64 = 0.1;

/// A point, pixels from the upper left corner.
pub type PixelPoint = (f64, f64);

/// The minimum angle between `lines` lines at a circle, degrees: 15, or 60 divided by their number.
pub fn least_angle(lines: usize) -> f64 {
    15_f64.min(60.0 / lines.max(1) as f64)
}

/// The point at `t` from 0 to 1 of a quadratic Bézier curve: start, control point and end.
pub fn on_curve([start, control, end]: [PixelPoint; 3], t: f64) -> PixelPoint {
    let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
    (a * start.0 + b * control.0 + c * end.0, a * start.1 + b * control.1 + c * end.1)
}

/// The distance of two points.
pub fn distance(a: PixelPoint, b: PixelPoint) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// The distance from a point to a polyline.
pub fn to_path(at: PixelPoint, path: &[PixelPoint]) -> f64 {
    // Compares squared distances: taking roots would dominate the time of a layout.
    let to_piece = |piece: &[PixelPoint]| {
        let (a, b) = (piece[0], piece[1]);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let along = ((at.0 - a.0) * dx + (at.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-12);
        let along = along.clamp(0.0, 1.0);
        (at.0 - a.0 - along * dx).powi(2) + (at.1 - a.1 - along * dy).powi(2)
    };
    path.windows(2).map(to_piece).fold(f64::INFINITY, f64::min).sqrt()
}

/// The number of crossings of polylines.
pub fn crossings(paths: &[Vec<PixelPoint>]) -> usize {
    let between = |a: &[PixelPoint], b: &[PixelPoint]| {
        a.windows(2).map(|a| b.windows(2).filter(|b| crosses(a[0], a[1], b[0], b[1])).count()).sum::<usize>()
    };
    (0..paths.len()).map(|i| paths[i + 1..].iter().map(|other| between(&paths[i], other)).sum::<usize>()).sum()
}

/// Whether two line segments cross in the interior of both.
pub fn crosses(a: PixelPoint, b: PixelPoint, c: PixelPoint, d: PixelPoint) -> bool {
    let side = |p: PixelPoint, q: PixelPoint, r: PixelPoint| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
