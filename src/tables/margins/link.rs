//! Margins of a year's link, which pairs admission and enrolment: the ledger by unit and programme, moves between
//! units, and where those who moved to raised units came from.

use super::facts::Facts;
use super::margin::{What, Where};
use crate::link::Offer;
use crate::model::{Population, ProviderKind, UnitId};

/// A count of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerItem {
    /// Admitted and enrolled here.
    Stayed,
    /// Admitted here, enrolled at another unit.
    MovedOut,
    /// Admitted here, enrolled nowhere known.
    Left,
    /// Enrolled here, admitted to another unit.
    MovedIn,
    /// Enrolled here, admitted nowhere known.
    Arrived,
    /// Moved in and arrived.
    In,
    /// Moved out and left.
    Out,
    /// Admitted here, moved in to a unit that raised its seats.
    ToRaised(ProviderKinds),
    /// Enrolled at a unit that raised its seats, admitted nowhere known.
    ArrivedAtRaised,
}

/// Selection of units by kind of provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProviderKinds {
    /// All.
    All,
    /// One kind; `None`: units that are in no register.
    Kind(Option<ProviderKind>),
}

impl LedgerItem {
    /// The items that are columns of `ledger`.
    pub const COLUMNS: [(Self, &'static str); 5] = [
        (Self::Stayed, "stayed"),
        (Self::MovedOut, "moved_out"),
        (Self::Left, "left"),
        (Self::MovedIn, "moved_in"),
        (Self::Arrived, "arrived"),
    ];
}

/// A number by which regions are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionItem {
    /// Admitted at a unit of the region, enrolled at another unit, in the region or elsewhere.
    MovedOut,
    /// Admitted at a unit of the region, enrolled nowhere known.
    Left,
    /// Admitted at a unit of the region, moved to another one of it that raised its seats.
    ToRaised,
    /// Enrolled at a unit of the region that raised its seats, admitted nowhere known.
    ArrivedAtRaised,
}

impl RegionItem {
    /// All numbers.
    pub const ALL: [Self; 4] = [Self::MovedOut, Self::Left, Self::ToRaised, Self::ArrivedAtRaised];
}

/// A sum of students by their offers at admission and on 15 October.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkMargin {
    /// A count of the ledger.
    Ledger {
        /// Which programmes count, at both times.
        population: Population,
        /// A unit, or everywhere: the sum over all units.
        place: Where,
        /// One programme, or all programmes of the population.
        what: What,
        /// Which count.
        item: LedgerItem,
    },
    /// Admitted at the first unit and enrolled at the second, over all programmes.
    Moved(UnitId, UnitId),
    /// Moved to units that raised their seats.
    ToRaised {
        /// Which programmes count, at both times.
        population: Population,
        /// One raised unit; `None`: all of them.
        unit: Option<UnitId>,
        /// Where they were admitted: a municipality of the region, outside it, or everywhere.
        from: Where,
        /// Kind of provider of the unit that admitted them.
        kinds: ProviderKinds,
    },
    /// Enrolled at units that raised their seats, admitted nowhere known.
    ArrivedAtRaised {
        /// Which programmes count, at both times.
        population: Population,
        /// One raised unit; `None`: all of them.
        unit: Option<UnitId>,
    },
    /// Residents of a municipality of the region on introduction programmes on 15 October of the year who are on
    /// national programmes on the next, by its position in the region.
    Switched(u16),
    /// A number of a region.
    OfRegion {
        /// Which programmes count, at both times.
        population: Population,
        /// The region, by its position among all regions of the run.
        region: u16,
        /// Which number.
        item: RegionItem,
    },
}

impl LinkMargin {
    /// Whether tables or pages show it. Arrivals and departures are shown by unit only.
    pub const fn is_shown(self) -> bool {
        match self {
            Self::Ledger { what, item, .. } => {
                matches!(what, What::All)
                    || matches!(what, What::One(_)) && !matches!(item, LedgerItem::In | LedgerItem::Out)
            }
            Self::Moved(..)
            | Self::ToRaised { .. }
            | Self::ArrivedAtRaised { .. }
            | Self::Switched(_)
            | Self::OfRegion { .. } => true,
        }
    }
}

