//! Official values of indicators, as the interface (JSON) or a table of Kolada gives them: indicator, municipality, year
//! and value.
//!
//! A table has a row per value, with the columns `kpi,municipality,year,value` or their Swedish names; or a row per
//! indicator and municipality, with a column per year. Columns that are not known are ignored. A municipality is a code
//! or a name of the register; an indicator is a text with its code. Only values for all genders count. A field that is
//! empty or a mark (`.`, `..`, `-`) is no value.

use std::collections::BTreeMap;

use csv::StringRecord;
use serde::Deserialize;

use super::csv::decode;
use super::registers::{fold, raw_table};
use crate::config::YEARS;
use crate::error::{Error, Exit, Result};
use crate::model::{Decimal, Municipality, Text, Year};

/// Official values by indicator, municipality and year.
pub type Values = BTreeMap<(Text, Text, Year), Decimal>;

const KPI: &[&str] = &["kpi", "nyckeltal", "nyckeltalsid", "nyckeltalskod", "kpiid", "indicator", "indikator"];
const MUNICIPALITY: &[&str] =
    &["municipality", "kommun", "kommunkod", "kommunid", "municipalityid", "municipalitycode", "omrade"];
const YEAR: &[&str] = &["year", "ar", "period"];
const VALUE: &[&str] = &["value", "varde", "total", "totalt"];
const GENDER: &[&str] = &["gender", "kon"];
/// Words for all genders.
const ALL_GENDERS: &[&str] = &["", "t", "total", "totalt", "alla", "all"];
/// Texts that stand for no value.
const MARKS: &[&str] = &["", ".", "..", "-", "–", "null", "nan"];

/// Reads official values. `source` is the file's name, for messages; `municipalities` is the register.
///
/// # Errors
/// A file that is neither text, a workbook nor JSON of this form; a missing column; an invalid year or value; two
/// values for the same indicator, municipality and year.
pub fn official(source: &str, bytes: &[u8], municipalities: &[Municipality]) -> Result<Values> {
    let mut out = Reader { source, places: places(municipalities), values: Values::new() };
    let text = decode(bytes);
    if text.trim_start().starts_with(['{', '[']) {
        out.json(&text)?;
    } else {
        let (_, mut rows) = match preamble(&text) {
            0 => raw_table(source, bytes)?,
            skipped => {
                let rest: String = text.split_inclusive('\n').skip(skipped).collect();
                raw_table(source, rest.as_bytes())?
            }
        };
        rows.iter_mut().for_each(|(line, _)| *line += preamble(&text) as u64);
        out.table(&rows)?;
    }
    Ok(out.values)
}

/// Number of lines of a text above the header; 0 if it has none.
fn preamble(text: &str) -> usize {
    let is_header = |line: &str| {
        let fields: Vec<String> = line.split([';', ',', '\t']).map(|field| fold(field.trim_matches('"'))).collect();
        let has = |names: &[&str]| fields.iter().any(|field| names.contains(&field.as_str()));
        has(KPI) && has(MUNICIPALITY)
    };
    text.lines().position(is_header).unwrap_or(0)
}

/// Codes by code and by folded name.
fn places(municipalities: &[Municipality]) -> BTreeMap<String, Text> {
    let by_name = municipalities.iter().map(|of| (fold(&of.name), of.code.clone()));
    let by_code = municipalities.iter().map(|of| (fold(&of.code), of.code.clone()));
    by_name.chain(by_code).collect()
}

/// An answer of the interface.
#[derive(Deserialize)]
struct Answer {
    values: Vec<AnswerOf>,
}

/// An indicator of a municipality in a year.
#[derive(Deserialize)]
struct AnswerOf {
    kpi: String,
    municipality: String,
    period: Year,
    values: Vec<AnswerValue>,
}

#[derive(Deserialize)]
struct AnswerValue {
    #[serde(default)]
    gender: String,
    value: Option<serde_json::Number>,
}

struct Reader<'a> {
    source: &'a str,
    places: BTreeMap<String, Text>,
    values: Values,
}

