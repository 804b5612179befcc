//! The outlines of municipalities, from GeoJSON in WGS 84, or the built-in Sweden.

use geojson::{Feature, GeometryValue, Position};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

use super::registers::is_reserved;
use crate::error::{Error, Exit, Result};
use crate::model::{Boundary, Point, Text};

/// The built-in outlines, as a file.
const SWEDEN: &[u8] = include_bytes!("../../data/sweden/boundaries.geojson");
/// The properties that may hold the code; the first one present counts.
const CODE: [&str; 2] = ["code", "kod"];

/// A feature of a file, for messages.
#[derive(Debug, Clone, Copy)]
struct FeatureRef<'a> {
    source: &'a str,
    /// Number of the feature, from 1.
    feature: usize,
}

impl FeatureRef<'_> {
    fn error(self, id: &'static str) -> Error {
        Error::new(Exit::Input, id).with("file", self.source).with("feature", self.feature)
    }
}

/// The outlines in a GeoJSON FeatureCollection of Polygons and MultiPolygons, sorted by code. The property `code` (or
/// `kod`) holds the municipality as text; coordinates are degrees, longitude first. `source` is the file's name, for
/// messages.
///
/// # Errors
/// A file that is not GeoJSON or has no features; a feature without a code, with a code that is a number, reserved or
/// used twice, or with another kind of geometry; a ring that is not closed or too short; coordinates outside WGS 84's
/// range.
pub fn boundaries(source: &str, bytes: &[u8]) -> Result<Vec<Boundary>> {
    let file_error = |id| Error::new(Exit::Input, id).with("file", source);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let json: Value = serde_json::from_slice(bytes).map_err(|problem| {
        file_error("error-boundary-json").with("line", problem.line()).with("column", problem.column())
    })?;
    let is_collection = json.get("type").is_some_and(|kind| kind == "FeatureCollection");
    let Some(features) = json.get("features").and_then(Value::as_array).filter(|_| is_collection) else {
        return Err(file_error("error-boundary-collection"));
    };
    if features.is_empty() {
        return Err(file_error("error-boundary-empty"));
    }
    let mut first = BTreeMap::new();
    let mut out = Vec::with_capacity(features.len());
    for (i, feature) in features.iter().enumerate() {
        let place = FeatureRef { source, feature: i + 1 };
        let feature = Feature::deserialize(feature).map_err(|_| place.error("error-boundary-feature"))?;
        let boundary = boundary(place, &feature)?;
        if let Some(number) = first.insert(boundary.municipality.clone(), place.feature) {
            let error = place.error("error-boundary-code-twice");
            return Err(error.with("code", boundary.municipality).with("first", number));
        }
        out.push(boundary);
    }
    out.sort_by(|a, b| a.municipality.cmp(&b.municipality));
    Ok(out)
}

/// The outlines of Sweden's 290 municipalities, sorted by code.
///
/// # Panics
/// Never: a test reads the built-in file.
#[must_use]
pub fn builtin_boundaries() -> Vec<Boundary> {
    boundaries("boundaries.geojson", SWEDEN).expect("the built-in outlines are sound")
}

fn boundary(place: FeatureRef<'_>, feature: &Feature) -> Result<Boundary> {
    let municipality = code(place, feature)?;
    let geometry = feature.geometry.as_ref().map(|g| &g.value);
    let lines: Vec<&Vec<Position>> = match geometry {
        Some(GeometryValue::Polygon { coordinates }) => coordinates.iter().collect(),
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates.iter().flatten().collect(),
        other => {
            let found = other.map_or("null", |value| value.type_name());
            return Err(place.error("error-boundary-geometry").with("code", &municipality).with("found", found));
        }
    };
    if lines.is_empty() {
        return Err(place.error("error-boundary-ring").with("code", &municipality).with("points", 0));
    }
    let rings = lines.into_iter().map(|line| ring(place, &municipality, line)).collect::<Result<_>>()?;
    Ok(Boundary { municipality, rings })
}

fn code(place: FeatureRef<'_>, feature: &Feature) -> Result<Text> {
    let value = CODE.into_iter().find_map(|name| feature.property(name));
    match value {
        Some(Value::String(code)) if code.trim().is_empty() || is_reserved(code.trim()) => {
            Err(place.error("error-boundary-code-reserved").with("code", code))
        }
        Some(Value::String(code)) => Ok(Text::from(code.trim())),
        Some(Value::Number(number)) => Err(place.error("error-boundary-code-number").with("code", number)),
        _ => {
            let seen = feature.properties.iter().flat_map(|p| p.keys()).cloned().collect::<Vec<_>>();
            Err(place.error("error-boundary-code").with("seen", seen.join(", ")))
        }
    }
}

