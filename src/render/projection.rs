//! Projection from degrees to metres: SWEREF 99 TM for Sweden, a local equirectangular projection elsewhere.

use crate::model::Point;

/// A map projection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Projection {
    /// SWEREF 99 TM (EPSG:3006).
    Sweref99Tm,
    /// Equirectangular around a latitude, degrees.
    Local {
        /// The latitude that is true to scale.
        latitude: f64,
    },
}

/// Semi-major axis and flattening of GRS 80.
const AXIS: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_222_101;
/// Central meridian, scale factor on it, and false easting of SWEREF 99 TM.
const MERIDIAN: f64 = 15.0;
const SCALE: f64 = 0.9996;
const EASTING: f64 = 500_000.0;

impl Projection {
    /// SWEREF 99 TM if all points are within Sweden's range of degrees, otherwise a local projection around them.
    #[must_use]
    pub fn for_points(points: &[Point]) -> Self {
        if points.iter().all(|p| (54.0..70.0).contains(&p.lat) && (9.0..26.0).contains(&p.lon)) {
            return Self::Sweref99Tm;
        }
        let sum: f64 = points.iter().map(|p| p.lat).sum();
        Self::Local { latitude: (sum / points.len().max(1) as f64).clamp(-85.0, 85.0) }
    }

    /// Easting and northing, metres.
    #[must_use]
    pub fn project(self, point: Point) -> (f64, f64) {
        match self {
            Self::Sweref99Tm => transverse_mercator(point),
            Self::Local { latitude } => {
                let metres = AXIS.to_radians();
                (point.lon * metres * latitude.to_radians().cos(), point.lat * metres)
            }
        }
    }
}

/// Gauss conformal projection by Krüger's series, as published by Lantmäteriet ("Gauss Conformal Projection
/// (Transverse Mercator), Krüger's Formulas"); accurate to better than a millimetre within Sweden.
fn transverse_mercator(point: Point) -> (f64, f64) {
    let e2 = FLATTENING * (2.0 - FLATTENING);
    let n = FLATTENING / (2.0 - FLATTENING);
    let rectifying = AXIS / (1.0 + n) * (1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0);
    let (a, b) = (e2, (5.0 * e2.powi(2) - e2.powi(3)) / 6.0);
    let c = (104.0 * e2.powi(3) - 45.0 * e2.powi(4)) / 120.0;
    let d = 1237.0 * e2.powi(4) / 1260.0;
    let beta = [
        n / 2.0 - 2.0 * n.powi(2) / 3.0 + 5.0 * n.powi(3) / 16.0 + 41.0 * n.powi(4) / 180.0,
        13.0 * n.powi(2) / 48.0 - 3.0 * n.powi(3) / 5.0 + 557.0 * n.powi(4) / 1440.0,
        61.0 * n.powi(3) / 240.0 - 103.0 * n.powi(4) / 140.0,
        49561.0 * n.powi(4) / 161_280.0,
    ];
    let (phi, lambda) = (point.lat.to_radians(), (point.lon - MERIDIAN).to_radians());
    let (sin, cos) = phi.sin_cos();
    let s2 = sin * sin;
    let conformal = phi - sin * cos * (a + b * s2 + c * s2 * s2 + d * s2 * s2 * s2);
    let xi = conformal.tan().atan2(lambda.cos());
    let eta = (conformal.cos() * lambda.sin()).atanh();
    let mut northing = xi;
    let mut easting = eta;
    for (i, beta) in beta.iter().enumerate() {
        let k = 2.0 * (i + 1) as f64;
        northing += beta * (k * xi).sin() * (k * eta).cosh();
        easting += beta * (k * xi).cos() * (k * eta).sinh();
    }
    (SCALE * rectifying * easting + EASTING, SCALE * rectifying * northing)
}

/// The mapping from projected metres to pixels of a picture, north up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapFit {
    scale: f64,
    x: f64,
    y: f64,
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Area {
    /// Its centre.
    #[must_use]
    pub const fn middle(&self) -> (f64, f64) {
        (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom))
    }

    /// Whether the two overlap.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Whether the other is inside.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.left <= other.left && other.right <= self.right && self.top <= other.top && other.bottom <= self.bottom
    }

    /// Distance of a point outside; zero inside.
    #[must_use]
    pub fn distance(&self, (x, y): (f64, f64)) -> f64 {
        let (dx, dy) = ((self.left - x).max(x - self.right).max(0.0), (self.top - y).max(y - self.bottom).max(0.0));
        dx.hypot(dy)
    }

    /// Whether a point is inside or on an edge.
    #[must_use]
    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        self.left <= x && x <= self.right && self.top <= y && y <= self.bottom
    }

    /// The rectangle extended by pixels on every side.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }
}

impl MapFit {
    /// The mapping that shows all these positions (metres) in the frame, centred; `None` without positions.
    #[must_use]
    pub fn new(places: &[(f64, f64)], frame: &Area) -> Option<Self> {
        let (mut west, mut east, mut south, mut north) =
            (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY);
        for (x, y) in places.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
            (west, east) = (west.min(*x), east.max(*x));
            (south, north) = (south.min(*y), north.max(*y));
        }
        if west > east {
            return None;
        }
        // A single position still has an extent: 20 km.
        let (width, height) = ((east - west).max(20_000.0), (north - south).max(20_000.0));
        let scale = ((frame.right - frame.left) / width).min((frame.bottom - frame.top) / height);
        let centre = (f64::midpoint(frame.left, frame.right), f64::midpoint(frame.top, frame.bottom));
        Some(Self {
            scale,
            x: centre.0 - f64::midpoint(west, east) * scale,
            y: centre.1 + f64::midpoint(south, north) * scale,
        })
    }

    /// The metres that correspond to these pixels.
    #[must_use]
    pub fn metres(&self, pixels: f64) -> f64 {
        pixels / self.scale
    }

    /// Metres to pixels.
    #[must_use]
    pub fn place(&self, (east, north): (f64, f64)) -> (f64, f64) {
        (self.x + east * self.scale, self.y - north * self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Control values computed with PROJ (EPSG:4258 to EPSG:3006).
    #[test]
    fn sweref_99_tm_agrees_with_proj() {
        for (lat, lon, east, north) in [
            (66.0, 24.0, 907_351.980_8, 7_349_217.667_5),
            (60.0, 15.0, 500_000.0, 6_651_411.190_2),
            (57.7, 11.97, 319_439.772_1, 6_399_348.061_3),
            (55.4, 12.8, 360_684.859_7, 6_141_506.546_6),
        ] {
            let (e, n) = Projection::Sweref99Tm.project(Point { lat, lon });
            assert!((e - east).abs() < 0.002 && (n - north).abs() < 0.002, "{lat} {lon}: {e:.4} {n:.4}");
        }
    }

    #[test]
    fn a_fit_shows_every_position() {
        let frame = Area { left: 100.0, top: 50.0, right: 500.0, bottom: 450.0 };
        for places in [vec![(0.0, 0.0), (80_000.0, 90_000.0), (10.0, -5.0)], vec![(3.0, 4.0)]] {
            let fit = MapFit::new(&places, &frame).unwrap();
            for place in places {
                let (x, y) = fit.place(place);
                assert!((99.9..=500.1).contains(&x) && (49.9..=450.1).contains(&y), "{x} {y}");
            }
        }
        assert_eq!(MapFit::new(&[], &frame), None);
    }
}
