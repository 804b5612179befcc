//! The manifest: inputs and outputs with checksums; no clock, no output path.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::io::{self, MANIFEST};
use crate::model::{Method, Policy, Population, Release, Year};
use crate::words::Lang;

/// The file of timings, the only file that differs between identical runs; it is not in the manifest.
pub const TIMINGS: &str = "timings.json";

/// The content of the manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `elevflode`.
    pub program: String,
    /// The version of the program.
    pub version: String,
    /// The command that wrote the folder: `report` or `check`.
    pub command: String,
    /// Internal or public.
    pub release: Release,
    /// `INTERN` in an internal release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marking: Option<String>,
    /// Name of the region.
    pub region: String,
    /// Codes of its municipalities.
    pub municipalities: Vec<String>,
    /// Other regions that are compared with it: name → codes of municipalities.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub compared: BTreeMap<String, Vec<String>>,
    /// The year that pages are about.
    pub year: Option<Year>,
    /// The population that pages are about.
    pub population: Population,
    /// The language of pages.
    pub language: Lang,
    /// Tolerated share of unusable rows.
    pub max_rejected: f64,
    /// The server that counted the rows; `None` if this machine did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<EngineUsed>,
    /// The rules of a public release; `None` for an internal one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disclosure: Option<Rules>,
    /// Files read, by role and name; a public release omits details that could confirm a guess.
    pub inputs: Vec<Input>,
    /// Files written: name → BLAKE3.
    pub outputs: BTreeMap<String, String>,
}

/// The rules of a public release; the meaning of a missing row depends on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// `round` or `suppress`.
    pub method: String,
    /// Counts below it are hidden.
    pub threshold: u64,
    /// Shown counts are multiples of it; `None` if counts are exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_to: Option<u64>,
    /// The levels that are published.
    pub levels: Vec<String>,
}

impl Rules {
    /// The rules of a policy.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        Self {
            method: policy.method.as_str().to_owned(),
            threshold: policy.threshold,
            round_to: (policy.method == Method::Round).then_some(policy.round_to),
            levels: policy.levels.iter().map(|level| level.as_str().to_owned()).collect(),
        }
    }
}

impl std::fmt::Display for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.threshold)?;
        if let Some(round_to) = self.round_to {
            write!(f, "/{round_to}")?;
        }
        write!(f, " ({})", self.levels.join(", "))
    }
}

/// A server that counted rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineUsed {
    /// `spark`.
    pub kind: String,
    /// Its version.
    pub version: String,
}

/// A file that was read, or a source on a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// `config`, `admission`, `october`, `seats`, `register` or `theme`.
    pub role: String,
    /// File name.
    pub name: String,
    /// BLAKE3 of its bytes, as `b3sum` prints it; `None` for a source on a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
    /// Its size; not in a public release, where it would reveal the number of rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Its rows, for an extract; not in a public release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

impl Input {
    /// The record of a file that was read.
    #[must_use]
    pub fn of(role: &str, name: &str, bytes: &[u8]) -> Self {
        Self::summed(role, name, io::checksum(bytes), bytes.len() as u64)
    }

    /// The record of a file whose checksum is known.
    #[must_use]
    pub fn summed(role: &str, name: &str, blake3: String, bytes: u64) -> Self {
        Self { role: role.to_owned(), name: name.to_owned(), blake3: Some(blake3), bytes: Some(bytes), rows: None }
    }

    /// The record of a source that a cluster read.
    #[must_use]
    pub fn counted(role: &str, name: &str, rows: u64) -> Self {
        Self { role: role.to_owned(), name: name.to_owned(), blake3: None, bytes: None, rows: Some(rows) }
    }
}

impl Manifest {
    /// The manifest as JSON with a final line break.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text.into_bytes()
    }

    /// The manifest of an earlier run, if the bytes are one.
    #[must_use]
    pub fn from_json(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|m: &Self| m.program == env!("CARGO_PKG_NAME"))
    }

    /// Whether a run with this manifest wrote the file.
    #[must_use]
    pub fn wrote(&self, name: &str) -> bool {
        name == MANIFEST || name == TIMINGS || self.outputs.contains_key(name)
    }
}