fn ring(place: FeatureRef<'_>, code: &Text, line: &[Position]) -> Result<Vec<Point>> {
    let points = line.iter().map(|position| point(place, code, position)).collect::<Result<Vec<_>>>()?;
    if points.len() < 4 {
        return Err(place.error("error-boundary-ring").with("code", code).with("points", points.len()));
    }
    if points.first() != points.last() {
        return Err(place.error("error-boundary-open").with("code", code));
    }
    Ok(points)
}

fn point(place: FeatureRef<'_>, code: &Text, position: &Position) -> Result<Point> {
    match *position.as_slice() {
        [lon, lat, ..] if lon.abs() <= 180.0 && lat.abs() <= 90.0 => Ok(Point { lat, lon }),
        ref other => {
            let found = other.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Err(place.error("error-boundary-coordinate").with("code", code).with("found", found))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::registers::builtin_municipalities;
    use crate::words::Lang;
    use std::collections::BTreeSet;

    /// The result of a file: a line for each outline (code, then points in each ring), or an error's id and words in
    /// it.
    type Wanted = std::result::Result<&'static [&'static str], (&'static str, &'static str)>;

    /// A collection of one feature with these properties and this geometry.
    fn one(properties: &str, geometry: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#
        )
    }

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[11,57],[12,57],[12,58],[11,57]]]}"#;

    fn check(name: &str, file: &str, wanted: Wanted) -> Option<&'static str> {
        match (boundaries("map.geojson", file.as_bytes()), wanted) {
            (Ok(found), Ok(wanted)) => {
                let rings = |b: &Boundary| b.rings.iter().map(|r| format!(" {}", r.len())).collect::<String>();
                let found: Vec<String> = found.iter().map(|b| format!("{}{}", b.municipality, rings(b))).collect();
                assert_eq!(found, wanted, "{name}");
                None
            }
            (Err(error), Err((id, words))) => {
                assert_eq!((error.id(), error.exit()), (id, Exit::Input), "{name}");
                for lang in Lang::ALL {
                    let text = error.text(lang);
                    assert_eq!(text.lines().count(), 5, "{name}: {text}");
                    assert!(text.contains("map.geojson") && !text.contains(['{', '$']), "{name}: {text}");
                }
                assert!(error.text(Lang::En).contains(words), "{name}: {}", error.text(Lang::En));
                Some(id)
            }
            (found, wanted) => panic!("{name}: wanted {wanted:?}, found {found:?}"),
        }
    }

    #[test]
    fn files_give_outlines_or_tell_what_is_wrong() {
        let multi = r#"{"type":"MultiPolygon","coordinates":[[[[1,1],[2,1],[2,2],[1,1]],[[1.5,1.2],[1.6,1.2],[1.6,1.3],[1.5,1.2]]],[[[3,3],[4,3],[4,4],[3,4],[3,3]]]]}"#;
        let code = r#"{"code":"0114"}"#;
        let line = |points: &str| format!(r#"{{"type":"Polygon","coordinates":[[{points}]]}}"#);
        let feature = one(code, SQUARE);
        let feature = &feature[feature.find("[{").expect("a list") + 1..feature.len() - 2];
        let twice = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
        let cases: Vec<(&str, String, Wanted)> = vec![
            ("polygon", one(code, SQUARE), Ok(&["0114 4"])),
            (
                "kod, many parts, a hole, byte order mark",
                format!("\u{feff}{}", one(r#"{"x":1,"kod":" 7 "}"#, multi)),
                Ok(&["7 4 4 5"]),
            ),
            ("height is passed over", one(code, &line("[1,2,9],[2,2,9],[2,3,9],[1,2,9]")), Ok(&["0114 4"])),
            ("empty file", String::new(), Err(("error-boundary-json", "line 1"))),
            ("cut off", one(code, SQUARE)[..99].to_owned(), Err(("error-boundary-json", "line 1, column 99"))),
            ("a feature alone", feature.to_owned(), Err(("error-boundary-collection", "FeatureCollection"))),
            (
                "TopoJSON",
                r#"{"type":"Topology","features":[1]}"#.to_owned(),
                Err(("error-boundary-collection", "Topo")),
            ),
            (
                "no features",
                r#"{"type":"FeatureCollection","features":[]}"#.to_owned(),
                Err(("error-boundary-empty", "0 f")),
            ),
            ("text as number", one(code, &line(r#"["11",57]"#)), Err(("error-boundary-feature", "feature 1"))),
            ("no code", one(r#"{"KnKod":"0114","id":3}"#, SQUARE), Err(("error-boundary-code", "found: KnKod, id"))),
            ("no properties", one("null", SQUARE), Err(("error-boundary-code", "feature 1"))),
            ("code as number", one(r#"{"code":114}"#, SQUARE), Err(("error-boundary-code-number", "found: 114"))),
            ("code empty", one(r#"{"code":" "}"#, SQUARE), Err(("error-boundary-code-reserved", "feature 1"))),
            ("code reserved", one(r#"{"code":"OUT"}"#, SQUARE), Err(("error-boundary-code-reserved", "OUT"))),
            ("twice", twice, Err(("error-boundary-code-twice", "feature 2\n  found: 0114, also in feature 1"))),
            (
                "a point",
                one(code, r#"{"type":"Point","coordinates":[11,57]}"#),
                Err(("error-boundary-geometry", "found: Point")),
            ),
            ("nothing", one(code, "null"), Err(("error-boundary-geometry", "found: null"))),
            (
                "no ring",
                one(code, r#"{"type":"Polygon","coordinates":[]}"#),
                Err(("error-boundary-ring", "found: 0")),
            ),
            ("a line", one(code, &line("[1,2],[2,2],[1,2]")), Err(("error-boundary-ring", "found: 3"))),
            ("open", one(code, &line("[1,2],[2,2],[2,3],[1,3]")), Err(("error-boundary-open", "0114"))),
            (
                "metres",
                one(code, &line("[320000,6400000],[1,2],[2,2],[1,2]")),
                Err(("error-boundary-coordinate", "SWEREF")),
            ),
            (
                "half a point",
                one(code, &line("[1],[2,2],[2,3],[1]")),
                Err(("error-boundary-coordinate", "found: 1\n")),
            ),
        ];
        let met: BTreeSet<&str> =
            cases.iter().filter_map(|(name, file, wanted)| check(name, file, *wanted)).collect();
        assert_eq!(met, Lang::Sv.ids("error-boundary-"), "every message has a case");
    }

    /// Whether the point is inside the rings by the even-odd rule.
    fn holds(boundary: &Boundary, p: Point) -> bool {
        let crossings = boundary.rings.iter().flat_map(|ring| ring.windows(2)).filter(|side| {
            let (a, b) = (side[0], side[1]);
            (a.lat > p.lat) != (b.lat > p.lat) && p.lon < a.lon + (p.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon)
        });
        crossings.count() % 2 == 1
    }

    #[test]
    fn every_built_in_municipality_has_its_outline_around_its_point() {
        let (municipalities, outlines) = (builtin_municipalities(), builtin_boundaries());
        let codes: Vec<&Text> = municipalities.iter().map(|m| &m.code).collect();
        assert_eq!(codes, outlines.iter().map(|b| &b.municipality).collect::<Vec<_>>());
        for (municipality, outline) in municipalities.iter().zip(&outlines) {
            assert!(municipality.point.is_some_and(|point| holds(outline, point)), "{municipality:?}");
        }
        assert!(!holds(&outlines[0], Point { lat: 57.7, lon: 11.97 }));
    }

    /// The numbers are those that `data/sweden/build.py` prints, which also proves that the sides in one ring are
    /// exactly the outline of the country.
    #[test]
    fn built_in_neighbours_share_their_borders_exactly() {
        let mut runs: BTreeMap<_, u32> = BTreeMap::new();
        let bits = |p: &Point| (p.lat.to_bits(), p.lon.to_bits());
        for boundary in builtin_boundaries() {
            for side in boundary.rings.iter().flat_map(|ring| ring.windows(2)) {
                *runs.entry((bits(&side[0]), bits(&side[1]))).or_default() += 1;
            }
        }
        assert!(runs.values().all(|times| *times == 1), "no side is run twice in one direction");
        let both = runs.keys().filter(|(a, b)| runs.contains_key(&(*b, *a))).count();
        assert_eq!((both / 2, runs.len() - both), (3549, 2338), "sides of two municipalities, and of one");
        // The sides that only one municipality has close to lines: coasts, lakes and the state border.
        let mut ends: BTreeMap<_, i32> = BTreeMap::new();
        for (a, b) in runs.keys().filter(|(a, b)| !runs.contains_key(&(*b, *a))) {
            *ends.entry(*a).or_default() += 1;
            *ends.entry(*b).or_default() -= 1;
        }
        assert!(ends.values().all(|balance| *balance == 0), "the outline is closed");
    }
}
