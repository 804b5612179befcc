//! A margin of flows: some homes, some places, some programmes of one snapshot and year.

use crate::model::{MunicipalityId, Population, ProgrammeId, ProgrammeKind, UnitId};

/// Whose students.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Of one municipality of the region, by its position there.
    Home(u16),
    /// Of one municipality outside the region.
    Away(MunicipalityId),
    /// Of known homes outside the region.
    Outside,
    /// Of an unknown home.
    Unknown,
    /// Of the region.
    Region,
    /// Of all known homes but this municipality of the region.
    Visitors(u16),
    /// Of all known homes.
    Known,
    /// All, those of an unknown home among them.
    Everyone,
}

/// Where they study. Units that no register knows are in no margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// At one unit of the region.
    Unit(UnitId),
    /// At a unit of one provider.
    Provider(u32),
    /// In one municipality of the region, by its position there.
    Place(u16),
    /// At one unit outside the region.
    AwayUnit(UnitId),
    /// In one municipality outside the region.
    AwayPlace(MunicipalityId),
    /// In the region.
    InRegion,
    /// Outside the region.
    Abroad,
    /// At units that these run, wherever they lie.
    Runner(Runner),
    /// Anywhere but in this municipality of the region.
    Elsewhere(u16),
    /// At a unit of this part, seen from their home.
    Part(SharePart),
    /// At a unit of this part that lies in their home municipality.
    Here(SharePart),
    /// At a unit that their home does not run.
    Cross,
    /// Anywhere.
    Everywhere,
}

impl Where {
    /// The first of all places in their order.
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
}

/// Providers that the region matrix puts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runner {
    /// Municipalities outside the region.
    MunicipalAway,
    /// Independent ones.
    Independent,
    /// Regions, the state and federations.
    PublicOther,
}

/// Which programmes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// One, of the register.
    One(ProgrammeId),
    /// All of a kind.
    Group(ProgrammeKind),
    /// None of the register.
    Uncoded,
    /// All national ones.
    National,
    /// All others, and rows without a known programme.
    Others,
    /// All, and rows without a known programme.
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

/// A sum of base cells of one snapshot and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Margin {
    /// Whose students.
    pub who: Who,
    /// On which programmes.
    pub what: What,
    /// Where they study.
    pub place: Where,
}
