//! The registers of municipalities, school units and programmes: read from files in common layouts, or built in for
//! Sweden.

mod fill;
mod names;
mod national;
mod notes;
mod sheet;
mod sweref;
#[cfg(test)]
mod tests;

pub(super) use names::fold;
pub use notes::{Filled, Notes};
pub(super) use sheet::{is_reserved, raw_table};

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization as _;

use super::InputFormat as _;
use super::csv::decode;
use super::synonyms::field_of;
use super::{Opened, workbook};
use crate::config::{ExtractConfig, ExtractKind, Field};
use crate::error::{Error, Result};
use crate::io::Content;
use crate::model::{
    Municipality, Point, Programme, ProgrammeKind, Provider, ProviderKind, SchoolUnit, Text, Validity, Year,
};
use fill::MunicipalityIndex;
use names::{MUNICIPALITIES, PROGRAMMES, UNITS, programme_kind};
use sheet::{Located, SourceLine, code, distinct, successors};

/// The built-in municipalities, as a file of the register.
const SWEDEN_MUNICIPALITIES: &[u8] = include_bytes!("../../data/sweden/municipalities.csv");
/// The built-in programmes, as a file of the register.
const SWEDEN_PROGRAMMES: &[u8] = include_bytes!("../../data/sweden/programmes.csv");

/// A row of the municipality register as written in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MunicipalityRow {
    code: String,
    name: String,
    county: String,
    lat: String,
    lon: String,
}

/// A row of the unit register as written in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UnitRow {
    code: String,
    name: String,
    municipality: String,
    provider: String,
    provider_kind: String,
    lat: String,
    lon: String,
    valid_from: String,
    valid_to: String,
    successor: String,
}

/// A row of the programme register as written in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProgrammeRow {
    code: String,
    name: String,
    kind: String,
    valid_from: String,
    valid_to: String,
    successor: String,
}

/// The municipalities of a register, sorted by code. `source` is the file's name, for messages. Columns are
/// `code,name` and, if known, `county,lat,lon` (degrees, WGS 84), in any order, or their names in Swedish and English
/// tables; others are ignored. A municipality without a name has its code as name.
///
/// # Errors
/// A file that is empty, not text, or without a header or rows; a missing column; a code that is empty, reserved or
/// used twice; coordinates that are out of range, or swapped, judged by the built-in municipality with that code.
pub fn municipalities(source: &str, bytes: &[u8]) -> Result<(Vec<Municipality>, Notes)> {
    let mut notes = Notes::default();
    let rows = municipality_rows(source, bytes, &mut notes)?;
    let built_in = builtin_points();
    for Located { place, row, .. } in &rows {
        check_order(*place, &row.code, row.point, built_in.get(&row.code).copied())?;
    }
    Ok((sorted(rows, |m| &m.code), notes))
}

fn municipality_rows<'a>(source: &'a str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Located<'a, Municipality>>> {
    let rows = convert(sheet::read::<MunicipalityRow>(source, bytes, MUNICIPALITIES, notes)?.rows)?;
    distinct(rows.iter().map(|at: &Located<'_, Municipality>| (at.place, &at.row.code)))?;
    Ok(rows)
}

/// The school units of a register, sorted by code, each in one of these municipalities. A code may be on several lines
/// with years that do not overlap: these are versions of one unit. Columns are
/// `code,name,municipality,provider,provider_kind` and, if known, `lat,lon,valid_from,valid_to,successor`, or their
/// names in Swedish and English tables; or the file has the documents of the national school-unit register. Missing
/// values are filled in by rule and counted in the notes.
///
/// # Errors
/// As for [`municipalities`], and: a kind of provider that is unknown or cannot be determined; a municipality, or a
/// municipal unit's provider, that the register of municipalities lacks; one provider with two kinds; an invalid year,
/// or a last year before the first; a successor that does not exist, or a cycle of successors.
pub fn units(source: &str, bytes: &[u8], municipalities: &[Municipality]) -> Result<(Vec<SchoolUnit>, Notes)> {
    let mut notes = Notes::default();
    let (mut rows, is_national) = unit_rows(source, bytes, &mut notes)?;
    fill::fill(&mut rows, &MunicipalityIndex::of(municipalities), is_national, &mut notes)?;
    let mut rows: Vec<Located<'_, SchoolUnit>> = convert(rows)?;
    rows.sort_by(|a, b| (&a.row.code, a.row.validity.from).cmp(&(&b.row.code, b.row.validity.from)));
    periods(&rows)?;
    check_units(&rows, municipalities)?;
    let chain: Vec<_> = rows.iter().map(|at| (at.place, &at.row.code, at.row.successor.as_ref())).collect();
    successors(&chain)?;
    Ok((sorted(rows, |u| &u.code), notes))
}

/// The rows of a unit register as written in the file, and whether providers are organisation numbers or names, as in
/// Swedish systems.
fn unit_rows<'a>(source: &'a str, bytes: &[u8], notes: &mut Notes) -> Result<(Vec<Located<'a, UnitRow>>, bool)> {
    if !workbook::Workbook.recognises(bytes) {
        let text = decode(bytes);
        if national::is_json(&text) {
            return Ok((national::read(source, &text, notes)?, true));
        }
    }
    let read = sheet::read::<UnitRow>(source, bytes, UNITS, notes)?;
    Ok((read.rows, read.translated.contains(&"provider")))
}

