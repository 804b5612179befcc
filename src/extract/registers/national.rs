//! The national school-unit register as its open API delivers it: JSON documents of units; one, a list, or one per
//! line.
//!
//! A document has its values at the top level, in `data`, in `attributes` or in `data.attributes`; the provider is in
//! `organizer` or `included`, or among the unit's values. Keys are compared without case. The API's list of all units
//! has only code, name and status; the document of each unit has the rest.

use serde_json::{Map, Value};

use super::names::fold;
use super::notes::{Filled, Notes};
use super::sheet::{Located, SourceLine};
use super::{UnitRow, sweref, unknown_word};
use crate::error::{Error, Exit, Result};
use crate::model::{Point, Year};

/// The most bytes of a register in JSON; the whole national register has about fifty million.
const MOST: usize = 256 << 20;

/// Whether a text is JSON, judged by its beginning.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Whether a text that begins like this is a register of units in JSON.
pub(super) fn is_units(beginning: &str) -> bool {
    is_json(beginning) && beginning.to_lowercase().contains("\"schoolunitcode\"")
}

/// The units of a register in JSON as rows.
///
/// A unit takes students in every autumn, with two exceptions. A planned unit starts in the autumn of its first day
/// (the next one if the day is 15 October or later), and a closed unit ends in the autumn before its last day (that
/// autumn if the day is 15 October or later). The first day of an active or dormant unit is ignored: a unit that is
/// registered again, as when its provider changes, gets a new first day, and its students of earlier years would then
/// count as students of a closed unit.
///
/// # Errors
/// A file that is not JSON, is too large or has no units; a unit without municipality or provider; an unknown status
/// or kind of provider; an invalid date; invalid coordinates.
pub(super) fn read<'a>(source: &'a str, text: &str, notes: &mut Notes) -> Result<Vec<Located<'a, UnitRow>>> {
    let file_error = |id| Error::new(Exit::Input, id).with("file", source);
    if text.len() > MOST {
        return Err(file_error("error-register-json-large").with("limit", MOST >> 20));
    }
    let mut documents = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|problem| {
            file_error("error-register-json").with("line", problem.line()).with("column", problem.column())
        })?;
        gather(value, &mut documents);
    }
    if documents.is_empty() {
        return Err(file_error("error-register-json-units"));
    }
    let mut lines = CodeLines::of(text);
    let mut rows = Vec::with_capacity(documents.len());
    for document in &documents {
        let levels = levels(document);
        let code = text_of(&levels, &["schoolunitcode"], 8);
        let place = SourceLine { source, line: lines.of_code(&code) };
        if let Some(row) = unit(place, &levels, code, notes)? {
            notes.count(Filled::Documents);
            rows.push(Located { place, delimiter: b';', row });
        }
    }
    if rows.is_empty() {
        return Err(file_error("error-register-json-units"));
    }
    Ok(rows)
}

/// Finds the lines of codes, one after the other.
struct CodeLines<'t> {
    text: &'t str,
    offset: usize,
    line: u64,
}

impl<'t> CodeLines<'t> {
    const fn of(text: &'t str) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    /// The line of the next occurrence of this code; the last line found if there is none.
    fn of_code(&mut self, code: &str) -> u64 {
        let rest = &self.text[self.offset..];
        if let Some(at) = rest.find(code).filter(|_| !code.is_empty()) {
            self.line += rest[..at].matches('\n').count() as u64;
            self.offset += at;
        }
        self.line
    }
}

/// Collects the documents of units in a value, in order.
fn gather(value: Value, out: &mut Vec<Map<String, Value>>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| gather(value, out)),
        Value::Object(map) => {
            if levels(&map).iter().any(|level| get(level, &["schoolunitcode"]).is_some()) {
                out.push(map);
            } else {
                map.into_iter().for_each(|(_, value)| gather(value, out));
            }
        }
        _ => {}
    }
}

/// The objects with the values of a document: itself and its nested `data` and `attributes`.
fn levels(document: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    let mut out = vec![document];
    let mut at = 0;
    while at < out.len() && out.len() < 4 {
        let inner = ["attributes", "data"].into_iter().filter_map(|key| get(out[at], &[key])?.as_object());
        let inner: Vec<_> = inner.collect();
        out.extend(inner);
        at += 1;
    }
    out
}

/// The value of the first of these keys (in lower case) that is present and not null.
fn get<'v>(map: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().find_map(|key| {
        let mut fitting = map.iter().filter(|(name, value)| name.to_lowercase() == *key && !value.is_null());
        fitting.next().map(|(_, value)| value)
    })
}

