//! What was translated or filled in when a register was read, counted, so that it is told.

use std::collections::BTreeMap;

/// One way in which a register was taken otherwise than it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filled {
    /// Columns known by other names.
    Headers,
    /// Documents of the national school-unit register.
    Documents,
    /// Kinds in other words than the contract's.
    Kinds,
    /// Municipalities by their names.
    MunicipalityNames,
    /// Units without a kind whose provider is a municipality.
    MunicipalKind,
    /// Municipal units without provider: their municipality.
    MunicipalProvider,
    /// Municipal units whose provider is a municipality by its name.
    ProviderNames,
    /// Municipal units whose provider is an organisation number: the municipality in which most of its units lie.
    ProviderNumbers,
    /// Of these, units that lie in another municipality.
    ProviderElsewhere,
    /// Other units without provider: one of their own.
    OwnProvider,
    /// Units whose provider's number is that of a person: a provider of their own, the number is not kept.
    PersonProvider,
    /// Places converted from SWEREF 99 TM.
    Converted,
    /// Units that have closed, nobody knows when: open in every year.
    NoEnd,
    /// First days of units in use, which are not used.
    Starts,
    /// Units without a municipality, abroad: left out.
    Abroad,
}

impl Filled {
    /// Its word in `check --json` and in the ids of messages.
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

/// How many columns or rows were taken in each way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes(BTreeMap<Filled, u64>);

impl Notes {
    /// Counts one more.
    pub(super) fn count(&mut self, filled: Filled) {
        self.add(filled, 1);
    }

    /// Counts some more.
    pub(super) fn add(&mut self, filled: Filled, number: u64) {
        if number > 0 {
            *self.0.entry(filled).or_default() += number;
        }
    }

    /// The ways and their numbers; nothing where the register was taken as it stands.
    pub fn iter(&self) -> impl Iterator<Item = (Filled, u64)> + '_ {
        self.0.iter().map(|(filled, number)| (*filled, *number))
    }

    /// Whether the register was taken as it stands.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