/// Checks that every unit is in a municipality of the register, and that each provider has one kind.
fn check_units(rows: &[Located<'_, SchoolUnit>], municipalities: &[Municipality]) -> Result<()> {
    let places: BTreeMap<&Text, Option<Point>> = municipalities.iter().map(|m| (&m.code, m.point)).collect();
    let mut kinds: BTreeMap<&Text, (ProviderKind, u64)> = BTreeMap::new();
    for Located { place, row: unit, .. } in rows {
        let Some(near) = places.get(&unit.municipality) else {
            return Err(place
                .error("error-register-unit-municipality")
                .with("code", &unit.code)
                .with("municipality", &unit.municipality));
        };
        check_order(*place, &unit.code, unit.point, *near)?;
        let Provider { code: provider, kind } = &unit.provider;
        if *kind == ProviderKind::Municipal && !places.contains_key(provider) {
            return Err(place
                .error("error-register-unit-provider")
                .with("code", &unit.code)
                .with("provider", provider));
        }
        let (known, line) = *kinds.entry(provider).or_insert((*kind, place.line));
        if known != *kind {
            return Err(place
                .error("error-register-provider-kinds")
                .with("provider", provider)
                .with("kind", kind.as_str())
                .with("first", line)
                .with("first_kind", known.as_str()));
        }
    }
    Ok(())
}

/// Whether a file is a register of school units: JSON of the national register; or a table with a unit's code and its
/// name and municipality, or its provider, and without columns that only extracts have.
#[must_use]
pub fn is_unit_register(source: &str, content: Content) -> bool {
    let is_json = |top: &[u8]| !workbook::Workbook.recognises(top) && national::is_units(&decode(top));
    if content.top(TOP).is_ok_and(|top| is_json(&top)) {
        return true;
    }
    let Ok(opened) = Opened::of(source, content) else { return false };
    let Ok(rows) = opened.rows(source, &ExtractConfig::of(ExtractKind::October)) else { return false };
    let header = rows.header();
    let has = |column: &str| header.iter().any(|name| UNITS.rank(column, name).is_some());
    let of_extracts = header.iter().filter(|name| UNITS.rank("municipality", name).is_none());
    let is_extract = of_extracts.filter_map(|name| field_of(name)).any(|(field, _)| field != Field::Unit);
    has("code") && (has("provider") || has("provider_kind") || has("name") && has("municipality")) && !is_extract
}

/// Bytes of a file that are used to recognise JSON of units.
const TOP: usize = 1 << 16;

/// The programmes of a register, sorted by code. Columns are `code,name,kind` and, if known,
/// `valid_from,valid_to,successor`; the years are autumns of admission, both included.
///
/// # Errors
/// As for [`units`], as far as the columns go.
pub fn programmes(source: &str, bytes: &[u8]) -> Result<(Vec<Programme>, Notes)> {
    let mut notes = Notes::default();
    let mut rows = sheet::read::<ProgrammeRow>(source, bytes, PROGRAMMES, &mut notes)?.rows;
    for at in &mut rows {
        if let Some(kind) = programme_kind(&at.row.kind).filter(|kind| kind.as_str() != at.row.kind) {
            at.row.kind = kind.as_str().to_owned();
            notes.count(Filled::Kinds);
        }
    }
    let rows: Vec<Located<'_, Programme>> = convert(rows)?;
    distinct(rows.iter().map(|at| (at.place, &at.row.code)))?;
    let chain: Vec<_> = rows.iter().map(|at| (at.place, &at.row.code, at.row.successor.as_ref())).collect();
    successors(&chain)?;
    Ok((sorted(rows, |p| &p.code), notes))
}

/// The 290 municipalities of Sweden, sorted by code.
///
/// # Panics
/// Never: a test reads the built-in file.
#[must_use]
pub fn builtin_municipalities() -> Vec<Municipality> {
    let rows = municipality_rows("municipalities.csv", SWEDEN_MUNICIPALITIES, &mut Notes::default())
        .expect("the built-in register is sound");
    sorted(rows, |m| &m.code)
}

/// The programmes of Swedish upper-secondary school, sorted by code.
///
/// # Panics
/// Never: a test reads the built-in file.
#[must_use]
pub fn builtin_programmes() -> Vec<Programme> {
    programmes("programmes.csv", SWEDEN_PROGRAMMES).expect("the built-in register is sound").0
}

/// Map points of the built-in municipalities, to recognise swapped coordinates.
fn builtin_points() -> &'static BTreeMap<Text, Point> {
    static POINTS: OnceLock<BTreeMap<Text, Point>> = OnceLock::new();
    POINTS.get_or_init(|| {
        builtin_municipalities().into_iter().filter_map(|m| m.point.map(|point| (m.code, point))).collect()
    })
}