/// What is wrong, and with which text.
type Wrong = (&'static str, String);

impl Reader<'_> {
    fn error(&self, line: u64, (id, value): Wrong) -> Error {
        // A file of students in place of official values must not show its rows.
        let is_long = value.chars().filter(char::is_ascii_digit).count() > 6;
        let value = if is_long { "…".to_owned() } else { value };
        Error::new(Exit::Input, id).with("file", self.source).with("line", line).with("value", value)
    }

    fn json(&mut self, text: &str) -> Result<()> {
        for answer in serde_json::Deserializer::from_str(text).into_iter::<Answer>() {
            let answer = answer.map_err(|problem| {
                Error::new(Exit::Input, "error-official-json").with("file", self.source).with("line", problem.line())
            })?;
            for of in answer.values {
                for value in of.values.iter().filter(|value| is_all(&value.gender)) {
                    let value = value.value.as_ref().map_or_else(String::new, ToString::to_string);
                    let added = self.add(&of.kpi, &of.municipality, &of.period.to_string(), &value);
                    added.map_err(|wrong| self.error(1, wrong))?;
                }
            }
        }
        Ok(())
    }

    fn table(&mut self, rows: &[(u64, StringRecord)]) -> Result<()> {
        let no_header = |column: &str| {
            Error::new(Exit::Input, "error-official-column").with("file", self.source).with("column", column)
        };
        let is_header = |row: &StringRecord| column(row, KPI).is_some() && column(row, MUNICIPALITY).is_some();
        let at = rows.iter().position(|(_, row)| is_header(row));
        let (header, body) = match at.map(|at| rows.split_at(at + 1)) {
            Some((before, body)) => (&before[before.len() - 1].1, body),
            None => return Err(no_header("kpi, municipality")),
        };
        let (kpi, municipality) = (column(header, KPI), column(header, MUNICIPALITY));
        let years: Vec<(usize, &str)> = header.iter().enumerate().filter(|(_, name)| is_year(name)).collect();
        let (year, value, gender) = (column(header, YEAR), column(header, VALUE), column(header, GENDER));
        if years.is_empty() {
            let missing = [("year", year), ("value", value)].into_iter().find(|(_, at)| at.is_none());
            if let Some((name, _)) = missing {
                return Err(no_header(name));
            }
        }
        for (line, row) in body {
            let field = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default();
            if !is_all(field(gender)) {
                continue;
            }
            let values = match (year, value) {
                (Some(_), Some(_)) => vec![(field(year), field(value))],
                _ => years.iter().map(|(at, year)| (*year, field(Some(*at)))).collect(),
            };
            for (year, value) in values {
                let added = self.add(field(kpi), field(municipality), year, value);
                added.map_err(|wrong| self.error(*line, wrong))?;
            }
        }
        Ok(())
    }

    /// Adds a value; texts without an indicator or a municipality of the register are skipped, as other indicators and
    /// areas are in the same files.
    fn add(&mut self, kpi: &str, municipality: &str, year: &str, value: &str) -> std::result::Result<(), Wrong> {
        let (Some(kpi), Some(municipality)) = (code_in(kpi), self.places.get(&fold(municipality))) else {
            return Ok(());
        };
        if MARKS.contains(&value.to_lowercase().as_str()) {
            return Ok(());
        }
        let parsed_year = year.parse().ok().filter(|year| YEARS.contains(year));
        let year: Year = parsed_year.ok_or_else(|| ("error-official-year", year.to_owned()))?;
        let value = decimal(value).ok_or_else(|| ("error-official-value", value.to_owned()))?;
        let key = (Text::from(kpi), municipality.clone(), year);
        match self.values.insert(key, value) {
            Some(known) if known != value => Err(("error-official-twice", format!("{kpi} {municipality} {year}"))),
            _ => Ok(()),
        }
    }
}

