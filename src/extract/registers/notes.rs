//! Counts of what was translated or filled in when a register was read, so that it is reported.

use std::collections::BTreeMap;

/// One way in which a register was interpreted differently from how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filled {
    /// Columns recognised by other names.
    Headers,
    /// Documents of the national school-unit register.
    Documents,
    /// Kinds in words other than the contract's.
    Kinds,
    /// Municipalities given by name.
    MunicipalityNames,
    /// Units without a kind whose provider is a municipality: municipal.
    MunicipalKind,
    /// Municipal units without a provider: run by their municipality.
    MunicipalProvider,
    /// Municipal units whose provider is given as the name of a municipality.
    ProviderNames,
    /// Municipal units whose provider is an organisation number: run by the municipality where most of its units are.
    ProviderNumbers,
    /// Of these, units in another municipality.
    ProviderElsewhere,
    /// Other units without a provider: each gets a provider of its own.
    OwnProvider,
    /// Units whose provider has a personal number: each gets a provider of its own; the number is not kept.
    PersonProvider,
    /// Points converted from SWEREF 99 TM.
    Converted,
    /// Closed units without a date: open in every year.
    NoEnd,
    /// First days of units in use, which are ignored.
    Starts,
    /// Units abroad, without a municipality: left out.
    Abroad,
}

impl Filled {
    /// The word for it in `check --json` and in the ids of messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::Documents => "documents",
            Self::Kinds => "kinds",
            Self::MunicipalityNames => "municipality_names",
            Self::MunicipalKind => "municipal_kind",
            Self::MunicipalProvider => "municipal_provider",
            Self::ProviderNames => "provider_names",
            Self::ProviderNumbers => "provider_numbers",
            Self::ProviderElsewhere => "provider_elsewhere",
            Self::OwnProvider => "own_provider",
            Self::PersonProvider => "person_provider",
            Self::Converted => "converted",
            Self::NoEnd => "no_end",
            Self::Starts => "starts",
            Self::Abroad => "abroad",
        }
    }
}

/// How many columns or rows were interpreted in each way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes(BTreeMap<Filled, u64>);

impl Notes {
    /// Adds one to a count.
    pub(super) fn count(&mut self, filled: Filled) {
        self.add(filled, 1);
    }

    /// Adds a number to a count.
    pub(super) fn add(&mut self, filled: Filled, number: u64) {
        if number > 0 {
            *self.0.entry(filled).or_default() += number;
        }
    }

    /// The ways with their counts; empty if the register was read as written.
    pub fn iter(&self) -> impl Iterator<Item = (Filled, u64)> + '_ {
        self.0.iter().map(|(filled, number)| (*filled, *number))
    }

    /// Whether the register was read as written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