/// Checks that lines with one code have different years: versions of a unit that was renamed, moved or changed
/// provider. The rows are sorted by code and first year.
///
/// # Errors
/// Two lines of one code without years, or with years in common.
fn periods(rows: &[Located<'_, SchoolUnit>]) -> Result<()> {
    let shown = |v: Validity| {
        let year = |year: Option<Year>| year.map_or_else(String::new, |year| year.to_string());
        format!("{}–{}", year(v.from), year(v.to))
    };
    for pair in rows.windows(2).filter(|pair| pair[0].row.code == pair[1].row.code) {
        let (first, second) = (&pair[0], &pair[1]);
        let (earlier, later) = (first.row.validity, second.row.validity);
        if earlier == Validity::default() && later == earlier {
            distinct(pair.iter().map(|at| (at.place, &at.row.code)))?;
        }
        if earlier.overlaps(later) {
            return Err(second
                .place
                .error("error-register-periods")
                .with("code", &second.row.code)
                .with("years", shown(later))
                .with("first", first.place.line)
                .with("first_years", shown(earlier)));
        }
    }
    Ok(())
}

/// Converts file rows to domain rows, each with its line.
fn convert<'a, W, T>(rows: Vec<Located<'a, W>>) -> Result<Vec<Located<'a, T>>>
where
    T: TryFrom<Located<'a, W>, Error = Error>,
{
    rows.into_iter()
        .map(|at| {
            let (place, delimiter) = (at.place, at.delimiter);
            T::try_from(at).map(|row| Located { place, delimiter, row })
        })
        .collect()
}

/// The rows without their lines, sorted by code.
fn sorted<T>(rows: Vec<Located<'_, T>>, code: impl Fn(&T) -> &Text) -> Vec<T> {
    let mut out: Vec<T> = rows.into_iter().map(|at| at.row).collect();
    out.sort_by(|a, b| code(a).cmp(code(b)));
    out
}

impl TryFrom<Located<'_, MunicipalityRow>> for Municipality {
    type Error = Error;

    fn try_from(at: Located<'_, MunicipalityRow>) -> Result<Self> {
        let Located { place, delimiter, row } = at;
        let code = code(place, "code", &row.code)?;
        Ok(Self {
            name: name(&code, &row.name),
            county: (!row.county.is_empty()).then(|| Text::from(row.county)),
            point: point(place, delimiter, &row.lat, &row.lon)?,
            code,
        })
    }
}

impl TryFrom<Located<'_, UnitRow>> for SchoolUnit {
    type Error = Error;

    fn try_from(at: Located<'_, UnitRow>) -> Result<Self> {
        let Located { place, delimiter, row } = at;
        let code = code(place, "code", &row.code)?;
        let Some(kind) = ProviderKind::parse(&row.provider_kind) else {
            return Err(unknown_word(
                place,
                "provider_kind",
                &row.provider_kind,
                &ProviderKind::ALL.map(|k| k.as_str()),
            ));
        };
        Ok(Self {
            name: name(&code, &row.name),
            municipality: self::code(place, "municipality", &row.municipality)?,
            provider: Provider { code: self::code(place, "provider", &row.provider)?, kind },
            point: point(place, delimiter, &row.lat, &row.lon)?,
            validity: validity(place, &row.valid_from, &row.valid_to)?,
            successor: successor(place, &row.successor)?,
            code,
        })
    }
}