/// A value as text; a number is padded with zeros to `digits` digits.
fn text_of(levels: &[&Map<String, Value>], keys: &[&str], digits: usize) -> String {
    levels.iter().find_map(|level| get(level, keys)).map(|value| scalar(value, digits)).unwrap_or_default()
}

fn scalar(value: &Value, digits: usize) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => format!("{:0>digits$}", number.to_string()),
        _ => String::new(),
    }
}

/// A unit; `None` for a unit abroad, which has no municipality.
fn unit(
    place: SourceLine<'_>,
    levels: &[&Map<String, Value>],
    code: String,
    notes: &mut Notes,
) -> Result<Option<UnitRow>> {
    let organizer = organizer(levels);
    let kind = text_of(&organizer, &["organizertype", "organisertype"], 0);
    let municipality = text_of(levels, &["municipalitycode"], 4);
    if municipality.is_empty() && fold(&kind) == "hmanutl" {
        notes.count(Filled::Abroad);
        return Ok(None);
    }
    let missing: Vec<&str> = [("municipalityCode", &municipality), ("organizerType", &kind)]
        .into_iter()
        .filter_map(|(key, value)| value.is_empty().then_some(key))
        .collect();
    if !missing.is_empty() {
        return Err(place.error("error-register-json-short").with("code", code).with("missing", missing.join(", ")));
    }
    let (valid_from, valid_to) = years(place, levels, notes)?;
    let point = point(place, levels, notes)?;
    let degrees = |of: fn(Point) -> f64| point.map_or_else(String::new, |point| of(point).to_string());
    Ok(Some(UnitRow {
        // The unit's own name; `schoolName` is the name of the school, which may have several units.
        name: text_of(levels, &["displayname", "name", "schoolname"], 0).replace(['\n', '\r'], " "),
        municipality,
        provider: text_of(&organizer, &["organizationnumber", "organisationnumber"], 10),
        provider_kind: kind,
        lat: degrees(|point| point.lat),
        lon: degrees(|point| point.lon),
        valid_from,
        valid_to,
        successor: String::new(),
        code,
    }))
}

/// The objects with the provider's values: its own, then the unit's.
fn organizer<'v>(unit: &[&'v Map<String, Value>]) -> Vec<&'v Map<String, Value>> {
    let own = unit.iter().find_map(|level| get(level, &["organizer", "organiser", "included"]));
    let own = match own {
        Some(Value::Array(values)) => values
            .iter()
            .filter_map(Value::as_object)
            .find(|map| levels(map).iter().any(|level| get(level, &["organizertype", "organisertype"]).is_some())),
        Some(value) => value.as_object(),
        None => None,
    };
    let mut out = own.map(levels).unwrap_or_default();
    out.extend(unit);
    out
}

/// The first and last autumn in which a unit takes students, as text; empty if unbounded.
fn years(place: SourceLine<'_>, levels: &[&Map<String, Value>], notes: &mut Notes) -> Result<(String, String)> {
    const STATES: [&str; 4] = ["AKTIV", "VILANDE", "UPPHORT", "PLANERAD"];
    let status = text_of(levels, &["status"], 0);
    let day = |key: &'static str, spelt: &'static str| -> Result<Option<(Year, bool)>> {
        let text = text_of(levels, &[key], 0);
        match (text.is_empty(), date(&text)) {
            (true, _) => Ok(None),
            (false, Some(day)) => Ok(Some(day)),
            (false, None) => Err(place.error("error-register-date").with("column", spelt).with("value", text)),
        }
    };
    let (start, end) = (day("startdate", "startdate")?, day("enddate", "enddate")?);
    let shown = |year: Year| year.to_string();
    match fold(&status).as_str() {
        "" | "aktiv" | "vilande" => {
            notes.add(Filled::Starts, u64::from(start.is_some()));
            Ok((String::new(), String::new()))
        }
        "planerad" => {
            let first = start.map(|(year, is_late)| year + Year::from(is_late));
            Ok((first.map_or_else(String::new, shown), String::new()))
        }
        "upphort" => {
            notes.add(Filled::NoEnd, u64::from(end.is_none()));
            let last = end.map(|(year, is_late)| year - Year::from(!is_late));
            Ok((String::new(), last.map_or_else(String::new, shown)))
        }
        _ => Err(unknown_word(place, "status", &status, &STATES)),
    }
}

/// The year of a day (`2023-08-01`, optionally followed by a time), and whether the day is 15 October or later.
fn date(text: &str) -> Option<(Year, bool)> {
    let (day, rest) = text.split_at_checked(10)?;
    let mut parts = day.split('-');
    let mut number = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()));
        part.and_then(|part| part.parse::<u16>().ok())
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let is_day = (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (is_day && (rest.is_empty() || rest.starts_with(['T', ' ']))).then_some((year, (month, day) >= (10, 15)))
}

