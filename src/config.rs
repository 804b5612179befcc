//! The config of a run: read from TOML, with the line of every mistake, then validated into typed values.

mod engine;
mod raw;
mod schema;
mod syntax;
#[cfg(test)]
mod tests;
mod encoding;

pub use encoding::Written;
pub use engine::{Engine, Server, TOKEN};
pub use syntax::syntax;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::error::Result;
use crate::model::{Policy, Population, Round, Snapshot, Text, Year};
use crate::words::Lang;

/// The content of an extract.
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
    /// Year, in place of the extract's year.
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
    /// Seats at the admission, in a column of their own.
    SeatsAdmission,
    /// Seats on 15 October, in a column of their own.
    SeatsOctober,
    /// The snapshot of the seats.
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
    /// Its content.
    pub kind: ExtractKind,
    /// A path or a glob, relative to the config; for the engine `spark` as seen by the cluster. Empty for a table.
    pub path: String,
    /// A table by name, for the engine `spark`.
    pub table: Option<String>,
    /// The year, if no column holds it.
    pub year: Option<Year>,
    /// The round of an admission; by default final.
    pub round: Round,
    /// The snapshot of all seats, if no column holds it.
    pub time: Option<SeatsTime>,
    /// The meaning of rows, if there are neither ids nor counts.
    pub rows: Option<RowsAre>,
    /// The meaning of counted rows that repeat others.
    pub repeated: Option<RepeatedAre>,
    /// Columns by name, if their synonyms are not found.
    pub columns: BTreeMap<Field, String>,
    /// Rows to keep: column → values.
    pub filter: BTreeMap<String, Vec<String>>,
    /// The form of its files, if it is not to be guessed.
    pub form: Form,
}

impl ExtractConfig {
    /// Whether another extract reads the same rows of a file in the same way.
    #[must_use]
    pub fn reads_as(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.filter == other.filter
            && self.columns == other.columns
            && self.year == other.year
            && self.form == other.form
    }

    /// An extract of this kind with default settings.
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

/// The snapshot of a seats file.
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

/// The meaning of the rows of an extract without ids and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowsAre {
    /// One student per row.
    Students,
}

/// The meaning of counted rows that repeat home, unit, programme and year group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RepeatedAre {
    /// Parts that add up.
    Sum,
}

/// The configured form of a file; the rest is guessed and reported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Encoding of a text file, by its WHATWG label.
    pub encoding: Option<String>,
    /// The character between the fields of a text file.
    pub delimiter: Option<u8>,
    /// The number of the header line; the first line is 1.
    pub header: Option<u64>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

/// The regions that the run's own region is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compare {
    /// Regions by name, each with the codes of its municipalities, sorted; none: no comparison.
    Regions(Vec<(String, Vec<Text>)>),
    /// The counties of the municipality register.
    Counties,
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

/// The source of the secret for student pseudonyms; if neither is given, a random one is used for the run.
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
    /// Regions to compare.
    pub compare: Compare,
    /// The file of official values of indicators.
    pub official: Option<String>,
    /// The year that pages are about; `None`: the latest.
    pub year: Option<Year>,
    /// Language; `None`: that of the locale.
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
    /// The policy of disclosure control for the public release.
    pub disclosure: Policy,
    /// Manifests of earlier publications.
    pub since: Vec<PathBuf>,
    /// Tolerated share of unusable rows per source.
    pub max_rejected: f64,
    /// Tolerated share of rows of students who already have a row, per source.
    pub max_repeated: f64,
    /// The engine that counts the rows.
    pub engine: Engine,
}

/// Valid years of a config or an extract; others are mistakes.
pub const YEARS: std::ops::RangeInclusive<Year> = 1900..=2100;

impl RunConfig {
    /// Reads a config; `source` is its name in messages.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown key, a value of the wrong type or out of range: exit 2, with line and column.
    pub fn parse(source: &str, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        schema::check(source, text)?;
        let raw: raw::RawConfig =
            toml::from_str(text).map_err(|problem| syntax(source, text, &problem, "error-config"))?;
        raw.validate(source)
    }
}
