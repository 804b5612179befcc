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
use unicode_normalization::UnicodeNormalization as _;

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
/// The indicator that is a number of students.
const STUDENTS: &str = "N17800";
/// Texts that stand for no value.
const MARKS: &[&str] = &["", ".", "..", "-", "–", "null", "nan"];

/// Reads official values. `source` is the file's name, for messages; `municipalities` is the register.
///
/// # Errors
/// A file that is neither text, a workbook nor JSON of this form; a missing column; an invalid year or value; two
/// values for the same indicator, municipality and year.
pub fn official(source: &str, bytes: &[u8], municipalities: &[Municipality]) -> Result<Values> {
    let mut out = Reader { source, places: Places::new(municipalities), values: Values::new() };
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

/// Municipalities by code and by name.
struct Places {
    by_code: BTreeMap<String, Text>,
    /// By exact name in lower case, and by folded name where only one municipality has it.
    by_name: BTreeMap<String, Option<Text>>,
}

impl Places {
    fn new(municipalities: &[Municipality]) -> Self {
        let mut by_name: BTreeMap<String, Option<Text>> = BTreeMap::new();
        for of in municipalities {
            by_name.entry(fold(&of.name)).and_modify(|known| *known = None).or_insert_with(|| Some(of.code.clone()));
        }
        by_name.extend(municipalities.iter().map(|of| (exact(&of.name), Some(of.code.clone()))));
        let bare = |code: &str| code.trim_start_matches('0').to_owned();
        let by_code = municipalities.iter().map(|of| (bare(&of.code), of.code.clone())).collect();
        Self { by_code, by_name }
    }

    /// The municipality of a code, with or without leading zeros, or of a name.
    fn find(&self, text: &str) -> Option<&Text> {
        let text = text.trim();
        if text.chars().all(|c| c.is_ascii_digit()) {
            return self.by_code.get(text.trim_start_matches('0'));
        }
        let name = self.by_name.get(&exact(text)).or_else(|| self.by_name.get(&fold(text)));
        name.and_then(Option::as_ref).or_else(|| self.by_code.get(text))
    }
}

/// A name in lower case, its letters composed; marked, so that it is no folded name.
fn exact(name: &str) -> String {
    format!("= {}", name.trim().to_lowercase().nfc().collect::<String>())
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
    places: Places,
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
        let twice = [KPI, MUNICIPALITY, YEAR, VALUE, GENDER].into_iter().find(|names| {
            let best = column(header, names).map(|at| fold(&header[at]));
            best.is_some_and(|best| header.iter().filter(|name| fold(name) == best).count() > 1)
        });
        if let Some(names) = twice {
            let error = Error::new(Exit::Input, "error-official-column-twice").with("file", self.source);
            return Err(error.with("column", names[0]));
        }
        let (kpi, municipality) = (column(header, KPI), column(header, MUNICIPALITY));
        let years: Vec<(usize, &str)> =
            header.iter().enumerate().filter(|(_, name)| year_of(name).is_some()).collect();
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
        let (Some(kpi), Some(municipality)) = (code_in(kpi), self.places.find(municipality)) else {
            return Ok(());
        };
        if MARKS.contains(&value.to_lowercase().as_str()) {
            return Ok(());
        }
        let year = year_of(year).ok_or_else(|| ("error-official-year", year.to_owned()))?;
        let found = decimal(value).ok_or_else(|| ("error-official-value", value.to_owned()))?;
        // A number of students with decimals is one with a separator of thousands that is read wrongly.
        if kpi == STUDENTS && found.millionths() % 1_000_000 != 0 {
            return Err(("error-official-value", value.to_owned()));
        }
        let value = found;
        let key = (Text::from(kpi.as_str()), municipality.clone(), year);
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

/// The autumn of a year or a school year: `2023`, `2023/24`.
fn year_of(text: &str) -> Option<Year> {
    let (first, second) = text.trim().split_once(['/', '-']).unwrap_or((text.trim(), ""));
    let is_year = first.len() == 4 && second.bytes().all(|byte| byte.is_ascii_digit()) && second.len() <= 4;
    first.parse().ok().filter(|year| is_year && YEARS.contains(year))
}

fn is_all(gender: &str) -> bool {
    ALL_GENDERS.contains(&gender.trim().to_lowercase().as_str())
}

/// The code of an indicator in a text: `N17804`, alone or beside its title.
fn code_in(text: &str) -> Option<String> {
    let is_code = |word: &String| {
        word.len() == 6 && word.starts_with(['N', 'U']) && word[1..].bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_uppercase).find(is_code)
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
        let register = [
            municipality("0180", "Stockholm"),
            municipality("0305", "Håbo"),
            municipality("0643", "Habo"),
            municipality("1480", "Göteborg"),
        ];
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
        // Names that differ in a letter with a mark, a code without its zero, a code in small letters, a school year.
        let both = "N17804 0305 2023 1.000000; N17804 0643 2023 2.000000";
        check("kpi;kommun;år;värde\nN17804;Håbo;2023;1\nN17804;Habo;2023;2\n", both);
        check("kpi;kommun;2023/24\nn17804;305;1\nn17804;643;2\n", both);
        check("kpi;kommun;år;värde\nN17804;goteborg;2023;1\n", "N17804 1480 2023 1.000000");
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
            ("kpi,municipality,year,value\nN17800,1480,2023,\"1,234\"\n", "error-official-value"),
            ("kpi,municipality,year,value,value\nN17804,1480,2023,1,2\n", "error-official-column-twice"),
        ] {
            check(text, wanted);
        }
    }
}