/// The margins that contain students admitted at `from` and enrolled at `to`; `None`: nowhere known. In a population,
/// an offer whose programme does not count is nowhere. "Moved" depends on the level: between units for numbers over
/// all programmes, else between offers (unit and programme).
pub fn margins_of_pair(facts: &Facts, from: Option<Offer>, to: Option<Offer>) -> Vec<LinkMargin> {
    let mut out = Vec::with_capacity(48);
    for population in Population::ALL {
        let takes = |place: &Offer| population == Population::All || facts.is_national(place.programme);
        let (from, to) = (from.filter(takes), to.filter(takes));
        let what = |place: Offer| {
            if facts.kind(place.programme).is_some() { What::One(place.programme) } else { What::Uncoded }
        };
        let mut add = |place: Option<Offer>, by_programme: bool, items: &[LedgerItem]| {
            let Some(place) = place else { return };
            let what = if by_programme { what(place) } else { What::All };
            for at in [facts.unit_place(place.unit), Where::Everywhere] {
                out.extend(items.iter().map(|item| LinkMargin::Ledger { population, place: at, what, item: *item }));
            }
        };
        let is_same_unit = from.zip(to).is_some_and(|(from, to)| from.unit == to.unit);
        for (by_programme, is_same) in [(false, is_same_unit), (true, from.is_some() && from == to)] {
            if is_same {
                add(from, by_programme, &[LedgerItem::Stayed]);
            } else {
                let (gone, come) = match (from, to) {
                    (Some(_), Some(_)) => (LedgerItem::MovedOut, LedgerItem::MovedIn),
                    _ => (LedgerItem::Left, LedgerItem::Arrived),
                };
                add(from, by_programme, &[gone, LedgerItem::Out]);
                add(to, by_programme, &[come, LedgerItem::In]);
            }
        }
        if facts.compares() {
            items_of_regions(facts, population, from, to, &mut out);
        }
        if let Some(to) = to.filter(|to| facts.is_raised(to.unit) && !is_same_unit) {
            for unit in [Some(to.unit), None] {
                match from {
                    Some(at) => {
                        for place in [facts.place(at.unit), Where::Everywhere] {
                            for kinds in [ProviderKinds::All, ProviderKinds::Kind(facts.provider_kind(at.unit))] {
                                out.push(LinkMargin::ToRaised { population, unit, from: place, kinds });
                            }
                        }
                    }
                    None => out.push(LinkMargin::ArrivedAtRaised { population, unit }),
                }
            }
        }
    }
    if let (Some(from), Some(to)) = (from, to)
        && from.unit != to.unit
    {
        out.push(LinkMargin::Moved(from.unit, to.unit));
    }
    out
}

/// Adds the numbers of regions that contain students admitted at `from` and enrolled at `to`.
pub fn items_of_regions(
    facts: &Facts,
    population: Population,
    from: Option<Offer>,
    to: Option<Offer>,
    out: &mut Vec<LinkMargin>,
) {
    if from.zip(to).is_some_and(|(from, to)| from.unit == to.unit) {
        return;
    }
    let mut add = |unit: UnitId, item: RegionItem| {
        let regions = facts.regions(unit).iter();
        out.extend(regions.map(|region| LinkMargin::OfRegion { population, region: *region, item }));
    };
    if let Some(from) = from {
        add(from.unit, if to.is_some() { RegionItem::MovedOut } else { RegionItem::Left });
    }
    let Some(to) = to.filter(|to| facts.is_raised(to.unit)) else { return };
    match from {
        None => add(to.unit, RegionItem::ArrivedAtRaised),
        Some(from) => {
            let is_both = |region: &&u16| facts.regions(from.unit).contains(region);
            let regions = facts.regions(to.unit).iter().filter(is_both);
            let item = RegionItem::ToRaised;
            out.extend(regions.map(|region| LinkMargin::OfRegion { population, region: *region, item }));
        }
    }
}
