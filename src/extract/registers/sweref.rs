//! Conversion of SWEREF 99 TM coordinates to degrees.

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::model::Point;

/// SWEREF 99 TM (EPSG:3006): a transverse Mercator projection of GRS 80, central meridian 15° east, scale 0.9996 on it, 500 km
/// added to eastings (Lantmäteriet, *SWEREF 99, projektioner*). It is UTM zone 33 over the whole country.
const SWEREF_99_TM: &str =
    "+proj=etmerc +lat_0=0 +lon_0=15 +k=0.9996 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs";

/// Degrees of SWEREF 99. They differ from WGS 84 by less than a metre (ETRS 89 moves with Europe), which is invisible
/// on the maps of this program.
const DEGREES: &str = "+proj=longlat +ellps=GRS80 +no_defs";

/// Northings and eastings that contain Sweden with a margin.
const NORTH: std::ops::RangeInclusive<f64> = 6_000_000.0..=7_800_000.0;
const EAST: std::ops::RangeInclusive<f64> = 100_000.0..=1_100_000.0;

/// The point of these metres; `None` if they are outside Sweden, because they are in another system or swapped.
pub(super) fn point(north: f64, east: f64) -> Option<Point> {
    (NORTH.contains(&north) && EAST.contains(&east)).then(|| degrees(SWEREF_99_TM, north, east)).flatten()
}

fn degrees(projection: &str, north: f64, east: f64) -> Option<Point> {
    let from = Proj::from_proj_string(projection).ok()?;
    let to = Proj::from_proj_string(DEGREES).ok()?;
    let mut place = (east, north, 0.0);
    transform(&from, &to, &mut place).ok()?;
    // To a tenth of a millimetre: further digits are numerical noise.
    let rounded = |radians: f64| (radians.to_degrees() * 1e9).round() / 1e9;
    let point = Point { lat: rounded(place.1), lon: rounded(place.0) };
    (point.lat.is_finite() && point.lon.is_finite()).then_some(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: Option<Point>, lat: f64, lon: f64) {
        let got = got.unwrap();
        assert!((got.lat - lat).abs() < 2e-9 && (got.lon - lon).abs() < 2e-9, "{got:?} is not {lat} {lon}");
    }

    /// The published check of Lantmäteriet's formulas (*Gauss Conformal Projection (Transverse Mercator), Krüger's
    /// Formulas*): latitude 66°, longitude 24°, in the projection given there.
    #[test]
    fn the_published_check_comes_out() {
        let projection = "+proj=etmerc +lat_0=0 +lon_0=13.58547 +k=1.00000254 +x_0=84182.879 +y_0=-6226307.864 \
                          +ellps=GRS80 +units=m +no_defs";
        near(degrees(projection, 1_135_809.413_803, 555_304.016_555), 66.0, 24.0);
    }

    /// Metres from the equator along the meridian of GRS 80, by the series of its third flattening.
    fn along_the_meridian(lat: f64) -> f64 {
        let (axis, flattening) = (6_378_137.0, 1.0 / 298.257_222_101);
        let n: f64 = flattening / (2.0 - flattening);
        let lat = lat.to_radians();
        let radius = axis / (1.0 + n) * (1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0);
        let terms = [
            -3.0 / 2.0 * (n - 3.0 / 8.0 * n.powi(3)),
            15.0 / 16.0 * (n.powi(2) - n.powi(4) / 4.0),
            -35.0 / 48.0 * n.powi(3),
            315.0 / 512.0 * n.powi(4),
        ];
        let sines: f64 = terms.iter().zip([2.0, 4.0, 6.0, 8.0]).map(|(term, k)| term * (k * lat).sin()).sum();
        radius * (lat + sines)
    }

    #[test]
    fn the_central_meridian_is_fifteen_degrees_east() {
        for lat in [55.0, 57.7, 62.25, 69.0] {
            near(point(0.9996 * along_the_meridian(lat), 500_000.0), lat, 15.0);
        }
    }

    #[test]
    fn points_outside_the_country_are_refused() {
        for (north, east) in
            [(320_000.0, 6_400_000.0), (0.0, 0.0), (57.7, 11.9), (f64::NAN, 500_000.0), (1e300, 1e300)]
        {
            assert_eq!(point(north, east), None, "{north} {east}");
        }
    }
}