/// The position of the column with one of these names, the first of them first.
fn column(header: &StringRecord, names: &[&str]) -> Option<usize> {
    let rank = |name: &str| names.iter().position(|known| *known == fold(name));
    let found = header.iter().enumerate().filter_map(|(at, name)| Some((rank(name)?, at)));
    found.min().map(|(_, at)| at)
}

fn is_year(name: &str) -> bool {
    name.trim().parse().is_ok_and(|year: Year| YEARS.contains(&year))
}

fn is_all(gender: &str) -> bool {
    ALL_GENDERS.contains(&gender.trim().to_lowercase().as_str())
}

/// The code of an indicator in a text: `N17804`, alone or beside its title.
fn code_in(text: &str) -> Option<&str> {
    let is_code = |word: &&str| {
        word.len() == 6 && word.starts_with(['N', 'U']) && word[1..].bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).find(is_code)
}

/// A number with a point or a comma, and blanks between thousands, to six decimals.
fn decimal(text: &str) -> Option<Decimal> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '%').collect();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(digits) => (-1, digits),
        None => (1, &*text),
    };
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let is_number =
        !whole.is_empty() && [whole, decimals].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if !is_number || whole.len() > 18 {
        return None;
    }
    let padded: String = decimals.chars().chain(std::iter::repeat('0')).take(7).collect();
    let scaled: i128 = format!("{whole}{padded}").parse().ok()?;
    Some(Decimal::of_millionths(sign * ((scaled + 5) / 10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn municipality(code: &str, name: &str) -> Municipality {
        Municipality { code: code.into(), name: name.into(), county: None, point: None }
    }

    /// The values as text, or the id of the error.
    fn check(text: &str, wanted: &str) {
        let register = [municipality("0180", "Stockholm"), municipality("1480", "Göteborg")];
        let found = match official("kolada.csv", text.as_bytes(), &register) {
            Ok(values) => {
                let value = |((kpi, place, year), value): (&(Text, Text, Year), &Decimal)| {
                    format!("{kpi} {place} {year} {value}")
                };
                values.iter().map(value).collect::<Vec<_>>().join("; ")
            }
            Err(error) => error.id().to_owned(),
        };
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn values_are_read_in_each_form() {
        let one = "N17804 1480 2023 31.500000";
        for text in [
            "kpi,municipality,year,value\nN17804,1480,2023,31.5\n",
            "\u{feff}kpi;municipality;period;gender;value\nN17804;1480;2023;K;30\nN17804;1480;2023;T;31,5\n",
            "Nyckeltal;Kommun;2022;2023\nGymnasieelever i fristående skolor (N17804);Göteborg;;31,5 %\n",
            "Källa: Kolada\n\nNyckeltal\tKommun\tÅr\tVärde\nN17804\tgöteborg\t2023\t31.5000004\n",
            "{\"count\":1,\"values\":[{\"kpi\":\"N17804\",\"municipality\":\"1480\",\"period\":2023,\"values\":\
             [{\"gender\":\"K\",\"value\":1},{\"gender\":\"T\",\"count\":1,\"value\":31.5}]}]}",
        ] {
            check(text, one);
        }
        check("kpi,municipality,year,value\nN17804,0001,2023,31.5\nN17804,0180,2023,..\nhej,0180,2023,1\n", "");
        check("kpi,municipality,year,value\nN17800,0180,2023,\"1 234\"\n", "N17800 0180 2023 1234.000000");
    }

    #[test]
    fn mistakes_are_errors() {
        for (text, wanted) in [
            ("kpi,municipality,year\nN17804,1480,2023\n", "error-official-column"),
            ("a,b\n1,2\n", "error-official-column"),
            ("kpi,municipality,year,value\nN17804,1480,23,1\n", "error-official-year"),
            ("kpi,municipality,year,value\nN17804,1480,2023,1.2.3\n", "error-official-value"),
            ("kpi,municipality,year,value\nN17804,1480,2023,1\nN17804,1480,2023,2\n", "error-official-twice"),
            ("{\"values\":[{\"kpi\":1}]}", "error-official-json"),
        ] {
            check(text, wanted);
        }
    }
}
