//! The indicators by which regions are compared, and the margins that they are made of.

use crate::model::{Population, Snapshot, Year};
use crate::tables::margins::{Figure, LinkMargin, Margin, RegionItem, SharePart, What, Where, Who};

/// An indicator of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegionIndicator {
    /// Residents at units that their municipality does not run / residents with a known unit.
    CrossProvider,
    /// Residents at units of another municipality / residents.
    OtherMunicipality,
    /// Residents at independent units in their municipality / residents.
    IndependentHome,
    /// Residents at independent units elsewhere / residents.
    IndependentElsewhere,
    /// Residents at units of a region, the state or a federation / residents.
    RegionState,
    /// Σ max(0, seats on 15 October − seats at admission) over units / seats at admission.
    LateSeatsGross,
    /// Σ (seats on 15 October − seats at admission) over units / seats at admission.
    LateSeatsNet,
    /// Units with more seats on 15 October than at admission / units with seats at both times.
    UnitsRaised,
    /// Admitted at a unit of the region, enrolled at another one of it that raised its seats / admitted.
    MovedToRaised,
    /// Admitted nowhere known, enrolled at a unit of the region that raised its seats / enrolled in year 1.
    ArrivedAtRaised,
    /// Admitted, enrolled nowhere known / admitted.
    Left,
    /// Admitted, enrolled at another unit / admitted.
    MovedOut,
    /// Residents who study in the region / residents: self-containment of residents.
    ResidentsStay,
    /// Pupils who live in the region / pupils with a known home: self-containment of pupils.
    PupilsResident,
}

/// The units that the data of an indicator covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedUnits {
    /// Units with students in the snapshot of pages.
    Attended,
    /// Units with admitted and with enrolled students.
    Linked,
    /// Units with seats at both times.
    WithSeats,
}

/// Everyone at a place, over all programmes.
pub const fn pupils_of(place: Where) -> Margin {
    Margin { who: Who::Everyone, place, what: What::All }
}

impl RegionIndicator {
    /// All indicators, in the order in which they are shown.
    pub const ALL: [Self; 14] = [
        Self::CrossProvider,
        Self::OtherMunicipality,
        Self::IndependentHome,
        Self::IndependentElsewhere,
        Self::RegionState,
        Self::LateSeatsGross,
        Self::LateSeatsNet,
        Self::UnitsRaised,
        Self::MovedToRaised,
        Self::ArrivedAtRaised,
        Self::Left,
        Self::MovedOut,
        Self::ResidentsStay,
        Self::PupilsResident,
    ];

    /// Its word in `regions`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CrossProvider => "cross_provider",
            Self::OtherMunicipality => "other_municipality",
            Self::IndependentHome => "independent_home",
            Self::IndependentElsewhere => "independent_elsewhere",
            Self::RegionState => "region_state",
            Self::LateSeatsGross => "late_seats_gross",
            Self::LateSeatsNet => "late_seats_net",
            Self::UnitsRaised => "units_raised",
            Self::MovedToRaised => "moved_to_raised",
            Self::ArrivedAtRaised => "arrived_at_raised",
            Self::Left => "left",
            Self::MovedOut => "moved_out",
            Self::ResidentsStay => "residents_stay",
            Self::PupilsResident => "pupils_resident",
        }
    }

    /// The indicator of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|indicator| indicator.as_str() == word)
    }

    /// Whether it is compared as a proportion; a net change has a sign.
    #[must_use]
    pub const fn is_proportion(self) -> bool {
        !matches!(self, Self::LateSeatsNet)
    }

    /// Whether its numerator is a part of its denominator; seats added can be more than there were.
    #[must_use]
    pub const fn is_part(self) -> bool {
        !matches!(self, Self::LateSeatsGross | Self::LateSeatsNet)
    }

    /// Whether it is about seats that came after the admission.
    #[must_use]
    pub const fn is_of_late_seats(self) -> bool {
        matches!(
            self,
            Self::LateSeatsGross
                | Self::LateSeatsNet
                | Self::UnitsRaised
                | Self::MovedToRaised
                | Self::ArrivedAtRaised
        )
    }

    /// The units that its data covers.
    pub const fn counted_units(self) -> CountedUnits {
        match self {
            Self::CrossProvider
            | Self::OtherMunicipality
            | Self::IndependentHome
            | Self::IndependentElsewhere
            | Self::RegionState
            | Self::ResidentsStay
            | Self::PupilsResident => CountedUnits::Attended,
            Self::LateSeatsGross | Self::LateSeatsNet | Self::UnitsRaised => CountedUnits::WithSeats,
            Self::MovedToRaised | Self::Left | Self::MovedOut | Self::ArrivedAtRaised => CountedUnits::Linked,
        }
    }

    /// Numerator and denominator of a region; `None` if it does not count students. `snapshot` is that of pages.
    pub fn figures(self, year: Year, population: Population, region: u16, snapshot: Snapshot) -> Option<[Figure; 2]> {
        let what = What::of(population);
        let of = |snapshot, who, place| Figure::Flow(snapshot, year, Margin { who, place, what });
        let (residents, here) = (Who::of_region(region), Where::in_region(region));
        let all = of(snapshot, residents, Where::Everywhere);
        let link = |item| Figure::Link(year, LinkMargin::OfRegion { population, region, item });
        let admitted = of(Snapshot::Admission, Who::Everyone, here);
        let part = |part| [of(snapshot, residents, Where::Part(part)), all];
        Some(match self {
            Self::CrossProvider => [of(snapshot, residents, Where::Cross), all],
            Self::OtherMunicipality => part(SharePart::OtherMunicipality),
            Self::IndependentHome => part(SharePart::IndependentHome),
            Self::IndependentElsewhere => part(SharePart::IndependentElsewhere),
            Self::RegionState => part(SharePart::RegionState),
            Self::LateSeatsGross | Self::LateSeatsNet | Self::UnitsRaised => return None,
            Self::MovedToRaised => [link(RegionItem::ToRaised), admitted],
            Self::ArrivedAtRaised => [link(RegionItem::ArrivedAtRaised), of(Snapshot::October, Who::Everyone, here)],
            Self::Left => [link(RegionItem::Left), admitted],
            Self::MovedOut => [link(RegionItem::MovedOut), admitted],
            Self::ResidentsStay => [of(snapshot, residents, here), all],
            Self::PupilsResident => [of(snapshot, residents, here), of(snapshot, Who::Known, here)],
        })
    }
}
