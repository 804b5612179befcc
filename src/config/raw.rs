//! The config as deserialised from the file, and its validation.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::engine::{Engine, RawEngine};
use super::{
    Compare, ExtractConfig, ExtractKind, Field, Form, RegisterPaths, RepeatedAre, RowsAre, RunConfig, SeatsTime,
    StudentKeys, Written, YEARS,
};
use crate::error::{Error, Exit, Result};
use crate::model::{FewUnits, Level, Method, Policy, Population, Round, Text, Year, Zeros};
use crate::words::Lang;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    region: RawRegion,
    #[serde(default)]
    run: RawRun,
    #[serde(default)]
    compare: Vec<RawRegion>,
    #[serde(default)]
    extract: Vec<RawExtract>,
    #[serde(default)]
    registers: RegisterPaths,
    #[serde(default)]
    students: StudentKeys,
    #[serde(default)]
    disclosure: RawDisclosure,
    official: Option<RawOfficial>,
    #[serde(default)]
    quality: RawQuality,
    #[serde(default)]
    engine: RawEngine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRegion {
    name: String,
    municipalities: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawRun {
    year: Option<Year>,
    language: Option<Lang>,
    population: Option<Population>,
    theme: Option<PathBuf>,
    compare: Option<RawCompare>,
}

/// Regions by a column of the municipality register.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawCompare {
    County,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOfficial {
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExtract {
    kind: ExtractKind,
    path: Option<String>,
    table: Option<String>,
    year: Option<Year>,
    round: Option<Round>,
    time: Option<SeatsTime>,
    rows: Option<RowsAre>,
    repeated: Option<RepeatedAre>,
    encoding: Option<String>,
    delimiter: Option<String>,
    header: Option<u64>,
    sheet: Option<String>,
    #[serde(default)]
    columns: BTreeMap<Field, String>,
    #[serde(default)]
    filter: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawDisclosure {
    method: Option<String>,
    threshold: Option<u64>,
    round_to: Option<u64>,
    levels: Option<Vec<String>>,
    zeros: Option<String>,
    min_units: Option<u64>,
    dominance: Option<(u64, u64)>,
    p_percent: Option<u64>,
    pq: Option<(u64, u64)>,
    /// Seconds.
    time_limit: Option<u64>,
    #[serde(default)]
    since: Vec<PathBuf>,
}

/// An invalid value: its key, the value found, the value expected.
type InvalidValue = (&'static str, String, &'static str);

impl RawDisclosure {
    fn policy(self) -> std::result::Result<Policy, InvalidValue> {
        let of_word = |key, word: Option<String>, wanted| word.map(|word| (key, word, wanted));
        let method = match of_word("disclosure.method", self.method, Method::WORDS) {
            Some(wrong) => Method::parse(&wrong.1).ok_or(wrong)?,
            None => Policy::default().method,
        };
        let default = Policy::of(method);
        let threshold = self.threshold.unwrap_or(default.threshold);
        if threshold == 0 {
            return Err(("disclosure.threshold", "0".to_owned(), "1, 2, 3 …"));
        }
        let round_to = self.round_to.unwrap_or(default.round_to);
        if round_to == 0 || round_to > threshold {
            return Err(("disclosure.round_to", round_to.to_string(), "1 … threshold"));
        }
        if method == Method::Suppress && self.round_to.is_some() {
            return Err(("disclosure.method", "suppress".to_owned(), "round (round_to)"));
        }
        if method == Method::Round && self.zeros.is_some() {
            return Err(("disclosure.method", "round".to_owned(), "suppress (zeros)"));
        }
        let zeros = match of_word("disclosure.zeros", self.zeros, Zeros::WORDS) {
            Some(wrong) => Zeros::parse(&wrong.1).ok_or(wrong)?,
            None => default.zeros,
        };
        let mut levels = match self.levels {
            None => default.levels,
            Some(words) => {
                let level = |word: String| {
                    Level::parse(method, &word)
                        .ok_or_else(|| ("disclosure.levels", word.clone(), Level::words(method)))
                };
                words.into_iter().map(level).collect::<std::result::Result<_, InvalidValue>>()?
            }
        };
        levels.sort_unstable();
        levels.dedup();
        let few = FewUnits {
            least: self.min_units.unwrap_or(default.few.least),
            dominance: self.dominance,
            p_percent: self.p_percent,
            pq: self.pq,
        };
        if few.least == 0 {
            return Err(("disclosure.min_units", "0".to_owned(), "1, 2, 3 …"));
        }
        if let Some((n, k)) = few.dominance.filter(|(n, k)| *n == 0 || !(1..100).contains(k)) {
            return Err(("disclosure.dominance", format!("[{n}, {k}]"), "[1, 2 …, 1–99]"));
        }
        if let Some((p, q)) = few.pq.filter(|(p, q)| *p == 0 || p >= q || *q > 100) {
            return Err(("disclosure.pq", format!("[{p}, {q}]"), "0 < p < q ≤ 100"));
        }
        if let Some(p) = few.p_percent.filter(|p| *p == 0) {
            return Err(("disclosure.p_percent", p.to_string(), "1, 2, 3 …"));
        }
        if method == Method::Round && !few.is_off() {
            return Err(("disclosure.method", "round".to_owned(), "suppress (min_units, dominance, p_percent, pq)"));
        }
        if method == Method::Round && self.time_limit.is_some() {
            return Err(("disclosure.method", "round".to_owned(), "suppress (time_limit)"));
        }
        let time_limit = self.time_limit.unwrap_or(default.time_limit);
        if time_limit == 0 {
            return Err(("disclosure.time_limit", "0".to_owned(), "1, 2, 3 … (seconds)"));
        }
        Ok(Policy { method, threshold, round_to, levels, zeros, few, time_limit })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawQuality {
    max_rejected: f64,
    max_repeated: f64,
}

impl Default for RawQuality {
    fn default() -> Self {
        Self { max_rejected: 0.02, max_repeated: 0.05 }
    }
}

/// The form of an extract's files, or the invalid key, the value found and the value expected.
fn form(extract: &RawExtract) -> std::result::Result<Form, InvalidValue> {
    let delimiter = match extract.delimiter.as_deref() {
        None => None,
        Some("\\t" | "tab") => Some(b'\t'),
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n".contains(byte) => Some(*byte),
            _ => return Err(("extract.delimiter", text.to_owned(), "\";\", \",\", \"|\", \"tab\"")),
        },
    };
    if let Some(label) = extract.encoding.as_deref().filter(|label| Written::of(label).is_none()) {
        return Err((
            "extract.encoding",
            label.to_owned(),
            "\"utf-8\", \"windows-1252\", \"utf-16le\", \"macintosh\", \"cp850\" …",
        ));
    }
    if extract.header == Some(0) {
        return Err(("extract.header", "0".to_owned(), "1, 2, 3 …"));
    }
    Ok(Form { encoding: extract.encoding.clone(), delimiter, header: extract.header, sheet: extract.sheet.clone() })
}

impl RawConfig {
    /// Validates the config.
    ///
    /// # Errors
    /// A value that cannot be used, with its key.
    pub(super) fn validate(self, source: &str) -> Result<RunConfig> {
        let wrong = |key: &str, found: String, wanted: &'static str| {
            Error::new(Exit::Usage, "error-config-value")
                .with("path", source)
                .with("key", key)
                .with("value", found)
                .with("wanted", wanted)
        };
        let codes = |of: &RawRegion, key: &str| {
            let mut codes: Vec<Text> = of.municipalities.iter().map(|code| Text::from(code.trim())).collect();
            codes.sort();
            if let Some(twice) = codes.windows(2).find(|pair| pair[0] == pair[1]) {
                let error = Error::new(Exit::Usage, "error-config-twice").with("path", source);
                return Err(error.with("key", key).with("code", &*twice[0]));
            }
            if codes.is_empty() {
                return Err(wrong(key, "[]".to_owned(), "[\"1480\", …]"));
            }
            Ok(codes)
        };
        let municipalities = codes(&self.region, "region.municipalities")?;
        let mut compared: Vec<(String, Vec<Text>)> = Vec::new();
        for region in &self.compare {
            let name = region.name.trim();
            if name.is_empty() {
                return Err(wrong("compare.name", "\"\"".to_owned(), "\"Storstockholm\" …"));
            }
            if name == self.region.name || compared.iter().any(|(known, _)| known == name) {
                return Err(Error::new(Exit::Usage, "error-compare-twice").with("path", source).with("name", name));
            }
            compared.push((name.to_owned(), codes(region, "compare.municipalities")?));
        }
        let compare = match self.run.compare {
            Some(RawCompare::County) if !compared.is_empty() => {
                return Err(wrong("run.compare", "county".to_owned(), "run.compare | [[compare]]"));
            }
            Some(RawCompare::County) => Compare::Counties,
            None => Compare::Regions(compared),
        };
        let official = self.official.map(|official| official.path);
        if official.as_deref().is_some_and(|path| path.trim().is_empty()) {
            return Err(wrong("official.path", "\"\"".to_owned(), "\"kolada.csv\""));
        }
        let years = [self.run.year].into_iter().chain(self.extract.iter().map(|e| e.year)).flatten();
        for year in years {
            if !YEARS.contains(&year) {
                return Err(wrong("year", year.to_string(), "1900–2100"));
            }
        }
        let since = self.disclosure.since.clone();
        let disclosure = self.disclosure.policy().map_err(|(key, found, wanted)| wrong(key, found, wanted))?;
        let max_rejected = self.quality.max_rejected;
        if !(0.0..=1.0).contains(&max_rejected) {
            return Err(wrong("quality.max_rejected", max_rejected.to_string(), "0.0–1.0"));
        }
        let max_repeated = self.quality.max_repeated;
        if !(0.0..=1.0).contains(&max_repeated) {
            return Err(wrong("quality.max_repeated", max_repeated.to_string(), "0.0–1.0"));
        }
        let engine = self.engine.engine().map_err(|(key, found, wanted)| wrong(key, found, wanted))?;
        if self.students.key_file.is_some() && self.students.key_env.is_some() {
            return Err(wrong("students", "key_file, key_env".to_owned(), "key_file | key_env"));
        }
        if self.extract.is_empty() {
            return Err(wrong("extract", "0".to_owned(), "[[extract]]"));
        }
        let mut extracts = Vec::with_capacity(self.extract.len());
        for extract in self.extract {
            let is_given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
            match (is_given(&extract.path), is_given(&extract.table)) {
                (false, false) => return Err(wrong("extract.path", "\"\"".to_owned(), "extracts/antagning_*.csv")),
                (true, true) => return Err(wrong("extract", "path, table".to_owned(), "path | table")),
                (false, true) if engine == Engine::Local => {
                    let found = extract.table.unwrap_or_default();
                    return Err(wrong("extract.table", found, "[engine] kind = \"spark\""));
                }
                _ => {}
            }
            if let (Some(round), true) = (extract.round, extract.kind != ExtractKind::Admission) {
                return Err(wrong("extract.round", round.as_str().to_owned(), "kind = \"admission\""));
            }
            if let (Some(_), true) = (extract.time, extract.kind != ExtractKind::Seats) {
                return Err(wrong("extract.time", extract.kind.as_str().to_owned(), "kind = \"seats\""));
            }
            if let (Some(_), true) = (extract.rows, extract.kind == ExtractKind::Seats) {
                return Err(wrong("extract.rows", "seats".to_owned(), "kind = \"admission\" | \"october\""));
            }
            let form = form(&extract).map_err(|(key, found, wanted)| wrong(key, found, wanted))?;
            extracts.push(ExtractConfig {
                form,
                kind: extract.kind,
                path: extract.path.unwrap_or_default(),
                table: extract.table,
                year: extract.year,
                round: extract.round.unwrap_or(Round::Final),
                time: extract.time,
                rows: extract.rows,
                repeated: extract.repeated,
                columns: extract.columns,
                filter: extract.filter,
            });
        }
        Ok(RunConfig {
            region: self.region.name,
            municipalities,
            compare,
            official,
            year: self.run.year,
            language: self.run.language,
            population: self.run.population.unwrap_or(Population::National),
            theme: self.run.theme,
            extracts,
            registers: self.registers,
            students: self.students,
            disclosure,
            since,
            max_rejected,
            max_repeated,
            engine,
        })
    }
}