/// The point of a unit: of its visiting address, else of the first address with coordinates; degrees are preferred to
/// metres.
fn point(place: SourceLine<'_>, levels: &[&Map<String, Value>], notes: &mut Notes) -> Result<Option<Point>> {
    let addresses = levels.iter().find_map(|level| get(level, &["addresses", "address"]));
    let mut addresses: Vec<&Map<String, Value>> = match addresses {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(map)) => vec![map],
        _ => Vec::new(),
    };
    addresses.sort_by_key(|address| {
        get(address, &["type"]).is_none_or(|kind| !fold(&scalar(kind, 0)).starts_with("besok"))
    });
    for address in addresses {
        let places: Vec<&Map<String, Value>> = match get(address, &["geocoordinates", "geocoordinate", "coordinates"])
        {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_object).collect(),
            Some(Value::Object(map)) => vec![map],
            _ => continue,
        };
        let found: Result<Vec<(Point, bool)>> =
            places.into_iter().filter_map(|map| one_place(place, map).transpose()).collect();
        // Degrees need no conversion.
        if let Some((point, is_converted)) = found?.into_iter().min_by_key(|(_, is_converted)| *is_converted) {
            notes.add(Filled::Converted, u64::from(is_converted));
            return Ok(Some(point));
        }
    }
    Ok(None)
}

const NORTHINGS: [&str; 6] = ["coordinateswerefn", "swerefn", "northing", "north", "n", "coordinatesystemn"];
const EASTINGS: [&str; 6] = ["coordinateswerefe", "swerefe", "easting", "east", "e", "coordinatesysteme"];
const LATITUDES: [&str; 2] = ["latitude", "lat"];
const LONGITUDES: [&str; 4] = ["longitude", "lon", "long", "lng"];

/// The point of an object of coordinates, and whether it was converted; `None` if it is empty.
fn one_place(place: SourceLine<'_>, map: &Map<String, Value>) -> Result<Option<(Point, bool)>> {
    let system = get(map, &["coordinatesystem", "coordinatesystemtype", "system", "crs"]).map(|v| scalar(v, 0));
    let in_metres = match fold(system.as_deref().unwrap_or_default()).as_str() {
        "" => None,
        "wgs84" | "epsg:4326" | "4326" => Some(false),
        "sweref99tm" | "sweref99" | "epsg:3006" | "3006" => Some(true),
        _ => {
            let system = system.unwrap_or_default();
            return Err(unknown_word(place, "coordinateSystem", &system, &["WGS84", "SWEREF99TM"]));
        }
    };
    if in_metres != Some(true)
        && let Some((lat, lon)) = pair(place, map, &LATITUDES, &LONGITUDES)?
    {
        return Ok(Some((Point { lat, lon }, false)));
    }
    let (mut north, mut east) = (NORTHINGS.to_vec(), EASTINGS.to_vec());
    if in_metres == Some(true) {
        north.extend(LATITUDES);
        east.extend(LONGITUDES);
    }
    let Some((north, east)) = pair(place, map, &north, &east)? else { return Ok(None) };
    let Some(point) = sweref::point(north, east) else {
        return Err(place.error("error-register-metres").with("north", north).with("east", east));
    };
    Ok(Some((point, true)))
}

/// Two coordinates; `None` if both are missing or both are zero, which some systems write for missing.
fn pair(
    place: SourceLine<'_>,
    map: &Map<String, Value>,
    first: &[&str],
    second: &[&str],
) -> Result<Option<(f64, f64)>> {
    let alone = |missing: &[&str]| {
        let column = missing.first().copied().unwrap_or_default();
        Err(place.error("error-register-coordinate-alone").with("column", column))
    };
    match (coordinate(place, map, first)?, coordinate(place, map, second)?) {
        (None, None) => Ok(None),
        (Some(a), Some(b)) if a == 0.0 && b == 0.0 => Ok(None),
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, Some(_)) => alone(first),
        (Some(_), None) => alone(second),
    }
}

/// A coordinate: a number, or a text with decimal point or comma.
fn coordinate(place: SourceLine<'_>, map: &Map<String, Value>, keys: &[&str]) -> Result<Option<f64>> {
    let text = get(map, keys).map(|value| scalar(value, 0)).unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    match text.replace(',', ".").replace(char::is_whitespace, "").parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => {
            let column = keys.first().copied().unwrap_or_default();
            Err(place.error("error-register-coordinate").with("column", column).with("value", text))
        }
    }
}
