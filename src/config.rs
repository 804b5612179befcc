//! The run's config: read from TOML with every mistake named by line, then validated into types that hold.

mod engine;
mod written;

pub use engine::{Engine, Server, TOKEN};
pub use written::Written;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::{Error, Exit, Result};
use crate::model::{FewUnits, Level, Method, Policy, Population, Round, Snapshot, Text, Year, Zeros};
use crate::words::Lang;

/// What an extract holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExtractKind {
    /// Admitted students.
    Admission,
    /// Enrolled students on 15 October.
    October,
    /// Seats at both times.
    Seats,
}

impl ExtractKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Admission, Self::October, Self::Seats];

    /// The word of the config.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::October => "october",
            Self::Seats => "seats",
        }
    }
}

/// A column that an extract can have, by its key in `[extract.columns]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Student id.
    Student,
    /// Year, instead of the extract's.
    Year,
    /// Home municipality.
    Home,
    /// School unit.
    Unit,
    /// Programme or study path code.
    Programme,
    /// Year group.
    YearGroup,
    /// Students in a counted row.
    Count,
    /// Seats.
    Seats,
    /// Seats at the admission, where they have a column of their own.
    SeatsAdmission,
    /// Seats on 15 October, where they have a column of their own.
    SeatsOctober,
    /// Time of the seats.
    Time,
    /// First day of a placement.
    From,
    /// Last day of a placement.
    To,
    /// Mark of a protected identity.
    Protected,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 14] = [
        Self::Student,
        Self::Year,
        Self::Home,
        Self::Unit,
        Self::Programme,
        Self::YearGroup,
        Self::Count,
        Self::Seats,
        Self::SeatsAdmission,
        Self::SeatsOctober,
        Self::Time,
        Self::From,
        Self::To,
        Self::Protected,
    ];

    /// The key in `[extract.columns]`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Year => "year",
            Self::Home => "home",
            Self::Unit => "unit",
            Self::Programme => "programme",
            Self::YearGroup => "year_group",
            Self::Count => "count",
            Self::Seats => "seats",
            Self::SeatsAdmission => "seats_admission",
            Self::SeatsOctober => "seats_october",
            Self::Time => "time",
            Self::From => "from",
            Self::To => "to",
            Self::Protected => "protected",
        }
    }
}

/// One `[[extract]]` of the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractConfig {
    /// What it holds.
    pub kind: ExtractKind,
    /// A path or a glob, relative to the config; for the engine `spark` as the cluster sees it. Empty for a table.
    pub path: String,
    /// A table by name, for the engine `spark`.
    pub table: Option<String>,
    /// The year, when no column holds it.
    pub year: Option<Year>,
    /// The round of an admission; final unless told.
    pub round: Round,
    /// The time that all seats are of, when no column tells it.
    pub time: Option<SeatsTime>,
    /// What rows are, where neither ids nor counts tell it.
    pub rows: Option<RowsAre>,
    /// What counted rows that repeat others are.
    pub repeated: Option<RepeatedAre>,
    /// Columns by name, where synonyms do not find them.
    pub columns: BTreeMap<Field, String>,
    /// Rows to keep: column → values.
    pub filter: BTreeMap<String, Vec<String>>,
    /// The form of its files, where it is not to be guessed.
    pub form: Form,
}

impl ExtractConfig {
    /// Whether another extract takes the same rows of a file.
    #[must_use]
    pub fn reads_as(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.filter == other.filter
            && self.columns == other.columns
            && self.year == other.year
            && self.form == other.form
    }

    /// An extract of this kind of which nothing else is told.
    #[must_use]
    pub fn of(kind: ExtractKind) -> Self {
        Self {
            kind,
            path: String::new(),
            table: None,
            year: None,
            round: Round::Final,
            time: None,
            rows: None,
            repeated: None,
            columns: BTreeMap::new(),
            filter: BTreeMap::new(),
            form: Form::default(),
        }
    }
}

/// The time of a seats file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeatsTime {
    /// The admission.
    Admission,
    /// 15 October.
    October,
}

impl From<SeatsTime> for Snapshot {
    fn from(time: SeatsTime) -> Self {
        match time {
            SeatsTime::Admission => Self::Admission,
            SeatsTime::October => Self::October,
        }
    }
}

/// What the rows of an extract without ids and counts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowsAre {
    /// A student each.
    Students,
}

/// What counted rows that repeat home, unit, programme and year group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RepeatedAre {
    /// Parts that add up.
    Sum,
}