impl TryFrom<Located<'_, ProgrammeRow>> for Programme {
    type Error = Error;

    fn try_from(at: Located<'_, ProgrammeRow>) -> Result<Self> {
        let Located { place, row, .. } = at;
        let code = code(place, "code", &row.code)?;
        let Some(kind) = ProgrammeKind::parse(&row.kind) else {
            return Err(unknown_word(place, "kind", &row.kind, &ProgrammeKind::ALL.map(|k| k.as_str())));
        };
        Ok(Self {
            name: name(&code, &row.name),
            kind,
            validity: validity(place, &row.valid_from, &row.valid_to)?,
            successor: successor(place, &row.successor)?,
            code,
        })
    }
}

/// The name, composed (NFC), or the code if there is none.
fn name(code: &Text, name: &str) -> Text {
    // Characters below the combining marks are already composed.
    const COMBINING: char = '\u{300}';
    match name {
        "" => code.clone(),
        name if name.chars().all(|c| c < COMBINING) => Text::from(name),
        name => Text::from(name.nfc().collect::<String>().as_str()),
    }
}

fn successor(place: SourceLine<'_>, value: &str) -> Result<Option<Text>> {
    if value.is_empty() { Ok(None) } else { code(place, "successor", value).map(Some) }
}

fn unknown_word(place: SourceLine<'_>, column: &str, value: &str, words: &[&str]) -> Error {
    place.error("error-register-word").with("column", column).with("value", value).with("words", words.join(", "))
}

/// The point of a row; `None` if both coordinates are empty. A decimal comma is accepted if the comma does not
/// separate fields.
fn point(place: SourceLine<'_>, delimiter: u8, lat: &str, lon: &str) -> Result<Option<Point>> {
    match (lat.is_empty(), lon.is_empty()) {
        (true, true) => return Ok(None),
        (false, false) => {}
        (is_lat_missing, _) => {
            let column = if is_lat_missing { "lat" } else { "lon" };
            return Err(place.error("error-register-coordinate-alone").with("column", column));
        }
    }
    let degrees = |column: &'static str, value: &str, limit: u8| {
        let text = if delimiter == b',' { value.to_owned() } else { value.replace(',', ".") };
        let number: Option<f64> = text.parse().ok().filter(|n: &f64| n.is_finite());
        match number {
            Some(n) if n.abs() <= f64::from(limit) => Ok(n),
            Some(_) => Err(place.error("error-register-coordinate-range").with("limit", limit)),
            None => Err(place.error("error-register-coordinate")),
        }
        .map_err(|error: Error| error.with("column", column).with("value", value))
    };
    Ok(Some(Point { lat: degrees("lat", lat, 90)?, lon: degrees("lon", lon, 180)? }))
}

/// Checks that latitude and longitude are not swapped: they are if the point is far from where it should be, and near
/// when swapped.
fn check_order(place: SourceLine<'_>, code: &Text, point: Option<Point>, near: Option<Point>) -> Result<()> {
    let (Some(point), Some(near)) = (point, near) else { return Ok(()) };
    let away = |lat: f64, lon: f64| (lat - near.lat).abs().max((lon - near.lon).abs());
    if away(point.lat, point.lon) > 20.0 && away(point.lon, point.lat) < 5.0 {
        return Err(place
            .error("error-register-coordinates-swapped")
            .with("code", code)
            .with("lat", point.lat)
            .with("lon", point.lon));
    }
    Ok(())
}

fn validity(place: SourceLine<'_>, from: &str, to: &str) -> Result<Validity> {
    let validity = Validity { from: year(place, "valid_from", from)?, to: year(place, "valid_to", to)? };
    match (validity.from, validity.to) {
        (Some(first), Some(last)) if first > last => {
            Err(place.error("error-register-validity").with("from", first).with("to", last))
        }
        _ => Ok(validity),
    }
}

/// A year of four digits; `None` if the field is empty.
fn year(place: SourceLine<'_>, column: &str, value: &str) -> Result<Option<Year>> {
    if value.is_empty() {
        return Ok(None);
    }
    match value.parse() {
        Ok(year @ 1900..=2199) if value.len() == 4 => Ok(Some(year)),
        _ => Err(place.error("error-register-year").with("column", column).with("value", value)),
    }
}
