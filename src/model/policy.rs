//! How results are protected before they are published: the threshold and the levels of detail.

/// How results are protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Counts from 1 to one less are hidden.
    pub threshold: u64,
    /// What is published, sorted.
    pub levels: Vec<Level>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { threshold: 10, levels: Level::DEFAULT.to_vec() }
    }
}

/// A level of detail that can be published, by its word in the config.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Home × programme, anywhere.
    HomeProgramme,
    /// Home × school municipality.
    HomePlace,
    /// Home × kind of provider, per group of programmes.
    HomeKind,
    /// Unit × programme, all homes.
    UnitProgramme,
    /// Home × provider.
    HomeProvider,
    /// Home × unit.
    HomeUnit,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 6] = [
        Self::HomeProgramme,
        Self::HomePlace,
        Self::HomeKind,
        Self::UnitProgramme,
        Self::HomeProvider,
        Self::HomeUnit,
    ];
    /// Those published unless the config says otherwise.
    pub const DEFAULT: [Self; 4] = [Self::HomeProgramme, Self::HomePlace, Self::HomeKind, Self::UnitProgramme];

    /// The words of all levels, for messages.
    pub const WORDS: &'static str = "home-programme, home-place, home-kind, unit-programme, home-provider, home-unit";

    /// The word of the config.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HomeProgramme => "home-programme",
            Self::HomePlace => "home-place",
            Self::HomeKind => "home-kind",
            Self::UnitProgramme => "unit-programme",
            Self::HomeProvider => "home-provider",
            Self::HomeUnit => "home-unit",
        }
    }

    /// The level with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}