/// The form of a file, as far as the config tells it; the rest is guessed and reported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Encoding of a text file, by its WHATWG label.
    pub encoding: Option<String>,
    /// The character between the fields of a text file.
    pub delimiter: Option<u8>,
    /// The line that holds the headers; the first is 1.
    pub header: Option<u64>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

/// Registers that replace the built-in ones, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterPaths {
    /// Municipalities.
    pub municipalities: Option<String>,
    /// School units.
    pub units: Option<String>,
    /// Programmes.
    pub programmes: Option<String>,
    /// Boundaries.
    pub boundaries: Option<String>,
}

/// Where the secret of student pseudonyms comes from; a random one for the run where neither is told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudentKeys {
    /// A file that holds it.
    pub key_file: Option<String>,
    /// An environment variable that holds it.
    pub key_env: Option<String>,
}

/// A validated config.
#[derive(Debug, Clone, PartialEq)]
pub struct RunConfig {
    /// Name of the region.
    pub region: String,
    /// Codes of its municipalities, sorted.
    pub municipalities: Vec<Text>,
    /// The year that pages are about; none: the latest.
    pub year: Option<Year>,
    /// Language; none: the locale's.
    pub language: Option<Lang>,
    /// The population that pages are about.
    pub population: Population,
    /// The theme file of pictures.
    pub theme: Option<PathBuf>,
    /// The extracts in the order of the file.
    pub extracts: Vec<ExtractConfig>,
    /// Register files.
    pub registers: RegisterPaths,
    /// The secret of pseudonyms.
    pub students: StudentKeys,
    /// How the public release is protected.
    pub disclosure: Policy,
    /// Manifests of earlier publications.
    pub since: Vec<PathBuf>,
    /// Tolerated part of unusable rows per source.
    pub max_rejected: f64,
    /// Tolerated part of rows of students who are there already, per source.
    pub max_repeated: f64,
    /// What counts the rows.
    pub engine: Engine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    region: RawRegion,
    #[serde(default)]
    run: RawRun,
    #[serde(default)]
    extract: Vec<RawExtract>,
    #[serde(default)]
    registers: RegisterPaths,
    #[serde(default)]
    students: StudentKeys,
    #[serde(default)]
    disclosure: RawDisclosure,
    #[serde(default)]
    quality: RawQuality,
    #[serde(default)]
    engine: engine::RawEngine,
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

/// What is wrong with a value: its key, what was found, what was wanted.
type Wrong = (&'static str, String, &'static str);

impl RawDisclosure {
    fn policy(self) -> std::result::Result<Policy, Wrong> {
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
                words.into_iter().map(level).collect::<std::result::Result<_, Wrong>>()?
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

/// Years that a config or an extract can be about; others are taken for mistakes.
pub const YEARS: std::ops::RangeInclusive<Year> = 1900..=2100;

impl RunConfig {
    /// Reads a config; `source` is its name in messages.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown key, a value of the wrong type or out of range: exit 2, with line and column.
    pub fn parse(source: &str, text: &str) -> Result<Self> {
        let raw: RawConfig = toml::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).map_err(|e| {
            let (line, column) = position(text, e.span().map_or(0, |s| s.start));
            Error::new(Exit::Usage, "error-config")
                .with("path", source)
                .with("line", line)
                .with("column", column)
                .with("why", e.message())
        })?;
        raw.validate(source)
    }
}

/// Line and column of a byte offset, both from 1.
#[must_use]
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
    (line, column)
}

/// The form of an extract's files, or the key that is wrong, what was found there and what was wanted.
fn form(extract: &RawExtract) -> std::result::Result<Form, (&'static str, String, &'static str)> {
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
    fn validate(self, source: &str) -> Result<RunConfig> {
        let wrong = |key: &str, found: String, wanted: &'static str| {
            Error::new(Exit::Usage, "error-config-value")
                .with("path", source)
                .with("key", key)
                .with("value", found)
                .with("wanted", wanted)
        };
        let mut municipalities: Vec<Text> = self.region.municipalities.iter().map(|m| Text::from(m.trim())).collect();
        municipalities.sort();
        if let Some(twice) = municipalities.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::new(Exit::Usage, "error-config-twice").with("path", source).with("code", &*twice[0]));
        }
        if municipalities.is_empty() {
            return Err(wrong("region.municipalities", "[]".to_owned(), "[\"1480\", …]"));
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

#[cfg(test)]
mod tests {
    use super::*;

    const REGION: &str = "[region]\nname = \"R\"\nmunicipalities = [\"1480\", \"1384\"]\n";

    fn check(rest: &str, wanted: std::result::Result<(), &str>) {
        let text = format!("{REGION}{rest}");
        let got = RunConfig::parse("elevflode.toml", &text);
        match wanted {
            Ok(()) => assert!(got.is_ok(), "{rest}: {}", got.unwrap_err()),
            Err(part) => {
                let error = got.expect_err(rest);
                assert_eq!(error.exit(), Exit::Usage);
                for lang in Lang::ALL {
                    assert!(error.text(lang).contains(part), "{rest}: {}", error.text(lang));
                }
            }
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let extract = "[[extract]]\nkind = \"admission\"\npath = \"a.csv\"\n";
        for (rest, wanted) in [
            (extract.to_owned(), Ok(())),
            (format!("{extract}round = \"reserve\"\n[extract.columns]\nhome = \"Hem\"\n"), Ok(())),
            (String::new(), Err("[[extract]]")),
            (format!("{extract}colour = 1\n"), Err("colour")),
            (format!("[run]\nyear = 23\n{extract}"), Err("23")),
            (format!("[run]\nlanguage = \"fi\"\n{extract}"), Err("5")),
            (format!("{extract}[quality]\nmax_rejected = 2.0\n"), Err("max_rejected")),
            (format!("{extract}[disclosure]\nthreshold = 0\n"), Err("threshold")),
            ("[[extract]]\nkind = \"october\"\npath = \"a\"\nround = \"final\"\n".to_owned(), Err("round")),
            ("[[extract]]\nkind = \"sats\"\npath = \"a\"\n".to_owned(), Err("sats")),
            ("[[extract]]\nkind = \n".to_owned(), Err("5")),
            (format!("{extract}[disclosure]\nlevels = [\"home-programme\", \"unit-programme\"]\n"), Ok(())),
            (format!("{extract}[disclosure]\nlevels = [\"everything\"]\n"), Err("home-place")),
            (format!("{extract}[disclosure]\nmethod = \"suppress\"\nzeros = \"hidden\"\n"), Ok(())),
            (format!("{extract}[disclosure]\nmethod = \"round\"\nzeros = \"hidden\"\n"), Err("suppress")),
            (format!("{extract}[disclosure]\nmethod = \"suppress\"\nround_to = 5\n"), Err("round_to")),
            (format!("{extract}[disclosure]\nround_to = 11\n"), Err("threshold")),
            (format!("{extract}[disclosure]\ntime_limit = 60\n"), Err("time_limit")),
            (format!("{extract}[disclosure]\nmethod = \"suppress\"\ntime_limit = 0\n"), Err("seconds")),
            (format!("{extract}[disclosure]\nmethod = \"blur\"\n"), Err("suppress")),
            (format!("{extract}[disclosure]\nmethod = \"suppress\"\nzeros = \"dots\"\n"), Err("hidden")),
            (format!("{extract}[disclosure]\nmin_units = 0\n"), Err("min_units")),
            (
                format!(
                    "{extract}[disclosure]\nmethod = \"suppress\"\nmin_units = 2\ndominance = [2, 75]\npq = [60, 80]\n"
                ),
                Ok(()),
            ),
            (format!("{extract}[disclosure]\ndominance = [2, 100]\n"), Err("1–99")),
            (format!("{extract}[disclosure]\npq = [80, 60]\n"), Err("pq")),
            (format!("{extract}[disclosure]\nmethod = \"round\"\nmin_units = 2\n"), Err("suppress")),
            (format!("{extract}encoding = \"latin1\"\ndelimiter = \"tab\"\nheader = 6\nsheet = \"Blad1\"\n"), Ok(())),
            (format!("{extract}encoding = \"latin9000\"\n"), Err("latin9000")),
            (format!("{extract}delimiter = \";;\"\n"), Err(";;")),
            (format!("{extract}header = 0\n"), Err("header")),
            (format!("{extract}[students]\nkey_env = \"A\"\n"), Ok(())),
            (format!("{extract}[students]\nkey_env = \"A\"\nkey_file = \"b\"\n"), Err("key_file")),
        ] {
            check(&rest, wanted);
        }
    }

    #[test]
    fn municipalities_are_sorted_and_distinct() {
        let text =
            "[region]\nname = \"R\"\nmunicipalities = [\"2\", \"1\"]\n[[extract]]\nkind = \"seats\"\npath = \"a\"\n";
        assert_eq!(RunConfig::parse("c", text).unwrap().municipalities, ["1", "2"].map(Text::from));
        assert!(RunConfig::parse("c", &text.replace("\"2\"", "\"1\"")).is_err());
    }
}
