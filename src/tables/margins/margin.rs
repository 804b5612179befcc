//! A margin of flows: some homes, some places and some programmes of one snapshot and year.

use crate::model::{MunicipalityId, Population, ProgrammeId, ProgrammeKind, ProviderKind, UnitId};

/// The homes of the students.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// One municipality of the region, by its position in the region.
    Home(u16),
    /// One municipality outside the region.
    Away(MunicipalityId),
    /// All known homes outside the region.
    Outside,
    /// Unknown homes.
    Unknown,
    /// All municipalities of the region.
    Region,
    /// All municipalities of another region, by its position among all regions of the run.
    Compared(u16),
    /// All known homes except this municipality of the region.
    Visitors(u16),
    /// All known homes.
    Known,
    /// All homes, including unknown ones.
    Everyone,
}

/// Where students study. No margin includes units that are in no register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// One unit of the region.
    Unit(UnitId),
    /// All units of one provider, by the number of the provider.
    Provider(u32),
    /// One municipality of the region, by its position in the region.
    Place(u16),
    /// One unit outside the region.
    AwayUnit(UnitId),
    /// One municipality outside the region.
    AwayPlace(MunicipalityId),
    /// The region.
    InRegion,
    /// Another region, by its position among all regions of the run.
    InCompared(u16),
    /// Outside the region.
    Abroad,
    /// Units of these providers, wherever they are located.
    Runner(Runner),
    /// Anywhere except this municipality of the region.
    Elsewhere(u16),
    /// Units of this part, relative to the home.
    Part(SharePart),
    /// Units of this part in the home municipality.
    Here(SharePart),
    /// Units of this group of official statistics, relative to the home.
    Official(OfficialGroup),
    /// Units that the home municipality does not run.
    Cross,
    /// Anywhere.
    Everywhere,
}

impl Where {
    /// The smallest place in the order.
    pub const FIRST: Self = Self::Unit(UnitId::FIRST);
}

/// The five parts of a home's students, in the order of the columns of `shares`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SharePart {
    /// Units of the home municipality.
    Own,
    /// Units of another municipality.
    OtherMunicipality,
    /// Independent units in the home municipality.
    IndependentHome,
    /// Independent units elsewhere.
    IndependentElsewhere,
    /// Units of a region, the state or a federation.
    RegionState,
}

impl SharePart {
    /// All parts.
    pub const ALL: [Self; 5] =
        [Self::Own, Self::OtherMunicipality, Self::IndependentHome, Self::IndependentElsewhere, Self::RegionState];

    /// The part of a unit as seen from a home municipality, by kind of the unit's provider, whether the home runs the
    /// unit (`is_own`), and whether the unit is located there (`is_here`).
    #[must_use]
    pub const fn of(kind: ProviderKind, is_own: bool, is_here: bool) -> Self {
        match kind {
            ProviderKind::Municipal if is_own => Self::Own,
            ProviderKind::Municipal => Self::OtherMunicipality,
            ProviderKind::Independent if is_here => Self::IndependentHome,
            ProviderKind::Independent => Self::IndependentElsewhere,
            ProviderKind::Region | ProviderKind::State | ProviderKind::Federation => Self::RegionState,
        }
    }

    /// Its column of `shares`.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Own => "own_provider",
            Self::OtherMunicipality => "other_municipality",
            Self::IndependentHome => "independent_home",
            Self::IndependentElsewhere => "independent_elsewhere",
            Self::RegionState => "region_state",
        }
    }
}

/// Groups of units in official statistics (Kolada) that are not parts of a home's students.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfficialGroup {
    /// Units that a region runs (N17807).
    RegionRun,
    /// Units of the home municipality, and those of federations in it (N17812).
    OwnOrFederationHere,
    /// Units in the home municipality that a municipality runs (N17895).
    MunicipalHere,
    /// Other units of municipalities, and those of federations and regions (N17896).
    PublicElsewhere,
    /// Units of independent providers (N17897).
    Independent,
}

impl OfficialGroup {
    /// All groups.
    pub const ALL: [Self; 5] =
        [Self::RegionRun, Self::OwnOrFederationHere, Self::MunicipalHere, Self::PublicElsewhere, Self::Independent];

    /// Whether a unit belongs to the group as seen from a home municipality, by kind of the unit's provider, whether
    /// the home runs the unit (`is_own`), and whether the unit is located there (`is_here`).
    #[must_use]
    pub const fn has(self, kind: ProviderKind, is_own: bool, is_here: bool) -> bool {
        match self {
            Self::RegionRun => matches!(kind, ProviderKind::Region),
            Self::OwnOrFederationHere => is_own || matches!(kind, ProviderKind::Federation) && is_here,
            Self::MunicipalHere => matches!(kind, ProviderKind::Municipal) && is_here,
            Self::PublicElsewhere => {
                matches!(kind, ProviderKind::Municipal) && !is_here
                    || matches!(kind, ProviderKind::Federation | ProviderKind::Region)
            }
            Self::Independent => matches!(kind, ProviderKind::Independent),
        }
    }

    /// Its code in `sums`, and its indicator.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RegionRun => "N17807",
            Self::OwnOrFederationHere => "N17812",
            Self::MunicipalHere => "N17895",
            Self::PublicElsewhere => "N17896",
            Self::Independent => "N17897",
        }
    }
}

/// Groups of providers in the region matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runner {
    /// Municipalities outside the region.
    MunicipalAway,
    /// Independent providers.
    Independent,
    /// Regions, the state and federations.
    PublicOther,
}

/// The programmes of the students.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// One programme of the register.
    One(ProgrammeId),
    /// All programmes of a kind.
    Group(ProgrammeKind),
    /// No programme of the register.
    Uncoded,
    /// All national programmes.
    National,
    /// All other programmes, and rows without a known programme.
    Others,
    /// All programmes, and rows without a known programme.
    All,
}

impl What {
    /// All programmes of a population.
    pub const fn of(population: Population) -> Self {
        match population {
            Population::All => Self::All,
            Population::National => Self::National,
        }
    }
}

impl Who {
    /// The residents of a region, by its position among all regions of the run; the first is the run's own.
    pub const fn of_region(region: u16) -> Self {
        if region == 0 { Self::Region } else { Self::Compared(region) }
    }
}

impl Where {
    /// The units in a region, by its position among all regions of the run; the first is the run's own.
    pub const fn in_region(region: u16) -> Self {
        if region == 0 { Self::InRegion } else { Self::InCompared(region) }
    }
}

/// A sum of base cells of one snapshot and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Margin {
    /// Homes.
    pub who: Who,
    /// Programmes.
    pub what: What,
    /// Places.
    pub place: Where,
}
