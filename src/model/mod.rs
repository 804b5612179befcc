//! Domain types: codes, registers, snapshots, and the numbers of results. No I/O, no data frames.

mod codes;
mod entities;
mod numbers;
mod person;
mod policy;
mod reason;
mod student;
mod text;

pub use codes::{CodeList, MunicipalityId, ProgrammeId, UNKNOWN, UnitId};
pub use entities::{
    Boundary, Municipality, Point, Programme, ProgrammeKind, Provider, ProviderKind, Registers, SchoolUnit,
    UnitStatus, Validity,
};
pub use numbers::{Cell, Decimal, Ratio, mixed};
pub use person::{Checksum, PersonalNumber};
pub use policy::{FewUnits, Level, Method, Policy, Zeros};
pub use reason::Reason;
pub use student::{Pseudonyms, StudentKey};
pub use text::Text;

use serde::{Deserialize, Serialize};

/// The autumn that a snapshot belongs to: admission year 2023 and school year 2023/24 are both 2023.
pub type Year = u16;

/// The margin over all values of a key column.
pub const ALL: &str = "ALL";
/// All homes outside the region together.
pub const OUT: &str = "OUT";
/// The code for no unit: of students who have no place or no alternative.
pub const NOWHERE: &str = "-";
/// The code for units or programmes that are not listed one by one.
pub const OTHER: &str = "OTHER";
/// The margin over all national programmes in released flows.
pub const ALL_NATIONAL: &str = "ALL-national";

/// The programme of rows whose extract has no programme column.
pub const NO_PROGRAMME: &str = "-";

/// The margin over all units of a municipality, or of those outside the region, in released flows.
#[must_use]
pub fn units_of(municipality: &str) -> Text {
    format!("{ALL}-{municipality}").into()
}

/// The municipality (or `OUT`) of a margin over units.
#[must_use]
pub fn municipality_of_units(unit: &str) -> Option<&str> {
    unit.strip_prefix(ALL)?.strip_prefix('-')
}

/// The students that a table counts, in the order of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Snapshot {
    /// Admitted students.
    Admission,
    /// Everyone enrolled on 15 October, all year groups.
    Enrolled,
    /// Year group 1 on 15 October, comparable with the admission.
    October,
}

impl Snapshot {
    /// All snapshots in the order of their texts.
    pub const ALL: [Self; 3] = [Self::Admission, Self::Enrolled, Self::October];

    /// The text in tables and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::Enrolled => "enrolled",
            Self::October => "october",
        }
    }

    /// The snapshot with this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// The programmes that a number includes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Population {
    /// Every row, introduction programmes and unknown programmes included.
    All,
    /// National programmes only: kinds vocational and preparatory.
    National,
}

impl Population {
    /// Both populations in the order of their texts.
    pub const ALL: [Self; 2] = [Self::All, Self::National];

    /// The text in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::National => "national",
        }
    }

    /// Whether a programme of this kind (`None`: unknown) belongs to the population.
    #[must_use]
    pub const fn includes(self, kind: Option<ProgrammeKind>) -> bool {
        match self {
            Self::All => true,
            Self::National => matches!(kind, Some(ProgrammeKind::Vocational | ProgrammeKind::Preparatory)),
        }
    }
}

/// A round of the admission, in order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Round {
    /// The preliminary admission in spring.
    Preliminary,
    /// The final admission in late June (slutantagning).
    Final,
    /// Reserve admission until mid September.
    Reserve,
}

impl Round {
    /// All rounds in order of time.
    pub const ALL: [Self; 3] = [Self::Preliminary, Self::Final, Self::Reserve];

    /// The text in the config.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preliminary => "preliminary",
            Self::Final => "final",
            Self::Reserve => "reserve",
        }
    }
}

/// Who may see an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Release {
    /// Every number, marked INTERN.
    Internal,
    /// Protected against disclosure.
    Public,
}

/// The perspective of a dependency map (beroendekarta).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Perspective {
    /// The home municipality: which units its residents go to.
    Home,
    /// The provider: which homes the pupils of the municipality's units come from.
    Provider,
}

impl Perspective {
    /// The text in file names and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Provider => "provider",
        }
    }
}
