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
/// The properties that may hold the code, the first that is there counts.
const CODE: [&str; 2] = ["code", "kod"];

/// A feature of a file, for messages.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    source: &'a str,
    /// Number of the feature, counted from 1.
    feature: usize,
}

impl Place<'_> {
    fn error(self, id: &'static str) -> Error {
        Error::new(Exit::Input, id).with("file", self.source).with("feature", self.feature)
    }
}

/// The outlines in a GeoJSON FeatureCollection of Polygons and MultiPolygons, sorted by code. The property `code` (or
/// `kod`) holds the municipality as text; coordinates are degrees, longitude first. `source` is the file's name, for
/// messages.
///
/// # Errors
/// A file that is no GeoJSON or holds no features; a feature without a code, with a code that is a number, reserved
/// or stands twice, or with another kind of geometry; a ring that is not closed or too short; coordinates outside
/// WGS 84's range.
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
        let place = Place { source, feature: i + 1 };
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

fn boundary(place: Place<'_>, feature: &Feature) -> Result<Boundary> {
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

fn code(place: Place<'_>, feature: &Feature) -> Result<Text> {
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

fn ring(place: Place<'_>, code: &Text, line: &[Position]) -> Result<Vec<Point>> {
    let points = line.iter().map(|position| point(place, code, position)).collect::<Result<Vec<_>>>()?;
    if points.len() < 4 {
        return Err(place.error("error-boundary-ring").with("code", code).with("points", points.len()));
    }
    if points.first() != points.last() {
        return Err(place.error("error-boundary-open").with("code", code));
    }
    Ok(points)
}

fn point(place: Place<'_>, code: &Text, position: &Position) -> Result<Point> {
    match *position.as_slice() {
        [lon, lat, ..] if lon.abs() <= 180.0 && lat.abs() <= 90.0 => Ok(Point { lat, lon }),
        ref other => {
            let found = other.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Err(place.error("error-boundary-coordinate").with("code", code).with("found", found))
        }
    }
}
